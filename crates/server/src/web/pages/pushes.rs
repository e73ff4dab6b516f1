//! Lists pushed to the counties and taken by them, credit query reports (N15).

use std::collections::BTreeMap;

use maud::{Markup, html};
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::deadline::Clock;
use xinxiu_domain::id::{EnterpriseId, OrgId, PushId};
use xinxiu_domain::job::JobState;
use xinxiu_domain::push::PushState;
use xinxiu_store::job::Job;
use xinxiu_store::push::{CountyPushes, Push};
use xinxiu_store::push_reminder::Reminded;
use xinxiu_workflow::deadlines::of_records;
use xinxiu_workflow::pushes::{self, PushedList, Sent};
use xinxiu_workflow::{FieldError, Refusal, credit_report, push_reminders, push_workbook};

use super::{deadlines, papers};
use crate::table::XLSX;
use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

/// Center and county each have their own action here; the workflow asks for the right one.
const EITHER: Access = Access::Either(&[Action::PushLists, Action::AcknowledgePush]);

pub(super) fn routes(table: &mut Routes) {
    table.get("/pushes", EITHER, list);
    table.post("/pushes", Access::Staff(Action::PushLists), send);
    table.post("/pushes/all", Access::Staff(Action::PushLists), send_all);
    table.post("/pushes/reminder-days", Access::Staff(Action::PushLists), set_days);
    table.get("/pushes/{id}", EITHER, show);
    table.post("/pushes/{id}/remind", Access::Staff(Action::PushLists), remind);
    table.post("/pushes/{id}/acknowledge", Access::Staff(Action::AcknowledgePush), acknowledge);
    table.get("/pushes/{id}/list.xlsx", EITHER, workbook);
    table.post("/pushes/{id}/credit-reports", Access::Staff(Action::PrintCreditReport), make_reports);
    table.get("/pushes/{id}/credit-reports.zip", Access::Staff(Action::PrintCreditReport), reports);
    table.get(
        "/enterprises/{id}/credit-report.pdf",
        Access::Staff(Action::PrintCreditReport),
        credit_report_pdf,
    );
}

fn list(req: &Req) -> PageResult {
    if req.actor()?.has(Action::PushLists) {
        return Ok(req.page("名单推送", overview(req, &[])?));
    }
    let asked = PushState::from_code(req.query.raw("state"));
    let mut received = pushes::received(&req.app, req.actor()?)?;
    received.retain(|push| asked.is_none_or(|asked| push.state == asked));
    Ok(req.page(
        "名单签收",
        html! {
            h1 { "名单签收" }
            @if let Some(asked) = asked { (ui::narrowed(&format!("只列出{asked}的名单。"), "/pushes")) }
            @if received.is_empty() {
                (ui::empty("这里会列出市信用中心向本地区推送的企业名单。", "市信用中心推送后，您在这里签收并下载名单。"))
            } @else {
                (pushed_table(&received, &push_reminders::reminded(&req.app, req.actor()?)?))
            }
        },
    ))
}

fn overview(req: &Req, errors: &[FieldError]) -> Result<Markup, PageError> {
    let (counties, all) = pushes::overview(&req.app, req.actor()?)?;
    let waiting: u32 = counties.iter().filter(|one| one.county.is_some()).map(|one| one.waiting).sum();
    let unknown = counties.iter().find(|one| one.county.is_none());
    let rows: Vec<_> = counties.iter().map(|county| county_row(req, county)).collect();
    Ok(html! {
        h1 { "名单推送" }
        (ui::errors(errors))
        p { "按企业属地整理，只推送尚未推送过的企业；同一家企业不会重复推送。" }
        @if waiting > 0 {
            (ui::post_button(req, "/pushes/all", &format!("向全部地区推送名单（{waiting}家）")))
        }
        @if let Some(unknown) = unknown {
            p.warning { "有" (unknown.members) "家企业属地不明，不能推送；请先在企业页面更正属地。" }
        }
        (ui::panel("各地区", &ui::table(
            "各地区推送和签收情况",
            &["地区", "#名单内企业", "#已推送", "#已签收", "#尚未推送", "办理"],
            &rows,
        )))
        (ui::panel("推送记录", &html! {
            @if all.is_empty() {
                (ui::empty("还没有推送过名单。", "名单导入后，在上表选择地区推送，或一次向全部地区推送。"))
            } @else {
                (pushed_table(&all, &push_reminders::reminded(&req.app, req.actor()?)?))
            }
        }))
        (ui::panel("未签收提醒", &html! {
            p { "推送或上次提醒后满所定工作日仍未签收的，平台每天自动提醒一次，显示在属地的今天要办；也可以在每份名单的页面上随时提醒。" }
            (ui::form(req, "/pushes/reminder-days", &html! {
                (ui::number_field(&Form::default().with("days", push_reminders::days(&req.app, req.actor()?)?), "days", "满几个工作日提醒", "1到30", errors))
                (ui::button("保存提醒天数"))
            }))
        }))
    })
}

fn county_row(req: &Req, county: &CountyPushes) -> Vec<Markup> {
    let send = county.county.filter(|_| county.waiting > 0).map(|id| {
        ui::form(
            req,
            "/pushes",
            &html! {
                (ui::hidden("county", id))
                button type="submit" { "推送名单" }
            },
        )
    });
    let word = if county.members == 0 { "没有企业" } else { "全部已推送" };
    vec![
        html! { (county.name) },
        html! { (county.members) },
        html! { (county.pushed) },
        html! { (county.acknowledged) },
        html! { (county.waiting) },
        send.unwrap_or_else(|| html! { span.quiet { @if county.county.is_some() { (word) } } }),
    ]
}

fn pushed_table(all: &[Push], reminded: &BTreeMap<PushId, Reminded>) -> Markup {
    let rows: Vec<_> = all
        .iter()
        .map(|push| {
            vec![
                html! { a href={ "/pushes/" (push.id) } { (push.county_name) "第" (push.id) "号" } },
                html! { (push.enterprises) },
                html! { (ui::when(push.sent_at)) " " (push.sent_by) },
                html! {
                    (state(push.state))
                    @if let Some(one) = reminded.get(&push.id).filter(|_| push.state == PushState::Sent) {
                        " 已提醒" (one.times) "次，" (one.last_on)
                    }
                },
                taken(push),
            ]
        })
        .collect();
    ui::table("推送记录", &["名单", "#企业数", "推送", "状态", "签收"], &rows)
}

fn state(state: PushState) -> Markup {
    let tone = if state == PushState::Acknowledged { "good" } else { "due" };
    ui::badge(tone, state.label())
}

fn taken(push: &Push) -> Markup {
    html! { @if let Some(at) = push.acknowledged_at { (ui::when(at)) " " (push.acknowledged_by) } }
}

fn send(req: &Req) -> PageResult {
    let read = || {
        let mut fields = req.fields();
        let county = fields.id::<OrgId>("county", "地区");
        fields.check().map(|()| county.unwrap_or(OrgId(0)))
    };
    let actor = req.actor()?;
    match read().and_then(|county| pushes::send(&req.app, actor, county)) {
        Ok(id) => Ok(req.see(format!("/pushes/{id}"), "已推送名单，等待签收")),
        Err(Refusal::Invalid(errors)) => Ok(req.again("名单推送", overview(req, &errors)?)),
        Err(other) => Err(other.into()),
    }
}

fn send_all(req: &Req) -> PageResult {
    match pushes::send_all(&req.app, req.actor()?) {
        Ok(sent) => Ok(req.see("/pushes", outcome(&sent))),
        Err(Refusal::Invalid(errors)) => Ok(req.again("名单推送", overview(req, &errors)?)),
        Err(other) => Err(other.into()),
    }
}

fn outcome(sent: &[Sent]) -> String {
    let done: Vec<String> =
        sent.iter().filter_map(|one| one.push.map(|(_, count)| format!("{}{count}家", one.county))).collect();
    let none: Vec<&str> =
        sent.iter().filter(|one| one.push.is_none()).map(|one| one.county.as_str()).collect();
    let rest =
        if none.is_empty() { String::new() } else { format!("；没有新企业：{}", none.join("、")) };
    format!("已推送：{}{rest}", done.join("、"))
}

fn show(req: &Req) -> PageResult {
    let actor = req.actor()?;
    let list = pushes::show(&req.app, actor, req.id("id")?)?;
    let reminded = push_reminders::reminded(&req.app, actor)?;
    let push = &list.push;
    let title = format!("{}推送名单第{}号", push.county_name, push.id);
    let own = actor.org == Some(push.county) && actor.has(Action::AcknowledgePush);
    let mut files = vec![(format!("/pushes/{}/list.xlsx", push.id), "下载名单（Excel）")];
    let made = if actor.has(Action::PrintCreditReport) {
        credit_report::latest_zip(&req.app, actor, push.id)?
    } else {
        None
    };
    if made.as_ref().is_some_and(|job| job.file.is_some()) {
        files.push((format!("/pushes/{}/credit-reports.zip", push.id), "下载全部信用查询报告（ZIP）"));
    }
    let body = html! {
        h1 { (title) }
        p { (state(push.state)) }
        (ui::facts(&[
            ("企业数", html! { (push.enterprises) "家" }),
            ("推送", html! { (ui::when(push.sent_at)) " " (push.sent_by) }),
            ("签收", taken(push)),
        ]))
        (deadlines::sentence(&of_records(&req.app, actor, &[(Clock::Receipt, &[push.id.0])])?))
        @if let Some(reminded) = reminded.get(&push.id).filter(|_| push.state == PushState::Sent) {
            p.warning { "已提醒签收" (reminded.times) "次，最近一次" (reminded.last_on) "。" }
        }
        @if push.state == PushState::Sent && actor.has(Action::PushLists) {
            (ui::post_button(req, &format!("/pushes/{}/remind", push.id), "提醒签收"))
        }
        @if own && push.state == PushState::Sent {
            (ui::post_button(req, &format!("/pushes/{}/acknowledge", push.id), "签收名单"))
        }
        (ui::download_bar(&files))
        @if actor.has(Action::PrintCreditReport) { (report_steps(req, push.id, made.as_ref())) }
        p.hint { "名单文件不含证件号，联系电话已隐去中间四位。" }
        (ui::panel("企业", &enterprises(&list, actor)))
        p { a href="/pushes" { "返回全部名单" } }
    };
    Ok(req.page(&title, body))
}

/// Making all reports, and how far it has come.
fn report_steps(req: &Req, id: PushId, made: Option<&Job>) -> Markup {
    let address = format!("/pushes/{id}/credit-reports");
    html! {
        @match made {
            Some(job) if matches!(job.state, JobState::Queued | JobState::Running) => {
                p role="status" { a href={ "/jobs/" (job.id) } { "正在生成全部信用查询报告：" (job.done) "／" (job.total) } }
            }
            Some(job) => {
                p.hint { (job.message) }
                (ui::post_button(req, &address, "重新生成全部信用查询报告"))
            }
            None => { (ui::post_button(req, &address, "生成全部信用查询报告（ZIP）")) }
        }
    }
}

fn enterprises(list: &PushedList, actor: &Actor) -> Markup {
    let prints = actor.has(Action::PrintCreditReport);
    let rows: Vec<_> = list
        .enterprises
        .iter()
        .map(|enterprise| {
            let reason = list.reason(enterprise);
            let figures = reason.map_or([0; 3], |why| [why.penalties, why.repairable, why.listings]);
            vec![
                html! { a href={ "/enterprises/" (enterprise.id) } { (enterprise.name) } },
                html! { @if let Some(uscc) = &enterprise.uscc { (ui::code(&uscc.to_string())) } },
                html! { (enterprise.township) },
                html! { (figures[0]) },
                html! { (figures[1]) },
                html! { (figures[2]) },
                html! { @if prints { a href={ "/enterprises/" (enterprise.id) "/credit-report.pdf" } { "信用查询报告" } } },
            ]
        })
        .collect();
    let heads = ["企业", "统一社会信用代码", "乡镇（街道）", "#公示处罚", "#可修复", "#名单认定", "报告"];
    ui::table("名单内企业", &heads, &rows)
}

fn remind(req: &Req) -> PageResult {
    let id: PushId = req.id("id")?;
    let message = match push_reminders::remind(&req.app, req.actor()?, id) {
        Ok(()) => "已提醒签收".to_owned(),
        // Nothing is to be filled in: the page says why.
        Err(refusal @ Refusal::Invalid(_)) => {
            refusal.into_errors("push")?.into_iter().map(|error| error.message).collect()
        }
        Err(other) => return Err(other.into()),
    };
    Ok(req.see(format!("/pushes/{id}"), message))
}

fn set_days(req: &Req) -> PageResult {
    let mut fields = req.fields();
    let days = fields.number("days", "提醒天数");
    let actor = req.actor()?;
    match fields.check().and_then(|()| push_reminders::set_days(&req.app, actor, days)) {
        Ok(()) => Ok(req.see("/pushes", "已保存提醒天数")),
        Err(refusal) => Ok(req.again("名单推送", overview(req, &refusal.into_errors("days")?)?)),
    }
}

fn acknowledge(req: &Req) -> PageResult {
    let id: PushId = req.id("id")?;
    pushes::acknowledge(&req.app, req.actor()?, id)?;
    Ok(req.see(format!("/pushes/{id}"), "已签收名单"))
}

fn workbook(req: &Req) -> PageResult {
    let (bytes, name) = push_workbook::workbook(&req.app, req.actor()?, req.id("id")?)?;
    Ok(req.file(bytes, name, XLSX))
}

fn reports(req: &Req) -> PageResult {
    papers::stored(req, credit_report::zip_of_push(&req.app, req.actor()?, req.id("id")?)?)
}

fn make_reports(req: &Req) -> PageResult {
    let job = credit_report::queue_zip(&req.app, req.actor()?, req.id("id")?)?;
    Ok(req.see(format!("/jobs/{job}"), ""))
}

fn credit_report_pdf(req: &Req) -> PageResult {
    let id: EnterpriseId = req.id("id")?;
    let (bytes, name) = credit_report::pdf(&req.app, req.actor()?, id)?;
    Ok(req.file(bytes, name, "application/pdf"))
}
