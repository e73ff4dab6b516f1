//! A PostgreSQL cluster for one test run: empty, fast because it may lose everything, gone afterwards.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

use crate::install::is_root;
use crate::say;

/// How long a server may take until it accepts connections.
const START: Duration = Duration::from_mins(1);

/// A running server; dropping it stops it. Its files belong to the folder it was given.
pub struct Server {
    place: Place,
    child: Child,
    /// The port it listens on, at 127.0.0.1.
    pub port: u16,
}

/// Where the cluster is and who runs it.
#[derive(Clone)]
struct Place {
    bin: PathBuf,
    home: PathBuf,
    /// PostgreSQL refuses to run as root, so root hands it to the user that Debian's package made.
    user: Option<User>,
}

#[derive(Clone, Copy)]
struct User {
    uid: u32,
    gid: u32,
}

impl Server {
    /// Creates a cluster in the new folder `home` and starts a server on it with the programs in `bin`.
    pub fn start(bin: &Path, home: &Path) -> Result<Self> {
        let user = is_root().then(postgres_user).transpose()?;
        let place = Place { bin: bin.to_owned(), home: home.to_owned(), user };
        place.create()?;
        // The free port may be taken by somebody else before the server binds it.
        for _ in 0..3 {
            if let Some(server) = place.serve()? {
                return Ok(server);
            }
        }
        bail!("PostgreSQL 启动失败 · PostgreSQL did not start; its log:\n{}", place.log());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing in the cluster is worth a checkpoint. The server removes its shared memory even so, which
        // it could not do if it were killed.
        let mut stop = self.place.command("pg_ctl");
        stop.args(["stop", "--mode=immediate", "--silent", "--pgdata"]).arg(self.place.data());
        if !stop.status().is_ok_and(|status| status.success()) {
            say("pg_ctl 未能停止服务，改为强制结束 · pg_ctl could not stop the server, killing it");
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

impl Place {
    fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    fn log_file(&self) -> PathBuf {
        self.home.join("log")
    }

    fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// One of PostgreSQL's programs, run by the cluster's owner and without the caller's `PG…` variables.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.bin.join(program));
        command.env_clear().env("LC_ALL", "C.UTF-8").env("PATH", "/usr/bin:/bin").current_dir(&self.home);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        if let Some(User { uid, gid }) = self.user {
            command.uid(uid).gid(gid);
        }
        command
    }

    fn create(&self) -> Result<()> {
        fs::create_dir(&self.home).with_context(|| format!("cannot create {}", self.home.display()))?;
        fs::set_permissions(&self.home, fs::Permissions::from_mode(0o700))?;
        if let Some(User { uid, gid }) = self.user {
            chown(&self.home, Some(uid), Some(gid))?;
        }
        let mut initdb = self.command("initdb");
        initdb.args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]);
        let status = initdb.arg("--pgdata").arg(self.data()).status().context("initdb did not start")?;
        ensure!(status.success(), "initdb 失败 · initdb failed ({status})");
        Ok(())
    }

    /// Starts the server on a free port; none when it ended before it was ready.
    fn serve(&self) -> Result<Option<Server>> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let log = File::create(self.log_file())?;
        let mut postgres = self.command("postgres");
        postgres.arg("-D").arg(self.data()).arg("-k").arg(&self.home).args(["-p", &port.to_string()]);
        for setting in [
            "listen_addresses=127.0.0.1",
            "max_connections=200",
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
        ] {
            postgres.args(["-c", setting]);
        }
        let mut child =
            postgres.stdout(log.try_clone()?).stderr(log).spawn().context("postgres did not start")?;
        let begun = Instant::now();
        while child.try_wait()?.is_none() {
            if self.accepts(port) {
                return Ok(Some(Server { place: self.clone(), child, port }));
            }
            if begun.elapsed() > START {
                child.kill()?;
                child.wait()?;
                break;
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(None)
    }

    fn accepts(&self, port: u16) -> bool {
        let mut ready = self.command("pg_isready");
        ready.args(["--quiet", "--host=127.0.0.1", "--username=postgres", "--port", &port.to_string()]);
        ready.status().is_ok_and(|status| status.success())
    }
}

/// The user that Debian's package creates.
fn postgres_user() -> Result<User> {
    let passwd = fs::read_to_string("/etc/passwd").context("cannot read /etc/passwd")?;
    find_user(&passwd, "postgres").context(
        "以 root 运行时需要系统用户 postgres（软件包 postgresql 会创建） · root needs the user `postgres`, \
         which the package postgresql creates",
    )
}

fn find_user(passwd: &str, name: &str) -> Option<User> {
    let line = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
    let mut fields = line.split(':').skip(2);
    Some(User { uid: fields.next()?.parse().ok()?, gid: fields.next()?.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::find_user;

    #[test]
    fn a_user_is_found_by_the_whole_name() {
        let passwd =
            "root:x:0:0::/root:/bin/sh\npostgres2:x:7:8::/:/bin/sh\npostgres:x:101:104:,,,:/var:/bin/sh\n";
        let user = find_user(passwd, "postgres").expect("there");
        assert_eq!((user.uid, user.gid), (101, 104));
        assert!(find_user(passwd, "postg").is_none());
    }
}
