//! Papers out: the documents of a campaign as PDF and DOCX, and the archive packages that are handed over.
//!
//! One file per document. Each is plain data with a `sample`; [`render_pdf`] sets it in the template of its
//! edition with the fonts inside the binary, so that the same data give the same bytes on every machine.
//! [`package`] writes and checks the `BagIt` archives in which the papers leave the house.

mod commitment;
mod credit_query_report;
mod docx;
mod enterprise_archive;
mod fonts;
mod labels;
mod matching_sheet;
mod official;
pub mod package;
mod penalty_passport;
mod qr;
mod receipt;
mod rectification_form;
mod render;
mod sign_in_sheet;
mod summary;
mod training_certificate;
mod training_notice;
mod world;

pub use commitment::{Commitment, CommitmentSubject};
pub use credit_query_report::{CreditQueryReport, ReportListing, ReportRecord};
pub use docx::render_docx;
pub use enterprise_archive::{ArchiveAttachment, ArchiveEvent, ArchiveRecord, EnterpriseArchive};
pub use matching_sheet::{MatchingGroup, MatchingSheet};
pub use official::{Block, OfficialPaper, Paper};
pub use penalty_passport::{PassportMaterial, PenaltyPassport};
pub use qr::{paper_png, qr_svg};
pub use receipt::{CheckedMaterial, Receipt, ReturnReason, ReviewOutcome};
pub use rectification_form::{FormSeverity, RectificationForm};
pub use render::{Document, DocumentError, Head, edition_name, render_pdf, unprintable};
pub use sign_in_sheet::{SignInRow, SignInSheet};
pub use summary::{CampaignSummary, SummaryRow};
pub use training_certificate::{TrainingCertificate, TrainingCertificates};
pub use training_notice::{CourseModule, TrainingNotice};
