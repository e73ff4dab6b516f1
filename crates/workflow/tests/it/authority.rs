//! The recognising authority's work: findings, rectification, delisting.

use jiff::civil::date;
use xinxiu_domain::actor::Actor;
use xinxiu_domain::finding::Party;
use xinxiu_domain::id::{EnterpriseId, ListingId};
use xinxiu_domain::penalty::PenaltyClass;
use xinxiu_domain::rectification::{
    Cause, Conditions, DelistingAction, RectificationState, RectificationStatus,
};
use xinxiu_store::{both_engines, params};
use xinxiu_workflow::Refusal;
use xinxiu_workflow::delistings;
use xinxiu_workflow::findings::{self, RecordFinding};
use xinxiu_workflow::rectifications::{self, Attachment, Deadline, Meeting};

use crate::support::{World, enterprise_actor};

const AUTHORITY: &str = "南通市生态环境局";

fn scene(test: &xinxiu_store::testing::TestStore) -> (World, Actor, EnterpriseId) {
    let world = World::open(test);
    let enterprise = world.member("甲公司", "海安市信用办", 1);
    world.penalty(enterprise, AUTHORITY, date(2022, 1, 5), PenaltyClass::General);
    let authority = world.authority(AUTHORITY);
    (world, authority, enterprise)
}

fn listing(world: &World, enterprise: EnterpriseId) -> ListingId {
    world
        .app
        .store
        .db
        .write(|tx| {
            tx.insert(
                "insert into listing (enterprise_id, list_kind, reason, listing_body, authority_id) \
                 values ($1, 'watch', '示例事由', $2, $3) returning id",
                params![enterprise, AUTHORITY, world.org(AUTHORITY)],
            )
        })
        .unwrap()
}

fn said(enterprise: EnterpriseId, cause: Cause) -> RecordFinding {
    RecordFinding {
        enterprise,
        penalty: None,
        cause,
        rectification: RectificationStatus::UnderWay,
        conditions: Conditions::Unclear,
        note: String::new(),
    }
}

fn talk(record: &str) -> Meeting {
    Meeting { record: record.into(), enterprise_side: "法定代表人".into(), ..Meeting::default() }
}

fn photo(world: &World, name: &str) -> Attachment {
    let kept = world.app.store.files.keep(name.as_bytes()).unwrap();
    Attachment { kept, name: name.into(), media_type: "image/jpeg".into() }
}

both_engines! {
    from_notice_to_interview_to_passed => |test| {
        let (world, authority, enterprise) = scene(test);
        let (app, actor) = (&world.app, &authority);
        let told = rectifications::notify(app, actor, &[enterprise], "").unwrap();
        assert_eq!(told.done, ["甲公司"]);
        let again = rectifications::notify(app, actor, &[enterprise], "").unwrap();
        assert!(again.done.is_empty() && again.left[0].1.contains("已通知参训"));
        // The meeting is a step of its own, with who came and what was said; it may be held again.
        let nobody = Meeting { enterprise_side: " ".into(), ..talk("说明整改要求") };
        assert!(matches!(rectifications::meet(app, actor, enterprise, &nobody, &[]), Err(Refusal::Invalid(errors)) if errors[0].field == "meet_enterprise_side"));
        let ahead = Meeting { held_on: Some(date(2022, 6, 15)), ..talk("说明整改要求") };
        assert!(matches!(rectifications::meet(app, actor, enterprise, &ahead, &[]), Err(Refusal::Missing(_))));
        let photos = ["一.jpg", "二.jpg"].map(|name| photo(&world, name));
        rectifications::meet(app, actor, enterprise, &talk("说明整改要求"), &photos).unwrap();
        let met = rectifications::show(app, actor, enterprise).unwrap();
        assert_eq!((met.state, met.events[1].files.len()), (RectificationState::Met, 2));
        let (_, _, said, by) = rectifications::record(app, actor, enterprise, met.events[1].id).unwrap();
        assert_eq!((said.record.as_str(), said.held_on, by.as_str()), ("说明整改要求", Some(date(2022, 6, 14)), AUTHORITY));
        assert!(rectifications::record(app, actor, enterprise, met.events[0].id).is_err());
        let due = rectifications::set_deadline(app, actor, enterprise, Deadline::WorkingDays(10), "补办手续").unwrap();
        assert!(matches!(rectifications::meet(app, actor, enterprise, &talk("再谈"), &[]), Err(Refusal::Illegal(_))));
        assert_eq!(due, date(2022, 6, 28));
        assert!(matches!(rectifications::interview(app, actor, enterprise, &talk("约谈"), &[]), Err(Refusal::Missing(_))));
        assert!(matches!(rectifications::extend(app, actor, enterprise, date(2022, 6, 28), "停产"), Err(Refusal::Missing(_))));
        rectifications::extend(app, actor, enterprise, date(2022, 7, 5), "停产").unwrap();
        app.clock.set(date(2022, 7, 6));
        assert!(rectifications::list(app, actor).unwrap()[0].overdue(date(2022, 7, 6)));
        assert!(rectifications::show(app, actor, enterprise).unwrap().overdue);
        rectifications::interview(app, actor, enterprise, &talk("法定代表人承诺十日内完成"), &[]).unwrap();
        rectifications::set_deadline(app, actor, enterprise, Deadline::On(date(2022, 7, 20)), "补办手续").unwrap();
        assert!(matches!(rectifications::check(app, actor, enterprise, true, " ", &[]), Err(Refusal::Invalid(_))));
        rectifications::check(app, actor, enterprise, true, "现场已整改", &[]).unwrap();
        let shown = rectifications::show(app, actor, enterprise).unwrap();
        assert_eq!((shown.state, shown.events.len()), (RectificationState::Passed, 7));
    };
    one_deadline_for_several_is_looked_at_first_and_written_down_for_each => |test| {
        let (world, authority, first) = scene(test);
        let second = world.member("乙公司", "如皋市信用办", 5);
        world.penalty(second, AUTHORITY, date(2022, 1, 5), PenaltyClass::General);
        let (app, actor) = (&world.app, &authority);
        rectifications::notify(app, actor, &[first, second], "").unwrap();
        let both = [first, second];
        let state = |id| rectifications::show(app, actor, id).unwrap().state;
        let count = "select count(*) from audit_entry where action = 'rectification.step'";
        let entries = || world.app.store.db.read(|tx| tx.number(count, &[])).unwrap();
        let before = entries();
        let seen = rectifications::propose_deadlines(app, actor, &both, Deadline::WorkingDays(10), "补办手续").unwrap();
        assert_eq!((seen.due, seen.whom.len(), seen.left.len()), (date(2022, 6, 28), 2, 0));
        assert_eq!((entries(), state(first)), (before, RectificationState::Notified));
        for (chosen, demand) in [(&both[..0], "补办手续"), (&both[..], " ")] {
            assert!(matches!(rectifications::set_deadlines(app, actor, chosen, seen.due, demand), Err(Refusal::Invalid(_))));
        }
        assert!(matches!(rectifications::set_deadlines(app, actor, &both, date(2022, 6, 14), "补办"), Err(Refusal::Missing(_))));
        // A list with a stranger in it is refused whole.
        let far = world.member("丙公司", "如皋市信用办", 5);
        let strange = rectifications::set_deadlines(app, actor, &[first, far], seen.due, "补办手续");
        assert!(matches!(strange, Err(Refusal::Forbidden(_))));
        assert_eq!((entries(), state(first)), (before, RectificationState::Notified));
        // Who has one by now is left, and named.
        rectifications::set_deadline(app, actor, first, Deadline::WorkingDays(5), "先行补办").unwrap();
        let done = rectifications::set_deadlines(app, actor, &both, seen.due, "补办手续").unwrap();
        assert_eq!((done.done, done.left[0].0.as_str()), (vec!["乙公司".to_owned()], "甲公司"));
        assert_eq!((entries() - before, state(second)), (2, RectificationState::DeadlineSet));
        let shown = rectifications::show(app, actor, second).unwrap();
        assert_eq!((shown.due_on, shown.events.last().unwrap().note.as_str()), (Some(seen.due), "补办手续"));
    };
    a_past_deadline_is_refused => |test| {
        let (world, authority, enterprise) = scene(test);
        let refused = rectifications::set_deadline(&world.app, &authority, enterprise, Deadline::On(date(2022, 6, 14)), "补办");
        assert!(matches!(refused, Err(Refusal::Missing(_))));
        assert_eq!(rectifications::show(&world.app, &authority, enterprise).unwrap().state, RectificationState::Open);
    };
    the_enterprise_reads_what_is_asked_of_it_and_no_deadline_is_absurd => |test| {
        let (world, authority, enterprise) = scene(test);
        let (app, own) = (&world.app, enterprise_actor(enterprise));
        let read = || rectifications::demanded(app, &own, enterprise).unwrap();
        assert_eq!(read(), []);
        rectifications::meet(app, &authority, enterprise, &Meeting { undertaking: "月底前补办".into(), ..talk("说明要求") }, &[]).unwrap();
        for absurd in [Deadline::WorkingDays(9999), Deadline::WorkingDays(u32::MAX), Deadline::WorkingDays(300), Deadline::On(date(2023, 6, 15))] {
            let refused = rectifications::set_deadline(app, &authority, enterprise, absurd, "补办手续");
            assert!(matches!(refused, Err(Refusal::Invalid(_) | Refusal::Missing(_))), "{absurd:?}");
        }
        rectifications::set_deadline(app, &authority, enterprise, Deadline::WorkingDays(10), "补办手续").unwrap();
        rectifications::extend(app, &authority, enterprise, date(2022, 7, 5), "停产").unwrap();
        let one = read().remove(0);
        assert_eq!((one.authority.as_str(), one.state, one.due_on), (AUTHORITY, RectificationState::DeadlineSet, Some(date(2022, 7, 5))));
        assert_eq!((one.asked.as_str(), one.moved.as_str(), one.findings.as_str()), ("补办手续", "停产", ""));
        assert_eq!(one.held.map(|held| held.undertaking), Some("月底前补办".into()));
        rectifications::check(app, &authority, enterprise, false, "仍未补办", &[]).unwrap();
        assert_eq!(read()[0].findings, "仍未补办");
        // A new deadline begins anew.
        rectifications::interview(app, &authority, enterprise, &talk("约谈"), &[]).unwrap();
        rectifications::set_deadline(app, &authority, enterprise, Deadline::WorkingDays(20), "再次补办").unwrap();
        let one = read().remove(0);
        assert_eq!((one.asked.as_str(), one.moved.as_str(), one.findings.as_str()), ("再次补办", "", ""));
        let stranger = world.member("乙公司", "海安市信用办", 1);
        assert!(matches!(rectifications::demanded(app, &enterprise_actor(stranger), enterprise), Err(Refusal::Forbidden(_))));
    };
    an_authority_touches_its_own_only => |test| {
        let (world, _, enterprise) = scene(test);
        let other = world.authority("南通市应急管理局");
        assert!(rectifications::list(&world.app, &other).unwrap().is_empty());
        assert!(matches!(rectifications::notify(&world.app, &other, &[enterprise], ""), Err(Refusal::Forbidden(_))));
        assert!(matches!(rectifications::show(&world.app, &other, enterprise), Err(Refusal::Forbidden(_))));
        let refused = delistings::receive(&world.app, &other, enterprise, None, "已整改");
        assert!(matches!(refused, Err(Refusal::Forbidden(_))));
    };
    leaving_a_list_marks_the_listing => |test| {
        let (world, authority, enterprise) = scene(test);
        let listing = listing(&world, enterprise);
        let id = delistings::receive(&world.app, &authority, enterprise, Some(listing), "已整改").unwrap();
        let twice = delistings::receive(&world.app, &authority, enterprise, Some(listing), "已整改");
        assert!(matches!(twice, Err(Refusal::Missing(_))));
        let bare = delistings::decide(&world.app, &authority, id, DelistingAction::Refuse, "");
        assert!(matches!(bare, Err(Refusal::Invalid(_))));
        let early = delistings::decide(&world.app, &authority, id, DelistingAction::Grant, "同意");
        let Err(Refusal::Missing(gaps)) = early else { panic!("granted without a check") };
        assert_eq!(gaps[0].code, "rectification");
        rectifications::set_deadline(&world.app, &authority, enterprise, Deadline::WorkingDays(5), "补办手续").unwrap();
        let (_, gaps) = delistings::show(&world.app, &authority, id).unwrap();
        assert!(gaps[0].message.contains("还没有登记检查结果"));
        rectifications::check(&world.app, &authority, enterprise, true, "现场已整改", &[]).unwrap();
        assert_eq!(delistings::show(&world.app, &authority, id).unwrap().1, []);
        delistings::decide(&world.app, &authority, id, DelistingAction::Grant, "同意").unwrap();
        assert_eq!(rectifications::show(&world.app, &authority, enterprise).unwrap().listings[0].gone_since, Some(date(2022, 6, 14)));
        let again = delistings::decide(&world.app, &authority, id, DelistingAction::Refuse, "改判");
        assert!(matches!(again, Err(Refusal::Illegal(_))));
    };
    each_party_has_its_say_and_nothing_is_lost => |test| {
        let (world, authority, enterprise) = scene(test);
        let own = enterprise_actor(enterprise);
        findings::record(&world.app, &own, &said(enterprise, Cause::CashShortage)).unwrap();
        findings::record(&world.app, &own, &said(enterprise, Cause::StaffChange)).unwrap();
        findings::record(&world.app, &authority, &said(enterprise, Cause::WeakManagement)).unwrap();
        let stranger = enterprise_actor(EnterpriseId(enterprise.0 + 1));
        assert!(matches!(findings::record(&world.app, &stranger, &said(enterprise, Cause::Disputed)), Err(Refusal::Forbidden(_))));
        assert!(matches!(findings::record(&world.app, &own, &said(enterprise, Cause::OtherCause)), Err(Refusal::Invalid(_))));
        let found = findings::of_enterprise(&world.app, &authority, enterprise).unwrap();
        assert_eq!((found.history.len(), found.latest.len()), (3, 2));
        assert_eq!(found.last_of(Party::Enterprise).unwrap().cause, Cause::StaffChange);
    };
}
