//! Hand-overs of a class: packed by the agency, received by the center or the organiser.

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::archive::{HandoverAction, HandoverKind, HandoverState};
use xinxiu_domain::deadline::Clock;
use xinxiu_domain::id::{HandoverId, PlanItemId};
use xinxiu_workflow::archives::{self, Visible};
use xinxiu_workflow::campaigns;
use xinxiu_workflow::deadlines::{Deadline, of_records};
use xinxiu_workflow::{FieldError, Refusal};

use crate::web::pages::{deadlines, papers};
use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::ui;

const ADDRESS: &str = "/handovers";

pub(super) fn list(req: &Req) -> PageResult {
    Ok(req.page("档案移交", body(req, &Form::default(), &[])?))
}

fn body(req: &Req, values: &Form, errors: &[FieldError]) -> Result<Markup, PageError> {
    let actor = req.actor()?;
    let sends = actor.has(Action::HandOver);
    if !sends && !actor.has(Action::ReceiveArchives) && !actor.has(Action::ReceivePapers) {
        return Err(PageError::Denied);
    }
    let waiting = HandoverState::from_code(req.query.raw("state"));
    let mut found = archives::hand_overs(&req.app, actor)?;
    found.retain(|line| {
        waiting.is_none_or(|state| line.handover.state == state && (sends || line.may_receive))
    });
    let ids: Vec<i64> = found.iter().map(|line| line.handover.id.0).collect();
    let waits = of_records(&req.app, actor, &[(Clock::Acceptance, &ids)])?;
    let rows: Vec<_> = found.iter().map(|line| row(req, line, &waits)).collect();
    let packing = if sends { archives::packing(&req.app, actor)? } else { Vec::new() };
    Ok(html! {
        h1 { @if sends { "档案移交" } @else { "移交接收" } }
        (ui::errors(errors))
        @if let Some(state) = waiting { (ui::narrowed(&format!("只列出{state}的移交。"), ADDRESS)) }
        @for (job, class) in &packing {
            p role="status" { a href={ "/jobs/" (job.id) } { "正在打包「" (class) "」：" (job.done) "／" (job.total) } }
        }
        @if rows.is_empty() && sends {
            (ui::empty("还没有打包的移交。", "在下面选择培训班：企业档案移交市信用中心，其他培训资料移交组织单位。"))
        } @else if rows.is_empty() {
            (ui::empty("还没有移交到本单位的档案资料。", "服务机构打包并移交后列在这里，接收前自动校验。"))
        } @else {
            (ui::table("移交", &["培训班", "内容", "接收单位", "状态", "大小", "办理"], &rows))
        }
        @if sends { (to_hand_over(req)?) }
        @if sends { (ui::panel("打包移交", &prepare_form(req, values, errors)?)) }
    })
}

/// By when the reader's own classes have to be handed over.
fn to_hand_over(req: &Req) -> Result<Markup, PageError> {
    let actor = req.actor()?;
    let campaign = req.app.view(actor, campaigns::current)?;
    let (_, items) = campaigns::show(&req.app, actor, campaign.id)?;
    let own = items.iter().filter(|item| item.agency.is_some() && item.agency == actor.org);
    let own: Vec<i64> = own.map(|item| item.id.0).collect();
    let running = of_records(&req.app, actor, &[(Clock::Handover, &own)])?;
    Ok(html! {
        @for one in &running {
            p { strong { (one.running.name) } }
            (deadlines::sentence(std::slice::from_ref(one)))
        }
    })
}

fn tone(state: HandoverState) -> &'static str {
    match state {
        HandoverState::Prepared | HandoverState::HandedOver => "due",
        HandoverState::Received => "good",
        HandoverState::Rejected => "bad",
    }
}

fn row(req: &Req, line: &Visible, waits: &[Deadline]) -> Vec<Markup> {
    let found = &line.handover;
    let due = waits.iter().find(|one| one.running.subject == found.id.0);
    let address = |step: &str| format!("{ADDRESS}/{}/{step}", found.id);
    let version = ui::hidden("version", found.version);
    vec![
        html! { (found.class) br; span.hint { (ui::when(found.prepared_at)) " 打包" } },
        html! { (found.kind) @if found.archives > 0 { br; (found.archives) "户" } },
        html! { (found.receiver_name) },
        html! { (ui::badge(tone(found.state), found.state.label())) @if !found.note.is_empty() { br; span.note { (found.note) } } @if let Some(due) = due { (deadlines::sentence(std::slice::from_ref(due))) } },
        html! { a href=(address("file")) { (size(found.bytes)) } },
        html! {
            @if line.may_hand_over && found.state.allows(HandoverAction::HandOver) {
                (ui::form(req, &address("hand-over"), &html! { (version) button type="submit" { "移交档案包" } }))
            }
            @if line.may_receive && found.state.allows(HandoverAction::Receive) {
                (ui::form(req, &address("receive"), &html! { (version) button.primary type="submit" { "校验并接收" } }))
                (ui::confirm(req, &address("reject"), "退回补充", "退回后由服务机构补充再移交。", &html! {
                    (version)
                    (ui::field(&Form::default(), "reason", "需要补充什么", "", &[]))
                }))
            }
        },
    ]
}

fn size(bytes: i64) -> String {
    let kib = bytes / 1024;
    if kib < 1024 {
        format!("{}KB", kib.max(1))
    } else {
        format!("{}.{}MB", kib / 1024, kib % 1024 * 10 / 1024)
    }
}

fn prepare_form(req: &Req, values: &Form, errors: &[FieldError]) -> Result<Markup, PageError> {
    let actor = req.actor()?;
    let campaign = req.app.view(actor, campaigns::current)?;
    let (_, items) = campaigns::show(&req.app, actor, campaign.id)?;
    let own = items.iter().filter(|item| item.agency.is_some() && item.agency == actor.org);
    let classes: Vec<_> = own.map(|item| (item.id.to_string(), item.name.clone())).collect();
    let kinds = ui::choices(HandoverKind::ALL);
    Ok(ui::form(
        req,
        ADDRESS,
        &html! {
            (ui::select(values, "class", "培训班", &classes, errors))
            (ui::select(values, "kind", "移交内容", &kinds, errors))
            p.hint { "打包时逐户生成档案并校验，一个班约需半分钟；可以离开页面，打好后列在上面。" }
            (ui::button("打包并校验"))
        },
    ))
}

pub(super) fn prepare(req: &Req) -> PageResult {
    let actor = req.actor()?;
    let mut fields = req.fields();
    let class = fields.id("class", "培训班").unwrap_or(PlanItemId(0));
    let kind = fields.coded("kind", "移交内容", HandoverKind::from_code).unwrap_or(HandoverKind::Archives);
    match fields.check().and_then(|()| archives::queue_pack(&req.app, actor, class, kind)) {
        Ok(job) => Ok(req.see(format!("/jobs/{job}"), "")),
        Err(refusal) => Ok(req.again("档案移交", body(req, &req.form, &refusal.into_errors("class")?)?)),
    }
}

pub(super) fn download(req: &Req) -> PageResult {
    papers::stored(req, archives::download(&req.app, req.actor()?, req.id("id")?)?)
}

fn version(req: &Req) -> Result<i64, PageError> {
    req.form.text("version").parse().map_err(|_| PageError::Stale)
}

/// The list again, with why the step was not taken.
fn refused(req: &Req, refusal: Refusal) -> PageResult {
    let errors = refusal.into_errors("class")?;
    Ok(req.again("档案移交", body(req, &Form::default(), &errors)?))
}

pub(super) fn hand_over(req: &Req) -> PageResult {
    match archives::hand_over(&req.app, req.actor()?, req.id::<HandoverId>("id")?, version(req)?) {
        Ok(()) => Ok(req.see(ADDRESS, "已移交，等待接收")),
        Err(refusal) => refused(req, refusal),
    }
}

pub(super) fn receive(req: &Req) -> PageResult {
    match archives::receive(&req.app, req.actor()?, req.id::<HandoverId>("id")?, version(req)?) {
        Ok(report) => {
            let message = format!("校验通过，已接收：文件{}个，共{}字节", report.verified, report.bytes);
            Ok(req.see(ADDRESS, message))
        }
        Err(refusal) => refused(req, refusal),
    }
}

pub(super) fn reject(req: &Req) -> PageResult {
    let reason = req.form.text("reason");
    match archives::reject(&req.app, req.actor()?, req.id::<HandoverId>("id")?, version(req)?, &reason) {
        Ok(()) => Ok(req.see(ADDRESS, "已退回补充")),
        Err(refusal) => refused(req, refusal),
    }
}
