//! One electronic archive per enterprise (一企一档, annex 4, N22, N29) and its hand-over.

state_machine! {
    /// Where a hand-over of a class's archives or papers stands.
    states HandoverState of "档案移交" {
        Prepared = "prepared", "已打包";
        HandedOver = "handed_over", "已移交待接收";
        Received = "received", "已接收";
        Rejected = "rejected", "退回补充";
    }
    /// What agency and receiver do.
    actions HandoverAction {
        HandOver = "hand_over", "移交": Prepared | Rejected => HandedOver;
        Receive = "receive", "接收": HandedOver => Received;
        Reject = "reject", "退回": HandedOver => Rejected;
    }
}

coded! {
    /// What a hand-over holds and so to whom it goes (N22).
    pub enum HandoverKind {
        Archives = "archives", "企业档案（移交信用中心）";
        Papers = "papers", "其他培训资料（移交属地信用办）";
    }
}

coded! {
    /// Whether an enterprise still exists (存续状态, N29).
    pub enum SurvivalState {
        Active = "active", "存续";
        Cancelled = "cancelled", "注销";
        Absorbed = "absorbed", "因合并注销";
        Revoked = "revoked", "吊销";
        Moved = "moved", "迁出";
        Unknown = "unknown", "不详";
    }
}

impl SurvivalState {
    /// Whether the enterprise exists no more in law: it is not called to training, and its history stays. One whose
    /// licence was revoked (吊销) exists until it is cancelled.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Cancelled | Self::Absorbed)
    }
}
