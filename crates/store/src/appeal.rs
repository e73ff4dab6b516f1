//! Objections and appeals (异议、申诉, N27).

use jiff::Timestamp;
use jiff::civil::Date;
use xinxiu_domain::actor::Role;
use xinxiu_domain::appeal::{AppealKind, AppealState};
use xinxiu_domain::id::{AppealId, ApplicationId, CampaignId, EnterpriseId, FileId, PenaltyId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::part::Part;
use crate::value::Row;

/// An objection or appeal on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appeal {
    /// Id.
    pub id: AppealId,
    /// Campaign.
    pub campaign: CampaignId,
    /// Enterprise.
    pub enterprise: EnterpriseId,
    /// Name of the enterprise.
    pub enterprise_name: String,
    /// The record that it is about.
    pub penalty: PenaltyId,
    /// Decision number of that record.
    pub decision_number: String,
    /// Authority that made the decision.
    pub authority: String,
    /// The application that it is about; `None` for an objection to the record.
    pub application: Option<ApplicationId>,
    /// Kind.
    pub kind: AppealKind,
    /// State.
    pub state: AppealState,
    /// What is said.
    pub text: String,
    /// What was sent with it.
    pub file: Option<FileId>,
    /// Who lodged it.
    pub lodged_by: String,
    /// In which role: the enterprise itself, or its agency.
    pub lodged_role: Role,
    /// When.
    pub lodged: Moment,
    /// Day by which it is to be answered.
    pub due_on: Date,
    /// Why that is another day than the ordinary one.
    pub due_reason: String,
    /// The answer.
    pub answer: String,
    /// What was sent with the answer.
    pub answer_file: Option<FileId>,
    /// Who answered.
    pub answered_by: String,
    /// When.
    pub answered_at: Option<Timestamp>,
    /// Business day of that.
    pub answered_on: Option<Date>,
    /// Why it was withdrawn; empty unless it was.
    pub withdrawn_reason: String,
    /// Who withdrew it.
    pub withdrawn_by: String,
    /// When.
    pub withdrawn_on: Option<Date>,
    /// What was done after it was upheld; empty until something was.
    pub carried_out: String,
    /// Who put that on record.
    pub carried_out_by: String,
    /// When.
    pub carried_out_on: Option<Date>,
    /// Version for optimistic locking.
    pub version: i64,
}

const SELECT: &str = "select o.id, o.campaign_id, o.enterprise_id, e.name as enterprise_name, o.penalty_id, p.decision_number, \
                      p.authority, o.application_id, o.kind, o.state, o.text, o.file_id, o.lodged_by, o.lodged_role, \
                      o.lodged_at, o.lodged_on, o.due_on, o.due_reason, o.answer, o.answer_file_id, o.answered_by, \
                      o.answered_at, o.answered_on, o.withdrawn_reason, o.withdrawn_by, \
                      o.withdrawn_on, o.carried_out, o.carried_out_by, o.carried_out_on, o.version from appeal o join enterprise e on e.id = o.enterprise_id \
                      join penalty p on p.id = o.penalty_id";

fn from_row(row: &Row) -> Result<Appeal, StoreError> {
    Ok(Appeal {
        id: row.get("id")?,
        campaign: row.get("campaign_id")?,
        enterprise: row.get("enterprise_id")?,
        enterprise_name: row.get("enterprise_name")?,
        penalty: row.get("penalty_id")?,
        decision_number: row.get("decision_number")?,
        authority: row.get("authority")?,
        application: row.get("application_id")?,
        kind: row.coded("kind", AppealKind::from_code)?,
        state: row.coded("state", AppealState::from_code)?,
        text: row.get("text")?,
        file: row.get("file_id")?,
        lodged_by: row.get("lodged_by")?,
        lodged_role: row.coded("lodged_role", Role::from_code)?,
        lodged: row.moment("lodged_at", "lodged_on")?,
        due_on: row.get("due_on")?,
        due_reason: row.get("due_reason")?,
        answer: row.get("answer")?,
        answer_file: row.get("answer_file_id")?,
        answered_by: row.get("answered_by")?,
        answered_at: row.get("answered_at")?,
        answered_on: row.get("answered_on")?,
        withdrawn_reason: row.get("withdrawn_reason")?,
        withdrawn_by: row.get("withdrawn_by")?,
        withdrawn_on: row.get("withdrawn_on")?,
        carried_out: row.get("carried_out")?,
        carried_out_by: row.get("carried_out_by")?,
        carried_out_on: row.get("carried_out_on")?,
        version: row.get("version")?,
    })
}

/// Puts an objection or appeal on record; what it is called and its id are not read.
///
/// # Errors
/// What the engine says.
pub fn insert(tx: &Tx<'_>, new: &Appeal) -> Result<AppealId, StoreError> {
    tx.insert(
        "insert into appeal (campaign_id, enterprise_id, penalty_id, application_id, kind, state, text, file_id, lodged_by, \
         lodged_role, lodged_at, lodged_on, due_on) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
         returning id",
        params![
            new.campaign,
            new.enterprise,
            new.penalty,
            new.application,
            new.kind.code(),
            new.state.code(),
            &new.text,
            new.file,
            &new.lodged_by,
            new.lodged_role.code(),
            new.lodged.at,
            new.lodged.on,
            new.due_on
        ],
    )
}

/// Saves one that has not changed since it was loaded.
///
/// # Errors
/// [`StoreError::Conflict`].
pub fn save(tx: &Tx<'_>, appeal: &Appeal) -> Result<(), StoreError> {
    tx.update_version(
        AppealState::NOUN,
        "update appeal set state = $1, due_on = $2, due_reason = $3, answer = $4, answer_file_id = $5, answered_by = $6, \
         answered_at = $7, answered_on = $8, withdrawn_reason = $9, withdrawn_by = $10, withdrawn_on = $11, carried_out = $12, \
         carried_out_by = $13, carried_out_on = $14, version = version + 1 where id = $15 and version = $16",
        params![
            appeal.state.code(),
            appeal.due_on,
            &appeal.due_reason,
            &appeal.answer,
            appeal.answer_file,
            &appeal.answered_by,
            appeal.answered_at,
            appeal.answered_on,
            &appeal.withdrawn_reason,
            &appeal.withdrawn_by,
            appeal.withdrawn_on,
            &appeal.carried_out,
            &appeal.carried_out_by,
            appeal.carried_out_on,
            appeal.id,
            appeal.version
        ],
    )
}

/// One objection or appeal.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load(tx: &Tx<'_>, id: AppealId) -> Result<Appeal, StoreError> {
    let row = tx
        .query_opt(&format!("{SELECT} where o.id = $1"), params![id])?
        .ok_or_else(|| StoreError::NotFound(AppealState::NOUN, id.to_string()))?;
    from_row(&row)
}

/// What became of those that are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// They wait for an answer.
    Waiting,
    /// They were answered or withdrawn.
    Over,
    /// They were upheld, and nobody has said yet that what follows from it was done.
    ToCarryOut,
}

impl Stage {
    const fn sql(self) -> &'static str {
        match self {
            Self::Waiting => "o.state = 'received'",
            Self::Over => "o.state <> 'received'",
            Self::ToCarryOut => "o.state = 'upheld' and o.carried_out_on is null",
        }
    }
}

/// Which of a campaign, of some kinds. `visible` is a condition on `p` (penalty) and
/// `e` (enterprise), from [`concerns`](crate::concerns) or the actor, never from a request.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// What the actor may see.
    pub visible: String,
    /// Campaign.
    pub campaign: CampaignId,
    /// What became of them.
    pub stage: Stage,
    /// Kinds; none finds nothing.
    pub kinds: Vec<AppealKind>,
}

impl Wanted {
    fn sql(&self) -> String {
        // No kind is without a name, so that an empty choice finds nothing.
        let kinds: Vec<String> = self.kinds.iter().map(|kind| format!("'{}'", kind.code())).collect();
        let kinds = if kinds.is_empty() { "''".to_owned() } else { kinds.join(", ") };
        format!("o.campaign_id = $1 and {} and o.kind in ({kinds}) and {}", self.stage.sql(), self.visible)
    }
}

/// How many there are.
///
/// # Errors
/// What the engine says.
pub fn count(tx: &Tx<'_>, wanted: &Wanted) -> Result<i64, StoreError> {
    let sql = format!(
        "select count(*) from appeal o join enterprise e on e.id = o.enterprise_id \
         join penalty p on p.id = o.penalty_id where {}",
        wanted.sql()
    );
    tx.number(&sql, params![wanted.campaign])
}

/// A part of them: of those that wait the ones due first in front, of others the newest.
///
/// # Errors
/// What the engine says.
pub fn list(tx: &Tx<'_>, wanted: &Wanted, part: Part) -> Result<Vec<Appeal>, StoreError> {
    let order = if wanted.stage == Stage::Waiting { "o.due_on, o.id" } else { "o.id desc" };
    let sql = format!("{SELECT} where {} order by {order} {}", wanted.sql(), part.sql());
    tx.query(&sql, params![wanted.campaign], from_row)
}

/// Those of an enterprise, newest first.
///
/// # Errors
/// What the engine says.
pub fn of_enterprise(tx: &Tx<'_>, enterprise: EnterpriseId) -> Result<Vec<Appeal>, StoreError> {
    tx.query(
        &format!("{SELECT} where o.enterprise_id = $1 order by o.id desc"),
        params![enterprise],
        from_row,
    )
}

/// Those about one record, newest first.
///
/// # Errors
/// What the engine says.
pub fn of_penalty(tx: &Tx<'_>, penalty: PenaltyId) -> Result<Vec<Appeal>, StoreError> {
    tx.query(&format!("{SELECT} where o.penalty_id = $1 order by o.id desc"), params![penalty], from_row)
}

/// Puts a further paper to one.
///
/// # Errors
/// What the engine says.
pub fn add_file(
    tx: &Tx<'_>,
    id: AppealId,
    file: FileId,
    (by, moment): (&str, Moment),
) -> Result<(), StoreError> {
    tx.execute(
        "insert into appeal_file (appeal_id, file_id, added_by, added_at, added_on) values ($1, $2, $3, $4, $5)",
        params![id, file, by, moment.at, moment.on],
    )
    .map(drop)
}

/// A paper that was sent with an objection or appeal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The file.
    pub file: FileId,
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub size: i64,
}

/// All that was sent with one, in the order in which it came.
///
/// # Errors
/// What the engine says.
pub fn files(tx: &Tx<'_>, appeal: &Appeal) -> Result<Vec<Sent>, StoreError> {
    let sent =
        |row: &Row| Ok(Sent { file: row.get("file_id")?, name: row.get("name")?, size: row.get("size")? });
    let mut all = tx.query(
        "select f.id as file_id, f.name, f.size from stored_file f where f.id = $1",
        params![appeal.file],
        sent,
    )?;
    all.extend(tx.query(
        "select g.file_id, f.name, f.size from appeal_file g join stored_file f on f.id = g.file_id \
         where g.appeal_id = $1 order by g.id",
        params![appeal.id],
        sent,
    )?);
    Ok(all)
}
