//! An enterprise sits the closing exam on a phone: the rules first, then the paper, kept answer by answer
//! (N11 N18). What comes after is in [`super::link_result`].

use jiff::Timestamp;
use maud::{Markup, html};
use xinxiu_domain::attendance::{AttendanceState, exam_gaps};
use xinxiu_domain::exam::{Question, QuestionKind};
use xinxiu_store::StoreError;
use xinxiu_store::exam::Paper;
use xinxiu_store::exam_answer::Given;
use xinxiu_workflow::sitting::{Intro, Sitting};
use xinxiu_workflow::{FieldError, Refusal, exam, sitting};

use super::link_commitment::{below, home, phone, visitor};
use crate::web::reply::{PageResult, Reply};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

pub(super) fn routes(table: &mut Routes) {
    table.get("/l/{token}/exam", Access::Link, show);
    table.post("/l/{token}/exam", Access::Link, submit);
    table.post("/l/{token}/exam/start", Access::Link, start);
    table.post("/l/{token}/exam/answers", Access::Link, keep);
}

fn show(req: &Req) -> PageResult {
    let (actor, attendance) = visitor(req)?;
    if attendance.state == AttendanceState::Passed {
        return Ok(req.see(below(req, "exam/result"), ""));
    }
    let intro = sitting::intro(&req.app, &actor, attendance.id)?;
    if intro.open.is_some()
        && let Some(sitting) = sitting::resume(&req.app, &actor, attendance.id)?
    {
        let values = answered(&sitting.paper);
        return Ok(phone(req, 200, "结业考试", &paper_body(req, &sitting, &values, &[])));
    }
    let missing = exam_gaps(attendance.state);
    if missing.is_empty() {
        Ok(phone(req, 200, "结业考试", &rules(req, &intro)))
    } else {
        Err(Refusal::Missing(missing).into())
    }
}

/// The rules of the exam, and the button that starts the clock.
fn rules(req: &Req, intro: &Intro) -> Markup {
    let blueprint = &intro.blueprint;
    let mut facts = vec![
        ("题数", html! { (blueprint.length()) "题" }),
        ("合格", html! { "答对" (blueprint.pass_mark) "题" }),
        ("时间", html! { @if blueprint.minutes == 0 { "不限时" } @else { (blueprint.minutes) "分钟" } }),
    ];
    facts.push(("次数", chances(intro)));
    if let Some(from) = intro.from {
        facts.push(("下次考试", html! { (ui::real_time(&req.app.clock, from)) "以后" }));
    }
    html! {
        h1 { "结业考试" }
        @if intro.gaps.is_empty() {
            p.lead { "准备好了再点“开始考试”" @if blueprint.minutes > 0 { "，点了就开始计时" } "。" }
        } @else {
            @for gap in &intro.gaps { p.lead { (gap.message) "。" } }
        }
        (ui::facts(&facts))
        ul {
            li { "每答一题自动保存。断网、关机或换手机，打开同一个链接接着答。" }
            @if blueprint.minutes > 0 { li { "关掉网页时间照样走；时间到，按已保存的答案自动交卷。" } }
            li { "交卷后马上知道结果，并看到每题的解析。" }
        }
        @if intro.gaps.is_empty() {
            form method="post" action=(below(req, "exam/start")) {
                p.actions { button.primary type="submit" { "开始考试" } }
            }
        }
        @if intro.done > 0 { p { a href=(below(req, "exam/result")) { "看上次考试的结果和解析" } } }
        (home(req))
    }
}

fn chances(intro: &Intro) -> Markup {
    html! {
        @if intro.done > 0 { "已考" (intro.done) "次，" }
        @match intro.blueprint.left(intro.done) {
            None => "没通过的可以再考，不限次数",
            Some(0) => "没有剩余次数",
            Some(left) => { "还可以考" (left) "次" }
        }
        @if intro.blueprint.wait_minutes > 0 { "，两次之间隔" (intro.blueprint.wait_minutes) "分钟" }
    }
}

/// Starts the clock. A paper under way, here or on another device, is gone on with.
fn start(req: &Req) -> PageResult {
    let (actor, attendance) = visitor(req)?;
    match exam::start(&req.app, &actor, attendance.id) {
        // What keeps it from beginning stands on the page of the rules.
        Err(Refusal::Missing(_)) if exam_gaps(attendance.state).is_empty() => {
            Ok(req.see(below(req, "exam"), ""))
        }
        other => other.map(|_| req.see(below(req, "exam"), "")).map_err(Into::into),
    }
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
    let kept = sitting::keep(&req.app, &actor, attendance.id, paper, &given)?;
    let left = kept.ends_at.map(|end| seconds_until(req, end));
    Ok(Reply::Text(serde_json::json!({ "seq": kept.seq, "left": left }).to_string(), "application/json"))
}

fn seconds_until(req: &Req, end: Timestamp) -> i64 {
    (end.as_second() - req.app.clock.now().as_second()).max(0)
}

fn parse(text: &str) -> Option<Given> {
    let mut parts = text.splitn(3, ':');
    let place: usize = parts.next()?.parse().ok()?;
    let seq: i64 = parts.next()?.parse().ok().filter(|seq| *seq > 0)?;
    let choices = parts.next()?.split(',').filter(|choice| !choice.is_empty());
    let chosen = choices.map(str::parse).collect::<Result<Vec<usize>, _>>().ok()?;
    Some(Given { place: place.checked_sub(1)?, seq, chosen })
}

fn paper_body(req: &Req, sitting: &Sitting, values: &Form, errors: &[FieldError]) -> Markup {
    let paper = &sitting.paper;
    html! {
        h1 { "结业考试" }
        (ui::errors(errors))
        p {
            "答对" (paper.pass_mark) "题合格。"
            @if paper.attempt > 1 { "这是第" (paper.attempt) "次考试。" }
            @if let Some(end) = paper.ends_at {
                "请在" strong { (ui::real_time(&req.app.clock, end)) } "以前交卷，到时间后按已保存的答案自动交卷。"
            }
        }
        (bar(req, sitting, values))
        form.form method="post" action=(below(req, "exam")) novalidate data-paged data-exam=(paper.id) data-seq=(sitting.seq)
            data-answers=(below(req, "exam/answers")) data-result=(below(req, "exam/result")) {
            (ui::hidden("paper", paper.id))
            @for (index, question) in paper.questions.iter().enumerate() {
                (asked((index + 1, paper.questions.len()), question, values, errors))
            }
            (turns())
            div data-last {
                h2 { "检查并交卷" }
                p data-left-open {}
                ol.numbers data-numbers {}
                (ui::button("交卷"))
            }
        }
        (home(req))
        script src="/assets/exam.js" defer {}
        script src="/assets/paged.js" defer {}
        script src="/assets/keep.js" data-scope="/l/" {}
    }
}

/// From question to question, where the script shows one per screen.
fn turns() -> Markup {
    html! {
        p.actions hidden data-turns {
            button type="button" data-turn="back" { "上一题" }
            button.primary type="button" data-turn="next" { "下一题" }
            button type="button" data-turn="check" { "检查并交卷" }
        }
    }
}

/// How far one is and how much time is left; it stays in sight.
fn bar(req: &Req, sitting: &Sitting, values: &Form) -> Markup {
    let paper = &sitting.paper;
    let total = paper.questions.len();
    let done = (1..=total).filter(|number| !values.all(&format!("q{number}")).is_empty()).count();
    let left = paper.ends_at.map(|end| seconds_until(req, end));
    html! {
        div.exam-bar {
            p { "已答" strong data-answered { (done) } "题，共" (total) "题" }
            @if let Some(left) = left { p data-left=(left) { "打开本页时还剩" (left.div_euclid(60)) "分钟" } }
            p role="status" data-saved {}
            p.unseen role="status" data-warning {}
            noscript { p { "您的浏览器不能自动保存，请在时间到以前点“交卷”。" } }
        }
    }
}

fn asked(
    (number, total): (usize, usize),
    question: &Question,
    values: &Form,
    errors: &[FieldError],
) -> Markup {
    let name = format!("q{number}");
    let given = values.all(&name);
    let faults: Vec<_> = errors.iter().filter(|error| error.field == name).collect();
    let input = if question.kind == QuestionKind::Multiple { "checkbox" } else { "radio" };
    html! {
        fieldset.field.wrong[!faults.is_empty()] id={ "f-" (name) } {
            legend { "第" (number) "题，共" (total) "题（" (question.kind) "）" (question.text) }
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
    let under_way = sitting::resume(&req.app, &actor, attendance.id)?;
    let Some(sitting) = under_way.filter(|sitting| sitting.paper.id == id) else {
        return Ok(req.see(below(req, "exam/result"), "这张试卷已经交过了"));
    };
    let answers: Vec<Vec<usize>> = (1..=sitting.paper.questions.len())
        .map(|number| {
            let given = req.form.all(&format!("q{number}"));
            given.iter().filter_map(|choice| choice.parse().ok()).collect()
        })
        .collect();
    match exam::submit(&req.app, &actor, attendance.id, id, &answers) {
        Ok(_) => Ok(req.see(below(req, "exam/result"), "已交卷")),
        Err(Refusal::Invalid(errors)) => {
            Ok(phone(req, 422, "结业考试", &paper_body(req, &sitting, &req.form, &errors)))
        }
        Err(Refusal::Store(StoreError::Conflict(_))) => {
            Ok(req.see(below(req, "exam/result"), "这张试卷已经交过了"))
        }
        Err(other) => Err(other.into()),
    }
}
