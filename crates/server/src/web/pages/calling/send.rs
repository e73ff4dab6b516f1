//! Sending messages to enterprises of a session through the installation's gateways: choose, look, confirm (N08).

use maud::{Markup, html};
use xinxiu_domain::calling::{Purpose, Reach};
use xinxiu_domain::id::{AttendanceId, SessionId};
use xinxiu_domain::message::Channel;
use xinxiu_domain::session::SessionState;
use xinxiu_workflow::calling::Board;
use xinxiu_workflow::messages::{self, Planned, Preview};
use xinxiu_workflow::{FieldError, Refusal};

use crate::web::reply::{PageError, PageResult};
use crate::web::request::Req;
use crate::web::ui;

const TITLE: &str = "发送通知";

/// The ways from the ledger to sending.
pub(super) fn ways(board: &Board) -> Markup {
    let (id, state) = (board.session.id, board.session.state);
    let changed = board.counts.iter().any(|(reach, count)| *reach == Reach::Outdated && *count > 0);
    let send = |about: &str, to: &str, label: &str| {
        html! { a.button href={ "/sessions/" (id) "/send?about=" (about) "&to=" (to) } { (label) } " " }
    };
    html! {
        p.actions {
            @if state == SessionState::Cancelled {
                (send("cancelled", "all", "发送取消通知"))
            } @else {
                @if changed { (send("changed", "unreached", "发送变更通知给还没通知到的")) }
                (send("invite", "unreached", "发送邀请给还没通知到的"))
                (send("remind", "unanswered", "提醒还没答复的"))
            }
            a href={ "/sessions/" (id) "/messages" } { "查看发送进度" }
        }
    }
}

/// Whom the address asks for.
fn wanted(to: &str, reach: Reach) -> bool {
    match to {
        "unreached" => !matches!(reach, Reach::Answered | Reach::Told),
        "unanswered" => reach != Reach::Answered,
        _ => true,
    }
}

fn purpose(req: &Req, form: bool) -> Purpose {
    let code = if form { req.form.raw("about") } else { req.query.raw("about") };
    Purpose::from_code(code).unwrap_or(Purpose::Invite)
}

pub(super) fn choose(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    let to = req.query.text("to");
    let wanted = |line: &xinxiu_store::contact::Line| wanted(&to, line.reach);
    let found = messages::preview(&req.app, req.actor()?, id, purpose(req, false), wanted)?;
    Ok(req.page(TITLE, chooser(req, (purpose(req, false), &found), None, &[])))
}

fn chooser(
    req: &Req,
    (purpose, found): (Purpose, &Preview),
    ticked: Option<&[AttendanceId]>,
    errors: &[FieldError],
) -> Markup {
    let id = found.session.id;
    let (can, cannot): (Vec<_>, Vec<_>) = found.planned.iter().partition(|one| one.by.is_ok());
    let rows: Vec<Vec<Markup>> = can.iter().map(|one| chosen_row(one, ticked)).collect();
    html! {
        h1 { (TITLE) "：" (purpose) }
        (ui::errors(errors))
        p { a href={ "/sessions/" (id) "/calling" } { (found.session.title) } "，" (found.session.held_on) " " (found.session.starts_at) }
        (about(req, id, purpose))
        @if rows.is_empty() {
            (ui::empty("没有可以发送的企业。", "已经答复的不再提醒；没有手机号和邮箱的，请打电话、寄信或上门。"))
        } @else {
            (ui::panel("内容", &html! { p { (found.sample) } p.hint { "以第一家企业为例；每家收到的是自己的名称和链接。" } }))
            (ui::form(req, &format!("/sessions/{id}/send/check"), &html! {
                (ui::hidden("about", purpose.code()))
                p.hint #f-whom { "勾选要通知的企业。" }
                label.choice hidden data-tick-all="whom" { input type="checkbox"; " 勾选全部" }
                (ui::table("将要通知的企业", &["选择", "企业", "地区", "通道", "通知情况"], &rows))
                (ui::button("下一步：核对并发送"))
            }))
        }
        @if !cannot.is_empty() { (left_out(&cannot)) }
    }
}

/// Another matter for the same session.
fn about(req: &Req, id: SessionId, purpose: Purpose) -> Markup {
    let to = if req.query.raw("to").is_empty() { "all" } else { req.query.raw("to") };
    let matters = ui::choices(
        Purpose::ALL.iter().filter(|purpose| !matches!(purpose, Purpose::Bring | Purpose::CalledOff)),
    );
    let others = [("unreached", "还没通知到的"), ("unanswered", "还没答复的"), ("all", "全部")];
    html! {
        p.hint {
            "名单：" @for (code, label) in others {
                @if code == to { strong { (label) } " " } @else {
                    a href={ "/sessions/" (id) "/send?about=" (purpose.code()) "&to=" (code) } { (label) } " "
                }
            }
            "；事项：" @for (code, label) in &matters {
                @if code == purpose.code() { strong { (label) } " " } @else if code != "cancelled" && purpose != Purpose::Cancelled {
                    a href={ "/sessions/" (id) "/send?about=" (code) "&to=" (to) } { (label) } " "
                }
            }
        }
    }
}

fn chosen_row(one: &Planned, ticked: Option<&[AttendanceId]>) -> Vec<Markup> {
    let line = &one.line;
    let on = ticked.is_none_or(|ticked| ticked.contains(&line.attendance));
    vec![
        html! { label.choice {
            input type="checkbox" name="whom" value=(line.attendance) checked[on] aria-label={ "选择" (line.name) };
        } },
        html! { a href={ "/enterprises/" (line.enterprise) } { (line.name) } },
        html! { (line.county) " " (line.township) },
        html! { (one.by.map_or("", Channel::label)) },
        html! { (line.reach) },
    ]
}

fn left_out(cannot: &[&Planned]) -> Markup {
    let rows: Vec<Vec<Markup>> = cannot
        .iter()
        .map(|one| {
            vec![
                html! { a href={ "/enterprises/" (one.line.enterprise) } { (one.line.name) } },
                html! { (one.by.err().unwrap_or_default()) },
            ]
        })
        .collect();
    html! { h2 { "不能发送的" (rows.len()) "家" } (ui::table("不能发送的企业", &["企业", "原因"], &rows)) }
}

/// Shows what would be sent to those that are ticked.
pub(super) fn check(req: &Req) -> PageResult {
    let (id, purpose): (SessionId, Purpose) = (req.id("id")?, purpose(req, true));
    let actor = req.actor()?;
    let whom: Vec<AttendanceId> = req.fields().ids("whom");
    let among = |line: &xinxiu_store::contact::Line| whom.contains(&line.attendance);
    let found = messages::preview(&req.app, actor, id, purpose, among)?;
    // Whoever names an enterprise that is not theirs learns nothing of it.
    if found.planned.len() < whom.len() {
        return Err(PageError::NotFound);
    }
    if whom.is_empty() {
        let all = messages::preview(&req.app, actor, id, purpose, |_| true)?;
        let errors = [FieldError { field: "whom".into(), message: "请先勾选企业".into() }];
        return Ok(req.again(TITLE, chooser(req, (purpose, &all), Some(&[]), &errors)));
    }
    Ok(req.page(TITLE, confirm(req, purpose, &found)))
}

/// Sends what was looked at.
pub(super) fn send(req: &Req) -> PageResult {
    let (id, purpose): (SessionId, Purpose) = (req.id("id")?, purpose(req, true));
    let actor = req.actor()?;
    let whom: Vec<AttendanceId> = req.fields().ids("whom");
    let queued = match messages::send(&req.app, actor, id, purpose, &whom) {
        Ok(queued) => queued,
        Err(Refusal::Invalid(errors)) => {
            let all = messages::preview(&req.app, actor, id, purpose, |_| true)?;
            return Ok(req.again(TITLE, chooser(req, (purpose, &all), Some(&whom), &errors)));
        }
        Err(other) => return Err(other.into()),
    };
    let mut said = format!("已排队发送{}条", queued.count);
    if !queued.left_out.is_empty() {
        said += &format!("，{}家没有发送", queued.left_out.len());
    }
    Ok(req.see(format!("/sessions/{id}/messages"), said))
}

fn confirm(req: &Req, purpose: Purpose, found: &Preview) -> Markup {
    let id = found.session.id;
    let count = |channel| found.planned.iter().filter(|one| one.by == Ok(channel)).count();
    let (can, cannot): (Vec<_>, Vec<_>) = found.planned.iter().partition(|one| one.by.is_ok());
    html! {
        h1 { "核对并发送：" (purpose) }
        p { (found.session.title) "，" (found.session.held_on) " " (found.session.starts_at) }
        div.figures {
            @for channel in Channel::ALL {
                @if count(*channel) > 0 { (ui::figure(count(*channel), channel.label(), &format!("/sessions/{id}/messages"))) }
            }
        }
        (ui::panel("内容", &html! { p { (found.sample) } p.hint { "以第一家企业为例；每家收到的是自己的名称和链接。" } }))
        @if can.is_empty() {
            (ui::empty("勾选的企业都不能发送。", "原因见下表。"))
        } @else {
            (ui::form(req, &format!("/sessions/{id}/send"), &html! {
                (ui::hidden("about", purpose.code()))
                @for one in &can { (ui::hidden("whom", one.line.attendance)) }
                p.warning { "将向" (can.len()) "家企业发送，发出后不能收回。" }
                (ui::button(&format!("确认发送{}条", can.len())))
            }))
        }
        p { a href={ "/sessions/" (id) "/send?about=" (purpose.code()) "&to=all" } { "返回重新选择" } }
        @if !cannot.is_empty() { (left_out(&cannot)) }
    }
}
