//! The city office opens the campaign from a file and hands out accounts (N03 N04 N13 N25).

use std::path::Path;

use super::walk::{AUTHORITY, Walk};

/// Sign-in name, organisation and role of everybody who takes part.
const STAFF: &[(&str, &str, &str)] = &[
    ("center", "南通市公共信用信息中心", "市信用中心"),
    ("window", "南通市公共信用信息中心", "服务窗口"),
    ("haian", "海安市信用办", "属地信用办"),
    ("authority", AUTHORITY, "认定部门"),
    ("agency", "示例信用服务机构甲（虚构）", "服务机构"),
    ("admin", "示例平台运维（虚构）", "系统管理员"),
];

pub async fn campaign_and_accounts(walk: &mut Walk) {
    walk.become_("city").await;
    campaign(walk).await;
    accounts(walk).await;
    everyday(walk).await;
}

async fn campaign(walk: &mut Walk) {
    walk.goto("/campaigns").await;
    walk.picture("campaigns-empty").await;
    // A plan that does not add up is refused with what is wrong.
    let plan = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../campaigns/nantong-2022.yaml");
    let plan = plan.canonicalize().unwrap();
    let wrong = std::fs::read_to_string(&plan).unwrap().replace("planned: 50", "planned: 49");
    let wrong = walk.file("少一家.yaml", wrong.as_bytes());
    walk.form("/campaigns").upload("file", &wrong).await.send().await;
    walk.sees("1499").await;
    walk.picture("campaign-refused").await;
    walk.form("/campaigns").upload("file", &plan).await.send().await;
    walk.sees("已编制").await;
    let id = walk.id().await;
    walk.known.insert("campaign", id.clone());
    walk.picture("campaign-draft").await;
    walk.browser.follow("修改目标和规则版本").await;
    walk.form("/edit").fill("document_number", "示信用函〔2022〕15号").await.send().await;
    walk.sees("已保存").await;
    walk.browser.follow("海安市").await;
    walk.picture("class").await;
    walk.form("/edit").fill("name", "海安市").await.send().await;
    walk.sees("已保存培训班").await;
    walk.form(&format!("/campaigns/{id}/publish")).send().await;
    walk.sees("已发布").await;
    walk.picture("campaign-published").await;
}

async fn accounts(walk: &mut Walk) {
    walk.goto("/accounts").await;
    for (kind, name) in [("认定部门", AUTHORITY), ("平台", "示例平台运维（虚构）")] {
        walk.form("/organisations").choose("kind", kind).await.fill("organisation", name).await.send().await;
        walk.sees("已新增单位").await;
    }
    for (login, org, role) in STAFF {
        let form = walk.form("/accounts");
        form.choose("org", org).await.choose("role", role).await;
        form.fill("login", login).await.fill("name", "示例乙").await.send().await;
        walk.sees("请把初始密码告诉本人").await;
        keep_password(walk, login).await;
        walk.browser.follow("返回单位和账号").await;
    }
    walk.picture("accounts").await;
}

/// Suspended, resumed, and a forgotten password set anew.
async fn everyday(walk: &mut Walk) {
    let id = account_of(walk, "haian").await;
    walk.form(&format!("/accounts/{id}/suspend")).send().await;
    walk.sees("已停用").await;
    walk.form(&format!("/accounts/{id}/resume")).send().await;
    walk.sees("已恢复").await;
    walk.form(&format!("/accounts/{id}/reset")).send().await;
    walk.sees("请把初始密码告诉本人").await;
    keep_password(walk, "haian").await;
}

async fn keep_password(walk: &mut Walk, login: &str) {
    let codes = walk.browser.client.find_all(fantoccini::Locator::Css("dd code")).await.unwrap();
    let given = codes[1].text().await.unwrap();
    walk.known.insert(password_key(login), given);
}

fn password_key(login: &str) -> &'static str {
    match login {
        "center" => "password of center",
        "window" => "password of window",
        "haian" => "password of haian",
        "authority" => "password of authority",
        "agency" => "password of agency",
        _ => "password of admin",
    }
}

/// The number of an account, from the address of its button.
async fn account_of(walk: &Walk, login: &str) -> String {
    let xpath = format!("//tr[.//code[.='{login}']]//form[contains(@action, '/reset')]");
    let form = walk.browser.client.find(fantoccini::Locator::XPath(&xpath)).await.unwrap();
    let action = form.attr("action").await.unwrap().unwrap();
    action.split('/').nth(2).unwrap().to_owned()
}
