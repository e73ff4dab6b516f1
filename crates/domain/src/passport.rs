//! The passport of a penalty record (处罚信息护照): where its repair stands, who acts next and by when, in one sentence. It
//! is worked out here from the table of the
//! [procedure] and nowhere else, so that city office, agency and enterprise read the same (N12 N16 N18 N27).

use jiff::civil::Date;

use crate::application::{ApplicationState, ItemState};
use crate::batch::RecordState;
use crate::deadline::Clock;
use crate::penalty::VerdictKind;
use crate::procedure::{self, Until};

coded! {
    /// Where the repair of one penalty record stands.
    pub enum Stage {
        Withdrawn = "withdrawn", "决定已撤销";
        TakenDown = "taken_down", "已撤下公示";
        Broken = "broken", "违背承诺，不再受理修复";
        Ended = "ended", "公示已届满";
        NotPublicised = "not_publicised", "不公示";
        NotRepairable = "not_repairable", "不可修复";
        NeedsReview = "needs_review", "类别待认定";
        NotDue = "not_due", "最短公示期未满";
        Unstarted = "unstarted", "未申请";
        Preparing = "preparing", "申请准备中";
        Submitted = "submitted", "待窗口初审";
        Returned = "returned", "退回补正";
        Pending = "pending", "待处罚机关决定";
        Agreed = "agreed", "同意修复，待撤下";
        Refused = "refused", "不同意修复";
    }
}

coded! {
    /// Who acts next.
    pub enum Acts {
        Nobody = "nobody", "不用再办";
        Enterprise = "enterprise", "企业";
        Agency = "agency", "服务机构";
        Window = "window", "服务窗口";
        Authority = "authority", "处罚机关";
        Center = "center", "市信用中心";
    }
}

/// Until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// So many working days after a day.
    WorkingDays {
        /// What they are counted from; that day itself is not counted.
        from: Date,
        /// How many.
        days: u32,
    },
    /// From this day on it can be done.
    From(Date),
}

/// The newest application in which a record stands, of those that were not withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Applied {
    /// State of the application.
    pub state: ApplicationState,
    /// State of the record in it.
    pub item: ItemState,
    /// Day on which it was last submitted.
    pub submitted_on: Option<Date>,
    /// Day of the last first review.
    pub reviewed_on: Option<Date>,
    /// Day of the authority's decision.
    pub decided_on: Option<Date>,
    /// Conditions that the application still lacks.
    pub gaps: usize,
}

/// How the commitment of a record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pledge {
    /// Not signed yet.
    Unsigned,
    /// Signed.
    Signed,
    /// Broken.
    Broken,
}

/// What the passport is worked out from.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Whether the record still counts.
    pub record: RecordState,
    /// What can be done about it today.
    pub verdict: VerdictKind,
    /// First day on which an application is admissible.
    pub repairable_from: Option<Date>,
    /// End of the minimum publicity period.
    pub min_until: Option<Date>,
    /// End of the longest publicity period.
    pub max_until: Option<Date>,
    /// Name of the authority that decided.
    pub authority: &'a str,
    /// Name of the agency of its class; empty where there is none.
    pub agency: &'a str,
    /// Its commitment.
    pub pledge: Pledge,
    /// Its application, where there is one.
    pub applied: Option<Applied>,
}

/// Where a record stands, who acts next, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passport {
    /// Where it stands.
    pub stage: Stage,
    /// Who acts next.
    pub acts: Acts,
    /// Who that is by name.
    pub who: String,
    /// What is to be done next, in one sentence for an enterprise.
    pub sentence: String,
    /// Until when.
    pub limit: Option<Limit>,
}

/// Where a record stands: the end of its publicity and a broken promise come before everything else.
pub fn stage(facts: &Facts<'_>) -> Stage {
    match facts.record {
        RecordState::Withdrawn => return Stage::Withdrawn,
        // A promise that is broken after the repair stays written on the record, though it is no longer public.
        _ if facts.pledge == Pledge::Broken => return Stage::Broken,
        RecordState::TakenDown => return Stage::TakenDown,
        RecordState::Public => {}
    }
    // One that ended in its application without a decision stands where it stood before.
    let applied = facts.applied.filter(|applied| applied.item != ItemState::Closed);
    if let Some(applied) = applied {
        match (applied.state, applied.item) {
            (ApplicationState::Submitted, _) => return Stage::Submitted,
            (ApplicationState::Returned, _) => return Stage::Returned,
            (ApplicationState::Accepted, ItemState::Pending) => return Stage::Pending,
            (ApplicationState::Accepted, ItemState::Agreed) => return Stage::Agreed,
            // A refusal asks for nothing more once the publicity is over.
            (ApplicationState::Accepted, ItemState::Refused) if facts.verdict != VerdictKind::Ended => {
                return Stage::Refused;
            }
            _ => {}
        }
    }
    match facts.verdict {
        VerdictKind::Ended => Stage::Ended,
        VerdictKind::NotPublicised => Stage::NotPublicised,
        VerdictKind::NotRepairable => Stage::NotRepairable,
        VerdictKind::NeedsReview => Stage::NeedsReview,
        VerdictKind::RepairableLater => Stage::NotDue,
        VerdictKind::RepairableNow
            if applied.is_some_and(|applied| applied.state == ApplicationState::Draft) =>
        {
            Stage::Preparing
        }
        VerdictKind::RepairableNow => Stage::Unstarted,
    }
}

impl Passport {
    /// Works out the passport of a record; each clock runs so many working days.
    pub fn of(facts: &Facts<'_>, days: impl Fn(Clock) -> u32) -> Self {
        let stage = stage(facts);
        let row = procedure::row(stage);
        // Until the paper is signed nobody else can go on.
        let (acts, words) = match row.unsigned.filter(|_| facts.pledge == Pledge::Unsigned) {
            Some(words) => (Acts::Enterprise, words),
            None => (row.acts, row.sentence),
        };
        let limit = match row.until {
            Until::Open => None,
            Until::Repairable => facts.repairable_from.map(Limit::From),
            Until::Clock(clock, from) => {
                from(facts).map(|from| Limit::WorkingDays { from, days: days(clock) })
            }
        };
        Self { stage, acts, who: who(acts, facts), sentence: say(words, facts), limit }
    }
}

/// Who acts, by name.
fn who(acts: Acts, facts: &Facts<'_>) -> String {
    match acts {
        Acts::Nobody => "",
        Acts::Enterprise => "企业",
        Acts::Agency => agency(facts),
        Acts::Window => "市信用中心服务窗口",
        Acts::Authority => facts.authority,
        Acts::Center => "市信用中心",
    }
    .to_owned()
}

const fn agency<'a>(facts: &Facts<'a>) -> &'a str {
    if facts.agency.is_empty() { "服务机构" } else { facts.agency }
}

/// Puts the names and days of a record into a sentence of the table.
fn say(words: &str, facts: &Facts<'_>) -> String {
    let from = facts.repairable_from.map_or_else(|| "（日期不明）".to_owned(), |day| day.to_string());
    words
        .replace("{agency}", agency(facts))
        .replace("{authority}", facts.authority)
        .replace("{from}", &from)
        .replace("{last}", &facts.max_until.map_or_else(String::new, |day| format!("到{day}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const FACTS: Facts<'static> = Facts {
        record: RecordState::Public,
        verdict: VerdictKind::RepairableNow,
        repairable_from: Some(date(2022, 6, 20)),
        min_until: Some(date(2022, 6, 20)),
        max_until: Some(date(2023, 3, 20)),
        authority: "示例局",
        agency: "示例机构",
        pledge: Pledge::Signed,
        applied: None,
    };

    fn applied(state: ApplicationState, item: ItemState) -> Facts<'static> {
        let day = Some(date(2022, 7, 1));
        let applied = Applied { state, item, submitted_on: day, reviewed_on: day, decided_on: day, gaps: 0 };
        Facts { applied: Some(applied), ..FACTS }
    }

    fn usual(clock: Clock) -> u32 {
        clock.rule().terms.days
    }

    fn read(facts: &Facts<'_>) -> (Stage, Acts) {
        let passport = Passport::of(facts, usual);
        (passport.stage, passport.acts)
    }

    #[test]
    fn each_state_has_one_who_acts_and_one_sentence() {
        use ApplicationState as A;
        for (facts, stage, who) in [
            (FACTS, Stage::Unstarted, Acts::Agency),
            (Facts { pledge: Pledge::Unsigned, ..FACTS }, Stage::Unstarted, Acts::Enterprise),
            (applied(A::Draft, ItemState::Pending), Stage::Preparing, Acts::Agency),
            (applied(A::Submitted, ItemState::Pending), Stage::Submitted, Acts::Window),
            (applied(A::Returned, ItemState::Pending), Stage::Returned, Acts::Agency),
            (applied(A::Accepted, ItemState::Pending), Stage::Pending, Acts::Authority),
            (applied(A::Accepted, ItemState::Agreed), Stage::Agreed, Acts::Center),
            (applied(A::Accepted, ItemState::Refused), Stage::Refused, Acts::Agency),
            (applied(A::Accepted, ItemState::Closed), Stage::Unstarted, Acts::Agency),
            (applied(A::Draft, ItemState::Closed), Stage::Unstarted, Acts::Agency),
        ] {
            assert_eq!(read(&facts), (stage, who));
            let said = Passport::of(&facts, usual).sentence;
            assert!(said.ends_with('。') && said.matches('。').count() == 1, "{said}");
        }
    }

    #[test]
    fn a_refusal_asks_for_nothing_once_the_publicity_is_over() {
        let refused = applied(ApplicationState::Accepted, ItemState::Refused);
        let over = Facts { verdict: VerdictKind::Ended, ..refused };
        assert_eq!(read(&over), (Stage::Ended, Acts::Nobody));
    }

    #[test]
    fn a_broken_promise_blocks_before_and_after_the_removal() {
        let broken =
            Facts { pledge: Pledge::Broken, ..applied(ApplicationState::Submitted, ItemState::Pending) };
        assert_eq!(read(&broken), (Stage::Broken, Acts::Nobody));
        let after = Facts { record: RecordState::TakenDown, ..broken };
        assert_eq!(read(&after), (Stage::Broken, Acts::Nobody));
        let said = Passport::of(&after, usual).sentence;
        assert!(said.contains("2023-03-20"), "{said}");
    }

    #[test]
    fn every_stage_can_be_reached_and_whoever_acts_has_a_name() {
        let mut seen = std::collections::BTreeSet::new();
        let states: Vec<_> = ApplicationState::ALL.iter().copied().map(Some).chain([None]).collect();
        for record in RecordState::ALL {
            for verdict in VerdictKind::ALL {
                for pledge in [Pledge::Signed, Pledge::Unsigned, Pledge::Broken] {
                    for (state, item) in
                        states.iter().flat_map(|state| ItemState::ALL.iter().map(move |item| (*state, *item)))
                    {
                        let of = state.map_or(FACTS, |state| applied(state, item));
                        let facts = Facts { record: *record, verdict: *verdict, pledge, ..of };
                        let found = Passport::of(&facts, usual);
                        assert_eq!(found.who.is_empty(), found.acts == Acts::Nobody, "{found:?}");
                        assert!(found.sentence.ends_with('。'), "{found:?}");
                        seen.insert(found.stage);
                    }
                }
            }
        }
        assert_eq!(seen.len(), Stage::ALL.len());
    }

    #[test]
    fn a_removal_is_due_after_the_later_of_decision_and_period() {
        let facts = applied(ApplicationState::Accepted, ItemState::Agreed);
        let due = |facts: &Facts<'_>| Passport::of(facts, usual).limit;
        assert_eq!(due(&facts), Some(Limit::WorkingDays { from: date(2022, 7, 1), days: 3 }));
        let later = Facts { min_until: Some(date(2022, 8, 1)), ..facts };
        assert_eq!(due(&later), Some(Limit::WorkingDays { from: date(2022, 8, 1), days: 3 }));
        let not_due = Facts { verdict: VerdictKind::RepairableLater, ..FACTS };
        assert_eq!(due(&not_due), Some(Limit::From(date(2022, 6, 20))));
    }
}
