//! Choosing whom to invite, and what came of it.

use maud::{Markup, html};
use xinxiu_domain::ListKind;
use xinxiu_domain::attendance::Willingness;
use xinxiu_domain::id::{EnterpriseId, SessionId};
use xinxiu_store::candidate::{Candidate, CandidateFilter};
use xinxiu_workflow::invitations::{self, Outcome};
use xinxiu_workflow::{FieldError, sessions};

use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::ui;

/// Candidates on one page.
const PAGE: i64 = 50;

/// What the address asks for; a form's own address carries it along.
fn wanted(query: &Form) -> CandidateFilter {
    CandidateFilter {
        plan_item: None,
        search: query.text("search"),
        township: query.text("township"),
        repairable: query.ticked("repairable"),
        willingness: Willingness::from_code(query.raw("willingness")),
        list: ListKind::from_code(query.raw("list")),
        proposed: query.ticked("proposed"),
    }
}

/// The page's address with its filter, to which its forms are sent.
fn with_filter(here: &str, query: &Form) -> String {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    pairs.extend_pairs(query.0.iter().filter(|(_, value)| !value.is_empty()));
    format!("{here}?{}", pairs.finish())
}

pub(super) fn choose(req: &Req) -> PageResult {
    Ok(req.page("邀请企业", body(req, &[])?))
}

fn body(req: &Req, errors: &[FieldError]) -> Result<Markup, PageError> {
    let id: SessionId = req.id("id")?;
    let actor = req.actor()?;
    let skip: i64 = req.query.text("after").parse::<u32>().unwrap_or(0).into();
    let (found, count) = invitations::candidate_page(&req.app, actor, id, &wanted(&req.query), (skip, PAGE))?;
    let shown = sessions::show(&req.app, actor, id)?;
    let free = (i64::from(shown.session.capacity) - shown.taken).max(0);
    let here = format!("/sessions/{id}/invite");
    let next = (skip + PAGE < count).then(|| (skip + PAGE).to_string());
    Ok(html! {
        h1 { "邀请企业" }
        (ui::errors(errors))
        p { a href={ "/sessions/" (id) } { (shown.session.title) } "，还有" (free) "个名额" }
        @if free == 0 {
            p.warning { "名额已满，再邀请的企业列为候补：答复参加的按先后排队，有名额空出时自动递补并通知。" }
        }
        (ui::search_bar(&here, &search_fields(&req.query)))
        (offered(req, &here, &found, (count, free), next.as_deref()))
    })
}

/// The enterprises that can be invited, ticked one by one, by the page or all at once.
fn offered(
    req: &Req,
    here: &str,
    found: &[Candidate],
    (count, free): (i64, i64),
    next: Option<&str>,
) -> Markup {
    if found.is_empty() {
        return ui::empty(
            "这里会列出本培训班还没有邀请的企业。",
            "没有企业时，请先导入名单，或清除查询条件。",
        );
    }
    let action = with_filter(here, &req.query);
    html! {
        p role="status" { "符合条件" (count) "家，本页" (found.len()) "家；最可能修复的排在前面。" @if found.iter().any(|one| one.proposed) { "场次建议名单里的企业已先勾选。" } }
        (ui::form(req, &action, &html! {
            label.choice hidden data-tick-all="enterprises" { input type="checkbox"; " 勾选本页全部" }
            (ui::table("可邀请的企业", &["选择", "企业", "地区", "行业", "意向", "#可修复记录", "培训"], &rows(req, found)))
            @for one in found { (ui::hidden("listed", one.enterprise)) }
            p.actions {
                @if free == 0 {
                    button.primary type="submit" name="wait" value="1" { "邀请勾选的企业候补" }
                } @else {
                    button.primary type="submit" { "邀请勾选的企业" }
                    (ui::plain_button("wait", "1", "邀请勾选的企业，超出名额的候补"))
                    (ui::plain_button("all", "page", &format!("邀请本页全部{}家", found.len())))
                }
            }
        }))
        (ui::pager(here, &req.query, next))
        @if free > 0 { (ui::confirm(
            req,
            &action,
            &format!("邀请符合条件的全部{count}家"),
            &format!("将按上面的顺序逐家发出邀请；还有{free}个名额，名额用完后其余企业不再邀请，并列出名单。"),
            &ui::hidden("all", "filtered"),
        )) }
    }
}

fn search_fields(query: &Form) -> Markup {
    let willingness = ui::choices(Willingness::ALL);
    let lists: Vec<_> = ListKind::ALL.iter().map(|list| (list.code().to_owned(), list.to_string())).collect();
    html! {
        (ui::field(query, "search", "企业名称", "", &[]))
        (ui::field(query, "township", "乡镇（街道）", "", &[]))
        (ui::filter(query, "willingness", "修复意向", &willingness))
        (ui::filter(query, "list", "所在名单", &lists))
        (ui::tick(query, "repairable", "只看现在可修复的", &[]))
        (ui::tick(query, "proposed", "只看场次建议名单", &[]))
    }
}

fn rows(req: &Req, found: &[Candidate]) -> Vec<Vec<Markup>> {
    let ticked = req.form.all("enterprises");
    found
        .iter()
        .map(|one| {
            let id = one.enterprise.to_string();
            vec![
                html! { label.choice {
                    input type="checkbox" name="enterprises" value=(id) checked[ticked.contains(&id) || one.proposed && ticked.is_empty()] aria-label={ "邀请" (one.name) };
                } },
                html! { (one.name) @if one.proposed { " " (ui::badge("good", "建议名单")) } },
                html! { (one.county) " " (one.township) },
                html! { (one.industry) },
                html! { (one.willingness) },
                html! { (one.repairable) },
                html! { @if one.trained { "已考试合格" } @else { "未参训" } },
            ]
        })
        .collect()
}

pub(super) fn invite(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    let actor = req.actor()?;
    let invited = match req.form.raw("all") {
        "filtered" => invitations::invite_filtered(&req.app, actor, id, &wanted(&req.query)),
        all => {
            let from = if all.is_empty() { "enterprises" } else { "listed" };
            let chosen: Vec<EnterpriseId> = req.fields().ids(from);
            if req.form.ticked("wait") {
                invitations::invite_to_wait(&req.app, actor, id, &chosen)
            } else {
                invitations::invite(&req.app, actor, id, &chosen)
            }
        }
    };
    match invited {
        Ok(outcome) if outcome.refused.is_empty() => {
            Ok(req.see(format!("/sessions/{id}"), format!("已邀请{}家企业", outcome.invited.len())))
        }
        Ok(outcome) => Ok(req.page("邀请结果", result(id, &outcome))),
        Err(refusal) => Ok(req.again("邀请企业", body(req, &refusal.into_errors("enterprises")?)?)),
    }
}

fn result(id: SessionId, outcome: &Outcome) -> Markup {
    let rows: Vec<_> =
        outcome.refused.iter().map(|(name, why)| vec![html! { (name) }, html! { (why) }]).collect();
    html! {
        h1 { "邀请结果" }
        p { "已邀请" (outcome.invited.len()) "家企业，以下" (rows.len()) "家未能邀请：" }
        (ui::table("未能邀请的企业", &["企业", "原因"], &rows))
        p.actions { a.button.primary href={ "/sessions/" (id) } { "返回场次" } }
    }
}
