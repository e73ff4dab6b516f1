//! Inviting, rectification and training: what waits until an enterprise was taught (培训).

use xinxiu_domain::actor::Action;
use xinxiu_domain::rectification::{DelistingState, RectificationState};
use xinxiu_domain::session::SessionState;
use xinxiu_store::{clinic, delisting, rectification};

use super::{Kind, Seen};
use crate::refusal::Refusal;
use crate::{calling, clinics, proposals, sessions};

pub(super) const KINDS: &[Kind] = &[
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
];

fn held(seen: &Seen<'_>, action: Action, state: SessionState) -> Result<usize, Refusal> {
    Ok(sessions::waiting(seen.view, seen.campaign, action, state)?.len())
}
