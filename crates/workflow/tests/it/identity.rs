//! Enterprises that may be one: proposed, judged, joined, parted; and what becomes of them in law (N08 N18).

use jiff::civil::date;
use xinxiu_domain::change::ChangeKind;
use xinxiu_domain::id::{EnterpriseId, MatchId};
use xinxiu_domain::identity::MatchState;
use xinxiu_domain::penalty::PenaltyClass;
use xinxiu_domain::{RegistrationNumber, archive::SurvivalState};
use xinxiu_store::enterprise_search::{BY_NAME, Filter};
use xinxiu_store::likely_match::{self, QueueFilter, Queued};
use xinxiu_store::{StoreError, audit, both_engines, enterprise_join, params};
use xinxiu_workflow::enterprises::{self, LawCommand};
use xinxiu_workflow::identity::{self, Verdict};
use xinxiu_workflow::{Refusal, home, jobs};

use crate::lists::{code, csv, import, line};
use crate::support::World;

const BUREAU: &str = "南通市生态环境局";

pub fn queue(world: &World, state: Option<MatchState>) -> Vec<Queued> {
    let filter = QueueFilter { state, county: None };
    let found = identity::queue(&world.app, &world.center, filter, (0, 100)).unwrap();
    assert_eq!(found.count, i64::try_from(found.lines.len()).unwrap());
    found.lines
}

pub fn number(world: &World, sql: &str) -> i64 {
    world.app.store.db.read(|tx| tx.number(sql, &[])).unwrap()
}

/// A line without a code of an enterprise that is otherwise written as [`line`] writes it.
pub fn uncoded(name: &str, decision: usize, county: &str) -> String {
    format!("{name},,示环罚字〔2022〕{decision}号,2022-01-05,{BUREAU},罚款,罚款1000元,{county},\n")
}

pub fn name(number: usize) -> String {
    format!("示例企业{number}（虚构）有限公司")
}

/// Two records of one enterprise, a likely pair: one with a code, one without, each with a decision of its own.
pub fn likely(world: &World) -> (MatchId, EnterpriseId, EnterpriseId) {
    import(world, &csv([line(1, "罚款1000元"), uncoded(&name(1), 100, "海门区")]));
    let found = queue(world, Some(MatchState::Open));
    assert_eq!(found.len(), 1, "{found:?}");
    (found[0].found.id, found[0].found.one, found[0].found.other)
}

pub fn joined(world: &World, id: EnterpriseId) -> Option<EnterpriseId> {
    world.app.store.db.read(|tx| enterprise_join::joined_into(tx, id)).unwrap()
}

pub fn records(world: &World, id: EnterpriseId) -> usize {
    enterprises::card(&world.app, &world.center, id).unwrap().penalties.len()
}

/// Every row of what an enterprise has, as text, to compare before and after.
pub fn everything(world: &World) -> Vec<String> {
    let tables = [
        ("penalty", "id"),
        ("listing", "id"),
        ("attendance", "id"),
        ("commitment", "id"),
        ("guidance", "id"),
        ("application", "id"),
        ("rectification", "id"),
        ("finding", "id"),
        ("archive", "id"),
        ("known_name", "id"),
    ];
    let mut all = Vec::new();
    for (table, id) in tables {
        let sql = format!(
            "select cast({id} as text) || ' ' || cast(enterprise_id as text) as line from {table} order by {id}"
        );
        let rows = world.app.store.db.read(|tx| tx.query(&sql, &[], |row| row.get::<String>("line")));
        all.extend(rows.unwrap().into_iter().map(|line| format!("{table} {line}")));
    }
    for sql in [
        "select cast(campaign_id as text) || ' ' || cast(enterprise_id as text) || ' ' || \
         coalesce(cast(plan_item_id as text), '-') || ' ' || willingness || ' ' || joined_at as line from member order by 1",
        "select list_kind || ' ' || cast(enterprise_id as text) || ' ' || coalesce(cast(penalty_id as text), '-') || ' ' || \
         coalesce(gone_since, '-') as line from list_entry order by 1",
        "select cast(push_id as text) || ' ' || cast(enterprise_id as text) as line from push_entry order by 1",
        "select cast(id as text) || ' ' || coalesce(cast(joined_into as text), '-') as line from enterprise order by 1",
    ] {
        all.extend(
            world.app.store.db.read(|tx| tx.query(sql, &[], |row| row.get::<String>("line"))).unwrap(),
        );
    }
    all
}

pub fn same(world: &World, id: MatchId) -> Result<(), Refusal> {
    identity::decide(&world.app, &world.center, id, Verdict::Same, ("营业执照一致", None))
}

fn change(world: &World, id: EnterpriseId, kind: ChangeKind) -> LawCommand {
    let _ = (world, id);
    LawCommand {
        kind,
        happened_on: date(2022, 6, 1),
        name: String::new(),
        county: None,
        successor: String::new(),
        reason: "登记机关通知书".into(),
    }
}

both_engines! {
    joining_takes_everything_along_and_undoing_gives_exactly_that_back => |test| {
        let world = World::open(test);
        let (pair, one, other) = likely(&world);
        world.attended(other, date(2022, 6, 1), "passed");
        world.listing(other, BUREAU);
        world.sql("insert into push (campaign_id, county_id, state, enterprises, sent_by, sent_at) \
                   select $1, county_id, 'sent', 2, '示例', '2022-06-01T00:00:00Z' from enterprise where id = $2", params![world.campaign, one]);
        world.sql("insert into push_entry (push_id, enterprise_id) select p.id, e.id from push p cross join enterprise e", &[]);
        let before = everything(&world);
        assert_eq!((records(&world, one), records(&world, other)), (1, 1));
        same(&world, pair).unwrap();
        assert_eq!((joined(&world, other), joined(&world, one)), (Some(one), None));
        assert_eq!((records(&world, one), records(&world, other)), (2, 0));
        let card = enterprises::card(&world.app, &world.center, one).unwrap();
        assert_eq!((card.listings.len(), card.origins.len()), (1, 2));
        assert!(card.history.iter().any(|entry| entry.summary.contains("并入本企业")));
        let gone = enterprises::card(&world.app, &world.center, other).unwrap();
        assert_eq!(gone.joined_into().map(|join| join.kept), Some(one));
        assert!(gone.history.iter().any(|entry| entry.summary.contains("记录并入该企业")));
        // It is counted and listed once.
        assert_eq!(number(&world, "select count(*) from member"), 1);
        let page = enterprises::list(&world.app, &world.center, &Filter::default(), (BY_NAME, None), 50).unwrap();
        assert_eq!(page.rows.len(), 1);
        assert_eq!(number(&world, "select count(*) from push_entry"), 1);
        identity::undo(&world.app, &world.center, pair, ("核实为两家", &[])).unwrap();
        assert_eq!(everything(&world), before);
        assert_eq!(queue(&world, Some(MatchState::Open)).len(), 1);
        world.app.store.db.read(audit::verify).unwrap();
    };
    a_decision_that_both_have_counts_once_and_stays_with_each => |test| {
        let world = World::open(test);
        import(&world, &csv([line(1, "罚款1000元"), uncoded(&name(1), 100, "")]));
        let pair = queue(&world, Some(MatchState::Open)).remove(0).found;
        world.sql("insert into penalty (enterprise_id, decision_number, decision_key, authority, authority_id, decision_date, facts, \
                   state, edition, class, verdict, assessed_on, assessment, recorded_on) select $1, decision_number, decision_key, \
                   authority, authority_id, decision_date, facts, state, edition, class, verdict, assessed_on, assessment, recorded_on \
                   from penalty where enterprise_id = $2", params![pair.other, pair.one]);
        world.sql("insert into list_entry (campaign_id, list_kind, enterprise_id, penalty_id, batch_id) select campaign_id, 'watch', $1, \
                   (select max(id) from penalty), batch_id from list_entry where enterprise_id = $2", params![pair.other, pair.one]);
        let before = everything(&world);
        same(&world, pair.id).unwrap();
        assert_eq!((records(&world, pair.one), records(&world, pair.other)), (2, 1));
        // The kept one now stands on the list on which only the other's record stood.
        let sql = format!("select count(*) from list_entry where enterprise_id = {} and list_kind = 'watch' and gone_since is null", pair.one);
        assert_eq!(number(&world, &sql), 1);
        identity::undo(&world.app, &world.center, pair.id, ("核实为两家", &[])).unwrap();
        assert_eq!(everything(&world), before);
    };
    what_only_one_can_have_is_in_the_way_and_named => |test| {
        let world = World::open(test);
        let (pair, one, other) = likely(&world);
        world.attended(one, date(2022, 6, 1), "present");
        world.sql("insert into attendance (session_id, enterprise_id, state, link_hash, link_expires_at, invited_at) \
                   select session_id, $1, 'present', 'other', link_expires_at, invited_at from attendance", params![other]);
        let before = everything(&world);
        let Err(Refusal::Missing(missing)) = same(&world, pair) else { panic!("joined") };
        assert!(missing.iter().any(|one| one.code == "both_in_session" && one.message.contains("示例场次")), "{missing:?}");
        assert_eq!(everything(&world), before);
        assert_eq!(identity::pair(&world.app, &world.center, pair).unwrap().ways[0].obstacles.len(), missing.len());
    };
    work_done_since_on_what_would_go_back_is_in_the_way_of_undoing => |test| {
        let world = World::open(test);
        let (pair, one, other) = likely(&world);
        same(&world, pair).unwrap();
        let moved = enterprises::card(&world.app, &world.center, one).unwrap().penalties;
        let record = moved.iter().find(|penalty| penalty.decision.key().contains("100")).unwrap().id;
        let agency = world.org("示例信用服务机构甲（虚构）");
        world.sql("insert into application (campaign_id, enterprise_id, agency_id, state) values ($1, $2, $3, 'draft')", params![world.campaign, one, agency]);
        world.sql("insert into application_item (application_id, penalty_id, state) select max(id), $1, 'pending' from application", params![record]);
        let refused = identity::undo(&world.app, &world.center, pair, ("核实为两家", &[]));
        assert!(matches!(refused, Err(Refusal::Missing(_))), "{refused:?}");
        assert_eq!(joined(&world, other), Some(one));
    };
    what_was_found_different_is_remembered_over_the_next_list => |test| {
        let world = World::open(test);
        let (pair, ..) = likely(&world);
        identity::decide(&world.app, &world.center, pair, Verdict::Different, ("电话核实是两家", None)).unwrap();
        import(&world, &csv([line(1, "罚款1000元"), uncoded(&name(1), 100, "海门区"), line(2, "罚款1000元")]));
        let job = identity::look_everywhere(&world.app, &world.city).unwrap();
        assert!(jobs::run_one(&world.app, job).unwrap());
        assert!(queue(&world, Some(MatchState::Open)).is_empty());
        assert_eq!(queue(&world, Some(MatchState::Different)).len(), 1);
        let again = identity::decide(&world.app, &world.center, pair, Verdict::Same, ("营业执照一致", None));
        assert!(matches!(again, Err(Refusal::Illegal(_))));
    };
    a_doubt_stays_in_the_queue_and_can_be_settled => |test| {
        let world = World::open(test);
        let (pair, _, other) = likely(&world);
        let waiting = |world: &World| {
            let tasks = home::tasks(&world.app, &world.center).unwrap();
            tasks.into_iter().find(|task| task.href.starts_with("/identity")).unwrap().count
        };
        assert_eq!(waiting(&world), 1);
        assert!(identity::decide(&world.app, &world.center, pair, Verdict::Unsure, (" ", None)).is_err());
        identity::decide(&world.app, &world.center, pair, Verdict::Unsure, ("等待企业提供执照", None)).unwrap();
        assert_eq!(waiting(&world), 0);
        same(&world, pair).unwrap();
        assert!(joined(&world, other).is_some());
    };
    a_county_decides_no_identity => |test| {
        let world = World::open(test);
        let (pair, ..) = likely(&world);
        let clerk = world.county("海门区信用办");
        assert!(matches!(identity::pair(&world.app, &clerk, pair), Err(Refusal::Forbidden(_))));
        assert!(matches!(identity::decide(&world.app, &clerk, pair, Verdict::Same, ("理由理由", None)), Err(Refusal::Forbidden(_))));
    };
    what_is_sure_is_joined_at_once_and_once_undone_stays_apart => |test| {
        let world = World::open(test);
        let number_of = RegistrationNumber::from_body("32068400001234").unwrap();
        import(&world, &csv([line(1, "罚款1000元")]));
        world.sql("update enterprise set registration_number = $1", params![number_of.as_str()]);
        // The same number, and a name that the coded one has among its other names.
        let id = world.member("示例旧名（虚构）有限公司", "海门区信用办", 7);
        world.sql("update enterprise set uscc = null, registration_number = $1 where id = $2", params![number_of.as_str(), id]);
        world.sql("insert into known_name (enterprise_id, name, name_key) select min(id), '示例旧名（虚构）有限公司', '示例旧名(虚构)有限公司' from enterprise", &[]);
        world.sql("update enterprise set legal_representative = ''", &[]);
        let look = |world: &World| {
            let job = identity::look_everywhere(&world.app, &world.center).unwrap();
            assert!(jobs::run_one(&world.app, job).unwrap());
        };
        look(&world);
        let found = queue(&world, None);
        assert_eq!((found.len(), found[0].found.state, found[0].found.decided_by.as_str()), (1, MatchState::Same, "系统"), "{found:?}");
        assert!(joined(&world, id).is_some());
        identity::undo(&world.app, &world.center, found[0].found.id, ("不是一家", &[])).unwrap();
        look(&world);
        assert_eq!(joined(&world, id), None);
    };
    two_codes_with_one_name_are_neither_proposed_nor_joined => |test| {
        let world = World::open(test);
        import(&world, &csv([line(1, "罚款1000元"), line(2, "罚款1000元").replace(&name(2), &name(1))]));
        assert!(queue(&world, None).is_empty());
        let ids: Vec<EnterpriseId> = world.app.store.db.read(|tx| tx.query("select id from enterprise order by id", &[], |row| row.get("id"))).unwrap();
        // Not even by a person to whom such a pair was put.
        let pair = world.app.store.db.write(|tx| likely_match::insert(tx, (ids[0], ids[1]), 50, &[], date(2022, 6, 14))).unwrap();
        let Err(Refusal::Missing(missing)) = same(&world, pair.id) else { panic!("joined") };
        assert_eq!(missing[0].code, "nothing_but_the_name");
        assert!(identity::pair(&world.app, &world.center, pair.id).unwrap().ways.is_empty());
    };
    later_rows_of_the_joined_one_land_on_the_kept_one => |test| {
        let world = World::open(test);
        let (pair, one, _) = likely(&world);
        same(&world, pair).unwrap();
        import(&world, &csv([line(1, "罚款1000元"), uncoded(&name(1), 100, "海门区"), uncoded(&name(1), 200, "海门区")]));
        assert_eq!(number(&world, "select count(*) from enterprise"), 2);
        assert_eq!(records(&world, one), 3);
        // A code of a joined record means the kept one.
        world.sql("update enterprise set uscc = $1 where joined_into is not null", params![code(9)]);
        import(&world, &csv([line(9, "罚款2000元")]));
        assert_eq!(number(&world, "select count(*) from enterprise"), 2);
        assert_eq!(records(&world, one), 4);
        assert_eq!(number(&world, "select count(*) from member"), 1);
    };
    a_row_without_a_code_is_not_given_to_one_of_two_namesakes => |test| {
        let world = World::open(test);
        let list = csv([uncoded("示例重名（虚构）商行", 1, "海门区"), uncoded("示例重名（虚构）商行", 2, "如皋市"), uncoded("示例重名（虚构）商行", 3, "")]);
        import(&world, &list);
        assert_eq!(number(&world, "select count(*) from enterprise"), 3);
        import(&world, &list);
        assert_eq!((number(&world, "select count(*) from enterprise"), number(&world, "select count(*) from penalty")), (3, 3));
    };
    a_row_that_is_gone_from_a_later_edition_stays => |test| {
        let world = World::open(test);
        import(&world, &csv([line(1, "罚款1000元"), line(2, "罚款1000元")]));
        import(&world, &csv([line(2, "罚款1000元")]));
        assert_eq!(number(&world, "select count(*) from penalty"), 2);
        assert_eq!(number(&world, "select count(*) from penalty where gone_since is not null"), 1);
        let page = enterprises::list(&world.app, &world.center, &Filter::default(), (BY_NAME, None), 50).unwrap();
        assert_eq!(page.rows.iter().map(|row| row.is_gone).collect::<Vec<_>>(), [true, false]);
    };
    one_that_moves_takes_its_cases_and_the_right_to_see_them_along => |test| {
        let world = World::open(test);
        let id = world.member("示例迁移（虚构）有限公司", "海门区信用办", 7);
        world.penalty(id, BUREAU, date(2022, 1, 5), PenaltyClass::General);
        let (old, new) = (world.county("海门区信用办"), world.county("如皋市信用办"));
        let sees = |actor| enterprises::card(&world.app, actor, id).map(|card| card.penalties.len());
        assert_eq!(sees(&old).unwrap(), 1);
        assert!(sees(&new).is_err());
        let command = LawCommand { county: Some(world.org("如皋市信用办")), ..change(&world, id, ChangeKind::Moved) };
        let moved = enterprises::record_change(&world.app, &old, id, &command).unwrap();
        assert_eq!(sees(&new).unwrap(), 1);
        assert!(matches!(sees(&old), Err(Refusal::Forbidden(_))));
        let listed = |actor| enterprises::list(&world.app, actor, &Filter::default(), (BY_NAME, None), 50).unwrap().rows.len();
        assert_eq!((listed(&old), listed(&new)), (0, 1));
        let card = enterprises::card(&world.app, &new, id).unwrap();
        assert_eq!(card.member.as_ref().unwrap().0.plan_item, Some(world.class(2)));
        assert!(card.history.iter().any(|entry| entry.summary.contains("属地变更")));
        enterprises::undo_change(&world.app, &world.center, moved, "登记有误").unwrap();
        assert_eq!(sees(&old).unwrap(), 1);
        assert!(sees(&new).is_err());
    };
    one_that_ended_keeps_its_history_and_is_called_no_more => |test| {
        let world = World::open(test);
        let id = world.member("示例注销（虚构）有限公司", "海门区信用办", 7);
        world.penalty(id, BUREAU, date(2022, 1, 5), PenaltyClass::General);
        let to_call = |world: &World| {
            let filter = Filter { campaign: Some(world.campaign), training: Some(xinxiu_domain::standing::TrainingFilter::NotInvited), ..Filter::default() };
            enterprises::list(&world.app, &world.center, &filter, (BY_NAME, None), 50).unwrap().rows.len()
        };
        assert_eq!(to_call(&world), 1);
        let command = change(&world, id, ChangeKind::Cancelled);
        let ended = enterprises::record_change(&world.app, &world.center, id, &command).unwrap();
        assert_eq!(to_call(&world), 0);
        let page = enterprises::list(&world.app, &world.center, &Filter::default(), (BY_NAME, None), 50).unwrap();
        assert_eq!(page.rows[0].survival, SurvivalState::Cancelled);
        assert_eq!(records(&world, id), 1);
        let again = enterprises::record_change(&world.app, &world.center, id, &command);
        assert!(matches!(again, Err(Refusal::Missing(_))));
        enterprises::undo_change(&world.app, &world.center, ended, "登记有误").unwrap();
        assert_eq!(to_call(&world), 1);
        assert!(matches!(enterprises::undo_change(&world.app, &world.center, ended, "再撤一次"), Err(Refusal::Missing(_) | Refusal::Store(StoreError::Conflict(_)))));
    };
    a_new_name_is_found_by_the_old_and_one_taken_over_names_its_successor => |test| {
        let world = World::open(test);
        let id = world.member("示例旧称（虚构）有限公司", "海门区信用办", 7);
        let command = LawCommand { name: "示例新称（虚构）有限公司".into(), ..change(&world, id, ChangeKind::Renamed) };
        let renamed = enterprises::record_change(&world.app, &world.center, id, &command).unwrap();
        let found = |text: &str| {
            let filter = Filter { text: text.into(), ..Filter::default() };
            enterprises::list(&world.app, &world.center, &filter, (BY_NAME, None), 50).unwrap().rows
        };
        assert_eq!(found("示例旧称")[0].name, "示例新称（虚构）有限公司");
        enterprises::undo_change(&world.app, &world.center, renamed, "登记有误").unwrap();
        assert_eq!(found("示例旧称")[0].name, "示例旧称（虚构）有限公司");
        import(&world, &csv([line(1, "罚款1000元")]));
        let absorbed = |successor: String| {
            let command = LawCommand { successor, ..change(&world, id, ChangeKind::Absorbed) };
            enterprises::record_change(&world.app, &world.center, id, &command)
        };
        assert!(matches!(absorbed("91320614MA7000009".into()), Err(Refusal::Invalid(_))));
        absorbed(code(1)).unwrap();
        let card = enterprises::card(&world.app, &world.center, id).unwrap();
        assert_eq!((card.enterprise.survival, card.law_changes.last().unwrap().successor_name.as_str()), (SurvivalState::Absorbed, name(1).as_str()));
        let successor = card.law_changes.last().unwrap().successor.unwrap();
        assert_eq!(enterprises::card(&world.app, &world.center, successor).unwrap().law_changes.len(), 1);
    };
}
