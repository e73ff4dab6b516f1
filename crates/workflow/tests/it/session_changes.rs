//! A session that changes after it was published tells everybody concerned, or says whom to tell (N08 N14).

use std::cell::RefCell;

use jiff::Span;
use jiff::civil::{date, time};
use xinxiu_domain::actor::Actor;
use xinxiu_domain::calling::{Outcome, Purpose, Reach, Way};
use xinxiu_domain::id::{AttendanceId, EnterpriseId, SessionId};
use xinxiu_domain::message::MessageState;
use xinxiu_domain::session::SessionMode;
use xinxiu_store::enterprise::sealed::CONTACT_PHONE;
use xinxiu_store::testing::TestStore;
use xinxiu_store::{both_engines, params};
use xinxiu_workflow::calling::{self, Tell};
use xinxiu_workflow::invitations::{self, Home};
use xinxiu_workflow::messages::{self, Gateway, NotSent, Outgoing, Post};
use xinxiu_workflow::sessions::{self, ChangeSession, TimeAndPlace, Told};
use xinxiu_workflow::{Refusal, home};

use crate::sessions::{Scene, command};
use crate::support::enterprise_actor;

/// Where short messages would go; the words that went there.
#[derive(Debug, Default)]
struct Sent(std::sync::Mutex<Vec<String>>);

impl Gateway for Sent {
    fn send(&self, message: &Outgoing) -> Result<String, NotSent> {
        self.0.lock().unwrap().push(message.text.clone());
        Ok(String::new())
    }
}

fn scene(test: &TestStore, sms: bool) -> (Scene, SessionId) {
    let mut scene = Scene::open(test);
    scene.world.app.post = Post { sms, email: false, origin: "https://example.invalid".into(), hours: None };
    let held = scene.published(10);
    (scene, held)
}

thread_local! {
    static NUMBER: RefCell<u64> = const { RefCell::new(10_000_000_000) };
}

fn invited(scene: &Scene, held: SessionId, name: &str) -> (EnterpriseId, AttendanceId) {
    let id = scene.member(name);
    let number = NUMBER.with_borrow_mut(|number| {
        *number += 1;
        *number
    });
    let sealed = scene.app().store.vault.seal(CONTACT_PHONE, &number.to_string()).unwrap();
    scene.world.sql("update enterprise set contact_phone_sealed = $1 where id = $2", params![sealed, id]);
    (id, scene.invited(held, id))
}

fn moved() -> ChangeSession {
    ChangeSession {
        at: TimeAndPlace {
            held_on: date(2022, 7, 5),
            starts_at: time(9, 0, 0, 0),
            ends_at: time(12, 0, 0, 0),
            mode: SessionMode::OnSite,
            place: "示例第二报告厅".into(),
            link: String::new(),
            capacity: 10,
        },
        reason: "场地停电".into(),
        version: 2,
    }
}

fn reach(scene: &Scene, held: SessionId, id: AttendanceId) -> Reach {
    let board = calling::board(scene.app(), &scene.agency, held, None).unwrap();
    board.lines.iter().find(|line| line.attendance == id).unwrap().reach
}

fn seen(scene: &Scene, (enterprise, id): (EnterpriseId, AttendanceId)) -> Home {
    invitations::home(scene.app(), &enterprise_actor(enterprise), id).unwrap()
}

fn told_by_visit(id: AttendanceId) -> Tell {
    let (way, purpose, outcome) = (Way::Visit, Purpose::Changed, Outcome::Delivered);
    Tell { whom: vec![id], way, purpose, outcome, note: String::new() }
}

both_engines! {
    a_change_goes_out_by_itself_to_all_who_may_come => |test| {
        let (scene, held) = scene(test, true);
        let asked = invited(&scene, held, "甲公司");
        let coming = invited(&scene, held, "乙公司");
        let declined = invited(&scene, held, "丙公司");
        let mute = scene.member("丁公司");
        scene.invited(held, mute);
        scene.answers(coming, true);
        scene.answers(declined, false);
        messages::send(scene.app(), &scene.agency, held, Purpose::Invite, &[asked.1]).unwrap();
        let told = sessions::change(scene.app(), &scene.organiser, held, &moved()).unwrap();
        assert_eq!(told, Told { queued: 2, by_hand: 1, moved_up: 0 });
        assert_eq!(reach(&scene, held, coming.1), Reach::Outdated, "until it is delivered");
        assert_eq!(reach(&scene, held, declined.1), Reach::Answered);
        let gateway = Sent::default();
        while messages::send_next(scene.app(), &gateway).unwrap() {}
        let sent = gateway.0.lock().unwrap().clone();
        assert_eq!(sent.len(), 2, "the invitation with the old day is called off: {sent:?}");
        for text in &sent {
            assert!(text.contains("2022年7月5日") && text.contains("示例第二报告厅"), "{text}");
        }
        let lines = messages::board(scene.app(), &scene.agency, held).unwrap().lines;
        let withdrawn = lines.iter().find(|line| line.state == MessageState::Withdrawn).unwrap();
        assert!(withdrawn.purpose == Purpose::Invite && withdrawn.problem.contains("变更"), "{withdrawn:?}");

        let home = seen(&scene, coming);
        let change = home.change.unwrap();
        assert!(change.old_time.contains("6月28日") && change.new_time.contains("7月5日"), "{change:?}");
        sessions::note_change(scene.app(), &enterprise_actor(coming.0), coming.1).unwrap();
        assert!(seen(&scene, coming).change.is_none());
        assert_eq!(reach(&scene, held, coming.1), Reach::Answered);
        let foreign = sessions::note_change(scene.app(), &enterprise_actor(asked.0), coming.1);
        assert!(matches!(foreign, Err(Refusal::Forbidden(_))));

        let again = ChangeSession { at: TimeAndPlace { held_on: date(2022, 7, 6), ..moved().at }, version: 3, ..moved() };
        assert_eq!(sessions::change(scene.app(), &scene.organiser, held, &again).unwrap().queued, 2);
        assert!(seen(&scene, coming).change.is_some(), "who knew the last change does not know this one");
        let seats = ChangeSession { at: TimeAndPlace { capacity: 20, ..again.at }, version: 4, ..again };
        assert_eq!(sessions::change(scene.app(), &scene.organiser, held, &seats).unwrap(), Told::default());
    };
    at_night_a_change_goes_out_only_where_it_cannot_wait => |test| {
        let (mut scene, held) = scene(test, true);
        scene.world.app.post.hours = Some(crate::messages::night());
        invited(&scene, held, "甲公司");
        let today = scene.app().clock.today();
        let sent = |days: i32, version: i64| {
            let held_on = today.checked_add(Span::new().days(days)).unwrap();
            let change = ChangeSession { at: TimeAndPlace { held_on, ..moved().at }, version, ..moved() };
            assert_eq!(sessions::change(scene.app(), &scene.organiser, held, &change).unwrap().queued, 1);
            let gateway = Sent::default();
            while messages::send_next(scene.app(), &gateway).unwrap() {}
            gateway.0.lock().unwrap().len()
        };
        assert_eq!(sent(9, 2), 0, "there is time until the morning");
        assert_eq!(sent(1, 3), 1, "tomorrow's session");
        assert_eq!(sent(0, 4), 1, "today's session");
    };
    without_a_gateway_it_is_said_who_is_to_be_told_by_hand => |test| {
        let (scene, held) = scene(test, false);
        let (one, other, before) =
            (invited(&scene, held, "甲公司"), invited(&scene, held, "乙公司"), invited(&scene, held, "丙公司"));
        scene.answers(one, true);
        calling::tell(scene.app(), &scene.agency, &told_by_visit(before.1)).unwrap();
        let told = sessions::change(scene.app(), &scene.organiser, held, &moved()).unwrap();
        assert_eq!(told, Told { queued: 0, by_hand: 3, moved_up: 0 });
        let left = |actor: &Actor| sessions::to_tell_again(scene.app(), actor).unwrap().len();
        assert_eq!((left(&scene.agency), left(&scene.organiser), left(&scene.world.agency("乙"))), (3, 3, 0));
        let task = |actor: &Actor, label: &str| {
            let tasks = home::tasks(scene.app(), actor).unwrap();
            tasks.iter().find(|task| task.label.contains(label)).map_or(0, |task| task.count)
        };
        assert_eq!(task(&scene.organiser, "待重新通知"), 3);
        calling::tell(scene.app(), &scene.organiser, &told_by_visit(other.1)).unwrap();
        scene.answers(one, true);
        assert_eq!(left(&scene.agency), 1, "told before the change is not told of it");
        // Those who prepare it learn of it: agency, organiser, and the authority whose enterprise comes.
        scene.world.listing(one.0, "南通市生态环境局");
        for actor in [&scene.agency, &scene.organiser, &scene.world.authority("南通市生态环境局"), &scene.world.city] {
            assert_eq!(task(actor, "近期变更"), 1, "{}", actor.name);
        }
        for actor in [&scene.world.agency("乙"), &scene.world.authority("南通市应急管理局")] {
            assert_eq!(task(actor, "近期变更"), 0, "{}", actor.name);
        }
        let found = sessions::recent_changes(scene.app(), &scene.agency).unwrap();
        assert_eq!((found[0].0.lecturer.as_str(), found[0].1), (command().lecturer.as_str(), true));
    };
    a_cancelled_session_is_told_too => |test| {
        let (scene, held) = scene(test, true);
        let coming = invited(&scene, held, "甲公司");
        scene.answers(coming, true);
        let told = sessions::cancel(scene.app(), &scene.organiser, held, "场地停电").unwrap();
        assert_eq!(told, Told { queued: 1, by_hand: 0, moved_up: 0 });
        assert!(seen(&scene, coming).change.unwrap().is_cancelled);
        assert_eq!(sessions::to_tell_again(scene.app(), &scene.agency).unwrap().len(), 1);
        let gateway = Sent::default();
        while messages::send_next(scene.app(), &gateway).unwrap() {}
        assert!(gateway.0.lock().unwrap()[0].contains("已取消"));
        sessions::note_change(scene.app(), &enterprise_actor(coming.0), coming.1).unwrap();
        assert_eq!(sessions::to_tell_again(scene.app(), &scene.agency).unwrap().len(), 0);
    };
    a_change_that_may_not_be_is_refused_and_nobody_is_told => |test| {
        let (scene, held) = scene(test, true);
        invited(&scene, held, "甲公司");
        invited(&scene, held, "乙公司");
        let refused = |actor: &Actor, command: &ChangeSession| sessions::change(scene.app(), actor, held, command).unwrap_err();
        assert!(matches!(refused(&scene.agency, &moved()), Refusal::Forbidden(_)), "the organiser published it");
        let bad = [
            ChangeSession { reason: " ".into(), ..moved() },
            ChangeSession { at: TimeAndPlace { capacity: 1, ..moved().at }, ..moved() },
            ChangeSession { at: TimeAndPlace { ends_at: time(8, 0, 0, 0), ..moved().at }, ..moved() },
            ChangeSession { at: TimeAndPlace { capacity: moved().at.capacity, ..command().at }, ..moved() },
        ];
        for command in &bad {
            assert!(matches!(refused(&scene.organiser, command), Refusal::Invalid(_)), "{command:?}");
        }
        let yesterday = ChangeSession { at: TimeAndPlace { held_on: date(2022, 6, 13), ..moved().at }, ..moved() };
        assert!(matches!(refused(&scene.organiser, &yesterday), Refusal::Missing(_)));
        let short = ChangeSession { at: TimeAndPlace { ends_at: time(10, 0, 0, 0), ..moved().at }, ..moved() };
        assert!(matches!(refused(&scene.organiser, &short), Refusal::Missing(_)), "three class hours");
        let stale = ChangeSession { version: 1, ..moved() };
        assert!(matches!(refused(&scene.organiser, &stale), Refusal::Store(_)));
        assert_eq!(sessions::changes(scene.app(), &scene.agency, held).unwrap(), []);
        assert_eq!(messages::board(scene.app(), &scene.agency, held).unwrap().lines, []);
        scene.open_doors(held);
        assert!(matches!(refused(&scene.organiser, &moved()), Refusal::Illegal(_)));
    };
}
