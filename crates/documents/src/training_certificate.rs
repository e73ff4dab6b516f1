//! 信用修复培训证明 (N11): attendance and exam, for the application that needs it.

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use xinxiu_domain::{DecisionNumber, Uscc};

use crate::{Document, DocumentError, Head, qr_svg};

/// The certificate of one enterprise for one class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrainingCertificate {
    /// 证明编号.
    pub number: String,
    /// 企业名称.
    pub enterprise: String,
    /// 统一社会信用代码.
    pub uscc: Option<Uscc>,
    /// 参训人员姓名.
    pub attendee: String,
    /// 参训人员职务.
    pub attendee_role: String,
    /// 培训班名称.
    pub class_name: String,
    /// 培训日期.
    pub held_on: Date,
    /// 学时, in tenths, so that three and a half hours is 35.
    pub hours_tenths: u16,
    /// 结业考试成绩; `None` where no exam was taken.
    pub exam_score: Option<u16>,
    /// 合格线.
    pub pass_mark: u16,
    /// Decisions whose repair this certificate serves.
    pub decision_numbers: Vec<DecisionNumber>,
    /// 主办单位.
    pub organiser: String,
    /// 承办机构.
    pub agency: String,
    /// Address at which the certificate can be checked; printed as a QR code.
    pub verify_url: Option<String>,
    /// Day of the paper.
    pub issued_on: Date,
}

impl TrainingCertificate {
    /// The certificate of an invented enterprise.
    pub fn sample() -> Self {
        Self {
            number: "TC-2022-0001".into(),
            enterprise: "示例甲机械制造（虚构）有限公司".into(),
            uscc: Uscc::parse("91320685MA1T00048C").ok(),
            attendee: "虚构甲".into(),
            attendee_role: "法定代表人".into(),
            class_name: "2022年示例县信用修复培训班第1期".into(),
            held_on: date(2022, 6, 28),
            hours_tenths: 35,
            exam_score: Some(92),
            pass_mark: 60,
            decision_numbers: DecisionNumber::parse("示环罚字〔2022〕1号").into_iter().collect(),
            organiser: "示例县信用办（虚构）".into(),
            agency: "示例信用服务（虚构）有限公司".into(),
            verify_url: Some("https://example.invalid/v/TC-2022-0001".into()),
            issued_on: date(2022, 6, 28),
        }
    }
}

impl Document for TrainingCertificate {
    const TEMPLATE: &'static str = "training_certificate";

    fn head(&self) -> Head<'_> {
        Head {
            edition: "training-certificate-1",
            title: "信用修复培训证明".into(),
            author: &self.organiser,
            number: &self.number,
            issued_on: self.issued_on,
        }
    }

    fn data(&self) -> Result<Value, DocumentError> {
        let mut value = serde_json::to_value(self)?;
        let picture = self.verify_url.as_deref().map(qr_svg).transpose()?;
        value["qr"] = picture.into();
        Ok(value)
    }
}
