//! 信用修复培训证明 (N11): attendance and exam, for the application that needs it; by itself, or all of a session.

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use xinxiu_domain::{DecisionNumber, Uscc};

use crate::{Document, DocumentError, Head, qr_svg};

const EDITION: &str = "training-certificate-2";
const TITLE: &str = "信用修复培训证明";

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
    /// 结业日期; `None` on papers from before it was recorded.
    #[serde(default)]
    pub completed_on: Option<Date>,
    /// Decisions whose repair this certificate serves.
    pub decision_numbers: Vec<DecisionNumber>,
    /// 主办单位.
    pub organiser: String,
    /// 承办机构.
    pub agency: String,
    /// Address at which the certificate can be checked; printed as a QR code.
    pub verify_url: Option<String>,
    /// 核验码, for those who type it; `None` where nothing is on record to be checked.
    #[serde(default)]
    pub verify_code: Option<String>,
    /// 作废日期, printed across a certificate that is no longer good.
    #[serde(default)]
    pub revoked_on: Option<Date>,
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
            completed_on: Some(date(2022, 6, 28)),
            decision_numbers: DecisionNumber::parse("示环罚字〔2022〕1号").into_iter().collect(),
            organiser: "示例县信用办（虚构）".into(),
            agency: "示例信用服务（虚构）有限公司".into(),
            verify_url: Some("https://example.invalid/v/7M3KQ0A9ZD41W5XE".into()),
            verify_code: Some("7M3K-Q0A9-ZD41-W5XE".into()),
            revoked_on: None,
            issued_on: date(2022, 6, 28),
        }
    }
}

impl TrainingCertificate {
    fn page(&self) -> Result<Value, DocumentError> {
        let mut value = serde_json::to_value(self)?;
        let picture = self.verify_url.as_deref().map(qr_svg).transpose()?;
        value["qr"] = picture.into();
        Ok(value)
    }
}

impl Document for TrainingCertificate {
    const TEMPLATE: &'static str = "training_certificate";

    fn head(&self) -> Head<'_> {
        Head {
            edition: EDITION,
            title: TITLE.into(),
            author: &self.organiser,
            number: &self.number,
            issued_on: self.issued_on,
        }
    }

    fn data(&self) -> Result<Value, DocumentError> {
        self.page()
    }
}

/// The certificates of a session in one file, to be printed in one go: each begins its own page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrainingCertificates {
    /// 培训班名称.
    pub class_name: String,
    /// 主办单位.
    pub organiser: String,
    /// The certificates, in the order of printing.
    pub certificates: Vec<TrainingCertificate>,
    /// Day of the print.
    pub printed_on: Date,
}

impl TrainingCertificates {
    /// Three certificates of invented enterprises.
    pub fn sample() -> Self {
        let one = TrainingCertificate::sample();
        let other = |number: &str, enterprise: &str| TrainingCertificate {
            number: number.into(),
            enterprise: enterprise.into(),
            uscc: None,
            decision_numbers: Vec::new(),
            ..one.clone()
        };
        Self {
            class_name: one.class_name.clone(),
            organiser: one.organiser.clone(),
            printed_on: one.issued_on,
            certificates: vec![
                one.clone(),
                other("TC-2022-0002", "示例乙纺织（虚构）有限公司"),
                other("TC-2022-0003", "示例丙食品（虚构）有限公司"),
            ],
        }
    }
}

impl Document for TrainingCertificates {
    const TEMPLATE: &'static str = "training_certificates";

    fn head(&self) -> Head<'_> {
        Head {
            edition: EDITION,
            title: format!("{TITLE}：{}", self.class_name).into(),
            author: &self.organiser,
            number: "",
            issued_on: self.printed_on,
        }
    }

    fn data(&self) -> Result<Value, DocumentError> {
        let pages = self.certificates.iter().map(TrainingCertificate::page);
        Ok(json!({ "certificates": pages.collect::<Result<Vec<_>, _>>()? }))
    }
}
