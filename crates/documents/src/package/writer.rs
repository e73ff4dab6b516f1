//! Writing a package.

use std::collections::HashSet;
use std::io::{self, Read, Write};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::catalogue::{catalogue_csv, handover_sheet};
use super::names::safe_component;
use super::{
    CATALOGUE, DECLARATION, DECLARATION_FILE, HANDOVER, INFO_FILE, MANIFEST, PackageError, TAG_MANIFEST,
};

/// Who hands over what to whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BagInfo {
    /// Identifier of the package (External-Identifier).
    pub identifier: String,
    /// What is in it, in one sentence.
    pub description: String,
    /// 移交单位 (Source-Organization).
    pub source: String,
    /// 接收单位.
    pub receiver: String,
    /// 移交日期 (Bagging-Date).
    pub bagged_on: Date,
}

/// What the catalogue says of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BagItem {
    /// 编号 of the archive; its folder under `data/`.
    pub archive_number: String,
    /// 企业名称.
    pub enterprise: String,
    /// 统一社会信用代码; empty where there is none.
    pub uscc: String,
    /// 材料种类.
    pub kind: String,
    /// 题名.
    pub title: String,
    /// File name with its ending.
    pub file_name: String,
    /// Day of the paper.
    pub dated: Option<Date>,
}

/// A file as it stands in the package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredItem {
    /// What it is.
    pub item: BagItem,
    /// Path in the package, cleaned.
    pub path: String,
    /// Length in bytes.
    pub bytes: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
}

/// A finished package, for the record of the hand-over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// Every payload file.
    pub items: Vec<StoredItem>,
    /// Bytes of the payload.
    pub bytes: u64,
    /// SHA-256 of the payload manifest; names the whole payload.
    pub manifest_sha256: String,
}

/// Writes a package to a stream; nothing but the catalogue stays in memory.
pub struct BagWriter<W: Write> {
    zip: ZipWriter<StreamWriter<W>>,
    options: SimpleFileOptions,
    info: BagInfo,
    items: Vec<StoredItem>,
    taken: HashSet<String>,
    tags: Vec<(String, String)>,
}

impl<W: Write> BagWriter<W> {
    /// Begins a package.
    ///
    /// # Errors
    /// [`PackageError`] where the stream fails.
    pub fn new(stream: W, info: BagInfo) -> Result<Self, PackageError> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(midnight(info.bagged_on));
        let mut writer = Self {
            zip: ZipWriter::new_stream(stream),
            options,
            info,
            items: Vec::new(),
            taken: HashSet::new(),
            tags: Vec::new(),
        };
        writer.tag(DECLARATION_FILE, DECLARATION)?;
        Ok(writer)
    }

    /// Adds one file under `data/<编号>/`.
    ///
    /// # Errors
    /// [`PackageError::Duplicate`] where the folder already has a file of this name, also when the two names
    /// differ only in case, which some receivers' file systems do not keep apart.
    pub fn add(&mut self, item: BagItem, mut content: impl Read) -> Result<&StoredItem, PackageError> {
        let folder = safe_component(&item.archive_number);
        let path = format!("data/{folder}/{}", safe_component(&item.file_name));
        if !self.taken.insert(path.to_lowercase()) {
            return Err(PackageError::Duplicate(path));
        }
        self.zip.start_file(path.as_str(), self.options.large_file(true))?;
        let mut sink = Hashing { inner: &mut self.zip, digest: Sha256::new() };
        let bytes = io::copy(&mut content, &mut sink)?;
        let sha256 = hex::encode(sink.digest.finalize());
        self.items.push(StoredItem { item, path, bytes, sha256 });
        let last = self.items.len() - 1;
        Ok(&self.items[last])
    }

    /// Writes the manifests, the catalogue and the hand-over sheet, and gives the stream back.
    ///
    /// # Errors
    /// [`PackageError`] where the stream fails.
    pub fn finish(mut self) -> Result<(W, Sealed), PackageError> {
        let bytes = self.items.iter().map(|stored| stored.bytes).sum();
        let manifest = manifest_text(self.items.iter().map(|stored| (&stored.path, &stored.sha256)));
        let manifest_sha256 = hex::encode(Sha256::digest(&manifest));
        let info = bag_info(&self.info, bytes, self.items.len());
        let catalogue = catalogue_csv(&self.items);
        let handover = handover_sheet(&self.info, &self.items, &manifest_sha256);
        for (name, text) in
            [(INFO_FILE, info), (MANIFEST, manifest), (CATALOGUE, catalogue), (HANDOVER, handover)]
        {
            self.tag(name, &text)?;
        }
        let tag_manifest = manifest_text(self.tags.iter().map(|(name, sha256)| (name, sha256)));
        self.tag(TAG_MANIFEST, &tag_manifest)?;
        let stream = self.zip.finish()?.into_inner();
        Ok((stream, Sealed { items: self.items, bytes, manifest_sha256 }))
    }

    fn tag(&mut self, name: &str, text: &str) -> Result<(), PackageError> {
        self.zip.start_file(name, self.options)?;
        self.zip.write_all(text.as_bytes())?;
        self.tags.push((name.to_owned(), hex::encode(Sha256::digest(text))));
        Ok(())
    }
}

/// Passes bytes on and digests them on the way.
pub(super) struct Hashing<'a, W: Write> {
    pub(super) inner: &'a mut W,
    pub(super) digest: Sha256,
}

impl<W: Write> Write for Hashing<'_, W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(buffer)?;
        self.digest.update(&buffer[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// `digest  path` lines, as `sha256sum --check` reads them.
fn manifest_text<'a>(files: impl Iterator<Item = (&'a String, &'a String)>) -> String {
    files.map(|(path, sha256)| format!("{sha256}  {path}\n")).collect::<Vec<_>>().concat()
}

fn bag_info(info: &BagInfo, bytes: u64, files: usize) -> String {
    // A line break inside a value would begin a new label.
    let one_line = |text: &str| text.replace(['\r', '\n'], " ");
    format!(
        "Source-Organization: {}\nExternal-Identifier: {}\nExternal-Description: {}\nReceiving-Organization: {}\n\
         Bagging-Date: {}\nPayload-Oxum: {bytes}.{files}\nBag-Software-Agent: xinxiu\n",
        one_line(&info.source),
        one_line(&info.identifier),
        one_line(&info.description),
        one_line(&info.receiver),
        info.bagged_on,
    )
}

/// ZIP knows years from 1980 to 2107 only; outside of them the format's own default stands.
fn midnight(day: Date) -> DateTime {
    let parts = (u16::try_from(day.year()), u8::try_from(day.month()), u8::try_from(day.day()));
    match parts {
        (Ok(year), Ok(month), Ok(day)) => {
            DateTime::from_date_and_time(year, month, day, 0, 0, 0).unwrap_or_default()
        }
        _ => DateTime::default(),
    }
}
