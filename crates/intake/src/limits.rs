//! Bounds within which a file is read; a file beyond them is refused before it is parsed.

const MIB: u64 = 1024 * 1024;

/// Bounds on memory and time. The defaults take lists of a million rows and refuse what only an attack needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest file of any kind, in bytes.
    pub file_bytes: u64,
    /// Largest .xls file, in bytes: that format is held in memory as a whole.
    pub xls_bytes: u64,
    /// Most parts in a zipped spreadsheet.
    pub zip_entries: usize,
    /// Most bytes that all parts of a zipped spreadsheet may unpack to.
    pub unpacked_bytes: u64,
    /// Most bytes of the part that is held in memory (the shared strings of .xlsx).
    pub shared_strings_bytes: u64,
    /// Highest ratio of unpacked to packed bytes of a part of more than 8 MiB.
    pub compression_ratio: u64,
    /// Longest record of a text file, line breaks inside quotes included, and longest value inside a zipped
    /// spreadsheet, in bytes.
    pub record_bytes: usize,
    /// Most columns of a sheet.
    pub columns: usize,
    /// Bytes of a text file that one thread takes at a time: enough that taking them costs little, few enough that what
    /// is under way stays small.
    pub piece_bytes: u64,
    /// Rows from the top of a sheet among which the header is sought.
    pub header_rows: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 2048 * MIB,
            xls_bytes: 128 * MIB,
            zip_entries: 4096,
            unpacked_bytes: 4096 * MIB,
            shared_strings_bytes: 256 * MIB,
            compression_ratio: 250,
            record_bytes: 1024 * 1024,
            columns: 1024,
            piece_bytes: 256 * 1024,
            header_rows: 30,
        }
    }
}
