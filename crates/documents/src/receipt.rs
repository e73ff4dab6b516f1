//! 信用修复申请初审回执 (N12): accepted, or returned with reasons.

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use xinxiu_domain::penalty::Material;
use xinxiu_domain::{DecisionNumber, Uscc};

use crate::{Document, Head};

/// The receipt of one first review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// 回执编号.
    pub number: String,
    /// 申请编号.
    pub application_number: String,
    /// 企业名称.
    pub enterprise: String,
    /// 统一社会信用代码.
    pub uscc: Option<Uscc>,
    /// 行政处罚决定书文号; `None` for a listing.
    pub decision_number: Option<DecisionNumber>,
    /// 提交日期.
    pub submitted_on: Date,
    /// 材料核对.
    pub materials: Vec<CheckedMaterial>,
    /// 初审结果.
    pub outcome: ReviewOutcome,
    /// 初审窗口.
    pub window: String,
    /// 初审人.
    pub reviewer: String,
    /// 初审日期 and day of the paper.
    pub issued_on: Date,
}

/// One material and whether it was found in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedMaterial {
    /// The material.
    pub material: Material,
    /// Whether it is complete and in order.
    pub in_order: bool,
}

/// The result of the first review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ReviewOutcome {
    /// 受理.
    Accepted,
    /// 退回补正.
    Returned {
        /// Every reason, each with what to do.
        reasons: Vec<ReturnReason>,
        /// 补正截止日期.
        resubmit_by: Option<Date>,
    },
}

/// One reason for returning an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnReason {
    /// Stable code, printed so that the window and the enterprise speak of the same thing.
    pub code: String,
    /// What is wrong.
    pub text: String,
    /// What to do about it.
    pub remedy: String,
}

impl Receipt {
    /// An acceptance.
    pub fn sample() -> Self {
        let checked = |material| CheckedMaterial { material, in_order: true };
        Self {
            number: "RC-2022-0001".into(),
            application_number: "AP-2022-0001".into(),
            enterprise: "示例甲机械制造（虚构）有限公司".into(),
            uscc: Uscc::parse("91320685MA1T00048C").ok(),
            decision_number: DecisionNumber::parse("示环罚字〔2022〕1号"),
            submitted_on: date(2022, 6, 29),
            materials: vec![
                checked(Material::Commitment),
                checked(Material::Licence),
                checked(Material::PerformanceProof),
                checked(Material::RectificationForm),
            ],
            outcome: ReviewOutcome::Accepted,
            window: "示例市公共信用信息中心服务窗口（虚构）".into(),
            reviewer: "虚构丁".into(),
            issued_on: date(2022, 6, 29),
        }
    }

    /// A return with two reasons.
    pub fn sample_returned() -> Self {
        let mut receipt = Self::sample();
        receipt.number = "RC-2022-0002".into();
        for checked in receipt.materials.iter_mut().skip(2) {
            checked.in_order = false;
        }
        let reason = |code: &str, text: &str, remedy: &str| ReturnReason {
            code: code.into(),
            text: text.into(),
            remedy: remedy.into(),
        };
        receipt.outcome = ReviewOutcome::Returned {
            reasons: vec![
                reason("M3-01", "罚款缴纳凭证不清晰，看不出缴款日期", "重新拍照或扫描后上传"),
                reason("M4-02", "信用修复表缺少处罚机关公章", "请处罚机关加盖公章后再提交"),
            ],
            resubmit_by: Some(date(2022, 7, 6)),
        };
        receipt
    }
}

impl Document for Receipt {
    const TEMPLATE: &'static str = "receipt";

    fn head(&self) -> Head<'_> {
        Head {
            edition: "receipt-1",
            title: "信用修复申请初审回执".into(),
            author: &self.window,
            number: &self.number,
            issued_on: self.issued_on,
        }
    }
}
