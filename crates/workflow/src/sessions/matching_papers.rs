//! The papers of on-site matching: a sheet for each authority's tables, a slip for each enterprise (N06, N14).

use xinxiu_documents::{MatchingGroup, MatchingSheet};
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::agenda::clock;
use xinxiu_domain::id::{AttendanceId, SessionId};
use xinxiu_store::matching::{self as store, Slot};
use xinxiu_store::session::Session;
use xinxiu_store::{StoreError, campaign, concerns, session};

use super::papers::spoken_day;
use crate::app::{App, View};
use crate::invitations;
use crate::refusal::Refusal;

/// The sheets of all authorities, or the slips of all enterprises, as `by_enterprise` says.
///
/// # Errors
/// [`StoreError::NotFound`] where nothing was arranged.
pub fn matching_sheet(
    app: &App,
    actor: &Actor,
    id: SessionId,
    by_enterprise: bool,
) -> Result<MatchingSheet, Refusal> {
    app.view(actor, |view| {
        view.must(Action::ViewSession, &concerns::of_session(view.tx, id)?)?;
        let slots = store::slots(view.tx, id)?;
        paper(view, &session::load(view.tx, id)?, &slots, by_enterprise)
    })
}

/// The slip of one enterprise, behind its personal link.
///
/// # Errors
/// [`StoreError::NotFound`] where nothing was accepted for it; [`Refusal::Forbidden`] for anybody else.
pub fn own_slip(app: &App, actor: &Actor, id: AttendanceId) -> Result<MatchingSheet, Refusal> {
    app.view(actor, |view| {
        let found = invitations::own(view.tx, actor, id)?;
        let slots = own_slots(view, found.session, id)?;
        paper(view, &session::load(view.tx, found.session)?, &slots, true)
    })
}

/// The slots that an enterprise sees: its own, once the organiser has accepted them.
pub(crate) fn own_slots(view: &View<'_>, session: SessionId, id: AttendanceId) -> Result<Vec<Slot>, Refusal> {
    let is_accepted = store::arrangement(view.tx, session)?.is_some_and(|found| found.is_accepted());
    if is_accepted { Ok(store::of_attendance(view.tx, id)?) } else { Ok(Vec::new()) }
}

const OF_AUTHORITY: [&str; 5] = ["时间", "桌号", "企业名称", "参加人", "签名"];
const OF_ENTERPRISE: [&str; 4] = ["时间", "对接部门", "桌号", "地点"];

fn paper(
    view: &View<'_>,
    found: &Session,
    slots: &[Slot],
    by_enterprise: bool,
) -> Result<MatchingSheet, Refusal> {
    let arrangement = store::arrangement(view.tx, found.id)?.filter(|_| !slots.is_empty());
    let minutes =
        arrangement.ok_or_else(|| StoreError::NotFound("现场对接安排", found.id.to_string()))?.slot_minutes;
    let class = campaign::load_item(view.tx, found.plan_item)?;
    let groups = if by_enterprise { slips(found, slots, minutes) } else { sheets(slots, minutes) };
    let head: &[&str] = if by_enterprise { &OF_ENTERPRISE } else { &OF_AUTHORITY };
    Ok(MatchingSheet {
        number: format!("MA-{}-{:04}", found.held_on.year(), found.id.0),
        title: if by_enterprise { "现场对接通知单" } else { "现场对接安排表" }.into(),
        session: found.title.clone(),
        day: spoken_day(found.held_on),
        place: found.place.clone(),
        organiser: class.organiser_name,
        head: head.iter().map(|word| (*word).to_owned()).collect(),
        groups,
        issued_on: view.today,
    })
}

/// One for each authority, table by table, as the slots come.
fn sheets(slots: &[Slot], minutes: u32) -> Vec<MatchingGroup> {
    let of_one = slots.chunk_by(|one, other| one.authority == other.authority);
    let sheet = |own: &[Slot]| MatchingGroup {
        name: own[0].authority_name.clone(),
        rows: own.iter().map(|slot| authority_row(slot, minutes)).collect(),
    };
    of_one.map(sheet).collect()
}

/// One for each enterprise, by name and time.
fn slips(session: &Session, slots: &[Slot], minutes: u32) -> Vec<MatchingGroup> {
    let mut slots: Vec<&Slot> = slots.iter().collect();
    slots.sort_by_key(|slot| (&slot.name, slot.attendance, slot.starts_at));
    let of_one = slots.chunk_by(|one, other| one.attendance == other.attendance);
    let slip = |own: &[&Slot]| MatchingGroup {
        name: own[0].name.clone(),
        rows: own.iter().map(|slot| enterprise_row(session, slot, minutes)).collect(),
    };
    of_one.map(slip).collect()
}

fn span(slot: &Slot, minutes: u32) -> String {
    format!("{}—{}", clock(slot.starts_at), clock(slot.starts_at + minutes))
}

fn authority_row(slot: &Slot, minutes: u32) -> Vec<String> {
    let table = format!("{}号桌", slot.table);
    vec![span(slot, minutes), table, slot.name.clone(), slot.attendee.clone(), String::new()]
}

fn enterprise_row(session: &Session, slot: &Slot, minutes: u32) -> Vec<String> {
    let place = if slot.room.is_empty() { &session.place } else { &slot.room };
    vec![span(slot, minutes), slot.authority_name.clone(), format!("{}号桌", slot.table), place.clone()]
}
