//! The slots of on-site matching behind a personal link: when and where to meet which authority (N06, N18).

use maud::{Markup, html};
use xinxiu_domain::agenda::clock;
use xinxiu_workflow::invitations::Home;
use xinxiu_workflow::papers::pdf;
use xinxiu_workflow::sessions;

use super::link::address;
use super::link_commitment::visitor;
use super::papers;
use crate::web::reply::PageResult;
use crate::web::request::Req;
use crate::web::routes::{Access, Routes};
use crate::web::ui;

pub(super) fn routes(table: &mut Routes) {
    table.get("/l/{token}/matching.pdf", Access::Link, slip);
}

/// The part of the first page; nothing where the organiser has accepted nothing for this enterprise.
pub(super) fn panel(req: &Req, home: &Home) -> Markup {
    html! {
        @if !home.matching.is_empty() {
            (ui::panel("现场对接", &html! {
                ul.programme {
                    @for slot in &home.matching {
                        li {
                            span.hours { (clock(slot.starts_at)) }
                            div.what {
                                strong { (slot.authority_name) }
                                small { (slot.table) "号桌" @if !slot.room.is_empty() { " · " (slot.room) } }
                            }
                        }
                    }
                }
                p { a href=(address(req, "matching.pdf")) { "下载对接通知单" } }
            }))
        }
    }
}

fn slip(req: &Req) -> PageResult {
    let (actor, attendance) = visitor(req)?;
    let paper = sessions::own_slip(&req.app, &actor, attendance.id)?;
    papers::made(req, (pdf(&paper)?, format!("{}.pdf", paper.title)))
}
