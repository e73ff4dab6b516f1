//! What stands behind the ids that pages name as their basis: the requirements of the notice and the editions
//! of the rules (N01–N29).

use maud::{Markup, html};
use xinxiu_domain::requirement::REQUIREMENTS;

use crate::web::reply::PageResult;
use crate::web::request::Req;
use crate::web::routes::{Access, Routes};
use crate::web::ui;

pub(super) fn routes(table: &mut Routes) {
    table.get("/basis", Access::Public, show);
}

fn show(req: &Req) -> PageResult {
    let requirements: Vec<_> = REQUIREMENTS
        .iter()
        .map(|(id, text, place)| vec![html! { span id=(id) { (id) } }, html! { (text) }, html! { (place) }])
        .collect();
    let editions: Vec<_> = req
        .app
        .rules
        .editions()
        .iter()
        .map(|edition| {
            vec![
                html! { span id=(edition.id) { (edition.id) } },
                html! { (edition.title) },
                html! { (edition.instrument) },
                html! { (edition.from) },
                html! { @if let Some(day) = edition.to { (day) } },
                source(req, &edition.source),
                html! { (edition.certainty) },
            ]
        })
        .collect();
    let body = html! {
        h1 { "依据说明" }
        p { "页面上写“依据”的编号，指下面的工作要求或规则版本。" }
        (ui::panel("工作要求（通信用函〔2022〕15号）", &ui::table("工作要求", &["编号", "要求", "通知中的位置"], &requirements)))
        (ui::panel("信用修复规则版本", &ui::table("规则版本", &["编号", "名称", "文件", "起用", "止用", "来源", "把握程度"], &editions)))
        p.hint { "每条判定用了哪些规则、出自哪里、把握多大，见处罚记录页面的“判定理由”。" }
    };
    Ok(req.page("依据说明", body))
}

/// A source by its title, as a link where it has an address.
fn source(req: &Req, key: &str) -> Markup {
    let Some(source) = req.app.rules.source(key) else { return html! { (key) } };
    html! {
        @if let Some(link) = &source.link { a href=(link) rel="noreferrer" { (source.title) } } @else { (source.title) }
    }
}
