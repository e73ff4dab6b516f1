//! Rows of lists as received (原始行, N08): each cell as it came, beside what the intake made of it.

use std::ops::ControlFlow;

use xinxiu_domain::Missing;
use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::id::{BatchId, EnterpriseId, PenaltyId, RowId};
use xinxiu_domain::person::{mask_id_number, mask_numbers, mask_phone};
use xinxiu_domain::text::tidy;
use xinxiu_intake::{Field, Outcome, ProblemCode, ReadCell, Reread, Taken, reread};
use xinxiu_store::batch::{self, Batch};
use xinxiu_store::batch_row::SEALED_RAW;
use xinxiu_store::received_row::{self, ReceivedRow, RowFilter, RowLine, RowOutcome};
use xinxiu_store::row_correction::{self, LinkedRow};
use xinxiu_store::{concerns, enterprise, enterprise_change, files, listing, penalty};

use super::{check, mapping};
use crate::app::{App, Done, View};
use crate::enterprises::may;
use crate::refusal::Refusal;

/// A page of the rows of a list.
#[derive(Debug, Clone)]
pub struct RowPage {
    /// The list.
    pub batch: Batch,
    /// The rows.
    pub lines: Vec<RowLine>,
    /// How many the filter leaves.
    pub count: i64,
    /// Behind which row the next page begins; `None` on the last.
    pub next: Option<RowId>,
}

/// The rows of a list, rejected ones too, in the order of the file.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn rows(
    app: &App,
    actor: &Actor,
    id: BatchId,
    filter: &RowFilter,
    (after, limit): (RowId, i64),
) -> Result<RowPage, Refusal> {
    app.view(actor, |view| {
        view.must(Action::ImportLists, &Concerns::default())?;
        let mut lines = received_row::page(view.tx, id, filter, (after, limit + 1))?;
        let is_more = i64::try_from(lines.len()).is_ok_and(|found| found > limit);
        if is_more {
            lines.pop();
        }
        let next = lines.last().filter(|_| is_more).map(|line| line.id);
        let count = received_row::count(view.tx, id, filter)?;
        Ok(RowPage { batch: batch::load(view.tx, id)?, lines, count, next })
    })
}

/// Something wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowProblem {
    /// Field.
    pub field: &'static str,
    /// Value as received, masked where it is personal.
    pub value: String,
    /// What is wrong and what to do.
    pub message: String,
}

/// A row as received with what the intake makes of it.
#[derive(Debug, Clone)]
pub struct RowCard {
    /// Its id; `None` while its list is not imported.
    pub id: Option<RowId>,
    /// The list.
    pub batch: Batch,
    /// SHA-256 of the file, in hex.
    pub sha256: String,
    /// Sheet; empty for text files.
    pub sheet: String,
    /// Row in the sheet.
    pub number: i64,
    /// What became of it.
    pub outcome: RowOutcome,
    /// Its cells in their order, masked unless they are shown in full.
    pub cells: Vec<ReadCell>,
    /// What is wrong with it; the reasons where it was sent back.
    pub problems: Vec<RowProblem>,
    /// What was noted on it when it was imported.
    pub notes: String,
    /// Enterprise and its name, where it belongs to one.
    pub enterprise: Option<(EnterpriseId, String)>,
    /// The penalty record and its number, where it has become one.
    pub penalty: Option<(PenaltyId, String)>,
    /// The rejected row of an earlier list for which it came back, put right.
    pub corrects: Option<LinkedRow>,
    /// The row that stands for it now, where it was sent back and came back put right.
    pub corrected_by: Option<LinkedRow>,
    /// Whether the cells stand in full.
    pub is_open: bool,
    /// Whether the actor may see them in full.
    pub may_reveal: bool,
    /// Whether the actor sees the whole list.
    pub may_list: bool,
}

/// A row on record. Numbers of persons are masked.
///
/// # Errors
/// [`Refusal::Forbidden`] where its enterprise does not belong to the actor, or it was sent back and the actor takes
/// in no lists.
pub fn row(app: &App, actor: &Actor, id: RowId) -> Result<RowCard, Refusal> {
    app.view(actor, |view| {
        let found = received_row::load(view.tx, id)?;
        let whose = Whose::see(view, &found)?;
        card(view, found, whose, false)
    })
}

/// A row on record with its cells in full, once. The purpose and the person are kept (N21).
///
/// # Errors
/// [`Refusal::Invalid`] without a purpose.
pub fn reveal_row(app: &App, actor: &Actor, id: RowId, purpose: &str) -> Result<RowCard, Refusal> {
    let purpose = tidy(purpose);
    if purpose.chars().count() < 2 {
        return Err(Refusal::invalid("purpose", "请写明查看的用途，例如「核对退回原因」"));
    }
    app.step(actor, |step| {
        let found = received_row::load(step.tx, id)?;
        let view = View { app, tx: step.tx, actor, today: step.today };
        let whose = Whose::see(&view, &found)?;
        step.must(Action::RevealPersonal, &whose.concerns)?;
        if let Some(owner) = whose.owner {
            let who = (actor.name.as_str(), actor.account);
            enterprise_change::disclosed(step.tx, owner, ("received_row", &purpose), who, step.moment())?;
        }
        let batch = batch::load(step.tx, found.batch)?;
        let number = found.number;
        let summary = format!("查看「{}」第{number}行的完整内容，用途：{purpose}", batch.file_name);
        let done =
            Done { action: "row.reveal", subject: ("batch_row", id.0), enterprise: whose.owner, summary };
        step.record(done, serde_json::json!({ "batch": found.batch, "row": number }))?;
        card(&view, found, whose, true)
    })
}

/// A row of a list by its place.
#[derive(Debug)]
pub enum At {
    /// It is on record.
    OnRecord(RowId),
    /// Its list is not imported yet: the row as it is read from the file.
    InFile(Box<RowCard>),
}

/// The row at a place of a list. A list that is not imported yet is read up to there.
///
/// # Errors
/// [`Refusal::Missing`] where no record stands there.
pub fn row_at(app: &App, actor: &Actor, id: BatchId, (sheet, number): (&str, i64)) -> Result<At, Refusal> {
    let (found, file, on_record) = app.view(actor, |view| {
        view.must(Action::ImportLists, &Concerns::default())?;
        let found = batch::load(view.tx, id)?;
        let file = super::stored(view, &found)?;
        Ok((found, file, received_row::at(view.tx, id, sheet, number)?))
    })?;
    if let Some(row) = on_record {
        return Ok(At::OnRecord(row));
    }
    let plain = app.store.files.plain(&file.sha256)?;
    let mut wanted = None;
    check::read(app, plain.path(), &found, &mut |outcome, _| {
        let (source, raw) = outcome.received();
        if &*source.sheet != sheet || i64::try_from(source.row) != Ok(number) {
            return ControlFlow::Continue(());
        }
        let pairs = raw.pairs().map(|(header, cell)| (header.to_owned(), cell.to_owned())).collect();
        wanted = Some((outcome_of(&outcome), pairs));
        ControlFlow::Break(())
    })?;
    let Some((outcome, pairs)) = wanted else {
        let message = "这个位置没有记录，可能是空行、合计、表头或说明";
        return Err(Refusal::Missing(vec![Missing::new("no_row", message, "N08")]));
    };
    let read = read_again(&found, pairs)?;
    let (cells, problems) = shown(read, false);
    Ok(At::InFile(Box::new(RowCard {
        id: None,
        sha256: file.sha256,
        sheet: sheet.to_owned(),
        number,
        outcome,
        cells,
        problems,
        notes: String::new(),
        enterprise: None,
        penalty: None,
        corrects: None,
        corrected_by: None,
        is_open: false,
        may_reveal: false,
        may_list: true,
        batch: found,
    })))
}

/// What became of a row as it was read.
pub(super) const fn outcome_of(outcome: &Outcome) -> RowOutcome {
    match outcome {
        Outcome::Penalty(_) => RowOutcome::Accepted,
        Outcome::Listing(_) => RowOutcome::Listing,
        Outcome::Rejected(_) => RowOutcome::Rejected,
    }
}

/// Whose a row is.
struct Whose {
    owner: Option<EnterpriseId>,
    concerns: Concerns,
    /// Its penalty record and the number of that.
    penalty: Option<(PenaltyId, String)>,
}

impl Whose {
    /// Finds it and whether the actor may see the row: one that belongs to nobody is seen by those who take in lists,
    /// any other by those who see its enterprise.
    fn see(view: &View<'_>, row: &ReceivedRow) -> Result<Self, Refusal> {
        let record = row.penalty.map(|id| penalty::load(view.tx, id)).transpose()?;
        // The record may have gone over to another enterprise since.
        let owner = match (&record, row.listing) {
            (Some(record), _) => Some(record.enterprise),
            (None, Some(id)) => Some(listing::owner(view.tx, id)?),
            (None, None) => row.enterprise,
        };
        let concerns = match owner {
            Some(owner) => concerns::of_enterprise(view.tx, owner)?,
            None => Concerns::default(),
        };
        let action = if owner.is_some() { Action::ViewEnterprise } else { Action::ImportLists };
        view.must(action, &concerns)?;
        Ok(Self { owner, concerns, penalty: record.map(|record| (record.id, record.decision.to_string())) })
    }
}

fn card(view: &View<'_>, row: ReceivedRow, whose: Whose, is_open: bool) -> Result<RowCard, Refusal> {
    let batch = batch::load(view.tx, row.batch)?;
    let text = view.app.store.vault.open_text(SEALED_RAW, &row.raw_sealed)?;
    let pairs = serde_json::from_str(&text).map_err(|error| Refusal::Upload(error.to_string()))?;
    let (cells, problems) = shown(read_again(&batch, pairs)?, is_open);
    let (corrects, corrected_by) = row_correction::links(view.tx, row.id)?;
    Ok(RowCard {
        id: Some(row.id),
        sha256: files::load(view.tx, batch.file)?.sha256,
        sheet: row.sheet,
        number: row.number,
        outcome: row.outcome,
        cells,
        problems,
        notes: row.notes,
        enterprise: match whose.owner {
            Some(id) => Some((id, enterprise::load(view.tx, id)?.name)),
            None => None,
        },
        penalty: whose.penalty,
        corrects,
        corrected_by,
        is_open,
        may_reveal: may(view.actor, Action::RevealPersonal, &whose.concerns),
        may_list: may(view.actor, Action::ImportLists, &Concerns::default()),
        batch,
    })
}

fn read_again(batch: &Batch, pairs: Vec<(String, String)>) -> Result<Reread, Refusal> {
    Ok(reread(&pairs, batch.list, batch.created_at.on, &mapping::of(batch)?))
}

/// Words in the header of a column that is not read, by which it holds numbers of persons.
const PERSONAL: [&str; 7] = ["证件号", "身份证", "电话", "手机", "联系方式", "联系号码", "护照"];

fn shown(read: Reread, is_open: bool) -> (Vec<ReadCell>, Vec<RowProblem>) {
    let is_person = read.problems.iter().any(|problem| problem.code == ProblemCode::NaturalPerson);
    let mask = |field: Option<Field>, header: &str, value: &str| match field {
        _ if is_open => value.to_owned(),
        Some(Field::Phone) => mask_phone(value),
        Some(Field::LegalRepId | Field::PersonNo) => mask_id_number(value),
        Some(Field::Uscc | Field::RegNo | Field::OrgCode | Field::TaxNo) if is_person => {
            mask_id_number(value)
        }
        None if PERSONAL.iter().any(|word| header.contains(word)) => mask_id_number(value),
        _ => mask_numbers(value),
    };
    let personal = |name: &str| {
        let masked = [Field::Phone, Field::LegalRepId, Field::PersonNo, Field::Uscc];
        masked.into_iter().find(|field| field.label() == name)
    };
    let problems = read
        .problems
        .iter()
        .map(|problem| RowProblem {
            field: problem.field,
            value: mask(personal(problem.field), "", &problem.value),
            message: if is_open { problem.message.clone() } else { mask_numbers(&problem.message) },
        })
        .collect();
    let cells = read.cells.into_iter().map(|cell| ReadCell {
        received: mask(cell.field, &cell.header, &cell.received),
        taken: match cell.taken {
            Taken::As(value) => Taken::As(mask(cell.field, &cell.header, &value)),
            other => other,
        },
        ..cell
    });
    (cells.collect(), problems)
}
