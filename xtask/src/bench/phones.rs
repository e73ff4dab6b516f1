//! 500 phones that sit the exam at the same minute, against one server on the cores of this machine, which also runs
//! the phones; on both databases.

use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use super::Options;
use super::report::{self, Bound, Goal};
use super::setup::{Postgres, Setup};
use crate::say;

/// Most that the slowest answer but one in a hundred may take, in milliseconds.
const GOAL: f64 = 300.0;
/// Where the server listens.
const LISTEN: &str = "127.0.0.1:18123";

/// The server, ended with this value.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs the benchmark.
///
/// # Errors
/// A build or a program that fails; a phone that is refused.
pub fn run(setup: &Setup, options: &Options) -> Result<()> {
    let hall = setup.exam_hall()?;
    let folder = setup.folder.join("phones");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let sqlite = folder.join("sqlite");
    let address = format!("sqlite:{}", sqlite.join("xinxiu.db").display());
    measure(&hall, options, "SQLite", (&sqlite, &address))?;
    let server = Postgres::start()?;
    let address = server.database("phones")?;
    measure(&hall, options, "PostgreSQL", (&folder.join("postgres"), &address))
}

fn measure(hall: &Path, options: &Options, engine: &str, (data, database): (&Path, &str)) -> Result<()> {
    let phones = options.phones.to_string();
    say(&format!("{engine}：{phones} 部手机同时考试 · {phones} phones sit the exam"));
    let filled = Command::new(hall).arg("fill").arg(data).args([database, &phones]).output()?;
    ensure!(filled.status.success(), "fill: {}", String::from_utf8_lossy(&filled.stderr));
    let tokens = data.join("tokens");
    fs::write(&tokens, &filled.stdout)?;
    let server = serve(hall, data, database)?;
    let seconds = options.seconds.to_string();
    let base = format!("http://{LISTEN}");
    let sat = Command::new(hall).args(["sit", &base]).arg(&tokens).arg(&seconds).output()?;
    drop(server);
    ensure!(sat.status.success(), "sit: {}", String::from_utf8_lossy(&sat.stderr));
    tell(engine, (&phones, &seconds), &String::from_utf8_lossy(&sat.stdout));
    Ok(())
}

fn serve(hall: &Path, data: &Path, database: &str) -> Result<Served> {
    let program = hall.parent().and_then(Path::parent).context("no build folder")?.join("xinxiu");
    let mut command = Command::new(program);
    command.args(["serve", "--listen", LISTEN, "--database", database, "--data"]).arg(data);
    let server = Served(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?);
    let begun = Instant::now();
    while TcpStream::connect(LISTEN).is_err() {
        ensure!(begun.elapsed() < Duration::from_mins(1), "the server does not listen on {LISTEN}");
        thread::sleep(Duration::from_millis(100));
    }
    Ok(server)
}

fn tell(engine: &str, (phones, seconds): (&str, &str), output: &str) {
    report::print(&format!(
        "\nphones, {engine}: {phones} within {seconds} s\n{:<10} {:>9} {:>9} {:>9} {:>9}\n",
        "asked for", "times", "p50 ms", "p99 ms", "most ms"
    ));
    let mut goals = Vec::new();
    for line in output.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let [kind, count, times @ ..] = cells.as_slice() else { continue };
        let times: Vec<f64> =
            times.iter().filter_map(|us| us.parse::<f64>().ok()).map(|us| us / 1e3).collect();
        let [half, most_but_one, most] = times.as_slice() else { continue };
        report::print(&format!("{kind:<10} {count:>9} {half:>9.2} {most_but_one:>9.2} {most:>9.2}\n"));
        let name = format!("{engine}, 99th percentile of {kind}");
        goals.push(Goal { name, measured: *most_but_one, bound: Bound::AtMost(GOAL), unit: "ms" });
    }
    report::goals(&goals);
}
