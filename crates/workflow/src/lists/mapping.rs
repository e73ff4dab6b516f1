//! Columns of lists with headers never seen before (N08): a person says what they mean, once. It is remembered
//! by kind of list and header row, because that is what a source keeps alike from file to file, whoever sends
//! it and whatever the file is called.

use std::collections::BTreeMap;
use std::path::Path;

use sha2::{Digest, Sha256};
use xinxiu_domain::ListKind;
use xinxiu_domain::Missing;
use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::batch::BatchAction;
use xinxiu_domain::id::{BatchId, MappingId};
use xinxiu_intake::{Field, Mapping, PreviewSheet, preview};
use xinxiu_store::StoreError;
use xinxiu_store::batch::{self, Batch};
use xinxiu_store::column_mapping::{self, ColumnMapping, NewMapping};

use super::{check, record, stored};
use crate::app::{App, Done, Step};
use crate::refusal::{FieldError, Refusal, require};

/// A list whose columns a person is to name, with its first rows.
#[derive(Debug, Clone)]
pub struct Board {
    /// The list.
    pub batch: Batch,
    /// The first rows of each sheet.
    pub sheets: Vec<PreviewSheet>,
    /// What is said of the columns so far.
    pub mapping: Mapping,
}

/// What a person says of the columns of one sheet.
#[derive(Debug, Clone, Default)]
pub struct MapColumns {
    /// Name of the sheet; empty for text files.
    pub sheet: String,
    /// Row of the header, from 1; 0 where there is none.
    pub header_row: u64,
    /// Field of each column by its key; `None` where it is not to be read.
    pub columns: BTreeMap<String, Option<Field>>,
    /// Where such files come from; may be empty.
    pub source: String,
    /// Whether later files with this header row are to be read the same.
    pub remember: bool,
}

/// The mapping of a list; empty where the alias table alone counts.
pub(super) fn of(batch: &Batch) -> Result<Mapping, Refusal> {
    if batch.mapping.is_empty() {
        return Ok(Mapping::new());
    }
    Ok(serde_json::from_str(&batch.mapping).map_err(unreadable)?)
}

fn unreadable(error: serde_json::Error) -> StoreError {
    StoreError::Column { column: "mapping".into(), problem: error.to_string() }
}

fn text_of(mapping: &Mapping) -> Result<String, Refusal> {
    Ok(serde_json::to_string(mapping).map_err(unreadable)?)
}

fn digest(signature: &str) -> String {
    hex::encode(Sha256::digest(signature.as_bytes()))
}

/// The first rows of a list, for a person to say what its columns mean.
///
/// # Errors
/// [`Refusal::Illegal`] where it is confirmed or cancelled already.
pub fn board(app: &App, actor: &Actor, id: BatchId) -> Result<Board, Refusal> {
    let (found, file) = app.view(actor, |view| {
        view.must(Action::ImportLists, &Concerns::default())?;
        let found = batch::load(view.tx, id)?;
        found.state.after(BatchAction::Check)?;
        let file = stored(view, &found)?;
        Ok((found, file))
    })?;
    let mapping = of(&found)?;
    let plain = app.store.files.plain(&file.sha256)?;
    let options = check::options(app, found.list, &found.file_name, mapping.clone());
    let sheets = preview(plain.path(), &options).map_err(|error| check::refused(&error))?;
    Ok(Board { batch: found, sheets, mapping })
}

/// Says what the columns of a sheet mean. The list is to be read on trial afterwards.
///
/// # Errors
/// [`Refusal::Invalid`] where a field is given twice; [`Refusal::Missing`] where one is missing without which
/// nothing can be read.
pub fn map(app: &App, actor: &Actor, id: BatchId, command: &MapColumns) -> Result<(), Refusal> {
    let board = board(app, actor, id)?;
    let sheet = board.sheets.iter().find(|sheet| sheet.name == command.sheet);
    let sheet = sheet.ok_or_else(|| Refusal::invalid("sheet", "没有这个工作表，请重新选择"))?;
    check_fields(&command.columns)?;
    let mut mapping = board.mapping;
    mapping.set_header_row(&command.sheet, command.header_row);
    for (key, field) in &command.columns {
        mapping.set(key, *field);
    }
    let columns = sheet.columns(command.header_row, &mapping);
    let fields: Vec<Field> = columns.iter().filter_map(|column| column.field).collect();
    require(gaps(board.batch.list, &fields))?;
    let headers: Vec<String> = columns.iter().map(|column| column.key.clone()).collect();
    let signature = sheet.signature(command.header_row);
    let remember = command.remember && command.header_row > 0 && !signature.is_empty();
    let new =
        remember.then(|| Learned { signature: &signature, headers: &headers, mapping: &mapping, command });
    app.step(actor, |step| save(step, id, &mapping, new.as_ref()))
}

/// Gives a list the mapping that a file holds; for the command line.
///
/// # Errors
/// [`Refusal::Illegal`] where the list is confirmed or cancelled already.
pub fn map_by_file(app: &App, actor: &Actor, id: BatchId, mapping: &Mapping) -> Result<(), Refusal> {
    app.step(actor, |step| save(step, id, mapping, None))
}

struct Learned<'a> {
    signature: &'a str,
    headers: &'a [String],
    mapping: &'a Mapping,
    command: &'a MapColumns,
}

fn save(step: &Step<'_>, id: BatchId, mapping: &Mapping, new: Option<&Learned<'_>>) -> Result<(), Refusal> {
    step.must(Action::ImportLists, &Concerns::default())?;
    let mut found = batch::load(step.tx, id)?;
    found.state.after(BatchAction::Check)?;
    found.mapping = text_of(mapping)?;
    found.mapping_id = None;
    if let Some(Learned { signature, headers, mapping, command }) = new {
        let known = NewMapping {
            list: found.list,
            signature: &digest(signature),
            source: command.source.trim(),
            headers: &headers.join("、"),
            columns: &text_of(&mapping.without_rows())?,
            made_by: &step.actor.name,
            at: step.moment(),
        };
        column_mapping::keep(step.tx, &known)?;
    }
    batch::save(step.tx, &found)?;
    let remembered = if new.is_some() { "，并记住供以后同样表头的文件使用" } else { "" };
    record(step, "list.map", id, format!("设定「{}」各列的含义{remembered}", found.file_name))
}

/// A field that two columns claim would be read from one of them only.
fn check_fields(columns: &BTreeMap<String, Option<Field>>) -> Result<(), Refusal> {
    let mut owners: BTreeMap<Field, Vec<&str>> = BTreeMap::new();
    for (key, field) in columns {
        if let Some(field) = field {
            owners.entry(*field).or_default().push(key);
        }
    }
    let twice = owners.into_iter().filter(|(_, keys)| keys.len() > 1);
    let errors: Vec<_> = twice
        .map(|(field, keys)| FieldError {
            field: "columns".to_owned(),
            message: format!("「{field}」同时选给了{}，只能选给一列", keys.join("、")),
        })
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid(errors)) }
}

/// Fields without which no row of the list can be read.
fn gaps(list: ListKind, fields: &[Field]) -> Vec<Missing> {
    const NEEDED: [(Field, &str, &str); 3] = [
        (Field::Name, "name", "请选出企业名称（行政相对人名称）所在的列"),
        (Field::DecisionNumber, "decision_number", "请选出行政处罚决定书文号所在的列"),
        (Field::DecisionDate, "decision_date", "请选出处罚决定日期所在的列"),
    ];
    // A listing stands without a decision.
    let needed = if list.holds_listings() { &NEEDED[..1] } else { &NEEDED[..] };
    let missing = needed.iter().filter(|(field, ..)| !fields.contains(field));
    missing.map(|(_, code, message)| Missing::new(code, *message, "N08")).collect()
}

/// A remembered mapping that fits a file.
pub(super) struct Known {
    id: MappingId,
    mapping: Mapping,
}

/// Looks for a remembered mapping by the header rows of a file.
pub(super) fn recognise(
    app: &App,
    actor: &Actor,
    list: ListKind,
    file_name: &str,
    path: &Path,
) -> Result<Option<Known>, Refusal> {
    if app.view(actor, |view| Ok(column_mapping::all(view.tx)?))?.iter().all(|known| known.list != list) {
        return Ok(None);
    }
    let options = check::options(app, list, file_name, Mapping::new());
    let sheets = preview(path, &options).map_err(|error| check::refused(&error))?;
    app.view(actor, |view| {
        let mut found: Option<Known> = None;
        for sheet in &sheets {
            for (row, _) in &sheet.rows {
                let signature = sheet.signature(*row);
                // A title is no header.
                if !signature.contains('\u{1f}') {
                    continue;
                }
                let Some(known) = column_mapping::by_signature(view.tx, list, &digest(&signature))? else {
                    continue;
                };
                let columns: Mapping = serde_json::from_str(&known.columns).map_err(unreadable)?;
                let known = found.get_or_insert(Known { id: known.id, mapping: Mapping::new() });
                for (key, field) in columns.columns() {
                    known.mapping.set(key, *field);
                }
                known.mapping.set_header_row(&sheet.name, *row);
                break;
            }
        }
        Ok(found)
    })
}

/// Reads a list by what is remembered of its header.
pub(super) fn apply_remembered(step: &Step<'_>, id: BatchId, known: &Known) -> Result<(), Refusal> {
    let mut found = batch::load(step.tx, id)?;
    found.mapping = text_of(&known.mapping)?;
    found.mapping_id = Some(known.id);
    batch::save(step.tx, &found)?;
    column_mapping::count_use(step.tx, known.id)?;
    record(step, "list.map", id, format!("「{}」的表头与记住的列对应相同，按它读取", found.file_name))
}

/// What is remembered of headers, newest first.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn remembered(app: &App, actor: &Actor) -> Result<Vec<ColumnMapping>, Refusal> {
    app.view(actor, |view| {
        view.must(Action::ImportLists, &Concerns::default())?;
        Ok(column_mapping::all(view.tx)?)
    })
}

/// Forgets what was said of a header. Lists that were read by it keep their mapping.
///
/// # Errors
/// [`StoreError::NotFound`] where there is none.
pub fn forget(app: &App, actor: &Actor, id: MappingId) -> Result<(), Refusal> {
    app.step(actor, |step| {
        step.must(Action::ImportLists, &Concerns::default())?;
        let found = column_mapping::find(step.tx, id)?;
        let found = found.ok_or_else(|| StoreError::NotFound("列对应", id.to_string()))?;
        column_mapping::forget(step.tx, id)?;
        let summary = format!("删除记住的列对应（{}）", found.headers);
        step.record(
            Done {
                action: "list.forget_mapping",
                subject: ("column_mapping", id.0),
                enterprise: None,
                summary,
            },
            serde_json::json!({}),
        )
    })
}
