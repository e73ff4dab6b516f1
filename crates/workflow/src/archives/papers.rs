//! The papers of an archive as bytes: read from disk, or made from data.

use xinxiu_documents::ArchiveAttachment;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::id::EnterpriseId;
use xinxiu_store::files::{self, StoredFile};
use xinxiu_store::{StoreError, attendance, concerns};

use super::dossier::{Dossier, Made, Source, load};
use crate::app::{App, View};
use crate::papers;
use crate::refusal::Refusal;
use crate::{applications, certificates, credit_report};

/// A paper as it is handed out.
#[derive(Debug)]
pub enum Sheet {
    /// A file on record.
    Stored(StoredFile),
    /// Made just now: a PDF with its file name.
    Made(Vec<u8>, String),
}

/// One paper of an archive by its place in the list.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Store`] where there is no such paper.
pub fn paper(app: &App, actor: &Actor, of: EnterpriseId, place: usize) -> Result<Sheet, Refusal> {
    app.view(actor, |view| {
        view.must(Action::ViewEnterprise, &concerns::of_enterprise(view.tx, of)?)?;
        let dossier = load(view, of)?;
        let paper =
            dossier.papers.get(place).ok_or_else(|| StoreError::NotFound("档案材料", place.to_string()))?;
        match paper.source {
            Source::Stored(id) => Ok(Sheet::Stored(files::load(view.tx, id)?)),
            Source::Made(made) => {
                let (bytes, name) = make(view, &dossier, made)?;
                Ok(Sheet::Made(bytes, name))
            }
        }
    })
}

/// Makes a paper from data.
pub(super) fn make(view: &View<'_>, dossier: &Dossier, made: Made) -> Result<(Vec<u8>, String), Refusal> {
    match made {
        Made::Receipt(application, review) => {
            let case = dossier.cases.iter().find(|case| case.application.id == application);
            let found = case.and_then(|case| Some((case, case.reviews.iter().find(|r| r.id == review)?)));
            let (case, review) = found.ok_or_else(|| StoreError::NotFound("初审回执", review.to_string()))?;
            let receipt = applications::receipt_of(view, case, review)?;
            Ok((papers::pdf(&receipt)?, format!("初审回执-{}.pdf", receipt.number)))
        }
        Made::Certificate(id) => {
            let certificate = certificates::paper_of(view, &attendance::load(view.tx, id)?, None)?;
            Ok((papers::pdf(&certificate)?, format!("培训证明-{}.pdf", certificate.number)))
        }
        Made::CreditReport => {
            let report = credit_report::report(view, dossier.enterprise.id)?;
            Ok((papers::pdf(&report)?, format!("信用查询报告-{}.pdf", report.number)))
        }
        Made::Decision(id) => {
            let of = dossier
                .cases
                .iter()
                .find_map(|case| Some((case, case.items.iter().find(|item| item.item.id == id)?)));
            let (case, item) = of.ok_or_else(|| StoreError::NotFound("修复决定", id.to_string()))?;
            let form = applications::decided_form(
                &view.app.store.vault,
                dossier.enterprise.uscc.clone(),
                (case, item),
            )?;
            Ok((papers::pdf(&form)?, format!("修复决定-{}.pdf", form.number)))
        }
    }
}

/// The catalogue of an archive's papers as annex 4 prints it, for a single print; papers that are made from
/// data have no digest of their own there.
pub(super) fn attachments(view: &View<'_>, dossier: &Dossier) -> Result<Vec<ArchiveAttachment>, Refusal> {
    let mut lines = Vec::with_capacity(dossier.papers.len());
    for paper in &dossier.papers {
        let stored: Option<StoredFile> = match paper.source {
            Source::Stored(id) => Some(files::load(view.tx, id)?),
            Source::Made(_) => None,
        };
        let (file, sha256) = stored
            .map_or_else(|| ("（平台生成）".to_owned(), String::new()), |file| (file.name, file.sha256));
        lines.push(ArchiveAttachment {
            title: format!("{}（{}）", paper.kind, paper.title),
            file,
            sha256,
            dated: paper.dated,
        });
    }
    Ok(lines)
}
