//! Meetings and warning interviews: their forms, the record to print and sign, and the photos of a step.

use maud::{Markup, html};
use xinxiu_domain::id::EnterpriseId;
use xinxiu_domain::rectification::RectificationAction as Move;
use xinxiu_workflow::rectifications::{self, Attachment, Meeting};
use xinxiu_workflow::{FieldError, Refusal};

use super::follow_up::after;
use crate::web::pages::papers;
use crate::web::reply::PageResult;
use crate::web::request::{Form, Req};
use crate::web::ui;

/// Files that one step takes.
const MOST: usize = 12;

/// Several files at once; a phone offers its camera.
pub(super) fn photos(name: &str, label: &str, errors: &[FieldError]) -> Markup {
    ui::uploads_field(name, label, "PDF 或照片，可一次选多张，合计不超过60MB", papers::ACCEPT, errors)
}

/// Every file of a field.
pub(super) fn attachments(req: &Req, field: &str) -> Result<Vec<Attachment>, Refusal> {
    if req.uploads_of(field).count() > MOST {
        return Err(Refusal::invalid(field, format!("一次最多上传{MOST}个文件，其余的请合并为一个PDF")));
    }
    let kept = papers::keep_any(req, field)?;
    Ok(kept.into_iter().map(|(kept, name, media_type)| Attachment { kept, name, media_type }).collect())
}

/// The fields of a talk. The names of the meeting's begin with `meet_`, since both forms may stand on one page.
fn fields(values: &Form, prefix: &str, word: &str, errors: &[FieldError]) -> Markup {
    let name = |field: &str| format!("{prefix}{field}");
    html! {
        (ui::date_field(values, &name("held_on"), &format!("{word}日期（不填为今天）"), errors))
        (ui::field(values, &name("place"), "地点", "", errors))
        (ui::field(values, &name("enterprise_side"), &format!("{word}对象"), "企业到场人员的姓名和职务，不写证件号和电话", errors))
        (ui::field(values, &name("authority_side"), "参加人员", "本部门参加人员的姓名和职务", errors))
        (ui::area(values, &name("record"), &format!("{word}记录"), "说明的事实、依据和要求，企业的陈述", errors))
        (ui::area(values, &name("undertaking"), "企业表态和整改承诺", "", errors))
    }
}

pub(super) fn meet_form(req: &Req, address: &str, values: &Form, errors: &[FieldError]) -> Markup {
    let refused = errors.iter().any(|error| error.field.starts_with("meet_"));
    html! {
        details open[refused] {
            summary { "登记会商约见" }
            (ui::upload_form(req, address, &html! {
                (fields(values, "meet_", "约见", errors))
                (photos("meet_file", "约见记录或照片（可不传）", errors))
                (ui::button("登记会商约见"))
            }))
        }
    }
}

pub(super) fn interview_form(req: &Req, address: &str, values: &Form, errors: &[FieldError]) -> Markup {
    ui::upload_form(
        req,
        address,
        &html! {
            h3 { "登记警示约谈" }
            (fields(values, "", "约谈", errors))
            (photos("record_file", "约谈笔录或照片（可不传）", errors))
            (ui::button("登记警示约谈"))
        },
    )
}

/// What was typed of a talk.
fn read(req: &Req, prefix: &str) -> Result<Meeting, Refusal> {
    let mut fields = req.fields();
    let name = |field: &str| format!("{prefix}{field}");
    let day = name("held_on");
    let held_on = (!fields.text(&day).is_empty()).then(|| fields.date(&day, "日期"));
    let meeting = Meeting {
        held_on,
        place: fields.text(&name("place")),
        enterprise_side: fields.text(&name("enterprise_side")),
        authority_side: fields.text(&name("authority_side")),
        record: fields.text(&name("record")),
        undertaking: fields.text(&name("undertaking")),
    };
    fields.check().map(|()| meeting)
}

pub(super) fn meet(req: &Req) -> PageResult {
    let (id, actor): (EnterpriseId, _) = (req.id("id")?, req.actor()?);
    let work = || {
        let files = attachments(req, "meet_file")?;
        rectifications::meet(&req.app, actor, id, &read(req, "meet_")?, &files)
    };
    after(req, work().map(|()| "已登记会商约见".to_owned()))
}

pub(super) fn interview(req: &Req) -> PageResult {
    let (id, actor): (EnterpriseId, _) = (req.id("id")?, req.actor()?);
    let work = || {
        let files = attachments(req, "record_file")?;
        rectifications::interview(&req.app, actor, id, &read(req, "")?, &files)
    };
    after(req, work().map(|()| "已登记警示约谈，可以打印记录请双方签字".to_owned()))
}

/// The record on one sheet, with room for the signatures.
pub(super) fn record(req: &Req) -> PageResult {
    let (id, event): (EnterpriseId, i64) = (req.id("id")?, req.id("event")?);
    let (found, event, meeting, authority) = rectifications::record(&req.app, req.actor()?, id, event)?;
    let action = Move::from_code(&event.action);
    let word = if action == Some(Move::Meet) { "约见" } else { "约谈" };
    let title = format!("{}记录", action.map_or("约谈", Move::label));
    let numbers: Vec<_> = found.penalties.iter().map(|penalty| penalty.decision.to_string()).collect();
    let body = html! {
        h1 { (title) }
        (ui::facts(&[
            ("企业", html! { (found.enterprise.name) }),
            ("统一社会信用代码", html! { @if let Some(uscc) = &found.enterprise.uscc { (ui::code(&uscc.to_string())) } }),
            ("涉及的处罚决定", html! { (numbers.join("、")) }),
            ("整改期限", html! { @if let Some(due) = found.due_on { (due) } }),
            ("日期", html! { @if let Some(day) = meeting.held_on { (day) } }),
            ("地点", html! { (meeting.place) }),
            (if word == "约见" { "约见对象" } else { "约谈对象" }, html! { (meeting.enterprise_side) }),
            ("参加人员", html! { (authority) " " (meeting.authority_side) }),
        ]))
        (ui::panel("记录", &html! { p { (meeting.record) } }))
        (ui::panel("企业表态和整改承诺", &html! { p { @if meeting.undertaking.is_empty() { "无" } @else { (meeting.undertaking) } } }))
        (ui::panel("签字", &html! {
            p { (word) "对象签字：　　　　　　　　　　　　　年　　月　　日" }
            p { (word) "部门（盖章）：　　　　　　　　　　　　年　　月　　日" }
        }))
        p.quiet { "由" (event.actor) "于" (event.at.on) "登记。" }
        p.no-print { a href={ "/rectifications/" (id) } { "返回整改督促" } }
    };
    Ok(req.page(&title, body))
}
