//! 涉及一般失信行为行政处罚信息信用修复表 (annex 3, N24, N27, N28).

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
pub use xinxiu_domain::application::Grade as FormSeverity;
use xinxiu_domain::paper_code::FORM_EDITION;
use xinxiu_domain::{DecisionNumber, Uscc};

use crate::{Document, Head};

/// The form; what is not yet known prints as a blank or an empty box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RectificationForm {
    /// 文书编号, printed in the footer.
    pub number: String,
    /// 申请单位名称.
    pub applicant: String,
    /// 统一社会信用代码.
    pub uscc: Option<Uscc>,
    /// 经办人姓名.
    pub handler: String,
    /// 经办人联系方式; the same as in the online application.
    pub handler_contact: String,
    /// 申请修复的行政处罚决定书文号.
    pub decision_number: Option<DecisionNumber>,
    /// 申请单位对履行义务、纠正失信行为、消除不良影响的说明.
    pub statement: String,
    /// 申请单位说明的日期.
    pub stated_on: Option<Date>,
    /// 行政处罚机关名称.
    pub authority: String,
    /// 行政处罚机关经办人.
    pub authority_handler: String,
    /// 行政处罚机关联系电话.
    pub authority_phone: String,
    /// 处罚日期.
    pub decided_on: Option<Date>,
    /// 违法情节.
    pub violation: Option<FormSeverity>,
    /// 失信行为.
    pub dishonesty: Option<FormSeverity>,
    /// 同意 (true) or 不同意 (false); `None` before the authority has decided.
    pub agreed: Option<bool>,
    /// 修复决定的日期.
    pub repair_decided_on: Option<Date>,
    /// What the QR code of every page says; empty where the paper has none.
    #[serde(default)]
    pub code: String,
    /// Day on which the paper is made.
    pub issued_on: Date,
}

impl RectificationForm {
    /// A filled and agreed form of an invented enterprise.
    pub fn sample() -> Self {
        Self {
            number: "RF-2022-0001".into(),
            applicant: "示例甲机械制造（虚构）有限公司".into(),
            uscc: Uscc::parse("91320685MA1T00048C").ok(),
            handler: "虚构乙".into(),
            handler_contact: "（联系方式略）".into(),
            decision_number: DecisionNumber::parse("示环罚字〔2022〕1号"),
            statement: "我单位已于2022年1月25日缴清罚款，于2022年3月10日完成废气收集设施整改并通过复查，\
                        停止违法排放行为，已在厂区公示整改结果，消除不良影响。"
                .into(),
            stated_on: Some(date(2022, 6, 20)),
            authority: "示例县生态环境局（虚构）".into(),
            authority_handler: "虚构丙".into(),
            authority_phone: "（电话略）".into(),
            decided_on: Some(date(2022, 1, 18)),
            violation: Some(FormSeverity::General),
            dishonesty: Some(FormSeverity::General),
            agreed: Some(true),
            repair_decided_on: Some(date(2022, 6, 24)),
            code: "XX1F000000000".into(),
            issued_on: date(2022, 6, 20),
        }
    }

    /// The form as the applicant hands it in: the authority's part is open.
    pub fn sample_open() -> Self {
        Self {
            number: "RF-2022-0002".into(),
            stated_on: None,
            authority_handler: String::new(),
            authority_phone: String::new(),
            decided_on: None,
            violation: None,
            dishonesty: None,
            agreed: None,
            repair_decided_on: None,
            ..Self::sample()
        }
    }
}

impl Document for RectificationForm {
    const TEMPLATE: &'static str = "rectification_form";

    fn head(&self) -> Head<'_> {
        Head {
            edition: FORM_EDITION,
            title: "涉及一般失信行为行政处罚信息信用修复表".into(),
            author: &self.applicant,
            number: &self.number,
            issued_on: self.issued_on,
        }
    }

    fn code(&self) -> Option<&str> {
        Some(&self.code)
    }
}
