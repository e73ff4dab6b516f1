//! Commitments: prepared once, printed, signed with a real scan, broken.

use jiff::civil::date;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::commitment::{Clause, CommitmentState};
use xinxiu_domain::id::{CommitmentId, EnterpriseId};
use xinxiu_domain::penalty::PenaltyClass;
use xinxiu_store::commitment::Show;
use xinxiu_store::enterprise::sealed;
use xinxiu_store::files::Kept;
use xinxiu_store::{StoreError, both_engines, concerns, params};
use xinxiu_workflow::commitments::{self, Choice};
use xinxiu_workflow::guidance::{self, Talk};
use xinxiu_workflow::{Refusal, archives};

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

fn owed(world: &World, id: EnterpriseId) -> (usize, usize) {
    let owed = commitments::folder(&world.app, &world.city, id, None).unwrap().owed;
    (owed.needed, owed.signed)
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
        world.listing(world.member("乙公司", "海安市信用办", 1), AUTHORITY);
        world.member("丁公司", "海安市信用办", 1);
        world.listing(world.member("丙公司", "如皋市信用办", 2), AUTHORITY);
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
        world.listing(id, AUTHORITY);
        let county = world.county("海安市信用办");
        assert_eq!(commitments::prepare(&world.app, &county, id, None).unwrap(), 1);
        assert_eq!(commitments::prepare(&world.app, &county, id, None).unwrap(), 0);
        let one = prepared(&world, id)[0];
        commitments::sign(&world.app, &county, one, &kept(&world, b"%PDF-1.7 "), TODAY).unwrap();
        assert_eq!((lines(&world, Show::Open), lines(&world, Show::Done)), (0, 1));
        // Off the list, it keeps what it signed.
        world.sql("update listing set gone_since = '2022-06-20'", params![]);
        assert_eq!(owed(&world, id), (1, 1));
        // A penalty record takes the place of the listing.
        world.penalty(id, AUTHORITY, date(2022, 3, 5), PenaltyClass::General);
        assert_eq!(owed(&world, id), (1, 0));
    };
    a_repaired_enterprise_keeps_what_it_signed_and_owes_no_more => |test| {
        let world = World::open(test);
        let id = scene(&world);
        world.listing(id, AUTHORITY);
        let county = world.county("海安市信用办");
        commitments::prepare(&world.app, &county, id, None).unwrap();
        let papers = prepared(&world, id);
        commitments::sign(&world.app, &county, papers[0], &kept(&world, PNG), TODAY).unwrap();
        assert_eq!(owed(&world, id), (2, 1));
        world.sql("update penalty set state = 'taken_down', taken_down_on = '2022-06-20'", params![]);
        // The signed one stays signed; the paper that nobody signed is asked for no longer.
        assert_eq!((owed(&world, id), prepared(&world, id).len()), ((1, 1), 1));
        assert_eq!(commitments::prepare(&world.app, &enterprise_actor(id), id, None).unwrap(), 0);
        assert_eq!((prepared(&world, id).len(), lines(&world, Show::Done)), (1, 1));
        // A revoked decision asks for nothing; the listing then stands alone.
        world.sql("update penalty set state = 'withdrawn'", params![]);
        assert_eq!(owed(&world, id), (1, 0));
    };
    an_enterprise_on_no_list_owes_nothing => |test| {
        let world = World::open(test);
        let id = world.member("乙公司", "海安市信用办", 1);
        assert_eq!(commitments::prepare(&world.app, &enterprise_actor(id), id, None).unwrap(), 0);
        assert_eq!((owed(&world, id), prepared(&world, id).len()), ((0, 0), 0));
        assert_eq!((lines(&world, Show::Open), lines(&world, Show::Done), lines(&world, Show::All)), (0, 0, 1));
        world.listing(id, AUTHORITY);
        world.sql("update listing set gone_since = '2022-06-01'", params![]);
        assert_eq!(commitments::prepare(&world.app, &enterprise_actor(id), id, None).unwrap(), 0);
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
        assert_eq!(world.app.store.files.read(&scan.sha256).unwrap(), PNG);
        assert_eq!(scan.media_type, "image/png");
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
        let breach = |actor: &Actor, note: &str| commitments::breach(&world.app, actor, one, Clause::Corrected, note);
        assert!(matches!(breach(&county, "逾期未整改"), Err(Refusal::Illegal(_))));
        commitments::sign(&world.app, &county, one, &kept(&world, PNG), TODAY).unwrap();
        commitments::pdf(&world.app, &county, one).unwrap();
        assert_eq!(state(&world, id), CommitmentState::Signed);
        assert!(matches!(breach(&county, ""), Err(Refusal::Invalid(_))));
        for actor in [own, world.agency("甲"), world.authority("南通市应急管理局"), world.county("如皋市信用办"), world.city.clone()] {
            assert!(matches!(breach(&actor, "逾期未整改"), Err(Refusal::Forbidden(_))), "{}", actor.role);
        }
        for actor in [&world.center, &world.authority(AUTHORITY)] {
            assert!(actor.may(Action::RecordBreach, &world.app.store.db.read(|tx| concerns::of_enterprise(tx, id)).unwrap()));
        }
        breach(&world.authority(AUTHORITY), "逾期未整改").unwrap();
        assert_eq!(state(&world, id), CommitmentState::Breached);
    };
    a_wrong_scan_is_replaced_until_a_decision_rests_on_it => |test| {
        let world = World::open(test);
        let id = scene(&world);
        let agency = world.agency("甲");
        commitments::prepare(&world.app, &agency, id, None).unwrap();
        let one = prepared(&world, id)[0];
        let replace = |actor: &Actor, bytes: &[u8], reason: &str| {
            commitments::replace(&world.app, actor, one, &kept(&world, bytes), TODAY, reason)
        };
        assert!(matches!(replace(&agency, PNG, "传错了"), Err(Refusal::Illegal(_))));
        commitments::sign(&world.app, &agency, one, &kept(&world, PNG), date(2022, 6, 13)).unwrap();
        assert!(matches!(replace(&agency, b"%PDF-1.7 ", " "), Err(Refusal::Invalid(_))));
        assert!(matches!(replace(&agency, PNG, "传错了"), Err(Refusal::Invalid(_))));
        assert!(matches!(replace(&world.agency("乙"), b"%PDF-1.7 ", "传错了"), Err(Refusal::Forbidden(_))));
        replace(&enterprise_actor(id), b"%PDF-1.7 ", "传了另一家的").unwrap();
        let card = commitments::card(&world.app, &agency, one).unwrap();
        assert_eq!(card.commitment.signed_on, Some(TODAY));
        assert_eq!((card.replaced.len(), card.replaced[0].0.signed_on), (1, Some(date(2022, 6, 13))));
        let old = commitments::replaced_scan(&world.app, &world.center, one, (card.replaced[0].0.id, 1)).unwrap();
        assert_eq!(world.app.store.files.read(&old.sha256).unwrap(), PNG);
        assert!(matches!(
            commitments::replaced_scan(&world.app, &world.center, prepared(&world, id)[1], (card.replaced[0].0.id, 1)),
            Err(Refusal::Store(StoreError::NotFound(..)))
        ));
        let papers = archives::dossier(&world.app, &world.center, id).unwrap().papers;
        let kinds: Vec<_> = papers.iter().map(|paper| paper.kind.as_str()).take(2).collect();
        assert_eq!(kinds, ["信用修复承诺书", "信用修复承诺书（已更换）"]);
        assert!(papers[1].title.contains("传了另一家的"));
        let application: i64 = world.app.store.db.write(|tx| tx.insert(
            "insert into application (campaign_id, enterprise_id, agency_id, state) values ($1, $2, $3, 'accepted') returning id",
            params![world.campaign, id, agency.org],
        )).unwrap();
        world.sql(
            "insert into application_item (application_id, penalty_id, state) values ($1, $2, 'agreed')",
            params![application, card.commitment.penalty],
        );
        let Err(Refusal::Missing(gaps)) = replace(&agency, b"%PDF-1.8 ", "再换") else { panic!("replaced") };
        assert_eq!(gaps[0].code, "decided");
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
