//! The enterprises that no phone reaches: the county writes to them or visits them (N08).

use maud::{Markup, html};
use xinxiu_workflow::calling;
use xinxiu_workflow::{FieldError, Refusal};

use super::{read_tell, register, told};
use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::ui;

const TITLE: &str = "待寄信或上门的企业";

pub(super) fn show(req: &Req) -> PageResult {
    Ok(req.page(TITLE, body(req, (Form::default(), &[]))?))
}

fn body(req: &Req, refused: (Form, &[FieldError])) -> Result<Markup, PageError> {
    let lines = calling::to_seek_out(&req.app, req.actor()?)?;
    Ok(html! {
        h1 { (TITLE) }
        (ui::errors(refused.1))
        p { "下列本地区企业没有电话，或电话、短信没有送达。请寄邀请函或上门通知后登记结果；更正了联系电话的，重新电话通知。" }
        @if lines.is_empty() {
            (ui::empty("没有联系不上的企业。", "电话登记为号码错误、未送达或拒收的，和没有电话的企业会列在这里。"))
        } @else {
            (register(req, "/contacts", &lines, refused, TITLE))
        }
    })
}

pub(super) fn tell(req: &Req) -> PageResult {
    let actor = req.actor()?;
    match read_tell(req).and_then(|command| calling::tell(&req.app, actor, &command)) {
        Ok(count) => Ok(req.see("/contacts", told(count))),
        Err(Refusal::Invalid(errors)) => Ok(req.again(TITLE, body(req, (req.form.clone(), &errors))?)),
        Err(other) => Err(other.into()),
    }
}
