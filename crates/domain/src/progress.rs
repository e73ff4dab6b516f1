//! How far a campaign has come (进展, N03, N19), counted in enterprises, never in records or visits.

coded! {
    /// One step of the chain that an enterprise has reached.
    pub enum Measure {
        Members = "members", "名单内";
        Invited = "invited", "已邀请";
        Answered = "answered", "已答复";
        Trained = "trained", "已参训";
        Examined = "examined", "考试合格";
        Committed = "committed", "已签承诺";
        Applied = "applied", "已申请修复";
        Accepted = "accepted", "初审通过";
        Decided = "decided", "已有修复决定";
        Agreed = "agreed", "同意修复";
        TakenDown = "taken_down", "已撤下公示";
        RepairBase = "repair_base", "应修复";
        Repaired = "repaired", "已修复";
        Unrepaired = "unrepaired", "参训未修复";
    }
}

impl Measure {
    /// The numbers by which a campaign is followed, in the order of the chain.
    pub const HEADLINE: [Self; 7] = [
        Self::Members,
        Self::Invited,
        Self::Trained,
        Self::Examined,
        Self::Applied,
        Self::Decided,
        Self::TakenDown,
    ];

    /// What exactly is counted, in one Chinese sentence, so that a number can be argued with.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Members => "本年度名单内的企业，每家只计一次",
            Self::Invited => "至少受邀参加一场未取消的培训的企业",
            Self::Answered => "至少对一次邀请作出答复的企业",
            Self::Trained => "至少在一场培训签到的企业",
            Self::Examined => "结业考试合格的企业",
            Self::Committed => "至少签署一份信用修复承诺书的企业",
            Self::Applied => "提交过修复申请且没有撤回的企业",
            Self::Accepted => "至少一份申请初审通过的企业",
            Self::Decided => "至少一条处罚信息已有修复决定的企业",
            Self::Agreed => "至少一条处罚信息被同意修复的企业",
            Self::TakenDown => "至少一条处罚信息经申请已撤下公示的企业",
            Self::RepairBase => "已参训、且参训前有可修复处罚信息的企业（修复率的分母）",
            Self::Repaired => "参训前的可修复处罚信息已全部撤下公示的参训企业（修复率的分子）",
            Self::Unrepaired => "已参训、参训前的可修复处罚信息还没有全部撤下公示的企业",
        }
    }
}

/// A repair rate in per cent to one decimal; 「—」 where nothing was to be repaired (N19).
pub fn rate(repaired: u32, base: u32) -> String {
    if base == 0 {
        return "—".to_owned();
    }
    let per_mille = (u64::from(repaired) * 1000 + u64::from(base) / 2) / u64::from(base);
    format!("{}.{}%", per_mille / 10, per_mille % 10)
}

/// The repair rate with its numerator and denominator in words (N19).
pub fn rate_in_words(repaired: u32, base: u32) -> String {
    if base == 0 {
        return "还没有参训前有可修复处罚信息的参训企业，修复率无从计算".to_owned();
    }
    format!(
        "参训企业中，参训前有可修复处罚信息的{base}家，其中{repaired}家的这些信息已全部撤下公示，修复率{}",
        rate(repaired, base)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_says_what_it_is_made_of() {
        assert_eq!(rate(0, 0), "—");
        assert_eq!(rate(2, 3), "66.7%");
        assert!(rate_in_words(4, 5).contains("5家，其中4家"));
        assert!(rate_in_words(4, 5).ends_with("80.0%"));
    }
}
