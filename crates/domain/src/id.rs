//! Typed row ids: a session's id cannot be passed where an enterprise's is asked.

use serde::{Deserialize, Serialize};

/// Declares one id type per noun.
macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident;)+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}", self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// Organisation (单位).
    OrgId;
    /// Account (账号).
    AccountId;
    /// Campaign (年度行动).
    CampaignId;
    /// Row of the plan table (培训班).
    PlanItemId;
    /// Imported list (导入批次).
    BatchId;
    /// Row of a list as received (原始行).
    RowId;
    /// Remembered mapping of columns (列对应).
    MappingId;
    /// Slot of on-site matching (现场对接时段).
    MatchingSlotId;
    /// Lecturer of the pool (讲师).
    LecturerId;
    /// Enterprise (企业).
    EnterpriseId;
    /// Penalty record (处罚记录).
    PenaltyId;
    /// Listing without a decision (名单条目).
    ListingId;
    /// Pushed list (名单推送).
    PushId;
    /// Rectification follow-up (整改督促).
    RectificationId;
    /// Delisting application (退出失信名单申请).
    DelistingId;
    /// Item of a session's agenda (日程).
    AgendaId;
    /// Training session (培训场次).
    SessionId;
    /// One enterprise in one session (参训).
    AttendanceId;
    /// Certificate of training (培训证明).
    CertificateId;
    /// Commitment (承诺书).
    CommitmentId;
    /// Application for repair (修复申请).
    ApplicationId;
    /// Penalty record inside an application (修复事项).
    ItemId;
    /// Filing outward (对外申报).
    FilingId;
    /// Objection or appeal (异议申诉).
    AppealId;
    /// Hand-in-hand day (手把手服务日).
    ClinicId;
    /// Number in a day's queue (排队号).
    TicketId;
    /// Hand-over (移交).
    HandoverId;
    /// Summary (总结).
    SummaryId;
    /// Stored file (文件).
    FileId;
    /// Proposed session (场次建议).
    ProposalId;
    /// Background job (后台任务).
    JobId;
    /// Pair that may be one enterprise (疑似同一企业).
    MatchId;
    /// Joining of two records of one enterprise (合并).
    JoinId;
    /// Message to an enterprise (消息).
    MessageId;
    /// Change of an enterprise in law (企业变更).
    ChangeId;
}
