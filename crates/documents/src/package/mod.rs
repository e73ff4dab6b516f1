//! Archive packages (N22): `BagIt` 1.0 (RFC 8493) in a ZIP, one folder per enterprise archive.
//!
//! A package is written as a stream, so that the archives of a whole campaign never stand in memory, and can
//! be checked by its receiver with nothing but SHA-256. `metadata/catalogue.csv` and `交接清单.txt` are tag
//! files: they describe the payload and are covered by `tagmanifest-sha256.txt`.

mod catalogue;
mod names;
mod verify;
mod writer;

use std::io;

use thiserror::Error;

pub use verify::{Report, verify, verify_reader};
pub use writer::{BagInfo, BagItem, BagWriter, Sealed, StoredItem};

const DECLARATION: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
const DECLARATION_FILE: &str = "bagit.txt";
const INFO_FILE: &str = "bag-info.txt";
const MANIFEST: &str = "manifest-sha256.txt";
const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";
const CATALOGUE: &str = "metadata/catalogue.csv";
const HANDOVER: &str = "交接清单.txt";

/// Why a package could not be written or read.
#[derive(Debug, Error)]
pub enum PackageError {
    /// The medium failed.
    #[error("档案包读写失败：{}", xinxiu_domain::trouble::trouble(.0))]
    Io(#[from] io::Error),
    /// The file is no ZIP, or a damaged one.
    #[error("档案包不是完好的 ZIP 文件")]
    Zip(#[from] zip::result::ZipError),
    /// Two files would stand at the same place.
    #[error("档案包内已有「{0}」")]
    Duplicate(String),
    /// A part of the package's frame is missing or unreadable.
    #[error("档案包缺少或无法读取「{file}」：{problem}")]
    Malformed {
        /// The file at fault.
        file: String,
        /// What is wrong with it.
        problem: String,
    },
}
