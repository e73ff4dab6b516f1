//! The queue of pairs that may be one enterprise.

use maud::{Markup, html};
use xinxiu_domain::actor::OrganisationKind;
use xinxiu_domain::id::OrgId;
use xinxiu_domain::identity::{Clue, MatchState};
use xinxiu_store::likely_match::{QueueFilter, Queued, Side};
use xinxiu_workflow::{enterprises, identity};

use super::compare::by_whom;
use crate::web::reply::PageResult;
use crate::web::request::Req;
use crate::web::ui;

const PATH: &str = "/identity";
const TITLE: &str = "企业身份核对";
const PAGE: i64 = 50;

pub(super) fn show(req: &Req) -> PageResult {
    let actor = req.actor()?;
    let choices = enterprises::choices(&req.app, actor)?;
    let filter = QueueFilter {
        state: MatchState::from_code(req.query.raw("state")),
        county: req.query.text("county").parse().ok().map(OrgId),
    };
    let skip: i64 = req.query.raw("after").parse().ok().filter(|skip| *skip > 0).unwrap_or(0);
    let queue = identity::queue(&req.app, actor, filter, (skip, PAGE))?;
    let rows: Vec<_> = queue.lines.iter().map(row).collect();
    let next = (skip + PAGE < queue.count).then(|| (skip + PAGE).to_string());
    let states: Vec<_> =
        MatchState::ALL.iter().map(|state| (state.code().to_owned(), state.to_string())).collect();
    let kinds = [OrganisationKind::CountyOffice, OrganisationKind::ParkCommittee];
    let counties: Vec<_> = choices
        .organisations
        .iter()
        .filter(|org| kinds.contains(&org.kind))
        .map(|org| (org.id.to_string(), org.short_name.clone()))
        .collect();
    let body = html! {
        h1 { (TITLE) }
        p { "每次导入名单后，系统找出可能是同一家的企业，由您对照后认定；您知道而系统没有找出的，可以在企业页面提出。两家的统一社会信用代码不同的，只凭名称不会列出，也不能合并；注册号或决定书足以证明的，系统直接合并并记入历史，可以撤销。相合程度最高为99，只供排序，由您认定。" }
        (ui::search_bar(PATH, &html! {
            (ui::filter(&req.query, "state", "认定", &states))
            (ui::filter(&req.query, "county", "属地（任一方）", &counties))
        }))
        @if rows.is_empty() && (filter.state.is_some() || filter.county.is_some()) {
            (ui::empty("没有符合条件的企业对。", "可以换一个条件，或清除条件查看全部。"))
        } @else if rows.is_empty() {
            (ui::empty("没有疑似同一企业。", "导入名单后，没有代码而名称、注册号或决定书相合的企业成对列在这里。也可以对全部在册企业查找一遍。"))
        } @else {
            p role="status" { "共" (queue.count) "对" }
            (ui::table(TITLE, &["一方", "另一方", "相合和不合之处", "#相合程度", "认定"], &rows))
            (ui::pager(PATH, &req.query, next.as_deref()))
        }
        p.actions { (ui::post_button(req, "/identity/look", "查找全部企业")) }
    };
    Ok(req.page(TITLE, body))
}

fn row(queued: &Queued) -> Vec<Markup> {
    let found = &queued.found;
    vec![
        html! {
            a href={ (PATH) "/" (found.id) } { (queued.one.name) } br; (place(&queued.one))
        },
        html! { (queued.other.name) br; (place(&queued.other)) },
        html! { (clues(&found.clues)) (by_whom(found)) },
        html! { (found.score) },
        html! { (state(found.state)) @if !found.decided_by.is_empty() { br; span.hint { (found.decided_by) } } },
    ]
}

fn place(side: &Side) -> Markup {
    html! {
        @if side.uscc.is_empty() { "无代码" } @else { (ui::code(&side.uscc)) }
        " " (side.county)
    }
}

/// What speaks for a pair and what against it, each in words.
pub(super) fn clues(clues: &[Clue]) -> Markup {
    html! {
        @for clue in clues.iter().filter(|clue| clue.weight() > 0) { (ui::badge("good", clue.label())) " " }
        @for clue in clues.iter().filter(|clue| clue.weight() < 0) { (ui::badge("bad", clue.label())) " " }
        @for clue in clues.iter().filter(|clue| clue.weight() == 0) { (ui::badge("plain", clue.label())) " " }
    }
}

/// What was found of a pair.
pub(super) fn state(state: MatchState) -> Markup {
    let tone = match state {
        MatchState::Open | MatchState::Unsure => "due",
        MatchState::Same => "good",
        MatchState::Different => "plain",
    };
    ui::badge(tone, state.label())
}

pub(super) fn look(req: &Req) -> PageResult {
    let job = identity::look_everywhere(&req.app, req.actor()?)?;
    Ok(req.see(format!("/jobs/{job}"), ""))
}
