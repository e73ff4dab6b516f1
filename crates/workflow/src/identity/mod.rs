//! Enterprises that may be one (N08 N18): proposed after each list, found by people to be the same or not, joined so
//! that it can be undone exactly.

mod by_hand;
mod decide;
mod join;
mod pair;
mod propose;

use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::id::JobId;
use xinxiu_store::likely_match::{self, QueueFilter, Queued};

use crate::app::App;
use crate::jobs::{self, kind};
use crate::refusal::Refusal;

pub use by_hand::{Candidate, candidate, put_forward};
pub use decide::{Verdict, decide, undo};
pub use pair::{PairCard, Way, pair};
pub use propose::code;
pub(crate) use propose::{look_again, propose, run_look};

/// A page of the queue.
#[derive(Debug, Clone)]
pub struct Queue {
    /// The pairs.
    pub lines: Vec<Queued>,
    /// How many the filter finds.
    pub count: i64,
}

/// The pairs that may be one enterprise, open ones first, the likeliest before the others.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn queue(app: &App, actor: &Actor, filter: QueueFilter, page: (i64, i64)) -> Result<Queue, Refusal> {
    app.view(actor, |view| {
        view.must(Action::DecideIdentity, &Concerns::default())?;
        Ok(Queue {
            lines: likely_match::page(view.tx, filter, page)?,
            count: likely_match::count(view.tx, filter)?,
        })
    })
}

/// Queues a look at every enterprise on record.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn look_everywhere(app: &App, actor: &Actor) -> Result<JobId, Refusal> {
    app.step(actor, |step| {
        step.must(Action::DecideIdentity, &Concerns::default())?;
        jobs::queue_once(step, kind::IDENTITY, ("identity", 0), "对全部企业查找疑似同一企业".to_owned())
    })
}
