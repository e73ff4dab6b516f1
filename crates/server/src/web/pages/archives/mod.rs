//! Enterprise archives and their hand-over (N22, N29).

mod handovers;
mod show;

use xinxiu_domain::actor::Action;

use crate::web::routes::{Access, Routes};

const VIEW: Access = Access::Staff(Action::ViewEnterprise);

/// Whoever receives: the center the archives, the organiser the other papers; the step asks for the right one.
const RECEIVE: Access = Access::Either(&[Action::ReceiveArchives, Action::ReceivePapers]);
/// Whoever sends or receives.
const EITHER: Access = Access::Either(&[Action::HandOver, Action::ReceiveArchives, Action::ReceivePapers]);

pub(super) fn routes(table: &mut Routes) {
    table.get("/archives", VIEW, show::list);
    table.get("/archives/{enterprise}", VIEW, show::show);
    table.post("/archives/{enterprise}/open", Access::Staff(Action::PrepareApplication), show::open);
    table.get("/archives/{enterprise}/pdf", VIEW, show::print);
    table.post("/archives/{enterprise}/pdf", Access::Staff(Action::RevealPersonal), show::print_full);
    table.get("/archives/{enterprise}/papers/{place}", VIEW, show::paper);
    table.get("/handovers", EITHER, handovers::list);
    table.post("/handovers", Access::Staff(Action::HandOver), handovers::prepare);
    table.get("/handovers/{id}/file", EITHER, handovers::download);
    table.post("/handovers/{id}/hand-over", Access::Staff(Action::HandOver), handovers::hand_over);
    table.post("/handovers/{id}/receive", RECEIVE, handovers::receive);
    table.post("/handovers/{id}/reject", RECEIVE, handovers::reject);
}
