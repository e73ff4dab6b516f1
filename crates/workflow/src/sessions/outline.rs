//! The built-in outline of each module, in the order of the notice (N09).

use xinxiu_domain::session::Module;

/// A plain outline that a lecturer can teach from.
pub fn outline(module: Module) -> String {
    let points: &[&str] = match module {
        Module::Regulation => &[
            "《江苏省社会信用条例》的立法目的和适用范围",
            "社会信用信息的归集、公示和查询",
            "信用主体的权益：知情、异议、信用修复",
            "由属地信用办分管负责人宣讲",
        ],
        Module::Incentives => &[
            "守信联合激励和失信联合惩戒机制",
            "守信激励和失信惩戒对象名单的认定、公示和退出",
            "一般失信、严重失信名单的区别",
        ],
        Module::Impact => &[
            "联合奖惩措施对招投标、融资、资质、评优的影响",
            "我省、我市典型案例剖析",
            "企业日常信用管理要点",
        ],
        Module::Procedure => &[
            "纠正失信行为、履行处罚决定",
            "各类处罚的最短公示期和申请条件",
            "申请材料和网上办理步骤",
            "易错案例：材料缺页、未盖章、文号不一致、公示期未满",
        ],
        Module::Commitment => &["信用修复承诺书逐条讲解", "每条处罚信息签一份，盖章后上传", "违背承诺的后果"],
        Module::Exam => &["结业考试共10题，在手机上作答，当场出分", "不合格的可以补考"],
    };
    let mut text = format!("{module}\n\n");
    for (index, point) in points.iter().enumerate() {
        text.push_str(&format!("{}. {point}\n", index + 1));
    }
    text.push_str("\n本培训为公益培训，不收取任何费用，不作任何商业宣传。\n");
    text
}
