//! Objections and appeals (异议、申诉, N27): the list of those who answer, one of them with its answer, and the desk of an
//! enterprise's agency.

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::appeal::{AppealKind, AppealState};
use xinxiu_domain::id::{AppealId, EnterpriseId, PenaltyId};
use xinxiu_store::appeal::{Appeal, Stage};
use xinxiu_workflow::FieldError;
use xinxiu_workflow::appeals::{self, Answer, Desk};

use super::appeal_form::{
    LIMIT, Refused, command, explained, fields, has_matter, more, own_steps, receipt, sent, version,
};
use super::papers;
use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const TITLE: &str = "异议申诉";
const VIEW: Access = Access::Staff(Action::ViewApplication);
const LODGE: Access = Access::Staff(Action::LodgeAppeal);
const ANSWER: Access = Access::Either(&[Action::AnswerObjection, Action::AnswerAppeal]);

pub(super) fn routes(table: &mut Routes) {
    table.get("/appeals", VIEW, list);
    table.get("/appeals/{id}", VIEW, show);
    table.upload("/appeals/{id}/answer", ANSWER, papers::LIMIT, answer);
    table.post("/appeals/{id}/postpone", ANSWER, postpone);
    table.post("/appeals/{id}/withdraw", LODGE, withdraw);
    table.post("/appeals/{id}/carry-out", ANSWER, carry_out);
    table.upload("/appeals/{id}/files", LODGE, LIMIT, add_files);
    table.get("/appeals/{id}/files/{place}", VIEW, file);
    table.get("/appeals/{id}/answer/file", VIEW, answer_file);
    table.get("/enterprises/{id}/appeal", LODGE, desk);
    table.upload("/enterprises/{id}/appeal", LODGE, LIMIT, lodge);
}

pub(super) fn state(state: AppealState) -> Markup {
    let tone = match state {
        AppealState::Received => "due",
        AppealState::Upheld => "good",
        AppealState::Rejected => "bad",
        AppealState::Withdrawn => "plain",
    };
    ui::badge(tone, state.label())
}

fn list(req: &Req) -> PageResult {
    let stage = match req.query.raw("state") {
        "answered" => Stage::Over,
        "upheld" => Stage::ToCarryOut,
        _ => Stage::Waiting,
    };
    let part = ui::part(&req.query);
    let mut found = appeals::list(&req.app, req.actor()?, (stage, req.query.ticked("mine")), part)?;
    let next = ui::next_part(&mut found, part);
    let today = req.app.clock.today();
    let rows: Vec<_> = found
        .iter()
        .map(|one| {
            vec![
                html! { a href={ "/appeals/" (one.id) } { (one.enterprise_name) } },
                html! { (one.kind) br; (receipt(one)) },
                html! { (one.decision_number) br; (one.authority) },
                html! { (one.lodged.on) },
                due(one, today),
                state(one.state),
            ]
        })
        .collect();
    let body = html! {
        h1 { (TITLE) }
        nav.tabs aria-label="按状态" {
            a href="/appeals" aria-current=[(stage == Stage::Waiting).then_some("page")] { "待答复" }
            a href="/appeals?state=answered" aria-current=[(stage == Stage::Over).then_some("page")] { "已答复、已撤回" }
            a href="/appeals?state=upheld" aria-current=[(stage == Stage::ToCarryOut).then_some("page")] { "成立待落实" }
        }
        @if rows.is_empty() {
            (ui::empty("这里会列出企业的异议和申诉。", "企业从个人链接提出，或由服务机构在企业页面代为登记；市信用中心和处罚机关在期限内答复。"))
        } @else {
            (ui::table(TITLE, &["企业", "事项", "处罚决定书文号和机关", "提出日期", "答复期限", "状态"], &rows))
            (ui::pager("/appeals", &req.query, next.as_deref()))
        }
    };
    Ok(req.page(TITLE, body))
}

fn due(one: &Appeal, today: jiff::civil::Date) -> Markup {
    html! {
        (one.due_on)
        @if one.state == AppealState::Received && one.due_on < today { " " (ui::badge("bad", "已超期")) }
    }
}

fn show(req: &Req) -> PageResult {
    let id: AppealId = req.id("id")?;
    let title = appeals::open(&req.app, req.actor()?, id)?.appeal.kind.label();
    Ok(req.page(title, body(req, id, &[])?))
}

fn body(req: &Req, id: AppealId, errors: &[FieldError]) -> Result<Markup, PageError> {
    let found = appeals::open(&req.app, req.actor()?, id)?;
    let one = &found.appeal;
    let today = req.app.clock.today();
    let values =
        if errors.is_empty() { Form::default().with("due_on", one.due_on) } else { req.form.clone() };
    let upheld = [("yes".to_owned(), "成立".to_owned()), ("no".to_owned(), "不成立".to_owned())];
    Ok(html! {
        h1 { (one.kind) }
        (ui::errors(errors))
        (ui::facts(&[
            ("编号", html! { (receipt(one)) }),
            ("企业", html! { a href={ "/enterprises/" (one.enterprise) } { (one.enterprise_name) } }),
            ("处罚决定书文号", html! { a href={ "/penalties/" (one.penalty) } { (one.decision_number) } "（" (one.authority) "）" }),
            ("修复申请", html! { @if let Some(id) = one.application { a href={ "/applications/" (id) } { "第" (id) "号申请" } } }),
            ("提出", html! { (one.lodged_by) "（" (one.lodged_role) "），" (ui::when(one.lodged)) }),
            ("事实和理由", html! { span.received { (one.text) } }),
            ("附件", sent(&found, &format!("/appeals/{id}"))),
            ("答复期限", html! { (due(one, today)) @if !one.due_reason.is_empty() { "（" (one.due_reason) "）" } }),
            ("状态", state(one.state)),
            ("答复", html! { span.received { (one.answer) } }),
            ("答复人", html! { (one.answered_by) @if let Some(day) = one.answered_on { "，" (day) } }),
            ("答复附件", html! { @if one.answer_file.is_some() { a href={ "/appeals/" (id) "/answer/file" } { "查看附件" } } }),
            ("撤回", html! {
                @if let Some(day) = one.withdrawn_on { (one.withdrawn_by) "，" (day) "，原因：" (one.withdrawn_reason) }
            }),
            ("落实情况", html! {
                @if let Some(day) = one.carried_out_on { (one.carried_out) "（" (one.carried_out_by) "，" (day) "）" }
            }),
        ]))
        @if found.may_carry_out { (carry_out_form(req, one, errors)) }
        @if found.may_answer {
            (ui::panel("答复", &html! {
                p.hint { "答复成立的，请另在" (place(one)) "办理更正、撤销或重新初审；答复本身不改动记录。" }
                (ui::upload_form(req, &format!("/appeals/{id}/answer"), &html! {
                    (ui::hidden("version", one.version))
                    (ui::select(&values, "upheld", "结论", &upheld, errors))
                    (ui::area(&values, "answer", "答复意见和依据", "企业会看到全文", errors))
                    (ui::upload_field("file", "附件（可以不传）", papers::HINT, papers::ACCEPT, errors))
                    (ui::button("作出答复"))
                }))
            }))
            details.return {
                summary { "调整答复期限" }
                (ui::form(req, &format!("/appeals/{id}/postpone"), &html! {
                    (ui::hidden("version", one.version))
                    (ui::date_field(&values, "due_on", "新的期限", errors))
                    (ui::field(&values, "due_reason", "原因", "", errors))
                    (ui::button("调整期限"))
                }))
            }
        }
        (own_steps(req, &found, &format!("/appeals/{id}"), &Refused { of: Some(id), errors }))
    })
}

/// What an upheld one still asks of whoever upheld it.
fn carry_out_form(req: &Req, one: &Appeal, errors: &[FieldError]) -> Markup {
    ui::panel(
        "落实情况",
        &html! {
            p.hint { "已答复成立，请在" (place(one)) "办理，办好后在这里登记；登记以前列在“今天要办”里。" }
            (ui::form(req, &format!("/appeals/{}/carry-out", one.id), &html! {
                (ui::hidden("version", one.version))
                (ui::area(&req.form, "carried_out", "办理结果", "例如“已更正处罚日期”，企业会看到", errors))
                (ui::button("登记落实情况"))
            }))
        },
    )
}

/// Where an upheld one is put into practice.
fn place(one: &Appeal) -> Markup {
    match (one.kind, one.application) {
        (AppealKind::Record, _) | (_, None) => {
            html! { a href={ "/penalties/" (one.penalty) } { "处罚记录页面" } }
        }
        (_, Some(id)) => html! { a href={ "/applications/" (id) } { "申请页面" } },
    }
}

fn answer(req: &Req) -> PageResult {
    let (id, actor, version): (AppealId, _, _) = (req.id("id")?, req.actor()?, version(req)?);
    let upheld = match req.form.raw("upheld") {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    let mut fields = req.fields();
    if upheld.is_none() {
        fields.fault("upheld", "请选择结论".into());
    }
    let step = fields.check().and_then(|()| {
        let file = super::applications::attached(req)?;
        let (upheld, text) = (upheld.unwrap_or_default(), req.form.raw("answer").to_owned());
        appeals::answer(&req.app, actor, id, &Answer { upheld, text, file, version })
    });
    match step {
        Ok(()) => Ok(req.see(format!("/appeals/{id}"), "已答复")),
        Err(refusal) => Ok(req.again(TITLE, body(req, id, &refusal.into_errors("answer")?)?)),
    }
}

fn postpone(req: &Req) -> PageResult {
    let (id, actor, version): (AppealId, _, _) = (req.id("id")?, req.actor()?, version(req)?);
    let mut fields = req.fields();
    let day = fields.date("due_on", "新的期限");
    let reason = req.form.text("due_reason");
    let step = fields.check().and_then(|()| appeals::postpone(&req.app, actor, id, (day, version), &reason));
    match step {
        Ok(()) => Ok(req.see(format!("/appeals/{id}"), "已调整答复期限")),
        Err(refusal) => Ok(req.again(TITLE, body(req, id, &refusal.into_errors("due_reason")?)?)),
    }
}

fn withdraw(req: &Req) -> PageResult {
    let (id, version): (AppealId, _) = (req.id("id")?, version(req)?);
    let reason = req.form.text("withdraw_reason");
    let step = appeals::withdraw(&req.app, req.actor()?, id, (version, &reason));
    ended(req, id, step, ("withdraw_reason", "已撤回"))
}

fn carry_out(req: &Req) -> PageResult {
    let (id, version): (AppealId, _) = (req.id("id")?, version(req)?);
    let step = appeals::carry_out(&req.app, req.actor()?, id, (version, req.form.raw("carried_out")));
    ended(req, id, step, ("carried_out", "已登记落实情况，企业会看到"))
}

fn add_files(req: &Req) -> PageResult {
    let (id, actor, version): (AppealId, _, _) = (req.id("id")?, req.actor()?, version(req)?);
    let step = more(req).and_then(|papers| appeals::add_files(&req.app, actor, id, (&papers, version)));
    ended(req, id, step, ("more", "已补充证明材料"))
}

/// On to the matter, or its page again with what is wrong beside the form's one field.
fn ended(
    req: &Req,
    id: AppealId,
    step: Result<(), xinxiu_workflow::Refusal>,
    (field, message): (&str, &str),
) -> PageResult {
    match step {
        Ok(()) => Ok(req.see(format!("/appeals/{id}"), message)),
        Err(refusal) => {
            let mut errors = refusal.into_errors(field)?;
            for error in &mut errors {
                field.clone_into(&mut error.field);
            }
            Ok(req.again(TITLE, body(req, id, &errors)?))
        }
    }
}

fn file(req: &Req) -> PageResult {
    let place = req.param("place").parse().map_err(|_| PageError::NotFound)?;
    papers::stored(req, appeals::file(&req.app, req.actor()?, req.id("id")?, place)?)
}

fn answer_file(req: &Req) -> PageResult {
    papers::stored(req, appeals::answer_file(&req.app, req.actor()?, req.id("id")?)?)
}

fn desk(req: &Req) -> PageResult {
    let of: EnterpriseId = req.id("id")?;
    let desk = appeals::desk(&req.app, req.actor()?, of)?;
    Ok(req.page("提出异议申诉", desk_body(req, of, &desk, &Form::default(), &[])))
}

fn desk_body(req: &Req, of: EnterpriseId, desk: &Desk, values: &Form, errors: &[FieldError]) -> Markup {
    html! {
        h1 { "提出异议申诉" }
        p { a href={ "/enterprises/" (of) } { (desk.enterprise) } }
        (ui::errors(errors))
        (explained())
        @if has_matter(desk) {
            (ui::upload_form(req, &format!("/enterprises/{of}/appeal"), &fields(req, desk, values, errors)))
        } @else {
            p { "没有可以提出的事项：已经提出的在等待答复，或没有公示中的处罚、退回和不同意修复的决定。" }
        }
        @if !desk.lodged.is_empty() {
            (ui::panel("已经提出的", &html! { ul {
                @for one in &desk.lodged {
                    li { a href={ "/appeals/" (one.appeal.id) } { (one.appeal.decision_number) "：" (one.appeal.kind) } " " (state(one.appeal.state)) }
                }
            } }))
        }
    }
}

fn lodge(req: &Req) -> PageResult {
    let (of, actor): (EnterpriseId, _) = (req.id("id")?, req.actor()?);
    let desk = appeals::desk(&req.app, actor, of)?;
    let own = |id: PenaltyId| desk.records.iter().any(|(record, _)| record.id == id);
    let step = command(req).and_then(|(id, command)| {
        if !own(id) {
            return Err(xinxiu_workflow::Refusal::invalid("about", "请选择本企业的处罚记录"));
        }
        appeals::lodge(&req.app, actor, id, &command)
    });
    match step {
        Ok(id) => Ok(req.see(format!("/appeals/{id}"), "已提交，答复会显示在本页")),
        Err(refusal) => {
            let errors = refusal.into_errors("about")?;
            Ok(req.again("提出异议申诉", desk_body(req, of, &desk, &req.form, &errors)))
        }
    }
}
