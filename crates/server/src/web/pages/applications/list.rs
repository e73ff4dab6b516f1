//! The list of applications: the agency's work, the window's queue, everybody's overview.

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::application::ApplicationState;
use xinxiu_domain::id::ApplicationId;
use xinxiu_store::application::Filter;
use xinxiu_workflow::applications::{self, Case};

use super::show::state;
use crate::web::reply::{PageError, PageResult};
use crate::web::request::Req;
use crate::web::ui;

/// Rows on one page.
const PAGE: u32 = 50;
/// A queue is worked off from its front, and is not paged.
const QUEUE: u32 = 1000;
const ADDRESS: &str = "/applications";
/// The enterprises for which an application can be begun.
const READY: &str = "/enterprises?verdict=repairable_now&repair=none";

/// A tab of the list: value in the address, words, states.
struct Tab {
    value: &'static str,
    label: &'static str,
    states: &'static [ApplicationState],
}

const TABS: &[Tab] = &[
    Tab {
        value: "todo",
        label: "准备中和退回补正",
        states: &[ApplicationState::Draft, ApplicationState::Returned],
    },
    Tab { value: "submitted", label: "待初审", states: &[ApplicationState::Submitted] },
    Tab { value: "accepted", label: "初审通过", states: &[ApplicationState::Accepted] },
    Tab { value: "withdrawn", label: "已撤回", states: &[ApplicationState::Withdrawn] },
    Tab { value: "all", label: "全部", states: &[] },
];

/// The tab asked for, or the one with which the role begins.
fn chosen(req: &Req) -> Result<&'static Tab, PageError> {
    let actor = req.actor()?;
    let begin = if actor.has(Action::PrepareApplication) {
        "todo"
    } else if actor.has(Action::FirstReview) {
        "submitted"
    } else {
        "all"
    };
    let asked = req.query.text("state");
    let find = |value: &str| TABS.iter().find(|tab| tab.value == value);
    find(&asked).or_else(|| find(begin)).ok_or(PageError::NotFound)
}

pub(super) fn list(req: &Req) -> PageResult {
    let actor = req.actor()?;
    let tab = chosen(req)?;
    let queue = tab.value == "submitted";
    let filter = Filter {
        states: tab.states.to_vec(),
        name: req.query.text("name"),
        before: req.query.text("after").parse().ok().map(ApplicationId),
        queue,
        ..Filter::default()
    };
    let cases = applications::list(&req.app, actor, &filter, if queue { QUEUE } else { PAGE })?;
    let counts = applications::tabs(&req.app, actor, &filter.name)?;
    let full = cases.len() == PAGE as usize && !queue;
    let next = cases.last().filter(|_| full).map(|case| case.application.id.to_string());
    let body = html! {
        h1 { "修复申请" }
        @if actor.has(Action::PrepareApplication) {
            p.actions { a.button.primary href=(READY) { "准备修复申请" } }
        }
        (tabs(tab, &counts, &filter.name))
        (ui::search_bar(ADDRESS, &html! {
            (ui::hidden("state", tab.value))
            (ui::field(&req.query, "name", "企业名称", "", &[]))
        }))
        @if cases.is_empty() {
            (ui::empty("这里会列出修复申请。", "服务机构点“准备修复申请”，在现在可修复、还没有申请的企业中选一家，再选择要修复的处罚记录即可开始。"))
        } @else {
            (table(&cases))
            (ui::pager(ADDRESS, &req.query, next.as_deref()))
        }
    };
    Ok(req.page("修复申请", body))
}

fn tabs(chosen: &Tab, counts: &[(ApplicationState, i64)], name: &str) -> Markup {
    let number = |tab: &Tab| -> i64 {
        let of = counts.iter().filter(|(state, _)| tab.states.is_empty() || tab.states.contains(state));
        of.map(|(_, count)| count).sum()
    };
    let address = |tab: &Tab| {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        pairs.append_pair("state", tab.value);
        pairs.extend_pairs((!name.is_empty()).then_some(("name", name)));
        format!("{ADDRESS}?{}", pairs.finish())
    };
    html! {
        nav.tabs aria-label="按状态" {
            @for tab in TABS {
                a href=(address(tab)) aria-current=[(tab.value == chosen.value).then_some("page")] {
                    (tab.label) "（" (number(tab)) "）"
                }
            }
        }
    }
}

fn table(cases: &[Case]) -> Markup {
    let rows: Vec<_> = cases
        .iter()
        .map(|case| {
            let found = &case.application;
            vec![
                html! { a href={ "/applications/" (found.id) } { (found.enterprise_name) } },
                html! {
                    @for (index, item) in case.items.iter().enumerate() {
                        @if index > 0 { br; }
                        (item.penalty.decision)
                    }
                },
                html! { (found.agency_name) },
                state(found.state),
                html! {
                    @if case.editable() && !case.gaps.is_empty() { "还差" (case.gaps.len()) "项" }
                    @else if case.editable() { "齐全，可以提交" }
                },
                html! { @if let Some(day) = found.submitted_on { (day) } },
            ]
        })
        .collect();
    ui::table("修复申请", &["企业", "处罚决定书文号", "服务机构", "状态", "材料", "提交日期"], &rows)
}
