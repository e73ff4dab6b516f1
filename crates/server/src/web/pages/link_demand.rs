//! What authorities ask of an enterprise, behind its personal link: by when, what, and what to do (N16 N18).

use jiff::civil::Date;
use maud::{Markup, html};
use xinxiu_domain::rectification::RectificationState;
use xinxiu_workflow::rectifications::Demand;

use super::link_commitment::below;
use crate::web::request::Req;
use crate::web::ui;

/// The part of a page; nothing where nothing is asked.
pub(super) fn panel(req: &Req, demands: &[Demand]) -> Markup {
    html! {
        @if !demands.is_empty() {
            section.panel.changed aria-label="处罚机关的整改要求" {
                h2 { "处罚机关的整改要求" }
                @for one in demands { (demand(req, one)) }
            }
        }
    }
}

fn demand(req: &Req, one: &Demand) -> Markup {
    let (tone, late) = (tone(one.state), one.due_on.is_some_and(|due| due < req.app.clock.today()));
    html! {
        h3 { (one.authority) " " (ui::badge(if late && one.state == RectificationState::DeadlineSet { "bad" } else { tone }, one.state.label())) }
        p { strong { (next(one, req.app.clock.today())) } }
        @if !one.asked.is_empty() { p { "整改要求：" (one.asked) } }
        @if !one.moved.is_empty() { p { "期限延长的原因：" (one.moved) } }
        @if !one.findings.is_empty() { p { "检查情况：" (one.findings) } }
        @if let Some(held) = &one.held {
            p { (held.on) (held.kind) @if !held.undertaking.is_empty() { "，贵单位承诺：" (held.undertaking) } }
        }
        @if one.state != RectificationState::Passed {
            p.actions { a.button href=(below(req, "situation")) { "填写整改情况" } }
        }
    }
}

const fn tone(state: RectificationState) -> &'static str {
    match state {
        RectificationState::Passed => "good",
        RectificationState::Failed | RectificationState::Interviewed => "bad",
        _ => "due",
    }
}

/// What the enterprise has to do, in one sentence.
fn next(one: &Demand, today: Date) -> String {
    match (one.state, one.due_on) {
        (RectificationState::DeadlineSet, Some(due)) => {
            let left = (due - today).get_days();
            let by = match left {
                1.. => format!("请在{due}前完成整改，还有{left}天"),
                0 => format!("今天（{due}）是整改的最后一天"),
                _ => format!("整改期限{due}已过{}天，请立即整改并联系处罚机关", -left),
            };
            format!("{by}。整改好后请填写整改情况，等候检查。")
        }
        (RectificationState::Notified, _) => "请参加信用修复培训，准备整改。".into(),
        (RectificationState::Met, _) => "请按约见时说定的整改，等候处罚机关提出期限。".into(),
        (RectificationState::Failed, _) => "检查认定整改不到位，请继续整改，等候约谈。".into(),
        (RectificationState::Interviewed, _) => "请按约谈的要求整改，等候处罚机关重新提出期限。".into(),
        (RectificationState::Passed, _) => "检查认定整改到位，不用再办。".into(),
        _ => "请准备整改。".into(),
    }
}
