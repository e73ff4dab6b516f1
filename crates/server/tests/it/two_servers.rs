//! A second server on the data of a running one, and on its address.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::server::{Process, Server, free_port};

/// How often a process is asked whether it has ended.
const PATIENCE: usize = 600;

/// Starts a server that must not start, and returns its exit code and what it says.
fn refused(command: &str, data: &str, listen: &str) -> (i32, String) {
    let child = Command::new(env!("CARGO_BIN_EXE_xinxiu"))
        .args([command, "--data", data, "--listen", listen])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut process = Process(child);
    for _ in 0..PATIENCE {
        if let Some(status) = process.0.try_wait().unwrap() {
            let mut said = String::new();
            process.0.stderr.take().unwrap().read_to_string(&mut said).unwrap();
            return (status.code().unwrap(), said);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("{command} has started");
}

#[test]
fn a_second_server_on_the_same_data_is_refused_and_commands_are_not() {
    let mut server = Server::idle(None);
    server.serve_on("2022-06-20");
    let data = server.data().display().to_string();
    for command in ["serve", "demo"] {
        let (code, said) = refused(command, &data, &format!("127.0.0.1:{}", free_port()));
        assert_eq!(code, 3, "{said}");
        let holder = format!("正由另一个信修服务使用（进程号 {}）", server.pid());
        assert!(said.contains(&holder) && said.contains("--data"), "{said}");
    }
    server.run(&["user", "add", "--name", "示例", "--org", "南通市信用办", "--role", "city_office", "city"]);
    assert!(server.run(&["user", "list"]).contains("city"));
    server.run(&["doctor"]);
    // Killed, not stopped: the lock ends with the process.
    server.kill();
    server.serve_on("2022-06-20");
    assert!(server.run(&["user", "list"]).contains("city"));
}

#[test]
fn what_the_system_says_is_said_in_chinese() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let data = tempfile::tempdir().unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    let (code, said) = refused("serve", &data.path().display().to_string(), &listen);
    assert_eq!(code, 3);
    assert!(said.contains("已被其他程序占用；可以改用") && !said.contains("os error"), "{said}");
    let backup = data.path().join("backup.zip");
    std::fs::write(&backup, "no archive").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_xinxiu"))
        .args(["restore", "--data"])
        .arg(data.path().join("new"))
        .arg(&backup)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("不是备份文件") && !said.contains("Zip") && !said.contains("EOCD"), "{said}");
}
