//! What an enterprise sees behind its personal link: one sentence, one button, on a phone (N07, N08, N18).

use maud::{Markup, html};
use xinxiu_domain::actor::Actor;
use xinxiu_domain::attendance::AttendanceState;
use xinxiu_domain::session::SessionState;
use xinxiu_store::StoreError;
use xinxiu_store::attendance::Attendance;
use xinxiu_store::session_change::SessionChange;
use xinxiu_workflow::invitations::{self, Home};
use xinxiu_workflow::{FieldError, Refusal, roll_call, sessions};

use super::appeal_form::follows;
use super::sessions::programme;
use super::{free_of_charge, link_demand, link_group, link_matching, link_materials, link_next, link_roll};
use crate::web::reply::{PageError, PageResult, Reply};
use crate::web::request::Req;
use crate::web::routes::{Access, Routes};
use crate::web::ui;
use crate::web::{ics, layout};

pub(super) fn routes(table: &mut Routes) {
    table.get("/l/{token}", Access::Link, home);
    table.post("/l/{token}/change-seen", Access::Link, change_seen);
    table.get("/l/{token}/session.ics", Access::Link, calendar);
}

/// Whoever holds the link of the address; every bad link looks the same.
pub(super) fn guest(req: &Req) -> Result<(Actor, Attendance), PageError> {
    invitations::of_link(&req.app, req.param("token")).map_err(|refusal| match refusal {
        Refusal::Store(StoreError::NotFound(..)) => PageError::LinkGone,
        other => other.into(),
    })
}

pub(super) fn address(req: &Req, step: &str) -> String {
    let token = req.param("token");
    if step.is_empty() { format!("/l/{token}") } else { format!("/l/{token}/{step}") }
}

fn home(req: &Req) -> PageResult {
    home_page(req, 200, &[])
}

pub(super) fn home_page(req: &Req, status: u16, errors: &[FieldError]) -> PageResult {
    let (actor, found) = guest(req)?;
    let home = invitations::home(&req.app, &actor, found.id)?;
    let (sentence, button) = link_next::next(req, &home, errors);
    let own = roll_call::own(&req.app, &actor, found.id)?;
    let session = &home.session;
    let body = html! {
        p.whose { (home.enterprise) }
        h1 { "下一步做什么" }
        (ui::errors(errors))
        @if let Some(change) = &home.change { (changed(req, &home, change)) } @else { (moved_up(req, &home)) }
        p.lead { (sentence) }
        (button)
        (answered(req, &home))
        (link_demand::panel(req, &home.repair.demands))
        (link_group::said(&home.announcements))
        (link_roll::presence(req, &home, own, errors))
        @if session.state != SessionState::Cancelled {
            (ui::steps(&["答复", "承诺书", "签到", "考试", "证明"], link_next::step(&home)))
        }
        @if !home.repair.sentence.is_empty() && (came(&home) || home.repair.pressing.is_some()) {
            (ui::panel("信用修复进展", &html! { p { (home.repair.sentence) } p { a href=(address(req, "records")) { "逐条查看" } } }))
        }
        @if home.unauthorised && session.state != SessionState::Cancelled {
            (ui::panel("授权委托书", &html! {
                p { (home.attendance.attendee) "代表企业参加，还没有上传授权委托书。" }
                p.actions { a.button href=(address(req, "authorisation")) { "上传授权委托书" } }
            }))
        }
        (ui::panel("培训安排", &plan(req, &home)))
        (link_matching::panel(req, &home))
        @if !home.agenda.is_empty() && session.state != SessionState::Cancelled {
            (ui::panel("培训日程", &programme(session, &home.agenda, |_| html! {})))
        }
        (link_materials::panel(req, &home))
        (ui::panel("其他事项", &others(req, &home)))
    };
    let page = layout::phone("下一步做什么", &req.flash, &body);
    Ok(Reply::OwnPage(status, page, req.param("token").to_owned(), req.is_secure()))
}

/// What changed since the enterprise answered, old and new, and one button that says that its answer stands.
fn changed(req: &Req, home: &Home, change: &SessionChange) -> Markup {
    let (title, stands) = if change.is_cancelled {
        ("本次培训已取消", "知道了")
    } else if home.attendance.state == AttendanceState::Accepted {
        ("培训的时间或地点有变更", "知道了，仍然参加")
    } else {
        ("培训的时间或地点有变更", "知道了")
    };
    html! {
        section.panel.changed aria-label=(title) {
            h2 { (title) }
            p { "原来：" del { (change.old_time) "，" (change.old_place) } }
            @if !change.is_cancelled { p { strong { "现在：" (change.new_time) "，" (change.new_place) } } }
            p { "原因：" (change.reason) }
            form method="post" action=(address(req, "change-seen")) {
                button.primary type="submit" { (stands) }
            }
            @if home.attendance.state == AttendanceState::Accepted && !change.is_cancelled {
                p { a href=(address(req, "answer")) { "不能参加了，重新答复" } }
            }
        }
    }
}

/// Objections and appeals that were answered lately.
fn answered(req: &Req, home: &Home) -> Markup {
    html! {
        @if !home.repair.answered.is_empty() {
            section.panel.changed aria-label="异议申诉有答复" {
                h2 { "异议申诉有答复" }
                @for one in &home.repair.answered {
                    p { (one.decision_number) "：" (one.kind) "，" strong { (one.state) } br; (follows(one)) }
                }
                p { a href=(address(req, "appeal")) { "查看答复" } }
            }
        }
    }
}

/// Says that the enterprise got a seat from the waiting list, until it says that it knows.
fn moved_up(req: &Req, home: &Home) -> Markup {
    let found = &home.attendance;
    let news =
        found.moved_up_at.is_some_and(|moved| found.answered_at.is_none_or(|answered| answered.at < moved));
    html! {
        @if news && found.state == AttendanceState::Accepted {
            section.panel.changed aria-label="候补成功" {
                h2 { "候补成功，您有名额了" }
                p { strong { (home.time) "，" (home.session.place) } }
                form method="post" action=(address(req, "change-seen")) {
                    button.primary type="submit" { "知道了，一定参加" }
                }
                p { a href=(address(req, "answer")) { "不能参加了，重新答复" } }
            }
        }
    }
}

fn change_seen(req: &Req) -> PageResult {
    let (actor, found) = guest(req)?;
    sessions::note_change(&req.app, &actor, found.id)?;
    Ok(req.see(address(req, ""), "已确认，谢谢"))
}

/// Whether the enterprise has sat in the session.
fn came(home: &Home) -> bool {
    matches!(
        home.attendance.state,
        AttendanceState::Present | AttendanceState::Failed | AttendanceState::Passed
    )
}

/// When and where; what is not known is not asked about.
fn plan(req: &Req, home: &Home) -> Markup {
    let session = &home.session;
    let mut pairs = vec![("培训", html! { (session.title) }), ("时间", html! { (home.time) })];
    if !session.place.is_empty() {
        pairs.push(("地点", html! { (session.place) }));
    }
    if !session.link.is_empty() {
        pairs.push(("会议链接", html! { a href=(session.link) rel="noreferrer" { (session.link) } }));
    }
    if !session.contact_group.is_empty() {
        pairs.push(("联系群", html! { a href=(address(req, "group")) { (session.contact_group) } }));
    }
    pairs.push(("服务机构", html! { (home.agency) }));
    let ahead = matches!(session.state, SessionState::Published | SessionState::Open);
    html! {
        (ui::facts(&pairs))
        @if ahead { p { a href=(address(req, "session.ics")) { "加入手机日历" } } }
    }
}

/// The session for the calendar of the phone.
fn calendar(req: &Req) -> PageResult {
    let (actor, found) = guest(req)?;
    let home = invitations::home(&req.app, &actor, found.id)?;
    let held = ics::Held {
        session: &home.session,
        note: format!("免费培训，服务机构：{}", home.agency),
        address: format!("{}/l/{}", req.origin, req.param("token")),
    };
    let text = ics::calendar("信用修复培训", std::iter::once(held), req.app.clock.now());
    Ok(req.file(text.into_bytes(), "信用修复培训.ics", ics::MEDIA_TYPE))
}

fn others(req: &Req, home: &Home) -> Markup {
    let found = &home.attendance;
    let answerable = matches!(found.state, AttendanceState::Accepted | AttendanceState::Declined)
        && matches!(home.session.state, SessionState::Published | SessionState::Open);
    html! {
        ul.ways {
            @if answerable { li { a href=(address(req, "answer")) { "修改答复" } } }
            li {
                a href=(address(req, "commitment")) {
                    "查看承诺书" small { "已签" (home.owed.signed.min(home.owed.needed)) "份，应签" (home.owed.needed) "份" }
                }
            }
            li { a href=(address(req, "records")) { "我的处罚信息" small { "每条到哪一步、下一步做什么" } } }
            li { a href=(address(req, "situation")) { "说明失信原因和整改情况" } }
            li { a href=(address(req, "particulars")) { "更正联系人、电话和地址" } }
            li { a href=(address(req, "appeal")) { "提出异议和申诉" small { "处罚信息不对，或对退回、决定不服" } } }
        }
        (free_of_charge::panel(req, home))
        @if !home.reported.is_empty() {
            p.hint { "您反映的情况已经转给属地信用办和市信用办核实。" }
        }
        @if home.may_rate { p { a href=(address(req, "feedback")) { "评价这场培训" } } }
        p { a href=(address(req, "report")) { "被收了费用或遇到推销？请在这里反映" } }
    }
}
