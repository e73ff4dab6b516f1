//! A person says of an enterprise that another may be the same: looked for as one types, put into the queue with a reason.

use maud::{Markup, html};
use xinxiu_domain::id::EnterpriseId;
use xinxiu_store::enterprise::Enterprise;
use xinxiu_store::search::Hit;
use xinxiu_workflow::enterprises::{self, Card};
use xinxiu_workflow::identity::{self, Candidate};
use xinxiu_workflow::{FieldError, Refusal};

use super::queue::{clues, state};
use crate::web::pages::enterprises::{OFFERED, offered, why};
use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::ui;

const TITLE: &str = "提出疑似同一企业";

pub(super) fn show(req: &Req) -> PageResult {
    page(req, &Form::default(), req.query.text("other").parse().ok().map(EnterpriseId), &[])
}

/// What the box of this page offers while somebody types: never the enterprise itself.
pub(super) fn options(req: &Req) -> PageResult {
    let id: EnterpriseId = req.id("id")?;
    Ok(offered(&found(req, id)?, "same", |other| choice(id, other)))
}

fn choice(id: EnterpriseId, other: EnterpriseId) -> String {
    format!("/enterprises/{id}/same?other={other}")
}

fn found(req: &Req, id: EnterpriseId) -> Result<Vec<Hit>, PageError> {
    let mut hits = enterprises::suggest(&req.app, req.actor()?, &req.query.text("q"), OFFERED + 1)?;
    hits.retain(|hit| hit.enterprise != id);
    hits.truncate(OFFERED);
    Ok(hits)
}

fn page(req: &Req, values: &Form, other: Option<EnterpriseId>, errors: &[FieldError]) -> PageResult {
    let (id, actor) = (req.id("id")?, req.actor()?);
    let card = enterprises::card(&req.app, actor, id)?;
    let beside = other.map(|other| identity::candidate(&req.app, actor, (id, other))).transpose()?;
    let hits = if beside.is_none() { found(req, id)? } else { Vec::new() };
    let body = html! {
        h1 { (TITLE) }
        p { "本企业：" a href={ "/enterprises/" (id) } { (card.enterprise.name) } " " (code(&card.enterprise)) }
        p.hint { "您知道另一家企业与本企业是或可能是同一家，而系统没有找出的，在这里提出。提出后进入“企业身份核对”，由人对照后认定；在此之前什么也不合并。两家统一社会信用代码不同的，只凭名称或一句说明不能合并。" }
        (ui::errors(errors))
        (finder(req, id))
        @match &beside {
            Some(beside) => { (ui::panel("另一家", &candidate(req, &card, beside, values, errors))) },
            None => { (choices(req, id, &hits)) },
        }
    };
    Ok(if errors.is_empty() { req.page(TITLE, body) } else { req.again(TITLE, body) })
}

/// Without a script the form shows what it found below.
fn finder(req: &Req, id: EnterpriseId) -> Markup {
    html! {
        form.finder method="get" action={ "/enterprises/" (id) "/same" } role="search" {
            label.unseen for="same" { "查找另一家企业" }
            input id="same" name="q" type="search" autocomplete="off" maxlength="60" value=(req.query.text("q"))
                placeholder="另一家的名称、拼音首字母、代码末几位、文号"
                data-suggest={ "/enterprises/" (id) "/same/options" } data-options="same-options";
            button type="submit" { "查找" }
            ul #same-options role="listbox" aria-label="找到的企业" hidden {}
            p.unseen role="status" {}
        }
    }
}

fn choices(req: &Req, id: EnterpriseId, hits: &[Hit]) -> Markup {
    let asked = req.query.text("q");
    html! {
        @if !hits.is_empty() {
            ul { @for hit in hits {
                li { a href=(choice(id, hit.enterprise)) { (hit.name) } " " span.hint { (why(hit)) } }
            } }
        } @else if !asked.is_empty() {
            (ui::empty("没有找到另一家企业。", "可以换名称的一部分、拼音首字母、代码末几位或决定书文号再找。"))
        }
    }
}

fn code(enterprise: &Enterprise) -> Markup {
    html! {
        @match &enterprise.uscc {
            Some(uscc) => { (ui::code(uscc.as_str())) },
            None => { "无代码" },
        }
    }
}

fn candidate(req: &Req, card: &Card, beside: &Candidate, values: &Form, errors: &[FieldError]) -> Markup {
    let (here, there) = (card.enterprise.id, &beside.other);
    let open = beside.known.as_ref();
    html! {
        p { a href={ "/enterprises/" (there.id) } { (there.name) } " " (code(there)) " " (there.county_name) }
        p { (clues(&beside.opinion.clues)) }
        @if let Some(known) = open {
            p { "两家已在核对中 " (state(known.state)) " " a href={ "/identity/" (known.id) } { "查看对照页" } }
        }
        @if !beside.opinion.may_be_one(true) {
            p.warning { "两家代码不同而没有名称以外的证据，或一方是分支机构、自然人：可以提出并认定不同或存疑，但不能合并。" }
        }
        @if beside.gaps.is_empty() {
            (ui::form(req, &format!("/enterprises/{here}/same"), &html! {
                (ui::hidden("other", there.id))
                (ui::field(values, "reason", "提出的理由", "例如：企业来电说明是更名前后的同一家", errors))
                (ui::button("提出核对"))
            }))
        } @else {
            ul.missing { @for gap in &beside.gaps { li { (gap.message) " " (ui::basis(gap.basis)) } } }
        }
    }
}

pub(super) fn put_forward(req: &Req) -> PageResult {
    let (id, actor): (EnterpriseId, _) = (req.id("id")?, req.actor()?);
    let Some(other) = req.form.text("other").parse().ok().map(EnterpriseId) else {
        let error =
            FieldError { field: "other".into(), message: "请先查找并选择另一家企业".into() };
        return page(req, &req.form, None, &[error]);
    };
    match identity::put_forward(&req.app, actor, (id, other), &req.form.text("reason")) {
        Ok(pair) => Ok(req.see(format!("/identity/{pair}"), "已提出，请对照后认定")),
        Err(Refusal::Invalid(errors)) => page(req, &req.form, Some(other), &errors),
        Err(other) => Err(other.into()),
    }
}
