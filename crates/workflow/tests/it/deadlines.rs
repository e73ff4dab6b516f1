//! Deadlines: one reminder for each, again after a case came back, and the office above once nobody acted (N03).

use std::collections::BTreeMap;

use jiff::civil::date;
use xinxiu_domain::actor::Actor;
use xinxiu_domain::application::ReturnReason;
use xinxiu_domain::deadline::{Clock, Notice, Terms, Urgency};
use xinxiu_store::both_engines;
use xinxiu_workflow::applications::{self, Verdict};
use xinxiu_workflow::deadlines::{self, Deadline, Round};
use xinxiu_workflow::rectifications::{self, Deadline as Until};
use xinxiu_workflow::{Refusal, campaigns, home, pushes};

use crate::repair::{AUTHORITY, Scene};

fn running(scene: &Scene, actor: &Actor, clock: Clock) -> Vec<Deadline> {
    let mut all = deadlines::list(scene.app(), actor).unwrap();
    all.retain(|one| one.running.clock == clock);
    all
}

fn notices(scene: &Scene, clock: Clock) -> Vec<Notice> {
    let all = running(scene, &scene.world.city, clock);
    all.iter().flat_map(|one| one.said.iter().map(|(notice, _)| *notice)).collect()
}

fn waiting(scene: &Scene, actor: &Actor, label: &str) -> i64 {
    home::tasks(scene.app(), actor).unwrap().iter().find(|task| task.label == label).unwrap().count
}

fn round(scene: &Scene) -> (usize, usize) {
    let Round { reminded, passed_on, .. } = deadlines::run_round(scene.app()).unwrap();
    (reminded, passed_on)
}

fn returned(scene: &Scene, id: xinxiu_domain::id::ApplicationId) {
    let verdict = Verdict::Return { reasons: vec![ReturnReason::SealMissing], note: String::new() };
    scene.review(id, &verdict).unwrap();
}

both_engines! {
    a_case_is_reminded_of_once_and_passed_on_and_anew_after_it_came_back => |test| {
        let scene = Scene::open(test);
        let id = scene.opened();
        scene.fill(id);
        assert!(running(&scene, &scene.world.window, Clock::FirstReview).is_empty());
        scene.submit(id);
        // Three working days after Tuesday, 14 June, are over on Friday.
        let due = running(&scene, &scene.world.window, Clock::FirstReview)[0].days.unwrap();
        assert_eq!((due.remind, due.due, due.escalate), (date(2022, 6, 16), date(2022, 6, 17), date(2022, 6, 20)));
        for (day, said) in [(14, (0, 0)), (16, (1, 0)), (16, (0, 0)), (17, (1, 0)), (18, (1, 0)), (20, (0, 1)), (21, (0, 0))] {
            scene.app().clock.set(date(2022, 6, day));
            assert_eq!(round(&scene), said, "{day}");
        }
        assert_eq!(notices(&scene, Clock::FirstReview), [Notice::Ahead, Notice::OnTheDay, Notice::Late, Notice::Escalated]);
        let (window, center) = (&scene.world.window, &scene.world.center);
        assert_eq!(waiting(&scene, window, "已逾期的事项"), 1);
        assert_eq!((waiting(&scene, center, "逾期后转本单位督办的事项"), waiting(&scene, center, "已逾期的事项")), (1, 0));
        assert_eq!(running(&scene, window, Clock::FirstReview)[0].working_days, 2);
        // Returned: the agency's clock runs. Sent in again on the same day: the window's runs anew, with its own reminders.
        returned(&scene, id);
        assert!(running(&scene, window, Clock::FirstReview).is_empty());
        let agency = running(&scene, &scene.agency, Clock::Resubmission);
        assert!(agency[0].is_mine && agency[0].urgency == Urgency::Later && agency[0].said.is_empty());
        scene.submit(id);
        assert_eq!((notices(&scene, Clock::FirstReview), round(&scene)), (vec![], (0, 0)));
        scene.app().clock.set(date(2022, 6, 24));
        assert_eq!(round(&scene), (1, 0));
        assert_eq!(notices(&scene, Clock::FirstReview), [Notice::OnTheDay]);
        // Settled: nothing is left to say.
        scene.review(id, &Verdict::Accept).unwrap();
        assert!(running(&scene, window, Clock::FirstReview).is_empty());
        let entries = "select count(*) from audit_entry where action in ('deadline.remind', 'deadline.escalate')";
        assert_eq!(scene.app().store.db.read(|tx| tx.number(entries, &[])).unwrap(), 5);
    };
    what_the_county_does_not_settle_goes_on_to_the_city_and_each_is_told_once => |test| {
        let scene = Scene::open(test);
        let (world, id) = (&scene.world, scene.opened());
        scene.fill(id);
        scene.submit(id);
        returned(&scene, id);
        let (county, label) = (world.county("海安市信用办"), "逾期后转本单位督办的事项");
        let terms = Terms { days: 2, remind: 0, escalate: 1, further: 2 };
        deadlines::set_lengths(scene.app(), &world.city, world.campaign, &BTreeMap::from([(Clock::Resubmission, terms)])).unwrap();
        // Due on Thursday; the county is told on Friday, the city two working days later, on Tuesday.
        let days = running(&scene, &scene.agency, Clock::Resubmission)[0].days.unwrap();
        assert_eq!((days.due, days.escalate, days.further), (date(2022, 6, 16), date(2022, 6, 17), Some(date(2022, 6, 21))));
        let at = |day: i8, said: (usize, usize), waits: (i64, i64)| {
            scene.app().clock.set(date(2022, 6, day));
            assert_eq!(round(&scene), said, "{day}");
            assert_eq!(round(&scene), (0, 0), "{day}, after a restart");
            assert_eq!((waiting(&scene, &county, label), waiting(&scene, &world.city, label)), waits, "{day}");
        };
        at(17, (1, 1), (1, 0));
        at(20, (0, 0), (1, 0));
        at(21, (0, 1), (1, 1));
        at(30, (0, 0), (1, 1));
        assert_eq!(notices(&scene, Clock::Resubmission), [Notice::Late, Notice::Escalated, Notice::Further]);
        assert_eq!(waiting(&scene, &world.county("如皋市信用办"), label), 0);
        let said = "select count(*) from audit_entry where action = 'deadline.escalate' and summary like '%再转市信用办督办%'";
        assert_eq!(scene.app().store.db.read(|tx| tx.number(said, &[])).unwrap(), 1);
        let beats = scene.app().store.db.read(xinxiu_store::heartbeat::all).unwrap();
        assert!(beats[0].message.contains("2项在办"), "the hand-over runs too: {}", beats[0].message);
        // Sent in again: every level is relieved.
        scene.submit(id);
        assert_eq!((waiting(&scene, &county, label), waiting(&scene, &world.city, label)), (0, 0));
    };
    decision_and_removal_run_one_after_the_other => |test| {
        let scene = Scene::open(test);
        let item = scene.accepted();
        let mine = |actor: &Actor, clock| running(&scene, actor, clock).iter().filter(|one| one.is_mine).count();
        assert_eq!((mine(&scene.authority, Clock::Decision), mine(&scene.world.center, Clock::Removal)), (1, 0));
        let other = scene.world.authority("南通市应急管理局");
        assert!(deadlines::list(scene.app(), &other).unwrap().is_empty());
        applications::decide(scene.app(), &scene.authority, item, &scene.agree(item)).unwrap();
        assert_eq!((mine(&scene.authority, Clock::Decision), mine(&scene.world.center, Clock::Removal)), (0, 1));
        let application = scene.item(item).application;
        let shown = deadlines::of_records(scene.app(), &scene.agency, &[(Clock::Removal, &[item.0])]).unwrap();
        assert_eq!((shown.len(), deadlines::holder_of(&shown[0].running).as_str()), (1, "市信用中心"));
        assert!(deadlines::of_records(scene.app(), &scene.agency, &[(Clock::Removal, &[application.0 + 99])]).unwrap().is_empty());
    };
    the_city_sets_how_long_each_runs => |test| {
        let scene = Scene::open(test);
        let (app, world) = (scene.app(), &scene.world);
        let terms = |days, remind, escalate| Terms { days, remind, escalate, further: 3 };
        let set = |actor: &Actor, clock, to| deadlines::set_lengths(app, actor, world.campaign, &BTreeMap::from([(clock, to)]));
        assert!(matches!(set(&world.center, Clock::FirstReview, terms(1, 0, 1)), Err(Refusal::Forbidden(_))));
        for wrong in [terms(0, 0, 1), terms(121, 1, 1), terms(3, 3, 1), terms(3, 1, 121), Terms { further: 0, ..terms(3, 1, 1) }] {
            assert!(matches!(set(&world.city, Clock::FirstReview, wrong), Err(Refusal::Invalid(_))), "{wrong:?}");
        }
        let id = scene.opened();
        scene.fill(id);
        scene.submit(id);
        set(&world.city, Clock::FirstReview, terms(1, 0, 2)).unwrap();
        assert!(matches!(set(&world.city, Clock::FirstReview, terms(1, 0, 2)), Err(Refusal::Invalid(_))));
        let days = running(&scene, &world.window, Clock::FirstReview)[0].days.unwrap();
        assert_eq!((days.remind, days.due, days.escalate), (date(2022, 6, 15), date(2022, 6, 15), date(2022, 6, 17)));
        let (_, lengths) = deadlines::lengths(app, &world.window, world.campaign).unwrap();
        assert_eq!(lengths.setting(Clock::FirstReview).map(|setting| setting.by.clone()), Some(world.city.name.clone()));
        assert_eq!(lengths.of(Clock::Decision), Clock::Decision.rule().terms);
        // The pushes' own setting is the same clock.
        set(&world.city, Clock::Receipt, terms(5, 1, 1)).unwrap();
        assert_eq!(xinxiu_workflow::push_reminders::days(app, &world.center).unwrap(), 5);
    };
    every_clock_can_be_asked_for_and_the_county_sees_its_own => |test| {
        let scene = Scene::open(test);
        let (app, world) = (scene.app(), &scene.world);
        let (own, other) = (world.county("海安市信用办"), world.county("如皋市信用办"));
        pushes::send(app, &world.center, world.org("海安市信用办")).unwrap();
        rectifications::set_deadline(app, &scene.authority, scene.enterprise, Until::WorkingDays(10), "补办手续").unwrap();
        assert_eq!(running(&scene, &own, Clock::Receipt).len(), 1);
        assert!(running(&scene, &own, Clock::Receipt)[0].is_mine);
        assert!(deadlines::list(app, &other).unwrap().is_empty());
        let until = &running(&scene, &scene.authority, Clock::Rectification)[0];
        assert_eq!((until.days.map(|days| days.due), until.is_mine), (Some(date(2022, 6, 28)), true));
        assert_eq!(until.running.holder_name, AUTHORITY);
        assert!(!running(&scene, &own, Clock::Rectification)[0].is_mine);
        // Late: the list goes up to the city; an extension is another round.
        app.clock.set(date(2022, 6, 29));
        assert_eq!(round(&scene), (1, 1));
        assert_eq!(notices(&scene, Clock::Rectification), [Notice::Late]);
        assert_eq!(waiting(&scene, &world.city, "逾期后转本单位督办的事项"), 1);
        rectifications::extend(app, &scene.authority, scene.enterprise, date(2022, 7, 29), "停产检修").unwrap();
        assert_eq!(notices(&scene, Clock::Rectification), []);
    };
    a_class_is_handed_over_and_a_signature_precedes_its_session => |test| {
        let scene = Scene::open(test);
        let (app, world) = (scene.app(), &scene.world);
        world.attended(scene.enterprise, date(2022, 6, 10), "passed");
        let due = running(&scene, &scene.agency, Clock::Handover);
        assert!(due[0].is_mine && due[0].running.started_on == Some(date(2022, 6, 10)));
        world.sql("update session set state = 'published', held_on = '2022-06-20'", &[]);
        world.sql("update attendance set state = 'accepted'", &[]);
        assert!(running(&scene, &scene.agency, Clock::Handover).is_empty());
        // The last working day before Monday, 20 June.
        let due = running(&scene, &scene.agency, Clock::Commitment);
        assert_eq!((due[0].days.map(|days| days.due), due[0].is_mine), (Some(date(2022, 6, 17)), true));
        app.clock.set(date(2022, 6, 17));
        assert_eq!(round(&scene), (1, 0));
        assert_eq!(notices(&scene, Clock::Commitment), [Notice::OnTheDay]);
    };
    without_a_campaign_the_round_still_leaves_its_sign => |test| {
        let scene = Scene::open(test);
        campaigns::change_state(scene.app(), &scene.world.city, scene.world.campaign, xinxiu_domain::campaign::CampaignAction::Close).unwrap();
        assert_eq!(deadlines::run_round(scene.app()).unwrap(), Round::default());
        assert_eq!(waiting(&scene, &scene.world.window, "已逾期的事项"), 0);
        let beats = scene.app().store.db.read(xinxiu_store::heartbeat::all).unwrap();
        assert_eq!(beats[0].name, xinxiu_workflow::jobs::kind::DEADLINES);
    };
}
