//! Enterprises that may be one: the queue, two side by side, and what a person finds of them (N08 N18).

mod by_hand;
mod compare;
mod queue;
mod undo;

use xinxiu_domain::actor::Action;

use crate::web::routes::{Access, Routes};

const DECIDE: Access = Access::Staff(Action::DecideIdentity);

pub(super) fn routes(table: &mut Routes) {
    table.get("/identity", DECIDE, queue::show);
    table.post("/identity/look", DECIDE, queue::look);
    table.get("/enterprises/{id}/same", DECIDE, by_hand::show);
    table.get("/enterprises/{id}/same/options", DECIDE, by_hand::options);
    table.post("/enterprises/{id}/same", DECIDE, by_hand::put_forward);
    table.get("/identity/{id}", DECIDE, compare::show);
    table.post("/identity/{id}/decide", DECIDE, compare::decide);
    table.post("/identity/{id}/undo", DECIDE, undo::undo);
}
