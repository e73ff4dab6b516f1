//! What became of an enterprise in law, recorded with its day and reason, and taken back where nothing has changed
//! since (N18 N29).

use jiff::civil::Date;
use xinxiu_domain::Missing;
use xinxiu_domain::Uscc;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::change::ChangeKind;
use xinxiu_domain::id::{ChangeId, EnterpriseId, OrgId};
use xinxiu_domain::text::tidy;
use xinxiu_store::enterprise::{self, Enterprise};
use xinxiu_store::enterprise_change::{self, Change};
use xinxiu_store::law_change::{self, LawChange};
use xinxiu_store::{concerns, known_name, organisation};

use super::correct::{move_class, must_stand_for_itself};
use crate::app::{App, Done, Step};
use crate::identity;
use crate::refusal::Refusal;

/// A change as the form holds it.
#[derive(Debug, Clone)]
pub struct LawCommand {
    /// Kind.
    pub kind: ChangeKind,
    /// Day on which it took effect.
    pub happened_on: Date,
    /// New name (更名).
    pub name: String,
    /// New county or park (属地变更).
    pub county: Option<OrgId>,
    /// USCC of the enterprise that took it over, or was made of a part of it.
    pub successor: String,
    /// Why, and on which paper it rests.
    pub reason: String,
}

/// Records what became of an enterprise. Its records, cases and history stay with it; one that moved takes them and
/// the right to see them along.
///
/// # Errors
/// [`Refusal::Invalid`] names what the form lacks; [`Refusal::Missing`] where it is so already.
pub fn record_change(
    app: &App,
    actor: &Actor,
    id: EnterpriseId,
    command: &LawCommand,
) -> Result<ChangeId, Refusal> {
    let reason = checked(&command.reason)?;
    app.step(actor, |step| {
        step.must(Action::RecordChange, &concerns::of_enterprise(step.tx, id)?)?;
        must_stand_for_itself(step, id)?;
        if command.happened_on > step.today {
            return Err(Refusal::invalid("happened_on", "生效日期不能晚于今天"));
        }
        let found = enterprise::load(step.tx, id)?;
        let successor = successor(step, &found, command)?;
        let (old, new) = values(&found, command)?;
        let kind = command.kind;
        let change = LawChange {
            id: ChangeId(0),
            enterprise: id,
            enterprise_name: String::new(),
            kind,
            happened_on: command.happened_on,
            successor: successor.as_ref().map(|one| one.id),
            successor_name: String::new(),
            old,
            new,
            reason: reason.clone(),
            actor: actor.name.clone(),
            at: step.moment(),
            undone: None,
        };
        let number = law_change::insert(step.tx, &change)?;
        let why = format!("{kind}（{}）：{reason}", command.happened_on);
        let said = apply(step, found, kind, &change.new, &why)?;
        let to = successor.as_ref().map_or_else(String::new, |one| format!("，承继企业「{}」", one.name));
        record(step, "enterprise.change", id, format!("登记{why}{said}{to}"), number)?;
        if let Some(one) = successor {
            let name = enterprise::load(step.tx, id)?.name;
            record(step, "enterprise.succeed", one.id, format!("「{name}」{why}，由本企业承继"), number)?;
        }
        Ok(number)
    })
}

/// What has changed since and is in the way of taking a change back; empty where nothing is.
pub fn law_change_gaps(found: &Enterprise, change: &LawChange) -> Vec<Missing> {
    let now = match change.kind {
        ChangeKind::Renamed => found.name.clone(),
        ChangeKind::Moved => county_text(found.county),
        ChangeKind::Divided => change.new.clone(),
        ChangeKind::Cancelled | ChangeKind::Revoked | ChangeKind::Absorbed => {
            found.survival.code().to_owned()
        }
    };
    if now == change.new {
        return Vec::new();
    }
    let message = format!("「{}」登记之后又有改动，不能撤销，请按现状另行登记或更正", change.kind);
    vec![Missing::new("changed_since", message, "N18")]
}

/// Takes a change back: what held before holds again. The change stays on record as taken back.
///
/// # Errors
/// [`Refusal::Missing`] where it was changed again since; a conflict where somebody took it back already.
pub fn undo_change(
    app: &App,
    actor: &Actor,
    change: ChangeId,
    reason: &str,
) -> Result<EnterpriseId, Refusal> {
    let reason = checked(reason)?;
    app.step(actor, |step| {
        let change = law_change::load(step.tx, change)?;
        let id = change.enterprise;
        step.must(Action::RecordChange, &concerns::of_enterprise(step.tx, id)?)?;
        must_stand_for_itself(step, id)?;
        let found = enterprise::load(step.tx, id)?;
        crate::refusal::require(law_change_gaps(&found, &change))?;
        law_change::undo(step.tx, change.id, (&actor.name, &reason), step.moment())?;
        let why = format!("撤销{}登记：{reason}", change.kind);
        let said = apply(step, found, change.kind, &change.old, &why)?;
        record(step, "enterprise.change_back", id, format!("{why}{said}"), change.id)?;
        Ok(id)
    })
}

fn checked(reason: &str) -> Result<String, Refusal> {
    let reason = tidy(reason);
    if reason.chars().count() < 2 {
        return Err(Refusal::invalid("reason", "请写明依据，例如「登记机关准予注销通知书」"));
    }
    Ok(reason)
}

fn county_text(county: Option<OrgId>) -> String {
    county.map_or_else(String::new, |id| id.to_string())
}

/// The enterprise that goes on where this one ends, which the actor must be able to see.
fn successor(
    step: &Step<'_>,
    found: &Enterprise,
    command: &LawCommand,
) -> Result<Option<Enterprise>, Refusal> {
    if !command.kind.has_successor() {
        return Ok(None);
    }
    let uscc =
        Uscc::parse(&command.successor).map_err(|error| Refusal::invalid("successor", error.to_string()))?;
    let unknown = || Refusal::invalid("successor", "在册企业中没有这个代码，请先导入或核对承继企业的代码");
    let other = enterprise::by_uscc(step.tx, &uscc)?.ok_or_else(unknown)?;
    // Whether an enterprise of another county is on record is not said to those who may not see it.
    if !step.actor.may(Action::ViewEnterprise, &concerns::of_enterprise(step.tx, other.id)?) {
        return Err(unknown());
    }
    if other.id == found.id {
        return Err(Refusal::invalid("successor", "承继企业不能是它自己"));
    }
    Ok(Some(other))
}

/// What holds before and after.
fn values(found: &Enterprise, command: &LawCommand) -> Result<(String, String), Refusal> {
    let (old, new) = match command.kind {
        ChangeKind::Renamed => {
            let name = tidy(&command.name).replace('(', "（").replace(')', "）");
            if name.is_empty() {
                return Err(Refusal::invalid("name", "请填写新的企业名称"));
            }
            (found.name.clone(), name)
        }
        ChangeKind::Moved => {
            let county = command.county.ok_or_else(|| Refusal::invalid("county", "请选择迁入的属地"))?;
            (county_text(found.county), county.to_string())
        }
        ChangeKind::Divided => return Ok((String::new(), String::new())),
        kind => {
            let survival = kind.survival().unwrap_or(found.survival);
            (found.survival.code().to_owned(), survival.code().to_owned())
        }
    };
    if old == new {
        let message = format!("该企业已经是登记「{}」后的状态，不需要再登记", command.kind);
        return Err(Refusal::Missing(vec![Missing::new("so_already", message, "N18")]));
    }
    Ok((old, new))
}

/// Makes a value hold and puts the change of the particular into the history. Says what changed.
fn apply(
    step: &Step<'_>,
    mut found: Enterprise,
    kind: ChangeKind,
    value: &str,
    why: &str,
) -> Result<String, Refusal> {
    let (field, old, new) = match kind {
        ChangeKind::Renamed => {
            let old = std::mem::replace(&mut found.name, value.to_owned());
            known_name::keep(step.tx, found.id, &old, None)?;
            ("name", old, value.to_owned())
        }
        ChangeKind::Moved => {
            let name = |id: Option<OrgId>| match id {
                Some(id) => organisation::load(step.tx, id).map(|org| org.short_name),
                None => Ok("不详".to_owned()),
            };
            let to = value.parse().ok();
            let old = name(std::mem::replace(&mut found.county, to))?;
            ("county", old, name(to)?)
        }
        ChangeKind::Divided => return Ok(String::new()),
        ChangeKind::Cancelled | ChangeKind::Revoked | ChangeKind::Absorbed => {
            let to = xinxiu_domain::archive::SurvivalState::from_code(value).unwrap_or(found.survival);
            ("survival", std::mem::replace(&mut found.survival, to).to_string(), to.to_string())
        }
    };
    enterprise::save(step.tx, &found)?;
    let said = format!("，{}由「{old}」变为「{new}」", super::field_label(field));
    let change = Change {
        at: step.moment(),
        actor: step.actor.name.clone(),
        field: field.to_owned(),
        old,
        new,
        reason: why.to_owned(),
    };
    enterprise_change::insert(step.tx, &step.app.store.vault, found.id, &change)?;
    match kind {
        ChangeKind::Moved => move_class(step, &found)?,
        ChangeKind::Renamed => identity::look_again(step, found.id)?,
        _ => {}
    }
    Ok(said)
}

fn record(
    step: &Step<'_>,
    action: &str,
    id: EnterpriseId,
    summary: String,
    number: ChangeId,
) -> Result<(), Refusal> {
    let done = Done { action, subject: ("enterprise", id.0), enterprise: Some(id), summary };
    step.record(done, serde_json::json!({ "change": number }))
}
