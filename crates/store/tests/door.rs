//! The door behaves the same on both engines.
#![allow(clippy::unwrap_used)]

use jiff::Timestamp;
use xinxiu_domain::actor::{Actor, Role};
use xinxiu_store::testing::TestStore;
use xinxiu_store::{StoreError, Value, audit, both_engines, migrate, params};

fn put(test: &TestStore, name: &str) -> Result<u64, StoreError> {
    test.store.db.write(|tx| {
        tx.execute("insert into setting (value, name) values ($2, $1)", params![name, format!("值 {name}")])
    })
}

fn count(test: &TestStore) -> i64 {
    test.store.db.read(|tx| tx.number("select count(*) from setting", &[])).unwrap()
}

both_engines! {
    parameters_bind_by_number_and_text_survives => |test| {
        put(test, "引号'反斜\\换行\n").unwrap();
        let value: String = test.store.db.read(|tx| {
            tx.query_one("select value from setting where name = $1 and name = $1", params!["引号'反斜\\换行\n"])?.get("value")
        }).unwrap();
        assert_eq!(value, "值 引号'反斜\\换行\n");
    };
    a_failed_step_leaves_nothing => |test| {
        let failed: Result<(), StoreError> = test.store.db.write(|tx| {
            tx.execute("insert into setting (name, value) values ($1, $2)", params!["甲", "乙"])?;
            Err(StoreError::Conflict("示例"))
        });
        assert!(failed.is_err());
        assert_eq!(count(test), 0);
    };
    a_taken_key_is_named => |test| {
        put(test, "甲").unwrap();
        assert!(matches!(put(test, "甲"), Err(StoreError::Duplicate(_))));
        assert_eq!(count(test), 1);
    };
    reading_cannot_write => |test| {
        let wrote: Result<u64, StoreError> =
            test.store.db.read(|tx| tx.execute("insert into setting (name, value) values ('a', 'b')", &[]));
        assert!(wrote.is_err());
        assert_eq!(count(test), 0);
    };
    nulls_need_no_type => |test| {
        let id: i64 = test.store.db.write(|tx| {
            tx.insert(
                "insert into job (kind, subject_id, payload, state, created_at, heartbeat_at) values ('a', 1, '', 'queued', $1, $2) returning id",
                params![Timestamp::UNIX_EPOCH, None::<Timestamp>],
            )
        }).unwrap();
        let beat: Option<Timestamp> = test.store.db.read(|tx| {
            tx.query_one("select heartbeat_at from job where id = $1", params![id])?.get("heartbeat_at")
        }).unwrap();
        assert_eq!(beat, None);
    };
    bulk_rows_arrive_whole => |test| {
        let rows = (0..1_000).map(|n| vec![Value::Text(format!("名\t{n}\\")), Value::Text("一\n二".into())]);
        let loaded = test.store.db.write(|tx| tx.bulk_insert("setting", &["name", "value"], rows)).unwrap();
        assert_eq!(loaded, 1_000);
        let odd = test.store.db.read(|tx| {
            tx.number("select count(*) from setting where name = $1 and value = $2", params!["名\t7\\", "一\n二"])
        }).unwrap();
        assert_eq!(odd, 1);
    };
    migrations_apply_once => |test| {
        migrate::migrate(&test.store.db).unwrap();
        migrate::migrate(&test.store.db).unwrap();
    };
    a_changed_audit_entry_shows => |test| {
        let actor = Actor { account: None, name: "示例".into(), role: Role::CityOffice, org: None, enterprise: None };
        test.store.db.write(|tx| {
            for step in ["甲", "乙", "丙"] {
                audit::append(tx, &audit::Entry {
                    at: Timestamp::UNIX_EPOCH, business_day: jiff::civil::date(2022, 9, 15), actor: &actor,
                    action: "test.step", subject: "test", subject_id: 1, enterprise: None,
                    summary: step.into(), detail: serde_json::json!({"步骤": step}),
                })?;
            }
            Ok::<_, StoreError>(())
        }).unwrap();
        assert_eq!(test.store.db.read(audit::verify).unwrap(), 3);
        test.store.db.write(|tx| tx.execute("update audit_entry set summary = '改' where summary = '乙'", &[])).unwrap();
        assert!(matches!(test.store.db.read(audit::verify), Err(StoreError::Audit(2))));
    };
}

/// Tables, columns and whether they may be null, as each engine's own catalogue tells.
fn catalogue(test: &TestStore) -> Vec<String> {
    let sql = match test.store.db.kind() {
        xinxiu_store::db::Kind::Sqlite => {
            "select m.name || '.' || p.name || ' ' || lower(case when p.type = 'INTEGER' then 'bigint' else p.type end) \
             || case when p.\"notnull\" = 1 or p.pk > 0 then ' not null' else '' end as line \
             from sqlite_master m, pragma_table_info(m.name) p \
             where m.type = 'table' and m.name not like 'sqlite_%' order by 1"
        }
        xinxiu_store::db::Kind::Postgres => {
            "select table_name || '.' || column_name || ' ' || data_type \
             || case when is_nullable = 'NO' then ' not null' else '' end as line \
             from information_schema.columns where table_schema = 'public' order by 1"
        }
    };
    let mut lines = test.store.db.read(|tx| tx.query(sql, &[], |row| row.get::<String>("line"))).unwrap();
    for line in &mut lines {
        *line = line.to_lowercase();
    }
    // The index behind the search is each engine's own.
    lines.retain(|line| !line.starts_with("search_gram") && !line.starts_with("search_term.grams"));
    lines.sort();
    lines
}

#[test]
fn both_engines_have_the_same_catalogue() {
    let sqlite = catalogue(&xinxiu_store::testing::sqlite());
    let postgres = catalogue(&xinxiu_store::testing::postgres());
    assert!(sqlite.len() > 200, "{}", sqlite.len());
    assert_eq!(sqlite, postgres);
}
