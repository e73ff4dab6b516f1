//! The commitment (信用修复承诺书, annex 2, N10, N26): one per penalty record, or one of the enterprise
//! where it is listed without a decision (N24).

use crate::missing::Missing;

state_machine! {
    /// Where a commitment stands.
    states CommitmentState of "信用修复承诺书" {
        Prepared = "prepared", "待打印";
        Printed = "printed", "待签章";
        Signed = "signed", "已签章";
        Breached = "breached", "已违背";
    }
    /// What happens to a commitment.
    actions CommitmentAction {
        Print = "print", "打印": Prepared | Printed => Printed;
        Sign = "sign", "登记签章": Prepared | Printed => Signed;
        Replace = "replace", "更换扫描件": Signed => Signed;
        Breach = "breach", "登记违背承诺": Signed => Breached;
    }
}

coded! {
    /// Which promise of annex 2 was broken.
    pub enum Clause {
        Corrected = "corrected", "纠正违法行为、履行义务";
        Truthful = "truthful", "资料真实有效";
        Lawful = "lawful", "守法守信经营";
        OtherClause = "other", "其他";
    }
}

/// Edition of the words about a penalty decision that is in force.
pub const ABOUT_PENALTY: &str = "annex2-2022";
/// Edition of the words about a listing without a decision that is in force.
pub const ABOUT_LISTING: &str = "annex2-listing-1";

/// Whether an edition of the words is in force; a paper with other words is not to be stamped any more.
pub fn is_current(edition: &str) -> bool {
    matches!(edition, ABOUT_PENALTY | ABOUT_LISTING)
}

/// What keeps a paper from being signed: its words are no longer in force (N26).
pub fn sign_gaps(edition: &str) -> Vec<Missing> {
    if is_current(edition) {
        return Vec::new();
    }
    let message = "这份承诺书是旧版文本，请先重新打印现行文本，再签字盖章";
    vec![Missing::new("stale_edition", message, "N26")]
}

/// What keeps a signed scan from being replaced: an authority has decided on what rests on it (N27).
pub fn replace_gaps(decided: bool) -> Vec<Missing> {
    let message = "处罚机关已依据这份承诺书作出修复决定，不能再更换扫描件";
    if decided { vec![Missing::new("decided", message, "N27")] } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_words_are_not_stamped() {
        assert!(sign_gaps(ABOUT_PENALTY).is_empty() && sign_gaps(ABOUT_LISTING).is_empty());
        assert_eq!(sign_gaps("annex2-2021")[0].code, "stale_edition");
    }
}
