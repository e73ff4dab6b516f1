//! From the cells of one row to what it says.

use jiff::civil::Date;
use xinxiu_domain::DecisionNumber;

use crate::cells::{Cells, RawRow};
use crate::dates::{DateSystem, parse_date};
use crate::field::Field;
use crate::fold::{clean, is_blank};
use crate::header::Layout;
use crate::identity::Identity;
use crate::problems::formula_fault;
use crate::record::{ListingRow, Outcome, PenaltyRow, Problem, ProblemCode, Profile, RejectedRow, Source};
use crate::seen::{Seen, decision_hash};

/// What the reading of a row depends on beside the row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'a> {
    pub layout: &'a Layout,
    pub dates: DateSystem,
    pub as_of: Date,
    /// Rows without a decision are listings.
    pub listings: bool,
}

/// Reads one row, whose cells are kept as received in the outcome; with the hash by which a penalty's
/// decision is known.
pub(crate) fn read(context: &Context<'_>, source: Source, cells: Cells) -> (Outcome, Option<u64>) {
    let mut reading = Reading { context, cells: &cells, rejections: Vec::new(), problems: Vec::new() };
    let enterprise = reading.name();
    let subject = reading.subject();
    let identity = reading.identity(subject);
    let draft = if context.listings && !reading.has_decision() {
        reading.listing(source, enterprise, identity)
    } else {
        reading.penalty(source, enterprise, identity)
    };
    draft.finish(context, cells)
}

/// Tells a penalty's row which earlier one has the same decision, once it is its turn.
pub(crate) fn compare(layout: &Layout, outcome: &mut Outcome, hash: Option<u64>, seen: &mut Seen) {
    let (Outcome::Penalty(row), Some(hash)) = (outcome, hash) else { return };
    let Some(earlier) = seen.note(hash, &row.source) else { return };
    let field = Field::DecisionNumber;
    let number = layout.cell(row.raw.cells(), field);
    row.problems.push(Problem::new(field, number, ProblemCode::DuplicateDecision, already_at(&earlier)));
    row.duplicate_of = Some(earlier);
}

/// An outcome that still lacks the raw row, which the reading borrows.
enum Draft {
    Penalty(Box<PenaltyRow>, u64),
    Listing(Box<ListingRow>),
    Rejected(Source, Vec<Problem>),
}

impl Draft {
    fn finish(self, context: &Context<'_>, cells: Cells) -> (Outcome, Option<u64>) {
        let headers = context.layout.headers();
        match self {
            Self::Penalty(mut row, hash) => {
                row.raw.fill(cells);
                (Outcome::Penalty(row), Some(hash))
            }
            Self::Listing(mut row) => {
                row.raw.fill(cells);
                (Outcome::Listing(row), None)
            }
            Self::Rejected(source, reasons) => {
                let raw = RawRow::new(headers.clone(), cells);
                (Outcome::Rejected(Box::new(RejectedRow { source, raw, reasons })), None)
            }
        }
    }
}

pub(crate) struct Reading<'a> {
    pub context: &'a Context<'a>,
    pub cells: &'a Cells,
    pub rejections: Vec<Problem>,
    pub problems: Vec<Problem>,
}

impl Reading<'_> {
    pub(crate) fn cell(&self, field: Field) -> &str {
        self.context.layout.cell(self.cells, field)
    }

    pub(crate) fn text(&self, field: Field) -> String {
        let cell = self.cell(field);
        if cell.is_empty() { String::new() } else { clean(cell) }
    }

    /// [`Self::text`], empty where the cell says that there is nothing.
    pub(crate) fn word(&self, field: Field) -> String {
        let cell = self.cell(field);
        if is_blank(cell) { String::new() } else { clean(cell) }
    }

    pub(crate) fn reject(&mut self, field: Field, code: ProblemCode, message: impl Into<String>) {
        let problem = Problem::new(field, self.cell(field), code, message);
        self.rejections.push(problem);
    }

    pub(crate) fn note(&mut self, field: Field, code: ProblemCode, message: impl Into<String>) {
        let problem = Problem::new(field, self.cell(field), code, message);
        self.problems.push(problem);
    }

    fn name(&mut self) -> String {
        let name = self.word(Field::Name);
        if name.is_empty() {
            self.reject(Field::Name, ProblemCode::NameMissing, "缺少企业名称，请补充后重新导入");
        } else if let Some(message) = formula_fault(&name) {
            self.reject(Field::Name, ProblemCode::NameMissing, message);
        }
        name
    }

    fn has_decision(&self) -> bool {
        !is_blank(self.cell(Field::DecisionNumber)) || !is_blank(self.cell(Field::DecisionDate))
    }

    fn profile(&self) -> Profile {
        Profile {
            region: self.word(Field::Region),
            township: self.word(Field::Township),
            industry: self.word(Field::Industry),
            address: self.word(Field::Address),
            legal_rep: self.word(Field::LegalRep),
            legal_rep_id: self.word(Field::LegalRepId),
            contact: self.word(Field::Contact),
            phone: self.word(Field::Phone),
        }
    }

    fn listing(mut self, source: Source, enterprise: String, identity: Identity) -> Draft {
        let listing_date = self.optional_date(Field::ListingDate);
        if !self.rejections.is_empty() {
            return Draft::Rejected(source, self.rejections);
        }
        let reason = self.text(Field::Reason);
        let listing_body = self.text(Field::ListingBody);
        Draft::Listing(Box::new(ListingRow {
            source,
            enterprise,
            uscc: identity.uscc,
            reg_no: identity.reg_no,
            reason: if reason.is_empty() { self.text(Field::Facts) } else { reason },
            listing_body: if listing_body.is_empty() { self.text(Field::Authority) } else { listing_body },
            listing_date,
            profile: self.profile(),
            remark: self.text(Field::Remark),
            problems: self.problems,
            raw: RawRow::new(self.context.layout.headers().clone(), Cells::new()),
        }))
    }

    fn penalty(mut self, source: Source, enterprise: String, identity: Identity) -> Draft {
        let decision = self.decision();
        let date = self.decision_date();
        let (Some(decision), Some(date), true) = (decision, date, self.rejections.is_empty()) else {
            return Draft::Rejected(source, self.rejections);
        };
        let facts = self.facts(date, identity.subject);
        let (status, valid_until, publicity_end) =
            (self.status(), self.until(Field::ValidUntil), self.publicity_end(date));
        self.check_authority_code();
        let hash = decision_hash(&decision, identity.uscc.as_ref(), &enterprise, &facts.authority);
        let row = Box::new(PenaltyRow {
            source,
            enterprise,
            uscc: identity.uscc,
            reg_no: identity.reg_no,
            decision,
            facts,
            authority_code: self.word(Field::AuthorityCode),
            licence_taken: self.word(Field::LicenceTaken),
            profile: self.profile(),
            valid_until,
            supplied_publicity_end: publicity_end,
            status,
            source_unit: self.word(Field::SourceUnit),
            remark: self.text(Field::Remark),
            problems: self.problems,
            duplicate_of: None,
            raw: RawRow::new(self.context.layout.headers().clone(), Cells::new()),
        });
        Draft::Penalty(row, hash)
    }

    fn decision(&mut self) -> Option<DecisionNumber> {
        let cell = self.cell(Field::DecisionNumber);
        let fault = formula_fault(cell);
        let decision = if is_blank(cell) || fault.is_some() { None } else { DecisionNumber::parse(cell) };
        if decision.is_none() {
            let message = fault.unwrap_or_else(|| "缺少行政处罚决定书文号，请补充后重新导入".to_owned());
            self.reject(Field::DecisionNumber, ProblemCode::DecisionNumberMissing, message);
        }
        decision
    }

    fn decision_date(&mut self) -> Option<Date> {
        let cell = self.cell(Field::DecisionDate);
        if is_blank(cell) {
            let message = "缺少处罚决定日期，请补充后重新导入";
            self.reject(Field::DecisionDate, ProblemCode::DecisionDateMissing, message);
            return None;
        }
        let date = parse_date(cell, self.context.dates);
        match date {
            None => self.reject(
                Field::DecisionDate,
                ProblemCode::DecisionDateUnreadable,
                formula_fault(cell).unwrap_or_else(|| {
                    format!("处罚决定日期「{}」无法识别，请写成 2022-01-05 的形式", clean(cell))
                }),
            ),
            Some(day) if day > self.context.as_of => self.note(
                Field::DecisionDate,
                ProblemCode::DecisionInFuture,
                format!("处罚决定日期晚于 {}，请核对", self.context.as_of),
            ),
            Some(_) => {}
        }
        date
    }
}

fn already_at(earlier: &Source) -> String {
    let sheet =
        if earlier.sheet.is_empty() { String::new() } else { format!("工作表「{}」", earlier.sheet) };
    format!("与文件「{}」{sheet}第{}行是同一处罚决定", earlier.file, earlier.row)
}
