//! The application, the hand-in-hand day, the decision and the removal (N12 N16 N24 N27).

use std::path::Path;

use fantoccini::Locator;

use super::walk::{ENTERPRISE, Walk};

pub async fn prepared(walk: &mut Walk) {
    let enterprise = walk.known["enterprise"].clone();
    walk.goto(&format!("/enterprises/{enterprise}/apply")).await;
    walk.picture("apply").await;
    walk.form("/apply").tick("海示罚〔2022〕1号").await.send().await;
    walk.sees("已建立申请").await;
    // The check names what is missing, and there is no button to submit.
    walk.sees("缺《主要登记证照》").await;
    walk.picture("application-draft").await;
    let here = walk.browser.path().await;
    assert!(walk.browser.client.find(Locator::XPath("//button[.='提交申请']")).await.is_err());
    walk.known.insert("application", here.clone());
    let form = walk.form("/edit");
    form.fill("contact_name", "示例戊").await.fill("contact_phone", "0513-00000001").await;
    form.fill("statement-1", "罚款已缴清，标签已更换").await.send().await;
    walk.sees("已保存").await;
    let paper = walk.photo("材料.png").await;
    upload_missing(walk, &paper).await;
    walk.sees("材料齐全").await;
    walk.picture("application-complete").await;
    walk.browser.press("提交申请").await;
    walk.sees("等待窗口初审").await;
}

/// Papers that the platform has are attached; the others are uploaded until the check is content.
async fn upload_missing(walk: &mut Walk, paper: &Path) {
    for (label, button, done) in [
        ("信用修复培训证明", "附上培训证明", "已附上培训证明"),
        ("信用报告", "附上信用报告", "已附上信用报告"),
    ] {
        if misses(walk, label).await {
            walk.browser.press(button).await;
            walk.sees(done).await;
        }
    }
    for label in ["主要登记证照", "已履行行政处罚证明", "行政处罚信息信用修复表", "信用修复申请书"]
    {
        if misses(walk, label).await {
            let form = walk.form("/materials");
            form.choose("kind", label).await.choose("item", "海示罚").await.upload("file", paper).await;
            form.send().await;
            walk.sees("已上传材料").await;
            // The picture of a window has no code: somebody looks, and says so.
            if label == "行政处罚信息信用修复表" {
                walk.sees("信用修复表未能识别二维码").await;
                walk.browser.press("已看过，是这份表").await;
                walk.sees("已记录人工核对").await;
            }
        }
    }
}

async fn misses(walk: &Walk, label: &str) -> bool {
    walk.browser.text().await.contains(&format!("缺《{label}》"))
}

pub async fn reviewed_hand_in_hand(walk: &mut Walk) {
    let enterprise = walk.known["enterprise"].clone();
    walk.become_("haian").await;
    walk.goto("/clinics/new").await;
    walk.picture("clinic-plan").await;
    let form = walk.form("/clinics/new");
    form.fill("place", "海安市示例镇便民中心（虚构）").await.tick("示例镇").await;
    form.tick("互联网接入").await.send().await;
    walk.sees("已安排服务日").await;
    let clinic = walk.browser.path().await;
    walk.known.insert("clinic", clinic.clone());
    walk.form(&format!("{clinic}/open")).send().await;
    walk.sees("已开").await;
    walk.goto(&format!("{clinic}/bring/{enterprise}")).await;
    walk.picture("bring-list").await;
    walk.goto(&clinic).await;
    walk.form("/tickets").send().await;
    walk.sees("已取1号").await;
    walk.picture("clinic-queue").await;
    returned(walk, &clinic).await;
    resubmitted(walk).await;
    accepted(walk, &clinic).await;
}

/// The window calls the number and returns the application with a coded reason.
async fn returned(walk: &mut Walk, clinic: &str) {
    walk.become_("window").await;
    walk.goto(clinic).await;
    walk.form("/call").send().await;
    walk.sees("请1号").await;
    walk.goto(&format!("{clinic}/screen")).await;
    walk.sees("1号").await;
    walk.picture("clinic-screen").await;
    walk.goto(clinic).await;
    walk.browser.follow("去初审").await;
    walk.picture("first-review").await;
    walk.browser.client.find(Locator::XPath("//summary[.='退回补正']")).await.unwrap().click().await.unwrap();
    let xpath = "//details[@class='return']//label[contains(., '材料模糊或页数不全')]/input";
    walk.browser.client.find(Locator::XPath(xpath)).await.unwrap().click().await.unwrap();
    let note = walk.browser.client.find(Locator::Css("details.return textarea")).await.unwrap();
    note.send_keys("执照照片不清楚，请重新拍照").await.unwrap();
    let button = Locator::XPath("//details[@class='return']//button[.='退回补正']");
    walk.browser.client.find(button).await.unwrap().click().await.unwrap();
    walk.sees("已退回补正").await;
}

async fn resubmitted(walk: &mut Walk) {
    walk.become_("agency").await;
    let application = walk.known["application"].clone();
    walk.goto(&application).await;
    walk.sees("执照照片不清楚").await;
    walk.picture("application-returned").await;
    let clearer = walk.photo("清楚的执照.png").await;
    let form = walk.form("/materials");
    form.choose("kind", "主要登记证照").await.upload("file", &clearer).await.send().await;
    walk.sees("已上传材料").await;
    // The window reads what was put right beside what it asked for.
    walk.form("/submit").fill("corrected_material_illegible", "换了清楚的执照照片").await.send().await;
    walk.sees("等待窗口初审").await;
}

async fn accepted(walk: &mut Walk, clinic: &str) {
    walk.become_("window").await;
    walk.goto(clinic).await;
    walk.browser.follow("去初审").await;
    walk.sees("换了清楚的执照照片").await;
    walk.browser.press("初审通过").await;
    walk.sees("已转处罚机关决定").await;
    walk.form("/finish").send().await;
    walk.sees("1号已").await;
    walk.picture("clinic-finished").await;
    let application = walk.known["application"].clone();
    walk.goto(&application).await;
    let receipt = walk.browser.client.find(Locator::LinkText("打印回执")).await.unwrap();
    let receipt = receipt.attr("href").await.unwrap().unwrap();
    walk.downloads(&receipt, b"%PDF").await;
}

pub async fn decided_and_taken_down(walk: &mut Walk) {
    walk.become_("authority").await;
    walk.goto("/decisions").await;
    walk.sees(ENTERPRISE).await;
    walk.picture("decisions").await;
    walk.browser.follow("作出决定").await;
    let sealed = walk.photo("盖章的修复表.png").await;
    let form = walk.form("/decide");
    form.choose("severity", "general").await.choose("conduct", "general").await;
    form.choose("duty", "yes").await.choose("agree", "yes").await.fill("opinion", "同意").await;
    form.upload("file", &sealed).await;
    walk.picture("decide").await;
    walk.form("/decide").send().await;
    walk.sees("请再核对一遍").await;
    walk.browser.client.find(Locator::Css("button[name=confirmed]")).await.unwrap().click().await.unwrap();
    walk.sees("已作出决定").await;
    walk.become_("center").await;
    walk.goto("/removals").await;
    walk.sees(ENTERPRISE).await;
    walk.picture("removals").await;
    walk.form("/removal").fill("removed_on", "2022-07-12").await.send().await;
    walk.sees("已登记撤下公示").await;
    let enterprise = walk.known["enterprise"].clone();
    walk.goto(&format!("/enterprises/{enterprise}")).await;
    walk.sees("已撤下").await;
    walk.picture("enterprise-repaired").await;
}
