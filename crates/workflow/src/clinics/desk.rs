//! A device at a hand-in-hand day, after a time without a network (N12): what it noted is checked now, one mark at a time,
//! in the order in which it happened; what cannot be taken is said instead of lost, and what rests on a mark that another
//! device has not brought yet waits on its device.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::id::{ClinicId, EnterpriseId};
use xinxiu_store::{Moment, StoreError, clinic, clinic_mark, concerns, enterprise};

use super::marks::{self, Taken};
use crate::app::App;
use crate::refusal::Refusal;

/// Marks taken in one go.
const AT_MOST: usize = 2000;
/// The oldest that a mark can be, in seconds.
const OLDEST: i64 = 7 * 24 * 3600;

/// What a device noted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Noted {
    /// Made by the device; sent again it is taken once.
    pub key: String,
    /// `take`, a step of the queue, `submit`, `receive`, `accept` or `return`.
    pub kind: String,
    /// Whom it is about.
    pub enterprise: i64,
    /// The number that the enterprise was told.
    pub number: Option<u32>,
    /// The lane in which the device serves.
    pub lane: String,
    /// Its counter.
    pub counter: String,
    /// The application that was submitted or reviewed.
    pub application: i64,
    /// Its version as the device saw it.
    pub version: i64,
    /// Whether the reviewer had it before him when the platform did not know yet that it was submitted.
    pub ahead: bool,
    /// Coded reasons of a return.
    pub reasons: Vec<String>,
    /// What exactly is wrong.
    pub note: String,
    /// Seconds since it was noted, by the device's own clock: that clock may be wrong, but it runs.
    pub seconds_ago: i64,
}

/// The answer for one mark.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// The device's key.
    pub key: String,
    /// What became of it.
    pub verdict: Verdict,
    /// Name of the enterprise; empty where it is not known.
    pub name: String,
    /// What was done, or why it was not.
    pub message: String,
    /// The receipt of a review, to be printed.
    pub receipt: Option<i64>,
}

/// What the server made of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Taken.
    Taken,
    /// It was known already.
    Double,
    /// A person has to look at it.
    Conflict,
    /// It rests on what another device has not brought yet: the device keeps it and brings it again.
    Waits,
}

/// The letter's place of a device on a day, so that the numbers it gives without a network are nobody else's. No step of
/// the procedure: nothing is recorded of it but the place.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Invalid`] where the day has as many devices as there are letters.
pub fn register(app: &App, actor: &Actor, id: ClinicId, device: &str) -> Result<u32, Refusal> {
    let device: String = device.chars().take(40).collect();
    let place = app.store.db.write(|tx| {
        let found = clinic::load(tx, id)?;
        if !actor.may(Action::ServeQueue, &clinic::concerns(tx, &found)?) {
            return Err(Refusal::Forbidden(Action::ServeQueue));
        }
        tx.lock(&format!("clinic:{id}"))?;
        Ok::<_, Refusal>(clinic_mark::position(tx, id, &device)?)
    })?;
    place.ok_or_else(|| Refusal::invalid("device", "本次服务日登记的设备太多，请用已经打开过本页的设备"))
}

/// Takes what a device noted, in the order in which it happened.
///
/// # Errors
/// [`Refusal::Forbidden`]; everything else is answered mark by mark.
pub fn sync(
    app: &App,
    actor: &Actor,
    id: ClinicId,
    device: &str,
    mut noted: Vec<Noted>,
) -> Result<Vec<Answer>, Refusal> {
    app.view(actor, |view| {
        let found = clinic::load(view.tx, id)?;
        view.must(Action::ServeQueue, &clinic::concerns(view.tx, &found)?)
    })?;
    noted.truncate(AT_MOST);
    noted.sort_by_key(|mark| std::cmp::Reverse(mark.seconds_ago));
    let device: String = device.chars().take(40).collect();
    let mut held = BTreeSet::new();
    let answers = noted.iter().map(|mark| {
        // What was done for an enterprise after a mark that waits comes after it.
        let answer = one(app, actor, (id, &device), mark, held.contains(&mark.enterprise));
        if answer.verdict == Verdict::Waits {
            held.insert(mark.enterprise);
        }
        answer
    });
    Ok(answers.collect())
}

fn one(app: &App, actor: &Actor, (id, device): (ClinicId, &str), noted: &Noted, is_behind: bool) -> Answer {
    let answer = |verdict, name: &str, taken: Taken| {
        let (key, name) = (noted.key.clone(), name.to_owned());
        Answer { key, verdict, name, message: taken.message, receipt: taken.receipt }
    };
    let conflict =
        |name: &str, why: String| answer(Verdict::Conflict, name, Taken { message: why, receipt: None });
    if noted.key.is_empty() || noted.key.len() > 64 {
        return conflict("", "没有编号，无法防止重复".into());
    }
    let of = EnterpriseId(noted.enterprise);
    let known = app.view(actor, |view| {
        view.must(Action::ServeQueue, &concerns::of_enterprise(view.tx, of)?)?;
        let name = enterprise::load(view.tx, of)?.name;
        let taken = marks::known(view.tx, id, noted)?;
        let waits = if taken.is_none() { marks::waits(view.tx, id, noted, is_behind)? } else { None };
        Ok((name, taken, waits))
    });
    let name = match known {
        Ok((name, Some(taken), _)) => return answer(Verdict::Double, &name, taken),
        Ok((name, None, Some(why))) => {
            return answer(Verdict::Waits, &name, Taken { message: why.into(), receipt: None });
        }
        Ok((name, None, None)) => name,
        Err(_) => return conflict("", "不是可以在本次服务日办理的企业".into()),
    };
    let now = app.clock.now();
    let at = Timestamp::from_second(now.as_second() - noted.seconds_ago.clamp(0, OLDEST)).unwrap_or(now);
    let happened = Moment { on: app.clock.day_of(at), at };
    let done = app.step(actor, |step| {
        // Two devices that bring marks of one day come one after the other.
        step.tx.lock(&format!("clinic:{id}"))?;
        let taken = marks::apply(step, id, noted, happened)?;
        let text = serde_json::to_string(&taken).map_err(|error| Refusal::Upload(error.to_string()))?;
        let mark = clinic_mark::Taken {
            key: &noted.key,
            clinic: id,
            enterprise: of,
            kind: &noted.kind,
            device,
            answer: &text,
            happened,
            by: &actor.name,
        };
        clinic_mark::insert(step.tx, &mark, step.now)?;
        Ok(taken)
    });
    match done {
        Ok(taken) => answer(Verdict::Taken, &name, taken),
        // Sent twice at once: the other was taken.
        Err(Refusal::Store(StoreError::Duplicate(_))) => answer(Verdict::Double, &name, Taken::default()),
        Err(refusal) => conflict(&name, refusal.to_string()),
    }
}
