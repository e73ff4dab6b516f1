//! A county's part of the lists, sent by the credit center (名单推送, N15).

state_machine! {
    /// Whether the county has taken its list.
    states PushState of "名单推送" {
        Sent = "sent", "待签收";
        Acknowledged = "acknowledged", "已签收";
    }
    /// What the county does with a pushed list.
    actions PushAction {
        Acknowledge = "acknowledge", "签收": Sent => Acknowledged;
    }
}
