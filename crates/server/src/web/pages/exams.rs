//! Those who run a session see an enterprise's exam and enter one that was written on paper (N11 N17).

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::attendance::{AttendanceState, exam_gaps};
use xinxiu_domain::id::AttendanceId;
use xinxiu_store::attendance::Attendance;
use xinxiu_store::exam::Paper;
use xinxiu_workflow::exam::{self, Record};
use xinxiu_workflow::{FieldError, Refusal};

use crate::web::reply::PageResult;
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

pub(super) fn routes(table: &mut Routes) {
    table.get("/attendances/{id}/exam", Access::Staff(Action::ViewSession), show);
    table.post("/attendances/{id}/exam", Access::Staff(Action::RunSession), enter);
}

fn show(req: &Req) -> PageResult {
    let record = exam::record_of(&req.app, req.actor()?, req.id("id")?)?;
    Ok(req.page("结业考试", body(req, &record, &Form::default(), &[])))
}

fn body(req: &Req, record: &Record, values: &Form, errors: &[FieldError]) -> Markup {
    let found = &record.attendance;
    let rows: Vec<_> = record.papers.iter().map(row).collect();
    let may_enter = req.actor().is_ok_and(|actor| actor.has(Action::RunSession));
    html! {
        h1 { "结业考试" }
        (ui::errors(errors))
        (about(found))
        @if rows.is_empty() {
            (ui::empty("这里列出每次考试和成绩。", "企业签到后用手机链接考试；现场用纸考的，由组织者录入答对题数。"))
        } @else {
            (ui::table("考试", &["#次数", "方式", "#答对题数", "结果", "交卷时间"], &rows))
        }
        @if found.state == AttendanceState::Passed {
            p { a.button href={ "/attendances/" (found.id) "/certificate" } { "培训证明" } }
        }
        @if may_enter && exam_gaps(found.state).is_empty() {
            (ui::panel("录入纸质考试成绩", &ui::form(req, &format!("/attendances/{}/exam", found.id), &html! {
                (ui::number_field(values, "right", &format!("答对题数（0—{}）", record.length), "按现场试卷批改的结果填写，录入后不能修改", errors))
                (ui::hidden("known", record.papers.len()))
                (ui::button("录入成绩"))
            })))
        }
    }
}

/// Whose seat in which session a page is about.
pub(super) fn about(found: &Attendance) -> Markup {
    ui::facts(&[
        ("场次", html! { a href={ "/sessions/" (found.session) } { (found.session_title) } }),
        ("企业", html! { a href={ "/enterprises/" (found.enterprise) } { "查看企业" } }),
        ("参训人员", html! { (found.attendee) }),
        ("参训状态", html! { (found.state) }),
    ])
}

fn row(paper: &Paper) -> Vec<Markup> {
    vec![
        html! { (paper.attempt) },
        html! { @if paper.questions.is_empty() { "纸质" } @else { "手机" } },
        html! { @if let Some(right) = paper.right_answers { (right) } },
        match paper.passed {
            Some(true) => ui::badge("good", "合格"),
            Some(false) => ui::badge("bad", "未合格"),
            None => ui::badge("due", "答题中"),
        },
        html! { @if let Some(at) = paper.submitted_at { (ui::when(at)) } },
    ]
}

fn enter(req: &Req) -> PageResult {
    let id: AttendanceId = req.id("id")?;
    let actor = req.actor()?;
    let record = exam::record_of(&req.app, actor, id)?;
    let mut fields = req.fields();
    let right = fields.number("right", "答对题数");
    let known = req.form.text("known").parse().ok();
    match fields.check().and_then(|()| exam::enter(&req.app, actor, id, right, known)) {
        Ok(()) => Ok(req.see(format!("/attendances/{id}/exam"), "已录入成绩")),
        Err(Refusal::Invalid(errors)) => Ok(req.again("结业考试", body(req, &record, &req.form, &errors))),
        Err(other) => Err(other.into()),
    }
}
