//! The words of messages, for the campaign under way (N08).

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::calling::{PLACEHOLDERS, Purpose};
use xinxiu_workflow::calling;
use xinxiu_workflow::{FieldError, Refusal};

use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::ui;

const TITLE: &str = "短信模板";

pub(super) fn show(req: &Req) -> PageResult {
    Ok(req.page(TITLE, body(req, None)?))
}

fn body(req: &Req, refused: Option<(Purpose, &[FieldError])>) -> Result<Markup, PageError> {
    let may_edit = req.actor()?.has(Action::EditCampaign);
    let all = calling::words(&req.app, req.actor()?)?;
    Ok(html! {
        h1 { (TITLE) }
        @if req.actor()?.has(Action::ViewAudit) { p { a href="/messages/queue" { "查看消息发送队列" } } }
        @if let Some((_, errors)) = refused { (ui::errors(errors)) }
        @if all.is_empty() {
            (ui::empty("还没有进行中的年度行动。", "市信用办发布年度行动后，在这里修改通知企业的短信。"))
        } @else {
            p { "占位词会换成每家企业自己的内容：" @for word in PLACEHOLDERS { code { (word) } " " } }
        }
        @for one in &all {
            @let refused = refused.filter(|(purpose, _)| *purpose == one.purpose);
            @let field = text_field(one.purpose);
            @let values = refused.map_or_else(|| Form::default().with(&field, &one.text), |_| req.form.clone());
            section.panel {
                h2 { (one.purpose) @if one.version == 0 { " " (ui::badge("plain", "平台内置")) } }
                @if may_edit {
                    (ui::form(req, "/messages", &html! {
                        (ui::hidden("matter", one.purpose.code()))
                        (ui::hidden("version", one.version))
                        (ui::area(&values, &field, &format!("{}的短信内容", one.purpose), "不超过300字", refused.map_or(&[], |(_, errors)| errors)))
                        (ui::button("保存"))
                    }))
                } @else {
                    p { (one.text) }
                }
            }
        }
    })
}

/// Every purpose has a form on the page, so each has a field of its own.
fn text_field(purpose: Purpose) -> String {
    format!("text-{}", purpose.code())
}

pub(super) fn change(req: &Req) -> PageResult {
    let purpose = Purpose::from_code(req.form.raw("matter")).unwrap_or(Purpose::Invite);
    let version = req.form.text("version").parse().unwrap_or(0);
    let field = text_field(purpose);
    match calling::change_words(&req.app, req.actor()?, purpose, req.form.raw(&field), version) {
        Ok(()) => Ok(req.see("/messages", format!("已保存「{purpose}」的短信内容"))),
        Err(Refusal::Invalid(mut errors)) => {
            for error in &mut errors {
                error.field.clone_from(&field);
            }
            Ok(req.again(TITLE, body(req, Some((purpose, &errors)))?))
        }
        Err(other) => Err(other.into()),
    }
}
