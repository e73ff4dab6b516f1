//! 待修复企业档案 (annex 4, N22, N29): one archive per enterprise.

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use xinxiu_domain::{DecisionNumber, Uscc};

use crate::{Document, Head};

/// The archive sheet of one enterprise, with a block for each record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnterpriseArchive {
    /// 编号.
    pub number: String,
    /// 企业名称.
    pub name: String,
    /// 统一社会信用代码.
    pub uscc: Option<Uscc>,
    /// 注册地.
    pub registered_at: String,
    /// 存续状态.
    pub status: String,
    /// 法定代表人或主要负责人.
    pub principal: String,
    /// 法定代表人或主要负责人的身份证号; the caller masks it unless the receiver may see it.
    pub principal_id: String,
    /// 对失信行为负有直接责任的部门负责人.
    pub department_head: String,
    /// 部门负责人的身份证号; masked like the other.
    pub department_head_id: String,
    /// 联系人.
    pub contact: String,
    /// 联系电话.
    pub phone: String,
    /// One block for each penalty record or listing.
    pub records: Vec<ArchiveRecord>,
    /// 材料目录.
    pub attachments: Vec<ArchiveAttachment>,
    /// 办理经过, oldest first.
    pub history: Vec<ArchiveEvent>,
    /// 建档单位.
    pub issuer: String,
    /// Whether every record of it has been repaired, which the title then says.
    #[serde(default)]
    pub repaired: bool,
    /// Day on which the sheet is made.
    pub issued_on: Date,
}

/// One penalty record or listing in the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveRecord {
    /// 失信行为简况.
    pub conduct: String,
    /// 信息报送机关/认定机关.
    pub reporting_authority: String,
    /// 执法部门.
    pub enforcement: String,
    /// 处罚结果.
    pub outcome: String,
    /// 主要违法事实.
    pub facts: String,
    /// 处罚法律依据及文号.
    pub basis: String,
    /// 处罚决定书编号.
    pub decision_number: Option<DecisionNumber>,
    /// 有效处罚截止日期.
    pub valid_until: Option<Date>,
    /// 入库时间.
    pub entered_on: Option<Date>,
    /// 公示期.
    pub publicity: String,
    /// 信用修复意向.
    pub intention: String,
    /// 信用修复情况.
    pub repair: String,
}

/// One paper of the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveAttachment {
    /// Title of the paper.
    pub title: String,
    /// Name of the file in the package.
    pub file: String,
    /// Its SHA-256, hexadecimal; the sheet shows the head of it.
    pub sha256: String,
    /// Day of the paper.
    pub dated: Option<Date>,
}

/// One step in the enterprise's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchiveEvent {
    /// Day of the step.
    pub on: Date,
    /// What happened.
    pub text: String,
    /// Who did it: organisation or role, never an account.
    pub by: String,
}

impl EnterpriseArchive {
    /// What the sheet is called: 待修复企业档案 (annex 4), and 已修复 once nothing is left to repair.
    pub const fn name_of(repaired: bool) -> &'static str {
        if repaired { "已修复企业档案" } else { "待修复企业档案" }
    }

    /// The archive of an invented enterprise with two records.
    pub fn sample() -> Self {
        Self {
            number: "示2022-海-0017".into(),
            name: "示例甲机械制造（虚构）有限公司".into(),
            uscc: Uscc::parse("91320685MA1T00048C").ok(),
            registered_at: "示例县示例镇虚构路1号".into(),
            status: "存续（在营）".into(),
            principal: "虚构甲".into(),
            principal_id: "**************0000".into(),
            department_head: "虚构㛃".into(),
            department_head_id: "**************0000".into(),
            contact: "虚构乙".into(),
            phone: "（电话略）".into(),
            records: vec![sample_record(), second_sample_record()],
            attachments: sample_attachments(),
            history: sample_history(),
            issuer: "示例县信用办（虚构）".into(),
            repaired: false,
            issued_on: date(2022, 9, 30),
        }
    }
}

fn sample_record() -> ArchiveRecord {
    ArchiveRecord {
        conduct: "未按规定安装废气收集设施，被处罚款并责令整改".into(),
        reporting_authority: "示例县生态环境局（虚构）".into(),
        enforcement: "示例县生态环境综合行政执法局（虚构）".into(),
        outcome: "罚款20,000元；责令停止违法行为，限期整改".into(),
        facts: "2021年12月检查发现喷漆工序废气未经收集直接排放。".into(),
        basis: "《中华人民共和国大气污染防治法》有关规定；示环罚字〔2022〕1号".into(),
        decision_number: DecisionNumber::parse("示环罚字〔2022〕1号"),
        valid_until: Some(date(2023, 1, 18)),
        entered_on: Some(date(2022, 1, 25)),
        publicity: "最短3个月（至2022年4月18日），最长1年（至2023年1月18日）".into(),
        intention: "愿意修复".into(),
        repair: "2022年7月4日完成修复，已停止公示".into(),
    }
}

fn second_sample_record() -> ArchiveRecord {
    ArchiveRecord {
        conduct: "未按时公示年度报告，列入重点关注名单".into(),
        reporting_authority: "示例县市场监督管理局（虚构）".into(),
        enforcement: String::new(),
        outcome: "列入重点关注名单".into(),
        facts: "2020年度报告逾期未公示。".into(),
        basis: String::new(),
        decision_number: None,
        valid_until: None,
        entered_on: Some(date(2021, 8, 2)),
        publicity: String::new(),
        intention: "愿意修复".into(),
        repair: "已补报，正在申请退出".into(),
    }
}

fn sample_attachments() -> Vec<ArchiveAttachment> {
    let paper = |title: &str, file: &str, digit: &str, dated| ArchiveAttachment {
        title: title.into(),
        file: file.into(),
        sha256: digit.repeat(64),
        dated: Some(dated),
    };
    vec![
        paper("信用修复承诺书", "承诺书-CN-2022-0001.pdf", "a", date(2022, 6, 20)),
        paper("行政处罚信息信用修复表", "修复表-RF-2022-0001.pdf", "b", date(2022, 6, 24)),
        paper("已履行行政处罚证明", "罚款缴纳凭证.jpg", "c", date(2022, 1, 25)),
        paper("信用修复培训证明", "培训证明-TC-2022-0001.pdf", "d", date(2022, 6, 28)),
    ]
}

fn sample_history() -> Vec<ArchiveEvent> {
    let event = |on, text: &str, by: &str| ArchiveEvent { on, text: text.into(), by: by.into() };
    vec![
        event(date(2022, 6, 16), "推送名单，出具信用查询报告", "市公共信用信息中心"),
        event(date(2022, 6, 20), "签订信用修复承诺书", "企业"),
        event(date(2022, 6, 28), "参加培训，结业考试92分", "服务机构"),
        event(date(2022, 6, 29), "现场提交修复申请，初审受理", "中心服务窗口"),
        event(date(2022, 7, 4), "修复完成，停止公示", "信用中国网站"),
    ]
}

impl Document for EnterpriseArchive {
    const TEMPLATE: &'static str = "enterprise_archive";

    fn head(&self) -> Head<'_> {
        Head {
            edition: "annex4-2022",
            title: format!("{} {}", Self::name_of(self.repaired), self.name).into(),
            author: &self.issuer,
            number: &self.number,
            issued_on: self.issued_on,
        }
    }
}
