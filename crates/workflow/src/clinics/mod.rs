//! Hand-in-hand days (手把手服务, N12): one or two townships, enterprises with their papers, a queue.

mod day;
mod desk;
mod marks;
mod plan;
mod queue;

use xinxiu_domain::id::EnterpriseId;

use crate::app::{Done, Step};
use crate::refusal::Refusal;

pub(crate) use day::bring_list_in;
pub use day::{BringList, Day, Expected, Township, bring_list, day, proposal};
pub use desk::{Answer, Noted, Verdict, register, sync};
pub use plan::{Plan, change_state, list, plan, runs_on};
pub(crate) use queue::came;
pub use queue::{Screen, call_next, correct_willingness, screen, serve, take_number};

fn record(
    step: &Step<'_>,
    action: &str,
    subject: (&'static str, i64),
    enterprise: Option<EnterpriseId>,
    summary: String,
) -> Result<(), Refusal> {
    step.record(Done { action, subject, enterprise, summary }, serde_json::json!({}))
}
