//! What the benchmarks run: our measuring program in its release build, the lists, and the peers, which are
//! installed here and nowhere else.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use super::measure::cost;
use crate::keeper::Keeper;
use crate::{cargo, install, say};

/// Versions of the Python peers, installed by pip into a folder of their own.
const PYTHON: [&str; 3] = ["pandas==3.1.1", "pyarrow==26.0.1", "openpyxl==3.1.5"];

/// Where everything is.
pub struct Setup {
    /// Folder for lists, peers and results, below the build folder; may be thrown away.
    pub folder: PathBuf,
    /// Our measuring program.
    pub program: PathBuf,
}

impl Setup {
    /// Builds the measuring program.
    ///
    /// # Errors
    /// A build that fails.
    pub fn new() -> Result<Self> {
        let target = cargo::target();
        say("编译测速程序（release） · building the measuring program");
        let mut build = cargo::command(&["build", "--release", "--locked", "--package", "xinxiu-bench"]);
        let status = build.status().context("cargo build did not start")?;
        ensure!(status.success(), "cargo build: {status}");
        let folder = target.join("bench");
        fs::create_dir_all(&folder)?;
        Ok(Self { folder, program: target.join("release/xinxiu-bench") })
    }

    /// Builds the program that imports a list as an installation does. It needs the whole workspace, the typesetter
    /// too: a quarter of an hour where nothing is built yet.
    ///
    /// # Errors
    /// A build that fails.
    pub fn whole_import(&self) -> Result<PathBuf> {
        self.built_with_all("import_list")
    }

    /// Builds the hall of phones, and the program itself beside it: as long as [`Self::whole_import`].
    ///
    /// # Errors
    /// A build that fails.
    pub fn exam_hall(&self) -> Result<PathBuf> {
        self.built_with_all("exam_hall")
    }

    fn built_with_all(&self, example: &str) -> Result<PathBuf> {
        say(&format!(
            "编译 {example}（release，首次约一刻钟） · building {example}, a quarter of an hour at first"
        ));
        let build = ["build", "--release", "--locked", "--workspace", "--bins", "--example", example];
        let status = cargo::command(&build).status().context("cargo build did not start")?;
        ensure!(status.success(), "cargo build: {status}");
        Ok(self.program.with_file_name("examples").join(example))
    }

    /// A call of our measuring program.
    pub fn ours(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments);
        command
    }

    /// The list in text, made anew: the same for the same number of rows.
    ///
    /// # Errors
    /// A generator that fails.
    pub fn list(&self, rows: u64) -> Result<PathBuf> {
        self.generate("generate", rows, &self.folder.join(format!("list-{rows}.csv")))
    }

    /// The list as a workbook, made anew.
    ///
    /// # Errors
    /// A generator that fails.
    pub fn workbook(&self, rows: u64) -> Result<PathBuf> {
        self.generate("generate-workbook", rows, &self.folder.join(format!("list-{rows}.xlsx")))
    }

    fn generate(&self, what: &str, rows: u64, path: &Path) -> Result<PathBuf> {
        say(&format!("生成 {rows} 行名单 · making a list of {rows} rows: {}", path.display()));
        cost(self.ours(&[what, &rows.to_string()]).arg(path))?;
        Ok(path.to_owned())
    }

    /// A Python with the peers in it.
    ///
    /// # Errors
    /// No Python, or pip cannot install.
    pub fn python(&self) -> Result<PathBuf> {
        let venv = self.folder.join("venv");
        let python = venv.join("bin/python");
        if installed(&python) {
            return Ok(python);
        }
        install::programs(&[("python3", "python3")])?;
        say(&format!(
            "用 pip 安装对照程序到 {0} · installing the peers with pip into {0}: {1}",
            venv.display(),
            PYTHON.join(" ")
        ));
        let made = Command::new("python3").args(["-m", "venv", "--clear"]).arg(&venv).status();
        if !made.context("python3 did not start")?.success() {
            // Debian has the module in a package of its own.
            install::packages(&["python3-venv"])?;
            let again = Command::new("python3").args(["-m", "venv", "--clear"]).arg(&venv).status()?;
            ensure!(again.success(), "python3 -m venv: {again}");
        }
        let mut pip = Command::new(&python);
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(PYTHON);
        let status = pip.status().context("pip did not start")?;
        ensure!(status.success(), "pip install: {status}");
        Ok(python)
    }
}

/// A server of the benchmark's own.
pub struct Postgres {
    port: u16,
    /// There until the server is ended.
    keeper: Option<Keeper>,
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Dropped alone, it would take the run for broken off.
        if let Some(Err(error)) = self.keeper.take().map(Keeper::finish) {
            say(&format!("{error:#}"));
        }
    }
}

impl Postgres {
    /// Installs PostgreSQL where it is missing and starts a server.
    ///
    /// # Errors
    /// A server that does not start.
    pub fn start() -> Result<Self> {
        let tools = install::tools()?;
        let keeper = Keeper::start(&tools, &format!("bench-{}", std::process::id()))?;
        Ok(Self { port: keeper.port, keeper: Some(keeper) })
    }

    /// Address of the database that is always there.
    pub fn address(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Makes a database and says its address.
    ///
    /// # Errors
    /// What the server says.
    pub fn database(&self, name: &str) -> Result<String> {
        let create = format!("create database {name}");
        cost(Command::new("psql").args(["-q", "-d", &self.address(), "-c", &create]))?;
        Ok(format!("postgres://postgres@127.0.0.1:{}/{name}", self.port))
    }
}

/// A script that stands for a peer.
pub fn script(name: &str) -> PathBuf {
    cargo::root().join("xtask/src/bench/peers").join(name)
}

fn installed(python: &Path) -> bool {
    let wanted: Vec<String> = PYTHON
        .iter()
        .filter_map(|package| package.split_once("=="))
        .map(|(name, version)| format!("assert version('{name}') == '{version}'"))
        .collect();
    let check = format!("from importlib.metadata import version\n{}", wanted.join("\n"));
    let mut command = Command::new(python);
    command.args(["-c", &check]).stderr(std::process::Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
