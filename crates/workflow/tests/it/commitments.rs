//! Commitments: prepared once, printed, signed with a real scan, broken.

use jiff::civil::date;
use xinxiu_domain::commitment::CommitmentState;
use xinxiu_domain::id::{CommitmentId, EnterpriseId};
use xinxiu_domain::penalty::PenaltyClass;
use xinxiu_store::commitment::Show;
use xinxiu_store::enterprise::sealed;
use xinxiu_store::files::Kept;
use xinxiu_store::{StoreError, both_engines, params};
use xinxiu_workflow::Refusal;
use xinxiu_workflow::commitments::{self, Choice};
use xinxiu_workflow::guidance::{self, Talk};

use crate::support::{TODAY, World, enterprise_actor};

const AUTHORITY: &str = "南通市生态环境局";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n-----";

fn kept(world: &World, bytes: &[u8]) -> Kept {
    world.app.store.files.keep(bytes).unwrap()
}

/// 甲公司 of 海安 with two public records.
fn scene(world: &World) -> EnterpriseId {
    let id = world.member("甲公司", "海安市信用办", 1);
    world.penalty(id, AUTHORITY, date(2022, 1, 5), PenaltyClass::General);
    world.penalty(id, AUTHORITY, date(2022, 2, 5), PenaltyClass::Serious);
    id
}

fn prepared(world: &World, id: EnterpriseId) -> Vec<CommitmentId> {
    let folder = commitments::folder(&world.app, &world.city, id, None).unwrap();
    folder.commitments.iter().map(|(one, _)| one.id).collect()
}

fn lines(world: &World, show: Show) -> usize {
    let choice = Choice { show, search: String::new(), class: Some(world.class(1)), skip: 0, limit: 50 };
    commitments::list(&world.app, &world.county("海安市信用办"), &choice).unwrap().0.len()
}

both_engines! {
    preparing_twice_makes_no_doubles => |test| {
        let world = World::open(test);
        let id = scene(&world);
        let agency = world.agency("甲");
        assert_eq!(commitments::prepare(&world.app, &agency, id, None).unwrap(), 2);
        assert_eq!(commitments::prepare(&world.app, &enterprise_actor(id), id, None).unwrap(), 0);
        assert_eq!(prepared(&world, id).len(), 2);
        world.penalty(id, AUTHORITY, date(2022, 3, 5), PenaltyClass::General);
        assert_eq!(commitments::prepare(&world.app, &agency, id, None).unwrap(), 1);
    };
    a_class_is_prepared_in_one_step => |test| {
        let world = World::open(test);
        let (id, class) = (scene(&world), world.class(1));
        world.member("乙公司", "海安市信用办", 1);
        world.member("丙公司", "如皋市信用办", 2);
        let agency = world.agency("甲");
        assert_eq!(commitments::prepare_class(&world.app, &agency, class).unwrap(), 3);
        assert_eq!(commitments::prepare_class(&world.app, &world.county("海安市信用办"), class).unwrap(), 0);
        assert_eq!(prepared(&world, id).len(), 2);
        let foreign = commitments::prepare_class(&world.app, &world.agency("乙"), class);
        assert!(matches!(foreign, Err(Refusal::Forbidden(_))));
    };
    an_enterprise_that_is_only_listed_signs_one => |test| {
        let world = World::open(test);
        let id = world.member("乙公司", "海安市信用办", 1);
        let county = world.county("海安市信用办");
        assert_eq!(commitments::prepare(&world.app, &county, id, None).unwrap(), 1);
        assert_eq!(commitments::prepare(&world.app, &county, id, None).unwrap(), 0);
        let one = prepared(&world, id)[0];
        commitments::sign(&world.app, &county, one, &kept(&world, b"%PDF-1.7 "), TODAY).unwrap();
        assert_eq!((lines(&world, Show::Open), lines(&world, Show::Done)), (0, 1));
    };
    signing_needs_a_real_scan_and_a_possible_day => |test| {
        let world = World::open(test);
        let id = scene(&world);
        let own = enterprise_actor(id);
        commitments::prepare(&world.app, &own, id, None).unwrap();
        let one = prepared(&world, id)[0];
        let sign = |bytes: &[u8], day| commitments::sign(&world.app, &own, one, &kept(&world, bytes), day);
        assert!(matches!(sign(b"<html>", TODAY), Err(Refusal::Invalid(_))));
        assert!(matches!(sign(PNG, TODAY.tomorrow().unwrap()), Err(Refusal::Invalid(_))));
        assert!(matches!(sign(PNG, date(2022, 1, 4)), Err(Refusal::Invalid(_))));
        assert!(matches!(
            commitments::scan(&world.app, &own, one),
            Err(Refusal::Store(StoreError::NotFound(..)))
        ));
        sign(PNG, TODAY).unwrap();
        assert!(matches!(sign(PNG, TODAY), Err(Refusal::Illegal(_))));
        let scan = commitments::scan(&world.app, &world.center, one).unwrap();
        assert_eq!((scan.bytes.as_slice(), scan.media_type), (PNG, "image/png"));
        assert_eq!((lines(&world, Show::Open), lines(&world, Show::Done)), (1, 0));
    };
    another_enterprise_touches_nothing => |test| {
        let world = World::open(test);
        let id = scene(&world);
        commitments::prepare(&world.app, &enterprise_actor(id), id, None).unwrap();
        let one = prepared(&world, id)[0];
        let other = enterprise_actor(world.member("丙公司", "如皋市信用办", 2));
        let scan = kept(&world, PNG);
        assert!(matches!(commitments::prepare(&world.app, &other, id, None), Err(Refusal::Forbidden(_))));
        assert!(matches!(commitments::folder(&world.app, &other, id, None), Err(Refusal::Forbidden(_))));
        assert!(matches!(commitments::pdf(&world.app, &other, one), Err(Refusal::Forbidden(_))));
        for actor in [other, world.agency("乙"), world.county("如皋市信用办"), world.city.clone()] {
            let signed = commitments::sign(&world.app, &actor, one, &scan, TODAY);
            assert!(matches!(signed, Err(Refusal::Forbidden(_))));
        }
    };
    printing_fills_the_paper_and_a_breach_needs_its_reason => |test| {
        let world = World::open(test);
        let id = scene(&world);
        let county = world.county("海安市信用办");
        let number = world.app.store.vault.seal(sealed::LEGAL_REPRESENTATIVE_ID, "000000190001010000").unwrap();
        world.sql("update enterprise set legal_representative_id_sealed = $1 where id = $2", params![number, id]);
        commitments::prepare(&world.app, &county, id, None).unwrap();
        let one = prepared(&world, id)[0];
        let printed = commitments::pdf(&world.app, &county, one).unwrap();
        assert!(printed.bytes.starts_with(b"%PDF-"));
        assert_eq!(state(&world, id), CommitmentState::Printed);
        let own = enterprise_actor(id);
        let breach = |actor, note| commitments::breach(&world.app, actor, one, note);
        assert!(matches!(breach(&county, "逾期未整改"), Err(Refusal::Illegal(_))));
        commitments::sign(&world.app, &county, one, &kept(&world, PNG), TODAY).unwrap();
        commitments::pdf(&world.app, &county, one).unwrap();
        assert_eq!(state(&world, id), CommitmentState::Signed);
        assert!(matches!(breach(&county, ""), Err(Refusal::Invalid(_))));
        assert!(matches!(breach(&own, "逾期未整改"), Err(Refusal::Forbidden(_))));
        breach(&county, "逾期未整改").unwrap();
        assert_eq!(state(&world, id), CommitmentState::Breached);
    };
    guidance_is_logged_by_the_agency_of_the_class => |test| {
        let world = World::open(test);
        let id = scene(&world);
        let talk = Talk { asked: "怎样修复".into(), advised: "先履行处罚".into(), minutes: 20, given_on: TODAY };
        let (agency, other) = (world.agency("甲"), world.agency("乙"));
        assert!(matches!(guidance::add(&world.app, &other, id, &talk), Err(Refusal::Forbidden(_))));
        let late = Talk { given_on: TODAY.tomorrow().unwrap(), minutes: 0, ..talk.clone() };
        let Err(Refusal::Invalid(faults)) = guidance::add(&world.app, &agency, id, &late) else {
            panic!("taken")
        };
        assert_eq!(faults.len(), 2);
        guidance::add(&world.app, &agency, id, &talk).unwrap();
        assert_eq!(guidance::recent(&world.app, &agency, (0, 9)).unwrap().len(), 1);
        assert_eq!(guidance::recent(&world.app, &other, (0, 9)).unwrap().len(), 0);
        assert_eq!(guidance::of_enterprise(&world.app, &world.city, id).unwrap().1.len(), 1);
    };
}

fn state(world: &World, id: EnterpriseId) -> CommitmentState {
    let folder = commitments::folder(&world.app, &world.city, id, None).unwrap();
    folder.commitments[0].0.state
}
