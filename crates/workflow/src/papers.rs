//! Printing: a paper as data in, PDF out.

use xinxiu_documents::{Document, render_pdf};

use crate::refusal::Refusal;

/// Media type of a printed paper.
pub const PDF: &str = "application/pdf";

/// Prints a paper.
///
/// # Errors
/// [`Refusal::Document`].
pub fn pdf<D: Document>(document: &D) -> Result<Vec<u8>, Refusal> {
    render_pdf(document).map_err(|error| Refusal::Document(error.to_string()))
}
