//! The enterprise's personal links on its page, for those who may give them out.

use maud::{Markup, html};
use xinxiu_domain::id::EnterpriseId;
use xinxiu_workflow::invitations::{self, OwnLink};

use crate::web::reply::PageError;
use crate::web::request::Req;
use crate::web::ui;

/// The links, or nothing where there are none to give out.
pub(super) fn panel(req: &Req, enterprise: EnterpriseId) -> Result<Markup, PageError> {
    let links = invitations::links(&req.app, req.actor()?, enterprise)?;
    if links.is_empty() {
        return Ok(html! {});
    }
    let rows = links.iter().map(|link| row(req, link)).collect::<Result<Vec<_>, PageError>>()?;
    let body = html! {
        p.hint { "企业负责人不用账号，打开个人链接办理答复、承诺书、签到和考试。只交给本企业，请勿转发。" }
        (ui::table("个人链接", &["培训场次", "链接", "办理"], &rows))
    };
    Ok(ui::panel("个人链接", &body))
}

fn row(req: &Req, link: &OwnLink) -> Result<Vec<Markup>, PageError> {
    let found = &link.attendance;
    let at = |step: &str| format!("/attendances/{}/{step}", found.id);
    let shown = match &link.token {
        Some(token) => {
            let address = format!("{}/l/{token}", req.origin);
            let picture = ui::qr(&address)?;
            html! {
                code data-copy { (address) }
                br; span.hint { "有效期至" (req.app.clock.day_of(found.link_expires_at)) }
                details { summary { "二维码" } div role="img" aria-label="个人链接二维码" { (picture) } }
            }
        }
        None => ui::badge("due", "已作废或过期"),
    };
    Ok(vec![
        html! { a href={ "/sessions/" (found.session) } { (found.session_title) } },
        shown,
        html! {
            p { a href=(at("letter")) { "邀请函" } }
            @if link.token.is_some() {
                (ui::confirm(req, &at("revoke"), "作废链接", "企业将不能再用这个链接答复、签到和考试。", &html! {}))
            } @else {
                (ui::post_button(req, &at("reissue"), "重新发放链接"))
            }
        },
    ])
}
