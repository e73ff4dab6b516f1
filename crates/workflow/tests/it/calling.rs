//! Who has been told of a session and how, whom the county seeks out, and the messages to be sent (N08).

use jiff::civil::date;
use xinxiu_domain::actor::Actor;
use xinxiu_domain::calling::{Outcome, Purpose, Reach, Way};
use xinxiu_domain::id::{AttendanceId, EnterpriseId, SessionId};
use xinxiu_store::enterprise::sealed::CONTACT_PHONE;
use xinxiu_store::{attendance, both_engines, params};
use xinxiu_workflow::calling::{self, Tell};
use xinxiu_workflow::{Refusal, invitations};

use crate::support::World;

const ORIGIN: &str = "https://example.invalid";
const PHONE: &str = "0513-00001234";

/// A session of the first class, on a day ahead.
pub fn session(world: &World) -> SessionId {
    let insert = |tx: &xinxiu_store::Tx<'_>| {
        tx.insert(
            "insert into session (plan_item_id, title, held_on, starts_at, ends_at, mode, place, link, capacity, \
             class_hours, lecturer, modules, methods, state) values ($1, '示例第1场', $2, '09:00', '12:00', 'on_site', \
             '示例厅', '', 100, 3, '示例', '', '', 'published') returning id",
            params![world.class(1), date(2022, 6, 28)],
        )
    };
    world.app.store.db.write(insert).unwrap()
}

pub fn invited(world: &World, session: SessionId, name: &str, phone: &str) -> (EnterpriseId, AttendanceId) {
    let id = world.member(name, "海安市信用办", 1);
    let sealed = if phone.is_empty() {
        String::new()
    } else {
        world.app.store.vault.seal(CONTACT_PHONE, phone).unwrap()
    };
    world.sql("update enterprise set contact_phone_sealed = $1 where id = $2", params![sealed, id]);
    world.sql(
        "insert into attendance (session_id, enterprise_id, state, link_hash, link_expires_at, invited_at) \
         values ($1, $2, 'invited', $3, '2999-12-31T00:00:00Z', '2022-06-01T00:00:00Z')",
        params![session, id, name],
    );
    let all = world.app.store.db.read(|tx| attendance::of_enterprise(tx, id)).unwrap();
    (id, all[0].id)
}

fn tell(
    world: &World,
    actor: &Actor,
    whom: &[AttendanceId],
    (way, outcome): (Way, Outcome),
) -> Result<usize, Refusal> {
    let purpose = Purpose::Invite;
    calling::tell(
        &world.app,
        actor,
        &Tell { whom: whom.to_vec(), way, purpose, outcome, note: String::new() },
    )
}

pub fn reach(world: &World, session: SessionId, id: AttendanceId) -> Reach {
    let board = calling::board(&world.app, &world.agency("甲"), session, None).unwrap();
    board.lines.iter().find(|line| line.attendance == id).unwrap().reach
}

both_engines! {
    only_what_was_delivered_or_answered_counts_as_told => |test| {
        let world = World::open(test);
        let agency = world.agency("甲");
        let held = session(&world);
        let (_, id) = invited(&world, held, "甲公司", PHONE);
        assert_eq!(reach(&world, held, id), Reach::Untried);
        for (way, outcome, wanted) in [
            (Way::Sms, Outcome::Sent, Reach::Tried),
            (Way::Phone, Outcome::NoAnswer, Reach::Tried),
            (Way::Phone, Outcome::WrongNumber, Reach::Unreachable),
            (Way::Letter, Outcome::Sent, Reach::Unreachable),
            (Way::Phone, Outcome::NoAnswer, Reach::Tried),
            (Way::Visit, Outcome::Delivered, Reach::Told),
            (Way::Phone, Outcome::WrongNumber, Reach::Told),
        ] {
            assert_eq!(tell(&world, &agency, &[id], (way, outcome)).unwrap(), 1);
            assert_eq!(reach(&world, held, id), wanted, "{way} {outcome}");
        }
        world.sql("update attendance set answered_at = '2022-06-15T00:00:00Z' where id = $1", params![id]);
        assert_eq!(reach(&world, held, id), Reach::Answered);
        let kept = calling::attempts(&world.app, &agency, id).unwrap();
        assert_eq!(kept.len(), 7, "nothing that was tried is lost");
        assert!(kept.iter().all(|one| !one.by_gateway), "no gateway has said so");
        let board = calling::board(&world.app, &agency, held, Some(Reach::Told)).unwrap();
        assert!(board.lines.is_empty());
        assert_eq!(board.counts.iter().map(|(_, count)| count).sum::<usize>(), 1);
    };
    whom_no_phone_reaches_is_the_countys_to_seek_out => |test| {
        let world = World::open(test);
        let held = session(&world);
        let (_, without) = invited(&world, held, "没有电话的公司", "");
        let (_, wrong) = invited(&world, held, "号码错误的公司", PHONE);
        invited(&world, held, "有电话的公司", PHONE);
        tell(&world, &world.agency("甲"), &[wrong], (Way::Sms, Outcome::Undelivered)).unwrap();
        let county = world.county("海安市信用办");
        let seek = |actor: &Actor| {
            let found = calling::to_seek_out(&world.app, actor).unwrap();
            found.iter().map(|line| line.attendance).collect::<Vec<_>>()
        };
        let mut found = seek(&county);
        found.sort();
        assert_eq!(found, [without, wrong]);
        assert_eq!(seek(&world.county("启东市信用办")), []);
        assert_eq!(seek(&world.agency("甲")), [], "the agency sees them in its session");
        tell(&world, &county, &[without], (Way::Visit, Outcome::Delivered)).unwrap();
        assert_eq!(seek(&county), [wrong]);
        world.sql("update session set held_on = '2022-06-01' where id = $1", params![held]);
        assert_eq!(seek(&county), [], "what is over calls nobody");
    };
    nobody_tells_for_others_and_a_foreign_one_among_many_stops_all => |test| {
        let world = World::open(test);
        let held = session(&world);
        let (_, id) = invited(&world, held, "甲公司", PHONE);
        let told = (Way::Phone, Outcome::Delivered);
        for other in [world.agency("乙"), world.county("启东市信用办"), world.window.clone(), world.city.clone()] {
            assert!(matches!(tell(&world, &other, &[id], told), Err(Refusal::Forbidden(_))), "{}", other.name);
        }
        let (moved, foreign) = invited(&world, held, "乙公司", PHONE);
        world.sql(
            "update enterprise set county_id = $1 where id = $2",
            params![world.org("启东市信用办"), moved],
        );
        let county = world.county("启东市信用办");
        assert!(matches!(tell(&world, &county, &[foreign, id], told), Err(Refusal::Forbidden(_))));
        assert_eq!(reach(&world, held, foreign), Reach::Untried, "all or nothing");
        assert_eq!(tell(&world, &county, &[foreign], told).unwrap(), 1);
        let seen = calling::board(&world.app, &county, held, None);
        assert!(matches!(seen, Err(Refusal::Forbidden(_))) || seen.unwrap().lines.len() == 1);
        assert!(matches!(tell(&world, &world.agency("甲"), &[], told), Err(Refusal::Invalid(_))));
        world.sql("update session set state = 'closed' where id = $1", params![held]);
        assert!(matches!(tell(&world, &world.agency("甲"), &[id], told), Err(Refusal::Illegal(_))));
    };
    messages_carry_the_own_link_and_every_number_is_accounted_for => |test| {
        let world = World::open(test);
        let agency = world.agency("甲");
        let held = session(&world);
        let (enterprise, id) = invited(&world, held, "甲公司", PHONE);
        invited(&world, held, "乙公司", "");
        let (_, revoked) = invited(&world, held, "丙公司", PHONE);
        invitations::revoke(&world.app, &agency, revoked).unwrap();
        // The enterprise's page offers the link that works, to whoever may give it out.
        let of = |actor: &Actor, id| {
            let enterprise = world.app.store.db.read(|tx| attendance::load(tx, id)).unwrap().enterprise;
            let links = invitations::links(&world.app, actor, enterprise).unwrap();
            links.into_iter().map(|one| (one.attendance.id, one.token.is_some())).collect::<Vec<_>>()
        };
        assert_eq!(of(&agency, revoked), [(revoked, false)]);
        assert!(of(&world.agency("乙"), revoked).is_empty() && of(&world.center, revoked).is_empty());
        let hand_out = |actor: &Actor, purpose, why: &str| {
            calling::hand_out(&world.app, actor, held, (purpose, None), (why, ORIGIN))
        };
        assert!(matches!(hand_out(&agency, Purpose::Invite, " "), Err(Refusal::Invalid(_))));
        assert!(matches!(hand_out(&world.agency("乙"), Purpose::Invite, "群发"), Err(Refusal::Forbidden(_))));
        assert!(matches!(hand_out(&agency, Purpose::Cancelled, "群发"), Err(Refusal::Illegal(_))));
        let handout = hand_out(&agency, Purpose::Invite, "群发通知").unwrap();
        let found = world.app.store.db.read(|tx| attendance::load(tx, id)).unwrap();
        let link = format!("{ORIGIN}/l/{}", invitations::token(&world.app, &found).unwrap());
        assert_eq!(handout.messages.len(), 1);
        assert_eq!(handout.messages[0].phone, PHONE);
        assert!(handout.messages[0].text.contains(&link) && handout.messages[0].text.contains("甲公司"));
        let left: Vec<_> = handout.left_out.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(left, ["乙公司", "丙公司"]);
        let disclosed: i64 = world.app.store.db.read(|tx| {
            tx.number("select count(*) from disclosure where enterprise_id = $1", params![enterprise])
        }).unwrap();
        let all: i64 = world.app.store.db.read(|tx| tx.number("select count(*) from disclosure", &[])).unwrap();
        assert_eq!((disclosed, all), (1, 1));
        let summaries = world.app.store.db.read(|tx| {
            tx.number("select count(*) from audit_entry where summary like '%00001234%'", &[])
        }).unwrap();
        assert_eq!(summaries, 0, "no number stands in the audit");
    };
    the_words_are_the_campaigns_own_once_the_city_changed_them => |test| {
        let world = World::open(test);
        let change = |actor: &Actor, text: &str, version| {
            calling::change_words(&world.app, actor, Purpose::Invite, text, version)
        };
        let own = "{企业}，请来{培训}：{链接}";
        assert!(matches!(change(&world.agency("甲"), own, 0), Err(Refusal::Forbidden(_))));
        assert!(matches!(change(&world.city, "{企业}请来", 0), Err(Refusal::Invalid(_))));
        change(&world.city, own, 0).unwrap();
        assert!(matches!(change(&world.city, own, 0), Err(Refusal::Store(_))), "somebody else was first");
        change(&world.city, &format!("{own} 谢谢"), 1).unwrap();
        let all = calling::words(&world.app, &world.agency("甲")).unwrap();
        assert_eq!(all.len(), Purpose::ALL.len());
        assert_eq!((all[0].text.as_str(), all[0].version), ("{企业}，请来{培训}：{链接} 谢谢", 2));
        assert_eq!(all[1].version, 0);
    };
}
