//! What enterprises said of a session, added up and without names (N06 N14).

use maud::{Markup, html};
use xinxiu_domain::feedback::{ENOUGH_TO_SHOW, Rating};
use xinxiu_domain::id::SessionId;
use xinxiu_workflow::feedback::{self, Results};

use crate::web::reply::PageResult;
use crate::web::request::Req;
use crate::web::ui;

const TITLE: &str = "企业对本场培训的评价";

pub(super) fn results(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    let found = feedback::results(&req.app, req.actor()?, id)?;
    let body = html! {
        h1 { (TITLE) }
        p { "参训企业" (found.came) "家，已评价" (found.answers) "家。评价不显示企业名称。" }
        (answers(&found))
        p.back { a href={ "/sessions/" (id) } { "返回场次" } }
    };
    Ok(req.page(TITLE, body))
}

fn answers(found: &Results) -> Markup {
    if found.answers == 0 {
        return ui::empty("这里会列出企业对内容、讲授和安排的评价。", "企业签到后，用个人链接评价。");
    }
    if found.questions.is_empty() {
        let how = format!("满{ENOUGH_TO_SHOW}家后显示结果，以免看出是谁的评价。");
        return ui::empty("评价的企业还不够多。", &how);
    }
    let heads: Vec<String> = std::iter::once("问题".to_owned())
        .chain(Rating::ALL.iter().map(|rating| format!("#{rating}")))
        .collect();
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let rows: Vec<Vec<Markup>> = found
        .questions
        .iter()
        .map(|(question, counts)| {
            let cells = counts.iter().map(|(_, count)| html! { (count) });
            std::iter::once(html! { (question) }).chain(cells).collect()
        })
        .collect();
    html! {
        (ui::table("评价结果", &heads, &rows))
        @if !found.remarks.is_empty() {
            (ui::panel("企业的话", &html! { ul { @for text in &found.remarks { li { (text) } } } }))
        }
    }
}
