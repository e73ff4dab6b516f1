//! What happened to an application and its records, one fact each (办理经过, N12 N27): a later fact never writes over an
//! earlier one, so that a step which was taken back stays readable.

use crate::correction::{PenaltyField, Stated};

coded! {
    /// Kind of a fact; the first reviews are kept apart, as each has its receipt.
    pub enum FactKind {
        Decided = "decided", "作出修复决定";
        DecisionUndone = "decision_undone", "撤销修复决定";
        TakenDown = "taken_down", "登记撤下公示";
        RemovalUndone = "removal_undone", "撤销撤下登记";
        SentBack = "sent_back", "退回窗口重新初审";
        Recalled = "recalled", "撤销初审结论";
        Rechecked = "rechecked", "重新核对处罚决定";
        Closed = "closed", "终止办理";
        Corrected = "corrected", "补正说明";
        FormSealed = "form_sealed", "附上盖章的修复表";
    }
}

/// What an application rests on: where one of these is another, whoever acts next has to look at the decision again.
pub const RESTS_ON: &[PenaltyField] = &[
    PenaltyField::DecisionNumber,
    PenaltyField::DecisionDate,
    PenaltyField::Authority,
    PenaltyField::Kinds,
    PenaltyField::Content,
    PenaltyField::Violation,
    PenaltyField::Facts,
    PenaltyField::Fine,
    PenaltyField::Confiscated,
    PenaltyField::Severity,
];

/// The values of a decision on which an application rests, in the order of [`RESTS_ON`].
pub fn rests_on(stated: &Stated) -> Vec<String> {
    RESTS_ON.iter().map(|field| stated.get(*field)).collect()
}

/// The fields in which a decision is another than the one that was looked at, with both values for people. Nothing
/// where it was never looked at: an application from before this was kept.
pub fn changed(seen: &[String], now: &Stated) -> Vec<(PenaltyField, String, String)> {
    if seen.len() != RESTS_ON.len() {
        return Vec::new();
    }
    let pairs = RESTS_ON.iter().zip(seen).map(|(field, old)| (*field, old, now.get(*field)));
    pairs
        .filter(|(_, old, new)| *old != new)
        .map(|(field, old, new)| (field, field.shown(old), field.shown(&new)))
        .collect()
}
