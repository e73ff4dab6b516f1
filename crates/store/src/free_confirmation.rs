//! Free of charge, as enterprises say it themselves (免费确认, N19).

use jiff::civil::Date;
use xinxiu_domain::free_of_charge::{Occasion, Reached};
use xinxiu_domain::id::{AttendanceId, CampaignId, EnterpriseId};

use crate::application::UNFINISHED;
use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;
use crate::value::Row;

/// Puts a confirmation on record; saying it again changes nothing. Whether it was the first time.
///
/// # Errors
/// What the engine says.
pub fn insert(
    tx: &Tx<'_>,
    campaign: CampaignId,
    (enterprise, attendance): (EnterpriseId, AttendanceId),
    occasion: Occasion,
    at: Moment,
) -> Result<bool, StoreError> {
    let made = tx.execute(
        "insert into free_confirmation (campaign_id, enterprise_id, attendance_id, occasion, said_at, said_on) \
         values ($1, $2, $3, $4, $5, $6) on conflict (campaign_id, enterprise_id, occasion) do nothing",
        params![campaign, enterprise, attendance, occasion.code(), at.at, at.on],
    )?;
    Ok(made > 0)
}

/// An enterprise of a campaign with what it has said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Enterprise.
    pub enterprise: EnterpriseId,
    /// Its name.
    pub name: String,
    /// Its county.
    pub county: String,
    /// The agency of its class.
    pub agency: String,
    /// How far it has come.
    pub reached: Reached,
    /// What it has said, with the day.
    pub said: Vec<(Occasion, Date)>,
    /// Whether it has reported, by name, that something was charged.
    pub reported: bool,
}

impl Line {
    /// The occasions on which it has said nothing, though they have come.
    pub fn missing(&self) -> Vec<Occasion> {
        let said: Vec<Occasion> = self.said.iter().map(|(occasion, _)| *occasion).collect();
        xinxiu_domain::free_of_charge::missing(self.reached, &said)
    }
}

fn came(states: &str) -> String {
    format!(
        "case when exists (select 1 from attendance a join session s on s.id = a.session_id \
         join plan_item i on i.id = s.plan_item_id where a.enterprise_id = m.enterprise_id \
         and i.campaign_id = m.campaign_id and a.state in ({states})) then 1 else 0 end"
    )
}

/// SQL of the enterprises of the campaign `$1` with everything that [`Line`] holds. Who has been through with its
/// applications, and has none left open, has come to the end of the guidance.
fn select(filter: &str) -> String {
    let said = |occasion: Occasion| {
        format!(
            "(select c.said_on from free_confirmation c where c.campaign_id = m.campaign_id \
             and c.enterprise_id = m.enterprise_id and c.occasion = '{}')",
            occasion.code()
        )
    };
    let (answered, came) =
        (came("'accepted', 'present', 'passed', 'failed'"), came("'present', 'passed', 'failed'"));
    let finished = format!(
        "case when exists (select 1 from application p join application_item t on t.application_id = p.id \
         where p.campaign_id = m.campaign_id and p.enterprise_id = m.enterprise_id and t.state in ('taken_down', 'refused')) \
         and not exists (select 1 from application a where a.campaign_id = m.campaign_id \
         and a.enterprise_id = m.enterprise_id and {UNFINISHED}) then 1 else 0 end"
    );
    format!(
        "select e.id, e.name, coalesce(nullif(c.short_name, ''), c.name, '') as county, coalesce(g.name, '') as agency, \
         {answered} as answered, {came} as came, {finished} as finished, {} as invitation, {} as class, {} as ended, \
         case when exists (select 1 from agency_remark r where r.campaign_id = m.campaign_id \
         and r.enterprise_id = m.enterprise_id and r.kind = 'charging') then 1 else 0 end as reported \
         from member m join enterprise e on e.id = m.enterprise_id left join organisation c on c.id = e.county_id \
         left join plan_item q on q.id = m.plan_item_id left join organisation g on g.id = q.agency_id \
         where m.campaign_id = $1 and {filter}",
        said(Occasion::Invitation),
        said(Occasion::Class),
        said(Occasion::End)
    )
}

/// SQL over a line of [`select`]: something is still to be said. Who reported a charge is looked into, not asked.
const MISSING: &str = "l.reported = 0 and ((l.answered = 1 and l.invitation is null) \
     or (l.came = 1 and l.class is null) or (l.finished = 1 and l.ended is null))";

fn from_row(row: &Row) -> Result<Line, StoreError> {
    let said = [(Occasion::Invitation, "invitation"), (Occasion::Class, "class"), (Occasion::End, "ended")];
    let mut days = Vec::new();
    for (occasion, column) in said {
        days.extend(row.get::<Option<Date>>(column)?.map(|day| (occasion, day)));
    }
    Ok(Line {
        enterprise: row.get("id")?,
        name: row.get("name")?,
        county: row.get("county")?,
        agency: row.get("agency")?,
        reached: Reached {
            answered: row.get("answered")?,
            came: row.get("came")?,
            finished: row.get("finished")?,
        },
        said: days,
        reported: row.get("reported")?,
    })
}

/// Enterprises of a campaign that were asked, by agency and name; `filter` is SQL over `e.id`.
///
/// # Errors
/// What the engine says.
pub fn lines(
    tx: &Tx<'_>,
    campaign: CampaignId,
    filter: &str,
    only_missing: bool,
    (skip, limit): (i64, i64),
) -> Result<Vec<Line>, StoreError> {
    let which = if only_missing { MISSING } else { "(l.answered = 1 or l.came = 1 or l.finished = 1)" };
    let sql = format!(
        "select * from ({}) l where {which} order by l.agency, l.name, l.id limit $2 offset $3",
        select(filter)
    );
    tx.query(&sql, params![campaign, limit, skip], from_row)
}

/// How many enterprises have something left to say.
///
/// # Errors
/// What the engine says.
pub fn count_missing(tx: &Tx<'_>, campaign: CampaignId, filter: &str) -> Result<i64, StoreError> {
    tx.number(&format!("select count(*) from ({}) l where {MISSING}", select(filter)), params![campaign])
}

/// One enterprise of a campaign; `None` where it is not in it.
///
/// # Errors
/// What the engine says.
pub fn of_enterprise(
    tx: &Tx<'_>,
    campaign: CampaignId,
    enterprise: EnterpriseId,
) -> Result<Option<Line>, StoreError> {
    let row = tx.query_opt(&select("e.id = $2"), params![campaign, enterprise])?;
    row.map(|row| from_row(&row)).transpose()
}
