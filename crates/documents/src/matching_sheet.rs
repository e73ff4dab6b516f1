//! 现场对接安排 (N06, N14): one sheet for each authority's tables, or one slip for each enterprise.

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

use crate::{Document, Head};

/// The sheets or slips of one session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchingSheet {
    /// 表号.
    pub number: String,
    /// 标题.
    pub title: String,
    /// 培训场次.
    pub session: String,
    /// 日期, as it is to be read.
    pub day: String,
    /// 地点.
    pub place: String,
    /// 组织单位.
    pub organiser: String,
    /// Heads of the columns; the last has room for a signature where it is the sheet of an authority.
    pub head: Vec<String>,
    /// One for each authority or enterprise, each on a page of its own.
    pub groups: Vec<MatchingGroup>,
    /// Day of the paper.
    pub issued_on: Date,
}

/// The sheet of one authority, or the slip of one enterprise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchingGroup {
    /// Whose it is.
    pub name: String,
    /// Rows, each as long as the head.
    pub rows: Vec<Vec<String>>,
}

impl MatchingSheet {
    /// The sheets of an invented session.
    pub fn sample() -> Self {
        let row = |time: &str, table: &str, name: &str| {
            vec![time.into(), table.into(), name.into(), "虚构某".into(), String::new()]
        };
        let group = |name: &str, rows: Vec<Vec<String>>| MatchingGroup { name: name.into(), rows };
        Self {
            number: "MA-2022-0001".into(),
            title: "现场对接安排表".into(),
            session: "2022年示例县信用修复培训班第1期".into(),
            day: "2022年6月28日（星期二）".into(),
            place: "示例县行政服务中心（虚构）三楼报告厅".into(),
            organiser: "示例县信用办（虚构）".into(),
            head: ["时间", "桌号", "企业名称", "参加人", "签名"].map(str::to_owned).to_vec(),
            groups: vec![
                group(
                    "示例市生态环境局（虚构）",
                    vec![
                        row("15:00—15:10", "1号桌", "示例01号机械制造（虚构）有限公司"),
                        row("15:10—15:20", "1号桌", "示例02号机械制造（虚构）有限公司"),
                        row("15:00—15:10", "2号桌", "示例03号机械制造（虚构）有限公司"),
                    ],
                ),
                group(
                    "示例市应急管理局（虚构）",
                    vec![row("15:10—15:20", "1号桌", "示例01号机械制造（虚构）有限公司")],
                ),
            ],
            issued_on: date(2022, 6, 27),
        }
    }
}

impl Document for MatchingSheet {
    const TEMPLATE: &'static str = "matching_sheet";

    fn head(&self) -> Head<'_> {
        Head {
            edition: "matching-1",
            title: format!("{} {}", self.title, self.session).into(),
            author: &self.organiser,
            number: &self.number,
            issued_on: self.issued_on,
        }
    }
}
