//! The contact group of a session (移动端联系群, N17), and what was said to all in it.

use jiff::Timestamp;
use jiff::civil::Date;
use xinxiu_domain::id::{FileId, SessionId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;

/// How one joins a group, and how many have. Its name stands with the session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// Address that leads into the group; empty where there is none.
    pub link: String,
    /// Picture of the group's QR code.
    pub picture: Option<FileId>,
    /// Last day on which the picture works; pictures of 微信 end after a week.
    pub picture_until: Option<Date>,
    /// Members, as counted last.
    pub members: Option<u32>,
    /// When they were counted.
    pub counted_on: Option<Date>,
    /// Who keeps it.
    pub kept_by: String,
    /// Version for optimistic locking; 0 where nothing was kept yet.
    pub version: i64,
}

/// The group of a session; an empty one where nothing was kept yet.
///
/// # Errors
/// What the engine says.
pub fn of_session(tx: &Tx<'_>, session: SessionId) -> Result<Group, StoreError> {
    let sql = "select link, picture_file_id, picture_until, members, counted_on, kept_by, version \
               from session_group where session_id = $1";
    let Some(row) = tx.query_opt(sql, params![session])? else { return Ok(Group::default()) };
    Ok(Group {
        link: row.get("link")?,
        picture: row.get("picture_file_id")?,
        picture_until: row.get("picture_until")?,
        members: row.get("members")?,
        counted_on: row.get("counted_on")?,
        kept_by: row.get("kept_by")?,
        version: row.get("version")?,
    })
}

/// Keeps the group of a session that has not changed since it was loaded.
///
/// # Errors
/// [`StoreError::Conflict`].
pub fn save(tx: &Tx<'_>, session: SessionId, group: &Group) -> Result<(), StoreError> {
    if group.version == 0 {
        if of_session(tx, session)?.version != 0 {
            return Err(StoreError::Conflict("联系群"));
        }
        tx.execute(
            "insert into session_group (session_id, kept_by, version) values ($1, '', 0)",
            params![session],
        )?;
    }
    tx.update_version(
        "联系群",
        "update session_group set link = $1, picture_file_id = $2, picture_until = $3, members = $4, counted_on = $5, \
         kept_by = $6, version = version + 1 where session_id = $7 and version = $8",
        params![
            &group.link,
            group.picture,
            group.picture_until,
            group.members,
            group.counted_on,
            &group.kept_by,
            session,
            group.version
        ],
    )
}

/// Something said to everybody of a session (群公告).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// Id.
    pub id: i64,
    /// The words.
    pub text: String,
    /// Who said it.
    pub by: String,
    /// When.
    pub at: Moment,
    /// Whether it was taken back.
    pub is_withdrawn: bool,
}

/// What was said to everybody of a session, newest first.
///
/// # Errors
/// What the engine says.
pub fn announcements(tx: &Tx<'_>, session: SessionId) -> Result<Vec<Announcement>, StoreError> {
    let sql = "select id, text, made_by, made_at, made_on, withdrawn_at from session_announcement \
               where session_id = $1 order by id desc";
    tx.query(sql, params![session], |row| {
        Ok(Announcement {
            id: row.get("id")?,
            text: row.get("text")?,
            by: row.get("made_by")?,
            at: row.moment("made_at", "made_on")?,
            is_withdrawn: row.get::<Option<Timestamp>>("withdrawn_at")?.is_some(),
        })
    })
}

/// Says something to everybody of a session.
///
/// # Errors
/// What the engine says.
pub fn announce(
    tx: &Tx<'_>,
    session: SessionId,
    text: &str,
    (by, at): (&str, Moment),
) -> Result<i64, StoreError> {
    tx.insert(
        "insert into session_announcement (session_id, text, made_by, made_at, made_on) values ($1, $2, $3, $4, $5) \
         returning id",
        params![session, text, by, at.at, at.on],
    )
}

/// Takes something back that was said to everybody of a session.
///
/// # Errors
/// [`StoreError::Conflict`] where it was taken back before, or was said in another session.
pub fn withdraw(tx: &Tx<'_>, session: SessionId, id: i64, at: Timestamp) -> Result<(), StoreError> {
    tx.update_version(
        "公告",
        "update session_announcement set withdrawn_at = $1 where id = $2 and session_id = $3 and withdrawn_at is null",
        params![at, id, session],
    )
}
