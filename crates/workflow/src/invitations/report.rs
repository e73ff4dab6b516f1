//! An enterprise reports through its personal link that a fee was charged or something advertised (N19 N20).

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::id::AttendanceId;
use xinxiu_domain::summary::RemarkKind;
use xinxiu_domain::text::tidy;
use xinxiu_store::remark::{self, Remark};
use xinxiu_store::{attendance, campaign, concerns, enterprise, session};

use crate::app::{App, Done};
use crate::refusal::Refusal;

/// What an enterprise may report; an evaluation is not its to give.
pub const REPORTABLE: [RemarkKind; 3] =
    [RemarkKind::Charging, RemarkKind::Advertising, RemarkKind::OffSubject];

/// Notes what an enterprise reports of the agency of its session. Its county and the city see it, the agency
/// does not: neither among its evaluations nor in the history of the enterprise.
///
/// # Errors
/// [`Refusal::Invalid`] without what happened; [`Refusal::Forbidden`] for anybody but the enterprise.
pub fn report(
    app: &App,
    actor: &Actor,
    id: AttendanceId,
    kind: RemarkKind,
    text: &str,
) -> Result<(), Refusal> {
    let text = tidy(text);
    if !REPORTABLE.contains(&kind) {
        return Err(Refusal::invalid("kind", "请选择要反映的情况"));
    }
    if text.is_empty() {
        return Err(Refusal::invalid("text", "请写明具体情况，例如金额、时间和经手人"));
    }
    app.step(actor, |step| {
        let found = attendance::load(step.tx, id)?;
        step.must(Action::AnswerInvitation, &concerns::of_enterprise(step.tx, found.enterprise)?)?;
        let class = campaign::load_item(step.tx, session::load(step.tx, found.session)?.plan_item)?;
        let agency = class.agency.ok_or_else(|| Refusal::invalid("kind", "这场培训还没有确定服务机构"))?;
        let whose = enterprise::load(step.tx, found.enterprise)?;
        let new = Remark {
            campaign: class.campaign,
            agency,
            agency_name: String::new(),
            session: Some(found.session),
            session_title: String::new(),
            kind,
            score: None,
            text: text.clone(),
            recorded_by: whose.name,
            enterprise: Some(found.enterprise),
            org: whose.county.unwrap_or(class.organiser),
            org_name: String::new(),
            at: step.moment(),
        };
        let remark = remark::insert(step.tx, &new)?;
        // Not on the enterprise's own history, which the agency reads.
        let summary = format!("企业反映服务机构「{}」：{kind}", class.agency_name);
        let done =
            Done { action: "agency.report", subject: ("agency_remark", remark), enterprise: None, summary };
        step.record(done, serde_json::json!({ "agency": agency, "kind": kind }))
    })
}
