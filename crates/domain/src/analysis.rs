//! By what a campaign's enterprises are counted (对象分析, N02, N07), and how likely a repair is.

coded! {
    /// By what enterprises are counted; each is also a filter of the list behind a number.
    pub enum Dimension {
        County = "county", "属地";
        Township = "township", "乡镇（街道）";
        Industry = "industry", "行业";
        Class = "class", "培训班";
        Authority = "authority", "处罚机关";
        Violation = "violation", "违法行为类型";
        CauseOwn = "cause_own", "失信原因（企业自述）";
        CauseAuthority = "cause_authority", "失信原因（认定部门）";
        CauseHelper = "cause_helper", "失信原因（属地和服务机构）";
        Rectification = "rectification", "整改情况";
        Conditions = "conditions", "是否满足修复条件（各方说法）";
        Met = "met", "已具备的修复条件数";
        Likelihood = "likelihood", "修复可能";
        Willingness = "willingness", "修复意愿";
        Verdict = "verdict", "判定";
    }
}

impl Dimension {
    /// Whether it is a property of penalty records, so that one enterprise may have several values.
    pub const fn of_records(self) -> bool {
        matches!(self, Self::Authority | Self::Violation)
    }
}

coded! {
    /// A condition for repair of which the platform itself knows whether it is met (N02).
    pub enum Condition {
        Period = "period", "有处罚已满最短公示期";
        Duty = "duty", "已整改、已履行处罚";
        Commitment = "commitment", "已签信用修复承诺书";
        Training = "training", "已参训并考试合格";
    }
}

coded! {
    /// How likely it is that an enterprise repairs in this campaign (修复可能, N07). A plain rule over what is
    /// on record, never an estimate that nobody can follow.
    pub enum Likelihood {
        High = "high", "很可能";
        Fair = "fair", "有可能";
        Low = "low", "可能较小";
        Barred = "barred", "无可修复处罚";
    }
}

/// A record counts as near where it can be repaired within so many days.
pub const NEAR_DAYS: i64 = 30;
/// A record counts as in sight where it can be repaired within so many days.
pub const IN_SIGHT_DAYS: i64 = 90;

impl Likelihood {
    /// The rule in one Chinese sentence.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::High => {
                "有处罚现在或30天内可以修复，并且已整改到位、已履行处罚（认定部门检查到位、修复表写明已履行，或者最近一次登记为已整改）"
            }
            Self::Fair => "有处罚现在或90天内可以修复，没有登记为未整改",
            Self::Low => "90天后才可以修复，或者登记为未整改，或者只有需人工认定的处罚",
            Self::Barred => "没有可以修复的公示处罚：全部不可修复、不公示、已届满或已撤下",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_names_the_days_that_it_counts_by() {
        assert!(Likelihood::High.meaning().contains(&format!("{NEAR_DAYS}天")));
        assert!(Likelihood::Fair.meaning().contains(&format!("{IN_SIGHT_DAYS}天")));
        assert!(Likelihood::Low.meaning().contains(&format!("{IN_SIGHT_DAYS}天后")));
    }

    #[test]
    fn only_records_give_an_enterprise_several_values() {
        let several: Vec<_> = Dimension::ALL.iter().filter(|one| one.of_records()).collect();
        assert_eq!(several, [&Dimension::Authority, &Dimension::Violation]);
    }
}
