//! The list of applications: the agency's work, the window's queue, everybody's overview.

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::application::ApplicationState;
use xinxiu_domain::id::{ApplicationId, PenaltyId};
use xinxiu_store::Sort;
use xinxiu_store::application::{Filter, KEYS};
use xinxiu_workflow::applications::{self, Case};

use super::returned;
use super::show::state;
use crate::web::pages::passport;
use crate::web::reply::{PageError, PageResult};
use crate::web::request::Req;
use crate::web::ui;

/// The passports of the records in the applications listed.
type Passports = std::collections::BTreeMap<(ApplicationId, PenaltyId), xinxiu_workflow::passport::Page>;

/// Rows on one page.
const PAGE: u32 = 50;
const ADDRESS: &str = "/applications";
/// The enterprises for which an application can be begun.
const READY: &str = "/enterprises?verdict=repairable_now&repair=none";

/// Columns that sort.
const SORTS: [(&str, &str); 3] = [("企业", "name"), ("服务机构", "agency"), ("提交日期", "submitted")];

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
    // A queue is worked off from its front.
    let standard = if tab.value == "submitted" { "submitted" } else { "-opened" };
    let sort = Sort::parse(&KEYS, req.query.raw("sort")).or_else(|| Sort::parse(&KEYS, standard));
    let after = req.query.raw("after").split_once('~');
    let filter = Filter {
        states: tab.states.to_vec(),
        name: req.query.text("name"),
        sort,
        after: after.and_then(|(id, value)| Some((value.to_owned(), ApplicationId(id.parse().ok()?)))),
        ..Filter::default()
    };
    let cases = applications::list(&req.app, actor, &filter, PAGE)?;
    let passports = xinxiu_workflow::passport::of_cases(&req.app, actor, &cases)?;
    let counts = applications::tabs(&req.app, actor, &filter.name)?;
    let full = cases.len() == PAGE as usize;
    let next = cases
        .last()
        .filter(|_| full)
        .zip(sort)
        .map(|(case, sort)| format!("{}~{}", case.application.id, case.application.value_in(sort)));
    let sorting = ui::Sorting { path: ADDRESS, query: &req.query, keys: &SORTS, standard };
    let body = html! {
        h1 { "修复申请" }
        @if actor.has(Action::PrepareApplication) {
            p.actions { a.button.primary href=(READY) { "准备修复申请" } }
        }
        (tabs(tab, &counts, &filter.name))
        (ui::search_bar(ADDRESS, &html! {
            (ui::hidden("state", tab.value))
            @if !req.query.raw("sort").is_empty() { (ui::hidden("sort", req.query.raw("sort"))) }
            (ui::field(&req.query, "name", "企业名称", "", &[]))
        }))
        @if cases.is_empty() {
            (ui::empty("这里会列出修复申请。", "服务机构点“准备修复申请”，在现在可修复、还没有申请的企业中选一家，再选择要修复的处罚记录即可开始。"))
        } @else {
            (table(&cases, &passports, &sorting))
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

/// Who acts next on an application, once for all of its records that stand alike.
fn next(case: &Case, passports: &Passports) -> Markup {
    let mut said: Vec<(Markup, usize)> = Vec::new();
    let under_way = case.items.iter().filter(|_| passport::is_under_way(case.application.state));
    for page in under_way.filter_map(|item| passports.get(&(case.application.id, item.penalty.id))) {
        let words = passport::next(page);
        match said.iter_mut().find(|(known, _)| known.0 == words.0) {
            Some((_, count)) => *count += 1,
            None => said.push((words, 1)),
        }
    }
    html! {
        @for (index, (words, count)) in said.iter().enumerate() {
            @if index > 0 { br; }
            @if said.len() > 1 { (count) "条 " }
            (words)
        }
    }
}

fn table(cases: &[Case], passports: &Passports, sorting: &ui::Sorting<'_>) -> Markup {
    let rows: Vec<_> = cases
        .iter()
        .map(|case| {
            let found = &case.application;
            vec![
                html! { a href={ "/applications/" (found.id) } { (found.enterprise_name) } },
                html! {
                    @for (index, item) in case.items.iter().enumerate() {
                        @if index > 0 { br; }
                        a href={ "/penalties/" (item.penalty.id) } { (item.penalty.decision) }
                    }
                },
                html! { (found.agency_name) },
                state(found.state),
                html! {
                    @if let Some(back) = case.open_return() { "退回原因：" (returned::reasons(back)) br; }
                    @if case.editable() && !case.gaps.is_empty() { "还差" (case.gaps.len()) "项" }
                    @else if case.open_return().is_some() { "补正后重新提交" }
                    @else if case.editable() { "齐全，可以提交" }
                },
                next(case, passports),
                html! { @if let Some(day) = found.submitted_on { (day) } },
            ]
        })
        .collect();
    let heads = ["企业", "处罚决定书文号", "服务机构", "状态", "材料", "下一步由谁办", "提交日期"];
    ui::sorted_table("修复申请", &heads, sorting, &rows)
}
