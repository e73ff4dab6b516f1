//! What keeps two enterprises from becoming one, or one from becoming two again (N08).

use xinxiu_domain::Missing;
use xinxiu_domain::id::EnterpriseId;

use crate::db::Tx;
use crate::enterprise_join::Join;
use crate::error::StoreError;

/// What both have and only one can have, as SQL over `{kept}` and `{joined}`, with what to say of each.
const BEFORE: [(&str, &str, &str); 7] = [
    (
        "both_in_session",
        "select distinct s.title || '（' || s.held_on || '）' as what from attendance t join attendance k \
         on k.session_id = t.session_id and k.enterprise_id = {kept} join session s on s.id = t.session_id \
         where t.enterprise_id = {joined}",
        "两家都列入同一场次「{what}」，参训记录不能合在一起",
    ),
    (
        "both_applied",
        "select distinct t.decision_number as what from penalty t join penalty k on k.enterprise_id = {kept} \
         and k.decision_key = t.decision_key and k.authority = t.authority where t.enterprise_id = {joined} \
         and exists (select 1 from application_item i where i.penalty_id = t.id)",
        "两家都有决定「{what}」，被并入的一家已为它办理修复申请，请先办结或撤回后移出该申请",
    ),
    (
        "both_committed",
        "select distinct t.decision_number as what from penalty t join penalty k on k.enterprise_id = {kept} \
         and k.decision_key = t.decision_key and k.authority = t.authority where t.enterprise_id = {joined} \
         and exists (select 1 from commitment c where c.penalty_id = t.id and c.signed_on is not null)",
        "两家都有决定「{what}」，被并入的一家已为它签订承诺书",
    ),
    (
        "states_differ",
        "select distinct t.decision_number as what from penalty t join penalty k on k.enterprise_id = {kept} \
         and k.decision_key = t.decision_key and k.authority = t.authority where t.enterprise_id = {joined} \
         and t.state <> k.state",
        "决定「{what}」在两家的公示状态不同，请先核对",
    ),
    (
        "both_in_queue",
        "select distinct c.held_on || ' ' || c.place as what from ticket t join ticket k on k.clinic_id = t.clinic_id \
         and k.enterprise_id = {kept} join clinic c on c.id = t.clinic_id where t.enterprise_id = {joined}",
        "两家都在同一手把手服务日「{what}」取了号",
    ),
    (
        "both_followed_up",
        "select distinct o.name as what from rectification t join rectification k on k.campaign_id = t.campaign_id \
         and k.authority_id = t.authority_id and k.enterprise_id = {kept} join organisation o on o.id = t.authority_id \
         where t.enterprise_id = {joined} and t.state not in ('open', 'notified')",
        "「{what}」对两家都在督促整改，被并入的一家已提出期限或已检查，请先由该部门处理",
    ),
    (
        "both_in_class",
        "select distinct p.name as what from member t join member k on k.campaign_id = t.campaign_id \
         and k.enterprise_id = {kept} and k.plan_item_id <> t.plan_item_id join plan_item p on p.id = t.plan_item_id \
         where t.enterprise_id = {joined} and exists (select 1 from attendance a join session s on s.id = a.session_id \
         where a.enterprise_id = t.enterprise_id and s.plan_item_id = t.plan_item_id) and exists (select 1 from attendance b \
         join session s on s.id = b.session_id where b.enterprise_id = k.enterprise_id and s.plan_item_id = k.plan_item_id)",
        "两家已在不同的培训班邀请参训，被并入的一家在「{what}」",
    ),
];

/// Work done since on what would go back, as SQL over `{kept}` and `{join}`.
const BACK: [(&str, &str, &str); 1] = [(
    "applied_since",
    "select distinct p.decision_number as what from application a join application_item i on i.application_id = a.id \
     join penalty p on p.id = i.penalty_id where a.enterprise_id = {kept} and i.penalty_id in \
     (select row_id from join_row where join_id = {join} and noun = 'penalty' and change = 'moved') and a.id not in \
     (select row_id from join_row where join_id = {join} and noun = 'application' and change = 'moved')",
    "合并后已为决定「{what}」办理修复申请，请先撤回该申请",
)];

/// What is in the way of joining one enterprise to another; empty where nothing is.
///
/// # Errors
/// What the engine says.
pub fn before(tx: &Tx<'_>, kept: EnterpriseId, joined: EnterpriseId) -> Result<Vec<Missing>, StoreError> {
    let fill = |sql: &str| sql.replace("{kept}", &kept.to_string()).replace("{joined}", &joined.to_string());
    let mut missing = Vec::new();
    for (code, sql, message) in BEFORE {
        missing.extend(said(tx, &fill(sql), code, message)?);
    }
    Ok(missing)
}

/// What is in the way of undoing a joining; empty where nothing is.
///
/// # Errors
/// What the engine says.
pub fn back(tx: &Tx<'_>, found: &Join) -> Result<Vec<Missing>, StoreError> {
    let mut missing = Vec::new();
    for (code, sql, message) in BACK {
        let sql = sql.replace("{kept}", &found.kept.to_string()).replace("{join}", &found.id.to_string());
        missing.extend(said(tx, &sql, code, message)?);
    }
    if crate::enterprise_join::joined_into(tx, found.kept)?.is_some() {
        let message = format!("「{}」后来又并入了另一家，请先撤销后一次合并", found.kept_name);
        missing.push(Missing::new("joined_since", message, "N08"));
    }
    Ok(missing)
}

fn said(tx: &Tx<'_>, sql: &str, code: &'static str, message: &str) -> Result<Vec<Missing>, StoreError> {
    tx.query(sql, &[], |row| {
        let what: String = row.get("what")?;
        Ok(Missing::new(code, message.replace("{what}", &what), "N08"))
    })
}
