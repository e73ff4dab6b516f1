//! Two dimensions laid against each other.

use maud::{Markup, html};
use xinxiu_domain::analysis::Dimension;
use xinxiu_store::analysis::Count;
use xinxiu_workflow::analysis::Overview;

use super::{LIST, PATH, address};
use crate::web::reply::PageResult;
use crate::web::request::{Form, Req};
use crate::web::ui;

/// Which two dimensions to lay against each other.
pub(super) fn form(query: &Form, (by, across): (Dimension, Dimension)) -> Markup {
    let choices = ui::choices(Dimension::ALL);
    let values = Form::default().with("by", by.code()).with("across", across.code());
    let kept = query.0.iter().filter(|(key, value)| key != "by" && key != "across" && !value.is_empty());
    html! {
        form.search method="get" action=(PATH) {
            @for (name, value) in kept { (ui::hidden(name, value)) }
            (ui::one_of(&values, "by", "行", &choices))
            (ui::one_of(&values, "across", "列", &choices))
            p.actions { button.primary type="submit" { "统计" } }
        }
    }
}

/// The values of one side of the table, the commonest first; what is beyond the page stays in the export.
fn side(cells: &[Count], value: fn(&Count) -> &str, limit: usize) -> (Vec<&str>, bool) {
    let mut sums: Vec<(&str, i64)> = Vec::new();
    for cell in cells {
        match sums.iter_mut().find(|(known, _)| *known == value(cell)) {
            Some((_, sum)) => *sum += cell.count,
            None => sums.push((value(cell), cell.count)),
        }
    }
    sums.sort_by_key(|(_, sum)| std::cmp::Reverse(*sum));
    let more = sums.len() > limit;
    (sums.into_iter().take(limit).map(|(value, _)| value).collect(), more)
}

/// The table of both, with the list behind each number.
pub(super) fn table(query: &Form, found: &Overview, (by, across): (Dimension, Dimension)) -> Markup {
    let (names, cells) = (&found.names, &found.numbers.cells);
    let (down, more_rows) = side(cells, |cell| &cell.value, 60);
    let (right, more_columns) = side(cells, |cell| &cell.across, 12);
    let heads: Vec<String> = right.iter().map(|value| format!("#{}", names.of(across, value))).collect();
    let heads: Vec<&str> = [by.label()].into_iter().chain(heads.iter().map(String::as_str)).collect();
    let rows: Vec<Vec<Markup>> = down
        .iter()
        .map(|row| {
            let figures = right.iter().map(|column| {
                let cell = cells.iter().find(|cell| cell.value == **row && cell.across == **column);
                let narrowed = [(by.code(), *row), (across.code(), *column)];
                html! {
                    @match cell {
                        Some(cell) => a href=(address(LIST, query, &narrowed)) { (cell.count) },
                        None => span.quiet { "0" },
                    }
                }
            });
            let narrowed = [(by.code(), *row)];
            let name = html! { a href=(address(LIST, query, &narrowed)) { (names.of(by, row)) } };
            [name].into_iter().chain(figures).collect()
        })
        .collect();
    html! {
        (ui::table(&format!("{}和{}", by.label(), across.label()), &heads, &rows))
        @if more_rows || more_columns { p.hint { "项目较多，只显示最多的；导出含全部。" } }
    }
}

/// The whole table as a spreadsheet.
pub(super) fn export(req: &Req, found: &Overview, (by, across): (Dimension, Dimension)) -> PageResult {
    let (names, cells) = (&found.names, &found.numbers.cells);
    let (down, _) = side(cells, |cell| &cell.value, usize::MAX);
    let (right, _) = side(cells, |cell| &cell.across, usize::MAX);
    let heads: Vec<String> = right.iter().map(|value| names.of(across, value)).collect();
    let heads: Vec<&str> = [by.label()].into_iter().chain(heads.iter().map(String::as_str)).collect();
    let index: std::collections::HashMap<(&str, &str), i64> =
        cells.iter().map(|cell| ((cell.value.as_str(), cell.across.as_str()), cell.count)).collect();
    let rows: Vec<Vec<String>> = down
        .iter()
        .map(|row| {
            let figures = right
                .iter()
                .map(|column| index.get(&(*row, *column)).copied().unwrap_or_default().to_string());
            [names.of(by, row)].into_iter().chain(figures).collect()
        })
        .collect();
    req.table(&format!("{}和{}", by.label(), across.label()), &heads, &rows)
}
