//! Rectification under the recognising authority (整改督促, N16) and leaving a list (退出失信名单申请).

state_machine! {
    /// Where an authority's follow-up of one enterprise stands.
    states RectificationState of "整改督促" {
        Open = "open", "待通知";
        Notified = "notified", "已通知参训";
        DeadlineSet = "deadline_set", "限期整改中";
        Failed = "failed", "整改不到位";
        Interviewed = "interviewed", "已警示约谈";
        Passed = "passed", "整改到位";
    }
    /// What the authority does.
    actions RectificationAction {
        Notify = "notify", "通知参训": Open => Notified;
        SetDeadline = "set_deadline", "提出整改期限": Open | Notified | Interviewed => DeadlineSet;
        Extend = "extend", "延长整改期限": DeadlineSet => DeadlineSet;
        Pass = "pass", "检查认定整改到位": DeadlineSet => Passed;
        Fail = "fail", "检查认定整改不到位": DeadlineSet => Failed;
        Interview = "interview", "警示约谈": Failed => Interviewed;
    }
}

state_machine! {
    /// Where a delisting application stands.
    states DelistingState of "退出失信名单申请" {
        Received = "received", "已受理";
        Granted = "granted", "准予退出";
        Refused = "refused", "不予退出";
    }
    /// What the authority answers.
    actions DelistingAction {
        Grant = "grant", "准予退出": Received => Granted;
        Refuse = "refuse", "不予退出": Received => Refused;
    }
}

coded! {
    /// State of rectification as the enterprise or the authority describes it (N02).
    pub enum RectificationStatus {
        NotStarted = "not_started", "未整改";
        UnderWay = "under_way", "整改中";
        Done = "done", "已整改";
        Unclear = "unclear", "不清楚";
    }
}

coded! {
    /// Cause of dishonesty (失信行为产生原因, N02).
    pub enum Cause {
        UnawareOfLaw = "unaware_of_law", "不了解法规";
        WeakManagement = "weak_management", "内部管理不到位";
        CashShortage = "cash_shortage", "资金困难";
        StaffChange = "staff_change", "人员变动交接不清";
        ContactLost = "contact_lost", "联系方式或地址变更未更新";
        Intentional = "intentional", "主观故意";
        Disputed = "disputed", "对处罚有异议";
        OtherCause = "other", "其他";
    }
}

coded! {
    /// Whether the conditions for repair are met (是否满足信用修复的条件, N02).
    pub enum Conditions {
        Met = "met", "满足";
        NotMet = "not_met", "不满足";
        Unclear = "unclear", "不清楚";
    }
}
