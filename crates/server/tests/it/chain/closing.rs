//! The archive and its hand-over, the numbers, the summary, and the next year (N03 N19 N22 N23 N25 N29).

use super::walk::{ENTERPRISE, LISTED, Walk};

pub async fn archived_and_handed_over(walk: &mut Walk) {
    let enterprise = walk.known["enterprise"].clone();
    walk.become_("agency").await;
    walk.goto(&format!("/archives/{enterprise}")).await;
    for text in ["海示罚〔2022〕1号", "信用修复承诺书", "示例甲", "办理经过"] {
        walk.sees(text).await;
    }
    walk.picture("archive").await;
    let here = walk.browser.path().await;
    walk.downloads(&format!("{here}/pdf"), b"%PDF").await;
    walk.downloads(&format!("{here}/papers/0"), b"").await;
    walk.goto("/handovers").await;
    walk.picture("handovers-empty").await;
    for kind in ["archives", "papers"] {
        walk.form("/handovers").choose("class", "海安市").await.choose("kind", kind).await.send().await;
        packed(walk).await;
        walk.form("/hand-over").send().await;
        walk.sees("等待接收").await;
    }
    walk.picture("handovers").await;
    for receiver in ["center", "haian"] {
        walk.become_(receiver).await;
        walk.goto("/handovers").await;
        walk.form("/receive").send().await;
        walk.sees("校验通过，已接收").await;
        walk.picture("handover-received").await;
    }
}

/// Packing takes its time; the page says when it is done.
async fn packed(walk: &Walk) {
    walk.sees("移交档案包").await;
}

pub async fn counted_and_summed_up(walk: &mut Walk) {
    walk.become_("city").await;
    walk.goto("/progress").await;
    walk.sees("100").await;
    walk.picture("progress").await;
    // Each number leads to the list of those it counts.
    for measure in ["invited", "trained", "examined", "applied", "decided", "taken_down", "repaired"] {
        walk.goto(&format!("/progress/enterprises?measure={measure}")).await;
        walk.sees(ENTERPRISE).await;
    }
    walk.picture("progress-list").await;
    walk.become_("haian").await;
    walk.goto("/evaluations").await;
    let form = walk.form("/evaluations");
    form.choose("agency", "甲").await.choose("kind", "evaluation").await;
    form.fill("score", "95").await.fill("text", "讲解清楚，服务及时").await.send().await;
    walk.sees("讲解清楚").await;
    walk.picture("evaluations").await;
    walk.goto("/summaries/own").await;
    walk.picture("summary-draft").await;
    walk.form("/summaries/own").fill("features", "送课到镇，一企一策").await.send().await;
    walk.sees("已保存总结").await;
    let here = walk.browser.path().await;
    walk.downloads(&format!("{here}/summary.pdf"), b"%PDF").await;
    walk.downloads(&format!("{here}/summary.docx"), b"PK").await;
    walk.form("/submit").send().await;
    walk.sees("已报送").await;
    walk.picture("summary").await;
}

/// The campaign ends; the next year's starts from a copy. The enterprise that is still on a list is carried
/// over, the repaired one is not.
pub async fn next_year(walk: &mut Walk) {
    walk.become_("city").await;
    let campaign = format!("/campaigns/{}", walk.known["campaign"]);
    walk.goto(&campaign).await;
    walk.form("/close").send().await;
    walk.sees("已结束").await;
    walk.form("/copy").send().await;
    walk.sees("已复制").await;
    walk.sees("2023年南通市").await;
    walk.picture("next-year").await;
    let next = walk.browser.path().await;
    walk.form(&format!("{next}/publish")).send().await;
    walk.sees("已发布").await;
    walk.goto("/progress/enterprises?measure=members").await;
    walk.sees(LISTED).await;
    assert!(!walk.browser.text().await.contains(ENTERPRISE));
    walk.picture("carried-over").await;
    walk.goto("/audit").await;
    walk.sees("结转1家").await;
    walk.picture("audit").await;
    walk.become_("admin").await;
    walk.goto("/accounts").await;
    walk.sees("authority").await;
}
