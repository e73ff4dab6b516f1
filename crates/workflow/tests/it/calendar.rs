//! The month, what is in each other's way, and the address for calendar programs (N05).

use jiff::civil::{Date, date};
use xinxiu_domain::actor::Actor;
use xinxiu_domain::id::SessionId;
use xinxiu_domain::session::ConflictKind;
use xinxiu_store::plan_standing::Filled;
use xinxiu_store::{both_engines, params};
use xinxiu_workflow::{plan_standing, sessions};

use crate::support::World;

struct Planned<'a> {
    class: usize,
    title: &'a str,
    day: Date,
    hours: (&'a str, &'a str),
    place: &'a str,
    lecturer: &'a str,
}

const MORNING: Planned<'_> = Planned {
    class: 1,
    title: "甲场",
    day: date(2022, 6, 28),
    hours: ("09:00", "12:00"),
    place: "示例厅",
    lecturer: "示例甲",
};

fn plan(world: &World, of: &Planned<'_>) -> SessionId {
    let insert = |tx: &xinxiu_store::Tx<'_>| {
        tx.insert(
            "insert into session (plan_item_id, title, held_on, starts_at, ends_at, mode, place, link, capacity, \
             class_hours, lecturer, modules, methods, state) \
             values ($1, $2, $3, $4, $5, 'on_site', $6, '', 100, 3, $7, '', '', 'published') returning id",
            params![world.class(of.class), of.title, of.day, of.hours.0, of.hours.1, of.place, of.lecturer],
        )
    };
    world.app.store.db.write(insert).unwrap()
}

fn invite(world: &World, session: SessionId, name: &str, state: &str, link: &str) {
    let known = "select id from enterprise where name = $1";
    let found = world.app.store.db.read(|tx| tx.query(known, params![name], |row| row.get("id"))).unwrap();
    let enterprise = found.first().copied().unwrap_or_else(|| world.member(name, "海安市信用办", 1));
    world.sql(
        "insert into attendance (session_id, enterprise_id, state, link_hash, link_expires_at, invited_at) \
         values ($1, $2, $3, $4, '2022-12-31T00:00:00Z', '2022-06-01T00:00:00Z')",
        params![session, enterprise, state, link],
    );
}

fn seen(world: &World, actor: &Actor, id: SessionId) -> Vec<(ConflictKind, String, SessionId, bool)> {
    let month = sessions::month(&world.app, actor, date(2022, 6, 1)).unwrap();
    let found = month.conflicts.get(&id).cloned().unwrap_or_default();
    found.into_iter().map(|one| (one.kind, one.what, one.other, one.visible)).collect()
}

both_engines! {
    hall_lecturer_and_enterprises_are_shared_by_nobody_at_one_time => |test| {
        let world = World::open(test);
        let one = plan(&world, &MORNING);
        let hall = plan(&world, &Planned { title: "乙场", hours: ("11:30", "15:00"), lecturer: "示例乙", ..MORNING });
        let lecturer =
            plan(&world, &Planned { title: "丙场", hours: ("10:00", "11:00"), place: "另一厅", ..MORNING });
        let after = plan(&world, &Planned { title: "丁场", hours: ("12:00", "15:00"), lecturer: "示例乙", place: "第三厅", ..MORNING });
        plan(&world, &Planned { title: "戊场", day: date(2022, 6, 29), ..MORNING });
        let cancelled = plan(&world, &MORNING);
        world.sql("update session set state = 'cancelled' where id = $1", params![cancelled]);
        for (session, state, link) in [(one, "accepted", "a"), (hall, "invited", "b"), (lecturer, "declined", "c")] {
            invite(&world, session, "甲公司", state, link);
        }
        let found = seen(&world, &world.city, one);
        let wanted = [
            (ConflictKind::Lecturer, "示例甲", lecturer),
            (ConflictKind::Enterprise, "1", hall),
            (ConflictKind::Hall, "示例厅", hall),
        ];
        assert_eq!(found, wanted.map(|(kind, what, other)| (kind, what.to_owned(), other, true)));
        assert_eq!(seen(&world, &world.city, after), [(ConflictKind::Lecturer, "示例乙".to_owned(), hall, true)]);
        assert_eq!(seen(&world, &world.city, cancelled), []);
        let page = sessions::show(&world.app, &world.city, one).unwrap();
        assert_eq!(page.conflicts.len(), 3);
    };
    a_session_of_others_is_named_but_not_opened => |test| {
        let world = World::open(test);
        let one = plan(&world, &MORNING);
        let other = plan(&world, &Planned { class: 7, lecturer: "示例乙", ..MORNING });
        let own = sessions::class(&world.app, &world.agency("甲"), world.class(1)).is_ok();
        let foreign = sessions::class(&world.app, &world.agency("甲"), world.class(7)).is_err();
        assert!(own && foreign, "the plan gives class 1 and not class 7 to agency 甲");
        let agency = world.agency("甲");
        assert_eq!(seen(&world, &agency, one), [(ConflictKind::Hall, "示例厅".to_owned(), other, false)]);
        let month = sessions::month(&world.app, &agency, date(2022, 6, 9)).unwrap();
        assert_eq!(month.lines.iter().map(|line| line.session.id).collect::<Vec<_>>(), [one]);
    };
    a_feed_shows_what_its_owner_sees_and_ends_when_it_is_replaced => |test| {
        let world = World::open(test);
        let one = plan(&world, &MORNING);
        plan(&world, &Planned { class: 7, ..MORNING });
        let agency = world.agency("甲");
        assert_eq!(sessions::feed_token(&world.app, &agency).unwrap(), None);
        sessions::open_feed(&world.app, &agency).unwrap();
        let first = sessions::feed_token(&world.app, &agency).unwrap().unwrap();
        let ids = |token: &str| {
            sessions::feed(&world.app, token).map(|all| all.iter().map(|line| line.session.id).collect::<Vec<_>>())
        };
        assert_eq!(ids(&first).unwrap(), [one]);
        let changed = format!("{}0", &first[..first.len() - 1]);
        assert!(changed == first || ids(&changed).is_err());
        assert!(ids("1-0").is_err() && ids("x").is_err() && ids("").is_err());
        sessions::open_feed(&world.app, &agency).unwrap();
        let second = sessions::feed_token(&world.app, &agency).unwrap().unwrap();
        assert!(ids(&first).is_err() && ids(&second).is_ok());
        world.sql("update account set state = 'suspended' where id = $1", params![agency.account]);
        assert!(ids(&second).is_err());
        world.sql("update account set state = 'active' where id = $1", params![agency.account]);
        sessions::close_feed(&world.app, &agency).unwrap();
        assert!(ids(&second).is_err());
    };
    the_plan_is_filled_by_sessions_and_each_enterprise_counts_once => |test| {
        let world = World::open(test);
        let one = plan(&world, &MORNING);
        let two = plan(&world, &Planned { day: date(2022, 6, 29), ..MORNING });
        let gone = plan(&world, &Planned { day: date(2022, 6, 30), ..MORNING });
        world.sql("update session set state = 'cancelled' where id = $1", params![gone]);
        for (session, name, link) in [(one, "甲公司", "a"), (two, "甲公司", "b"), (two, "乙公司", "c"), (gone, "丙公司", "d")] {
            invite(&world, session, name, "accepted", link);
        }
        world.sql("update attendance set checked_in_at = '2022-06-28T01:00:00Z' where link_hash in ('a', 'b')", &[]);
        let (_, all) = plan_standing::standing(&world.app, &world.agency("甲"), world.campaign).unwrap();
        let first = all.iter().find(|one| one.class.id == world.class(1)).unwrap().filled;
        let wanted = Filled { members: 3, sessions: 2, seats: 200, invited: 2, trained: 1 };
        assert_eq!(first, wanted);
        assert!(all.len() > 5 && all.iter().filter(|one| one.filled != Filled::default()).count() == 1);
    };
}
