//! The three lists from which a campaign draws its enterprises (N08).

coded! {
    /// Which list a file is imported as. Only the first and the last hold listings without a decision.
    pub enum ListKind {
        SpecialGovernance = "special-governance", "信用领域突出问题专项治理名单";
        RepairablePenalty = "repairable-penalty", "行政处罚可修复企业名单";
        Watch = "watch", "重点关注名单";
    }
}

impl ListKind {
    /// Whether a row without a decision is a listing here, and not a rejected row.
    pub const fn holds_listings(self) -> bool {
        matches!(self, Self::SpecialGovernance | Self::Watch)
    }
}
