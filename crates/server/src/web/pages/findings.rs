//! Cause of dishonesty, state of rectification, conditions for repair: asked of each party (N02), and the
//! analysis by county from which classes are put together (N07).

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::attendance::Willingness;
use xinxiu_domain::id::{EnterpriseId, PenaltyId};
use xinxiu_domain::penalty::VerdictKind;
use xinxiu_domain::rectification::{Cause, Conditions, RectificationStatus};
use xinxiu_store::enterprise::{self, Enterprise};
use xinxiu_store::finding::{Cell, Finding};
use xinxiu_store::penalty::{self, Penalty};
use xinxiu_workflow::findings::{self, RecordFinding};
use xinxiu_workflow::{FieldError, Refusal};

use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

pub(super) fn routes(table: &mut Routes) {
    table.get("/enterprises/{id}/findings", Access::Staff(Action::ViewEnterprise), show);
    table.post("/enterprises/{id}/findings", Access::Staff(Action::RecordFinding), record);
    table.get("/analysis", Access::Staff(Action::ViewProgress), analysis);
}

macro_rules! choices {
    ($list:ty) => {
        <$list>::ALL
            .iter()
            .map(|one| (one.code().to_owned(), one.label().to_owned()))
            .collect::<Vec<(String, String)>>()
    };
}

/// The questions of N02, for pages of staff and of the enterprise alike. Without records the question for
/// which record it is falls away.
pub(super) fn questions(values: &Form, penalties: &[Penalty], errors: &[FieldError]) -> Markup {
    let records: Vec<_> = penalties
        .iter()
        .map(|penalty| {
            let label = format!("{}（{}）", penalty.decision.as_str(), penalty.facts.authority);
            (penalty.id.to_string(), label)
        })
        .collect();
    html! {
        @if !records.is_empty() {
            (ui::select(values, "penalty", "针对哪条处罚（不选即针对企业）", &records, errors))
        }
        (ui::select(values, "cause", "失信行为产生原因", &choices!(Cause), errors))
        (ui::select(values, "rectification", "整改情况", &choices!(RectificationStatus), errors))
        (ui::select(values, "conditions", "是否满足信用修复的条件", &choices!(Conditions), errors))
        (ui::area(values, "note", "说明", "原因选“其他”时必填", errors))
    }
}

/// Reads the answers to [`questions`].
///
/// # Errors
/// [`Refusal::Invalid`] with every question that has no answer.
pub(super) fn read(req: &Req, enterprise: EnterpriseId) -> Result<RecordFinding, Refusal> {
    let mut fields = req.fields();
    let penalty: Option<PenaltyId> = fields.ids("penalty").first().copied();
    let cause = fields.coded("cause", "失信行为产生原因", Cause::from_code);
    let rectification = fields.coded("rectification", "整改情况", RectificationStatus::from_code);
    let conditions = fields.coded("conditions", "是否满足信用修复的条件", Conditions::from_code);
    let note = fields.text("note");
    fields.check()?;
    Ok(RecordFinding {
        enterprise,
        penalty,
        cause: cause.unwrap_or(Cause::OtherCause),
        rectification: rectification.unwrap_or(RectificationStatus::Unclear),
        conditions: conditions.unwrap_or(Conditions::Unclear),
        note,
    })
}

fn show(req: &Req) -> PageResult {
    let (title, body) = page(req, &Form::default(), &[])?;
    Ok(req.page(&title, body))
}

fn record(req: &Req) -> PageResult {
    let (id, actor): (EnterpriseId, _) = (req.id("id")?, req.actor()?);
    match read(req, id).and_then(|command| findings::record(&req.app, actor, &command)) {
        Ok(()) => Ok(req.see(format!("/enterprises/{id}/findings"), "已登记失信原因和整改情况")),
        Err(Refusal::Invalid(errors)) => {
            let (title, body) = page(req, &req.form, &errors)?;
            Ok(req.again(&title, body))
        }
        Err(other) => Err(other.into()),
    }
}

fn page(req: &Req, values: &Form, errors: &[FieldError]) -> Result<(String, Markup), PageError> {
    let (id, actor): (EnterpriseId, _) = (req.id("id")?, req.actor()?);
    // Asked first: it refuses whoever may not see the enterprise.
    let found = findings::of_enterprise(&req.app, actor, id)?;
    let (enterprise, penalties): (Enterprise, Vec<Penalty>) = req
        .app
        .view(actor, |view| Ok((enterprise::load(view.tx, id)?, penalty::of_enterprise(view.tx, id)?)))?;
    let title = format!("失信原因和整改情况：{}", enterprise.name);
    let body = html! {
        h1 { (title) }
        (ui::errors(errors))
        p { a href={ "/enterprises/" (id) } { "返回企业" } }
        @if found.latest.is_empty() {
            (ui::empty("还没有任何一方登记。", "企业、认定部门、属地信用办和服务机构各自登记，互不覆盖。"))
        } @else {
            (ui::panel("各方最近的说法", &said(&found.latest)))
        }
        @if actor.has(Action::RecordFinding) {
            (ui::panel("登记", &ui::form(req, &format!("/enterprises/{id}/findings"), &html! {
                (questions(values, &penalties, errors))
                (ui::button("登记情况"))
            })))
        }
        @if found.history.len() > found.latest.len() {
            (ui::panel("全部记录", &said(&found.history)))
        }
    };
    Ok((title, body))
}

/// What was said, as a table; also for the enterprise's own page.
pub(super) fn said(findings: &[Finding]) -> Markup {
    let rows: Vec<_> = findings
        .iter()
        .map(|one| {
            vec![
                html! { (one.party) },
                html! { @if one.penalty.is_some() { (one.decision_number) } @else { span.quiet { "企业" } } },
                html! { (one.cause) },
                html! { (one.rectification) },
                html! { (one.conditions) },
                html! { (one.note) },
                html! { (ui::when(one.at)) " " (one.actor) },
            ]
        })
        .collect();
    let heads = ["来源", "对象", "产生原因", "整改情况", "修复条件", "说明", "登记"];
    ui::table("各方说法", &heads, &rows)
}

fn analysis(req: &Req) -> PageResult {
    let found = findings::analysis(&req.app, req.actor()?, None)?;
    let nobody = found.willingness.is_empty();
    let body = html! {
        h1 { "失信分析" }
        p { "按属地统计本年度名单内企业；多方登记过的，以最近一次对企业的登记为准。用于按区域、行业、修复可能和意愿编班。" }
        @if nobody {
            (ui::empty("这里会按地区统计失信原因、整改情况、修复条件、判定和意愿。", "导入名单后出现。"))
        } @else {
            (matrix("失信行为产生原因", "家", &found.causes, Cause::ALL, Cause::label))
            (matrix("整改情况", "家", &found.rectification, RectificationStatus::ALL, RectificationStatus::label))
            (matrix("是否满足信用修复的条件", "家", &found.conditions, Conditions::ALL, Conditions::label))
            (matrix("信用修复意向", "家", &found.willingness, Willingness::ALL, Willingness::label))
            (matrix("公示中处罚记录的判定", "条", &found.verdicts, VerdictKind::ALL, VerdictKind::label))
        }
    };
    Ok(req.page("失信分析", body))
}

/// Counties down, values across, sums at the foot, and a bar for each value's sum.
fn matrix<T: Copy + PartialEq>(
    title: &str,
    unit: &str,
    cells: &[Cell<T>],
    values: &[T],
    label: fn(T) -> &'static str,
) -> Markup {
    let mut columns: Vec<(Option<T>, &'static str)> =
        values.iter().map(|value| (Some(*value), label(*value))).collect();
    if cells.iter().any(|cell| cell.value.is_none()) {
        columns.push((None, "尚未登记"));
    }
    let mut counties: Vec<&str> = Vec::new();
    for cell in cells {
        if !counties.contains(&cell.county.as_str()) {
            counties.push(&cell.county);
        }
    }
    let count = |county: Option<&str>, value: Option<T>| -> u32 {
        let of = cells.iter().filter(|cell| cell.value == value);
        of.filter(|cell| county.is_none_or(|county| cell.county == county)).map(|cell| cell.count).sum()
    };
    let row = |name: &str, county: Option<&str>| {
        let figures = columns.iter().map(|(value, _)| {
            let number = count(county, *value);
            html! { @if number == 0 { span.quiet { "0" } } @else { (number) } }
        });
        let sum: u32 = columns.iter().map(|(value, _)| count(county, *value)).sum();
        [html! { (name) }].into_iter().chain(figures).chain([html! { strong { (sum) } }]).collect::<Vec<_>>()
    };
    let mut rows: Vec<_> = counties
        .iter()
        .map(|county| row(if county.is_empty() { "属地不明" } else { county }, Some(county)))
        .collect();
    rows.push(row("合计", None));
    let heads: Vec<String> = columns.iter().map(|(_, label)| format!("#{label}")).collect();
    let heads: Vec<&str> =
        ["地区"].into_iter().chain(heads.iter().map(String::as_str)).chain(["#合计"]).collect();
    let all: u32 = cells.iter().map(|cell| cell.count).sum();
    ui::panel(
        &format!("{title}（{unit}）"),
        &html! {
            (bars(&columns, all, |value| count(None, value)))
            (ui::table(title, &heads, &rows))
        },
    )
}

fn bars<T: Copy>(
    columns: &[(Option<T>, &'static str)],
    all: u32,
    count: impl Fn(Option<T>) -> u32,
) -> Markup {
    html! {
        div.bars {
            @for (value, label) in columns {
                @let number = count(*value);
                @if number > 0 {
                    div {
                        span { (label) }
                        meter min="0" max=(all) value=(number) aria-label=(label) { (number) }
                        span { (number) "（" (percent(number, all)) "%）" }
                    }
                }
            }
        }
    }
}

fn percent(part: u32, all: u32) -> u64 {
    (u64::from(part) * 100 + u64::from(all) / 2) / u64::from(all.max(1))
}
