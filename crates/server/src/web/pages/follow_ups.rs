//! After the removal: whether other platforms followed, new penalties of repaired enterprises, a word to the enterprise
//! (N17 N19).

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::follow_up::{Found, Look, Platform, behind};
use xinxiu_domain::id::PenaltyId;
use xinxiu_store::follow_up::Repaired;
use xinxiu_workflow::follow_ups::{self, Card};
use xinxiu_workflow::{FieldError, Refusal};

use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const TITLE: &str = "后续跟踪";
const AGAIN: &str = "修复后再次受罚";
const ADDRESS: &str = "/follow-ups";
const FOLLOW: Access = Access::Staff(Action::FollowUp);

pub(super) fn routes(table: &mut Routes) {
    table.get(ADDRESS, FOLLOW, list);
    table.get("/follow-ups/new-penalties", FOLLOW, relapses);
    table.get("/penalties/{id}/follow-up", FOLLOW, show);
    table.post("/penalties/{id}/follow-up", FOLLOW, look);
    table.post("/penalties/{id}/remind", FOLLOW, remind);
    table.post("/penalties/{id}/noted", FOLLOW, take_note);
}

fn tabs(now: &str) -> Markup {
    let all = [
        ("/follow-ups", "要查看平台的"),
        ("/follow-ups?show=all", "全部已撤下"),
        ("/follow-ups/new-penalties", AGAIN),
    ];
    html! {
        nav.tabs aria-label="后续跟踪" {
            @for (address, label) in all { a href=(address) aria-current=[(address == now).then_some("page")] { (label) } }
        }
    }
}

fn list(req: &Req) -> PageResult {
    let all = req.query.raw("show") == "all";
    let part = ui::part(&req.query);
    let mut found = follow_ups::repaired(&req.app, req.actor()?, !all, part)?;
    let next = ui::next_part(&mut found, part);
    let rows: Vec<_> = found.iter().map(row).collect();
    Ok(req.page(
        TITLE,
        html! {
            h1 { (TITLE) }
            p { "撤下公示后，到其他平台看看是否同步更新；没有更新的，过5个工作日再看。" }
            (tabs(if all { "/follow-ups?show=all" } else { ADDRESS }))
            @if rows.is_empty() {
                (ui::empty("没有要查看的记录。", "处罚记录撤下公示后，列在这里，直到各平台都已更新。"))
            } @else {
                (ui::table(TITLE, &["企业", "处罚决定书文号", "撤下日期", "没有更新或没有看过的平台", "跟踪"], &rows))
                (ui::pager(ADDRESS, &req.query, next.as_deref()))
            }
        },
    ))
}

fn row(one: &Repaired) -> Vec<Markup> {
    let open: Vec<_> = behind(&one.looks).into_iter().map(Platform::label).collect();
    vec![
        html! { a href={ "/enterprises/" (one.enterprise) } { (one.name) } br; small { (one.county) } },
        html! { a href={ "/penalties/" (one.penalty) } { (one.decision) } },
        html! { @if let Some(day) = one.taken_down_on { (day) } },
        html! { @if open.is_empty() { (ui::badge("good", "都已更新")) } @else { (open.join("、")) } },
        html! { a href={ "/penalties/" (one.penalty) "/follow-up" } aria-label={ "登记" (one.decision) "的平台更新" } { "登记平台更新" } },
    ]
}

fn relapses(req: &Req) -> PageResult {
    relapse_page(req, &[])
}

fn relapse_page(req: &Req, errors: &[FieldError]) -> PageResult {
    let part = ui::part(&req.query);
    let mut found = follow_ups::relapses(&req.app, req.actor()?, part)?;
    let next = ui::next_part(&mut found, part);
    let rows: Vec<_> = found
        .iter()
        .map(|one| {
            vec![
                html! { a href={ "/enterprises/" (one.enterprise) } { (one.name) } br; small { (one.county) } },
                html! { a href={ "/penalties/" (one.penalty) } { (one.decision) } br; (one.authority) "，" (one.decided_on) },
                html! { (one.repaired_on) },
                html! { (one.recorded_on) },
                ui::form(req, &format!("/penalties/{}/noted", one.penalty), &html! {
                    input name="note" aria-label={ (one.decision) "怎样跟进" };
                    " " (ui::button("登记跟进"))
                }),
            ]
        })
        .collect();
    let body = html! {
        h1 { (AGAIN) }
        p { "企业的处罚记录撤下以后，后来的名单里又有新的处罚。请联系企业了解原因，提供指导，并登记怎样跟进。" }
        (ui::errors(errors))
        (tabs("/follow-ups/new-penalties"))
        @if rows.is_empty() {
            (ui::empty("没有修复后再次受罚的企业。", "导入新的名单后，平台自动比对，再次受罚的列在这里。"))
        } @else {
            (ui::table(AGAIN, &["企业", "新的处罚", "上次撤下", "进入名单", "跟进"], &rows))
            (ui::pager("/follow-ups/new-penalties", &req.query, next.as_deref()))
        }
    };
    Ok(if errors.is_empty() { req.page(AGAIN, body) } else { req.again(AGAIN, body) })
}

fn show(req: &Req) -> PageResult {
    let card = follow_ups::card(&req.app, req.actor()?, req.id("id")?)?;
    Ok(req.page(TITLE, body(req, &card, &Form::default(), &[])))
}

fn body(req: &Req, card: &Card, values: &Form, errors: &[FieldError]) -> Markup {
    let id = card.penalty.id;
    let looks: Vec<Look> = card.looks.iter().map(|one| one.look).collect();
    let open = behind(&looks);
    let results = ui::choices(Found::ALL);
    let rows: Vec<_> = card
        .looks
        .iter()
        .rev()
        .map(|one| {
            let tone = if one.look.found == Found::Behind { "due" } else { "good" };
            vec![
                html! { (one.look.on) },
                html! { (one.look.platform) },
                ui::badge(tone, one.look.found.label()),
                html! { (one.note) },
                html! { (one.by) },
            ]
        })
        .collect();
    html! {
        h1 { (TITLE) }
        (ui::errors(errors))
        (ui::facts(&[
            ("企业", html! { a href={ "/enterprises/" (card.enterprise.id) } { (card.enterprise.name) } }),
            ("处罚记录", html! { a href={ "/penalties/" (id) } { (card.penalty.decision) } }),
            ("撤下公示", html! { @if let Some(day) = card.penalty.taken_down_on { (day) } }),
            ("还没有更新", html! {
                @if open.is_empty() { (ui::badge("good", "各平台都已更新")) }
                @else { (open.iter().map(|one| one.label()).collect::<Vec<_>>().join("、")) }
            }),
        ]))
        (ui::panel("登记今天看到的情况", &ui::form(req, &format!("/penalties/{id}/follow-up"), &html! {
            @for platform in Platform::ALL {
                (ui::optional(values, platform.code(), platform.label(), "今天没有看", &results, errors))
            }
            (ui::field(values, "note", "备注", "例如：已向平台提交更新申请", errors))
            (ui::button("登记"))
        })))
        (ui::panel("提醒企业", &html! {
            @if card.may_tell {
                p { "发一条消息，请企业打开个人链接查看每条处罚信息到哪一步、下一步做什么。同一天只发一次。" }
                (ui::post_button(req, &format!("/penalties/{id}/remind"), "发送修复提醒"))
            } @else {
                p { "没有配置短信网关或邮件服务器，请打电话告知企业。" }
            }
        }))
        @if rows.is_empty() {
            (ui::empty("还没有看过其他平台。", "登记后，每次看到的情况、日期和经办人列在这里。"))
        } @else {
            (ui::panel("查看记录", &ui::table("查看记录", &["日期", "平台", "情况", "备注", "经办"], &rows)))
        }
    }
}

fn look(req: &Req) -> PageResult {
    let id: PenaltyId = req.id("id")?;
    let actor = req.actor()?;
    let seen = |platform: &Platform| Some((*platform, Found::from_code(req.form.raw(platform.code()))?));
    let found: Vec<_> = Platform::ALL.iter().filter_map(seen).collect();
    match follow_ups::look(&req.app, actor, id, &found, req.form.raw("note")) {
        Ok(count) => Ok(req.see(format!("/penalties/{id}/follow-up"), format!("已登记{count}个平台的情况"))),
        Err(Refusal::Invalid(errors)) => {
            let card = follow_ups::card(&req.app, actor, id)?;
            Ok(req.again(TITLE, body(req, &card, &req.form, &errors)))
        }
        Err(other) => Err(other.into()),
    }
}

fn remind(req: &Req) -> PageResult {
    let id: PenaltyId = req.id("id")?;
    let said = match follow_ups::remind(&req.app, req.actor()?, id)? {
        Ok(()) => "已排队发送修复提醒".to_owned(),
        Err(why) => format!("没有发送：{why}"),
    };
    Ok(req.see(format!("/penalties/{id}/follow-up"), said))
}

fn take_note(req: &Req) -> PageResult {
    let id: PenaltyId = req.id("id")?;
    match follow_ups::take_note(&req.app, req.actor()?, id, req.form.raw("note")) {
        Ok(()) => Ok(req.see("/follow-ups/new-penalties", "已登记跟进情况")),
        Err(Refusal::Invalid(errors)) => relapse_page(req, &errors),
        Err(other) => Err(PageError::from(other)),
    }
}
