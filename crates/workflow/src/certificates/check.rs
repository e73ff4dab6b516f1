//! Anybody who holds a certificate checks it.

use xinxiu_documents::TrainingCertificate;
use xinxiu_domain::certificate::CertificateCode;
use xinxiu_store::certificate::{self, Revoked};

use super::print::read;
use crate::app::App;
use crate::refusal::Refusal;

/// What a certificate says and whether it is good. It shows no more than the paper does.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The paper.
    pub paper: TrainingCertificate,
    /// Since when and why it is no longer good.
    pub revoked: Option<Revoked>,
    /// Number of the certificate that was issued in its place.
    pub replaced_by: Option<String>,
}

/// The certificate of a code, as it was printed; `None` where no paper bears that code.
///
/// # Errors
/// What the database says.
pub fn check(app: &App, code: &CertificateCode) -> Result<Option<Checked>, Refusal> {
    app.store.db.read(|tx| {
        let Some(found) = certificate::by_code(tx, code)? else { return Ok(None) };
        let later =
            certificate::of_attendance(tx, found.attendance)?.pop().filter(|last| last.id != found.id);
        let paper = read(&found, None)?;
        let replaced_by = later.filter(|last| last.revoked.is_none()).map(|last| last.number);
        Ok(Some(Checked { paper, revoked: found.revoked, replaced_by }))
    })
}
