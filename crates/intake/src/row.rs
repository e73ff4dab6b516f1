//! From the cells of one row to what it says.

use std::borrow::Cow;

use jiff::civil::Date;
use xinxiu_domain::DecisionNumber;
use xinxiu_domain::text::is_surely_plain;

use crate::cells::{Cells, RawRow};
use crate::dates::{DateSystem, parse_date};
use crate::field::Field;
use crate::fold::{clean, is_blank};
use crate::header::Layout;
use crate::identity::Identity;
use crate::problems::formula_fault;
use crate::record::{
    ListingRow, Outcome, Penalty, PenaltyRow, Place, Problem, ProblemCode, Profile, Record, RejectedRow,
    Source,
};
use crate::seen::{Fingerprint, Fingerprints, Seen};

/// What the reading of a row depends on beside the row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'a> {
    pub layout: &'a Layout,
    pub dates: DateSystem,
    pub as_of: Date,
    /// Rows without a decision are listings.
    pub listings: bool,
    pub fingerprints: &'a Fingerprints,
}

/// Reads one row.
pub(crate) fn read<'a>(context: &'a Context<'a>, place: Place<'a>, cells: &'a Cells) -> Record<'a> {
    let mut reading = Reading::new(context, cells);
    let enterprise = reading.name();
    let subject = reading.subject();
    let identity = reading.identity(subject);
    if context.listings && !reading.has_decision() {
        reading.listing(place, enterprise, identity)
    } else {
        reading.penalty(place, enterprise, identity)
    }
}

/// Tells a penalty's row which earlier one has the same decision, once it is its turn.
pub(crate) fn compare(layout: &Layout, record: &mut Record<'_>, seen: &mut Seen) {
    let Record::Penalty(row) = record else { return };
    let Some(earlier) = seen.note(row.fingerprint, row.place) else { return };
    let field = Field::DecisionNumber;
    let number = layout.cell(row.cells, field);
    row.problems.push(Problem::new(field, number, ProblemCode::DuplicateDecision, already_at(&earlier)));
    row.duplicate_of = Some(earlier);
}

impl Record<'_> {
    /// By what its decision is known again.
    pub(crate) const fn fingerprint(&self) -> Option<Fingerprint> {
        match self {
            Self::Penalty(row) => Some(row.fingerprint),
            Self::Listing(_) | Self::Rejected(_) => None,
        }
    }

    /// What is kept of the row: all that it says, and the row as received.
    pub(crate) fn into_outcome(self, context: &Context<'_>) -> Outcome {
        match self {
            Self::Penalty(penalty) => Outcome::Penalty(Box::new(penalty.into_row(context))),
            Self::Listing(row) => Outcome::Listing(row),
            Self::Rejected(row) => Outcome::Rejected(row),
        }
    }
}

impl Penalty<'_> {
    fn into_row(self, context: &Context<'_>) -> PenaltyRow {
        let reading = Reading::new(context, self.cells);
        PenaltyRow {
            source: self.place.to_source(),
            enterprise: self.enterprise.into_owned(),
            uscc: self.uscc,
            reg_no: self.reg_no.into_owned(),
            decision: self.decision,
            facts: self.facts.into_owned(),
            authority_code: reading.word(Field::AuthorityCode).into_owned(),
            licence_taken: reading.word(Field::LicenceTaken).into_owned(),
            profile: reading.profile(),
            valid_until: self.valid_until,
            supplied_publicity_end: self.supplied_publicity_end,
            status: self.status,
            source_unit: reading.word(Field::SourceUnit).into_owned(),
            remark: reading.text(Field::Remark).into_owned(),
            problems: self.problems,
            duplicate_of: self.duplicate_of,
            raw: reading.raw(),
        }
    }
}

pub(crate) struct Reading<'a> {
    pub context: &'a Context<'a>,
    pub cells: &'a Cells,
    /// No cell has any white space or invisible character, so that none is to be folded.
    is_plain: bool,
    pub rejections: Vec<Problem>,
    pub problems: Vec<Problem>,
}

impl<'a> Reading<'a> {
    fn new(context: &'a Context<'a>, cells: &'a Cells) -> Self {
        let is_plain = is_surely_plain(cells.all());
        Self { context, cells, is_plain, rejections: Vec::new(), problems: Vec::new() }
    }

    pub(crate) fn cell(&self, field: Field) -> &'a str {
        self.context.layout.cell(self.cells, field)
    }

    pub(crate) fn text(&self, field: Field) -> Cow<'a, str> {
        let cell = self.cell(field);
        if self.is_plain { Cow::Borrowed(cell) } else { clean(cell) }
    }

    /// [`Self::text`], empty where the cell says that there is nothing.
    pub(crate) fn word(&self, field: Field) -> Cow<'a, str> {
        if is_blank(self.cell(field)) { Cow::Borrowed("") } else { self.text(field) }
    }

    /// The row as received.
    fn raw(&self) -> RawRow {
        RawRow::new(self.context.layout.headers(), self.cells)
    }

    pub(crate) fn reject(&mut self, field: Field, code: ProblemCode, message: impl Into<String>) {
        let problem = Problem::new(field, self.cell(field), code, message);
        self.rejections.push(problem);
    }

    pub(crate) fn note(&mut self, field: Field, code: ProblemCode, message: impl Into<String>) {
        let problem = Problem::new(field, self.cell(field), code, message);
        self.problems.push(problem);
    }

    fn name(&mut self) -> Cow<'a, str> {
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
        let word = |field| self.word(field).into_owned();
        Profile {
            region: word(Field::Region),
            township: word(Field::Township),
            industry: word(Field::Industry),
            address: word(Field::Address),
            legal_rep: word(Field::LegalRep),
            legal_rep_id: word(Field::LegalRepId),
            contact: word(Field::Contact),
            phone: word(Field::Phone),
        }
    }

    fn rejected(self, place: Place<'_>) -> Record<'a> {
        let raw = self.raw();
        Record::Rejected(Box::new(RejectedRow { source: place.to_source(), raw, reasons: self.rejections }))
    }

    fn listing(mut self, place: Place<'_>, enterprise: Cow<'_, str>, identity: Identity<'_>) -> Record<'a> {
        let listing_date = self.optional_date(Field::ListingDate);
        if !self.rejections.is_empty() {
            return self.rejected(place);
        }
        let first = |field, other| {
            let text = self.text(field);
            if text.is_empty() { self.text(other) } else { text }.into_owned()
        };
        Record::Listing(Box::new(ListingRow {
            source: place.to_source(),
            enterprise: enterprise.into_owned(),
            uscc: identity.uscc,
            reg_no: identity.reg_no.into_owned(),
            reason: first(Field::Reason, Field::Facts),
            listing_body: first(Field::ListingBody, Field::Authority),
            listing_date,
            profile: self.profile(),
            remark: self.text(Field::Remark).into_owned(),
            raw: self.raw(),
            problems: self.problems,
        }))
    }

    fn penalty(mut self, place: Place<'a>, enterprise: Cow<'a, str>, identity: Identity<'a>) -> Record<'a> {
        let decision = self.decision();
        let date = self.decision_date();
        let (Some(decision), Some(date), true) = (decision, date, self.rejections.is_empty()) else {
            return self.rejected(place);
        };
        let facts = self.facts(date, identity.subject);
        let (status, valid_until, supplied_publicity_end) =
            (self.status(), self.until(Field::ValidUntil), self.publicity_end(date));
        self.check_authority_code();
        let who = (identity.uscc.as_ref(), &*enterprise);
        let fingerprint = self.context.fingerprints.of(&decision, who, &facts.authority);
        Record::Penalty(Penalty {
            place,
            enterprise,
            uscc: identity.uscc,
            reg_no: identity.reg_no,
            decision,
            facts,
            valid_until,
            supplied_publicity_end,
            status,
            problems: self.problems,
            duplicate_of: None,
            fingerprint,
            cells: self.cells,
        })
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
