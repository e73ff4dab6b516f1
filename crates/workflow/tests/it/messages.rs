//! Messages on their way: queued once, sent at least once with one reference, settled by receipts, and in the ledger.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::thread;

use jiff::{SignedDuration, Timestamp};
use xinxiu_domain::actor::Actor;
use xinxiu_domain::calling::{Purpose, Reach};
use xinxiu_domain::id::{AttendanceId, SessionId};
use xinxiu_domain::message::{ATTEMPTS, Channel, MessageState};
use xinxiu_domain::sending_hours::SendingHours;
use xinxiu_store::enterprise::sealed::{CONTACT_EMAIL, CONTACT_PHONE};
use xinxiu_store::moment::shanghai;
use xinxiu_store::{both_engines, message, params};
use xinxiu_workflow::messages::{self, Gateway, NotSent, Outgoing, Post, Receipt};
use xinxiu_workflow::{Refusal, calling, invitations, sessions};

use crate::calling::{invited, reach, session};
use crate::support::World;

const MOBILE: &str = "10000000001";

/// A gateway that remembers what it was given, and answers as it is told; without a word it takes everything.
#[derive(Debug, Default)]
pub struct Fake {
    sent: Mutex<Vec<Outgoing>>,
    answers: Mutex<VecDeque<Result<String, NotSent>>>,
}

impl Fake {
    fn saying(answers: impl IntoIterator<Item = Result<String, NotSent>>) -> Self {
        Self { answers: Mutex::new(answers.into_iter().collect()), ..Self::default() }
    }

    pub fn sent(&self) -> Vec<Outgoing> {
        self.sent.lock().unwrap().clone()
    }
}

impl Gateway for Fake {
    fn send(&self, message: &Outgoing) -> Result<String, NotSent> {
        self.sent.lock().unwrap().push(message.clone());
        self.answers.lock().unwrap().pop_front().unwrap_or_else(|| Ok(format!("g-{}", message.to)))
    }
}

/// A gateway whose receipt is faster than its answer, which never comes.
#[derive(Debug)]
struct Hasty(xinxiu_workflow::App);

impl Gateway for Hasty {
    fn send(&self, message: &Outgoing) -> Result<String, NotSent> {
        assert!(messages::receive(&self.0, Channel::Sms, &receipt(&message.reference, true)).unwrap());
        Err(NotSent::Later("超时".into()))
    }
}

fn world(test: &xinxiu_store::testing::TestStore) -> World {
    let mut world = World::open(test);
    world.app.post = Post { sms: true, email: true, origin: "https://example.invalid".into(), hours: None };
    world
}

fn send(world: &World, by: &Actor, held: SessionId, purpose: Purpose, whom: &[AttendanceId]) -> usize {
    messages::send(&world.app, by, held, purpose, whom).unwrap().count
}

fn drain(world: &World, gateway: &dyn Gateway) -> usize {
    let mut sent = 0;
    while messages::send_next(&world.app, gateway).unwrap() {
        sent += 1;
    }
    sent
}

fn states(world: &World, held: SessionId) -> Vec<MessageState> {
    let board = messages::board(&world.app, &world.agency("甲"), held).unwrap();
    board.lines.iter().map(|line| line.state).collect()
}

fn sort_sms_first(sent: &mut [Outgoing]) {
    sent.sort_by_key(|one| one.channel != Channel::Sms);
}

fn receipt(name: &str, is_delivered: bool) -> Receipt {
    Receipt { name: name.into(), is_delivered, problem: "空号".into() }
}

/// Hours for sending that are not now, whenever this runs.
pub fn night() -> SendingHours {
    let hours = if shanghai(Timestamp::now()).hour() < 12 { "23:58-23:59" } else { "00:00-00:01" };
    hours.parse().unwrap()
}

fn make_due(world: &World) {
    let past = Timestamp::now() - SignedDuration::from_hours(1);
    world.sql("update message set next_at = $1 where state = 'queued'", params![past]);
}

both_engines! {
    an_announcement_is_pushed_to_those_who_come_and_to_nobody_else => |test| {
        let world = world(test);
        let (agency, held) = (world.agency("甲"), session(&world));
        let (_, coming) = invited(&world, held, "甲公司", MOBILE);
        invited(&world, held, "乙公司", "10000000002");
        world.sql("update attendance set state = 'accepted' where id = $1", params![coming]);
        let say = |push: bool| sessions::announce(&world.app, &agency, held, "请带公章", push).unwrap();
        assert_eq!((say(false), say(true)), (0, 1));
        let gateway = Fake::default();
        assert_eq!(drain(&world, &gateway), 1);
        let sent = gateway.sent();
        assert!(sent[0].to == MOBILE && sent[0].text.contains("有新公告") && sent[0].text.contains("/l/"), "{sent:?}");
        // Another announcement is another message, also when the session is over; of a cancelled one nobody is told.
        world.sql("update session set state = 'closed' where id = $1", params![held]);
        assert_eq!((say(true), drain(&world, &gateway)), (1, 1));
        assert_eq!(say(true), 1);
        world.sql("update session set state = 'cancelled' where id = $1", params![held]);
        assert_eq!((drain(&world, &gateway), gateway.sent().len()), (1, 2));
    };
    at_night_mail_goes_out_and_short_messages_wait_for_the_morning => |test| {
        let mut world = world(test);
        world.app.post.hours = Some(night());
        let (agency, held) = (world.agency("甲"), session(&world));
        let (_, id) = invited(&world, held, "甲公司", MOBILE);
        let (mail, by_mail) = invited(&world, held, "乙公司", "0513-00001234");
        let address = world.app.store.vault.seal(CONTACT_EMAIL, "a@example.invalid").unwrap();
        world.sql("update enterprise set contact_email_sealed = $1 where id = $2", params![address, mail]);
        send(&world, &agency, held, Purpose::Invite, &[id, by_mail]);
        let gateway = Fake::default();
        assert_eq!(drain(&world, &gateway), 1);
        assert_eq!(gateway.sent()[0].channel, Channel::Email);
        make_due(&world);
        assert_eq!(drain(&world, &gateway), 1, "in the morning it goes");
    };
    a_message_is_queued_once_sent_and_counts_when_its_receipt_says_so => |test| {
        let world = world(test);
        let agency = world.agency("甲");
        let held = session(&world);
        let (_, id) = invited(&world, held, "甲公司", MOBILE);
        let (_, landline) = invited(&world, held, "乙公司", "0513-00001234");
        let (mail, by_mail) = invited(&world, held, "丙公司", "0513-00001234");
        let address = world.app.store.vault.seal(CONTACT_EMAIL, "a@example.invalid").unwrap();
        world.sql("update enterprise set contact_email_sealed = $1 where id = $2", params![address, mail]);
        let all = [id, landline, by_mail];
        let preview = messages::preview(&world.app, &agency, held, Purpose::Invite, |_| true).unwrap();
        assert_eq!(preview.planned.iter().filter(|one| one.by.is_ok()).count(), 2);
        assert!(preview.sample.contains("个人链接") && !preview.sample.contains("example.invalid"));
        let queued = messages::send(&world.app, &agency, held, Purpose::Invite, &all).unwrap();
        assert_eq!((queued.count, queued.left_out.len()), (2, 1));
        assert_eq!(queued.left_out[0].0, "乙公司");
        let twice = messages::send(&world.app, &agency, held, Purpose::Invite, &all).unwrap();
        assert_eq!((twice.count, twice.left_out.len()), (0, 3), "pressing twice sends once");
        let sealed: i64 = world.app.store.db.read(|tx| {
            tx.number("select count(*) from message where text_sealed like '%example%' or to_sealed like '%0000%'", &[])
        }).unwrap();
        assert_eq!(sealed, 0);

        let gateway = Fake::default();
        assert_eq!(drain(&world, &gateway), 2);
        let mut sent = gateway.sent();
        sort_sms_first(&mut sent);
        assert_eq!((sent[0].channel, sent[0].to.as_str()), (Channel::Sms, MOBILE));
        assert_eq!((sent[1].channel, sent[1].to.as_str()), (Channel::Email, "a@example.invalid"));
        assert!(sent[0].text.contains("https://example.invalid/l/") && sent[0].text.contains("甲公司"));
        assert!(!format!("{:?}", sent[0]).contains(MOBILE), "nothing of it stands in a log");
        assert_eq!(reach(&world, held, id), Reach::Tried, "taken by the gateway is not delivered");
        let again = messages::send(&world.app, &agency, held, Purpose::Invite, &[id]).unwrap();
        assert_eq!(again.left_out[0].1, "今天已经发过同样的通知");

        let take = |channel, name: &str, good| messages::receive(&world.app, channel, &receipt(name, good)).unwrap();
        assert!(!take(Channel::Sms, "nobody", true));
        assert!(!take(Channel::Email, "g-10000000001", true), "of another gateway");
        assert!(take(Channel::Sms, "g-10000000001", true));
        assert_eq!(reach(&world, held, id), Reach::Told);
        assert!(!take(Channel::Sms, "g-10000000001", true), "a receipt that comes twice");
        assert!(!take(Channel::Sms, &sent[0].reference, false), "a late bad one");
        assert_eq!(reach(&world, held, id), Reach::Told);
        assert_eq!(calling::attempts(&world.app, &agency, id).unwrap().len(), 1, "one message is one attempt");
        let audit: i64 = world.app.store.db.read(|tx| {
            tx.number("select count(*) from audit_entry where summary like '%10000000001%'", &[])
        }).unwrap();
        assert_eq!(audit, 0);
    };
    what_cannot_be_delivered_becomes_the_countys_and_a_corrected_number_is_used => |test| {
        let world = world(test);
        let (agency, county) = (world.agency("甲"), world.county("海安市信用办"));
        let held = session(&world);
        let (enterprise, id) = invited(&world, held, "甲公司", MOBILE);
        let (_, late) = invited(&world, held, "乙公司", "10000000002");
        send(&world, &agency, held, Purpose::Invite, &[id, late]);
        let gateway = Fake::saying([Err(NotSent::Never("号码不存在".into())), Ok("g-2".into())]);
        drain(&world, &gateway);
        assert!(messages::receive(&world.app, Channel::Sms, &receipt("g-2", false)).unwrap());
        let seek = calling::to_seek_out(&world.app, &county).unwrap();
        assert_eq!(seek.len(), 2, "refused at once, and by a receipt");
        assert_eq!(reach(&world, held, id), Reach::Unreachable);
        let lines = messages::board(&world.app, &agency, held).unwrap().lines;
        let failed: Vec<_> = lines.iter().map(|line| line.id).collect();
        let foreign = messages::again(&world.app, &world.agency("乙"), held, &failed);
        assert!(matches!(foreign, Err(Refusal::Forbidden(_))));
        let sealed = world.app.store.vault.seal(CONTACT_PHONE, "10000000009").unwrap();
        world.sql("update enterprise set contact_phone_sealed = $1 where id = $2", params![sealed, enterprise]);
        assert_eq!(messages::again(&world.app, &agency, held, &failed).unwrap(), 2);
        assert!(matches!(messages::again(&world.app, &agency, held, &failed), Err(Refusal::Invalid(_))));
        drain(&world, &gateway);
        assert!(gateway.sent().iter().any(|one| one.to == "10000000009"));
        assert_eq!(reach(&world, held, id), Reach::Tried);
    };
    a_sender_that_dies_between_sending_and_writing_it_down_sends_again_with_the_same_reference => |test| {
        let world = world(test);
        let held = session(&world);
        let (_, id) = invited(&world, held, "甲公司", MOBILE);
        send(&world, &world.agency("甲"), held, Purpose::Invite, &[id]);
        let now = Timestamp::now();
        let claim = |until| world.app.store.db.write(|tx| message::claim(tx, now, until)).unwrap();
        let dead = claim(now + SignedDuration::from_mins(3)).unwrap();
        assert!(claim(now).is_none(), "nobody else has it meanwhile");
        world.sql("update message set lease_until = $1", params![now - SignedDuration::from_secs(1)]);
        let gateway = Fake::default();
        assert_eq!(drain(&world, &gateway), 1);
        assert_eq!(gateway.sent()[0].reference, dead.reference);
        assert_eq!(states(&world, held), [MessageState::Sent]);
        let attempts = calling::attempts(&world.app, &world.agency("甲"), id).unwrap();
        assert_eq!(attempts.iter().map(|one| one.by_gateway).collect::<Vec<_>>(), [true]);
    };
    a_gateway_that_is_away_is_tried_with_growing_pauses_and_given_up_at_last => |test| {
        let world = world(test);
        let held = session(&world);
        let (_, id) = invited(&world, held, "甲公司", MOBILE);
        send(&world, &world.agency("甲"), held, Purpose::Invite, &[id]);
        let away = || Err(NotSent::Later("网关连接失败".into()));
        let gateway = Fake::saying((0..ATTEMPTS).map(|_| away()));
        assert_eq!(drain(&world, &gateway), 1, "not again before its time");
        for _ in 1..ATTEMPTS {
            assert_eq!(states(&world, held), [MessageState::Queued]);
            make_due(&world);
            assert_eq!(drain(&world, &gateway), 1);
        }
        assert_eq!(states(&world, held), [MessageState::GivenUp]);
        assert_eq!(reach(&world, held, id), Reach::Unreachable, "the county is not left in the dark");
        let references: std::collections::HashSet<_> = gateway.sent().into_iter().map(|one| one.reference).collect();
        assert_eq!(references.len(), 1);
        let taken = messages::receive(&world.app, Channel::Sms, &receipt(references.iter().next().unwrap(), true));
        assert!(taken.unwrap(), "it had arrived after all");
        assert_eq!(reach(&world, held, id), Reach::Told);
    };
    who_answered_meanwhile_is_not_reminded_and_what_waits_can_be_taken_back => |test| {
        let world = world(test);
        let agency = world.agency("甲");
        let held = session(&world);
        let (_, id) = invited(&world, held, "甲公司", MOBILE);
        let (_, other) = invited(&world, held, "乙公司", "10000000002");
        let (_, revoked) = invited(&world, held, "丙公司", "10000000003");
        let all = [id, other, revoked];
        send(&world, &agency, held, Purpose::Remind, &all);
        world.sql("update attendance set answered_at = '2022-06-15T00:00:00Z' where id = $1", params![id]);
        invitations::revoke(&world.app, &agency, revoked).unwrap();
        let lines = messages::board(&world.app, &agency, held).unwrap().lines;
        let waiting: Vec<_> = lines.iter().filter(|line| line.attendance == other).map(|line| line.id).collect();
        let foreign = messages::withdraw(&world.app, &world.county("启东市信用办"), held, &waiting);
        assert!(matches!(foreign, Err(Refusal::Forbidden(_))));
        assert_eq!(messages::withdraw(&world.app, &agency, held, &waiting).unwrap(), 1);
        let gateway = Fake::default();
        drain(&world, &gateway);
        assert_eq!(gateway.sent(), [], "nothing was left to say");
        assert_eq!(states(&world, held), [MessageState::Withdrawn; 3]);
        let again = messages::send(&world.app, &agency, held, Purpose::Remind, &all).unwrap();
        assert_eq!(again.count, 1, "what was taken back can be sent after all; who answered is not reminded");
    };
    a_receipt_may_come_before_the_answer_to_the_sending => |test| {
        let world = world(test);
        let held = session(&world);
        let (_, id) = invited(&world, held, "甲公司", MOBILE);
        send(&world, &world.agency("甲"), held, Purpose::Invite, &[id]);
        drain(&world, &Hasty(world.app.clone()));
        assert_eq!(states(&world, held), [MessageState::Delivered], "and nothing is sent again");
        assert_eq!(reach(&world, held, id), Reach::Told);
    };
    two_senders_at_once_send_nothing_twice => |test| {
        let world = world(test);
        let held = session(&world);
        let whom: Vec<_> = (10..30)
            .map(|number| invited(&world, held, &format!("示例{number}公司"), &format!("100000000{number}")).1)
            .collect();
        assert_eq!(send(&world, &world.agency("甲"), held, Purpose::Invite, &whom), 20);
        let gateway = Fake::default();
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| drain(&world, &gateway));
            }
        });
        let mut references: Vec<_> = gateway.sent().into_iter().map(|one| one.reference).collect();
        references.sort();
        references.dedup();
        assert_eq!((gateway.sent().len(), references.len()), (20, 20));
        assert_eq!(states(&world, held), [MessageState::Sent; 20]);
    };
    nobody_sends_for_others_and_without_a_gateway_nobody_at_all => |test| {
        let mut world = world(test);
        let held = session(&world);
        let (_, id) = invited(&world, held, "甲公司", MOBILE);
        for other in [world.agency("乙"), world.county("启东市信用办"), world.window.clone()] {
            let done = messages::send(&world.app, &other, held, Purpose::Invite, &[id]);
            assert!(matches!(done, Err(Refusal::Forbidden(_))), "{}", other.name);
        }
        let agency = world.agency("甲");
        assert!(matches!(messages::send(&world.app, &agency, held, Purpose::Cancelled, &[id]), Err(Refusal::Illegal(_))));
        assert!(matches!(messages::overview(&world.app, &agency), Err(Refusal::Forbidden(_))));
        assert!(messages::overview(&world.app, &world.city).unwrap().counts.is_empty());
        let token = messages::receipt_token(&world.app, Channel::Sms).unwrap();
        assert_eq!(messages::receives(&world.app, &token).unwrap(), Some(Channel::Sms));
        for forged in ["", "sms", "sms-", &token.replace("sms", "email"), &token[..token.len() - 1]] {
            assert_eq!(messages::receives(&world.app, forged).unwrap(), None, "{forged}");
        }
        world.app.post = Post::default();
        assert!(matches!(messages::send(&world.app, &agency, held, Purpose::Invite, &[id]), Err(Refusal::Missing(_))));
    };
}
