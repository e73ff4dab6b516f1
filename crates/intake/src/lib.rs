//! Messy lists in, records out: what a file is, where its header is, what its columns mean, and what each
//! row says or why it cannot be taken.
//!
//! A file is looked at whole before anything of it is given, so that a hostile or damaged one is refused within
//! bounds ([`Limits`]) and nothing of it is taken; where only its parts are wanted ([`read_in_parts`]) a text is looked at
//! while it is read, and who takes them is told to begin again. Rows then stream: memory does not grow with the file, except for
//! .xls and the shared strings of .xlsx.

mod ahead;
mod aliases;
mod biff;
mod cells;
mod chains;
mod dates;
mod facts;
mod field;
mod fold;
mod follow;
mod found;
mod gate;
mod guard;
mod guess;
mod header;
mod heads;
mod identity;
mod limits;
mod mapping;
mod meter;
mod money;
mod number;
mod ods;
mod parts;
mod pieces;
mod piecework;
mod preview;
mod problems;
pub mod questions;
mod read;
mod record;
mod records;
mod refusal;
mod rejected;
mod reread;
mod row;
mod rows;
mod scan;
mod seen;
mod sheet;
mod shield;
mod sniff;
mod split;
mod text;
mod turns;
mod utf8;
mod values;
mod workbook;
mod zipped;

pub use aliases::field_of;
pub use cells::{Cells, RawRow};
pub use dates::{DateSystem, Until, from_serial, parse_date, parse_until};
pub use field::Field;
pub use guess::suggest;
pub use header::Generation;
pub use heads::Heads;
pub use limits::Limits;
pub use mapping::{Mapping, signature};
pub use money::{MoneyUnit, parse_money};
pub use parts::{Part, Taker, read_in_parts};
pub use preview::{Column, PreviewSheet, preview};
pub use read::{Options, Progress, read_file};
pub use record::{
    ListingRow, Outcome, Penalty, PenaltyRow, Place, Problem, ProblemCode, Profile, Record, RecordStatus,
    RejectedRow, SheetSummary, Skipped, Source, Summary,
};
pub use refusal::{Refusal, UnknownColumn};
pub use rejected::{ADDED_COLUMNS, RejectedError, RejectedWriter, came_from};
pub use reread::{ReadCell, Reread, Taken, field_in, reread};
pub use seen::Seen;
