//! A commitment signed in the browser (手写签名, N10 N26): where the city allows it, by the enterprise itself, through its personal
//! link. The strokes are kept as a picture, and the paper is made with it.

use xinxiu_domain::Missing;
use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::commitment::CommitmentAction;
use xinxiu_domain::id::{CampaignId, CommitmentId};
use xinxiu_domain::session::Capacity;
use xinxiu_domain::signature::Signature;
use xinxiu_domain::text::tidy;
use xinxiu_store::commitment_drawing::{self, Drawing};
use xinxiu_store::{campaign, commitment};

use super::{handled, paper, record};
use crate::app::{App, Done};
use crate::archives;
use crate::papers;
use crate::refusal::{FieldError, Refusal, require};

/// What the enterprise signs with.
#[derive(Debug, Clone)]
pub struct Draw {
    /// Strokes as the page sends them.
    pub strokes: String,
    /// Who signs.
    pub signer: String,
    /// In which capacity.
    pub capacity: Option<Capacity>,
    /// That the text was read and is agreed to.
    pub agreed: bool,
}

/// Signs a commitment with a drawn signature.
///
/// # Errors
/// [`Refusal::Forbidden`] for all but the enterprise itself; [`Refusal::Missing`] where the city does not allow it;
/// [`Refusal::Invalid`] without signature, name, capacity or consent; [`Refusal::Illegal`] where it is signed already.
pub fn draw(app: &App, actor: &Actor, id: CommitmentId, command: &Draw) -> Result<(), Refusal> {
    let signer = tidy(&command.signer);
    let (drawn, capacity) = check(command, &signer)?;
    let picture = drawn.svg();
    let filled = app.view(actor, |view| {
        let found = handled(view.tx, actor, id)?;
        own(actor)?;
        require(gaps(commitment_drawing::is_allowed(view.tx, found.campaign)?))?;
        found.state.after(CommitmentAction::Sign)?;
        let mut filled = paper::fill(view, &found)?;
        filled.signature = Some(picture.clone());
        filled.signer = format!("{signer}（{capacity}）");
        filled.signed_on = Some(view.today);
        Ok(filled)
    })?;
    // Made before the step, so that nobody waits for the typesetter.
    let pdf = app.store.files.keep(papers::pdf(&filled)?.as_slice())?;
    let svg = app.store.files.keep(picture.as_bytes())?;
    app.step(actor, |step| {
        let mut found = handled(step.tx, actor, id)?;
        found.state = found.state.after(CommitmentAction::Sign)?;
        // What was read on the screen are the words in force.
        paper::words(&found).clone_into(&mut found.edition);
        found.scan =
            Some(step.file(&pdf, &format!("信用修复承诺书-{id}-手写签名.pdf"), "application/pdf")?);
        found.signed_on = Some(step.today);
        found.recorded_by.clone_from(&actor.name);
        commitment::save(step.tx, &found)?;
        let file = step.file(&svg, &format!("手写签名-{id}.svg"), "image/svg+xml")?;
        let drawing = Drawing { file, signer: signer.clone(), capacity, at: step.moment() };
        commitment_drawing::insert(step.tx, id, &drawing)?;
        archives::ensure(step, found.campaign, found.enterprise)?;
        let detail =
            serde_json::json!({ "capacity": capacity, "paper": pdf.sha256, "signature": svg.sha256 });
        record(
            step,
            "commitment.draw",
            &found,
            format!("手写签名信用修复承诺书，签名人{signer}（{capacity}）"),
            detail,
        )
    })
}

/// Nobody signs for another.
fn own(actor: &Actor) -> Result<(), Refusal> {
    if actor.enterprise.is_some() { Ok(()) } else { Err(Refusal::Forbidden(Action::HandleCommitment)) }
}

fn gaps(is_allowed: bool) -> Vec<Missing> {
    let message = "本市没有开放手写签名，请打印承诺书，签字盖章后拍照上传";
    if is_allowed { Vec::new() } else { vec![Missing::new("drawn", message, "N10")] }
}

fn check(command: &Draw, signer: &str) -> Result<(Signature, Capacity), Refusal> {
    let mut errors = Vec::new();
    let mut fault = |field: &str, message: String| errors.push(FieldError { field: field.into(), message });
    let drawn = Signature::parse(&command.strokes);
    if let Err(why) = &drawn {
        fault("strokes", why.to_string());
    }
    if signer.is_empty() {
        fault("signer", "请填写签名人姓名".into());
    }
    if command.capacity.is_none() {
        fault("capacity", "请选择签名人身份".into());
    }
    if !command.agreed {
        fault("agreed", "请确认已经读过并同意承诺书全文".into());
    }
    match (drawn, command.capacity) {
        (Ok(drawn), Some(capacity)) if errors.is_empty() => Ok((drawn, capacity)),
        _ => Err(Refusal::Invalid(errors)),
    }
}

/// Whether commitments of a campaign may be signed in the browser.
///
/// # Errors
/// What the database says.
pub fn drawing_allowed(app: &App, actor: &Actor, campaign: CampaignId) -> Result<bool, Refusal> {
    app.view(actor, |view| Ok(commitment_drawing::is_allowed(view.tx, campaign)?))
}

/// The city office allows signing in the browser, or stops it.
///
/// # Errors
/// [`Refusal::Forbidden`] for all but the city office.
pub fn allow_drawing(app: &App, actor: &Actor, id: CampaignId, allowed: bool) -> Result<(), Refusal> {
    app.step(actor, |step| {
        step.must(Action::EditCampaign, &Concerns::default())?;
        let found = campaign::load(step.tx, id)?;
        commitment_drawing::allow(step.tx, id, allowed, &actor.name, step.now)?;
        let what = if allowed { "开放" } else { "关闭" };
        let done = Done {
            action: "campaign.drawn_signatures",
            subject: ("campaign", id.0),
            enterprise: None,
            summary: format!("{what}「{}」承诺书手写签名", found.title),
        };
        step.record(done, serde_json::json!({ "allowed": allowed }))
    })
}
