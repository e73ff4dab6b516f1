//! One year's campaign (年度行动) and its plan table, annex 1 (N04, N25).

use serde::{Deserialize, Serialize};

use crate::missing::Missing;

state_machine! {
    /// Where a campaign stands.
    states CampaignState of "年度行动" {
        Draft = "draft", "草稿";
        Published = "published", "已发布";
        Closed = "closed", "已结束";
    }
    /// What the city office does with a campaign.
    actions CampaignAction {
        Publish = "publish", "发布": Draft => Published;
        Close = "close", "结束": Published => Closed;
    }
}

coded! {
    /// What a class of the plan table is made up of (N07).
    pub enum PlanItemKind {
        Region = "region", "地区班";
        Sector = "sector", "行业专场";
    }
}

/// The targets that the notice sets for a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Targets {
    /// Enterprises to be trained in the year, at least (N04).
    pub enterprises: u32,
    /// Repair rate of those trained, in percent, at least (N19).
    pub repair_rate_percent: u32,
    /// Class hours of a session, at least (N05).
    pub class_hours: u32,
}

/// One row of the plan table as far as its sums are concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedClass<'a> {
    /// Name of the class.
    pub name: &'a str,
    /// Planned number of enterprises.
    pub planned: u32,
    /// Name of the agency; empty where none is known yet.
    pub agency: &'a str,
    /// How many counties or sector keywords the class covers.
    pub covers: usize,
}

/// What keeps a plan from being published (N04, N25).
pub fn plan_gaps(targets: &Targets, classes: &[PlannedClass<'_>]) -> Vec<Missing> {
    let mut gaps = Vec::new();
    if classes.is_empty() {
        gaps.push(Missing::new("plan_empty", "计划表还没有培训班，请先添加", "N25"));
    }
    for class in classes {
        if class.planned == 0 {
            gaps.push(Missing::new(
                "plan_number",
                format!("「{}」没有计划企业数，请填写大于0的整数", class.name),
                "N25",
            ));
        }
        if class.agency.is_empty() {
            gaps.push(Missing::new("plan_agency", format!("「{}」没有服务机构，请选择", class.name), "N25"));
        }
        if class.covers == 0 {
            gaps.push(Missing::new(
                "plan_scope",
                format!("「{}」没有对应的地区或行业，请选择", class.name),
                "N07",
            ));
        }
    }
    let planned: u32 = classes.iter().map(|class| class.planned).sum();
    if planned < targets.enterprises {
        let short = targets.enterprises - planned;
        gaps.push(Missing::new(
            "plan_sum",
            format!("各班计划合计{planned}家，比目标{}家少{short}家", targets.enterprises),
            "N04",
        ));
    }
    gaps
}

/// What is wrong with how a class shares its number among its counties (N04): more than there is, or all counties named
/// and something left over. A county without a number of its own takes part in what is left.
pub fn quota_fault(planned: u32, covered: usize, shared: &[u32]) -> Option<String> {
    let sum: u32 = shared.iter().sum();
    if sum > planned {
        return Some(format!("各地区名额合计{sum}家，多于计划企业数{planned}家"));
    }
    let all_named = !shared.is_empty() && shared.len() >= covered;
    (all_named && sum < planned).then(|| format!("各地区名额合计{sum}家，少于计划企业数{planned}家，请分完"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counties_share_what_there_is_and_all_of_it() {
        assert_eq!(quota_fault(150, 3, &[]), None);
        assert_eq!(quota_fault(150, 3, &[100, 30]), None);
        assert_eq!(quota_fault(150, 3, &[100, 30, 20]), None);
        assert!(quota_fault(150, 3, &[100, 30, 10]).is_some_and(|fault| fault.contains("少于")));
        assert!(quota_fault(150, 3, &[100, 60]).is_some_and(|fault| fault.contains("多于")));
    }

    #[test]
    fn a_plan_below_the_target_says_how_many_are_short() {
        let targets = Targets { enterprises: 1500, repair_rate_percent: 80, class_hours: 3 };
        let class = PlannedClass { name: "甲班", planned: 1499, agency: "机构", covers: 1 };
        let gaps = plan_gaps(&targets, &[class]);
        assert_eq!(gaps.len(), 1);
        assert!(gaps[0].message.contains("少1家"));
    }

    #[test]
    fn a_closed_campaign_cannot_be_published_again() {
        let refused = CampaignState::Closed.after(CampaignAction::Publish).unwrap_err();
        assert_eq!(refused.to_string(), "年度行动目前是「已结束」，不能发布");
    }
}
