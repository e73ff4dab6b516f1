//! The way out and back (ADR 18): whoever carries parcels implements [`Outward`]; what is sent and what an answer does is the
//! same for every carrier.

use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::filing::{FilingAnswer, FilingState, ParcelOutcome};
use xinxiu_store::Part;
use xinxiu_store::filing::{self, Filing, Parcel};

use super::steps;
use crate::app::{App, Done};
use crate::campaigns;
use crate::refusal::Refusal;

/// A filing on its way out.
#[derive(Debug, Clone)]
pub struct Outbound {
    /// The number under which the other side answers.
    pub reference: String,
    /// Lane, by its code.
    pub lane: &'static str,
    /// Name of the package.
    pub name: String,
    /// The package.
    pub package: Vec<u8>,
}

/// A parcel as a carrier found it.
#[derive(Debug, Clone)]
pub struct Received {
    /// The other side's name for it; the same name is taken once.
    pub message: String,
    /// The reference that it names.
    pub reference: String,
    /// What it says, or why it cannot be trusted.
    pub content: Result<FilingAnswer, (ParcelOutcome, String)>,
    /// Where the carrier keeps it.
    pub place: String,
}

/// A carrier of parcels: folders today, an interface of the other side tomorrow.
pub trait Outward {
    /// Carries a filing out. Once this returns, the other side can have it; carried twice under one reference, it is the same.
    ///
    /// # Errors
    /// What keeps it from being carried.
    fn send(&self, parcel: &Outbound) -> Result<(), Refusal>;

    /// What has come back and was not put away yet. Nothing of it is lost by looking.
    ///
    /// # Errors
    /// What keeps the carrier from looking.
    fn received(&self) -> Result<Vec<Received>, Refusal>;

    /// Puts a parcel away once what became of it is on record.
    ///
    /// # Errors
    /// What keeps it from being put away; it comes again then, and is a repetition.
    fn put_away(&self, parcel: &Received, outcome: ParcelOutcome, note: &str) -> Result<(), Refusal>;
}

/// Carries every prepared filing out, and returns their references.
///
/// # Errors
/// [`Refusal::Forbidden`] for all who may not file for everybody; what the carrier says. What was carried before that is sent.
pub fn send_all(app: &App, actor: &Actor, carrier: &dyn Outward) -> Result<Vec<String>, Refusal> {
    let waiting = app.view(actor, |view| {
        view.must(Action::FileOutward, &Concerns::default())?;
        let campaign = campaigns::current(view)?.id;
        Ok(filing::list(view.tx, "1 = 1", (campaign, &[FilingState::Prepared]), Part::first(500))?)
    })?;
    let mut done = Vec::new();
    for one in waiting.iter().rev() {
        carry(app, actor, carrier, one)?;
        done.push(one.reference.clone());
    }
    Ok(done)
}

fn carry(app: &App, actor: &Actor, carrier: &dyn Outward, one: &Filing) -> Result<(), Refusal> {
    let file = app.view(actor, |view| Ok(xinxiu_store::files::load(view.tx, one.file)?))?;
    let package = app.store.files.read(&file.sha256)?;
    let parcel =
        Outbound { reference: one.reference.clone(), lane: one.lane.code(), name: file.name, package };
    // Carried first: a parcel that is carried and not marked is carried again under the same reference and is the same.
    carrier.send(&parcel)?;
    app.step(actor, |step| {
        let found = filing::load(step.tx, one.id)?;
        steps::send(step, found, step.today)
    })
}

/// Takes in what came back; each parcel is on record with what became of it, the refused ones too.
///
/// # Errors
/// [`Refusal::Forbidden`]; what the carrier or the database says.
pub fn take_answers(app: &App, actor: &Actor, carrier: &dyn Outward) -> Result<Vec<Parcel>, Refusal> {
    app.view(actor, |view| view.must(Action::FileOutward, &Concerns::default()))?;
    let mut all = Vec::new();
    for parcel in carrier.received()? {
        let taken = take(app, actor, &parcel)?;
        carrier.put_away(&parcel, taken.outcome, &taken.note)?;
        all.push(taken);
    }
    Ok(all)
}

fn take(app: &App, actor: &Actor, parcel: &Received) -> Result<Parcel, Refusal> {
    let tried = app.step(actor, |step| {
        step.tx.lock("exchange")?;
        let (outcome, note) = match &parcel.content {
            Err((outcome, note)) => (*outcome, note.clone()),
            Ok(_) if filing::was_taken(step.tx, &parcel.message)? => {
                (ParcelOutcome::Repeated, "同一份答复已经登记过".to_owned())
            }
            Ok(answer) => match filing::by_reference(step.tx, &parcel.reference)? {
                None => (ParcelOutcome::Foreign, "没有这个编号的申报".to_owned()),
                Some(found) => {
                    steps::answered(step, found, answer)?;
                    (ParcelOutcome::Taken, format!("编号{}", answer.number))
                }
            },
        };
        keep(step, parcel, outcome, note)
    });
    match tried {
        // The answer does not fit where the filing stands, or says too little: that is on record as well.
        Err(refusal @ (Refusal::Illegal(_) | Refusal::Missing(_))) => {
            app.step(actor, |step| keep(step, parcel, ParcelOutcome::Unfit, refusal.to_string()))
        }
        other => other,
    }
}

fn keep(
    step: &crate::app::Step<'_>,
    parcel: &Received,
    outcome: ParcelOutcome,
    note: String,
) -> Result<Parcel, Refusal> {
    let kept = Parcel {
        message: parcel.message.clone(),
        reference: parcel.reference.clone(),
        outcome,
        note,
        read_by: step.actor.name.clone(),
        at: step.moment(),
    };
    let id = filing::insert_parcel(step.tx, &kept)?;
    let done = Done {
        action: "exchange.parcel",
        subject: ("exchange_parcel", id),
        enterprise: None,
        summary: format!("读入对外申报的答复：{outcome}"),
    };
    step.record(done, serde_json::json!({ "reference": parcel.reference, "outcome": outcome }))?;
    Ok(kept)
}
