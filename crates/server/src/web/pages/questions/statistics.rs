//! What the answers say of the questions: how hard each is, and whether it tells those who know from those who do not.

use std::cmp::Ordering;

use maud::{Markup, html};
use xinxiu_domain::item_statistics::{ENOUGH, Item};
use xinxiu_workflow::question_bank;

use crate::web::reply::PageResult;
use crate::web::request::Req;
use crate::web::ui;

const TITLE: &str = "试题分析";
const HEADS: [&str; 7] = ["编号", "题目", "模块", "#作答次数", "#答对率", "#区分度", "提示"];
const SORTS: [(&str, &str); 4] =
    [("编号", "id"), ("作答次数", "asked"), ("答对率", "difficulty"), ("区分度", "discrimination")];

pub(super) fn show(req: &Req) -> PageResult {
    let mut items = question_bank::statistics(&req.app, req.actor()?)?;
    sort(&mut items, req.query.raw("sort"));
    if !req.query.raw("format").is_empty() {
        let rows: Vec<Vec<String>> = items.iter().map(cells).collect();
        let heads = HEADS.map(|head| head.trim_start_matches('#'));
        return req.table(TITLE, &heads, &rows);
    }
    let sorting = ui::Sorting {
        path: "/questions/statistics",
        query: &req.query,
        keys: &SORTS,
        standard: "difficulty",
    };
    let rows: Vec<Vec<Markup>> = items.iter().map(row).collect();
    let body = html! {
        h1 { (TITLE) }
        p { a href="/questions" { "题库" } "。按本年度行动中每家企业的第一次手机考试统计，重考看过解析，不计在内。" }
        @if rows.is_empty() {
            (ui::empty("还没有企业交卷。", "企业用手机交卷后，这里列出每道题的答对率和区分度。"))
        } @else {
            (ui::export_bar("/questions/statistics", &req.query))
            (ui::sorted_table(TITLE, &HEADS, &sorting, &rows))
            p.hint {
                "答对率越低题越难。区分度是答对本题与其余各题得分的相关，从-1到1；作答不满" (ENOUGH) "次，或全部答对、全部答错的不计算。"
            }
        }
    };
    Ok(req.page(TITLE, body))
}

/// What is not known stands last, whichever way it goes.
fn sort(items: &mut [Item], asked: &str) {
    let (key, down) = asked.strip_prefix('-').map_or((asked, false), |key| (key, true));
    let turned = |order: Ordering| if down { order.reverse() } else { order };
    items.sort_by(|one, other| match key {
        "id" => turned(one.question.id.cmp(&other.question.id)),
        "asked" => turned(one.asked.cmp(&other.asked)),
        "discrimination" => match (one.discrimination, other.discrimination) {
            (Some(one), Some(other)) => turned(one.total_cmp(&other)),
            (one, other) => other.is_some().cmp(&one.is_some()),
        },
        _ => turned(one.difficulty().total_cmp(&other.difficulty())),
    });
}

fn percent(item: &Item) -> String {
    format!("{:.0}%", item.difficulty() * 100.0)
}

fn discrimination(item: &Item) -> String {
    item.discrimination.map_or_else(|| "—".to_owned(), |value| format!("{value:.2}"))
}

fn cells(item: &Item) -> Vec<String> {
    vec![
        item.question.id.clone(),
        item.question.text.clone(),
        item.question.module.to_string(),
        item.asked.to_string(),
        percent(item),
        discrimination(item),
        item.concern().map_or_else(String::new, |concern| concern.to_string()),
    ]
}

fn row(item: &Item) -> Vec<Markup> {
    vec![
        html! { a href={ "/questions/" (item.question.id) } { (item.question.id) } },
        html! { (item.question.text) },
        html! { (item.question.module) },
        html! { (item.asked) },
        html! { (percent(item)) },
        html! { (discrimination(item)) },
        html! { @if let Some(concern) = item.concern() { (ui::badge("due", concern.label())) } },
    ]
}
