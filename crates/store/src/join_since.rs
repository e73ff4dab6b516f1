//! What came to an enterprise after another was joined to it (N08): when the joining is undone, a person says of each
//! thing whose it is. Nothing that belonged to the kept one before is offered.

use jiff::civil::Date;
use xinxiu_domain::coded;

use crate::db::Tx;
use crate::enterprise_join::Join;
use crate::error::StoreError;
use crate::params;

coded! {
    /// Kind of a thing that came since; its code is the table of its rows.
    pub enum Later {
        Attendance = "attendance", "参训";
        Penalty = "penalty", "处罚记录";
        Listing = "listing", "名单条目";
        Commitment = "commitment", "承诺书";
        Finding = "finding", "失信原因";
        Guidance = "guidance", "辅导";
        Ticket = "ticket", "手把手服务取号";
        Remark = "agency_remark", "对机构的评价和反映";
        Archive = "archive", "企业档案";
        Application = "application", "修复申请";
    }
}

impl Later {
    /// Whether a person may give it back. An archive and an application stand on the records of the kept one.
    pub const fn may_go(self) -> bool {
        !matches!(self, Self::Archive | Self::Application)
    }

    /// What it is and when it was, as SQL over `t`; and the condition by which it came after the joining, `{at}` its
    /// moment and `{on}` its day. What stands on a record goes with that record.
    const fn sql(self) -> (&'static str, &'static str, &'static str, &'static str) {
        match self {
            Self::Attendance => {
                ("s.title", "s.held_on", "join session s on s.id = t.session_id", "t.invited_at > {at}")
            }
            Self::Penalty => (
                "t.decision_number || ' ' || t.authority",
                "t.recorded_on",
                "left join batch b on b.id = t.first_batch_id",
                "(t.recorded_on > {on} or (t.recorded_on = {on} and b.created_at > {at}))",
            ),
            Self::Listing => (
                "t.listing_body || ' ' || t.reason",
                "b.created_on",
                "join batch b on b.id = t.first_batch_id",
                "b.created_at > {at}",
            ),
            Self::Commitment => {
                ("t.recorded_by", "t.signed_on", "", "t.penalty_id is null and t.printed_at > {at}")
            }
            Self::Finding => ("t.note", "t.business_day", "", "t.penalty_id is null and t.at > {at}"),
            Self::Guidance => ("t.asked", "t.given_on", "", "t.given_on > {on}"),
            Self::Ticket => {
                ("c.place", "c.held_on", "join clinic c on c.id = t.clinic_id", "t.issued_at > {at}")
            }
            Self::Remark => ("t.text", "t.business_day", "", "t.at > {at}"),
            Self::Archive => ("t.number", "substr(t.opened_at, 1, 10)", "", "t.opened_at > {at}"),
            Self::Application => (
                "o.name",
                "t.submitted_on",
                "join organisation o on o.id = t.agency_id",
                "(t.submitted_at is null or t.submitted_at > {at})",
            ),
        }
    }
}

/// A thing that came since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Since {
    /// Kind.
    pub kind: Later,
    /// Its id.
    pub id: i64,
    /// What it is.
    pub what: String,
    /// Its day; `None` where it has none yet.
    pub on: Option<Date>,
}

/// What came to the kept enterprise after a joining, in the order of [`Later`] and of their days.
///
/// # Errors
/// What the engine says.
pub fn came(tx: &Tx<'_>, join: &Join) -> Result<Vec<Since>, StoreError> {
    let mut all = Vec::new();
    for kind in Later::ALL.iter().copied() {
        let (what, on, beside, since) = kind.sql();
        let of_join = |column: &str| format!("(select {column} from enterprise_join where id = {})", join.id);
        let since = since.replace("{at}", &of_join("at")).replace("{on}", &of_join("business_day"));
        let sql = format!(
            "select t.id, {what} as what, {on} as happened_on from {table} t {beside} where t.enterprise_id = {kept} \
             and {since} and t.id not in (select row_id from join_row where join_id = {join} and noun = '{table}' \
             and change = 'moved') order by 3, 1",
            table = kind.code(),
            kept = join.kept,
            join = join.id,
        );
        all.extend(tx.query(&sql, &[], |row| {
            Ok(Since { kind, id: row.get("id")?, what: row.get("what")?, on: row.get("happened_on")? })
        })?);
    }
    Ok(all)
}

/// How many of each kind went over with a joining and come back with its undoing.
///
/// # Errors
/// What the engine says.
pub fn went_over(tx: &Tx<'_>, join: &Join) -> Result<Vec<(Later, i64)>, StoreError> {
    let sql = "select noun, count(*) as rows_moved from join_row where join_id = $1 and change = 'moved' group by noun";
    let found = tx.query(sql, params![join.id], |row| {
        Ok((Later::from_code(&row.get::<String>("noun")?), row.get::<i64>("rows_moved")?))
    })?;
    let counted =
        |kind: Later| found.iter().find(|(one, _)| *one == Some(kind)).map(|(_, count)| (kind, *count));
    Ok(Later::ALL.iter().copied().filter_map(counted).collect())
}

/// Counts things that came since among those that go back, with what stands on them.
///
/// # Errors
/// What the engine says.
pub fn goes_along(
    tx: &Tx<'_>,
    join: &Join,
    things: impl Iterator<Item = (Later, i64)>,
) -> Result<(), StoreError> {
    let note = "insert into join_row (join_id, noun, row_id, change) values ($1, $2, $3, 'moved')";
    for (kind, id) in things {
        tx.execute(note, params![join.id, kind.code(), id])?;
        if kind == Later::Attendance {
            tx.execute(
                "insert into join_row (join_id, noun, row_id, change) select $1, 'free_confirmation', id, 'moved' \
                 from free_confirmation where attendance_id = $2",
                params![join.id, id],
            )?;
        }
    }
    Ok(())
}
