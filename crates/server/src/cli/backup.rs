//! `xinxiu backup` and `restore`: database, key and files in one ZIP, made while the server runs. Database and
//! key may lie anywhere: the backup has them under fixed names, and a restore puts them where the
//! configuration of the new place says.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use sha2::{Digest, Sha256};
use xinxiu_store::{Db, Files, Vault, audit, files, health};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::{Common, DONE, FINDINGS};
use crate::config::Config;

const DATABASE: &str = "xinxiu.db";
const KEY: &str = "xinxiu.key";
const FILES: &str = "files";
/// The key for filing outward, where there is one.
const EXCHANGE: &str = super::exchange::KEY;

/// Arguments of `backup`.
#[derive(Debug, Args)]
pub struct BackupArgs {
    #[command(flatten)]
    common: Common,
    /// 备份文件 / file to write
    file: PathBuf,
}

/// Arguments of `restore`.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    #[command(flatten)]
    common: Common,
    /// 备份文件 / file to read
    file: PathBuf,
}

/// The file of an embedded database; a server's database has its own tools.
fn embedded(config: &Config) -> Result<&Path> {
    config.database.strip_prefix("sqlite:").map(Path::new).context(
        "数据库在 PostgreSQL 服务器上：请用 pg_dump 和 pg_restore 备份和恢复数据库，并另行复制密钥文件和数据目录里的 files、exchange.key",
    )
}

/// Writes a backup. It holds the key: whoever has the file can read everything in it.
///
/// # Errors
/// A file that exists already; an installation that is not there or has lost its key; what the disk says.
pub fn backup(args: &BackupArgs) -> Result<u8> {
    if args.file.exists() {
        bail!("{} 已存在，请换一个文件名", args.file.display());
    }
    let config = args.common.load(None)?;
    for (what, path) in [("数据库", embedded(&config)?), ("密钥文件", config.key_file.as_path())] {
        if !path.is_file() {
            bail!("没有找到{what} {}，请用 --data 或 --config 指明", path.display());
        }
    }
    let app = config.open()?;
    if app.store.db.read(|tx| health::key_fits(tx, &app.store.vault))? == Some(false) {
        bail!("{} 不是这个数据库的密钥，这样的备份恢复后读不出已加密的内容", config.key_file.display());
    }
    let folder = args.file.parent().filter(|parent| !parent.as_os_str().is_empty());
    let scratch = tempfile::tempdir_in(folder.unwrap_or_else(|| Path::new(".")))
        .with_context(|| format!("写不出 {}", args.file.display()))?;
    let copy = scratch.path().join(DATABASE);
    app.store.db.copy_to(&copy)?;
    let packed = scratch.path().join("backup.zip");
    let mut zip = ZipWriter::new(private(&packed)?);
    add(&mut zip, &copy, DATABASE)?;
    add(&mut zip, &config.key_file, KEY)?;
    let exchange = config.data.join(EXCHANGE);
    if exchange.is_file() {
        add(&mut zip, &exchange, EXCHANGE)?;
    }
    for (name, path) in kept(&config.data.join(FILES))? {
        add(&mut zip, &path, &name)?;
    }
    zip.finish()?.sync_all()?;
    // Under its own name only when it is whole.
    fs::rename(&packed, &args.file).with_context(|| args.file.display().to_string())?;
    eprintln!("已备份到 {}。备份含密钥，请妥善保管。", args.file.display());
    Ok(if missing(&app.store.db, &app.store.files)? { FINDINGS } else { DONE })
}

/// Every kept file with its name in the backup.
fn kept(root: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    for shelf in fs::read_dir(root)?.flatten().filter(|entry| entry.path().is_dir()) {
        for file in fs::read_dir(shelf.path())?.flatten() {
            let name = format!("{FILES}/{}/{}", shelf.file_name().display(), file.file_name().display());
            if digest_of(&name).is_some() {
                found.push((name, file.path()));
            }
        }
    }
    Ok(found)
}

/// The digest of a kept file by its name in the backup: it lies below the digest's first two digits.
fn digest_of(name: &str) -> Option<&str> {
    let (shelf, file) = name.strip_prefix("files/")?.split_once('/')?;
    files::digest_of(file).filter(|digest| digest.starts_with(shelf))
}

/// Names the files on record that are not there, and says whether there are any.
fn missing(db: &Db, stored: &Files) -> Result<bool> {
    let known = db.read(files::digests)?;
    let lost: Vec<_> = known.into_iter().filter(|digest| !stored.path(digest).exists()).collect();
    for digest in &lost {
        eprintln!("! 数据库登记的文件 {digest} 不在");
    }
    Ok(!lost.is_empty())
}

fn private(path: &Path) -> Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).with_context(|| path.display().to_string())
}

fn add(zip: &mut ZipWriter<File>, path: &Path, name: &str) -> Result<()> {
    zip.start_file(name, SimpleFileOptions::default().large_file(true))?;
    let mut source = File::open(path).with_context(|| path.display().to_string())?;
    io::copy(&mut source, zip)?;
    Ok(())
}

/// Restores where nothing is yet. Everything is unpacked and checked aside first.
///
/// # Errors
/// A place that already holds data; a file that is no whole backup.
pub fn restore(args: &RestoreArgs) -> Result<u8> {
    let config = args.common.load(None)?;
    let (database, files) = (embedded(&config)?, config.data.join(FILES));
    let exchange = config.data.join(EXCHANGE);
    for place in [database, config.key_file.as_path(), files.as_path(), exchange.as_path()] {
        if place.exists() {
            bail!("{} 已存在，恢复不覆盖已有数据；请用 --data 或 --config 指定空的位置", place.display());
        }
    }
    fs::create_dir_all(&config.data).with_context(|| format!("数据目录 {}", config.data.display()))?;
    let scratch = tempfile::tempdir_in(&config.data)?;
    let incomplete =
        unpack(&args.file, scratch.path()).with_context(|| format!("{} 没有恢复", args.file.display()))?;
    for (from, to) in [(DATABASE, database), (KEY, &config.key_file), (FILES, &files)] {
        place(&scratch.path().join(from), to)?;
    }
    if scratch.path().join(EXCHANGE).is_file() {
        place(&scratch.path().join(EXCHANGE), &exchange)?;
    }
    eprintln!(
        "已恢复：数据库 {}，密钥 {}，文件 {}",
        database.display(),
        config.key_file.display(),
        files.display()
    );
    Ok(if incomplete { FINDINGS } else { DONE })
}

/// Unpacks a backup and checks that it is whole: every file is what its name says, the audit chain holds, and
/// the key opens what is sealed. Says whether files were lost before it was made.
fn unpack(backup: &Path, folder: &Path) -> Result<bool> {
    let mut zip = ZipArchive::new(File::open(backup)?).context("不是备份文件，或不完整")?;
    let mut seen = BTreeSet::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).context("备份文件不完整")?;
        let name = entry.name()?.into_owned();
        if ![DATABASE, KEY, EXCHANGE].contains(&name.as_str()) && digest_of(&name).is_none() {
            bail!("备份里有不属于备份的文件「{name}」");
        }
        let target = folder.join(&name);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        let mut file = private(&target)?;
        io::copy(&mut entry, &mut file).with_context(|| format!("备份里的「{name}」已损坏"))?;
        file.sync_all()?;
        seen.insert(name);
    }
    for needed in [DATABASE, KEY] {
        if !seen.contains(needed) {
            bail!("备份里没有 {needed}");
        }
    }
    fs::create_dir_all(folder.join(FILES))?;
    let vault = Vault::open(&folder.join(KEY))?;
    let stored = Files::open(&folder.join(FILES), vault.clone())?;
    for (name, digest) in seen.iter().filter_map(|name| Some((name, digest_of(name)?))) {
        let mut sink = Hashing(Sha256::new());
        let read = io::copy(&mut stored.reader(digest)?, &mut sink);
        if read.is_err() || hex::encode(sink.0.finalize()) != digest {
            bail!("备份里的「{name}」已损坏，或与密钥不符");
        }
    }
    let db = Db::open(&format!("sqlite:{}", folder.join(DATABASE).display()))?;
    db.read(audit::verify)?;
    if db.read(|tx| health::key_fits(tx, &vault))? == Some(false) {
        bail!("备份里的密钥与数据不符");
    }
    missing(&db, &stored)
}

/// Keeps nothing of what is written but its digest.
struct Hashing(Sha256);

impl io::Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Puts a checked file or folder in its place, which may be on another disk.
fn place(from: &Path, to: &Path) -> Result<()> {
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
    }
    if fs::rename(from, to).is_ok() {
        return Ok(());
    }
    let mut target = private(to)?;
    io::copy(&mut File::open(from)?, &mut target).with_context(|| to.display().to_string())?;
    target.sync_all().with_context(|| to.display().to_string())
}
