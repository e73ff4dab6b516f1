//! Objections and appeals (异议、申诉): what an enterprise says against a record, a first review or a repair decision, and what it
//! is answered.

use crate::actor::Action;
use crate::application::{ApplicationState, ItemState};
use crate::batch::RecordState;
use crate::missing::Missing;

/// Working days in which an answer is due. No edition that is encoded here gives a number, so this is the platform's own; whoever
/// answers may set another day with a reason.
pub const ANSWER_WORKING_DAYS: u32 = 10;
/// Papers that may be sent with one.
pub const FILES: usize = 6;
/// Letters that its grounds have at least.
pub const GROUNDS: usize = 5;

state_machine! {
    /// Where an objection or appeal stands.
    states AppealState of "异议申诉" {
        Received = "received", "待答复";
        Upheld = "upheld", "成立";
        Rejected = "rejected", "不成立";
        Withdrawn = "withdrawn", "已撤回";
    }
    /// What happens to it.
    actions AppealAction {
        Postpone = "postpone", "调整答复期限": Received => Received;
        Uphold = "uphold", "答复：成立": Received => Upheld;
        Reject = "reject", "答复：不成立": Received => Rejected;
        Withdraw = "withdraw", "撤回": Received => Withdrawn;
        AddFile = "add_file", "补充证明材料": Received => Received;
        CarryOut = "carry_out", "登记落实情况": Upheld => Upheld;
    }
}

coded! {
    /// Against what it is.
    pub enum AppealKind {
        Record = "record", "对处罚信息有异议";
        Review = "review", "对退回补正不服";
        Decision = "decision", "对修复决定不服";
    }
}

impl AppealKind {
    /// What one must have to answer it: the center answers for records and its window, the authority for its decision.
    pub const fn answered_with(self) -> Action {
        match self {
            Self::Record | Self::Review => Action::AnswerObjection,
            Self::Decision => Action::AnswerAppeal,
        }
    }
}

/// What keeps an objection or appeal from being taken: there must be something that it is against.
pub fn appeal_gaps(
    kind: AppealKind,
    record: RecordState,
    under_way: Option<(ApplicationState, ItemState)>,
) -> Option<Missing> {
    let message = match (kind, under_way) {
        (AppealKind::Record, _) if record == RecordState::Withdrawn => "处罚决定已撤销，不需要提出异议",
        (AppealKind::Record, _)
        | (AppealKind::Review, Some((ApplicationState::Returned, _)))
        | (AppealKind::Decision, Some((_, ItemState::Refused))) => return None,
        (AppealKind::Review, _) => "该记录的申请没有被退回补正，没有可以申诉的初审结果",
        (AppealKind::Decision, _) => "处罚机关没有对该记录作出不同意修复的决定，没有可以申诉的决定",
    };
    Some(Missing::new("nothing_to_appeal", message, "N27"))
}
