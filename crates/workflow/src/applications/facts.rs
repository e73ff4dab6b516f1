//! The facts of an application (办理经过): each step leaves one, and none is written over (N12 N27).

use jiff::civil::Date;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::id::{ApplicationId, ItemId};
use xinxiu_domain::repair_fact::FactKind;
use xinxiu_store::files::{self, Kept, StoredFile};
use xinxiu_store::repair_fact::{self, RepairFact};
use xinxiu_store::{StoreError, application, concerns, review};

use crate::app::{App, Step};
use crate::refusal::Refusal;

/// A paper that goes with a step, already on disk: content, name and media type.
pub type Paper = (Kept, String, String);

/// A fact before it is on record.
pub(super) struct Fact<'a> {
    pub application: ApplicationId,
    pub item: Option<ItemId>,
    pub kind: FactKind,
    pub result: &'a str,
    pub opinion: &'a str,
    /// Day from which it counts; today where `None`.
    pub on: Option<Date>,
    pub file: Option<xinxiu_domain::id::FileId>,
}

/// Puts a fact on record, by whoever takes the step.
pub(super) fn put(step: &Step<'_>, fact: &Fact<'_>) -> Result<(), Refusal> {
    let new = RepairFact {
        id: 0,
        application: fact.application,
        item: fact.item,
        kind: fact.kind,
        result: fact.result.to_owned(),
        opinion: fact.opinion.to_owned(),
        effective_on: fact.on.unwrap_or(step.today),
        file: fact.file,
        person: step.actor.name.clone(),
        account: step.actor.account,
        at: step.moment(),
    };
    repair_fact::insert(step.tx, &new)?;
    Ok(())
}

/// Puts the paper of a step on record, where there is one.
pub(crate) fn kept(
    step: &Step<'_>,
    paper: Option<&Paper>,
) -> Result<Option<xinxiu_domain::id::FileId>, Refusal> {
    paper.map(|(kept, name, media_type)| step.file(kept, name, media_type)).transpose()
}

/// The paper of a fact, for looking at it.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Store`] where there is none.
pub fn fact_file(app: &App, actor: &Actor, id: i64) -> Result<StoredFile, Refusal> {
    app.view(actor, |view| {
        let fact = repair_fact::load(view.tx, id)?;
        let found = application::load(view.tx, fact.application)?;
        view.must(Action::ViewApplication, &concerns::of_enterprise(view.tx, found.enterprise)?)?;
        let file = fact.file.ok_or_else(|| StoreError::NotFound("附件", id.to_string()))?;
        Ok(files::load(view.tx, file)?)
    })
}

/// The paper of a first review, for looking at it.
///
/// # Errors
/// As [`fact_file`].
pub fn review_file(app: &App, actor: &Actor, id: i64) -> Result<StoredFile, Refusal> {
    app.view(actor, |view| {
        let review = review::load(view.tx, id)?;
        let found = application::load(view.tx, review.application)?;
        view.must(Action::ViewApplication, &concerns::of_enterprise(view.tx, found.enterprise)?)?;
        let file = review.file.ok_or_else(|| StoreError::NotFound("附件", id.to_string()))?;
        Ok(files::load(view.tx, file)?)
    })
}
