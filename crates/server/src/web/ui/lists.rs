//! Tables and what stands around them.

use maud::{Markup, html};
use xinxiu_store::Part;

use crate::web::request::Form;

/// A table with more columns of numbers than this is a matrix: it scrolls inside its own box. Every other
/// table becomes cards on a phone.
const NUMBERS: usize = 5;
/// With more columns than this a table is set closer, and scrolls in its own box where that is not enough.
const COLUMNS: usize = 8;

/// A table: heads, then rows of cells. A head that begins with `#` is for numbers.
pub fn table(caption: &str, heads: &[&str], rows: &[Vec<Markup>]) -> Markup {
    frame(caption, heads, None, rows)
}

/// How the heads of a table sort it: each is a link to the same list in another order, which the server makes.
#[derive(Debug)]
pub struct Sorting<'a> {
    /// Address of the list.
    pub path: &'a str,
    /// What the list is narrowed to; stays as it is.
    pub query: &'a Form,
    /// Head and code of each column that sorts.
    pub keys: &'a [(&'a str, &'a str)],
    /// The order where none is asked, as it would stand in the address.
    pub standard: &'a str,
}

impl Sorting<'_> {
    /// The order in which the list stands: code and whether it descends.
    fn now(&self) -> (&str, bool) {
        let asked = self.query.raw(SORT);
        let known = self.keys.iter().any(|(_, code)| *code == asked.trim_start_matches('-'));
        let order = if known { asked } else { self.standard };
        order.strip_prefix('-').map_or((order, false), |code| (code, true))
    }

    fn code(&self, head: &str) -> Option<&str> {
        let head = head.trim_start_matches('#');
        self.keys.iter().find(|(name, _)| *name == head).map(|(_, code)| *code)
    }

    /// What `aria-sort` says of a column; `None` where it does not sort.
    fn state(&self, head: &str) -> Option<&'static str> {
        let code = self.code(head)?;
        Some(match self.now() {
            (now, true) if now == code => "descending",
            (now, false) if now == code => "ascending",
            _ => "none",
        })
    }

    /// The address of the list in the order of a column: the other way round where it stands so already, and
    /// numbers begin with the greatest.
    fn address(&self, head: &str, code: &str) -> String {
        let down = match self.now() {
            (now, down) if now == code => !down,
            _ => head.starts_with('#'),
        };
        let kept = |(key, value): &&(String, String)| key != "after" && key != SORT && !value.is_empty();
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        pairs.extend_pairs(self.query.0.iter().filter(kept));
        pairs.append_pair(SORT, &format!("{}{code}", if down { "-" } else { "" }));
        format!("{}?{}", self.path, pairs.finish())
    }

    fn head(&self, head: &str, code: &str) -> Markup {
        let (sign, words) = match self.state(head) {
            Some("ascending") => ("↑", "，现为升序，点按改为降序"),
            Some("descending") => ("↓", "，现为降序，点按改为升序"),
            _ => ("↕", "，点按排序"),
        };
        html! {
            a.sort href=(self.address(head, code)) {
                (head.trim_start_matches('#')) span.arrow aria-hidden="true" { (sign) } span.unseen { (words) }
            }
        }
    }
}

/// Name of the order in an address.
const SORT: &str = "sort";

/// A [`table`] whose heads sort it.
pub fn sorted_table(caption: &str, heads: &[&str], sorting: &Sorting<'_>, rows: &[Vec<Markup>]) -> Markup {
    frame(caption, heads, Some(sorting), rows)
}

fn frame(caption: &str, heads: &[&str], sorting: Option<&Sorting<'_>>, rows: &[Vec<Markup>]) -> Markup {
    let numbers = heads.iter().filter(|head| head.starts_with('#')).count();
    let wide = numbers > NUMBERS;
    let many = heads.len() > COLUMNS;
    html! {
        @if wide { p.slide aria-hidden="true" { "表格较宽，左右滑动可看全 ⇄" } }
        div.scroll.wide[wide].cards[!wide].many[many] tabindex=[(wide || many).then_some("0")] role="region" aria-label=(caption) {
            table {
                caption.quiet { (caption) }
                thead { tr { @for head in heads { (table_head(head, sorting)) } } }
                tbody { @for row in rows { (table_row(heads, row)) } }
            }
        }
    }
}

fn table_head(head: &str, sorting: Option<&Sorting<'_>>) -> Markup {
    let code = sorting.and_then(|sorting| Some((sorting, sorting.code(head)?)));
    html! {
        th scope="col" .number[head.starts_with('#')] aria-sort=[sorting.and_then(|sorting| sorting.state(head))] {
            @match code {
                Some((sorting, code)) => { (sorting.head(head, code)) },
                None => { (head.trim_start_matches('#')) },
            }
        }
    }
}

fn table_row(heads: &[&str], row: &[Markup]) -> Markup {
    let is_sum = row.iter().take(2).any(|cell| cell.0.trim_start_matches("<strong>").starts_with("合计"));
    html! {
        tr .sum[is_sum] {
            @for (index, cell) in row.iter().enumerate() {
                @let head = heads.get(index).copied().unwrap_or_default();
                td data-head=(head.trim_start_matches('#')) .number[head.starts_with('#')] .day[is_day(&cell.0)] { (cell) }
            }
        }
    }
}

/// Whether a cell begins with a day: it must not break at its hyphens.
fn is_day(cell: &str) -> bool {
    let text =
        cell.strip_prefix("<time").and_then(|rest| rest.split_once('>')).map_or(cell, |(_, text)| text);
    let bytes = text.as_bytes();
    bytes.len() >= 10
        && bytes[..10].iter().enumerate().all(|(place, byte)| match place {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

/// Rows on one page of a list that pages by place.
const ROWS: u32 = 50;

/// The part of a list that is asked for, with one row more, which tells whether there is another page.
pub fn part(query: &Form) -> Part {
    Part { skip: query.raw("after").parse().unwrap_or(0), limit: ROWS + 1 }
}

/// Takes the row away that was one too many, and says where the next page begins.
pub fn next_part<T>(rows: &mut Vec<T>, part: Part) -> Option<String> {
    (rows.len() >= part.limit as usize).then(|| {
        rows.pop();
        part.skip.saturating_add(ROWS).to_string()
    })
}

/// The way to the next page of a list that pages by key or place; `None` on the last.
pub fn pager(path: &str, query: &Form, next: Option<&str>) -> Markup {
    let address = |after: Option<&str>| {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        pairs.extend_pairs(query.0.iter().filter(|(key, value)| key != "after" && !value.is_empty()));
        if let Some(after) = after {
            pairs.append_pair("after", after);
        }
        format!("{path}?{}", pairs.finish())
    };
    if next.is_none() && query.raw("after").is_empty() {
        return html! {};
    }
    html! {
        nav.pager aria-label="翻页" {
            @if !query.raw("after").is_empty() { a.button href=(address(None)) { "回到第一页" } }
            @if let Some(next) = next { a.button rel="next" href=(address(Some(next))) { "下一页" } }
        }
    }
}

/// The filters of a list; what is typed stays in the address, which can be sent to a colleague.
pub fn search_bar(path: &str, fields: &Markup) -> Markup {
    html! {
        form.search method="get" action=(path) role="search" {
            (fields)
            p.actions { button.primary type="submit" { "查询" } a.button href=(path) { "清除条件" } }
        }
    }
}

/// Says that a list shows a part only, with the way to the whole.
pub fn narrowed(what: &str, whole: &str) -> Markup {
    html! { p.quiet { (what) " " a href=(whole) { "查看全部" } } }
}

/// Takes along the whole list as it is filtered, not just the page that is seen.
pub fn export_bar(path: &str, query: &Form) -> Markup {
    let address = |format: &str| {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        let kept = |(key, value): &&(String, String)| key != "after" && key != "format" && !value.is_empty();
        pairs.extend_pairs(query.0.iter().filter(kept));
        pairs.append_pair("format", format);
        format!("{path}?{}", pairs.finish())
    };
    download_bar(&[(address("csv"), "导出 CSV"), (address("xlsx"), "导出 XLSX")])
}

/// Ways to take along what is seen: address and label of each.
pub fn download_bar(links: &[(String, &str)]) -> Markup {
    html! {
        p.downloads { @for (href, label) in links { a.button href=(href) { (label) } } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_known_in_a_cell_as_text_and_as_time() {
        assert!(is_day("2022-09-15"));
        assert!(is_day("2022-09-15 13:30"));
        assert!(is_day("<time datetime=\"2022-09-15\">2022-09-15</time>"));
        assert!(!is_day("2022年9月15日") && !is_day("2022-09") && !is_day("<a href=\"/\">2022</a>"));
    }

    #[test]
    fn a_head_sorts_the_same_list_and_turns_it_round() {
        let query = Form::default().with("q", "示例").with("after", "7~x").with("sort", "-records");
        let keys = [("企业", "name"), ("记录", "records")];
        let sorting = Sorting { path: "/list", query: &query, keys: &keys, standard: "name" };
        let page = sorted_table("名单", &["企业", "#记录", "备注"], &sorting, &[]).0;
        assert!(page.contains("aria-sort=\"descending\"><a class=\"sort\" href=\"/list?q=%E7%A4%BA%E4%BE%8B&amp;sort=records\""), "{page}");
        assert!(
            page.contains(
                "aria-sort=\"none\"><a class=\"sort\" href=\"/list?q=%E7%A4%BA%E4%BE%8B&amp;sort=name\""
            ),
            "{page}"
        );
        // A head without a column of its own is no link, and another order begins on its first page.
        assert!(page.contains("scope=\"col\">备注</th>") && !page.contains("after="), "{page}");
        let unknown = Form::default().with("sort", "-other");
        let page = sorted_table("名单", &["企业"], &Sorting { query: &unknown, ..sorting }, &[]).0;
        assert!(
            page.contains("aria-sort=\"ascending\"><a class=\"sort\" href=\"/list?sort=-name\""),
            "{page}"
        );
    }

    #[test]
    fn a_matrix_scrolls_and_a_list_becomes_cards() {
        let cells = vec![html! { "甲" }];
        assert!(table("名单", &["企业"], std::slice::from_ref(&cells)).0.contains("scroll cards"));
        let heads = ["企业", "#一", "#二", "#三", "#四", "#五", "#六"];
        assert!(table("进展", &heads, &[cells]).0.contains("scroll wide"));
    }
}
