//! Agency and organiser invite members of the class, hand out links and withdraw them (N07, N08).

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::archive::SurvivalState;
use xinxiu_domain::id::{AttendanceId, EnterpriseId, PlanItemId, SessionId};
use xinxiu_domain::session::SessionState;
use xinxiu_store::attendance::{self, Attendance};
use xinxiu_store::candidate::{self, Calling, Candidate, CandidateFilter};
use xinxiu_store::session::Session;
use xinxiu_store::vault::random_bytes;
use xinxiu_store::{StoreError, Tx, campaign, concerns, enterprise, params, session, waiting};

use super::token;
use crate::app::{App, Done, Step};
use crate::refusal::Refusal;
use crate::sessions::not_now;

/// How long a link works, in real time: through training, exam and certificate.
const LINK_LIFE: SignedDuration = SignedDuration::from_hours(180 * 24);
/// Candidates shown at a time.
const CANDIDATES: i64 = 200;
/// More than any class has.
const EVERYBODY: i64 = 100_000;
/// Enterprises asked for in one statement.
const AT_A_TIME: usize = 400;

/// What came of inviting many.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Invited.
    pub invited: Vec<AttendanceId>,
    /// Not invited: name and why.
    pub refused: Vec<(String, String)>,
}

/// The first members of the session's class that can be invited, the likeliest to repair first.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn candidates(
    app: &App,
    actor: &Actor,
    id: SessionId,
    wanted: &CandidateFilter,
) -> Result<Vec<Candidate>, Refusal> {
    Ok(candidate_page(app, actor, id, wanted, (0, CANDIDATES))?.0)
}

/// A page of those members, and how many there are in all.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn candidate_page(
    app: &App,
    actor: &Actor,
    id: SessionId,
    wanted: &CandidateFilter,
    page: (i64, i64),
) -> Result<(Vec<Candidate>, i64), Refusal> {
    app.view(actor, |view| {
        view.must(Action::Invite, &concerns::of_session(view.tx, id)?)?;
        let held = session::load(view.tx, id)?;
        let (calling, wanted, filter) = call(view.tx, actor, &held, wanted, view.today)?;
        let found = candidate::candidates(view.tx, &calling, &wanted, &filter, page)?;
        Ok((found, candidate::count_candidates(view.tx, &calling, &wanted, &filter)?))
    })
}

/// How the candidates of a session are asked for: of its own class, as far as the actor sees them.
fn call(
    tx: &Tx<'_>,
    actor: &Actor,
    held: &Session,
    wanted: &CandidateFilter,
    today: Date,
) -> Result<(Calling, CandidateFilter, String), Refusal> {
    let campaign = campaign::load_item(tx, held.plan_item)?.campaign;
    let wanted = CandidateFilter { plan_item: Some(held.plan_item), ..wanted.clone() };
    let filter = concerns::enterprise_filter(actor, Action::ViewEnterprise, "e.id");
    Ok((Calling { campaign, session: held.id, today }, wanted, filter))
}

/// Whom an invitation goes to.
enum Whom<'a> {
    Chosen(&'a [EnterpriseId]),
    Filtered(&'a CandidateFilter),
}

/// Invites everybody whom a filter finds, the likeliest to repair first; whoever comes after the last seat is
/// named.
///
/// # Errors
/// As [`invite`].
pub fn invite_filtered(
    app: &App,
    actor: &Actor,
    id: SessionId,
    wanted: &CandidateFilter,
) -> Result<Outcome, Refusal> {
    invite_whom(app, actor, id, (&Whom::Filtered(wanted), false))
}

/// Invites enterprises to a published session. Whoever cannot be invited is named with the reason; the
/// others are invited all the same.
///
/// # Errors
/// [`Refusal::Illegal`] where the session is not published or is over; [`Refusal::Invalid`] where nobody was
/// chosen.
pub fn invite(app: &App, actor: &Actor, id: SessionId, chosen: &[EnterpriseId]) -> Result<Outcome, Refusal> {
    if chosen.is_empty() {
        return Err(Refusal::invalid("enterprises", "请勾选要邀请的企业"));
    }
    invite_whom(app, actor, id, (&Whom::Chosen(chosen), false))
}

/// As [`invite`]; whoever comes after the last seat is invited to wait for one.
///
/// # Errors
/// As [`invite`].
pub fn invite_to_wait(
    app: &App,
    actor: &Actor,
    id: SessionId,
    chosen: &[EnterpriseId],
) -> Result<Outcome, Refusal> {
    if chosen.is_empty() {
        return Err(Refusal::invalid("enterprises", "请勾选要邀请的企业"));
    }
    invite_whom(app, actor, id, (&Whom::Chosen(chosen), true))
}

fn invite_whom(
    app: &App,
    actor: &Actor,
    id: SessionId,
    (whom, to_wait): (&Whom<'_>, bool),
) -> Result<Outcome, Refusal> {
    app.step(actor, |step| {
        step.must(Action::Invite, &concerns::of_session(step.tx, id)?)?;
        // Two people who invite at once must not overbook the hall.
        step.tx.lock(&format!("session-{id}"))?;
        let held = session::load(step.tx, id)?;
        if !matches!(held.state, SessionState::Published | SessionState::Open) {
            return Err(not_now(held.state, "邀请企业"));
        }
        let chosen = match whom {
            Whom::Chosen(chosen) => chosen.to_vec(),
            Whom::Filtered(wanted) => {
                let (calling, wanted, filter) = call(step.tx, actor, &held, wanted, step.today)?;
                let found = candidate::candidates(step.tx, &calling, &wanted, &filter, (0, EVERYBODY))?;
                found.into_iter().map(|one| one.enterprise).collect()
            }
        };
        if chosen.is_empty() {
            return Err(Refusal::invalid("enterprises", "没有符合条件的企业可以邀请"));
        }
        let outcome = invite_each(step, &held, &chosen, to_wait)?;
        let summary = format!(
            "邀请{}家企业参加「{}」，{}家未能邀请",
            outcome.invited.len(),
            held.title,
            outcome.refused.len()
        );
        let done = Done { action: "session.invite", subject: ("session", id.0), enterprise: None, summary };
        step.record(done, serde_json::json!({ "chosen": chosen.len() }))?;
        Ok(outcome)
    })
}

fn invite_each(
    step: &Step<'_>,
    held: &Session,
    chosen: &[EnterpriseId],
    to_wait: bool,
) -> Result<Outcome, Refusal> {
    let known = visible_members(step, held, chosen)?;
    let mut invited: HashSet<EnterpriseId> =
        attendance::enterprises(step.tx, held.id, "1 = 1")?.into_iter().collect();
    let mut free = i64::from(held.capacity) - attendance::taken_seats(step.tx, held.id)?;
    let expires = expiry(step.now)?;
    let mut outcome = Outcome::default();
    for enterprise in chosen {
        // Whose enterprise it is and what it is called is not said to those who may not see it.
        let Some((name, class, survival)) = known.get(enterprise) else {
            outcome.refused.push((format!("编号{enterprise}"), "不属于本培训班".into()));
            continue;
        };
        let seats = if to_wait { free.max(1) } else { free };
        if let Some(why) = obstacle(held, (*class, *survival), invited.contains(enterprise), seats) {
            outcome.refused.push((name.clone(), why));
            continue;
        }
        let id = attendance::insert(step.tx, held.id, *enterprise, &nonce()?, expires, step.moment())?;
        let waits = free <= 0;
        if waits {
            waiting::stand_by(step.tx, id)?;
        }
        let how = if waits { "候补" } else { "参加" };
        let summary = format!("邀请{name}{how}「{}」（{}）", held.title, held.held_on);
        record(step, "attendance.invite", (id, *enterprise), summary)?;
        invited.insert(*enterprise);
        free = (free - 1).max(0);
        outcome.invited.push(id);
    }
    Ok(outcome)
}

/// Name, class and survival of an enterprise that can be asked.
type Asked = (String, Option<PlanItemId>, SurvivalState);

/// Those enterprises of the session's campaign that the actor may see.
fn visible_members(
    step: &Step<'_>,
    held: &Session,
    chosen: &[EnterpriseId],
) -> Result<HashMap<EnterpriseId, Asked>, Refusal> {
    let campaign = campaign::load_item(step.tx, held.plan_item)?.campaign;
    let filter = concerns::enterprise_filter(step.actor, Action::ViewEnterprise, "e.id");
    let mut known = HashMap::new();
    for some in chosen.chunks(AT_A_TIME) {
        let ids: Vec<String> = some.iter().map(ToString::to_string).collect();
        let sql = format!(
            "select e.id, e.name, e.survival, m.plan_item_id from enterprise e join member m on m.enterprise_id = e.id \
             where m.campaign_id = $1 and e.id in ({}) and {filter}",
            ids.join(", ")
        );
        let rows = step.tx.query(&sql, params![campaign], |row| {
            let survival = row.coded("survival", SurvivalState::from_code)?;
            Ok((row.get("id")?, (row.get("name")?, row.get("plan_item_id")?, survival)))
        })?;
        known.extend(rows);
    }
    Ok(known)
}

fn obstacle(
    held: &Session,
    (class, survival): (Option<PlanItemId>, SurvivalState),
    is_invited: bool,
    free: i64,
) -> Option<String> {
    if survival.is_over() {
        return Some(format!("企业已{survival}，不再邀请"));
    }
    if is_invited {
        return Some("已经邀请过".into());
    }
    if class != Some(held.plan_item) {
        return Some("不属于本培训班".into());
    }
    (free <= 0).then(|| format!("名额已满（共{}个），请增加场次", held.capacity))
}

/// A personal link with the letter around it.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The attendance.
    pub attendance: Attendance,
    /// The session.
    pub session: Session,
    /// Name of the enterprise.
    pub enterprise: String,
    /// Agency.
    pub agency: String,
    /// Organiser.
    pub organiser: String,
    /// Day and hours, as they are read out.
    pub time: String,
    /// Token of the link; `None` where it is revoked or expired.
    pub token: Option<String>,
}

/// The invitation letter of an enterprise, with its personal link.
///
/// # Errors
/// [`Refusal::Forbidden`] for those who may not invite to this session.
pub fn letter(app: &App, actor: &Actor, id: AttendanceId) -> Result<Letter, Refusal> {
    let now = app.clock.now();
    app.view(actor, |view| {
        let found = attendance::load(view.tx, id)?;
        view.must(Action::Invite, &concerns::of_session(view.tx, found.session)?)?;
        let held = session::load(view.tx, found.session)?;
        let class = campaign::load_item(view.tx, held.plan_item)?;
        let works = !found.link_revoked && found.link_expires_at > now;
        Ok(Letter {
            enterprise: enterprise::load(view.tx, found.enterprise)?.name,
            agency: class.agency_name,
            organiser: class.organiser_name,
            time: crate::sessions::spoken_time(&held),
            token: if works { Some(token(app, &found)?) } else { None },
            attendance: found,
            session: held,
        })
    })
}

/// Gives an enterprise a new link; the old one stops working. Returns the session.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn reissue(app: &App, actor: &Actor, id: AttendanceId) -> Result<SessionId, Refusal> {
    change_link(app, actor, id, "attendance.link_reissue", "重新发放个人链接", |step, found| {
        found.link_nonce = nonce()?;
        found.link_expires_at = expiry(step.now)?;
        found.link_revoked = false;
        Ok(())
    })
}

/// Withdraws an enterprise's link. Returns the session.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn revoke(app: &App, actor: &Actor, id: AttendanceId) -> Result<SessionId, Refusal> {
    change_link(app, actor, id, "attendance.link_revoke", "作废个人链接", |_, found| {
        found.link_revoked = true;
        Ok(())
    })
}

fn change_link(
    app: &App,
    actor: &Actor,
    id: AttendanceId,
    action: &str,
    what: &str,
    change: impl FnOnce(&Step<'_>, &mut Attendance) -> Result<(), Refusal>,
) -> Result<SessionId, Refusal> {
    app.step(actor, |step| {
        let mut found = attendance::load(step.tx, id)?;
        step.must(Action::Invite, &concerns::of_session(step.tx, found.session)?)?;
        change(step, &mut found)?;
        attendance::save(step.tx, &found)?;
        let name = enterprise::load(step.tx, found.enterprise)?.name;
        let summary = format!("{what}：{name}，「{}」", found.session_title);
        record(step, action, (id, found.enterprise), summary)?;
        Ok(found.session)
    })
}

fn record(
    step: &Step<'_>,
    action: &str,
    (id, enterprise): (AttendanceId, EnterpriseId),
    summary: String,
) -> Result<(), Refusal> {
    let done = Done { action, subject: ("attendance", id.0), enterprise: Some(enterprise), summary };
    step.record(done, serde_json::json!({}))
}

fn nonce() -> Result<String, Refusal> {
    let bytes: Vec<u8> = random_bytes::<16>()?.to_vec();
    Ok(hex::encode(bytes))
}

fn expiry(now: Timestamp) -> Result<Timestamp, Refusal> {
    now.checked_add(LINK_LIFE).map_err(|error| {
        StoreError::Column { column: "link_expires_at".into(), problem: error.to_string() }.into()
    })
}
