//! Commitments (信用修复承诺书, annex 2): prepared, printed, signed on paper, kept as a scan (N10 N24 N26).

mod breach;
mod class;
mod confirm;
mod draw;
mod paper;
mod replace;
mod sign;

use std::collections::BTreeMap;

use jiff::civil::Date;
use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::commitment::{ABOUT_LISTING, ABOUT_PENALTY, replace_gaps};
use xinxiu_domain::id::{CampaignId, CommitmentId, EnterpriseId, PlanItemId};
use xinxiu_domain::missing::Missing;
use xinxiu_store::campaign::{self, Campaign, PlanItem};
use xinxiu_store::commitment::{self, Commitment, Line, Owed, Show};
use xinxiu_store::commitment_drawing::{self, Drawing};
use xinxiu_store::commitment_scan::{self, Replaced};
use xinxiu_store::enterprise::{self, Enterprise};
use xinxiu_store::listing::{self, Listing};
use xinxiu_store::paper_check::{self, PaperCheck};
use xinxiu_store::penalty::{self, Penalty};
use xinxiu_store::{StoreError, Tx, concerns};

use crate::app::{App, Done, Step};
use crate::refusal::{Refusal, require};

pub(crate) use breach::open_breaches;
pub use breach::{announce_breach, breach, breach_of, breaches, republish};
pub use class::prepare_class;
pub use confirm::confirm_scan;
pub use draw::{Draw, allow_drawing, draw, drawing_allowed};
pub(crate) use paper::number;
pub use paper::{Printed, pdf};
pub use replace::{replace, replace_pages, replaced_scan};
pub(crate) use sign::picture;
pub use sign::{PAGES, SCAN_LIMIT, page, scan, sign, sign_pages};

/// An enterprise's commitments in a campaign with what they are about.
#[derive(Debug, Clone)]
pub struct Folder {
    /// The enterprise.
    pub enterprise: Enterprise,
    /// The campaign.
    pub campaign: Campaign,
    /// Its commitments, each with its penalty record where it is about one.
    pub commitments: Vec<(Commitment, Option<Penalty>)>,
    /// What the codes on their scans said.
    pub checks: BTreeMap<CommitmentId, PaperCheck>,
    /// Listings that still stand.
    pub listings: Vec<Listing>,
    /// What it owes and has signed.
    pub owed: Owed,
    /// Public records without a commitment, or 1 for an enterprise that is only listed and has none.
    pub unprepared: usize,
    /// Whether the actor may handle them.
    pub may_handle: bool,
}

/// The commitments of one enterprise; the campaign under way where none is named.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Missing`] where there is no campaign.
pub fn folder(
    app: &App,
    actor: &Actor,
    enterprise: EnterpriseId,
    campaign: Option<CampaignId>,
) -> Result<Folder, Refusal> {
    app.view(actor, |view| {
        let whom = concerns::of_enterprise(view.tx, enterprise)?;
        view.must(Action::ViewEnterprise, &whom)?;
        let campaign = current(view.tx, campaign)?;
        let commitments = commitment::of_enterprise(view.tx, campaign.id, enterprise)?;
        let penalties = penalty::of_enterprise(view.tx, enterprise)?;
        let about = |one: &Commitment| penalties.iter().find(|penalty| Some(penalty.id) == one.penalty);
        let listings = listing::of_enterprise(view.tx, enterprise)?;
        Ok(Folder {
            enterprise: enterprise::load(view.tx, enterprise)?,
            owed: commitment::owed(view.tx, campaign.id, enterprise)?,
            unprepared: commitment::lacking_of(view.tx, campaign.id, enterprise)?.len(),
            campaign,
            checks: paper_check::of_commitments(view.tx, commitments.iter().map(|one| one.id))?,
            commitments: commitments.iter().map(|one| (one.clone(), about(one).cloned())).collect(),
            listings: listings.into_iter().filter(|listing| listing.gone_since.is_none()).collect(),
            may_handle: actor.may(Action::HandleCommitment, &whom),
        })
    })
}

/// One commitment with what it is about.
#[derive(Debug, Clone)]
pub struct Card {
    /// The commitment.
    pub commitment: Commitment,
    /// The penalty record, where it is about one.
    pub penalty: Option<Penalty>,
    /// Its enterprise.
    pub enterprise: Enterprise,
    /// Business day.
    pub today: Date,
    /// Whether the actor may handle it.
    pub may_handle: bool,
    /// Whether the actor may record that it was broken.
    pub may_record_breach: bool,
    /// What keeps its scan from being replaced.
    pub replace_gaps: Vec<Missing>,
    /// The signature drawn in the browser, where it was signed so.
    pub drawing: Option<Drawing>,
    /// How many pages the scan has; none before it is signed.
    pub pages: usize,
    /// Scans that were replaced, oldest first, each with how many pages it has.
    pub replaced: Vec<(Replaced, usize)>,
    /// Number of its paper (文书编号).
    pub number: String,
    /// What the QR code on its scan said, where the scan was checked.
    pub check: Option<PaperCheck>,
    /// Whether the actor may confirm a scan whose code could not be read.
    pub may_confirm: bool,
}

/// One commitment.
///
/// # Errors
/// [`Refusal::Forbidden`] where its enterprise does not belong to the actor.
pub fn card(app: &App, actor: &Actor, id: CommitmentId) -> Result<Card, Refusal> {
    app.view(actor, |view| {
        let found = commitment::load(view.tx, id)?;
        let whom = concerns::of_enterprise(view.tx, found.enterprise)?;
        view.must(Action::ViewEnterprise, &whom)?;
        Ok(Card {
            penalty: found.penalty.map(|penalty| penalty::load(view.tx, penalty)).transpose()?,
            enterprise: enterprise::load(view.tx, found.enterprise)?,
            today: view.today,
            may_handle: actor.may(Action::HandleCommitment, &whom),
            may_record_breach: actor.may(Action::RecordBreach, &concerned(view.tx, &found)?),
            replace_gaps: replace_gaps(commitment_scan::has_served_a_decision(
                view.tx,
                found.enterprise,
                found.penalty,
            )?),
            drawing: commitment_drawing::find(view.tx, id)?,
            pages: match found.scan {
                Some(first) => 1 + commitment_scan::pages(view.tx, first)?.len(),
                None => 0,
            },
            replaced: commitment_scan::of_commitment(view.tx, id)?
                .into_iter()
                .map(|old| {
                    let pages = 1 + commitment_scan::pages(view.tx, old.file)?.len();
                    Ok((old, pages))
                })
                .collect::<Result<_, StoreError>>()?,
            number: number(campaign::load(view.tx, found.campaign)?.year, id),
            check: found.scan.map(|first| paper_check::find(view.tx, first)).transpose()?.flatten(),
            may_confirm: actor.may(Action::ConfirmScan, &whom),
            commitment: found,
        })
    })
}

/// What a list of commitments is kept to.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Which enterprises.
    pub show: Show,
    /// Part of the name.
    pub search: String,
    /// Class.
    pub class: Option<PlanItemId>,
    /// Rows passed over.
    pub skip: i64,
    /// Rows wanted.
    pub limit: i64,
}

/// Enterprises with what they owe, by class, and the classes to choose from.
///
/// # Errors
/// [`Refusal::Forbidden`] where the actor handles no commitments; [`Refusal::Missing`] without a campaign.
pub fn list(app: &App, actor: &Actor, choice: &Choice) -> Result<(Vec<Line>, Vec<PlanItem>), Refusal> {
    if !actor.has(Action::HandleCommitment) {
        return Err(Refusal::Forbidden(Action::HandleCommitment));
    }
    app.view(actor, |view| {
        let campaign = current(view.tx, None)?;
        let mut filter = concerns::enterprise_filter(actor, Action::HandleCommitment, "e.id");
        if let Some(class) = choice.class {
            filter = format!("{filter} and m.plan_item_id = {}", class.0);
        }
        let page = (choice.skip, choice.limit);
        let lines =
            commitment::lines(view.tx, campaign.id, &filter, choice.show, choice.search.trim(), page)?;
        Ok((lines, campaign::items(view.tx, campaign.id)?))
    })
}

/// Prepares what is missing: one commitment for each public penalty record, or one about the listing of an
/// enterprise that has no such record (N24); nothing for one that is on no list. Doing it again changes nothing. Returns how many were made.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Missing`] where the enterprise is not in the campaign.
pub fn prepare(
    app: &App,
    actor: &Actor,
    enterprise: EnterpriseId,
    campaign: Option<CampaignId>,
) -> Result<usize, Refusal> {
    let (campaign, open) = app.view(actor, |view| {
        view.must(Action::HandleCommitment, &concerns::of_enterprise(view.tx, enterprise)?)?;
        let campaign = current(view.tx, campaign)?;
        require(member_gaps(view.tx, campaign.id, enterprise)?)?;
        Ok((campaign.id, commitment::lacking_of(view.tx, campaign.id, enterprise)?.len()))
    })?;
    if open == 0 {
        return Ok(0);
    }
    app.step(actor, |step| {
        step.must(Action::HandleCommitment, &concerns::of_enterprise(step.tx, enterprise)?)?;
        // Two people may press the button at once: the second waits here and then finds nothing to do.
        step.tx.lock(&format!("commitment-{enterprise}"))?;
        let subjects = commitment::lacking_of(step.tx, campaign, enterprise)?;
        for penalty in &subjects {
            let edition = if penalty.is_some() { ABOUT_PENALTY } else { ABOUT_LISTING };
            commitment::insert(step.tx, campaign, enterprise, *penalty, edition)?;
        }
        let done = Done {
            action: "commitment.prepare",
            subject: ("enterprise", enterprise.0),
            enterprise: Some(enterprise),
            summary: format!("准备信用修复承诺书{}份", subjects.len()),
        };
        step.record(done, serde_json::json!({ "campaign": campaign, "penalties": subjects }))?;
        Ok(subjects.len())
    })
}

fn member_gaps(tx: &Tx<'_>, campaign: CampaignId, enterprise: EnterpriseId) -> Result<Vec<Missing>, Refusal> {
    let gap = || Missing::new("member", "该企业不在本年度行动的名单中，请先导入名单", "N08");
    Ok(if enterprise::member(tx, campaign, enterprise)?.is_some() { Vec::new() } else { vec![gap()] })
}

/// The named campaign, or else the one under way, or else the newest.
pub(crate) fn current(tx: &Tx<'_>, named: Option<CampaignId>) -> Result<Campaign, Refusal> {
    if let Some(id) = named {
        return Ok(campaign::load(tx, id)?);
    }
    let found = match campaign::current(tx)? {
        Some(found) => Some(found),
        None => campaign::all(tx)?.into_iter().next(),
    };
    let gap = || Missing::new("campaign", "还没有年度行动，请市信用办先编制", "N04");
    found.ok_or_else(|| Refusal::Missing(vec![gap()]))
}

/// Whom a commitment concerns: of the authorities the one whose decision it is about.
fn concerned(tx: &Tx<'_>, found: &Commitment) -> Result<Concerns, Refusal> {
    Ok(match found.penalty {
        Some(penalty) => concerns::of_penalty(tx, penalty)?,
        None => concerns::of_enterprise(tx, found.enterprise)?,
    })
}

/// Loads a commitment that the actor may handle.
fn handled(tx: &Tx<'_>, actor: &Actor, id: CommitmentId) -> Result<Commitment, Refusal> {
    let found = commitment::load(tx, id)?;
    let action = Action::HandleCommitment;
    if actor.may(action, &concerns::of_enterprise(tx, found.enterprise)?) {
        Ok(found)
    } else {
        Err(Refusal::Forbidden(action))
    }
}

fn record(
    step: &Step<'_>,
    action: &str,
    found: &Commitment,
    summary: String,
    detail: serde_json::Value,
) -> Result<(), Refusal> {
    let done =
        Done { action, subject: ("commitment", found.id.0), enterprise: Some(found.enterprise), summary };
    step.record(done, detail)
}
