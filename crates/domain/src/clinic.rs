//! A hand-in-hand day (手把手服务, N12): enterprises of one or two townships, with their papers, in one room.

use crate::attendance::Willingness;
use crate::missing::Missing;

state_machine! {
    /// Where a day stands.
    states ClinicState of "手把手服务日" {
        Planned = "planned", "待开始";
        Open = "open", "进行中";
        Closed = "closed", "已结束";
        Cancelled = "cancelled", "已取消";
    }
    /// What the county does with the day.
    actions ClinicAction {
        OpenDoors = "open", "开始叫号": Planned => Open;
        Close = "close", "结束": Open => Closed;
        Cancel = "cancel", "取消": Planned => Cancelled;
    }
}

state_machine! {
    /// Where a number in the queue stands.
    states TicketState of "排队号" {
        Waiting = "waiting", "等候";
        Serving = "serving", "办理中";
        Done = "done", "已办";
        Missed = "missed", "过号";
    }
    /// What happens to a number.
    actions TicketAction {
        Call = "call", "叫号": Waiting | Missed => Serving;
        Finish = "finish", "办结": Serving => Done;
        Miss = "miss", "过号": Waiting | Serving => Missed;
        PassOn = "pass_on", "转到另一队": Serving => Waiting;
    }
}

coded! {
    /// The lane in which a number waits: the agency helps to complete and submit, the window reviews at once (N12).
    pub enum Lane {
        Agency = "agency", "服务机构";
        Window = "window", "服务窗口";
    }
}

impl Lane {
    /// The lane to which a number is passed on from this one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Agency => Self::Window,
            Self::Window => Self::Agency,
        }
    }
}

/// Numbers that one device can give on a day without asking the server. Below it are those that the server gives.
pub const BLOCK: u32 = 1000;
/// Devices that a day can have: each has a letter.
pub const DEVICES: u32 = 26;

/// A number as it stands on the screen and on paper: those of a device begin with its letter.
pub fn number_name(number: u32) -> String {
    let letter = (number / BLOCK).checked_sub(1).and_then(|place| u8::try_from(place).ok());
    match letter.filter(|place| u32::from(*place) < DEVICES) {
        Some(place) => format!("{}{:03}", char::from(b'A' + place), number % BLOCK),
        None => number.to_string(),
    }
}

/// Townships that one day may gather, at most (N12).
pub const MAX_TOWNSHIPS: usize = 2;

/// What keeps a day from being planned (N12).
pub fn clinic_gaps(townships: &[String], place: &str, internet: bool) -> Vec<Missing> {
    let mut gaps = Vec::new();
    if townships.is_empty() || townships.len() > MAX_TOWNSHIPS {
        gaps.push(Missing::new(
            "townships",
            format!("手把手服务以1—2个乡镇（街道）为单位，现为{}个", townships.len()),
            "N12",
        ));
    }
    if place.is_empty() {
        gaps.push(Missing::new("place", "请填写地点", "N12"));
    }
    if !internet {
        gaps.push(Missing::new("internet", "请确认场地提供互联网接入环境", "N12"));
    }
    gaps
}

/// What keeps an enterprise from taking a number: the day is for the trained and the willing of its townships,
/// also for those that were not trained (N12).
pub fn ticket_gaps(same_county: bool, trained: bool, willingness: Willingness) -> Vec<Missing> {
    let mut gaps = Vec::new();
    if !same_county {
        gaps.push(Missing::new("county", "该企业不属于本次服务日的地区", "N12"));
    }
    if !trained && willingness == Willingness::Unwilling {
        gaps.push(Missing::new("willingness", "该企业没有参训且答复不愿修复，请先更正修复意向", "N12"));
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_gathers_one_or_two_townships_with_internet() {
        let towns = |n: usize| vec!["示例镇".to_owned(); n];
        assert!(clinic_gaps(&towns(2), "镇政府", true).is_empty());
        assert_eq!(clinic_gaps(&towns(3), "", false).len(), 3);
    }

    #[test]
    fn numbers_of_devices_have_its_letter() {
        assert_eq!(
            (number_name(7), number_name(1001), number_name(2015)),
            ("7".into(), "A001".into(), "B015".into())
        );
        assert_eq!(number_name(27_001), "27001");
    }

    #[test]
    fn the_untrained_but_willing_may_come() {
        assert!(ticket_gaps(true, false, Willingness::Undecided).is_empty());
        assert!(ticket_gaps(true, true, Willingness::Unwilling).is_empty());
        assert_eq!(ticket_gaps(false, false, Willingness::Unwilling).len(), 2);
    }
}
