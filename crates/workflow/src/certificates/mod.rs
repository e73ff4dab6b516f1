//! Certificates of training (培训证明, N11): issued when the exam is passed, kept as they were printed, checked by
//! anybody who holds the paper, revoked with a reason and issued anew.

mod check;
mod issue;
mod print;

pub use check::{Checked, check};
pub use issue::{Serving, ensure, issue_missing, of_attendance, reissue, revoke};
pub(crate) use issue::{issue, serving};
pub(crate) use print::{good_paper_of, paper_of};
pub use print::{pdf, pdf_of_session};
