//! How the repair of an enterprise's records goes on after the training, in one sentence (N12 N16 N27).

use xinxiu_domain::application::{ApplicationState, ItemState};
use xinxiu_domain::batch::RecordState;
use xinxiu_domain::id::{CampaignId, EnterpriseId};
use xinxiu_store::{application, penalty};

use crate::app::View;
use crate::applications::{CaseItem, cases};
use crate::refusal::Refusal;

/// Where each record stands and who acts next, those furthest from the end first; empty for an enterprise
/// without a record.
pub(super) fn repair(
    view: &View<'_>,
    campaign: CampaignId,
    enterprise: EnterpriseId,
    agency: &str,
) -> Result<String, Refusal> {
    let ids: Vec<_> = application::of_enterprise(view.tx, enterprise)?
        .into_iter()
        .filter(|found| found.campaign == campaign && found.state != ApplicationState::Withdrawn)
        .map(|found| found.id)
        .collect();
    let mut cases = cases(view.tx, &ids, view.today)?;
    cases.sort_by_key(|case| std::cmp::Reverse(case.application.id));
    let mut counted: Vec<(String, usize)> = Vec::new();
    for record in penalty::of_enterprise(view.tx, enterprise)? {
        // The newest application counts: a record whose repair was refused may stand in a second one.
        let found = cases.iter().find_map(|case| {
            let item = case.items.iter().find(|item| item.penalty.id == record.id)?;
            Some((case.application.state, item))
        });
        let Some(stage) = stage(record.state, found, agency) else { continue };
        match counted.iter_mut().find(|(known, _)| *known == stage) {
            Some((_, count)) => *count += 1,
            None => counted.push((stage, 1)),
        }
    }
    let one = counted.len() == 1 && counted[0].1 == 1;
    let parts: Vec<String> = counted
        .into_iter()
        .map(|(stage, count)| if one { stage } else { format!("{count}条处罚信息{stage}") })
        .collect();
    Ok(if parts.is_empty() { String::new() } else { format!("{}。", parts.join("；")) })
}

fn stage(state: RecordState, found: Option<(ApplicationState, &CaseItem)>, agency: &str) -> Option<String> {
    match (state, found) {
        (RecordState::Withdrawn, _) => None,
        (RecordState::TakenDown, _) => Some("已撤下公示，不用再办什么".into()),
        (RecordState::Public, None) => Some(format!("还没有开始申请，由{agency}与您联系准备材料")),
        (RecordState::Public, Some((of, item))) => Some(match (item.item.state, of) {
            (ItemState::Closed, _) => format!("已终止办理，请与{agency}联系"),
            (ItemState::Agreed, _) => "已同意修复，最短公示期满后由市信用中心撤下公示".into(),
            (ItemState::Refused, _) => format!("没有获准修复，请与{agency}商量整改后再申请"),
            (ItemState::TakenDown, _) => "已撤下公示，不用再办什么".into(),
            (ItemState::Pending, ApplicationState::Draft | ApplicationState::Withdrawn) => {
                format!("申请准备中，由{agency}备齐材料后提交")
            }
            (ItemState::Pending, ApplicationState::Submitted) => "待初审，由市信用中心服务窗口办理".into(),
            (ItemState::Pending, ApplicationState::Returned) => {
                format!("申请退回补正，由{agency}补齐后重新提交")
            }
            (ItemState::Pending, ApplicationState::Accepted) => {
                format!("初审通过，待{}作出决定", item.penalty.facts.authority)
            }
        }),
    }
}
