//! On-site matching (现场对接): the program proposes a slot for each enterprise with each of its authorities, the organiser
//! edits and accepts them, and then the enterprises see them (N06, N14).

use std::collections::BTreeMap;

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::agenda::{AgendaItem, clock, minutes_of_day, times};
use xinxiu_domain::id::{EnterpriseId, MatchingSlotId, SessionId};
use xinxiu_domain::matching::{self, Meeting, NoSlot, Wish};
use xinxiu_domain::session::{Method, SessionState};
use xinxiu_domain::text::tidy;
use xinxiu_store::matching::{self as store, Arrangement, Slot};
use xinxiu_store::session::Session;
use xinxiu_store::{StoreError, Tx, agenda, concerns, session};

use super::{loaded, not_now, record};
use crate::app::{App, Step};
use crate::refusal::{FieldError, Refusal};

/// Shortest and longest slot, in minutes.
pub const SLOT_MINUTES: std::ops::RangeInclusive<u32> = 3..=60;
/// Most tables of one authority.
pub const TABLES: u32 = 20;

/// The matching of a session with all that its page shows.
#[derive(Debug, Clone)]
pub struct ShownMatching {
    /// The session.
    pub session: Session,
    /// Times of the agenda in which matching takes place, in minutes after midnight.
    pub windows: Vec<(u32, u32)>,
    /// How it is arranged; `None` where nothing was proposed yet.
    pub arrangement: Option<Arrangement>,
    /// The slots.
    pub slots: Vec<Slot>,
    /// Slots that no longer lie inside the agenda's matching.
    pub outside: Vec<MatchingSlotId>,
    /// Meetings without a slot: enterprise, authority and why; `None` where there would be room.
    pub open: Vec<(String, String, Option<NoSlot>)>,
    /// Enterprises that have no authority on record to meet.
    pub without_authority: Vec<String>,
}

/// What the organiser asks the program for.
#[derive(Debug, Clone, Copy)]
pub struct ProposeMatching {
    /// Minutes of a slot.
    pub slot_minutes: u32,
    /// Tables of one authority, at most.
    pub tables: u32,
    /// Version of the arrangement that the form was filled from; 0 where there was none.
    pub version: i64,
}

/// Where a slot is moved to.
#[derive(Debug, Clone)]
pub struct ChangeSlot {
    /// Begin, in minutes after midnight.
    pub starts_at: u32,
    /// Table of the authority.
    pub table: u32,
    /// Room; empty where it is the session's.
    pub room: String,
    /// Version of the arrangement that the form was filled from.
    pub version: i64,
}

/// The matching of a session.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn matching(app: &App, actor: &Actor, id: SessionId) -> Result<ShownMatching, Refusal> {
    app.view(actor, |view| {
        view.must(Action::ViewSession, &concerns::of_session(view.tx, id)?)?;
        shown(view.tx, session::load(view.tx, id)?)
    })
}

fn shown(tx: &Tx<'_>, session: Session) -> Result<ShownMatching, Refusal> {
    let windows = windows(tx, &session)?;
    let arrangement = store::arrangement(tx, session.id)?;
    let slots = store::slots(tx, session.id)?;
    let wanted = store::wishes(tx, session.id)?;
    let length = arrangement.as_ref().map_or(10, |found| found.slot_minutes);
    let begins = matching::slots(&windows, length);
    let inside = |slot: &Slot| {
        windows.iter().any(|(from, to)| slot.starts_at >= *from && slot.starts_at + length <= *to)
    };
    let outside = slots.iter().filter(|slot| !inside(slot)).map(|slot| slot.id).collect();
    let fixed: Vec<Meeting> = slots.iter().filter_map(|slot| meeting(slot, &begins)).collect();
    let tables = arrangement.as_ref().map_or(TABLES, |found| found.tables);
    let has = |wish: &Wish| slots.iter().any(|slot| (slot.attendance, slot.authority) == *wish);
    let missing: Vec<Wish> = wanted.iter().map(|(wish, ..)| *wish).filter(|wish| !has(wish)).collect();
    let tried = matching::plan(&fixed, &missing, begins.len(), tables);
    let why: BTreeMap<Wish, NoSlot> = tried.open.into_iter().collect();
    let open = wanted
        .into_iter()
        .filter(|(wish, ..)| !has(wish))
        .map(|(wish, name, authority)| (name, authority, why.get(&wish).copied()))
        .collect();
    let without_authority = store::without_authority(tx, session.id)?;
    Ok(ShownMatching { session, windows, arrangement, slots, outside, open, without_authority })
}

/// When the agenda has matching.
fn windows(tx: &Tx<'_>, session: &Session) -> Result<Vec<(u32, u32)>, Refusal> {
    let lines = agenda::of_session(tx, session.id)?;
    let items: Vec<AgendaItem> = lines.into_iter().map(|line| line.item).collect();
    let times = times(minutes_of_day(&session.starts_at).unwrap_or(0), &items);
    let of_matching = items.iter().zip(times).filter(|(item, _)| item.method == Some(Method::Matching));
    Ok(of_matching.map(|(_, window)| window).collect())
}

/// A slot on record as the planner sees it; `None` where it does not begin with one of the planner's.
fn meeting(slot: &Slot, begins: &[u32]) -> Option<Meeting> {
    let place = begins.iter().position(|begin| *begin == slot.starts_at)?;
    Some(Meeting { seat: slot.attendance, authority: slot.authority, table: slot.table, slot: place })
}

/// Has the program propose slots for everybody who comes; what was there before goes.
///
/// # Errors
/// [`Refusal::Invalid`] where the agenda has no matching, nobody is to be matched, or a number cannot be; a conflict where
/// somebody else changed it meanwhile.
pub fn propose_matching(
    app: &App,
    actor: &Actor,
    id: SessionId,
    command: ProposeMatching,
) -> Result<usize, Refusal> {
    check(command)?;
    app.step(actor, |step| {
        let found = changeable(step, id)?;
        let begins = begins(step, &found, command.slot_minutes)?;
        let wanted: Vec<Wish> = store::wishes(step.tx, id)?.into_iter().map(|(wish, ..)| wish).collect();
        if wanted.is_empty() {
            let why = "还没有答复参加且有处罚机关记录的企业，等企业答复后再编排";
            return Err(Refusal::invalid("slot_minutes", why));
        }
        store::clear(step.tx, id, true)?;
        let plan = matching::plan(&[], &wanted, begins.len(), command.tables);
        keep(step, id, &plan.meetings, &begins)?;
        let arrangement = Arrangement {
            slot_minutes: command.slot_minutes,
            tables: command.tables,
            proposed_by: actor.name.clone(),
            proposed_on: step.today,
            accepted_by: String::new(),
            accepted_on: None,
            version: command.version,
        };
        store::save(step.tx, id, &arrangement)?;
        let placed = plan.meetings.len();
        let summary = format!("编排培训场次「{}」的现场对接，{placed}个时段", found.title);
        record(step, "session.matching", id, summary, serde_json::json!({ "open": plan.open.len() }))?;
        Ok(placed)
    })
}

/// Places those who have no slot yet beside those who have; slots of enterprises that no longer come are given free.
///
/// # Errors
/// As [`propose_matching`].
pub fn fill_matching(app: &App, actor: &Actor, id: SessionId, version: i64) -> Result<usize, Refusal> {
    app.step(actor, |step| {
        let found = changeable(step, id)?;
        let arrangement = arranged(step, id, version)?;
        store::clear(step.tx, id, false)?;
        let begins = begins(step, &found, arrangement.slot_minutes)?;
        let held = store::slots(step.tx, id)?;
        let fixed: Vec<Meeting> = held.iter().filter_map(|slot| meeting(slot, &begins)).collect();
        let has = |wish: &Wish| held.iter().any(|slot| (slot.attendance, slot.authority) == *wish);
        let wanted = store::wishes(step.tx, id)?.into_iter().map(|(wish, ..)| wish);
        let missing: Vec<Wish> = wanted.filter(|wish| !has(wish)).collect();
        let plan = matching::plan(&fixed, &missing, begins.len(), arrangement.tables);
        let new: Vec<Meeting> = plan.meetings.into_iter().filter(|one| !fixed.contains(one)).collect();
        keep(step, id, &new, &begins)?;
        store::save(step.tx, id, &arrangement)?;
        let summary = format!("培训场次「{}」补排{}个现场对接时段", found.title, new.len());
        record(step, "session.matching", id, summary, serde_json::json!({ "added": new.len() }))?;
        Ok(new.len())
    })
}

/// Moves one slot.
///
/// # Errors
/// [`Refusal::Invalid`] where the enterprise or the table is taken at that time, or it lies outside the agenda's matching.
pub fn change_slot(
    app: &App,
    actor: &Actor,
    (id, slot): (SessionId, MatchingSlotId),
    command: &ChangeSlot,
) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let found = changeable(step, id)?;
        let arrangement = arranged(step, id, command.version)?;
        let all = store::slots(step.tx, id)?;
        let old = all.iter().find(|one| one.id == slot).ok_or_else(|| gone(slot))?;
        let new = Slot {
            starts_at: command.starts_at,
            table: command.table,
            room: tidy(&command.room),
            ..old.clone()
        };
        let windows = windows(step.tx, &found)?;
        let errors = faults(&new, &all, &windows, arrangement.slot_minutes);
        if !errors.is_empty() {
            return Err(Refusal::Invalid(errors));
        }
        store::change(step.tx, id, &new)?;
        store::save(step.tx, id, &arrangement)?;
        let at = clock(new.starts_at);
        let summary =
            format!("培训场次「{}」调整一个现场对接时段：{}，{at}", found.title, new.authority_name);
        record(step, "session.matching_slot", id, summary, serde_json::json!({ "slot": slot.0, "at": at }))
    })
}

/// What keeps a slot from its new place.
fn faults(new: &Slot, all: &[Slot], windows: &[(u32, u32)], length: u32) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut fault =
        |field: &str, message: String| errors.push(FieldError { field: field.to_owned(), message });
    if !(1..=TABLES).contains(&new.table) {
        fault("table", format!("桌号应为1至{TABLES}"));
    }
    if !windows.iter().any(|(from, to)| new.starts_at >= *from && new.starts_at + length <= *to) {
        let said: Vec<String> =
            windows.iter().map(|(from, to)| format!("{}—{}", clock(*from), clock(*to))).collect();
        fault("starts_at", format!("时间应在日程的现场对接时段之内（{}）", said.join("、")));
    }
    // Slots moved by hand need not begin together: two are in each other's way if they overlap.
    let together =
        all.iter().filter(|one| one.id != new.id && one.starts_at.abs_diff(new.starts_at) < length);
    for other in together {
        if other.attendance == new.attendance {
            let at = clock(other.starts_at);
            fault("starts_at", format!("该企业{at}已安排与{}对接", other.authority_name));
        }
        if (other.authority, other.table) == (new.authority, new.table) {
            fault("table", format!("{}号桌这时已安排{}", other.table, other.name));
        }
    }
    errors
}

/// Takes one slot away.
///
/// # Errors
/// [`StoreError::NotFound`]; as [`fill_matching`].
pub fn remove_slot(
    app: &App,
    actor: &Actor,
    (id, slot): (SessionId, MatchingSlotId),
    version: i64,
) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let found = changeable(step, id)?;
        let arrangement = arranged(step, id, version)?;
        store::remove(step.tx, id, slot)?;
        store::save(step.tx, id, &arrangement)?;
        let summary = format!("培训场次「{}」取消一个现场对接时段", found.title);
        record(step, "session.matching_slot", id, summary, serde_json::json!({ "slot": slot.0 }))
    })
}

/// Accepts the slots: from now on each enterprise sees its own.
///
/// # Errors
/// [`Refusal::Invalid`] where there is none; [`Refusal::Forbidden`] for others than the organiser.
pub fn accept_matching(app: &App, actor: &Actor, id: SessionId, version: i64) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let found = changeable(step, id)?;
        let arrangement = arranged(step, id, version)?;
        if store::slots(step.tx, id)?.is_empty() {
            return Err(Refusal::invalid("slot_minutes", "还没有对接时段，请先编排"));
        }
        let accepted =
            Arrangement { accepted_by: actor.name.clone(), accepted_on: Some(step.today), ..arrangement };
        store::save(step.tx, id, &accepted)?;
        let summary = format!("确认培训场次「{}」的现场对接安排", found.title);
        record(step, "session.matching_accept", id, summary, serde_json::json!({}))
    })
}

/// Lets the slots begin earlier or later with the session to which they belong.
pub(super) fn moved(step: &Step<'_>, before: &Session, after: &Session) -> Result<(), Refusal> {
    let at = |session: &Session| i64::from(minutes_of_day(&session.starts_at).unwrap_or(0));
    let minutes = at(after) - at(before);
    if minutes != 0 {
        store::shift(step.tx, after.id, minutes)?;
    }
    Ok(())
}

/// The session, where the organiser may still arrange its matching.
fn changeable(step: &Step<'_>, id: SessionId) -> Result<Session, Refusal> {
    let (found, _) = loaded(step, Action::PublishSession, id)?;
    match found.state {
        SessionState::Published | SessionState::Open => Ok(found),
        state => Err(not_now(state, "安排现场对接")),
    }
}

/// The arrangement, with the version that the form was filled from.
fn arranged(step: &Step<'_>, id: SessionId, version: i64) -> Result<Arrangement, Refusal> {
    let none = || Refusal::invalid("slot_minutes", "还没有编排现场对接，请先编排");
    Ok(Arrangement { version, ..store::arrangement(step.tx, id)?.ok_or_else(none)? })
}

fn begins(step: &Step<'_>, session: &Session, length: u32) -> Result<Vec<u32>, Refusal> {
    let begins = matching::slots(&windows(step.tx, session)?, length);
    if begins.is_empty() {
        let why = "日程中没有现场对接，或不够一个时段，请服务机构先在日程中安排";
        return Err(Refusal::invalid("slot_minutes", why));
    }
    Ok(begins)
}

fn keep(step: &Step<'_>, id: SessionId, meetings: &[Meeting], begins: &[u32]) -> Result<(), Refusal> {
    for one in meetings {
        let slot = Slot {
            id: MatchingSlotId(0),
            attendance: one.seat,
            enterprise: EnterpriseId(0),
            name: String::new(),
            attendee: String::new(),
            authority: one.authority,
            authority_name: String::new(),
            table: one.table,
            room: String::new(),
            starts_at: begins[one.slot],
        };
        store::insert(step.tx, id, &slot)?;
    }
    Ok(())
}

fn check(command: ProposeMatching) -> Result<(), Refusal> {
    let mut errors = Vec::new();
    let mut fault =
        |field: &str, message: String| errors.push(FieldError { field: field.to_owned(), message });
    if !SLOT_MINUTES.contains(&command.slot_minutes) {
        let (from, to) = (SLOT_MINUTES.start(), SLOT_MINUTES.end());
        fault("slot_minutes", format!("每个时段应为{from}至{to}分钟"));
    }
    if !(1..=TABLES).contains(&command.tables) {
        fault("tables", format!("每个部门的桌位应为1至{TABLES}张"));
    }
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid(errors)) }
}

fn gone(slot: MatchingSlotId) -> Refusal {
    StoreError::NotFound("对接时段", slot.to_string()).into()
}
