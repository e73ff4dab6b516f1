//! Whether enterprises confirmed that nothing was charged, and who has not yet (N19).

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::free_of_charge::Occasion;
use xinxiu_store::free_confirmation::Line;
use xinxiu_workflow::free_of_charge;
use xinxiu_workflow::invitations::Home;

use super::link_commitment::{below, visitor};
use crate::web::reply::PageResult;
use crate::web::request::Req;
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const PAGE: i64 = 50;
/// So many rows go into one export.
const EXPORT: i64 = 50_000;
const TITLE: &str = "免费确认";
const ADDRESS: &str = "/free-of-charge";
const HEADS: [&str; 6] = ["企业", "属地", "服务机构", "答复邀请时", "参加培训时", "指导结束时"];

pub(super) fn routes(table: &mut Routes) {
    table.get(ADDRESS, Access::Staff(Action::EvaluateAgency), show);
    table.post("/l/{token}/free", Access::Link, confirm_free);
}

fn show(req: &Req) -> PageResult {
    let all = req.query.raw("show") == "all";
    let skip = req.query.text("after").parse().unwrap_or(0_i64).max(0);
    if !req.query.raw("format").is_empty() {
        let lines = free_of_charge::board(&req.app, req.actor()?, !all, (0, EXPORT))?;
        return req.table(TITLE, &HEADS, &lines.iter().map(cells).collect::<Vec<_>>());
    }
    let mut lines = free_of_charge::board(&req.app, req.actor()?, !all, (skip, PAGE + 1))?;
    let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let is_more = lines.len() > page;
    lines.truncate(page);
    let rows: Vec<_> = lines.iter().map(row).collect();
    let shows = [("missing", "还没有确认齐的"), ("all", "全部企业")]
        .map(|(code, label)| (code.to_owned(), label.to_owned()));
    Ok(req.page(
        TITLE,
        html! {
            h1 { (TITLE) }
            p { "培训和一对一指导都不收费（N19）。企业在个人链接里确认三次：答复邀请时、参加培训时、指导结束时。没有确认的，请联系企业核实；反映收费的在“机构考评”里核实。" }
            (ui::search_bar(ADDRESS, &html! { (ui::one_of(&req.query, "show", "范围", &shows)) }))
            @if rows.is_empty() {
                (ui::empty("没有要催的确认。", "到了该确认的时候、企业还没有确认的，列在这里。"))
            } @else {
                (ui::table(TITLE, &HEADS, &rows))
                (ui::export_bar(ADDRESS, &req.query))
                (ui::pager(ADDRESS, &req.query, is_more.then(|| (skip + PAGE).to_string()).as_deref()))
            }
        },
    ))
}

/// What an enterprise said on one occasion, in words.
fn said(line: &Line, occasion: Occasion) -> String {
    match line.said.iter().find(|(one, _)| *one == occasion) {
        Some((_, day)) => day.to_string(),
        None if line.reported => "反映收费，待核实".to_owned(),
        None if occasion.is_due(line.reached) => "未确认".to_owned(),
        None => String::new(),
    }
}

fn cells(line: &Line) -> Vec<String> {
    let said = Occasion::ALL.iter().map(|occasion| said(line, *occasion));
    [line.name.clone(), line.county.clone(), line.agency.clone()].into_iter().chain(said).collect()
}

fn row(line: &Line) -> Vec<Markup> {
    let missing = line.missing();
    let occasion = |occasion: &Occasion| {
        let words = said(line, *occasion);
        match (words.as_str(), missing.contains(occasion)) {
            ("", _) => html! { "—" },
            (words, true) => ui::badge(if line.reported { "bad" } else { "due" }, words),
            (words, false) => ui::badge("good", words),
        }
    };
    let mut cells = vec![
        html! { a href={ "/enterprises/" (line.enterprise) } { (line.name) } },
        html! { (line.county) },
        html! { (line.agency) },
    ];
    cells.extend(Occasion::ALL.iter().map(occasion));
    cells
}

/// Asks whether anything was charged, one occasion at a time, and says what was answered (N19).
pub(super) fn panel(req: &Req, home: &Home) -> Markup {
    let Some(line) = &home.free else { return html! {} };
    let next = line.missing().into_iter().next().filter(|_| home.reported.is_empty());
    html! {
        @for (occasion, day) in &line.said { p.hint { (occasion) "您已确认没有被收取任何费用（" (day) "）。" } }
        @if let Some(occasion) = next {
            p.hint { "培训和一对一指导都是免费的。" (occasion.question()) }
            form method="post" action=(below(req, "free")) {
                (ui::hidden("occasion", occasion.code()))
                button type="submit" { "确认没有收费" }
            }
        }
    }
}

fn confirm_free(req: &Req) -> PageResult {
    let (actor, found) = visitor(req)?;
    // A page from before there were three occasions asks about the class.
    let occasion = Occasion::from_code(req.form.raw("occasion")).unwrap_or(Occasion::Class);
    free_of_charge::confirm(&req.app, &actor, found.id, occasion)?;
    Ok(req.see(format!("/l/{}", req.param("token")), "已确认，谢谢"))
}
