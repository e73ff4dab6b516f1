//! What a training material is, by its first bytes and never by its name (N17).

use std::io::{self, Read, Seek, SeekFrom};

use xinxiu_domain::coded;

use crate::scan_type::scan_type;

coded! {
    /// A kind of file that can be training material.
    pub enum MaterialType {
        Pdf = "pdf", "PDF";
        Slides = "slides", "幻灯片";
        Mp4 = "mp4", "视频";
        WebM = "webm", "视频";
        Png = "png", "图片";
        Jpeg = "jpeg", "图片";
    }
}

/// Bytes that tell most kinds apart.
const HEAD: u64 = 64;
/// Brands of MP4 that phones play; the same box begins pictures of other makes.
const BRANDS: [&[u8]; 8] = [b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1"];

impl MaterialType {
    /// Media type with which the file is kept and sent.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Slides => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            Self::Mp4 => "video/mp4",
            Self::WebM => "video/webm",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
        }
    }

    /// What a file is; `None` for everything that is no training material.
    ///
    /// # Errors
    /// What reading says.
    pub fn of(mut file: impl Read + Seek) -> io::Result<Option<Self>> {
        let mut head = Vec::new();
        file.by_ref().take(HEAD).read_to_end(&mut head)?;
        file.seek(SeekFrom::Start(0))?;
        if let Some((media_type, _)) = scan_type(&head) {
            return Ok(Self::ALL.iter().copied().find(|one| one.media_type() == media_type));
        }
        Ok(match head.as_slice() {
            [b'P', b'K', 3, 4, ..] => is_slides(file).then_some(Self::Slides),
            [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => {
                BRANDS.iter().any(|known| brand.starts_with(known)).then_some(Self::Mp4)
            }
            // Matroska says in its first bytes of which make it is.
            [0x1a, 0x45, 0xdf, 0xa3, rest @ ..] => {
                rest.windows(4).any(|part| part == b"webm").then_some(Self::WebM)
            }
            _ => None,
        })
    }
}

/// A package of slides has its presentation at the place where every maker puts it, and brings no macros.
fn is_slides(file: impl Read + Seek) -> bool {
    zip::ZipArchive::new(file).is_ok_and(|archive| {
        let has = |name: &str| archive.index_for_name(name).is_some();
        has("[Content_Types].xml") && has("ppt/presentation.xml") && !has("ppt/vbaProject.bin")
    })
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;

    fn of(bytes: &[u8]) -> Option<MaterialType> {
        MaterialType::of(Cursor::new(bytes)).unwrap()
    }

    fn package(names: &[&str]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for name in names {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(b"<xml/>").unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn the_first_bytes_say_what_it_is_whatever_its_name() {
        assert_eq!(of(b"%PDF-1.7"), Some(MaterialType::Pdf));
        assert_eq!(of(b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00"), Some(MaterialType::Mp4));
        assert_eq!(of(b"\x00\x00\x00\x20ftypheic\x00\x00\x02\x00"), None);
        assert_eq!(of(b"\x1a\x45\xdf\xa3\x93\x42\x82\x88webm"), Some(MaterialType::WebM));
        assert_eq!(of(b"\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska"), None);
        assert_eq!(of(b"<html><script>"), None);
        assert_eq!(of(b"MZ\x90"), None);
        assert_eq!(of(b""), None);
    }

    #[test]
    fn slides_are_told_from_other_packages_and_from_macros() {
        let slides = ["[Content_Types].xml", "ppt/presentation.xml"];
        assert_eq!(of(&package(&slides)), Some(MaterialType::Slides));
        assert_eq!(of(&package(&["[Content_Types].xml", "word/document.xml"])), None);
        assert_eq!(of(&package(&[slides[0], slides[1], "ppt/vbaProject.bin"])), None);
        assert_eq!(of(b"PK\x03\x04 cut short"), None);
    }
}
