//! The demo: cases in every stage, of every class and agency, made by the steps themselves.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::date;
use xinxiu_domain::actor::{Actor, Role};
use xinxiu_domain::appeal::AppealState;
use xinxiu_domain::application::{ApplicationState, ItemState};
use xinxiu_domain::archive::HandoverState;
use xinxiu_domain::attendance::AttendanceState;
use xinxiu_domain::batch::{BatchState, RecordState};
use xinxiu_domain::campaign::CampaignState;
use xinxiu_domain::clinic::{ClinicState, TicketState};
use xinxiu_domain::commitment::CommitmentState;
use xinxiu_domain::filing::FilingState;
use xinxiu_domain::identity::{Clue, MatchState};
use xinxiu_domain::progress::Measure;
use xinxiu_domain::push::PushState;
use xinxiu_domain::rectification::{DelistingState, RectificationState};
use xinxiu_domain::repair_fact::FactKind;
use xinxiu_domain::session::SessionState;
use xinxiu_domain::summary::SummaryState;
use xinxiu_policy::Rules;
use xinxiu_store::likely_match::QueueFilter;
use xinxiu_store::progress::ProgressFilter;
use xinxiu_store::testing::{self, TestStore};
use xinxiu_store::{Part, account, audit, session};
use xinxiu_workflow::demo::{self, Found};
use xinxiu_workflow::{
    App, Clock, commitments, enterprises, follow_ups, home, identity, progress, sessions, sign_in,
};

/// Every state of a machine.
macro_rules! codes {
    ($state:ty) => {
        <$state>::ALL.iter().map(|state| state.code()).collect::<BTreeSet<&'static str>>()
    };
}

fn opened(test: &TestStore) -> App {
    let rules = Arc::new(Rules::embedded().unwrap());
    App {
        store: test.store.clone(),
        rules,
        clock: Clock::starting(demo::FIRST_DAY, Timestamp::now()),
        post: xinxiu_workflow::messages::Post::default(),
    }
}

fn made(test: &TestStore) -> App {
    let app = opened(test);
    assert_eq!(demo::found(&app).unwrap(), Found::Nothing);
    let mut told = Vec::new();
    demo::make(&app, &mut |what| told.push(what.to_owned())).unwrap();
    assert!(told.iter().filter(|line| line.starts_with("推进到")).count() > 8, "{told:?}");
    assert_eq!(demo::found(&app).unwrap(), Found::Whole);
    app
}

fn person(app: &App, login: &str) -> Actor {
    sign_in::actor_of(&app.store.db.read(|tx| account::by_login(tx, login)).unwrap().unwrap())
}

fn number(app: &App, sql: &str) -> i64 {
    app.store.db.read(|tx| tx.number(sql, &[])).unwrap()
}

/// States that occur in a table.
fn states(app: &App, table: &str) -> BTreeSet<String> {
    let sql = format!("select distinct state from {table}");
    app.store.db.read(|tx| tx.query(&sql, &[], |row| row.get("state"))).unwrap().into_iter().collect()
}

/// Every measure of the chain counts something in every class, and the agencies differ.
fn every_class_is_in_every_stage(app: &App) {
    let city = person(app, "city");
    let board = progress::board(app, &city, None, &ProgressFilter::default()).unwrap();
    assert_eq!(board.rows.len(), 10);
    for row in &board.rows {
        for measure in Measure::ALL {
            assert!(row.figure(*measure) > 0, "{}：{measure}", row.name);
        }
    }
    let rate = |agency| {
        let own: Vec<_> = board.rows.iter().filter(|row| row.agency == Some(agency)).collect();
        let sum = |measure| own.iter().map(|row| row.figure(measure)).sum::<u32>();
        (sum(Measure::Repaired) * 100 / sum(Measure::RepairBase), sum(Measure::Members))
    };
    let agencies: BTreeSet<_> = board.rows.iter().filter_map(|row| row.agency).collect();
    let rates: BTreeSet<u32> = agencies.iter().map(|agency| rate(*agency).0).collect();
    assert_eq!((agencies.len(), rates.len()), (3, 3), "{rates:?}");
    let total = &board.total;
    assert_eq!(total.members, 1650);
    assert!((1000..1400).contains(&total.invited), "{}", total.invited);
    assert!((550..825).contains(&total.trained), "{}", total.trained);
    assert!((250..500).contains(&total.applied), "{}", total.applied);
    assert!(total.answered < total.invited);
}

/// What no demo shows: states that last for a moment, and those that mean a fault.
fn every_state_occurs(app: &App) {
    let promised = [
        ("push", codes!(PushState), vec![]),
        // What nobody has begun has no row.
        ("rectification", codes!(RectificationState), vec!["open"]),
        ("delisting", codes!(DelistingState), vec![]),
        ("session", codes!(SessionState), vec![]),
        ("attendance", codes!(AttendanceState), vec![]),
        ("commitment", codes!(CommitmentState), vec![]),
        ("application", codes!(ApplicationState), vec![]),
        ("application_item", codes!(ItemState), vec![]),
        ("appeal", codes!(AppealState), vec![]),
        ("filing", codes!(FilingState), vec![]),
        ("clinic", codes!(ClinicState), vec![]),
        ("ticket", codes!(TicketState), vec![]),
        ("handover", codes!(HandoverState), vec![]),
        ("summary", codes!(SummaryState), vec![]),
        ("penalty", codes!(RecordState), vec![]),
        // The campaign is not over.
        ("campaign", codes!(CampaignState), vec!["closed"]),
        (
            "batch",
            codes!(BatchState),
            vec!["received", "queued", "importing", "stopped", "cancelled", "failed"],
        ),
    ];
    for (table, mut wanted, exceptions) in promised {
        wanted.retain(|state| !exceptions.contains(state));
        let missing: Vec<_> =
            wanted.into_iter().filter(|state| !states(app, table).contains(*state)).collect();
        assert!(missing.is_empty(), "{table}：{missing:?}");
    }
}

/// Steps back of every kind, promises broken after the repair, and looks at other platforms that have followed and have not.
fn some_cases_go_another_way(app: &App) {
    for kind in [FactKind::Recalled, FactKind::SentBack, FactKind::DecisionUndone, FactKind::RemovalUndone] {
        let sql = format!("select count(*) from repair_fact where kind = '{}'", kind.code());
        assert_eq!(number(app, &sql), 1, "{kind}");
    }
    let center = person(app, "center");
    let broken = commitments::breaches(app, &center, false).unwrap();
    let after: Vec<_> = broken.iter().filter(|one| one.after_repair).collect();
    assert_eq!((broken.len(), after.len()), (5, 2));
    let is_open = |one: &&&xinxiu_store::breach::Breach| one.is_open(app.clock.today());
    assert_eq!(after.iter().filter(is_open).count(), 1);
    let late = "select count(*) from appeal where state = 'received' and due_on < '2022-09-15'";
    assert_eq!(number(app, late), 1);
    let behind = follow_ups::repaired(app, &center, false, Part::first(1000)).unwrap();
    let seen = behind.iter().filter(|one| !one.looks.is_empty());
    let left: Vec<_> = seen.map(|one| xinxiu_domain::follow_up::behind(&one.looks).len()).collect();
    assert_eq!((left.len(), left.iter().sum::<usize>()), (3, 4));
}

/// Everybody but the operator finds something to do, and a queue is running.
fn work_waits_for_everybody(app: &App) {
    for (login, _, role) in demo::ACCOUNTS {
        let tasks = home::tasks(app, &person(app, login)).unwrap();
        let waits = tasks.iter().any(|task| task.count > 0);
        assert_eq!(waits, *role != Role::Administrator, "{login}：{tasks:?}");
        // Next year's draft, which has no lists, does not hide those of the campaign under way.
        if *role == Role::CreditCenter {
            assert_eq!(tasks.iter().find(|task| task.label == "待确认的名单").unwrap().count, 1);
        }
    }
    let queue = "select count(*) from ticket t join clinic c on c.id = t.clinic_id \
                 where c.state = 'open' and c.held_on = '2022-09-15' and t.state = ";
    for state in ["waiting", "serving", "done", "missed"] {
        assert!(number(app, &format!("{queue}'{state}'")) > 0, "{state}");
    }
    let held = sessions::list(app, &person(app, "city"), session::Filter::default()).unwrap();
    let closed = held.iter().filter(|line| line.session.state == SessionState::Closed);
    // Who never answered does not count as having said that it comes.
    assert!(closed.clone().all(|line| line.accepted < line.invited && line.present < line.invited));
    assert!(closed.count() >= 20);
}

/// Two pairs wait for the center, one was joined after a doubt; a branch and its head office are no pair.
fn likely_pairs_wait_and_one_was_joined(app: &App) {
    let center = person(app, "center");
    let queue = |state| {
        let filter = QueueFilter { state: Some(state), county: None };
        identity::queue(app, &center, filter, (0, 20)).unwrap().lines
    };
    let open = queue(MatchState::Open);
    let clues: BTreeSet<_> = open.iter().flat_map(|line| line.found.clues.clone()).collect();
    assert_eq!(open.len(), 2, "{open:?}");
    assert!(
        clues.contains(&Clue::OneWithoutUscc) && clues.contains(&Clue::SameRegistrationNumber),
        "{open:?}"
    );
    let same = queue(MatchState::Same);
    assert_eq!((same.len(), same[0].found.decided_by.as_str()), (1, center.name.as_str()), "{same:?}");
    let kept = enterprises::card(app, &center, same[0].found.one).unwrap();
    assert_eq!(kept.joins.len(), 1);
    assert!(kept.history.iter().any(|entry| entry.summary.contains("并入本企业")));
    let pair = identity::pair(app, &center, same[0].found.id).unwrap();
    assert_eq!(pair.join.map(|join| join.kept), Some(kept.enterprise.id));
    assert_eq!(number(app, "select count(*) from enterprise where name like '%分公司'"), 1);
    assert_eq!(number(app, "select count(*) from likely_match"), 3);
}

/// No name could be a real one's, nothing personal is in clear, and the audit chain is whole.
fn whatever_is_in_it_is_invented_and_on_record(app: &App, engine: &str) {
    assert_eq!(number(app, "select count(*) from enterprise where name not like '%虚构%'"), 0);
    nothing_personal_is_in_clear(app, engine);
    app.store.db.read(audit::verify).unwrap();
}

/// Looks through every column of every table for a phone or an ID number.
fn nothing_personal_is_in_clear(app: &App, engine: &str) {
    let columns = match engine {
        "SQLite" => {
            "select m.name as t, c.name as c from sqlite_master m join pragma_table_info(m.name) c \
             where m.type = 'table' and m.name not like 'sqlite%'"
        }
        _ => {
            "select table_name as t, column_name as c from information_schema.columns \
             where table_schema = 'public'"
        }
    };
    app.store
        .db
        .read(|tx| {
            let pairs =
                tx.query(columns, &[], |row| Ok((row.get::<String>("t")?, row.get::<String>("c")?)))?;
            assert!(pairs.len() > 100, "{}", pairs.len());
            for (table, column) in pairs {
                let sql = format!("select cast(\"{column}\" as text) as v from \"{table}\"");
                tx.for_each(&sql, &[], |row| {
                    let value: Option<String> = row.get("v")?;
                    let value = value.unwrap_or_default();
                    assert!(!looks_personal(&value), "{table}.{column}：{value}");
                    Ok::<_, xinxiu_store::StoreError>(())
                })?;
            }
            Ok::<_, xinxiu_store::StoreError>(())
        })
        .unwrap();
}

/// Whether a text holds a word that is a mobile number or an ID number.
fn looks_personal(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| {
        let digits = word.chars().filter(char::is_ascii_digit).count();
        let mobile = word.len() == 11 && digits == 11 && word.starts_with('1');
        let id = word.len() == 18 && (digits == 18 || (digits == 17 && word.ends_with(['X', 'x'])));
        mobile || id
    })
}

#[test]
fn a_phone_and_an_id_number_are_recognised() {
    assert!(looks_personal("电话10000001234。") && looks_personal("11010519491231002X"));
    assert!(!looks_personal("91320685MA1T00013X") && !looks_personal("2022-09-15T09:30:00.123456Z"));
}

#[test]
fn the_demo_holds_cases_in_every_stage() {
    let test = testing::sqlite();
    let app = made(&test);
    assert_eq!(app.clock.today(), demo::FIRST_DAY);
    every_class_is_in_every_stage(&app);
    every_state_occurs(&app);
    some_cases_go_another_way(&app);
    work_waits_for_everybody(&app);
    likely_pairs_wait_and_one_was_joined(&app);
    let records = number(&app, "select count(*) from penalty");
    assert!((2550..2650).contains(&records), "{records}");
    whatever_is_in_it_is_invented_and_on_record(&app, test.engine);
    assert!(app.store.db.read(audit::verify).unwrap() > 10_000);
}

/// PostgreSQL takes the same steps; half of the campaign shows that.
#[test]
fn the_demo_is_made_on_postgres_as_well() {
    let test = testing::postgres();
    let app = opened(&test);
    demo::make_until(&app, date(2022, 7, 29), &mut |_| {}).unwrap();
    assert_eq!(demo::found(&app).unwrap(), Found::Unfinished);
    let board = progress::board(&app, &person(&app, "city"), None, &ProgressFilter::default()).unwrap();
    for row in &board.rows {
        assert!(row.trained > 0, "{}", row.name);
    }
    assert!(board.total.taken_down > 0);
    whatever_is_in_it_is_invented_and_on_record(&app, test.engine);
}
