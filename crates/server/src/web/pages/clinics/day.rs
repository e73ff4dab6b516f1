//! The page of a day: its queue, the enterprises expected, what each brings.

use maud::{Markup, html};
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::attendance::Willingness;
use xinxiu_domain::clinic::{ClinicState, Lane, TicketState, number_name};
use xinxiu_domain::id::{ClinicId, EnterpriseId};
use xinxiu_workflow::clinics::{self, BringList, Day, Expected};
use xinxiu_workflow::messages;

use super::plan::state;
use super::queue::{own_lane, ticket_row};
use crate::web::reply::PageResult;
use crate::web::request::{Form, Req};
use crate::web::ui;

pub(super) fn show(req: &Req) -> PageResult {
    let actor = req.actor()?;
    let day = clinics::day(&req.app, actor, req.id("id")?)?;
    let clinic = &day.clinic;
    let title = format!("{}手把手服务日", clinic.held_on);
    let body = html! {
        h1 { (title) }
        (ui::facts(&[
            ("状态", state(clinic.state)),
            ("属地信用办", html! { (clinic.county_name) }),
            ("乡镇（街道）", html! { (clinic.townships.join("、")) }),
            ("地点", html! { (clinic.place) }),
            ("互联网接入", html! { @if clinic.internet { "已确认" } @else { "未确认" } }),
        ]))
        (steps(req, actor, &day))
        (ui::panel("排队", &queue(req, actor, &day)))
        (ui::panel("本次服务的企业", &expected(req, actor, &day)))
    };
    Ok(req.page(&title, body))
}

fn steps(req: &Req, actor: &Actor, day: &Day) -> Markup {
    let address = |step: &str| format!("/clinics/{}/{step}", day.clinic.id);
    html! {
        p.actions {
            a.button href=(address("screen")) { "打开叫号屏" } " "
            @if actor.has(Action::ServeQueue) && matches!(day.clinic.state, ClinicState::Planned | ClinicState::Open) {
                a.button href=(address("desk")) { "现场服务台（可断网办理）" } " "
            }
            @if !day.expected.is_empty() { a.button href=(address("bring")) { "打印全部携带清单" } " " }
            @if actor.has(Action::OrganiseClinic) && day.clinic.state == ClinicState::Planned {
                (ui::post_button(req, &address("open"), "开始叫号"))
            }
        }
        @if actor.has(Action::OrganiseClinic) {
            @if day.clinic.state == ClinicState::Planned {
                (ui::confirm(req, &address("cancel"), "取消服务日", "取消后不能恢复，需要时须另行安排。还在排队的携带清单随之撤回，已收到清单的企业由平台另行通知。", &html! {}))
            }
            @if day.clinic.state == ClinicState::Open {
                (ui::confirm(req, &address("close"), "结束服务日", "结束后不能再叫号。", &html! {}))
            }
        }
    }
}

fn queue(req: &Req, actor: &Actor, day: &Day) -> Markup {
    let waiting = day.queue.iter().filter(|(ticket, _)| ticket.state == TicketState::Waiting).count();
    let serving = actor.has(Action::ServeQueue) && day.clinic.state == ClinicState::Open;
    let lane = own_lane(actor);
    let counter = if lane == Lane::Window { "1号窗口" } else { "1号服务台" };
    let lanes = Form::default().with("lane", lane.code()).with("counter", counter);
    let rows: Vec<_> = day.queue.iter().map(|line| ticket_row(req, actor, day, line)).collect();
    html! {
        @if serving {
            (ui::form(req, &format!("/clinics/{}/call", day.clinic.id), &html! {
                (ui::one_of(&lanes, "lane", "队", &ui::choices(Lane::ALL)))
                (ui::field(&lanes, "counter", "窗口或服务台", "", &[]))
                (ui::button(&format!("叫下一号（等候{waiting}个）")))
            }))
        }
        @if rows.is_empty() { (ui::empty("还没有人取号。", "企业到场后，从下面的名单为其取号。")) }
        @else { (ui::table("排队", &["#号", "企业", "状态", "申请", "办理"], &rows)) }
    }
}

fn expected(req: &Req, actor: &Actor, day: &Day) -> Markup {
    if day.expected.is_empty() {
        return ui::empty(
            "这些乡镇没有现在可以修复的企业。",
            "有到期可修复记录的企业会列在这里，没有参训但愿意修复的也可以来。",
        );
    }
    let rows: Vec<_> = day.expected.iter().map(|expected| expected_row(req, actor, day, expected)).collect();
    let sends = req.app.post.is_open()
        && actor.has(Action::Contact)
        && matches!(day.clinic.state, ClinicState::Planned | ClinicState::Open);
    let heads = ["企业", "乡镇（街道）", "参训", "修复意向", "#可修复记录", "申请", "取号"];
    html! {
        (ui::table("本次服务的企业", &heads, &rows))
        @if sends {
            @let whom: Vec<_> = day.expected.iter().filter(|one| one.may_come()).collect();
            @if !whom.is_empty() {
                (ui::confirm(req, &format!("/clinics/{}/bring", day.clinic.id), "把携带清单发给这些企业",
                    &format!("将给{}家企业发送短信或邮件{}。同一天只发一次，发出后不能收回。", whom.len(), left_out(day.expected.len() - whom.len())), &html! {
                    @for one in &whom { (ui::hidden("enterprise", one.candidate.enterprise)) }
                }))
            }
        }
    }
}

/// That some of the list are sent nothing.
fn left_out(count: usize) -> String {
    if count == 0 { String::new() } else { format!("，未参训且不愿修复的{count}家不发") }
}

/// Sends the lists through the queue, and says whom none could be sent.
pub(super) fn send_lists(req: &Req) -> PageResult {
    let id: ClinicId = req.id("id")?;
    let whom: Vec<EnterpriseId> = req.fields().ids("enterprise");
    let queued = messages::send_bring_lists(&req.app, req.actor()?, id, &whom)?;
    if queued.left_out.is_empty() {
        return Ok(req.see(format!("/clinics/{id}"), format!("已排队发送{}条携带清单", queued.count)));
    }
    let rows: Vec<_> =
        queued.left_out.iter().map(|(name, why)| vec![html! { (name) }, html! { (why) }]).collect();
    let body = html! {
        h1 { "发送携带清单" }
        p { "已排队发送" (queued.count) "条，" (queued.left_out.len()) "家不能发送。" }
        (ui::table("不能发送的企业", &["企业", "原因"], &rows))
        p { a href={ "/clinics/" (id) } { "返回服务日" } }
    };
    Ok(req.page("发送携带清单", body))
}

fn expected_row(req: &Req, actor: &Actor, day: &Day, expected: &Expected) -> Vec<Markup> {
    let candidate = &expected.candidate;
    let clinic = &day.clinic;
    let taking =
        actor.has(Action::ServeQueue) && matches!(clinic.state, ClinicState::Planned | ClinicState::Open);
    vec![
        html! {
            a href={ "/enterprises/" (candidate.enterprise) } { (candidate.name) } br;
            @if expected.may_come() { a href={ "/clinics/" (clinic.id) "/bring/" (candidate.enterprise) } { "打印携带清单" } }
        },
        html! { (candidate.township) },
        html! { @if candidate.trained { "已参训" } @else { "未参训" } },
        html! { (Willingness::from_code(&candidate.willingness).map_or("", Willingness::label)) },
        html! { (candidate.repairable) },
        html! {
            @match &expected.application {
                Some(case) => {
                    a href={ "/applications/" (case.application.id) } { (case.application.state) }
                    @if !case.gaps.is_empty() { "，还差" (case.gaps.len()) "项" }
                }
                None => {
                    @if actor.has(Action::PrepareApplication) {
                        a href={ "/enterprises/" (candidate.enterprise) "/apply" } { "准备申请" }
                    } @else { "尚未申请" }
                }
            }
        },
        html! {
            @match candidate.ticket {
                Some(number) => { (number_name(u32::try_from(number).unwrap_or_default())) "号" }
                None if !expected.may_come() => {
                    span.quiet { "未参训且不愿修复，不发清单、不取号" }
                    @if taking { (willing(req, clinic.id, candidate.enterprise)) }
                }
                None if taking => {
                    (ui::form(req, &format!("/clinics/{}/tickets", clinic.id), &html! {
                        (ui::hidden("enterprise", candidate.enterprise))
                        button type="submit" { "取号" }
                    }))
                }
                None => {}
            }
        },
    ]
}

/// Where an enterprise changed its mind.
fn willing(req: &Req, id: ClinicId, of: EnterpriseId) -> Markup {
    let action = format!("/clinics/{id}/willing");
    let body = html! {
        (ui::hidden("enterprise", of))
        (ui::field(&Form::default(), "note", "谁、怎样表示愿意修复", "", &[]))
        (ui::button("更正为愿意修复"))
    };
    html! {
        details.return {
            summary { "改变主意了" }
            (ui::form(req, &action, &ui::own_ids(&format!("{action}{of}"), false, &body)))
        }
    }
}

pub(super) fn bring(req: &Req) -> PageResult {
    let list = clinics::bring_list(&req.app, req.actor()?, req.id("id")?, req.id("enterprise")?)?;
    let body = html! { h1 { "手把手服务携带清单" } (print_button()) (slip(&list)) };
    Ok(req.page("手把手服务携带清单", body))
}

/// The lists of every enterprise expected, one a sheet.
pub(super) fn bring_all(req: &Req) -> PageResult {
    let (actor, id): (_, ClinicId) = (req.actor()?, req.id("id")?);
    let day = clinics::day(&req.app, actor, id)?;
    let lists: Vec<BringList> = day
        .expected
        .iter()
        .filter(|one| one.may_come())
        .map(|one| clinics::bring_list(&req.app, actor, id, one.candidate.enterprise))
        .collect::<Result<_, _>>()?;
    let body = html! {
        h1.no-print { "手把手服务携带清单" }
        p.no-print { "共" (lists.len()) "家，打印时每家另起一页。未参训且不愿修复的不打印。" }
        (print_button())
        @for list in &lists { section.slip { h2 { "手把手服务携带清单" } (slip(list)) } }
    };
    Ok(req.page("手把手服务携带清单", body))
}

/// The script shows it: without one, the browser's own menu prints.
fn print_button() -> Markup {
    html! {
        p.actions { button.primary type="button" data-print hidden { "打印" } }
    }
}

fn slip(list: &BringList) -> Markup {
    let clinic = &list.clinic;
    html! {
        p { strong { (list.enterprise.name) } }
        (ui::facts(&[
            ("时间", html! { (clinic.held_on) }),
            ("地点", html! { (clinic.place) }),
            ("组织单位", html! { (clinic.county_name) }),
        ]))
        p { "请带齐下列材料到场，由服务机构现场指导提交，服务窗口即时初审。不收取任何费用。" }
        @if list.records.is_empty() { (ui::empty("没有现在可以修复的记录。", "请先在企业页面核对处罚记录。")) }
        @for (number, materials) in &list.records {
            section.panel {
                h3 { (number) }
                ul.checks {
                    @for (material, there) in materials {
                        li { @if *there { "■ " (material) "（平台已有）" } @else { "□ " (material) } }
                    }
                }
            }
        }
        section.panel {
            h3 { "到场人员" }
            ul.checks {
                li { "□ 单位公章" }
                li { "□ 经办人身份证件" }
                li { "□ 接收验证码的手机（与在线申请经办人一致）" }
            }
        }
    }
}
