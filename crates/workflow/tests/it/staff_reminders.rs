//! One message a day to staff who want it: counts, no names, once, and not at night (N03).

use std::collections::VecDeque;
use std::sync::Mutex;

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use xinxiu_domain::account::AccountAction;
use xinxiu_domain::actor::Actor;
use xinxiu_domain::message::{Channel, MessageState};
use xinxiu_store::{both_engines, params};
use xinxiu_workflow::messages::{self, Choice, Gateway, NotSent, Outgoing, Post, Receipt};
use xinxiu_workflow::{Refusal, accounts, deadlines};

use crate::messages::night;
use crate::repair::Scene;

const MOBILE: &str = "10000000009";

#[derive(Debug, Default)]
struct Fake {
    sent: Mutex<Vec<Outgoing>>,
    answers: Mutex<VecDeque<NotSent>>,
}

impl Gateway for Fake {
    fn send(&self, message: &Outgoing) -> Result<String, NotSent> {
        self.sent.lock().unwrap().push(message.clone());
        self.answers.lock().unwrap().pop_front().map_or_else(|| Ok("g-1".into()), Err)
    }
}

/// A case that waits for the window until Friday, 17 June, and whatever the hour is, the gateway may be used.
fn scene(test: &xinxiu_store::testing::TestStore) -> Scene {
    let mut scene = Scene::open(test);
    let hours = "00:00-24:00".parse().ok();
    scene.world.app.post = Post { sms: true, email: true, origin: "https://example.invalid".into(), hours };
    let id = scene.opened();
    scene.fill(id);
    scene.submit(id);
    scene
}

fn choice(phone: &str, email: &str) -> Choice {
    Choice { is_wanted: true, phone: phone.into(), email: email.into() }
}

fn on(scene: &Scene, day: i8) -> usize {
    scene.app().clock.set(date(2022, 6, day));
    deadlines::run_round(scene.app()).unwrap();
    messages::remind_staff(scene.app()).unwrap()
}

fn drain(scene: &Scene, gateway: &Fake) -> Vec<Outgoing> {
    while messages::send_next(scene.app(), gateway).unwrap() {}
    gateway.sent.lock().unwrap().drain(..).collect()
}

fn last(scene: &Scene, actor: &Actor) -> Option<MessageState> {
    messages::reminder(scene.app(), actor).unwrap().last.map(|last| last.state)
}

both_engines! {
    whoever_wants_it_is_told_once_a_day_how_much_is_due => |test| {
        let scene = scene(test);
        let (app, window, center) = (scene.app(), &scene.world.window, &scene.world.center);
        assert_eq!(on(&scene, 17), 0, "nobody asked for it");
        messages::set_reminder(app, window, &choice(MOBILE, "")).unwrap();
        messages::set_reminder(app, center, &choice("", "a@example.invalid")).unwrap();
        let kept = "select count(*) from staff_reminder where phone_sealed like '%0000009%' or email_sealed like '%example%'";
        assert_eq!(app.store.db.read(|tx| tx.number(kept, &[])).unwrap(), 0, "sealed");
        // The center has nothing due: it is told nothing. A restart tells nobody again.
        assert_eq!((on(&scene, 17), on(&scene, 17)), (1, 0));
        let gateway = Fake::default();
        let sent = drain(&scene, &gateway);
        assert_eq!((sent.len(), sent[0].channel, sent[0].to.as_str()), (1, Channel::Sms, MOBILE));
        assert_eq!(sent[0].text, "您有1件今天到期。请登录信修平台在“今天要办”办理。 https://example.invalid");
        // No message on a day off; on Monday it is late, and the center has it as well.
        assert_eq!(on(&scene, 18), 0);
        assert_eq!(on(&scene, 20), 2);
        let mut texts: Vec<_> = drain(&scene, &gateway).into_iter().map(|one| (one.channel, one.text)).collect();
        texts.sort();
        assert!(texts[0].1.starts_with("您有1件逾期。") && texts[1].1.starts_with("您有1件转本单位督办。"), "{texts:?}");
        assert!(texts.iter().all(|(_, text)| !text.contains("示例甲公司")));
        let trail = "select count(*) from audit_entry where summary like '%0000009%' or detail like '%0000009%'";
        assert_eq!(app.store.db.read(|tx| tx.number(trail, &[])).unwrap(), 0);
        // The receipt settles it, once.
        let arrived = Receipt { name: "g-1".into(), is_delivered: true, problem: String::new() };
        assert!(messages::receive(app, Channel::Sms, &arrived).unwrap());
        assert!(!messages::receive(app, Channel::Sms, &arrived).unwrap());
        assert_eq!(last(&scene, window), Some(MessageState::Delivered));
    };
    a_wish_is_ones_own_and_can_be_taken_back => |test| {
        let scene = scene(test);
        let (app, window) = (scene.app(), &scene.world.window);
        let field = |wanted: Choice| match messages::set_reminder(app, window, &wanted).unwrap_err() {
            Refusal::Invalid(errors) => errors[0].field.clone(),
            other => panic!("{other}"),
        };
        assert_eq!(field(choice("", "")), "phone");
        assert_eq!(field(choice("0513-00001234", "")), "phone");
        assert_eq!(field(choice("", "甲@乙")), "email");
        let outsider = Actor { account: None, ..window.clone() };
        assert!(matches!(messages::reminder(app, &outsider), Err(Refusal::Forbidden(_))));
        messages::set_reminder(app, window, &choice(MOBILE, "")).unwrap();
        // An empty field keeps what is on record.
        messages::set_reminder(app, window, &choice("", "a@example.invalid")).unwrap();
        let setting = messages::reminder(app, window).unwrap();
        assert!(setting.is_wanted && setting.by == Ok(Channel::Sms) && !setting.phone.contains("0000000"), "{setting:?}");
        assert!(!messages::reminder(app, &scene.world.center).unwrap().is_wanted);
        // Taken back after it was queued: it is not sent, and nothing of the number is left.
        assert_eq!(on(&scene, 17), 1);
        messages::set_reminder(app, window, &Choice::default()).unwrap();
        assert!(drain(&scene, &Fake::default()).is_empty());
        assert_eq!(last(&scene, window), Some(MessageState::Withdrawn));
        assert_eq!(app.store.db.read(|tx| tx.number("select count(*) from staff_reminder", &[])).unwrap(), 0);
        // Nor is somebody told whose account was suspended.
        messages::set_reminder(app, window, &choice(MOBILE, "")).unwrap();
        accounts::change_state(app, &scene.world.city, window.account.unwrap(), AccountAction::Suspend).unwrap();
        assert_eq!(on(&scene, 20), 0);
    };
    a_reminder_waits_for_the_morning_is_tried_again_and_is_worth_nothing_the_next_day => |test| {
        let mut scene = scene(test);
        scene.world.app.post.hours = Some(night());
        messages::set_reminder(scene.app(), &scene.world.window, &choice(MOBILE, "")).unwrap();
        assert_eq!(on(&scene, 17), 1);
        let gateway = Fake::default();
        assert!(drain(&scene, &gateway).is_empty(), "not at night");
        scene.world.app.post.hours = "00:00-24:00".parse().ok();
        let due = |scene: &Scene| {
            let past = Timestamp::now() - SignedDuration::from_hours(1);
            scene.world.sql("update staff_message set next_at = $1", params![past]);
        };
        due(&scene);
        gateway.answers.lock().unwrap().push_back(NotSent::Later("忙".into()));
        let first = drain(&scene, &gateway);
        assert_eq!((first.len(), last(&scene, &scene.world.window)), (1, Some(MessageState::Queued)));
        due(&scene);
        scene.app().clock.set(date(2022, 6, 20));
        assert!(drain(&scene, &gateway).is_empty());
        assert_eq!(last(&scene, &scene.world.window), Some(MessageState::Withdrawn));
    };
}
