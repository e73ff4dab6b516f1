//! The contact group of a session, and what is said to all its enterprises (N17).

use jiff::civil::date;
use xinxiu_domain::id::{EnterpriseId, SessionId};
use xinxiu_store::{attendance, both_engines, params};
use xinxiu_workflow::Refusal;
use xinxiu_workflow::sessions::{self, KeepGroup};

use crate::support::{World, enterprise_actor};

fn seated(world: &World, name: &str) -> (EnterpriseId, attendance::Attendance) {
    let id = world.member(name, "海安市信用办", 1);
    world.attended(id, date(2022, 6, 20), "accepted");
    let all = world.app.store.db.read(|tx| attendance::of_enterprise(tx, id)).unwrap();
    (id, all[0].clone())
}

fn session(world: &World) -> (SessionId, EnterpriseId, attendance::Attendance) {
    let (enterprise, found) = seated(world, "甲公司");
    world.sql("update session set state = 'published' where id = $1", params![found.session]);
    (found.session, enterprise, found)
}

const fn kept(members: Option<u32>, version: i64) -> KeepGroup {
    KeepGroup { link: String::new(), picture: None, picture_until: None, members, version }
}

both_engines! {
    a_group_is_kept_by_those_who_run_the_session_and_nothing_is_overwritten => |test| {
        let world = World::open(test);
        let (id, enterprise, found) = session(&world);
        let agency = world.agency("甲");
        for other in [world.agency("乙"), world.center.clone(), enterprise_actor(enterprise)] {
            let refused = sessions::keep_group(&world.app, &other, id, &kept(None, 0));
            assert!(matches!(refused, Err(Refusal::Forbidden(_))), "{}", other.name);
        }
        let wrong = KeepGroup { link: "javascript:alert(1)".into(), ..kept(None, 0) };
        assert!(matches!(sessions::keep_group(&world.app, &agency, id, &wrong), Err(Refusal::Invalid(_))));
        sessions::keep_group(&world.app, &agency, id, &kept(Some(12), 0)).unwrap();
        let late = sessions::keep_group(&world.app, &agency, id, &kept(Some(1), 0));
        assert!(matches!(late, Err(Refusal::Store(_))), "somebody else was first");
        let good = KeepGroup { link: "https://example.invalid/g".into(), ..kept(Some(12), 1) };
        sessions::keep_group(&world.app, &agency, id, &good).unwrap();
        let shown = sessions::own_group(&world.app, &enterprise_actor(enterprise), found.id).unwrap();
        assert_eq!((shown.group.members, shown.expected), (Some(12), 1));
        assert_eq!(shown.group.counted_on, Some(world.app.clock.today()));
        assert_eq!(shown.group.link, "https://example.invalid/g");
        let (other, _) = seated(&world, "乙公司");
        let stranger = sessions::own_group(&world.app, &enterprise_actor(other), found.id);
        assert!(matches!(stranger, Err(Refusal::Forbidden(_))));
    };
    what_is_said_reaches_every_enterprise_until_it_is_taken_back => |test| {
        let world = World::open(test);
        let (id, enterprise, found) = session(&world);
        let agency = world.agency("甲");
        let say = |text: &str| sessions::announce(&world.app, &agency, id, text, false);
        assert!(matches!(say("  "), Err(Refusal::Invalid(_))));
        assert!(matches!(say(&"字".repeat(501)), Err(Refusal::Invalid(_))));
        assert!(matches!(sessions::announce(&world.app, &world.agency("乙"), id, "你好", false), Err(Refusal::Forbidden(_))));
        say("请带公章").unwrap();
        say("改到二楼").unwrap();
        let seen = || {
            let shown = sessions::own_group(&world.app, &enterprise_actor(enterprise), found.id).unwrap();
            shown.announcements.into_iter().map(|one| (one.id, one.text)).collect::<Vec<_>>()
        };
        let all = seen();
        assert_eq!(all.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>(), ["改到二楼", "请带公章"]);
        let (_, elsewhere) = seated(&world, "丙公司");
        let other = sessions::withdraw_announcement(&world.app, &agency, elsewhere.session, all[0].0);
        assert!(other.is_err(), "it was said in another session");
        sessions::withdraw_announcement(&world.app, &agency, id, all[0].0).unwrap();
        assert!(sessions::withdraw_announcement(&world.app, &agency, id, all[0].0).is_err());
        assert_eq!(seen().len(), 1);
        let kept = sessions::group(&world.app, &agency, id).unwrap().announcements;
        assert_eq!(kept.len(), 2, "nothing that was said is lost");
        world.sql("update session set state = 'cancelled' where id = $1", params![id]);
        assert!(matches!(say("晚了"), Err(Refusal::Illegal(_))));
    };
}
