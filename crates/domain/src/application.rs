//! The application for repair (信用修复申请, N12, N24, N27) and each penalty record inside it.

use std::collections::BTreeSet;

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
    }
}

state_machine! {
    /// Where one penalty record of an accepted application stands.
    states ItemState of "修复事项" {
        Pending = "pending", "待处罚机关决定";
        Agreed = "agreed", "同意修复";
        Refused = "refused", "不同意修复";
        TakenDown = "taken_down", "已撤下公示";
    }
    /// What authority and center do.
    actions ItemAction {
        Agree = "agree", "同意修复": Pending => Agreed;
        Refuse = "refuse", "不同意修复": Pending => Refused;
        TakeDown = "take_down", "登记撤下公示": Agreed => TakenDown;
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

/// One penalty record of an application as the checks see it.
#[derive(Debug, Clone)]
pub struct ItemFacts<'a> {
    /// Decision number, to name the record in messages.
    pub decision_number: &'a str,
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

fn item_gaps(item: &ItemFacts<'_>, gaps: &mut Vec<Missing>) {
    let number = item.decision_number;
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
                format!("{number}：{}，不需要申请修复", item.verdict),
                "N24",
            ));
        }
    }
    for material in item.required {
        let present = match material {
            Material::Commitment => item.commitment_signed,
            other => item.on_file.contains(other),
        };
        if !present {
            gaps.push(Missing::new("material", format!("{number}：缺《{material}》"), "N24"));
        }
    }
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
            verdict: VerdictKind::RepairableNow,
            repairable_from: None,
            required: &required,
            on_file: &on_file,
            commitment_signed: false,
        };
        let gaps = application_gaps(&[item], "经办人");
        let messages: Vec<_> = gaps.iter().map(|gap| gap.message.as_str()).collect();
        assert_eq!(
            messages,
            ["示罚〔2022〕1号：缺《信用修复承诺书》", "示罚〔2022〕1号：缺《行政处罚信息信用修复表》"]
        );
    }

    #[test]
    fn a_record_that_is_not_due_names_its_day() {
        let on_file = BTreeSet::new();
        let item = ItemFacts {
            decision_number: "示罚〔2022〕2号",
            verdict: VerdictKind::RepairableLater,
            repairable_from: Some("2022-12-01".into()),
            required: &[],
            on_file: &on_file,
            commitment_signed: false,
        };
        assert!(application_gaps(&[item], "甲")[0].message.contains("2022-12-01起可以申请"));
    }
}
