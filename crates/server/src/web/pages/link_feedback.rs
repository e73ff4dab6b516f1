//! An enterprise says how the session was: three taps and, if it likes, a sentence (N06 N14).

use maud::{Markup, html};
use xinxiu_domain::feedback::{Question, Rating};
use xinxiu_store::feedback::Feedback;
use xinxiu_workflow::{FieldError, Refusal, feedback};

use super::link_commitment::{home, phone, visitor};
use crate::web::reply::PageResult;
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const TITLE: &str = "评价这场培训";

pub(super) fn routes(table: &mut Routes) {
    table.get("/l/{token}/feedback", Access::Link, form);
    table.post("/l/{token}/feedback", Access::Link, give);
}

fn form(req: &Req) -> PageResult {
    let (actor, attendance) = visitor(req)?;
    let (said, open) = feedback::own(&req.app, &actor, attendance.id)?;
    let values = said.as_ref().map_or_else(Form::default, |said| {
        let form = Form::default().with("remark", &said.remark);
        Question::ALL
            .iter()
            .fold(form, |form, question| form.with(question.code(), said.to(*question).code()))
    });
    Ok(phone(req, 200, TITLE, &body(req, &attendance.session_title, open, &values, &[])))
}

fn body(req: &Req, session: &str, open: bool, values: &Form, errors: &[FieldError]) -> Markup {
    let ratings = ui::choices(Rating::ALL);
    html! {
        h1 { (TITLE) }
        p { (session) }
        @if open {
            p { "评价时不显示企业名称，服务机构只看到汇总结果。" }
            (ui::errors(errors))
            form.form method="post" action=(req.path) novalidate {
                @for question in Question::ALL { (ui::select(values, question.code(), question.label(), &ratings, errors)) }
                (ui::area(values, "remark", "还想说的话", "可以不填，请不要写企业名称和人名", errors))
                (ui::button("提交评价"))
            }
        } @else {
            p.lead { "评价的时间已过：签到参加培训后30天内可以评价。有意见请联系服务机构或市信用办。" }
        }
        (home(req))
    }
}

fn give(req: &Req) -> PageResult {
    let (actor, attendance) = visitor(req)?;
    let read = || {
        let mut fields = req.fields();
        let mut rating = |question: Question| {
            let found = fields.coded(question.code(), question.label(), Rating::from_code);
            found.unwrap_or(Rating::Fair)
        };
        let (content, lecturer, arrangement) =
            (rating(Question::Content), rating(Question::Lecturer), rating(Question::Arrangement));
        let remark = fields.text("remark");
        fields.check()?;
        Ok(Feedback { content, lecturer, arrangement, remark })
    };
    match read().and_then(|said| feedback::give(&req.app, &actor, attendance.id, &said)) {
        Ok(()) => Ok(req.see(format!("/l/{}", req.param("token")), "已收到您的评价，谢谢")),
        Err(Refusal::Invalid(errors)) => {
            let open = feedback::own(&req.app, &actor, attendance.id)?.1;
            Ok(phone(req, 422, TITLE, &body(req, &attendance.session_title, open, &req.form, &errors)))
        }
        Err(other) => Err(other.into()),
    }
}
