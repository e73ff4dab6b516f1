//! Who was penalised or listed: by code, by old number, or as a person.

use std::borrow::Cow;

use xinxiu_domain::Uscc;
use xinxiu_domain::penalty::SubjectKind;

use crate::field::Field;
use crate::fold::is_blank;
use crate::problems::{Code, is_identity_number, read_code};
use crate::record::{Problem, ProblemCode};
use crate::row::Reading;
use crate::values;

/// Who was penalised or listed.
pub(crate) struct Identity<'a> {
    pub subject: SubjectKind,
    pub uscc: Option<Uscc>,
    pub reg_no: Cow<'a, str>,
}

impl<'a> Reading<'a> {
    pub(crate) fn subject(&mut self) -> Option<SubjectKind> {
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

    pub(crate) fn identity(&mut self, stated: Option<SubjectKind>) -> Identity<'a> {
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
                without_code(stated, number.into())
            }
            Code::IdentityNumber => {
                let message = "代码栏填的是居民身份证号，与相对人类别不符，请填统一社会信用代码";
                self.reject(Field::Uscc, ProblemCode::UsccMalformed, message);
                without_code(stated, "".into())
            }
            Code::Wrong(problem, message) => {
                self.reject(Field::Uscc, problem, message);
                without_code(stated, "".into())
            }
        }
    }

    /// Whether the row gives a person's papers where an organisation would give its code.
    fn is_person(&self) -> bool {
        let papers = xinxiu_domain::text::squeeze(self.cell(Field::PersonNo));
        let person_sheet = self.context.layout.has(Field::PersonDoc) && !self.context.layout.has(Field::Uscc);
        is_identity_number(&papers) || (person_sheet && !papers.is_empty())
    }

    fn person(&mut self) -> Identity<'a> {
        self.problems.push(Problem::new(
            Field::Subject,
            SubjectKind::NaturalPerson.label(),
            ProblemCode::NaturalPerson,
            "行政相对人是自然人，不适用企业信用修复程序，请另行处理",
        ));
        Identity { subject: SubjectKind::NaturalPerson, uscc: None, reg_no: "".into() }
    }

    fn organisation(&mut self, stated: Option<SubjectKind>, uscc: Uscc) -> Identity<'a> {
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
}

fn without_code(stated: Option<SubjectKind>, reg_no: Cow<'_, str>) -> Identity<'_> {
    Identity { subject: stated.unwrap_or(SubjectKind::LegalPerson), uscc: None, reg_no }
}
