//! Applications for repair (修复申请, N12, N24, N27): assembled by the agency, reviewed by the window, decided by
//! the authority, and the record taken down by the center.

mod back;
mod case;
mod decisions;
mod facts;
mod follow;
mod forms;
mod materials;
mod pages;
mod prepare;
mod returned;
mod review;

pub use back::{Back, recall_review, send_back, undo_decision, undo_removal};
pub(crate) use case::live_verdict;
pub use case::{Case, CaseItem, Openable, application_of, case, cases, list, openable, tabs};
pub(crate) use decisions::visible_items;
pub use decisions::{
    CONFIRMED, Decide, attach_sealed, carries_contact, decide, decision_file, items, record_removal,
    record_removal_with,
};
pub(crate) use facts::kept;
pub use facts::{Paper, fact_file, review_file};
pub(crate) use follow::end_withdrawn;
pub use follow::{Withdrawal, close, recheck, withdraw_decision};
pub use forms::confirm_form;
pub(crate) use materials::decided_form;
pub use materials::{
    add_material, attach_certificate, attach_credit_report, masked_contact, material_file, print_decided,
    print_form, remove_material,
};
pub use pages::{add_pages, add_photos, photo};
pub(crate) use prepare::submit_in;
pub use prepare::{Edit, add_item, edit, open, remove_item, resubmit, submit, withdraw};
pub use returned::{Corrected, corrected_field};
pub(crate) use review::review_in;
pub use review::{Beside, Verdict, first_review, receipt, receipt_of};
