//! Clocks that run out (办理期限).

use xinxiu_domain::actor::Action;
use xinxiu_domain::deadline::Urgency;

use super::Kind;

pub(super) const KINDS: &[Kind] = &[
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
];
