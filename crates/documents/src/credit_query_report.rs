//! 企业信用查询报告 (N15): what the center tells each enterprise before its class.

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use xinxiu_domain::penalty::{Assessment, Certainty, Lane, Material, PenaltyClass, Reason, VerdictKind};
use xinxiu_domain::{DecisionNumber, Uscc};

use crate::{Document, Head};

/// The report on one enterprise on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditQueryReport {
    /// 报告编号.
    pub number: String,
    /// 企业名称.
    pub name: String,
    /// 统一社会信用代码.
    pub uscc: Option<Uscc>,
    /// 法定代表人.
    pub legal_representative: String,
    /// 注册地.
    pub registered_at: String,
    /// 存续状态.
    pub status: String,
    /// 行政处罚信息.
    pub records: Vec<ReportRecord>,
    /// 名单信息.
    pub listings: Vec<ReportListing>,
    /// 出具单位.
    pub issuer: String,
    /// 查询日期 and day of the paper.
    pub issued_on: Date,
}

/// One penalty record with what the rules say of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportRecord {
    /// 行政处罚决定书文号.
    pub decision_number: Option<DecisionNumber>,
    /// 处罚决定日期.
    pub decided_on: Date,
    /// 处罚机关.
    pub authority: String,
    /// 违法事实.
    pub facts: String,
    /// 处罚内容.
    pub outcome: String,
    /// Class, dates, materials and reasons under the edition in force.
    pub assessment: Assessment,
}

/// One list on which the enterprise stands or stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportListing {
    /// 名单名称.
    pub list: String,
    /// 认定机关.
    pub authority: String,
    /// 列入日期.
    pub listed_on: Option<Date>,
    /// 列入事由.
    pub reason: String,
    /// 移出日期; `None` while listed.
    pub removed_on: Option<Date>,
}

impl CreditQueryReport {
    /// The report on an invented enterprise with two records and a listing.
    pub fn sample() -> Self {
        Self {
            number: "CQ-2022-0001".into(),
            name: "示例甲机械制造（虚构）有限公司".into(),
            uscc: Uscc::parse("91320685MA1T00048C").ok(),
            legal_representative: "虚构甲".into(),
            registered_at: "示例县示例镇虚构路1号".into(),
            status: "存续（在营）".into(),
            records: vec![sample_record(), sample_serious_record()],
            listings: vec![ReportListing {
                list: "重点关注名单".into(),
                authority: "示例县市场监督管理局（虚构）".into(),
                listed_on: Some(date(2021, 8, 2)),
                reason: "2020年度报告逾期未公示".into(),
                removed_on: None,
            }],
            issuer: "示例市公共信用信息中心（虚构）".into(),
            issued_on: date(2022, 6, 16),
        }
    }

    /// The report on an enterprise of which nothing is on record.
    pub fn sample_empty() -> Self {
        Self { number: "CQ-2022-0002".into(), records: Vec::new(), listings: Vec::new(), ..Self::sample() }
    }
}

fn sample_record() -> ReportRecord {
    ReportRecord {
        decision_number: DecisionNumber::parse("示环罚字〔2022〕1号"),
        decided_on: date(2022, 1, 18),
        authority: "示例县生态环境局（虚构）".into(),
        facts: "喷漆工序废气未经收集直接排放".into(),
        outcome: "罚款20,000元；责令停止违法行为，限期整改".into(),
        assessment: Assessment {
            edition: "cn-527".into(),
            lane: Lane::CreditChina,
            class: PenaltyClass::General,
            min_until: Some(date(2022, 4, 18)),
            max_until: Some(date(2023, 1, 18)),
            verdict: VerdictKind::RepairableNow,
            repairable_from: Some(date(2022, 4, 19)),
            materials: vec![
                Material::Commitment,
                Material::Licence,
                Material::PerformanceProof,
                Material::RectificationForm,
            ],
            reasons: vec![sample_reason()],
            questions: Vec::new(),
        },
    }
}

fn sample_reason() -> Reason {
    Reason {
        rule: "form-needed".into(),
        field: "处罚内容".into(),
        matched: "停止违法行为".into(),
        source: "通信用函〔2022〕15号 其他.1".into(),
        certainty: Certainty::Found,
        note: "处罚内容涉及整改、整顿、停止违法行为的，另需填写信用修复表".into(),
    }
}

fn sample_serious_record() -> ReportRecord {
    let general = sample_record();
    ReportRecord {
        decision_number: DecisionNumber::parse("示应急罚〔2022〕7号"),
        decided_on: date(2022, 3, 2),
        authority: "示例县应急管理局（虚构）".into(),
        facts: "未如实记录安全生产教育和培训情况".into(),
        outcome: "罚款30,000元".into(),
        assessment: Assessment {
            class: PenaltyClass::Unclassified,
            min_until: None,
            max_until: None,
            verdict: VerdictKind::NeedsReview,
            repairable_from: None,
            materials: Vec::new(),
            reasons: Vec::new(),
            questions: vec!["该处罚是否认定为涉及严重失信行为？".into()],
            ..general.assessment
        },
    }
}

impl Document for CreditQueryReport {
    const TEMPLATE: &'static str = "credit_query_report";

    fn head(&self) -> Head<'_> {
        Head {
            edition: "credit-query-1",
            title: format!("企业信用查询报告 {}", self.name).into(),
            author: &self.issuer,
            number: &self.number,
            issued_on: self.issued_on,
        }
    }
}
