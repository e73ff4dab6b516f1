//! The waiting list of a full session: in order, filled by itself, and never more than there are seats (N08).

use std::thread;

use xinxiu_domain::actor::Actor;
use xinxiu_domain::attendance::AttendanceState;
use xinxiu_domain::calling::{Purpose, Reach};
use xinxiu_domain::id::{AttendanceId, EnterpriseId, SessionId};
use xinxiu_store::enterprise::sealed::CONTACT_PHONE;
use xinxiu_store::{attendance, both_engines, params};
use xinxiu_workflow::invitations;
use xinxiu_workflow::messages::{self, Post};
use xinxiu_workflow::sessions::{self, ChangeSession, TimeAndPlace};
use xinxiu_workflow::{Refusal, calling, roll_call};

use crate::sessions::{Scene, command};
use crate::support::enterprise_actor;

type Guest = (EnterpriseId, AttendanceId);

/// So many enterprises with phones, of which the first hold the seats and the others are invited to wait.
fn guests(scene: &Scene, held: SessionId, count: usize) -> Vec<Guest> {
    let members: Vec<EnterpriseId> = (0..count)
        .map(|number| {
            let id = scene.member(&format!("示例{number}公司"));
            let sealed =
                scene.app().store.vault.seal(CONTACT_PHONE, &format!("100000000{:02}", number + 10)).unwrap();
            scene
                .world
                .sql("update enterprise set contact_phone_sealed = $1 where id = $2", params![sealed, id]);
            id
        })
        .collect();
    let outcome = invitations::invite_to_wait(scene.app(), &scene.agency, held, &members).unwrap();
    assert_eq!(outcome.refused, []);
    members.into_iter().zip(outcome.invited).collect()
}

fn state(scene: &Scene, guest: Guest) -> AttendanceState {
    scene.attendance(guest.1).state
}

fn place(scene: &Scene, guest: Guest) -> Option<usize> {
    invitations::home(scene.app(), &enterprise_actor(guest.0), guest.1).unwrap().place
}

fn taken(scene: &Scene, held: SessionId) -> i64 {
    scene.app().store.db.read(|tx| attendance::taken_seats(tx, held)).unwrap()
}

fn with_seats(capacity: u32, version: i64) -> ChangeSession {
    ChangeSession { at: TimeAndPlace { capacity, ..command().at }, reason: "换了大会场".into(), version }
}

fn line(scene: &Scene, actor: &Actor, held: SessionId) -> Vec<AttendanceId> {
    invitations::line(scene.app(), actor, held)
        .unwrap()
        .into_iter()
        .map(|(_, place)| place.attendance)
        .collect()
}

both_engines! {
    seats_that_are_given_back_go_to_the_next_in_line => |test| {
        let mut scene = Scene::open(test);
        scene.world.app.post = Post { sms: true, email: false, origin: "https://example.invalid".into(), hours: None };
        let held = scene.published(2);
        let all = guests(&scene, held, 5);
        let [a, b, c, d, e] = all[..] else { panic!() };
        assert_eq!((state(&scene, b), state(&scene, c)), (AttendanceState::Invited, AttendanceState::Waiting));
        let more = scene.member("又一家公司");
        let refused = invitations::invite(scene.app(), &scene.agency, held, &[more]).unwrap();
        assert!(refused.invited.is_empty() && refused.refused[0].1.contains("名额已满"));
        scene.answers(a, true);
        scene.answers(d, true);
        scene.answers(c, true);
        scene.answers(d, true);
        assert_eq!((place(&scene, d), place(&scene, c), place(&scene, e)), (Some(1), Some(2), None), "in the order of answers");
        assert_eq!(line(&scene, &scene.agency, held), [d.1, c.1]);
        assert_eq!(line(&scene, &scene.organiser, held), [d.1, c.1]);

        scene.answers(a, false);
        assert_eq!((state(&scene, d), place(&scene, c)), (AttendanceState::Accepted, Some(1)));
        let lines = messages::board(scene.app(), &scene.agency, held).unwrap().lines;
        assert!(lines[0].attendance == d.1 && lines[0].purpose == Purpose::Seat, "{lines:?}");
        let board = calling::board(scene.app(), &scene.agency, held, None).unwrap();
        let reach = |guest: Guest| board.lines.iter().find(|line| line.attendance == guest.1).unwrap().reach;
        assert_eq!(reach(d), Reach::Outdated, "it does not know yet");
        scene.answers(a, true);
        assert_eq!((state(&scene, a), place(&scene, a)), (AttendanceState::Waiting, Some(2)), "behind those who waited");

        assert_eq!(sessions::change(scene.app(), &scene.organiser, held, &with_seats(3, 2)).unwrap().moved_up, 1);
        assert_eq!((state(&scene, c), place(&scene, a)), (AttendanceState::Accepted, Some(1)));
        let foreign = invitations::withdraw(scene.app(), &scene.world.agency("乙"), b.1, "示例");
        assert!(matches!(foreign, Err(Refusal::Forbidden(_))));
        assert!(matches!(invitations::withdraw(scene.app(), &scene.agency, b.1, " "), Err(Refusal::Invalid(_))));
        invitations::withdraw(scene.app(), &scene.agency, b.1, "企业已搬离").unwrap();
        assert_eq!((state(&scene, b), state(&scene, a)), (AttendanceState::Withdrawn, AttendanceState::Accepted));
        invitations::withdraw(scene.app(), &scene.agency, d.1, "企业已搬离").unwrap();
        assert_eq!(taken(&scene, held), 2, "who was only invited to wait gets no seat without an answer");
        scene.answers(e, true);
        assert_eq!((state(&scene, e), taken(&scene, held)), (AttendanceState::Accepted, 3));
        let moved: i64 = scene.app().store.db.read(|tx| {
            tx.number("select count(*) from audit_entry where action = 'attendance.move_up'", &[])
        }).unwrap();
        assert_eq!(moved, 3);
    };
    two_at_once_never_share_a_seat => |test| {
        let scene = Scene::open(test);
        let held = scene.published(4);
        let all = guests(&scene, held, 12);
        for guest in &all[..4] {
            scene.answers(*guest, true);
        }
        thread::scope(|scope| {
            for guest in &all {
                let (scene, guest) = (&scene, *guest);
                let gives_back = all[..3].contains(&guest);
                scope.spawn(move || scene.answers(guest, !gives_back));
            }
        });
        let count = |wanted| all.iter().filter(|guest| state(&scene, **guest) == wanted).count();
        assert_eq!((count(AttendanceState::Accepted), count(AttendanceState::Declined)), (4, 3));
        assert_eq!((count(AttendanceState::Waiting), taken(&scene, held)), (5, 4));
        let mut places: Vec<_> = all.iter().filter_map(|guest| place(&scene, *guest)).collect();
        places.sort_unstable();
        assert_eq!(places, [1, 2, 3, 4, 5]);
    };
    at_the_door_who_waits_comes_in_while_there_is_room => |test| {
        let scene = Scene::open(test);
        let held = scene.published(1);
        let all = guests(&scene, held, 3);
        for guest in &all {
            scene.answers(*guest, true);
            scene.sign_all(guest.0);
        }
        scene.open_doors(held);
        roll_call::check_in(scene.app(), &scene.agency, all[1].1).unwrap();
        let full = roll_call::check_in(scene.app(), &scene.agency, all[2].1);
        assert!(matches!(full, Err(Refusal::Illegal(_))), "{full:?}");
        assert_eq!(place(&scene, all[2]), Some(1));
        sessions::close(scene.app(), &scene.agency, held).unwrap();
        let states: Vec<_> = all.iter().map(|guest| state(&scene, *guest)).collect();
        assert_eq!(states, [AttendanceState::Absent, AttendanceState::Present, AttendanceState::Waiting], "who got no seat was not absent");
    };
}
