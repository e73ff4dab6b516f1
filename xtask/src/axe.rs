//! axe-core, with which the browser tests look at every page (WCAG 2.2 AA): from `PyPI`, where it is kept as a
//! package without dependencies, into the build folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};

use crate::{cargo, install, say};

/// Variable that names the script to the tests.
pub const AXE: &str = "XINXIU_TEST_AXE";
/// The package that carries axe-core 4.12.1 unchanged, and the SHA-256 without which pip refuses it.
const PACKAGE: &str = "axe-playwright-python==0.1.8 \
    --hash=sha256:fdd263c998388f1a8e67cad02677e612d946248bd44d163be5e8650ea31f95f8";
/// Where the script stands in the package.
const MEMBER: &str = "axe_playwright_python/axe.min.js";

/// The script, fetched once for a build folder.
///
/// # Errors
/// No Python, or a package that cannot be had or has another content.
pub fn script() -> Result<PathBuf> {
    let folder = cargo::target().join("test-tools");
    let script = folder.join("axe-4.12.1.min.js");
    if !script.is_file() {
        fs::create_dir_all(&folder)?;
        fetch(&folder, &script)?;
    }
    say(&format!("axe-core {}", script.display()));
    Ok(script)
}

fn fetch(folder: &Path, script: &Path) -> Result<()> {
    install::programs(&[("python3", "python3")])?;
    if !install::quiet(Command::new("python3").args(["-m", "pip", "--version"])) {
        // Debian has pip in a package of its own.
        install::packages(&["python3-pip"])?;
    }
    say("用 pip 取得网页无障碍检查程序 · fetching axe-core with pip: axe-playwright-python 0.1.8");
    let work = tempfile::tempdir_in(folder)?;
    let wanted = work.path().join("requirements.txt");
    fs::write(&wanted, PACKAGE)?;
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"])
        .args(["--only-binary=:all:", "--require-hashes", "--requirement"])
        .arg(&wanted)
        .arg("--dest")
        .arg(work.path());
    let status = pip.stdin(Stdio::null()).status().context("pip did not start")?;
    ensure!(status.success(), "pip download: {status}");
    unpack(work.path())?;
    // Renamed when it is whole, so that a run that was stopped leaves nothing that looks complete.
    fs::rename(work.path().join(MEMBER), script).context("the package has no axe.min.js")?;
    Ok(())
}

fn unpack(folder: &Path) -> Result<()> {
    let names = fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path()));
    let wheel = names.into_iter().find(|path| path.extension().is_some_and(|end| end == "whl"));
    let wheel = wheel.context("pip left no package")?;
    let mut python = Command::new("python3");
    let status = python.args(["-m", "zipfile", "-e"]).arg(wheel).arg(folder).status()?;
    ensure!(status.success(), "python3 -m zipfile: {status}");
    Ok(())
}
