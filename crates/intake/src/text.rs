//! Text files: which encoding, which separator, whether they are text at all, and their records.

use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use crate::aliases::field_of;
use crate::follow::Follow;
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
}

impl Format {
    /// A text that begins so, as long as its quotes pair up.
    fn of_head(encoding: &'static Encoding, delimiter: u8, head: &[u8]) -> Self {
        let begin = if head.starts_with(MARK) { MARK.len() as u64 } else { 0 };
        Self { encoding, delimiter, quoting: true, begin }
    }
}

/// The beginning of a text.
fn head(file: &mut impl Read) -> std::io::Result<Vec<u8>> {
    let mut head = vec![0; 64 * 1024];
    let length = read_most(file, &mut head)?;
    head.truncate(length);
    Ok(head)
}

/// How a text is to be read as far as its beginning says, where that is UTF-8 with more than ASCII in it: a text in
/// another encoding is hardly ever taken for one.
pub(crate) fn glance(file: &mut impl Read) -> std::io::Result<Option<Format>> {
    let head = head(file)?;
    let whole = match std::str::from_utf8(&head) {
        Ok(text) => text,
        // The last character may be cut.
        Err(fault) if fault.error_len().is_none() => {
            std::str::from_utf8(&head[..fault.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => "",
    };
    let is_sure = !whole.is_ascii() && memchr::memchr(0, &head).is_none();
    Ok(is_sure.then(|| Format::of_head(UTF_8, find_delimiter(whole), &head)))
}

/// Reads the whole file once without keeping it, so that nothing of a file is taken that is no text.
pub(crate) fn examine(file: &mut File, name: &str, limits: &Limits) -> Result<Format, Refusal> {
    let unreadable = |error| Refusal::unreadable(name, error);
    // Whoever glanced at it before has its place.
    file.rewind().map_err(unreadable)?;
    let head = head(file).map_err(unreadable)?;
    let marked = Encoding::for_bom(&head).map(|(encoding, _)| encoding);
    let candidates = marked.or_else(|| unmarked_utf16(&head)).map_or(vec![UTF_8, GB18030], |one| vec![one]);
    for encoding in candidates {
        file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
        match survey(file, encoding, &head, limits) {
            Ok(format) => {
                file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
                return Ok(format);
            }
            Err(Fault::Text(fault)) if fault.may_be_another_encoding() => {}
            Err(fault) => return Err(fault.refusal(name)),
        }
    }
    Err(Fault::Text(TextFault::WrongEncoding).refusal(name))
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
    /// Whether it is worth another try in another encoding.
    pub(crate) fn may_be_another_encoding(self) -> bool {
        self == Self::WrongEncoding
    }

    const fn message(self) -> &'static str {
        match self {
            Self::WrongEncoding => "文字编码无法识别，支持 UTF-8、GB18030（GBK）和 UTF-16",
            Self::Binary => "内容是二进制数据",
            Self::LongRecord => "单行内容过长",
        }
    }
}

/// Why a look at a text ended before the text.
pub(crate) enum Fault {
    Unreadable(std::io::Error),
    Text(TextFault),
}

impl Fault {
    pub(crate) fn refusal(self, name: &str) -> Refusal {
        match self {
            Self::Unreadable(error) => Refusal::unreadable(name, error),
            Self::Text(fault) => Refusal::not_a_spreadsheet(name, fault.message()),
        }
    }
}

/// A look at a whole text, block by block. Nothing of it is kept.
pub(crate) struct Look<R> {
    utf8: Utf8<R>,
    pub follow: Follow,
    block: Vec<u8>,
}

impl<R: Read> Look<R> {
    pub(crate) fn new(file: R, format: &Format, faults: Faults, limits: &Limits) -> Self {
        Self {
            utf8: Utf8::new(file, format.encoding, faults),
            follow: Follow::new(format.delimiter, limits.record_bytes, limits.piece_bytes),
            block: vec![0; 128 * 1024],
        }
    }

    /// Looks at the next block; whether there was one.
    pub(crate) fn next(&mut self) -> Result<bool, Fault> {
        let length = self.utf8.read(&mut self.block).map_err(|error| match error.kind() {
            ErrorKind::InvalidData => Fault::Text(TextFault::WrongEncoding),
            _ => Fault::Unreadable(error),
        })?;
        self.follow.feed(&self.block[..length]).map_err(Fault::Text)?;
        Ok(length > 0)
    }
}

fn survey(
    file: &mut File,
    encoding: &'static Encoding,
    head: &[u8],
    limits: &Limits,
) -> Result<Format, Fault> {
    let delimiter = find_delimiter(&encoding.decode(head).0);
    let format = Format::of_head(encoding, delimiter, head);
    let mut look = Look::new(file, &format, Faults::Refused, limits);
    while look.next()? {
        look.follow.take_cuts();
    }
    Ok(Format { quoting: !look.follow.is_quoted(), ..format })
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
