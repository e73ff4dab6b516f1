//! 培训签到表: printed for the hall, or filled from the electronic sign-in.

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Document, DocumentError, Head, qr_svg};

/// The sign-in sheet of one session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInSheet {
    /// 表号.
    pub number: String,
    /// 培训班名称.
    pub class_name: String,
    /// 培训时间, as it is to be read.
    pub time: String,
    /// 地点.
    pub place: String,
    /// 组织单位.
    pub organiser: String,
    /// Address that leads into the contact group (N17); empty where there is none.
    pub group_link: String,
    /// Enterprises expected.
    pub rows: Vec<SignInRow>,
    /// Open lines at the end for those who come unannounced.
    pub open_lines: u8,
    /// Day of the paper.
    pub issued_on: Date,
}

/// One line of the sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInRow {
    /// 企业名称.
    pub enterprise: String,
    /// 参训人员.
    pub attendee: String,
    /// 职务.
    pub role: String,
    /// 联系电话, masked by the caller.
    pub phone: String,
    /// 签到, for example 「线上 13:25」; empty for a signature by hand.
    pub signed: String,
}

impl SignInSheet {
    /// The sheet of an invented class with enough rows for a second page.
    pub fn sample() -> Self {
        let row = |index: usize| SignInRow {
            enterprise: format!("示例{index:02}号机械制造（虚构）有限公司"),
            attendee: "虚构某".into(),
            role: if index.is_multiple_of(3) { "主要负责人" } else { "法定代表人" }.into(),
            phone: "（略）".into(),
            signed: if index.is_multiple_of(4) { "线上 13:25".into() } else { String::new() },
        };
        Self {
            number: "SI-2022-0001".into(),
            class_name: "2022年示例县信用修复培训班第1期".into(),
            time: "2022年6月28日（星期二）13:30—17:00".into(),
            place: "示例县行政服务中心（虚构）三楼报告厅".into(),
            organiser: "示例县信用办（虚构）".into(),
            group_link: "https://example.invalid/g/1".into(),
            rows: (1..=28).map(row).collect(),
            open_lines: 6,
            issued_on: date(2022, 6, 27),
        }
    }
}

impl Document for SignInSheet {
    const TEMPLATE: &'static str = "sign_in_sheet";

    fn head(&self) -> Head<'_> {
        Head {
            edition: "sign-in-1",
            title: format!("培训签到表 {}", self.class_name).into(),
            author: &self.organiser,
            number: &self.number,
            issued_on: self.issued_on,
        }
    }

    fn data(&self) -> Result<Value, DocumentError> {
        let mut value = serde_json::to_value(self)?;
        let picture = (!self.group_link.is_empty()).then(|| qr_svg(&self.group_link)).transpose()?;
        value["qr"] = picture.into();
        Ok(value)
    }
}
