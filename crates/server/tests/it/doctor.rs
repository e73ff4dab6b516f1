//! `xinxiu doctor`: names what is wrong with an installation, says when the work in the background last ran,
//! and changes nothing.

use std::fs;
use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use xinxiu_store::enterprise::sealed;
use xinxiu_store::{Db, Vault, params};

use crate::http::center_of_a_campaign;
use crate::server::{Server, free_port};

/// Exit code and report.
fn doctor(listen: &str, args: &[&str]) -> (i32, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_xinxiu"));
    let output = program.arg("doctor").args(args).env("XINXIU_LISTEN", listen).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.code().unwrap(), text + &String::from_utf8_lossy(&output.stderr))
}

/// The report on a served installation, whose address is the server's.
fn of(server: &Server, more: &[&str]) -> (i32, String) {
    let data = server.data().display().to_string();
    let own: &[&str] = if more.contains(&"--data") { &[] } else { &["--data", &data] };
    doctor(server.host(), &[own, more].concat())
}

fn finds((code, text): &(i32, String), line: &str) {
    assert_eq!(*code, 1, "{text}");
    assert!(text.lines().any(|found| found.starts_with(line)), "「{line}」：{text}");
}

#[test]
fn an_installation_that_runs_shows_its_work_and_one_that_stands_says_so() {
    let mut server = Server::idle(None);
    let (code, text) = of(&server, &[]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("√ 数据库：尚未建立") && text.contains("√ 密钥：尚未生成"), "{text}");
    assert!(!server.data().join("xinxiu.db").exists() && !server.data().join("xinxiu.key").exists());
    server.serve_on("2022-06-20");
    center_of_a_campaign(&server);
    // The day's reassessment is queued at the start of a day, when there is a campaign.
    server.serve_on("2022-06-21");
    let mut tries = 0;
    let (code, text) = loop {
        let report = of(&server, &["--today", "2022-06-21"]);
        tries += 1;
        if report.1.contains("√ 每日重新判定") || tries == 600 {
            break report;
        }
        std::thread::sleep(Duration::from_millis(100));
    };
    assert_eq!(code, 0, "{text}");
    for line in [
        "√ 监听地址：信修正在这里运行",
        "√ 后台服务：正在运行，最近一次心跳 ",
        "√ 每日重新判定：最近一次 ",
        "（业务日期 2022-06-21）：0条处罚记录的判定有变化",
        "√ 期限提醒：最近一次 ",
        "（业务日期 2022-06-21）：0项在办，提醒0项，转督办0项",
        "√ 任务队列：等待或进行中0个，没有失败的",
        "√ 数据库结构：与程序一致",
        "! 业务日期：设为从 2022-06-21 起",
        "! HTTPS：",
    ] {
        assert!(text.contains(line), "「{line}」：{text}");
    }
    server.kill();
    let (code, text) = of(&server, &[]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("√ 监听地址：没有被占用") && !text.contains("! 业务日期"), "{text}");
    // Long ago: nothing runs any more.
    let change = |sql: &str| server.database().write(|tx| tx.execute(sql, &[])).unwrap();
    change("update heartbeat set at = '2022-06-21T00:00:00.000000Z'");
    assert!(of(&server, &[]).1.contains("! 后台服务：服务没有运行，最近一次心跳 2022-06-21 08:00"));
    // The worker is there, the day's work is not.
    change("update heartbeat set at = '2999-01-01T00:00:00.000000Z' where name = 'worker'");
    finds(&of(&server, &[]), "× 每日重新判定：已超过一天没有运行");
    finds(&of(&server, &[]), "× 期限提醒：已超过一天没有运行");
    change("update heartbeat set message = '失败：示例' where name = 'deadline.round'");
    finds(&of(&server, &[]), "× 期限提醒：最近一次 ");
    change("delete from heartbeat");
    change("update job set state = 'failed'");
    finds(&of(&server, &[]), "× 任务队列：失败1个");
}

#[test]
fn each_fault_is_named() {
    let mut server = Server::idle(None);
    server.serve_on("2022-06-20");
    server.kill();
    assert_eq!(of(&server, &[]).0, 0);
    let (key, db) = (server.data().join("xinxiu.key"), server.database());

    let port = free_port();
    let _stranger = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let data = server.data().display().to_string();
    let taken = doctor(&format!("127.0.0.1:{port}"), &["--data", &data]);
    let line = format!("× 监听地址：127.0.0.1:{port} 已被其他程序占用；可以改用 --listen ");
    finds(&taken, &line);
    // The flag comes before what is configured, as with `serve`.
    finds(&of(&server, &["--listen", &format!("127.0.0.1:{port}")]), &line);

    let file = key.display().to_string();
    let blocked = of(&server, &["--data", &file, "--database", &format!("sqlite:{data}/xinxiu.db")]);
    finds(&blocked, "× 数据目录：");

    finds(&of(&server, &["--database", "postgres://a:secret@127.0.0.1:1/none"]), "× 数据库：不能连接：");
    assert!(!of(&server, &["--database", "postgres://a:secret@127.0.0.1:1/none"]).1.contains("secret"));
    finds(&of(&server, &["--database", "mysql://127.0.0.1/none"]), "× 数据库：不能连接：数据库地址");

    faults_of_the_key(&server, &key, &db);

    db.write(|tx| tx.execute("update audit_entry set at = '2999-01-01T00:00:00.000000Z'", &[])).unwrap();
    finds(&of(&server, &[]), "× 系统时间：");
    finds(&of(&server, &[]), "× 操作记录：操作记录第1条的校验值不符");

    let last = "(select max(name) from migration)";
    db.write(|tx| tx.execute(&format!("delete from migration where name = {last}"), &[])).unwrap();
    finds(&of(&server, &[]), "× 数据库结构：落后1个更新");
    db.write(|tx| tx.execute("insert into migration (name, digest) values ('9999.sql', '')", &[])).unwrap();
    finds(&of(&server, &[]), "× 数据库结构：数据库由更新的版本建立（9999.sql）");
}

fn faults_of_the_key(server: &Server, key: &std::path::Path, db: &Db) {
    use std::os::unix::fs::PermissionsExt;
    server.run(&["user", "add", "--name", "示例", "--org", "南通市信用办", "--role", "city_office", "city"]);
    let phone = Vault::open(key).unwrap().seal(sealed::CONTACT_PHONE, "0513-00001234").unwrap();
    let sql = "insert into enterprise (name, name_key, subject_kind, contact_phone_sealed, created_at) \
               values ('示例公司', '示例公司', 'legal_person', $1, '2022-06-20T00:00:00.000000Z')";
    db.write(|tx| tx.execute(sql, params![phone])).unwrap();
    assert!(of(server, &[]).1.contains("√ 密钥：与数据相符"));
    let whole = fs::read(key).unwrap();
    fs::set_permissions(key, fs::Permissions::from_mode(0o644)).unwrap();
    finds(&of(server, &[]), "× 密钥：");
    assert!(of(server, &[]).1.contains("其他用户也能读取，请执行 chmod 600"));
    fs::set_permissions(key, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(key, "02".repeat(32)).unwrap();
    assert!(of(server, &[]).1.contains("不是这个数据库的密钥，已加密的内容读不出来"));
    fs::write(key, "no key").unwrap();
    assert!(of(server, &[]).1.contains("不是本系统的密钥文件"));
    fs::remove_file(key).unwrap();
    finds(&of(server, &[]), "× 密钥：没有找到 ");
    assert!(!key.exists());
    fs::write(key, whole).unwrap();
    fs::set_permissions(key, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(of(server, &[]).0, 0);
}

#[test]
fn a_server_database_is_examined_as_well() {
    let mut server = Server::idle_on_postgres();
    server.serve_on("2022-06-20");
    let text = server.run(&["doctor"]);
    assert!(text.contains("√ 数据库：PostgreSQL ") && text.contains("√ 数据库结构：与程序一致"), "{text}");
    assert!(text.contains("√ 后台服务：正在运行"), "{text}");
}
