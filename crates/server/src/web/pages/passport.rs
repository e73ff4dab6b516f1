//! The passport of a penalty record (处罚信息护照): one panel on the page of the record for the offices, and a page in plain
//! words for the enterprise behind its personal link (N12 N16 N18 N27).

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::application::ApplicationState;
use xinxiu_domain::commitment::CommitmentState;
use xinxiu_domain::id::PenaltyId;
use xinxiu_domain::passport::{Acts, Stage};
use xinxiu_domain::penalty::Material;
use xinxiu_workflow::passport::{self, Due, Page, Standing};
use xinxiu_workflow::{passport_paper, rectifications};

use super::link_commitment::{below, home, phone, visitor};
use super::link_demand;
use super::papers;
use crate::web::reply::PageResult;
use crate::web::request::Req;
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const TITLE: &str = "我的处罚信息";
/// The way of a record that is repaired without a hitch.
const WAY: [&str; 5] = ["备齐材料", "窗口初审", "处罚机关决定", "撤下公示", "完成"];

pub(super) fn routes(table: &mut Routes) {
    table.get("/l/{token}/records", Access::Link, records);
    table.get("/l/{token}/records/{id}", Access::Link, record);
    table.get("/l/{token}/records/{id}/passport.pdf", Access::Link, own_paper);
    table.get("/penalties/{id}/passport.pdf", Access::Staff(Action::ViewEnterprise), paper);
}

/// The stage with its tone.
pub(super) fn stage(stage: Stage) -> Markup {
    let tone = match stage {
        Stage::TakenDown | Stage::Agreed => "good",
        Stage::Broken | Stage::Returned | Stage::Refused | Stage::NotRepairable => "bad",
        Stage::Withdrawn | Stage::Ended | Stage::NotPublicised => "plain",
        Stage::NeedsReview
        | Stage::NotDue
        | Stage::Unstarted
        | Stage::Preparing
        | Stage::Submitted
        | Stage::Pending => "due",
    };
    ui::badge(tone, stage.label())
}

/// Until when, in words, with what is late or today marked.
pub(super) fn due(due: &Due) -> Markup {
    html! {
        @if due.is_late && !due.is_from { (ui::badge("bad", "逾期")) " " }
        @else if due.working_days == 0 && !due.is_from { (ui::badge("due", "今天")) " " }
        (due.words())
    }
}

/// Who acts next and until when, in one line of a list.
pub(super) fn next(page: &Page) -> Markup {
    html! {
        (stage(page.passport.stage))
        @if page.passport.acts != Acts::Nobody { br; "下一步：" (page.passport.who) }
        @if let Some(limit) = &page.due { br; small { (due(limit)) } }
    }
}

const fn step(stage: Stage) -> Option<usize> {
    match stage {
        Stage::NotDue | Stage::Unstarted | Stage::Preparing | Stage::Returned => Some(0),
        Stage::Submitted => Some(1),
        Stage::Pending | Stage::Refused => Some(2),
        Stage::Agreed => Some(3),
        Stage::TakenDown => Some(5),
        _ => None,
    }
}

/// How a document stands.
fn material((material, standing): (Material, Standing)) -> Markup {
    let tone = match standing {
        Standing::Have => "good",
        Standing::Missing => "bad",
        Standing::Stale | Standing::Unread => "due",
    };
    html! { (ui::badge(tone, material.label())) " " (standing.words()) }
}

/// Documents still missing or out of date, in words.
fn lacking(page: &Page) -> Vec<&'static str> {
    let open =
        page.materials.iter().filter(|(_, standing)| matches!(standing, Standing::Missing | Standing::Stale));
    open.map(|(material, _)| material.label()).collect()
}

/// Whether the documents still matter.
fn is_open(page: &Page) -> bool {
    matches!(
        page.passport.stage,
        Stage::NotDue | Stage::Unstarted | Stage::Preparing | Stage::Returned | Stage::Submitted
    )
}

/// The passport on the page of the record.
pub(super) fn panel(page: &Page) -> Markup {
    let passport = &page.passport;
    let answer = &page.penalty.assessment;
    ui::panel(
        "修复护照",
        &html! {
            @if let Some(now) = step(passport.stage) { (ui::steps(&WAY, now)) }
            @if let Some(trouble) = &page.trouble { p.warning { (trouble) } }
            p.lead { (passport.sentence) }
            (ui::facts(&[
                ("目前", stage(passport.stage)),
                ("下一步由谁办", html! { @if passport.acts != Acts::Nobody { (passport.who) } }),
                ("期限", html! { @if let Some(limit) = &page.due { (due(limit)) } }),
                ("失信类别", html! { (answer.class) }),
                ("规则版本", html! { (ui::edition(&answer.edition)) }),
                ("最早可申请", html! { (answer.verdict.day_text(answer.repairable_from)) }),
                ("修复申请", html! {
                    @if let Some(id) = page.application {
                        @if page.may_open { a href={ "/applications/" (id) } { "第" (id) "号申请" } } @else { "第" (id) "号申请" }
                    }
                }),
                ("承诺书", html! {
                    @if let Some(paper) = &page.commitment { a href={ "/commitments/" (paper.id) } { (paper.state) } }
                }),
            ]))
            p.actions { a.button href={ "/penalties/" (page.penalty.id) "/passport.pdf" } { "打印修复护照" } }
            @if !page.materials.is_empty() {
                p { "申请材料" }
                ul.checks { @for one in &page.materials { li { (material(*one)) } } }
            }
            @if let Some(paper) = page.commitment.as_ref().filter(|one| one.state == CommitmentState::Breached) {
                p.warning { "违背承诺：" (paper.breach_note) "。按最长公示期公示，不再受理修复申请。" }
            }
        },
    )
}

fn records(req: &Req) -> PageResult {
    let (actor, attendance) = visitor(req)?;
    let pages = passport::of_enterprise(&req.app, &actor, attendance.enterprise)?;
    let demands = rectifications::demanded(&req.app, &actor, attendance.enterprise)?;
    let body = html! {
        p.whose { (actor.name) }
        h1 { (TITLE) }
        (link_demand::panel(req, &demands))
        @if pages.is_empty() { p.lead { "您没有处罚信息，不用办什么。" } }
        @for page in &pages {
            section.panel {
                h2 { (page.penalty.facts.authority) "，" (page.penalty.facts.decision_date) }
                p { (page.penalty.decision) }
                p { (stage(page.passport.stage)) }
                @if let Some(trouble) = &page.trouble { p.warning { (trouble) } }
                p.lead { strong { "下一步：" } (page.passport.sentence) }
                p.actions { a.button href=(below(req, &format!("records/{}", page.penalty.id))) { "看这条的详情" } }
            }
        }
        (home(req))
    };
    Ok(phone(req, 200, TITLE, &body))
}

fn record(req: &Req) -> PageResult {
    let (actor, _) = visitor(req)?;
    let id: PenaltyId = req.id("id")?;
    let page = passport::of_penalty(&req.app, &actor, id)?;
    let (penalty, said) = (&page.penalty, &page.passport);
    let answer = &penalty.assessment;
    let lacking = lacking(&page);
    let body = html! {
        p.whose { (actor.name) }
        h1 { "下一步做什么" }
        @if let Some(trouble) = &page.trouble { p.warning { (trouble) } }
        p.lead { (said.sentence) }
        @if matches!(said.stage, Stage::Returned | Stage::Refused) {
            p { "不服的，可以" a href=(below(req, "appeal")) { "提出申诉" } "。" }
        }
        @if said.acts == Acts::Enterprise {
            p.actions { a.button.primary href=(below(req, "commitment")) { "办理承诺书" } }
        }
        @if let Some(limit) = &page.due { p { "时间：" (due(limit)) } }
        @if let Some(now) = step(said.stage) { (ui::steps(&WAY, now)) }
        @if is_open(&page) && !page.materials.is_empty() {
            section.panel {
                h2 { "要备的材料" }
                @if lacking.is_empty() { p { "材料都齐了。" } } @else { p { "还差" (lacking.len()) "样：" (lacking.join("、")) "。" } }
                ul.checks { @for one in &page.materials { li { (material(*one)) } } }
                p.hint { "不会办的，服务机构免费帮您办。" }
            }
        }
        (ui::panel("这条处罚", &ui::facts(&[
            ("处罚决定书文号", html! { (penalty.decision) }),
            ("处罚机关", html! { (penalty.facts.authority) }),
            ("处罚日期", html! { (penalty.facts.decision_date) }),
            ("处罚内容", html! { (penalty.facts.content) }),
            ("失信类别", html! { (answer.class) }),
            ("最早哪天可以申请", html! { (answer.verdict.day_text(answer.repairable_from)) }),
            ("不修复的话公示到", html! { (answer.verdict.day_text(answer.max_until)) }),
        ])))
        p.actions { a.button href=(below(req, &format!("records/{id}/passport.pdf"))) { "下载这一页（PDF，可打印）" } }
        p.back { a href=(below(req, "records")) { "返回我的处罚信息" } }
    };
    Ok(phone(req, 200, "下一步做什么", &body))
}

fn paper(req: &Req) -> PageResult {
    papers::made(req, passport_paper::pdf(&req.app, req.actor()?, req.id("id")?)?)
}

fn own_paper(req: &Req) -> PageResult {
    let (actor, _) = visitor(req)?;
    papers::made(req, passport_paper::pdf(&req.app, &actor, req.id("id")?)?)
}

/// Whether an application of a list is still on its way, so that who acts next is worth a line.
pub(super) const fn is_under_way(state: ApplicationState) -> bool {
    !matches!(state, ApplicationState::Withdrawn)
}
