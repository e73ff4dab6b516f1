//! Numbers as bars that are a table at the same time: drawn by the server, read aloud row by row, printed as they
//! stand.

use maud::{Markup, html};

/// One bar.
#[derive(Debug, Clone)]
pub struct Bar {
    /// What is counted.
    pub label: String,
    /// How many.
    pub count: i64,
    /// The list behind the number.
    pub href: String,
}

/// Bars against `whole`, each number the way to its list.
pub fn chart(caption: &str, first: &str, unit: &str, whole: i64, bars: &[Bar]) -> Markup {
    let longest = bars.iter().map(|bar| bar.count).max().unwrap_or(0);
    html! {
        table.chart {
            caption { (caption) }
            colgroup { col; col; col; col; }
            thead.unseen { tr {
                th scope="col" { (first) } th scope="col" { "图" } th scope="col" { (unit) } th scope="col" { "占比" }
            } }
            tbody {
                @for bar in bars {
                    tr {
                        th scope="row" { (bar.label) }
                        td { (drawn(bar.count, longest)) }
                        td.number { @if bar.count == 0 { span.quiet { "0" } } @else { a href=(bar.href) { (bar.count) } } }
                        td.number { (percent(bar.count, whole)) "%" }
                    }
                }
            }
        }
    }
}

/// A bar; the number beside it says the same in words.
fn drawn(count: i64, longest: i64) -> Markup {
    let width = if longest > 0 { (count * 100 + longest / 2) / longest } else { 0 };
    html! {
        svg viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
            rect.track x="0" y="6" width="100" height="2" {}
            rect.fill x="0" y="0" width=(width.max(i64::from(count > 0))) height="14" {}
        }
    }
}

fn percent(part: i64, whole: i64) -> i64 {
    (part * 100 + whole / 2) / whole.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_number_and_says_it() {
        let bar = |label: &str, count| Bar { label: label.into(), count, href: format!("/x?v={count}") };
        let page =
            chart("修复可能", "档次", "家", 40, &[bar("很可能", 30), bar("有可能", 1), bar("无", 0)]).0;
        assert!(
            page.contains("width=\"100\" height=\"14\"") && page.contains("width=\"3\" height=\"14\""),
            "{page}"
        );
        assert!(page.contains("<a href=\"/x?v=30\">30</a>") && page.contains("75%"), "{page}");
        assert!(!page.contains("/x?v=0"), "{page}");
        assert_eq!(percent(1, 0), 100);
    }
}
