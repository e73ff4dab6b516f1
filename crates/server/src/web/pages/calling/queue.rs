//! The whole queue of messages, for the city office and whoever looks after the installation.

use maud::{Markup, html};
use xinxiu_domain::message::MessageState;
use xinxiu_workflow::clock::shanghai_minute;
use xinxiu_workflow::messages::{self, Overview};

use crate::web::reply::PageResult;
use crate::web::request::Req;
use crate::web::ui;

const TITLE: &str = "消息发送队列";

pub(super) fn show(req: &Req) -> PageResult {
    let found = messages::overview(&req.app, req.actor()?)?;
    let post = &req.app.post;
    let has = |open: bool| if open { "已配置" } else { "没有配置" };
    Ok(req.page(
        TITLE,
        html! {
            h1 { (TITLE) }
            (ui::facts(&[
                ("短信网关", html! { (has(post.sms)) }),
                ("邮件服务器", html! { (has(post.email)) }),
                ("发送线程", sender(&found)),
                ("等待最久的", html! { @match found.oldest_waiting {
                    Some(due) => { "应于 " (shanghai_minute(due)) " 发出" }
                    None => { "没有等待发送的消息" }
                } }),
            ]))
            @if !post.is_open() {
                p.hint { "没有配置时，通知由经办人导出成表格，交给短信平台发送。网关由系统管理员在配置文件中设置。" }
            }
            (sums(&found))
            @if found.counts.is_empty() {
                (ui::empty("还没有通过平台发送过消息。", "配置网关后，服务机构和属地信用办在场次的通知台账中发送。"))
            } @else {
                (by_session(&found))
            }
        },
    ))
}

fn sender(found: &Overview) -> Markup {
    html! { @match &found.sender {
        Some(beat) => {
            "最近一次心跳 " (shanghai_minute(beat.at.at))
            @if !beat.message.is_empty() { "；" (beat.message) }
        }
        None => { "还没有运行过" }
    } }
}

fn sums(found: &Overview) -> Markup {
    let of = |state| found.counts.iter().filter(|one| one.state == state).map(|one| one.count).sum::<i64>();
    html! {
        div.figures {
            @for state in MessageState::ALL {
                @if of(*state) > 0 { (ui::figure(of(*state), state.label(), "#by-session")) }
            }
        }
    }
}

fn by_session(found: &Overview) -> Markup {
    let rows: Vec<Vec<Markup>> = found
        .counts
        .iter()
        .map(|one| {
            vec![
                html! { a href={ "/sessions/" (one.session) } { (one.title) } },
                html! { (one.channel) },
                html! { (one.state) },
                html! { (one.count) },
                html! { (one.problem) },
            ]
        })
        .collect();
    html! { div #by-session { (ui::table("按场次", &["场次", "通道", "状态", "#条数", "最近的说明"], &rows)) } }
}
