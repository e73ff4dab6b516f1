//! Filing outward (对外申报): an application that passed the first review goes to 信用中国 or to the market supervision, which
//! give it a number and an answer of their own.

use jiff::civil::Date;

use crate::missing::Missing;
use crate::penalty::Lane;

state_machine! {
    /// Where a filing stands.
    states FilingState of "对外申报" {
        Prepared = "prepared", "待报送";
        Sent = "sent", "已报送";
        Numbered = "numbered", "已受理";
        Granted = "granted", "准予修复";
        Refused = "refused", "不予修复";
        Cancelled = "cancelled", "已作废";
    }
    /// What is done with it, or answered.
    actions FilingAction {
        Send = "send", "报送": Prepared => Sent;
        Number = "number", "登记受理编号": Sent | Numbered => Numbered;
        Grant = "grant", "登记准予修复": Sent | Numbered => Granted;
        Refuse = "refuse", "登记不予修复": Sent | Numbered => Refused;
        Cancel = "cancel", "作废": Prepared | Sent | Numbered => Cancelled;
    }
}

coded! {
    /// What became of a parcel that was read from the other side.
    pub enum ParcelOutcome {
        Taken = "taken", "已登记";
        Tampered = "tampered", "签名不符或文件被改动";
        Repeated = "repeated", "重复的答复";
        Foreign = "foreign", "不是给本平台的答复";
        Unfit = "unfit", "与申报的状态不符";
    }
}

/// Where the records of a lane are filed.
pub const fn receiver(lane: Lane) -> &'static str {
    match lane {
        Lane::CreditChina => "信用中国网站",
        Lane::MarketSupervision => "国家企业信用信息公示系统（作出处罚决定的市场监管部门）",
        Lane::Other => "有关主管部门",
    }
}

/// What the other side answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilingAnswer {
    /// 受理编号.
    pub number: String,
    /// Granted or refused; `None` where only the number is given.
    pub granted: Option<bool>,
    /// Day of the result.
    pub on: Option<Date>,
    /// What it says besides.
    pub note: String,
}

/// What keeps an answer from being recorded.
pub fn answer_gaps(answer: &FilingAnswer, filed_on: Date, today: Date) -> Vec<Missing> {
    let mut gaps = Vec::new();
    if answer.number.is_empty() {
        gaps.push(Missing::new("number", "请填写受理编号", "N12"));
    }
    if answer.granted == Some(false) && answer.note.is_empty() {
        gaps.push(Missing::new("note", "不予修复的，请写明对方说明的理由", "N12"));
    }
    match (answer.granted, answer.on) {
        (Some(_), None) => gaps.push(Missing::new("result_on", "请填写结果日期", "N12")),
        (_, Some(day)) if day < filed_on || day > today => {
            let message = format!("结果日期应在报送日期{filed_on}和今天{today}之间");
            gaps.push(Missing::new("result_on", message, "N12"));
        }
        _ => {}
    }
    gaps
}
