//! On-site matching: proposed, edited, accepted, seen by the enterprise it concerns and by nobody else (N06, N14).

use jiff::civil::{date, time};
use xinxiu_domain::agenda::{AgendaItem, minutes_of_day};
use xinxiu_domain::id::{AttendanceId, SessionId};
use xinxiu_domain::matching::NoSlot;
use xinxiu_domain::penalty::PenaltyClass;
use xinxiu_domain::session::Method;
use xinxiu_store::{both_engines, params};
use xinxiu_workflow::Refusal;
use xinxiu_workflow::invitations;
use xinxiu_workflow::sessions::{
    self, ChangeSession, ChangeSlot, ProposeMatching, ShownMatching, TimeAndPlace,
};

use crate::sessions::Scene;
use crate::support::enterprise_actor;

const ECOLOGY: &str = "南通市生态环境局";
const SAFETY: &str = "南通市应急管理局";

/// A session whose matching lasts 25 minutes, and three enterprises that come: one with two authorities.
fn scene_of(scene: &Scene) -> (SessionId, Vec<AttendanceId>) {
    let id = scene.published(10);
    let shown = sessions::show(scene.app(), &scene.agency, id).unwrap();
    let line = shown.agenda.iter().find(|line| line.item.method == Some(Method::Matching)).unwrap();
    let item = AgendaItem { minutes: 25, ..line.item.clone() };
    sessions::change_item(scene.app(), &scene.agency, (id, line.id), &item, shown.session.version).unwrap();
    let day = date(2022, 1, 5);
    let mut seats = Vec::new();
    for (name, authorities) in
        [("甲公司", &[ECOLOGY, SAFETY][..]), ("乙公司", &[ECOLOGY]), ("丙公司", &[ECOLOGY])]
    {
        let enterprise = scene.member(name);
        for authority in authorities {
            scene.world.penalty(enterprise, authority, day, PenaltyClass::General);
            scene.world.penalty(enterprise, authority, day, PenaltyClass::General);
        }
        seats.push(scene.invited(id, enterprise));
    }
    scene.world.sql(
        "update attendance set state = 'accepted', attendee = '示例庚' where session_id = $1",
        params![id],
    );
    (id, seats)
}

fn shown(scene: &Scene, id: SessionId) -> ShownMatching {
    sessions::matching(scene.app(), &scene.organiser, id).unwrap()
}

fn version(scene: &Scene, id: SessionId) -> i64 {
    shown(scene, id).arrangement.unwrap().version
}

const fn asked(tables: u32, version: i64) -> ProposeMatching {
    ProposeMatching { slot_minutes: 10, tables, version }
}

both_engines! {
    slots_are_proposed_without_overlap_and_seen_once_accepted => |test| {
        let scene = Scene::open(test);
        let (id, seats) = scene_of(&scene);
        let app = scene.app();
        assert!(matches!(sessions::propose_matching(app, &scene.agency, id, asked(2, 0)), Err(Refusal::Forbidden(_))));
        // Two slots and one table: one of three enterprises of the authority stays without.
        assert_eq!(sessions::propose_matching(app, &scene.organiser, id, asked(1, 0)).unwrap(), 3);
        let narrow = shown(&scene, id);
        assert_eq!((narrow.open.len(), narrow.open[0].2), (1, Some(NoSlot::Tables)));
        assert!(matches!(sessions::propose_matching(app, &scene.organiser, id, asked(2, 0)), Err(Refusal::Store(_))));
        assert_eq!(sessions::propose_matching(app, &scene.organiser, id, asked(2, 1)).unwrap(), 4);
        let wide = shown(&scene, id);
        assert!(wide.open.is_empty() && wide.outside.is_empty(), "{wide:?}");
        let home = |seat: AttendanceId| {
            let found = scene.attendance(seat);
            invitations::home(app, &enterprise_actor(found.enterprise), seat).unwrap().matching
        };
        assert!(home(seats[0]).is_empty(), "it is not accepted yet");
        sessions::accept_matching(app, &scene.organiser, id, version(&scene, id)).unwrap();
        let own = home(seats[0]);
        assert_eq!((own.len(), home(seats[1]).len()), (2, 1));
        assert!(own[0].starts_at.abs_diff(own[1].starts_at) >= 10);
        let elsewhere = enterprise_actor(scene.attendance(seats[1]).enterprise);
        assert!(matches!(sessions::own_slip(app, &elsewhere, seats[0]), Err(Refusal::Forbidden(_))));
        let first = enterprise_actor(scene.attendance(seats[0]).enterprise);
        let slip = sessions::own_slip(app, &first, seats[0]).unwrap();
        assert_eq!((slip.groups.len(), slip.groups[0].rows.len()), (1, 2));
        let sheets = sessions::matching_sheet(app, &scene.agency, id, false).unwrap();
        assert_eq!(sheets.groups.iter().map(|one| one.rows.len()).collect::<Vec<_>>().len(), 2);
    };
    slots_go_with_the_session_when_its_hours_change => |test| {
        let scene = Scene::open(test);
        let (id, _) = scene_of(&scene);
        let app = scene.app();
        sessions::propose_matching(app, &scene.organiser, id, asked(2, 0)).unwrap();
        let begins = || shown(&scene, id).slots.iter().map(|one| (one.id, one.starts_at)).collect::<Vec<_>>();
        let before = begins();
        let session = shown(&scene, id).session;
        let change = |starts_at, ends_at| ChangeSession {
            at: TimeAndPlace {
                held_on: session.held_on,
                starts_at,
                ends_at,
                mode: session.mode,
                place: session.place.clone(),
                link: String::new(),
                capacity: session.capacity,
            },
            reason: "会场另有安排".into(),
            version: session.version,
        };
        let short = sessions::change(app, &scene.organiser, id, &change(time(14, 0, 0, 0), time(16, 20, 0, 0)));
        let Err(Refusal::Invalid(errors)) = short else { panic!("the agenda does not fit") };
        assert_eq!(errors[0].field, "ends_at");
        sessions::change(app, &scene.organiser, id, &change(time(13, 40, 0, 0), time(17, 10, 0, 0))).unwrap();
        let after: Vec<_> = before.into_iter().map(|(id, at)| (id, at + 10)).collect();
        assert_eq!(begins(), after);
        assert!(shown(&scene, id).outside.is_empty());
    };
    a_slot_is_moved_where_nobody_is_and_who_declines_gives_it_free => |test| {
        let scene = Scene::open(test);
        let (id, seats) = scene_of(&scene);
        let app = scene.app();
        sessions::propose_matching(app, &scene.organiser, id, asked(2, 0)).unwrap();
        let all = shown(&scene, id);
        let (slot, other) = {
            let mut ecology = all.slots.iter().filter(|one| one.authority_name == ECOLOGY);
            (ecology.next().unwrap().clone(), ecology.next().unwrap().clone())
        };
        let to = |starts_at, table| ChangeSlot {
            starts_at,
            table,
            room: "二楼".into(),
            version: version(&scene, id),
        };
        let fields = |refusal: Refusal| match refusal {
            Refusal::Invalid(errors) => errors.into_iter().map(|one| one.field).collect::<Vec<_>>(),
            other => panic!("{other}"),
        };
        let taken = sessions::change_slot(app, &scene.organiser, (id, slot.id), &to(other.starts_at + 1, other.table));
        assert!(fields(taken.unwrap_err()).contains(&"table".to_owned()));
        let early = minutes_of_day("09:00").unwrap();
        let refused = sessions::change_slot(app, &scene.organiser, (id, slot.id), &to(early, 9)).unwrap_err();
        assert_eq!(fields(refused), ["starts_at"]);
        sessions::change_slot(app, &scene.organiser, (id, slot.id), &to(slot.starts_at, 7)).unwrap();
        assert_eq!(shown(&scene, id).slots.iter().find(|one| one.id == slot.id).unwrap().table, 7);
        scene.world.sql("update attendance set state = 'declined' where id = $1", params![seats[2]]);
        assert_eq!(shown(&scene, id).slots.len(), 3);
        let late = scene.member("丁公司");
        scene.world.penalty(late, SAFETY, date(2022, 1, 5), PenaltyClass::General);
        let seat = scene.invited(id, late);
        scene.world.sql("update attendance set state = 'accepted' where id = $1", params![seat]);
        assert_eq!(shown(&scene, id).open, [("丁公司".to_owned(), SAFETY.to_owned(), None)]);
        assert_eq!(sessions::fill_matching(app, &scene.organiser, id, version(&scene, id)).unwrap(), 1);
        assert!(shown(&scene, id).open.is_empty());
        sessions::remove_slot(app, &scene.organiser, (id, slot.id), version(&scene, id)).unwrap();
        assert_eq!((shown(&scene, id).slots.len(), shown(&scene, id).open.len()), (3, 1));
    };
}
