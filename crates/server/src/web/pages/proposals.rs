//! Proposed sessions: drawn up by city, center, agency or organiser; accepted, edited or rejected by whoever
//! organises the class (N07).

use jiff::ToSpan;
use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::id::{EnterpriseId, PlanItemId, ProposalId};
use xinxiu_domain::proposal::{Grouping, ProposalState};
use xinxiu_domain::session::{Method, Module, SessionMode};
use xinxiu_store::proposal::{Entry, Proposal};
use xinxiu_workflow::proposals::{self, Decision, DrawUp, Shown};
use xinxiu_workflow::sessions::{self, PlanSession};
use xinxiu_workflow::{FieldError, Refusal};

use super::sessions::time_and_place;
use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

pub(super) fn routes(table: &mut Routes) {
    table.get("/proposals", Access::Staff(Action::ViewProposal), list);
    table.post("/proposals", Access::Staff(Action::ProposeSession), draw_up);
    table.get("/proposals/{id}", Access::Staff(Action::ViewProposal), show);
    table.post("/proposals/{id}", Access::Staff(Action::DecideProposal), decide);
    table.post("/proposals/{id}/reject", Access::Staff(Action::DecideProposal), reject);
    table.post("/proposals/{id}/withdraw", Access::Staff(Action::ProposeSession), withdraw);
}

fn list(req: &Req) -> PageResult {
    let first = req.app.clock.today().saturating_add(14.days());
    let values = Form::default().with("capacity", 100).with("at_most", 0).with("first_day", first);
    Ok(req.page("场次建议", overview(req, &values, &[])?))
}

fn overview(req: &Req, values: &Form, errors: &[FieldError]) -> Result<Markup, PageError> {
    let actor = req.actor()?;
    let asked = ProposalState::from_code(req.query.raw("state"));
    let mut found = proposals::list(&req.app, actor)?;
    found.retain(|one| asked.is_none_or(|asked| one.state == asked));
    let classes = if actor.has(Action::ProposeSession) {
        sessions::classes(&req.app, actor, Action::ProposeSession)?
    } else {
        Vec::new()
    };
    let choices: Vec<_> = classes
        .iter()
        .map(|item| (item.id.to_string(), format!("{}（计划{}家）", item.name, item.planned)))
        .collect();
    Ok(html! {
        h1 { "场次建议" }
        p { "根据" @if actor.has(Action::ViewProgress) { a href="/analysis" { "对象分析" } } @else { "对象分析" } "编排：只取未参训、有可修复处罚的企业，很可能修复、愿意修复的在前，同乡镇或同行业的坐在一起，不超过计划余额和场地名额，避开已有场次和手把手服务日。" }
        (ui::errors(errors))
        @if let Some(asked) = asked { (ui::narrowed(&format!("只列出{asked}的建议。"), "/proposals")) }
        @if found.is_empty() {
            (ui::empty("这里列出编排好的场次建议。", "选择培训班编排后出现；主办单位采纳后成为培训场次草稿，邀请时名单已勾选。"))
        } @else {
            (table(&found))
        }
        @if !choices.is_empty() {
            (ui::panel("编排场次", &ui::form(req, "/proposals", &html! {
                (ui::select(values, "class", "培训班", &choices, errors))
                (ui::one_of(values, "grouping", "编组", &ui::choices(Grouping::ALL)))
                (ui::number_field(values, "capacity", "场地名额", "每场最多坐多少家企业", errors))
                (ui::field(values, "place", "地点", "可以留待主办单位填写", errors))
                (ui::date_field(values, "first_day", "最早日期", errors))
                (ui::number_field(values, "at_most", "最多场数", "0为按计划余额编排", errors))
                (ui::button("编排场次建议"))
            })))
        }
    })
}

const fn tone(state: ProposalState) -> &'static str {
    match state {
        ProposalState::Proposed => "due",
        ProposalState::Accepted => "good",
        ProposalState::Rejected => "bad",
        ProposalState::Withdrawn => "plain",
    }
}

fn table(found: &[Proposal]) -> Markup {
    let rows: Vec<_> = found
        .iter()
        .map(|one| {
            vec![
                html! { a href={ "/proposals/" (one.id) } { (one.title) } },
                html! { (one.held_on) },
                html! { (one.enterprises) },
                html! { (one.capacity) },
                html! { (one.organiser) },
                html! { (ui::badge(tone(one.state), one.state.label())) },
            ]
        })
        .collect();
    ui::table("场次建议", &["场次", "日期", "#企业", "#名额", "主办单位", "状态"], &rows)
}

fn draw_up(req: &Req) -> PageResult {
    let read = || {
        let mut fields = req.fields();
        let class = fields.id::<PlanItemId>("class", "培训班");
        let grouping = fields.coded("grouping", "编组", Grouping::from_code);
        let command = DrawUp {
            plan_item: class.unwrap_or(PlanItemId(0)),
            grouping: grouping.unwrap_or(Grouping::Township),
            capacity: fields.number("capacity", "场地名额"),
            place: fields.text("place"),
            first_day: fields.date("first_day", "最早日期"),
            at_most: fields.number("at_most", "最多场数"),
        };
        fields.check().map(|()| command)
    };
    let actor = req.actor()?;
    match read().and_then(|command| proposals::draw_up(&req.app, actor, &command)) {
        Ok(ids) => {
            Ok(req.see("/proposals?state=proposed", format!("已编排{}场建议，请主办单位处理", ids.len())))
        }
        Err(refusal) => {
            let errors = refusal.into_errors("class")?;
            Ok(req.again("场次建议", overview(req, &req.form, &errors)?))
        }
    }
}

fn show(req: &Req) -> PageResult {
    let shown = proposals::show(&req.app, req.actor()?, req.id("id")?)?;
    let values = filled(&shown);
    Ok(req.page(&shown.proposal.title, body(req, &shown, &values, &[], "")))
}

fn filled(shown: &Shown) -> Form {
    let one = &shown.proposal;
    let values = Form::default()
        .with("title", &one.title)
        .with("held_on", one.held_on)
        .with("starts_at", &one.starts_at)
        .with("ends_at", &one.ends_at)
        .with("mode", one.mode.code())
        .with("place", &one.place)
        .with("link", &one.link)
        .with("capacity", one.capacity)
        .with("class_hours", one.class_hours)
        .with("lecturer", &one.lecturer)
        .with("version", one.version);
    shown.entries.iter().fold(values, |values, entry| values.with("enterprises", entry.enterprise))
}

fn body(req: &Req, shown: &Shown, values: &Form, errors: &[FieldError], refused: &str) -> Markup {
    let one = &shown.proposal;
    let here = format!("/proposals/{}", one.id);
    html! {
        h1 { (one.title) }
        p { (ui::badge(tone(one.state), one.state.label())) " " (one.class) "，主办单位：" (one.organiser) }
        (ui::errors(errors))
        (ui::facts(&[
            ("时间", html! { (one.held_on) " " (one.starts_at) "—" (one.ends_at) "，" (one.class_hours) "学时" }),
            ("地点", html! { (one.place) }),
            ("企业", html! { (one.enterprises) "家，名额" (one.capacity) "个" }),
            ("编组", html! { (one.grouping) "：" (one.clusters) }),
            ("编排理由", html! { (one.rationale) }),
            ("编排", html! { (ui::when(one.proposed_at)) " " (one.proposed_by) }),
            ("处理", html! { @if let Some(at) = one.decided_at { (ui::when(at)) " " (one.decided_by) @if !one.reason.is_empty() { "：" (one.reason) } } }),
        ]))
        @if let Some(session) = one.session { p { a.button.primary href={ "/sessions/" (session) } { "打开培训场次" } } }
        @if shown.may_decide {
            (ui::panel("处理建议", &ui::form(req, &here, &html! {
                (fields(values, errors))
                (ui::table("建议邀请的企业", &["保留", "企业", "乡镇（街道）", "行业", "修复可能", "修复意愿"], &rows(&shown.entries, Some(values))))
                p.actions {
                    button.primary type="submit" name="do" value="accept" { "采纳并生成场次草稿" }
                    (ui::plain_button("do", "save", "保存修改"))
                }
            })))
            (ui::confirm_again(req, &format!("{here}/reject"), "退回建议", "退回后企业可以重新编排。", refused == "reject", &html! {
                (ui::field(values, "reason", "退回的原因", "例如：当天有其他活动，场地不便", if refused == "reject" { errors } else { &[] }))
            }))
        } @else {
            (ui::panel("建议邀请的企业", &ui::table("建议邀请的企业", &["企业", "乡镇（街道）", "行业", "修复可能", "修复意愿"], &rows(&shown.entries, None))))
        }
        @if shown.may_withdraw && !shown.may_decide {
            (ui::confirm_again(req, &format!("{here}/withdraw"), "撤回建议", "撤回后企业可以重新编排。", refused == "withdraw", &html! {
                (ui::field(values, "reason", "撤回的原因", "", if refused == "withdraw" { errors } else { &[] }))
            }))
        }
    }
}

fn fields(values: &Form, errors: &[FieldError]) -> Markup {
    let modes = ui::choices(SessionMode::ALL);
    html! {
        (ui::hidden("version", values.raw("version")))
        (ui::field(values, "title", "场次名称", "", errors))
        (ui::date_field(values, "held_on", "培训日期", errors))
        (ui::field(values, "starts_at", "开始时间", "例如 13:30", errors))
        (ui::field(values, "ends_at", "结束时间", "例如 17:00", errors))
        (ui::one_of(values, "mode", "培训形式", &modes))
        (ui::field(values, "place", "地点", "线下培训采纳前必填", errors))
        (ui::field(values, "link", "会议链接", "线上培训填写，以 https:// 开头", errors))
        (ui::number_field(values, "capacity", "名额", "", errors))
        (ui::number_field(values, "class_hours", "学时", "", errors))
        (ui::field(values, "lecturer", "主讲人（第一模块）", "采纳前必填；应为属地信用办分管负责人", errors))
    }
}

fn rows(entries: &[Entry], ticks: Option<&Form>) -> Vec<Vec<Markup>> {
    let ticked = ticks.map(|values| values.all("enterprises"));
    entries
        .iter()
        .map(|one| {
            let id = one.enterprise.to_string();
            let mut cells = vec![
                html! { a href={ "/enterprises/" (id) } { (one.name) } },
                html! { (one.township) },
                html! { (one.industry) },
                html! { (one.likelihood) },
                html! { (one.willingness) },
            ];
            if let Some(ticked) = &ticked {
                cells.insert(0, html! { label.choice {
                    input type="checkbox" name="enterprises" value=(id) checked[ticked.contains(&id)] aria-label={ "保留" (one.name) };
                } });
            }
            cells
        })
        .collect()
}

fn read(req: &Req) -> Result<Decision, Refusal> {
    let mut fields = req.fields();
    let plan = PlanSession {
        title: fields.text("title"),
        at: time_and_place::read(&mut fields),
        class_hours: fields.number("class_hours", "学时"),
        lecturer: fields.text("lecturer"),
        modules: Module::ALL.to_vec(),
        methods: Method::ALL.to_vec(),
        contact_group: String::new(),
        version: req.form.text("version").parse().unwrap_or_default(),
    };
    let kept: Vec<EnterpriseId> = fields.ids("enterprises");
    fields.check()?;
    Ok(Decision { plan, kept })
}

fn decide(req: &Req) -> PageResult {
    let (id, actor): (ProposalId, _) = (req.id("id")?, req.actor()?);
    // Asked first: it refuses whoever may not see the proposal.
    let shown = proposals::show(&req.app, actor, id)?;
    let accepts = req.form.raw("do") == "accept";
    let done = read(req).and_then(|decision| {
        if accepts {
            proposals::accept(&req.app, actor, id, &decision).map(Some)
        } else {
            proposals::edit(&req.app, actor, id, &decision).map(|()| None)
        }
    });
    match done {
        Ok(Some(session)) => {
            Ok(req.see(format!("/sessions/{session}"), "已采纳建议，生成培训场次草稿，请服务机构准备资料"))
        }
        Ok(None) => Ok(req.see(format!("/proposals/{id}"), "已保存修改")),
        Err(refusal) => {
            let errors = refusal.into_errors("title")?;
            Ok(req.again(&shown.proposal.title, body(req, &shown, &req.form, &errors, "")))
        }
    }
}

fn reject(req: &Req) -> PageResult {
    end(req, "reject", "已退回建议", proposals::reject)
}

fn withdraw(req: &Req) -> PageResult {
    end(req, "withdraw", "已撤回建议", proposals::withdraw)
}

/// Ends a proposal with a reason.
type End = fn(&xinxiu_workflow::App, &xinxiu_domain::actor::Actor, ProposalId, &str) -> Result<(), Refusal>;

fn end(req: &Req, step: &str, message: &str, work: End) -> PageResult {
    let (id, actor): (ProposalId, _) = (req.id("id")?, req.actor()?);
    match work(&req.app, actor, id, &req.form.text("reason")) {
        Ok(()) => Ok(req.see("/proposals", message)),
        Err(refusal) => {
            let errors = refusal.into_errors("reason")?;
            let shown = proposals::show(&req.app, actor, id)?;
            let values = filled(&shown).with("reason", req.form.raw("reason"));
            Ok(req.again(&shown.proposal.title, body(req, &shown, &values, &errors, step)))
        }
    }
}
