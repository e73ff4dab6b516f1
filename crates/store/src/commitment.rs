//! Commitments (信用修复承诺书, annex 2, N10, N26): one per penalty record, or one of the enterprise (N24).

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use xinxiu_domain::commitment::CommitmentState;
use xinxiu_domain::id::{CampaignId, CommitmentId, EnterpriseId, FileId, PenaltyId, PlanItemId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;
use crate::value::{Row, Value};

/// A commitment on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment {
    /// Id.
    pub id: CommitmentId,
    /// Campaign.
    pub campaign: CampaignId,
    /// Enterprise.
    pub enterprise: EnterpriseId,
    /// The penalty record it is about; `None` for the commitment of an enterprise that is only listed.
    pub penalty: Option<PenaltyId>,
    /// Edition of its text, for example `annex2-2022`.
    pub edition: String,
    /// State.
    pub state: CommitmentState,
    /// When it was last printed.
    pub printed_at: Option<Timestamp>,
    /// 落款日期.
    pub signed_on: Option<Date>,
    /// Scan of the sealed paper.
    pub scan: Option<FileId>,
    /// Who recorded the signature.
    pub recorded_by: String,
    /// What broke it.
    pub breach_note: String,
    /// Version for optimistic locking.
    pub version: i64,
}

const SELECT: &str = "select k.id, k.campaign_id, k.enterprise_id, k.penalty_id, k.edition, k.state, \
                      k.printed_at, k.signed_on, k.scan_file_id, k.recorded_by, k.breach_note, k.version \
                      from commitment k";

fn from_row(row: &Row) -> Result<Commitment, StoreError> {
    Ok(Commitment {
        id: row.get("id")?,
        campaign: row.get("campaign_id")?,
        enterprise: row.get("enterprise_id")?,
        penalty: row.get("penalty_id")?,
        edition: row.get("edition")?,
        state: row.coded("state", CommitmentState::from_code)?,
        printed_at: row.get("printed_at")?,
        signed_on: row.get("signed_on")?,
        scan: row.get("scan_file_id")?,
        recorded_by: row.get("recorded_by")?,
        breach_note: row.get("breach_note")?,
        version: row.get("version")?,
    })
}

/// Every commitment of an enterprise in a campaign, in the order in which they were prepared. One that was
/// prepared but never signed is left out once nothing is owed for it any more.
///
/// # Errors
/// What the engine says.
pub fn of_enterprise(
    tx: &Tx<'_>,
    campaign: CampaignId,
    enterprise: EnterpriseId,
) -> Result<Vec<Commitment>, StoreError> {
    let owed = subject_is_owed_sql("k", "kp");
    let sql = format!(
        "{SELECT} left join penalty kp on kp.id = k.penalty_id where k.campaign_id = $1 \
         and k.enterprise_id = $2 and (k.signed_on is not null or {owed}) order by k.id"
    );
    tx.query(&sql, params![campaign, enterprise], from_row)
}

/// One commitment.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load(tx: &Tx<'_>, id: CommitmentId) -> Result<Commitment, StoreError> {
    let row = tx
        .query_opt(&format!("{SELECT} where k.id = $1"), params![id])?
        .ok_or_else(|| StoreError::NotFound("信用修复承诺书", id.to_string()))?;
    from_row(&row)
}

/// Puts a prepared commitment on record.
///
/// # Errors
/// [`StoreError::Duplicate`] where the record has one in this campaign.
pub fn insert(
    tx: &Tx<'_>,
    campaign: CampaignId,
    enterprise: EnterpriseId,
    penalty: Option<PenaltyId>,
    edition: &str,
) -> Result<CommitmentId, StoreError> {
    tx.insert(
        "insert into commitment (campaign_id, enterprise_id, penalty_id, edition, state) \
         values ($1, $2, $3, $4, $5) returning id",
        params![campaign, enterprise, penalty, edition, CommitmentState::INITIAL.code()],
    )
}

/// Saves a commitment that has not changed since it was loaded.
///
/// # Errors
/// [`StoreError::Conflict`].
pub fn save(tx: &Tx<'_>, commitment: &Commitment) -> Result<(), StoreError> {
    tx.update_version(
        "信用修复承诺书",
        "update commitment set state = $1, printed_at = $2, signed_on = $3, scan_file_id = $4, \
         recorded_by = $5, breach_note = $6, edition = $7, version = version + 1 where id = $8 and version = $9",
        params![
            commitment.state.code(),
            commitment.printed_at,
            commitment.signed_on,
            commitment.scan,
            &commitment.recorded_by,
            &commitment.breach_note,
            &commitment.edition,
            commitment.id,
            commitment.version
        ],
    )
}

/// How many commitments an enterprise owes in a campaign, and how many of them are signed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Owed {
    /// One per penalty record under repair; one for an enterprise that is only listed (N24); else none.
    pub needed: usize,
    /// Signed ones among them.
    pub signed: usize,
}

/// SQL of whether a commitment about the penalty record `record` is owed: while the record is public, and after
/// it was taken down where its commitment was signed, so that a repaired enterprise keeps what it signed.
fn owed_record_sql(campaign: &str, record: &str) -> String {
    format!(
        "({record}.state = 'public' or ({record}.state = 'taken_down' and exists (select 1 from commitment ok \
         where ok.campaign_id = {campaign} and ok.penalty_id = {record}.id and ok.signed_on is not null)))"
    )
}

/// SQL of whether an enterprise owes the commitment about its listing: it stands on a list, or stood on one when
/// it signed, and has no penalty record in the campaign (N24).
fn owed_listing_sql(campaign: &str, enterprise: &str) -> String {
    format!(
        "((exists (select 1 from listing nl where nl.enterprise_id = {enterprise} and nl.gone_since is null) \
         or exists (select 1 from commitment lk where lk.campaign_id = {campaign} \
         and lk.enterprise_id = {enterprise} and lk.penalty_id is null and lk.signed_on is not null)) \
         and not exists (select 1 from penalty lp where lp.enterprise_id = {enterprise} \
         and (lp.state = 'public' or (lp.state = 'taken_down' and (exists (select 1 from commitment rk \
         where rk.campaign_id = {campaign} and rk.penalty_id = lp.id) or exists (select 1 from list_entry le \
         where le.campaign_id = {campaign} and le.penalty_id = lp.id))))))"
    )
}

/// SQL of how many commitments an enterprise owes in a campaign.
pub fn needed_sql(campaign: &str, enterprise: &str) -> String {
    let (record, listing) = (owed_record_sql(campaign, "np"), owed_listing_sql(campaign, enterprise));
    format!(
        "((select count(*) from penalty np where np.enterprise_id = {enterprise} and {record}) \
         + (case when {listing} then 1 else 0 end))"
    )
}

/// SQL of how many of those it has signed, the twin of [`needed_sql`].
pub fn signed_sql(campaign: &str, enterprise: &str) -> String {
    counted_sql(campaign, enterprise, "sk.signed_on is not null")
}

/// SQL of how many of an enterprise's commitments count towards what it owes.
fn counted_sql(campaign: &str, enterprise: &str, which: &str) -> String {
    let owed = subject_is_owed_sql("sk", "sp");
    format!(
        "(select count(*) from commitment sk left join penalty sp on sp.id = sk.penalty_id \
         where sk.campaign_id = {campaign} and sk.enterprise_id = {enterprise} and {which} and {owed})"
    )
}

/// SQL of whether the commitment `paper`, about the penalty record `record` or a listing, is owed.
fn subject_is_owed_sql(paper: &str, record: &str) -> String {
    let about_record = owed_record_sql(&format!("{paper}.campaign_id"), record);
    let about_listing = owed_listing_sql(&format!("{paper}.campaign_id"), &format!("{paper}.enterprise_id"));
    format!(
        "(({paper}.penalty_id is not null and {about_record}) or ({paper}.penalty_id is null and {about_listing}))"
    )
}

/// What an enterprise owes and has signed (N10).
///
/// # Errors
/// What the engine says.
pub fn owed(tx: &Tx<'_>, campaign: CampaignId, enterprise: EnterpriseId) -> Result<Owed, StoreError> {
    let sql = format!("select {} as needed, {} as signed", needed_sql("$2", "$1"), signed_sql("$2", "$1"));
    let row = tx.query_one(&sql, params![enterprise, campaign])?;
    owed_from_row(&row)
}

/// Maps the columns `needed` and `signed`.
///
/// # Errors
/// [`StoreError::Column`].
pub fn owed_from_row(row: &Row) -> Result<Owed, StoreError> {
    let number = |column| row.get::<u32>(column).map(|number| number as usize);
    Ok(Owed { needed: number("needed")?, signed: number("signed")? })
}

/// Enterprises of a campaign with what they owe: a line of the list of commitments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Enterprise.
    pub enterprise: EnterpriseId,
    /// Its name.
    pub name: String,
    /// Its county.
    pub county: String,
    /// Class.
    pub class: String,
    /// What it owes and has signed.
    pub owed: Owed,
    /// Commitments prepared among those it owes.
    pub prepared: u32,
}

/// What a list of commitments shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    /// Every enterprise.
    All,
    /// Those with a signature missing.
    Open,
    /// Those with a scan that a person still has to look at.
    Unread,
    /// Those that owe something and have every signature.
    Done,
}

/// Enterprises of a campaign by name from a place on, kept to those that `filter` (SQL over `e.id`) admits.
///
/// # Errors
/// What the engine says.
pub fn lines(
    tx: &Tx<'_>,
    campaign: CampaignId,
    filter: &str,
    show: Show,
    search: &str,
    (skip, limit): (i64, i64),
) -> Result<Vec<Line>, StoreError> {
    let (needed, signed) = (needed_sql("m.campaign_id", "e.id"), signed_sql("m.campaign_id", "e.id"));
    let prepared = counted_sql("m.campaign_id", "e.id", "1 = 1");
    let shown = match show {
        Show::All => "1 = 1".to_owned(),
        Show::Open => "t.signed < t.needed".to_owned(),
        Show::Unread => crate::paper_check::open_sql("$1", "t.id"),
        Show::Done => "t.needed > 0 and t.signed >= t.needed".to_owned(),
    };
    let sql = format!(
        "select * from (select e.id, e.name, coalesce(nullif(c.short_name, ''), c.name, '') as county, \
         coalesce(p.name, '') as class, coalesce(p.position, 999) as position, {needed} as needed, \
         {signed} as signed, {prepared} as prepared \
         from member m join enterprise e on e.id = m.enterprise_id \
         left join organisation c on c.id = e.county_id left join plan_item p on p.id = m.plan_item_id \
         where m.campaign_id = $1 and e.name like $2 and {filter}) t where {shown} \
         order by t.position, t.name, t.id limit $3 offset $4"
    );
    tx.query(&sql, params![campaign, format!("%{search}%"), limit, skip], |row| {
        Ok(Line {
            enterprise: row.get("id")?,
            name: row.get("name")?,
            county: row.get("county")?,
            class: row.get("class")?,
            owed: owed_from_row(row)?,
            prepared: row.get("prepared")?,
        })
    })
}

/// Those of the given penalty records whose commitment is signed and not broken, each with that commitment; the
/// newest where several campaigns have one (N24).
///
/// # Errors
/// What the engine says.
pub fn signed_penalties(
    tx: &Tx<'_>,
    penalties: &[PenaltyId],
) -> Result<BTreeMap<PenaltyId, CommitmentId>, StoreError> {
    let ids = crate::application::id_list(penalties.iter().map(|id| id.0));
    let sql = format!(
        "select k.penalty_id, max(k.id) as id from commitment k where k.penalty_id in ({ids}) \
         and k.state = 'signed' group by k.penalty_id"
    );
    Ok(tx.query(&sql, &[], |row| Ok((row.get("penalty_id")?, row.get("id")?)))?.into_iter().collect())
}

/// The commitments about some penalty records, of every campaign, oldest first.
///
/// # Errors
/// What the engine says.
pub fn of_penalties(tx: &Tx<'_>, penalties: &[PenaltyId]) -> Result<Vec<Commitment>, StoreError> {
    let ids = crate::application::id_list(penalties.iter().map(|id| id.0));
    tx.query(&format!("{SELECT} where k.penalty_id in ({ids}) order by k.id"), &[], from_row)
}

/// Those of the given penalty records about which a promise was broken, in whichever campaign.
///
/// # Errors
/// What the engine says.
pub fn broken_penalties(tx: &Tx<'_>, penalties: &[PenaltyId]) -> Result<BTreeSet<PenaltyId>, StoreError> {
    let ids = crate::application::id_list(penalties.iter().map(|id| id.0));
    let sql = format!(
        "select distinct penalty_id from commitment where penalty_id in ({ids}) and state = 'breached'"
    );
    Ok(tx.query(&sql, &[], |row| row.get("penalty_id"))?.into_iter().collect())
}

/// What the enterprises of a class owe a commitment for and have none yet: a public penalty record, or the
/// listing, which is `None` (N24). `filter` is SQL over `m.enterprise_id`.
///
/// # Errors
/// What the engine says.
pub fn lacking_in_class(
    tx: &Tx<'_>,
    item: PlanItemId,
    filter: &str,
) -> Result<Vec<(EnterpriseId, Option<PenaltyId>)>, StoreError> {
    lacking(tx, &format!("m.plan_item_id = $1 and {filter}"), params![item])
}

/// What one enterprise of a campaign owes a commitment for and has none yet.
///
/// # Errors
/// What the engine says.
pub fn lacking_of(
    tx: &Tx<'_>,
    campaign: CampaignId,
    enterprise: EnterpriseId,
) -> Result<Vec<Option<PenaltyId>>, StoreError> {
    let found = lacking(tx, "m.campaign_id = $1 and m.enterprise_id = $2", params![campaign, enterprise])?;
    Ok(found.into_iter().map(|(_, subject)| subject).collect())
}

fn lacking(
    tx: &Tx<'_>,
    scope: &str,
    values: &[Value],
) -> Result<Vec<(EnterpriseId, Option<PenaltyId>)>, StoreError> {
    let listing = owed_listing_sql("m.campaign_id", "m.enterprise_id");
    let sql = format!(
        "select m.enterprise_id as enterprise_id, p.id as penalty_id from member m \
         join penalty p on p.enterprise_id = m.enterprise_id and p.state = 'public' \
         left join commitment k on k.campaign_id = m.campaign_id and k.penalty_id = p.id \
         where k.id is null and {scope} \
         union all select m.enterprise_id, cast(null as bigint) from member m \
         left join commitment k on k.campaign_id = m.campaign_id and k.enterprise_id = m.enterprise_id \
         and k.penalty_id is null where k.id is null and {scope} and {listing} order by 1, 2"
    );
    tx.query(&sql, values, |row| Ok((row.get("enterprise_id")?, row.get("penalty_id")?)))
}
