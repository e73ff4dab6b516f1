//! The enterprises behind a number.

use maud::{Markup, html};
use xinxiu_domain::analysis::{Condition, Likelihood};
use xinxiu_store::analysis::Line;
use xinxiu_workflow::analysis;

use super::{LIST, PATH, address, conditions_in_words, filter, meaning};
use crate::web::reply::PageResult;
use crate::web::request::Req;
use crate::web::ui;

const PAGE: u32 = 100;
const EXPORT: u32 = 100_000;

const HEADS: [&str; 9] = [
    "企业",
    "统一社会信用代码",
    "属地",
    "乡镇（街道）",
    "行业",
    "修复可能",
    "依据",
    "修复意愿",
    "已具备的条件",
];

/// The list behind a number.
pub(super) fn enterprises(req: &Req) -> PageResult {
    let actor = req.actor()?;
    let filter = filter(&req.query);
    let offset: u32 = req.query.text("after").parse().unwrap_or(0);
    if !req.query.raw("format").is_empty() {
        let (_, lines, _) = analysis::lines(&req.app, actor, &filter, (0, EXPORT))?;
        let rows: Vec<_> = lines.iter().map(cells).collect();
        return req.table("对象分析名单", &HEADS, &rows);
    }
    let (names, lines, count) = analysis::lines(&req.app, actor, &filter, (offset, PAGE))?;
    let rows: Vec<Vec<Markup>> = lines.iter().map(row).collect();
    let end = offset.saturating_add(PAGE);
    let next = (i64::from(end) < count).then(|| end.to_string());
    let body = html! {
        h1 { "对象分析名单：" (count) "家" }
        (conditions_in_words(&req.query, &names))
        @if rows.is_empty() {
            (ui::empty("没有符合条件的企业。", "请返回对象分析，减少条件。"))
        } @else {
            (ui::table("企业", &SHOWN, &rows))
            (ui::pager(LIST, &req.query, next.as_deref()))
            (ui::export_bar(LIST, &req.query))
        }
        (meaning())
        p { a href=(address(PATH, &req.query, &[])) { "按同样条件返回对象分析" } }
    };
    Ok(req.page("对象分析名单", body))
}

const SHOWN: [&str; 6] = ["企业", "属地", "行业", "修复可能", "修复意愿", "已具备的条件"];

const fn tone(likelihood: Likelihood) -> &'static str {
    match likelihood {
        Likelihood::High => "good",
        Likelihood::Fair | Likelihood::Low => "due",
        Likelihood::Barred => "plain",
    }
}

fn row(line: &Line) -> Vec<Markup> {
    vec![
        html! {
            a href={ "/enterprises/" (line.enterprise) } { (line.name) }
            @if !line.uscc.is_empty() { br; (ui::code(&line.uscc)) }
        },
        html! { (line.county) " " (line.township) },
        html! { (line.industry) },
        html! { (ui::badge(tone(line.likelihood), line.likelihood.label())) br; small { (why(line)) } },
        html! { (line.willingness) },
        html! { (met(line)) },
    ]
}

/// What the outlook rests on.
fn why(line: &Line) -> String {
    let mut parts = Vec::new();
    if line.ready > 0 {
        parts.push(format!("现在可修复{}条", line.ready));
    } else if let Some(day) = line.ready_on {
        parts.push(format!("{day}起可修复"));
    }
    if line.review > 0 {
        parts.push(format!("需认定{}条", line.review));
    }
    let performed = Condition::ALL.iter().zip(&line.met).any(|(one, met)| *one == Condition::Duty && *met);
    parts.push(match line.rectification {
        Some(state) => state.label().to_owned(),
        None if performed => "修复表写明已履行".to_owned(),
        None => "整改情况未登记".to_owned(),
    });
    parts.join("，")
}

fn met(line: &Line) -> String {
    let met = Condition::ALL.iter().zip(&line.met).filter(|(_, met)| **met);
    let words: Vec<&str> = met.map(|(one, _)| one.label()).collect();
    if words.is_empty() { "无".to_owned() } else { words.join("；") }
}

fn cells(line: &Line) -> Vec<String> {
    vec![
        line.name.clone(),
        line.uscc.clone(),
        line.county.clone(),
        line.township.clone(),
        line.industry.clone(),
        line.likelihood.to_string(),
        why(line),
        line.willingness.to_string(),
        met(line),
    ]
}
