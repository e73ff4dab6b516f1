//! The screen in the hall: a code that changes, as a picture and as digits, and who is in (N11).

use maud::{Markup, html};
use xinxiu_domain::id::SessionId;
use xinxiu_workflow::roll_call::{self, CODE_SECONDS};

use crate::web::layout;
use crate::web::reply::{PageError, PageResult, Reply};
use crate::web::request::Req;
use crate::web::ui;

/// Seconds after which the screen shows itself again: well within the life of a code.
const REFRESH: u32 = 5;
/// Names that fit on the wall.
const NAMES: usize = 24;

pub(super) fn screen(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    let body = html! {
        (live(req, id)?)
        p.no-print { a.button href={ "/sessions/" (id) } { "返回场次" } }
    };
    Ok(Reply::Page(200, layout::hall("现场签到", REFRESH, &body)))
}

fn live(req: &Req, id: SessionId) -> Result<Markup, PageError> {
    let hall = roll_call::hall(&req.app, req.actor()?, id)?;
    let picture = ui::qr(&format!("{}/l/hall/{id}/{}", req.origin, hall.code))?;
    let (front, back) = hall.code.split_at(3);
    Ok(html! {
        h1 { (hall.session.title) " 签到、签退" }
        div.hall-roll {
            div {
                div.hall-qr role="img" aria-label="签到二维码" { (picture) }
                p.hall-code aria-label={ "签到码" (hall.code) } { (front) " " (back) }
                p.hint { "每" (CODE_SECONDS) "秒换一次，还有" (hall.seconds_left) "秒" }
            }
            div {
                ol.hall-ways {
                    li { "打开短信或邀请函里您自己的链接；" }
                    li { "输入左边的6位数字，或扫描二维码；" }
                    li { "下课时再来一次，办理签退。" }
                }
                p { "没有手机或没有链接的，请到签到台登记。" }
                p.hall-count { "在场 " strong { (hall.inside.len()) } " 家，应到 " (hall.awaited) " 家" }
                ul.hall-names {
                    @for name in hall.inside.iter().take(NAMES) { li { (name) } }
                    @if hall.inside.len() > NAMES { li { "等" } }
                }
            }
        }
    })
}
