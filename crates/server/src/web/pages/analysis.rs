//! A campaign's enterprises by cause, rectification, conditions, place, sector and outlook: as bars, as a table
//! of two dimensions, as the list behind each number (N02, N07).

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::analysis::{Condition, Dimension, Likelihood};
use xinxiu_store::analysis::{Count, Filter, Line};
use xinxiu_workflow::analysis::{self, Names, Overview};

use crate::web::reply::PageResult;
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const PATH: &str = "/analysis";
const LIST: &str = "/analysis/enterprises";
const PAGE: u32 = 100;
const EXPORT: u32 = 100_000;
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
    table.get(LIST, Access::Staff(Action::ViewProgress), enterprises);
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
    if query.raw("table") == "cross" && !query.raw("format").is_empty() {
        let (names, cells) = analysis::cross(&req.app, actor, &filter, pair)?;
        return export_cross(req, &names, &cells, pair);
    }
    let all: Vec<Dimension> = PANELS.iter().flat_map(|(_, dimensions)| dimensions.iter().copied()).collect();
    let found = analysis::overview(&req.app, actor, &filter, &all)?;
    if !query.raw("format").is_empty() {
        return export_counts(req, &found);
    }
    let (_, cells) = analysis::cross(&req.app, actor, &filter, pair)?;
    let members = found.totals.members;
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
                (cross_form(query, pair))
                (cross_table(query, &found.names, &cells, pair))
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
    let members = found.totals.members;
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
    let counts = found.counts.iter().find(|(known, _)| *known == one).map_or(&[][..], |(_, counts)| counts);
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
    ui::chart(&caption, one.label(), "家", found.totals.members, &bars)
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

fn cross_form(query: &Form, (by, across): (Dimension, Dimension)) -> Markup {
    let choices: Vec<_> =
        Dimension::ALL.iter().map(|one| (one.code().to_owned(), one.label().to_owned())).collect();
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

fn cross_table(query: &Form, names: &Names, cells: &[Count], (by, across): (Dimension, Dimension)) -> Markup {
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

fn export_counts(req: &Req, found: &Overview) -> PageResult {
    let mut rows: Vec<Vec<String>> = Condition::ALL
        .iter()
        .map(|one| vec!["已具备的修复条件".to_owned(), one.to_string(), found.met(*one).to_string()])
        .collect();
    for (dimension, counts) in &found.counts {
        let line = |count: &Count| {
            vec![dimension.to_string(), found.names.of(*dimension, &count.value), count.count.to_string()]
        };
        rows.extend(counts.iter().map(line));
    }
    req.table("对象分析", &["统计项目", "取值", "企业数"], &rows)
}

fn export_cross(
    req: &Req,
    names: &Names,
    cells: &[Count],
    (by, across): (Dimension, Dimension),
) -> PageResult {
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

fn enterprises(req: &Req) -> PageResult {
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
