//! A training session (培训场次, N05–N07, N09, N14, N20) and its six modules and five methods.

use jiff::civil::Date;

use crate::missing::Missing;

state_machine! {
    /// Where a session stands.
    states SessionState of "培训场次" {
        Planned = "planned", "待发布";
        Published = "published", "已发布";
        Open = "open", "正在签到";
        Closed = "closed", "已结束";
        Cancelled = "cancelled", "已取消";
    }
    /// What agency and organiser do with a session.
    actions SessionAction {
        Publish = "publish", "发布": Planned => Published;
        OpenDoors = "open", "开始签到": Published => Open;
        Close = "close", "结束": Open => Closed;
        Cancel = "cancel", "取消": Planned | Published => Cancelled;
    }
}

coded! {
    /// How a session is held (N05).
    pub enum SessionMode {
        OnSite = "on_site", "线下";
        Online = "online", "线上";
        Both = "both", "线上线下结合";
    }
}

coded! {
    /// The six content modules of the notice (N09).
    pub enum Module {
        Regulation = "regulation", "宣贯《江苏省社会信用条例》";
        Incentives = "incentives", "失信联合奖惩机制与名单管理办法";
        Impact = "impact", "联合奖惩措施的影响与典型案例";
        Procedure = "procedure", "信用修复流程、要求与易错案例";
        Commitment = "commitment", "签订信用修复承诺书";
        Exam = "exam", "结业考试";
    }
}

coded! {
    /// The five methods of the notice (N06).
    pub enum Method {
        Lecture = "lecture", "宣讲辅导";
        Topic = "topic", "专题授课";
        Matching = "matching", "现场对接";
        Consulting = "consulting", "交流咨询";
        Evaluation = "evaluation", "测试评估";
    }
}

coded! {
    /// What two sessions at the same time cannot share (场次冲突).
    pub enum ConflictKind {
        Hall = "hall", "场地";
        Lecturer = "lecturer", "主讲人";
        Enterprise = "enterprise", "企业";
    }
}

coded! {
    /// Who came for the enterprise (N08).
    pub enum Capacity {
        LegalRepresentative = "legal_representative", "法定代表人";
        Principal = "principal", "主要负责人";
        Deputy = "deputy", "受委托人员";
    }
}

/// A session as far as the guards look at it.
#[derive(Debug, Clone)]
pub struct SessionPlan<'a> {
    /// Class hours (学时).
    pub hours: u32,
    /// Class hours required by the campaign, at least (N05).
    pub required_hours: u32,
    /// How it is held.
    pub mode: SessionMode,
    /// Hall, for sessions on site.
    pub place: &'a str,
    /// Link, for sessions online.
    pub link: &'a str,
    /// Lecturer of module 1 (N09).
    pub lecturer: &'a str,
    /// Modules taught.
    pub modules: &'a [Module],
    /// Who vouches that nothing is charged and nothing advertised (N20); empty where nobody has.
    pub content_confirmed_by: &'a str,
    /// Contact group (N17).
    pub contact_group: &'a str,
    /// Modules for which material is on file.
    pub materials: &'a [Module],
}

/// What keeps a session from being planned at all (N05).
pub fn planning_gaps(plan: &SessionPlan<'_>) -> Vec<Missing> {
    let mut gaps = Vec::new();
    if plan.hours < plan.required_hours {
        gaps.push(Missing::new(
            "class_hours",
            format!("每场不少于{}学时，现为{}学时，请调整课时安排", plan.required_hours, plan.hours),
            "N05",
        ));
    }
    if plan.mode != SessionMode::Online && plan.place.is_empty() {
        gaps.push(Missing::new("place", "线下培训需要填写地点", "N05"));
    }
    if plan.mode != SessionMode::OnSite && plan.link.is_empty() {
        gaps.push(Missing::new("link", "线上培训需要填写会议链接", "N05"));
    }
    if plan.lecturer.is_empty() {
        gaps.push(Missing::new("lecturer", "请填写主讲人", "N09"));
    }
    gaps
}

/// Minutes of a class hour (学时), as schools count it.
pub const CLASS_HOUR_MINUTES: u32 = 45;

/// What keeps class hours out of a session's times: there are more of them than fit between begin and end
/// (N05). Times that run backwards are the form's own fault and leave nothing open here.
pub fn hours_gaps(hours: u32, minutes: i64) -> Vec<Missing> {
    let fit = u32::try_from(minutes).unwrap_or(0) / CLASS_HOUR_MINUTES;
    if minutes <= 0 || hours <= fit {
        return Vec::new();
    }
    let message =
        format!("开始到结束共{minutes}分钟，按每学时{CLASS_HOUR_MINUTES}分钟最多{fit}学时，现为{hours}学时");
    vec![Missing::new("class_hours", message, "N05")]
}

/// What keeps a planned session from being published (N09, N14, N17, N20).
pub fn publishing_gaps(plan: &SessionPlan<'_>) -> Vec<Missing> {
    let mut gaps = planning_gaps(plan);
    for module in Module::ALL.iter().filter(|module| !plan.modules.contains(module)) {
        gaps.push(Missing::new("module", format!("课程缺少「{module}」"), "N09"));
    }
    for module in Module::ALL.iter().filter(|module| !plan.materials.contains(module)) {
        gaps.push(Missing::new("material", format!("「{module}」还没有课件或资料，请服务机构上传"), "N17"));
    }
    if plan.contact_group.is_empty() {
        gaps.push(Missing::new("contact_group", "请服务机构填写移动端联系群", "N17"));
    }
    if plan.content_confirmed_by.is_empty() {
        gaps.push(Missing::new(
            "confirmed_by",
            "请确认不收取任何费用、没有商业宣传和与培训无关的内容，并署名",
            "N20",
        ));
    }
    gaps
}

/// What the lecturer of module 1 leaves open: the deputy head of the local credit authority, or a reason why
/// not (N09).
pub fn lecturer_gaps(by_deputy_head: bool, reason: &str) -> Vec<Missing> {
    if by_deputy_head || !reason.is_empty() {
        return Vec::new();
    }
    let message = "《江苏省社会信用条例》应由属地信用办分管负责人宣讲；由他人宣讲的，请写明原因";
    vec![Missing::new("lecturer_reason", message, "N09")]
}

/// What keeps the doors shut: the day of the session has not come (N11).
pub fn opening_gaps(held_on: Date, today: Date) -> Vec<Missing> {
    if held_on <= today {
        return Vec::new();
    }
    vec![Missing::new("not_yet", format!("培训日期是{held_on}，当天才能开始签到"), "N11")]
}

/// What keeps an enterprise from being marked in or out at the door: the session's day is over (N05, N11). Before it the
/// doors do not open.
pub fn mark_gaps(held_on: Date, marked_on: Date) -> Vec<Missing> {
    if marked_on <= held_on {
        return Vec::new();
    }
    let message = format!(
        "本场次在{held_on}举行，{marked_on}不能再签到、签退；当天到场而没有登记的，由主办方按纸质签到表补录"
    );
    vec![Missing::new("not_the_day", message, "N11")]
}

/// What keeps a session off the calendar: its day is over (N05).
pub fn day_gaps(held_on: Date, today: Date) -> Vec<Missing> {
    if held_on >= today {
        return Vec::new();
    }
    vec![Missing::new("held_on", format!("培训日期{held_on}已经过去，请改为今天或以后的日期"), "N05")]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> SessionPlan<'static> {
        SessionPlan {
            hours: 3,
            required_hours: 3,
            mode: SessionMode::OnSite,
            place: "会议室",
            link: "",
            lecturer: "甲",
            modules: Module::ALL,
            content_confirmed_by: "乙",
            contact_group: "群",
            materials: Module::ALL,
        }
    }

    #[test]
    fn a_complete_session_may_be_published() {
        assert_eq!(publishing_gaps(&plan()), []);
    }

    #[test]
    fn fewer_than_three_hours_are_refused() {
        let gaps = planning_gaps(&SessionPlan { hours: 2, ..plan() });
        assert_eq!((gaps[0].code, gaps[0].basis), ("class_hours", "N05"));
    }

    #[test]
    fn class_hours_must_fit_between_begin_and_end() {
        assert_eq!(hours_gaps(3, 135), []);
        assert_eq!(hours_gaps(3, 134)[0].code, "class_hours");
        assert_eq!(hours_gaps(3, -30), []);
    }

    #[test]
    fn each_missing_module_and_confirmation_is_named() {
        let bare = SessionPlan {
            modules: &[],
            content_confirmed_by: "",
            materials: &[],
            contact_group: "",
            ..plan()
        };
        assert_eq!(publishing_gaps(&bare).len(), 6 + 6 + 2);
    }
}
