//! After a record was taken down: platforms are looked at until they follow, new penalties are noticed.

use jiff::civil::date;
use xinxiu_domain::calling::Purpose;
use xinxiu_domain::follow_up::{Found, Platform};
use xinxiu_domain::penalty::PenaltyClass;
use xinxiu_store::enterprise::sealed::CONTACT_PHONE;
use xinxiu_store::{Part, both_engines, params};
use xinxiu_workflow::messages::Post;
use xinxiu_workflow::{Refusal, applications, follow_ups, home};

use crate::repair::{AUTHORITY, Scene};
use crate::support::TODAY;

fn repaired(scene: &Scene) {
    let item = scene.accepted();
    applications::decide(scene.app(), &scene.authority, item, &scene.agree(item)).unwrap();
    let version = scene.item(item).version;
    applications::record_removal(scene.app(), &scene.world.center, item, TODAY, version).unwrap();
}

fn forbidden<T: std::fmt::Debug>(done: Result<T, Refusal>) -> bool {
    matches!(done, Err(Refusal::Forbidden(_)))
}

both_engines! {
    platforms_are_looked_at_until_they_have_followed => |test| {
        let scene = Scene::open(test);
        let (app, agency) = (scene.app(), &scene.agency);
        let due = || follow_ups::repaired(app, agency, true, Part::first(50)).unwrap().len();
        let refused = follow_ups::look(app, agency, scene.penalty, &[(Platform::Qichacha, Found::Behind)], "");
        assert!(matches!(refused, Err(Refusal::Illegal(_))));
        repaired(&scene);
        assert_eq!(due(), 1);
        let all = |found| Platform::ALL.iter().map(|one| (*one, found)).collect::<Vec<_>>();
        assert!(matches!(follow_ups::look(app, agency, scene.penalty, &[], ""), Err(Refusal::Invalid(_))));
        follow_ups::look(app, agency, scene.penalty, &all(Found::Updated), "").unwrap();
        assert_eq!(due(), 0);
        follow_ups::look(app, agency, scene.penalty, &[(Platform::Tianyancha, Found::Behind)], "已提交申请").unwrap();
        assert_eq!(due(), 0);
        // Five working days after Tuesday the 14th.
        app.clock.set(date(2022, 6, 20));
        assert_eq!(due(), 0);
        app.clock.set(date(2022, 6, 21));
        assert_eq!(due(), 1);
        let card = follow_ups::card(app, agency, scene.penalty).unwrap();
        assert_eq!((card.looks.len(), card.looks.last().unwrap().by.as_str()), (7, agency.name.as_str()));
        follow_ups::look(app, agency, scene.penalty, &[(Platform::Tianyancha, Found::Absent)], "").unwrap();
        assert_eq!((due(), follow_ups::repaired(app, agency, false, Part::first(50)).unwrap().len()), (0, 1));
        for stranger in [scene.world.agency("乙"), scene.world.county("如皋市信用办"), scene.authority.clone()] {
            assert!(forbidden(follow_ups::card(app, &stranger, scene.penalty)));
            assert!(forbidden(follow_ups::look(app, &stranger, scene.penalty, &all(Found::Updated), "")));
        }
        assert!(follow_ups::repaired(app, &scene.world.agency("乙"), false, Part::first(50)).unwrap().is_empty());
    };
    the_list_comes_in_parts_and_the_work_is_counted_without_it => |test| {
        let scene = Scene::open(test);
        let (app, agency) = (scene.app(), &scene.agency);
        let waits = || {
            let tasks = home::tasks(app, agency).unwrap();
            tasks.iter().find(|task| task.href == "/follow-ups").unwrap().count
        };
        assert_eq!(waits(), 0);
        repaired(&scene);
        let more: Vec<_> = (1..=4).map(|day| scene.world.penalty(scene.enterprise, AUTHORITY, date(2022, 3, day), PenaltyClass::General)).collect();
        for id in &more {
            scene.world.sql("update penalty set state = 'taken_down', taken_down_on = '2022-06-10' where id = $1", params![*id]);
        }
        let part = |skip, limit| follow_ups::repaired(app, agency, true, Part { skip, limit }).unwrap().iter().map(|one| one.penalty).collect::<Vec<_>>();
        assert_eq!((waits(), part(0, 50).len()), (5, 5));
        // Longest ago first, and the parts are the whole.
        assert_eq!((part(0, 2), part(2, 2), part(4, 2)), (more[..2].to_vec(), more[2..].to_vec(), vec![scene.penalty]));
        let all = |found| Platform::ALL.iter().map(|one| (*one, found)).collect::<Vec<_>>();
        follow_ups::look(app, agency, more[0], &all(Found::Updated), "").unwrap();
        follow_ups::look(app, agency, more[1], &all(Found::Behind), "").unwrap();
        assert_eq!((waits(), part(0, 50)), (3, vec![more[2], more[3], scene.penalty]));
        // Behind on a Tuesday: due again on the Tuesday after, and one look that followed settles that platform alone.
        app.clock.set(date(2022, 6, 21));
        assert_eq!((waits(), part(0, 50).len()), (4, 4));
        follow_ups::look(app, agency, more[1], &[(Platform::Qichacha, Found::Updated)], "").unwrap();
        assert_eq!(waits(), 4);
        let rest: Vec<_> = all(Found::Absent).into_iter().filter(|(one, _)| *one != Platform::Qichacha).collect();
        follow_ups::look(app, agency, more[1], &rest, "").unwrap();
        assert_eq!(waits(), 3);
        let looks = follow_ups::repaired(app, agency, false, Part { skip: 1, limit: 1 }).unwrap().remove(0).looks;
        assert_eq!(looks.len(), 12);
    };
    a_new_penalty_of_a_repaired_enterprise_is_work_until_noted => |test| {
        let scene = Scene::open(test);
        let app = scene.app();
        repaired(&scene);
        let county = scene.world.county("海安市信用办");
        let open = || follow_ups::relapses(app, &county, Part::first(50)).unwrap();
        // What was on record before is no relapse.
        scene.world.penalty(scene.enterprise, AUTHORITY, date(2022, 5, 5), PenaltyClass::General);
        assert!(open().is_empty());
        let new = scene.world.penalty(scene.enterprise, AUTHORITY, date(2022, 7, 5), PenaltyClass::General);
        scene.world.sql("update penalty set recorded_on = '2022-08-01' where id = $1", params![new]);
        let found = open();
        assert_eq!((found.len(), found[0].penalty, found[0].repaired_on), (1, new, TODAY));
        assert!(matches!(follow_ups::take_note(app, &county, new, " "), Err(Refusal::Invalid(_))));
        assert!(forbidden(follow_ups::take_note(app, &scene.world.agency("乙"), new, "已联系")));
        follow_ups::take_note(app, &county, new, "已约企业下周指导").unwrap();
        assert!(open().is_empty());
        assert!(matches!(follow_ups::take_note(app, &county, new, "又联系"), Err(Refusal::Invalid(_))));
    };
    the_enterprise_is_told_once_a_day_through_the_queue => |test| {
        let mut scene = Scene::open(test);
        scene.world.app.post = Post { sms: true, email: false, origin: "https://example.invalid".into(), hours: None };
        repaired(&scene);
        let app = scene.app();
        let sealed = app.store.vault.seal(CONTACT_PHONE, "10000000001").unwrap();
        scene.world.sql("update enterprise set contact_phone_sealed = $1", params![sealed]);
        scene.world.sql("update attendance set link_expires_at = '2999-01-01T00:00:00Z'", params![]);
        let told = || follow_ups::remind(app, &scene.agency, scene.penalty).unwrap();
        assert_eq!(told(), Ok(()));
        assert!(told().is_err());
        let count = "select count(*) from message where purpose = $1";
        let kept = app.store.db.read(|tx| tx.number(count, params![Purpose::FollowUp.code()])).unwrap();
        assert_eq!(kept, 1);
        assert!(forbidden(follow_ups::remind(app, &scene.world.agency("乙"), scene.penalty)));
    };
}
