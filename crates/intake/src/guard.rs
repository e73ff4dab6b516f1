//! Looks into a zipped spreadsheet before anything parses it.

use std::io::{BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::gate::{Gate, Shared, Verdict};
use crate::limits::Limits;
use crate::refusal::Refusal;
use crate::scan::{PartKind, Scan};

/// What the archive is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zipped {
    /// Office Open XML.
    Xlsx,
    /// Open Document.
    Ods,
}

/// A part may say anything of its size, so small parts are not judged by their ratio.
const RATIO_FROM: u64 = 8 * 1024 * 1024;

/// Unpacks every part once, keeping none: only what really comes out can be trusted, a part's own figures
/// cannot. The checksums tell at the same time whether the file is whole.
pub(crate) struct Guard<'a> {
    archive: ZipArchive<BufReader<Watched>>,
    /// Where the archive's buffer begins in the file.
    buffer_from: Arc<AtomicU64>,
    name: &'a str,
    limits: &'a Limits,
    /// Bytes that have come out so far.
    total: u64,
    merges: bool,
    /// The parts that are still to be unpacked.
    sheets: Vec<usize>,
}

impl<'a> Guard<'a> {
    /// Looks at all parts but the sheets of Office Open XML, which are the large ones and read last.
    pub(crate) fn begin(file: Shared, name: &'a str, limits: &'a Limits) -> Result<(Zipped, Self), Refusal> {
        let buffer_from = Arc::default();
        let watched = Watched { file, buffer_from: Arc::clone(&buffer_from) };
        let mut archive = ZipArchive::new(BufReader::with_capacity(64 * 1024, watched))
            .map_err(|error| broken(name, &error))?;
        if archive.len() > limits.zip_entries {
            return Err(Refusal::too_large(name, format!("内部文件数上限 {}", limits.zip_entries)));
        }
        let zipped = what(&mut archive, name)?;
        let (mut sheets, mut others) = (Vec::new(), Vec::new());
        for index in 0..archive.len() {
            let part = archive.name_for_index(index).and_then(Result::ok);
            let is_sheet = part.is_some_and(|part| PartKind::of(&part) == PartKind::SheetXml);
            if is_sheet { &mut sheets } else { &mut others }.push(index);
        }
        let mut guard = Self { archive, buffer_from, name, limits, total: 0, merges: false, sheets };
        for index in others {
            guard.unpack(index, &|_| {})?;
        }
        Ok((zipped, guard))
    }

    /// Where the sheets lie in the file, packed.
    pub(crate) fn ranges(&mut self) -> Result<Vec<Range<u64>>, Refusal> {
        let range = |index: &usize| {
            let part = self.archive.by_index_raw(*index).map_err(|error| broken(self.name, &error))?;
            let from = part.data_start().unwrap_or_default();
            Ok(from..from.saturating_add(part.compressed_size()))
        };
        self.sheets.iter().map(range).collect()
    }

    /// Looks at the sheets, letting a reader behind `gate` follow, and tells it at the end what came of it.
    pub(crate) fn finish(mut self, gate: &Gate) -> Result<(), Refusal> {
        let ending = Ending { gate, verdict: Verdict::Refused };
        for (place, index) in std::mem::take(&mut self.sheets).into_iter().enumerate() {
            self.unpack(index, &|to| gate.advance(place, to))?;
            gate.advance(place, u64::MAX);
        }
        ending.is(Verdict::Passed { merges: self.merges });
        Ok(())
    }

    /// Unpacks a part; `looked` is told up to which place of the file everything that comes out is in order.
    fn unpack(&mut self, index: usize, looked: &dyn Fn(u64)) -> Result<(), Refusal> {
        let Self { name, limits, .. } = *self;
        let mut entry = self.archive.by_index(index).map_err(|error| broken(name, &error))?;
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
            self.total += length as u64;
            check_size(name, &part, packed, unpacked, self.total, limits)?;
            scan.feed(&buffer[..length]);
            if scan.run > limits.record_bytes {
                let bound = format!("{part} 中单个值上限 {} 字节", limits.record_bytes);
                return Err(Refusal::too_large(name, bound));
            }
            if scan.declares {
                return Err(Refusal::UnsafeXml { file: name.to_owned(), part });
            }
            // What came before this buffer was used up before it was filled, and what it gave has been scanned.
            looked(self.buffer_from.load(Ordering::Relaxed));
        }
        self.merges |= scan.merges;
        Ok(())
    }
}

/// Tells a reader behind a gate how the look ended, also where it ended by a panic.
struct Ending<'g> {
    gate: &'g Gate,
    verdict: Verdict,
}

impl Ending<'_> {
    fn is(mut self, verdict: Verdict) {
        self.verdict = verdict;
    }
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.gate.end(self.verdict);
    }
}

/// A file that says where it was read last.
pub(crate) struct Watched {
    file: Shared,
    buffer_from: Arc<AtomicU64>,
}

impl Read for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.buffer_from.store(self.file.stream_position()?, Ordering::Relaxed);
        self.file.read(buffer)
    }
}

impl Seek for Watched {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.file.seek(to)
    }
}

fn what<R: Read + Seek>(archive: &mut ZipArchive<R>, name: &str) -> Result<Zipped, Refusal> {
    let has = |part: &str| archive.index_for_name(part).is_some();
    if has("xl/workbook.xml") {
        return Ok(Zipped::Xlsx);
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

fn broken(name: &str, error: &ZipError) -> Refusal {
    match error {
        ZipError::UnsupportedArchive(detail) if detail.contains("assword") => {
            Refusal::Encrypted { file: name.to_owned() }
        }
        other => Refusal::damaged(name, "压缩结构", other),
    }
}
