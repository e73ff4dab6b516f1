//! Hand-in-hand days and their queues.

use jiff::civil::date;
use xinxiu_domain::application::ApplicationState;
use xinxiu_domain::clinic::{ClinicAction, TicketAction, TicketState};
use xinxiu_domain::id::ClinicId;
use xinxiu_domain::penalty::{Material, PenaltyClass};
use xinxiu_store::{both_engines, params};
use xinxiu_workflow::applications::Verdict;
use xinxiu_workflow::clinics::{self, Plan};
use xinxiu_workflow::{Refusal, applications};

use crate::repair::{AUTHORITY, DUE, Scene};
use crate::support::TODAY;

fn plan() -> Plan {
    Plan {
        held_on: TODAY, place: "示例镇便民中心".into(), townships: vec!["示例镇".into()], internet: true
    }
}

fn planned(scene: &Scene) -> (xinxiu_domain::actor::Actor, ClinicId) {
    let county = scene.world.county("海安市信用办");
    let id = clinics::plan(scene.app(), &county, &plan()).unwrap();
    (county, id)
}

both_engines! {
    a_day_runs_from_proposal_to_receipt => |test| {
        let scene = Scene::open(test);
        let untrained = scene.world.member("示例乙公司", "海安市信用办", 1);
        let second = scene.world.penalty(untrained, AUTHORITY, date(2022, 1, 6), PenaltyClass::General);
        scene.needs(second, DUE, &[Material::Licence]);
        let id = scene.opened();
        scene.fill(id);
        let county = scene.world.county("海安市信用办");
        let proposal = clinics::proposal(scene.app(), &county).unwrap();
        let town = &proposal[0];
        assert_eq!((town.name.as_str(), town.enterprises, town.trained, town.ready, town.without), ("示例镇", 2, 1, 1, 1));
        scene.submit(id);
        let (county, day) = planned(&scene);
        let list = clinics::bring_list(scene.app(), &scene.agency, day, scene.enterprise).unwrap();
        assert!(list.records[0].1.iter().all(|(_, there)| *there));
        assert_eq!(clinics::take_number(scene.app(), &scene.agency, day, scene.enterprise).unwrap(), 1);
        assert_eq!(clinics::take_number(scene.app(), &county, day, untrained).unwrap(), 2);
        let twice = clinics::take_number(scene.app(), &county, day, untrained);
        assert!(matches!(twice, Err(Refusal::Missing(gaps)) if gaps[0].code == "has_number"));
        clinics::change_state(scene.app(), &county, day, ClinicAction::OpenDoors).unwrap();
        let called = clinics::call_next(scene.app(), &scene.world.window, day, "1号窗口").unwrap();
        assert_eq!((called.number, called.state), (1, TicketState::Serving));
        let shown = clinics::day(scene.app(), &scene.world.window, day).unwrap();
        assert_eq!(shown.queue[0].1.map(|(application, _)| application), Some(id));
        let version = scene.case(id).application.version;
        applications::first_review(scene.app(), &scene.world.window, id, version, &Verdict::Accept, Some(day)).unwrap();
        assert_eq!(scene.case(id).reviews[0].clinic, Some(day));
        // An accepted application is still known on the day, and in the proposal for the next.
        let expected = clinics::day(scene.app(), &county, day).unwrap().expected;
        let of = |one| expected.iter().find(|e| e.candidate.enterprise == one).unwrap().application.as_ref();
        assert_eq!(of(scene.enterprise).map(|case| case.application.state), Some(ApplicationState::Accepted));
        assert!(of(untrained).is_none());
        let town = &clinics::proposal(scene.app(), &county).unwrap()[0];
        assert_eq!((town.ready, town.accepted, town.without), (0, 1, 1));
        let close = clinics::change_state(scene.app(), &county, day, ClinicAction::Close);
        assert!(matches!(close, Err(Refusal::Missing(_))));
        clinics::serve(scene.app(), &scene.world.window, called.id, called.version, (TicketAction::Finish, "")).unwrap();
        let next = clinics::call_next(scene.app(), &scene.world.window, day, "2号窗口").unwrap();
        clinics::serve(scene.app(), &scene.world.window, next.id, next.version, (TicketAction::Miss, "")).unwrap();
        let screen = clinics::screen(scene.app(), &county, day).unwrap();
        assert_eq!((screen.serving.len(), screen.missed), (0, vec![2]));
        let again = clinics::serve(scene.app(), &scene.world.window, next.id, next.version, (TicketAction::Call, "1号窗口"));
        assert!(again.is_err());
        clinics::change_state(scene.app(), &county, day, ClinicAction::Close).unwrap();
    };
    a_day_is_planned_with_one_or_two_townships_and_internet => |test| {
        let scene = Scene::open(test);
        let county = scene.world.county("海安市信用办");
        let bare = Plan { townships: vec![], place: String::new(), internet: false, held_on: date(2022, 6, 1) };
        let refused = clinics::plan(scene.app(), &county, &bare);
        assert!(matches!(refused, Err(Refusal::Missing(gaps)) if gaps.len() == 4));
        assert!(matches!(clinics::plan(scene.app(), &scene.agency, &plan()), Err(Refusal::Forbidden(_))));
    };
    a_number_goes_to_the_willing_of_the_county_alone => |test| {
        let scene = Scene::open(test);
        let (county, day) = planned(&scene);
        let elsewhere = scene.world.member("示例丙公司", "如皋市信用办", 2);
        let refused = clinics::take_number(scene.app(), &scene.world.window, day, elsewhere);
        assert!(matches!(refused, Err(Refusal::Missing(gaps)) if gaps[0].code == "county"));
        scene.world.sql("update member set willingness = 'unwilling' where enterprise_id = $1", params![scene.enterprise]);
        let refused = clinics::take_number(scene.app(), &county, day, scene.enterprise);
        assert!(matches!(refused, Err(Refusal::Missing(gaps)) if gaps[0].code == "willingness"));
        assert!(matches!(clinics::call_next(scene.app(), &county, day, ""), Err(Refusal::Illegal(_))));
        let stranger = scene.world.county("如皋市信用办");
        assert!(matches!(clinics::day(scene.app(), &stranger, day), Err(Refusal::Forbidden(_))));
        assert!(clinics::list(scene.app(), &stranger).unwrap().is_empty());
        assert_eq!(clinics::list(scene.app(), &scene.agency).unwrap().len(), 1);
    };
}
