//! Files by their digest: written once, never changed, found again by content, sealed at rest (N21).

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;
use xinxiu_domain::id::FileId;

use crate::Vault;
use crate::db::Tx;
use crate::error::StoreError;
use crate::params;
use crate::sealed_file::{Opener, Sealer};

/// Ending of a sealed file; the number leaves room for another cipher (SM4) beside this one.
const SEALED: &str = "a1";

/// The digest of a stored file by the name under which it lies in a folder's shelf, sealed or from before;
/// `None` for every other name.
pub fn digest_of(name: &str) -> Option<&str> {
    let digest = name.strip_suffix(SEALED).and_then(|rest| rest.strip_suffix('.')).unwrap_or(name);
    (digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(digest)
}

/// A folder of files, each under its SHA-256, sealed with the installation's key.
#[derive(Debug, Clone)]
pub struct Files {
    root: PathBuf,
    vault: Vault,
}

/// A stored file in the clear; a copy that was made for it goes away with this value.
#[derive(Debug)]
pub struct Plain(Place);

#[derive(Debug)]
enum Place {
    Own(PathBuf),
    Copy(NamedTempFile),
}

impl Plain {
    /// Where it lies.
    pub fn path(&self) -> &Path {
        match &self.0 {
            Place::Own(path) => path,
            Place::Copy(copy) => copy.path(),
        }
    }
}

/// A file on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// Id.
    pub id: FileId,
    /// SHA-256 in hex.
    pub sha256: String,
    /// Name under which it came or was made.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// Size in bytes.
    pub size: i64,
}

/// A file that is safely on disk but not yet on record.
#[derive(Debug, Clone)]
pub struct Kept {
    /// SHA-256 in hex.
    pub sha256: String,
    /// Size in bytes.
    pub size: u64,
}

impl Files {
    /// Opens the folder, making it where needed.
    ///
    /// # Errors
    /// [`StoreError::File`].
    pub fn open(root: &Path, vault: Vault) -> Result<Self, StoreError> {
        fs::create_dir_all(root).map_err(|error| StoreError::File(root.display().to_string(), error))?;
        Ok(Self { root: root.to_owned(), vault })
    }

    /// Seals the content and writes it to disk. Nothing refers to it until [`record`] does, so an interrupted
    /// step leaves at most an unreferenced file.
    ///
    /// # Errors
    /// [`StoreError::File`].
    pub fn keep(&self, mut content: impl Read) -> Result<Kept, StoreError> {
        let fault = |error| StoreError::File(self.root.display().to_string(), error);
        let partial = self.root.join(format!("partial-{}", hex::encode(crate::vault::random_bytes::<8>()?)));
        let mut sealer = Sealer::new(&self.vault, fs::File::create(&partial).map_err(fault)?)?;
        let kept = Self::seal(&mut content, &mut sealer).map_err(fault)?;
        sealer.finish().and_then(|file| file.sync_all()).map_err(fault)?;
        let target = self.sealed(&kept.sha256);
        let moved =
            target.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::rename(&partial, &target));
        moved.map_err(fault)?;
        // The same content from before files were sealed need not lie about in the clear any longer.
        match fs::remove_file(self.clear(&kept.sha256)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(fault(error)),
            _ => Ok(kept),
        }
    }

    fn seal(content: &mut impl Read, sealer: &mut Sealer<fs::File>) -> io::Result<Kept> {
        let mut digest = Sha256::new();
        let mut size = 0;
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let read = content.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            digest.update(&buffer[..read]);
            sealer.write(&buffer[..read])?;
            size += read as u64;
        }
        Ok(Kept { sha256: hex::encode(digest.finalize()), size })
    }

    fn clear(&self, sha256: &str) -> PathBuf {
        let (folder, _) = sha256.split_at_checked(2).unwrap_or((sha256, ""));
        self.root.join(folder).join(sha256)
    }

    fn sealed(&self, sha256: &str) -> PathBuf {
        self.clear(sha256).with_extension(SEALED)
    }

    /// Where a file lies, as it lies there: sealed, or in the clear where it is from before files were sealed.
    pub fn path(&self, sha256: &str) -> PathBuf {
        let (sealed, clear) = (self.sealed(sha256), self.clear(sha256));
        if !sealed.exists() && clear.exists() { clear } else { sealed }
    }

    /// The content as a stream; large files never stand in memory. A file that was tampered with ends in an
    /// error of the kind `InvalidData`.
    ///
    /// # Errors
    /// [`StoreError::File`].
    pub fn reader(&self, sha256: &str) -> Result<Box<dyn Read + Send>, StoreError> {
        let path = self.path(sha256);
        let opened = fs::File::open(&path).and_then(|file| -> io::Result<Box<dyn Read + Send>> {
            if path.extension().is_some_and(|ending| ending == SEALED) {
                return Ok(Box::new(Opener::new(&self.vault, file, sha256)?));
            }
            Ok(Box::new(file))
        });
        opened.map_err(|error| StoreError::File(path.display().to_string(), error))
    }

    /// The whole content; for what is small.
    ///
    /// # Errors
    /// [`StoreError::File`].
    pub fn read(&self, sha256: &str) -> Result<Vec<u8>, StoreError> {
        let mut bytes = Vec::new();
        let read = self.reader(sha256)?.read_to_end(&mut bytes);
        read.map_err(|error| StoreError::File(self.path(sha256).display().to_string(), error))?;
        Ok(bytes)
    }

    /// The content as a file with a path, for readers that jump about in it: a copy that only this user can
    /// read, and that is gone when the value is.
    ///
    /// # Errors
    /// [`StoreError::File`].
    pub fn plain(&self, sha256: &str) -> Result<Plain, StoreError> {
        let path = self.path(sha256);
        if path.extension().is_none_or(|ending| ending != SEALED) && path.exists() {
            return Ok(Plain(Place::Own(path)));
        }
        let mut content = self.reader(sha256)?;
        let copied = NamedTempFile::new().and_then(|mut copy| {
            io::copy(&mut content, copy.as_file_mut())?;
            Ok(copy)
        });
        let copy = copied.map_err(|error| StoreError::File(path.display().to_string(), error))?;
        Ok(Plain(Place::Copy(copy)))
    }
}

/// Puts a kept file on record.
///
/// # Errors
/// What the engine says.
pub fn record(
    tx: &Tx<'_>,
    kept: &Kept,
    name: &str,
    media_type: &str,
    at: Timestamp,
) -> Result<FileId, StoreError> {
    let size = i64::try_from(kept.size).unwrap_or(i64::MAX);
    tx.insert(
        "insert into stored_file (sha256, name, media_type, size, created_at) values ($1, $2, $3, $4, $5) returning id",
        params![&kept.sha256, name, media_type, size, at],
    )
}

/// Digests of every file on record, each once.
///
/// # Errors
/// What the engine says.
pub fn digests(tx: &Tx<'_>) -> Result<Vec<String>, StoreError> {
    tx.query("select distinct sha256 from stored_file order by sha256", &[], |row| row.get("sha256"))
}

/// A file on record.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load(tx: &Tx<'_>, id: FileId) -> Result<StoredFile, StoreError> {
    let row = tx
        .query_opt("select id, sha256, name, media_type, size from stored_file where id = $1", params![id])?
        .ok_or_else(|| StoreError::NotFound("文件", id.to_string()))?;
    Ok(StoredFile {
        id: row.get("id")?,
        sha256: row.get("sha256")?,
        name: row.get("name")?,
        media_type: row.get("media_type")?,
        size: row.get("size")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBER: &str = "证件号 000000190001010000";

    fn files(folder: &Path) -> Files {
        Files::open(folder, Vault::new([7; 32])).unwrap()
    }

    #[test]
    fn what_lies_on_disk_does_not_show_what_it_holds() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        let kept = files.keep(NUMBER.as_bytes()).unwrap();
        assert_eq!(kept.size, NUMBER.len() as u64);
        let raw = fs::read(files.path(&kept.sha256)).unwrap();
        assert!(!raw.windows(18).any(|part| part == b"000000190001010000"));
        assert_eq!(files.read(&kept.sha256).unwrap(), NUMBER.as_bytes());
        let plain = files.plain(&kept.sha256).unwrap();
        let copy = plain.path().to_owned();
        assert_eq!(fs::read(&copy).unwrap(), NUMBER.as_bytes());
        drop(plain);
        assert!(!copy.exists());
    }

    #[test]
    fn a_file_from_before_is_read_and_is_sealed_when_it_comes_again() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        let sha256 = hex::encode(Sha256::digest(NUMBER));
        let old = files.clear(&sha256);
        fs::create_dir_all(old.parent().unwrap()).unwrap();
        fs::write(&old, NUMBER).unwrap();
        assert_eq!(files.read(&sha256).unwrap(), NUMBER.as_bytes());
        assert_eq!(files.plain(&sha256).unwrap().path(), old);
        files.keep(NUMBER.as_bytes()).unwrap();
        assert!(!old.exists());
        assert_eq!(files.read(&sha256).unwrap(), NUMBER.as_bytes());
    }

    #[test]
    fn a_changed_file_is_told_from_a_missing_one() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        let kept = files.keep(NUMBER.as_bytes()).unwrap();
        let path = files.path(&kept.sha256);
        let mut raw = fs::read(&path).unwrap();
        let last = raw.len() - 1;
        raw[last] ^= 1;
        fs::write(&path, raw).unwrap();
        let kind = |result: Result<Vec<u8>, StoreError>| match result {
            Err(StoreError::File(_, error)) => error.kind(),
            other => panic!("{other:?}"),
        };
        assert_eq!(kind(files.read(&kept.sha256)), io::ErrorKind::InvalidData);
        fs::remove_file(&path).unwrap();
        assert_eq!(kind(files.read(&kept.sha256)), io::ErrorKind::NotFound);
    }
}
