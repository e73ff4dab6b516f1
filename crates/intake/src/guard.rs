//! Looks into a zipped spreadsheet before anything parses it.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

use memchr::memmem;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::limits::Limits;
use crate::refusal::Refusal;

/// What the archive is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zipped {
    /// Office Open XML; whether any sheet merges cells.
    Xlsx { merges: bool },
    /// Open Document.
    Ods,
}

/// A part may say anything of its size, so small parts are not judged by their ratio.
const RATIO_FROM: u64 = 8 * 1024 * 1024;

/// Unpacks every part once, keeping none: only what really comes out can be trusted, a part's own figures
/// cannot. The checksums tell at the same time whether the file is whole.
pub(crate) fn look(file: &mut File, name: &str, limits: &Limits) -> Result<Zipped, Refusal> {
    let mut archive = ZipArchive::new(BufReader::new(&mut *file)).map_err(|error| broken(name, &error))?;
    if archive.len() > limits.zip_entries {
        return Err(Refusal::too_large(name, format!("内部文件数上限 {}", limits.zip_entries)));
    }
    let zipped = what(&mut archive, name)?;
    let mut total = 0;
    let mut merges = false;
    for index in 0..archive.len() {
        let part = Part::unpack(&mut archive, index, name, limits, &mut total)?;
        merges |= part.merges;
    }
    drop(archive);
    file.seek(SeekFrom::Start(0)).map_err(|error| Refusal::unreadable(name, error))?;
    Ok(match zipped {
        Zipped::Xlsx { .. } => Zipped::Xlsx { merges },
        Zipped::Ods => Zipped::Ods,
    })
}

fn what<R: Read + Seek>(archive: &mut ZipArchive<R>, name: &str) -> Result<Zipped, Refusal> {
    let has = |part: &str| archive.index_for_name(part).is_some();
    if has("xl/workbook.xml") {
        return Ok(Zipped::Xlsx { merges: false });
    }
    if has("word/document.xml") {
        return Err(Refusal::not_a_spreadsheet(name, "内容是 Word 文档"));
    }
    if has("ppt/presentation.xml") {
        return Err(Refusal::not_a_spreadsheet(name, "内容是演示文稿"));
    }
    if has("xl/workbook.bin") {
        return Err(Refusal::not_a_spreadsheet(name, "内容是 .xlsb，请用表格软件另存为 .xlsx"));
    }
    let mut kind = String::new();
    if let Ok(part) = archive.by_name("mimetype") {
        // A read error leaves the kind empty, which is refused below.
        let _ = part.take(100).read_to_string(&mut kind);
    }
    match kind.trim() {
        "application/vnd.oasis.opendocument.spreadsheet"
        | "application/vnd.oasis.opendocument.spreadsheet-template" => Ok(Zipped::Ods),
        "" => Err(Refusal::not_a_spreadsheet(name, "内容是压缩包，请先解压")),
        _ => Err(Refusal::not_a_spreadsheet(name, "内容是其他类型的文档")),
    }
}

struct Part {
    merges: bool,
}

impl Part {
    fn unpack<R: Read + Seek>(
        archive: &mut ZipArchive<R>,
        index: usize,
        name: &str,
        limits: &Limits,
        total: &mut u64,
    ) -> Result<Self, Refusal> {
        let mut entry = archive.by_index(index).map_err(|error| broken(name, &error))?;
        if entry.encrypted() {
            return Err(Refusal::Encrypted { file: name.to_owned() });
        }
        let part = entry.name().map_or_else(|_| format!("#{index}"), std::borrow::Cow::into_owned);
        let packed = entry.compressed_size().max(1);
        let mut scan = Scan::new(PartKind::of(&part));
        let mut buffer = vec![0; 64 * 1024];
        let mut unpacked: u64 = 0;
        loop {
            let length = entry
                .read(&mut buffer)
                .map_err(|error| Refusal::damaged(name, format!("其中的 {part}"), &error))?;
            if length == 0 {
                break;
            }
            unpacked += length as u64;
            *total += length as u64;
            check_size(name, &part, packed, unpacked, *total, limits)?;
            scan.feed(&buffer[..length]);
            if scan.run > limits.record_bytes {
                return Err(Refusal::too_large(
                    name,
                    format!("{part} 中单个值上限 {} 字节", limits.record_bytes),
                ));
            }
            if scan.declares {
                return Err(Refusal::UnsafeXml { file: name.to_owned(), part });
            }
        }
        Ok(Self { merges: scan.merges })
    }
}

fn has_extension(part: &str, extension: &str) -> bool {
    std::path::Path::new(part).extension().is_some_and(|found| found.eq_ignore_ascii_case(extension))
}

fn check_size(
    name: &str,
    part: &str,
    packed: u64,
    unpacked: u64,
    total: u64,
    limits: &Limits,
) -> Result<(), Refusal> {
    if unpacked > RATIO_FROM && unpacked / packed > limits.compression_ratio {
        let detail = format!("{part} 解压后超过压缩大小的 {} 倍", limits.compression_ratio);
        return Err(Refusal::ZipBomb { file: name.to_owned(), detail });
    }
    if total > limits.unpacked_bytes {
        return Err(Refusal::too_large(name, format!("解压后总大小上限 {} MB", limits.unpacked_bytes >> 20)));
    }
    if part == "xl/sharedStrings.xml" && unpacked > limits.shared_strings_bytes {
        let detail = format!("共享文字表上限 {} MB", limits.shared_strings_bytes >> 20);
        return Err(Refusal::too_large(name, detail));
    }
    Ok(())
}

/// What a part may hold that matters here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PartKind {
    Xml,
    SheetXml,
    Other,
}

impl PartKind {
    fn of(part: &str) -> Self {
        if !has_extension(part, "xml") && !has_extension(part, "rels") {
            Self::Other
        } else if part.starts_with("xl/worksheets/") {
            Self::SheetXml
        } else {
            Self::Xml
        }
    }
}

/// Looks for a document type declaration and for merged cells in a stream of blocks.
struct Scan {
    kind: PartKind,
    /// End of the block before, so that a word across two blocks is found.
    tail: Vec<u8>,
    /// Bytes since the last tag began: a value that long would have to be held in memory.
    run: usize,
    declares: bool,
    merges: bool,
}

const DECLARATIONS: [&[u8]; 3] = [b"<!DOCTYPE", b"<!ENTITY", b"<\0!\0D\0O\0C\0T"];
const MERGE: &[u8] = b"<mergeCell ";
const OVERLAP: usize = 16;

impl Scan {
    const fn new(kind: PartKind) -> Self {
        Self { kind, tail: Vec::new(), run: 0, declares: false, merges: false }
    }

    fn feed(&mut self, block: &[u8]) {
        if self.kind == PartKind::Other {
            return;
        }
        // Values within one block are short enough.
        self.run = memchr::memrchr(b'<', block).map_or(self.run + block.len(), |last| block.len() - last);
        let mut seam = std::mem::take(&mut self.tail);
        seam.extend_from_slice(&block[..block.len().min(OVERLAP)]);
        self.search(&seam);
        self.search(block);
        self.tail = block[block.len().saturating_sub(OVERLAP)..].to_vec();
    }

    fn search(&mut self, text: &[u8]) {
        self.declares |= DECLARATIONS.iter().any(|word| memmem::find(text, word).is_some());
        self.merges |= self.kind == PartKind::SheetXml && memmem::find(text, MERGE).is_some();
    }
}

fn broken(name: &str, error: &ZipError) -> Refusal {
    match error {
        ZipError::UnsupportedArchive(detail) if detail.contains("assword") => {
            Refusal::Encrypted { file: name.to_owned() }
        }
        other => Refusal::damaged(name, "压缩结构", other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_across_two_blocks_is_found() {
        let mut scan = Scan::new(PartKind::SheetXml);
        scan.feed(b"<?xml version='1.0'?><!DOC");
        assert!(!scan.declares);
        scan.feed(b"TYPE a><merge");
        assert!(scan.declares && !scan.merges);
        scan.feed(b"Cell ref='A1:A2'/>");
        assert!(scan.merges);
    }
}
