//! Search as somebody types, on a register of the size of a province's.

use std::time::{Duration, Instant};

use anyhow::Result;
use xinxiu_domain::DecisionNumber;
use xinxiu_domain::actor::{Action, Actor, Role};
use xinxiu_domain::text::name_key;
use xinxiu_store::{Db, IntoValue, StoreError, Tx, Value, migrate, params, search};

use crate::enterprises::{COUNTIES, Made, actor, draw, enterprise};

/// Enterprises of one transaction.
const SLICE: u64 = 10_000;
/// Questions of each kind.
const QUESTIONS: u64 = 400;
/// Offers of one answer.
const OFFERED: usize = 8;

/// Puts `count` enterprises on file, each with a decision.
pub fn fill(database: &str, count: u64) -> Result<()> {
    let db = Db::open(database)?;
    migrate::migrate(&db)?;
    db.write(|tx| {
        for county in 1..=COUNTIES {
            tx.execute(
                "insert into organisation (kind, name) values ('county_office', $1)",
                params![format!("示例{county}区信用办")],
            )?;
        }
        Ok::<_, StoreError>(())
    })?;
    for first in (1..=count).step_by(usize::try_from(SLICE).unwrap_or(1)) {
        let numbers = first..(first + SLICE).min(count + 1);
        db.write(|tx| put(tx, &numbers.map(|n| (n, enterprise(n))).collect::<Vec<_>>()))?;
    }
    Ok(())
}

fn put(tx: &Tx<'_>, made: &[(u64, Made)]) -> Result<(), StoreError> {
    let id = |number: u64| Value::Int(i64::try_from(number).unwrap_or(i64::MAX));
    let rows = made.iter().map(|(number, one)| {
        let key = name_key(&one.name);
        let county = Value::Int(i64::try_from(one.county + 1).unwrap_or(1));
        let (name, uscc) = ((&one.name).into_value(), (&one.uscc).into_value());
        vec![id(*number), name, key.into_value(), uscc, "legal_person".into_value(), county, "".into_value()]
    });
    let columns = ["id", "name", "name_key", "uscc", "subject_kind", "county_id", "created_at"];
    tx.bulk_insert("enterprise", &columns, rows)?;
    let rows = made.iter().map(|(number, one)| {
        let key = DecisionNumber::parse(&one.decision).map(|found| found.key()).unwrap_or_default();
        let mut row = vec![id(*number), (&one.decision).into_value(), key.into_value()];
        row.extend(
            ["", "2022-01-05", "{}", "public", "", "general", "repairable_now", "", "{}", ""]
                .map(IntoValue::into_value),
        );
        row
    });
    let columns = [
        "enterprise_id",
        "decision_number",
        "decision_key",
        "authority",
        "decision_date",
        "facts",
        "state",
        "edition",
        "class",
        "verdict",
        "assessed_on",
        "assessment",
        "recorded_on",
    ];
    tx.bulk_insert("penalty", &columns, rows).map(drop)
}

/// What people type, of one kind.
struct Kind {
    name: &'static str,
    text: fn(&Made, u64) -> String,
}

fn part(text: &str, from: usize, length: usize) -> String {
    text.chars().skip(from).take(length).collect()
}

fn common(_: &Made, n: u64) -> String {
    let words = [
        "有限公司",
        "公司",
        "南通",
        "科技",
        "有限",
        "贸易",
        "南通市",
        "工程有限公司",
        "司",
        "南",
        "海",
        "号",
        "2022",
    ];
    words[usize::try_from(n).unwrap_or(0) % words.len()].to_owned()
}

const KINDS: [Kind; 9] = [
    Kind { name: "one character", text: |made, n| part(&made.name, usize::try_from(n % 6).unwrap_or(0), 1) },
    Kind { name: "two characters", text: |made, n| part(&made.name, usize::try_from(n % 6).unwrap_or(0), 2) },
    Kind {
        name: "part of a name",
        text: |made, n| part(&made.name, 2, 3 + usize::try_from(n % 4).unwrap_or(0)),
    },
    Kind { name: "whole name", text: |made, _| made.name.clone() },
    Kind { name: "pinyin initials", text: |made, n| initials(made, 2 + n % 5) },
    Kind {
        name: "end of a code",
        text: |made, n| made.uscc[18 - 3 - usize::try_from(n % 4).unwrap_or(0)..].to_owned(),
    },
    Kind { name: "decision number", text: |made, n| decision(made, n) },
    Kind { name: "common words", text: common },
    Kind {
        name: "nothing such",
        text: |made, n| {
            format!("{}{}", part(&made.name, 2, 1), part("鑾麤龘", usize::try_from(n % 3).unwrap_or(0), 1))
        },
    },
];

fn initials(made: &Made, length: u64) -> String {
    let letters = search::initials(&made.name);
    letters.chars().take(usize::try_from(length).unwrap_or(2)).collect()
}

/// In another bracket style than it is on file, whole or from its year.
fn decision(made: &Made, n: u64) -> String {
    let brackets =
        [("[", "]"), ("（", "）"), ("【", "】"), ("〔", "〕")][usize::try_from(n % 4).unwrap_or(0)];
    let text = made.decision.replace('〔', brackets.0).replace('〕', brackets.1);
    if n.is_multiple_of(3) { text.chars().skip_while(|c| !c.is_ascii_digit()).collect() } else { text }
}

/// Asks, for the whole city and for one county, and prints `kind who p50 p99 most` in microseconds.
pub fn ask(database: &str, count: u64) -> Result<()> {
    let db = Db::open(database)?;
    let whos = [
        ("city", actor(Role::CreditCenter, Some(-1))),
        ("county", actor(Role::CountyOffice, Some(3))),
        ("empty county", actor(Role::CountyOffice, i64::try_from(COUNTIES + 1).ok())),
    ];
    // What a server that has been running for a while has in memory.
    for (_, who) in &whos {
        for kind in &KINDS {
            run(&db, who, kind, count, 20)?;
        }
    }
    let mut every = Vec::new();
    for (name, who) in &whos {
        for kind in &KINDS {
            let mut times = run(&db, who, kind, count, QUESTIONS)?;
            line(kind.name, name, &mut times);
            every.extend(times);
        }
    }
    line("all", "all", &mut every);
    Ok(())
}

fn run(db: &Db, who: &Actor, kind: &Kind, count: u64, questions: u64) -> Result<Vec<Duration>> {
    let mut times = Vec::new();
    for n in 0..questions {
        let made = enterprise(1 + draw(n ^ 0x5eed) % count);
        let text = (kind.text)(&made, n);
        let begun = Instant::now();
        db.read(|tx| search::suggest(tx, (who, Action::ViewEnterprise), &text, OFFERED))?;
        let took = begun.elapsed();
        if took > Duration::from_millis(50) {
            eprintln!("{took:?}  {text}");
        }
        times.push(took);
    }
    Ok(times)
}

fn line(kind: &str, who: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)].as_micros();
    let most = times.last().map_or(0, Duration::as_micros);
    println!("{kind}\t{who}\t{}\t{}\t{most}", at(50), at(99));
}
