//! The signed paper comes back as a scan or a photo (N10 N26).

use std::io::Read;

use jiff::civil::Date;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::commitment::{CommitmentAction, sign_gaps};
use xinxiu_domain::id::CommitmentId;
use xinxiu_domain::paper_code::{PaperKind, ScanOutcome};
use xinxiu_store::commitment::Commitment;
use xinxiu_store::files::{self, Kept, StoredFile};
use xinxiu_store::{StoreError, commitment, commitment_scan, concerns, penalty};

use super::{handled, record};
use crate::app::{App, Step};
use crate::archives;
use crate::paper_codes::{self, Readings, Sheet};
use crate::refusal::{Refusal, require};
use crate::scan_type::{HEAD, scan_type};

/// Most photos of one paper.
pub const PAGES: usize = 6;

/// Largest scan in bytes.
pub const SCAN_LIMIT: u64 = 20 * 1024 * 1024;

/// Takes in the sealed and signed paper. Another scan of a signed one is taken by
/// [`replace`](super::replace::replace) alone.
///
/// # Errors
/// [`Refusal::Invalid`] for a file that is no PDF, JPEG or PNG, for the scan of another paper, or an impossible date;
/// [`Refusal::Illegal`] where it is signed already; [`Refusal::Missing`] where its words are no longer in force.
pub fn sign(
    app: &App,
    actor: &Actor,
    id: CommitmentId,
    scan: &Kept,
    signed_on: Date,
) -> Result<ScanOutcome, Refusal> {
    sign_pages(app, actor, id, &[(scan.clone(), String::new())], signed_on)
}

/// [`sign`] with a paper of several pages, each photographed by itself.
///
/// # Errors
/// As [`sign`]; [`Refusal::Invalid`] without a page, or with more than [`PAGES`].
pub fn sign_pages(
    app: &App,
    actor: &Actor,
    id: CommitmentId,
    sheets: &[Sheet],
    signed_on: Date,
) -> Result<ScanOutcome, Refusal> {
    let pages = Pages::read(app, actor, id, sheets)?;
    app.step(actor, |step| {
        let mut found = handled(step.tx, actor, id)?;
        found.state = found.state.after(CommitmentAction::Sign)?;
        require(sign_gaps(&found.edition))?;
        check_date(step, found.penalty, signed_on)?;
        let outcome = pages.put(step, &mut found, "")?;
        found.signed_on = Some(signed_on);
        found.recorded_by.clone_from(&actor.name);
        commitment::save(step.tx, &found)?;
        archives::ensure(step, found.campaign, found.enterprise)?;
        let detail =
            serde_json::json!({ "signed_on": signed_on, "scan": pages.first().sha256, "code": outcome });
        record(
            step,
            "commitment.sign",
            &found,
            match sheets.len() {
                1 => format!("登记已签章的信用修复承诺书，落款{signed_on}；{outcome}"),
                more => format!("登记已签章的信用修复承诺书，{more}页，落款{signed_on}；{outcome}"),
            },
            detail,
        )?;
        Ok(outcome)
    })
}

/// The pages of one paper that was handed in, each with its media type and ending, and what was read on them.
pub(super) struct Pages<'a> {
    first: (&'a Kept, (&'static str, &'static str)),
    further: Vec<(&'a Kept, (&'static str, &'static str))>,
    readings: Readings,
}

impl<'a> Pages<'a> {
    /// Looks at what was handed in by somebody who may, before the step: reading photographs takes its time.
    pub(super) fn read(
        app: &App,
        actor: &Actor,
        id: CommitmentId,
        sheets: &'a [Sheet],
    ) -> Result<Self, Refusal> {
        let [(first, _), further @ ..] = sheets else {
            return Err(Refusal::invalid("scan", "请选择盖章后的照片或扫描件"));
        };
        if sheets.len() > PAGES {
            return Err(Refusal::invalid("scan", format!("一份承诺书最多{PAGES}张照片")));
        }
        let with_kind = |page: &'a Kept| Ok((page, picture(app, page)?));
        let (first, further) = (
            with_kind(first)?,
            further.iter().map(|(page, _)| with_kind(page)).collect::<Result<Vec<_>, Refusal>>()?,
        );
        app.view(actor, |view| handled(view.tx, actor, id).map(|_| ()))?;
        Ok(Self { first, further, readings: paper_codes::read(app, sheets)? })
    }

    /// The first page.
    pub(super) fn first(&self) -> &Kept {
        self.first.0
    }

    /// Puts the pages on record as the commitment's scan, with what their codes came to.
    pub(super) fn put(
        &self,
        step: &Step<'_>,
        found: &mut Commitment,
        of: &str,
    ) -> Result<ScanOutcome, Refusal> {
        let id = found.id;
        let wanted = (PaperKind::Commitment, [id.0]);
        let read = paper_codes::judge(step, "scan", &self.readings, (wanted.0, &wanted.1))?;
        let (scan, (media_type, ending)) = self.first;
        let first = step.file(scan, &format!("信用修复承诺书-{id}{of}.{ending}"), media_type)?;
        for (place, (page, (media_type, ending))) in (2..).zip(&self.further) {
            let name = format!("信用修复承诺书-{id}{of}-第{place}页.{ending}");
            commitment_scan::add_page(step.tx, id, first, (place, step.file(page, &name, media_type)?))?;
        }
        paper_codes::keep(step, first, (wanted.0, id.0), &read)?;
        found.scan = Some(first);
        Ok(read.outcome)
    }
}

pub(super) fn check_date(
    step: &Step<'_>,
    about: Option<xinxiu_domain::id::PenaltyId>,
    signed_on: Date,
) -> Result<(), Refusal> {
    if signed_on > step.today {
        return Err(Refusal::invalid("signed_on", "落款日期不能晚于今天"));
    }
    if let Some(penalty) = about {
        let decided_on = penalty::load(step.tx, penalty)?.facts.decision_date;
        if signed_on < decided_on {
            return Err(Refusal::invalid("signed_on", format!("落款日期早于处罚决定日期{decided_on}")));
        }
    }
    Ok(())
}

/// Media type and ending of a scan, by its first bytes: what a file is called says nothing.
pub(crate) fn picture(app: &App, scan: &Kept) -> Result<(&'static str, &'static str), Refusal> {
    if scan.size > SCAN_LIMIT {
        return Err(Refusal::invalid("scan", "文件超过20MB，请调低清晰度后重新拍摄或扫描"));
    }
    let mut head = Vec::new();
    let read = app.store.files.reader(&scan.sha256)?.take(HEAD).read_to_end(&mut head);
    read.map_err(|error| StoreError::File(scan.sha256.clone(), error))?;
    scan_type(&head).ok_or_else(|| Refusal::invalid("scan", "请上传盖章后的照片或扫描件（jpg、png 或 pdf）"))
}

/// The signed paper.
///
/// # Errors
/// [`Refusal::Forbidden`] where the enterprise does not belong to the actor; [`StoreError::NotFound`]
/// before it is signed.
pub fn scan(app: &App, actor: &Actor, id: CommitmentId) -> Result<StoredFile, Refusal> {
    app.view(actor, |view| {
        let found = commitment::load(view.tx, id)?;
        view.must(Action::ViewEnterprise, &concerns::of_enterprise(view.tx, found.enterprise)?)?;
        let file = found.scan.ok_or_else(|| StoreError::NotFound("承诺书扫描件", id.to_string()))?;
        Ok(files::load(view.tx, file)?)
    })
}

/// One page of the signed paper, from 1.
///
/// # Errors
/// As [`scan`]; [`StoreError::NotFound`] for a page that the paper does not have.
pub fn page(app: &App, actor: &Actor, id: CommitmentId, place: usize) -> Result<StoredFile, Refusal> {
    let first = scan(app, actor, id)?;
    if place <= 1 {
        return Ok(first);
    }
    app.view(actor, |view| {
        let none = || StoreError::NotFound("承诺书扫描件", format!("{id}第{place}页"));
        let first = commitment::load(view.tx, id)?.scan.ok_or_else(none)?;
        let file = commitment_scan::pages(view.tx, first)?.get(place - 2).copied().ok_or_else(none)?;
        Ok(files::load(view.tx, file)?)
    })
}
