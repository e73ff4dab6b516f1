//! The agenda of a session: edited by its agency; class hours, modules, methods and the lecturer of module 1 follow
//! from it (N05, N06, N09).

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::agenda::{self, AgendaItem, minutes_of_day};
use xinxiu_domain::id::{AgendaId, SessionId};
use xinxiu_domain::lecturer::{self as lecturers, Named};
use xinxiu_domain::missing::Missing;
use xinxiu_domain::session::{Module, SessionState, publishing_gaps};
use xinxiu_domain::text::tidy;
use xinxiu_store::agenda::{self as store, Line};
use xinxiu_store::session::{self, Session};
use xinxiu_store::{StoreError, Tx, lecturer, session_material};

use super::{as_plan, held_modules, loaded, not_now, record};
use crate::app::{App, Step};
use crate::refusal::{FieldError, Refusal, require};

/// So many items an agenda may have.
pub const ITEMS: usize = 30;

/// Minutes from begin to end of a session.
pub fn minutes(session: &Session) -> u32 {
    let at = |time: &str| minutes_of_day(time).unwrap_or(0);
    at(&session.ends_at).saturating_sub(at(&session.starts_at))
}

fn items(lines: &[Line]) -> Vec<AgendaItem> {
    lines.iter().map(|line| line.item.clone()).collect()
}

/// What the agenda lacks for publication.
pub(super) fn gaps_of(tx: &Tx<'_>, session: &Session, lines: &[Line]) -> Result<Vec<Missing>, Refusal> {
    let mut gaps = agenda::gaps(&items(lines), i64::from(minutes(session)));
    gaps.extend(lecturer_gaps(tx, session, lines)?);
    Ok(gaps)
}

/// Refuses hours of a published session into which its agenda does not fit; a session from before has none.
pub(super) fn must_fit(tx: &Tx<'_>, session: &Session) -> Result<(), Refusal> {
    let lines = store::of_session(tx, session.id)?;
    let gaps = agenda::gaps(&items(&lines), i64::from(minutes(session)));
    match gaps.into_iter().next().filter(|_| !lines.is_empty()) {
        Some(gap) => Err(Refusal::invalid("ends_at", gap.message)),
        None => Ok(()),
    }
}

/// Who is named in the agenda and may not teach in a published session (N17).
pub(super) fn lecturer_gaps(tx: &Tx<'_>, session: &Session, lines: &[Line]) -> Result<Vec<Missing>, Refusal> {
    let pool = lecturer::of_session(tx, session.id)?;
    let gap = |line: &Line| {
        let item = &line.item;
        let known = pool.iter().find(|one| Some(one.id) == item.lecturer_id);
        lecturers::gap(Named {
            name: &item.lecturer,
            item: item.name(),
            module: item.module,
            // The deputy head teaches module 1 by office; whoever stands in is of the pool like everybody else.
            by_office: item.module == Some(Module::Regulation) && session.lecturer_reason.is_empty(),
            pool: known.map(|one| (one.state, one.modules.as_slice())),
        })
    };
    Ok(lines.iter().filter_map(gap).collect())
}

/// An item whose lecturer is known in the pool: the one that was chosen, or the only approved one of the name.
fn with_lecturer(tx: &Tx<'_>, item: &AgendaItem) -> Result<AgendaItem, Refusal> {
    let mut item = item.clone();
    if let Some(id) = item.lecturer_id {
        item.lecturer = lecturer::load(tx, id)?.name;
    } else if let [only] = lecturer::approved_by_name(tx, &item.lecturer)?.as_slice() {
        item.lecturer_id = Some(*only);
    }
    Ok(item)
}

/// A first agenda for what was planned.
pub(super) fn drafted(session: &Session) -> Vec<AgendaItem> {
    agenda::draft(
        session.class_hours,
        minutes(session),
        &session.modules,
        &session.methods,
        &session.lecturer,
    )
}

/// Lets hours, modules, methods and lecturer of a session follow from its agenda. Without one, what was typed stays.
pub(super) fn follow(session: &mut Session, items: &[AgendaItem]) {
    if items.is_empty() {
        return;
    }
    session.class_hours = agenda::class_hours(items);
    session.modules = agenda::modules(items);
    session.methods = agenda::methods(items);
    let first = agenda::first_of_regulation(items).cloned().unwrap_or_default();
    session.lecturer = first.lecturer;
    session.lecturer_reason = first.not_deputy_reason;
}

/// Puts a whole agenda on record.
pub(super) fn keep_all(step: &Step<'_>, id: SessionId, items: &[AgendaItem]) -> Result<(), Refusal> {
    for item in items {
        store::append(step.tx, id, &with_lecturer(step.tx, item)?)?;
    }
    Ok(())
}

/// Keeps with the item of module 1 what the organiser said of its lecturer when it published the session (N09).
pub(super) fn say_why(step: &Step<'_>, session: &Session) -> Result<(), Refusal> {
    let lines = store::of_session(step.tx, session.id)?;
    let Some(line) = lines.into_iter().find(|line| line.item.module == Some(Module::Regulation)) else {
        return Ok(());
    };
    let item = AgendaItem { not_deputy_reason: session.lecturer_reason.clone(), ..line.item };
    Ok(store::save(step.tx, session.id, line.id, &item)?)
}

/// Puts an item at the end of the agenda.
///
/// # Errors
/// [`Refusal::Invalid`]; [`Refusal::Illegal`] once the session has begun; [`Refusal::Missing`] where a published session
/// would lack what it was published with; a conflict where somebody else changed it meanwhile.
pub fn add_item(
    app: &App,
    actor: &Actor,
    id: SessionId,
    item: &AgendaItem,
    version: i64,
) -> Result<(), Refusal> {
    let item = checked(item)?;
    change(app, actor, (id, version), |step, lines| {
        if lines.len() >= ITEMS {
            return Err(Refusal::invalid("minutes", format!("日程不能超过{ITEMS}项，请合并后再添加")));
        }
        store::append(step.tx, id, &with_lecturer(step.tx, &item)?)?;
        Ok(format!("加入日程「{}」{}分钟", item.name(), item.minutes))
    })
}

/// Changes an item.
///
/// # Errors
/// As [`add_item`].
pub fn change_item(
    app: &App,
    actor: &Actor,
    (id, line): (SessionId, AgendaId),
    item: &AgendaItem,
    version: i64,
) -> Result<(), Refusal> {
    let item = checked(item)?;
    change(app, actor, (id, version), |step, _| {
        store::save(step.tx, id, line, &with_lecturer(step.tx, &item)?)?;
        Ok(format!("修改日程「{}」{}分钟", item.name(), item.minutes))
    })
}

/// Moves an item before the one above it, or behind the one below it.
///
/// # Errors
/// As [`add_item`].
pub fn move_item(
    app: &App,
    actor: &Actor,
    (id, line): (SessionId, AgendaId),
    up: bool,
    version: i64,
) -> Result<(), Refusal> {
    change(app, actor, (id, version), |step, lines| {
        let mut order: Vec<AgendaId> = lines.iter().map(|line| line.id).collect();
        let place = order.iter().position(|one| *one == line).ok_or_else(|| gone(line))?;
        let other = if up { place.checked_sub(1) } else { Some(place + 1) };
        // The first cannot go up and the last cannot go down: nothing to do, and no fault of anybody's.
        if let Some(other) = other.filter(|other| *other < order.len()) {
            order.swap(place, other);
        }
        store::reorder(step.tx, id, &order)?;
        Ok(format!("{}日程「{}」", if up { "上移" } else { "下移" }, lines[place].item.name()))
    })
}

/// Takes an item out of the agenda.
///
/// # Errors
/// As [`add_item`].
pub fn remove_item(
    app: &App,
    actor: &Actor,
    (id, line): (SessionId, AgendaId),
    version: i64,
) -> Result<(), Refusal> {
    change(app, actor, (id, version), |step, lines| {
        let found = lines.iter().find(|one| one.id == line).ok_or_else(|| gone(line))?;
        store::remove(step.tx, id, line)?;
        Ok(format!("移除日程「{}」", found.item.name()))
    })
}

/// Drafts an agenda for a session that has none, from the hours, modules and methods that were typed when it was planned.
///
/// # Errors
/// [`Refusal::Invalid`] where it has one already; as [`add_item`].
pub fn draft_agenda(app: &App, actor: &Actor, id: SessionId, version: i64) -> Result<(), Refusal> {
    change(app, actor, (id, version), |step, lines| {
        let found = session::load(step.tx, id)?;
        let first = drafted(&found);
        if !lines.is_empty() || first.is_empty() {
            let why = if lines.is_empty() { "还没有选择模块" } else { "已有日程" };
            return Err(Refusal::invalid("agenda", format!("{why}，不能生成日程草稿，请逐项修改")));
        }
        keep_all(step, id, &first)?;
        Ok(format!("按编制时填报的{}学时生成日程草稿", found.class_hours))
    })
}

fn gone(line: AgendaId) -> Refusal {
    StoreError::NotFound("日程", line.to_string()).into()
}

/// One change of the agenda, and what follows from it for the session.
fn change(
    app: &App,
    actor: &Actor,
    (id, version): (SessionId, i64),
    work: impl FnOnce(&Step<'_>, &[Line]) -> Result<String, Refusal>,
) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let (mut found, campaign) = loaded(step, Action::PlanSession, id)?;
        if !matches!(found.state, SessionState::Planned | SessionState::Published) {
            return Err(not_now(found.state, "修改日程"));
        }
        let what = work(step, &store::of_session(step.tx, id)?)?;
        let lines = store::of_session(step.tx, id)?;
        found.version = version;
        if lines.is_empty() {
            found.class_hours = 0;
        }
        follow(&mut found, &items(&lines));
        if found.state == SessionState::Published {
            let held = held_modules(&session_material::materials(step.tx, id)?);
            let mut open = publishing_gaps(&as_plan(&found, &campaign, &held));
            open.extend(gaps_of(step.tx, &found, &lines)?);
            require(open)?;
        }
        session::save(step.tx, &found)?;
        let summary = format!("培训场次「{}」{what}，现为{}学时", found.title, found.class_hours);
        record(step, "session.agenda", id, summary, serde_json::json!({ "hours": found.class_hours }))
    })
}

/// The item with its texts tidied.
fn checked(item: &AgendaItem) -> Result<AgendaItem, Refusal> {
    let item = AgendaItem {
        title: tidy(&item.title),
        lecturer: tidy(&item.lecturer),
        room: tidy(&item.room),
        not_deputy_reason: if item.module == Some(Module::Regulation) {
            tidy(&item.not_deputy_reason)
        } else {
            String::new()
        },
        ..item.clone()
    };
    let faults = agenda::item_faults(&item);
    if faults.is_empty() {
        return Ok(item);
    }
    let errors = faults.into_iter().map(|(field, message)| FieldError { field: field.to_owned(), message });
    Err(Refusal::Invalid(errors.collect()))
}
