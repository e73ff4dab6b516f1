//! Why a step was not taken, in words for the person who tried.

use thiserror::Error;
use xinxiu_domain::actor::Action;
use xinxiu_domain::{IllegalMove, Missing};
use xinxiu_store::StoreError;

/// A value in a form that cannot be taken as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Name of the field in the form.
    pub field: String,
    /// What is wrong and what to do, in Chinese.
    pub message: String,
}

/// A missing condition as a message of the form; its code names the field where there is one.
impl From<Missing> for FieldError {
    fn from(missing: Missing) -> Self {
        Self {
            field: missing.code.to_owned(), message: format!("{}（{}）", missing.message, missing.basis)
        }
    }
}

/// A step that was not taken. Nothing of it stays.
#[derive(Debug, Error)]
pub enum Refusal {
    /// The actor's role or organisation does not have the action on this record.
    #[error("您没有权限{0}，或该记录不属于您的单位")]
    Forbidden(Action),
    /// Conditions are not met; each says how to meet it.
    #[error("还不能办理：{}", joined(.0))]
    Missing(Vec<Missing>),
    /// The record's state does not allow the step.
    #[error(transparent)]
    Illegal(#[from] IllegalMove),
    /// The form holds values that cannot be taken.
    #[error("填写的内容有误：{}", .0.iter().map(|e| e.message.as_str()).collect::<Vec<_>>().join("；"))]
    Invalid(Vec<FieldError>),
    /// An upload cannot be used.
    #[error("{0}")]
    Upload(String),
    /// What the database, the files or the keys say.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A document could not be made.
    #[error("文书生成失败：{0}")]
    Document(String),
    /// The rules could not answer.
    #[error("规则判定失败：{0}")]
    Policy(String),
}

fn joined(missing: &[Missing]) -> String {
    missing.iter().map(|m| m.message.as_str()).collect::<Vec<_>>().join("；")
}

impl Refusal {
    /// One field of a form that cannot be taken.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError { field: field.to_owned(), message: message.into() }])
    }

    /// The same refusal with its messages for one field moved to another, where a page calls it so.
    #[must_use]
    pub fn with_field(self, from: &str, to: &str) -> Self {
        let Self::Invalid(mut errors) = self else { return self };
        for error in errors.iter_mut().filter(|error| error.field == from) {
            to.clone_into(&mut error.field);
        }
        Self::Invalid(errors)
    }

    /// What was wrong, for showing the form again: wrong values, missing conditions, an unusable upload, a
    /// state that does not allow the step. `upload` names the field of the file, and takes what has none.
    ///
    /// # Errors
    /// The refusal itself where the same form cannot mend it: forbidden, not found, a record that was changed
    /// meanwhile, a fault of the system.
    pub fn into_errors(self, upload: &str) -> Result<Vec<FieldError>, Self> {
        let of_form = |message: String| vec![FieldError { field: upload.to_owned(), message }];
        match self {
            Self::Invalid(errors) => Ok(errors),
            Self::Missing(missing) => Ok(missing.into_iter().map(FieldError::from).collect()),
            Self::Upload(message) => Ok(of_form(message)),
            Self::Illegal(illegal) => Ok(of_form(illegal.to_string())),
            Self::Store(taken @ StoreError::Duplicate(_)) => Ok(of_form(taken.to_string())),
            other => Err(other),
        }
    }
}

/// Refuses where conditions are missing.
///
/// # Errors
/// [`Refusal::Missing`] with all of them.
pub fn require(missing: Vec<Missing>) -> Result<(), Refusal> {
    if missing.is_empty() { Ok(()) } else { Err(Refusal::Missing(missing)) }
}

/// Refuses where the page from which somebody acts is out of date.
pub(crate) fn unchanged(noun: &'static str, found: i64, seen: i64) -> Result<(), Refusal> {
    if found == seen { Ok(()) } else { Err(StoreError::Conflict(noun).into()) }
}
