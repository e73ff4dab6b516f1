//! One question: seen, added, changed, taken out of use.

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::exam::{Question, QuestionKind};
use xinxiu_domain::question::{TRUE_FALSE, letters};
use xinxiu_domain::session::Module;
use xinxiu_intake::questions::chosen;
use xinxiu_workflow::question_bank::{self, Entry};
use xinxiu_workflow::{FieldError, Refusal};

use crate::web::reply::PageResult;
use crate::web::request::{Form, Req};
use crate::web::ui;

pub(super) fn show(req: &Req) -> PageResult {
    let entry = question_bank::find(&req.app, req.actor()?, req.param("code"))?;
    Ok(req.page("试题", body(req, &entry, &values_of(&entry), &[])))
}

fn values_of(entry: &Entry) -> Form {
    let question = &entry.question;
    let is_judged = question.kind == QuestionKind::TrueFalse;
    let right = question.answer.first().and_then(|right| question.choices.get(*right));
    let answer = right.filter(|_| is_judged).cloned().unwrap_or_else(|| letters(&question.answer));
    Form::default()
        .with("module", question.module.code())
        .with("kind", question.kind.code())
        .with("text", &question.text)
        .with("choices", if is_judged { String::new() } else { question.choices.join("\n") })
        .with("answer", answer)
        .with("explanation", &question.explanation)
        .with("basis", &question.basis)
        .with("edition", question.edition.as_deref().unwrap_or_default())
        .with("version", entry.version())
}

fn body(req: &Req, entry: &Entry, values: &Form, errors: &[FieldError]) -> Markup {
    let question = &entry.question;
    let may_edit = req.actor().is_ok_and(|actor| actor.has(Action::EditQuestions));
    let address = format!("/questions/{}", question.id);
    html! {
        h1 { "试题 " (question.id) }
        (ui::errors(errors))
        p.lead { (question.text) }
        (choices_and_facts(entry))
        @if may_edit {
            (ui::panel("修改", &ui::form(req, &address, &html! {
                (fields(req, values, errors))
                (ui::hidden("version", values.raw("version")))
                (ui::button("保存试题"))
            })))
            (ui::panel(if entry.in_force { "停用" } else { "恢复使用" }, &ui::form(req, &format!("{address}/use"), &html! {
                p { @if entry.in_force { "停用后不再出现在新的试卷里，随时可以恢复。" } @else { "恢复后会再次出现在新的试卷里。" } }
                (ui::hidden("version", entry.version()))
                (ui::hidden("in_force", if entry.in_force { "" } else { "1" }))
                (ui::button(if entry.in_force { "停用这道题" } else { "恢复使用" }))
            })))
        }
    }
}

fn choices_and_facts(entry: &Entry) -> Markup {
    let question = &entry.question;
    let mut facts = vec![
        ("题型", html! { (question.kind) }),
        ("模块", html! { (question.module) }),
        ("解析", html! { (question.explanation) }),
        ("依据", html! { (ui::basis(&question.basis)) }),
        ("状态", super::state(entry)),
    ];
    if let Some(edition) = &question.edition {
        facts.insert(4, ("适用版本", html! { (ui::edition(edition)) }));
    }
    if let Some(own) = &entry.own {
        facts.push(("最近修改", html! { (own.changed_by) "，" (ui::when(own.changed_at)) }));
    }
    html! { (super::choices(entry)) (ui::facts(&facts)) }
}

fn fields(req: &Req, values: &Form, errors: &[FieldError]) -> Markup {
    let pair = |code: &str, label: &str| (code.to_owned(), label.to_owned());
    let modules = ui::choices(Module::ALL);
    let kinds = ui::choices(QuestionKind::ALL);
    let editions: Vec<_> =
        req.app.rules.editions().iter().map(|one| pair(one.id.as_str(), &one.title)).collect();
    html! {
        (ui::select(values, "module", "模块", &modules, errors))
        (ui::select(values, "kind", "题型", &kinds, errors))
        (ui::area(values, "text", "题目", "", errors))
        (ui::area(values, "choices", "选项", "一行一个，三至八个；判断题不用填", errors))
        (ui::field(values, "answer", "答案", "选项的字母，如 A 或 ACD；判断题写正确或错误", errors))
        (ui::area(values, "explanation", "解析", "为什么是这个答案，交卷后考生能看到", errors))
        (ui::field(values, "basis", "依据", "通知要求编号（N01—N29）或规则版本编号，如 cn-527", errors))
        (ui::filter(values, "edition", "适用版本（答案随版本变化的才选）", &editions))
    }
}

/// What was typed as a question, or what cannot be read of it.
fn typed(req: &Req, id: String) -> Result<Question, Refusal> {
    let mut fields = req.fields();
    let module = fields.coded("module", "模块", Module::from_code);
    let kind = fields.coded("kind", "题型", QuestionKind::from_code);
    let text = fields.required("text", "题目");
    let explanation = fields.required("explanation", "解析");
    let basis = fields.required("basis", "依据");
    let lines = req.form.raw("choices").lines().map(str::trim).filter(|line| !line.is_empty());
    let mut choices: Vec<String> = lines.map(str::to_owned).collect();
    if kind == Some(QuestionKind::TrueFalse) {
        choices = TRUE_FALSE.map(str::to_owned).to_vec();
    }
    let answer = chosen(&req.form.text("answer"), &choices);
    if answer.is_none() {
        fields.fault("answer", "答案写选项的字母，如 A 或 ACD；判断题写正确或错误".into());
    }
    let edition = Some(req.form.text("edition")).filter(|edition| !edition.is_empty());
    fields.check()?;
    let (Some(module), Some(kind), Some(answer)) = (module, kind, answer) else {
        return Err(Refusal::invalid("answer", "请把题目填写完整"));
    };
    Ok(Question { id, module, kind, text, choices, answer, explanation, basis, edition })
}

fn version(req: &Req) -> i64 {
    req.form.text("version").parse().unwrap_or(0)
}

pub(super) fn save(req: &Req) -> PageResult {
    let actor = req.actor()?;
    let entry = question_bank::find(&req.app, actor, req.param("code"))?;
    let id = entry.question.id.clone();
    let saved = typed(req, id.clone())
        .and_then(|question| question_bank::save(&req.app, actor, &question, false, version(req)));
    match saved {
        Ok(()) => Ok(req.see(format!("/questions/{id}"), "已保存试题")),
        Err(Refusal::Invalid(errors)) => Ok(req.again("试题", body(req, &entry, &req.form, &errors))),
        Err(other) => Err(other.into()),
    }
}

pub(super) fn set_in_force(req: &Req) -> PageResult {
    let (code, in_force) = (req.param("code"), req.form.ticked("in_force"));
    question_bank::set_in_force(&req.app, req.actor()?, code, in_force, version(req))?;
    Ok(req.see(format!("/questions/{code}"), if in_force { "已恢复使用" } else { "已停用" }))
}

pub(super) fn new(req: &Req) -> PageResult {
    Ok(req.page("新增试题", new_body(req, &Form::default(), &[])))
}

fn new_body(req: &Req, values: &Form, errors: &[FieldError]) -> Markup {
    html! {
        h1 { "新增试题" }
        (ui::errors(errors))
        (ui::form(req, "/questions/new", &html! {
            (ui::field(values, "id", "编号", "字母、数字和短横，如 procedure-51；以后不能改", errors))
            (fields(req, values, errors))
            (ui::button("保存试题"))
        }))
    }
}

pub(super) fn add(req: &Req) -> PageResult {
    let (actor, id) = (req.actor()?, req.form.text("id"));
    let saved =
        typed(req, id.clone()).and_then(|question| question_bank::save(&req.app, actor, &question, true, 0));
    match saved {
        Ok(()) => Ok(req.see(format!("/questions/{id}"), "已新增试题")),
        Err(Refusal::Invalid(errors)) => Ok(req.again("新增试题", new_body(req, &req.form, &errors))),
        Err(other) => Err(other.into()),
    }
}
