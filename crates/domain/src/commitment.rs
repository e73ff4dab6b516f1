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

/// What keeps a signed scan from being replaced: an authority has decided on what rests on it (N27).
pub fn replace_gaps(decided: bool) -> Vec<Missing> {
    let message = "处罚机关已依据这份承诺书作出修复决定，不能再更换扫描件";
    if decided { vec![Missing::new("decided", message, "N27")] } else { Vec::new() }
}
