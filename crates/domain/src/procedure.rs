//! The procedure of a repair as one table (修复流程, N12 N27): for every stage who acts, what the enterprise is told, and which
//! clock runs from when. The passport of a record reads it row by row; how long a clock runs and to whom it goes when it has run
//! out is said with the [clocks](crate::deadline).

use jiff::civil::Date;

use crate::deadline::Clock;
use crate::passport::{Acts, Facts, Stage};

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Who acts next.
    pub acts: Acts,
    /// The one sentence for an enterprise, with its full stop. `{agency}`, `{authority}`, `{from}` and `{last}` stand for names
    /// and days of the record.
    pub sentence: &'static str,
    /// The sentence while its commitment is not signed: then the enterprise acts first.
    pub unsigned: Option<&'static str>,
    /// Until when.
    pub until: Until,
}

/// What sets the day.
#[derive(Debug, Clone, Copy)]
pub enum Until {
    /// Nothing.
    Open,
    /// The first day on which an application is admissible.
    Repairable,
    /// A clock, and the day from which it runs.
    Clock(Clock, fn(&Facts<'_>) -> Option<Date>),
}

/// The row of a stage.
pub const fn row(stage: Stage) -> Row {
    match stage {
        Stage::Withdrawn => settled("处罚决定已撤销，不用再办什么。"),
        Stage::TakenDown => settled("已撤下公示，不用再办什么，请继续守信经营。"),
        Stage::Broken => settled("因违背承诺，按最长公示期公示{last}，期间不再受理修复。"),
        Stage::Ended => settled("公示期已满，不需要申请修复。"),
        Stage::NotPublicised => settled("这条处罚不公示，不需要申请修复。"),
        Stage::NotRepairable => settled("这条处罚不能提前修复，公示{last}期满为止。"),
        Stage::NeedsReview => {
            open(Acts::Authority, "这条处罚的类别还不清楚，由{authority}认定后才知道能不能修复。")
        }
        Stage::NotDue => Row {
            unsigned: Some("请先签好信用修复承诺书，{from}起可以申请。"),
            until: Until::Repairable,
            ..open(Acts::Agency, "最短公示期没有满，{from}起可以申请，由{agency}与您联系。")
        },
        Stage::Unstarted => Row {
            unsigned: Some("请签好信用修复承诺书，签好后由服务机构准备申请。"),
            ..open(Acts::Agency, "还没有开始申请，由{agency}与您联系准备材料。")
        },
        Stage::Preparing => Row {
            unsigned: Some("请签好信用修复承诺书，申请正等这份承诺书。"),
            ..open(Acts::Agency, "申请准备中，由{agency}备齐材料后提交。")
        },
        Stage::Submitted => Row {
            until: Until::Clock(Clock::FirstReview, |facts| facts.applied?.submitted_on),
            ..open(Acts::Window, "待初审，由市信用中心服务窗口办理。")
        },
        Stage::Returned => Row {
            until: Until::Clock(Clock::Resubmission, |facts| facts.applied?.reviewed_on),
            ..open(Acts::Agency, "申请退回补正，由{agency}补齐后重新提交。")
        },
        Stage::Pending => Row {
            until: Until::Clock(Clock::Decision, |facts| facts.applied?.reviewed_on),
            ..open(Acts::Authority, "初审通过，待{authority}作出决定。")
        },
        Stage::Agreed => Row {
            until: Until::Clock(Clock::Removal, |facts| facts.applied?.decided_on.max(facts.min_until)),
            ..open(Acts::Center, "已同意修复，最短公示期满后由市信用中心撤下公示。")
        },
        Stage::Refused => open(Acts::Agency, "没有获准修复，请与{agency}商量整改后再申请。"),
    }
}

/// Nothing is left to be done.
const fn settled(sentence: &'static str) -> Row {
    open(Acts::Nobody, sentence)
}

const fn open(acts: Acts, sentence: &'static str) -> Row {
    Row { acts, sentence, unsigned: None, until: Until::Open }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::actor::Role;

    /// Which roles act for a stage.
    fn roles(acts: Acts) -> &'static [Role] {
        match acts {
            Acts::Nobody => &[],
            Acts::Enterprise => &[Role::Enterprise],
            Acts::Agency => &[Role::Agency],
            Acts::Window => &[Role::Window],
            Acts::Authority => &[Role::Authority],
            Acts::Center => &[Role::CreditCenter],
        }
    }

    #[test]
    fn whoever_acts_may_do_what_stops_the_clock_and_each_clock_runs_in_one_stage() {
        let mut clocks = BTreeSet::new();
        for stage in Stage::ALL {
            let row = row(*stage);
            let Until::Clock(clock, _) = row.until else { continue };
            let able = clock.rule().needs.grants();
            assert!(
                roles(row.acts).iter().all(|role| able.iter().any(|(other, _)| other == role)),
                "{stage}"
            );
            assert!(clocks.insert(clock), "{clock} runs in two stages");
        }
        let wanted = [Clock::Resubmission, Clock::FirstReview, Clock::Decision, Clock::Removal];
        assert_eq!(clocks, wanted.into_iter().collect());
    }

    #[test]
    fn only_a_stage_before_the_application_waits_for_a_signature() {
        for stage in Stage::ALL {
            let waits = matches!(stage, Stage::NotDue | Stage::Unstarted | Stage::Preparing);
            assert_eq!(row(*stage).unsigned.is_some(), waits, "{stage}");
        }
    }
}
