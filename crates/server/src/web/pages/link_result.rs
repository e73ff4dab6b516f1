//! What an enterprise sees after the closing exam: what was right and why, and the certificate (N11 N18).

use maud::{Markup, html};
use xinxiu_domain::attendance::{AttendanceState, exam_gaps};
use xinxiu_domain::exam::Question;
use xinxiu_store::exam::Paper;
use xinxiu_workflow::{certificates, exam, sitting};

use super::link_commitment::{below, home, phone, visitor};
use crate::web::reply::PageResult;
use crate::web::request::Req;
use crate::web::routes::{Access, Routes};
use crate::web::ui;

pub(super) fn routes(table: &mut Routes) {
    table.get("/l/{token}/exam/result", Access::Link, result);
    table.get("/l/{token}/certificate.pdf", Access::Link, certificate);
}

fn result(req: &Req) -> PageResult {
    let (actor, attendance) = visitor(req)?;
    // A paper whose time is over is handed in first.
    let under_way = sitting::resume(&req.app, &actor, attendance.id)?.is_some();
    let (_, attendance) = visitor(req)?;
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
                    @if under_way { "继续考试" } @else if record.latest().is_some() { "重新考试" } @else { "参加考试" }
                }
            }
        }
        @if let Some(paper) = record.latest() {
            @for (index, question) in paper.questions.iter().enumerate() {
                (explained(index, question, paper.answers.get(index).map_or(&[], Vec::as_slice)))
            }
        }
        (home(req))
        @if let Some(paper) = record.latest() {
            div data-exam-done=(paper.id) {}
            script src="/assets/exam.js" defer {}
        }
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
