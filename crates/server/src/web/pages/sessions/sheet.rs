//! A paper sign-in sheet entered in bulk (补录纸质签到表, N11).

use jiff::civil::Time;
use maud::{Markup, html};
use xinxiu_domain::attendance::{AttendanceState, seat_gaps};
use xinxiu_domain::id::SessionId;
use xinxiu_domain::presence::Presence;
use xinxiu_domain::session::SessionState;
use xinxiu_store::attendance::RosterLine;
use xinxiu_store::session::Session;
use xinxiu_workflow::FieldError;
use xinxiu_workflow::roll_call::{self, SheetLine};

use super::roll::heard;
use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Fields, Form, Req};
use crate::web::ui;

const TITLE: &str = "补录纸质签到表";

pub(super) fn form(req: &Req) -> PageResult {
    let (session, lines) = loaded(req)?;
    Ok(req.page(TITLE, body(req, &session, &lines, &Form::default(), &[])))
}

type Lines = Vec<(RosterLine, Presence)>;

fn loaded(req: &Req) -> Result<(Session, Lines), PageError> {
    let id: SessionId = req.id("id")?;
    let (session, mut lines) = roll_call::whole_roll(&req.app, req.actor()?, id)?;
    lines.retain(|(line, presence)| enterable(line, *presence));
    Ok((session, lines))
}

/// Whether a line of the paper can be entered: who is not in yet and may sit, or has not been checked out.
fn enterable(line: &RosterLine, presence: Presence) -> bool {
    let gaps = seat_gaps(line.owed.needed, line.owed.signed, &line.attendance.exception_reason);
    presence.inside || (!presence.came && gaps.is_empty() && line.attendance.state != AttendanceState::Absent)
}

fn body(req: &Req, session: &Session, lines: &Lines, values: &Form, errors: &[FieldError]) -> Markup {
    let rows: Vec<_> = lines.iter().map(|line| row(session, line, values, errors)).collect();
    html! {
        h1 { (TITLE) }
        p { (session.title) "，" (session.held_on) " " (session.starts_at) "—" (session.ends_at) }
        @if session.state != SessionState::Open {
            p.warning { "本场次目前是「" (session.state) "」，不能补录。签到表要在结束培训之前补录。" }
        } @else if rows.is_empty() {
            (ui::empty("这里列出可以补录的企业。", "都已签退，或还没有签好承诺书。"))
        } @else {
            p { "对照纸质签到表，勾选签了名的企业；时间与表上不同的，改成表上的时间。全部核对无误才会保存。" }
            (ui::errors(errors))
            (ui::form(req, &req.path, &html! {
                (ui::table(TITLE, &["签名", "企业", "签到时间", "签退时间", "现状"], &rows))
                (ui::button("保存补录"))
            }))
        }
        p.back { a href={ "/sessions/" (session.id) "/roll" } { "返回点名" } }
    }
}

fn row(
    session: &Session,
    (line, presence): &(RosterLine, Presence),
    values: &Form,
    errors: &[FieldError],
) -> Vec<Markup> {
    let id = line.attendance.id;
    let typed = |name: &str, standard: &str| {
        if values.0.is_empty() { standard.to_owned() } else { values.raw(&format!("{name}-{id}")).to_owned() }
    };
    let wrong = |name: &str| {
        let field = format!("{name}-{id}");
        errors.iter().any(|error| error.field == field).then_some("true")
    };
    let ticked = values.all("signed").iter().any(|one| one.parse() == Ok(id));
    let time = |name: &str, label: &str, standard: &str| {
        html! {
            input id={ "f-" (name) "-" (id) } type="text" name={ (name) "-" (id) } value=(typed(name, standard))
                size="5" aria-invalid=[wrong(name)] aria-label={ (line.name) (label) };
        }
    };
    vec![
        html! {
            label.choice {
                input id={ "f-line-" (id) } type="checkbox" name="signed" value=(id) checked[ticked]
                    aria-invalid=[wrong("line")] aria-label={ (line.name) "已签名" };
            }
        },
        html! { (line.name) },
        html! { @if presence.came { "已签到" } @else { (time("came", "签到时间", &session.starts_at)) } },
        time("left", "签退时间", &session.ends_at),
        heard(*presence, session.class_hours, true),
    ]
}

pub(super) fn enter(req: &Req) -> PageResult {
    let (session, lines) = loaded(req)?;
    let mut fields = req.fields();
    let mut sheet = Vec::new();
    for (line, presence) in &lines {
        let id = line.attendance.id;
        if !req.form.all("signed").iter().any(|one| one.parse() == Ok(id)) {
            continue;
        }
        let came = if presence.came { None } else { time(&mut fields, req, "came", line) };
        let left = time(&mut fields, req, "left", line);
        sheet.push(SheetLine { attendance: id, came, left });
    }
    let actor = req.actor()?;
    let done = fields.check().and_then(|()| roll_call::enter_sheet(&req.app, actor, session.id, &sheet));
    match done {
        Ok(marks) => Ok(req.see(
            format!("/sessions/{}/roll", session.id),
            format!("已补录{}家，{marks}次签到签退", sheet.len()),
        )),
        Err(refusal) => {
            let errors = refusal.into_errors("sheet")?;
            Ok(req.again(TITLE, body(req, &session, &lines, &req.form, &errors)))
        }
    }
}

/// A time of the sheet; an empty one is not on it.
fn time(fields: &mut Fields<'_>, req: &Req, name: &str, line: &RosterLine) -> Option<Time> {
    let field = format!("{name}-{}", line.attendance.id);
    if req.form.text(&field).is_empty() {
        return None;
    }
    let label = if name == "came" { "签到时间" } else { "签退时间" };
    Some(fields.time(&field, &format!("{}的{label}", line.name)))
}
