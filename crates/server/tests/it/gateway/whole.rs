//! The served binary with a gateway: what is queued goes out by itself, survives a kill between sending and writing it down,
//! and receipts come back to the secret address alone.

use std::fs;
use std::path::Path;
use std::time::Duration;

use xinxiu_domain::actor::{Actor, Role};
use xinxiu_domain::calling::{Purpose, Reach};
use xinxiu_domain::id::{AttendanceId, SessionId};
use xinxiu_domain::message::{Channel, MessageState};
use xinxiu_store::enterprise::sealed::CONTACT_PHONE;
use xinxiu_store::testing::{self, TestStore};
use xinxiu_store::{organisation, params};
use xinxiu_workflow::messages::{self, Post};
use xinxiu_workflow::{App, calling};

use super::phones::{GOOD, Phones};
use crate::server::Server;
use crate::support::Site;
use crate::training::seat;

/// How often something is looked for before the test gives up.
const PATIENCE: usize = 300;

fn wait_for(what: &str, mut seen: impl FnMut() -> bool) {
    for _ in 0..PATIENCE {
        if seen() {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("{what}");
}

/// An enterprise with a phone, invited to a published session.
fn scene(store: &TestStore) -> (App, Actor, SessionId, AttendanceId) {
    let site = Site::over(store);
    let (id, _) = seat(&site, "invited");
    let mut app = site.app().clone();
    app.post = Post { sms: true, email: false, origin: "https://example.invalid".into(), hours: None };
    let sealed = app.store.vault.seal(CONTACT_PHONE, GOOD).unwrap();
    let session = app.store.db.write(|tx| {
        tx.execute("update session set state = 'published'", &[])?;
        tx.execute("update enterprise set contact_phone_sealed = $1", params![sealed])?;
        tx.query_one("select session_id from attendance where id = $1", params![id])?.get("session_id")
    });
    let agency = app.store.db.read(|tx| {
        let of = "select agency_id as id from plan_item where position = 1";
        organisation::load(tx, tx.query_one(of, &[])?.get("id")?)
    });
    let agency = Actor {
        account: None,
        name: "示例".into(),
        role: Role::Agency,
        org: Some(agency.unwrap().id),
        enterprise: None,
    };
    (app, agency, session.unwrap(), id)
}

fn bring(server: &Server, token: &str, reports: &str) -> u16 {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let address = format!("{}/receipts/{token}", server.address);
    agent.post(address).content_type("application/json").send(reports).unwrap().status().as_u16()
}

fn lives_through_a_kill(store: TestStore) {
    let (app, agency, session, id) = scene(&store);
    let phones = Phones::open();
    let folder = tempfile::tempdir().unwrap();
    let flags = configured(folder.path(), &phones);
    let mut server = Server::idle(Some(store));
    phones.hold(true);
    assert_eq!(messages::send(&app, &agency, session, Purpose::Invite, &[id]).unwrap().count, 1);
    server.serve_with(&flags.each_ref().map(String::as_str));
    wait_for("the message goes out by itself", || phones.asked().len() == 1);
    server.kill();
    phones.hold(false);
    let state = || messages::board(&app, &agency, session).unwrap().lines[0].state;
    assert_eq!(state(), MessageState::Sending, "killed before it was written down");
    server.serve_with(&flags.each_ref().map(String::as_str));
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(phones.asked().len(), 1, "not before the time of the dead one is over");
    app.store
        .db
        .write(|tx| tx.execute("update message set lease_until = '2022-01-01T00:00:00.000000Z'", &[]))
        .unwrap();
    wait_for("it goes out again", || state() == MessageState::Sent);
    let asked = phones.asked();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0]["id"], asked[1]["id"], "by which the gateway knows the repetition");
    let reference = asked[0]["id"].as_str().unwrap();

    let reach = || calling::board(&app, &agency, session, None).unwrap().lines[0].reach;
    let token = messages::receipt_token(&app, Channel::Sms).unwrap();
    let report = |name: &str, stat: &str| format!(r#"{{"reports":[{{"id":"{name}","stat":"{stat}"}}]}}"#);
    for forged in ["sms-0000000000000000000000000000000000000000", "sms", "1-x"] {
        assert_eq!(bring(&server, forged, &report(reference, "DELIVRD")), 404, "{forged}");
    }
    assert_eq!(reach(), Reach::Tried, "a forged receipt says nothing");
    for (name, stat, wanted) in [
        ("nobody", "DELIVRD", Reach::Tried),
        (reference, "ACCEPTD", Reach::Tried),
        (reference, "UNDELIV", Reach::Unreachable),
        (&*format!("g-{GOOD}-{reference}"), "DELIVRD", Reach::Told),
        (reference, "DELIVRD", Reach::Told),
        (reference, "UNDELIV", Reach::Told),
    ] {
        assert_eq!(bring(&server, &token, &report(name, stat)), 200);
        assert_eq!(reach(), wanted, "{name} {stat}");
    }
    assert_eq!(bring(&server, &token, "no JSON"), 200);
    assert_eq!(calling::attempts(&app, &agency, id).unwrap().len(), 1);
}

/// Writes configuration, key and secret; the flags with which the binary uses them.
fn configured(folder: &Path, phones: &Phones) -> [String; 2] {
    let (key, secret) = (folder.join("xinxiu.key"), folder.join("secret"));
    fs::write(&key, hex::encode([1; 32])).unwrap();
    fs::write(&secret, "example-key").unwrap();
    let text = format!("key_file = {:?}\n{}", key.display().to_string(), phones.configuration(&secret));
    let text = text.replace("timeout = 1", "timeout = 20");
    let file = folder.join("xinxiu.toml");
    fs::write(&file, text).unwrap();
    ["--config".to_owned(), file.display().to_string()]
}

#[test]
fn a_message_lives_through_a_kill_on_sqlite() {
    lives_through_a_kill(testing::sqlite());
}

#[test]
fn a_message_lives_through_a_kill_on_postgres() {
    lives_through_a_kill(testing::postgres());
}

#[test]
fn the_command_line_tries_a_gateway_and_doctor_says_whether_it_answers() {
    let phones = Phones::open();
    let folder = tempfile::tempdir().unwrap();
    let flags = configured(folder.path(), &phones);
    let server = Server::idle(None);
    let run = |command: &[&str]| {
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_xinxiu"));
        program.args(command).args(["--data", &server.data().display().to_string()]).args(&flags);
        let output = program.env("XINXIU_LISTEN", server.host()).output().unwrap();
        let said = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap()).concat();
        assert!(!said.contains("example-key"), "{said}");
        (output.status.code().unwrap(), said)
    };
    let (code, said) = run(&["messages", "test", "--to", GOOD]);
    assert!(code == 0 && said.contains("网关已接收，编号 g-"), "{said}");
    let (code, said) = run(&["messages", "test", "--to", super::phones::BUSY]);
    assert!(code == 1 && said.contains("HTTP 503"), "{said}");
    let (code, said) = run(&["messages", "test", "--to", "0513-00001234"]);
    assert!(code == 3 && said.contains("不是11位手机号"), "{said}");
    let (code, said) = run(&["messages", "receipts"]);
    assert!(code == 0 && said.starts_with("https://example.invalid/receipts/sms-"), "{said}");
    let (code, said) = run(&["doctor"]);
    assert!(code == 1 && said.contains("secret 其他用户也能读取，请执行 chmod 600"), "{said}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        for name in ["secret", "xinxiu.key"] {
            fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(0o600)).unwrap();
        }
        let (code, said) = run(&["doctor"]);
        assert!(
            code == 0 && said.contains("√ 短信网关：127.0.0.1:") && said.contains("发送线程还没有运行过"),
            "{said}"
        );
    }
    drop(phones);
    let (code, said) = run(&["doctor"]);
    assert!(code == 1 && said.contains("× 短信网关：") && said.contains("不能连接"), "{said}");
}
