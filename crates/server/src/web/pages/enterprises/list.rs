//! The list of enterprises: its filters, order and page stand in the address.

use maud::{Markup, html};
use xinxiu_domain::ListKind;
use xinxiu_domain::actor::{Action, OrganisationKind};
use xinxiu_domain::archive::SurvivalState;
use xinxiu_domain::id::EnterpriseId;
use xinxiu_domain::penalty::VerdictKind;
use xinxiu_domain::standing::{RepairStanding, TrainingFilter, TrainingStanding};
use xinxiu_store::Sort;
use xinxiu_store::enterprise_search::{self, After, BY_NAME, COUNT_CAP, Filter, Listed};
use xinxiu_workflow::enterprises::{self, Choices};

use crate::web::reply::PageResult;
use crate::web::request::{Form, Req};
use crate::web::ui;

const PAGE: i64 = 50;
/// Stands for enterprises without a county where a county may be chosen.
const UNPLACED: &str = "none";
/// So many rows go into one export.
const EXPORT: i64 = 50_000;
const HEADS: [&str; 11] = [
    "企业名称",
    "统一社会信用代码",
    "属地",
    "乡镇（街道）",
    "培训班",
    "公示中的处罚",
    "现在可修复",
    "需人工认定",
    "所在名单",
    "参训",
    "修复申请",
];
const PATH: &str = "/enterprises";
/// Columns of the page.
const SHOWN: [&str; 9] =
    ["企业", "属地", "培训班", "参训", "修复申请", "#公示中的处罚", "#现在可修复", "#需人工认定", "所在名单"];
/// Columns that sort.
const SORTS: [(&str, &str); 8] = [
    ("企业", "name"),
    ("属地", "county"),
    ("培训班", "class"),
    ("参训", "training"),
    ("修复申请", "repair"),
    ("公示中的处罚", "penalties"),
    ("现在可修复", "repairable"),
    ("需人工认定", "to_review"),
];

fn filter(query: &Form, choices: &Choices) -> Filter {
    let id = |name: &str| query.text(name).parse().ok();
    Filter {
        text: query.text("q"),
        county: id("county").map(xinxiu_domain::id::OrgId),
        unplaced: query.raw("county") == UNPLACED,
        township: query.text("township"),
        campaign: choices.campaign,
        plan_item: id("class").map(xinxiu_domain::id::PlanItemId),
        verdict: VerdictKind::from_code(query.raw("verdict")),
        list: ListKind::from_code(query.raw("list")),
        authority: id("authority").map(xinxiu_domain::id::OrgId),
        training: TrainingFilter::from_code(query.raw("training")),
        repair: RepairStanding::from_code(query.raw("repair")),
    }
}

fn sort(query: &Form) -> Sort {
    Sort::parse(&enterprise_search::KEYS, query.raw("sort")).unwrap_or(BY_NAME)
}

fn after(query: &Form) -> Option<After> {
    let (id, value) = query.raw("after").split_once('~')?;
    Some(After { id: EnterpriseId(id.parse().ok()?), value: value.to_owned() })
}

pub(super) fn list(req: &Req) -> PageResult {
    let actor = req.actor()?;
    let choices = enterprises::choices(&req.app, actor)?;
    let filter = filter(&req.query, &choices);
    let after = after(&req.query);
    let page = enterprises::list(&req.app, actor, &filter, (sort(&req.query), after.as_ref()), PAGE)?;
    let may_apply = actor.has(Action::PrepareApplication);
    let rows: Vec<_> = page.rows.iter().map(|line| row(line, may_apply)).collect();
    let next = page.next.map(|next| format!("{}~{}", next.id, next.value));
    let sorting = ui::Sorting { path: PATH, query: &req.query, keys: &SORTS, standard: "name" };
    let body = html! {
        h1 { "企业" }
        (ui::search_bar(PATH, &search_fields(&req.query, &choices)))
        @if rows.is_empty() {
            @if filter == (Filter { campaign: filter.campaign, ..Filter::default() }) {
                (ui::empty("这里列出名单里的企业和它们的处罚记录。", "信用中心导入名单后出现；属地和部门只看到自己的企业。"))
            } @else {
                (ui::empty("没有符合条件的企业。", "请减少条件，或者只输入名称中的几个字、名称的拼音首字母、代码的末几位、文号中的数字。"))
            }
        } @else {
            p role="status" { (counted(page.count)) }
            (ui::sorted_table("企业", &SHOWN, &sorting, &rows))
            (ui::pager(PATH, &req.query, next.as_deref()))
            (ui::export_bar("/enterprises/export", &req.query))
        }
    };
    Ok(req.page("企业", body))
}

fn counted(count: i64) -> String {
    if count > COUNT_CAP { format!("超过{COUNT_CAP}家") } else { format!("共{count}家") }
}

const fn tone_of_training(standing: TrainingStanding) -> &'static str {
    match standing {
        TrainingStanding::None => "plain",
        TrainingStanding::Invited | TrainingStanding::Trained => "due",
        TrainingStanding::Passed => "good",
    }
}

const fn tone_of_repair(standing: RepairStanding) -> &'static str {
    match standing {
        RepairStanding::None => "plain",
        RepairStanding::Draft | RepairStanding::Submitted | RepairStanding::Pending => "due",
        RepairStanding::Returned | RepairStanding::Refused => "bad",
        RepairStanding::Agreed | RepairStanding::TakenDown => "good",
    }
}

/// Where a repair stands, and for who prepares applications the way to one that can begin.
fn repair(row: &Listed, may_apply: bool) -> Markup {
    html! {
        (ui::badge(tone_of_repair(row.repair), row.repair.label()))
        @if may_apply && row.repair == RepairStanding::None && row.repairable > 0 {
            " " a.button href={ (PATH) "/" (row.id) "/apply" } { "准备修复申请" }
        }
    }
}

fn lists(row: &Listed) -> String {
    row.lists.iter().map(|kind| kind.label()).collect::<Vec<_>>().join("、")
}

fn row(row: &Listed, may_apply: bool) -> Vec<Markup> {
    let place = [row.county.as_str(), row.township.as_str()].join(" ");
    vec![
        html! {
            a href={ "/enterprises/" (row.id) } { (row.name) } " "
            @if row.survival != SurvivalState::Active { (ui::badge("plain", row.survival.label())) " " }
            @if row.is_gone { (ui::badge("plain", "不再列名")) }
            br; (ui::code(&row.uscc))
        },
        html! { (place.trim()) },
        html! { (row.plan_item) },
        ui::badge(tone_of_training(row.training), row.training.label()),
        repair(row, may_apply),
        html! { (row.penalties) },
        html! { (row.repairable) },
        html! { (row.to_review) },
        html! { (lists(row)) },
    ]
}

fn search_fields(query: &Form, choices: &Choices) -> Markup {
    let orgs = |kinds: &[OrganisationKind]| -> Vec<(String, String)> {
        let of = choices.organisations.iter().filter(|org| kinds.contains(&org.kind));
        of.map(|org| (org.id.to_string(), org.short_name.clone())).collect()
    };
    let mut counties = orgs(&[OrganisationKind::CountyOffice, OrganisationKind::ParkCommittee]);
    // Whoever sees one county alone sees none without.
    if counties.len() > 1 {
        counties.push((UNPLACED.to_owned(), "未确定属地".to_owned()));
    }
    let authorities = orgs(&[OrganisationKind::Authority]);
    let townships: Vec<_> = choices.townships.iter().map(|name| (name.clone(), name.clone())).collect();
    let classes: Vec<_> =
        choices.plan_items.iter().map(|item| (item.id.to_string(), item.name.clone())).collect();
    let verdicts: Vec<_> =
        VerdictKind::ALL.iter().map(|kind| (kind.code().to_owned(), kind.to_string())).collect();
    let kinds: Vec<_> = ListKind::ALL.iter().map(|kind| (kind.code().to_owned(), kind.to_string())).collect();
    let training: Vec<_> =
        TrainingFilter::ALL.iter().map(|one| (one.code().to_owned(), one.to_string())).collect();
    let repair: Vec<_> =
        RepairStanding::ALL.iter().map(|one| (one.code().to_owned(), one.to_string())).collect();
    html! {
        (ui::field(query, "q", "名称、拼音首字母、代码末几位或文号", "", &[]))
        (ui::filter(query, "county", "属地", &counties))
        @if !townships.is_empty() { (ui::filter(query, "township", "乡镇（街道）", &townships)) }
        (ui::filter(query, "class", "培训班", &classes))
        (ui::filter(query, "verdict", "判定", &verdicts))
        (ui::filter(query, "list", "名单", &kinds))
        (ui::filter(query, "authority", "认定部门", &authorities))
        (ui::filter(query, "training", "参训", &training))
        (ui::filter(query, "repair", "修复申请", &repair))
        (ui::one_of(query, "sort", "排序", &orders(query)))
    }
}

/// The orders that no head gives, and the one that a head gave.
fn orders(query: &Form) -> Vec<(String, String)> {
    let mut orders =
        vec![("name".to_owned(), "按名称".to_owned()), ("-recorded".to_owned(), "新入库在前".to_owned())];
    let now = query.raw("sort");
    let head = SORTS.iter().find(|(_, code)| *code == now.trim_start_matches('-'));
    if let Some((head, _)) = head.filter(|_| orders.iter().all(|(code, _)| code != now)) {
        let way = if now.starts_with('-') { "降序" } else { "升序" };
        orders.push((now.to_owned(), format!("按{head}{way}")));
    }
    orders
}

pub(super) fn export(req: &Req) -> PageResult {
    let actor = req.actor()?;
    let choices = enterprises::choices(&req.app, actor)?;
    let filter = filter(&req.query, &choices);
    let page = enterprises::list(&req.app, actor, &filter, (sort(&req.query), None), EXPORT)?;
    let rows: Vec<Vec<String>> = page.rows.into_iter().map(cells).collect();
    req.table("企业", &HEADS, &rows)
}

fn cells(row: Listed) -> Vec<String> {
    let lists = lists(&row);
    vec![
        row.name,
        row.uscc,
        row.county,
        row.township,
        row.plan_item,
        row.penalties.to_string(),
        row.repairable.to_string(),
        row.to_review.to_string(),
        lists,
        row.training.to_string(),
        row.repair.to_string(),
    ]
}
