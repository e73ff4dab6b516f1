//! Cause of dishonesty, state of rectification, conditions for repair: asked of each party (N02).

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::id::{EnterpriseId, PenaltyId};
use xinxiu_domain::rectification::{Cause, Conditions, RectificationStatus};
use xinxiu_store::enterprise::{self, Enterprise};
use xinxiu_store::finding::Finding;
use xinxiu_store::penalty::{self, Penalty};
use xinxiu_workflow::findings::{self, RecordFinding};
use xinxiu_workflow::{FieldError, Refusal};

use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

pub(super) fn routes(table: &mut Routes) {
    table.get("/enterprises/{id}/findings", Access::Staff(Action::ViewEnterprise), show);
    table.post("/enterprises/{id}/findings", Access::Staff(Action::RecordFinding), record);
}

/// The questions of N02, for pages of staff and of the enterprise alike. Without records the question for
/// which record it is falls away.
pub(super) fn questions(values: &Form, penalties: &[Penalty], errors: &[FieldError]) -> Markup {
    let records: Vec<_> = penalties
        .iter()
        .map(|penalty| {
            let label = format!("{}（{}）", penalty.decision.as_str(), penalty.facts.authority);
            (penalty.id.to_string(), label)
        })
        .collect();
    html! {
        @if !records.is_empty() {
            (ui::select(values, "penalty", "针对哪条处罚（不选即针对企业）", &records, errors))
        }
        (ui::select(values, "cause", "失信行为产生原因", &ui::choices(Cause::ALL), errors))
        (ui::select(values, "rectification", "整改情况", &ui::choices(RectificationStatus::ALL), errors))
        (ui::select(values, "conditions", "是否满足信用修复的条件", &ui::choices(Conditions::ALL), errors))
        (ui::area(values, "note", "说明", "原因选“其他”时必填", errors))
    }
}

/// Reads the answers to [`questions`].
///
/// # Errors
/// [`Refusal::Invalid`] with every question that has no answer.
pub(super) fn read(req: &Req, enterprise: EnterpriseId) -> Result<RecordFinding, Refusal> {
    let mut fields = req.fields();
    let penalty: Option<PenaltyId> = fields.ids("penalty").first().copied();
    let cause = fields.coded("cause", "失信行为产生原因", Cause::from_code);
    let rectification = fields.coded("rectification", "整改情况", RectificationStatus::from_code);
    let conditions = fields.coded("conditions", "是否满足信用修复的条件", Conditions::from_code);
    let note = fields.text("note");
    fields.check()?;
    Ok(RecordFinding {
        enterprise,
        penalty,
        cause: cause.unwrap_or(Cause::OtherCause),
        rectification: rectification.unwrap_or(RectificationStatus::Unclear),
        conditions: conditions.unwrap_or(Conditions::Unclear),
        note,
    })
}

fn show(req: &Req) -> PageResult {
    let (title, body) = page(req, &Form::default(), &[])?;
    Ok(req.page(&title, body))
}

fn record(req: &Req) -> PageResult {
    let (id, actor): (EnterpriseId, _) = (req.id("id")?, req.actor()?);
    match read(req, id).and_then(|command| findings::record(&req.app, actor, &command)) {
        Ok(()) => Ok(req.see(format!("/enterprises/{id}/findings"), "已登记失信原因和整改情况")),
        Err(Refusal::Invalid(errors)) => {
            let (title, body) = page(req, &req.form, &errors)?;
            Ok(req.again(&title, body))
        }
        Err(other) => Err(other.into()),
    }
}

fn page(req: &Req, values: &Form, errors: &[FieldError]) -> Result<(String, Markup), PageError> {
    let (id, actor): (EnterpriseId, _) = (req.id("id")?, req.actor()?);
    // Asked first: it refuses whoever may not see the enterprise.
    let found = findings::of_enterprise(&req.app, actor, id)?;
    let (enterprise, penalties): (Enterprise, Vec<Penalty>) = req
        .app
        .view(actor, |view| Ok((enterprise::load(view.tx, id)?, penalty::of_enterprise(view.tx, id)?)))?;
    let title = format!("失信原因和整改情况：{}", enterprise.name);
    let body = html! {
        h1 { (title) }
        (ui::errors(errors))
        p { a href={ "/enterprises/" (id) } { "返回企业" } }
        @if found.latest.is_empty() {
            (ui::empty("还没有任何一方登记。", "企业、认定部门、属地信用办和服务机构各自登记，互不覆盖。"))
        } @else {
            (ui::panel("各方最近的说法", &said(&found.latest)))
        }
        @if actor.has(Action::RecordFinding) {
            (ui::panel("登记", &ui::form(req, &format!("/enterprises/{id}/findings"), &html! {
                (questions(values, &penalties, errors))
                (ui::button("登记情况"))
            })))
        }
        @if found.history.len() > found.latest.len() {
            (ui::panel("全部记录", &said(&found.history)))
        }
    };
    Ok((title, body))
}

/// What was said, as a table; also for the enterprise's own page.
pub(super) fn said(findings: &[Finding]) -> Markup {
    let rows: Vec<_> = findings
        .iter()
        .map(|one| {
            vec![
                html! { (one.party) },
                html! { @if one.penalty.is_some() { (one.decision_number) } @else { span.quiet { "企业" } } },
                html! { (one.cause) },
                html! { (one.rectification) },
                html! { (one.conditions) },
                html! { (one.note) },
                html! { (ui::when(one.at)) " " (one.actor) },
            ]
        })
        .collect();
    let heads = ["来源", "对象", "产生原因", "整改情况", "修复条件", "说明", "登记"];
    ui::table("各方说法", &heads, &rows)
}
