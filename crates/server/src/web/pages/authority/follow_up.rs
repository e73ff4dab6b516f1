//! One enterprise under an authority's follow-up: what stands, what was done, what can be done next.

use jiff::civil::Date;
use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::deadline::Clock;
use xinxiu_domain::id::{DelistingId, EnterpriseId, FileId, ListingId};
use xinxiu_domain::rectification::{RectificationAction as Move, RectificationState};
use xinxiu_workflow::deadlines::{lengths_now, of_records};
use xinxiu_workflow::rectifications::{self, Deadline, FollowUp};
use xinxiu_workflow::{FieldError, Refusal, delistings};

use super::delistings::state as delisting_state;
use super::meetings;
use super::rectifications::badge;
use crate::web::pages::{deadlines, papers};
use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, MIB, Routes};
use crate::web::ui;

const RECTIFY: Access = Access::Staff(Action::Rectify);
/// All files of one step together.
const FILE_LIMIT: usize = 60 * MIB;

pub(super) fn routes(table: &mut Routes) {
    table.get("/rectifications/{id}", RECTIFY, show);
    table.post("/rectifications/{id}/notify", RECTIFY, notify);
    table.post("/rectifications/{id}/deadline", RECTIFY, deadline);
    table.post("/rectifications/{id}/extend", RECTIFY, extend);
    table.upload("/rectifications/{id}/check", RECTIFY, FILE_LIMIT, check);
    table.upload("/rectifications/{id}/meet", RECTIFY, FILE_LIMIT, meetings::meet);
    table.upload("/rectifications/{id}/interview", RECTIFY, FILE_LIMIT, meetings::interview);
    table.get("/rectifications/{id}/records/{event}", RECTIFY, meetings::record);
    table.get("/rectifications/{id}/files/{file}", RECTIFY, file);
    table.post("/rectifications/{id}/delisting", Access::Staff(Action::DecideDelisting), receive);
}

fn show(req: &Req) -> PageResult {
    let (title, body) = body(req, &Form::default(), &[])?;
    Ok(req.page(&title, body))
}

fn body(req: &Req, values: &Form, errors: &[FieldError]) -> Result<(String, Markup), PageError> {
    let found = rectifications::show(&req.app, req.actor()?, req.id("id")?)?;
    let enterprise = &found.enterprise;
    let running = of_records(&req.app, req.actor()?, &[(Clock::Rectification, &[enterprise.id.0])])?;
    // An enterprise may have several authorities, each with its own deadline.
    let running: Vec<_> = running.into_iter().filter(|one| one.is_mine).collect();
    let title = format!("整改督促：{}", enterprise.name);
    let body = html! {
        h1 { (title) }
        (ui::errors(errors))
        p { (badge(found.state, found.overdue)) }
        (deadlines::sentence(&running))
        (ui::facts(&[
            ("统一社会信用代码", html! { @if let Some(uscc) = &enterprise.uscc { (ui::code(&uscc.to_string())) } }),
            ("属地", html! { (enterprise.county_name) (enterprise.township) }),
            ("整改期限", html! { @if let Some(due) = found.due_on { (due) (day_off(req, due)) } }),
            ("企业档案", html! { a href={ "/enterprises/" (enterprise.id) } { "查看企业" } }),
            ("失信原因和整改情况", html! { a href={ "/enterprises/" (enterprise.id) "/findings" } { "查看和登记" } }),
        ]))
        (ui::panel("下一步", &next_steps(req, &found, &with_defaults(req, values)?, errors)))
        (ui::panel("本部门的处罚和名单认定", &grounds(&found)))
        (ui::panel("退出失信名单申请", &delisting(req, &found, values, errors)))
        (ui::panel("督促经过", &events(&found)))
        p { a href="/rectifications" { "返回整改督促" } }
    };
    Ok((title, body))
}

fn next_steps(req: &Req, found: &FollowUp, values: &Form, errors: &[FieldError]) -> Markup {
    let address = |step: &str| format!("/rectifications/{}/{step}", found.enterprise.id);
    let state = found.state;
    let interview = state == RectificationState::Failed || found.overdue;
    html! {
        @if state.allows(Move::Notify) { (ui::post_button(req, &address("notify"), "通知企业参训")) }
        @if state.allows(Move::Meet) { (meetings::meet_form(req, &address("meet"), values, errors)) }
        @if state.allows(Move::SetDeadline) { (deadline_form(req, &address("deadline"), values, errors)) }
        @if state.allows(Move::Pass) { (check_form(req, &address("check"), values, errors)) }
        @if state.allows(Move::Extend) { (extend_form(req, &address("extend"), values, errors)) }
        @if interview { (meetings::interview_form(req, &address("interview"), values, errors)) }
        @if state == RectificationState::Passed { p { "整改到位，无需继续督促。" } }
    }
}

fn deadline_form(req: &Req, address: &str, values: &Form, errors: &[FieldError]) -> Markup {
    ui::form(
        req,
        address,
        &html! {
            h3 { "提出整改期限" }
            (deadline_fields(values, errors))
            (ui::area(values, "note", "整改要求", "", errors))
            (ui::button("提出整改期限"))
        },
    )
}

/// A number of working days, or a day.
pub(super) fn deadline_fields(values: &Form, errors: &[FieldError]) -> Markup {
    html! {
        (ui::number_field(values, "days", "工作日数", "从明天起算，默认天数由市信用办设定；选了下面的日期就以日期为准", errors))
        (ui::date_field(values, "due_on", "或截止日期", errors))
    }
}

fn check_form(req: &Req, address: &str, values: &Form, errors: &[FieldError]) -> Markup {
    let results = [("passed", "整改到位"), ("failed", "整改不到位")]
        .map(|(value, label)| (value.to_owned(), label.to_owned()));
    ui::upload_form(
        req,
        address,
        &html! {
            h3 { "登记检查结果" }
            (ui::select(values, "result", "检查结果", &results, errors))
            (ui::area(values, "findings", "检查情况", "", errors))
            (meetings::photos("file", "检查记录和现场照片（可不传）", errors))
            (ui::button("登记检查结果"))
        },
    )
}

fn extend_form(req: &Req, address: &str, values: &Form, errors: &[FieldError]) -> Markup {
    html! {
        details open[errors.iter().any(|error| matches!(error.field.as_str(), "new_due_on" | "reason"))] {
            summary { "延长整改期限" }
            (ui::form(req, address, &html! {
                (ui::date_field(values, "new_due_on", "新的截止日期", errors))
                (ui::field(values, "reason", "延期理由", "", errors))
                (ui::button("延长整改期限"))
            }))
        }
    }
}

/// The days that the city office set as usual, where nothing was typed yet.
pub(super) fn with_defaults(req: &Req, values: &Form) -> Result<Form, PageError> {
    if !values.0.is_empty() {
        return Ok(values.clone());
    }
    let usual = lengths_now(&req.app, req.actor()?)?;
    Ok(usual.map_or_else(
        || values.clone(),
        |lengths| values.clone().with("days", lengths.of(Clock::Rectification).days),
    ))
}

fn grounds(found: &FollowUp) -> Markup {
    let penalties: Vec<_> = found
        .penalties
        .iter()
        .map(|penalty| {
            vec![
                html! { a href={ "/penalties/" (penalty.id) } { (penalty.decision.as_str()) } },
                html! { (penalty.facts.decision_date) },
                html! { (penalty.facts.content) },
                html! { (penalty.state) },
                html! { (ui::badge(ui::tone_of_verdict(penalty.assessment.verdict), penalty.assessment.verdict.label())) },
            ]
        })
        .collect();
    let listings: Vec<_> = found
        .listings
        .iter()
        .map(|listing| {
            vec![
                html! { (listing.list) },
                html! { (listing.reason) },
                html! { @if let Some(day) = listing.listed_on { (day) } },
                html! { @if let Some(gone) = listing.gone_since { (gone) } @else { span.quiet { "在名单内" } } },
            ]
        })
        .collect();
    html! {
        @if !penalties.is_empty() {
            (ui::table("本部门的处罚", &["决定书文号", "决定日期", "处罚内容", "公示", "判定"], &penalties))
        }
        @if !listings.is_empty() {
            (ui::table("本部门的名单认定", &["名单", "认定事由", "列入日期", "退出日期"], &listings))
        }
    }
}

fn delisting(req: &Req, found: &FollowUp, values: &Form, errors: &[FieldError]) -> Markup {
    let rows: Vec<_> = found
        .delistings
        .iter()
        .map(|one| {
            vec![
                html! { a href={ "/delistings/" (one.id) } { (one.received_on) } },
                html! { (one.list_name) },
                delisting_state(one.state),
                html! { (one.opinion) },
            ]
        })
        .collect();
    let listed: Vec<_> = found
        .listings
        .iter()
        .filter(|listing| listing.gone_since.is_none())
        .map(|listing| (listing.id.to_string(), format!("{}（{}）", listing.list, listing.reason)))
        .collect();
    html! {
        @if !rows.is_empty() { (ui::table("退出失信名单申请", &["受理日期", "名单", "状态", "意见"], &rows)) }
        @if listed.is_empty() {
            p.quiet { "该企业目前没有本部门认定的在列名单。" }
        } @else {
            (ui::form(req, &format!("/rectifications/{}/delisting", found.enterprise.id), &html! {
                (ui::select(values, "listing", "申请退出的名单", &listed, errors))
                (ui::area(values, "statement", "申请理由和整改情况", "", errors))
                (ui::button("受理退出申请"))
            }))
        }
    }
}

fn events(found: &FollowUp) -> Markup {
    html! {
        @if found.events.is_empty() {
            (ui::empty("这里会按时间列出通知、期限、检查和约谈。", "从上面的“下一步”开始办理。"))
        } @else {
            ol.timeline {
                @for event in found.events.iter().rev() {
                    li {
                        (ui::when(event.at))
                        span.what {
                            (Move::from_code(&event.action).map_or_else(|| event.action.clone(), |step| step.label().to_owned()))
                            @if let Some(due) = event.due_on { "，期限" (due) }
                            @if !event.note.is_empty() { "：" (event.note) }
                        }
                        @for (place, file) in event.files.iter().enumerate() {
                            a href={ "/rectifications/" (found.enterprise.id) "/files/" (file) } { "查看附件" (place + 1) } " "
                        }
                        @if !event.detail.is_empty() {
                            a href={ "/rectifications/" (found.enterprise.id) "/records/" (event.id) } { "打印记录" } " "
                        }
                        span.by { (event.actor) (ui::entered(event.at)) }
                    }
                }
            }
        }
    }
}

/// A deadline that falls on a day on which nobody works.
pub(super) fn day_off(req: &Req, due: Date) -> String {
    let calendar = req.app.rules.calendar();
    if calendar.is_working_day(due) {
        return String::new();
    }
    let next = calendar.add_working_days(due, 1).date;
    format!("（这天不是工作日，下一个工作日是{next}，需要时请调整期限）")
}

/// A deadline that cannot be is said beside the field in which it was given.
pub(super) fn beside(refusal: Refusal, field: &str) -> Result<Refusal, Refusal> {
    let mut errors = refusal.into_errors("note")?;
    for error in errors.iter_mut().filter(|error| error.field.starts_with("deadline_")) {
        field.clone_into(&mut error.field);
    }
    Ok(Refusal::Invalid(errors))
}

/// Back to the enterprise after a step, or the form again with what was wrong.
pub(super) fn after(req: &Req, done: Result<String, Refusal>) -> PageResult {
    match done {
        Ok(message) => Ok(req.see(format!("/rectifications/{}", req.param("id")), message)),
        Err(refusal) => {
            let (title, body) = body(req, &req.form, &refusal.into_errors("note")?)?;
            Ok(req.again(&title, body))
        }
    }
}

fn notify(req: &Req) -> PageResult {
    let id: EnterpriseId = req.id("id")?;
    let outcome = rectifications::notify(&req.app, req.actor()?, &[id], "")?;
    let message = match outcome.left.first() {
        None => "已通知企业参训".to_owned(),
        Some((_, reason)) => reason.clone(),
    };
    after(req, Ok(message))
}

/// The deadline of a form, by a number of working days or by its day.
pub(super) fn read_deadline(req: &Req) -> Result<Deadline, Refusal> {
    let mut fields = req.fields();
    let (days, day) = (fields.text("days"), fields.text("due_on"));
    // The usual days stand in the form already; whoever picks a day means the day.
    let chosen = match (days.is_empty(), day.is_empty()) {
        (_, false) => Deadline::On(fields.date("due_on", "截止日期")),
        (false, true) => Deadline::WorkingDays(fields.number("days", "工作日数")),
        (true, true) => {
            fields.fault("days", "请填写工作日数，或选定截止日期".into());
            Deadline::WorkingDays(0)
        }
    };
    fields.check().map(|()| chosen)
}

/// The field beside which a wrong deadline is said.
pub(super) fn deadline_field(req: &Req) -> &'static str {
    if req.form.text("due_on").is_empty() { "days" } else { "due_on" }
}

fn deadline(req: &Req) -> PageResult {
    let (id, actor): (EnterpriseId, _) = (req.id("id")?, req.actor()?);
    let note = req.form.text("note");
    let set = read_deadline(req)
        .and_then(|chosen| rectifications::set_deadline(&req.app, actor, id, chosen, &note));
    let set = set.or_else(|refusal| Err(beside(refusal, deadline_field(req))?));
    after(req, set.map(|due| format!("已提出整改期限：{due}{}。企业打开个人链接就能看到", day_off(req, due))))
}

fn extend(req: &Req) -> PageResult {
    let (id, actor): (EnterpriseId, _) = (req.id("id")?, req.actor()?);
    let mut fields = req.fields();
    let (due, reason) = (fields.date("new_due_on", "新的截止日期"), fields.text("reason"));
    let moved = fields.check().and_then(|()| rectifications::extend(&req.app, actor, id, due, &reason));
    let moved = moved.or_else(|refusal| Err(beside(refusal, "new_due_on")?));
    after(req, moved.map(|()| format!("整改期限延长至{due}{}", day_off(req, due))))
}

fn check(req: &Req) -> PageResult {
    let (id, actor): (EnterpriseId, _) = (req.id("id")?, req.actor()?);
    let work = || {
        let passed = match req.form.text("result").as_str() {
            "passed" => true,
            "failed" => false,
            _ => return Err(Refusal::invalid("result", "请选择检查结果")),
        };
        let files = meetings::attachments(req, "file")?;
        rectifications::check(&req.app, actor, id, passed, &req.form.text("findings"), &files)
    };
    after(req, work().map(|()| "已登记检查结果".to_owned()))
}

fn file(req: &Req) -> PageResult {
    let (id, file): (EnterpriseId, FileId) = (req.id("id")?, req.id("file")?);
    papers::stored(req, rectifications::file(&req.app, req.actor()?, id, file)?)
}

fn receive(req: &Req) -> PageResult {
    let (id, actor): (EnterpriseId, _) = (req.id("id")?, req.actor()?);
    let mut fields = req.fields();
    let listing: Option<ListingId> = fields.id("listing", "申请退出的名单");
    let statement = fields.text("statement");
    let received: Result<DelistingId, Refusal> =
        fields.check().and_then(|()| delistings::receive(&req.app, actor, id, listing, &statement));
    match received {
        Ok(new) => Ok(req.see(format!("/delistings/{new}"), "已受理退出申请，请作出决定")),
        Err(refusal) => after(req, Err(refusal)),
    }
}
