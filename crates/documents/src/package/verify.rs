//! Checking a received package.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zip::ZipArchive;
use zip::result::ZipError;

use super::names::is_inside;
use super::writer::Hashing;
use super::{DECLARATION, DECLARATION_FILE, INFO_FILE, MANIFEST, PackageError, TAG_MANIFEST};

/// Manifests of a campaign are a few megabytes; a larger one is an attempt to fill the memory.
const LONGEST_TAG_FILE: u64 = 256 * 1024 * 1024;

/// What the check found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Payload files whose digest matched.
    pub verified: usize,
    /// Bytes of payload read.
    pub bytes: u64,
    /// SHA-256 of the payload manifest, to be compared with the hand-over record.
    pub manifest_sha256: String,
    /// Files that a manifest names and the package lacks.
    pub missing: Vec<String>,
    /// Files in the package that no manifest names.
    pub extra: Vec<String>,
    /// Files whose digest differs.
    pub changed: Vec<String>,
    /// Anything else, in Chinese: unsafe names, a payload count that does not agree.
    pub problems: Vec<String>,
}

impl Report {
    /// Whether the package is complete and unchanged.
    pub fn is_intact(&self) -> bool {
        self.missing.is_empty()
            && self.extra.is_empty()
            && self.changed.is_empty()
            && self.problems.is_empty()
    }
}

/// Checks the package in a file.
///
/// # Errors
/// [`PackageError`] where the file is no package at all; damage to a package is in the [`Report`].
pub fn verify(path: impl AsRef<Path>) -> Result<Report, PackageError> {
    verify_reader(BufReader::new(File::open(path)?))
}

/// [`verify`] for anything that can be read and sought.
///
/// # Errors
/// As [`verify`].
pub fn verify_reader(reader: impl Read + Seek) -> Result<Report, PackageError> {
    let mut archive = ZipArchive::new(reader)?;
    let mut report = Report::default();
    let present = entries(&archive, &mut report)?;
    if read_text(&mut archive, DECLARATION_FILE)? != DECLARATION {
        return Err(malformed(DECLARATION_FILE, "不是 BagIt 1.0 UTF-8 档案包"));
    }
    let payload_text = read_text(&mut archive, MANIFEST)?;
    report.manifest_sha256 = hex::encode(Sha256::digest(&payload_text));
    let payload = parse(MANIFEST, &payload_text)?;
    let tags = parse(TAG_MANIFEST, &read_text(&mut archive, TAG_MANIFEST)?)?;
    let info = read_text(&mut archive, INFO_FILE)?;

    check(&mut archive, &tags, &present, &mut report)?;
    let payload_total = check(&mut archive, &payload, &present, &mut report)?;
    report.verified = payload_total.matched;
    report.bytes = payload_total.bytes;
    let known =
        |name: &&String| !payload.contains_key(*name) && !tags.contains_key(*name) && *name != TAG_MANIFEST;
    report.extra = present.iter().filter(known).cloned().collect();
    check_oxum(&info, &payload_total, payload.len(), &mut report);
    Ok(report)
}

/// The names in the package; a forged one may point outside.
fn entries<R: Read + Seek>(
    archive: &ZipArchive<R>,
    report: &mut Report,
) -> Result<BTreeSet<String>, PackageError> {
    let mut names = BTreeSet::new();
    for name in archive.file_names() {
        let name = name?.into_owned();
        if name.ends_with('/') {
            continue;
        }
        if !is_inside(&name) {
            report.problems.push(format!("文件名「{name}」越出档案包"));
        }
        names.insert(name);
    }
    Ok(names)
}

#[derive(Default)]
struct Total {
    matched: usize,
    bytes: u64,
}

fn check<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    manifest: &BTreeMap<String, String>,
    present: &BTreeSet<String>,
    report: &mut Report,
) -> Result<Total, PackageError> {
    let mut total = Total::default();
    for (name, expected) in manifest {
        if !present.contains(name) {
            report.missing.push(name.clone());
            continue;
        }
        match digest(archive, name)? {
            Some((actual, bytes)) => {
                total.bytes += bytes;
                if actual == *expected {
                    total.matched += 1;
                } else {
                    report.changed.push(name.clone());
                }
            }
            None => report.changed.push(name.clone()),
        }
    }
    Ok(total)
}

/// Digest and length of one file; `None` where its compressed data are damaged.
fn digest<R: Read + Seek>(
    archive: &mut ZipArchive<R>,
    name: &str,
) -> Result<Option<(String, u64)>, PackageError> {
    // A damaged entry cannot even be found by its own head; the medium itself is another matter.
    let mut entry = match archive.by_name(name) {
        Ok(entry) => entry,
        Err(ZipError::Io(error)) if !is_damage(&error) => return Err(error.into()),
        Err(_) => return Ok(None),
    };
    let mut sink = Hashing { inner: &mut io::sink(), digest: Sha256::new() };
    match io::copy(&mut entry, &mut sink) {
        Ok(bytes) => Ok(Some((hex::encode(sink.digest.finalize()), bytes))),
        Err(error) if is_damage(&error) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Whether the bytes are at fault, and not the medium that they are on.
fn is_damage(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    matches!(error.kind(), InvalidData | InvalidInput | UnexpectedEof)
}

fn read_text<R: Read + Seek>(archive: &mut ZipArchive<R>, name: &str) -> Result<String, PackageError> {
    let entry = archive.by_name(name).map_err(|_| malformed(name, "文件不存在"))?;
    let mut text = String::new();
    entry
        .take(LONGEST_TAG_FILE)
        .read_to_string(&mut text)
        .map_err(|error| malformed(name, &error.to_string()))?;
    Ok(text)
}

/// Reads `digest  path` lines.
fn parse(file: &str, text: &str) -> Result<BTreeMap<String, String>, PackageError> {
    let mut manifest = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        let wrong = |problem: &str| malformed(file, &format!("第{}行{problem}", index + 1));
        let (digest, path) = line.split_once(char::is_whitespace).ok_or_else(|| wrong("没有摘要和文件名"))?;
        let path = path.trim_start();
        if digest.len() != 64 || !is_inside(path) {
            return Err(wrong("的摘要或文件名不合规"));
        }
        if manifest.insert(path.to_owned(), digest.to_ascii_lowercase()).is_some() {
            return Err(wrong("重复列出同一文件"));
        }
    }
    Ok(manifest)
}

fn check_oxum(info: &str, total: &Total, files: usize, report: &mut Report) {
    let stated = info.lines().find_map(|line| line.strip_prefix("Payload-Oxum: "));
    let complete = report.missing.is_empty() && report.changed.is_empty();
    let actual = format!("{}.{files}", total.bytes);
    if complete && stated.is_some_and(|stated| stated != actual) {
        report.problems.push(format!("Payload-Oxum 与内容不符，实为 {actual}"));
    }
}

fn malformed(file: &str, problem: &str) -> PackageError {
    PackageError::Malformed { file: file.to_owned(), problem: problem.to_owned() }
}
