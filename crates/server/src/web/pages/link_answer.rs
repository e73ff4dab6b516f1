//! Where an enterprise answers its invitation (答复邀请): whether it comes, who comes, and whether it wants its credit repaired (N07).

use maud::{Markup, html};
use xinxiu_domain::attendance::{AttendanceState, Willingness};
use xinxiu_domain::session::Capacity;
use xinxiu_workflow::FieldError;
use xinxiu_workflow::invitations::{self, Answer, Home};

use super::link::{address, guest};
use crate::web::layout;
use crate::web::reply::{PageResult, Reply};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

pub(super) fn routes(table: &mut Routes) {
    table.get("/l/{token}/answer", Access::Link, answer_form);
    table.post("/l/{token}/answer", Access::Link, answer);
}

fn answer_form(req: &Req) -> PageResult {
    let (actor, found) = guest(req)?;
    let home = invitations::home(&req.app, &actor, found.id)?;
    let attending = match found.state {
        AttendanceState::Declined => "no",
        AttendanceState::Accepted => "yes",
        AttendanceState::Waiting if home.place.is_some() => "yes",
        _ => "",
    };
    let attendee =
        if found.attendee.is_empty() { home.legal_representative.clone() } else { found.attendee.clone() };
    let answered = found.answered_at.is_some();
    let values = Form::default()
        .with("attending", attending)
        .with("willingness", if answered { found.willingness.code() } else { "" })
        .with("attendee", attendee)
        .with("capacity", found.capacity.map_or("", Capacity::code))
        .with("representative", invitations::said_representative(&req.app, &actor, found.id)?);
    Ok(Reply::Page(200, layout::phone("答复邀请", &req.flash, &answer_body(req, &home, &values, &[]))))
}

fn answer_body(req: &Req, home: &Home, values: &Form, errors: &[FieldError]) -> Markup {
    let attending = [("yes".to_owned(), "参加".to_owned()), ("no".to_owned(), "不参加".to_owned())];
    let willingness = ui::choices(Willingness::ALL);
    let capacities = ui::choices(Capacity::ALL);
    html! {
        p.whose { (home.enterprise) }
        h1 { "答复邀请" }
        p { (home.session.title) "，" (home.time) }
        (ui::errors(errors))
        form.form method="post" action=(address(req, "answer")) novalidate {
            (ui::select(values, "attending", "是否参加", &attending, errors))
            (ui::select(values, "willingness", "是否愿意修复信用", &willingness, errors))
            (ui::field(values, "attendee", "参加人姓名", "不参加的不用填", errors))
            (ui::select(values, "capacity", "参加人身份", &capacities, errors))
            (ui::field(values, "representative", "现任法定代表人", &registered(home), errors))
            (ui::button("提交答复"))
        }
        p.back { a href=(address(req, "")) { "返回首页" } }
    }
}

/// Who is on record as the legal representative.
fn registered(home: &Home) -> String {
    match home.legal_representative.as_str() {
        "" => "登记信息里没有，知道的请填写".to_owned(),
        known => format!("登记的是{known}；没有变更的不用填"),
    }
}

fn answer(req: &Req) -> PageResult {
    let (actor, found) = guest(req)?;
    let mut fields = req.fields();
    let attending = req.form.text("attending");
    if attending != "yes" && attending != "no" {
        fields.fault("attending", "请选择是否参加".into());
    }
    let willingness = fields.coded("willingness", "是否愿意修复信用", Willingness::from_code);
    let command = Answer {
        attending: attending == "yes",
        willingness: willingness.unwrap_or(Willingness::Undecided),
        attendee: fields.text("attendee"),
        capacity: Capacity::from_code(&fields.text("capacity")),
        representative: fields.text("representative"),
    };
    match fields.check().and_then(|()| invitations::answer(&req.app, &actor, found.id, &command)) {
        Ok(()) => Ok(req.see(address(req, ""), "已收到您的答复")),
        Err(refusal) => {
            let errors = refusal.into_errors("attending")?;
            let home = invitations::home(&req.app, &actor, found.id)?;
            let body = answer_body(req, &home, &req.form, &errors);
            Ok(Reply::Page(422, layout::phone("答复邀请", "", &body)))
        }
    }
}
