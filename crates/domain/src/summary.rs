//! A county's or an authority's summary of the campaign (培训总结, N23).

state_machine! {
    /// Where a summary stands.
    states SummaryState of "培训总结" {
        Draft = "draft", "草稿";
        Submitted = "submitted", "已报送";
    }
    /// What its author does.
    actions SummaryAction {
        Submit = "submit", "报送": Draft => Submitted;
        Reopen = "reopen", "撤回修改": Submitted => Draft;
    }
}

coded! {
    /// What the county records of an agency's work (N14, N20).
    pub enum RemarkKind {
        Charging = "charging", "收取费用";
        Advertising = "advertising", "商业宣传";
        OffSubject = "off_subject", "安排无关内容";
        Evaluation = "evaluation", "考评意见";
    }
}

coded! {
    /// What came of looking into an enterprise's report on its agency (企业反映, N19, N20).
    pub enum ReportFinding {
        True = "true", "属实";
        Untrue = "untrue", "不属实";
        Unclear = "unclear", "无法核实";
    }
}
