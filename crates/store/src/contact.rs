//! How invited enterprises were told of their session (通知台账, N08).

use jiff::civil::Date;
use xinxiu_domain::attendance::AttendanceState;
use xinxiu_domain::calling::{Outcome, Purpose, Reach, Way};
use xinxiu_domain::id::{AttendanceId, EnterpriseId, SessionId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::Row;

/// One attempt to tell an enterprise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Id.
    pub id: i64,
    /// Whom.
    pub attendance: AttendanceId,
    /// How.
    pub way: Way,
    /// What.
    pub purpose: Purpose,
    /// What came of it.
    pub outcome: Outcome,
    /// Whatever else is to be remembered.
    pub note: String,
    /// Who tried.
    pub by: String,
    /// When.
    pub at: Moment,
    /// Whether this platform sent it through a gateway, which then said what came of it.
    pub by_gateway: bool,
}

/// An invited enterprise, and how far it has been reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The attendance.
    pub attendance: AttendanceId,
    /// The session.
    pub session: SessionId,
    /// Its title.
    pub session_title: String,
    /// Its day.
    pub held_on: Date,
    /// The enterprise.
    pub enterprise: EnterpriseId,
    /// Its name.
    pub name: String,
    /// County.
    pub county: String,
    /// Township.
    pub township: String,
    /// Contact person.
    pub contact_name: String,
    /// Sealed phone of the contact person; empty where none is known.
    pub contact_phone_sealed: String,
    /// Sealed address for electronic mail; empty where none is known.
    pub contact_email_sealed: String,
    /// What it has answered.
    pub state: AttendanceState,
    /// How far it has been reached.
    pub reach: Reach,
    /// Attempts so far.
    pub attempts: u32,
    /// The last attempt: way, outcome and when.
    pub last: Option<(Way, Outcome, Moment)>,
}

/// Which enterprises a list is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// Those of a session.
    Session(SessionId),
    /// Those of every session from a day on.
    From(Date),
    /// Those of every session that changed and would be or would have been held from a day on.
    Changed(Date),
}

/// When its session last changed after the enterprise was invited, or it got a seat from the waiting list; null where
/// neither happened.
const CHANGED: &str = "(select max(n.at) from (select h.made_at as at from session_change h \
     where h.session_id = a.session_id and h.made_at > a.invited_at union all \
     select k.moved_up_at from attendance k where k.id = a.id) n)";

/// How far an enterprise has been reached. Who answered was reached, whoever brought the news. By phone nobody is
/// reached who has none, or whose number failed when it was tried last; a letter or a visit may still arrive. After a
/// change of the session only what came later counts; who declines needs to know no more.
const REACH: &str = "case when a.answered_at is not null and (x.since is null or a.answered_at > x.since \
     or a.state = 'declined') then 'answered' \
     when exists (select 1 from contact_attempt c where c.attendance_id = a.id and c.outcome = 'delivered' \
     and (x.since is null or c.made_at > x.since)) then 'told' \
     when e.contact_phone_sealed = '' or (select c.outcome from contact_attempt c where c.attendance_id = a.id \
     and c.way in ('sms', 'phone', 'wechat') order by c.id desc limit 1) in ('wrong_number', 'undelivered', 'refused') \
     then 'unreachable' \
     when x.since is not null then 'outdated' \
     when exists (select 1 from contact_attempt c where c.attendance_id = a.id) then 'tried' else 'untried' end";

/// The invited enterprises of sessions that are ahead or under way, kept to those that `filter` (SQL over
/// `a.enterprise_id`) admits; the least reached first.
///
/// # Errors
/// What the engine says.
pub fn lines(
    tx: &Tx<'_>,
    within: Within,
    reach: Option<Reach>,
    filter: &str,
) -> Result<Vec<Line>, StoreError> {
    let (which, param) = match within {
        Within::Session(id) => ("a.session_id = $1", params![id].to_vec()),
        Within::From(day) => ("s.held_on >= $1 and s.state in ('published', 'open')", params![day].to_vec()),
        Within::Changed(day) => (
            "s.held_on >= $1 and s.state in ('published', 'open', 'cancelled') and x.since is not null",
            params![day].to_vec(),
        ),
    };
    let sql = format!(
        "select * from (select a.id, a.session_id, x.since, s.title as session_title, s.held_on, a.enterprise_id, e.name, \
         coalesce(nullif(o.short_name, ''), o.name, '') as county, e.township, e.contact_name, \
         e.contact_phone_sealed, e.contact_email_sealed, a.state, {REACH} as reach, \
         (select count(*) from contact_attempt c where c.attendance_id = a.id) as attempts, \
         l.way as last_way, l.outcome as last_outcome, l.made_at as last_at, l.made_on as last_on \
         from (select a.id, {CHANGED} as since from attendance a) x join attendance a on a.id = x.id \
         join session s on s.id = a.session_id join enterprise e on e.id = a.enterprise_id \
         left join organisation o on o.id = e.county_id left join contact_attempt l on l.id = \
         (select max(c.id) from contact_attempt c where c.attendance_id = a.id) \
         where a.state <> 'withdrawn' and {which} and {filter}) y {} \
         order by case reach when 'outdated' then 0 when 'unreachable' then 1 when 'untried' then 2 when 'tried' then 3 \
         when 'told' then 4 else 5 end, held_on, county, township, name, id",
        reach.map_or_else(String::new, |reach| format!("where reach = '{}'", reach.code())),
    );
    tx.query(&sql, &param, line_from_row)
}

fn line_from_row(row: &Row) -> Result<Line, StoreError> {
    let way = row.coded_opt("last_way", Way::from_code)?;
    let outcome = row.coded_opt("last_outcome", Outcome::from_code)?;
    let at = row.moment_opt("last_at", "last_on")?;
    Ok(Line {
        attendance: row.get("id")?,
        session: row.get("session_id")?,
        session_title: row.get("session_title")?,
        held_on: row.get("held_on")?,
        enterprise: row.get("enterprise_id")?,
        name: row.get("name")?,
        county: row.get("county")?,
        township: row.get("township")?,
        contact_name: row.get("contact_name")?,
        contact_phone_sealed: row.get("contact_phone_sealed")?,
        contact_email_sealed: row.get("contact_email_sealed")?,
        state: row.coded("state", AttendanceState::from_code)?,
        reach: row.coded("reach", Reach::from_code)?,
        attempts: row.get("attempts")?,
        last: way.zip(outcome).zip(at).map(|((way, outcome), at)| (way, outcome, at)),
    })
}

/// Puts an attempt on record; `id` is not read.
///
/// # Errors
/// What the engine says.
pub fn insert(tx: &Tx<'_>, new: &Attempt) -> Result<i64, StoreError> {
    tx.insert(
        "insert into contact_attempt (attendance_id, way, purpose, outcome, note, made_by, made_at, made_on) \
         values ($1, $2, $3, $4, $5, $6, $7, $8) returning id",
        params![
            new.attendance,
            new.way.code(),
            new.purpose.code(),
            new.outcome.code(),
            &new.note,
            &new.by,
            new.at.at,
            new.at.on
        ],
    )
}

/// The attempts on an attendance, first to last.
///
/// # Errors
/// What the engine says.
pub fn of_attendance(tx: &Tx<'_>, id: AttendanceId) -> Result<Vec<Attempt>, StoreError> {
    let sql = "select id, attendance_id, way, purpose, outcome, note, made_by, made_at, made_on, \
               (select count(*) from message m where m.contact_attempt_id = c.id) as messages \
               from contact_attempt c where attendance_id = $1 order by id";
    tx.query(sql, params![id], |row| {
        Ok(Attempt {
            id: row.get("id")?,
            attendance: row.get("attendance_id")?,
            way: row.coded("way", Way::from_code)?,
            purpose: row.coded("purpose", Purpose::from_code)?,
            outcome: row.coded("outcome", Outcome::from_code)?,
            note: row.get("note")?,
            by: row.get("made_by")?,
            at: row.moment("made_at", "made_on")?,
            by_gateway: row.get::<i64>("messages")? > 0,
        })
    })
}

/// Says what came of an attempt, once it is known.
///
/// # Errors
/// What the engine says.
pub fn settle(tx: &Tx<'_>, id: i64, outcome: Outcome) -> Result<(), StoreError> {
    tx.execute("update contact_attempt set outcome = $1 where id = $2", params![outcome.code(), id])?;
    Ok(())
}
