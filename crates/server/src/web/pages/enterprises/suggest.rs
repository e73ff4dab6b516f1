//! What the search box in the head of each page offers while somebody types, and the box itself.

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::id::EnterpriseId;
use xinxiu_store::search::{Hit, TermKind};
use xinxiu_workflow::enterprises;

use crate::web::reply::{PageResult, Reply};
use crate::web::request::{Req, SignedIn};

/// So many are offered.
pub(crate) const OFFERED: usize = 8;

/// The options of the list below the box, without a frame; nothing where nothing was found.
pub(super) fn options(req: &Req) -> PageResult {
    let hits = enterprises::suggest(&req.app, req.actor()?, &req.query.text("q"), OFFERED)?;
    Ok(offered(&hits, "find", |id| format!("/enterprises/{id}")))
}

/// What a box offers, each with the address to which choosing it leads; `prefix` tells two boxes of a page apart.
pub(crate) fn offered(hits: &[Hit], prefix: &str, address: impl Fn(EnterpriseId) -> String) -> Reply {
    let body = html! {
        @for (index, hit) in hits.iter().enumerate() {
            li role="option" id={ (prefix) "-" (index) } aria-selected="false" data-href=(address(hit.enterprise)) {
                span { (hit.name) }
                span.quiet { (why(hit)) }
            }
        }
    };
    Reply::Text(body.into_string(), "text/html; charset=utf-8")
}

/// Why an enterprise is offered, where its name does not say it.
pub(crate) fn why(hit: &Hit) -> String {
    match hit.by {
        TermKind::Name => hit.uscc.clone(),
        TermKind::KnownName => format!("其他名称：{}", hit.matched),
        TermKind::Decision => format!("文号：{}", hit.matched),
        TermKind::Code => format!("代码：{}", hit.matched),
    }
}

/// The box for whoever may see enterprises. Without a script it is a plain form that opens the list.
pub(crate) fn finder(signed_in: &SignedIn) -> Markup {
    html! {
        @if signed_in.actor.has(Action::ViewEnterprise) {
            form.finder method="get" action="/enterprises" role="search" {
                label.unseen for="find" { "查找企业" }
                input id="find" name="q" type="search" autocomplete="off" maxlength="60"
                    placeholder="企业名称、拼音首字母、代码末几位、文号"
                    data-suggest="/enterprises/suggest" data-options="find-options";
                button type="submit" { "查找" }
                ul #find-options role="listbox" aria-label="找到的企业" hidden {}
                p.unseen role="status" {}
            }
        }
    }
}
