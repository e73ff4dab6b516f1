//! The commitment (信用修复承诺书, annex 2, N10, N26): one per penalty record, or one of the enterprise
//! where it is listed without a decision (N24).

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
        Breach = "breach", "登记违背承诺": Signed => Breached;
    }
}
