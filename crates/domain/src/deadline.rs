//! The clocks of the procedure (办理期限): what starts and stops each, how long it runs in working days, who must act, and
//! to whom it goes when nobody did. Pure: the calendar and the day are given.

use jiff::civil::Date;

use crate::actor::{Action, Role};

coded! {
    /// One clock of the procedure.
    pub enum Clock {
        Receipt = "receipt", "签收名单";
        Commitment = "commitment", "签订承诺书";
        Rectification = "rectification", "检查整改情况";
        Delisting = "delisting", "决定退出名单申请";
        Resubmission = "resubmission", "补正后重新提交";
        FirstReview = "first_review", "窗口初审";
        Decision = "decision", "作出修复决定";
        Removal = "removal", "撤下公示";
        Handover = "handover", "移交档案和资料";
        Acceptance = "acceptance", "接收移交";
    }
}

/// What is fixed about a clock, and how long it runs where the city office says nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// What starts it.
    pub starts: &'static str,
    /// What stops it.
    pub stops: &'static str,
    /// What whoever must act needs to be allowed to do.
    pub needs: Action,
    /// The office that is told when the clock has run out.
    pub above: Role,
    /// The office above that one, which is told when it did not help either; the city office has none above it.
    pub further: Option<Role>,
    /// Its length where nothing else is set.
    pub terms: Terms,
    /// On what that length rests.
    pub source: &'static str,
}

/// How long a clock runs, in working days (工作日).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// Its length. For the commitment: so many working days before the session.
    pub days: u32,
    /// So many working days ahead it is reminded of; with none there is no reminder ahead.
    pub remind: u32,
    /// So many working days after the last day it goes to the office above.
    pub escalate: u32,
    /// So many working days after that it goes on to the office above that one, where there is one.
    pub further: u32,
}

/// Working days that the office above has before the next is told, where nothing else is set.
const FURTHER: u32 = 3;

const fn terms(days: u32, remind: u32, escalate: u32) -> Terms {
    Terms { days, remind, escalate, further: FURTHER }
}

/// Longest that a clock can be set to run, in working days.
pub const LONGEST: u32 = 120;

impl Clock {
    /// What is fixed about it.
    pub const fn rule(self) -> Rule {
        let (starts, stops, needs, above, terms, source) = match self {
            Self::Receipt => (
                "市信用中心推送名单",
                "属地信用办签收",
                Action::AcknowledgePush,
                Role::CityOffice,
                terms(3, 1, 1),
                "通知未定天数，须在开班前签收（N15）；3个工作日为平台默认",
            ),
            Self::Commitment => (
                "企业受邀参加场次",
                "应签的承诺书全部签订，或场次开课",
                Action::HandleCommitment,
                Role::CountyOffice,
                terms(1, 3, 0),
                "开班前签订（N10）；提前1个工作日为平台默认",
            ),
            Self::Rectification => (
                "认定部门提出整改期限",
                "登记检查结果或警示约谈",
                Action::Rectify,
                Role::CityOffice,
                terms(20, 3, 3),
                "由认定部门逐家提出（N16）；20个工作日为提出时的默认天数",
            ),
            Self::Delisting => (
                "受理企业的退出申请",
                "准予或不予退出",
                Action::DecideDelisting,
                Role::CityOffice,
                terms(10, 2, 1),
                "通知未定天数（N16）；参照信用网站全程10个工作日",
            ),
            Self::Resubmission => (
                "窗口退回补正",
                "重新提交或撤回",
                Action::PrepareApplication,
                Role::CountyOffice,
                terms(5, 2, 1),
                "通知未定天数（N12）；5个工作日为平台默认",
            ),
            Self::FirstReview => (
                "服务机构提交申请",
                "初审通过、退回补正或撤回",
                Action::FirstReview,
                Role::CreditCenter,
                terms(3, 1, 1),
                "当场初审（N12）；逐级时限没有查到，3个工作日参照2023年起的受理审查做法",
            ),
            Self::Decision => (
                "初审通过",
                "同意或不同意修复",
                Action::DecideRepair,
                Role::CityOffice,
                terms(7, 2, 1),
                "2019年版没有分段时限；7个工作日参照2023年起受理后作出决定的时限",
            ),
            Self::Removal => (
                "同意修复且最短公示期满",
                "登记撤下公示",
                Action::RecordRemoval,
                Role::CityOffice,
                terms(3, 1, 1),
                "修复决定后3个工作日内停止公示（2023年起）；2019年版未写明",
            ),
            Self::Handover => (
                "本班最后一场培训结束",
                "企业档案和培训资料都已移交",
                Action::HandOver,
                Role::CountyOffice,
                terms(20, 5, 3),
                "通知未定天数（N22）；20个工作日为平台默认",
            ),
            Self::Acceptance => (
                "服务机构移交",
                "接收或退回",
                Action::ReceiveArchives,
                Role::CityOffice,
                terms(5, 2, 1),
                "通知未定天数（N22）；5个工作日为平台默认",
            ),
        };
        let further = match above {
            Role::CountyOffice | Role::CreditCenter => Some(Role::CityOffice),
            _ => None,
        };
        Rule { starts, stops, needs, above, further, terms, source }
    }

    /// Whether somebody with `action` is the one who must act; papers are received by others than archives are.
    pub fn is_for(self, action: Action) -> bool {
        self.rule().needs == action || (self == Self::Acceptance && action == Action::ReceivePapers)
    }
}

coded! {
    /// How pressing a running clock is.
    pub enum Urgency {
        Overdue = "overdue", "已逾期";
        Today = "today", "今天到期";
        Soon = "soon", "即将到期";
        Later = "later", "未到期";
    }
}

coded! {
    /// What is said of a running clock, each once in a round.
    pub enum Notice {
        Ahead = "ahead", "到期前提醒";
        OnTheDay = "on_the_day", "到期日提醒";
        Late = "late", "逾期提醒";
        Escalated = "escalated", "转上级督办";
        Further = "further", "再转上一级督办";
    }
}

/// The days of one running clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// From this day on it is reminded of.
    pub remind: Date,
    /// The last day on which acting is in time.
    pub due: Date,
    /// From this day on the office above is told.
    pub escalate: Date,
    /// From this day on the office above that one is told as well, where there is one.
    pub further: Option<Date>,
}

impl Days {
    /// How pressing it is on a day.
    pub fn urgency(self, today: Date) -> Urgency {
        if today > self.due {
            Urgency::Overdue
        } else if today == self.due {
            Urgency::Today
        } else if today >= self.remind {
            Urgency::Soon
        } else {
            Urgency::Later
        }
    }

    /// Whether the office above is concerned on a day.
    pub fn is_escalated(self, today: Date) -> bool {
        today > self.due && today >= self.escalate
    }

    /// Whether the office above that one is concerned as well.
    pub fn is_further(self, today: Date) -> bool {
        self.is_escalated(today) && self.further.is_some_and(|day| today >= day)
    }

    /// What has to have been said by a day. A reminder that was missed, because nothing ran, is not made up for once the
    /// next is due.
    pub fn notices(self, today: Date) -> Vec<Notice> {
        match self.urgency(today) {
            Urgency::Later => Vec::new(),
            Urgency::Soon => vec![Notice::Ahead],
            Urgency::Today => vec![Notice::OnTheDay],
            Urgency::Overdue if self.is_further(today) => {
                vec![Notice::Late, Notice::Escalated, Notice::Further]
            }
            Urgency::Overdue if self.is_escalated(today) => vec![Notice::Late, Notice::Escalated],
            Urgency::Overdue => vec![Notice::Late],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn days() -> Days {
        let day = |day| date(2022, 6, day);
        Days { remind: day(16), due: day(17), escalate: day(20), further: Some(day(23)) }
    }

    #[test]
    fn each_notice_has_its_day_and_a_missed_one_is_not_made_up_for() {
        let said = |day| days().notices(date(2022, 6, day));
        assert_eq!(said(15), []);
        assert_eq!(said(16), [Notice::Ahead]);
        assert_eq!(said(17), [Notice::OnTheDay]);
        assert_eq!(said(18), [Notice::Late]);
        assert_eq!(said(20), [Notice::Late, Notice::Escalated]);
        assert_eq!(said(22), [Notice::Late, Notice::Escalated]);
        assert_eq!(said(23), [Notice::Late, Notice::Escalated, Notice::Further]);
        assert!(!days().is_escalated(date(2022, 6, 17)));
        let last = Days { further: None, ..days() };
        assert_eq!(last.notices(date(2022, 7, 29)), [Notice::Late, Notice::Escalated]);
    }

    #[test]
    fn a_clock_without_a_reminder_ahead_has_none() {
        let days = Days { remind: date(2022, 6, 17), ..days() };
        assert_eq!(days.notices(date(2022, 6, 16)), []);
    }

    #[test]
    fn whoever_must_act_can_and_the_office_above_is_another() {
        for clock in Clock::ALL {
            let rule = clock.rule();
            assert!(clock.is_for(rule.needs), "{clock}");
            assert!(!rule.needs.grants().is_empty());
            assert!(rule.needs.grants().iter().any(|(role, _)| *role != rule.above), "{clock}");
            // Every way up ends at the city office, and no office is told twice.
            assert_eq!(rule.further.unwrap_or(rule.above), Role::CityOffice, "{clock}");
            assert_ne!(rule.further, Some(rule.above), "{clock}");
            assert!(rule.terms.days <= LONGEST && rule.terms.remind <= rule.terms.days.max(3), "{clock}");
        }
    }
}
