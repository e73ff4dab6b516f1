//! From which records each clock (办理期限) is read, in SQL: one query a clock, all with the same columns.

use xinxiu_domain::deadline::Clock;

use crate::commitment;

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
pub(super) fn query(clock: Clock) -> String {
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
