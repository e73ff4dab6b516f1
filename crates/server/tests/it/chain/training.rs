//! A session from its plan to the exam; the enterprise has nothing but its personal link
//! (N01 N05–N11 N14 N17 N18 N20 N26).

use fantoccini::Locator;
use xinxiu_domain::exam::Question;
use xinxiu_workflow::question_bank;

use super::walk::{ENTERPRISE, Walk};

pub async fn planned_and_published(walk: &mut Walk) {
    walk.become_("agency").await;
    walk.goto("/sessions").await;
    walk.picture("sessions-empty").await;
    walk.goto("/sessions/new").await;
    walk.picture("session-class").await;
    walk.browser.follow("海安市").await;
    // Two hours are refused with the reason beside the field; what was typed stays.
    plan(walk, "2").await;
    walk.sees("不少于3学时").await;
    walk.picture("session-refused").await;
    let form = walk.form("/sessions/new");
    form.fill("class_hours", "3").await.send().await;
    walk.sees("发布前还差").await;
    let session = walk.browser.path().await;
    walk.known.insert("session", session.clone());
    let slides = walk.file("课件.pdf", b"%PDF-1.4\n%%EOF\n");
    let form = walk.form("/materials");
    form.choose("module", "regulation").await.upload("file", &slides).await.send().await;
    walk.sees("已上传").await;
    walk.form("/outline").send().await;
    walk.sees("内置提纲").await;
    walk.picture("session-planned").await;
    published(walk, &session).await;
}

async fn plan(walk: &Walk, hours: &str) {
    let form = walk.form("/sessions/new");
    form.fill("title", "海安市第一期").await.fill("held_on", "2022-06-28").await;
    form.fill("starts_at", "13:30").await.fill("ends_at", "17:00").await;
    form.choose("mode", "on_site").await.fill("place", "海安市示例会场（虚构）").await;
    form.fill("capacity", "60").await.fill("class_hours", hours).await.fill("lecturer", "示例丙").await;
    for module in ["regulation", "incentives", "impact", "procedure", "commitment", "exam"] {
        form.tick_value("modules", module).await;
    }
    form.tick_value("methods", "lecture").await.fill("contact_group", "海安信用修复群").await;
    form.send().await;
}

async fn published(walk: &mut Walk, session: &str) {
    walk.become_("haian").await;
    walk.goto(session).await;
    let form = walk.form("/publish");
    form.fill("notice_number", "示信用函〔2022〕3号").await;
    form.tick("由属地信用办分管负责人宣讲").await.fill("confirmed_by", "示例丁").await.send().await;
    walk.sees("已发布场次").await;
    walk.picture("session-published").await;
    walk.downloads(&format!("{session}/notice.pdf"), b"%PDF").await;
    walk.downloads(&format!("{session}/notice.docx"), b"PK").await;
}

pub async fn invited_and_committed(walk: &mut Walk) {
    let session = walk.known["session"].clone();
    let enterprise = walk.known["enterprise"].clone();
    walk.become_("agency").await;
    walk.goto(&format!("{session}/invite")).await;
    walk.picture("invite").await;
    walk.form("/invite").tick_value("enterprises", &enterprise).await;
    walk.browser.press("邀请勾选的企业").await;
    walk.sees("已邀请1家").await;
    walk.browser.follow("邀请函和个人链接").await;
    walk.sees("个人链接").await;
    walk.picture("letter").await;
    let link = walk.browser.client.find(Locator::Css("code[data-copy]")).await.unwrap().text().await.unwrap();
    walk.known.insert("link", link);
    answered(walk).await;
    committed(walk).await;
}

async fn answered(walk: &mut Walk) {
    walk.phone("").await;
    walk.sees("请答复是否参加").await;
    walk.picture("phone-invited").await;
    walk.browser.follow("答复邀请").await;
    let form = walk.form("/answer");
    form.choose("attending", "yes").await.choose("willingness", "willing").await;
    form.fill("attendee", "示例甲").await.choose("capacity", "legal_representative").await;
    walk.picture("phone-answer").await;
    walk.form("/answer").send().await;
    walk.sees("已收到您的答复").await;
    walk.phone("/situation").await;
    let form = walk.form("/situation");
    form.choose("cause", "weak_management").await.choose("rectification", "done").await;
    form.choose("conditions", "met").await;
    walk.picture("phone-situation").await;
    walk.form("/situation").send().await;
    walk.sees("已收到您的说明").await;
    walk.phone("/particulars").await;
    walk.form("/particulars").fill("contact_name", "示例戊").await.send().await;
    walk.sees("已更正").await;
}

async fn committed(walk: &mut Walk) {
    walk.phone("").await;
    walk.sees("还差1份").await;
    walk.browser.follow("办理承诺书").await;
    walk.picture("phone-commitment").await;
    let link = walk.browser.client.find(Locator::LinkText("下载承诺书")).await.unwrap();
    let address = link.attr("href").await.unwrap().unwrap();
    walk.downloads(&address, b"%PDF").await;
    let scan = walk.scan(&address, "承诺书").await;
    walk.browser.follow("上传盖好章的承诺书").await;
    walk.form("/sign").upload("scan", &scan).await;
    walk.picture("phone-sign").await;
    walk.form("/sign").send().await;
    walk.sees("扫码核对一致").await;
    walk.sees("承诺书已全部签好").await;
    walk.become_("agency").await;
    walk.goto("/commitments?show=all").await;
    walk.sees(ENTERPRISE).await;
    walk.picture("commitments").await;
}

pub async fn attended_and_examined(walk: &mut Walk) {
    let session = walk.known["session"].clone();
    walk.become_("agency").await;
    walk.goto(&session).await;
    walk.downloads(&format!("{session}/sign-in-sheet.pdf"), b"%PDF").await;
    walk.form(&format!("{session}/open")).send().await;
    walk.sees("正在签到").await;
    walk.goto(&format!("{session}/hall")).await;
    let code = walk.browser.hall_code().await;
    walk.picture("hall").await;
    walk.phone("").await;
    walk.browser.fill("code", &code).await;
    walk.browser.press("签到").await;
    walk.sees("签到成功").await;
    walk.picture("phone-present").await;
    walk.browser.follow("参加考试").await;
    walk.picture("phone-exam-rules").await;
    walk.browser.press("开始考试").await;
    sit(walk, false).await;
    walk.sees("未合格").await;
    walk.picture("phone-failed").await;
    walk.browser.follow("重新考试").await;
    walk.browser.press("开始考试").await;
    sit(walk, true).await;
    walk.sees("得100分").await;
    walk.picture("phone-passed").await;
    walk.phone("").await;
    walk.browser.press("确认没有收费").await;
    walk.sees("您已确认没有被收取任何费用").await;
    let certificate = format!("{}/certificate.pdf", walk.browser.path().await);
    walk.downloads(&certificate, b"%PDF").await;
    walk.become_("agency").await;
    walk.goto(&session).await;
    walk.form(&format!("{session}/close")).send().await;
    walk.sees("培训已结束").await;
    walk.picture("session-closed").await;
    guided(walk).await;
}

/// Every question of the paper is answered, one on each screen, rightly or with its first choice.
async fn sit(walk: &mut Walk, rightly: bool) {
    walk.sees("共10题").await;
    walk.picture("phone-exam").await;
    let legends = walk.browser.client.find_all(Locator::Css("fieldset legend")).await.unwrap();
    for (index, legend) in legends.iter().enumerate() {
        // Only the question on the screen has a text for somebody who looks.
        let asked = legend.text().await.unwrap();
        let bank = question_bank::all().unwrap();
        let question = bank.iter().find(|question| asked.ends_with(&question.text)).unwrap();
        for choice in chosen(question, rightly) {
            let name = format!("q{}", index + 1);
            let xpath = format!("//input[@name='{name}'][normalize-space(..)=normalize-space('{choice}')]");
            let input = walk.browser.client.find(Locator::XPath(&xpath)).await;
            input.unwrap_or_else(|error| panic!("{asked}：{choice}：{error}")).click().await.unwrap();
        }
        walk.browser.press("下一题").await;
    }
    walk.picture("phone-exam-checked").await;
    walk.form("/exam").send().await;
}

/// What is ticked: the right answers, or the first wrong one.
fn chosen(question: &Question, rightly: bool) -> Vec<&str> {
    if rightly {
        return question.answer.iter().map(|index| question.choices[*index].as_str()).collect();
    }
    let wrong = (0..question.choices.len()).find(|index| !question.answer.contains(index)).unwrap_or(0);
    vec![question.choices[wrong].as_str()]
}

async fn guided(walk: &mut Walk) {
    let enterprise = walk.known["enterprise"].clone();
    walk.goto(&format!("/enterprises/{enterprise}/guidance")).await;
    let form = walk.form("/guidance");
    form.fill("minutes", "30").await.fill("asked", "罚款缴清后怎样申请").await;
    form.fill("advised", "备齐缴款凭证和培训证明").await.send().await;
    walk.sees("备齐缴款凭证和培训证明").await;
    walk.picture("guidance").await;
}
