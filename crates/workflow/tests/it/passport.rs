//! The passport of a penalty record: the same answer for office, agency and enterprise.

use jiff::civil::date;
use xinxiu_domain::application::ReturnReason;
use xinxiu_domain::batch::RecordState;
use xinxiu_domain::commitment::Clause;
use xinxiu_domain::passport::{Acts, Stage};
use xinxiu_domain::penalty::{Material, PenaltyClass};
use xinxiu_store::{both_engines, params};
use xinxiu_workflow::applications::{self, Verdict};
use xinxiu_workflow::passport::{self, Page, Standing};
use xinxiu_workflow::{Refusal, commitments};

use crate::repair::{AUTHORITY, DUE, Scene};
use crate::support::{TODAY, enterprise_actor};

fn read(scene: &Scene) -> Page {
    let own = passport::of_penalty(scene.app(), &enterprise_actor(scene.enterprise), scene.penalty).unwrap();
    for reader in [&scene.agency, &scene.authority, &scene.world.city, &scene.world.window] {
        let read = passport::of_penalty(scene.app(), reader, scene.penalty).unwrap();
        assert_eq!((&read.passport, read.due), (&own.passport, own.due));
    }
    own
}

fn is_missing(refused: Result<impl std::fmt::Debug, Refusal>, code: &str) -> bool {
    matches!(refused, Err(Refusal::Missing(gaps)) if gaps.iter().any(|gap| gap.code == code))
}

both_engines! {
    it_says_who_acts_next_and_by_when => |test| {
        let scene = Scene::open(test);
        let page = read(&scene);
        assert_eq!((page.passport.stage, page.passport.acts, page.due), (Stage::Unstarted, Acts::Enterprise, None));
        assert!(page.materials.iter().all(|(_, standing)| *standing == Standing::Missing));
        let id = scene.opened();
        scene.fill(id);
        let page = read(&scene);
        assert_eq!((page.passport.stage, page.passport.acts), (Stage::Preparing, Acts::Agency));
        assert!(page.materials.iter().all(|(_, standing)| *standing == Standing::Have), "{:?}", page.materials);
        scene.submit(id);
        let page = read(&scene);
        assert_eq!((page.passport.stage, page.passport.acts), (Stage::Submitted, Acts::Window));
        // 2022-06-14 is a Tuesday.
        let due = page.due.unwrap();
        assert_eq!((due.day, due.working_days, due.is_late), (date(2022, 6, 17), 3, false));
        scene.app().clock.set(date(2022, 6, 21));
        let due = read(&scene).due.unwrap();
        assert_eq!((due.working_days, due.is_late), (2, true));
        scene.app().clock.set(TODAY);
        let seal = Verdict::Return { reasons: vec![ReturnReason::SealMissing], note: String::new() };
        scene.review(id, &seal).unwrap();
        assert_eq!(read(&scene).passport.stage, Stage::Returned);
        scene.submit(id);
        scene.review(id, &Verdict::Accept).unwrap();
        assert_eq!(read(&scene).passport.who, AUTHORITY);
        let item = scene.case(id).items[0].item.id;
        applications::decide(scene.app(), &scene.authority, item, &scene.agree(item)).unwrap();
        assert_eq!(read(&scene).passport.acts, Acts::Center);
        let version = scene.item(item).version;
        applications::record_removal(scene.app(), &scene.world.center, item, TODAY, version).unwrap();
        assert_eq!((read(&scene).passport.stage, read(&scene).due), (Stage::TakenDown, None));
    };
    the_lists_of_applications_agree_with_it => |test| {
        let scene = Scene::open(test);
        let id = scene.opened();
        scene.fill(id);
        scene.submit(id);
        let listed = passport::of_cases(scene.app(), &scene.agency, &[scene.case(id)]).unwrap();
        let page = read(&scene);
        let line = &listed[&(id, scene.penalty)];
        assert_eq!((&line.passport, line.due), (&page.passport, page.due));
        let all = passport::of_enterprise(scene.app(), &scene.agency, scene.enterprise).unwrap();
        assert_eq!(all[0].passport, page.passport);
    };
    a_record_that_is_not_due_names_its_day => |test| {
        let scene = Scene::open(test);
        scene.needs(scene.penalty, date(2022, 7, 1), &[Material::Commitment]);
        scene.world.sql("update penalty set verdict = 'repairable_later'", &[]);
        let page = read(&scene);
        let due = page.due.unwrap();
        assert_eq!((page.passport.stage, due.day, due.is_from), (Stage::NotDue, date(2022, 7, 1), true));
        assert!(page.passport.sentence.contains("2022-07-01"));
    };
    others_read_nothing => |test| {
        let scene = Scene::open(test);
        let stranger = scene.world.member("示例乙公司", "如皋市信用办", 3);
        for reader in [scene.world.agency("乙"), scene.world.county("如皋市信用办"), enterprise_actor(stranger)] {
            let refused = passport::of_penalty(scene.app(), &reader, scene.penalty);
            assert!(matches!(refused, Err(Refusal::Forbidden(_))));
        }
    };
    old_words_are_refused_before_they_are_stamped => |test| {
        let scene = Scene::open(test);
        commitments::prepare(scene.app(), &scene.agency, scene.enterprise, None).unwrap();
        scene.world.sql("update commitment set edition = 'annex2-2021'", params![]);
        let page = read(&scene);
        assert_eq!(page.materials[0], (Material::Commitment, Standing::Stale));
        let paper = page.commitment.unwrap().id;
        let scan = scene.app().store.files.keep(&b"%PDF-1.7 example"[..]).unwrap();
        let refused = commitments::sign(scene.app(), &scene.agency, paper, &scan, TODAY);
        assert!(is_missing(refused, "stale_edition"));
        // Printing again gives the words in force.
        commitments::pdf(scene.app(), &scene.agency, paper).unwrap();
        commitments::sign(scene.app(), &scene.agency, paper, &scan, TODAY).unwrap();
        assert_eq!(read(&scene).materials[0], (Material::Commitment, Standing::Have));
    };
    a_broken_promise_is_seen_and_blocks => |test| {
        let scene = Scene::open(test);
        let item = scene.accepted();
        let page = read(&scene);
        let paper = page.commitment.unwrap().id;
        commitments::breach(scene.app(), &scene.world.center, paper, Clause::Truthful, "提供的证明材料不真实").unwrap();
        let page = read(&scene);
        assert_eq!((page.passport.stage, page.passport.acts), (Stage::Broken, Acts::Nobody));
        assert!(page.passport.sentence.contains("2023-01-05"), "{}", page.passport.sentence);
        let refused = applications::decide(scene.app(), &scene.authority, item, &scene.agree(item));
        assert!(is_missing(refused, "commitment_broken"));
        // Another application is not taken either, and a refusal is still possible.
        let other = scene.world.penalty(scene.enterprise, AUTHORITY, date(2022, 1, 6), PenaltyClass::General);
        scene.needs(other, DUE, &[]);
        let refuse = applications::Decide { agree: false, opinion: "违背承诺".into(), ..scene.agree(item) };
        applications::decide(scene.app(), &scene.authority, item, &refuse).unwrap();
        let refused = applications::open(scene.app(), &scene.agency, scene.enterprise, &[scene.penalty]);
        assert!(is_missing(refused, "commitment_broken"));
        applications::open(scene.app(), &scene.agency, scene.enterprise, &[other]).unwrap();
    };
    a_promise_broken_after_the_repair_has_its_consequences => |test| {
        let scene = Scene::open(test);
        let (app, center) = (scene.app(), &scene.world.center);
        let item = scene.accepted();
        applications::decide(app, &scene.authority, item, &scene.agree(item)).unwrap();
        applications::record_removal(app, center, item, TODAY, scene.item(item).version).unwrap();
        let paper = read(&scene).commitment.unwrap().id;
        assert!(commitments::republish(app, center, paper).is_err());
        commitments::breach(app, &scene.authority, paper, Clause::Lawful, "修复后又有同类违法").unwrap();
        // Seen at once, though the record is still down; work for the center.
        assert_eq!(read(&scene).passport.stage, Stage::Broken);
        let open = commitments::breaches(app, center, true).unwrap();
        assert_eq!((open.len(), open[0].after_repair, open[0].public_until), (1, true, Some(date(2023, 1, 5))));
        for stranger in [&scene.agency, &scene.authority, &scene.world.county("海安市信用办")] {
            assert!(matches!(commitments::republish(app, stranger, paper), Err(Refusal::Forbidden(_))));
        }
        commitments::republish(app, center, paper).unwrap();
        assert_eq!(read(&scene).penalty.state, RecordState::Public);
        assert!(matches!(commitments::republish(app, center, paper), Err(Refusal::Invalid(_))));
        assert!(matches!(commitments::announce_breach(app, center, paper, " "), Err(Refusal::Invalid(_))));
        commitments::announce_breach(app, center, paper, "信用网站公示栏").unwrap();
        assert!(commitments::breaches(app, center, true).unwrap().is_empty());
        let own = commitments::breaches(app, &scene.authority, false).unwrap();
        assert_eq!((own.len(), own[0].clause), (1, Clause::Lawful));
        let other = scene.world.authority("南通市应急管理局");
        assert!(commitments::breaches(app, &other, false).unwrap().is_empty());
        let refused = applications::open(app, &scene.agency, scene.enterprise, &[scene.penalty]);
        assert!(is_missing(refused, "commitment_broken"));
    };
}
