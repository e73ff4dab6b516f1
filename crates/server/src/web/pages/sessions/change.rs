//! The organiser changes a published session; what changed is shown to everybody who works with it (N08 N14).

use maud::{Markup, html};
use xinxiu_domain::id::SessionId;
use xinxiu_store::session_change::SessionChange;
use xinxiu_workflow::sessions::{self, ChangeSession, Told};
use xinxiu_workflow::{FieldError, Refusal};

use super::time_and_place;
use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::ui;

const TITLE: &str = "变更时间、地点或名额";

pub(super) fn form(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    let session = sessions::show(&req.app, req.actor()?, id)?.session;
    let values = time_and_place::filled(&session);
    Ok(req.page(TITLE, body(req, id, &values, &[])?))
}

fn body(req: &Req, id: SessionId, values: &Form, errors: &[FieldError]) -> Result<Markup, PageError> {
    let shown = sessions::show(&req.app, req.actor()?, id)?;
    let how = if req.app.post.is_open() {
        "时间或地点一改，系统马上给已邀请、没有谢绝的企业排队发送变更通知；发送不了的列入待重新通知的名单。"
    } else {
        "本平台没有配置短信网关：时间或地点一改，已邀请、没有谢绝的企业列入待重新通知的名单，由承办人逐家通知。"
    };
    Ok(html! {
        h1 { (TITLE) }
        p { a href={ "/sessions/" (id) } { (shown.session.title) } "，" (shown.session.held_on) " " (shown.session.starts_at) "—" (shown.session.ends_at) }
        (ui::errors(errors))
        p.warning { (how) "企业的个人链接页会同时显示原来的和现在的安排。" }
        (ui::form(req, &format!("/sessions/{id}/change"), &html! {
            (ui::hidden("version", values.raw("version")))
            (time_and_place::fields(values, &format!("已占{}个", shown.taken), errors))
            (ui::field(values, "reason", "变更的原因", "会显示给企业，例如 场地停电", errors))
            (ui::button("变更并通知"))
        }))
    })
}

pub(super) fn change(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    let actor = req.actor()?;
    match read(req).and_then(|command| sessions::change(&req.app, actor, id, &command)) {
        Ok(told) => Ok(req.see(format!("/sessions/{id}"), said("已变更场次", told))),
        Err(refusal) => {
            let errors = refusal.into_errors("reason")?;
            Ok(req.again(TITLE, body(req, id, &req.form, &errors)?))
        }
    }
}

fn read(req: &Req) -> Result<ChangeSession, Refusal> {
    let mut fields = req.fields();
    let command = ChangeSession {
        at: time_and_place::read(&mut fields),
        reason: fields.required("reason", "变更的原因"),
        version: req.form.text("version").parse().unwrap_or_default(),
    };
    fields.check()?;
    Ok(command)
}

/// What became of those who are concerned.
pub(super) fn said(done: &str, told: Told) -> String {
    let mut said = done.to_owned();
    if told.queued > 0 {
        said += &format!("，已给{}家企业排队发送通知", told.queued);
    }
    if told.by_hand > 0 {
        said += &format!("，{}家要由承办人通知", told.by_hand);
    }
    if told.moved_up > 0 {
        said += &format!("，{}家候补企业已递补", told.moved_up);
    }
    said
}

/// What changed since it was published, newest first.
pub(super) fn history(changes: &[SessionChange], may_call: bool) -> Markup {
    html! {
        @if !changes.is_empty() {
            (ui::panel("变更记录", &html! {
                @for change in changes { (one(change)) }
                @if may_call { p { a href="/contacts/changed" { "还没有重新通知到的企业" } } }
            }))
        }
    }
}

fn one(change: &SessionChange) -> Markup {
    html! {
        p {
            del { (change.old_time) "，" (change.old_place) }
            @if change.is_cancelled { " 已取消" } @else { " → " strong { (change.new_time) "，" (change.new_place) } }
            br;
            small.quiet { (change.reason) "；" (change.by) " " (ui::when(change.at)) }
        }
    }
}

/// Sessions ahead that changed lately.
pub(super) fn recent(req: &Req) -> PageResult {
    let found = sessions::recent_changes(&req.app, req.actor()?)?;
    let rows: Vec<Vec<Markup>> = found
        .iter()
        .map(|(line, may_open)| {
            let change = &line.change;
            let now = if change.is_cancelled {
                "已取消".to_owned()
            } else {
                format!("{}，{}", change.new_time, change.new_place)
            };
            vec![
                html! {
                    @if *may_open { a href={ "/sessions/" (change.session) } { (line.title) } }
                    @else { (line.title) }
                },
                html! { del { (change.old_time) "，" (change.old_place) } },
                html! { strong { (now) } },
                html! { (change.reason) },
                html! { (line.agency) },
                html! { (line.lecturer) },
                html! { (ui::when(change.at)) },
            ]
        })
        .collect();
    let heads = ["场次", "原来", "现在", "原因", "服务机构", "主讲人", "变更时间"];
    Ok(req.page(
        "近期变更或取消的场次",
        html! {
            h1 { "近期变更或取消的场次" }
            p { "两周内变更过、还没有举行的场次。请相应调整安排，并告知主讲人和现场对接的人员。" }
            @if rows.is_empty() {
                (ui::empty("没有近期变更或取消的场次。", "组织单位变更时间、地点或取消场次后，会列在这里。"))
            } @else {
                (ui::table("近期变更或取消的场次", &heads, &rows))
            }
        },
    ))
}
