//! `xinxiu backup` and `restore`: database, files and key in one ZIP, made while the server runs.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::{Common, DONE};

const DATABASE: &str = "xinxiu.db";
const KEY: &str = "xinxiu.key";

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

/// Writes a backup. It holds the key: whoever has the file can read everything in it.
///
/// # Errors
/// A file that exists already; what the database or the disk says.
pub fn backup(args: &BackupArgs) -> Result<u8> {
    if args.file.exists() {
        bail!("{} 已存在，请换一个文件名", args.file.display());
    }
    let config = args.common.load(None)?;
    let app = config.open()?;
    let folder = tempfile::tempdir()?;
    let copy = folder.path().join(DATABASE);
    app.store.db.copy_to(&copy)?;
    let mut zip = ZipWriter::new(File::create_new(&args.file)?);
    add(&mut zip, &copy, DATABASE)?;
    add(&mut zip, &config.key_file, KEY)?;
    let root = config.data.join("files");
    for shelf in fs::read_dir(&root)?.flatten().filter(|entry| entry.path().is_dir()) {
        for file in fs::read_dir(shelf.path())?.flatten() {
            let name = format!("files/{}/{}", shelf.file_name().display(), file.file_name().display());
            add(&mut zip, &file.path(), &name)?;
        }
    }
    zip.finish()?.sync_all()?;
    eprintln!("已备份到 {}。备份含密钥，请妥善保管。", args.file.display());
    Ok(DONE)
}

fn add(zip: &mut ZipWriter<File>, path: &Path, name: &str) -> Result<()> {
    zip.start_file(name, SimpleFileOptions::default().large_file(true))?;
    let mut source = File::open(path).with_context(|| path.display().to_string())?;
    io::copy(&mut source, zip)?;
    zip.flush()?;
    Ok(())
}

/// Restores into an empty data folder.
///
/// # Errors
/// A folder that already holds data; a file that is no backup.
pub fn restore(args: &RestoreArgs) -> Result<u8> {
    let config = args.common.load(None)?;
    if config.data.join(DATABASE).exists() || config.key_file.exists() {
        bail!("{} 里已有数据，请用 --data 指定一个空目录", config.data.display());
    }
    let mut zip = ZipArchive::new(File::open(&args.file)?).context("不是备份文件")?;
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index)?;
        let Some(name) = entry.enclosed_name() else {
            bail!("备份里第{}个文件名越界，拒绝恢复", index + 1);
        };
        let target = config.data.join(name);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&target).with_context(|| target.display().to_string())?;
        io::copy(&mut entry, &mut file)?;
        file.sync_all()?;
    }
    eprintln!("已恢复到 {}", config.data.display());
    Ok(DONE)
}
