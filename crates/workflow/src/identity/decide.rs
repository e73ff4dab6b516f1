//! What a person finds of a pair: the same, different, unsure; and the way back.

use xinxiu_domain::Missing;
use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::coded;
use xinxiu_domain::id::{EnterpriseId, JoinId, MatchId};
use xinxiu_domain::identity::{MatchAction, MatchState};
use xinxiu_domain::text::tidy;
use xinxiu_store::enterprise_join::{self, Join};
use xinxiu_store::join_since::{self, Later, Since};
use xinxiu_store::likely_match::{self, LikelyMatch};
use xinxiu_store::{enterprise, join_obstacle};

use super::join::{join, part, ways};
use super::pair::opinion;
use crate::app::{App, Done, Step};
use crate::refusal::{Refusal, require};

coded! {
    /// What a person finds of a pair.
    pub enum Verdict {
        Same = "same", "相同";
        Different = "different", "不同";
        Unsure = "unsure", "存疑";
    }
}

impl Verdict {
    const fn action(self) -> MatchAction {
        match self {
            Self::Same => MatchAction::FindSame,
            Self::Different => MatchAction::FindDifferent,
            Self::Unsure => MatchAction::Doubt,
        }
    }
}

/// Finds a pair to be the same, which joins them; different, which is remembered; or leaves it in doubt. `keep`
/// says which of two is kept where both could be.
///
/// # Errors
/// [`Refusal::Missing`] with what is in the way of joining; [`Refusal::Illegal`] where something was found already.
pub fn decide(
    app: &App,
    actor: &Actor,
    id: MatchId,
    verdict: Verdict,
    (reason, keep): (&str, Option<EnterpriseId>),
) -> Result<(), Refusal> {
    let reason = checked(reason)?;
    app.step(actor, |step| {
        step.must(Action::DecideIdentity, &Concerns::default())?;
        step.tx.lock("identity")?;
        let found = likely_match::load(step.tx, id)?;
        let state = found.state.after(verdict.action())?;
        let join = match verdict {
            Verdict::Same => Some(join_pair(step, &found, &reason, keep)?),
            Verdict::Different | Verdict::Unsure => None,
        };
        save(step, found, (state, join), &reason, &format!("认定为{verdict}"))
    })
}

fn join_pair(
    step: &Step<'_>,
    found: &LikelyMatch,
    reason: &str,
    keep: Option<EnterpriseId>,
) -> Result<JoinId, Refusal> {
    let (one, other) = (enterprise::load(step.tx, found.one)?, enterprise::load(step.tx, found.other)?);
    let gap = |code, message: String| Refusal::Missing(vec![Missing::new(code, message, "N08")]);
    for side in [&one, &other] {
        if enterprise_join::joined_into(step.tx, side.id)?.is_some() {
            return Err(gap(
                "joined_already",
                format!("「{}」已并入另一家企业，请先撤销那次合并", side.name),
            ));
        }
    }
    if !opinion(step.app, step.tx, (&one, &other))?.may_be_one(found.is_by_hand()) {
        let message =
            "两家除名称外没有相同之处，或一方是分支机构、自然人，不能合并；代码不同的，只凭名称不合并";
        return Err(gap("nothing_but_the_name", message.to_owned()));
    }
    let ways = ways(&one, &other);
    let wanted = ways.iter().find(|(kept, _)| keep.is_none_or(|keep| keep == *kept));
    let (kept, joined) =
        *wanted.ok_or_else(|| gap("keep_the_code", "应保留有统一社会信用代码的一家".to_owned()))?;
    require(join_obstacle::before(step.tx, kept, joined)?)?;
    join(step, (kept, joined), reason)
}

/// Takes back what was found of a pair; a joining is undone exactly, and the pair is open again. Of what came to the kept
/// enterprise since, `along` goes back too, and the rest stays.
///
/// # Errors
/// [`Refusal::Missing`] with what has to be undone first; [`Refusal::Illegal`] where nothing was found.
pub fn undo(
    app: &App,
    actor: &Actor,
    id: MatchId,
    (reason, along): (&str, &[(Later, i64)]),
) -> Result<(), Refusal> {
    let reason = checked(reason)?;
    app.step(actor, |step| {
        step.must(Action::DecideIdentity, &Concerns::default())?;
        step.tx.lock("identity")?;
        let found = likely_match::load(step.tx, id)?;
        let (before, state) = (found.state, found.state.after(MatchAction::Undo)?);
        if let Some(join) = found.join {
            let join = enterprise_join::load(step.tx, join)?;
            let along = chosen(step, &join, along)?;
            join_since::goes_along(step.tx, &join, along.iter().map(|one| (one.kind, one.id)))?;
            require(join_obstacle::back(step.tx, &join)?)?;
            part(step, &join, &reason, &along)?;
        }
        save(step, found, (state, None), &reason, &format!("撤销认定（{before}）"))
    })
}

/// What was chosen of the things that came since; one that is not offered is refused, for the page was out of date.
fn chosen(step: &Step<'_>, join: &Join, along: &[(Later, i64)]) -> Result<Vec<Since>, Refusal> {
    let came = join_since::came(step.tx, join)?;
    let found: Vec<Since> =
        came.into_iter().filter(|one| one.kind.may_go() && along.contains(&(one.kind, one.id))).collect();
    if found.len() < along.len() {
        return Err(Refusal::invalid("along", "合并后发生的事项已有变化，请重新勾选要一并退回的"));
    }
    Ok(found)
}

pub(super) fn checked(reason: &str) -> Result<String, Refusal> {
    let reason = tidy(reason);
    if reason.chars().count() < 2 {
        return Err(Refusal::invalid("reason", "请写明认定的理由，例如「营业执照和法定代表人一致」"));
    }
    Ok(reason)
}

fn save(
    step: &Step<'_>,
    found: LikelyMatch,
    (state, join): (MatchState, Option<JoinId>),
    reason: &str,
    what: &str,
) -> Result<(), Refusal> {
    let (one, other) = (enterprise::load(step.tx, found.one)?, enterprise::load(step.tx, found.other)?);
    let (id, joined) = (found.id, join.is_some());
    let saved = LikelyMatch {
        state,
        decided_by: step.actor.name.clone(),
        decided_at: Some(step.moment()),
        reason: reason.to_owned(),
        join,
        ..found
    };
    likely_match::save(step.tx, &saved)?;
    let summary = format!("「{}」与「{}」{what}：{reason}", one.name, other.name);
    let done = Done { action: "identity.decide", subject: ("likely_match", id.0), enterprise: None, summary };
    step.record(done, serde_json::json!({ "state": state, "joined": joined }))
}
