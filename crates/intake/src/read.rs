//! One file from opening to summary.

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use jiff::civil::Date;
use memchr::memmem;
use xinxiu_domain::ListKind;

use crate::biff::Oversize;
use crate::chains::Compound;
use crate::dates::DateSystem;
use crate::gate::Shared;
use crate::header::{Layout, expected_labels};
use crate::limits::Limits;
use crate::mapping::Mapping;
use crate::meter::Metered;
use crate::preview::PreviewSheet;
use crate::record::{Outcome, Summary};
use crate::refusal::{Refusal, UnknownColumn};
use crate::row::{self, Context};
use crate::seen::{Fingerprints, Seen};
use crate::sheet::{Ready, Rules, Sheet, Target};
use crate::sniff::{self, Kind};
use crate::text::Format;
use crate::workbook::{self, Visit};
use crate::{biff, records, text, zipped};

/// How a file is to be read.
#[derive(Debug, Clone)]
pub struct Options {
    /// Name of the file as people know it; the path's own where `None`.
    pub file_name: Option<String>,
    /// The list that the file is. In the special-governance and watch lists a row without a decision is a
    /// listing; without a list, or in the list of repairable penalties, it is rejected.
    pub list: Option<ListKind>,
    /// Today, as far as decisions in the future are concerned.
    pub as_of: Date,
    /// Bounds beyond which a file is refused.
    pub limits: Limits,
    /// What a person says of the columns; it wins over the alias table.
    pub mapping: Mapping,
}

impl Options {
    /// Reads as `assess` does: no list, default bounds, no mapping.
    pub fn new(as_of: Date) -> Self {
        Self { file_name: None, list: None, as_of, limits: Limits::default(), mapping: Mapping::new() }
    }

    /// What the reading of a row depends on.
    pub(crate) fn context<'a>(
        &self,
        layout: &'a Layout,
        dates: DateSystem,
        fingerprints: &'a Fingerprints,
    ) -> Context<'a> {
        let listings = self.list.is_some_and(ListKind::holds_listings);
        Context { layout, dates, as_of: self.as_of, listings, fingerprints }
    }

    /// By what the sheets of a file are read.
    pub(crate) fn rules(&self, file: Arc<str>) -> Rules<'_> {
        Rules { file, header_rows: self.limits.header_rows, mapping: &self.mapping, preview: None }
    }

    /// The same for a given list.
    #[must_use]
    pub fn for_list(mut self, list: ListKind) -> Self {
        self.list = Some(list);
        self
    }
}

/// How far the reading of a file has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Outcomes given so far.
    pub rows: u64,
    /// Bytes of the file read so far; the look before the reading is not counted.
    pub bytes: u64,
    /// Bytes of the whole file.
    pub total_bytes: u64,
}

/// Reads a list, handing over each row as it comes. `sink` stops the reading with
/// [`ControlFlow::Break`]; the summary then says so. `seen` goes from file to file of one call, so that a
/// decision in a later file names the earlier row.
///
/// # Errors
/// [`Refusal`] where the file cannot be read as a list. It comes before the first outcome, save where a
/// spreadsheet is damaged in a way that its checksums do not show.
pub fn read_file(
    path: &Path,
    options: &Options,
    seen: &mut Seen,
    sink: &mut dyn FnMut(Outcome, Progress) -> ControlFlow<()>,
) -> Result<Summary, Refusal> {
    let mut counts = Summary::default();
    let fingerprints = seen.fingerprints();
    let mut rows = 0;
    let opened = Opened::new(path, options)?;
    let mut summary = read_rows(opened, options, &mut |ready, bytes, total_bytes| {
        let Ready { layout, dates, place, cells } = ready;
        let context = options.context(layout, dates, &fingerprints);
        let mut record = row::read(&context, place, cells);
        row::compare(layout, &mut record, seen);
        counts.count(&record);
        rows += 1;
        sink(record.into_outcome(&context), Progress { rows, bytes, total_bytes })
    })?;
    summary.add_counts(&counts);
    Ok(summary)
}

/// A file that has been looked at.
pub(crate) struct Opened {
    /// As people know it.
    pub name: String,
    pub file: File,
    pub content: Content,
    pub bytes: u64,
}

/// What a file is, as far as the first look says.
pub(crate) enum Content {
    Zip,
    Ole2,
    Text(Format),
}

/// A file at first sight.
pub(crate) struct Sight {
    /// As people know it.
    pub name: String,
    pub file: File,
    pub kind: Kind,
    pub bytes: u64,
}

impl Sight {
    pub(crate) fn new(path: &Path, options: &Options) -> Result<Self, Refusal> {
        let name = options.file_name.clone().unwrap_or_else(|| own_name(path));
        let unreadable = |error| Refusal::unreadable(&name, error);
        let mut file = File::open(path).map_err(unreadable)?;
        let kind = sniff::kind(&mut file, &name, &options.limits)?;
        let bytes = file.metadata().map_err(unreadable)?.len();
        Ok(Self { name, file, kind, bytes })
    }

    /// Looks at the file; at all of it where it is a text.
    pub(crate) fn look(self, options: &Options) -> Result<Opened, Refusal> {
        let Self { name, mut file, kind, bytes } = self;
        let content = match kind {
            Kind::Zip => Content::Zip,
            Kind::Ole2 => {
                check_ole2(&mut file, &name, &options.limits)?;
                Content::Ole2
            }
            Kind::Text => Content::Text(text::examine(&mut file, &name, &options.limits)?),
        };
        Ok(Opened { name, file, content, bytes })
    }
}

impl Opened {
    /// Opens a file and looks at it.
    pub(crate) fn new(path: &Path, options: &Options) -> Result<Self, Refusal> {
        Sight::new(path, options)?.look(options)
    }
}

/// Finds the rows of a file that are to be read and hands each over with the bytes of the file read so far
/// and in all. The summary has the sheets and what is no record.
pub(crate) fn read_rows(
    opened: Opened,
    options: &Options,
    take: &mut dyn FnMut(Ready<'_>, u64, u64) -> ControlFlow<()>,
) -> Result<Summary, Refusal> {
    let total_bytes = opened.bytes;
    let read = Rc::new(Cell::new(0_u64));
    let mut summary = Summary::default();
    // The zip directory and the shared strings are read apart from the rows.
    let mut metered = |ready: Ready<'_>| take(ready, read.get().min(total_bytes), total_bytes);
    let mut unknown = Vec::new();
    let name = opened.name.clone();
    let flow = {
        let mut target = Target { summary: &mut summary, take: &mut metered };
        read_content(opened, &Rc::clone(&read), options, None, &mut target, &mut unknown)?
    };
    summary.stopped = flow.is_break();
    if !summary.stopped && summary.sheets.iter().all(|sheet| sheet.header_row.is_none()) {
        return Err(Refusal::UnknownHeader { file: name, columns: unknown, expected: expected_labels() });
    }
    Ok(summary)
}

/// The first rows of each sheet; nothing is made of them.
pub(crate) fn preview_file(
    path: &Path,
    options: &Options,
    sheets: &RefCell<Vec<PreviewSheet>>,
) -> Result<(), Refusal> {
    let opened = Opened::new(path, options)?;
    let mut summary = Summary::default();
    let mut target = Target { summary: &mut summary, take: &mut |_| ControlFlow::Break(()) };
    // Whether the first rows were the whole file makes no difference.
    let _ = read_content(opened, &Rc::default(), options, Some(sheets), &mut target, &mut Vec::new())?;
    Ok(())
}

fn own_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

fn read_content(
    opened: Opened,
    read: &Rc<Cell<u64>>,
    options: &Options,
    preview: Option<&RefCell<Vec<PreviewSheet>>>,
    target: &mut Target<'_>,
    unknown: &mut Vec<UnknownColumn>,
) -> Result<ControlFlow<()>, Refusal> {
    let Opened { name, file, content, .. } = opened;
    let rules = Rules { preview, ..options.rules(name.as_str().into()) };
    let make = |sheet: &str, dates: DateSystem| Sheet::new(&rules, sheet, dates);
    let columns = options.limits.columns;
    let mut visit = Visit { name: &name, columns, make: &make, unknown, preview: preview.is_some() };
    match content {
        Content::Zip => {
            let file = Shared::new(file).map_err(|error| Refusal::unreadable(&name, error))?;
            zipped::read(file, read, &options.limits, &mut visit, target)
        }
        Content::Ole2 => workbook::read_xls(Metered::new(file, read), &mut visit, target),
        Content::Text(format) => {
            let mut sheet = make("", DateSystem::From1900);
            let file = Metered::new(file, read);
            let flow = records::read(file, &name, &format, columns, &mut sheet, target)?;
            if flow.is_break() && preview.is_none() {
                return Ok(flow);
            }
            Ok(visit.end(&mut sheet, target))
        }
    }
}

/// OLE2 also wraps encrypted workbooks and old documents; the names of its streams tell which.
fn check_ole2(file: &mut File, name: &str, limits: &Limits) -> Result<(), Refusal> {
    let unreadable = |error| Refusal::unreadable(name, error);
    let length = file.metadata().map_err(unreadable)?.len();
    if length > limits.xls_bytes {
        return Err(Refusal::too_large(
            name,
            format!(".xls 文件大小上限 {} MB，请另存为 .xlsx", limits.xls_bytes >> 20),
        ));
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(unreadable)?;
    file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    let has = |stream: &str| {
        let utf16: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
        memmem::find(&bytes, &utf16).is_some()
    };
    if has("EncryptedPackage") {
        return Err(Refusal::Encrypted { file: name.to_owned() });
    }
    let Some(compound) = Compound::read(&bytes) else {
        return Err(Refusal::cut_short(name, "数据区首尾相接"));
    };
    if let Some(stream) = compound.stream(&["Workbook", "Book"]) {
        return biff::check(&stream, limits.columns).map_err(|fault| oversize(name, limits, fault));
    }
    if has("WordDocument") || has("PowerPoint Document") {
        return Err(Refusal::not_a_spreadsheet(name, "内容是旧版 Word 或演示文稿"));
    }
    // The directory that names the streams often stands near the end.
    Err(Refusal::cut_short(name, "找不到工作簿数据流"))
}

fn oversize(name: &str, limits: &Limits, fault: Oversize) -> Refusal {
    match fault {
        Oversize::Impossible => Refusal::cut_short(name, "工作表的范围"),
        Oversize::Columns => Refusal::too_wide(name, limits.columns),
        Oversize::Sparse => Refusal::too_large(name, "工作表的空白单元格过多，请删除远处的单元格"),
    }
}
