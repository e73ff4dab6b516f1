//! How far the campaign has come, by class and agency; every number is the way to its list (N03 N19).

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::progress::{Measure, rate, rate_in_words};
use xinxiu_store::Sort;
use xinxiu_store::progress::{MEMBER_KEYS, ProgressFilter, ProgressMember, ProgressRow};
use xinxiu_workflow::progress::{self, Board};

use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const VIEW: Access = Access::Staff(Action::ViewProgress);
/// Enterprises on one page of a list.
const PAGE: u32 = 100;
/// So many rows go into one export.
const EXPORT: u32 = 50_000;
/// Columns of a list of enterprises.
const MEMBER_HEADS: [&str; 5] = ["企业", "统一社会信用代码", "地区", "乡镇（街道）", "培训班"];
/// Those columns in the address.
const MEMBER_SORTS: [(&str, &str); 5] = [
    ("企业", "name"),
    ("统一社会信用代码", "uscc"),
    ("地区", "county"),
    ("乡镇（街道）", "township"),
    ("培训班", "class"),
];
const LIST: &str = "/progress/enterprises";
/// Columns of the table: the chain from list to take-down.
const CHAIN: [Measure; 11] = [
    Measure::Members,
    Measure::Invited,
    Measure::Trained,
    Measure::Examined,
    Measure::Applied,
    Measure::Accepted,
    Measure::Decided,
    Measure::Agreed,
    Measure::TakenDown,
    Measure::RepairBase,
    Measure::Repaired,
];

pub(super) fn routes(table: &mut Routes) {
    table.get("/progress", VIEW, show);
    table.get("/progress/enterprises", VIEW, enterprises);
}

fn filter(query: &Form) -> ProgressFilter {
    ProgressFilter {
        plan_item: query.text("class").parse().ok(),
        unplaced: query.ticked("unplaced"),
        agency: query.text("agency").parse().ok(),
        ..ProgressFilter::default()
    }
}

fn show(req: &Req) -> PageResult {
    let board = progress::board(&req.app, req.actor()?, None, &filter(&req.query))?;
    let targets = &board.campaign.targets;
    let total = &board.total;
    let body = html! {
        h1 { "进展" }
        p { (board.campaign.title) }
        (headline(total, &query_of(req)))
        (ui::panel("修复率", &html! {
            p.figures {
                (ui::figure(rate(total.repaired, total.repair_base), "修复率", &link(Measure::Repaired, &query_of(req))))
                (ui::figure(total.figure(Measure::Unrepaired), Measure::Unrepaired.label(), &link(Measure::Unrepaired, &query_of(req))))
            }
            p { (rate_in_words(total.repaired, total.repair_base)) "。目标" (targets.repair_rate_percent) "%以上。" }
            p.hint { "参训前没有可修复处罚信息的参训企业不计入分母。" }
        }))
        (ui::panel("各培训班（家）", &by_class(&board)))
        (ui::panel("各服务机构（家）", &by_agency(&board)))
        (ui::panel("各项数字的含义", &html! {
            dl.facts { @for measure in Measure::ALL { div { dt { (measure) } dd { (measure.meaning()) } } } }
        }))
    };
    Ok(req.page("进展", body))
}

/// The numbers of the chain in a row, each the way to its list.
pub(super) fn headline(total: &ProgressRow, rest: &str) -> Markup {
    html! {
        div.figures {
            @for measure in Measure::HEADLINE { (ui::figure(total.figure(measure), measure.label(), &link(measure, rest))) }
        }
    }
}

/// The filters in the address, so that a number leads to the list of just what it counts.
fn query_of(req: &Req) -> String {
    let kept = ["class", "agency", "unplaced"].into_iter().filter(|name| !req.query.text(name).is_empty());
    let pairs: Vec<String> = kept.map(|name| format!("&{name}={}", digits(&req.query.text(name)))).collect();
    pairs.concat()
}

/// Ids are digits; anything else in an address is dropped.
fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn link(measure: Measure, rest: &str) -> String {
    format!("/progress/enterprises?measure={}{rest}", measure.code())
}

fn by_class(board: &Board) -> Markup {
    let rows: Vec<_> = board
        .rows
        .iter()
        .map(|row| {
            let rest = row.plan_item.map_or_else(|| "&unplaced=1".to_owned(), |id| format!("&class={id}"));
            figures(row, &rest)
        })
        .chain([figures(&board.total, "")])
        .collect();
    table("培训班", &rows)
}

fn by_agency(board: &Board) -> Markup {
    let mut agencies: Vec<(Option<xinxiu_domain::id::OrgId>, &str)> = Vec::new();
    for row in &board.rows {
        if !agencies.iter().any(|(agency, _)| *agency == row.agency) {
            agencies.push((row.agency, &row.agency_name));
        }
    }
    let rows: Vec<_> = agencies
        .into_iter()
        .map(|(agency, name)| {
            let own = board.rows.iter().filter(|row| row.agency == agency);
            let name = if name.is_empty() { "尚未确定机构" } else { name };
            let rest = agency.map_or_else(|| "&unplaced=1".to_owned(), |agency| format!("&agency={agency}"));
            figures(&ProgressRow::total(name, own), &rest)
        })
        .collect();
    table("服务机构", &rows)
}

fn table(first: &str, rows: &[Vec<Markup>]) -> Markup {
    let heads: Vec<String> = CHAIN.iter().map(|measure| format!("#{}", measure.label())).collect();
    let heads: Vec<&str> =
        [first, "#计划"].into_iter().chain(heads.iter().map(String::as_str)).chain(["#修复率"]).collect();
    ui::table(first, &heads, rows)
}

fn figures(row: &ProgressRow, rest: &str) -> Vec<Markup> {
    let chain = CHAIN.iter().map(|measure| {
        let number = row.figure(*measure);
        html! { @if number == 0 { span.quiet { "0" } } @else { a href=(link(*measure, rest)) { (number) } } }
    });
    [html! { (row.name) }, html! { (row.planned) }]
        .into_iter()
        .chain(chain)
        .chain([html! { (rate(row.repaired, row.repair_base)) }])
        .collect()
}

fn enterprises(req: &Req) -> PageResult {
    let measure = Measure::from_code(&req.query.text("measure")).ok_or(PageError::NotFound)?;
    let offset: u32 = digits(&req.query.text("after")).parse().unwrap_or(0);
    let filter = filter(&req.query);
    let actor = req.actor()?;
    let board = progress::board(&req.app, actor, None, &filter)?;
    let title = format!("{measure}{}", of_whom(&filter, &board));
    let sort = Sort::parse(&MEMBER_KEYS, req.query.raw("sort"));
    if !req.query.raw("format").is_empty() {
        let all = progress::members(&req.app, actor, None, &filter, (measure, sort), (0, EXPORT))?;
        let cells = |one: ProgressMember| vec![one.name, one.uscc, one.county, one.township, one.class];
        return req.table(&title, &MEMBER_HEADS, &all.into_iter().map(cells).collect::<Vec<_>>());
    }
    let count = board.total.figure(measure);
    let found = progress::members(&req.app, actor, None, &filter, (measure, sort), (offset, PAGE))?;
    let sorting = ui::Sorting { path: LIST, query: &req.query, keys: &MEMBER_SORTS, standard: "" };
    let end = offset.saturating_add(PAGE);
    let next = (end < count).then(|| end.to_string());
    Ok(req.page(
        &title,
        html! {
            h1 { (title) "：" (count) "家" }
            p { (measure.meaning()) "。" }
            (members(&found, Some(&sorting)))
            (ui::pager(LIST, &req.query, next.as_deref()))
            @if count > 0 { (ui::export_bar(LIST, &req.query)) }
            p { a href="/progress" { "返回进展" } }
        },
    ))
}

/// Of which class or agency a list is, in brackets; nothing where it is of all.
fn of_whom(filter: &ProgressFilter, board: &Board) -> String {
    let class = filter.plan_item.and_then(|id| board.rows.iter().find(|row| row.plan_item == Some(id)));
    let agency = filter.agency.and_then(|id| board.rows.iter().find(|row| row.agency == Some(id)));
    let parts: Vec<&str> = [
        class.map(|row| row.name.as_str()),
        agency.map(|row| row.agency_name.as_str()),
        filter.unplaced.then_some("尚未编班"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if parts.is_empty() { String::new() } else { format!("（{}）", parts.join("、")) }
}

/// The enterprises behind a number.
pub(super) fn member_table(found: &[ProgressMember]) -> Markup {
    members(found, None)
}

fn members(found: &[ProgressMember], sorting: Option<&ui::Sorting<'_>>) -> Markup {
    let rows: Vec<_> = found
        .iter()
        .map(|one| {
            vec![
                html! { a href={ "/enterprises/" (one.enterprise) } { (one.name) } },
                html! { @if !one.uscc.is_empty() { (ui::code(&one.uscc)) } },
                html! { (one.county) },
                html! { (one.township) },
                html! { (one.class) },
            ]
        })
        .collect();
    html! {
        @if rows.is_empty() {
            (ui::empty("目前没有符合的企业。", "随着各项工作推进，企业会出现在这里。"))
        } @else {
            @match sorting {
                Some(sorting) => { (ui::sorted_table("企业", &MEMBER_HEADS, sorting, &rows)) },
                None => { (ui::table("企业", &MEMBER_HEADS, &rows)) },
            }
        }
    }
}
