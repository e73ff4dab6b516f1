//! Which of two is kept, and the joining itself with its audit entries.

use xinxiu_domain::id::{EnterpriseId, JoinId};
use xinxiu_store::enterprise::{self, Enterprise};
use xinxiu_store::enterprise_join::{self, Join};
use xinxiu_store::join_since::Since;

use super::propose::code;
use crate::app::{Done, Step};
use crate::refusal::Refusal;

/// How two can be joined: which is kept and which is joined to it, the better way first. One with a code is never
/// joined to one without; of two that are alike in this, the older comes first.
pub(super) fn ways(one: &Enterprise, other: &Enterprise) -> Vec<(EnterpriseId, EnterpriseId)> {
    let (first, second) = if one.id < other.id { (one, other) } else { (other, one) };
    match (first.uscc.is_some(), second.uscc.is_some()) {
        (true, false) => vec![(first.id, second.id)],
        (false, true) => vec![(second.id, first.id)],
        _ => vec![(first.id, second.id), (second.id, first.id)],
    }
}

/// Joins one to another and records it in the history of both.
pub(super) fn join(
    step: &Step<'_>,
    (kept, joined): (EnterpriseId, EnterpriseId),
    reason: &str,
) -> Result<JoinId, Refusal> {
    let (to, from) = (enterprise::load(step.tx, kept)?, enterprise::load(step.tx, joined)?);
    let id = enterprise_join::join(step.tx, (kept, joined), reason, &step.actor.name, step.moment())?;
    let detail = serde_json::json!({ "join": id, "kept": kept, "joined": joined });
    let into = format!("与「{}」（{}）认定为同一企业，其记录并入本企业：{reason}", from.name, code(&from));
    record(step, "identity.join", kept, into, detail.clone())?;
    let went = format!("认定为与「{}」（{}）同一企业，记录并入该企业：{reason}", to.name, code(&to));
    record(step, "identity.join", joined, went, detail)?;
    Ok(id)
}

/// Undoes a joining and records it in the history of both.
pub(super) fn part(step: &Step<'_>, found: &Join, reason: &str, along: &[Since]) -> Result<(), Refusal> {
    enterprise_join::undo(step.tx, found, reason, &step.actor.name, step.moment())?;
    let ids: Vec<_> = along.iter().map(|one| (one.kind.code(), one.id)).collect();
    let detail =
        serde_json::json!({ "join": found.id, "kept": found.kept, "joined": found.joined, "along": ids });
    let also: Vec<_> = along.iter().map(|one| format!("{}「{}」", one.kind, one.what)).collect();
    let also = if also.is_empty() {
        String::new()
    } else {
        format!("，合并后的{}一并退回", also.join("、"))
    };
    let back = format!("撤销与「{}」的合并，其记录退回{also}：{reason}", found.joined_name);
    record(step, "identity.part", found.kept, back, detail.clone())?;
    let own = format!("撤销并入「{}」，记录退回本企业{also}：{reason}", found.kept_name);
    record(step, "identity.part", found.joined, own, detail)
}

fn record(
    step: &Step<'_>,
    action: &str,
    id: EnterpriseId,
    summary: String,
    detail: serde_json::Value,
) -> Result<(), Refusal> {
    step.record(Done { action, subject: ("enterprise", id.0), enterprise: Some(id), summary }, detail)
}
