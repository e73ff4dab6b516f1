//! The list of enterprises: its filters, order and page stand in the address.

use maud::{Markup, html};
use xinxiu_domain::ListKind;
use xinxiu_domain::actor::OrganisationKind;
use xinxiu_domain::id::EnterpriseId;
use xinxiu_domain::penalty::VerdictKind;
use xinxiu_store::enterprise_search::{After, COUNT_CAP, Filter, Listed, Order};
use xinxiu_workflow::enterprises::{self, Choices};

use crate::web::reply::PageResult;
use crate::web::request::{Form, Req};
use crate::web::ui;

const PAGE: i64 = 50;
/// Stands for enterprises without a county where a county may be chosen.
const UNPLACED: &str = "none";
/// So many rows go into one export.
const EXPORT: i64 = 50_000;
const HEADS: [&str; 9] = [
    "企业名称",
    "统一社会信用代码",
    "属地",
    "乡镇（街道）",
    "培训班",
    "公示中的处罚",
    "现在可修复",
    "需人工认定",
    "名单条目",
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
    }
}

fn order(query: &Form) -> Order {
    if query.raw("order") == "newest" { Order::Newest } else { Order::Name }
}

fn after(query: &Form) -> Option<After> {
    let (id, name) = query.raw("after").split_once('~')?;
    Some(After { id: EnterpriseId(id.parse().ok()?), name: name.to_owned() })
}

pub(super) fn list(req: &Req) -> PageResult {
    let actor = req.actor()?;
    let choices = enterprises::choices(&req.app, actor)?;
    let filter = filter(&req.query, &choices);
    let after = after(&req.query);
    let page = enterprises::list(&req.app, actor, &filter, (order(&req.query), after.as_ref()), PAGE)?;
    let rows: Vec<_> = page.rows.iter().map(row).collect();
    let next = page.next.map(|next| format!("{}~{}", next.id, next.name));
    let body = html! {
        h1 { "企业" }
        (ui::search_bar("/enterprises", &search_fields(&req.query, &choices)))
        @if rows.is_empty() {
            @if filter == (Filter { campaign: filter.campaign, ..Filter::default() }) {
                (ui::empty("这里列出名单里的企业和它们的处罚记录。", "信用中心导入名单后出现；属地和部门只看到自己的企业。"))
            } @else {
                (ui::empty("没有符合条件的企业。", "请减少条件，或者只输入名称中的几个字、代码的末几位、文号中的数字。"))
            }
        } @else {
            p role="status" { (counted(page.count)) }
            (ui::table("企业", &["企业", "属地", "培训班", "#公示中的处罚", "#现在可修复", "#需人工认定", "#名单条目"], &rows))
            (ui::pager("/enterprises", &req.query, next.as_deref()))
            (ui::export_bar("/enterprises/export", &req.query))
        }
    };
    Ok(req.page("企业", body))
}

fn counted(count: i64) -> String {
    if count > COUNT_CAP { format!("超过{COUNT_CAP}家") } else { format!("共{count}家") }
}

fn row(row: &Listed) -> Vec<Markup> {
    let place = [row.county.as_str(), row.township.as_str()].join(" ");
    vec![
        html! {
            a href={ "/enterprises/" (row.id) } { (row.name) } " "
            @if row.is_gone { (ui::badge("plain", "不再列名")) }
            br; (ui::code(&row.uscc))
        },
        html! { (place.trim()) },
        html! { (row.plan_item) },
        html! { (row.penalties) },
        html! { (row.repairable) },
        html! { (row.to_review) },
        html! { (row.listings) },
    ]
}

fn search_fields(query: &Form, choices: &Choices) -> Markup {
    let orgs = |kinds: &[OrganisationKind]| -> Vec<(String, String)> {
        let of = choices.organisations.iter().filter(|org| kinds.contains(&org.kind));
        of.map(|org| (org.id.to_string(), org.short_name.clone())).collect()
    };
    let mut counties = orgs(&[OrganisationKind::CountyOffice, OrganisationKind::ParkCommittee]);
    counties.push((UNPLACED.to_owned(), "未确定属地".to_owned()));
    let authorities = orgs(&[OrganisationKind::Authority]);
    let townships: Vec<_> = choices.townships.iter().map(|name| (name.clone(), name.clone())).collect();
    let classes: Vec<_> =
        choices.plan_items.iter().map(|item| (item.id.to_string(), item.name.clone())).collect();
    let verdicts: Vec<_> =
        VerdictKind::ALL.iter().map(|kind| (kind.code().to_owned(), kind.to_string())).collect();
    let kinds: Vec<_> = ListKind::ALL.iter().map(|kind| (kind.code().to_owned(), kind.to_string())).collect();
    let orders = [("name".to_owned(), "按名称".to_owned()), ("newest".to_owned(), "新入库在前".to_owned())];
    html! {
        (ui::field(query, "q", "名称、代码末几位或文号", "", &[]))
        (ui::filter(query, "county", "属地", &counties))
        @if !townships.is_empty() { (ui::filter(query, "township", "乡镇（街道）", &townships)) }
        (ui::filter(query, "class", "培训班", &classes))
        (ui::filter(query, "verdict", "判定", &verdicts))
        (ui::filter(query, "list", "名单", &kinds))
        (ui::filter(query, "authority", "认定部门", &authorities))
        (ui::one_of(query, "order", "排序", &orders))
    }
}

pub(super) fn export(req: &Req) -> PageResult {
    let actor = req.actor()?;
    let choices = enterprises::choices(&req.app, actor)?;
    let filter = filter(&req.query, &choices);
    let page = enterprises::list(&req.app, actor, &filter, (order(&req.query), None), EXPORT)?;
    let rows: Vec<Vec<String>> = page.rows.into_iter().map(cells).collect();
    req.table("企业", &HEADS, &rows)
}

fn cells(row: Listed) -> Vec<String> {
    vec![
        row.name,
        row.uscc,
        row.county,
        row.township,
        row.plan_item,
        row.penalties.to_string(),
        row.repairable.to_string(),
        row.to_review.to_string(),
        row.listings.to_string(),
    ]
}
