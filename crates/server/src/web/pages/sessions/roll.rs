//! The clerk's list at the door (点名): one tap per enterprise, also where there is no network (N11).

use maud::{Markup, html};
use xinxiu_domain::attendance::{AttendanceState, seat_gaps};
use xinxiu_domain::id::{AttendanceId, SessionId};
use xinxiu_domain::presence::{Heard, Mark, Presence};
use xinxiu_store::attendance::RosterLine;
use xinxiu_workflow::roll_call::{self, DeskMark};
use xinxiu_workflow::{FieldError, Refusal};

use super::steps;
use crate::web::reply::{PageError, PageResult, Reply};
use crate::web::request::Req;
use crate::web::ui;

const TITLE: &str = "点名";

pub(super) fn list(req: &Req) -> PageResult {
    Ok(req.page(TITLE, body(req, &[])?))
}

fn body(req: &Req, errors: &[FieldError]) -> Result<Markup, PageError> {
    let id: SessionId = req.id("id")?;
    let (session, lines) = roll_call::whole_roll(&req.app, req.actor()?, id)?;
    let at = |step: &str| format!("/sessions/{id}/{step}");
    let open = session.is_running(req.app.clock.today());
    let left_open = session.is_left_open(req.app.clock.today());
    let inside = lines.iter().filter(|(_, presence)| presence.inside).count();
    Ok(html! {
        h1 { "点名：" (session.title) }
        (ui::errors(errors))
        @if left_open { (steps::left_open(session.held_on)) }
        @else if !open { p.warning { "本场次目前是「" (session.state) "」，现在不能点名。" } }
        p { "在场 " strong data-inside { (inside) } " 家，名单共 " (lines.len()) " 家。" }
        p.actions {
            @if open { a.button href=(at("hall")) { "会场大屏签到码" } }
            @if open || left_open { a.button href=(at("sheet")) { "补录纸质签到表" } }
            a.button href=(at("sign-in-sheet.pdf")) { "打印签到表" }
            a.button href={ "/sessions/" (id) } { "返回场次" }
        }
        div data-roll=(id) {
            // Shown by the script: without it there is no work without a network.
            div.roll-tools hidden {
                p role="status" data-roll-status {}
                div.field {
                    label for="roll-find" { "查找企业，或扫描企业的个人链接" }
                    span.hint id="h-roll-find" { "输入名称或代码的一部分；扫码枪扫到的链接按回车即登记签到，联网后核对" }
                    input id="roll-find" type="search" autocomplete="off" aria-describedby="h-roll-find";
                }
                div data-roll-conflicts {}
            }
            form method="post" action=(at("roll")) {
                (ui::hidden("csrf", csrf(req)))
                ul.roll { @for (line, presence) in &lines { (entry(line, *presence, open, session.class_hours)) } }
            }
        }
        @if open && inside > 0 {
            (ui::confirm(req, &at("roll/out"), "全部签退", "下课时使用：现在仍在场的企业都按此刻签退。", &html! {}))
        }
        script src="/assets/notebook.js" defer {}
        script src="/assets/roll.js" defer {}
        script src="/assets/keep.js" data-scope="/sessions/" {}
    })
}

fn csrf(req: &Req) -> &str {
    req.signed_in.as_ref().map_or("", |signed_in| &signed_in.csrf)
}

fn entry(line: &RosterLine, presence: Presence, open: bool, class_hours: u32) -> Markup {
    let id = line.attendance.id;
    let gaps = seat_gaps(line.owed.needed, line.owed.signed, &line.attendance.exception_reason);
    let may = open && line.attendance.state != AttendanceState::Absent && (presence.came || gaps.is_empty());
    html! {
        li data-attendance=(id) data-name=(line.name) data-uscc=(line.uscc) data-in[presence.inside] {
            div {
                strong { (line.name) } " "
                span data-state { (heard(presence, class_hours, open)) }
                br;
                small.quiet { (line.county) " " (line.township) " " (line.attendance.attendee) }
                @if !presence.came && !gaps.is_empty() {
                    br;
                    small.error { "还差" (line.owed.needed - line.owed.signed) "份承诺书，先到场次页登记例外或补签" }
                }
            }
            @if may {
                button type="submit" name="check_in" value=(id) hidden[presence.inside]
                    aria-label={ "签到 " (line.name) } { "签到" }
                button type="submit" name="check_out" value=(id) hidden[!presence.inside]
                    aria-label={ "签退 " (line.name) } { "签退" }
            }
        }
    }
}

/// How long an enterprise was there, as a badge.
pub(super) fn heard(presence: Presence, class_hours: u32, running: bool) -> Markup {
    let minutes = presence.minutes;
    match presence.verdict(class_hours) {
        Heard::Nothing => ui::badge("plain", "未签到"),
        Heard::Unknown if running => ui::badge("good", &format!("在场{minutes}分钟")),
        Heard::Unknown => ui::badge("due", "没有签退"),
        Heard::TooShort(by) => ui::badge("bad", &format!("在场{minutes}分钟，少{by}分钟")),
        Heard::Whole => ui::badge("good", &format!("学时已满，{minutes}分钟")),
    }
}

/// One tap without a script.
pub(super) fn mark(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    let (mark, of) = match req.form.text("check_in").parse::<AttendanceId>() {
        Ok(of) => (Mark::CheckIn, of),
        Err(_) => (Mark::CheckOut, req.form.text("check_out").parse().map_err(|_| PageError::NotFound)?),
    };
    match roll_call::by_clerk(&req.app, req.actor()?, of, mark) {
        Ok(_) => Ok(req.see(format!("/sessions/{id}/roll"), format!("已{mark}"))),
        Err(refusal) => Ok(req.again(TITLE, body(req, &refusal.into_errors("roll-find")?)?)),
    }
}

pub(super) fn all_out(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    match roll_call::check_out_all(&req.app, req.actor()?, id) {
        Ok(count) => Ok(req.see(format!("/sessions/{id}/roll"), format!("{count}家企业已签退"))),
        Err(refusal) => Ok(req.again(TITLE, body(req, &refusal.into_errors("roll-find")?)?)),
    }
}

/// What a device noted while it was offline; answered in a form that its script reads.
pub(super) fn sync(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    let marks: Vec<DeskMark> = serde_json::from_str(req.form.raw("marks"))
        .map_err(|_| Refusal::Upload("没有收到可用的点名记录，请刷新本页再试".into()))?;
    let answers = roll_call::sync(&req.app, req.actor()?, id, &req.form.text("device"), marks)?;
    let text = serde_json::to_string(&answers).map_err(|error| Refusal::Document(error.to_string()))?;
    Ok(Reply::Text(text, "application/json"))
}
