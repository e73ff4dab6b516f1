//! Hand-in-hand days and their queues.

use jiff::civil::date;
use xinxiu_domain::application::ApplicationState;
use xinxiu_domain::clinic::{ClinicAction, Lane, TicketAction, TicketState};
use xinxiu_domain::id::{ClinicId, EnterpriseId};
use xinxiu_domain::penalty::{Material, PenaltyClass};
use xinxiu_store::{both_engines, params};
use xinxiu_workflow::applications::Verdict;
use xinxiu_workflow::clinics::{self, Answer, Noted, Plan, Verdict as Mark};
use xinxiu_workflow::{Refusal, applications, messages};

use crate::repair::{AUTHORITY, DUE, Scene};
use crate::support::TODAY;

fn plan() -> Plan {
    Plan {
        held_on: TODAY,
        place: "示例镇便民中心".into(),
        townships: vec!["示例镇".into()],
        internet: true,
        sure: false,
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
        let called = clinics::call_next(scene.app(), &scene.world.window, day, Lane::Window, "1号窗口").unwrap();
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
        // The other has nothing to review yet: it waits in the agency's lane, and goes on to the window from there.
        let empty = clinics::call_next(scene.app(), &scene.world.window, day, Lane::Window, "2号窗口");
        assert!(matches!(empty, Err(Refusal::Missing(gaps)) if gaps[0].code == "nobody"));
        let helped = clinics::call_next(scene.app(), &county, day, Lane::Agency, "1号服务台").unwrap();
        assert_eq!((helped.number, helped.lane), (2, Lane::Agency));
        clinics::serve(scene.app(), &county, helped.id, helped.version, (TicketAction::PassOn, "")).unwrap();
        assert_eq!(clinics::screen(scene.app(), &county, day).unwrap().waiting[1], (Lane::Window, vec!["2".to_owned()]));
        let next = clinics::call_next(scene.app(), &scene.world.window, day, Lane::Window, "2号窗口").unwrap();
        clinics::serve(scene.app(), &scene.world.window, next.id, next.version, (TicketAction::Miss, "")).unwrap();
        let screen = clinics::screen(scene.app(), &county, day).unwrap();
        assert_eq!((screen.serving.len(), screen.missed), (0, vec!["2".to_owned()]));
        let again = clinics::serve(scene.app(), &scene.world.window, next.id, next.version, (TicketAction::Call, "1号窗口"));
        assert!(again.is_err());
        clinics::change_state(scene.app(), &county, day, ClinicAction::Close).unwrap();
    };
    a_day_is_planned_with_one_or_two_townships_and_internet => |test| {
        let scene = Scene::open(test);
        let county = scene.world.county("海安市信用办");
        let bare = Plan { townships: vec![], place: String::new(), internet: false, held_on: date(2022, 6, 1), sure: false };
        let refused = clinics::plan(scene.app(), &county, &bare);
        assert!(matches!(refused, Err(Refusal::Missing(gaps)) if gaps.len() == 4));
        assert!(matches!(clinics::plan(scene.app(), &scene.agency, &plan()), Err(Refusal::Forbidden(_))));
    };
    a_second_day_for_a_township_and_a_day_off_are_asked_about_first => |test| {
        let scene = Scene::open(test);
        let (county, first) = planned(&scene);
        let doubt = |command: &Plan, words: &[&str]| match clinics::plan(scene.app(), &county, command) {
            Err(Refusal::Invalid(errors)) => {
                assert_eq!(errors[0].field, "sure");
                assert!(words.iter().all(|word| errors[0].message.contains(word)), "{}", errors[0].message);
            }
            other => panic!("{other:?}"),
        };
        doubt(&plan(), &["2022-06-14", "示例镇", "示例镇便民中心"]);
        let sunday = Plan { held_on: date(2022, 6, 19), ..plan() };
        doubt(&sunday, &["2022-06-19不是工作日"]);
        let elsewhere = Plan { townships: vec!["示例乡".into()], ..plan() };
        clinics::plan(scene.app(), &county, &elsewhere).unwrap();
        clinics::plan(scene.app(), &county, &Plan { sure: true, ..sunday }).unwrap();
        clinics::change_state(scene.app(), &county, first, ClinicAction::Cancel).unwrap();
        clinics::plan(scene.app(), &county, &plan()).unwrap();
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
        assert!(matches!(clinics::call_next(scene.app(), &county, day, Lane::Agency, ""), Err(Refusal::Illegal(_))));
        let stranger = scene.world.county("如皋市信用办");
        assert!(matches!(clinics::day(scene.app(), &stranger, day), Err(Refusal::Forbidden(_))));
        assert!(clinics::list(scene.app(), &stranger).unwrap().is_empty());
        assert_eq!(clinics::list(scene.app(), &scene.agency).unwrap().len(), 1);
    };
    whoever_does_not_want_gets_no_number_until_it_says_otherwise => |test| {
        let scene = Scene::open(test);
        let (county, day) = planned(&scene);
        let app = scene.app();
        let expected = || clinics::day(app, &county, day).unwrap().expected.remove(0);
        assert!(expected().may_come());
        scene.world.sql("update member set willingness = 'unwilling' where enterprise_id = $1", params![scene.enterprise]);
        assert!(!expected().may_come());
        let silent = clinics::correct_willingness(app, &county, day, (scene.enterprise, " "));
        assert!(matches!(silent, Err(Refusal::Invalid(_))));
        let stranger = scene.world.county("如皋市信用办");
        let refused = clinics::correct_willingness(app, &stranger, day, (scene.enterprise, "到场表示"));
        assert!(matches!(refused, Err(Refusal::Forbidden(_))));
        clinics::correct_willingness(app, &county, day, (scene.enterprise, "法定代表人到场表示")).unwrap();
        assert!(expected().may_come());
        assert_eq!(clinics::take_number(app, &county, day, scene.enterprise).unwrap(), 1);
    };
    a_finished_application_says_nothing_of_a_record_that_is_left => |test| {
        let scene = Scene::open(test);
        let item = scene.accepted();
        let (app, of) = (scene.app(), scene.item(item).application);
        applications::decide(app, &scene.authority, item, &scene.agree(item)).unwrap();
        let second = scene.world.penalty(scene.enterprise, AUTHORITY, date(2022, 1, 6), PenaltyClass::General);
        scene.needs(second, DUE, &[Material::Licence]);
        let (county, day) = planned(&scene);
        let shown = || clinics::day(app, &county, day).unwrap().expected.remove(0).application.map(|case| case.application.id);
        assert_eq!(shown(), Some(of));
        applications::record_removal(app, &scene.world.center, item, TODAY, scene.item(item).version).unwrap();
        assert_eq!(shown(), None);
    };
    what_devices_noted_apart_is_taken_once_and_conflicts_are_said => |test| {
        let scene = Scene::open(test);
        let id = scene.opened();
        scene.fill(id);
        scene.submit(id);
        let (county, day) = planned(&scene);
        clinics::change_state(scene.app(), &county, day, ClinicAction::OpenDoors).unwrap();
        let (app, window) = (scene.app(), &scene.world.window);
        let letters = ["a", "b", "a"].map(|device| clinics::register(app, window, day, device).unwrap());
        assert_eq!(letters, [1, 2, 1]);
        let stranger = scene.world.county("如皋市信用办");
        assert!(matches!(clinics::register(app, &stranger, day, "c"), Err(Refusal::Forbidden(_))));
        assert!(matches!(clinics::sync(app, &stranger, day, "c", vec![]), Err(Refusal::Forbidden(_))));
        let version = scene.case(id).application.version;
        let noted = |key: &str, kind: &str, seconds_ago| Noted {
            key: key.into(), kind: kind.into(), enterprise: scene.enterprise.0, number: (kind == "take").then_some(1001),
            lane: "window".into(), counter: "1号窗口".into(), application: id.0, version, seconds_ago, ..Noted::default()
        };
        // They arrive in any order and are taken in that of the day; sent again, nothing is double.
        let all = vec![noted("k3", "accept", 20), noted("k4", "finish", 10), noted("k1", "take", 40), noted("k2", "call", 30)];
        let verdicts = |answers: Vec<Answer>| answers.iter().map(|one| (one.key.clone(), one.verdict)).collect::<Vec<_>>();
        let first = clinics::sync(app, window, day, "a", all.clone()).unwrap();
        assert!(first[2].receipt.is_some() && first[0].message.contains("A001"), "{first:?}");
        let every = |verdict| ["k1", "k2", "k3", "k4"].map(|key| (key.to_owned(), verdict)).to_vec();
        assert_eq!(verdicts(first.clone()), every(Mark::Taken));
        let second = clinics::sync(app, window, day, "a", all).unwrap();
        assert_eq!((second[2].receipt, verdicts(second)), (first[2].receipt, every(Mark::Double)));
        let count = |sql: &str| app.store.db.read(|tx| tx.number(sql, &[])).unwrap();
        assert_eq!((count("select count(*) from ticket"), count("select count(*) from first_review"), count("select count(*) from clinic_mark")), (1, 1, 4));
        assert_eq!(scene.case(id).reviews[0].clinic, Some(day));
        // Another device did the same apart: what is so already is no conflict, what differs is said.
        let told = |number| Noted { number: Some(number), ..noted("b1", "take", 35) };
        let said = clinics::sync(app, &county, day, "b", vec![told(2001)]).unwrap();
        assert!(said[0].verdict == Mark::Conflict && said[0].message.contains("A001"), "{said:?}");
        let other = Noted { counter: "2号窗口".into(), ..noted("b2", "call", 25) };
        let said = clinics::sync(app, window, day, "b", vec![other, noted("b3", "return", 20), noted("b4", "finish", 5)]).unwrap();
        assert_eq!(said.iter().map(|one| one.verdict).collect::<Vec<_>>(), [Mark::Conflict, Mark::Conflict, Mark::Double]);
        assert!(said[1].message.contains("已有他人办理"), "{said:?}");
        assert_eq!(scene.case(id).application.state, ApplicationState::Accepted);
        // A number that another has, a strange enterprise, and nonsense.
        let second = scene.world.member("示例乙公司", "海安市信用办", 1);
        let elsewhere = scene.world.member("示例丙公司", "如皋市信用办", 2);
        let of = |enterprise: EnterpriseId, key: &str, kind: &str| Noted { enterprise: enterprise.0, ..noted(key, kind, 1) };
        let odd = vec![of(second, "c1", "take"), of(elsewhere, "c2", "take"), of(second, "c3", "dance"), of(second, "", "take")];
        let said = clinics::sync(app, &county, day, "a", odd).unwrap();
        assert!(said.iter().all(|one| one.verdict == Mark::Conflict), "{said:?}");
        assert_eq!((count("select count(*) from ticket"), count("select count(*) from first_review")), (1, 1));
    };
    a_submission_without_a_network_comes_in_once_and_the_review_waits_behind_it => |test| {
        let scene = Scene::open(test);
        let id = scene.opened();
        let (county, day) = planned(&scene);
        clinics::change_state(scene.app(), &county, day, ClinicAction::OpenDoors).unwrap();
        let (app, agency, window) = (scene.app(), &scene.agency, &scene.world.window);
        let noted = |key: &str, kind: &str, seconds_ago| Noted {
            key: key.into(), kind: kind.into(), enterprise: scene.enterprise.0, number: (kind == "take").then_some(1001),
            lane: "agency".into(), counter: "1号服务台".into(), application: id.0, version: scene.case(id).application.version,
            seconds_ago, ..Noted::default()
        };
        let sync = |by, device: &str, marks| clinics::sync(app, by, day, device, marks).unwrap();
        let verdicts = |answers: &[Answer]| answers.iter().map(|one| one.verdict).collect::<Vec<_>>();
        let count = |sql: &str| app.store.db.read(|tx| tx.number(sql, &[])).unwrap();
        // What the check finds lacking is a conflict with the same words as at the page, and nothing is kept of it.
        let said = sync(agency, "a", vec![noted("n1", "submit", 50)]);
        assert!(said[0].verdict == Mark::Conflict && said[0].message.contains("主要登记证照"), "{said:?}");
        assert_eq!(count("select count(*) from clinic_mark"), 0);
        scene.fill(id);
        // The window served the number and reviewed before the agency's device had a network: all of it waits, in order.
        let at = |key: &str, kind: &str, ago| Noted { lane: "window".into(), counter: "1号窗口".into(), ahead: true, ..noted(key, kind, ago) };
        let done = vec![at("w1", "receive", 30), at("w2", "accept", 20), at("w3", "finish", 10)];
        assert_eq!(verdicts(&sync(window, "b", done.clone())), [Mark::Waits; 3]);
        assert_eq!(count("select count(*) from clinic_mark"), 0);
        // Neither the window nor another agency submits for this one.
        let stranger = scene.world.agency("丙");
        assert_eq!(verdicts(&sync(window, "b", vec![noted("s1", "submit", 40)])), [Mark::Conflict]);
        assert!(matches!(clinics::sync(app, &stranger, day, "s", vec![noted("s2", "submit", 40)]), Err(Refusal::Forbidden(_))));
        let own = vec![noted("a1", "take", 90), noted("a2", "call", 80), noted("a3", "submit", 70), noted("a4", "pass_on", 60)];
        assert_eq!(verdicts(&sync(agency, "a", own.clone())), [Mark::Taken; 4]);
        let found = scene.case(id).application;
        assert_eq!((found.state, found.submitted_on), (ApplicationState::Submitted, Some(TODAY)));
        let pressed = found.submitted_at.unwrap();
        assert_eq!((app.clock.now().as_second() - pressed.as_second()) / 10, 7, "the moment at the desk");
        let said = sync(window, "b", done.clone());
        assert_eq!(verdicts(&said), [Mark::Taken; 3], "{said:?}");
        assert!(said[1].receipt.is_some());
        assert_eq!(scene.case(id).application.state, ApplicationState::Accepted);
        // Both devices ask again: nothing is double.
        assert_eq!(verdicts(&sync(agency, "a", own)), [Mark::Double; 4]);
        assert_eq!(verdicts(&sync(window, "b", done)), [Mark::Double; 3]);
        assert_eq!((count("select count(*) from first_review"), count("select count(*) from clinic_mark")), (1, 7));
        assert_eq!(count("select count(*) from audit_entry where action = 'application.submit'"), 1);
    };
    a_review_behind_a_submission_waits_a_day_and_never_meets_another_version => |test| {
        let scene = Scene::open(test);
        let id = scene.opened();
        scene.fill(id);
        let (county, day) = planned(&scene);
        clinics::change_state(scene.app(), &county, day, ClinicAction::OpenDoors).unwrap();
        let (app, window) = (scene.app(), &scene.world.window);
        let seen = scene.case(id).application.version;
        let accept = |key: &str, seconds_ago| Noted {
            key: key.into(), kind: "accept".into(), enterprise: scene.enterprise.0, lane: "window".into(), application: id.0,
            version: seen, ahead: true, seconds_ago, ..Noted::default()
        };
        let sync = |marks| clinics::sync(app, window, day, "b", marks).unwrap();
        assert_eq!(sync(vec![accept("w1", 60)])[0].verdict, Mark::Waits);
        assert_eq!(sync(vec![accept("w1", 25 * 3600)])[0].verdict, Mark::Conflict);
        // The agency changed something before it submitted: that is not what the window saw.
        let edit = applications::Edit {
            contact_name: "示例丁".into(), contact_phone: String::new(), statements: Vec::new(), version: seen,
        };
        applications::edit(app, &scene.agency, id, &edit).unwrap();
        scene.submit(id);
        let said = sync(vec![accept("w1", 90)]);
        assert!(said[0].verdict == Mark::Conflict && said[0].message.contains("核对"), "{said:?}");
        assert_eq!(scene.case(id).application.state, ApplicationState::Submitted);
    };
    what_to_bring_goes_out_once_a_day_to_those_with_a_link => |test| {
        let mut scene = Scene::open(test);
        let (county, day) = planned(&scene);
        let never = scene.world.member("示例乙公司", "海安市信用办", 1);
        let send = |scene: &Scene, by: &xinxiu_domain::actor::Actor, whom: &[EnterpriseId]| messages::send_bring_lists(scene.app(), by, day, whom);
        assert!(matches!(send(&scene, &county, &[scene.enterprise]), Err(Refusal::Missing(gaps)) if gaps[0].code == "gateway"));
        scene.world.app.post = messages::Post { sms: true, email: false, origin: "https://example.invalid".into(), hours: None };
        scene.world.attended(scene.enterprise, date(2022, 6, 10), "passed");
        scene.world.sql("update attendance set link_expires_at = '2999-01-01T00:00:00.000000Z'", &[]);
        let phone = scene.app().store.vault.seal(xinxiu_store::enterprise::sealed::CONTACT_PHONE, "10000000001").unwrap();
        scene.world.sql("update enterprise set contact_phone_sealed = $1", params![phone]);
        assert!(matches!(send(&scene, &scene.world.county("如皋市信用办"), &[scene.enterprise]), Err(Refusal::Forbidden(_))));
        assert!(matches!(send(&scene, &county, &[]), Err(Refusal::Invalid(_))));
        let queued = send(&scene, &county, &[scene.enterprise, never]).unwrap();
        assert_eq!((queued.count, queued.left_out[0].0.as_str()), (1, "示例乙公司"));
        assert_eq!(send(&scene, &scene.agency, &[scene.enterprise]).unwrap().count, 0);
        // Whoever cannot come is sent nothing.
        scene.world.sql("update member set willingness = 'unwilling' where enterprise_id = $1", params![never]);
        let unwilling = send(&scene, &county, &[never]).unwrap();
        assert!(unwilling.count == 0 && unwilling.left_out[0].1.contains("不愿修复"), "{unwilling:?}");
        let sealed = scene.app().store.db.read(|tx| tx.query_one("select text_sealed from message", &[])?.get::<String>("text_sealed")).unwrap();
        let text = scene.app().store.vault.open_text(xinxiu_store::message::TEXT, &sealed).unwrap();
        assert!(text.contains("6月14日") && text.contains("主要登记证照") && text.contains("单位公章") && text.contains("https://example.invalid/l/"), "{text}");
    };
    a_day_that_is_cancelled_takes_its_lists_back_and_tells_those_who_have_one => |test| {
        let mut scene = Scene::open(test);
        let (county, day) = planned(&scene);
        let second = scene.world.member("示例丙公司", "海安市信用办", 1);
        scene.world.app.post = messages::Post { sms: true, email: false, origin: "https://example.invalid".into(), hours: None };
        scene.world.attended(scene.enterprise, date(2022, 6, 10), "passed");
        scene.world.attended(second, date(2022, 6, 10), "passed");
        scene.world.sql("update attendance set link_expires_at = '2999-01-01T00:00:00.000000Z'", &[]);
        let phone = scene.app().store.vault.seal(xinxiu_store::enterprise::sealed::CONTACT_PHONE, "10000000001").unwrap();
        scene.world.sql("update enterprise set contact_phone_sealed = $1", params![phone]);
        assert_eq!(messages::send_bring_lists(scene.app(), &county, day, &[scene.enterprise, second]).unwrap().count, 2);
        // The first has its list already, the second still waits.
        scene.world.sql("update message set state = 'sent' where id = (select min(id) from message)", &[]);
        clinics::change_state(scene.app(), &county, day, ClinicAction::Cancel).unwrap();
        let count = |sql: &str| scene.app().store.db.read(|tx| tx.number(sql, &[])).unwrap();
        assert_eq!(count("select count(*) from message where purpose = 'bring' and state = 'withdrawn'"), 1);
        assert_eq!(count("select count(*) from message where purpose = 'called_off' and state = 'queued'"), 1);
        let told = "select count(*) from message m join attendance a on a.id = m.attendance_id \
                    where m.purpose = 'called_off' and a.enterprise_id = ";
        assert_eq!(count(&format!("{told}{}", scene.enterprise)), 1);
        let said = "select count(*) from audit_entry where summary like '%撤回排队的携带清单1条，另行通知已收到清单的1家，0家须打电话告知%'";
        assert_eq!(count(said), 1);
        // One that was under way in that moment is not sent again afterwards.
        scene.world.sql("update message set state = 'queued', occasion = replace(occasion, '#', ':') where purpose = 'bring'", &[]);
        let gateway = crate::messages::Fake::default();
        while messages::send_next(scene.app(), &gateway).unwrap() {}
        let sent = gateway.sent();
        assert!(sent.len() == 1 && sent[0].text.contains("已取消，请不要前往"), "{sent:?}");
    };
}
