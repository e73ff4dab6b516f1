//! What the decision says: kinds, content, amounts, dates, and what looks wrong with them.

use std::borrow::Cow;

use jiff::civil::Date;
use xinxiu_domain::penalty::{PenaltyFacts, StatedSeverity, SubjectKind};

use crate::dates::{Until, parse_date, parse_until};
use crate::field::Field;
use crate::fold::is_blank;
use crate::money::{contradicts, parse_money};
use crate::problems::{Code, read_code};
use crate::record::{ProblemCode, RecordStatus};
use crate::row::Reading;
use crate::values;

impl<'a> Reading<'a> {
    pub(crate) fn facts(&mut self, decision_date: Date, subject: SubjectKind) -> PenaltyFacts<Cow<'a, str>> {
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

    fn kinds(&mut self) -> Cow<'a, str> {
        let mut kinds = self.word(Field::Kinds);
        let more = self.word(Field::Kinds2);
        if !more.is_empty() {
            let separator = if kinds.is_empty() { "" } else { "；" };
            kinds = format!("{kinds}{separator}{more}").into();
        }
        if values::is_bare_code(&kinds) {
            let message = "处罚类别只有数字代码，各系统含义不同（如0或1都可能是警告），请改写为文字";
            self.note(Field::Kinds, ProblemCode::KindsAmbiguous, message);
        }
        kinds
    }

    fn severity(&mut self) -> Option<StatedSeverity> {
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

    pub(crate) fn optional_date(&mut self, field: Field) -> Option<Date> {
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

    pub(crate) fn until(&mut self, field: Field) -> Option<Until> {
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

    pub(crate) fn publicity_end(&mut self, decision: Date) -> Option<Until> {
        let end = self.until(Field::PublicityEnd);
        if let Some(Until::Day(day)) = end
            && day < decision
        {
            let message = "公示截止期早于处罚决定日期，请核对；平台按规则另行计算公示期";
            self.note(Field::PublicityEnd, ProblemCode::PublicityEndBeforeDecision, message);
        }
        end
    }

    pub(crate) fn status(&mut self) -> Option<RecordStatus> {
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

    pub(crate) fn check_authority_code(&mut self) {
        if let Code::Wrong(_, reason) = read_code(self.cell(Field::AuthorityCode)) {
            let message = format!("处罚机关代码有误：{reason}");
            self.note(Field::AuthorityCode, ProblemCode::AuthorityCodeInvalid, message);
        }
    }
}
