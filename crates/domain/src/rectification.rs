//! Rectification under the recognising authority (整改督促, N16) and leaving a list (退出失信名单申请).

use jiff::civil::Date;

use crate::missing::Missing;

state_machine! {
    /// Where an authority's follow-up of one enterprise stands.
    states RectificationState of "整改督促" {
        Open = "open", "待通知";
        Notified = "notified", "已通知参训";
        Met = "met", "已会商约见";
        DeadlineSet = "deadline_set", "限期整改中";
        Failed = "failed", "整改不到位";
        Interviewed = "interviewed", "已警示约谈";
        Passed = "passed", "整改到位";
    }
    /// What the authority does.
    actions RectificationAction {
        Notify = "notify", "通知参训": Open => Notified;
        Meet = "meet", "会商约见": Open | Notified | Met => Met;
        SetDeadline = "set_deadline", "提出整改期限": Open | Notified | Met | Interviewed => DeadlineSet;
        Extend = "extend", "延长整改期限": DeadlineSet => DeadlineSet;
        Pass = "pass", "检查认定整改到位": DeadlineSet => Passed;
        Fail = "fail", "检查认定整改不到位": DeadlineSet => Failed;
        Interview = "interview", "警示约谈": Failed | DeadlineSet => Interviewed;
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

/// The longest deadline for rectification in days; the platform's own, as no edition gives one.
pub const LONGEST_DAYS: i32 = 365;

/// What keeps a day from being a deadline: it must lie ahead, not further than [`LONGEST_DAYS`], and an extension must move it.
pub fn deadline_gaps(due: Date, present: Option<Date>, today: Date) -> Vec<Missing> {
    let mut gaps = Vec::new();
    if due <= today {
        gaps.push(Missing::new("deadline_past", format!("整改期限须晚于今天（{today}），现为{due}"), "N16"));
    }
    if (due - today).get_days() > LONGEST_DAYS {
        let message = format!("整改期限最长{LONGEST_DAYS}天，现为{due}，请核对");
        gaps.push(Missing::new("deadline_far", message, "N16"));
    }
    if let Some(present) = present.filter(|present| due <= *present) {
        gaps.push(Missing::new(
            "deadline_same",
            format!("延长后的期限须晚于原期限{present}，现为{due}"),
            "N16",
        ));
    }
    gaps
}

/// What keeps an authority from letting an enterprise leave a list: its rectification has to be checked and
/// found done (N16). `None` where no follow-up has begun.
pub fn delisting_gaps(state: Option<RectificationState>) -> Vec<Missing> {
    let lacking = match state {
        Some(RectificationState::Passed) => return Vec::new(),
        None | Some(RectificationState::Open | RectificationState::Notified | RectificationState::Met) => {
            "还没有提出整改期限，也没有检查整改情况"
        }
        Some(RectificationState::DeadlineSet) => "正在限期整改，还没有登记检查结果",
        Some(RectificationState::Failed) => "检查认定整改不到位，须重新限期整改并检查到位",
        Some(RectificationState::Interviewed) => "约谈后还没有重新提出整改期限并检查到位",
    };
    vec![Missing::new("rectification", format!("准予退出须先检查认定整改到位：{lacking}"), "N16")]
}

/// What keeps the record of a meeting or interview from being entered: it says who came and what was said, and lies not ahead.
pub fn meeting_gaps(held_on: Date, today: Date) -> Vec<Missing> {
    if held_on <= today {
        return Vec::new();
    }
    vec![Missing::new("future", format!("日期不能晚于今天（{today}），现为{held_on}"), "N16")]
}

/// What comes next, in one sentence for the authority's list.
pub fn next_step(state: RectificationState, is_overdue: bool) -> &'static str {
    match state {
        RectificationState::Open => "通知参训，会商约见",
        RectificationState::Notified => "会商约见，提出整改期限",
        RectificationState::Met => "提出整改期限",
        RectificationState::DeadlineSet if is_overdue => "检查；未整改的警示约谈",
        RectificationState::DeadlineSet => "到期前检查整改情况",
        RectificationState::Failed => "警示约谈",
        RectificationState::Interviewed => "重新提出整改期限",
        RectificationState::Passed => "",
    }
}

/// What keeps an authority from a warning interview: it is for those who failed the check or let the
/// deadline pass.
pub fn interview_gaps(state: RectificationState, due: Option<Date>, today: Date) -> Vec<Missing> {
    match (state, due) {
        (RectificationState::DeadlineSet, Some(due)) if due >= today => vec![Missing::new(
            "not_overdue",
            format!("整改期限{due}未到；逾期未整改或检查认定不到位的，才能警示约谈"),
            "N16",
        )],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_deadline_lies_ahead_and_an_extension_moves_it() {
        let today = date(2022, 6, 14);
        assert!(deadline_gaps(date(2022, 6, 15), None, today).is_empty());
        assert_eq!(deadline_gaps(today, None, today).len(), 1);
        assert!(deadline_gaps(date(2023, 6, 14), None, today).is_empty());
        assert_eq!(deadline_gaps(date(2023, 6, 15), None, today)[0].code, "deadline_far");
        assert_eq!(deadline_gaps(date(2022, 6, 20), Some(date(2022, 6, 20)), today)[0].code, "deadline_same");
    }

    #[test]
    fn only_a_passed_check_lets_leave() {
        for state in RectificationState::ALL {
            assert_eq!(delisting_gaps(Some(*state)).is_empty(), *state == RectificationState::Passed);
        }
        assert_eq!(delisting_gaps(None)[0].code, "rectification");
    }

    #[test]
    fn only_the_late_and_the_failed_are_warned() {
        let (due, state) = (Some(date(2022, 6, 20)), RectificationState::DeadlineSet);
        assert_eq!(interview_gaps(state, due, date(2022, 6, 20)).len(), 1);
        assert!(interview_gaps(state, due, date(2022, 6, 21)).is_empty());
        assert!(interview_gaps(RectificationState::Failed, due, date(2022, 6, 14)).is_empty());
    }
}
