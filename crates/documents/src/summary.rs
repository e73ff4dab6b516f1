//! 培训工作总结 (N23): results, features, problems, next steps.

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::official::{chinese_date, numbered, paper_data};
use crate::{Block, Document, DocumentError, Head, OfficialPaper, Paper};

/// The summary of a campaign by one county, authority or the city.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignSummary {
    /// 文书编号, printed in the footer.
    pub number: String,
    /// 发文机关标志.
    pub header: String,
    /// 发文字号; empty where there is none.
    pub reference: String,
    /// 标题.
    pub title: String,
    /// 主送机关.
    pub addressees: String,
    /// 基本情况.
    pub overview: String,
    /// Whose enterprises are counted, for example 全市, 本地区, 本部门.
    pub scope: String,
    /// Whether `planned` is the plan's number; otherwise it is the number of enterprises on the lists, since a
    /// plan has no number for one county of a joint class, nor for one authority.
    pub by_plan: bool,
    /// One row for each class of the plan; the total is computed.
    pub rows: Vec<SummaryRow>,
    /// 成果, beyond the figures.
    pub results: Vec<String>,
    /// 修复率目标, in per cent.
    pub target_percent: u8,
    /// 工作特色.
    pub features: Vec<String>,
    /// 存在问题.
    pub problems: Vec<String>,
    /// 下一步打算.
    pub next: Vec<String>,
    /// 署名.
    pub issuer: String,
    /// 成文日期.
    pub issued_on: Date,
}

/// The figures of one class, all of them numbers of enterprises.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SummaryRow {
    /// 培训班.
    pub name: String,
    /// 计划企业数, or 名单内企业数.
    pub planned: u32,
    /// 参训企业数.
    pub trained: u32,
    /// 签订承诺书企业数.
    pub committed: u32,
    /// 考试合格企业数.
    pub passed: u32,
    /// 参训企业中有可修复信息的企业数: the base of the repair rate (N19).
    pub repairable: u32,
    /// 其中已修复企业数.
    pub repaired: u32,
}

impl SummaryRow {
    fn add(mut self, other: &Self) -> Self {
        self.planned += other.planned;
        self.trained += other.trained;
        self.committed += other.committed;
        self.passed += other.passed;
        self.repairable += other.repairable;
        self.repaired += other.repaired;
        self
    }

    /// 修复率 to one decimal; 「—」 where nothing was repairable.
    pub fn rate(&self) -> String {
        if self.repairable == 0 {
            return "—".to_owned();
        }
        let per_mille =
            (u64::from(self.repaired) * 1000 + u64::from(self.repairable) / 2) / u64::from(self.repairable);
        format!("{}.{}%", per_mille / 10, per_mille % 10)
    }

    fn cells(&self) -> Vec<String> {
        let figures =
            [self.planned, self.trained, self.committed, self.passed, self.repairable, self.repaired];
        let mut cells = vec![self.name.clone()];
        cells.extend(figures.map(|figure| figure.to_string()));
        cells.push(self.rate());
        cells
    }
}

impl CampaignSummary {
    /// The summary of an invented campaign.
    pub fn sample() -> Self {
        let row = |name: &str, figures: [u32; 6]| SummaryRow {
            name: name.into(),
            planned: figures[0],
            trained: figures[1],
            committed: figures[2],
            passed: figures[3],
            repairable: figures[4],
            repaired: figures[5],
        };
        let list = |items: &[&str]| items.iter().map(|item| (*item).to_owned()).collect();
        Self {
            number: "CS-2022-0001".into(),
            header: "示例市社会信用体系建设领导小组办公室（虚构）".into(),
            reference: "示信用函〔2022〕9号".into(),
            title: "2022年示例市信用修复培训工作总结".into(),
            addressees: "示例省信用办（虚构）".into(),
            overview: "2022年6月至9月，全市举办信用修复公益培训，现将有关情况总结如下。".into(),
            scope: "全市".into(),
            by_plan: true,
            results: Vec::new(),
            rows: vec![
                row("示例县", [170, 168, 168, 160, 120, 101]),
                row("虚构区和交通运输领域", [200, 205, 205, 199, 150, 122]),
                row("卫生健康领域", [50, 50, 50, 50, 0, 0]),
            ],
            target_percent: 80,
            features: list(&["按镇（街道）集中，现场提交、即时初审。", "线上线下同步授课，方便企业参加。"]),
            problems: list(&["部分企业失联，通知难以送达。"]),
            next: list(&["对未修复企业继续开展免费“一对一”指导。"]),
            issuer: "示例市社会信用体系建设领导小组办公室（虚构）".into(),
            issued_on: date(2022, 10, 12),
        }
    }

    fn total(&self) -> SummaryRow {
        let start = SummaryRow { name: "合计".to_owned(), ..SummaryRow::default() };
        self.rows.iter().fold(start, SummaryRow::add)
    }

    fn table(&self) -> Block {
        let basis = if self.by_plan { "计划" } else { "名单内" };
        let head = ["培训班", basis, "参训", "承诺", "合格", "可修复", "已修复", "修复率"];
        let rows = self.rows.iter().map(SummaryRow::cells).chain([self.total().cells()]).collect();
        Block::Table { head: head.map(str::to_owned).to_vec(), rows }
    }

    fn verdict(&self) -> Block {
        let total = self.total();
        let reached = total.repairable > 0
            && u64::from(total.repaired) * 100
                >= u64::from(total.repairable) * u64::from(self.target_percent);
        Block::body(format!(
            "{}{}{}家，实际参训{}家；参训企业中有可修复信息的{}家，已修复{}家，修复率{}，{}{}%的目标。\
             （表中数字均为企业家数。）",
            self.scope,
            if self.by_plan { "计划培训" } else { "名单内企业" },
            total.planned,
            total.trained,
            total.repairable,
            total.repaired,
            total.rate(),
            if reached { "达到" } else { "未达到" },
            self.target_percent,
        ))
    }
}

impl OfficialPaper for CampaignSummary {
    fn paper(&self) -> Paper {
        let mut blocks = vec![Block::body(self.overview.clone()), Block::heading("一、取得成果")];
        blocks.extend([self.verdict(), self.table()]);
        blocks.extend(numbered(&self.results));
        let sections = [
            ("二、工作特色", &self.features),
            ("三、存在问题", &self.problems),
            ("四、下一步打算", &self.next),
        ];
        for (heading, items) in sections.into_iter().filter(|(_, items)| !items.is_empty()) {
            blocks.push(Block::heading(heading));
            blocks.extend(numbered(items));
        }
        Paper {
            header: self.header.clone(),
            reference: self.reference.clone(),
            title: self.title.clone(),
            addressees: self.addressees.clone(),
            blocks,
            issuer: self.issuer.clone(),
            dated: chinese_date(self.issued_on),
            copies_to: String::new(),
        }
    }
}

impl Document for CampaignSummary {
    const TEMPLATE: &'static str = "official";

    fn head(&self) -> Head<'_> {
        Head {
            edition: "campaign-summary-1",
            title: self.title.as_str().into(),
            author: &self.issuer,
            number: &self.number,
            issued_on: self.issued_on,
        }
    }

    fn data(&self) -> Result<Value, DocumentError> {
        paper_data(&self.paper())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_rounded_and_never_divides_by_nothing() {
        let row = |repairable, repaired| SummaryRow { repairable, repaired, ..SummaryRow::default() };
        assert_eq!(row(0, 0).rate(), "—");
        assert_eq!(row(3, 2).rate(), "66.7%");
        assert_eq!(row(120, 120).rate(), "100.0%");
    }
}
