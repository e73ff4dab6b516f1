//! An authority's own listed enterprises, and telling several of them to attend.

use jiff::ToSpan;
use jiff::civil::Date;
use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::id::EnterpriseId;
use xinxiu_domain::rectification::{RectificationAction, RectificationState, next_step};
use xinxiu_store::rectification::Followed;
use xinxiu_workflow::rectifications::{self, BulkOutcome};
use xinxiu_workflow::{FieldError, Refusal};

use super::{follow_up, together};
use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

/// Enterprises on one page.
const PAGE: usize = 100;
const RECTIFY: Access = Access::Staff(Action::Rectify);

pub(super) fn routes(table: &mut Routes) {
    table.get("/rectifications", RECTIFY, list);
    table.post("/rectifications/notify", RECTIFY, notify);
}

/// The tone of a state; a passed deadline is told apart.
pub(super) fn badge(state: RectificationState, overdue: bool) -> Markup {
    if overdue {
        return ui::badge("bad", "整改逾期");
    }
    let tone = match state {
        RectificationState::Open | RectificationState::DeadlineSet => "due",
        RectificationState::Notified | RectificationState::Met | RectificationState::Interviewed => "plain",
        RectificationState::Failed => "bad",
        RectificationState::Passed => "good",
    };
    ui::badge(tone, state.label())
}

fn list(req: &Req) -> PageResult {
    if !req.query.raw("format").is_empty() {
        return take_along(req);
    }
    Ok(req.page("整改督促", body(req, &req.query, &[])?))
}

pub(super) fn body(req: &Req, values: &Form, errors: &[FieldError]) -> Result<Markup, PageError> {
    let today = req.app.clock.today();
    let all = rectifications::list(&req.app, req.actor()?)?;
    let overdue = all.iter().filter(|one| one.overdue(today)).count();
    let found: Vec<&Followed> = all.iter().filter(|one| wanted(one, &req.query, today)).collect();
    let start: usize = req.query.text("after").parse::<u16>().unwrap_or(0).into();
    let shown: Vec<&Followed> = found.iter().skip(start).take(PAGE).copied().collect();
    let next = (start + PAGE < found.len()).then(|| (start + PAGE).to_string());
    let mut states = ui::choices(RectificationState::ALL);
    states.extend(
        [("todo", "尚未整改到位"), ("due", "七天内到期"), ("overdue", "整改逾期")]
            .map(|(code, label)| (code.to_owned(), label.to_owned())),
    );
    let mut counties: Vec<_> = all.iter().map(|one| (one.county.clone(), one.county.clone())).collect();
    counties.sort();
    counties.dedup();
    let deadline = if errors.is_empty() { Form::default() } else { values.clone() };
    let came = [("yes", "已参训"), ("no", "未参训")].map(|(code, label)| (code.to_owned(), label.to_owned()));
    Ok(html! {
        h1 { "整改督促" }
        (ui::errors(errors))
        @if all.is_empty() {
            (ui::empty("这里会列出本部门作出处罚或列入名单、且在本年度行动内的企业。", "市信用中心导入名单后自动出现，无需登记。"))
        } @else {
            div.figures {
                (ui::figure(all.len(), "本部门认定的企业", "/rectifications"))
                @for state in RectificationState::ALL {
                    @let count = all.iter().filter(|one| one.state == *state).count();
                    @if count > 0 { (ui::figure(count, state.label(), &format!("/rectifications?state={}", state.code()))) }
                }
                @if overdue > 0 { (ui::figure(overdue, "整改逾期", "/rectifications?state=overdue")) }
            }
            (ui::search_bar("/rectifications", &html! {
                (ui::field(&req.query, "name", "企业名称", "", &[]))
                (ui::filter(&req.query, "state", "督促状态", &states))
                (ui::filter(&req.query, "county", "属地", &counties))
                (ui::filter(&req.query, "trained", "参训", &came))
            }))
            @if found.len() > PAGE { p.quiet { "符合条件" (found.len()) "家，每页" (PAGE) "家。" } }
            @if shown.is_empty() {
                (ui::empty("没有符合条件的企业。", "换一个状态或名称再查询。"))
            } @else {
                (ui::form(req, "/rectifications/notify", &html! {
                    span #f-enterprise {}
                    (table(&shown, values, today))
                    (ui::area(values, "note", "通知内容", "写明参训时间、地点和联系人；可不填", errors))
                    (ui::button("通知所选企业参训"))
                    (together::fields(&follow_up::with_defaults(req, &deadline)?, errors))
                }))
                (ui::pager("/rectifications", &req.query, next.as_deref()))
                (ui::export_bar("/rectifications", &req.query))
            }
        }
    })
}

/// The list as it is filtered, to take along.
fn take_along(req: &Req) -> PageResult {
    let today = req.app.clock.today();
    let all = rectifications::list(&req.app, req.actor()?)?;
    let rows: Vec<Vec<String>> = all
        .iter()
        .filter(|one| wanted(one, &req.query, today))
        .map(|one| {
            let late = one.overdue(today);
            vec![
                one.name.clone(),
                format!("{}{}", one.county, one.township),
                one.penalties.to_string(),
                one.listings.to_string(),
                if late { "整改逾期".to_owned() } else { one.state.label().to_owned() },
                one.due_on.map(|due| due.to_string()).unwrap_or_default(),
                next_step(one.state, late).to_owned(),
                if one.trained { "已参训" } else { "未参训" }.to_owned(),
            ]
        })
        .collect();
    let heads = ["企业", "属地", "公示处罚", "名单认定", "督促状态", "整改期限", "下一步", "参训"];
    req.table("整改督促", &heads, &rows)
}

fn wanted(one: &Followed, query: &Form, today: Date) -> bool {
    let (name, state) = (query.text("name"), query.text("state"));
    let right = match state.as_str() {
        "" => true,
        "todo" => one.state != RectificationState::Passed,
        "overdue" => one.overdue(today),
        "due" => {
            let running = one.state == RectificationState::DeadlineSet && !one.overdue(today);
            running && one.due_on.is_some_and(|due| due <= today.saturating_add(7.days()))
        }
        code => one.state.code() == code,
    };
    let (county, trained) = (query.text("county"), query.text("trained"));
    let told = trained.is_empty() || one.trained == (trained == "yes");
    right && told && one.name.contains(&name) && (county.is_empty() || one.county == county)
}

fn table(shown: &[&Followed], values: &Form, today: Date) -> Markup {
    let chosen = values.all("enterprise");
    let rows: Vec<_> = shown
        .iter()
        .map(|one| {
            let id = one.enterprise.to_string();
            let ticked = chosen.contains(&id);
            vec![
                html! {
                    @if one.state.allows(RectificationAction::Notify) || one.state.allows(RectificationAction::SetDeadline) {
                        label.choice {
                            input type="checkbox" name="enterprise" value=(id) checked[ticked] aria-label={ "选择" (one.name) };
                        }
                    }
                },
                html! { a href={ "/rectifications/" (id) } { (one.name) } },
                html! { (one.county) (one.township) },
                html! { (one.penalties) },
                html! { (one.listings) },
                badge(one.state, one.overdue(today)),
                html! {
                    @if let Some(due) = one.due_on { (due) br; }
                    span.quiet { (next_step(one.state, one.overdue(today))) }
                },
                html! { @if one.trained { (ui::badge("good", "已参训")) } @else { span.quiet { "未参训" } } },
            ]
        })
        .collect();
    let heads = ["选择", "企业", "属地", "#公示处罚", "#名单认定", "督促状态", "期限和下一步", "参训"];
    ui::table("本部门认定的企业", &heads, &rows)
}

fn notify(req: &Req) -> PageResult {
    let chosen: Vec<EnterpriseId> = req.fields().ids("enterprise");
    match rectifications::notify(&req.app, req.actor()?, &chosen, req.form.raw("note")) {
        Ok(outcome) if outcome.left.is_empty() => {
            Ok(req.see("/rectifications", format!("已通知{}家企业参训", outcome.done.len())))
        }
        Ok(outcome) => Ok(req.page("通知参训结果", result(&outcome))),
        Err(Refusal::Invalid(errors)) => Ok(req.again("整改督促", body(req, &req.form, &errors)?)),
        Err(other) => Err(other.into()),
    }
}

fn result(outcome: &BulkOutcome) -> Markup {
    let left: Vec<_> =
        outcome.left.iter().map(|(name, reason)| vec![html! { (name) }, html! { (reason) }]).collect();
    html! {
        h1 { "通知参训结果" }
        p { "已通知" (outcome.done.len()) "家，未能通知" (outcome.left.len()) "家。" }
        (ui::table("未能通知的企业", &["企业", "原因"], &left))
        p { a href="/rectifications" { "返回整改督促" } }
    }
}
