//! How far the plan table is filled, by class, agency and organiser: planned, open and over quota at a glance (N03 N04).

use std::cmp::Ordering;
use std::collections::BTreeMap;

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::id::CampaignId;
use xinxiu_store::plan_standing::Filled;
use xinxiu_workflow::plan_standing::{self, CountyStanding, Standing};

use crate::web::reply::{PageError, PageResult};
use crate::web::request::Req;
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const TITLE: &str = "计划执行情况";
const HEADS: [&str; 8] =
    ["", "#计划企业数", "#名单内企业", "#场次", "#已排名额", "名额与计划", "#已邀请", "#已参训"];

pub(super) fn routes(table: &mut Routes) {
    table.get("/campaigns/{id}/plan", Access::Staff(Action::ViewCampaign), show);
}

/// Columns by county: a session and its seats belong to a class, not to one county of it.
const COUNTY_HEADS: [&str; 6] = ["地区", "#计划企业数", "#名单内企业", "#已邀请", "#已参训", "参训与计划"];

/// What the table is grouped by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Class,
    Agency,
    Organiser,
    County,
}

impl By {
    const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::Class, "class", "培训班"),
        (Self::Agency, "agency", "服务机构"),
        (Self::Organiser, "organiser", "组织单位"),
        (Self::County, "county", "地区"),
    ];

    fn asked(req: &Req) -> (Self, &'static str) {
        let code = req.query.raw("by");
        let found = Self::ALL.iter().find(|(_, known, _)| *known == code).unwrap_or(&Self::ALL[0]);
        (found.0, found.2)
    }
}

/// A line of the table: what was planned, and what there is of it.
struct Line {
    label: Markup,
    planned: u32,
    filled: Filled,
}

fn show(req: &Req) -> PageResult {
    let (campaign, all) = plan_standing::standing(&req.app, req.actor()?, req.id("id")?)?;
    let (by, label) = By::asked(req);
    let tabs = By::ALL.iter().map(|(one, code, label)| {
        html! { a href={ "/campaigns/" (campaign.id) "/plan?by=" (code) } aria-current=[(*one == by).then_some("page")] { "按" (label) } }
    });
    let table = if by == By::County { counties(req, campaign.id)? } else { classes(&all, by, label) };
    Ok(req.page(
        TITLE,
        html! {
            h1 { (TITLE) }
            p { a href={ "/campaigns/" (campaign.id) } { (campaign.title) } "，目标不少于" (campaign.targets.enterprises) "家" }
            nav.tabs aria-label="分组" { @for tab in tabs { (tab) } }
            (table)
        },
    ))
}

fn classes(all: &[Standing], by: By, label: &str) -> Markup {
    let lines = match by {
        By::Agency => grouped(all, |one| &one.class.agency_name),
        By::Organiser => grouped(all, |one| &one.class.organiser_name),
        By::Class | By::County => all.iter().map(class).collect(),
    };
    let total = all.iter().fold((0, Filled::default()), |(planned, filled), one| {
        (planned + one.class.planned, sum(filled, one.filled))
    });
    let total = Line { label: html! { strong { "合计" } }, planned: total.0, filled: total.1 };
    let rows: Vec<_> = lines.iter().chain([&total]).map(cells).collect();
    let mut heads = HEADS;
    heads[0] = label;
    html! {
        (ui::table(TITLE, &heads, &rows))
        p.hint { "已排名额是没有取消的场次的名额之和；一家企业只计入它的主培训班，邀请和参训按企业计，不重复。" }
    }
}

fn counties(req: &Req, id: CampaignId) -> Result<Markup, PageError> {
    let lines = plan_standing::by_county(&req.app, req.actor()?, id)?;
    let row = |line: &CountyStanding| {
        vec![
            html! { @if line.name.is_empty() { "没有分到地区的" } @else { (line.name) } },
            html! { (line.planned) },
            html! { (line.filled.members) },
            html! { (line.filled.invited) },
            html! { (line.filled.trained) },
            html! { @if !line.name.is_empty() { (quota(line.planned, line.filled.trained, "已完成", "家")) } },
        ]
    };
    let rows: Vec<_> = lines.iter().map(row).collect();
    Ok(html! {
        (ui::table(TITLE, &COUNTY_HEADS, &rows))
        p.hint { "只覆盖一个地区的培训班全部计入该地区；覆盖几个地区的，按培训班里填写的各地区名额计入，没有填写的列在最后。" }
    })
}

fn class(one: &Standing) -> Line {
    let item = &one.class;
    let label = html! { a href={ "/sessions?class=" (item.id) } { (item.name) } };
    Line { label, planned: item.planned, filled: one.filled }
}

fn grouped(all: &[Standing], of: fn(&Standing) -> &String) -> Vec<Line> {
    let mut groups: BTreeMap<&String, (u32, Filled)> = BTreeMap::new();
    for one in all {
        let (planned, filled) = groups.entry(of(one)).or_default();
        *planned += one.class.planned;
        *filled = sum(*filled, one.filled);
    }
    let line = |(name, (planned, filled)): (&String, (u32, Filled))| {
        let label = html! { @if name.is_empty() { "未定" } @else { (name) } };
        Line { label, planned, filled }
    };
    groups.into_iter().map(line).collect()
}

const fn sum(one: Filled, other: Filled) -> Filled {
    Filled {
        members: one.members + other.members,
        sessions: one.sessions + other.sessions,
        seats: one.seats + other.seats,
        invited: one.invited + other.invited,
        trained: one.trained + other.trained,
    }
}

fn cells(line: &Line) -> Vec<Markup> {
    let filled = line.filled;
    vec![
        line.label.clone(),
        html! { (line.planned) },
        html! { (filled.members) },
        html! { (filled.sessions) },
        html! { (filled.seats) },
        quota(line.planned, filled.seats, "已排满", "个"),
        html! { (filled.invited) },
        html! { (filled.trained) },
    ]
}

fn quota(planned: u32, there: u32, full: &str, unit: &str) -> Markup {
    match there.cmp(&planned) {
        Ordering::Less => ui::badge("due", &format!("还差{}{unit}", planned - there)),
        Ordering::Equal => ui::badge("good", full),
        Ordering::Greater => ui::badge("plain", &format!("超出{}{unit}", there - planned)),
    }
}
