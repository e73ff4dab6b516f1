//! How far one enterprise has come in a campaign, in the words by which a list of enterprises is filtered.

coded! {
    /// Training (参训, N03), from nothing to the exam; each enterprise stands in one of them.
    pub enum TrainingStanding {
        None = "none", "未邀请";
        Invited = "invited", "已邀请，未参训";
        Trained = "trained", "已参训，未合格";
        Passed = "passed", "考试合格";
    }
}

impl TrainingStanding {
    /// Its number on the way, by which a list is sorted.
    pub const fn rank(self) -> i64 {
        match self {
            Self::None => 0,
            Self::Invited => 1,
            Self::Trained => 2,
            Self::Passed => 3,
        }
    }

    /// The standing of a number; `None` where no standing has it.
    pub fn from_rank(rank: i64) -> Option<Self> {
        Self::ALL.iter().copied().find(|standing| standing.rank() == rank)
    }
}

coded! {
    /// What a list of enterprises is asked about training: several standings have one short word.
    pub enum TrainingFilter {
        Untrained = "untrained", "未参训（未邀请和已邀请）";
        NotInvited = "none", "未邀请";
        Invited = "invited", "已邀请，未参训";
        Trained = "trained", "已参训（含考试合格）";
        Passed = "passed", "考试合格";
    }
}

impl TrainingFilter {
    /// Whether it asks for enterprises that are still to be called.
    pub const fn is_to_call(self) -> bool {
        matches!(self, Self::Untrained | Self::NotInvited)
    }

    /// The first and the last standing that it lets through.
    pub const fn range(self) -> (TrainingStanding, TrainingStanding) {
        match self {
            Self::Untrained => (TrainingStanding::None, TrainingStanding::Invited),
            Self::NotInvited => (TrainingStanding::None, TrainingStanding::None),
            Self::Invited => (TrainingStanding::Invited, TrainingStanding::Invited),
            Self::Trained => (TrainingStanding::Trained, TrainingStanding::Passed),
            Self::Passed => (TrainingStanding::Passed, TrainingStanding::Passed),
        }
    }
}

coded! {
    /// The newest application for repair (修复申请, N12, N24, N27) that was not withdrawn; after the first review
    /// its records say how far it is: one that waits holds the whole back.
    pub enum RepairStanding {
        None = "none", "未申请";
        Draft = "draft", "准备中";
        Submitted = "submitted", "待初审";
        Returned = "returned", "退回补正";
        Pending = "pending", "待处罚机关决定";
        Agreed = "agreed", "同意修复，待撤下";
        TakenDown = "taken_down", "已撤下公示";
        Refused = "refused", "不同意修复";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rank_is_that_of_one_standing_and_every_standing_is_asked_for() {
        for standing in TrainingStanding::ALL {
            assert_eq!(TrainingStanding::from_rank(standing.rank()), Some(*standing));
            let alone = |filter: &&TrainingFilter| filter.range() == (*standing, *standing);
            let within =
                |filter: &&TrainingFilter| filter.range().0 <= *standing && *standing <= filter.range().1;
            let own = TrainingFilter::ALL.iter().filter(alone).count();
            assert!(own <= 1 && TrainingFilter::ALL.iter().filter(within).count() >= 1, "{standing}");
        }
        assert_eq!(TrainingStanding::from_rank(4), None);
    }
}
