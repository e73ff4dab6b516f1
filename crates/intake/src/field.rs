//! What a column can mean.

use xinxiu_domain::coded;

coded! {
    /// A field of a list row: the 双公示 data standard, and what city lists add to it.
    pub enum Field {
        Name = "name", "行政相对人名称";
        Subject = "subject", "行政相对人类别";
        Uscc = "uscc", "统一社会信用代码";
        RegNo = "reg_no", "工商注册号";
        OrgCode = "org_code", "组织机构代码";
        TaxNo = "tax_no", "税务登记号";
        InstitutionNo = "institution_no", "事业单位证书号";
        SocietyNo = "society_no", "社会组织登记证号";
        PersonNo = "person_no", "证件号码";
        PersonDoc = "person_doc", "证件类型";
        LegalRep = "legal_rep", "法定代表人";
        LegalRepDoc = "legal_rep_doc", "法定代表人证件类型";
        LegalRepId = "legal_rep_id", "法定代表人证件号码";
        DecisionNumber = "decision_number", "行政处罚决定书文号";
        CaseName = "case_name", "处罚名称";
        Violation = "violation", "违法行为类型";
        Facts = "facts", "违法事实";
        Basis = "basis", "处罚依据";
        Kinds = "kinds", "处罚类别";
        Kinds2 = "kinds2", "处罚类别2";
        Content = "content", "处罚内容";
        Fine = "fine", "罚款金额";
        Confiscated = "confiscated", "没收违法所得、没收非法财物的金额";
        LicenceTaken = "licence_taken", "暂扣或吊销证照名称及编号";
        DecisionDate = "decision_date", "处罚决定日期";
        ValidUntil = "valid_until", "处罚有效期";
        PublicityEnd = "publicity_end", "公示截止期";
        Authority = "authority", "处罚机关";
        AuthorityCode = "authority_code", "处罚机关统一社会信用代码";
        SourceUnit = "source_unit", "数据来源单位";
        SourceUnitCode = "source_unit_code", "数据来源单位统一社会信用代码";
        Remark = "remark", "备注";
        Status = "status", "当前状态";
        AreaCode = "area_code", "地方编码";
        Severity = "severity", "失信严重程度";
        Procedure = "procedure", "处罚程序";
        Scope = "scope", "信息使用范围";
        PowerCode = "power_code", "权力编码";
        Timestamp = "timestamp", "数据更新时间戳";
        Producer = "producer", "数据生产部门编码";
        Region = "region", "所属县区";
        Township = "township", "乡镇街道";
        Industry = "industry", "所属行业";
        Address = "address", "地址";
        Contact = "contact", "联系人";
        Phone = "phone", "联系电话";
        Reason = "reason", "列入原因";
        ListingBody = "listing_body", "列入机关";
        ListingDate = "listing_date", "列入日期";
        Sequence = "sequence", "序号";
    }
}

impl Field {
    /// Number of fields; the length of a table with one entry for each.
    pub const COUNT: usize = Self::ALL.len();
}
