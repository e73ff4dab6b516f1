//! What comes out of a list.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::civil::Date;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use xinxiu_domain::penalty::PenaltyFacts;
use xinxiu_domain::{DecisionNumber, Uscc, coded};

use crate::cells::{Cells, RawRow};
use crate::dates::Until;
use crate::header::Generation;
use crate::seen::Fingerprint;

/// Where a row stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Name of the file.
    pub file: Arc<str>,
    /// Name of the sheet; empty for text files.
    pub sheet: Arc<str>,
    /// The spreadsheet's own row number, from 1; for text files the line on which the record starts.
    pub row: u64,
}

impl Source {
    /// The same, borrowed.
    pub const fn place(&self) -> Place<'_> {
        Place { file: &self.file, sheet: &self.sheet, row: self.row }
    }
}

/// A [`Source`] borrowed from the file that is being read.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Name of the file.
    pub file: &'a Arc<str>,
    /// Name of the sheet; empty for text files.
    pub sheet: &'a Arc<str>,
    /// The row, as [`Source`] counts.
    pub row: u64,
}

impl Place<'_> {
    /// The same, to be kept.
    pub fn to_source(self) -> Source {
        Source { file: Arc::clone(self.file), sheet: Arc::clone(self.sheet), row: self.row }
    }
}

impl Serialize for Source {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.place().serialize(serializer)
    }
}

impl Serialize for Place<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Source", 3)?;
        object.serialize_field("file", &**self.file)?;
        object.serialize_field("sheet", &**self.sheet)?;
        object.serialize_field("row", &self.row)?;
        object.end()
    }
}

coded! {
    /// What can be wrong with a row. The first seven reject it.
    pub enum ProblemCode {
        NameMissing = "name_missing", "缺少企业名称";
        DecisionNumberMissing = "decision_number_missing", "缺少决定书文号";
        DecisionDateMissing = "decision_date_missing", "缺少处罚决定日期";
        DecisionDateUnreadable = "decision_date_unreadable", "处罚决定日期无法识别";
        UsccCheck = "uscc_check", "统一社会信用代码校验位不符";
        UsccDamaged = "uscc_damaged", "统一社会信用代码已损坏";
        UsccMalformed = "uscc_malformed", "统一社会信用代码格式不符";
        UsccMissing = "uscc_missing", "缺少统一社会信用代码";
        OldRegistrationNumber = "old_registration_number", "15位旧注册号";
        OrganisationCode = "organisation_code", "组织机构代码校验位不符";
        NaturalPerson = "natural_person", "自然人";
        DuplicateDecision = "duplicate_decision", "重复的处罚决定";
        DecisionInFuture = "decision_in_future", "决定日期晚于今天";
        DateUnreadable = "date_unreadable", "日期无法识别";
        PublicityEndBeforeDecision = "publicity_end_before_decision", "公示截止早于决定";
        MoneyUnreadable = "money_unreadable", "金额无法识别";
        AmountMismatch = "amount_mismatch", "金额与处罚内容不一致";
        AuthorityCodeInvalid = "authority_code_invalid", "机关代码有误";
        KindsAmbiguous = "kinds_ambiguous", "处罚类别只有数字代码";
        SubjectUnknown = "subject_unknown", "相对人类别无法识别";
        SeverityUnknown = "severity_unknown", "失信严重程度无法识别";
        StatusAmbiguous = "status_ambiguous", "当前状态含义不明";
        RecordWithdrawn = "record_withdrawn", "记录已撤销";
        RecordDisputed = "record_disputed", "记录有异议";
    }
}

/// One thing wrong with a row, with the value that shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The field, by its Chinese name in the data standard.
    pub field: &'static str,
    /// The value as received.
    pub value: String,
    /// Stable code.
    pub code: ProblemCode,
    /// What is wrong and what to do, in Chinese.
    pub message: String,
}

coded! {
    /// State of a record at its source (当前状态).
    pub enum RecordStatus {
        Normal = "normal", "正常";
        Withdrawn = "withdrawn", "撤销";
        Disputed = "disputed", "异议";
        Other = "other", "其他";
    }
}

/// Who and where the enterprise is, as far as the list says. Empty where it does not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profile {
    /// 所属县区, 属地.
    pub region: String,
    /// 乡镇, 街道.
    pub township: String,
    /// 所属行业.
    pub industry: String,
    /// 地址, 住所.
    pub address: String,
    /// 法定代表人.
    pub legal_rep: String,
    /// 法定代表人证件号码; to be masked wherever it is shown (N21).
    pub legal_rep_id: String,
    /// 联系人.
    pub contact: String,
    /// 联系电话; to be masked wherever it is shown (N21).
    pub phone: String,
}

/// An accepted penalty record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PenaltyRow {
    /// Where the row stands.
    pub source: Source,
    /// 行政相对人名称, with white space tidied and otherwise as received.
    pub enterprise: String,
    /// 统一社会信用代码; `None` where it is missing, an old number, or the subject is a natural person.
    pub uscc: Option<Uscc>,
    /// 工商注册号, from its own column or from the code's column.
    pub reg_no: String,
    /// 行政处罚决定书文号.
    pub decision: DecisionNumber,
    /// What the decision says, for the rule engine.
    pub facts: PenaltyFacts,
    /// 处罚机关统一社会信用代码, as received.
    pub authority_code: String,
    /// 暂扣或吊销证照名称及编号.
    pub licence_taken: String,
    /// Who and where the enterprise is.
    pub profile: Profile,
    /// 处罚有效期.
    pub valid_until: Option<Until>,
    /// 公示截止期 as supplied; the platform computes its own.
    pub supplied_publicity_end: Option<Until>,
    /// 当前状态; `None` where the list has none.
    pub status: Option<RecordStatus>,
    /// 数据来源单位.
    pub source_unit: String,
    /// 备注.
    pub remark: String,
    /// What looks wrong and does not reject the row.
    pub problems: Vec<Problem>,
    /// The earlier row with the same decision, in this file or in one read before it.
    pub duplicate_of: Option<Source>,
    /// The row as received.
    pub raw: RawRow,
}

/// An enterprise on the special-governance or watch list, without a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListingRow {
    /// Where the row stands.
    pub source: Source,
    /// Name of the enterprise.
    pub enterprise: String,
    /// 统一社会信用代码; `None` where it is missing or an old number.
    pub uscc: Option<Uscc>,
    /// 工商注册号, from its own column or from the code's column.
    pub reg_no: String,
    /// 列入原因.
    pub reason: String,
    /// 列入机关, 认定机关.
    pub listing_body: String,
    /// 列入日期, 认定日期.
    pub listing_date: Option<Date>,
    /// Who and where the enterprise is.
    pub profile: Profile,
    /// 备注.
    pub remark: String,
    /// What looks wrong and does not reject the row.
    pub problems: Vec<Problem>,
    /// The row as received.
    pub raw: RawRow,
}

/// A row that is no record as it stands; nothing of it is guessed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedRow {
    /// Where the row stands.
    pub source: Source,
    /// The row as received.
    pub raw: RawRow,
    /// Every reason, so that one correction is enough.
    pub reasons: Vec<Problem>,
}

/// An accepted penalty record as its row tells it, while the row is at hand: what an assessment needs, with
/// texts that are the row's own where nothing had to be folded. [`PenaltyRow`] is what is kept.
#[derive(Debug)]
pub struct Penalty<'a> {
    /// Where the row stands.
    pub place: Place<'a>,
    /// 行政相对人名称, with white space tidied and otherwise as received.
    pub enterprise: Cow<'a, str>,
    /// 统一社会信用代码, as in [`PenaltyRow`].
    pub uscc: Option<Uscc>,
    /// 工商注册号, from its own column or from the code's column.
    pub reg_no: Cow<'a, str>,
    /// 行政处罚决定书文号.
    pub decision: DecisionNumber,
    /// What the decision says, for the rule engine.
    pub facts: PenaltyFacts<Cow<'a, str>>,
    /// 处罚有效期.
    pub valid_until: Option<Until>,
    /// 公示截止期 as supplied; the platform computes its own.
    pub supplied_publicity_end: Option<Until>,
    /// 当前状态; `None` where the list has none.
    pub status: Option<RecordStatus>,
    /// What looks wrong and does not reject the row.
    pub problems: Vec<Problem>,
    /// The earlier row with the same decision, in this file or in one read before it.
    pub duplicate_of: Option<Source>,
    /// By what the decision is known again.
    pub(crate) fingerprint: Fingerprint,
    pub(crate) cells: &'a Cells,
}

/// What a row has become, while it is at hand. Most are penalties, and none is kept for long.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "nearly all are of the large kind")]
pub enum Record<'a> {
    /// An accepted penalty record.
    Penalty(Penalty<'a>),
    /// An accepted listing.
    Listing(Box<ListingRow>),
    /// A row to be corrected and fed in again.
    Rejected(Box<RejectedRow>),
}

/// What a row has become. Boxed: rows are moved often and are large.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// An accepted penalty record.
    Penalty(Box<PenaltyRow>),
    /// An accepted listing.
    Listing(Box<ListingRow>),
    /// A row to be corrected and fed in again.
    Rejected(Box<RejectedRow>),
}

impl Outcome {
    /// Where the row stands, and the row as received.
    pub const fn received(&self) -> (&Source, &RawRow) {
        match self {
            Self::Penalty(row) => (&row.source, &row.raw),
            Self::Listing(row) => (&row.source, &row.raw),
            Self::Rejected(row) => (&row.source, &row.raw),
        }
    }
}

/// Rows of a file that are no records, by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// Blank rows between records.
    pub blank: u64,
    /// 合计, 总计, 小计.
    pub totals: u64,
    /// 表格说明, 备注:, 填表说明 and the like.
    pub notes: u64,
    /// The header again, further down.
    pub repeated_headers: u64,
    /// Rows that only label columns, and title rows above the header.
    pub labels: u64,
}

impl Skipped {
    pub(crate) const fn add(&mut self, more: Self) {
        self.blank += more.blank;
        self.totals += more.totals;
        self.notes += more.notes;
        self.repeated_headers += more.repeated_headers;
        self.labels += more.labels;
    }
}

/// What was read of one sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SheetSummary {
    /// Name of the sheet; empty for text files.
    pub name: String,
    /// Row of the header, from 1; 0 where a person said that there is none; `None` where the sheet has no columns of a list and was passed over.
    pub header_row: Option<u64>,
    /// Generation of the data standard.
    pub generation: Generation,
    /// Headers of the columns that are not understood; their cells stay with the row as received.
    pub unknown: Vec<String>,
}

/// What was read of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Penalty records.
    pub penalties: u64,
    /// Listings without a decision.
    pub listings: u64,
    /// Rejected rows.
    pub rejected: u64,
    /// Accepted rows with at least one problem.
    pub with_problems: u64,
    /// Rows that are no records.
    pub skipped: Skipped,
    /// The sheets in order, hidden ones included.
    pub sheets: Vec<SheetSummary>,
    /// Whether the receiver stopped the reading before the end.
    pub stopped: bool,
}

impl Summary {
    /// Headers that are not understood, each once, in the order of the sheets.
    pub fn unknown(&self) -> Vec<&str> {
        let mut seen = std::collections::BTreeSet::new();
        let all = self.sheets.iter().flat_map(|sheet| &sheet.unknown).map(String::as_str);
        all.filter(|header| seen.insert(*header)).collect()
    }

    /// Counts what a row has become.
    pub(crate) fn count(&mut self, record: &Record<'_>) {
        let problems = match record {
            Record::Penalty(row) => {
                self.penalties += 1;
                row.problems.len()
            }
            Record::Listing(row) => {
                self.listings += 1;
                row.problems.len()
            }
            Record::Rejected(_) => {
                self.rejected += 1;
                0
            }
        };
        self.with_problems += u64::from(problems > 0);
    }

    /// Adds the counts of another summary.
    pub(crate) fn add_counts(&mut self, counts: &Self) {
        self.penalties += counts.penalties;
        self.listings += counts.listings;
        self.rejected += counts.rejected;
        self.with_problems += counts.with_problems;
        self.skipped.add(counts.skipped);
    }
}
