//! What every step works with, and the two ways to work: [`App::step`] writes, [`App::view`] looks.

use std::cell::Cell;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::id::{EnterpriseId, FileId};
use xinxiu_policy::Rules;
use xinxiu_store::audit::{self, Entry};
use xinxiu_store::files::{self, Kept};
use xinxiu_store::{Moment, Store, StoreError, Tx};

use crate::clock::Clock;
use crate::messages::Post;
use crate::refusal::Refusal;

/// One running installation.
#[derive(Debug, Clone)]
pub struct App {
    /// Database, keys, files.
    pub store: Store,
    /// The rule editions in force.
    pub rules: Arc<Rules>,
    /// Real time and business days.
    pub clock: Clock,
    /// What this installation can send to enterprises.
    pub post: Post,
}

/// A step under way: an open write transaction on behalf of somebody.
pub struct Step<'a> {
    /// The installation.
    pub app: &'a App,
    /// The transaction.
    pub tx: &'a Tx<'a>,
    /// On whose behalf.
    pub actor: &'a Actor,
    /// Real time at which the step began.
    pub now: Timestamp,
    /// Business day on which it is taken.
    pub today: Date,
    recorded: Cell<usize>,
}

/// A look at the data on behalf of somebody.
pub struct View<'a> {
    /// The installation.
    pub app: &'a App,
    /// The transaction; it cannot write.
    pub tx: &'a Tx<'a>,
    /// On whose behalf.
    pub actor: &'a Actor,
    /// Business day.
    pub today: Date,
}

/// What was done to which record, for its audit entry.
#[derive(Debug, Clone)]
pub struct Done<'a> {
    /// Code of the step, for example `session.publish`.
    pub action: &'a str,
    /// Noun and id of the record.
    pub subject: (&'a str, i64),
    /// The enterprise concerned, where there is one.
    pub enterprise: Option<EnterpriseId>,
    /// One Chinese sentence; never an ID number or a phone.
    pub summary: String,
}

impl App {
    /// Takes a step: everything that `work` does, with its audit entries, or nothing.
    ///
    /// # Errors
    /// What `work` returns. A step that wrote no audit entry is refused as well: it is a defect.
    pub fn step<T>(
        &self,
        actor: &Actor,
        work: impl FnOnce(&Step<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let (now, today) = (self.clock.now(), self.clock.today());
        self.store.db.write(|tx| {
            let step = Step { app: self, tx, actor, now, today, recorded: Cell::new(0) };
            let done = work(&step)?;
            if step.recorded.get() == 0 {
                return Err(StoreError::Migration("该操作没有写入操作记录".into()).into());
            }
            Ok(done)
        })
    }

    /// Looks at the data.
    ///
    /// # Errors
    /// What `work` returns.
    pub fn view<T>(
        &self,
        actor: &Actor,
        work: impl FnOnce(&View<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let today = self.clock.today();
        self.store.db.read(|tx| work(&View { app: self, tx, actor, today }))
    }
}

impl Step<'_> {
    /// Refuses unless the actor has the action on the record.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`].
    pub fn must(&self, action: Action, record: &Concerns) -> Result<(), Refusal> {
        must(self.actor, action, record)
    }

    /// Business day and real time of the step, for what it puts on record.
    pub const fn moment(&self) -> Moment {
        Moment { on: self.today, at: self.now }
    }

    /// Writes the audit entry of what was done.
    ///
    /// # Errors
    /// What the database says.
    pub fn record(&self, done: Done<'_>, detail: serde_json::Value) -> Result<(), Refusal> {
        audit::append(
            self.tx,
            &Entry {
                at: self.now,
                business_day: self.today,
                actor: self.actor,
                action: done.action,
                subject: done.subject.0,
                subject_id: done.subject.1,
                enterprise: done.enterprise,
                summary: done.summary,
                detail,
            },
        )?;
        self.recorded.set(self.recorded.get() + 1);
        Ok(())
    }

    /// Puts a file that is already on disk on record.
    ///
    /// # Errors
    /// What the database says.
    pub fn file(&self, kept: &Kept, name: &str, media_type: &str) -> Result<FileId, Refusal> {
        Ok(files::record(self.tx, kept, name, media_type, self.now)?)
    }
}

impl View<'_> {
    /// Refuses unless the actor has the action on the record.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`].
    pub fn must(&self, action: Action, record: &Concerns) -> Result<(), Refusal> {
        must(self.actor, action, record)
    }
}

fn must(actor: &Actor, action: Action, record: &Concerns) -> Result<(), Refusal> {
    if actor.may(action, record) { Ok(()) } else { Err(Refusal::Forbidden(action)) }
}
