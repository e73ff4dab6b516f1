//! From the plan to the lists pushed: what waits before anybody is invited (名单).

use xinxiu_domain::actor::{Action, Concerns};
use xinxiu_domain::batch::BatchState;
use xinxiu_domain::campaign::CampaignState;
use xinxiu_domain::identity::MatchState;
use xinxiu_domain::lecturer::LecturerState;
use xinxiu_domain::penalty::VerdictKind;
use xinxiu_domain::push::PushState;
use xinxiu_store::enterprise_search::{self, Filter};
use xinxiu_store::likely_match::{self, QueueFilter};
use xinxiu_store::{authority_name, batch, campaign, lecturer, penalty_correction, push};

use super::{Kind, Seen, number};
use crate::refusal::Refusal;
use crate::{campaigns, push_reminders};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        needs: Action::EditCampaign,
        label: "待发布的年度行动",
        href: |_| "/campaigns?state=draft".into(),
        count: |seen| {
            let all = campaign::all(seen.view.tx)?;
            Ok(all.iter().filter(|campaign| campaign.state == CampaignState::Draft).count())
        },
    },
    Kind {
        needs: Action::ApproveLecturer,
        label: "待批准的讲师",
        href: |_| "/lecturers?state=proposed".into(),
        count: |seen| Ok(lecturer::all(seen.view.tx, Some(LecturerState::Proposed))?.len()),
    },
    Kind {
        needs: Action::ImportLists,
        label: "待确认的名单",
        href: |_| "/lists?state=waiting".into(),
        count: waiting_lists,
    },
    Kind {
        needs: Action::DecideIdentity,
        label: "待核对的疑似同一企业",
        href: |_| "/identity?state=open".into(),
        count: |seen| {
            let open = QueueFilter { state: Some(MatchState::Open), county: None };
            Ok(number(likely_match::count(seen.view.tx, open)?))
        },
    },
    Kind {
        needs: Action::ReviewVerdict,
        label: "有处罚待人工认定的企业",
        href: |actor| match (actor.may(Action::ReviewVerdict, &Concerns::default()), actor.org) {
            (false, Some(own)) => format!("/enterprises?verdict=needs_review&authority={own}"),
            _ => "/enterprises?verdict=needs_review".into(),
        },
        count: to_review,
    },
    Kind {
        needs: Action::CorrectPenalty,
        label: "更正后待核对的处罚记录",
        href: |_| "/corrections".into(),
        count: |seen| Ok(penalty_correction::waiting(seen.view.tx, seen.view.actor)?.len()),
    },
    Kind {
        needs: Action::AssignAuthority,
        label: "待对应单位的处罚机关",
        href: |_| "/authorities".into(),
        count: |seen| Ok(authority_name::unassigned(seen.view.tx)?.len()),
    },
    Kind {
        needs: Action::AcknowledgePush,
        label: "待签收的名单",
        href: |_| "/pushes?state=sent".into(),
        count: |seen| {
            let Some(own) = seen.view.actor.org else { return Ok(0) };
            let all = push::list(seen.view.tx, seen.campaign, Some(own))?;
            Ok(all.iter().filter(|push| push.state == PushState::Sent).count())
        },
    },
    Kind {
        needs: Action::AcknowledgePush,
        label: "市信用中心已提醒签收的名单",
        href: |_| "/pushes?state=sent".into(),
        count: |seen| push_reminders::pressing(seen.view),
    },
];

/// Whether a list of the given state waits for somebody to confirm it or to try again.
pub const fn list_waits(state: BatchState) -> bool {
    matches!(state, BatchState::Received | BatchState::Checked | BatchState::Failed)
}

/// The page of lists is about the newest campaign that is not closed, be it published or not.
fn waiting_lists(seen: &Seen<'_>) -> Result<usize, Refusal> {
    let open = campaigns::not_closed(campaign::all(seen.view.tx)?);
    let Some(shown) = open.first() else { return Ok(0) };
    let lists = batch::of_campaign(seen.view.tx, shown.id)?;
    Ok(lists.iter().filter(|list| list_waits(list.state)).count())
}

fn to_review(seen: &Seen<'_>) -> Result<usize, Refusal> {
    let actor = seen.view.actor;
    let everywhere = actor.may(Action::ReviewVerdict, &Concerns::default());
    let filter = Filter {
        verdict: Some(VerdictKind::NeedsReview),
        authority: actor.org.filter(|_| !everywhere),
        ..Filter::default()
    };
    Ok(number(enterprise_search::count(seen.view.tx, (actor, Action::ViewEnterprise), &filter)?))
}
