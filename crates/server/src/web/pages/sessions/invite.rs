//! Choosing whom to invite, and what came of it.

use maud::{Markup, html};
use xinxiu_domain::id::{EnterpriseId, SessionId};
use xinxiu_store::attendance::{Candidate, CandidateFilter};
use xinxiu_workflow::invitations::{self, Outcome};
use xinxiu_workflow::sessions;

use crate::web::reply::PageResult;
use crate::web::request::{Form, Req};
use crate::web::ui;

pub(super) fn choose(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    let actor = req.actor()?;
    let wanted = CandidateFilter {
        plan_item: None,
        search: req.query.text("search"),
        township: req.query.text("township"),
        repairable: req.query.ticked("repairable"),
    };
    let found = invitations::candidates(&req.app, actor, id, &wanted)?;
    let shown = sessions::show(&req.app, actor, id)?;
    let free = i64::from(shown.session.capacity) - shown.taken;
    let here = format!("/sessions/{id}/invite");
    let values: &Form = &req.query;
    let body = html! {
        h1 { "邀请企业" }
        p { a href={ "/sessions/" (id) } { (shown.session.title) } "，还有" (free.max(0)) "个名额" }
        (ui::search_bar(&here, &html! {
            (ui::field(values, "search", "企业名称", "", &[]))
            (ui::field(values, "township", "乡镇（街道）", "", &[]))
            (ui::tick(values, "repairable", "只看现在可修复的", &[]))
        }))
        @if found.is_empty() {
            (ui::empty("这里会列出本培训班还没有邀请的企业。", "没有企业时，请先导入名单，或清除查询条件。"))
        } @else {
            (ui::form(req, &here, &html! {
                (ui::table("可邀请的企业", &["选择", "企业", "地区", "行业", "意向", "#可修复记录", "培训"], &rows(&found)))
                @for one in &found { (ui::hidden("listed", one.enterprise)) }
                p.actions {
                    button.primary type="submit" { "邀请勾选的企业" }
                    (ui::plain_button("all", "1", &format!("邀请列出的全部{}家", found.len())))
                }
            }))
        }
    };
    Ok(req.page("邀请企业", body))
}

fn rows(found: &[Candidate]) -> Vec<Vec<Markup>> {
    found
        .iter()
        .map(|one| {
            vec![
                html! { label.choice {
                    input type="checkbox" name="enterprises" value=(one.enterprise) aria-label={ "邀请" (one.name) };
                } },
                html! { (one.name) },
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
    let from = if req.form.ticked("all") { "listed" } else { "enterprises" };
    let chosen: Vec<EnterpriseId> = req.fields().ids(from);
    let outcome = invitations::invite(&req.app, req.actor()?, id, &chosen)?;
    if outcome.refused.is_empty() {
        return Ok(req.see(format!("/sessions/{id}"), format!("已邀请{}家企业", outcome.invited.len())));
    }
    Ok(req.page("邀请结果", result(id, &outcome)))
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
