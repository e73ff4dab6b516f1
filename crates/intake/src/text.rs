//! Text files: which encoding, which separator, whether they are text at all, and their records.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use crate::aliases::field_of;
use crate::follow::{Cut, Follow};
use crate::limits::Limits;
use crate::refusal::Refusal;
use crate::sniff::read_most;
use crate::utf8::{Faults, MARK, Utf8};

/// How a text file is to be read.
#[derive(Debug, Clone)]
pub(crate) struct Format {
    pub encoding: &'static Encoding,
    pub delimiter: u8,
    /// Off where quotes do not pair up: then they are part of the text.
    pub quoting: bool,
    /// Bytes of the file before the text: those of the mark of UTF-8.
    pub begin: u64,
    /// Where the file may be cut, in bytes of the file. None where its bytes are not those of the text, or where quotes
    /// do not pair up.
    pub cuts: Vec<Cut>,
}

/// Reads the whole file once without keeping it, so that nothing of a file is taken that is no text.
pub(crate) fn examine(file: &mut File, name: &str, limits: &Limits) -> Result<Format, Refusal> {
    let unreadable = |error| Refusal::unreadable(name, error);
    let mut head = vec![0; 64 * 1024];
    let length = read_most(file, &mut head).map_err(unreadable)?;
    head.truncate(length);
    let marked = Encoding::for_bom(&head).map(|(encoding, _)| encoding);
    let candidates = marked.or_else(|| unmarked_utf16(&head)).map_or(vec![UTF_8, GB18030], |one| vec![one]);
    let mut reason = None;
    for encoding in candidates {
        file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
        match survey(file, encoding, &head, limits) {
            Ok(format) => {
                file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
                return Ok(format);
            }
            Err(Fault::Unreadable(error)) => return Err(unreadable(error)),
            Err(Fault::Text(fault)) => reason = Some(fault),
        }
        // Only a wrong encoding is worth another try.
        if reason != Some(TextFault::WrongEncoding) {
            break;
        }
    }
    Err(Refusal::not_a_spreadsheet(name, reason.unwrap_or(TextFault::WrongEncoding).message()))
}

/// UTF-16 without its mark: one half of most separators, digits and line ends is zero, always the same half.
fn unmarked_utf16(head: &[u8]) -> Option<&'static Encoding> {
    let zeros = |half: usize| head.iter().skip(half).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if (even + odd) * 8 < head.len() {
        None
    } else if odd > even * 8 {
        Some(UTF_16LE)
    } else {
        (even > odd * 8).then_some(UTF_16BE)
    }
}

/// Why bytes are not the text of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextFault {
    WrongEncoding,
    Binary,
    LongRecord,
}

impl TextFault {
    const fn message(self) -> &'static str {
        match self {
            Self::WrongEncoding => "文字编码无法识别，支持 UTF-8、GB18030（GBK）和 UTF-16",
            Self::Binary => "内容是二进制数据",
            Self::LongRecord => "单行内容过长",
        }
    }
}

enum Fault {
    Unreadable(std::io::Error),
    Text(TextFault),
}

fn survey(
    file: &mut File,
    encoding: &'static Encoding,
    head: &[u8],
    limits: &Limits,
) -> Result<Format, Fault> {
    let delimiter = find_delimiter(&encoding.decode(head).0);
    let mut utf8 = Utf8::new(&mut *file, encoding, Faults::Refused);
    let mut follow = Follow::new(delimiter, limits.record_bytes, limits.piece_bytes);
    let mut buffer = vec![0; 128 * 1024];
    loop {
        let length = match utf8.read(&mut buffer) {
            Ok(length) => length,
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                return Err(Fault::Text(TextFault::WrongEncoding));
            }
            Err(error) => return Err(Fault::Unreadable(error)),
        };
        if length == 0 {
            break;
        }
        follow.feed(&buffer[..length]).map_err(Fault::Text)?;
    }
    let quoting = !follow.is_quoted();
    let mut cuts = if quoting && encoding == UTF_8 { follow.into_cuts() } else { Vec::new() };
    let begin = if head.starts_with(MARK) { MARK.len() as u64 } else { 0 };
    for cut in &mut cuts {
        cut.at += begin;
    }
    Ok(Format { encoding, delimiter, quoting, begin, cuts })
}

/// The separator under which the first lines name the most columns of a list; where none names any, the one
/// that divides a line most often.
fn find_delimiter(head: &str) -> u8 {
    let score = |separator: u8| {
        let cells = |line: &str| -> (usize, usize) {
            let cells = line.split(char::from(separator));
            let short =
                cells.clone().take(200).map(|cell| cell.trim_matches('"')).filter(|cell| cell.len() <= 120);
            (short.filter(|cell| field_of(cell).is_some()).count(), cells.count())
        };
        head.lines().take(30).map(cells).max()
    };
    [b';', b',', b'\t'].into_iter().max_by_key(|separator| score(*separator)).unwrap_or(b',')
}
