//! The sessions of a month, what they are in each other's way with, and the feed for calendar programs (N05).

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use xinxiu_domain::account::AccountState;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::id::{AccountId, SessionId};
use xinxiu_store::moment::from_shanghai;
use xinxiu_store::session::{self, Filter, Line, Session};
use xinxiu_store::session_conflict::{self, Conflict};
use xinxiu_store::vault::random_bytes;
use xinxiu_store::{StoreError, account, calendar_feed, campaign, concerns};

use crate::app::{App, Done, View};
use crate::refusal::Refusal;
use crate::token::{Kind, claimed, is_same};

/// An address for calendar programs has 128 bits of its signature.
const FEED: Kind = Kind { purpose: "calendar", digits: 32 };

/// The sessions of a month that the actor may see.
#[derive(Debug, Clone)]
pub struct Month {
    /// First day of the month.
    pub first: Date,
    /// First days of the months that there is reason to look at: from the first session or this month to the last.
    pub span: (Date, Date),
    /// Sessions by day and hour, cancelled ones too.
    pub lines: Vec<Line>,
    /// What they are in each other's way with.
    pub conflicts: HashMap<SessionId, Vec<Conflict>>,
}

/// The month of a day.
///
/// # Errors
/// What the database says.
pub fn month(app: &App, actor: &Actor, day: Date) -> Result<Month, Refusal> {
    let (first, last) = (day.first_of_month(), day.last_of_month());
    app.view(actor, |view| {
        let mut lines = seen(view, None)?;
        let days = lines.iter().map(|line| line.session.held_on).chain([view.today]);
        let (earliest, latest) =
            days.fold((view.today, view.today), |(from, to), day| (from.min(day), to.max(day)));
        let span = (earliest.first_of_month(), latest.first_of_month());
        lines.retain(|line| (first..=last).contains(&line.session.held_on));
        let conflicts = session_conflict::between(view.tx, (first, last), &opens(actor))?;
        Ok(Month { first, span, lines, conflicts })
    })
}

/// What a session is in the way of, for those who see it.
pub(super) fn conflicts_of(view: &View<'_>, id: SessionId) -> Result<Vec<Conflict>, Refusal> {
    Ok(session_conflict::of_session(view.tx, id, &opens(view.actor))?)
}

/// Which sessions an actor may open, over `vs`.
fn opens(actor: &Actor) -> String {
    concerns::plan_item_filter(actor, Action::ViewSession, "vs.plan_item_id")
}

fn seen(view: &View<'_>, days: Option<(Date, Date)>) -> Result<Vec<Line>, Refusal> {
    let Some(campaign) = campaign::current(view.tx)? else { return Ok(Vec::new()) };
    let filter = concerns::plan_item_filter(view.actor, Action::ViewSession, "p.id");
    let wanted = Filter { days, sort: Some(session::EARLIEST), ..Filter::default() };
    Ok(session::lines(view.tx, campaign.id, wanted, &filter)?)
}

/// Where an account's calendar program fetches its sessions: the last part of the address. `None` where it has none.
///
/// # Errors
/// What the vault says.
pub fn feed_token(app: &App, actor: &Actor) -> Result<Option<String>, Refusal> {
    let Some(account) = actor.account else { return Ok(None) };
    let nonce = app.store.db.read(|tx| calendar_feed::nonce(tx, account))?;
    nonce.map(|nonce| FEED.token(app, account, &nonce)).transpose()
}

/// Gives the account an address for its calendar program; the one that it had stops working.
///
/// # Errors
/// [`Refusal::Forbidden`] for those who see no sessions.
pub fn open_feed(app: &App, actor: &Actor) -> Result<(), Refusal> {
    let nonce = hex::encode(random_bytes::<16>()?);
    change_feed(app, actor, "生成日历订阅地址", Some(&nonce))
}

/// Takes the address away.
///
/// # Errors
/// As [`open_feed`].
pub fn close_feed(app: &App, actor: &Actor) -> Result<(), Refusal> {
    change_feed(app, actor, "停用日历订阅地址", None)
}

fn change_feed(app: &App, actor: &Actor, summary: &str, nonce: Option<&str>) -> Result<(), Refusal> {
    let account = actor.account.filter(|_| actor.has(Action::ViewSession));
    let account = account.ok_or(Refusal::Forbidden(Action::ViewSession))?;
    app.step(actor, |step| {
        match nonce {
            Some(nonce) => calendar_feed::put(step.tx, account, nonce, step.moment())?,
            None => calendar_feed::remove(step.tx, account)?,
        }
        let subject = ("account", account.0);
        let done = Done { action: "calendar.feed", subject, enterprise: None, summary: summary.to_owned() };
        step.record(done, serde_json::json!({ "open": nonce.is_some() }))
    })
}

/// The sessions behind an address, as the account sees them today.
///
/// # Errors
/// [`StoreError::NotFound`] for every address that is guessed, replaced or of a suspended account alike.
pub fn feed(app: &App, token: &str) -> Result<Vec<Line>, Refusal> {
    let gone = || Refusal::Store(StoreError::NotFound("日历订阅地址", "无效或已停用".into()));
    let id: AccountId = claimed(token).ok_or_else(gone)?;
    let actor = app.store.db.read(|tx| {
        let nonce = calendar_feed::nonce(tx, id)?.ok_or_else(gone)?;
        let good = FEED.token(app, id, &nonce)?;
        let owner = account::load(tx, id)?;
        if !is_same(&good, token) || owner.state != AccountState::Active {
            return Err(gone());
        }
        Ok(Actor {
            account: Some(id),
            name: owner.name,
            role: owner.role,
            org: Some(owner.org),
            enterprise: None,
        })
    })?;
    app.view(&actor, |view| {
        // Calendar programs keep what is past; a year back is as far as a campaign goes.
        let days = (view.today.saturating_sub(1.year()), view.today.saturating_add(2.years()));
        seen(view, Some(days))
    })
}

/// When a session begins and ends, in real time; `None` where its hours cannot be read.
pub fn hours(session: &Session) -> Option<(Timestamp, Timestamp)> {
    let at = |hour: &str| {
        let time = hour.parse().ok()?;
        from_shanghai(session.held_on.to_datetime(time))
    };
    Some((at(&session.starts_at)?, at(&session.ends_at)?))
}
