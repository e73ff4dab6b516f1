//! Training sessions (培训场次, N05, N06, N09, N14, N17, N20).

use jiff::civil::Date;
use xinxiu_domain::id::{CampaignId, PlanItemId, SessionId};
use xinxiu_domain::session::{Method, Module, SessionMode, SessionState};

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;
use crate::sort::{Key, Sort};
use crate::value::Row;

/// A session on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Id.
    pub id: SessionId,
    /// Class of the plan table.
    pub plan_item: PlanItemId,
    /// Title.
    pub title: String,
    /// Day.
    pub held_on: Date,
    /// Begin, as 13:30.
    pub starts_at: String,
    /// End, as 17:00.
    pub ends_at: String,
    /// How it is held.
    pub mode: SessionMode,
    /// Hall; empty for a session online.
    pub place: String,
    /// Meeting link; empty for a session on site.
    pub link: String,
    /// Seats.
    pub capacity: u32,
    /// Class hours (学时).
    pub class_hours: u32,
    /// Lecturer of module 1 (N09).
    pub lecturer: String,
    /// Why that is not the deputy head of the local credit authority; empty where it is.
    pub lecturer_reason: String,
    /// Modules taught.
    pub modules: Vec<Module>,
    /// Methods used.
    pub methods: Vec<Method>,
    /// Mobile contact group (N17).
    pub contact_group: String,
    /// Number of the notice (文号).
    pub notice_number: String,
    /// Who vouches that nothing is charged or advertised (N20).
    pub content_confirmed_by: String,
    /// State.
    pub state: SessionState,
    /// Why it was cancelled.
    pub cancel_reason: String,
    /// When it was published.
    pub published_on: Option<Date>,
    /// Who published it.
    pub published_by: String,
    /// Version for optimistic locking.
    pub version: i64,
}

impl Session {
    /// Whether enterprises are marked in and out now: the doors are open, and it is its day.
    pub fn is_running(&self, today: Date) -> bool {
        self.state == SessionState::Open && self.held_on == today
    }

    /// Whether its day went by and nobody has closed it.
    pub fn is_left_open(&self, today: Date) -> bool {
        self.state == SessionState::Open && self.held_on < today
    }
}

const COLUMNS: &str = "s.id, s.plan_item_id, s.title, s.held_on, s.starts_at, s.ends_at, s.mode, s.place, \
                       s.link, s.capacity, s.class_hours, s.lecturer, s.lecturer_reason, s.modules, s.methods, \
                       s.contact_group, s.notice_number, s.content_confirmed_by, s.state, s.cancel_reason, \
                       s.published_on, s.published_by, s.version";

fn from_row(row: &Row) -> Result<Session, StoreError> {
    Ok(Session {
        id: row.get("id")?,
        plan_item: row.get("plan_item_id")?,
        title: row.get("title")?,
        held_on: row.get("held_on")?,
        starts_at: row.get("starts_at")?,
        ends_at: row.get("ends_at")?,
        mode: row.coded("mode", SessionMode::from_code)?,
        place: row.get("place")?,
        link: row.get("link")?,
        capacity: row.get("capacity")?,
        class_hours: row.get("class_hours")?,
        lecturer: row.get("lecturer")?,
        lecturer_reason: row.get("lecturer_reason")?,
        modules: codes(row, "modules", Module::from_code)?,
        methods: codes(row, "methods", Method::from_code)?,
        contact_group: row.get("contact_group")?,
        notice_number: row.get("notice_number")?,
        content_confirmed_by: row.get("content_confirmed_by")?,
        state: row.coded("state", SessionState::from_code)?,
        cancel_reason: row.get("cancel_reason")?,
        published_on: row.get("published_on")?,
        published_by: row.get("published_by")?,
        version: row.get("version")?,
    })
}

/// A column that holds several codes, separated by spaces.
fn codes<T>(row: &Row, column: &str, from_code: fn(&str) -> Option<T>) -> Result<Vec<T>, StoreError> {
    let text: String = row.get(column)?;
    let unknown = |code: &str| StoreError::Column {
        column: column.to_owned(),
        problem: format!("未知代码 {code}"),
    };
    text.split_whitespace().map(|code| from_code(code).ok_or_else(|| unknown(code))).collect()
}

fn joined<T: Copy>(values: &[T], code: fn(T) -> &'static str) -> String {
    values.iter().map(|value| code(*value)).collect::<Vec<_>>().join(" ")
}

/// One session.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load(tx: &Tx<'_>, id: SessionId) -> Result<Session, StoreError> {
    let row = tx
        .query_opt(&format!("select {COLUMNS} from session s where s.id = $1"), params![id])?
        .ok_or_else(|| StoreError::NotFound("培训场次", id.to_string()))?;
    from_row(&row)
}

/// Puts a planned session on record; `id`, publication and `version` of the argument are not read.
///
/// # Errors
/// What the engine says.
pub fn insert(tx: &Tx<'_>, new: &Session) -> Result<SessionId, StoreError> {
    tx.insert(
        "insert into session (plan_item_id, title, held_on, starts_at, ends_at, mode, place, link, capacity, \
         class_hours, lecturer, lecturer_reason, modules, methods, contact_group, state) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) returning id",
        params![
            new.plan_item,
            &new.title,
            new.held_on,
            &new.starts_at,
            &new.ends_at,
            new.mode.code(),
            &new.place,
            &new.link,
            new.capacity,
            new.class_hours,
            &new.lecturer,
            &new.lecturer_reason,
            joined(&new.modules, Module::code),
            joined(&new.methods, Method::code),
            &new.contact_group,
            new.state.code()
        ],
    )
}

/// Saves a session that has not changed since it was loaded.
///
/// # Errors
/// [`StoreError::Conflict`].
pub fn save(tx: &Tx<'_>, session: &Session) -> Result<(), StoreError> {
    tx.update_version(
        "培训场次",
        "update session set title = $1, held_on = $2, starts_at = $3, ends_at = $4, mode = $5, place = $6, \
         link = $7, capacity = $8, class_hours = $9, lecturer = $10, lecturer_reason = $11, modules = $12, \
         methods = $13, contact_group = $14, notice_number = $15, content_confirmed_by = $16, state = $17, \
         cancel_reason = $18, published_on = $19, published_by = $20, version = version + 1 \
         where id = $21 and version = $22",
        params![
            &session.title,
            session.held_on,
            &session.starts_at,
            &session.ends_at,
            session.mode.code(),
            &session.place,
            &session.link,
            session.capacity,
            session.class_hours,
            &session.lecturer,
            &session.lecturer_reason,
            joined(&session.modules, Module::code),
            joined(&session.methods, Method::code),
            &session.contact_group,
            &session.notice_number,
            &session.content_confirmed_by,
            session.state.code(),
            &session.cancel_reason,
            session.published_on,
            &session.published_by,
            session.id,
            session.version
        ],
    )
}

/// A line of the list of sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The session.
    pub session: Session,
    /// Name of its class.
    pub class: String,
    /// Agency.
    pub agency: String,
    /// Enterprises invited.
    pub invited: u32,
    /// Those that answered that they come.
    pub accepted: u32,
    /// Those that came.
    pub present: u32,
    /// Those that passed the exam.
    pub passed: u32,
}

/// How a list of sessions is narrowed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    /// One class.
    pub plan_item: Option<PlanItemId>,
    /// One state.
    pub state: Option<SessionState>,
    /// First and last day.
    pub days: Option<(Date, Date)>,
    /// Order; latest first where none is asked.
    pub sort: Option<Sort>,
}

/// The columns by which the list can be sorted.
pub static KEYS: [Key; 5] = [
    Key::text("date", "s.held_on || ' ' || s.starts_at"),
    Key::text("title", "s.title"),
    Key::text("class", "p.name"),
    Key::text("agency", "coalesce(nullif(g.short_name, ''), g.name, '')"),
    Key::number("invited", "(select count(*) from attendance k where k.session_id = s.id)"),
];

/// Earliest first.
pub const EARLIEST: Sort = Sort { key: &KEYS[0], descending: false };

/// Latest first.
pub const LATEST: Sort = Sort { key: &KEYS[0], descending: true };

/// Sessions of a campaign in the order wanted, kept to the classes that `filter` (SQL over `p.id`) admits.
///
/// # Errors
/// What the engine says.
pub fn lines(
    tx: &Tx<'_>,
    campaign: CampaignId,
    wanted: Filter,
    filter: &str,
) -> Result<Vec<Line>, StoreError> {
    let class = wanted.plan_item.map_or_else(|| "1 = 1".to_owned(), |id| format!("s.plan_item_id = {id}"));
    let days = wanted
        .days
        .map_or_else(|| "1 = 1".to_owned(), |(from, to)| format!("s.held_on between '{from}' and '{to}'"));
    let count = |condition: &str| {
        format!("(select count(*) from attendance a where a.session_id = s.id and {condition})")
    };
    let sql = format!(
        "select {COLUMNS}, p.name as class, coalesce(nullif(g.short_name, ''), g.name, '') as agency, \
         {} as invited, {} as accepted, {} as present, {} as passed \
         from session s join plan_item p on p.id = s.plan_item_id left join organisation g on g.id = p.agency_id \
         where p.campaign_id = $1 and (s.state = $2 or $2 = '') and {class} and {days} and {filter} \
         order by {}",
        count("1 = 1"),
        // Whoever said that it comes named who; whoever never answered is absent after the session as well.
        count("a.answered_at is not null and a.attendee <> ''"),
        count("a.checked_in_at is not null"),
        count("a.state = 'passed'"),
        wanted.sort.unwrap_or(LATEST).order("s.id"),
    );
    tx.query(&sql, params![campaign, wanted.state.map_or("", SessionState::code)], |row| {
        Ok(Line {
            session: from_row(row)?,
            class: row.get("class")?,
            agency: row.get("agency")?,
            invited: row.get("invited")?,
            accepted: row.get("accepted")?,
            present: row.get("present")?,
            passed: row.get("passed")?,
        })
    })
}

/// Sessions of a class, by date.
///
/// # Errors
/// What the engine says.
pub fn of_plan_item(tx: &Tx<'_>, item: PlanItemId) -> Result<Vec<Session>, StoreError> {
    let sql = format!("select {COLUMNS} from session s where s.plan_item_id = $1 order by s.held_on, s.id");
    tx.query(&sql, params![item], from_row)
}
