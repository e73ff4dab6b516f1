//! An enterprise sits the closing exam on a phone, sees at once what was right and why, and takes its
//! certificate along (N11 N18).

use maud::{Markup, html};
use xinxiu_domain::attendance::{AttendanceState, exam_gaps};
use xinxiu_domain::exam::{Question, QuestionKind};
use xinxiu_store::StoreError;
use xinxiu_store::exam::Paper;
use xinxiu_store::exam_answer::Given;
use xinxiu_workflow::{FieldError, Refusal, certificates, exam, sitting};

use super::link_commitment::{below, home, phone, visitor};
use crate::web::reply::{PageResult, Reply};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

pub(super) fn routes(table: &mut Routes) {
    table.get("/l/{token}/exam", Access::Link, show);
    table.post("/l/{token}/exam", Access::Link, submit);
    table.post("/l/{token}/exam/answers", Access::Link, keep);
    table.get("/l/{token}/exam/result", Access::Link, result);
    table.get("/l/{token}/certificate.pdf", Access::Link, certificate);
}

fn show(req: &Req) -> PageResult {
    let (actor, attendance) = visitor(req)?;
    if attendance.state == AttendanceState::Passed {
        return Ok(req.see(below(req, "exam/result"), ""));
    }
    exam::start(&req.app, &actor, attendance.id)?;
    let Some(sitting) = sitting::resume(&req.app, &actor, attendance.id)? else {
        return Ok(req.see(below(req, "exam/result"), "考试时间到，已按保存的答案交卷"));
    };
    let values = answered(&sitting.paper);
    Ok(phone(req, 200, "结业考试", &paper_body(req, &sitting.paper, &values, &[])))
}

/// The answers that were kept, as values of the form: on this device or another, one goes on where one was.
fn answered(paper: &Paper) -> Form {
    paper.answers.iter().enumerate().fold(Form::default(), |form, (place, chosen)| {
        chosen.iter().fold(form, |form, choice| form.with(&format!("q{}", place + 1), choice))
    })
}

/// Keeps single answers while the exam is under way, each as `place:number:choices` (`2:17:0,3`). They may come
/// twice and in any order; the one with the greatest number stands.
fn keep(req: &Req) -> PageResult {
    let (actor, attendance) = visitor(req)?;
    let paper: i64 = req.form.text("paper").parse().unwrap_or(0);
    let given = req.form.all("answer").iter().map(|text| parse(text)).collect::<Option<Vec<_>>>();
    let given = given.ok_or_else(|| Refusal::invalid("answer", "答案的写法不对，请刷新页面后再答"))?;
    let seq = sitting::keep(&req.app, &actor, attendance.id, paper, &given)?;
    Ok(Reply::Text(format!("{{\"seq\":{seq}}}"), "application/json"))
}

fn parse(text: &str) -> Option<Given> {
    let mut parts = text.splitn(3, ':');
    let place: usize = parts.next()?.parse().ok()?;
    let seq: i64 = parts.next()?.parse().ok().filter(|seq| *seq > 0)?;
    let choices = parts.next()?.split(',').filter(|choice| !choice.is_empty());
    let chosen = choices.map(str::parse).collect::<Result<Vec<usize>, _>>().ok()?;
    Some(Given { place: place.checked_sub(1)?, seq, chosen })
}

fn paper_body(req: &Req, paper: &Paper, values: &Form, errors: &[FieldError]) -> Markup {
    html! {
        h1 { "结业考试" }
        (ui::errors(errors))
        p {
            "共" (paper.questions.len()) "题，答对" (paper.pass_mark) "题合格。"
            @if paper.attempt > 1 { "这是第" (paper.attempt) "次考试。" }
            "交卷后马上知道结果；没通过的，按规定可以再考。"
        }
        @if let Some(end) = paper.ends_at {
            p { "请在" strong { (xinxiu_workflow::clock::shanghai_minute(end)) } "以前交卷，到时间后按已保存的答案自动交卷。" }
        }
        form.form method="post" action=(below(req, "exam")) novalidate {
            (ui::hidden("paper", paper.id))
            @for (index, question) in paper.questions.iter().enumerate() {
                (asked(index + 1, question, values, errors))
            }
            (ui::button("交卷"))
        }
        (home(req))
    }
}

fn asked(number: usize, question: &Question, values: &Form, errors: &[FieldError]) -> Markup {
    let name = format!("q{number}");
    let given = values.all(&name);
    let faults: Vec<_> = errors.iter().filter(|error| error.field == name).collect();
    let input = if question.kind == QuestionKind::Multiple { "checkbox" } else { "radio" };
    html! {
        fieldset.field.wrong[!faults.is_empty()] id={ "f-" (name) } {
            legend { (number) ". （" (question.kind) "）" (question.text) }
            @if question.kind == QuestionKind::Multiple { span.hint { "有两个或更多正确答案，全部选对才得分" } }
            @for fault in faults { span.error { (fault.message) } }
            @for (index, choice) in question.choices.iter().enumerate() {
                label.choice {
                    input type=(input) name=(name) value=(index) checked[given.contains(&index.to_string())];
                    " " (choice)
                }
            }
        }
    }
}

fn submit(req: &Req) -> PageResult {
    let (actor, attendance) = visitor(req)?;
    let id: i64 = req.form.text("paper").parse().unwrap_or(0);
    let record = exam::record_of(&req.app, &actor, attendance.id)?;
    let Some(paper) = record.papers.iter().find(|paper| paper.id == id && paper.submitted_at.is_none())
    else {
        return Ok(req.see(below(req, "exam/result"), "这张试卷已经交过了"));
    };
    let answers: Vec<Vec<usize>> = (1..=paper.questions.len())
        .map(|number| {
            let given = req.form.all(&format!("q{number}"));
            given.iter().filter_map(|choice| choice.parse().ok()).collect()
        })
        .collect();
    match exam::submit(&req.app, &actor, attendance.id, id, &answers) {
        Ok(_) => Ok(req.see(below(req, "exam/result"), "已交卷")),
        Err(Refusal::Invalid(errors)) => {
            Ok(phone(req, 422, "结业考试", &paper_body(req, paper, &req.form, &errors)))
        }
        Err(Refusal::Store(StoreError::Conflict(_))) => {
            Ok(req.see(below(req, "exam/result"), "这张试卷已经交过了"))
        }
        Err(other) => Err(other.into()),
    }
}

fn result(req: &Req) -> PageResult {
    let (actor, attendance) = visitor(req)?;
    let record = exam::record_of(&req.app, &actor, attendance.id)?;
    let is_passed = attendance.state == AttendanceState::Passed;
    let body = html! {
        h1 { "考试结果" }
        @match record.latest() {
            None => { (ui::empty("还没有考试成绩。", "签到后点“参加考试”，交卷后这里显示结果。")) }
            Some(paper) => { (verdict(paper)) }
        }
        @if is_passed {
            p.actions { a.button.primary href=(below(req, "certificate.pdf")) { "下载培训证明" } }
        } @else if exam_gaps(attendance.state).is_empty() {
            p.actions {
                a.button.primary href=(below(req, "exam")) {
                    @if record.latest().is_some() { "重新考试" } @else { "参加考试" }
                }
            }
        }
        @if let Some(paper) = record.latest() {
            @for (index, question) in paper.questions.iter().enumerate() {
                (explained(index, question, paper.answers.get(index).map_or(&[], Vec::as_slice)))
            }
        }
        (home(req))
    };
    Ok(phone(req, 200, "考试结果", &body))
}

fn verdict(paper: &Paper) -> Markup {
    let right = paper.right_answers.unwrap_or(0);
    let passed = paper.passed == Some(true);
    html! {
        p { @if passed { (ui::badge("good", "合格")) } @else { (ui::badge("bad", "未合格")) } }
        p { "第" (paper.attempt) "次考试，答对" strong { (right) } "题，得" strong { (paper.score()) } "分。" }
        @if !passed { p { "看一看下面的解析，按规定可以再考。" } }
    }
}

fn explained(index: usize, question: &Question, given: &[usize]) -> Markup {
    let words = |chosen: &[usize]| {
        let texts = chosen.iter().filter_map(|choice| question.choices.get(*choice));
        texts.map(String::as_str).collect::<Vec<_>>().join("；")
    };
    html! {
        section.panel {
            h2 { (index + 1) ". " (question.text) }
            @if question.is_right(given) {
                p { (ui::badge("good", "答对了")) }
            } @else {
                p { (ui::badge("bad", "答错了")) " 您选的是：" (words(given)) }
            }
            p { "正确答案：" strong { (words(&question.answer)) } }
            p.hint { (question.explanation) }
        }
    }
}

fn certificate(req: &Req) -> PageResult {
    let (actor, attendance) = visitor(req)?;
    let (bytes, name) = certificates::pdf(&req.app, &actor, attendance.id, &req.origin)?;
    Ok(req.file(bytes, name, "application/pdf"))
}
