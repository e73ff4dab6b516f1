//! Files by their digest: written once, never changed, found again by content.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use xinxiu_domain::id::FileId;

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;

/// A folder of files, each under its SHA-256.
#[derive(Debug, Clone)]
pub struct Files {
    root: PathBuf,
}

/// A stored file in the clear; it may go away with this value.
#[derive(Debug)]
pub struct Plain(PathBuf);

impl Plain {
    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.0
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
    pub fn open(root: &Path) -> Result<Self, StoreError> {
        fs::create_dir_all(root).map_err(|error| StoreError::File(root.display().to_string(), error))?;
        Ok(Self { root: root.to_owned() })
    }

    /// Writes the content to disk. Nothing refers to it until [`record`] does, so an interrupted step leaves
    /// at most an unreferenced file.
    ///
    /// # Errors
    /// [`StoreError::File`].
    pub fn keep(&self, mut content: impl Read) -> Result<Kept, StoreError> {
        let fault = |error| StoreError::File(self.root.display().to_string(), error);
        let partial = self.root.join(format!("partial-{}", hex::encode(crate::vault::random_bytes::<8>()?)));
        let kept = Self::write_partial(&mut content, &partial).map_err(fault)?;
        let target = self.path(&kept.sha256);
        let moved =
            target.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::rename(&partial, &target));
        moved.map_err(fault)?;
        Ok(kept)
    }

    fn write_partial(content: &mut impl Read, partial: &Path) -> io::Result<Kept> {
        let mut file = fs::File::create(partial)?;
        let mut digest = Sha256::new();
        let mut size = 0;
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let read = content.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            digest.update(&buffer[..read]);
            file.write_all(&buffer[..read])?;
            size += read as u64;
        }
        file.sync_all()?;
        Ok(Kept { sha256: hex::encode(digest.finalize()), size })
    }

    /// Where a file lies.
    pub fn path(&self, sha256: &str) -> PathBuf {
        let (folder, _) = sha256.split_at_checked(2).unwrap_or((sha256, ""));
        self.root.join(folder).join(sha256)
    }

    /// The content as a stream; large files never stand in memory.
    ///
    /// # Errors
    /// [`StoreError::File`].
    pub fn reader(&self, sha256: &str) -> Result<Box<dyn Read + Send>, StoreError> {
        let path = self.path(sha256);
        let file =
            fs::File::open(&path).map_err(|error| StoreError::File(path.display().to_string(), error))?;
        Ok(Box::new(file))
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

    /// The content as a file with a path, for readers that jump about in it.
    ///
    /// # Errors
    /// [`StoreError::File`].
    pub fn plain(&self, sha256: &str) -> Result<Plain, StoreError> {
        Ok(Plain(self.path(sha256)))
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
