//! What a scan or picture is, by its first bytes: what a file is called says nothing.

/// Bytes that tell.
pub const HEAD: u64 = 8;

/// Media type and ending of a scan, by its first [`HEAD`] bytes or more; `None` for everything else.
pub fn scan_type(head: &[u8]) -> Option<(&'static str, &'static str)> {
    match head {
        [b'%', b'P', b'D', b'F', b'-', ..] => Some(("application/pdf", "pdf")),
        [0xff, 0xd8, 0xff, ..] => Some(("image/jpeg", "jpg")),
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some(("image/png", "png")),
        _ => None,
    }
}
