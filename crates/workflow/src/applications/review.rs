//! The window's first review (初审, N12): the same checks, a coded answer, a receipt.

use xinxiu_documents::{CheckedMaterial, Receipt, ReviewOutcome};
use xinxiu_domain::DecisionNumber;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::application::{ApplicationAction, ApplicationState, ReturnReason};
use xinxiu_domain::id::{ApplicationId, ClinicId};
use xinxiu_domain::text::tidy;
use xinxiu_store::review::{self, Review};
use xinxiu_store::{Moment, StoreError, application, clinic, concerns, enterprise, organisation};

use super::case::{self, Case};
use super::facts::{self, Paper};
use crate::app::{App, Done, Step, View};
use crate::papers;
use crate::refusal::{Refusal, require, unchanged};

/// What the window answers.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// 受理.
    Accept,
    /// 退回补正.
    Return {
        /// Coded reasons, one at least.
        reasons: Vec<ReturnReason>,
        /// What exactly is wrong.
        note: String,
    },
}

/// What goes with a first review.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    /// The hand-in-hand day on which it happens.
    pub clinic: Option<ClinicId>,
    /// The reviewer's opinion where the application is accepted; a return has its note.
    pub opinion: String,
    /// A paper that the reviewer attaches.
    pub file: Option<Paper>,
}

impl From<Option<ClinicId>> for Beside {
    fn from(clinic: Option<ClinicId>) -> Self {
        Self { clinic, ..Self::default() }
    }
}

/// Reviews a submitted application and returns the number of the receipt.
///
/// # Errors
/// [`Refusal::Missing`] naming every gap of an application that is to be accepted; [`Refusal::Invalid`] for a
/// return without a reason; a conflict where a colleague was faster.
pub fn first_review(
    app: &App,
    actor: &Actor,
    id: ApplicationId,
    version: i64,
    verdict: &Verdict,
    beside: impl Into<Beside>,
) -> Result<i64, Refusal> {
    let beside = beside.into();
    app.step(actor, |step| review_in(step, id, version, verdict, (&beside, step.moment())))
}

/// Reviews within a step, at the moment at which the window answered: a device may bring it later.
pub(crate) fn review_in(
    step: &Step<'_>,
    id: ApplicationId,
    version: i64,
    verdict: &Verdict,
    (beside, at): (&Beside, Moment),
) -> Result<i64, Refusal> {
    let case = case::load(step.tx, id, at.on)?;
    let mut found = case.application.clone();
    step.must(Action::FirstReview, &concerns::of_enterprise(step.tx, found.enterprise)?)?;
    unchanged(ApplicationState::NOUN, found.version, version)?;
    if let Some(clinic) = beside.clinic {
        clinic::load(step.tx, clinic)?;
    }
    let mut review = judge(&case, verdict)?;
    if review.accepted {
        review.note = tidy(&beside.opinion);
    }
    let action = if review.accepted { ApplicationAction::Accept } else { ApplicationAction::Return };
    found.state = found.state.after(action)?;
    if review.accepted {
        require(case.gaps.clone())?;
    }
    found.reviewed_at = Some(at.at);
    found.reviewed_on = Some(at.on);
    found.reviewed_by.clone_from(&step.actor.name);
    found.review_note.clone_from(&review.note);
    application::save(step.tx, &found)?;
    let file = facts::kept(step, beside.file.as_ref())?;
    let reviewer = step.actor.name.clone();
    let review = Review { reviewer, at: at.at, on: at.on, clinic: beside.clinic, file, ..review };
    let number = review::insert(step.tx, &review)?;
    let summary = summary(&review);
    let done = Done {
        action: "application.first_review",
        subject: ("application", id.0),
        enterprise: Some(found.enterprise),
        summary,
    };
    step.record(done, values(&case, &review))?;
    Ok(number)
}

fn judge(case: &Case, verdict: &Verdict) -> Result<Review, Refusal> {
    let mut review = Review {
        id: 0,
        application: case.application.id,
        accepted: true,
        reasons: Vec::new(),
        note: String::new(),
        reviewer: String::new(),
        at: jiff::Timestamp::UNIX_EPOCH,
        on: jiff::civil::Date::ZERO,
        clinic: None,
        file: None,
    };
    if let Verdict::Return { reasons, note } = verdict {
        if reasons.is_empty() {
            return Err(Refusal::invalid("reasons", "退回须选择至少一个原因"));
        }
        let note = tidy(note);
        if reasons.contains(&ReturnReason::OtherReason) && note.is_empty() {
            return Err(Refusal::invalid("note", "选择「其他」时请写明具体问题"));
        }
        review.accepted = false;
        review.reasons.clone_from(reasons);
        review.note = note;
    }
    Ok(review)
}

fn summary(review: &Review) -> String {
    if review.accepted {
        return "初审通过".to_owned();
    }
    let reasons: Vec<&str> = review.reasons.iter().map(|reason| reason.label()).collect();
    format!("初审退回补正：{}", reasons.join("、"))
}

/// Edition and values on which the answer rests, so that it can be explained after the rules change.
fn values(case: &Case, review: &Review) -> serde_json::Value {
    let items: Vec<_> = case
        .items
        .iter()
        .map(|item| {
            let assessment = &item.penalty.assessment;
            serde_json::json!({
                "decision": item.penalty.decision.as_str(),
                "edition": assessment.edition,
                "class": assessment.class,
                "verdict": item.verdict,
                "min_until": assessment.min_until,
                "materials": assessment.materials,
            })
        })
        .collect();
    serde_json::json!({ "accepted": review.accepted, "reasons": review.reasons, "items": items })
}

/// The receipt of a first review as PDF, with its file name.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Document`].
pub fn receipt(app: &App, actor: &Actor, review: i64) -> Result<(Vec<u8>, String), Refusal> {
    let document = app.view(actor, |view| {
        let review = review::load(view.tx, review)?;
        let case = case::load(view.tx, review.application, view.today)?;
        let of = case.application.enterprise;
        view.must(Action::ViewApplication, &concerns::of_enterprise(view.tx, of)?)?;
        receipt_of(view, &case, &review)
    })?;
    Ok((papers::pdf(&document)?, format!("初审回执-{}.pdf", document.number)))
}

/// The receipt of a first review as data.
///
/// # Errors
/// What the database says.
pub fn receipt_of(view: &View<'_>, case: &Case, review: &Review) -> Result<Receipt, Refusal> {
    let enterprise = enterprise::load(view.tx, case.application.enterprise)?;
    let day = review.on;
    let outcome = if review.accepted {
        ReviewOutcome::Accepted
    } else {
        let reasons = review.reasons.iter().map(|reason| xinxiu_documents::ReturnReason {
            code: reason.number().to_owned(),
            text: reason.label().to_owned(),
            remedy: remedy(*reason, &review.note),
        });
        ReviewOutcome::Returned { reasons: reasons.collect(), resubmit_by: None }
    };
    let checked = |material| CheckedMaterial {
        material,
        in_order: case
            .items
            .iter()
            .filter(|item| item.penalty.assessment.materials.contains(&material))
            .all(|item| item.has(material)),
    };
    Ok(Receipt {
        number: format!("HZ{}-{:06}", day.year(), review.id),
        application_number: format!("SQ{}-{:06}", day.year(), case.application.id.0),
        enterprise: enterprise.name,
        uscc: enterprise.uscc,
        // A receipt over several decisions names none; the application's number stands for them.
        decision_number: single_decision(case),
        submitted_on: case.application.submitted_on.unwrap_or(day),
        materials: case.required().into_iter().map(checked).collect(),
        outcome,
        window: window_name(view)?,
        reviewer: review.reviewer.clone(),
        issued_on: day,
    })
}

fn single_decision(case: &Case) -> Option<DecisionNumber> {
    match case.items.as_slice() {
        [only] => Some(only.penalty.decision.clone()),
        _ => None,
    }
}

fn window_name(view: &View<'_>) -> Result<String, StoreError> {
    let centers = organisation::of_kind(view.tx, xinxiu_domain::actor::OrganisationKind::CreditCenter)?;
    Ok(centers
        .first()
        .map_or_else(|| "信用中心服务窗口".to_owned(), |center| format!("{}服务窗口", center.name)))
}

/// What to do about a coded reason; the window's own words go with it.
fn remedy(reason: ReturnReason, note: &str) -> String {
    let standard = match reason {
        ReturnReason::MaterialMissing => "按所缺材料清单补齐后重新提交",
        ReturnReason::MaterialIllegible => "重新拍照或扫描，页码齐全后上传",
        ReturnReason::SealMissing => "加盖单位公章后重新上传",
        ReturnReason::ContentMismatch => "与处罚决定书逐项核对，更正后重新提交",
        ReturnReason::ContactMismatch => "更正经办人和联系方式，使其与在线申请一致",
        ReturnReason::StaleEdition => "从平台下载现行文书重新填写",
        ReturnReason::NotYetDue => "最短公示期满后再提交",
        ReturnReason::NotPerformed => "履行完毕并取得证明后再提交",
        ReturnReason::NotRepairable => "移出该条处罚记录",
        ReturnReason::OtherReason => "",
    };
    match (standard.is_empty(), note.is_empty()) {
        (true, _) => note.to_owned(),
        (false, true) => standard.to_owned(),
        (false, false) => format!("{standard}（{note}）"),
    }
}
