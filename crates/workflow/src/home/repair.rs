//! Applications, decisions and removals: what waits until a record is taken down (修复).

use xinxiu_domain::actor::Action;
use xinxiu_domain::application::{ApplicationState, ItemState};
use xinxiu_domain::filing::FilingState;
use xinxiu_store::appeal::Stage;
use xinxiu_store::{application, concerns, filing, item};

use super::{Kind, Seen, number};
use crate::refusal::Refusal;
use crate::{appeals, applications, commitments, scans};

pub(super) const KINDS: &[Kind] = &[
    Kind {
        needs: Action::PrepareApplication,
        label: "准备中或被退回的申请",
        href: |_| "/applications?state=todo".into(),
        count: |seen| filed(seen, &[ApplicationState::Draft, ApplicationState::Returned]),
    },
    Kind {
        needs: Action::ConfirmScan,
        label: "扫描件待人工核对",
        href: |_| "/scans".into(),
        count: |seen| Ok(number(scans::count(seen.view, seen.campaign)?)),
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
];

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
    Ok(number(appeals::count_mine(seen.view, seen.campaign, Stage::Waiting)?))
}

fn to_carry_out(seen: &Seen<'_>) -> Result<usize, Refusal> {
    Ok(number(appeals::count_mine(seen.view, seen.campaign, Stage::ToCarryOut)?))
}
