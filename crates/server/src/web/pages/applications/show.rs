//! The page of one application: what it holds, what it lacks, who acts next.

use maud::{Markup, html};
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::application::{ApplicationState, ItemState};
use xinxiu_domain::deadline::Clock;
use xinxiu_domain::paper_code::ScanOutcome;
use xinxiu_domain::penalty::Material;
use xinxiu_store::enterprise::Enterprise;
use xinxiu_store::paper_check::PaperCheck;
use xinxiu_workflow::FieldError;
use xinxiu_workflow::applications::{self, Case, CaseItem};
use xinxiu_workflow::deadlines::{Deadline, of_records};

use super::{back, prepare, returned, review};
use crate::web::pages::{deadlines, filings};
use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::ui;

pub(super) fn show(req: &Req) -> PageResult {
    let (case, enterprise) = applications::case(&req.app, req.actor()?, req.id("id")?)?;
    let values = prepare::values(&case);
    let body = body(req, &case, &enterprise, &values, &[])?;
    Ok(req.page(&title(&case), body))
}

pub(super) fn title(case: &Case) -> String {
    format!("第{}号修复申请", case.application.id)
}

/// The state with its tone.
pub(super) fn state(state: ApplicationState) -> Markup {
    let tone = match state {
        ApplicationState::Draft | ApplicationState::Submitted => "due",
        ApplicationState::Returned => "bad",
        ApplicationState::Accepted => "good",
        ApplicationState::Withdrawn => "plain",
    };
    ui::badge(tone, state.label())
}

/// The state of one record with its tone.
pub(super) fn item_state(state: ItemState) -> Markup {
    let tone = match state {
        ItemState::Pending => "due",
        ItemState::Refused => "bad",
        ItemState::Agreed | ItemState::TakenDown => "good",
        ItemState::Closed => "plain",
    };
    ui::badge(tone, state.label())
}

/// The whole page, also again after a refusal of what was typed.
pub(super) fn body(
    req: &Req,
    case: &Case,
    enterprise: &Enterprise,
    values: &Form,
    errors: &[FieldError],
) -> Result<Markup, PageError> {
    let actor = req.actor()?;
    let may_prepare = actor.has(Action::PrepareApplication) && actor.org == Some(case.application.agency)
        || actor.has(Action::PrepareApplication) && case.editable();
    let editing = may_prepare && case.editable();
    Ok(html! {
        h1 { (title(case)) }
        (ui::errors(errors))
        (ui::steps(&["准备材料", "窗口初审", "处罚机关决定", "撤下公示"], step_of(case)))
        (returned::panel(case))
        (facts(case, enterprise, (&applications::masked_contact(&req.app, case)?, actor.has(Action::RevealPersonal))))
        (next(req, actor, case, may_prepare, (values, errors), &running(req, case)?))
        (ui::panel("处罚记录和材料", &items(req, actor, case, editing)))
        @if editing { (prepare::forms(req, case, values, errors)) }
        (ui::panel("材料清单", &materials(req, case, editing)))
        (ui::panel("初审记录", &reviews(case)))
        (ui::panel("办理经过", &back::facts(case)))
        @if case.application.state == ApplicationState::Accepted { (ui::panel("对外申报", &filings::panel(req, case)?)) }
    })
}

/// The clocks that run for the application and its records.
fn running(req: &Req, case: &Case) -> Result<Vec<Deadline>, PageError> {
    let (own, items) = ([case.application.id.0], case.items.iter().map(|item| item.item.id.0));
    let items: Vec<i64> = items.collect();
    let clocks = [
        (Clock::FirstReview, &own[..]),
        (Clock::Resubmission, &own),
        (Clock::Decision, &items),
        (Clock::Removal, &items),
    ];
    Ok(of_records(&req.app, req.actor()?, &clocks)?)
}

fn step_of(case: &Case) -> usize {
    match case.application.state {
        ApplicationState::Draft | ApplicationState::Returned | ApplicationState::Withdrawn => 0,
        ApplicationState::Submitted => 1,
        ApplicationState::Accepted if case.items.iter().any(|i| i.item.state == ItemState::Pending) => 2,
        ApplicationState::Accepted if case.items.iter().any(|i| i.item.state == ItemState::Agreed) => 3,
        ApplicationState::Accepted => 4,
    }
}

fn facts(case: &Case, enterprise: &Enterprise, (phone, reveals): (&str, bool)) -> Markup {
    let found = &case.application;
    ui::facts(&[
        ("企业", html! { a href={ "/enterprises/" (enterprise.id) } { (enterprise.name) } }),
        ("统一社会信用代码", html! { @if let Some(uscc) = &enterprise.uscc { (ui::code(uscc.as_str())) } }),
        ("状态", state(found.state)),
        ("服务机构", html! { (found.agency_name) }),
        ("经办人", html! { (found.contact_name) }),
        (
            "经办人联系方式",
            html! { @if !phone.is_empty() {
                (phone) " "
                @if reveals { a href={ "/enterprises/" (enterprise.id) "/reveal?field=operator_phone" } { "查看完整号码" } }
            } },
        ),
        ("提交日期", html! { @if let Some(day) = found.submitted_on { (day) } }),
        ("企业档案", html! { a href={ "/archives/" (enterprise.id) } { "查看一企一档" } }),
    ])
}

/// Who must act next, and the button that does it.
fn next(
    req: &Req,
    actor: &Actor,
    case: &Case,
    may_prepare: bool,
    (values, errors): (&Form, &[FieldError]),
    running: &[Deadline],
) -> Markup {
    let found = &case.application;
    let reviewing = actor.has(Action::FirstReview) && found.state == ApplicationState::Submitted;
    html! {
        section.panel {
            h2 { "下一步" }
            (deadlines::sentence(running))
            @if matches!(found.state, ApplicationState::Draft | ApplicationState::Returned | ApplicationState::Submitted) {
                @if case.gaps.is_empty() && case.open_return().is_some() {
                    p { (ui::badge("due", "清单上的材料齐全，请先补正退回的问题再提交")) }
                } @else if case.gaps.is_empty() { p { (ui::badge("good", "按今天的规则核对，材料齐全")) } }
                @else {
                    p { "按今天的规则核对，还差" (case.gaps.len()) "项（提交和窗口初审用的是同一核对）：" }
                    ul.missing { @for gap in &case.gaps { li { (gap.message) " " (ui::basis(gap.basis)) } } }
                }
            }
            @match found.state {
                ApplicationState::Draft | ApplicationState::Returned => {
                    @if may_prepare && case.gaps.is_empty() { (submit_button(req, case, values, errors)) }
                    @else if !may_prepare { p { "由" (found.agency_name) "补齐材料并提交。" } }
                }
                ApplicationState::Submitted if !reviewing => { p { "由市信用中心服务窗口初审。" } }
                ApplicationState::Submitted => {}
                ApplicationState::Accepted => { (after_review(actor, case)) }
                ApplicationState::Withdrawn => { p { "已撤回，处罚记录可以重新申请。" } }
            }
            @if reviewing { (review::form(req, case, values, errors)) }
            (back::forms(req, actor, case, errors))
            @if may_prepare && !matches!(found.state, ApplicationState::Accepted | ApplicationState::Withdrawn) {
                (ui::confirm(req, &format!("/applications/{}/withdraw", found.id), "撤回申请", "撤回后不能恢复，需要时须重新准备申请。", &html! {
                    (ui::hidden("version", found.version))
                    (ui::field(&Form::default(), "reason", "撤回的原因", "", &[]))
                }))
            }
        }
    }
}

fn submit_button(req: &Req, case: &Case, values: &Form, errors: &[FieldError]) -> Markup {
    let found = &case.application;
    ui::form(
        req,
        &format!("/applications/{}/submit", found.id),
        &html! {
            (ui::hidden("version", found.version))
            (returned::answers(case, values, errors))
            (ui::button(if case.open_return().is_some() { "补正后重新提交" } else { "提交申请" }))
        },
    )
}

fn after_review(actor: &Actor, case: &Case) -> Markup {
    html! {
        @for item in &case.items {
            p {
                (item.penalty.decision) " " (item_state(item.item.state)) " "
                @match item.item.state {
                    ItemState::Pending => {
                        @if actor.has(Action::DecideRepair) && actor.org == item.penalty.authority {
                            a.button href={ "/items/" (item.item.id) "/decide" } { "作出修复决定" }
                        } @else if item.penalty.authority.is_none() {
                            "处罚机关「" (item.penalty.facts.authority) "」还没有对应到平台上的单位，"
                            @if actor.has(Action::AssignAuthority) { a href="/authorities" { "请先对应单位" } "。" }
                            @else { "请市信用中心或市信用办先对应。" }
                        } @else { "由" (item.penalty.facts.authority) "决定。" }
                    }
                    ItemState::Agreed => {
                        @if actor.has(Action::RecordRemoval) { a.button href="/removals" { "登记撤下公示" } }
                        @else { "最短公示期满后由市信用中心撤下公示。" }
                    }
                    ItemState::Refused | ItemState::TakenDown | ItemState::Closed => {}
                }
            }
        }
    }
}

fn items(req: &Req, actor: &Actor, case: &Case, editing: bool) -> Markup {
    html! {
        @if case.items.is_empty() { (ui::empty("申请里还没有处罚记录。", "从下面加入要修复的处罚记录。")) }
        @for item in &case.items { (one_item(req, actor, case, item, editing)) }
    }
}

fn one_item(req: &Req, actor: &Actor, case: &Case, item: &CaseItem, editing: bool) -> Markup {
    let accepted = case.application.state == ApplicationState::Accepted;
    let assessment = &item.penalty.assessment;
    let id = item.item.id;
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    html! {
        article.item {
            h3 { a href={ "/penalties/" (item.penalty.id) } { (item.penalty.decision) } }
            (ui::facts(&[
                ("处罚机关", html! { (item.penalty.facts.authority) }),
                ("类别", html! { (assessment.class) }),
                ("今天的判定", ui::badge(ui::tone_of_verdict(item.verdict), item.verdict.label())),
                ("最短公示期至", html! { (day(assessment.min_until)) }),
                ("可申请起", html! { (day(assessment.repairable_from)) }),
                ("规则版本", html! { (ui::edition(&assessment.edition)) }),
                ("履行义务和纠正失信的说明", html! { (item.item.statement) }),
                ("办理状态", html! {
                    // Before the first review has passed, the record stands where its application does.
                    @if accepted || item.item.state != ItemState::Pending { (item_state(item.item.state)) } @else { (state(case.application.state)) }
                }),
            ]))
            (back::changed(req, actor, case, item))
            ul.checks {
                @for material in &assessment.materials {
                    li {
                        (required(case, item, *material))
                        @if editing && *material == Material::RectificationForm {
                            " " (ui::post_button(req, &format!("/items/{id}/form"), "打印信用修复表"))
                        }
                    }
                }
            }
            (decision(case, item))
            @if item.item.decided_on.is_some() && actor.has(Action::DecideRepair) && actor.org == item.penalty.authority {
                p { a href={ "/items/" (id) "/decide" } { "打印填好的信用修复表、附上盖章件" } }
            }
            @if editing && matches!(item.item.state, ItemState::Pending | ItemState::Closed) {
                (ui::post_button(req, &format!("/items/{id}/remove"), "移出本条记录"))
            }
        }
    }
}

/// A document that the edition asks for: there, with the way to it, or missing.
fn required(case: &Case, item: &CaseItem, material: Material) -> Markup {
    let serves = |one: &&xinxiu_store::application::OnFile| {
        one.kind == material && one.penalty.is_none_or(|penalty| penalty == item.penalty.id)
    };
    html! {
        @if !item.has(material) { (ui::badge("bad", material.label())) " 还缺" }
        @else if case.is_rejected(item, material) { (ui::badge("bad", material.label())) " 退回时指出有问题，还没有更换" }
        @else { (ui::badge("good", material.label())) }
        @if let (Material::Commitment, Some(signed)) = (material, item.commitment) {
            " " a href={ "/commitments/" (signed) "/scan" } { "查看盖章的承诺书" }
            @if let Some(check) = &item.commitment_check {
                " " (scan_check(check)) @if check.is_open() { " " a href={ "/commitments/" (signed) } { "去核对" } }
            }
        }
        @for one in case.materials.iter().filter(serves) {
            " " a href={ "/application-materials/" (one.id) } { (one.file_name) } (returned::new_mark(case, one))
        }
    }
}

/// Every document of one record, for whoever decides on it: those asked for, then what else was handed in.
pub(super) fn documents(case: &Case, item: &CaseItem) -> Markup {
    let asked = &item.penalty.assessment.materials;
    let of = |one: &&xinxiu_store::application::OnFile| {
        one.penalty.is_none_or(|penalty| penalty == item.penalty.id) && !asked.contains(&one.kind)
    };
    html! {
        ul.checks {
            @for material in asked { li { (required(case, item, *material)) } }
            @for one in case.materials.iter().filter(of) {
                li { (one.kind) " " a href={ "/application-materials/" (one.id) } { (one.file_name) } }
            }
        }
    }
}

fn decision(case: &Case, item: &CaseItem) -> Markup {
    let decided = &item.item;
    let Some(day) = decided.decided_on else { return html! {} };
    ui::facts(&[
        ("修复决定", html! { (decided.state) "（" (day) "）" }),
        ("违法情节", html! { @if let Some(grade) = decided.severity { (grade) } }),
        ("失信行为", html! { @if let Some(grade) = decided.conduct { (grade) } }),
        (
            "已履行处罚义务",
            html! { @match decided.duty_performed { Some(true) => "是", Some(false) => "否", None => "" } },
        ),
        ("意见", html! { (decided.opinion) }),
        ("处罚机关经办人", html! { (decided.authority_handler) }),
        (
            "盖章文书",
            html! {
                @if let Some(file) = decided.decision_file {
                    a href={ "/items/" (decided.id) "/decision" } { "查看" }
                    @if let Some(check) = case.checks.get(&file) { " " (scan_check(check)) }
                }
            },
        ),
        ("撤下公示", html! { @if let Some(day) = decided.taken_down_on { (day) } }),
    ])
}

fn materials(req: &Req, case: &Case, editing: bool) -> Markup {
    if case.materials.is_empty() {
        return ui::empty(
            "还没有上传材料。",
            "服务机构上传证照、履行证明等材料后列在这里；承诺书在“承诺书”页面办理。",
        );
    }
    let number = |material: &xinxiu_store::application::OnFile| {
        let item = case.items.iter().find(|item| Some(item.penalty.id) == material.penalty);
        item.map_or_else(|| "整份申请".to_owned(), |item| item.penalty.decision.to_string())
    };
    let rows: Vec<_> = case
        .materials
        .iter()
        .map(|material| {
            let address = format!("/application-materials/{}", material.id);
            vec![
                html! { (material.kind) (returned::new_mark(case, material)) },
                html! { (number(material)) },
                html! { a href=(address) { (material.file_name) } (form_check(req, case, material)) (photographs(req, material, editing)) },
                html! { (material.added_by) br; @if let Some(day) = material.added_on { (day) } },
                html! { @if editing { (ui::post_button(req, &format!("{address}/remove"), "移出材料")) } },
            ]
        })
        .collect();
    ui::table("材料清单", &["种类", "对应记录", "文件", "加入", "操作"], &rows)
}

/// What the code on a form said; where none could be read, the way to answer for it.
fn form_check(req: &Req, case: &Case, material: &xinxiu_store::application::OnFile) -> Markup {
    let Some(check) = case.checks.get(&material.file) else { return html! {} };
    let may = req.actor().is_ok_and(|actor| actor.has(Action::ConfirmScan));
    html! {
        br;
        (scan_check(check))
        @if check.is_open() && may {
            " " (ui::post_button(req, &format!("/application-materials/{}/confirm-form", material.id), "已看过，是这份表"))
        }
    }
}

/// What a check came to, and who answers for it.
pub(in crate::web::pages) fn scan_check(check: &PaperCheck) -> Markup {
    html! {
        @match (&check.confirmed, check.outcome) {
            (Some((by, at)), _) => { (ui::badge("good", "人工核对一致")) " " (by) "，" (ui::when(*at)) }
            (None, ScanOutcome::Matched) => { (ui::badge("good", check.outcome.label())) }
            (None, ScanOutcome::Unread) => { (ui::badge("due", check.outcome.label())) }
        }
    }
}

/// The photographs of a document as they were taken, and the way to add more.
fn photographs(req: &Req, material: &xinxiu_store::application::OnFile, editing: bool) -> Markup {
    let address = format!("/application-materials/{}", material.id);
    html! {
        @if material.pages > 0 {
            details {
                summary { "原照片" (material.pages) "张" }
                p { @for page in 0..material.pages { a href={ (address) "/photos/" (page) } { "第" (page + 1) "张" } " " } }
                @if editing {
                    (ui::upload_form(req, &format!("{address}/pages"), &ui::own_ids(&address, false, &html! {
                        (ui::uploads_field("file", "续加照片", "接在最后一页后面", ".jpg,.jpeg,.png,image/jpeg,image/png", &[]))
                        (ui::button("续加照片"))
                    })))
                }
            }
        }
    }
}

fn reviews(case: &Case) -> Markup {
    if case.reviews.is_empty() {
        return ui::empty("还没有初审。", "提交后由服务窗口初审，每次初审都留有回执。");
    }
    let rows: Vec<_> = case
        .reviews
        .iter()
        .map(|review| {
            let reasons: Vec<_> = review.reasons.iter().map(|reason| reason.label()).collect();
            vec![
                html! { (review.on) },
                if review.accepted {
                    ui::badge("good", "初审通过")
                } else {
                    ui::badge("bad", "退回补正")
                },
                html! { (reasons.join("、")) @if !reasons.is_empty() && !review.note.is_empty() { br; } (review.note) },
                html! { (review.reviewer) },
                html! {
                    a href={ "/reviews/" (review.id) "/receipt" } { "打印回执" }
                    @if review.file.is_some() { br; a href={ "/reviews/" (review.id) "/file" } { "查看附件" } }
                },
            ]
        })
        .collect();
    ui::table("初审记录", &["日期", "结果", "意见或原因", "初审人", "回执"], &rows)
}
