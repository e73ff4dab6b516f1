//! 处罚信息修复护照: one page on one penalty record, as it stands on the day of the print (N12 N16 N18 N27).

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use xinxiu_domain::Uscc;
use xinxiu_domain::penalty::{Material, PenaltyClass};

use crate::{Document, Head};

/// The passport of a record; an empty text is something that the record does not have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PenaltyPassport {
    /// 编号.
    pub number: String,
    /// 企业名称.
    pub enterprise: String,
    /// 统一社会信用代码.
    pub uscc: Option<Uscc>,
    /// 行政处罚决定书文号.
    pub decision_number: String,
    /// 处罚机关.
    pub authority: String,
    /// 处罚决定日期.
    pub decided_on: Date,
    /// 处罚内容.
    pub content: String,
    /// 失信类别.
    pub class: PenaltyClass,
    /// 规则版本.
    pub rules: String,
    /// 最早可申请.
    pub repairable_from: String,
    /// 不修复则公示至.
    pub public_until: String,
    /// Where it stands.
    pub stage: String,
    /// What is to be done next, in one sentence.
    pub sentence: String,
    /// Who does it.
    pub who: String,
    /// Until when, with the working days.
    pub due: String,
    /// Documents that the rules ask for, each with how it stands.
    pub materials: Vec<PassportMaterial>,
    /// 修复申请.
    pub application: String,
    /// Who issues the print: the platform's operator.
    pub issuer: String,
    /// Day of the print.
    pub issued_on: Date,
}

/// A document and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassportMaterial {
    /// The document.
    pub material: Material,
    /// Whether it is there.
    pub is_there: bool,
    /// How it stands, in words.
    pub standing: String,
}

impl PenaltyPassport {
    /// A record whose documents are gathered.
    pub fn sample() -> Self {
        let material = |material, is_there, standing: &str| PassportMaterial {
            material,
            is_there,
            standing: standing.into(),
        };
        Self {
            number: "HZ-000001".into(),
            enterprise: "示例甲机械制造（虚构）有限公司".into(),
            uscc: Uscc::parse("91320685MA1T00048C").ok(),
            decision_number: "示环罚字〔2022〕1号".into(),
            authority: "示例县生态环境局（虚构）".into(),
            decided_on: date(2022, 1, 18),
            content: "罚款人民币叁万元".into(),
            class: PenaltyClass::General,
            rules: "cn-527".into(),
            repairable_from: "2022-04-18".into(),
            public_until: "2023-01-18".into(),
            stage: "备材料".into(),
            sentence: "请补齐还缺的材料，由服务机构提交申请。".into(),
            who: "示例信用服务（虚构）有限公司".into(),
            due: "2022-07-06前，还有12个工作日".into(),
            materials: vec![
                material(Material::Commitment, false, "旧版文本，请重新打印后签字盖章"),
                material(Material::Licence, true, "已有"),
                material(Material::PerformanceProof, false, "还缺"),
            ],
            application: "第1号申请".into(),
            issuer: "示例市公共信用信息中心（虚构）".into(),
            issued_on: date(2022, 6, 20),
        }
    }
}

impl Document for PenaltyPassport {
    const TEMPLATE: &'static str = "penalty_passport";

    fn head(&self) -> Head<'_> {
        Head {
            edition: "penalty-passport-1",
            title: "处罚信息修复护照".into(),
            author: &self.issuer,
            number: &self.number,
            issued_on: self.issued_on,
        }
    }
}
