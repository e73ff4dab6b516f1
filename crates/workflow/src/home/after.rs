//! After the removal: other platforms, hand-overs, evaluations and summaries (后续).

use xinxiu_domain::actor::Action;
use xinxiu_domain::archive::HandoverState;
use xinxiu_domain::summary::SummaryState;
use xinxiu_store::{job, summary};

use super::{Kind, Seen, number};
use crate::refusal::Refusal;
use crate::{archives, follow_ups, free_of_charge, reports};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        needs: Action::FollowUp,
        label: "撤下后待查看其他平台的记录",
        href: |_| "/follow-ups".into(),
        count: |seen| Ok(number(follow_ups::count_due(seen.view)?)),
    },
    Kind {
        needs: Action::FollowUp,
        label: "修复后再次受罚待跟进的处罚",
        href: |_| "/follow-ups/new-penalties".into(),
        count: |seen| Ok(number(follow_ups::count_relapses(seen.view)?)),
    },
    Kind {
        needs: Action::ReceiveArchives,
        label: "待接收的档案移交",
        href: |_| "/handovers?state=handed_over".into(),
        count: to_receive,
    },
    Kind {
        needs: Action::ReceivePapers,
        label: "待接收的培训资料",
        href: |_| "/handovers?state=handed_over".into(),
        count: to_receive,
    },
    Kind {
        needs: Action::EvaluateAgency,
        label: "待核实的企业反映",
        href: |_| "/agency-reports?show=open".into(),
        count: |seen| Ok(number(reports::waiting(seen.view, seen.campaign)?)),
    },
    Kind {
        needs: Action::EvaluateAgency,
        label: "还没有确认免费的企业",
        href: |_| "/free-of-charge".into(),
        count: |seen| free_of_charge::waiting(seen.view, seen.campaign),
    },
    Kind {
        needs: Action::WriteSummary,
        label: "待报送的总结",
        href: |_| "/summaries?state=draft".into(),
        count: |seen| {
            let Some(own) = seen.view.actor.org else { return Ok(0) };
            let begun = summary::of_org(seen.view.tx, seen.campaign, own)?;
            Ok(usize::from(begun.is_some_and(|one| one.state == SummaryState::Draft)))
        },
    },
    Kind {
        needs: Action::ViewAudit,
        label: "没有完成的后台任务",
        href: |_| "/jobs".into(),
        count: |seen| Ok(job::failed(seen.view.tx)?.len()),
    },
];

fn to_receive(seen: &Seen<'_>) -> Result<usize, Refusal> {
    let all = archives::seen_by(seen.view, seen.campaign)?;
    let waits =
        |line: &&archives::Visible| line.may_receive && line.handover.state == HandoverState::HandedOver;
    Ok(all.iter().filter(waits).count())
}
