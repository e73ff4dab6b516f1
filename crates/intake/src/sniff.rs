//! What a file is, by its content; its extension says nothing.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use crate::limits::Limits;
use crate::refusal::Refusal;

/// The formats that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A zip archive: .xlsx or .ods, told apart by its parts.
    Zip,
    /// OLE2: .xls, or something encrypted.
    Ole2,
    /// Text with separators.
    Text,
}

/// The kind of a file that is not empty and within the size bound.
pub(crate) fn kind(file: &mut File, name: &str, limits: &Limits) -> Result<Kind, Refusal> {
    let unreadable = |error| Refusal::unreadable(name, error);
    let metadata = file.metadata().map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(Refusal::not_a_spreadsheet(name, "这是一个文件夹"));
    }
    if metadata.len() == 0 {
        return Err(Refusal::Empty { file: name.to_owned() });
    }
    if metadata.len() > limits.file_bytes {
        return Err(Refusal::too_large(name, format!("文件大小上限 {} MB", limits.file_bytes >> 20)));
    }
    let mut head = [0; 512];
    let length = read_most(file, &mut head).map_err(unreadable)?;
    file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    of_head(&head[..length], name)
}

fn of_head(head: &[u8], name: &str) -> Result<Kind, Refusal> {
    let starts = |magic: &[u8]| head.starts_with(magic);
    if starts(b"PK\x03\x04") {
        return Ok(Kind::Zip);
    }
    if starts(b"PK\x05\x06") {
        return Err(Refusal::not_a_spreadsheet(name, "空的压缩包"));
    }
    if starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Ok(Kind::Ole2);
    }
    let foreign: [(&[u8], &str); 8] = [
        (b"%PDF", "内容是 PDF 文档"),
        (b"\x89PNG", "内容是图片"),
        (b"\xff\xd8\xff", "内容是图片"),
        (b"GIF8", "内容是图片"),
        (b"Rar!", "内容是 RAR 压缩包，请先解压"),
        (b"7z\xbc\xaf", "内容是 7z 压缩包，请先解压"),
        (b"\x1f\x8b", "内容是 gzip 压缩包，请先解压"),
        (b"{\\rtf", "内容是 RTF 文档"),
    ];
    if let Some((_, what)) = foreign.iter().find(|(magic, _)| starts(magic)) {
        return Err(Refusal::not_a_spreadsheet(name, *what));
    }
    let text: String =
        String::from_utf8_lossy(head).trim_start_matches('\u{feff}').trim_start().to_lowercase();
    if ["<html", "<!doctype", "<table", "<?xml", "<meta", "<head"].iter().any(|tag| text.starts_with(tag)) {
        let what = "内容是网页或 XML，请用表格软件打开后另存为 .xlsx";
        return Err(Refusal::not_a_spreadsheet(name, what));
    }
    Ok(Kind::Text)
}

/// Fills the buffer as far as the file goes.
pub(crate) fn read_most(file: &mut impl Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..])? {
            0 => break,
            length => filled += length,
        }
    }
    Ok(filled)
}
