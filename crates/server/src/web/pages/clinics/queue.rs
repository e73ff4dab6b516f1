//! Numbers: taken, called, finished, missed, and the screen in the hall.

use maud::{Markup, html};
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::application::ApplicationState;
use xinxiu_domain::clinic::{ClinicState, Lane, TicketAction, TicketState, number_name};
use xinxiu_domain::id::{ApplicationId, ClinicId, EnterpriseId, TicketId};
use xinxiu_store::ticket::Ticket;
use xinxiu_workflow::clinics::{self, Day};
use xinxiu_workflow::{FieldError, Refusal};

use crate::web::layout;
use crate::web::reply::{PageError, PageResult, Reply};
use crate::web::request::Req;
use crate::web::ui;

/// Seconds after which the screen shows itself again.
const REFRESH: u32 = 5;

pub(super) fn badge(state: TicketState) -> Markup {
    let tone = match state {
        TicketState::Waiting => "due",
        TicketState::Serving | TicketState::Done => "good",
        TicketState::Missed => "bad",
    };
    ui::badge(tone, state.label())
}

/// A line of the queue with the steps that it allows.
pub(super) fn ticket_row(
    req: &Req,
    actor: &Actor,
    day: &Day,
    (ticket, application): &(Ticket, Option<(ApplicationId, ApplicationState)>),
) -> Vec<Markup> {
    let serving = actor.has(Action::ServeQueue) && day.clinic.state == ClinicState::Open;
    let step = |action: TicketAction, label: &str| {
        ui::form(
            req,
            &format!("/tickets/{}/{}", ticket.id, action.code()),
            &html! {
                (ui::hidden("version", ticket.version))
                (ui::hidden("clinic", day.clinic.id))
                (ui::hidden("counter", &ticket.counter))
                button type="submit" { (label) }
            },
        )
    };
    let first_review = actor.has(Action::FirstReview) && ticket.state == TicketState::Serving;
    vec![
        html! { strong { (number_name(ticket.number)) } },
        html! { a href={ "/enterprises/" (ticket.enterprise) } { (ticket.enterprise_name) } },
        html! { (badge(ticket.state)) " " (ticket.lane) @if ticket.state == TicketState::Serving { "，" (ticket.counter) } },
        html! {
            @match application {
                Some((id, state)) if first_review && *state == ApplicationState::Submitted => {
                    a.button href={ "/applications/" (id) "?clinic=" (day.clinic.id) } { "去初审" }
                }
                Some((id, state)) => { a href={ "/applications/" (id) } { (state) } }
                None => { "尚未申请" }
            }
        },
        html! {
            @if serving {
                @if ticket.state.allows(TicketAction::Finish) { (step(TicketAction::Finish, "办结本号")) }
                @if ticket.state.allows(TicketAction::PassOn) { (step(TicketAction::PassOn, &format!("转{}", ticket.lane.other()))) }
                @if ticket.state.allows(TicketAction::Miss) { (step(TicketAction::Miss, "记为过号")) }
                @if ticket.state == TicketState::Missed { (step(TicketAction::Call, "重新叫号")) }
            }
        },
    ]
}

pub(super) fn screen(req: &Req) -> PageResult {
    let screen = clinics::screen(&req.app, req.actor()?, req.id("id")?)?;
    let list = |numbers: &[String]| if numbers.is_empty() { "—".to_owned() } else { numbers.join("　") };
    let waiting = screen.waiting.iter().map(|(lane, numbers)| {
        let label =
            if *lane == Lane::Agency { "等候：服务机构指导" } else { "等候：服务窗口初审" };
        (label, html! { (list(numbers)) })
    });
    let mut facts: Vec<_> = waiting.collect();
    facts.push(("过号（请到服务台重新排）", html! { (list(&screen.missed)) }));
    let body = html! {
        h1 { (screen.clinic.county_name) "手把手服务 叫号" }
        div.queue-screen {
            @if screen.serving.is_empty() { p.calling { "请等候叫号" } }
            @for (number, _, counter) in &screen.serving {
                p.calling { strong { (number) "号" } " 请到 " (counter) }
            }
            (ui::facts(&facts))
        }
        p.hint { "本页每" (REFRESH) "秒自动更新。" }
        p.no-print { a.button href={ "/clinics/" (screen.clinic.id) } { "返回服务日" } }
    };
    Ok(Reply::Page(200, layout::hall("叫号", REFRESH, &body)))
}

pub(super) fn take(req: &Req) -> PageResult {
    let id: ClinicId = req.id("id")?;
    let enterprise: EnterpriseId = req.form.text("enterprise").parse().map_err(|_| PageError::NotFound)?;
    match clinics::take_number(&req.app, req.actor()?, id, enterprise) {
        Ok(number) => Ok(req.see(format!("/clinics/{id}"), format!("已取{}号", number_name(number)))),
        Err(Refusal::Missing(gaps)) if gaps.iter().any(|gap| gap.code == "willingness") => {
            let message = gaps.first().map_or("", |gap| gap.message.as_str());
            unwilling(req, (id, enterprise), message, &[])
        }
        Err(other) => Err(other.into()),
    }
}

/// Why there is no number, and the way to one.
fn unwilling(
    req: &Req,
    (id, of): (ClinicId, EnterpriseId),
    message: &str,
    errors: &[FieldError],
) -> PageResult {
    let body = html! {
        h1 { "不能取号" }
        (ui::errors(errors))
        @if !message.is_empty() { p.warning { (message) } }
        p { "企业在现场表示愿意修复的，登记后就可以取号。" }
        (ui::form(req, &format!("/clinics/{id}/willing"), &html! {
            (ui::hidden("enterprise", of))
            (ui::field(&req.form, "note", "谁、怎样表示愿意修复", "例如“法定代表人到场口头表示”", errors))
            (ui::button("更正为愿意修复"))
        }))
        p { a href={ "/clinics/" (id) } { "返回服务日" } }
    };
    Ok(req.again("不能取号", body))
}

pub(super) fn willing(req: &Req) -> PageResult {
    let id: ClinicId = req.id("id")?;
    let of: EnterpriseId = req.form.text("enterprise").parse().map_err(|_| PageError::NotFound)?;
    match clinics::correct_willingness(&req.app, req.actor()?, id, (of, req.form.raw("note"))) {
        Ok(()) => Ok(req.see(format!("/clinics/{id}"), "已更正为愿意修复，现在可以取号")),
        Err(Refusal::Invalid(errors)) => unwilling(req, (id, of), "", &errors),
        Err(other) => Err(other.into()),
    }
}

pub(super) fn call(req: &Req) -> PageResult {
    let id: ClinicId = req.id("id")?;
    let actor = req.actor()?;
    let lane = Lane::from_code(req.form.raw("lane")).unwrap_or_else(|| own_lane(actor));
    let ticket = clinics::call_next(&req.app, actor, id, lane, &req.form.text("counter"))?;
    let message =
        format!("请{}号 {} 到{}", number_name(ticket.number), ticket.enterprise_name, ticket.counter);
    Ok(req.see(format!("/clinics/{id}"), message))
}

/// The lane in which an actor usually serves.
pub(super) fn own_lane(actor: &Actor) -> Lane {
    if actor.has(Action::FirstReview) { Lane::Window } else { Lane::Agency }
}

pub(super) fn pass_on(req: &Req) -> PageResult {
    serve(req, TicketAction::PassOn)
}

pub(super) fn call_again(req: &Req) -> PageResult {
    serve(req, TicketAction::Call)
}

pub(super) fn finish(req: &Req) -> PageResult {
    serve(req, TicketAction::Finish)
}

pub(super) fn miss(req: &Req) -> PageResult {
    serve(req, TicketAction::Miss)
}

fn serve(req: &Req, action: TicketAction) -> PageResult {
    let id: TicketId = req.id("id")?;
    let version = req.form.text("version").parse().map_err(|_| PageError::Stale)?;
    let counter = req.form.text("counter");
    let ticket = clinics::serve(&req.app, req.actor()?, id, version, (action, &counter))?;
    Ok(req.see(format!("/clinics/{}", ticket.clinic), format!("{}号已{action}", number_name(ticket.number))))
}
