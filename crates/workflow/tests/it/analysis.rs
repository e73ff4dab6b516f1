//! The analysis of a campaign's enterprises, and that each number is the list behind it.

use jiff::civil::date;
use xinxiu_domain::actor::Actor;
use xinxiu_domain::analysis::{Condition, Dimension, Likelihood};
use xinxiu_domain::id::EnterpriseId;
use xinxiu_domain::penalty::PenaltyClass;
use xinxiu_domain::rectification::{Cause, Conditions, RectificationStatus};
use xinxiu_store::analysis::Filter;
use xinxiu_store::{both_engines, params};
use xinxiu_workflow::findings::{self, RecordFinding};
use xinxiu_workflow::{Refusal, analysis};

use crate::support::{World, enterprise_actor};

const HAIAN: &str = "海安市信用办";
const ECOLOGY: &str = "南通市生态环境局";
const TAX: &str = "国家税务总局南通市税务局";

fn said(enterprise: EnterpriseId, cause: Cause, rectification: RectificationStatus) -> RecordFinding {
    let conditions = Conditions::Unclear;
    RecordFinding { enterprise, penalty: None, cause, rectification, conditions, note: String::new() }
}

/// Four enterprises: one that repaired in all but name, one that did nothing, one without anything to repair, one
/// of another county.
fn scene(world: &World) -> [EnterpriseId; 4] {
    let done = world.member("甲公司", HAIAN, 1);
    let idle = world.member("乙公司", HAIAN, 1);
    let barred = world.member("丙公司", HAIAN, 1);
    let other = world.member("丁公司", "如皋市信用办", 2);
    for (enterprise, authority) in [(done, ECOLOGY), (done, TAX), (idle, ECOLOGY), (other, TAX)] {
        world.penalty(enterprise, authority, date(2022, 1, 5), PenaltyClass::General);
    }
    world.penalty(barred, ECOLOGY, date(2022, 1, 5), PenaltyClass::SpecifiedSerious);
    let record = |enterprise, command: &RecordFinding| {
        findings::record(&world.app, &enterprise_actor(enterprise), command).unwrap();
    };
    record(done, &said(done, Cause::CashShortage, RectificationStatus::UnderWay));
    record(idle, &said(idle, Cause::CashShortage, RectificationStatus::NotStarted));
    let authority = world.authority(ECOLOGY);
    let found = said(done, Cause::WeakManagement, RectificationStatus::Done);
    findings::record(&world.app, &authority, &found).unwrap();
    [done, idle, barred, other]
}

fn by(values: &[(Dimension, &str)]) -> Filter {
    Filter {
        values: values.iter().map(|(one, value)| (*one, (*value).to_owned())).collect(),
        condition: None,
    }
}

both_engines! {
    each_number_is_the_list_behind_it => |test| {
        let world = World::open(test);
        scene(&world);
        let all = analysis::overview(&world.app, &world.city, &Filter::default(), Dimension::ALL, None).unwrap();
        assert_eq!((all.numbers.totals.members, all.met(Condition::Period), all.met(Condition::Duty)), (4, 3, 1));
        let mut asked = 0;
        for (dimension, counts) in &all.numbers.counts {
            assert!(!counts.is_empty(), "{dimension}");
            for count in counts {
                let filter = by(&[(*dimension, &count.value)]);
                let (_, lines, number) = analysis::lines(&world.app, &world.city, &filter, (0, 100)).unwrap();
                assert_eq!((number, lines.len()), (count.count, usize::try_from(count.count).unwrap()), "{dimension} {}", count.value);
                asked += 1;
            }
        }
        assert!(asked > 20, "{asked}");
        let met = |met| Filter { values: Vec::new(), condition: Some((Condition::Duty, met)) };
        assert_eq!(analysis::lines(&world.app, &world.city, &met(true), (0, 9)).unwrap().2, 1);
        assert_eq!(analysis::lines(&world.app, &world.city, &met(false), (0, 9)).unwrap().2, 3);
    };
    a_cross_table_counts_what_both_values_have => |test| {
        let world = World::open(test);
        scene(&world);
        let pairs = [
            (Dimension::CauseOwn, Dimension::CauseAuthority),
            (Dimension::Authority, Dimension::Likelihood),
            (Dimension::Authority, Dimension::Violation),
            (Dimension::County, Dimension::Authority),
        ];
        for (down, across) in pairs {
            let cells = analysis::overview(&world.app, &world.city, &Filter::default(), &[], Some((down, across))).unwrap().numbers.cells;
            assert!(!cells.is_empty());
            for cell in cells {
                let filter = by(&[(down, &cell.value), (across, &cell.across)]);
                assert_eq!(analysis::lines(&world.app, &world.city, &filter, (0, 9)).unwrap().2, cell.count, "{down} {across}");
            }
        }
        let pair = Some((Dimension::County, Dimension::CauseOwn));
        let found = analysis::overview(&world.app, &world.city, &by(&[(Dimension::Authority, TAX)]), &[], pair).unwrap();
        let (names, cells) = (found.names, found.numbers.cells);
        assert_eq!(cells.iter().map(|cell| cell.count).sum::<i64>(), 2);
        assert!(cells.iter().any(|cell| names.of(Dimension::County, &cell.value) == "海安市"
            && names.of(Dimension::CauseOwn, &cell.across) == "资金困难"));
    };
    the_outlook_follows_the_rule_that_the_page_explains => |test| {
        let world = World::open(test);
        let [done, idle, barred, other] = scene(&world);
        let outlook = |enterprise: EnterpriseId| {
            let (_, lines, _) = analysis::lines(&world.app, &world.city, &Filter::default(), (0, 100)).unwrap();
            lines.into_iter().find(|line| line.enterprise == enterprise).unwrap().likelihood
        };
        assert_eq!([done, idle, barred, other].map(outlook), [Likelihood::High, Likelihood::Low, Likelihood::Barred, Likelihood::Fair]);
        // Not before 60 days from now: in sight, and no longer near.
        world.sql(
            "update penalty set verdict = 'repairable_later', repairable_from = '2022-08-13' where enterprise_id in ($1, $2)",
            params![done, other],
        );
        assert_eq!([done, other].map(outlook), [Likelihood::Fair, Likelihood::Fair]);
        world.sql("update penalty set repairable_from = '2022-07-14' where enterprise_id = $1", params![done]);
        world.sql("update penalty set repairable_from = '2022-09-13' where enterprise_id = $1", params![other]);
        assert_eq!([done, other].map(outlook), [Likelihood::High, Likelihood::Low]);
        // A check passed by the authority weighs more than what the enterprise says.
        world.sql(
            "insert into rectification (campaign_id, enterprise_id, authority_id, state) values ($1, $2, $3, 'passed')",
            params![world.campaign, idle, world.org(ECOLOGY)],
        );
        assert_eq!(outlook(idle), Likelihood::High);
    };
    each_office_counts_its_own_and_some_nothing => |test| {
        let world = World::open(test);
        scene(&world);
        let count = |actor: &Actor| analysis::overview(&world.app, actor, &Filter::default(), &[], None).map(|found| found.numbers.totals.members);
        assert_eq!(count(&world.county(HAIAN)).unwrap(), 3);
        assert_eq!(count(&world.county("启东市信用办")).unwrap(), 0);
        assert_eq!(count(&world.agency("甲")).unwrap(), 4);
        assert!(matches!(count(&world.authority(ECOLOGY)), Err(Refusal::Forbidden(_))));
        let narrowed = by(&[(Dimension::County, &world.org("如皋市信用办").to_string())]);
        assert_eq!(analysis::lines(&world.app, &world.county(HAIAN), &narrowed, (0, 9)).unwrap().2, 0);
    };
}
