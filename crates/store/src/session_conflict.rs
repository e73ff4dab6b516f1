//! Sessions that cannot both be held as planned (场次冲突, N05).

use std::collections::HashMap;

use jiff::civil::Date;
use xinxiu_domain::id::SessionId;
use xinxiu_domain::session::ConflictKind;

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;

/// Something that a session shares with another at the same time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// What they share.
    pub kind: ConflictKind,
    /// The hall or the lecturer; the number of enterprises.
    pub what: String,
    /// The other session.
    pub other: SessionId,
    /// Its title.
    pub title: String,
    /// Who organises it.
    pub organiser: String,
    /// Its hours, as 13:30—17:00.
    pub hours: String,
    /// Whether the reader may open it.
    pub visible: bool,
}

/// The conflicts of the sessions of some days, by session, each seen from both sides. `filter` (SQL over `vs.plan_item_id`)
/// says which sessions the reader may open.
///
/// # Errors
/// What the engine says.
pub fn between(
    tx: &Tx<'_>,
    (from, to): (Date, Date),
    filter: &str,
) -> Result<HashMap<SessionId, Vec<Conflict>>, StoreError> {
    read(tx, "s.held_on between $1 and $2", params![from, to], filter)
}

/// The conflicts of one session.
///
/// # Errors
/// What the engine says.
pub fn of_session(tx: &Tx<'_>, id: SessionId, filter: &str) -> Result<Vec<Conflict>, StoreError> {
    Ok(read(tx, "s.id = $1", params![id], filter)?.remove(&id).unwrap_or_default())
}

/// Both are going to be held, on one day, and one begins before the other ends.
const TOGETHER: &str = "t.held_on = s.held_on and t.id <> s.id and s.starts_at < t.ends_at \
                        and t.starts_at < s.ends_at and s.state in ('planned', 'published', 'open') \
                        and t.state in ('planned', 'published', 'open')";

fn read(
    tx: &Tx<'_>,
    which: &str,
    params: &[crate::Value],
    filter: &str,
) -> Result<HashMap<SessionId, Vec<Conflict>>, StoreError> {
    let pair = format!("from session s join session t on {TOGETHER} where {which}");
    // An enterprise that declined or stayed away is in nobody's way.
    let enterprises = "(select count(*) from attendance a join attendance b on b.enterprise_id = a.enterprise_id \
                       where a.session_id = s.id and b.session_id = t.id and a.state not in ('declined', 'absent', 'waiting', 'withdrawn') \
                       and b.state not in ('declined', 'absent', 'waiting', 'withdrawn'))";
    // Two of one name are two people where the pool knows both; one person is one in every module.
    let in_pool = "(exists (select 1 from session_agenda x where x.session_id = s.id and x.lecturer = s.lecturer \
                   and x.lecturer_id is not null) and exists (select 1 from session_agenda y where y.session_id = t.id \
                   and y.lecturer = t.lecturer and y.lecturer_id is not null))";
    let in_both = "exists (select 1 from session_agenda x where x.session_id = s.id and x.lecturer_id = l.id) \
                   and exists (select 1 from session_agenda y where y.session_id = t.id and y.lecturer_id = l.id)";
    let sql = format!(
        "select c.*, case when exists (select 1 from session vs where vs.id = c.other and {filter}) then 1 else 0 \
         end as visible, coalesce(nullif(o.short_name, ''), o.name, '') as organiser from ( \
         select s.id as id, t.id as other, t.title, t.starts_at, t.ends_at, t.plan_item_id, 'hall' as kind, s.place as what \
         {pair} and s.place <> '' and s.place = t.place \
         union all select s.id, t.id, t.title, t.starts_at, t.ends_at, t.plan_item_id, 'lecturer', s.lecturer \
         {pair} and s.lecturer <> '' and s.lecturer = t.lecturer and not {in_pool} \
         union all select s.id, t.id, t.title, t.starts_at, t.ends_at, t.plan_item_id, 'lecturer', l.name \
         from session s join session t on {TOGETHER} join lecturer l on {in_both} where {which} \
         union all select s.id, t.id, t.title, t.starts_at, t.ends_at, t.plan_item_id, 'enterprise', \
         cast({enterprises} as text) {pair} and {enterprises} > 0) c \
         join plan_item p on p.id = c.plan_item_id join organisation o on o.id = p.organiser_id \
         order by c.id, c.starts_at, c.other, c.kind"
    );
    let rows = tx.query(&sql, params, |row| {
        let (starts, ends): (String, String) = (row.get("starts_at")?, row.get("ends_at")?);
        let conflict = Conflict {
            kind: row.coded("kind", ConflictKind::from_code)?,
            what: row.get("what")?,
            other: row.get("other")?,
            title: row.get("title")?,
            organiser: row.get("organiser")?,
            hours: format!("{starts}—{ends}"),
            visible: row.get("visible")?,
        };
        Ok((row.get("id")?, conflict))
    })?;
    let mut by_session: HashMap<SessionId, Vec<Conflict>> = HashMap::new();
    for (id, conflict) in rows {
        by_session.entry(id).or_default().push(conflict);
    }
    Ok(by_session)
}
