//! Deadlines (办理期限): what is due and overdue, who must act; and how long each clock runs.

use std::collections::BTreeMap;

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::deadline::{Clock, Terms, Urgency};
use xinxiu_domain::id::CampaignId;
use xinxiu_workflow::deadlines::{self, Deadline, Lengths};
use xinxiu_workflow::{FieldError, Refusal};

use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const VIEW: Access = Access::Staff(Action::ViewDeadlines);
/// Rows on one page.
const PAGE: usize = 100;

pub(super) fn routes(table: &mut Routes) {
    table.get("/deadlines", VIEW, list);
    table.get("/campaigns/{id}/clocks", Access::Staff(Action::ViewCampaign), lengths);
    table.post("/campaigns/{id}/clocks", Access::Staff(Action::EditCampaign), set);
}

/// The page on which whoever must act does so; for others the page of the application or enterprise, where there is one.
fn href(one: &Deadline) -> Option<String> {
    let (running, subject) = (&one.running, one.running.subject);
    let of_enterprise = running.enterprise.map(|enterprise| format!("/enterprises/{enterprise}"));
    match running.clock {
        Clock::Resubmission | Clock::FirstReview => Some(format!("/applications/{subject}")),
        Clock::Commitment => of_enterprise,
        _ if !one.is_mine => of_enterprise,
        Clock::Receipt => Some(format!("/pushes/{subject}")),
        Clock::Rectification => Some(format!("/rectifications/{subject}")),
        Clock::Delisting => Some(format!("/delistings/{subject}")),
        Clock::Decision => Some(format!("/items/{subject}/decide")),
        Clock::Removal => Some("/removals".into()),
        Clock::Handover | Clock::Acceptance => Some("/handovers".into()),
    }
}

/// The last day in words, with a tone.
pub(super) fn badge(one: &Deadline) -> Markup {
    let days = one.working_days;
    match one.urgency {
        Urgency::Overdue => ui::badge("bad", &format!("逾期{days}个工作日")),
        Urgency::Today => ui::badge("due", "今天到期"),
        Urgency::Soon => ui::badge("due", &format!("还有{days}个工作日")),
        Urgency::Later if one.days.is_some() => ui::badge("plain", &format!("还有{days}个工作日")),
        Urgency::Later => ui::badge("plain", "起算日不明"),
    }
}

/// Who must act and until when, in one sentence for the page of a record; nothing where no clock runs.
pub(super) fn sentence(all: &[Deadline]) -> Markup {
    html! {
        @for one in all {
            p {
                (one.running.clock) "：由" (deadlines::holder_of(&one.running)) "办理"
                @if let Some(days) = one.days { "，期限" (days.due) }
                " " (badge(one))
                @if let Some((notice, day)) = one.said.last() { " " span.quiet { (notice) "：" (day) } }
            }
        }
    }
}

fn wanted(one: &Deadline, query: &Form) -> bool {
    let due = query.raw("due");
    let side = match query.raw("whose") {
        "mine" => one.is_mine,
        "passed_on" => one.is_passed_on,
        "all" => true,
        _ => one.is_mine || one.is_passed_on,
    };
    let clock = query.raw("clock");
    side && (due.is_empty() || one.urgency.code() == due)
        && (clock.is_empty() || one.running.clock.code() == clock)
        && one.running.name.contains(&query.text("name"))
}

fn list(req: &Req) -> PageResult {
    let all = deadlines::list(&req.app, req.actor()?)?;
    let found: Vec<&Deadline> = all.iter().filter(|one| wanted(one, &req.query)).collect();
    if !req.query.raw("format").is_empty() {
        return take_along(req, &found);
    }
    let start: usize = req.query.text("after").parse::<u16>().unwrap_or(0).into();
    let rows: Vec<_> = found.iter().skip(start).take(PAGE).map(|one| row(one)).collect();
    let next = (start + PAGE < found.len()).then(|| (start + PAGE).to_string());
    let own = |(code, label): (&str, &str)| (code.to_owned(), label.to_owned());
    // Those whose work is what was passed on to them find it here as well as those who have work of their own.
    let sides = [
        ("concern", "与我有关（由我办理和转本单位督办）"),
        ("mine", "由我办理"),
        ("passed_on", "转本单位督办"),
        ("all", "全部可见"),
    ]
    .map(own);
    let body = html! {
        h1 { "办理期限" }
        (ui::search_bar("/deadlines", &html! {
            (ui::field(&req.query, "name", "企业、文号或名称", "", &[]))
            (ui::one_of(&req.query, "whose", "范围", &sides))
            (ui::filter(&req.query, "clock", "环节", &ui::choices(Clock::ALL)))
            (ui::filter(&req.query, "due", "到期情况", &ui::choices(Urgency::ALL)))
        }))
        @if rows.is_empty() {
            (ui::empty("这里按到期先后列出正在计时的事项。", "没有符合条件的；可以把范围改为“全部可见”再查询。"))
        } @else {
            p.quiet { "共" (found.len()) "项，按工作日计算，节假日和调休以国务院办公厅通知为准。" }
            (ui::table("办理期限", &["事项", "环节和办理单位", "起算", "期限", "到期情况", "提醒"], &rows))
            (ui::pager("/deadlines", &req.query, next.as_deref()))
            (ui::export_bar("/deadlines", &req.query))
        }
    };
    Ok(req.page("办理期限", body))
}

fn row(one: &Deadline) -> Vec<Markup> {
    vec![
        html! { @match href(one) { Some(href) => { a href=(href) { (one.running.name) } } None => { (one.running.name) } } },
        html! {
            (one.running.clock) br; span.quiet { (deadlines::holder_of(&one.running)) }
            @if one.is_passed_on { br; (ui::badge("bad", "转本单位督办")) }
        },
        html! { @if let Some(day) = one.running.started_on { (day) } },
        html! {
            @if let Some(days) = one.days { (days.due) }
            @if one.is_provisional { br; span.quiet { "遇节假日安排可能后延" } }
        },
        badge(one),
        html! { @if let Some((notice, day)) = one.said.last() { (notice) br; (day) } },
    ]
}

fn take_along(req: &Req, found: &[&Deadline]) -> PageResult {
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|one| {
            vec![
                one.running.name.clone(),
                one.running.clock.label().to_owned(),
                deadlines::holder_of(&one.running),
                day(one.running.started_on),
                day(one.days.map(|days| days.due)),
                one.urgency.label().to_owned(),
                one.working_days.to_string(),
                one.said.iter().map(|(notice, day)| format!("{notice}{day}")).collect::<Vec<_>>().join("；"),
            ]
        })
        .collect();
    let heads = ["事项", "环节", "由谁办理", "起算", "期限", "到期情况", "剩余或逾期工作日", "提醒和督办"];
    req.table("办理期限", &heads, &rows)
}

fn lengths(req: &Req) -> PageResult {
    let (title, body) = lengths_body(req, None, &[])?;
    Ok(req.page(&title, body))
}

fn lengths_body(
    req: &Req,
    typed: Option<&Form>,
    errors: &[FieldError],
) -> Result<(String, Markup), PageError> {
    let actor = req.actor()?;
    let (campaign, lengths) = deadlines::lengths(&req.app, actor, req.id("id")?)?;
    let editing = actor.has(Action::EditCampaign);
    let stored = typed.cloned().unwrap_or_else(|| values(&lengths));
    let table = table(&lengths, editing.then_some(&stored), errors);
    let title = "办理期限设置".to_owned();
    let body = html! {
        h1 { (title) }
        p { (campaign.title) "。期限按工作日计算，从开始的次日起算；到期前和到期日各提醒一次，逾期后再提醒一次并转上级督办；县级和市信用中心督办后仍未办理的，再转市信用办督办，每一级只转一次。退回后重新提交的，重新计时和提醒。" }
        (ui::errors(errors))
        @if editing {
            (ui::form(req, &req.path, &html! { span #f-clocks {} (table) (ui::button("保存期限")) }))
        } @else { (table) }
        p { a href="/deadlines" { "查看正在计时的事项" } }
    };
    Ok((title, body))
}

/// The parts of a length: the end of a field's name, and its word.
const PARTS: [(&str, &str); 4] =
    [("days", "期限"), ("remind", "提前提醒"), ("escalate", "逾期督办"), ("further", "再转上一级")];

fn parts(terms: Terms) -> [u32; 4] {
    [terms.days, terms.remind, terms.escalate, terms.further]
}

fn values(lengths: &Lengths) -> Form {
    let fields = Clock::ALL.iter().flat_map(|clock| {
        let of = parts(lengths.of(*clock));
        PARTS.iter().zip(of).map(|((part, _), days)| (format!("{}_{part}", clock.code()), days))
    });
    fields.fold(Form::default(), |form, (name, days)| form.with(&name, days))
}

fn table(lengths: &Lengths, typed: Option<&Form>, errors: &[FieldError]) -> Markup {
    let rows: Vec<_> = Clock::ALL
        .iter()
        .map(|clock| {
            let rule = clock.rule();
            let of = parts(lengths.of(*clock));
            let cell = |index: usize| {
                let (part, word) = PARTS[index];
                let name = format!("{}_{part}", clock.code());
                typed.map_or_else(
                    || html! { (of[index]) },
                    |values| ui::number_field(values, &name, word, "", errors),
                )
            };
            vec![
                html! {
                    strong { (clock) } br;
                    span.quiet { "从" (rule.starts) "起，到" (rule.stops) "止；逾期转" (rule.above) "督办" @if let Some(further) = rule.further { "，再转" (further) } }
                },
                cell(0),
                cell(1),
                cell(2),
                if rule.further.is_some() { cell(3) } else { html! { "不再上转" } },
                html! {
                    @match lengths.setting(*clock) {
                        Some(setting) => { (setting.by) "于" (setting.on) "设定；默认" (rule.terms.days) "个工作日。" }
                        None => { "默认。" }
                    }
                    (rule.source)
                },
            ]
        })
        .collect();
    ui::table(
        "期限",
        &["环节", "#期限（工作日）", "#提前几天提醒", "#逾期几天督办", "#再过几天转上一级", "来源"],
        &rows,
    )
}

fn set(req: &Req) -> PageResult {
    let (id, actor): (CampaignId, _) = (req.id("id")?, req.actor()?);
    let mut fields = req.fields();
    let mut wanted = BTreeMap::new();
    for clock in Clock::ALL {
        let mut number = |part: usize| {
            let (end, word) = PARTS[part];
            fields.number(&format!("{}_{end}", clock.code()), &format!("{clock}的{word}天数"))
        };
        // The field stands only where there is another office above.
        let (days, remind, escalate, usual) = (number(0), number(1), number(2), clock.rule().terms);
        let further = if clock.rule().further.is_some() { number(3) } else { usual.further };
        let terms = Terms { days, remind, escalate, further };
        wanted.insert(*clock, terms);
    }
    match fields.check().and_then(|()| deadlines::set_lengths(&req.app, actor, id, &wanted)) {
        Ok(count) => Ok(req.see(req.path.clone(), format!("已修改{count}个环节的期限"))),
        Err(Refusal::Invalid(errors)) => {
            let (title, body) = lengths_body(req, Some(&req.form), &errors)?;
            Ok(req.again(&title, body))
        }
        Err(other) => Err(other.into()),
    }
}
