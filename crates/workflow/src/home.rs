//! What waits for a person today (今天要办): one count per kind of work, each over the very records that its
//! list shows.

use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::application::{ApplicationState, ItemState};
use xinxiu_domain::archive::HandoverState;
use xinxiu_domain::batch::BatchState;
use xinxiu_domain::campaign::CampaignState;
use xinxiu_domain::deadline::Urgency;
use xinxiu_domain::filing::FilingState;
use xinxiu_domain::id::CampaignId;
use xinxiu_domain::identity::MatchState;
use xinxiu_domain::lecturer::LecturerState;
use xinxiu_domain::penalty::VerdictKind;
use xinxiu_domain::push::PushState;
use xinxiu_domain::rectification::{DelistingState, RectificationState};
use xinxiu_domain::session::SessionState;
use xinxiu_domain::summary::SummaryState;
use xinxiu_store::appeal::Stage;
use xinxiu_store::enterprise_search::{self, Filter};
use xinxiu_store::likely_match::{self, QueueFilter};
use xinxiu_store::{
    application, authority_name, batch, campaign, clinic, concerns, delisting, filing, item, job, lecturer,
    penalty_correction, push, rectification, summary,
};

use crate::app::{App, View};
use crate::applications;
use crate::archives;
use crate::calling;
use crate::campaigns;
use crate::clinics;
use crate::commitments;
use crate::deadlines::{self, Deadline};
use crate::follow_ups;
use crate::free_of_charge;
use crate::proposals;
use crate::push_reminders;
use crate::refusal::Refusal;
use crate::reports;
use crate::sessions;

/// Work that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// How many.
    pub count: i64,
    /// What, in Chinese.
    pub label: &'static str,
    /// The list behind the number.
    pub href: String,
}

/// A kind of work: whose it is, how it is counted, and where its list stands.
struct Kind {
    needs: Action,
    label: &'static str,
    href: fn(&Actor) -> String,
    count: fn(&Seen<'_>) -> Result<usize, Refusal>,
}

/// A look at the data, with the campaign under way.
struct Seen<'a> {
    view: &'a View<'a>,
    campaign: CampaignId,
    /// Running clocks, read once for all the kinds that count them.
    deadlines: Vec<Deadline>,
}

impl Seen<'_> {
    fn deadlines(&self, wanted: impl Fn(&Deadline) -> bool) -> usize {
        self.deadlines.iter().filter(|one| wanted(one)).count()
    }
}

const KINDS: &[Kind] = &[
    Kind {
        needs: Action::ViewDeadlines,
        label: "已逾期的事项",
        href: |_| "/deadlines?whose=mine&due=overdue".into(),
        count: |seen| Ok(seen.deadlines(|one| one.is_mine && one.urgency == Urgency::Overdue)),
    },
    Kind {
        needs: Action::ViewDeadlines,
        label: "今天到期的事项",
        href: |_| "/deadlines?whose=mine&due=today".into(),
        count: |seen| Ok(seen.deadlines(|one| one.is_mine && one.urgency == Urgency::Today)),
    },
    Kind {
        needs: Action::ViewDeadlines,
        label: "即将到期的事项",
        href: |_| "/deadlines?whose=mine&due=soon".into(),
        count: |seen| Ok(seen.deadlines(|one| one.is_mine && one.urgency == Urgency::Soon)),
    },
    Kind {
        needs: Action::ViewDeadlines,
        label: "逾期后转本单位督办的事项",
        href: |_| "/deadlines?whose=passed_on".into(),
        count: |seen| Ok(seen.deadlines(|one| one.is_passed_on)),
    },
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
    Kind {
        needs: Action::Contact,
        label: "电话联系不上、待寄信或上门的企业",
        href: |_| "/contacts".into(),
        count: |seen| Ok(calling::seek_out(seen.view)?.len()),
    },
    Kind {
        needs: Action::Contact,
        label: "场次变更或取消后待重新通知的企业",
        href: |_| "/contacts/changed".into(),
        count: |seen| Ok(sessions::outdated(seen.view)?.len()),
    },
    Kind {
        needs: Action::ViewSession,
        label: "近期变更或取消的场次",
        href: |_| "/sessions/changes".into(),
        count: |seen| Ok(sessions::recent(seen.view)?.len()),
    },
    Kind {
        needs: Action::Rectify,
        label: "待督促整改的企业",
        href: |_| "/rectifications?state=todo".into(),
        count: |seen| {
            let Some(own) = seen.view.actor.org else { return Ok(0) };
            let all = rectification::own_enterprises(seen.view.tx, seen.campaign, own)?;
            Ok(all.iter().filter(|one| one.state != RectificationState::Passed).count())
        },
    },
    Kind {
        needs: Action::DecideDelisting,
        label: "待决定的退出名单申请",
        href: |_| "/delistings?state=received".into(),
        count: |seen| {
            let Some(own) = seen.view.actor.org else { return Ok(0) };
            let all = delisting::of_authority(seen.view.tx, own)?;
            Ok(all.iter().filter(|one| one.state == DelistingState::Received).count())
        },
    },
    Kind {
        needs: Action::DecideProposal,
        label: "待处理的场次建议",
        href: |_| "/proposals?state=proposed".into(),
        count: |seen| proposals::waiting(seen.view),
    },
    Kind {
        needs: Action::PublishSession,
        label: "待发布的培训场次",
        href: |_| "/sessions?state=planned&todo=publish_session".into(),
        count: |seen| held(seen, Action::PublishSession, SessionState::Planned),
    },
    Kind {
        needs: Action::RunSession,
        label: "已发布待开课的场次",
        href: |_| "/sessions?state=published&todo=run_session".into(),
        count: |seen| held(seen, Action::RunSession, SessionState::Published),
    },
    Kind {
        needs: Action::RunSession,
        label: "正在签到的场次",
        href: |_| "/sessions?state=open&todo=run_session".into(),
        count: |seen| held(seen, Action::RunSession, SessionState::Open),
    },
    Kind {
        needs: Action::ServeQueue,
        label: "今天的手把手服务",
        href: |_| "/clinics?state=today".into(),
        count: |seen| {
            let all = clinic::list(seen.view.tx, seen.view.actor, seen.campaign)?;
            Ok(all.iter().filter(|day| clinics::runs_on(day, seen.view.today)).count())
        },
    },
    Kind {
        needs: Action::PrepareApplication,
        label: "准备中或被退回的申请",
        href: |_| "/applications?state=todo".into(),
        count: |seen| filed(seen, &[ApplicationState::Draft, ApplicationState::Returned]),
    },
    Kind {
        needs: Action::FirstReview,
        label: "待初审的申请",
        href: |_| "/applications?state=submitted".into(),
        count: |seen| filed(seen, &[ApplicationState::Submitted]),
    },
    Kind {
        needs: Action::DecideRepair,
        label: "待作出的修复决定",
        href: |_| "/decisions".into(),
        count: |seen| items(seen, ItemState::Pending),
    },
    Kind {
        needs: Action::AnswerObjection,
        label: "待答复的异议和申诉",
        href: |_| "/appeals?mine=1".into(),
        count: to_answer,
    },
    Kind {
        needs: Action::AnswerAppeal,
        label: "待答复的申诉",
        href: |_| "/appeals?mine=1".into(),
        count: to_answer,
    },
    Kind {
        needs: Action::AnswerObjection,
        label: "成立待落实的异议和申诉",
        href: |_| "/appeals?state=upheld&mine=1".into(),
        count: to_carry_out,
    },
    Kind {
        needs: Action::AnswerAppeal,
        label: "成立待落实的申诉",
        href: |_| "/appeals?state=upheld&mine=1".into(),
        count: to_carry_out,
    },
    Kind {
        needs: Action::FileOutward,
        label: "待报送的对外申报",
        href: |_| "/filings?state=prepared".into(),
        count: |seen| {
            let visible = concerns::enterprise_filter(seen.view.actor, Action::FileOutward, "e.id");
            Ok(number(filing::count(seen.view.tx, &visible, seen.campaign, &[FilingState::Prepared])?))
        },
    },
    Kind {
        needs: Action::RecordRemoval,
        label: "待登记撤下的记录",
        href: |_| "/removals".into(),
        count: |seen| items(seen, ItemState::Agreed),
    },
    Kind {
        needs: Action::RecordRemoval,
        label: "违背承诺待恢复公示或通报",
        href: |_| "/breaches?show=open".into(),
        count: |seen| commitments::open_breaches(seen.view),
    },
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

fn held(seen: &Seen<'_>, action: Action, state: SessionState) -> Result<usize, Refusal> {
    Ok(sessions::waiting(seen.view, seen.campaign, action, state)?.len())
}

fn filed(seen: &Seen<'_>, states: &[ApplicationState]) -> Result<usize, Refusal> {
    let visible = concerns::enterprise_filter(seen.view.actor, Action::ViewApplication, "e.id");
    let counts = application::count_by_state(seen.view.tx, &visible, seen.campaign, "")?;
    let of = counts.into_iter().filter(|(state, _)| states.contains(state));
    Ok(number(of.map(|(_, count)| count).sum()))
}

fn items(seen: &Seen<'_>, state: ItemState) -> Result<usize, Refusal> {
    let visible = applications::visible_items(seen.view.actor);
    Ok(number(item::count(seen.view.tx, &visible, seen.campaign, state)?))
}

fn to_answer(seen: &Seen<'_>) -> Result<usize, Refusal> {
    Ok(number(crate::appeals::count_mine(seen.view, seen.campaign, Stage::Waiting)?))
}

fn to_carry_out(seen: &Seen<'_>) -> Result<usize, Refusal> {
    Ok(number(crate::appeals::count_mine(seen.view, seen.campaign, Stage::ToCarryOut)?))
}

fn to_receive(seen: &Seen<'_>) -> Result<usize, Refusal> {
    let all = archives::seen_by(seen.view, seen.campaign)?;
    let waits =
        |line: &&archives::Visible| line.may_receive && line.handover.state == HandoverState::HandedOver;
    Ok(all.iter().filter(waits).count())
}

fn number(count: i64) -> usize {
    usize::try_from(count).unwrap_or(0)
}

/// What waits for the actor, in the order of the chain.
///
/// # Errors
/// What the database says.
pub fn tasks(app: &App, actor: &Actor) -> Result<Vec<Task>, Refusal> {
    app.view(actor, |view| {
        // Without a campaign under way its lists show nothing, and no id is that of none.
        let campaign = campaign::current(view.tx)?.map_or(CampaignId(0), |campaign| campaign.id);
        let watches = actor.has(Action::ViewDeadlines);
        let deadlines = if watches { deadlines::seen(view, campaign)? } else { Vec::new() };
        let seen = Seen { view, campaign, deadlines };
        let mine = KINDS.iter().filter(|kind| actor.has(kind.needs));
        mine.map(|kind| {
            let count = i64::try_from((kind.count)(&seen)?).unwrap_or(i64::MAX);
            Ok(Task { count, label: kind.label, href: (kind.href)(actor) })
        })
        .collect()
    })
}
