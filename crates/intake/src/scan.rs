//! What is looked for in the text of a part of a spreadsheet, block by block.

use memchr::memmem;

fn has_extension(part: &str, extension: &str) -> bool {
    std::path::Path::new(part).extension().is_some_and(|found| found.eq_ignore_ascii_case(extension))
}

/// What a part may hold that matters here.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum PartKind {
    Xml,
    SheetXml,
    Other,
}

impl PartKind {
    pub(crate) fn of(part: &str) -> Self {
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
pub(crate) struct Scan {
    kind: PartKind,
    /// End of the block before, so that a word across two blocks is found.
    tail: Vec<u8>,
    /// Bytes since the last tag began: a value that long would have to be held in memory.
    pub run: usize,
    pub declares: bool,
    pub merges: bool,
}

const DECLARATIONS: [&[u8]; 3] = [b"<!DOCTYPE", b"<!ENTITY", b"<\0!\0D\0O\0C\0T"];
/// Some programs write every tag with a prefix.
const MERGE: &[u8] = b"mergeCell ";
const OVERLAP: usize = 16;

impl Scan {
    pub(crate) const fn new(kind: PartKind) -> Self {
        Self { kind, tail: Vec::new(), run: 0, declares: false, merges: false }
    }

    pub(crate) fn feed(&mut self, block: &[u8]) {
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

    #[test]
    fn prefixed_merges_are_found() {
        let mut scan = Scan::new(PartKind::SheetXml);
        scan.feed(b"<x:mergeCells count=\"1\"><x:mergeCell ref=\"A1:A2\"/>");
        assert!(scan.merges);
    }
}
