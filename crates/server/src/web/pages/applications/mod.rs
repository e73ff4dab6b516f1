//! Applications for repair: prepared by the agency, reviewed at the window, decided by the authority, taken down
//! (N12, N24, N27).

mod back;
mod decisions;
mod list;
mod prepare;
mod returned;
mod review;
mod show;

use xinxiu_domain::actor::Action;

pub(super) use back::attached;
pub(super) use show::scan_check;

use super::papers::LIMIT;
use crate::web::routes::{Access, Routes};

const VIEW: Access = Access::Staff(Action::ViewApplication);
const PREPARE: Access = Access::Staff(Action::PrepareApplication);
const DECIDE: Access = Access::Staff(Action::DecideRepair);
const REMOVE: Access = Access::Staff(Action::RecordRemoval);

pub(super) fn routes(table: &mut Routes) {
    table.get("/applications", VIEW, list::list);
    table.get("/applications/{id}", VIEW, show::show);
    table.get("/enterprises/{id}/apply", PREPARE, prepare::choose);
    table.post("/enterprises/{id}/apply", PREPARE, prepare::open);
    table.post("/applications/{id}/edit", PREPARE, prepare::edit);
    table.post("/applications/{id}/items", PREPARE, prepare::add_item);
    table.post("/items/{id}/remove", PREPARE, prepare::remove_item);
    table.post("/items/{id}/form", PREPARE, prepare::print_form);
    table.upload("/applications/{id}/materials", PREPARE, 3 * LIMIT, prepare::add_material);
    table.upload("/application-materials/{id}/pages", PREPARE, 3 * LIMIT, prepare::add_pages);
    table.get("/application-materials/{id}/photos/{place}", VIEW, prepare::photo);
    table.post("/applications/{id}/certificate", PREPARE, prepare::certificate);
    table.post("/applications/{id}/credit-report", PREPARE, prepare::credit_report);
    table.get("/application-materials/{id}", VIEW, prepare::material);
    table.post("/application-materials/{id}/remove", PREPARE, prepare::remove_material);
    table.post(
        "/application-materials/{id}/confirm-form",
        Access::Staff(Action::ConfirmScan),
        prepare::confirm_form,
    );
    table.post("/applications/{id}/submit", PREPARE, prepare::submit);
    table.post("/applications/{id}/withdraw", PREPARE, prepare::withdraw);
    table.upload("/applications/{id}/review", Access::Staff(Action::FirstReview), LIMIT, review::review);
    table.get("/reviews/{id}/receipt", VIEW, review::receipt);
    table.get("/decisions", DECIDE, decisions::list);
    table.get("/items/{id}/decide", DECIDE, decisions::form);
    table.upload("/items/{id}/decide", DECIDE, LIMIT, decisions::decide);
    table.get("/items/{id}/decision", VIEW, decisions::file);
    table.post("/items/{id}/decided-form", DECIDE, decisions::print_decided);
    table.upload("/items/{id}/sealed-form", DECIDE, LIMIT, decisions::attach_sealed);
    table.get("/removals", REMOVE, decisions::removals);
    table.upload("/items/{id}/removal", REMOVE, LIMIT, decisions::remove);
    back::routes(table);
}
