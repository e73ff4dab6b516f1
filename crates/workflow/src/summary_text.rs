//! The first words of a summary, made from its numbers (N23). The writer changes them; the numbers stay in
//! the table.

use xinxiu_domain::campaign::Targets;
use xinxiu_domain::progress::rate_in_words;
use xinxiu_store::progress::ProgressRow;
use xinxiu_store::summary::Activity;

/// Sentences on results, one a line.
pub fn results(total: &ProgressRow, targets: &Targets) -> String {
    let mut lines = vec![format!(
        "名单内企业{}家，已邀请{}家，其中{}家作出答复；参加培训{}家，结业考试合格{}家，签署信用修复承诺书{}家。",
        total.members, total.invited, total.answered, total.trained, total.examined, total.committed
    )];
    if total.applied > 0 {
        lines.push(format!(
            "提交信用修复申请{}家，通过初审{}家，已有修复决定{}家，同意修复{}家，行政处罚信息撤下公示{}家。",
            total.applied, total.accepted, total.decided, total.agreed, total.taken_down
        ));
    }
    if total.repair_base > 0 {
        let reached = u64::from(total.repaired) * 100
            >= u64::from(total.repair_base) * u64::from(targets.repair_rate_percent);
        lines.push(format!(
            "{}，{}{}%的目标。",
            rate_in_words(total.repaired, total.repair_base),
            if reached { "达到" } else { "未达到" },
            targets.repair_rate_percent
        ));
    }
    lines.join("\n")
}

/// Sentences on features, one a line; only of what was done.
pub fn features(activity: &Activity) -> String {
    let mut lines = Vec::new();
    if activity.sessions > 0 {
        let online = match activity.online {
            0 => String::new(),
            online => format!("，其中线上或线上线下结合{online}场"),
        };
        lines.push(format!("举办公益培训{}场{online}，全程不收取任何费用。", activity.sessions));
    }
    if activity.clinics > 0 {
        lines.push(format!(
            "按乡镇（街道）组织“手把手”服务{}次，现场提交、即时初审，服务企业{}家。",
            activity.clinics, activity.served
        ));
    }
    if activity.guided > 0 {
        lines.push(format!("对{}家企业开展免费“一对一”指导。", activity.guided));
    }
    if activity.rectified > 0 {
        lines.push(format!("认定部门督促整改，经检查整改到位{}家次。", activity.rectified));
    }
    if activity.interviewed > 0 {
        lines.push(format!("对逾期未整改或整改不到位的企业警示约谈{}家次。", activity.interviewed));
    }
    lines.join("\n")
}

/// Sentences on problems, one a line; only of what is left.
pub fn problems(total: &ProgressRow, activity: &Activity) -> String {
    let left = [
        (total.members.saturating_sub(total.invited), "家名单内企业尚未邀请"),
        (total.invited.saturating_sub(total.answered), "家企业受邀后没有答复，部分企业可能联系不上"),
        (activity.stayed_away, "家企业答复参加却没有到场参训"),
        (total.trained.saturating_sub(total.examined), "家参训企业结业考试尚未合格"),
        (total.repair_base.saturating_sub(total.repaired), "家参训企业的可修复处罚信息还没有全部修复"),
    ];
    let lines: Vec<String> = left
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("还有{count}{what}。"))
        .collect();
    lines.join("\n")
}

/// The non-empty lines of a text box.
pub fn lines(text: &str) -> Vec<String> {
    text.lines().map(xinxiu_domain::text::tidy).filter(|line| !line.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_done_makes_no_sentence() {
        assert_eq!(features(&Activity::default()), "");
        assert_eq!(problems(&ProgressRow::default(), &Activity::default()), "");
    }

    #[test]
    fn the_target_is_compared_by_the_numbers_themselves() {
        let targets = Targets { enterprises: 1500, repair_rate_percent: 80, class_hours: 3 };
        let total = ProgressRow { repair_base: 5, repaired: 4, ..ProgressRow::default() };
        assert!(results(&total, &targets).contains("修复率80.0%，达到80%的目标"));
        let total = ProgressRow { repair_base: 1000, repaired: 799, ..ProgressRow::default() };
        assert!(results(&total, &targets).contains("未达到80%的目标"));
    }
}
