//! The contact group of the session behind a personal link (N17).

use maud::{Markup, html};
use xinxiu_store::session_group::Announcement;
use xinxiu_workflow::sessions;

use super::link_commitment::{below, home, phone, visitor};
use super::papers;
use super::sessions::join_group;
use crate::web::reply::PageResult;
use crate::web::request::Req;
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const TITLE: &str = "加入联系群";

pub(super) fn routes(table: &mut Routes) {
    table.get("/l/{token}/group", Access::Link, show);
    table.get("/l/{token}/group/picture", Access::Link, picture);
}

fn show(req: &Req) -> PageResult {
    let (actor, attendance) = visitor(req)?;
    let shown = sessions::own_group(&req.app, &actor, attendance.id)?;
    let body = html! {
        h1 { (TITLE) }
        @if !shown.session.contact_group.is_empty() { p.lead { (shown.session.contact_group) } }
        (join_group(&shown, &below(req, "group/picture"), req)?)
        p.hint { "长按二维码可以识别或保存。群里只通知培训事项，不收费，不推销。" }
        (said(&shown.announcements))
        (home(req))
    };
    Ok(phone(req, 200, TITLE, &body))
}

/// What was said to all, newest first.
pub(super) fn said(announcements: &[Announcement]) -> Markup {
    html! {
        @if !announcements.is_empty() {
            (ui::panel("公告", &html! {
                @for one in announcements { p { (one.text) br; small.quiet { (ui::when(one.at)) } } }
            }))
        }
    }
}

fn picture(req: &Req) -> PageResult {
    let (actor, attendance) = visitor(req)?;
    let shown = sessions::own_group(&req.app, &actor, attendance.id)?;
    papers::stored(req, sessions::group_picture(&req.app, &shown)?)
}
