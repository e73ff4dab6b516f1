//! What the window sent back and why, at the top of the page for whoever acts; and beside it what was put right (N12).

use maud::{Markup, html};
use xinxiu_domain::application::{ApplicationState, ReturnReason};
use xinxiu_store::application::OnFile;
use xinxiu_store::review::Review;
use xinxiu_workflow::FieldError;
use xinxiu_workflow::applications::{Case, Corrected, corrected_field};

use crate::web::request::{Form, Req};
use crate::web::ui;

/// Reasons of a return in one line.
pub(super) fn reasons(back: &Review) -> String {
    back.reasons.iter().map(|reason| reason.label()).collect::<Vec<_>>().join("、")
}

/// The return that waits for its answer; at the window, the last one with what the agency put right since.
pub(super) fn panel(case: &Case) -> Markup {
    let Some(back) = case.last_return() else { return html! {} };
    let is_open = case.application.state == ApplicationState::Returned;
    if !is_open && case.application.state != ApplicationState::Submitted {
        return html! {};
    }
    let corrections = case.corrections();
    html! {
        section.panel {
            h2 { @if is_open { "退回补正，须先解决" } @else { "上次退回和本次补正" } }
            p { (back.on) "，" (back.reviewer) "退回：" strong { (reasons(back)) } }
            @if !back.note.is_empty() { p.warning { "具体问题：" (back.note) } }
            @if !is_open {
                ul.checks {
                    @for one in &corrections { li { (one.result) "：" strong { (one.opinion) } } }
                }
                p.hint { "退回以后新加入的材料标有“新”。" }
            }
            p { a href={ "/reviews/" (back.id) "/receipt" } { "查看退回的回执" } }
        }
    }
}

/// One line for each reason: what was put right.
pub(super) fn answers(case: &Case, values: &Form, errors: &[FieldError]) -> Markup {
    let Some(back) = case.open_return() else { return html! {} };
    html! {
        @for reason in &back.reasons {
            (ui::field(values, &corrected_field(*reason), &format!("本次补正了什么：{reason}"), "窗口会对照退回原因看到这一句", errors))
        }
    }
}

/// What was typed into [`answers`].
pub(super) fn answered(req: &Req) -> Vec<Corrected> {
    let typed = |reason: &ReturnReason| (*reason, req.form.text(&corrected_field(*reason)));
    ReturnReason::ALL.iter().map(typed).collect()
}

/// Marks a document that came after the last return.
pub(super) fn new_mark(case: &Case, material: &OnFile) -> Markup {
    html! { @if case.is_new(material) { " " (ui::badge("good", "新")) } }
}
