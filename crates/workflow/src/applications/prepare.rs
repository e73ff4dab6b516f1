//! The agency's part: opening, filling, submitting, withdrawing (N12, N24).

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::application::{ApplicationAction, ApplicationState, ItemState, broken_gap};
use xinxiu_domain::batch::RecordState;
use xinxiu_domain::id::{ApplicationId, EnterpriseId, ItemId, PenaltyId};
use xinxiu_domain::person::is_phone;
use xinxiu_domain::repair_fact::rests_on;
use xinxiu_domain::text::{squeeze, tidy};
use xinxiu_domain::{IllegalMove, Missing};
use xinxiu_store::application::{self, Application, CONTACT_PHONE};
use xinxiu_store::enterprise::sealed;
use xinxiu_store::{Moment, StoreError, campaign, commitment, concerns, enterprise, item, penalty};

use super::case;
use super::returned::{self, Corrected};
use crate::app::{App, Done, Step};
use crate::archives;
use crate::refusal::{Refusal, require, unchanged};

/// Opens an application with the chosen penalty records; the enterprise's contact is taken over as operator.
///
/// # Errors
/// [`Refusal::Missing`] where no record is chosen, a record is not public, or it is in another application.
pub fn open(
    app: &App,
    actor: &Actor,
    enterprise: EnterpriseId,
    penalties: &[PenaltyId],
) -> Result<ApplicationId, Refusal> {
    app.step(actor, |step| {
        step.must(Action::PrepareApplication, &concerns::of_enterprise(step.tx, enterprise)?)?;
        let agency = actor.org.ok_or(Refusal::Forbidden(Action::PrepareApplication))?;
        let found = enterprise::load(step.tx, enterprise)?;
        let campaign = current_membership(step, enterprise)?;
        let vault = &step.app.store.vault;
        let phone = vault.open_text(sealed::CONTACT_PHONE, &found.contact_phone_sealed)?;
        let contact = (found.contact_name.as_str(), &*vault.seal(CONTACT_PHONE, &phone)?);
        if penalties.is_empty() {
            let message = "请至少选择一条处罚记录";
            return Err(Refusal::Missing(vec![Missing::new("no_record", message, "N24")]));
        }
        let id = application::insert(step.tx, campaign, enterprise, agency, contact)?;
        for penalty in penalties {
            put_in(step, id, enterprise, *penalty)?;
        }
        archives::ensure(step, campaign, enterprise)?;
        let summary = format!("准备修复申请，{}条处罚记录", penalties.len());
        record(step, "application.open", (id, enterprise), summary)?;
        Ok(id)
    })
}

/// The campaign under way, of which the enterprise must be a member.
fn current_membership(
    step: &Step<'_>,
    enterprise: EnterpriseId,
) -> Result<xinxiu_domain::id::CampaignId, Refusal> {
    let gap = |code, message: &str| Refusal::Missing(vec![Missing::new(code, message, "N04")]);
    let current = campaign::current(step.tx)?
        .ok_or_else(|| gap("no_campaign", "还没有已发布的年度行动，请市信用办先发布"))?;
    enterprise::member(step.tx, current.id, enterprise)?
        .ok_or_else(|| gap("no_member", "该企业没有列入本年度行动"))?;
    Ok(current.id)
}

/// Puts a record in after the checks; the lock keeps two agencies from taking the same record at once.
fn put_in(
    step: &Step<'_>,
    id: ApplicationId,
    enterprise: EnterpriseId,
    penalty: PenaltyId,
) -> Result<(), Refusal> {
    step.tx.lock(&format!("application:{enterprise}"))?;
    let found = penalty::load(step.tx, penalty)?;
    if found.enterprise != enterprise {
        return Err(StoreError::NotFound(RecordState::NOUN, penalty.to_string()).into());
    }
    let number = &found.decision;
    let mut gaps = Vec::new();
    if found.state != RecordState::Public {
        gaps.push(Missing::new("not_public", format!("{number}：{}，不需要申请修复", found.state), "N24"));
    }
    if let Some(other) = item::open_application_of(step.tx, penalty, None)? {
        let message = format!("{number}：已在第{other}号申请中办理，不能重复申请");
        gaps.push(Missing::new("double_application", message, "N24"));
    }
    if commitment::broken_penalties(step.tx, &[penalty])?.contains(&penalty) {
        gaps.push(broken_gap(number.as_str()));
    }
    require(gaps)?;
    item::insert(step.tx, id, penalty, &rests_on(&found.stated()))?;
    Ok(())
}

/// Loads an application that the agency may still change.
pub(super) fn editable(step: &Step<'_>, id: ApplicationId) -> Result<Application, Refusal> {
    let found = application::load(step.tx, id)?;
    step.must(Action::PrepareApplication, &concerns::of_enterprise(step.tx, found.enterprise)?)?;
    if matches!(found.state, ApplicationState::Draft | ApplicationState::Returned) {
        return Ok(found);
    }
    Err(IllegalMove { noun: ApplicationState::NOUN, state: found.state.label(), action: "修改" }.into())
}

/// Puts another penalty record into an application.
///
/// # Errors
/// As [`open`].
pub fn add_item(app: &App, actor: &Actor, id: ApplicationId, penalty: PenaltyId) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let found = editable(step, id)?;
        put_in(step, id, found.enterprise, penalty)?;
        application::save(step.tx, &found)?;
        record(step, "application.add_item", (id, found.enterprise), "修复申请加入一条处罚记录".into())
    })
}

/// Takes a penalty record out of an application, with its own documents.
///
/// # Errors
/// [`Refusal::Illegal`] once it is submitted.
pub fn remove_item(app: &App, actor: &Actor, id: ItemId) -> Result<ApplicationId, Refusal> {
    app.step(actor, |step| {
        let item = item::load(step.tx, id)?;
        let found = editable(step, item.application)?;
        keeps_its_decisions(std::slice::from_ref(&item), "移出")?;
        let number = penalty::load(step.tx, item.penalty)?.decision;
        item::remove(step.tx, &item, number.as_str(), (&actor.name, step.today))?;
        application::save(step.tx, &found)?;
        let summary = format!("{number}移出修复申请");
        record(step, "application.remove_item", (found.id, found.enterprise), summary)?;
        Ok(found.id)
    })
}

/// What the agency fills in.
#[derive(Debug, Clone)]
pub struct Edit {
    /// Operator (经办人).
    pub contact_name: String,
    /// Phone of the operator; empty keeps the one on file, which the page shows masked.
    pub contact_phone: String,
    /// Statement about each record: duties performed, conduct corrected, effects removed (annex 3). A record that is not named
    /// keeps its statement.
    pub statements: Vec<(ItemId, String)>,
    /// Version that the form was filled from.
    pub version: i64,
}

/// Fills in operator and statements.
///
/// # Errors
/// [`Refusal::Invalid`] for a phone that is none; a conflict where somebody else edited it meanwhile.
pub fn edit(app: &App, actor: &Actor, id: ApplicationId, command: &Edit) -> Result<(), Refusal> {
    let phone = squeeze(&command.contact_phone);
    if !phone.is_empty() && !is_phone(&phone) {
        return Err(Refusal::invalid("contact_phone", "联系电话应为7至15位数字"));
    }
    app.step(actor, |step| {
        let mut found = editable(step, id)?;
        let name = tidy(&command.contact_name);
        let before = step.app.store.vault.open_text(CONTACT_PHONE, &found.contact_phone_sealed)?;
        if name != found.contact_name || !phone.is_empty() && phone != before {
            found.contact_version += 1;
        }
        found.contact_name = name;
        if !phone.is_empty() {
            found.contact_phone_sealed = step.app.store.vault.seal(CONTACT_PHONE, &phone)?;
        }
        for (item, statement) in &command.statements {
            state(step, (id, *item), statement.trim())?;
        }
        found.version = command.version;
        application::save(step.tx, &found)?;
        record(step, "application.edit", (id, found.enterprise), "填写修复申请的经办人和说明".into())
    })
}

/// Keeps what the applicant states about one record that waits for its decision; a form that was printed with other words is out of
/// date from then on.
fn state(step: &Step<'_>, (id, item): (ApplicationId, ItemId), statement: &str) -> Result<(), Refusal> {
    let mut found = item::load(step.tx, item)?;
    if found.application != id {
        return Err(StoreError::NotFound(ItemState::NOUN, item.to_string()).into());
    }
    if found.statement == statement {
        return Ok(());
    }
    if found.state != ItemState::Pending {
        let (noun, state) = (ItemState::NOUN, found.state.label());
        return Err(IllegalMove { noun, state, action: "修改说明" }.into());
    }
    statement.clone_into(&mut found.statement);
    found.form_outdated |= found.form_contact_version.is_some();
    Ok(item::save(step.tx, &found)?)
}

/// Submits an application to the window.
///
/// # Errors
/// As [`resubmit`].
pub fn submit(app: &App, actor: &Actor, id: ApplicationId, version: i64) -> Result<(), Refusal> {
    resubmit(app, actor, id, version, &[])
}

/// Submits an application to the window, after a return with one line on what was put right for each of its reasons.
///
/// # Errors
/// [`Refusal::Missing`] with everything that it lacks; [`Refusal::Invalid`] where a reason of the return has no answer; a
/// conflict where somebody else changed it meanwhile.
pub fn resubmit(
    app: &App,
    actor: &Actor,
    id: ApplicationId,
    version: i64,
    corrected: &[Corrected],
) -> Result<(), Refusal> {
    app.step(actor, |step| submit_in(step, id, version, step.moment(), corrected))
}

/// Submits within a step, at the moment at which the agency did so: a device may bring it later.
pub(crate) fn submit_in(
    step: &Step<'_>,
    id: ApplicationId,
    version: i64,
    at: Moment,
    corrected: &[Corrected],
) -> Result<(), Refusal> {
    let case = case::load(step.tx, id, at.on)?;
    let mut found = case.application.clone();
    step.must(Action::PrepareApplication, &concerns::of_enterprise(step.tx, found.enterprise)?)?;
    unchanged(ApplicationState::NOUN, found.version, version)?;
    found.state = found.state.after(ApplicationAction::Submit)?;
    require(case.gaps.clone())?;
    returned::answer(step, &case, corrected)?;
    found.submitted_at = Some(at.at);
    found.submitted_on = Some(at.on);
    application::save(step.tx, &found)?;
    let summary = format!("提交修复申请，{}条处罚记录", case.items.len());
    record(step, "application.submit", (id, found.enterprise), summary)
}

/// Withdraws an application; its records are free for another.
///
/// # Errors
/// [`Refusal::Invalid`] without a reason; [`Refusal::Illegal`] once it is accepted.
pub fn withdraw(
    app: &App,
    actor: &Actor,
    id: ApplicationId,
    version: i64,
    reason: &str,
) -> Result<(), Refusal> {
    let reason = tidy(reason);
    if reason.is_empty() {
        return Err(Refusal::invalid("reason", "请写明撤回的原因"));
    }
    app.step(actor, |step| {
        let mut found = application::load(step.tx, id)?;
        step.must(Action::PrepareApplication, &concerns::of_enterprise(step.tx, found.enterprise)?)?;
        unchanged(ApplicationState::NOUN, found.version, version)?;
        found.state = found.state.after(ApplicationAction::Withdraw)?;
        keeps_its_decisions(&item::of_applications(step.tx, &[id])?, "撤回")?;
        application::save(step.tx, &found)?;
        record(step, "application.withdraw", (id, found.enterprise), format!("撤回修复申请：{reason}"))
    })
}

/// Refuses to let a record go that an authority has decided on, or that was decided on once: its history would go with it.
fn keeps_its_decisions(items: &[item::Item], action: &'static str) -> Result<(), Refusal> {
    let decided = items.iter().find(|item| !matches!(item.state, ItemState::Pending | ItemState::Closed));
    match decided {
        None => Ok(()),
        Some(item) => {
            let (noun, state) = (ItemState::NOUN, item.state.label());
            Err(IllegalMove { noun, state, action }.into())
        }
    }
}

pub(super) fn record(
    step: &Step<'_>,
    action: &str,
    (id, enterprise): (ApplicationId, EnterpriseId),
    summary: String,
) -> Result<(), Refusal> {
    let done = Done { action, subject: ("application", id.0), enterprise: Some(enterprise), summary };
    step.record(done, serde_json::json!({}))
}
