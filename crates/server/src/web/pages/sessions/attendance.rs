//! One enterprise in one session: its letter with the personal link, its sign-in, its exception.

use maud::{Markup, html};
use xinxiu_domain::id::AttendanceId;
use xinxiu_workflow::invitations::{self, Letter};
use xinxiu_workflow::{Refusal, roll_call};

use super::show::again;
use crate::web::reply::{PageError, PageResult};
use crate::web::request::Req;
use crate::web::ui;

pub(super) fn letter(req: &Req) -> PageResult {
    let id: AttendanceId = req.id("id")?;
    let letter = invitations::letter(&req.app, req.actor()?, id)?;
    let link = if let Some(token) = &letter.token {
        link(&format!("{}/l/{token}", req.origin))?
    } else {
        html! { p.warning { "个人链接已作废或过期，请重新发放后再打印。" } }
    };
    let at = |step: &str| format!("/attendances/{id}/{step}");
    let body = html! {
        (text(req, &letter, &link))
        section.panel.actions {
            a.button href={ "/sessions/" (letter.session.id) } { "返回场次" }
            (ui::confirm(req, &at("reissue"), "重新发放链接", "原来的链接和二维码立即失效，请把新的邀请函交给企业。", &html! {}))
            @if letter.token.is_some() {
                (ui::confirm(req, &at("revoke"), "作废链接", "企业将不能再用这个链接答复、签到和考试。", &html! {}))
            }
        }
    };
    Ok(req.page("邀请函", body))
}

fn text(req: &Req, letter: &Letter, link: &Markup) -> Markup {
    let session = &letter.session;
    html! {
        article.letter {
            h1 { "信用修复培训邀请函" }
            p { (letter.enterprise) "：" }
            p { "现邀请贵单位法定代表人或主要负责人参加信用修复公益培训。本次培训不收取任何费用。" }
            (ui::facts(&[
                ("培训", html! { (session.title) }),
                ("时间", html! { (letter.time) }),
                ("地点", html! { (session.place) }),
                ("会议链接", html! { (session.link) }),
                ("联系群", html! { (session.contact_group) }),
            ]))
            p { "请用手机扫描二维码，或在浏览器中打开个人链接，答复是否参加、签订信用修复承诺书、签到和考试。链接只供贵单位使用，请勿转发。" }
            (link)
            p { "链接有效期至" (req.app.clock.day_of(letter.attendance.link_expires_at)) }
            p { (letter.organiser) br; (letter.agency) }
        }
    }
}

/// The link as text and as a picture.
fn link(address: &str) -> Result<Markup, PageError> {
    let picture = ui::qr(address)?;
    Ok(html! {
        div role="img" aria-label="个人链接二维码" { (picture) }
        p { code data-copy { (address) } }
    })
}

pub(super) fn check_in(req: &Req) -> PageResult {
    let id: AttendanceId = req.id("id")?;
    let actor = req.actor()?;
    match roll_call::check_in(&req.app, actor, id) {
        Ok(session) => Ok(req.see(format!("/sessions/{session}"), "已登记签到")),
        Err(refusal) => refused(req, id, "check-in", refusal),
    }
}

/// The session's page again, with the messages in the line of the enterprise.
fn refused(req: &Req, id: AttendanceId, step: &'static str, refusal: Refusal) -> PageResult {
    let session = roll_call::session_of(&req.app, req.actor()?, id)?;
    // Every enterprise of the roll has such a form: the field of this one gets a name of its own.
    again(req, session, (step, Some(id)), (refusal.with_field("reason", "exception"), "exception"))
}

pub(super) fn exception(req: &Req) -> PageResult {
    let id: AttendanceId = req.id("id")?;
    let actor = req.actor()?;
    match roll_call::grant_exception(&req.app, actor, id, &req.form.text("exception")) {
        Ok(session) => Ok(req.see(format!("/sessions/{session}"), "已登记例外")),
        Err(refusal) => refused(req, id, "exception", refusal),
    }
}

pub(super) fn withdraw(req: &Req) -> PageResult {
    let id: AttendanceId = req.id("id")?;
    let actor = req.actor()?;
    match invitations::withdraw(&req.app, actor, id, &req.form.text("back")) {
        Ok(session) => Ok(req.see(format!("/sessions/{session}"), "已撤回邀请")),
        Err(refusal) => {
            let session = roll_call::session_of(&req.app, actor, id)?;
            again(req, session, ("withdraw", Some(id)), (refusal, "back"))
        }
    }
}

pub(super) fn revoke(req: &Req) -> PageResult {
    let id: AttendanceId = req.id("id")?;
    invitations::revoke(&req.app, req.actor()?, id)?;
    Ok(req.see(format!("/attendances/{id}/letter"), "已作废链接"))
}

pub(super) fn reissue(req: &Req) -> PageResult {
    let id: AttendanceId = req.id("id")?;
    invitations::reissue(&req.app, req.actor()?, id)?;
    Ok(req.see(format!("/attendances/{id}/letter"), "已重新发放链接"))
}
