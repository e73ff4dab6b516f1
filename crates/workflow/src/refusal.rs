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
}

/// Refuses where conditions are missing.
///
/// # Errors
/// [`Refusal::Missing`] with all of them.
pub fn require(missing: Vec<Missing>) -> Result<(), Refusal> {
    if missing.is_empty() { Ok(()) } else { Err(Refusal::Missing(missing)) }
}
