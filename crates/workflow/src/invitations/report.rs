//! An enterprise reports through its personal link that a fee was charged or something advertised (N19 N20).

use xinxiu_domain::actor::Actor;
use xinxiu_domain::id::AttendanceId;
use xinxiu_domain::summary::RemarkKind;
use xinxiu_domain::text::tidy;
use xinxiu_store::remark::{self, Remark};
use xinxiu_store::{attendance, campaign, enterprise, session};

use super::own;
use crate::app::{App, Done};
use crate::refusal::Refusal;

/// What an enterprise may report; an evaluation is not its to give.
pub const REPORTABLE: [RemarkKind; 3] =
    [RemarkKind::Charging, RemarkKind::Advertising, RemarkKind::OffSubject];

/// What an enterprise reports.
#[derive(Debug, Clone)]
pub struct Report {
    /// Charging, advertising, off the subject.
    pub kind: RemarkKind,
    /// What happened.
    pub text: String,
    /// Whether it wants not to be named.
    pub anonymous: bool,
}

/// As whom an enterprise acts that does not want to be named.
const NAMELESS: &str = "匿名企业";

/// Notes what an enterprise reports of the agency of its session. Its county and the city see it, the agency
/// does not: neither among its evaluations nor in the history of the enterprise. Where the enterprise does not
/// want to be named, neither the report nor the audit trail holds its name.
///
/// # Errors
/// [`Refusal::Invalid`] without what happened; [`Refusal::Forbidden`] for anybody but the enterprise.
pub fn report(app: &App, actor: &Actor, id: AttendanceId, report: &Report) -> Result<(), Refusal> {
    let (kind, text) = (report.kind, tidy(&report.text));
    if !REPORTABLE.contains(&kind) {
        return Err(Refusal::invalid("kind", "请选择要反映的情况"));
    }
    if text.is_empty() {
        return Err(Refusal::invalid("text", "请写明具体情况，例如金额、时间和经手人"));
    }
    app.view(actor, |view| own(view.tx, actor, id))?;
    let nameless = Actor { name: NAMELESS.to_owned(), enterprise: None, ..actor.clone() };
    app.step(if report.anonymous { &nameless } else { actor }, |step| {
        let found = attendance::load(step.tx, id)?;
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
            recorded_by: if report.anonymous { NAMELESS.to_owned() } else { whose.name },
            reported: true,
            enterprise: Some(found.enterprise).filter(|_| !report.anonymous),
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
