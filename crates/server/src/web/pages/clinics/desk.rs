//! The desk of a hand-in-hand day (现场服务台): numbers, lanes and first review on one device, also where there is no network.

use maud::{Markup, html};
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::application::{ApplicationState, ReturnReason};
use xinxiu_domain::clinic::{ClinicState, Lane, TicketState, number_name};
use xinxiu_domain::id::{ClinicId, EnterpriseId};
use xinxiu_store::ticket::Ticket;
use xinxiu_workflow::Refusal;
use xinxiu_workflow::applications::Case;
use xinxiu_workflow::clinics::{self, Day, Noted};

use super::queue::{badge, own_lane};
use crate::web::reply::{PageResult, Reply};
use crate::web::request::{Form, Req};
use crate::web::ui;

/// The buttons of a line: step, word, and the states in which it stands there.
const BUTTONS: [(&str, &str, &str); 8] = [
    ("take", "取号", "none"),
    ("call", "叫号", "waiting missed"),
    ("receive", "接号", "none waiting serving missed"),
    ("submit", "提交申请", "serving"),
    ("review", "初审", "serving"),
    ("pass_on", "转下一队", "serving"),
    ("finish", "办结", "serving"),
    ("miss", "过号", "serving"),
];

/// One enterprise of the day.
struct Line<'a> {
    enterprise: EnterpriseId,
    name: &'a str,
    township: &'a str,
    ticket: Option<&'a Ticket>,
    case: Option<&'a Case>,
    may_come: bool,
}

/// Those with a number in its order, then those who are expected.
fn lines(day: &Day) -> Vec<Line<'_>> {
    let expected = |of: EnterpriseId| day.expected.iter().find(|one| one.candidate.enterprise == of);
    let queued = day.queue.iter().map(|(ticket, _)| {
        let known = expected(ticket.enterprise);
        Line {
            enterprise: ticket.enterprise,
            name: &ticket.enterprise_name,
            township: known.map_or("", |one| one.candidate.township.as_str()),
            ticket: Some(ticket),
            case: known.and_then(|one| one.application.as_ref()),
            may_come: true,
        }
    });
    let ahead = day.expected.iter().filter(|one| one.candidate.ticket.is_none()).map(|one| Line {
        enterprise: one.candidate.enterprise,
        name: &one.candidate.name,
        township: &one.candidate.township,
        ticket: None,
        case: one.application.as_ref(),
        may_come: one.may_come(),
    });
    queued.chain(ahead).collect()
}

pub(super) fn show(req: &Req) -> PageResult {
    let (actor, id): (_, ClinicId) = (req.actor()?, req.id("id")?);
    let day = clinics::day(&req.app, actor, id)?;
    let title = format!("{}现场服务台", day.clinic.held_on);
    let runs = matches!(day.clinic.state, ClinicState::Planned | ClinicState::Open);
    let csrf = req.signed_in.as_ref().map_or("", |signed_in| &signed_in.csrf);
    let lane = own_lane(actor);
    let counter = if lane == Lane::Window { "1号窗口" } else { "1号服务台" };
    let values = Form::default().with("lane", lane.code()).with("counter", counter);
    let body = html! {
        h1 { (title) }
        @if !runs { p.warning { "服务日目前是「" (day.clinic.state) "」，现在不能办理。" } }
        @else if day.clinic.state == ClinicState::Planned { p.warning { "还没有开始叫号；可以先取号。" } }
        p.actions {
            a.button href={ "/clinics/" (id) "/screen" } { "打开叫号屏" } " "
            a.button href={ "/clinics/" (id) } { "返回服务日" }
        }
        div data-desk=(id) {
            form method="post" action={ "/clinics/" (id) "/desk" } {
                (ui::hidden("csrf", csrf))
                (ui::one_of(&values, "lane", "本设备办理", &ui::choices(Lane::ALL)))
                (ui::field(&values, "counter", "窗口或服务台", "叫号屏按此显示", &[]))
                // Shown by the script: without it there is no work without a network.
                div.roll-tools hidden {
                    p role="status" data-desk-status {}
                    div.field {
                        label for="desk-find" { "查找企业" }
                        input id="desk-find" type="search" autocomplete="off";
                    }
                    div data-desk-conflicts {}
                    div data-desk-receipts {}
                    (slip(&day))
                }
                @if actor.has(Action::FirstReview) { (review_panel()) }
                ul.roll { @for line in lines(&day) { (entry(actor, &day, &line, runs)) } }
            }
        }
        script src="/assets/notebook.js" defer {}
        script src="/assets/desk.js" defer {}
        script src="/assets/keep.js" data-scope="/clinics/" {}
    };
    Ok(req.page(&title, body))
}

/// One review form for all lines: the script fills it with the one that was chosen.
fn review_panel() -> Markup {
    html! {
        section.panel data-desk-review tabindex="-1" hidden {
            h2 { "初审：" span data-review-name {} }
            p data-review-gaps {}
            (ui::checkboxes(&Form::default(), "reasons", "退回原因（退回时勾选）", &ui::choices(ReturnReason::ALL), &[]))
            (ui::area(&Form::default(), "note", "具体问题", "", &[]))
            p.actions {
                button.primary type="button" data-review="accept" { "初审通过" } " "
                button type="button" data-review="return" { "退回补正" } " "
                button type="button" data-review="" { "先不办" }
            }
        }
    }
}

/// A paper for the enterprise, filled by the script: on a day without a network it says that the platform does not know yet.
fn slip(day: &Day) -> Markup {
    html! {
        section.panel.desk-slip data-desk-slip tabindex="-1" hidden {
            h2 data-slip-title {}
            p { (day.clinic.county_name) " " (day.clinic.held_on) "手把手服务 " (day.clinic.place) }
            dl.facts {}
            p { strong data-slip-note {} }
            p.actions {
                button.primary type="button" data-slip="print" { "打印" } " "
                button type="button" data-slip="close" { "关闭" }
            }
        }
    }
}

/// How far an application is for the desk: it can be submitted, or it waits for the window.
fn stage(case: &Case) -> Option<&'static str> {
    match case.application.state {
        ApplicationState::Submitted => Some("submitted"),
        ApplicationState::Draft | ApplicationState::Returned if case.gaps.is_empty() => Some("ready"),
        _ => None,
    }
}

/// Whether a button is for this actor and this application at all; when, the script says as the line changes.
fn is_for(kind: &str, actor: &Actor, stage: Option<&str>, is_open: bool) -> bool {
    match kind {
        "take" => true,
        "submit" => is_open && stage == Some("ready") && actor.has(Action::PrepareApplication),
        "receive" | "review" => is_open && stage.is_some() && actor.has(Action::FirstReview),
        _ => is_open,
    }
}

fn entry(actor: &Actor, day: &Day, line: &Line<'_>, runs: bool) -> Markup {
    let state = line.ticket.map_or("none", |ticket| ticket.state.code());
    let queued_in = line.ticket.map_or("", |ticket| ticket.lane.code());
    let case = line.case;
    let gaps: Vec<&str> =
        case.map_or_else(Vec::new, |case| case.gaps.iter().map(|gap| gap.message.as_str()).collect());
    let reach = case.and_then(stage);
    let open = day.clinic.state == ClinicState::Open;
    html! {
        li data-enterprise=(line.enterprise) data-name=(line.name) data-now=(state) data-lane=(queued_in) data-stage=[reach]
            data-number=[line.ticket.map(|ticket| ticket.number)] data-counter=[line.ticket.map(|ticket| &ticket.counter)]
            data-application=[case.map(|case| case.application.id)]
            data-version=[case.map(|case| case.application.version)] data-gaps=(gaps.join("；")) {
            div {
                strong data-number-name { @if let Some(ticket) = line.ticket { (number_name(ticket.number)) "号" } }
                " " strong { (line.name) } " "
                span data-state { (standing(line.ticket)) }
                br;
                small.quiet {
                    (line.township) " "
                    @match case {
                        Some(case) => {
                            a href={ "/applications/" (case.application.id) "?clinic=" (day.clinic.id) } { "申请：" (case.application.state) }
                            @if !gaps.is_empty() { "，还差" (gaps.len()) "项" }
                        }
                        None => { "尚未申请" }
                    }
                }
            }
            @if !line.may_come {
                a href={ "/clinics/" (day.clinic.id) } { "未参训且不愿修复，改变主意的先登记" }
            } @else if runs {
                span.row-actions {
                    @for (kind, word, when) in BUTTONS {
                        @if is_for(kind, actor, reach, open) {
                            button type="submit" name=(kind) value=(line.enterprise) data-when=(when)
                                hidden[!when.split(' ').any(|one| one == state) || matches!(kind, "review" | "receive")]
                                aria-label={ (word) " " (line.name) } { (word) }
                        }
                    }
                }
            }
        }
    }
}

fn standing(ticket: Option<&Ticket>) -> Markup {
    html! {
        @match ticket {
            None => { span.quiet { "未取号" } }
            Some(ticket) => {
                (badge(ticket.state)) " " (ticket.lane)
                @if ticket.state == TicketState::Serving { "，" (ticket.counter) }
            }
        }
    }
}

/// One tap without a script: the same step as the device's, with a key of the server's own.
pub(super) fn mark(req: &Req) -> PageResult {
    let id: ClinicId = req.id("id")?;
    let day = clinics::day(&req.app, req.actor()?, id)?;
    let kinds = BUTTONS.iter().map(|(kind, _, _)| *kind);
    let pressed = kinds.into_iter().find_map(|kind| Some((kind, req.form.text(kind).parse::<i64>().ok()?)));
    let Some((kind, enterprise)) = pressed else {
        return Ok(req.see(format!("/clinics/{id}/desk"), "请选择要办理的企业"));
    };
    let found = day.queue.iter().find(|(ticket, _)| ticket.enterprise.0 == enterprise);
    let lane = found.map_or(String::new(), |(ticket, _)| ticket.lane.code().to_owned());
    let counter = match found {
        Some((ticket, _)) if ticket.state == TicketState::Serving => ticket.counter.clone(),
        _ => req.form.text("counter"),
    };
    let key = format!("page-{}", req.app.clock.now().as_nanosecond());
    let case = day.expected.iter().find(|one| one.candidate.enterprise.0 == enterprise);
    let case = case.and_then(|one| one.application.as_ref()).map(|case| &case.application);
    let (application, version) = case.map_or((0, 0), |found| (found.id.0, found.version));
    let noted =
        Noted { key, kind: kind.into(), enterprise, lane, counter, application, version, ..Noted::default() };
    let answers = clinics::sync(&req.app, req.actor()?, id, "网页", vec![noted])?;
    let message = answers.into_iter().next().map(|one| one.message).unwrap_or_default();
    Ok(req.see(format!("/clinics/{id}/desk"), message))
}

/// What a device noted; answered in a form that its script reads.
pub(super) fn sync(req: &Req) -> PageResult {
    let noted: Vec<Noted> = serde_json::from_str(req.form.raw("marks"))
        .map_err(|_| Refusal::Upload("没有收到可用的办理记录，请刷新本页再试".into()))?;
    let answers = clinics::sync(&req.app, req.actor()?, req.id("id")?, &req.form.text("device"), noted)?;
    let text = serde_json::to_string(&answers).map_err(|error| Refusal::Document(error.to_string()))?;
    Ok(Reply::Text(text, "application/json"))
}

/// The letter of a device.
pub(super) fn device(req: &Req) -> PageResult {
    let place = clinics::register(&req.app, req.actor()?, req.id("id")?, &req.form.text("device"))?;
    Ok(Reply::Text(place.to_string(), "application/json"))
}
