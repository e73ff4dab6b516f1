//! 信用修复承诺书 (annex 2, N10, N24, N26): one for each penalty record or listing.

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use xinxiu_domain::{DecisionNumber, Uscc};

use crate::{Document, Head};

/// The code of samples; no installation has printed it.
const SAMPLE_CODE: &str = "XX1C000000000";

/// A commitment; an empty text or a missing date prints as a blank to be filled by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commitment {
    /// 文书编号, printed in the footer.
    pub number: String,
    /// 单位名称.
    pub enterprise: String,
    /// 统一社会信用代码.
    pub uscc: Option<Uscc>,
    /// 法定代表人姓名.
    pub legal_representative: String,
    /// 证件类型.
    pub id_kind: String,
    /// 证件号码后四位; the full number never reaches this paper.
    pub id_last_four: String,
    /// What the commitment is about.
    pub subject: CommitmentSubject,
    /// 落款日期.
    pub signed_on: Option<Date>,
    /// A signature drawn in the browser, as SVG; `None` where the paper is signed by hand.
    #[serde(default)]
    pub signature: Option<String>,
    /// Who drew it, with capacity; empty otherwise.
    #[serde(default)]
    pub signer: String,
    /// What the QR code of every page says; empty where the paper has none.
    #[serde(default)]
    pub code: String,
    /// Day on which the paper is made.
    pub issued_on: Date,
}

/// What is to be repaired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CommitmentSubject {
    /// A penalty decision, in the words of annex 2.
    Penalty {
        /// 处罚日期.
        decided_on: Option<Date>,
        /// 省.
        province: String,
        /// 市.
        city: String,
        /// 县区.
        county: String,
        /// 行政决定机关单位名称.
        authority: String,
        /// 行政处罚决定书文号.
        decision_number: Option<DecisionNumber>,
    },
    /// A listing without a penalty decision; annex 2 has no words for it, so these are the platform's own.
    Listing {
        /// 列入日期.
        listed_on: Option<Date>,
        /// 名单名称.
        list: String,
        /// 认定机关名称.
        authority: String,
        /// 认定文书文号, where there is one.
        reference: String,
    },
}

impl Commitment {
    /// A filled commitment on a penalty of an invented enterprise.
    pub fn sample() -> Self {
        Self {
            number: "CN-2022-0001".into(),
            enterprise: "示例甲机械制造（虚构）有限公司".into(),
            uscc: Uscc::parse("91320685MA1T00048C").ok(),
            legal_representative: "虚构甲".into(),
            id_kind: "居民身份证".into(),
            id_last_four: "0000".into(),
            subject: CommitmentSubject::Penalty {
                decided_on: Some(date(2022, 1, 18)),
                province: "示例".into(),
                city: "示例".into(),
                county: "示例县".into(),
                authority: "示例县生态环境局（虚构）".into(),
                decision_number: DecisionNumber::parse("示环罚字〔2022〕1号"),
            },
            signed_on: Some(date(2022, 6, 20)),
            signature: None,
            signer: String::new(),
            code: SAMPLE_CODE.into(),
            issued_on: date(2022, 6, 20),
        }
    }

    /// A filled commitment on a listing.
    pub fn sample_listing() -> Self {
        Self {
            number: "CN-2022-0002".into(),
            subject: CommitmentSubject::Listing {
                listed_on: Some(date(2021, 11, 2)),
                list: "信用领域突出问题专项治理名单".into(),
                authority: "示例县市场监督管理局（虚构）".into(),
                reference: String::new(),
            },
            ..Self::sample()
        }
    }

    /// A commitment signed in the browser.
    pub fn sample_drawn() -> Self {
        let drawn = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 600 240\" width=\"600\" height=\"240\">\
                     <path d=\"M10 20L200 40\" stroke=\"#000\"/></svg>";
        Self {
            number: "CN-2022-0004".into(),
            signature: Some(drawn.into()),
            signer: "虚构甲（法定代表人）".into(),
            ..Self::sample()
        }
    }

    /// The form with every blank left open, to be filled by hand.
    pub fn sample_blank() -> Self {
        Self {
            number: "CN-2022-0003".into(),
            enterprise: String::new(),
            uscc: None,
            legal_representative: String::new(),
            id_kind: String::new(),
            id_last_four: String::new(),
            subject: CommitmentSubject::Penalty {
                decided_on: None,
                province: String::new(),
                city: String::new(),
                county: String::new(),
                authority: String::new(),
                decision_number: None,
            },
            signed_on: None,
            signature: None,
            signer: String::new(),
            code: SAMPLE_CODE.into(),
            issued_on: date(2022, 6, 20),
        }
    }
}

impl Document for Commitment {
    const TEMPLATE: &'static str = "commitment";

    fn head(&self) -> Head<'_> {
        Head {
            edition: match self.subject {
                CommitmentSubject::Penalty { .. } => "annex2-2022",
                CommitmentSubject::Listing { .. } => "annex2-listing-1",
            },
            title: "信用修复承诺书".into(),
            author: &self.enterprise,
            number: &self.number,
            issued_on: self.issued_on,
        }
    }

    fn code(&self) -> Option<&str> {
        Some(&self.code)
    }
}
