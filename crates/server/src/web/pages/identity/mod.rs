//! Enterprises that may be one: the queue, two side by side, and what a person finds of them (N08 N18).

mod compare;
mod queue;

use xinxiu_domain::actor::Action;

use crate::web::routes::{Access, Routes};

const DECIDE: Access = Access::Staff(Action::DecideIdentity);

pub(super) fn routes(table: &mut Routes) {
    table.get("/identity", DECIDE, queue::show);
    table.post("/identity/look", DECIDE, queue::look);
    table.get("/identity/{id}", DECIDE, compare::show);
    table.post("/identity/{id}/decide", DECIDE, compare::decide);
    table.post("/identity/{id}/undo", DECIDE, compare::undo);
}
