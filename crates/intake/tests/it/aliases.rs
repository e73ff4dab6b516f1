//! The headers of the rules page, written out by field: one that the alias table lacks fails here.

use xinxiu_intake::{Field, field_of};

fn all_mean(named: &[(Field, &[&str])]) {
    let wrong: Vec<String> = named
        .iter()
        .flat_map(|(field, headers)| headers.iter().map(move |header| (*field, *header)))
        .filter(|(field, header)| field_of(header) != Some(*field))
        .map(|(field, header)| format!("{header} should be {field}, is {:?}", field_of(header)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_alias_met_in_the_wild() {
    all_mean(&[
        (
            Field::DecisionNumber,
            &[
                "行政处罚决定书文号",
                "行政处罚决定文书号",
                "行政处罚决定书编号",
                "决定书文号",
                "处罚文号",
                "处罚决定书编号",
                "文书号",
                "penDecNo",
            ],
        ),
        (
            Field::Name,
            &[
                "行政相对人名称",
                "处罚企业名称",
                "被处罚对象名称",
                "被处罚当事人",
                "当事人名称",
                "企业名称",
                "名称",
            ],
        ),
        (
            Field::Uscc,
            &[
                "行政相对人代码_1（统一社会信用代码）",
                "行政相对人代码_1 (统一社会信用代码)",
                "行政相对人代码-1（统一社会信用代码）",
                "行政相对人代码-统一社会信用代码",
                "统一社会信用代码",
                "统一社会信用代码/注册号",
            ],
        ),
        (Field::Facts, &["违法事实", "处罚事由", "案由", "主要违法事实", "主要违法违规事实（案由）"]),
        (Field::Content, &["处罚内容", "处罚结果", "行政处罚决定", "处罚结果/内容"]),
        (Field::Fine, &["罚款金额（万元）", "处罚金额（万元）", "罚款金额(万元)", "罚款金额 (万元)"]),
        (
            Field::Confiscated,
            &[
                "没收违法所得、没收非法财物的金额（万元）",
                "没收违法所得、没收非法财务的金额（万元）",
                "没收违法所得",
            ],
        ),
        (
            Field::Authority,
            &["处罚机关", "处罚决定机关", "作出行政处罚决定机关名称", "作出处罚决定的机关名称", "CF_XZJG"],
        ),
        (Field::DecisionDate, &["处罚决定日期", "作出处罚决定的日期", "作出行政处罚决定日期"]),
        (
            Field::LegalRep,
            &["法定代表人", "法定代表人姓名", "法定代表人（负责人）姓名", "CF_FR", "CF_FDDB", "CF_FRDB"],
        ),
        (Field::PublicityEnd, &["公示截止期", "公示截止日期", "处罚截止日期"]),
        (Field::SourceUnit, &["数据来源单位", "数据来源", "信息提供单位"]),
        (Field::Timestamp, &["数据导出时间", "数据更新时间戳"]),
        (Field::AreaCode, &["地方编码"]),
        (Field::Scope, &["信息使用范围"]),
        (Field::Producer, &["数据生产部门编码"]),
    ]);
}

#[test]
fn every_code_and_label_of_the_first_generation() {
    all_mean(&[
        (Field::DecisionNumber, &["CF_WSH", "行政处罚决定书文号"]),
        (Field::CaseName, &["CF_CFMC", "处罚名称", "CF_AJMC", "案件名称", "项目名称"]),
        (Field::Kinds, &["CF_CFLB1", "处罚类别1"]),
        (Field::Kinds2, &["CF_CFLB2", "处罚类别2"]),
        (Field::Facts, &["CF_SY", "处罚事由"]),
        (Field::Basis, &["CF_YJ", "处罚依据"]),
        (Field::Name, &["CF_XDR_MC", "CF_XDR", "行政相对人名称"]),
        (Field::Uscc, &["CF_XDR_SHXYM", "行政相对人代码_1(统一社会信用代码)"]),
        (Field::OrgCode, &["CF_XDR_ZDM", "行政相对人代码_2(组织机构代码)"]),
        (Field::RegNo, &["CF_XDR_GSDJ", "行政相对人代码_3(工商登记码)"]),
        (Field::TaxNo, &["CF_XDR_SWDJ", "行政相对人代码_4(税务登记号)"]),
        (Field::PersonNo, &["CF_XDR_SFZ", "行政相对人代码_5(居民身份证号)"]),
        (Field::LegalRep, &["CF_FR", "法定代表人姓名"]),
        (Field::Content, &["CF_JG", "处罚结果"]),
        (Field::DecisionDate, &["CF_JDRQ", "处罚决定日期"]),
        (Field::Authority, &["CF_XZJG", "处罚机关"]),
        (Field::Status, &["CF_ZT", "当前状态"]),
        (Field::AreaCode, &["DFBM", "地方编码"]),
        (Field::Timestamp, &["SJC", "数据更新时间戳"]),
        (Field::Remark, &["BZ", "备注"]),
        (Field::PowerCode, &["CF_BM", "权力编码"]),
        (Field::Scope, &["CF_SYFW", "信息使用范围"]),
        (Field::Severity, &["CF_SXYZCD", "失信严重程度"]),
        (Field::PublicityEnd, &["CF_GSJZQ", "CF_JZQ", "CF_JZRQ", "公示截止期"]),
    ]);
}

#[test]
fn every_code_and_label_of_the_later_generations() {
    all_mean(&[
        (Field::Name, &["CF_XDR_MC", "行政相对人名称"]),
        (Field::Subject, &["CF_XDR_LB", "行政相对人类别"]),
        (Field::Uscc, &["CF_XDR_SHXYM", "行政相对人代码_1", "行政相对人代码_1(统一社会信用代码)"]),
        (Field::RegNo, &["CF_XDR_GSZC", "行政相对人代码_2(工商注册号)"]),
        (Field::OrgCode, &["CF_XDR_ZZJG", "行政相对人代码_3(组织机构代码)"]),
        (Field::TaxNo, &["CF_XDR_SWDJ", "行政相对人代码_4(税务登记号)"]),
        (Field::InstitutionNo, &["CF_XDR_SYDW", "行政相对人代码_5(事业单位证书号)"]),
        (Field::SocietyNo, &["CF_XDR_SHZZ", "行政相对人代码_6(社会组织登记证号)"]),
        (Field::LegalRep, &["CF_FRDB", "法定代表人"]),
        (Field::LegalRepDoc, &["CF_FR_ZJLX", "法定代表人证件类型"]),
        (Field::LegalRepId, &["CF_FR_ZJHM", "法定代表人证件号码", "CF_FR_SFZH", "法定代表人身份证号"]),
        (Field::PersonDoc, &["CF_XDR_ZJLX", "证件类型"]),
        (Field::PersonNo, &["CF_XDR_ZJHM", "证件号码"]),
        (Field::DecisionNumber, &["CF_WSH", "行政处罚决定书文号"]),
        (Field::Violation, &["CF_WFXW", "违法行为类型"]),
        (Field::Facts, &["CF_SY", "违法事实"]),
        (Field::Basis, &["CF_YJ", "处罚依据"]),
        (Field::Kinds, &["CF_CFLB", "处罚类别"]),
        (Field::Content, &["CF_NR", "处罚内容"]),
        (Field::Fine, &["CF_NR_FK", "罚款金额 (万元)"]),
        (Field::Confiscated, &["CF_NR_WFFF", "没收违法所得、没收非法财物的金额 (万元)"]),
        (Field::LicenceTaken, &["CF_NR_ZKDX", "暂扣或吊销证照名称及编号"]),
        (Field::DecisionDate, &["CF_JDRQ", "处罚决定日期"]),
        (Field::ValidUntil, &["CF_YXQ", "处罚有效期"]),
        (Field::PublicityEnd, &["CF_GSJZQ", "公示截止期"]),
        (Field::Authority, &["CF_CFJG", "处罚机关"]),
        (Field::AuthorityCode, &["CF_CFJGDM", "处罚机关统一社会信用代码"]),
        (Field::SourceUnit, &["CF_SJLY", "数据来源单位"]),
        (Field::SourceUnitCode, &["CF_SJLYDM", "数据来源单位统一社会信用代码"]),
        (Field::Remark, &["BZ", "备注"]),
    ]);
}

#[test]
fn the_archive_template_names_its_columns_too() {
    all_mean(&[
        (Field::Sequence, &["编号"]),
        (Field::Region, &["注册地"]),
        (Field::LegalRep, &["法定代表人或主要负责人"]),
        (Field::Contact, &["联系人"]),
        (Field::Phone, &["联系电话"]),
        (Field::Facts, &["失信行为简况", "主要违法事实"]),
        (Field::Basis, &["处罚法律依据及文号"]),
        (Field::DecisionNumber, &["处罚决定书编号"]),
        (Field::ValidUntil, &["有效处罚截止日期"]),
        (Field::ListingDate, &["入库时间"]),
    ]);
}

/// NFKC, no white space, one style of brackets, dashes and lines, no mark of a column that must be filled.
#[test]
fn how_a_header_is_written_makes_no_difference() {
    for written in [
        "行政相对人代码_1(统一社会信用代码)",
        "行政相对人代码＿１（统一社会信用代码）",
        "行政相对人代码-1[统一社会信用代码]",
        "行政相对人代码_1\n(统一社会信用代码)",
        "  行政相对人代码_1　（统一社会信用代码）  ",
        "*行政相对人代码_1(统一社会信用代码)",
        "行政相对人代码_1(统一社会信用代码)(必填)",
        "行政相对人代码_1（统一社会信用代码）（必填）",
        "\u{feff}行政相对人代码_1(统一社会信用代码)",
    ] {
        assert_eq!(field_of(written), Some(Field::Uscc), "{written:?}");
    }
    for written in ["cf_xdr_mc", "CF-XDR-MC", "ＣＦ＿ＸＤＲ＿ＭＣ", " CF_XDR_MC "] {
        assert_eq!(field_of(written), Some(Field::Name), "{written:?}");
    }
}
