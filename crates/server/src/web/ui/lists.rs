//! Tables and what stands around them.

use maud::{Markup, html};

use crate::web::request::Form;

/// A table: heads, then rows of cells. A head that begins with `#` is for numbers.
pub fn table(caption: &str, heads: &[&str], rows: &[Vec<Markup>]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(caption) {
            table {
                caption.quiet { (caption) }
                thead { tr { @for head in heads { th scope="col" .number[head.starts_with('#')] { (head.trim_start_matches('#')) } } } }
                tbody {
                    @for row in rows {
                        tr {
                            @for (index, cell) in row.iter().enumerate() {
                                @let head = heads.get(index).copied().unwrap_or_default();
                                td data-head=(head.trim_start_matches('#')) .number[head.starts_with('#')] { (cell) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The way to the next page of a list that pages by key; `None` on the last.
pub fn pager(path: &str, query: &Form, next: Option<&str>) -> Markup {
    let address = |after: Option<&str>| {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        pairs.extend_pairs(query.0.iter().filter(|(key, value)| key != "after" && !value.is_empty()));
        if let Some(after) = after {
            pairs.append_pair("after", after);
        }
        format!("{path}?{}", pairs.finish())
    };
    html! {
        nav.pager aria-label="翻页" {
            @if !query.raw("after").is_empty() { a href=(address(None)) { "回到第一页" } }
            @if let Some(next) = next { a rel="next" href=(address(Some(next))) { "下一页" } }
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

/// Ways to take along what is seen: address and label of each.
pub fn download_bar(links: &[(String, &str)]) -> Markup {
    html! {
        p.downloads { @for (href, label) in links { a.button href=(href) { (label) } " " } }
    }
}
