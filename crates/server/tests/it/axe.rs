//! Each page of the browser tests under the eyes of axe-core: WCAG 2.2, levels A and AA. A missing script is a
//! failure, never a skip.

use std::sync::OnceLock;

use serde_json::Value;

use crate::browser::{Browser, tool};
use crate::server::Server;

/// The rules of the standard up to 2.2 that axe knows, without its own advice.
const RUN: &str = r"
    const done = arguments[arguments.length - 1];
    const only = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] };
    axe.run(document, { runOnly: only, resultTypes: ['violations'] }).then(
        ({ violations, passes }) => done([passes.length].concat(violations.flatMap(({ id, nodes }) =>
            nodes.map(({ html, failureSummary }) => `${id}：${html.slice(0, 200)}\n    ${failureSummary}`)))),
        (error) => done([1, String(error)]));
";

fn script() -> &'static str {
    static SCRIPT: OnceLock<String> = OnceLock::new();
    SCRIPT.get_or_init(|| std::fs::read_to_string(tool("XINXIU_TEST_AXE")).unwrap())
}

/// What the page in the window does against the standard, one entry for each place.
pub async fn violations(browser: &Browser) -> Vec<String> {
    browser.client.execute(script(), vec![]).await.unwrap();
    let answer = browser.client.execute_async(RUN, vec![]).await.unwrap();
    let answer = answer.as_array().unwrap();
    assert!(answer[0].as_u64().unwrap() > 0, "axe 没有检查任何内容");
    answer[1..].iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Fails where the page in the window does anything against the standard.
pub async fn clean(browser: &Browser) {
    let found = violations(browser).await;
    assert!(found.is_empty(), "{} 违反 WCAG 2.2 AA：\n{}", browser.path().await, found.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_what_is_wrong_with_a_page() {
    let mut server = Server::idle(None);
    server.serve_on("2022-09-15");
    let browser = Browser::open(&server).await;
    browser.goto("/sign-in").await;
    assert_eq!(violations(&browser).await, Vec::<String>::new());
    let spoil = "const image = document.createElement('img'); image.src = '/x'; \
        const pale = document.createElement('p'); pale.textContent = '看不清的字'; \
        pale.style.cssText = 'color:#ddd;background:#fff'; \
        document.querySelector('main').append(image, pale);";
    browser.client.execute(spoil, vec![]).await.unwrap();
    let found = violations(&browser).await;
    for rule in ["image-alt", "color-contrast"] {
        assert!(found.iter().any(|line| line.starts_with(rule)), "{rule}：{found:?}");
    }
    browser.close().await;
}
