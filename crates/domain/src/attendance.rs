//! One enterprise's way through one session (参训, N07, N08, N10, N11, N18).

use crate::missing::Missing;

state_machine! {
    /// Where the enterprise stands in the session.
    states AttendanceState of "参训" {
        Invited = "invited", "已邀请";
        Accepted = "accepted", "答复参加";
        Declined = "declined", "答复不参加";
        Present = "present", "已签到";
        Passed = "passed", "考试合格";
        Failed = "failed", "考试未合格";
        Absent = "absent", "缺席";
        Waiting = "waiting", "候补";
        Withdrawn = "withdrawn", "邀请已撤回";
    }
    /// What the enterprise or the agency does.
    actions AttendanceAction {
        Accept = "accept", "答复参加": Invited | Declined | Accepted | Waiting => Accepted;
        Decline = "decline", "答复不参加": Invited | Accepted | Declined | Waiting => Declined;
        Queue = "queue", "列入候补": Invited | Declined | Waiting => Waiting;
        MoveUp = "move_up", "递补": Waiting => Accepted;
        Withdraw = "withdraw", "撤回邀请": Invited | Accepted | Declined | Waiting => Withdrawn;
        CheckIn = "check_in", "签到": Invited | Accepted | Declined | Waiting => Present;
        Pass = "pass", "考试合格": Present | Failed => Passed;
        Fail = "fail", "考试未合格": Present | Failed => Failed;
        MarkAbsent = "mark_absent", "记为缺席": Invited | Accepted | Declined => Absent;
    }
}

coded! {
    /// Willingness to have its record repaired (信用修复意向, N07).
    pub enum Willingness {
        Willing = "willing", "愿意修复";
        Unwilling = "unwilling", "不愿修复";
        Undecided = "undecided", "尚未决定";
    }
}

/// What stands between an enterprise and its seat (N10): every commitment signed, or a recorded exception.
pub fn seat_gaps(
    commitments_needed: usize,
    commitments_signed: usize,
    exception_reason: &str,
) -> Vec<Missing> {
    if commitments_signed >= commitments_needed || !exception_reason.is_empty() {
        return Vec::new();
    }
    let open = commitments_needed - commitments_signed;
    vec![Missing::new(
        "commitment_unsigned",
        format!("还有{open}份信用修复承诺书没有签署；请先签署并上传，或由属地信用办登记例外并写明原因"),
        "N10",
    )]
}

/// What keeps an enterprise from sitting the closing exam (N11): not signed in, or passed already.
pub fn exam_gaps(state: AttendanceState) -> Vec<Missing> {
    if state.allows(AttendanceAction::Pass) {
        return Vec::new();
    }
    let message = if state == AttendanceState::Passed {
        "结业考试已经合格，不需要再考"
    } else {
        "请先在培训现场签到，签到后才能参加结业考试"
    };
    vec![Missing::new("exam", message, "N11")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_signed_commitment_no_seat_unless_excepted() {
        assert_eq!(seat_gaps(2, 1, "").len(), 1);
        assert!(seat_gaps(2, 2, "").is_empty());
        assert!(seat_gaps(2, 0, "法定代表人出差，会后当日补签").is_empty());
    }

    #[test]
    fn only_the_present_sit_the_exam_until_they_pass() {
        let may_sit: Vec<_> =
            AttendanceState::ALL.iter().filter(|state| exam_gaps(**state).is_empty()).collect();
        assert_eq!(may_sit, [&AttendanceState::Present, &AttendanceState::Failed]);
    }
}
