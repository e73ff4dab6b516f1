//! From the cells of one row to what it says.

use jiff::civil::Date;
use xinxiu_domain::penalty::{PenaltyFacts, SubjectKind};
use xinxiu_domain::{DecisionNumber, Uscc};

use crate::cells::{Cells, RawRow};
use crate::dates::{DateSystem, Until, parse_date, parse_until};
use crate::field::Field;
use crate::fold::{clean, is_blank};
use crate::header::Layout;
use crate::money::{contradicts, parse_money};
use crate::problems::{Code, is_identity_number, read_code};
use crate::record::{
    ListingRow, Outcome, PenaltyRow, Problem, ProblemCode, Profile, RecordStatus, RejectedRow, Source,
};
use crate::seen::{Seen, decision_hash};
use crate::values;

/// What the reading of a row depends on beside the row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'a> {
    pub layout: &'a Layout,
    pub dates: DateSystem,
    pub as_of: Date,
    /// Rows without a decision are listings.
    pub listings: bool,
}

/// Reads one row. `cells` are kept as received in the outcome.
pub(crate) fn read(context: &Context<'_>, source: Source, cells: Cells, seen: &mut Seen) -> Outcome {
    let mut reading = Reading { context, cells: &cells, rejections: Vec::new(), problems: Vec::new() };
    let enterprise = reading.name();
    let subject = reading.subject();
    let identity = reading.identity(subject);
    if context.listings && !reading.has_decision() {
        return reading.listing(source, enterprise, identity).finish(context, cells);
    }
    reading.penalty(source, enterprise, identity, seen).finish(context, cells)
}

/// An outcome that still lacks the raw row, which the reading borrows.
enum Draft {
    Penalty(Box<PenaltyRow>),
    Listing(Box<ListingRow>),
    Rejected(Source, Vec<Problem>),
}

impl Draft {
    fn finish(self, context: &Context<'_>, cells: Cells) -> Outcome {
        let raw = RawRow::new(context.layout.headers().clone(), cells);
        match self {
            Self::Penalty(mut row) => {
                row.raw = raw;
                Outcome::Penalty(row)
            }
            Self::Listing(mut row) => {
                row.raw = raw;
                Outcome::Listing(row)
            }
            Self::Rejected(source, reasons) => {
                Outcome::Rejected(Box::new(RejectedRow { source, raw, reasons }))
            }
        }
    }
}

/// Who was penalised or listed.
struct Identity {
    subject: SubjectKind,
    uscc: Option<Uscc>,
    reg_no: String,
}

struct Reading<'a> {
    context: &'a Context<'a>,
    cells: &'a Cells,
    rejections: Vec<Problem>,
    problems: Vec<Problem>,
}

impl Reading<'_> {
    fn cell(&self, field: Field) -> &str {
        self.context.layout.cell(self.cells, field)
    }

    fn text(&self, field: Field) -> String {
        let cell = self.cell(field);
        if cell.is_empty() { String::new() } else { clean(cell) }
    }

    /// [`Self::text`], empty where the cell says that there is nothing.
    fn word(&self, field: Field) -> String {
        let cell = self.cell(field);
        if is_blank(cell) { String::new() } else { clean(cell) }
    }

    fn reject(&mut self, field: Field, code: ProblemCode, message: impl Into<String>) {
        let problem = Problem::new(field, self.cell(field), code, message);
        self.rejections.push(problem);
    }

    fn note(&mut self, field: Field, code: ProblemCode, message: impl Into<String>) {
        let problem = Problem::new(field, self.cell(field), code, message);
        self.problems.push(problem);
    }

    fn name(&mut self) -> String {
        let name = self.word(Field::Name);
        if name.is_empty() {
            self.reject(Field::Name, ProblemCode::NameMissing, "缺少企业名称，请补充后重新导入");
        }
        name
    }

    fn has_decision(&self) -> bool {
        !is_blank(self.cell(Field::DecisionNumber)) || !is_blank(self.cell(Field::DecisionDate))
    }

    fn subject(&mut self) -> Option<SubjectKind> {
        let cell = self.cell(Field::Subject);
        if is_blank(cell) {
            return None;
        }
        let subject = values::subject(cell);
        if subject.is_none() {
            self.note(
                Field::Subject,
                ProblemCode::SubjectUnknown,
                "行政相对人类别应为「法人及非法人组织」「自然人」或「个体工商户」，暂按统一社会信用代码判断",
            );
        }
        subject
    }

    fn identity(&mut self, stated: Option<SubjectKind>) -> Identity {
        let code = if stated == Some(SubjectKind::NaturalPerson) {
            Code::IdentityNumber
        } else {
            read_code(self.cell(Field::Uscc))
        };
        match code {
            Code::Missing if stated.is_none() && self.is_person() => self.person(),
            Code::IdentityNumber if stated.is_none_or(|kind| kind == SubjectKind::NaturalPerson) => {
                self.person()
            }
            Code::Valid(uscc) => self.organisation(stated, uscc),
            Code::Missing => {
                self.note(
                    Field::Uscc,
                    ProblemCode::UsccMissing,
                    "缺少统一社会信用代码，请按营业执照补充，否则无法与其他名单合并",
                );
                without_code(stated, self.word(Field::RegNo))
            }
            Code::OldNumber(number) => {
                self.note(
                    Field::Uscc,
                    ProblemCode::OldRegistrationNumber,
                    "这是15位旧工商注册号，不是统一社会信用代码，请补充18位代码",
                );
                without_code(stated, number)
            }
            Code::IdentityNumber => {
                let message = "代码栏填的是居民身份证号，与相对人类别不符，请填统一社会信用代码";
                self.reject(Field::Uscc, ProblemCode::UsccMalformed, message);
                without_code(stated, String::new())
            }
            Code::Wrong(problem, message) => {
                self.reject(Field::Uscc, problem, message);
                without_code(stated, String::new())
            }
        }
    }

    /// Whether the row gives a person's papers where an organisation would give its code.
    fn is_person(&self) -> bool {
        let papers = xinxiu_domain::text::squeeze(self.cell(Field::PersonNo));
        let person_sheet = self.context.layout.has(Field::PersonDoc) && !self.context.layout.has(Field::Uscc);
        is_identity_number(&papers) || (person_sheet && !papers.is_empty())
    }

    fn person(&mut self) -> Identity {
        self.problems.push(Problem::new(
            Field::Subject,
            SubjectKind::NaturalPerson.label(),
            ProblemCode::NaturalPerson,
            "行政相对人是自然人，不适用企业信用修复程序，请另行处理",
        ));
        Identity { subject: SubjectKind::NaturalPerson, uscc: None, reg_no: String::new() }
    }

    fn organisation(&mut self, stated: Option<SubjectKind>, uscc: Uscc) -> Identity {
        if !uscc.organisation_code_is_consistent() {
            self.note(
                Field::Uscc,
                ProblemCode::OrganisationCode,
                "代码中的组织机构代码（第9至17位）校验位不符，少数早期代码如此，请核对营业执照",
            );
        }
        let trader = uscc.as_str().starts_with("92");
        let subject =
            stated.unwrap_or(if trader { SubjectKind::SoleTrader } else { SubjectKind::LegalPerson });
        Identity { subject, uscc: Some(uscc), reg_no: self.word(Field::RegNo) }
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
            raw: RawRow::new([].into(), Cells::new()),
        }))
    }

    fn penalty(mut self, source: Source, enterprise: String, identity: Identity, seen: &mut Seen) -> Draft {
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
        let duplicate_of = seen.note(hash, &source);
        if let Some(earlier) = &duplicate_of {
            self.note(Field::DecisionNumber, ProblemCode::DuplicateDecision, already_at(earlier));
        }
        Draft::Penalty(Box::new(PenaltyRow {
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
            duplicate_of,
            raw: RawRow::new([].into(), Cells::new()),
        }))
    }

    fn decision(&mut self) -> Option<DecisionNumber> {
        let cell = self.cell(Field::DecisionNumber);
        let decision = if is_blank(cell) { None } else { DecisionNumber::parse(cell) };
        if decision.is_none() {
            let message = "缺少行政处罚决定书文号，请补充后重新导入";
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
                format!(
                    "处罚决定日期「{}」无法识别，请写成 2022-01-05 的形式",
                    clean(self.cell(Field::DecisionDate))
                ),
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

    fn facts(&mut self, decision_date: Date, subject: SubjectKind) -> PenaltyFacts {
        let kinds = self.kinds();
        let content = self.text(Field::Content);
        let fine_fen = self.money(Field::Fine);
        if let Some(fine) = fine_fen.filter(|fine| contradicts(*fine, &content)) {
            let message = format!(
                "罚款金额栏折合 {}.{:02} 元，与处罚内容中的金额不一致，请核对（标准单位为万元）",
                fine / 100,
                fine % 100
            );
            self.note(Field::Fine, ProblemCode::AmountMismatch, message);
        }
        let stated_severity = self.severity();
        PenaltyFacts {
            decision_date,
            subject,
            kinds,
            content,
            violation: self.word(Field::Violation),
            facts: self.text(Field::Facts),
            basis: self.text(Field::Basis),
            authority: self.word(Field::Authority),
            fine_fen,
            confiscated_fen: self.money(Field::Confiscated),
            stated_severity,
            summary_procedure: values::summary_procedure(self.cell(Field::Procedure)),
        }
    }

    fn kinds(&mut self) -> String {
        let mut kinds = self.word(Field::Kinds);
        let more = self.word(Field::Kinds2);
        if !more.is_empty() {
            let separator = if kinds.is_empty() { "" } else { "；" };
            kinds = format!("{kinds}{separator}{more}");
        }
        if values::is_bare_code(&kinds) {
            let message = "处罚类别只有数字代码，各系统含义不同（如0或1都可能是警告），请改写为文字";
            self.note(Field::Kinds, ProblemCode::KindsAmbiguous, message);
        }
        kinds
    }

    fn severity(&mut self) -> Option<xinxiu_domain::penalty::StatedSeverity> {
        let cell = self.cell(Field::Severity);
        if is_blank(cell) {
            return None;
        }
        let severity = values::severity(cell);
        if severity.is_none() {
            let message = "失信严重程度应为未定、一般、较重、严重或特定严重，已忽略该值";
            self.note(Field::Severity, ProblemCode::SeverityUnknown, message);
        }
        severity
    }

    fn money(&mut self, field: Field) -> Option<i64> {
        let cell = self.cell(field);
        if is_blank(cell) {
            return None;
        }
        let amount = parse_money(cell, self.context.layout.unit(field));
        if amount.is_none() {
            let message = "金额无法识别，应为以万元为单位、最多六位小数的数字，已忽略该值";
            self.note(field, ProblemCode::MoneyUnreadable, message);
        }
        amount
    }

    fn optional_date(&mut self, field: Field) -> Option<Date> {
        let cell = self.cell(field);
        if is_blank(cell) {
            return None;
        }
        let day = parse_date(cell, self.context.dates);
        if day.is_none() {
            self.unreadable_date(field);
        }
        day
    }

    fn until(&mut self, field: Field) -> Option<Until> {
        let cell = self.cell(field);
        if is_blank(cell) {
            return None;
        }
        let until = parse_until(cell, self.context.dates);
        if until.is_none() {
            self.unreadable_date(field);
        }
        until
    }

    fn unreadable_date(&mut self, field: Field) {
        self.note(field, ProblemCode::DateUnreadable, format!("{}无法识别，已忽略该值", field.label()));
    }

    fn publicity_end(&mut self, decision: Date) -> Option<Until> {
        let end = self.until(Field::PublicityEnd);
        if let Some(Until::Day(day)) = end
            && day < decision
        {
            let message = "公示截止期早于处罚决定日期，请核对；平台按规则另行计算公示期";
            self.note(Field::PublicityEnd, ProblemCode::PublicityEndBeforeDecision, message);
        }
        end
    }

    fn status(&mut self) -> Option<RecordStatus> {
        if !self.context.layout.has(Field::Status) {
            return None;
        }
        let (status, ambiguous) = values::status(self.cell(Field::Status));
        if ambiguous {
            let message = "当前状态的代码2、3在各系统含义不同，请向来源单位核实";
            self.note(Field::Status, ProblemCode::StatusAmbiguous, message);
        }
        match status {
            RecordStatus::Withdrawn => {
                self.note(
                    Field::Status,
                    ProblemCode::RecordWithdrawn,
                    "该处罚记录已撤销，不应再公示，请核实",
                );
            }
            RecordStatus::Disputed if !ambiguous => {
                self.note(
                    Field::Status,
                    ProblemCode::RecordDisputed,
                    "该处罚记录正在异议处理中，请待结果后再办理",
                );
            }
            _ => {}
        }
        Some(status)
    }

    fn check_authority_code(&mut self) {
        if let Code::Wrong(_, reason) = read_code(self.cell(Field::AuthorityCode)) {
            let message = format!("处罚机关代码有误：{reason}");
            self.note(Field::AuthorityCode, ProblemCode::AuthorityCodeInvalid, message);
        }
    }
}

fn already_at(earlier: &Source) -> String {
    let sheet =
        if earlier.sheet.is_empty() { String::new() } else { format!("工作表「{}」", earlier.sheet) };
    format!("与文件「{}」{sheet}第{}行是同一处罚决定", earlier.file, earlier.row)
}

fn without_code(stated: Option<SubjectKind>, reg_no: String) -> Identity {
    Identity { subject: stated.unwrap_or(SubjectKind::LegalPerson), uscc: None, reg_no }
}
