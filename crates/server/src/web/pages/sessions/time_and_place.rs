//! Day, hours, place and seats of a session in a form: the agency plans them, the organiser changes them.

use maud::{Markup, html};
use xinxiu_domain::session::SessionMode;
use xinxiu_store::session::Session;
use xinxiu_workflow::FieldError;
use xinxiu_workflow::sessions::TimeAndPlace;

use crate::web::request::{Fields, Form};
use crate::web::ui;

/// The form as a session is held now.
pub(super) fn filled(session: &Session) -> Form {
    Form::default()
        .with("held_on", session.held_on)
        .with("starts_at", &session.starts_at)
        .with("ends_at", &session.ends_at)
        .with("mode", session.mode.code())
        .with("place", &session.place)
        .with("link", &session.link)
        .with("capacity", session.capacity)
        .with("version", session.version)
}

/// The fields; what the number of seats means depends on the form.
pub(super) fn fields(values: &Form, seats: &str, errors: &[FieldError]) -> Markup {
    html! {
        (ui::date_field(values, "held_on", "培训日期", errors))
        (ui::field(values, "starts_at", "开始时间", "例如 13:30", errors))
        (ui::field(values, "ends_at", "结束时间", "例如 17:00", errors))
        (ui::select(values, "mode", "培训形式", &ui::choices(SessionMode::ALL), errors))
        (ui::field(values, "place", "地点", "线下培训填写", errors))
        (ui::field(values, "link", "会议链接", "线上培训填写，以 https:// 开头", errors))
        (ui::number_field(values, "capacity", "名额", seats, errors))
    }
}

/// What was typed.
pub(in crate::web::pages) fn read(fields: &mut Fields<'_>) -> TimeAndPlace {
    let mode = fields.coded("mode", "培训形式", SessionMode::from_code);
    TimeAndPlace {
        held_on: fields.date("held_on", "培训日期"),
        starts_at: fields.time("starts_at", "开始时间"),
        ends_at: fields.time("ends_at", "结束时间"),
        mode: mode.unwrap_or(SessionMode::OnSite),
        place: fields.text("place"),
        link: fields.text("link"),
        capacity: fields.number("capacity", "名额"),
    }
}
