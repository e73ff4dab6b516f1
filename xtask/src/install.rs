//! What the tests and measurements need beyond Rust, and getting it from Debian's packages.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};

use crate::say;

/// Variable that names the browser to the tests.
pub const CHROMIUM: &str = "XINXIU_TEST_CHROMIUM";
/// Variable that names the browser's driver to the tests.
pub const CHROMEDRIVER: &str = "XINXIU_TEST_CHROMEDRIVER";

/// The programs the tests are run with.
pub struct Tools {
    /// Folder that holds `initdb` and `postgres`.
    pub postgres_bin: PathBuf,
    /// The browser.
    pub chromium: PathBuf,
    /// The driver of that browser.
    pub chromedriver: PathBuf,
}

/// Finds everything, installing what is missing; an error names what has to be installed by hand.
pub fn tools() -> Result<Tools> {
    let missing = missing();
    if missing.is_empty() {
        say("所需软件齐备 · everything the tests need is installed");
    } else {
        install(&missing, &self::missing)?;
    }
    let tools = Tools {
        postgres_bin: postgres_bin().context("postgresql is missing")?,
        chromium: chromium().context("chromium is missing")?,
        chromedriver: chromedriver().context("chromium-driver is missing")?,
    };
    say(&format!("PostgreSQL {}", tools.postgres_bin.display()));
    say(&format!("Chromium {}，{}", tools.chromium.display(), tools.chromedriver.display()));
    Ok(tools)
}

/// Debian's names of the packages whose content is not on this machine, however it would have come here.
fn missing() -> Vec<&'static str> {
    let present = [
        ("postgresql", postgres_bin().is_some()),
        ("chromium", chromium().is_some()),
        ("chromium-driver", chromedriver().is_some()),
        ("fonts-noto-cjk", has_chinese_font()),
        ("poppler-utils", on_path("pdftotext").is_some() && on_path("pdftoppm").is_some()),
    ];
    present.into_iter().filter(|(_, present)| !present).map(|(package, _)| package).collect()
}

/// Sees to it that programs are on the path; each with Debian's package that has it.
pub fn programs(wanted: &[(&str, &'static str)]) -> Result<()> {
    let missing = || {
        let absent = wanted.iter().filter(|(program, _)| on_path(program).is_none());
        absent.map(|(_, package)| *package).collect::<Vec<_>>()
    };
    let packages = missing();
    if packages.is_empty() { Ok(()) } else { install(&packages, &missing) }
}

/// Installs packages of Debian by name, without a look whether they are there.
pub fn packages(names: &[&str]) -> Result<()> {
    install(names, &Vec::new)
}

fn install(packages: &[&str], missing: &dyn Fn() -> Vec<&'static str>) -> Result<()> {
    let list = packages.join(" ");
    say(&format!("缺少 · missing: {list}"));
    let Some(prefix) = privilege() else {
        bail!(
            "请先安装以下 Debian 软件包，或以 root 运行 · install these packages of Debian, or run as root: \
             apt-get install {list}"
        );
    };
    say(&format!("正在安装 · installing Debian's packages: {list}"));
    if packages.contains(&"postgresql") {
        say(
            "Debian 的软件包会另建默认库，测试不使用 · Debian also sets up a cluster of its own; tests leave it alone",
        );
    }
    // A stale or absent list is the usual reason for a failure, a lock held by another apt the next one.
    for attempt in 1..=3 {
        if apt_get(prefix, &["update"])? {
            break;
        }
        say(&format!("apt-get update 未成功 · failed, attempt {attempt}/3"));
        thread::sleep(Duration::from_secs(5));
    }
    let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
    arguments.extend(packages);
    ensure!(apt_get(prefix, &arguments)?, "安装失败 · could not install {list}; the lines above say why");
    let still = missing();
    ensure!(still.is_empty(), "安装后仍缺 · still missing after the installation: {}", still.join(" "));
    Ok(())
}

/// How this process may install: as it is, through `sudo` without a question, or not at all.
fn privilege() -> Option<&'static [&'static str]> {
    on_path("apt-get")?;
    if is_root() {
        return Some(&[]);
    }
    on_path("sudo")?;
    let asks_nothing = quiet(Command::new("sudo").args(["-n", "true"]));
    asks_nothing.then_some(&["sudo", "-n"])
}

fn apt_get(prefix: &[&str], arguments: &[&str]) -> Result<bool> {
    // Through `env`, since sudo does not pass the environment on.
    let mut words = prefix.to_vec();
    words.extend(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]);
    words.extend(["-o", "DPkg::Lock::Timeout=600", "-o", "Dpkg::Use-Pty=0"]);
    words.extend(arguments);
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).stdin(Stdio::null());
    Ok(command.status().context("apt-get did not start")?.success())
}

/// Whether this process runs as root: its own entry in `/proc` belongs to the user it runs as.
pub fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").is_ok_and(|entry| entry.uid() == 0)
}

/// The newest PostgreSQL that Debian's packages have put here, or the one on the path.
pub fn postgres_bin() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| {
            Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin")))
        })
        .filter(|(_, bin)| has_server(bin))
        .max();
    match newest {
        Some((_, bin)) => Some(bin),
        None => {
            on_path("initdb").and_then(|initdb| Some(fs::canonicalize(initdb).ok()?.parent()?.to_owned()))
        }
    }
}

fn has_server(bin: &Path) -> bool {
    ["initdb", "postgres", "pg_ctl", "pg_isready"].iter().all(|name| bin.join(name).is_file())
}

fn chromium() -> Option<PathBuf> {
    named_by(CHROMIUM).or_else(|| on_path("chromium")).or_else(|| on_path("chromium-browser"))
}

fn chromedriver() -> Option<PathBuf> {
    named_by(CHROMEDRIVER).or_else(|| on_path("chromedriver"))
}

/// A program that whoever calls us has chosen.
fn named_by(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from).filter(|path| path.is_file())
}

/// The program of this name on the path.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// Whether the browser can draw Chinese; without such a font every glyph on a screenshot is a box.
fn has_chinese_font() -> bool {
    Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").is_file()
        || Command::new("fc-list")
            .args([":lang=zh-cn", "file"])
            .output()
            .is_ok_and(|list| list.status.success() && !list.stdout.is_empty())
}

/// Whether a program runs and ends well, without a word.
pub fn quiet(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::on_path;

    #[test]
    fn a_program_is_looked_for_on_the_path() {
        assert!(on_path("sh").is_some());
        assert!(on_path("no-such-program-of-xinxiu").is_none());
    }
}
