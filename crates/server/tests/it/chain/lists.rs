//! The lists come in and are assessed; counties get their part, the authority follows up (N02 N08 N15 N16 N24 N28).

use xinxiu_domain::Uscc;

use super::walk::{AUTHORITY, ENTERPRISE, LISTED, Walk};

fn penalties() -> String {
    let heads = "行政相对人名称,行政相对人类别,行政相对人代码_1（统一社会信用代码）,法定代表人,行政处罚决定书文号,\
        违法行为类型,违法事实,处罚依据,处罚类别,处罚内容,罚款金额（万元）,处罚决定日期,处罚有效期,公示截止期,处罚机关,\
        数据来源单位,失信严重程度,所属县区,乡镇街道,行业,地址,联系人,联系电话,备注";
    let row = |name: &str, code: &str, number: u32| {
        format!(
            "{name},法人及非法人组织,{code},示例甲,海示罚〔2022〕{number}号,虚假标注,标签内容与实际不符,\
            《中华人民共和国食品安全法》第一百二十五条,罚款,罚款8000元,0.8,2022-01-10,2023-01-10,2023-01-10,{AUTHORITY},\
            南通市公共信用信息中心,一般,海安市,示例镇,机械制造,海安市示例镇示例路1号（虚构）,示例乙,0513-00000001,"
        )
    };
    let right = Uscc::from_body("91320685MA1T00015").unwrap();
    // The second row's code has a wrong check character.
    format!(
        "海安市行政处罚名单（示例）\r\n{heads}\r\n{}\r\n{}\r\n",
        row(ENTERPRISE, right.as_str(), 1),
        row("示例错码（虚构）有限公司", "91320685MA1T000X00", 2)
    )
}

fn listings(name: &str, code: &str) -> String {
    format!(
        "企业名称,统一社会信用代码,列入原因,列入机关,列入日期,所属县区,乡镇街道,行业,联系人,联系电话\r\n\
        {name},{code},拒不履行行政处罚决定,{AUTHORITY},2022-03-01,海安市,示例镇,机械制造,示例乙,0513-00000001\r\n"
    )
}

pub async fn imported_and_assessed(walk: &mut Walk) {
    walk.become_("center").await;
    walk.goto("/lists").await;
    walk.picture("lists-empty").await;
    import(walk, "行政处罚可修复", "可修复名单.csv", &penalties()).await;
    walk.picture("list-imported").await;
    // The rejected row comes back as a spreadsheet.
    let here = walk.browser.path().await;
    walk.downloads(&format!("{here}/rejected"), b"PK").await;
    let main = Uscc::from_body("91320685MA1T00015").unwrap();
    let other = Uscc::from_body("91320685MA1T00023").unwrap();
    import(walk, "专项治理", "专项治理.csv", &listings(ENTERPRISE, main.as_str())).await;
    import(walk, "重点关注", "重点关注.csv", &listings(LISTED, other.as_str())).await;
    walk.goto("/lists").await;
    walk.picture("lists").await;
    assessed(walk).await;
}

async fn import(walk: &mut Walk, kind: &str, name: &str, text: &str) {
    walk.goto("/lists").await;
    let file = walk.file(name, format!("\u{feff}{text}").as_bytes());
    walk.form("/lists").choose("list", kind).await.upload("file", &file).await.send().await;
    walk.sees("已试读").await;
    walk.picture("list-dry-run").await;
    walk.form("/confirm").tick_value("extent", "whole").await.send().await;
    walk.sees("已导入").await;
}

async fn assessed(walk: &mut Walk) {
    walk.goto(&format!("/enterprises?q={ENTERPRISE}")).await;
    walk.picture("enterprises").await;
    walk.browser.follow(ENTERPRISE).await;
    walk.sees("海示罚〔2022〕1号").await;
    let id = walk.id().await;
    walk.known.insert("enterprise", id);
    walk.picture("enterprise").await;
    walk.browser.follow("海示罚〔2022〕1号").await;
    walk.sees("cn-527").await;
    walk.sees("2022-04-10").await;
    walk.picture("penalty").await;
    let enterprise = walk.known["enterprise"].clone();
    walk.downloads(&format!("/enterprises/{enterprise}/credit-report.pdf"), b"%PDF").await;
}

pub async fn pushed_and_followed_up(walk: &mut Walk) {
    walk.goto("/pushes").await;
    walk.picture("pushes").await;
    walk.form("/pushes/all").send().await;
    walk.sees("海安市2家").await;
    walk.become_("haian").await;
    walk.goto("/pushes").await;
    walk.browser.follow("海安市第1号").await;
    walk.picture("push").await;
    walk.form("/acknowledge").send().await;
    walk.sees("已签收").await;
    let here = walk.browser.path().await;
    walk.downloads(&format!("{here}/list.xlsx"), b"PK").await;
    corrected(walk).await;
    followed_up(walk).await;
}

/// A wrong address is corrected by those entitled, with its reason; a number is shown for a stated purpose.
async fn corrected(walk: &mut Walk) {
    let id = walk.known["enterprise"].clone();
    walk.goto(&format!("/enterprises/{id}/correct")).await;
    let form = walk.form("/correct");
    form.fill("address", "海安市示例镇示例路2号（虚构）").await;
    form.fill("reason", "企业来电告知，营业执照已换发").await.send().await;
    walk.sees("已更正").await;
    walk.goto(&format!("/enterprises/{id}/reveal")).await;
    walk.form("/reveal").choose("field", "联系电话").await.fill("purpose", "电话通知参训").await.send().await;
    walk.sees("0513-00000001").await;
    walk.picture("reveal").await;
    walk.goto(&format!("/enterprises/{id}")).await;
    let text = walk.browser.text().await;
    assert!(text.contains("示例路2号") && !text.contains("0513-00000001"), "{text}");
}

async fn followed_up(walk: &mut Walk) {
    let id = walk.known["enterprise"].clone();
    walk.become_("authority").await;
    walk.goto("/rectifications").await;
    walk.picture("rectifications").await;
    walk.form("/notify")
        .tick_value("enterprise", &id)
        .await
        .fill("note", "请参加6月28日培训")
        .await
        .send()
        .await;
    walk.sees("已通知1家").await;
    let here = format!("/rectifications/{id}");
    walk.goto(&here).await;
    walk.form("/deadline").fill("days", "10").await.fill("note", "更换标签并自查").await.send().await;
    walk.sees("2022-07-04").await;
    walk.form("/check")
        .choose("result", "整改不到位")
        .await
        .fill("findings", "仍有旧标签")
        .await
        .send()
        .await;
    walk.sees("整改不到位").await;
    walk.form("/interview")
        .fill("enterprise_side", "示例甲，总经理")
        .await
        .fill("record", "约谈企业负责人，承诺三日内更换")
        .await
        .send()
        .await;
    walk.sees("已警示约谈").await;
    walk.form("/deadline").fill("due_on", "2022-06-27").await.fill("note", "更换全部标签").await.send().await;
    walk.sees("2022-06-27").await;
    let proof = walk.photo("检查照片.png").await;
    let form = walk.form("/check");
    form.choose("result", "整改到位").await.fill("findings", "标签已全部更换").await;
    form.upload("file", &proof).await.send().await;
    walk.sees("无需继续督促").await;
    walk.form("/delisting")
        .choose("listing", "专项治理")
        .await
        .fill("statement", "已履行处罚")
        .await
        .send()
        .await;
    walk.sees("受理").await;
    walk.picture("rectification").await;
    walk.goto("/delistings").await;
    walk.browser.follow(ENTERPRISE).await;
    walk.form("/grant").fill("opinion", "准予退出").await.send().await;
    walk.sees("准予退出").await;
    walk.picture("delisting").await;
    walk.goto(&format!("/enterprises/{id}/findings")).await;
    let form = walk.form("/findings");
    form.choose("cause", "weak_management").await.choose("rectification", "done").await;
    form.choose("conditions", "met").await;
    form.send().await;
    walk.sees("已登记失信原因").await;
    walk.picture("findings").await;
}
