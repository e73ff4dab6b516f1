//! The window's first review and its receipt.

use maud::{Markup, html};
use xinxiu_domain::application::ReturnReason;
use xinxiu_domain::id::{ApplicationId, ClinicId};
use xinxiu_workflow::FieldError;
use xinxiu_workflow::applications::{self, Beside, Case, Verdict};

use super::back;
use super::prepare::{again, version};
use crate::web::pages::papers;
use crate::web::reply::PageResult;
use crate::web::request::{Form, Req};
use crate::web::ui;

/// The two answers of the window: accept, or return with coded reasons.
pub(super) fn form(req: &Req, case: &Case, values: &Form, errors: &[FieldError]) -> Markup {
    let found = &case.application;
    let address = format!("/applications/{}/review", found.id);
    let clinic = match (req.query.text("clinic"), req.form.text("clinic")) {
        (query, form) if query.is_empty() => form,
        (query, _) => query,
    };
    let along = html! {
        (ui::hidden("version", found.version))
        (ui::hidden("clinic", &clinic))
    };
    let reasons = ui::choices(ReturnReason::ALL);
    html! {
        @if case.gaps.is_empty() {
            (ui::upload_form(req, &address, &ui::own_ids("accept", false, &html! {
                (along)
                (ui::hidden("verdict", "accept"))
                details {
                    summary { "写意见、加附件（可以不填）" }
                    (ui::field(&Form::default(), "opinion", "初审意见", "", &[]))
                    (ui::upload_field("file", "附件", papers::HINT, papers::ACCEPT, &[]))
                }
                (ui::button("初审通过"))
            })))
        } @else { p { "材料未齐，不能通过，请退回补正。" } }
        details.return open[!errors.is_empty()] {
            summary { "退回补正" }
            (ui::upload_form(req, &address, &html! {
                (along)
                (ui::hidden("verdict", "return"))
                (ui::checkboxes(values, "reasons", "退回原因（可多选）", &reasons, errors))
                (ui::area(values, "note", "具体问题和怎样补正", "将印在回执上", errors))
                (ui::upload_field("file", "附件（可以不传）", papers::HINT, papers::ACCEPT, errors))
                (ui::button("退回补正"))
            }))
        }
    }
}

pub(super) fn review(req: &Req) -> PageResult {
    let id: ApplicationId = req.id("id")?;
    let clinic: Option<ClinicId> = req.form.text("clinic").parse().ok();
    let accepting = req.form.text("verdict") == "accept";
    let verdict = if accepting {
        Verdict::Accept
    } else {
        let reasons = req.form.all("reasons");
        Verdict::Return {
            reasons: reasons.iter().filter_map(|code| ReturnReason::from_code(code)).collect(),
            note: req.form.text("note"),
        }
    };
    let actor = req.actor()?;
    let opinion = req.form.text("opinion");
    let version = version(req)?;
    let step = back::paper(req, "附件").and_then(|file| {
        applications::first_review(&req.app, actor, id, version, &verdict, Beside { clinic, opinion, file })
    });
    match step {
        Ok(_) => {
            let back =
                clinic.map_or_else(|| format!("/applications/{id}"), |clinic| format!("/clinics/{clinic}"));
            let done = if accepting { "初审通过，已转处罚机关决定" } else { "已退回补正" };
            Ok(req.see(back, format!("{done}；回执在申请页面打印")))
        }
        Err(refusal) => again(req, id, &refusal.into_errors("note")?),
    }
}

pub(super) fn receipt(req: &Req) -> PageResult {
    papers::made(req, applications::receipt(&req.app, req.actor()?, req.id("id")?)?)
}
