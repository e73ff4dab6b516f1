//! The enterprises that no phone reaches, to which the county writes or whom it visits, and those that know only what was
//! before their session changed (N08).

use maud::{Markup, html};
use xinxiu_domain::actor::Actor;
use xinxiu_store::contact::Line;
use xinxiu_workflow::{App, FieldError, Refusal, calling, sessions};

use super::{read_tell, register, told};
use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::ui;

/// A list of the own enterprises, whatever session they belong to.
struct List {
    title: &'static str,
    address: &'static str,
    asks: &'static str,
    none: (&'static str, &'static str),
    lines: fn(&App, &Actor) -> Result<Vec<Line>, Refusal>,
}

const SEEK: List = List {
    title: "待寄信或上门的企业",
    address: "/contacts",
    asks: "下列本地区企业没有电话，或电话、短信没有送达。请寄邀请函或上门通知后登记结果；更正了联系电话的，重新电话通知。",
    none: ("没有联系不上的企业。", "电话登记为号码错误、未送达或拒收的，和没有电话的企业会列在这里。"),
    lines: calling::to_seek_out,
};

const CHANGED: List = List {
    title: "变更后待重新通知的企业",
    address: "/contacts/changed",
    asks: "下列企业的培训场次在邀请后变更或取消，变更通知还没有送达，企业也没有重新答复。请通知后登记结果。",
    none: (
        "没有待重新通知的企业。",
        "场次变更或取消后，还没有通知到的企业会列在这里；有短信网关的会先自动发送。",
    ),
    lines: sessions::to_tell_again,
};

pub(super) fn show(req: &Req) -> PageResult {
    page(req, &SEEK)
}

pub(super) fn tell(req: &Req) -> PageResult {
    enter(req, &SEEK)
}

pub(super) fn show_changed(req: &Req) -> PageResult {
    page(req, &CHANGED)
}

pub(super) fn tell_changed(req: &Req) -> PageResult {
    enter(req, &CHANGED)
}

fn page(req: &Req, list: &List) -> PageResult {
    Ok(req.page(list.title, body(req, list, (Form::default(), &[]))?))
}

fn body(req: &Req, list: &List, refused: (Form, &[FieldError])) -> Result<Markup, PageError> {
    let lines = (list.lines)(&req.app, req.actor()?)?;
    Ok(html! {
        h1 { (list.title) }
        (ui::errors(refused.1))
        p { (list.asks) }
        @if lines.is_empty() {
            (ui::empty(list.none.0, list.none.1))
        } @else {
            (register(req, list.address, &lines, refused, list.title))
        }
    })
}

fn enter(req: &Req, list: &List) -> PageResult {
    let actor = req.actor()?;
    match read_tell(req).and_then(|command| calling::tell(&req.app, actor, &command)) {
        Ok(count) => Ok(req.see(list.address, told(count))),
        Err(Refusal::Invalid(errors)) => {
            Ok(req.again(list.title, body(req, list, (req.form.clone(), &errors))?))
        }
        Err(other) => Err(other.into()),
    }
}
