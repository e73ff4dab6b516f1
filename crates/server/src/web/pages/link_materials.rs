//! The training materials behind a personal link: the versions that somebody vouched for (N17, N18).

use maud::{Markup, html};
use xinxiu_workflow::invitations::Home;
use xinxiu_workflow::sessions;

use super::link::address;
use super::link_commitment::visitor;
use super::papers;
use super::sessions::kind_of_material;
use crate::web::reply::PageResult;
use crate::web::request::Req;
use crate::web::routes::{Access, Routes};
use crate::web::ui;

pub(super) fn routes(table: &mut Routes) {
    table.get("/l/{token}/materials/{material}", Access::Link, file);
}

/// The part of the first page; nothing where there is nothing to read.
pub(super) fn panel(req: &Req, home: &Home) -> Markup {
    html! {
        @if !home.materials.is_empty() {
            (ui::panel("培训资料", &html! {
                ul.ways {
                    @for one in &home.materials {
                        li { a href=(address(req, &format!("materials/{}", one.id))) { (one.title) small { (kind_of_material(one)) } } }
                    }
                }
                @if home.materials.iter().any(|one| one.media_type.starts_with("video/")) { p.hint { "视频较大，请在有无线网络的地方打开。" } }
            }))
        }
    }
}

fn file(req: &Req) -> PageResult {
    let (actor, attendance) = visitor(req)?;
    papers::stored(req, sessions::own_material(&req.app, &actor, attendance.id, req.id("material")?)?)
}
