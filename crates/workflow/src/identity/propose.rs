//! Finding pairs that may be one enterprise. What is sure is joined at once; what is likely waits for a person.

use std::collections::{BTreeSet, HashMap};

use xinxiu_domain::Uscc;
use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::id::{BatchId, EnterpriseId};
use xinxiu_domain::identity::{Clue, Judgement, MatchAction, NameParts, Opinion, Shared, Sheet, compare};
use xinxiu_domain::registration_number::RegistrationNumber;
use xinxiu_store::enterprise::{self, Enterprise, sealed};
use xinxiu_store::enterprise_join;
use xinxiu_store::identity_key::{self, IdentityKey, KeyKind};
use xinxiu_store::job::Job;
use xinxiu_store::likely_match::{self, LikelyMatch};
use xinxiu_store::{Tx, Vault, join_obstacle, known_name};

use super::join::{join, ways};
use crate::app::{App, Done, Step};
use crate::jobs::Progress;
use crate::refusal::Refusal;

/// Enterprises that are looked at in one transaction.
const SLICE: usize = 400;

/// What was found of some enterprises.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    likely: usize,
    joined: usize,
}

/// Looks at the enterprises that a list names, and at those that were never looked at.
pub(crate) fn propose(app: &App, actor: &Actor, batch: BatchId) -> Result<(), Refusal> {
    let touched = app.store.db.read(|tx| identity_key::touched(tx, batch))?;
    for some in touched.chunks(SLICE) {
        look(app, actor, some)?;
    }
    Ok(())
}

/// Looks at everybody.
pub(crate) fn run_look(
    app: &App,
    actor: &Actor,
    job: &Job,
    slices: Option<usize>,
) -> Result<String, Refusal> {
    let everybody = app.store.db.read(identity_key::everybody)?;
    let mut progress = Progress::new(app, job.id, slices);
    let (mut sum, mut done) = (Counts::default(), 0);
    for some in everybody.chunks(SLICE) {
        let found = look(app, actor, some)?;
        sum = Counts { likely: sum.likely + found.likely, joined: sum.joined + found.joined };
        done += some.len();
        progress.tell(done, everybody.len())?;
    }
    Ok(format!("查看{}家，新增疑似同一企业{}对，自动合并{}对", everybody.len(), sum.likely, sum.joined))
}

/// Looks at one enterprise again, within the step that changed it.
pub(crate) fn look_again(step: &Step<'_>, id: EnterpriseId) -> Result<(), Refusal> {
    let found = enterprise::load(step.tx, id)?;
    if enterprise_join::joined_into(step.tx, id)?.is_some()
        || found.subject == xinxiu_domain::penalty::SubjectKind::NaturalPerson
    {
        return Ok(());
    }
    index(step.tx, &[id])?;
    let judged = judge(step.tx, &step.app.store.vault, &[id])?;
    put_all(step, &judged).map(drop)
}

fn look(app: &App, actor: &Actor, some: &[EnterpriseId]) -> Result<Counts, Refusal> {
    app.store.db.write(|tx| index(tx, some))?;
    let judged = app.store.db.read(|tx| judge(tx, &app.store.vault, some))?;
    if judged.is_empty() {
        return Ok(Counts::default());
    }
    app.step(actor, |step| {
        step.must(Action::DecideIdentity, &Concerns::default())?;
        step.tx.lock("identity")?;
        // Somebody may have looked at the same meanwhile.
        let judged = judge(step.tx, &step.app.store.vault, some)?;
        let counts = put_all(step, &judged)?;
        let Counts { likely, joined } = counts;
        let summary = format!("查找疑似同一企业：待核对{likely}对，自动合并{joined}对");
        let done = Done { action: "identity.propose", subject: ("identity", 0), enterprise: None, summary };
        step.record(done, serde_json::json!({ "likely": likely, "joined": joined }))?;
        Ok(counts)
    })
}

/// Writes the keys by which some enterprises are found.
fn index(tx: &Tx<'_>, some: &[EnterpriseId]) -> Result<(), Refusal> {
    let names = known_name::of_many(tx, some)?;
    let mut keys: BTreeSet<IdentityKey> = BTreeSet::new();
    for found in enterprise::by_ids(tx, some)? {
        let id = found.id;
        let others = names.get(&id).into_iter().flatten();
        keys.extend(others.chain([&found.name]).map(|name| (id, KeyKind::Name, NameParts::of(name).loose)));
        let code =
            found.uscc.as_ref().map(|uscc| (id, KeyKind::Organisation, uscc.organisation_code().to_owned()));
        let number = RegistrationNumber::parse(&found.registration_number).ok();
        keys.extend(code);
        keys.extend(number.map(|number| (id, KeyKind::Registration, number.to_string())));
    }
    Ok(identity_key::replace(tx, some, keys)?)
}

/// A pair with what is thought of it.
struct Judged {
    one: Enterprise,
    other: Enterprise,
    opinion: Opinion,
}

/// The new pairs of some enterprises that are surely or likely one.
fn judge(tx: &Tx<'_>, vault: &Vault, some: &[EnterpriseId]) -> Result<Vec<Judged>, Refusal> {
    let pairs = identity_key::pairs(tx, some)?;
    let mut judged = Vec::new();
    for pairs in pairs.chunks(SLICE) {
        let ids: BTreeSet<EnterpriseId> = pairs.iter().flat_map(|(one, other)| [*one, *other]).collect();
        let ids: Vec<EnterpriseId> = ids.into_iter().collect();
        let found: HashMap<EnterpriseId, Enterprise> =
            enterprise::by_ids(tx, &ids)?.into_iter().map(|one| (one.id, one)).collect();
        let names = known_name::of_many(tx, &ids)?;
        let shared = identity_key::shared_decisions(tx, pairs)?;
        for pair in pairs {
            let (Some(one), Some(other)) = (found.get(&pair.0), found.get(&pair.1)) else { continue };
            let decisions = shared.get(pair).copied().unwrap_or(0);
            let names = |of: &Enterprise| names.get(&of.id).cloned().unwrap_or_default();
            let sheets = (sheet(one, names(one)), sheet(other, names(other)));
            let opinion = compare(&sheets.0, &sheets.1, &shared_of(vault, (one, other), decisions)?);
            if opinion.may_be_one(false) {
                judged.push(Judged { one: one.clone(), other: other.clone(), opinion });
            }
        }
    }
    Ok(judged)
}

/// What identifies an enterprise.
pub(super) fn sheet(found: &Enterprise, other_names: Vec<String>) -> Sheet {
    Sheet {
        name: found.name.clone(),
        other_names,
        uscc: found.uscc.clone(),
        registration_number: found.registration_number.clone(),
        subject: found.subject,
        county: found.county,
        address: found.address.clone(),
        legal_representative: found.legal_representative.clone(),
    }
}

/// What two have in common that stands in no sheet. Their ID numbers are compared here and leave this function only
/// as equal or not.
pub(super) fn shared_of(
    vault: &Vault,
    (one, other): (&Enterprise, &Enterprise),
    decisions: usize,
) -> Result<Shared, Refusal> {
    let opened = |of: &Enterprise| {
        vault.open_text(sealed::LEGAL_REPRESENTATIVE_ID, &of.legal_representative_id_sealed)
    };
    let (a, b) = (opened(one)?, opened(other)?);
    let held = !a.is_empty() && !b.is_empty();
    Ok(Shared { decisions, same_representative_id: held.then(|| a.eq_ignore_ascii_case(&b)) })
}

fn put_all(step: &Step<'_>, judged: &[Judged]) -> Result<Counts, Refusal> {
    let mut counts = Counts::default();
    for one in judged {
        if put(step, one)? {
            counts.joined += 1;
        } else {
            counts.likely += 1;
        }
    }
    Ok(counts)
}

/// Puts a pair on record. Returns whether it was joined at once.
fn put(step: &Step<'_>, judged: &Judged) -> Result<bool, Refusal> {
    let (one, other) = (&judged.one, &judged.other);
    let (score, clues) = (judged.opinion.score(), &judged.opinion.clues);
    let found = likely_match::insert(step.tx, (one.id, other.id), score, clues, step.today)?;
    if judged.opinion.judgement != Judgement::Same {
        return Ok(false);
    }
    for id in [one.id, other.id] {
        // The pair before this one may have joined it.
        if enterprise_join::joined_into(step.tx, id)?.is_some() {
            return Ok(false);
        }
    }
    let Some((kept, joined)) = ways(one, other).into_iter().next() else { return Ok(false) };
    if !join_obstacle::before(step.tx, kept, joined)?.is_empty() {
        return Ok(false);
    }
    let why = format!("系统自动合并：{}", spoken(clues));
    let id = join(step, (kept, joined), &why)?;
    let state = found.state.after(MatchAction::FindSame)?;
    likely_match::save(
        step.tx,
        &LikelyMatch {
            state,
            decided_by: "系统".into(),
            decided_at: Some(step.moment()),
            reason: why,
            join: Some(id),
            ..found
        },
    )?;
    Ok(true)
}

/// What speaks for a pair, in one line.
pub(super) fn spoken(clues: &[Clue]) -> String {
    let speaking = clues.iter().filter(|clue| clue.weight() > 0);
    speaking.map(|clue| clue.label()).collect::<Vec<_>>().join("、")
}

/// The code of an enterprise for people.
pub fn code(found: &Enterprise) -> &str {
    found.uscc.as_ref().map_or("无代码", Uscc::as_str)
}
