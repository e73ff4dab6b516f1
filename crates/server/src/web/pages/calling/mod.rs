//! Calling the enterprises of a session: who has been told and how (N08).

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::calling::{Outcome, Purpose, Reach, Way};
use xinxiu_domain::id::{AttendanceId, SessionId};
use xinxiu_domain::session::SessionState;
use xinxiu_store::contact::Line;
use xinxiu_workflow::calling::{self, Board, Tell};
use xinxiu_workflow::{FieldError, Refusal};

use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

mod messages;
mod progress;
mod queue;
mod seek;
mod send;
mod words;

const CALL: Access = Access::Staff(Action::Contact);
const TITLE: &str = "通知台账";

pub(super) fn routes(table: &mut Routes) {
    table.get("/sessions/{id}/calling", CALL, show);
    table.post("/sessions/{id}/calling", CALL, tell);
    table.post("/sessions/{id}/calling/messages", CALL, messages::take_along);
    table.get("/sessions/{id}/send", CALL, send::choose);
    table.post("/sessions/{id}/send/check", CALL, send::check);
    table.post("/sessions/{id}/send", CALL, send::send);
    table.get("/sessions/{id}/messages", CALL, progress::show);
    table.post("/sessions/{id}/messages", CALL, progress::change);
    table.get("/messages/queue", Access::Staff(Action::ViewAudit), queue::show);
    table.get("/attendances/{id}/contacts", CALL, attempts);
    table.get("/contacts", CALL, seek::show);
    table.post("/contacts", CALL, seek::tell);
    table.get("/contacts/changed", CALL, seek::show_changed);
    table.post("/contacts/changed", CALL, seek::tell_changed);
    table.get("/messages", Access::Staff(Action::ViewCampaign), words::show);
    table.post("/messages", Access::Staff(Action::EditCampaign), words::change);
}

/// Which form of the page was refused, with what was wrong.
#[derive(Clone, Copy)]
struct Refused<'a> {
    form: &'a str,
    errors: &'a [FieldError],
}

impl Refused<'_> {
    const NONE: Self = Self { form: "", errors: &[] };

    fn of(&self, req: &Req, form: &str) -> (Form, &[FieldError]) {
        if self.form == form { (req.form.clone(), self.errors) } else { (Form::default(), &[]) }
    }
}

fn asked(req: &Req) -> Option<Reach> {
    Reach::from_code(req.query.raw("reach"))
}

fn show(req: &Req) -> PageResult {
    Ok(req.page(TITLE, body(req, req.id("id")?, Refused::NONE)?))
}

fn body(req: &Req, id: SessionId, refused: Refused<'_>) -> Result<Markup, PageError> {
    let reach = asked(req);
    let board = calling::board(&req.app, req.actor()?, id, reach)?;
    let over = matches!(board.session.state, SessionState::Planned | SessionState::Closed);
    Ok(html! {
        h1 { (TITLE) }
        (ui::errors(refused.errors))
        p { a href={ "/sessions/" (id) } { (board.session.title) } "，" (board.session.held_on) " " (board.session.starts_at) }
        (figures(&board, reach))
        @if !over && req.app.post.is_open() { (send::ways(&board)) }
        @if let Some(reach) = reach { (ui::narrowed(&format!("只列出{reach}的企业。"), &format!("/sessions/{id}/calling"))) }
        @if board.lines.is_empty() {
            (ui::empty("这里列出已邀请的企业、每次通知的方式和结果。", "发布场次并邀请企业后，在这里登记通知情况。"))
        } @else if over {
            (ui::table(TITLE, &HEADS[1..], &board.lines.iter().map(cells).collect::<Vec<_>>()))
        } @else {
            (register(req, &here(req, id, "calling"), &board.lines, refused.of(req, "tell"), TITLE))
            (messages::panel(req, &here(req, id, "calling/messages"), &board, refused.of(req, "messages")))
        }
    })
}

/// The address of a form, which keeps what the list was narrowed to.
fn here(req: &Req, id: SessionId, step: &str) -> String {
    match asked(req) {
        Some(reach) => format!("/sessions/{id}/{step}?reach={}", reach.code()),
        None => format!("/sessions/{id}/{step}"),
    }
}

fn figures(board: &Board, reach: Option<Reach>) -> Markup {
    let id = board.session.id;
    html! {
        div.figures {
            @for (of, count) in &board.counts {
                @if *count > 0 || reach == Some(*of) {
                    (ui::figure(*count, of.label(), &format!("/sessions/{id}/calling?reach={}", of.code())))
                }
            }
        }
        p.hint { "只有「已送达」和企业自己的答复算通知到；已发出而没有回执的不算。" }
    }
}

const HEADS: [&str; 6] = ["选择", "企业", "地区", "联系电话", "通知情况", "最近一次"];

fn cells(line: &Line) -> Vec<Markup> {
    let tone = match line.reach {
        Reach::Answered | Reach::Told => "good",
        Reach::Unreachable | Reach::Outdated => "bad",
        Reach::Tried | Reach::Untried => "due",
    };
    vec![
        html! { a href={ "/enterprises/" (line.enterprise) } { (line.name) } },
        html! { (line.county) " " (line.township) },
        html! { @if line.contact_phone_sealed.is_empty() { "没有电话" } @else { (line.contact_name) "（有电话）" } },
        ui::badge(tone, line.reach.label()),
        html! {
            @if let Some((way, outcome, at)) = line.last {
                a href={ "/attendances/" (line.attendance) "/contacts" } aria-label={ (line.name) "的全部通知记录" } {
                    (way) "：" (outcome)
                }
                " " (ui::when(at))
                @if line.attempts > 1 { "，共" (line.attempts) "次" }
            } @else { "—" }
        },
    ]
}

/// The list with a tick beside each enterprise, and what is said of those that are ticked.
fn register(
    req: &Req,
    action: &str,
    lines: &[Line],
    (values, errors): (Form, &[FieldError]),
    caption: &str,
) -> Markup {
    let ticked = req.form.all("whom");
    let rows = lines.iter().map(|line| {
        let id = line.attendance.to_string();
        let tick = html! { label.choice {
            input type="checkbox" name="whom" value=(id) checked[ticked.contains(&id)] aria-label={ "选择" (line.name) };
        } };
        std::iter::once(tick).chain(cells(line)).collect()
    });
    let rows: Vec<Vec<Markup>> = rows.collect();
    ui::form(
        req,
        action,
        &html! {
            label.choice hidden data-tick-all="whom" { input type="checkbox"; " 勾选全部" }
            (ui::table(caption, &HEADS, &rows))
            fieldset #f-whom {
                legend { "登记对勾选企业的通知" }
                (ui::select(&values, "way", "方式", &ui::choices(Way::ALL), errors))
                (ui::select(&values, "matter", "事项", &ui::choices(Purpose::ALL), errors))
                (ui::select(&values, "outcome", "结果", &ui::choices(Outcome::ALL), errors))
                (ui::field(&values, "note", "备注", "可不填，例如 由门卫代收", errors))
            }
            p.actions { button.primary type="submit" { "登记通知" } }
        },
    )
}

/// What the form says of the enterprises that are ticked.
fn read_tell(req: &Req) -> Result<Tell, Refusal> {
    let mut fields = req.fields();
    let way = fields.coded("way", "方式", Way::from_code);
    let purpose = fields.coded("matter", "事项", Purpose::from_code);
    let outcome = fields.coded("outcome", "结果", Outcome::from_code);
    fields.check()?;
    let whom: Vec<AttendanceId> = req.form.all("whom").iter().filter_map(|id| id.parse().ok()).collect();
    Ok(Tell {
        whom,
        way: way.unwrap_or(Way::Phone),
        purpose: purpose.unwrap_or(Purpose::Invite),
        outcome: outcome.unwrap_or(Outcome::Sent),
        note: req.form.text("note"),
    })
}

fn told(count: usize) -> String {
    format!("已登记{count}家企业的通知")
}

fn tell(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    let actor = req.actor()?;
    match read_tell(req).and_then(|command| calling::tell(&req.app, actor, &command)) {
        Ok(count) => Ok(req.see(here(req, id, "calling"), told(count))),
        Err(Refusal::Invalid(errors)) => {
            Ok(req.again(TITLE, body(req, id, Refused { form: "tell", errors: &errors })?))
        }
        Err(other) => Err(other.into()),
    }
}

fn attempts(req: &Req) -> PageResult {
    let id: AttendanceId = req.id("id")?;
    let found = calling::attempts(&req.app, req.actor()?, id)?;
    let rows: Vec<Vec<Markup>> = found
        .iter()
        .map(|one| {
            vec![
                ui::when(one.at),
                html! { (one.way) },
                html! { (one.purpose) },
                html! {
                    (one.outcome)
                    @if one.way.has_receipts() && !one.by_gateway { br; small.quiet { "人工登记，不是平台发送的" } }
                },
                html! { (one.by) },
                html! { (one.note) },
            ]
        })
        .collect();
    Ok(req.page(
        "通知记录",
        html! {
            h1 { "通知记录" }
            @if rows.is_empty() {
                (ui::empty("还没有通知过这家企业。", "在场次的通知台账中勾选企业登记。"))
            } @else {
                (ui::table("通知记录", &["时间", "方式", "事项", "结果", "通知人", "备注"], &rows))
            }
        },
    ))
}
