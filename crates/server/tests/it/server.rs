//! The served binary in a process of its own, with its data, as somebody who runs it has it.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use xinxiu::config::{Config, FileConfig};
use xinxiu_store::Db;
use xinxiu_store::testing::{self, TestStore};
use xinxiu_workflow::App;

/// A port on which nobody listens.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A process that ends with this value.
pub struct Process(pub Child);

impl Drop for Process {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// The served binary and where its data lie.
pub struct Server {
    pub address: String,
    listen: String,
    flags: Vec<String>,
    process: Option<Process>,
    data: TempDir,
    database: Option<TestStore>,
}

impl Server {
    /// Starts the demo on a folder of its own and waits until it answers. It is made once for all tests; each works on a
    /// copy.
    pub fn demo() -> Self {
        static MADE: OnceLock<PathBuf> = OnceLock::new();
        let made = MADE.get_or_init(|| {
            let mut first = Self::idle(None);
            first.start("demo", &[]);
            first.kill();
            let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("demo");
            fs::remove_dir_all(&kept).ok();
            copy(first.data.path(), &kept);
            kept
        });
        let mut server = Self::idle(None);
        copy(made, server.data.path());
        server.start("demo", &[]);
        server
    }

    /// An installation with nothing in it, not yet started: on SQLite, or on the database given.
    pub fn idle(database: Option<TestStore>) -> Self {
        let data = tempfile::tempdir().unwrap();
        let listen = format!("127.0.0.1:{}", free_port());
        let mut flags = vec!["--data".to_owned(), data.path().display().to_string()];
        if let Some(database) = &database {
            flags.extend(["--database".to_owned(), database.address.clone()]);
        }
        Self { address: format!("http://{listen}"), listen, flags, process: None, data, database }
    }

    /// [`Server::idle`] on a database of its own in the PostgreSQL of the tests.
    pub fn idle_on_postgres() -> Self {
        Self::idle(Some(testing::postgres()))
    }

    /// Ends what runs, as a power cut would, and serves on a business day.
    pub fn serve_on(&mut self, today: &str) {
        self.process = None;
        self.start("serve", &["--today", today]);
    }

    /// Serves with more flags.
    pub fn serve_with(&mut self, more: &[&str]) {
        let child = Command::new(env!("CARGO_BIN_EXE_xinxiu"))
            .args(["serve", "--listen", &self.listen])
            .args(&self.flags)
            .args(more)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        self.process = Some(Process(child));
        let begun = Instant::now();
        // What answers may not speak HTTP, so that it listens must do.
        while TcpStream::connect(&self.listen).is_err() {
            assert!(begun.elapsed() < Duration::from_mins(2), "{} 没有启动", self.listen);
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Kills what runs with SIGKILL and waits until it is gone.
    pub fn kill(&mut self) {
        let mut process = self.process.take().expect("a running server");
        process.0.kill().unwrap();
        process.0.wait().unwrap();
    }

    /// Id of the running process.
    pub fn pid(&self) -> u32 {
        self.process.as_ref().expect("a running server").0.id()
    }

    /// Host and port.
    pub fn host(&self) -> &str {
        &self.listen
    }

    /// Folder of its data.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// The installation opened beside the server, or before it.
    pub fn app(&self) -> App {
        let database = self.database.as_ref().map(|database| database.address.clone());
        let flags = FileConfig { data: Some(self.data.path().to_owned()), database, ..FileConfig::default() };
        Config::load(None, FileConfig { today: Some("2022-09-15".into()), ..flags }).unwrap().open().unwrap()
    }

    /// Its database, to look at from outside.
    pub fn database(&self) -> Db {
        let embedded = || format!("sqlite:{}", self.data.path().join("xinxiu.db").display());
        Db::open(&self.database.as_ref().map_or_else(embedded, |database| database.address.clone())).unwrap()
    }

    fn start(&mut self, command: &str, more: &[&str]) {
        let child = Command::new(env!("CARGO_BIN_EXE_xinxiu"))
            .args([command, "--listen", &self.listen])
            .args(&self.flags)
            .args(more)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        self.process = Some(Process(child));
        wait_for(&self.listen, Duration::from_mins(8));
    }

    /// Runs a command on the installation and returns what it prints.
    pub fn run(&self, command: &[&str]) -> String {
        let mut program = Command::new(env!("CARGO_BIN_EXE_xinxiu"));
        program.args(command).args(&self.flags).env("XINXIU_LISTEN", &self.listen);
        let output = program.output().unwrap();
        assert!(output.status.success(), "{command:?}：{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

/// A folder with all that is in it.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (path, target) = entry.map(|entry| (entry.path(), to.join(entry.file_name()))).unwrap();
        if path.is_dir() { copy(&path, &target) } else { fs::copy(&path, &target).map(|_| ()).unwrap() }
    }
}

fn wait_for(listen: &str, patience: Duration) {
    let begun = Instant::now();
    while TcpStream::connect(listen).is_err() || !answers(listen) {
        assert!(begun.elapsed() < patience, "{listen} 没有启动");
        std::thread::sleep(Duration::from_millis(200));
    }
}

fn answers(listen: &str) -> bool {
    use std::io::{Read, Write};
    let Ok(mut stream) = TcpStream::connect(listen) else { return false };
    stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    let asked = stream.write_all(b"GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n");
    let mut answer = String::new();
    asked.is_ok() && stream.read_to_string(&mut answer).is_ok() && answer.contains("200 OK")
}
