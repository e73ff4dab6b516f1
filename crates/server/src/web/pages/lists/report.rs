//! What the trial reading of a list found.

use maud::{Markup, html};
use xinxiu_domain::batch::BatchState;
use xinxiu_domain::person::{mask_id_number, mask_phone};
use xinxiu_store::batch::Batch;
use xinxiu_workflow::lists::{Difference, Fate, Report};

use crate::web::ui;

/// How many rows give no county, and what becomes of them.
pub(super) fn places(report: &Report, state: BatchState) -> Markup {
    html! {
        (ui::facts(&[
            ("没有填属地的行", html! { strong { (report.without_region) } }),
            ("属地不能识别的行", html! { strong { (report.unknown_region) } }),
            ("按代码登记地推测属地", html! { strong { (report.guessed) } }),
            ("属地仍不确定", html! { strong { (report.unplaced) } }),
        ]))
        p.hint { "推测的属地请核对：企业可能已迁出登记地。属地不确定的企业不分到任何县（区），请在名单中补上，或导入后在企业页面更正。" }
        @if state == BatchState::Imported && report.unplaced > 0 {
            p { a.button href="/enterprises?county=none&order=newest" { "查看属地不确定的企业" } }
        }
    }
}

/// Rows that name an enterprise otherwise than it is on file.
pub(super) fn renames(report: &Report) -> Markup {
    let rows: Vec<_> = report
        .renames
        .iter()
        .map(|line| {
            vec![
                html! { (if line.sheet.is_empty() { "—" } else { &line.sheet }) },
                html! { (line.row) },
                html! { (ui::code(&line.field)) },
                html! { (line.value) },
                html! { (ui::badge("due", "提示")) " " (line.message) },
            ]
        })
        .collect();
    html! {
        p.warning {
            "有" (report.renamed) "行的统一社会信用代码在册，名称却不同。请核对代码和名称；导入不会改动在册名称。下面是前" (rows.len()) "行。"
        }
        (ui::table("名称与在册不同的行", &["工作表", "#行", "统一社会信用代码", "本行名称", "说明"], &rows))
    }
}

/// What the list has new, changed and no longer.
pub(super) fn differences(batch: &Batch, report: &Report) -> Markup {
    let count = |fate| match fate {
        Fate::New => report.created,
        Fate::Changed => report.changed,
        Fate::Gone => report.would_go,
    };
    html! {
        p {
            "与在册相比：新增" strong { (report.created) } "条、变化" strong { (report.changed) } "条、没有变化"
            (report.unchanged) "条；在列而文件里没有" strong { (report.would_go) } "条。导入只改动新增和变化的部分。"
        }
        @if batch.difference_file.is_some() {
            (ui::download_bar(&[(format!("/lists/{}/differences", batch.id), "下载全部变化（电子表格）")]))
        }
        @for fate in Fate::ALL {
            @let rows = of_fate(report, *fate);
            @if !rows.is_empty() {
                details open[*fate == Fate::Changed] {
                    summary { (fate) (count(*fate)) "条" @if count(*fate) > rows.len() as u64 { "，下面是前" (rows.len()) "条" } }
                    (ui::table(fate.label(), &["企业名称", "统一社会信用代码", "文号或事由", "机关", "#行", "变化"], &rows))
                }
            }
        }
    }
}

fn of_fate(report: &Report, fate: Fate) -> Vec<Vec<Markup>> {
    let of_fate = report.differences.iter().filter(|found| found.fate == fate.code());
    let row = |found: &Difference| {
        vec![
            html! { (found.name) },
            html! { @if !found.uscc.is_empty() { (ui::code(&found.uscc)) } },
            html! { (found.what) },
            html! { (found.body) },
            html! { @if found.row > 0 { (found.row) } },
            html! {
                @for (field, old, new) in &found.changes {
                    div { (field) "：「" (shown_value(old)) "」→「" (shown_value(new)) "」" }
                }
            },
        ]
    };
    of_fate.map(row).collect()
}

pub(super) fn report(report: &Report) -> Markup {
    let all: u64 = report.kinds.iter().map(|(_, count)| count).sum();
    let more = u64::try_from(report.first.len()).is_ok_and(|shown| shown < all);
    let rows: Vec<_> = report
        .first
        .iter()
        .map(|line| {
            vec![
                html! { (if line.sheet.is_empty() { "—" } else { &line.sheet }) },
                html! { (line.row) },
                html! { @if line.rejected { (ui::badge("bad", "退回")) } @else { (ui::badge("due", "提示")) } },
                html! { (line.field) },
                html! { (shown_value(&line.value)) },
                html! { (line.message) },
            ]
        })
        .collect();
    html! {
        @if rows.is_empty() {
            p { @if report.renamed == 0 { "没有发现问题。" } @else { "没有其他问题。" } }
        } @else {
            p { "共 " @for (index, (kind, count)) in report.kinds.iter().enumerate() { @if index > 0 { "、" } (kind) " " (count) } "。" @if more { "下面是前 " (rows.len()) " 个。" } }
            (ui::table("试读发现的问题", &["工作表", "#行", "处理", "字段", "原值", "说明"], &rows))
        }
        @for (name, header) in report.sheets.iter().filter(|(name, _)| !name.is_empty()) {
            p.hint { "工作表「" (name) "」：" @match header { Some(row) => { "表头在第" (row) "行" }, None => { "没有名单的表头，已跳过" } } }
        }
    }
}

/// A value as it is shown: ID numbers and phones inside it are masked (N21).
pub(super) fn shown_value(value: &str) -> String {
    let mut shown = String::with_capacity(value.len());
    let mut word = String::new();
    for c in value.chars() {
        if c.is_ascii_alphanumeric() {
            word.push(c);
            continue;
        }
        shown.push_str(&shown_word(&word));
        word.clear();
        shown.push(c);
    }
    shown + &shown_word(&word)
}

fn shown_word(value: &str) -> String {
    let digits = value.chars().filter(char::is_ascii_digit).count();
    // An ID number has its year of birth in the seventh to tenth place; codes of organisations do not.
    let born = value.get(6..8).is_some_and(|century| matches!(century, "19" | "20"));
    let is_id_number = value.len() == 18 && digits >= 17 && born;
    let is_phone = value.len() == 11 && digits == 11;
    match (is_id_number, is_phone) {
        (true, _) => mask_id_number(value),
        (_, true) => mask_phone(value),
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_persons_are_masked_and_codes_are_not() {
        assert_eq!(shown_value("11010519491231002X"), "**************002X");
        assert_eq!(shown_value("10000001234"), "100****1234");
        assert_eq!(shown_value("11320600014200011X"), "11320600014200011X");
        assert_eq!(
            shown_value("张三 11010519491231002X，10000001234"),
            "张三 **************002X，100****1234"
        );
    }
}
