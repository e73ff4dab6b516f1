//! Filing outward (对外申报, N12): the list, one filing with its package, and the number and result that come back.

use jiff::civil::Date;
use maud::{Markup, html};
use xinxiu_domain::actor::{Action, Concerns};
use xinxiu_domain::application::ApplicationState;
use xinxiu_domain::filing::{FilingAction, FilingAnswer, FilingState, ParcelOutcome, receiver};
use xinxiu_domain::id::{ApplicationId, FilingId};
use xinxiu_domain::penalty::Lane;
use xinxiu_store::filing::Filing;
use xinxiu_workflow::applications::Case;
use xinxiu_workflow::filings::{self, Answered};
use xinxiu_workflow::{FieldError, Refusal};

use super::papers;
use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const TITLE: &str = "对外申报";
const FILE: Access = Access::Staff(Action::FileOutward);

pub(super) fn routes(table: &mut Routes) {
    table.get("/filings", FILE, list);
    table.get("/filings/{id}", FILE, show);
    table.post("/applications/{id}/filings", FILE, prepare);
    table.post("/filings/{id}/package", FILE, package);
    table.post("/filings/{id}/sent", FILE, sent);
    table.post("/filings/{id}/answer", FILE, answer);
    table.post("/filings/{id}/cancel", FILE, cancel);
}

/// A tab of the list: value, words, states.
const TABS: &[(&str, &str, &[FilingState])] = &[
    ("prepared", "待报送", &[FilingState::Prepared]),
    ("sent", "等待结果", &[FilingState::Sent, FilingState::Numbered]),
    ("done", "已有结果", &[FilingState::Granted, FilingState::Refused, FilingState::Cancelled]),
];

fn state(state: FilingState) -> Markup {
    let tone = match state {
        FilingState::Prepared | FilingState::Sent | FilingState::Numbered => "due",
        FilingState::Granted => "good",
        FilingState::Refused => "bad",
        FilingState::Cancelled => "plain",
    };
    ui::badge(tone, state.label())
}

fn list(req: &Req) -> PageResult {
    let asked = req.query.text("state");
    let tab = TABS.iter().find(|(value, ..)| *value == asked).unwrap_or(&TABS[0]);
    let actor = req.actor()?;
    let part = ui::part(&req.query);
    let mut found = filings::list(&req.app, actor, tab.2, part)?;
    let next = ui::next_part(&mut found, part);
    let rows: Vec<_> = found
        .iter()
        .map(|one| {
            vec![
                html! { a href={ "/filings/" (one.id) } { (one.enterprise_name) } },
                html! { (one.lane) },
                html! { (one.reference) },
                html! { @if let Some(day) = one.sent_on { (day) } },
                html! { (one.number) },
                state(one.state),
            ]
        })
        .collect();
    let body = html! {
        h1 { (TITLE) }
        nav.tabs aria-label="按状态" {
            @for (value, label, _) in TABS {
                a href={ "/filings?state=" (value) } aria-current=[(*value == tab.0).then_some("page")] { (label) }
            }
        }
        @if rows.is_empty() {
            (ui::empty("这里会列出向信用中国、市场监管部门报送的申请。", "初审通过后，在申请页面制作申报包；报送后在这里登记受理编号和结果。"))
        } @else {
            (ui::table(TITLE, &["企业", "渠道", "申报编号", "报送日期", "受理编号", "状态"], &rows))
            (ui::pager("/filings", &req.query, next.as_deref()))
        }
        @if actor.may(Action::FileOutward, &Concerns::default()) { (parcels(req)?) }
    };
    Ok(req.page(TITLE, body))
}

/// What was read from the other network, the refused parcels too.
fn parcels(req: &Req) -> Result<Markup, PageError> {
    let found = filings::parcels(&req.app, req.actor()?)?;
    let entries = found.iter().map(|one| {
        let tone = if one.outcome == ParcelOutcome::Taken { "good" } else { "bad" };
        html! {
            li { (ui::when(one.at)) " " (ui::badge(tone, one.outcome.label())) " " (one.reference) " " (one.note) "（" (one.read_by) "）" }
        }
    });
    Ok(html! {
        @if !found.is_empty() {
            (ui::panel("读入的答复包", &html! { ul { @for entry in entries { (entry) } } }))
        }
    })
}

/// The filings of an application, on its page.
pub(super) fn panel(req: &Req, case: &Case) -> Result<Markup, PageError> {
    let actor = req.actor()?;
    let id = case.application.id;
    let found = filings::of_application(&req.app, actor, id)?;
    let files = actor.has(Action::FileOutward) && case.application.state == ApplicationState::Accepted;
    let mut lanes: Vec<Lane> = case.items.iter().map(|item| item.penalty.assessment.lane).collect();
    lanes.sort();
    lanes.dedup();
    // One filing at a time in each lane; another can follow where the earlier came to nothing.
    let ended = |one: &Filing| matches!(one.state, FilingState::Refused | FilingState::Cancelled);
    lanes.retain(|lane| found.iter().all(|one| one.lane != *lane || ended(one)));
    Ok(html! {
        @for one in &found {
            p {
                @if actor.has(Action::FileOutward) { a href={ "/filings/" (one.id) } { (one.reference) } } @else { (one.reference) }
                " " (one.lane) " " (state(one.state)) @if !one.number.is_empty() { " 受理编号" (one.number) }
            }
        }
        @if found.is_empty() { p { "还没有对外申报。" } }
        @if files {
            @for lane in lanes {
                (ui::form(req, &format!("/applications/{id}/filings"), &html! {
                    (ui::hidden("lane", lane.code()))
                    p.hint { (lane) "的记录报送" (receiver(lane)) "。申报包含经办人完整电话，制作和下载都会留下记录。" }
                    (ui::button(&format!("制作{lane}申报包")))
                }))
            }
        }
    })
}

fn show(req: &Req) -> PageResult {
    let id: FilingId = req.id("id")?;
    let title = filings::open(&req.app, req.actor()?, id)?.reference;
    Ok(req.page(&title, body(req, id, &[])?))
}

fn body(req: &Req, id: FilingId, errors: &[FieldError]) -> Result<Markup, PageError> {
    let one = filings::open(&req.app, req.actor()?, id)?;
    let today = req.app.clock.today();
    let values = if errors.is_empty() {
        Form::default().with("number", &one.number).with("sent_on", today).with("result_on", today)
    } else {
        req.form.clone()
    };
    Ok(html! {
        h1 { (one.reference) }
        (ui::errors(errors))
        (ui::facts(&[
            ("企业", html! { a href={ "/enterprises/" (one.enterprise) } { (one.enterprise_name) } }),
            ("修复申请", html! { a href={ "/applications/" (one.application) } { "第" (one.application) "号申请" } "，" (one.records) "条处罚记录" }),
            ("报送", html! { (receiver(one.lane)) }),
            ("状态", state(one.state)),
            ("制作", html! { (one.prepared_by) "，" (ui::when(one.prepared)) }),
            ("报送日期", html! { @if let Some(day) = one.sent_on { (day) "（" (one.sent_by) "）" } }),
            ("受理编号", html! { (one.number) }),
            ("结果日期", html! { @if let Some(day) = one.result_on { (day) } }),
            ("对方说明", html! { (one.note) }),
            ("登记人", html! { (one.answered_by) }),
        ]))
        (ui::post_button(req, &format!("/filings/{id}/package"), "下载申报包"))
        @if one.state.allows(FilingAction::Send) {
            (ui::panel("登记报送", &ui::form(req, &format!("/filings/{id}/sent"), &html! {
                (ui::hidden("version", one.version))
                (ui::date_field(&values, "sent_on", "报送日期", errors))
                (ui::button("登记已报送"))
            })))
        }
        @if one.state.allows(FilingAction::Number) { (ui::panel("登记编号和结果", &answer_form(req, &one, &values, errors))) }
        @if one.state.allows(FilingAction::Cancel) {
            (ui::confirm(req, &format!("/filings/{id}/cancel"), "作废", "作废后可以重新制作申报包；已经报送的，请同时告知对方。", &html! {
                (ui::hidden("version", one.version))
                (ui::field(&Form::default(), "reason", "作废的原因", "", &[]))
            }))
        }
    })
}

fn answer_form(req: &Req, one: &Filing, values: &Form, errors: &[FieldError]) -> Markup {
    let mut results = vec![("number".to_owned(), "只登记受理编号".to_owned())];
    if one.state.allows(FilingAction::Grant) {
        results.push(("granted".to_owned(), "准予修复".to_owned()));
        results.push(("refused".to_owned(), "不予修复".to_owned()));
    }
    ui::form(
        req,
        &format!("/filings/{}/answer", one.id),
        &html! {
            (ui::hidden("version", one.version))
            (ui::field(values, "number", "受理编号", "对方网站或回执上的编号", errors))
            (ui::select(values, "granted", "结果", &results, errors))
            (ui::date_field(values, "result_on", "结果日期", errors))
            (ui::area(values, "note", "对方说明", "不予修复的写明理由", errors))
            (ui::button("登记编号和结果"))
        },
    )
}

fn version(req: &Req) -> Result<i64, PageError> {
    req.form.text("version").parse().map_err(|_| PageError::Stale)
}

fn ended(req: &Req, id: FilingId, step: Result<(), Refusal>, field: &str, message: &str) -> PageResult {
    match step {
        Ok(()) => Ok(req.see(format!("/filings/{id}"), message)),
        Err(refusal) => Ok(req.again(TITLE, body(req, id, &refusal.into_errors(field)?)?)),
    }
}

fn prepare(req: &Req) -> PageResult {
    let id: ApplicationId = req.id("id")?;
    let lane = Lane::from_code(&req.form.text("lane")).unwrap_or(Lane::CreditChina);
    let filed = filings::prepare(&req.app, req.actor()?, id, lane)?;
    Ok(req.see(format!("/filings/{filed}"), "已制作申报包，请下载后报送"))
}

fn package(req: &Req) -> PageResult {
    papers::stored(req, filings::download(&req.app, req.actor()?, req.id("id")?)?)
}

fn sent(req: &Req) -> PageResult {
    let (id, actor, version): (FilingId, _, _) = (req.id("id")?, req.actor()?, version(req)?);
    let mut fields = req.fields();
    let on = fields.date("sent_on", "报送日期");
    let step = fields.check().and_then(|()| filings::sent(&req.app, actor, id, (on, version)));
    ended(req, id, step, "sent_on", "已登记报送")
}

fn answer(req: &Req) -> PageResult {
    let (id, actor, version): (FilingId, _, _) = (req.id("id")?, req.actor()?, version(req)?);
    let mut fields = req.fields();
    let granted = match req.form.raw("granted") {
        "granted" => Some(true),
        "refused" => Some(false),
        "number" => None,
        _ => {
            fields.fault("granted", "请选择结果".into());
            None
        }
    };
    let on: Option<Date> = granted.map(|_| fields.date("result_on", "结果日期"));
    let answer = FilingAnswer { number: req.form.text("number"), granted, on, note: req.form.text("note") };
    let step = fields
        .check()
        .and_then(|()| filings::record_answer(&req.app, actor, id, &Answered { answer, version }));
    ended(req, id, step, "number", "已登记")
}

fn cancel(req: &Req) -> PageResult {
    let id: FilingId = req.id("id")?;
    let reason = req.form.text("reason");
    let step = filings::cancel(&req.app, req.actor()?, id, (&reason, version(req)?));
    ended(req, id, step, "reason", "已作废")
}
