//! The authority's decision on each record, and the removal that the center records apart (N16, N27, N28).

use jiff::civil::Date;
use xinxiu_domain::actor::{Action, Actor, Scope};
use xinxiu_domain::application::{
    ApplicationState, Decision, Grade, ItemAction, ItemState, broken_gap, decision_gaps, removal_gaps,
};
use xinxiu_domain::batch::RecordAction;
use xinxiu_domain::id::{EnterpriseId, ItemId};
use xinxiu_domain::person::is_phone;
use xinxiu_domain::repair_fact::FactKind;
use xinxiu_domain::text::{squeeze, tidy};
use xinxiu_domain::{IllegalMove, Missing};
use xinxiu_store::application::{Application, CONTACT_PHONE};
use xinxiu_store::files::{self, StoredFile};
use xinxiu_store::item::{self, AUTHORITY_PHONE, Item, ListedItem};
use xinxiu_store::penalty::{self, Penalty};
use xinxiu_store::{StoreError, application, commitment, concerns};

use super::back::one_at_a_time;
use super::facts::{self, Fact, Paper};
use super::follow::decision_changed;
use super::forms;
use crate::app::{App, Done, Step};
use crate::campaigns;
use crate::paper_codes::{self, Readings};
use crate::refusal::{Refusal, require, unchanged};

/// What the authority decides on one record.
#[derive(Debug, Clone)]
pub struct Decide {
    /// 违法情节.
    pub severity: Grade,
    /// 失信行为.
    pub conduct: Grade,
    /// Whether the duty of the penalty has been performed.
    pub duty_performed: bool,
    /// 同意 or 不同意.
    pub agree: bool,
    /// Opinion.
    pub opinion: String,
    /// Who handles it at the authority, and that person's phone (annex 3).
    pub handler: (String, String),
    /// Day of the decision.
    pub decided_on: Date,
    /// The sealed form: content, name and media type.
    pub file: Option<Paper>,
    /// Version that the form was filled from.
    pub version: i64,
    /// Whether whoever decides has looked at all of this once more: a decision is asked about last, when nothing else is wrong.
    pub is_confirmed: bool,
}

/// The field of that confirmation.
pub const CONFIRMED: &str = "confirmed";

/// Decides on one record of an accepted application.
///
/// # Errors
/// [`Refusal::Missing`] with every condition that the decision does not meet; [`Refusal::Invalid`] where it meets them all and is
/// not confirmed; a conflict where a colleague was
/// faster; [`Refusal::Forbidden`] for another authority's record.
pub fn decide(app: &App, actor: &Actor, id: ItemId, command: &Decide) -> Result<(), Refusal> {
    let (handler, phone) = (tidy(&command.handler.0), squeeze(&command.handler.1));
    if !phone.is_empty() && !is_phone(&phone) {
        return Err(Refusal::invalid("handler_phone", "联系电话应为7至15位数字"));
    }
    let readings = read(app, command.file.as_ref())?;
    app.step(actor, |step| {
        let (mut item, penalty, reviewed) = accepted_item(step, id)?;
        let authority = penalty.authority.map(concerns::of_authority).unwrap_or_default();
        step.must(Action::DecideRepair, &authority)?;
        unchanged(ItemState::NOUN, item.version, command.version)?;
        let action = if command.agree { ItemAction::Agree } else { ItemAction::Refuse };
        item.state = item.state.after(action)?;
        let opinion = tidy(&command.opinion);
        let mut gaps = decision_gaps(&Decision {
            severity: command.severity,
            conduct: command.conduct,
            duty_performed: command.duty_performed,
            agree: command.agree,
            opinion: &opinion,
        });
        gaps.extend(day_gaps(command.decided_on, (penalty.facts.decision_date, reviewed), step.today));
        gaps.extend(decision_changed(&item, &penalty));
        if command.agree {
            gaps.extend(broken(step, &penalty)?);
        }
        require(gaps)?;
        if !command.is_confirmed {
            return Err(Refusal::invalid(CONFIRMED, "请核对下面的决定内容，无误后点“确认作出决定”"));
        }
        item.severity = Some(command.severity);
        item.conduct = Some(command.conduct);
        item.duty_performed = Some(command.duty_performed);
        item.opinion = opinion;
        item.authority_handler = if handler.is_empty() { actor.name.clone() } else { handler };
        item.authority_phone_sealed = step.app.store.vault.seal(AUTHORITY_PHONE, &phone)?;
        item.decided_by.clone_from(&actor.name);
        item.decided_on = Some(command.decided_on);
        item.decision_file = facts::kept(step, command.file.as_ref())?;
        forms::check_sealed(step, id, item.decision_file, readings.as_ref())?;
        item::save(step.tx, &item)?;
        let fact = Fact { on: item.decided_on, file: item.decision_file, ..fact(&item, FactKind::Decided) };
        facts::put(step, &Fact { opinion: &item.opinion, ..fact })?;
        let detail = serde_json::json!({
            "severity": command.severity,
            "conduct": command.conduct,
            "duty_performed": command.duty_performed,
            "decided_on": command.decided_on,
            "edition": penalty.assessment.edition,
            "class": penalty.assessment.class,
            "min_until": penalty.assessment.min_until,
        });
        record(
            step,
            "item.decide",
            (id, penalty.enterprise),
            format!("{}：{}", penalty.decision, item.state),
            detail,
        )
    })
}

/// The codes of a sealed form, before the step.
fn read(app: &App, paper: Option<&Paper>) -> Result<Option<Readings>, Refusal> {
    paper.map(|(kept, name, _)| paper_codes::read(app, &[(kept.clone(), name.clone())])).transpose()
}

/// That the promise about a record was broken meanwhile.
fn broken(step: &Step<'_>, penalty: &Penalty) -> Result<Option<Missing>, Refusal> {
    let is_broken = commitment::broken_penalties(step.tx, &[penalty.id])?.contains(&penalty.id);
    Ok(is_broken.then(|| broken_gap(penalty.decision.as_str())))
}

/// A decision is made of what the first review let through: after the penalty, on the day of that review at the earliest, and
/// never ahead of its day. The center's time to take the record down runs from it.
fn day_gaps(decided_on: Date, (penalised, reviewed): (Date, Option<Date>), today: Date) -> Option<Missing> {
    if decided_on > today {
        return Some(Missing::new("future", format!("决定日期不能晚于今天{today}"), "N27"));
    }
    if decided_on < penalised {
        let early = format!("决定日期不能早于处罚决定日期{penalised}");
        return Some(Missing::new("before_penalty", early, "N27"));
    }
    let reviewed = reviewed.filter(|day| decided_on < *day)?;
    let early = format!("决定日期不能早于初审通过日期{reviewed}，请填实际作出决定的日期");
    Some(Missing::new("before_review", early, "N27"))
}

/// An item whose application has passed the first review, with its penalty record and the day of that review.
fn accepted_item(step: &Step<'_>, id: ItemId) -> Result<(Item, Penalty, Option<Date>), Refusal> {
    let item = item::load(step.tx, id)?;
    // A colleague may send the application back at this moment.
    one_at_a_time(step, &application::load(step.tx, item.application)?)?;
    let item = item::load(step.tx, item.id)?;
    let found = application::load(step.tx, item.application)?;
    let penalty = penalty::load(step.tx, item.penalty)?;
    if found.state != ApplicationState::Accepted {
        let state = found.state.label();
        return Err(IllegalMove { noun: ApplicationState::NOUN, state, action: "作出修复决定" }.into());
    }
    Ok((item, penalty, found.reviewed_on))
}

fn fact(item: &Item, kind: FactKind) -> Fact<'_> {
    let (application, item, result) = (item.application, Some(item.id), item.state.label());
    Fact { application, item, kind, result, opinion: "", on: None, file: None }
}

/// Records that the record was taken down. From then on it counts nowhere as public.
///
/// # Errors
/// [`Refusal::Missing`] before the decision, before the end of the minimum publicity period, or ahead of the
/// day; [`Refusal::Illegal`] after a refusal.
pub fn record_removal(
    app: &App,
    actor: &Actor,
    id: ItemId,
    removed_on: Date,
    version: i64,
) -> Result<(), Refusal> {
    record_removal_with(app, actor, id, (removed_on, version), ("", None))
}

/// [`record_removal`] with an opinion and a paper, for example a picture of the page from which the record is gone.
///
/// # Errors
/// As [`record_removal`].
pub fn record_removal_with(
    app: &App,
    actor: &Actor,
    id: ItemId,
    (removed_on, version): (Date, i64),
    (opinion, paper): (&str, Option<&Paper>),
) -> Result<(), Refusal> {
    let opinion = tidy(opinion);
    app.step(actor, |step| {
        one_at_a_time(step, &application::load(step.tx, item::load(step.tx, id)?.application)?)?;
        let mut item = item::load(step.tx, id)?;
        let mut penalty = penalty::load(step.tx, item.penalty)?;
        step.must(Action::RecordRemoval, &concerns::of_enterprise(step.tx, penalty.enterprise)?)?;
        unchanged(ItemState::NOUN, item.version, version)?;
        if !matches!(item.state, ItemState::Pending) {
            item.state = item.state.after(ItemAction::TakeDown)?;
        }
        let mut gaps = removal_gaps(removed_on, item.decided_on, penalty.assessment.min_until, step.today);
        gaps.extend(broken(step, &penalty)?);
        require(gaps)?;
        penalty.state = penalty.state.after(RecordAction::TakeDown)?;
        penalty.taken_down_on = Some(removed_on);
        penalty::save(step.tx, &penalty)?;
        item.taken_down_on = Some(removed_on);
        item.taken_down_by.clone_from(&actor.name);
        item::save(step.tx, &item)?;
        let file = facts::kept(step, paper)?;
        facts::put(
            step,
            &Fact { on: Some(removed_on), opinion: &opinion, file, ..fact(&item, FactKind::TakenDown) },
        )?;
        let detail = serde_json::json!({
            "removed_on": removed_on,
            "decided_on": item.decided_on,
            "min_until": penalty.assessment.min_until,
        });
        let summary = format!("{}：{removed_on}撤下公示", penalty.decision);
        record(step, "item.take_down", (id, penalty.enterprise), summary, detail)
    })
}

/// Items of accepted applications in one state: an authority sees its own, the center and the city all.
///
/// # Errors
/// [`Refusal::Missing`] where no campaign is under way.
pub fn items(
    app: &App,
    actor: &Actor,
    state: ItemState,
    after: ItemId,
    limit: u32,
) -> Result<Vec<ListedItem>, Refusal> {
    app.view(actor, |view| {
        let campaign = campaigns::current(view)?.id;
        Ok(item::list(view.tx, &visible_items(actor), campaign, state, after, limit)?)
    })
}

/// The condition that keeps a list of items to those an actor may see.
pub(crate) fn visible_items(actor: &Actor) -> String {
    if actor.scopes(Action::ViewApplication).contains(&Scope::Authority) {
        format!("p.authority_id = {}", actor.org.map_or(-1, |org| org.0))
    } else {
        concerns::enterprise_filter(actor, Action::ViewApplication, "e.id")
    }
}

/// Whether the form of a record was printed here with the operator's contact as it is now, or was compared with it.
pub fn carries_contact(item: &Item, of: &Application) -> bool {
    item.form_contact_version == Some(of.contact_version)
}

/// Attaches the form that the authority sealed after its decision, or another in its place; the earlier one stays among the
/// facts.
///
/// # Errors
/// [`Refusal::Missing`] before the decision; a conflict where a colleague was faster; [`Refusal::Forbidden`] for another
/// authority's record; [`Refusal::Invalid`] where the form was not printed here with the operator's contact as it is now, and the
/// contact that stands on it is not the application's.
pub fn attach_sealed(
    app: &App,
    actor: &Actor,
    id: ItemId,
    (version, paper, contact): (i64, &Paper, &str),
) -> Result<(), Refusal> {
    let readings = read(app, Some(paper))?;
    let contact = squeeze(contact);
    app.step(actor, |step| {
        let mut item = item::load(step.tx, id)?;
        let penalty = penalty::load(step.tx, item.penalty)?;
        step.must(Action::DecideRepair, &penalty.authority.map(concerns::of_authority).unwrap_or_default())?;
        unchanged(ItemState::NOUN, item.version, version)?;
        if item.decided_on.is_none() {
            let message = "作出修复决定后才能附上盖章的信用修复表";
            return Err(Refusal::Missing(vec![Missing::new("not_decided", message, "N27")]));
        }
        let of = application::load(step.tx, item.application)?;
        if !carries_contact(&item, &of) {
            let own = step.app.store.vault.open_text(CONTACT_PHONE, &of.contact_phone_sealed)?;
            // What stands on the paper is typed by whoever holds it; the page does not show what it is compared with.
            if contact.is_empty() || contact != squeeze(&own) {
                let message =
                    "请照修复表填写经办人联系方式；填写的与申请登记的不一致，需与在线申请经办人一致";
                return Err(Refusal::invalid("form_contact", message));
            }
            item.form_contact_version = Some(of.contact_version);
        }
        item.decision_file = facts::kept(step, Some(paper))?;
        forms::check_sealed(step, id, item.decision_file, readings.as_ref())?;
        item::save(step.tx, &item)?;
        facts::put(step, &Fact { file: item.decision_file, ..fact(&item, FactKind::FormSealed) })?;
        let summary = format!("{}：附上盖章的信用修复表", penalty.decision);
        record(step, "item.form_sealed", (id, penalty.enterprise), summary, serde_json::json!({}))
    })
}

/// The sealed form of a decision, for looking at it.
///
/// # Errors
/// [`Refusal::Store`] where there is none.
pub fn decision_file(app: &App, actor: &Actor, id: ItemId) -> Result<StoredFile, Refusal> {
    app.view(actor, |view| {
        let item = item::load(view.tx, id)?;
        let found = application::load(view.tx, item.application)?;
        view.must(Action::ViewApplication, &concerns::of_enterprise(view.tx, found.enterprise)?)?;
        let file = item.decision_file.ok_or_else(|| StoreError::NotFound("决定文书", id.to_string()))?;
        Ok(files::load(view.tx, file)?)
    })
}

fn record(
    step: &Step<'_>,
    action: &str,
    (id, enterprise): (ItemId, EnterpriseId),
    summary: String,
    detail: serde_json::Value,
) -> Result<(), Refusal> {
    let done = Done { action, subject: ("item", id.0), enterprise: Some(enterprise), summary };
    step.record(done, detail)
}
