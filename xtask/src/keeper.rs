//! The keeper: a second process that owns the temporary servers and files of a test run.
//!
//! Whatever ends the run (success, a failure, Ctrl-C, a signal, even SIGKILL), the kernel closes the pipe
//! that the keeper reads, and the keeper then puts everything away. A signal handler would cover less and
//! need code that this workspace forbids.

use std::fs;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use anyhow::{Context as _, Result, ensure};

use crate::install::Tools;
use crate::postgres::Server;
use crate::say;
use crate::sweep::sweep;

/// Sent before the pipe is closed by a run that came to its end.
const DONE: &str = "done";

/// The run's side: a keeper at work. Dropping it has everything put away.
pub struct Keeper {
    child: Child,
    pipe: Option<ChildStdin>,
    /// Port of PostgreSQL on 127.0.0.1.
    pub port: u16,
    /// Folder for the temporary files of the tests.
    pub temporary: PathBuf,
}

impl Keeper {
    /// Starts a keeper for the run `run` and waits until its servers are ready.
    pub fn start(tools: &Tools, run: &str) -> Result<Self> {
        // Not by its path: a build may replace the file while this process runs.
        let mut command = Command::new("/proc/self/exe");
        command.args(["keeper", "--run", run, "--postgres"]).arg(&tools.postgres_bin);
        // In a group of its own, where the terminal's Ctrl-C does not reach it.
        let mut child = command
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the keeper")?;
        let pipe = child.stdin.take();
        let mut said = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut said)?;
        }
        let mut keeper = Self { child, pipe, port: 0, temporary: PathBuf::new() };
        let (port, temporary) = said
            .trim_end()
            .split_once(' ')
            .context("临时服务未能启动 · the temporary servers did not start")?;
        keeper.port = port.parse().context("the keeper named no port")?;
        keeper.temporary = PathBuf::from(temporary);
        Ok(keeper)
    }

    /// Has everything put away at the end of a run.
    pub fn finish(mut self) -> Result<()> {
        if let Some(mut pipe) = self.pipe.take() {
            let _ = pipe.write_all(DONE.as_bytes());
        }
        let status = self.child.wait()?;
        ensure!(status.success(), "临时服务未能完全清理 · the keeper did not put everything away ({status})");
        Ok(())
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.pipe.take());
        let _ = self.child.wait();
    }
}

/// The keeper's side: starts the servers, names them on the standard output, waits for the run to end.
pub fn run(postgres_bin: &Path, run: &str) -> Result<()> {
    // Passable for the user `postgres`, whose folder is inside.
    let folder = tempfile::Builder::new()
        .prefix("xinxiu-test-")
        .permissions(fs::Permissions::from_mode(0o711))
        .tempdir()
        .context("cannot create a temporary folder")?;
    let temporary = folder.path().join("tmp");
    fs::create_dir(&temporary)?;
    let server = Server::start(postgres_bin, &folder.path().join("postgres"))?;
    say(&format!(
        "临时 PostgreSQL 已启动 · temporary PostgreSQL on 127.0.0.1:{}, files in {}",
        server.port,
        folder.path().display()
    ));
    // When the run has ended already nobody reads this; the pipe below says so too.
    let _ = writeln!(io::stdout(), "{} {}", server.port, temporary.display());

    let mut message = String::new();
    let _ = io::stdin().read_to_string(&mut message);
    if message != DONE {
        say("测试中断，正在清理 · interrupted, putting everything away");
    }
    let swept = sweep(run);
    if swept > 0 {
        say(&format!("结束遗留进程 {swept} 个 · ended {swept} processes that were left running"));
    }
    drop(server);
    folder.close().context("cannot remove the temporary folder")?;
    say("临时服务已停止，临时文件已删除 · temporary servers stopped, temporary files removed");
    Ok(())
}
