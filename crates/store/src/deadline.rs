//! Clocks that run (办理期限): read from the records themselves, so that none can be forgotten; what was said of each, and
//! how long each runs in a campaign.

use std::collections::BTreeMap;

use jiff::civil::Date;
use xinxiu_domain::deadline::{Clock, Notice, Terms};
use xinxiu_domain::id::{CampaignId, EnterpriseId, OrgId};

use crate::commitment;
use crate::db::Tx;
use crate::engine;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::{Row, Value};

/// A clock that runs for one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// Which clock.
    pub clock: Clock,
    /// The record: application, item, enterprise, delisting application, push, hand-over, attendance or class.
    pub subject: i64,
    /// The enterprise, where there is one.
    pub enterprise: Option<EnterpriseId>,
    /// What it is about: the enterprise, the county or the class, with the number of the decision where it is one.
    pub name: String,
    /// County of the enterprise or class.
    pub county: Option<OrgId>,
    /// Authority of the record.
    pub authority: Option<OrgId>,
    /// Agency of the record.
    pub agency: Option<OrgId>,
    /// The organisation that must act; `None` where it is whoever holds the role.
    pub holder: Option<OrgId>,
    /// Its name.
    pub holder_name: String,
    /// The day on which the clock started.
    pub started_on: Option<Date>,
    /// What tells this round from an earlier one of the same record.
    pub round: String,
    /// The last day, or for a commitment the session's, where the record itself says it.
    pub fixed: Option<Date>,
}

fn from_row(row: &Row, clock: Clock) -> Result<Running, StoreError> {
    Ok(Running {
        clock,
        subject: row.get("subject")?,
        enterprise: row.get("enterprise_id")?,
        name: row.get("name")?,
        county: row.get("county_id")?,
        authority: row.get("authority_id")?,
        agency: row.get("agency_id")?,
        holder: row.get("holder_id")?,
        holder_name: row.get("holder_name")?,
        started_on: row.get("started_on")?,
        round: row.get("round")?,
        fixed: row.get("fixed")?,
    })
}

const NO_ORG: &str = "cast(null as bigint)";
const NO_DAY: &str = "cast(null as text)";

/// What every clock reads of its record.
struct Columns<'a> {
    subject: &'a str,
    enterprise: &'a str,
    name: &'a str,
    county: &'a str,
    authority: &'a str,
    agency: &'a str,
    holder: &'a str,
    holder_name: &'a str,
    started: &'a str,
    round: &'a str,
    fixed: &'a str,
}

impl Columns<'_> {
    fn sql(&self) -> String {
        format!(
            "select {} as subject, {} as enterprise_id, {} as name, {} as county_id, {} as authority_id, \
             {} as agency_id, {} as holder_id, {} as holder_name, {} as started_on, {} as round, {} as fixed",
            self.subject,
            self.enterprise,
            self.name,
            self.county,
            self.authority,
            self.agency,
            self.holder,
            self.holder_name,
            self.started,
            self.round,
            self.fixed
        )
    }
}

/// The columns of a clock on an application.
const APPLICATION: Columns<'_> = Columns {
    subject: "a.id",
    enterprise: "e.id",
    name: "e.name",
    county: "e.county_id",
    authority: NO_ORG,
    agency: "a.agency_id",
    holder: NO_ORG,
    holder_name: "''",
    started: "a.submitted_on",
    round: "coalesce(a.submitted_at, '')",
    fixed: NO_DAY,
};

/// The columns of a clock on one penalty record of an application.
const ITEM: Columns<'_> = Columns {
    subject: "i.id",
    name: "e.name || '，' || p.decision_number",
    authority: "p.authority_id",
    started: "a.reviewed_on",
    round: "coalesce(a.reviewed_at, '')",
    ..APPLICATION
};

const APPLICATIONS: &str = "from application a join enterprise e on e.id = a.enterprise_id \
                            join organisation g on g.id = a.agency_id where a.campaign_id = $1";
const ITEMS: &str = "from application_item i join application a on a.id = i.application_id \
                     join penalty p on p.id = i.penalty_id join enterprise e on e.id = a.enterprise_id \
                     left join organisation o on o.id = p.authority_id \
                     where a.campaign_id = $1 and a.state = 'accepted'";

/// The query of a clock.
fn query(clock: Clock) -> String {
    match clock {
        Clock::FirstReview => format!("{} {APPLICATIONS} and a.state = 'submitted'", APPLICATION.sql()),
        Clock::Resubmission => {
            let columns = Columns {
                holder: "a.agency_id",
                holder_name: "g.name",
                started: "a.reviewed_on",
                round: "coalesce(a.reviewed_at, '')",
                ..APPLICATION
            };
            format!("{} {APPLICATIONS} and a.state = 'returned'", columns.sql())
        }
        Clock::Decision => {
            let columns =
                Columns { holder: "p.authority_id", holder_name: "coalesce(o.name, p.authority)", ..ITEM };
            format!("{} {ITEMS} and i.state = 'pending'", columns.sql())
        }
        Clock::Removal => {
            // The later of the two days on which removal rests.
            let started = "case when coalesce(p.min_until, '') > coalesce(i.decided_on, '') then p.min_until \
                           else i.decided_on end";
            let columns = Columns { started, round: "coalesce(i.decided_on, '')", ..ITEM };
            format!("{} {ITEMS} and i.state = 'agreed'", columns.sql())
        }
        Clock::Rectification | Clock::Delisting => of_authority(clock),
        Clock::Receipt => receipt(),
        Clock::Commitment => commitment_sql(),
        Clock::Handover | Clock::Acceptance => of_class(clock),
    }
}

fn of_authority(clock: Clock) -> String {
    let columns = Columns {
        subject: if clock == Clock::Rectification { "e.id" } else { "d.id" },
        authority: "d.authority_id",
        agency: NO_ORG,
        holder: "d.authority_id",
        holder_name: "o.name",
        // Each deadline that is set or moved is another round; so is one by another authority.
        started: if clock == Clock::Rectification { NO_DAY } else { "d.received_on" },
        round: if clock == Clock::Rectification {
            "d.id || '/' || coalesce(d.due_on, '')"
        } else {
            "d.received_on"
        },
        fixed: if clock == Clock::Rectification { "d.due_on" } else { NO_DAY },
        ..APPLICATION
    };
    let from = if clock == Clock::Rectification {
        "from rectification d join enterprise e on e.id = d.enterprise_id join organisation o on o.id = d.authority_id \
         where d.campaign_id = $1 and d.state = 'deadline_set'"
    } else {
        "from delisting d join enterprise e on e.id = d.enterprise_id join organisation o on o.id = d.authority_id \
         where d.state = 'received' and exists (select 1 from member m where m.enterprise_id = e.id \
         and m.campaign_id = $1)"
    };
    format!("{} {from}", columns.sql())
}

fn receipt() -> String {
    let columns = Columns {
        subject: "u.id",
        enterprise: NO_ORG,
        name: "o.name || '，名单第' || u.id || '号'",
        county: "u.county_id",
        agency: NO_ORG,
        holder: "u.county_id",
        holder_name: "o.name",
        started: "coalesce(u.sent_on, substr(u.sent_at, 1, 10))",
        round: "u.sent_at",
        ..APPLICATION
    };
    format!(
        "{} from push u join organisation o on o.id = u.county_id where u.campaign_id = $1 and u.state = 'sent'",
        columns.sql()
    )
}

/// Enterprises of sessions to come that lack a signature.
fn commitment_sql() -> String {
    let columns = Columns {
        subject: "t.id",
        name: "e.name || '，' || s.title",
        agency: "c.agency_id",
        holder: "c.agency_id",
        holder_name: "coalesce(g.name, '')",
        started: "coalesce(t.invited_on, substr(t.invited_at, 1, 10))",
        // A session that is moved begins another round.
        round: "s.held_on",
        fixed: "s.held_on",
        ..APPLICATION
    };
    format!(
        "{} from attendance t join session s on s.id = t.session_id join plan_item c on c.id = s.plan_item_id \
         join enterprise e on e.id = t.enterprise_id left join organisation g on g.id = c.agency_id \
         where c.campaign_id = $1 and s.state = 'published' and t.state in ('invited', 'accepted') \
         and t.exception_reason = '' and {} > {}",
        columns.sql(),
        commitment::needed_sql("$1", "e.id"),
        commitment::signed_sql("$1", "e.id")
    )
}

fn of_class(clock: Clock) -> String {
    let own = Columns {
        enterprise: NO_ORG,
        name: "c.name",
        county: NO_ORG,
        agency: "c.agency_id",
        holder: "c.agency_id",
        holder_name: "coalesce(g.name, '')",
        ..APPLICATION
    };
    if clock == Clock::Acceptance {
        let columns = Columns {
            subject: "h.id",
            name: "c.name || '，' || case when h.kind = 'archives' then '企业档案' else '培训资料' end",
            county: "case when r.kind in ('county_office', 'park_committee') then h.receiver_id end",
            authority: "case when r.kind = 'authority' then h.receiver_id end",
            holder: "h.receiver_id",
            holder_name: "r.name",
            started: "coalesce(h.handed_over_on, substr(h.handed_over_at, 1, 10))",
            round: "coalesce(h.handed_over_at, '')",
            ..own
        };
        return format!(
            "{} from handover h join plan_item c on c.id = h.plan_item_id join organisation r on r.id = h.receiver_id \
             where h.campaign_id = $1 and h.state = 'handed_over'",
            columns.sql()
        );
    }
    // From the last session, or from the day on which a hand-over came back.
    let last = "(select max(s.held_on) from session s where s.plan_item_id = c.id and s.state = 'closed')";
    let back = "(select max(coalesce(b.received_on, substr(b.received_at, 1, 10))) from handover b \
                where b.plan_item_id = c.id and b.state = 'rejected')";
    let started = format!("case when coalesce({back}, '') > {last} then {back} else {last} end");
    let county = "(select min(pc.county_id) from plan_item_county pc where pc.plan_item_id = c.id)";
    let columns = Columns { subject: "c.id", county, started: &started, round: &started, ..own };
    let kept = |kind: &str| {
        format!(
            "exists (select 1 from handover h where h.plan_item_id = c.id and h.kind = '{kind}' \
             and h.state in ('handed_over', 'received'))"
        )
    };
    format!(
        "{} from plan_item c left join organisation g on g.id = c.agency_id where c.campaign_id = $1 \
         and {last} is not null and not exists (select 1 from session s where s.plan_item_id = c.id \
         and s.state in ('planned', 'published', 'open')) and not ({} and {})",
        columns.sql(),
        kept("archives"),
        kept("papers")
    )
}

/// Every record for which a clock runs in a campaign.
///
/// # Errors
/// What the engine says.
pub fn running(tx: &Tx<'_>, campaign: CampaignId, clock: Clock) -> Result<Vec<Running>, StoreError> {
    tx.query(&query(clock), params![campaign], |row| from_row(row, clock))
}

/// The clock of some of the campaign's records, where it runs for them.
///
/// # Errors
/// What the engine says.
pub fn running_for(
    tx: &Tx<'_>,
    campaign: CampaignId,
    clock: Clock,
    records: &[i64],
) -> Result<Vec<Running>, StoreError> {
    let these = engine::among_ids(tx.kind(), "r.subject", 2);
    let sql = format!("select * from ({}) r where {these}", query(clock));
    tx.query(&sql, params![campaign, serde_json::json!(records).to_string()], |row| from_row(row, clock))
}

/// A clock's own length in a campaign, and who set it when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The length.
    pub terms: Terms,
    /// Who set it.
    pub by: String,
    /// When.
    pub on: Date,
}

/// The clocks of a campaign that run differently from the default.
///
/// # Errors
/// What the engine says.
pub fn settings(tx: &Tx<'_>, campaign: CampaignId) -> Result<BTreeMap<Clock, Setting>, StoreError> {
    let rows = tx.query(
        "select clock, days, remind, escalate, further, set_by, set_on from clock_setting where campaign_id = $1",
        params![campaign],
        |row| {
            let terms = Terms {
                days: row.get("days")?,
                remind: row.get("remind")?,
                escalate: row.get("escalate")?,
                further: row.get("further")?,
            };
            let setting = Setting { terms, by: row.get("set_by")?, on: row.get("set_on")? };
            Ok((row.coded("clock", Clock::from_code)?, setting))
        },
    )?;
    Ok(rows.into_iter().collect())
}

/// Sets how long a clock runs in a campaign.
///
/// # Errors
/// What the engine says.
pub fn set(tx: &Tx<'_>, campaign: CampaignId, clock: Clock, setting: &Setting) -> Result<(), StoreError> {
    let Terms { days, remind, escalate, further } = setting.terms;
    tx.execute(
        "insert into clock_setting (campaign_id, clock, days, remind, escalate, further, set_by, set_on) \
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (campaign_id, clock) do update set days = excluded.days, \
         remind = excluded.remind, escalate = excluded.escalate, further = excluded.further, set_by = excluded.set_by, set_on = excluded.set_on",
        params![campaign, clock.code(), days, remind, escalate, further, &setting.by, setting.on],
    )?;
    Ok(())
}

/// Puts a notice on record and returns whether it is the first of its kind in the round.
///
/// # Errors
/// What the engine says.
pub fn say(
    tx: &Tx<'_>,
    campaign: CampaignId,
    of: &Running,
    (notice, due): (Notice, Date),
    at: Moment,
) -> Result<bool, StoreError> {
    let sql = "insert into deadline_notice (campaign_id, clock, subject_id, round, notice, due_on, at, business_day) \
               values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (clock, subject_id, round, notice) do nothing";
    let values = params![campaign, of.clock.code(), of.subject, &of.round, notice.code(), due, at.at, at.on];
    Ok(tx.execute(sql, values)? > 0)
}

/// What names a round: clock, record, round.
pub type RoundKey = (Clock, i64, String);

/// What was said in each round of a campaign's clocks, with the day, oldest first; of some records, or of all.
///
/// # Errors
/// What the engine says.
pub fn said(
    tx: &Tx<'_>,
    campaign: CampaignId,
    records: Option<&[i64]>,
) -> Result<BTreeMap<RoundKey, Vec<(Notice, Date)>>, StoreError> {
    let mut values = params![campaign].to_vec();
    let these = records.map_or_else(String::new, |records| {
        values.push(Value::Text(serde_json::json!(records).to_string()));
        format!(" and {}", engine::among_ids(tx.kind(), "subject_id", 2))
    });
    let sql = format!(
        "select clock, subject_id, round, notice, business_day from deadline_notice where campaign_id = $1{these} \
         order by id"
    );
    let rows = tx.query(&sql, &values, |row| {
        let key: RoundKey =
            (row.coded("clock", Clock::from_code)?, row.get("subject_id")?, row.get("round")?);
        Ok((key, (row.coded("notice", Notice::from_code)?, row.get("business_day")?)))
    })?;
    let mut said = BTreeMap::new();
    for (key, notice) in rows {
        said.entry(key).or_insert_with(Vec::new).push(notice);
    }
    Ok(said)
}
