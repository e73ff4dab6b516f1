//! Every sample is set, read back with `pdftotext`, and held against the words of the notice.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "the lint sees test functions only, not their helpers"
)]

use std::fs;
use std::process::Command;

use serde::Serialize;
use serde::de::DeserializeOwned;
use xinxiu_documents::{
    CampaignSummary, Commitment, CreditQueryReport, Document, EnterpriseArchive, MatchingSheet,
    OfficialPaper, PenaltyPassport, Receipt, RectificationForm, SignInSheet, TrainingCertificate,
    TrainingCertificates, TrainingNotice, edition_name, render_pdf, unprintable,
};

/// The text in reading order without white space, so that line breaks do not count.
fn text_of(document: &impl Document) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("paper.pdf");
    fs::write(&path, render_pdf(document).unwrap()).unwrap();
    let output = Command::new("pdftotext")
        .args(["-raw", "-enc", "UTF-8"])
        .arg(&path)
        .arg("-")
        .output()
        .expect("pdftotext (poppler-utils) is needed");
    assert!(output.status.success(), "pdftotext failed");
    String::from_utf8(output.stdout).unwrap().split_whitespace().collect()
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect()
}

#[track_caller]
fn assert_has(document: &impl Document, expected: &[&str]) {
    let text = text_of(document);
    for words in expected {
        assert!(text.contains(&squeezed(words)), "「{words}」 is missing in: {text}");
    }
}

/// Somebody who copies the code of an enterprise from a paper gets the code and nothing else.
#[test]
fn a_credit_code_is_copied_as_it_is() {
    fn lines(document: &impl Document) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("paper.pdf");
        fs::write(&path, render_pdf(document).unwrap()).unwrap();
        let output = Command::new("pdftotext").args(["-enc", "UTF-8"]).arg(&path).arg("-").output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }
    let archive = EnterpriseArchive::sample();
    assert!(lines(&archive).contains("**************0000"), "{}", lines(&archive));
    for text in [lines(&archive), lines(&CreditQueryReport::sample()), lines(&RectificationForm::sample())] {
        assert!(text.contains("91320685MA1T00048C") && !text.contains('\u{200b}'), "{text}");
    }
}

#[test]
fn an_archive_says_whether_everything_is_repaired() {
    assert_has(&EnterpriseArchive::sample(), &["待修复企业档案"]);
    assert_has(&EnterpriseArchive { repaired: true, ..EnterpriseArchive::sample() }, &["已修复企业档案"]);
}

#[test]
fn the_commitment_has_the_words_of_annex_2() {
    assert_has(
        &Commitment::sample(),
        &[
            "“信用中国”网站：我单位示例甲机械制造（虚构）有限公司，统一社会信用代码：91320685MA1T00048C，法定代表人姓名：虚构甲",
            "身份证件类型及号码后四位：（证件类型：居民身份证）/（号码后四位0000），于2022年1月18日，被示例省示例市示例县（县区）",
            "（行政决定机关单位名称）处以行政处罚，行政处罚决定书文号：示环罚字〔2022〕1号，现我单位申请对该条行政处罚信息进行信用修复，我单位郑重承诺如下：",
            "一、已按照行政处罚决定机关规定和行政处罚决定书要求，及时修正违法行为、履行处罚决定书项下相关义务；",
            "二、所提供资料均合法、真实、准确和有效；",
            "三、在信用修复完成后，继续严格遵守国家法律、法规、规章和政策规定，依法守信从事生产经营活动；自觉接受政府、行业组织、社会公众、新闻舆论的监督，积极履行社会责任；",
            "四、若违背上述承诺内容，自愿接受相关行政处罚信息按最长公示期向社会公示，自愿接受有关违背承诺情况通报和公示，并承担相应的法律责任。",
            "五、同意将承诺和践诺信息作为我单位信用记录由“信用中国”网站归集并合规应用。",
            "2022年6月20日",
            "编号CN-2022-0001",
            "文本版本：附件2（2022）",
        ],
    );
}

#[test]
fn a_listing_has_a_commitment_of_its_own_edition() {
    let commitment = Commitment::sample_listing();
    assert_has(
        &commitment,
        &[
            "列入信用领域突出问题专项治理名单（名单名称）",
            "相关失信信息按最长公示期",
            "文本版本：附件2改写（名单承诺，第1版）",
        ],
    );
    assert!(!text_of(&commitment).contains("处罚"));
}

#[test]
fn a_blank_commitment_keeps_its_sentence() {
    assert_has(
        &Commitment::sample_blank(),
        &["我单位，统一社会信用代码：，法定代表人姓名：", "于年月日，被省市（县区）"],
    );
}

#[test]
fn the_form_keeps_the_two_choices_apart() {
    let mut form = RectificationForm::sample();
    form.violation = Some(xinxiu_documents::FormSeverity::Serious);
    assert_has(
        &form,
        &[
            "违法情节□一般■严重□特定严重，属于■一般失信行为□严重失信行为□特定严重失信行为",
            "该申请单位已经履行处罚规定义务、纠正失信行为、消除不良影响，并向我单位申请修复",
            "■同意该处罚信息在“信用中国”网站最短公示期期满后撤下公示□不同意信用修复。",
            "经办人联系方式（需与在线申请经办人一致）",
            "需主动参加信用修复专题培训、提交信用报告。",
            "以及法律、法规、规章另有规定不可修复的行政处罚信息。",
        ],
    );
    assert_has(&RectificationForm::sample_open(), &["我单位□同意该处罚信息", "违法情节□一般□严重□特定严重"]);
}

#[test]
fn the_archive_has_every_field_of_annex_4() {
    let labels = [
        "编号：",
        "企业名称",
        "统一社会信用代码",
        "注册地",
        "存续状态",
        "法定代表人或主要负责人",
        "身份证号",
        "对失信行为负有直接责任的部门负责人",
        "联系人",
        "联系电话",
        "失信行为简况",
        "信息报送机关/认定机关",
        "执法部门",
        "处罚结果",
        "主要违法事实",
        "处罚法律依据及文号",
        "处罚决定书编号",
        "有效处罚截止日期",
        "入库时间",
        "公示期",
        "信用修复意向",
        "信用修复情况",
    ];
    let archive = EnterpriseArchive::sample();
    assert_has(&archive, &labels);
    // The rare character comes from the fallback face and can be searched for.
    assert_has(&archive, &["虚构㛃", "失信记录1/2", "失信记录2/2", "材料目录", "办理经过"]);
}

#[test]
fn the_report_says_class_dates_source_and_certainty() {
    assert_has(
        &CreditQueryReport::sample(),
        &[
            "一般失信",
            "cn-527",
            "2022年4月18日",
            "2023年1月18日",
            "现在可修复",
            "见于公开来源",
            "待认定：",
            "在列",
        ],
    );
    assert_has(&CreditQueryReport::sample_empty(), &["未查到该企业的行政处罚信息", "未查到该企业的名单信息"]);
}

#[test]
fn letters_print_all_their_blocks() {
    let notice = TrainingNotice::sample();
    assert_has(
        &notice,
        &["示信用函〔2022〕3号", "13:30—17:00", "不收取企业培训费", "抄送：示例市信用办（虚构）"],
    );
    assert_eq!(notice.modules.len(), 6);
    assert!(notice.paper().blocks.len() > 15);
    assert_has(
        &CampaignSummary::sample(),
        &["合计420423423409270223", "82.6%", "达到80%的目标", "三、存在问题"],
    );
}

#[test]
fn a_notice_names_the_group_where_there_is_no_phone_and_ends_its_list() {
    let text = |phone: &str, group: &str| {
        let mut notice = TrainingNotice::sample();
        phone.clone_into(&mut notice.phone);
        group.clone_into(&mut notice.contact_group);
        format!("{:?}", notice.paper().blocks)
    };
    let group = text("", "示例群");
    assert!(group.contains("；联系方式：请加入联系群「示例群」。") && !group.contains("联系电话"), "{group}");
    assert!(text("（略）", "").contains("；联系电话：（略）。"));
    assert!(group.contains("企业参加信用修复培训结业考试。") && !group.contains("结业考试；"), "{group}");
}

#[test]
fn an_edition_is_read_in_chinese() {
    let codes = [
        Commitment::sample().head().edition,
        Commitment::sample_listing().head().edition,
        Receipt::sample().head().edition,
        RectificationForm::sample().head().edition,
        EnterpriseArchive::sample().head().edition,
        TrainingCertificate::sample().head().edition,
        SignInSheet::sample().head().edition,
        MatchingSheet::sample().head().edition,
        CreditQueryReport::sample().head().edition,
        PenaltyPassport::sample().head().edition,
    ];
    for code in codes {
        assert!(!edition_name(code).is_ascii(), "{code}");
    }
}

#[test]
fn each_authority_has_a_page_of_its_own() {
    let sheet = MatchingSheet::sample();
    assert_has(
        &sheet,
        &["现场对接安排表", "示例市生态环境局（虚构）", "示例市应急管理局（虚构）", "15:10—15:20", "2号桌"],
    );
}

#[test]
fn receipts_say_what_to_do() {
    assert_has(&Receipt::sample(), &["■初审通过□退回补正", "符合要求，初审通过"]);
    assert_has(
        &Receipt::sample_returned(),
        &["□初审通过■退回补正", "M4-02", "请处罚机关加盖公章后再提交", "2022年7月6日前"],
    );
}

#[test]
fn certificates_and_sheets_name_the_class() {
    assert_has(
        &TrainingCertificate::sample(),
        &[
            "共3.5学时",
            "成绩92分（合格线60分），合格",
            "示环罚字〔2022〕1号",
            "扫码核验",
            "核验码7M3K-Q0A9-ZD41-W5XE",
            "于2022年6月28日结业",
        ],
    );
    let revoked = TrainingCertificate {
        revoked_on: Some(jiff::civil::date(2022, 7, 1)),
        ..TrainingCertificate::sample()
    };
    assert_has(&revoked, &["本证明已于2022年7月1日作废"]);
    let several = TrainingCertificates::sample();
    assert_has(&several, &["编号TC-2022-0001", "编号TC-2022-0002", "示例丙食品（虚构）有限公司"]);
    assert_eq!(text_of(&several).matches("信用修复培训证明").count(), 3);
    let absent = TrainingCertificate { exam_score: None, verify_url: None, ..TrainingCertificate::sample() };
    assert_has(&absent, &["未参加结业考试"]);
    let mut sheet = SignInSheet::sample();
    assert_has(&sheet, &["示例28号机械制造（虚构）有限公司", "第2页，共2页"]);
    sheet.open_lines = 0;
    sheet.rows.clear();
    assert_has(&sheet, &["序号企业名称姓名职务联系电话签到"]);
}

#[test]
fn a_very_long_name_is_printed_whole() {
    let name = format!("示例{}（虚构）有限公司", "长江三角洲机械制造".repeat(8));
    let commitment = Commitment { enterprise: name.clone(), ..Commitment::sample() };
    assert_has(&commitment, &[&name]);
    let archive = EnterpriseArchive { name: name.clone(), ..EnterpriseArchive::sample() };
    assert_has(&archive, &[&name]);
}

#[test]
fn an_unprintable_character_is_named_and_marked() {
    let commitment = Commitment { legal_representative: "虚构🙂".into(), ..Commitment::sample() };
    assert_eq!(unprintable(&commitment).unwrap().into_iter().collect::<String>(), "🙂");
    assert_has(&commitment, &["法定代表人姓名：虚构〓"]);
}

#[test]
fn equal_papers_are_equal_bytes_in_archival_form() {
    let first = render_pdf(&EnterpriseArchive::sample()).unwrap();
    assert_eq!(first, render_pdf(&EnterpriseArchive::sample()).unwrap());
    let has = |needle: &str| first.windows(needle.len()).any(|window| window == needle.as_bytes());
    assert!(has("pdfaid:part") && has("2022-09-30"), "no PDF/A mark or no date");
}

#[test]
fn papers_survive_storage() {
    fn round<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(paper: &T) {
        let stored = serde_json::to_string(paper).unwrap();
        assert_eq!(&serde_json::from_str::<T>(&stored).unwrap(), paper);
    }
    round(&Commitment::sample());
    round(&Commitment::sample_listing());
    round(&RectificationForm::sample());
    round(&EnterpriseArchive::sample());
    round(&CreditQueryReport::sample());
    round(&TrainingNotice::sample());
    round(&CampaignSummary::sample());
    round(&Receipt::sample_returned());
    round(&TrainingCertificate::sample());
    round(&TrainingCertificates::sample());
    round(&SignInSheet::sample());
    round(&MatchingSheet::sample());
    round(&PenaltyPassport::sample());
}

/// A signature from the browser is on the same page as the promise, and says whose it is.
#[test]
fn a_drawn_signature_stays_on_the_page() {
    let drawn = Commitment::sample_drawn();
    assert_has(&drawn, &["签名人：虚构甲（法定代表人）", "（手写签名）", "第1页，共1页"]);
    assert!(!text_of(&drawn).contains("（加盖公章）"));
}

#[test]
fn a_passport_is_one_page_that_says_what_comes_next() {
    let passport = PenaltyPassport::sample();
    assert_has(
        &passport,
        &[
            "处罚信息修复护照",
            "示环罚字〔2022〕1号",
            &passport.sentence,
            "下一步由谁办：示例信用服务（虚构）有限公司",
            "期限：2022-07-06前，还有12个工作日",
            "失信类别一般失信",
            "规则版本cn-527",
            "■主要登记证照已有",
            "旧版文本，请重新打印后签字盖章",
            "2022年6月20日",
            "第1页，共1页",
        ],
    );
    // As long as a decision gets, and every document that an edition can ask for.
    let mut long = PenaltyPassport {
        content: "没收违法所得并处罚款，责令限期改正。".repeat(14), ..passport
    };
    long.materials = vec![long.materials[0].clone(); xinxiu_domain::penalty::Material::ALL.len()];
    assert_has(&long, &["责令限期改正。", "共1页"]);
}
