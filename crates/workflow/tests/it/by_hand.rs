//! Pairs that a person puts forward: into the queue with the reason, joined only by whoever looks at both (N08 N18).

use jiff::civil::date;
use xinxiu_domain::id::{EnterpriseId, MatchId};
use xinxiu_domain::identity::MatchState;
use xinxiu_store::join_since::{Later, Since};
use xinxiu_store::{both_engines, params};
use xinxiu_workflow::identity::{self, Verdict};
use xinxiu_workflow::{Refusal, archives, enterprises};

use crate::identity::{everything, joined, likely, name, number, queue, records, same, uncoded};
use crate::lists::{csv, import, line};
use crate::support::World;

/// One enterprise with a code and one of quite another name without.
fn strangers(world: &World) -> (EnterpriseId, EnterpriseId) {
    import(world, &csv([line(1, "罚款1000元")]));
    let one = world.app.store.db.read(|tx| tx.number("select min(id) from enterprise", &[])).unwrap();
    let other = world.member("示例曾用名完全不同（虚构）商行", "海门区信用办", 7);
    world.sql("update enterprise set uscc = null where id = $1", params![other]);
    (EnterpriseId(one), other)
}

/// What came since, as the page of the pair offers it.
fn since(world: &World, pair: MatchId) -> Vec<Since> {
    identity::pair(&world.app, &world.center, pair).unwrap().since
}

fn put(world: &World, pair: (EnterpriseId, EnterpriseId), reason: &str) -> Result<i64, Refusal> {
    identity::put_forward(&world.app, &world.center, pair, reason).map(|id| id.0)
}

both_engines! {
    what_a_person_knows_goes_to_the_queue_and_is_joined_there => |test| {
        let world = World::open(test);
        let (one, other) = strangers(&world);
        assert!(queue(&world, None).is_empty());
        assert!(matches!(put(&world, (other, one), " "), Err(Refusal::Invalid(_))));
        put(&world, (other, one), "企业来电说明是更名前后的同一家").unwrap();
        let found = queue(&world, Some(MatchState::Open)).remove(0).found;
        assert_eq!((found.one, found.other, found.proposed_why.as_str()), (one, other, "企业来电说明是更名前后的同一家"));
        assert_eq!((found.proposed_by.as_str(), joined(&world, other)), (world.center.name.as_str(), None));
        for id in [one, other] {
            let card = enterprises::card(&world.app, &world.center, id).unwrap();
            assert!(card.history.iter().any(|entry| entry.summary.contains("来电说明")), "{:?}", card.history);
        }
        // Whoever says so once more writes the newer reason; the pair stays one.
        put(&world, (one, other), "营业执照变更记录一致").unwrap();
        let again = queue(&world, None);
        assert_eq!((again.len(), again[0].found.proposed_why.as_str()), (1, "营业执照变更记录一致"));
        identity::decide(&world.app, &world.center, found.id, Verdict::Same, ("变更记录一致", None)).unwrap();
        assert_eq!(joined(&world, other), Some(one));
        assert!(matches!(put(&world, (one, other), "再说一次"), Err(Refusal::Missing(_))));
        identity::undo(&world.app, &world.center, found.id, ("不是一家", &[])).unwrap();
        assert_eq!(joined(&world, other), None);
    };
    a_word_joins_no_two_codes_nor_oneself_nor_what_was_decided => |test| {
        let world = World::open(test);
        import(&world, &csv([line(1, "罚款1000元"), line(2, "罚款1000元").replace(&name(2), &name(1)), line(3, "罚款1000元")]));
        let ids: Vec<EnterpriseId> = world.app.store.db.read(|tx| tx.query("select id from enterprise order by id", &[], |row| row.get("id"))).unwrap();
        assert!(matches!(put(&world, (ids[0], ids[0]), "就是本企业"), Err(Refusal::Missing(_))));
        for other in [ids[1], ids[2]] {
            put(&world, (ids[0], other), "听说是一家").unwrap();
            let pair = queue(&world, Some(MatchState::Open)).remove(0).found;
            assert!(identity::pair(&world.app, &world.center, pair.id).unwrap().ways.is_empty());
            let same = identity::decide(&world.app, &world.center, pair.id, Verdict::Same, ("听说是一家", None));
            assert!(matches!(same, Err(Refusal::Missing(_))), "{same:?}");
            identity::decide(&world.app, &world.center, pair.id, Verdict::Different, ("两张执照", None)).unwrap();
            let again = put(&world, (ids[0], other), "还是一家");
            let Err(Refusal::Missing(missing)) = again else { panic!("{again:?}") };
            assert!(missing[0].code == "found_already" && missing[0].message.contains("两张执照"), "{missing:?}");
        }
        let county = world.county("海门区信用办");
        let refused = identity::put_forward(&world.app, &county, (ids[1], ids[2]), "听说是一家");
        assert!(matches!(refused, Err(Refusal::Forbidden(_))));
    };
    what_a_person_put_forward_comes_before_what_was_found => |test| {
        let world = World::open(test);
        likely(&world);
        let id = world.member("示例另一家（虚构）商行", "海门区信用办", 7);
        world.penalty(id, "南通市生态环境局", date(2022, 1, 5), xinxiu_domain::penalty::PenaltyClass::General);
        let first = queue(&world, None)[0].found.one;
        put(&world, (first, id), "同一法定代表人").unwrap();
        let order: Vec<bool> = queue(&world, Some(MatchState::Open)).iter().map(|one| one.found.is_by_hand()).collect();
        assert_eq!(order, [true, false]);
    };
    what_came_after_a_joining_stays_unless_it_is_chosen => |test| {
        let world = World::open(test);
        let (pair, one, other) = likely(&world);
        world.attended(one, date(2022, 5, 1), "present");
        let before = everything(&world);
        same(&world, pair).unwrap();
        assert!(since(&world, pair).is_empty());
        for day in [date(2022, 6, 1), date(2022, 6, 2)] {
            world.attended(one, day, "present");
        }
        world.sql("update attendance set invited_at = '2999-01-01T00:00:00.000000Z' where session_id in (select id from session where held_on > '2022-05-31')", &[]);
        world.sql("insert into archive (campaign_id, enterprise_id, number, opened_at) values ($1, $2, 'NT2022-000009', '2999-01-01T00:00:00.000000Z')", params![world.campaign, one]);
        let found = since(&world, pair);
        let shown: Vec<_> = found.iter().map(|one| (one.kind, one.on.map(|day| day.to_string()))).collect();
        assert_eq!(shown[..2], [(Later::Attendance, Some("2022-06-01".into())), (Later::Attendance, Some("2022-06-02".into()))]);
        assert_eq!((shown.len(), shown[2].0), (3, Later::Archive));
        let undo = |along: &[(Later, i64)]| identity::undo(&world.app, &world.center, pair, ("核实为两家", along));
        // Neither what stays with the kept one nor what was there before can be chosen.
        for wrong in [(Later::Archive, found[2].id), (Later::Attendance, 1), (Later::Attendance, 999)] {
            assert!(matches!(undo(&[wrong]), Err(Refusal::Invalid(_))), "{wrong:?}");
        }
        undo(&[(Later::Attendance, found[1].id)]).unwrap();
        let owner = |held_on: &str| EnterpriseId(number(&world, &format!("select a.enterprise_id from attendance a join session s on s.id = a.session_id where s.held_on = '{held_on}'")));
        assert_eq!((owner("2022-06-01"), owner("2022-06-02")), (one, other));
        let after = everything(&world);
        assert!(before.iter().all(|line| after.contains(line)));
        assert!(after.contains(&format!("archive 1 {}", one.0)));
        let card = enterprises::card(&world.app, &world.center, other).unwrap();
        assert!(card.history.iter().any(|entry| entry.summary.contains("参训「示例场次」一并退回")), "{:?}", card.history);
    };
    records_that_came_later_go_with_all_that_stands_on_them => |test| {
        let world = World::open(test);
        let (pair, one, other) = likely(&world);
        same(&world, pair).unwrap();
        world.app.clock.set(date(2022, 6, 20));
        import(&world, &csv([line(1, "罚款1000元"), uncoded(&name(1), 100, "海门区"), uncoded(&name(1), 200, "海门区")]));
        let found = since(&world, pair);
        assert_eq!((found.len(), found[0].kind), (1, Later::Penalty), "{found:?}");
        assert!(found[0].what.contains("200号"), "{found:?}");
        identity::undo(&world.app, &world.center, pair, ("核实为两家", &[(Later::Penalty, found[0].id)])).unwrap();
        assert_eq!((records(&world, one), records(&world, other)), (1, 2));
        assert_eq!(number(&world, &format!("select count(*) from list_entry where enterprise_id = {}", other.0)), 2);
    };
    two_archives_of_one_enterprise_stand_on_one_line => |test| {
        let world = World::open(test);
        let (pair, one, other) = likely(&world);
        let open = |id: EnterpriseId, no: &str| {
            world.sql("insert into archive (campaign_id, enterprise_id, number, opened_at) values ($1, $2, $3, '2022-06-01T00:00:00.000000Z')", params![world.campaign, id, no]);
        };
        open(other, "NT2022-000002");
        let list = |search: &str| {
            let found = archives::list(&world.app, &world.center, search, "", 10).unwrap();
            found.into_iter().map(|line| (line.archive.number, line.from, line.others.len())).collect::<Vec<_>>()
        };
        same(&world, pair).unwrap();
        // The only one went over, and says whose it was.
        assert_eq!(list(""), [("NT2022-000002".to_owned(), format!("「{}」（无代码）", name(1)), 0)]);
        identity::undo(&world.app, &world.center, pair, ("核实为两家", &[])).unwrap();
        open(one, "NT2022-000001");
        assert_eq!(list("").len(), 2);
        same(&world, pair).unwrap();
        for search in ["", "NT2022-000001", "NT2022-000002", name(1).as_str()] {
            assert_eq!(list(search), [("NT2022-000001".to_owned(), String::new(), 1)], "{search}");
        }
        identity::undo(&world.app, &world.center, pair, ("核实为两家", &[])).unwrap();
        assert!(list("").iter().all(|(_, from, others)| from.is_empty() && *others == 0));
    };
}
