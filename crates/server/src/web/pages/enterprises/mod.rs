//! Enterprises and their penalty records: found, shown, corrected, judged.

mod corrections;
mod law;
mod links;
mod list;
mod particulars;
mod penalty;
mod show;
mod suggest;

use xinxiu_domain::actor::Action;

use crate::web::routes::{Access, Routes};

pub(crate) use suggest::{OFFERED, finder, offered, why};

const VIEW: Access = Access::Staff(Action::ViewEnterprise);
const CORRECT: Access = Access::Staff(Action::CorrectEnterprise);
const CHANGE: Access = Access::Staff(Action::RecordChange);
const REVEAL: Access = Access::Staff(Action::RevealPersonal);
const CORRECT_PENALTY: Access = Access::Staff(Action::CorrectPenalty);
const REVIEW: Access = Access::Staff(Action::ReviewVerdict);

pub(super) fn routes(table: &mut Routes) {
    table.get("/enterprises", VIEW, list::list);
    table.get("/enterprises/export", VIEW, list::export);
    table.get("/enterprises/suggest", VIEW, suggest::options);
    table.get("/enterprises/{id}", VIEW, show::show);
    table.get("/enterprises/{id}/correct", CORRECT, particulars::correct_form);
    table.post("/enterprises/{id}/correct", CORRECT, particulars::correct);
    table.get("/enterprises/{id}/change", CHANGE, law::form);
    table.post("/enterprises/{id}/change", CHANGE, law::record);
    table.post("/changes/{id}/undo", CHANGE, law::undo);
    table.get("/enterprises/{id}/reveal", REVEAL, particulars::reveal_form);
    table.post("/enterprises/{id}/reveal", REVEAL, particulars::reveal);
    table.get("/penalties/{id}", VIEW, penalty::show);
    table.get("/penalties/{id}/correct", CORRECT_PENALTY, corrections::form);
    table.post("/penalties/{id}/correct", CORRECT_PENALTY, corrections::correct);
    table.post("/penalties/{id}/correct-back", CORRECT_PENALTY, corrections::take_back);
    table.post("/penalties/{id}/settle", CORRECT_PENALTY, corrections::settle);
    table.get("/corrections", CORRECT_PENALTY, corrections::waiting);
    table.upload("/penalties/{id}/withdraw", CORRECT_PENALTY, super::papers::LIMIT, penalty::withdraw);
    table.post("/penalties/{id}/review", REVIEW, penalty::review);
    table.post("/penalties/{id}/review-back", REVIEW, penalty::take_back);
    table.post("/penalties/{id}/edition", REVIEW, penalty::name_edition);
    table.post("/penalties/{id}/edition-back", REVIEW, penalty::take_back_edition);
}
