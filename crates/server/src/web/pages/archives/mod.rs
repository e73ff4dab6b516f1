//! Enterprise archives and their hand-over (N22, N29).

mod handovers;
mod show;

use xinxiu_domain::actor::Action;

use crate::web::routes::{Access, Routes};

const VIEW: Access = Access::Staff(Action::ViewEnterprise);

pub(super) fn routes(table: &mut Routes) {
    table.get("/archives", VIEW, show::list);
    table.get("/archives/{enterprise}", VIEW, show::show);
    table.post("/archives/{enterprise}/open", Access::Staff(Action::PrepareApplication), show::open);
    table.get("/archives/{enterprise}/pdf", VIEW, show::print);
    table.post("/archives/{enterprise}/pdf", Access::Staff(Action::RevealPersonal), show::print_full);
    table.get("/archives/{enterprise}/papers/{place}", VIEW, show::paper);
    // Sender and receivers share these addresses; the steps check which of them somebody is.
    table.get("/handovers", Access::SignedIn, handovers::list);
    table.post("/handovers", Access::Staff(Action::HandOver), handovers::prepare);
    table.get("/handovers/{id}/file", Access::SignedIn, handovers::download);
    table.post("/handovers/{id}/hand-over", Access::Staff(Action::HandOver), handovers::hand_over);
    table.post("/handovers/{id}/receive", Access::SignedIn, handovers::receive);
    table.post("/handovers/{id}/reject", Access::SignedIn, handovers::reject);
}
