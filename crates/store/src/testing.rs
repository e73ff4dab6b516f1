//! Fresh databases for tests, on both engines. A missing PostgreSQL is a failure, never a skip.
#![allow(clippy::panic, clippy::expect_used, clippy::missing_panics_doc)]

use tempfile::TempDir;
use xinxiu_domain::Uscc;
use xinxiu_domain::archive::SurvivalState;
use xinxiu_domain::id::{EnterpriseId, OrgId};
use xinxiu_domain::penalty::SubjectKind;

use crate::db::Db;
use crate::enterprise::Enterprise;
use crate::{Files, Store, Vault, migrate};

/// Names the address of a server in which tests may create databases; `cargo xtask test` sets it.
pub const POSTGRES: &str = "XINXIU_TEST_POSTGRES";

/// A migrated, empty store that disappears with this value.
pub struct TestStore {
    /// The store.
    pub store: Store,
    /// The address of its database.
    pub address: String,
    /// Name of the engine, for messages.
    pub engine: &'static str,
    /// Folder of its files.
    pub folder: TempDir,
    drop_database: Option<(String, String)>,
}

impl Drop for TestStore {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.drop_database {
            let dropped = postgres::Client::connect(server, postgres::NoTls)
                .and_then(|mut client| client.batch_execute(&format!("drop database {name} with (force)")));
            if let Err(error) = dropped {
                eprintln!("测试数据库 {name} 没有删除：{error}");
            }
        }
    }
}

/// An empty store on SQLite.
pub fn sqlite() -> TestStore {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let address = format!("sqlite:{}", folder.path().join("xinxiu.db").display());
    build(folder, address, "SQLite", None)
}

/// An empty store on PostgreSQL.
pub fn postgres() -> TestStore {
    let server = std::env::var(POSTGRES)
        .unwrap_or_else(|_| panic!("测试需要 PostgreSQL：请用 cargo xtask test 运行（它会设置 {POSTGRES}）"));
    let random = crate::vault::random_bytes::<8>().expect("random bytes");
    let name = format!("t_{}", hex::encode(random));
    postgres::Client::connect(&server, postgres::NoTls)
        .and_then(|mut client| client.batch_execute(&format!("create database {name}")))
        .unwrap_or_else(|error| panic!("{server}：{error}"));
    let base = server.rsplit_once('/').map_or(server.as_str(), |(base, _)| base);
    let address = format!("{base}/{name}");
    let folder = tempfile::tempdir().expect("a temporary folder");
    build(folder, address, "PostgreSQL", Some((server, name)))
}

fn build(
    folder: TempDir,
    address: String,
    engine: &'static str,
    drop_database: Option<(String, String)>,
) -> TestStore {
    let db = Db::open(&address).unwrap_or_else(|error| panic!("{address}：{error}"));
    migrate::migrate(&db).unwrap_or_else(|error| panic!("{address}：{error}"));
    let vault = Vault::new([1; 32]);
    let files = Files::open(&folder.path().join("files"), vault.clone()).expect("a files folder");
    let store = Store { db, vault, files };
    TestStore { store, address, engine, folder, drop_database }
}

/// Runs one test on both engines: `both_engines! { name => |test: &TestStore| { … } }`.
#[macro_export]
macro_rules! both_engines {
    ($($(#[$meta:meta])* $name:ident => $body:expr;)+) => {$(
        #[allow(unused_imports, clippy::unwrap_used)]
        mod $name {
            use super::*;

            fn run(test: &$crate::testing::TestStore) {
                let body: fn(&$crate::testing::TestStore) = $body;
                body(test);
            }

            $(#[$meta])* #[test]
            fn sqlite() {
                run(&$crate::testing::sqlite());
            }

            $(#[$meta])* #[test]
            fn postgres() {
                run(&$crate::testing::postgres());
            }
        }
    )+};
}

/// An enterprise that nobody has ever registered; `number` makes its code.
pub fn enterprise(number: i64, name: &str, county: OrgId) -> Enterprise {
    Enterprise {
        id: EnterpriseId(0),
        name: name.to_owned(),
        uscc: Some(Uscc::from_body(&format!("91320600MA9{number:06}")).expect("a code")),
        registration_number: String::new(),
        subject: SubjectKind::LegalPerson,
        county: Some(county),
        county_name: String::new(),
        township: "示例镇".into(),
        industry: "示例行业".into(),
        address: "示例路1号".into(),
        survival: SurvivalState::Active,
        legal_representative: "示例乙".into(),
        legal_representative_id_sealed: String::new(),
        department_head: String::new(),
        department_head_id_sealed: String::new(),
        contact_name: "示例丙".into(),
        contact_phone_sealed: String::new(),
        contact_email_sealed: String::new(),
        version: 1,
    }
}
