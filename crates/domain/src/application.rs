//! The application for repair (信用修复申请, N12, N24, N27) and each penalty record inside it.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::missing::Missing;
use crate::penalty::{Material, VerdictKind};

state_machine! {
    /// Where an application stands.
    states ApplicationState of "信用修复申请" {
        Draft = "draft", "准备中";
        Submitted = "submitted", "待初审";
        Returned = "returned", "退回补正";
        Accepted = "accepted", "初审通过";
        Withdrawn = "withdrawn", "已撤回";
    }
    /// What agency and window do.
    actions ApplicationAction {
        Submit = "submit", "提交": Draft | Returned => Submitted;
        Return = "return", "退回补正": Submitted => Returned;
        Accept = "accept", "初审通过": Submitted => Accepted;
        Withdraw = "withdraw", "撤回": Draft | Submitted | Returned => Withdrawn;
        Recall = "recall", "撤销初审结论": Accepted => Submitted;
        SendBack = "send_back", "退回窗口重新初审": Accepted => Submitted;
    }
}

state_machine! {
    /// Where one penalty record of an accepted application stands.
    states ItemState of "修复事项" {
        Pending = "pending", "待处罚机关决定";
        Agreed = "agreed", "同意修复";
        Refused = "refused", "不同意修复";
        TakenDown = "taken_down", "已撤下公示";
        Closed = "closed", "已终止办理";
    }
    /// What authority and center do.
    actions ItemAction {
        Agree = "agree", "同意修复": Pending => Agreed;
        Refuse = "refuse", "不同意修复": Pending => Refused;
        TakeDown = "take_down", "登记撤下公示": Agreed => TakenDown;
        Undo = "undo", "撤销修复决定": Agreed | Refused => Pending;
        Restore = "restore", "撤销撤下登记": TakenDown => Agreed;
        Close = "close", "终止办理": Pending | Agreed => Closed;
    }
}

coded! {
    /// Coded reasons for which the window returns an application (N12).
    pub enum ReturnReason {
        MaterialMissing = "material_missing", "材料不齐";
        MaterialIllegible = "material_illegible", "材料模糊或页数不全";
        SealMissing = "seal_missing", "未加盖公章";
        ContentMismatch = "content_mismatch", "材料内容与处罚决定不一致";
        ContactMismatch = "contact_mismatch", "经办人联系方式与在线申请不一致";
        StaleEdition = "stale_edition", "使用了旧版文书";
        NotYetDue = "not_yet_due", "最短公示期未满";
        NotPerformed = "not_performed", "处罚义务未履行完毕";
        NotRepairable = "not_repairable", "属于不可修复的处罚信息";
        OtherReason = "other", "其他";
    }
}

impl ReturnReason {
    /// The number by which window and enterprise name the reason on paper; it is never given anew.
    pub const fn number(self) -> &'static str {
        match self {
            Self::MaterialMissing => "01",
            Self::MaterialIllegible => "02",
            Self::SealMissing => "03",
            Self::ContentMismatch => "04",
            Self::ContactMismatch => "05",
            Self::StaleEdition => "06",
            Self::NotYetDue => "07",
            Self::NotPerformed => "08",
            Self::NotRepairable => "09",
            Self::OtherReason => "99",
        }
    }
}

impl ReturnReason {
    /// Whether a return for this reason, with its note, is about a kind of paper: it has to be made anew, though it is on file.
    pub fn names(self, material: Material, note: &str) -> bool {
        let label = material.label();
        let is_noted = note.contains(label) || material.short_names().iter().any(|name| note.contains(name));
        is_noted
            || match self {
                Self::SealMissing | Self::StaleEdition => {
                    matches!(material, Material::Commitment | Material::RectificationForm)
                }
                Self::ContactMismatch => material == Material::RectificationForm,
                Self::NotPerformed => material == Material::PerformanceProof,
                _ => false,
            }
    }
}

coded! {
    /// The three grades between which the authority chooses on the form, twice: for the violation (违法情节) and
    /// for the dishonesty (失信行为), N27.
    pub enum Grade {
        General = "general", "一般";
        Serious = "serious", "严重";
        SpecifiedSerious = "specified_serious", "特定严重";
    }
}

/// One penalty record of an application as the checks see it.
#[derive(Debug, Clone)]
pub struct ItemFacts<'a> {
    /// Decision number, to name the record in messages.
    pub decision_number: &'a str,
    /// What the applicant states about it (annex 3).
    pub statement: &'a str,
    /// Verdict of the edition on the day of the check.
    pub verdict: VerdictKind,
    /// First admissible day in ISO form, where there is one.
    pub repairable_from: Option<String>,
    /// Documents that the edition asks for.
    pub required: &'a [Material],
    /// Documents on file for this record or for the whole application.
    pub on_file: &'a BTreeSet<Material>,
    /// Whether the signed commitment of this record is on file.
    pub commitment_signed: bool,
    /// Whether a commitment of this record was broken.
    pub commitment_broken: bool,
}

/// What an application still lacks. The agency's own check and the window's first review run this same code
/// (N12, N24): nobody learns at the counter what could have been known at the desk.
pub fn application_gaps(items: &[ItemFacts<'_>], contact: &str) -> Vec<Missing> {
    let mut gaps = Vec::new();
    if items.is_empty() {
        gaps.push(Missing::new("no_record", "申请里还没有处罚记录，请先加入", "N24"));
    }
    if contact.is_empty() {
        gaps.push(Missing::new("contact", "请填写经办人及联系方式，须与在线申请一致", "N27"));
    }
    for item in items {
        item_gaps(item, &mut gaps);
    }
    gaps
}

/// That a promise about a record was broken: it is shown for its longest period and not repaired again (N26).
pub fn broken_gap(number: &str) -> Missing {
    let message = format!("{number}：已登记违背承诺，按最长公示期公示，不再受理修复");
    Missing::new("commitment_broken", message, "N26")
}

fn item_gaps(item: &ItemFacts<'_>, gaps: &mut Vec<Missing>) {
    let number = item.decision_number;
    if item.commitment_broken {
        gaps.push(broken_gap(number));
    }
    match item.verdict {
        VerdictKind::RepairableNow => {}
        VerdictKind::RepairableLater => {
            let from = item.repairable_from.as_deref().unwrap_or("（日期不明）");
            gaps.push(Missing::new(
                "not_yet_due",
                format!("{number}：最短公示期未满，{from}起可以申请"),
                "N27",
            ));
        }
        VerdictKind::NotRepairable => {
            gaps.push(Missing::new(
                "not_repairable",
                format!("{number}：属于不可修复的处罚信息，请移出申请"),
                "N28",
            ));
        }
        VerdictKind::NeedsReview => {
            gaps.push(Missing::new("needs_review", format!("{number}：类别尚待处罚机关认定"), "N28"));
        }
        VerdictKind::NotPublicised | VerdictKind::Ended => {
            gaps.push(Missing::new(
                "nothing_to_repair",
                format!(
                    "{number}：{}，不需要再申请修复。请把这条记录移出申请；申请里没有其他记录的，请撤回申请",
                    item.verdict
                ),
                "N24",
            ));
        }
    }
    if item.statement.is_empty() {
        let message = format!("{number}：请填写履行处罚义务、纠正失信行为、消除不良影响的说明");
        gaps.push(Missing::new("statement", message, "N27"));
    }
    for material in item.required {
        let present = match material {
            Material::Commitment => item.commitment_signed || item.commitment_broken,
            other => item.on_file.contains(other),
        };
        if !present {
            gaps.push(Missing::new("material", format!("{number}：缺《{material}》"), "N24"));
        }
    }
}

/// What the authority says of one record (N16, N27).
#[derive(Debug, Clone, Copy)]
pub struct Decision<'a> {
    /// 违法情节.
    pub severity: Grade,
    /// 失信行为.
    pub conduct: Grade,
    /// Whether the duty of the penalty has been performed.
    pub duty_performed: bool,
    /// 同意 or 不同意.
    pub agree: bool,
    /// Opinion; a refusal must carry one.
    pub opinion: &'a str,
}

/// What keeps a decision from being recorded (N27, N28).
pub fn decision_gaps(decision: &Decision<'_>) -> Vec<Missing> {
    let mut gaps = Vec::new();
    if !decision.agree {
        if decision.opinion.is_empty() {
            gaps.push(Missing::new("opinion", "不同意修复须写明理由", "N27"));
        }
        return gaps;
    }
    if !decision.duty_performed {
        gaps.push(Missing::new("duty_performed", "处罚义务尚未履行完毕，不能同意修复", "N27"));
    }
    if decision.severity == Grade::SpecifiedSerious || decision.conduct == Grade::SpecifiedSerious {
        gaps.push(Missing::new("specified_serious", "特定严重失信行为不可修复，不能同意修复", "N28"));
    }
    gaps
}

/// What keeps a removal from being recorded: it follows the decision and the end of the minimum publicity
/// period, and is never recorded ahead of its day (N27).
pub fn removal_gaps(
    removed_on: Date,
    decided_on: Option<Date>,
    min_until: Option<Date>,
    today: Date,
) -> Vec<Missing> {
    let mut gaps = Vec::new();
    match decided_on {
        None => gaps.push(Missing::new("not_decided", "处罚机关还没有作出修复决定，不能登记撤下", "N27")),
        Some(day) if removed_on < day => {
            gaps.push(Missing::new("before_decision", format!("撤下日期不能早于修复决定日期{day}"), "N27"));
        }
        Some(_) => {}
    }
    if let Some(day) = min_until.filter(|day| removed_on < *day) {
        gaps.push(Missing::new("not_yet_due", format!("最短公示期{day}期满，期满前不能撤下公示"), "N27"));
    }
    if removed_on > today {
        gaps.push(Missing::new("future", format!("撤下日期不能晚于今天{today}"), "N27"));
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_names_each_missing_document_of_each_record() {
        let on_file = BTreeSet::from([Material::Licence]);
        let required = [Material::Commitment, Material::Licence, Material::RectificationForm];
        let item = ItemFacts {
            decision_number: "示罚〔2022〕1号",
            statement: "",
            verdict: VerdictKind::RepairableNow,
            repairable_from: None,
            required: &required,
            on_file: &on_file,
            commitment_signed: false,
            commitment_broken: false,
        };
        let gaps = application_gaps(&[item], "经办人");
        let messages: Vec<_> = gaps.iter().map(|gap| gap.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "示罚〔2022〕1号：请填写履行处罚义务、纠正失信行为、消除不良影响的说明",
                "示罚〔2022〕1号：缺《信用修复承诺书》",
                "示罚〔2022〕1号：缺《行政处罚信息信用修复表》"
            ]
        );
    }

    #[test]
    fn a_record_that_is_not_due_names_its_day() {
        let on_file = BTreeSet::new();
        let item = ItemFacts {
            decision_number: "示罚〔2022〕2号",
            statement: "已缴清罚款",
            verdict: VerdictKind::RepairableLater,
            repairable_from: Some("2022-12-01".into()),
            required: &[],
            on_file: &on_file,
            commitment_signed: false,
            commitment_broken: false,
        };
        assert!(application_gaps(&[item], "甲")[0].message.contains("2022-12-01起可以申请"));
    }

    #[test]
    fn a_refusal_needs_its_reason_and_an_agreement_its_grounds() {
        let agreed = Decision {
            severity: Grade::General,
            conduct: Grade::General,
            duty_performed: true,
            agree: true,
            opinion: "",
        };
        let codes = |decision: &Decision<'_>| -> Vec<&'static str> {
            decision_gaps(decision).iter().map(|gap| gap.code).collect()
        };
        assert!(codes(&agreed).is_empty());
        assert_eq!(codes(&Decision { duty_performed: false, ..agreed }), ["duty_performed"]);
        assert_eq!(codes(&Decision { conduct: Grade::SpecifiedSerious, ..agreed }), ["specified_serious"]);
        assert_eq!(codes(&Decision { agree: false, ..agreed }), ["opinion"]);
        assert!(codes(&Decision { agree: false, opinion: "整改不到位", ..agreed }).is_empty());
    }

    #[test]
    fn a_removal_waits_for_decision_and_period() {
        let day = |d| jiff::civil::date(2022, 9, d);
        let codes = |removed, decided, min| -> Vec<&'static str> {
            removal_gaps(removed, decided, min, day(20)).iter().map(|gap| gap.code).collect()
        };
        assert_eq!(codes(day(10), None, None), ["not_decided"]);
        assert_eq!(codes(day(10), Some(day(11)), Some(day(12))), ["before_decision", "not_yet_due"]);
        assert_eq!(codes(day(21), Some(day(11)), None), ["future"]);
        assert!(codes(day(12), Some(day(11)), Some(day(12))).is_empty());
    }
}
