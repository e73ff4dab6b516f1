//! The numbers of a campaign and the lists behind them.

use jiff::civil::date;
use xinxiu_domain::actor::Actor;
use xinxiu_domain::penalty::PenaltyClass;
use xinxiu_domain::progress::Measure;
use xinxiu_store::progress::{MEMBER_KEYS, ProgressFilter};
use xinxiu_store::{Sort, both_engines, params};
use xinxiu_workflow::{Refusal, progress};

use crate::support::World;

const AUTHORITY: &str = "南通市生态环境局";

/// Three members in 海安, one in 如皋: trained and repaired, trained and half repaired, trained with
/// nothing to repair, called only.
fn scene(world: &World) {
    let held = date(2022, 6, 10);
    let repaired = world.member("甲公司", "海安市信用办", 1);
    let half = world.member("乙公司", "海安市信用办", 1);
    let nothing = world.member("丙公司", "海安市信用办", 1);
    world.member("丁公司", "如皋市信用办", 2);
    for enterprise in [repaired, half, nothing] {
        world.attended(enterprise, held, "passed");
    }
    let done = world.penalty(repaired, AUTHORITY, date(2022, 1, 5), PenaltyClass::General);
    let one = world.penalty(half, AUTHORITY, date(2022, 1, 5), PenaltyClass::General);
    world.penalty(half, AUTHORITY, date(2022, 2, 5), PenaltyClass::Serious);
    // After the training, and beyond repair: neither counts.
    world.penalty(repaired, AUTHORITY, date(2022, 6, 12), PenaltyClass::General);
    world.penalty(nothing, AUTHORITY, date(2022, 1, 5), PenaltyClass::SpecifiedSerious);
    for penalty in [done, one] {
        world.sql("update penalty set state = 'taken_down' where id = $1", params![penalty]);
    }
}

both_engines! {
    the_repair_rate_counts_whole_enterprises => |test| {
        let world = World::open(test);
        scene(&world);
        let board = progress::board(&world.app, &world.city, None, &ProgressFilter::default()).unwrap();
        assert_eq!(board.rows.len(), 10);
        let total = &board.total;
        assert_eq!((total.planned, total.members, total.trained, total.examined), (1500, 4, 3, 3));
        assert_eq!((total.repair_base, total.repaired), (2, 1));
    };
    every_number_equals_the_length_of_its_list => |test| {
        let world = World::open(test);
        scene(&world);
        let filter = ProgressFilter { plan_item: Some(world.class(1)), ..ProgressFilter::default() };
        let board = progress::board(&world.app, &world.city, None, &filter).unwrap();
        for measure in Measure::ALL {
            let members =
                progress::members(&world.app, &world.city, None, &filter, (*measure, None), (0, 100)).unwrap();
            assert_eq!(members.len(), board.total.figure(*measure) as usize, "{measure}");
        }
    };
    the_list_behind_a_number_pages_in_every_order => |test| {
        let world = World::open(test);
        scene(&world);
        let all = |sort, page| {
            let measure = (Measure::Members, sort);
            let found = progress::members(&world.app, &world.city, None, &ProgressFilter::default(), measure, page);
            found.unwrap().into_iter().map(|member| member.name).collect::<Vec<_>>()
        };
        for key in &MEMBER_KEYS {
            for descending in [false, true] {
                let sort = Some(Sort { key, descending });
                let pages: Vec<_> = (0..4).flat_map(|offset| all(sort, (offset, 1))).collect();
                assert_eq!(pages, all(sort, (0, 10)), "{key:?}");
            }
        }
        let by_class = Sort::parse(&MEMBER_KEYS, "-class");
        assert_ne!(all(by_class, (0, 10)), all(Sort::parse(&MEMBER_KEYS, "class"), (0, 10)));
    };
    a_county_and_an_agency_count_their_own => |test| {
        let world = World::open(test);
        scene(&world);
        let of = |actor: Actor| progress::board(&world.app, &actor, None, &ProgressFilter::default()).unwrap().total.members;
        assert_eq!(of(world.county("海安市信用办")), 3);
        assert_eq!(of(world.county("如皋市信用办")), 1);
        assert_eq!(of(world.agency("甲")), 4);
        assert_eq!(of(world.agency("乙")), 0);
        let authority = world.authority(AUTHORITY);
        let refused = progress::board(&world.app, &authority, None, &ProgressFilter::default());
        assert!(matches!(refused, Err(Refusal::Forbidden(_))));
    };
}
