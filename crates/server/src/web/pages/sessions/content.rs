//! The content check of a session beside its checklist (N20).

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::content::ContentPoint;
use xinxiu_domain::id::SessionId;
use xinxiu_domain::session::SessionState;
use xinxiu_workflow::sessions::{self, Finding, ShownContent};
use xinxiu_workflow::{FieldError, Refusal};

use super::{PUBLISH, VIEW};
use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::routes::Routes;
use crate::web::ui;

const TITLE: &str = "公益性和内容检查";

pub(super) fn routes(table: &mut Routes) {
    table.get("/sessions/{id}/content", VIEW, show);
    table.post("/sessions/{id}/content/answer", PUBLISH, answer);
    table.post("/sessions/{id}/content/confirm", PUBLISH, confirm);
}

fn show(req: &Req) -> PageResult {
    Ok(req.page(TITLE, body(req, &[])?))
}

fn body(req: &Req, errors: &[FieldError]) -> Result<Markup, PageError> {
    let shown = sessions::content(&req.app, req.actor()?, req.id("id")?)?;
    let session = &shown.session;
    let decides = req.actor()?.has(Action::PublishSession)
        && !matches!(session.state, SessionState::Closed | SessionState::Cancelled);
    let open = shown.findings.iter().filter(|one| one.answer.is_none()).count();
    Ok(html! {
        h1 { (TITLE) }
        p { a href={ "/sessions/" (session.id) } { (session.title) } }
        (ui::errors(errors))
        @if open > 0 { p.lead { "有" (open) "处需要说明，说明或修改以前不能发布。" } }
        @else if !shown.findings.is_empty() { p.lead { "提示的用语都已说明。" } }
        p.hint { "自动检查场次名称、地点、联系群、日程、资料名称、公告和短信中的用语，只作提示；资料的内容请人工查看。" (ui::basis("N19 N20")) }
        @if shown.findings.is_empty() {
            (ui::empty("没有发现收费、商业宣传或与培训无关的用语。", "修改日程、资料或公告后会重新检查。"))
        } @else {
            @for one in &shown.findings { (finding(req, session.id, one, decides, errors)) }
        }
        (ui::panel("逐项确认", &points(req, &shown, decides, errors)))
    })
}

fn finding(req: &Req, id: SessionId, one: &Finding, decides: bool, errors: &[FieldError]) -> Markup {
    let is_this = req.form.raw("source") == one.source && req.form.raw("word") == one.word;
    let (values, errors): (Form, &[FieldError]) =
        if is_this { (req.form.clone(), errors) } else { (Form::default(), &[]) };
    html! {
        section.panel {
            h2 { (one.place) "：「" (one.word) "」" }
            p { (one.text) }
            p.hint { (one.about) "：" (one.reason) }
            @if let Some(said) = &one.answer {
                p { (ui::badge("good", "已说明")) " " (said.answer) "（" (said.by) " " (said.on) "）" }
            } @else {
                p { (ui::badge("due", "待说明")) }
                @if decides {
                    (ui::confirm_again(req, &format!("/sessions/{id}/content/answer"), "说明", "确有问题的请修改原文；没有问题的请写明理由，署名留存。", is_this, &html! {
                        (ui::hidden("source", &one.source))
                        (ui::hidden("word", &one.word))
                        (ui::field(&values, "answer", "理由", "例如 “优惠”指国家税收政策", errors))
                    }))
                }
            }
        }
    }
}

fn points(req: &Req, shown: &ShownContent, decides: bool, errors: &[FieldError]) -> Markup {
    let action = format!("/sessions/{}/content/confirm", shown.session.id);
    let rows: Vec<Vec<Markup>> = ContentPoint::ALL
        .iter()
        .map(|point| {
            let said = shown.confirmations.iter().find(|one| one.point == *point);
            vec![
                html! { (point) },
                html! {
                    @match said {
                        Some(one) => { (ui::badge("good", "已确认")) " " (one.by) " " (one.on) },
                        None if !shown.session.content_confirmed_by.is_empty() => { (shown.session.content_confirmed_by) "（发布时一并确认）" },
                        None => { (ui::badge("due", "待确认")) },
                    }
                },
            ]
        })
        .collect();
    let choices = ui::choices(ContentPoint::ALL);
    let is_this = !req.form.raw("point").is_empty() || req.path.ends_with("/confirm");
    let (values, errors): (Form, &[FieldError]) =
        if is_this { (req.form.clone(), errors) } else { (Form::default(), &[]) };
    html! {
        (ui::table("逐项确认", &["事项", "确认人"], &rows))
        @if decides {
            (ui::form(req, &action, &html! {
                (ui::select(&values, "point", "事项", &choices, errors))
                (ui::field(&values, "point_confirmed_by", "确认人姓名", "没有单独确认的事项，由发布时填写的确认人一并确认", errors))
                (ui::button("确认事项"))
            }))
        }
    }
}

fn back(req: &Req, id: SessionId, message: &str) -> PageResult {
    Ok(req.see(format!("/sessions/{id}/content"), message))
}

fn again(req: &Req, refusal: Refusal, field: &str) -> PageResult {
    let errors = refusal.into_errors(field)?;
    Ok(req.again(TITLE, body(req, &errors)?))
}

fn answer(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    let (source, word) = (req.form.text("source"), req.form.text("word"));
    match sessions::answer_finding(&req.app, req.actor()?, id, (&source, &word), &req.form.text("answer")) {
        Ok(()) => back(req, id, "已记录说明"),
        Err(refusal) => again(req, refusal, "answer"),
    }
}

fn confirm(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    let actor = req.actor()?;
    let mut fields = req.fields();
    let point = fields.coded("point", "事项", ContentPoint::from_code);
    let by = fields.text("point_confirmed_by");
    let done = fields.check().and_then(|()| {
        sessions::confirm_point(&req.app, actor, id, point.unwrap_or(ContentPoint::Charging), &by)
    });
    match done {
        Ok(()) => back(req, id, "已确认"),
        Err(refusal) => again(req, refusal, "point_confirmed_by"),
    }
}
