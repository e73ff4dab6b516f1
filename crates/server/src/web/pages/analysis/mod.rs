//! A campaign's enterprises by cause, rectification, conditions, place, sector and outlook: as bars, as a table
//! of two dimensions, as the list behind each number (N02, N07).

mod cross;
mod list;

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::analysis::{Condition, Dimension, Likelihood};
use xinxiu_store::analysis::{Count, Filter};
use xinxiu_workflow::analysis::{self, Names, Overview};

use crate::web::reply::PageResult;
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const PATH: &str = "/analysis";
const LIST: &str = "/analysis/enterprises";
/// Stands in an address for a value that is empty: nobody has said.
const NONE: &str = "-";
/// Bars shown of one dimension; the rest is in the table below and in the export.
const BARS: usize = 20;

/// The panels of the page.
const PANELS: [(&str, &[Dimension]); 5] = [
    ("修复可能和意愿", &[Dimension::Likelihood, Dimension::Willingness, Dimension::Verdict]),
    (
        "失信原因",
        &[Dimension::CauseOwn, Dimension::CauseAuthority, Dimension::CauseHelper, Dimension::Violation],
    ),
    ("整改和条件", &[Dimension::Rectification, Dimension::Conditions, Dimension::Met]),
    ("地区", &[Dimension::County, Dimension::Township]),
    ("行业、机关和培训班", &[Dimension::Industry, Dimension::Authority, Dimension::Class]),
];
/// Dimensions that a filter offers as a choice; the others are reached by a number.
const CHOSEN: [Dimension; 7] = [
    Dimension::County,
    Dimension::Class,
    Dimension::Likelihood,
    Dimension::Willingness,
    Dimension::Rectification,
    Dimension::CauseOwn,
    Dimension::CauseAuthority,
];
/// Dimensions that a filter asks for as text.
const TYPED: [Dimension; 2] = [Dimension::Township, Dimension::Industry];

pub(super) fn routes(table: &mut Routes) {
    table.get(PATH, Access::Staff(Action::ViewProgress), show);
    table.get(LIST, Access::Staff(Action::ViewProgress), list::enterprises);
}

fn filter(query: &Form) -> Filter {
    let asked = Dimension::ALL.iter().filter(|one| !query.raw(one.code()).is_empty());
    let value = |dimension: &Dimension| match query.raw(dimension.code()) {
        NONE => String::new(),
        text => text.to_owned(),
    };
    Filter {
        values: asked.map(|one| (*one, value(one))).collect(),
        condition: Condition::from_code(query.raw("condition")).map(|one| (one, !query.ticked("unmet"))),
    }
}

fn dimension(query: &Form, name: &str, standard: Dimension) -> Dimension {
    Dimension::from_code(query.raw(name)).unwrap_or(standard)
}

/// The list of what a number counts: the filters of the page, narrowed by more.
fn address(path: &str, query: &Form, more: &[(&str, &str)]) -> String {
    let kept = |(key, value): &&(String, String)| {
        !value.is_empty()
            && !matches!(key.as_str(), "by" | "across" | "format" | "after" | "table")
            && !more.iter().any(|(name, _)| name == key)
    };
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    pairs.extend_pairs(query.0.iter().filter(kept));
    for (name, value) in more {
        pairs.append_pair(name, if value.is_empty() { NONE } else { value });
    }
    format!("{path}?{}", pairs.finish())
}

fn show(req: &Req) -> PageResult {
    let (actor, query) = (req.actor()?, &req.query);
    let filter = filter(query);
    let pair = (dimension(query, "by", Dimension::County), dimension(query, "across", Dimension::Likelihood));
    let exported = !query.raw("format").is_empty();
    if exported && query.raw("table") == "cross" {
        let found = analysis::overview(&req.app, actor, &filter, &[], Some(pair))?;
        return cross::export(req, &found, pair);
    }
    let all: Vec<Dimension> = PANELS.iter().flat_map(|(_, dimensions)| dimensions.iter().copied()).collect();
    let found = analysis::overview(&req.app, actor, &filter, &all, (!exported).then_some(pair))?;
    if exported {
        return export_counts(req, &found);
    }
    let members = found.numbers.totals.members;
    let body = html! {
        h1 { "对象分析" }
        p { (found.campaign.title) }
        (ui::search_bar(PATH, &search_fields(query, &found.names)))
        (conditions_in_words(query, &found.names))
        @if members == 0 {
            (ui::empty(
                "这里按失信原因、整改情况、修复条件、地区、行业、机关、修复可能和意愿统计名单内企业。",
                "导入名单后出现；设了条件而没有企业的，请清除条件。",
            ))
        } @else {
            p role="status" { a href=(address(LIST, query, &[])) { "共" (members) "家企业" } "。每个数字都可以点开名单；一家企业有多条处罚的，在机关和违法行为类型中各算一次。" }
            (ui::panel("已具备的修复条件（家）", &conditions(query, &found)))
            @for (title, dimensions) in PANELS {
                (ui::panel(&format!("{title}（家）"), &html! {
                    @for one in dimensions { (bars(query, &found, *one)) }
                    @if title == PANELS[0].0 { (meaning()) }
                }))
            }
            (ui::panel("交叉统计（家）", &html! {
                (cross::form(query, pair))
                (cross::table(query, &found, pair))
                (ui::export_bar(PATH, &query.clone().with("table", "cross")))
            }))
            (ui::export_bar(PATH, query))
            @if actor.has(Action::ViewProposal) { p { a href="/proposals" { "按分析结果编排场次" } } }
        }
    };
    Ok(req.page("对象分析", body))
}

fn search_fields(query: &Form, names: &Names) -> Markup {
    html! {
        @for one in CHOSEN {
            @let choices = names.choices(one);
            (ui::filter(query, one.code(), one.label(), &choices))
        }
        @for one in TYPED { (ui::field(query, one.code(), one.label(), "", &[])) }
        @for (name, value) in other_filters(query) { (ui::hidden(&name, value)) }
    }
}

/// Filters that came with a number and have no field of their own.
fn other_filters(query: &Form) -> Vec<(String, String)> {
    let has_field = |key: &str| CHOSEN.iter().chain(&TYPED).any(|one| one.code() == key);
    let known = |key: &str| {
        Dimension::from_code(key).is_some() || matches!(key, "condition" | "unmet" | "by" | "across")
    };
    query
        .0
        .iter()
        .filter(|(key, value)| known(key) && !has_field(key) && !value.is_empty())
        .cloned()
        .collect()
}

/// What the numbers are narrowed to.
fn conditions_in_words(query: &Form, names: &Names) -> Markup {
    let filter = filter(query);
    let mut words: Vec<String> = filter
        .values
        .iter()
        .map(|(one, value)| format!("{}：{}", one.label(), names.of(*one, value)))
        .collect();
    if let Some((condition, met)) = filter.condition {
        words.push(format!("{}{condition}", if met { "" } else { "尚未具备：" }));
    }
    html! { @if !words.is_empty() { (ui::narrowed(&format!("只统计：{}。", words.join("；")), PATH)) } }
}

fn conditions(query: &Form, found: &Overview) -> Markup {
    let members = found.numbers.totals.members;
    let bars: Vec<_> = Condition::ALL
        .iter()
        .map(|one| ui::Bar {
            label: one.label().to_owned(),
            count: found.met(*one),
            href: address(LIST, query, &[("condition", one.code())]),
        })
        .collect();
    html! {
        (ui::chart("具备各项条件的企业", "条件", "家", members, &bars))
        p.hint {
            "尚未具备："
            @for one in Condition::ALL {
                @let lacking = members - found.met(*one);
                a href=(address(LIST, query, &[("condition", one.code()), ("unmet", "1")])) { (one) "缺" (lacking) "家" } "　"
            }
        }
        p.hint { "履行以认定部门检查到位、修复表写明已履行或最近一次登记为准；培训只有严重失信修复时必需。" }
    }
}

fn bars(query: &Form, found: &Overview, one: Dimension) -> Markup {
    let counts =
        found.numbers.counts.iter().find(|(known, _)| *known == one).map_or(&[][..], |(_, counts)| counts);
    let bars: Vec<_> = counts
        .iter()
        .take(BARS)
        .map(|count| ui::Bar {
            label: found.names.of(one, &count.value),
            count: count.count,
            href: address(LIST, query, &[(one.code(), &count.value)]),
        })
        .collect();
    let caption = if counts.len() > BARS || one.of_records() && counts.len() == BARS {
        format!("{}（最多的{BARS}项）", one.label())
    } else {
        one.label().to_owned()
    };
    ui::chart(&caption, one.label(), "家", found.numbers.totals.members, &bars)
}

/// How the outlook is found, in words that can be checked against the page of each enterprise.
fn meaning() -> Markup {
    html! {
        details {
            summary { "修复可能怎样得出" }
            p { "按在案事实逐档判断，先符合的为准，不作推测：" }
            dl.facts { @for one in Likelihood::ALL { div { dt { (one) } dd { (one.meaning()) } } } }
        }
    }
}

fn export_counts(req: &Req, found: &Overview) -> PageResult {
    let mut rows: Vec<Vec<String>> = Condition::ALL
        .iter()
        .map(|one| vec!["已具备的修复条件".to_owned(), one.to_string(), found.met(*one).to_string()])
        .collect();
    for (dimension, counts) in &found.numbers.counts {
        let line = |count: &Count| {
            vec![dimension.to_string(), found.names.of(*dimension, &count.value), count.count.to_string()]
        };
        rows.extend(counts.iter().map(line));
    }
    req.table("对象分析", &["统计项目", "取值", "企业数"], &rows)
}
