//! Steps back, each by the one who may take it and with a reason; decisions that changed under an application; and everything
//! that happened to it, one line each (N12 N27).

use maud::{Markup, html};
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::application::{ApplicationState, ItemState};
use xinxiu_domain::batch::RecordState;
use xinxiu_domain::id::{ApplicationId, ItemId};
use xinxiu_domain::repair_fact::FactKind;
use xinxiu_workflow::applications::{self, Back, Case, CaseItem, Paper};
use xinxiu_workflow::{FieldError, Refusal};

use super::prepare::{again, version};
use crate::web::pages::papers;
use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, MIB, Routes};
use crate::web::ui;

const LIMIT: usize = 20 * MIB;
const HOLDERS: Access =
    Access::Either(&[Action::PrepareApplication, Action::FirstReview, Action::DecideRepair]);
const VIEW: Access = Access::Staff(Action::ViewApplication);

pub(super) fn routes(table: &mut Routes) {
    table.upload("/applications/{id}/recall", Access::Staff(Action::FirstReview), LIMIT, recall);
    table.upload("/items/{id}/send-back", Access::Staff(Action::DecideRepair), LIMIT, send_back);
    table.upload("/items/{id}/undo-decision", Access::Staff(Action::DecideRepair), LIMIT, undo_decision);
    table.upload("/items/{id}/undo-removal", Access::Staff(Action::RecordRemoval), LIMIT, undo_removal);
    table.post("/items/{id}/recheck", HOLDERS, recheck);
    table.post("/items/{id}/close", HOLDERS, close);
    table.get("/facts/{id}/file", VIEW, fact_file);
    table.get("/reviews/{id}/file", VIEW, review_file);
}

/// A folded form for going back: reason, paper, one button.
fn folded(req: &Req, address: &str, label: &str, what: &str, version: i64, errors: &[FieldError]) -> Markup {
    let mine = req.path == address;
    let (values, errors) = if mine { (req.form.clone(), errors) } else { (Form::default(), &[][..]) };
    html! {
        details.return open[mine && !errors.is_empty()] {
            summary { (label) }
            (ui::upload_form(req, address, &ui::own_ids(address, mine, &html! {
                (ui::hidden("version", version))
                p.hint { (what) }
                (ui::area(&values, "reason", "原因", "办理各方都会看到", errors))
                (ui::upload_field("file", "附件（可以不传）", papers::HINT, papers::ACCEPT, errors))
                p.actions { button.danger type="submit" { (label) } }
            })))
        }
    }
}

/// The steps back that the actor may take now.
pub(super) fn forms(req: &Req, actor: &Actor, case: &Case, errors: &[FieldError]) -> Markup {
    let found = &case.application;
    let accepted = found.state == ApplicationState::Accepted;
    // A form that came too late stays, with what was typed in it, although the step is not offered any more.
    let sent = |address: &str| req.path == address;
    let undecided =
        case.items.iter().all(|item| matches!(item.item.state, ItemState::Pending | ItemState::Closed));
    html! {
        @if actor.has(Action::FirstReview) && (accepted && undecided || sent(&format!("/applications/{}/recall", found.id))) {
            (folded(req, &format!("/applications/{}/recall", found.id), "撤销初审结论",
                "撤销后申请回到待初审，由窗口重新审核；原来的初审记录保留。", found.version, errors))
        }
        @for item in &case.items {
            @let (own, id) = (actor.has(Action::DecideRepair) && actor.org == item.penalty.authority, item.item.id);
            @if own && (accepted && item.item.state == ItemState::Pending || sent(&format!("/items/{id}/send-back"))) {
                (folded(req, &format!("/items/{id}/send-back"), "退回窗口重新初审",
                    "材料有问题、还不能作出决定时使用；整份申请回到待初审，其他机关已作出的决定不变。", found.version, errors))
            }
            @if own && (matches!(item.item.state, ItemState::Agreed | ItemState::Refused) || sent(&format!("/items/{id}/undo-decision"))) {
                (folded(req, &format!("/items/{id}/undo-decision"), "撤销修复决定",
                    "撤销后该记录回到待决定，须重新作出决定；原来的决定保留在办理经过里。", item.item.version, errors))
            }
            @if actor.has(Action::RecordRemoval) && item.item.state == ItemState::TakenDown {
                (folded(req, &format!("/items/{id}/undo-removal"), "撤销撤下登记",
                    "登记有误时使用；撤销后该记录重新计入公示中的处罚。", item.item.version, errors))
            }
        }
    }
}

/// What changed in the decision under a record, and what to do about it.
pub(super) fn changed(req: &Req, actor: &Actor, case: &Case, item: &CaseItem) -> Markup {
    let holds = holds(actor, case, item);
    let id = item.item.id;
    let open = matches!(item.item.state, ItemState::Pending | ItemState::Agreed);
    html! {
        @if open && item.penalty.state == RecordState::Withdrawn {
            p.warning { "处罚机关已撤销这份处罚决定，不再需要修复，本条须终止办理。" }
            @if holds {
                (ui::form(req, &format!("/items/{id}/close"), &html! {
                    (ui::hidden("version", item.item.version))
                    (ui::button("终止办理本条"))
                }))
            }
        } @else if !item.changed.is_empty() {
            p.warning { "这份处罚决定在申请后有变更，核对以前不能继续办理：" }
            ul.missing {
                @for (field, old, new) in &item.changed { li { (field) "：由「" (old) "」变为「" (new) "」" } }
            }
            @if holds {
                (ui::form(req, &format!("/items/{id}/recheck"), &ui::own_ids(&format!("recheck{id}"), false, &html! {
                    (ui::hidden("version", item.item.version))
                    (ui::field(&Form::default(), "found", "核对结果", "例如：罚款金额更正，材料不受影响", &[]))
                    (ui::button("确认已重新核对"))
                })))
            } @else { p.hint { "由正在办理本申请的单位核对。" } }
        }
    }
}

/// Whether the application lies with the actor now.
fn holds(actor: &Actor, case: &Case, item: &CaseItem) -> bool {
    match case.application.state {
        ApplicationState::Draft | ApplicationState::Returned => actor.has(Action::PrepareApplication),
        ApplicationState::Submitted => actor.has(Action::FirstReview),
        ApplicationState::Accepted => actor.has(Action::DecideRepair) && actor.org == item.penalty.authority,
        ApplicationState::Withdrawn => false,
    }
}

/// Everything that happened to the application and its records after the first review, oldest first.
pub(super) fn facts(case: &Case) -> Markup {
    if case.facts.is_empty() {
        return ui::empty("还没有修复决定。", "决定、撤下公示和每次退回、撤销都会逐条留在这里，不会被改写。");
    }
    let number = |item: Option<ItemId>| {
        let found = case.items.iter().find(|one| Some(one.item.id) == item);
        found.map_or_else(|| "整份申请".to_owned(), |one| one.penalty.decision.to_string())
    };
    let rows: Vec<_> = case
        .facts
        .iter()
        .map(|fact| {
            vec![
                html! { (fact.effective_on) },
                html! { (fact.kind) },
                html! { (number(fact.item)) },
                html! { @if fact.kind == FactKind::Corrected { (fact.result) "：" } (fact.opinion) },
                html! { (fact.person) br; (ui::when(fact.at)) },
                html! { @if fact.file.is_some() { a href={ "/facts/" (fact.id) "/file" } { "查看附件" } } },
            ]
        })
        .collect();
    ui::table("办理经过", &["日期", "办理", "对应记录", "意见或原因", "经办", "附件"], &rows)
}

/// The paper of a field, where one was chosen.
pub(super) fn paper(req: &Req, label: &str) -> Result<Option<Paper>, Refusal> {
    if req.upload("file").is_some() { Ok(Some(papers::keep(req, "file", label)?)) } else { Ok(None) }
}

/// What was attached to a form, where something was.
///
/// # Errors
/// The refusal of a file of another kind.
pub(in crate::web::pages) fn attached(req: &Req) -> Result<Option<Paper>, Refusal> {
    paper(req, "附件")
}

fn command(req: &Req) -> Result<Back, PageError> {
    let file = paper(req, "附件")?;
    Ok(Back { reason: req.form.raw("reason").to_owned(), file, version: version(req)? })
}

/// On to the application, or its page again with messages.
fn ended(req: &Req, id: ApplicationId, step: Result<(), PageError>, message: &str) -> PageResult {
    match step {
        Ok(()) => Ok(req.see(format!("/applications/{id}"), message)),
        Err(PageError::Refused(refusal)) => {
            let mut errors = refusal.into_errors("reason")?;
            for error in errors.iter_mut().filter(|error| error.field != "file" && error.field != "found") {
                // Whatever keeps the step from being taken is said beside the reason.
                "reason".clone_into(&mut error.field);
            }
            again(req, id, &errors)
        }
        Err(other) => Err(other),
    }
}

fn recall(req: &Req) -> PageResult {
    let (id, actor) = (req.id("id")?, req.actor()?);
    let step = command(req).and_then(|back| Ok(applications::recall_review(&req.app, actor, id, &back)?));
    ended(req, id, step, "已撤销初审结论，申请回到待初审")
}

type Step = fn(&xinxiu_workflow::App, &Actor, ItemId, &Back) -> Result<(), Refusal>;

fn item_step(req: &Req, step: Step, message: &str) -> PageResult {
    let (id, actor) = (req.id("id")?, req.actor()?);
    let application = applications::application_of(&req.app, actor, id)?;
    let done = command(req).and_then(|back| Ok(step(&req.app, actor, id, &back)?));
    ended(req, application, done, message)
}

fn send_back(req: &Req) -> PageResult {
    item_step(req, applications::send_back, "已退回窗口重新初审")
}

fn undo_decision(req: &Req) -> PageResult {
    item_step(req, applications::undo_decision, "已撤销修复决定，请重新作出决定")
}

fn undo_removal(req: &Req) -> PageResult {
    item_step(req, applications::undo_removal, "已撤销撤下登记，该记录重新计入公示中的处罚")
}

fn recheck(req: &Req) -> PageResult {
    let (id, actor) = (req.id("id")?, req.actor()?);
    let application = applications::application_of(&req.app, actor, id)?;
    let step = applications::recheck(&req.app, actor, id, version(req)?, &req.form.text("found"));
    ended(req, application, step.map_err(PageError::from), "已记下核对结果，可以继续办理")
}

fn close(req: &Req) -> PageResult {
    let (id, actor) = (req.id("id")?, req.actor()?);
    let application = applications::application_of(&req.app, actor, id)?;
    let step = applications::close(&req.app, actor, id, version(req)?);
    ended(req, application, step.map_err(PageError::from), "已终止办理")
}

fn fact_file(req: &Req) -> PageResult {
    papers::stored(req, applications::fact_file(&req.app, req.actor()?, req.id("id")?)?)
}

fn review_file(req: &Req) -> PageResult {
    papers::stored(req, applications::review_file(&req.app, req.actor()?, req.id("id")?)?)
}
