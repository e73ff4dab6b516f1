//! How far the messages of a session have come; what waits can be taken back, what failed sent again (N08).

use maud::{Markup, html};
use xinxiu_domain::id::{MessageId, SessionId};
use xinxiu_domain::message::{MessageAction, MessageState};
use xinxiu_store::message::Line;
use xinxiu_workflow::clock::shanghai_minute;
use xinxiu_workflow::messages::{self, Board};
use xinxiu_workflow::{FieldError, Refusal};

use crate::web::reply::{PageError, PageResult};
use crate::web::request::Req;
use crate::web::ui;

const TITLE: &str = "发送进度";
const HEADS: [&str; 6] = ["选择", "企业", "事项", "状态", "说明", "排队"];

pub(super) fn show(req: &Req) -> PageResult {
    Ok(req.page(TITLE, body(req, req.id("id")?, &[])?))
}

fn body(req: &Req, id: SessionId, errors: &[FieldError]) -> Result<Markup, PageError> {
    let board = messages::board(&req.app, req.actor()?, id)?;
    let asked = MessageState::from_code(req.query.raw("state"));
    let lines: Vec<&Line> =
        board.lines.iter().filter(|line| asked.is_none_or(|state| line.state == state)).collect();
    let here = format!("/sessions/{id}/messages");
    Ok(html! {
        h1 { (TITLE) }
        (ui::errors(errors))
        p { a href={ "/sessions/" (id) "/calling" } { (board.session.title) } "，" (board.session.held_on) " " (board.session.starts_at) }
        (figures(&board))
        @if let Some(state) = asked { (ui::narrowed(&format!("只列出「{state}」的消息。"), &here)) }
        @if board.lines.is_empty() {
            (ui::empty("还没有通过平台发送过消息。", "在通知台账中点「发送邀请」或「提醒」。"))
        } @else {
            (list(req, &here, &lines))
        }
        p { a href=(here) { "刷新" } }
    })
}

fn figures(board: &Board) -> Markup {
    let id = board.session.id;
    html! {
        div.figures {
            @for (state, count) in board.counts.iter().filter(|(_, count)| *count > 0) {
                (ui::figure(*count, state.label(), &format!("/sessions/{id}/messages?state={}", state.code())))
            }
        }
        p.hint { "收到网关回执的才是「已送达」。邮件服务器不给送达回执，停在「已交网关」，以企业答复为准。" }
    }
}

fn list(req: &Req, here: &str, lines: &[&Line]) -> Markup {
    let may = |line: &Line| line.state == MessageState::Queued || line.state.allows(MessageAction::Retry);
    let any = |wanted: fn(MessageState) -> bool| lines.iter().any(|line| wanted(line.state));
    let waits = any(|state| state == MessageState::Queued);
    let failed = any(|state| state.allows(MessageAction::Retry));
    let rows: Vec<Vec<Markup>> = lines.iter().map(|line| cells(req, line, may(line))).collect();
    if !waits && !failed {
        let rows: Vec<Vec<Markup>> = rows.into_iter().map(|mut row| row.split_off(1)).collect();
        return ui::table(TITLE, &HEADS[1..], &rows);
    }
    ui::form(
        req,
        here,
        &html! {
            label.choice hidden data-tick-all="message" { input type="checkbox"; " 勾选全部" }
            (ui::table(TITLE, &HEADS, &rows))
            p.actions #f-message {
                @if waits { (ui::plain_button("do", "withdraw", "撤回勾选的等待消息")) }
                @if failed { (ui::plain_button("do", "again", "重新发送勾选的失败消息")) }
            }
        },
    )
}

fn cells(req: &Req, line: &Line, may: bool) -> Vec<Markup> {
    let tone = match line.state {
        MessageState::Delivered => "good",
        MessageState::Undelivered | MessageState::GivenUp => "bad",
        MessageState::Queued | MessageState::Sending | MessageState::Sent => "due",
        MessageState::Withdrawn => "plain",
    };
    let ticked = req.form.all("message").contains(&line.id.to_string());
    vec![
        html! { @if may { label.choice {
            input type="checkbox" name="message" value=(line.id) checked[ticked] aria-label={ "选择给" (line.name) "的消息" };
        } } @else { "—" } },
        html! { a href={ "/attendances/" (line.attendance) "/contacts" } { (line.name) } },
        html! { (line.purpose) "（" (line.channel) "）" },
        ui::badge(tone, line.state.label()),
        html! {
            @if !line.problem.is_empty() { (line.problem) }
            @if line.state == MessageState::Queued && line.attempts > 0 {
                "；已试" (line.attempts) "次，" (shanghai_minute(line.next_at)) "再发"
            } @else if line.state == MessageState::Queued && line.next_at > line.queued_at.at {
                "夜间不打扰，" (shanghai_minute(line.next_at)) "发送"
            }
        },
        html! { (line.by) " " (ui::when(line.queued_at)) },
    ]
}

pub(super) fn change(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    let actor = req.actor()?;
    let chosen: Vec<MessageId> = req.fields().ids("message");
    let done = if req.form.raw("do") == "again" {
        messages::again(&req.app, actor, id, &chosen).map(|count| format!("已重新排队{count}条"))
    } else {
        messages::withdraw(&req.app, actor, id, &chosen).map(|count| format!("已撤回{count}条"))
    };
    match done {
        Ok(said) => Ok(req.see(format!("/sessions/{id}/messages"), said)),
        Err(Refusal::Invalid(errors)) => Ok(req.again(TITLE, body(req, id, &errors)?)),
        Err(other) => Err(other.into()),
    }
}
