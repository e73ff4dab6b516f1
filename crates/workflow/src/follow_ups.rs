//! After a record was taken down (后续跟踪, N17 N19): other platforms are looked at until they have followed, new penalties of
//! repaired enterprises are noticed, and the enterprise is told that there is something to read.

use xinxiu_domain::IllegalMove;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::attendance::AttendanceState;
use xinxiu_domain::batch::RecordState;
use xinxiu_domain::calling::Purpose;
use xinxiu_domain::follow_up::{AGAIN_AFTER, Found, Platform};
use xinxiu_domain::id::{EnterpriseId, PenaltyId};
use xinxiu_domain::session::SessionState;
use xinxiu_domain::text::tidy;
use xinxiu_store::enterprise::{self, Enterprise};
use xinxiu_store::follow_up::{self, Looked, Relapse, Repaired, Which};
use xinxiu_store::penalty::{self, Penalty};
use xinxiu_store::{Part, attendance, concerns, session};

use crate::app::{App, Done, Step, View};
use crate::messages;
use crate::refusal::Refusal;

/// One record after its repair.
#[derive(Debug, Clone)]
pub struct Card {
    /// The record.
    pub penalty: Penalty,
    /// Its enterprise.
    pub enterprise: Enterprise,
    /// The looks at platforms, oldest first.
    pub looks: Vec<Looked>,
    /// Whether a gateway is configured, so that the enterprise can be told from here.
    pub may_tell: bool,
}

fn filter(actor: &Actor) -> String {
    concerns::enterprise_filter(actor, Action::FollowUp, "e.id")
}

fn able(actor: &Actor) -> Result<(), Refusal> {
    if actor.has(Action::FollowUp) { Ok(()) } else { Err(Refusal::Forbidden(Action::FollowUp)) }
}

/// A part of the records that were taken down: those for which somebody has to look now, or all.
///
/// # Errors
/// [`Refusal::Forbidden`] where the actor's role follows nothing up.
pub fn repaired(app: &App, actor: &Actor, only_due: bool, part: Part) -> Result<Vec<Repaired>, Refusal> {
    able(actor)?;
    app.view(actor, |view| {
        let which = if only_due { due(view) } else { Which::All };
        Ok(follow_up::repaired(view.tx, &filter(actor), which, part)?)
    })
}

/// Those that were last seen behind when [`AGAIN_AFTER`] working days had passed since, or not at all.
fn due(view: &View<'_>) -> Which {
    let tomorrow = view.today.tomorrow().unwrap_or(view.today);
    Which::Due(view.app.rules.calendar().working_days_before(tomorrow, AGAIN_AFTER))
}

/// How many records somebody has to look for now.
pub(crate) fn count_due(view: &View<'_>) -> Result<i64, Refusal> {
    Ok(follow_up::count(view.tx, &filter(view.actor), due(view))?)
}

/// A part of the new penalties of repaired enterprises of which nobody has taken note.
///
/// # Errors
/// [`Refusal::Forbidden`] where the actor's role follows nothing up.
pub fn relapses(app: &App, actor: &Actor, part: Part) -> Result<Vec<Relapse>, Refusal> {
    able(actor)?;
    app.view(actor, |view| Ok(follow_up::relapses(view.tx, &filter(actor), part)?))
}

pub(crate) fn count_relapses(view: &View<'_>) -> Result<i64, Refusal> {
    Ok(follow_up::count_relapses(view.tx, &filter(view.actor))?)
}

/// One record after its repair.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Illegal`] while it is public.
pub fn card(app: &App, actor: &Actor, id: PenaltyId) -> Result<Card, Refusal> {
    app.view(actor, |view| {
        let penalty = penalty::load(view.tx, id)?;
        view.must(Action::FollowUp, &concerns::of_enterprise(view.tx, penalty.enterprise)?)?;
        must_be_down(&penalty)?;
        Ok(Card {
            enterprise: enterprise::load(view.tx, penalty.enterprise)?,
            looks: follow_up::of_penalty(view.tx, id)?,
            may_tell: app.post.is_open(),
            penalty,
        })
    })
}

fn must_be_down(penalty: &Penalty) -> Result<(), Refusal> {
    if penalty.state == RecordState::TakenDown {
        return Ok(());
    }
    Err(IllegalMove { noun: RecordState::NOUN, state: penalty.state.label(), action: "登记后续跟踪" }.into())
}

fn follow(step: &Step<'_>, id: PenaltyId) -> Result<Penalty, Refusal> {
    let penalty = penalty::load(step.tx, id)?;
    step.must(Action::FollowUp, &concerns::of_enterprise(step.tx, penalty.enterprise)?)?;
    Ok(penalty)
}

fn record(step: &Step<'_>, action: &str, penalty: &Penalty, what: &str) -> Result<(), Refusal> {
    let done = Done {
        action,
        subject: ("penalty", penalty.id.0),
        enterprise: Some(penalty.enterprise),
        summary: format!("{}：{what}", penalty.decision),
    };
    step.record(done, serde_json::json!({}))
}

/// Puts on record what some platforms showed; how many were looked at.
///
/// # Errors
/// [`Refusal::Invalid`] where nothing was looked at; [`Refusal::Illegal`] while the record is public;
/// [`Refusal::Forbidden`].
pub fn look(
    app: &App,
    actor: &Actor,
    id: PenaltyId,
    found: &[(Platform, Found)],
    note: &str,
) -> Result<usize, Refusal> {
    let note = tidy(note);
    app.step(actor, |step| {
        let penalty = follow(step, id)?;
        must_be_down(&penalty)?;
        if found.is_empty() {
            return Err(Refusal::invalid("platform", "请至少登记一个平台的情况"));
        }
        for one in found {
            follow_up::insert(step.tx, id, *one, &note, (&actor.name, step.moment()))?;
        }
        let said: Vec<String> = found.iter().map(|(platform, found)| format!("{platform}{found}")).collect();
        record(step, "follow_up.look", &penalty, &said.join("，"))?;
        Ok(found.len())
    })
}

/// Takes note of a new penalty of a repaired enterprise, with what is done about it.
///
/// # Errors
/// [`Refusal::Invalid`] without a note, or where somebody has taken note of it; [`Refusal::Forbidden`].
pub fn take_note(app: &App, actor: &Actor, id: PenaltyId, note: &str) -> Result<(), Refusal> {
    let note = tidy(note);
    app.step(actor, |step| {
        let penalty = follow(step, id)?;
        if note.is_empty() {
            return Err(Refusal::invalid("note", "请写明怎样跟进，例如已约企业指导"));
        }
        if !follow_up::take_note(step.tx, id, &note, (&actor.name, step.moment()))? {
            return Err(Refusal::invalid("note", "已经有人登记过跟进情况"));
        }
        record(step, "follow_up.relapse", &penalty, &format!("修复后再次受罚，{note}"))
    })
}

/// Tells the enterprise by message that there is something to read behind its link; whether a message was queued, or why
/// not.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn remind(app: &App, actor: &Actor, id: PenaltyId) -> Result<Result<(), &'static str>, Refusal> {
    app.step(actor, |step| {
        let penalty = follow(step, id)?;
        let told = tell(step, penalty.enterprise)?;
        let what = told.map_or_else(|why| format!("没有发送修复提醒：{why}"), |()| "发送修复提醒".to_owned());
        record(step, "follow_up.remind", &penalty, &what)?;
        Ok(told)
    })
}

/// Queues the reminder over the enterprise's newest invitation, on which its personal link hangs.
fn tell(step: &Step<'_>, id: EnterpriseId) -> Result<Result<(), &'static str>, Refusal> {
    if !step.app.post.is_open() {
        return Ok(Err("没有配置短信网关或邮件服务器，请打电话告知"));
    }
    let mut all = attendance::of_enterprise(step.tx, id)?;
    all.retain(|one| one.state != AttendanceState::Withdrawn);
    let Some(found) = all.pop() else {
        return Ok(Err("企业没有受邀参训，没有个人链接，请打电话告知"));
    };
    let held = session::load(step.tx, found.session)?;
    if matches!(held.state, SessionState::Planned | SessionState::Cancelled) {
        return Ok(Err("企业的培训场次已取消，请打电话告知"));
    }
    let occasion = (Purpose::FollowUp, step.today.to_string());
    let queued = messages::notify(step, &held, occasion, |line| line.attendance == found.id)?;
    Ok(match queued.left_out.into_iter().next() {
        Some((_, why)) => Err(why),
        None => Ok(()),
    })
}
