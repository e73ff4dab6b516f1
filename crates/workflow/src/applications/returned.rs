//! An application that the window returned (退回补正, N12): what it asked for, what was put right, and which papers are new since.

use xinxiu_domain::application::{ApplicationState, ReturnReason};
use xinxiu_domain::penalty::Material;
use xinxiu_domain::repair_fact::FactKind;
use xinxiu_domain::text::tidy;
use xinxiu_store::application::OnFile;
use xinxiu_store::repair_fact::RepairFact;
use xinxiu_store::review::Review;

use super::case::{Case, CaseItem};
use super::facts::{self, Fact};
use crate::app::Step;
use crate::refusal::{FieldError, Refusal};

/// What was put right, by the reason for which the application came back.
pub type Corrected = (ReturnReason, String);

/// The field in which the answer to a reason is asked for.
pub fn corrected_field(reason: ReturnReason) -> String {
    format!("corrected_{}", reason.code())
}

impl Case {
    /// The return that has not been answered by an acceptance since.
    pub fn last_return(&self) -> Option<&Review> {
        self.reviews.last().filter(|review| !review.accepted)
    }

    /// The return that waits for its answer.
    pub fn open_return(&self) -> Option<&Review> {
        self.last_return().filter(|_| self.application.state == ApplicationState::Returned)
    }

    /// What the agency said to the last return when it submitted again.
    pub fn corrections(&self) -> Vec<&RepairFact> {
        let Some(back) = self.last_return() else { return Vec::new() };
        let since = |fact: &&RepairFact| fact.kind == FactKind::Corrected && fact.at.at >= back.at;
        self.facts.iter().filter(since).collect()
    }

    /// Whether a document came after the last return.
    pub fn is_new(&self, material: &OnFile) -> bool {
        self.last_return().is_some_and(|back| material.added_at > back.at)
    }

    /// Whether a return names a paper of a record that nobody has replaced since: it is there, and cannot be used.
    pub fn is_rejected(&self, item: &CaseItem, material: Material) -> bool {
        let Some(back) = self.open_return() else { return false };
        if !back.reasons.iter().any(|reason| reason.names(material, &back.note)) {
            return false;
        }
        if material == Material::Commitment {
            return item.commitment_check.as_ref().is_none_or(|check| check.at.at <= back.at);
        }
        let serves =
            |one: &&OnFile| one.kind == material && one.penalty.is_none_or(|of| of == item.item.penalty);
        !self.materials.iter().filter(serves).any(|one| self.is_new(one))
    }
}

/// Keeps what was put right, one line for each reason of the return.
///
/// # Errors
/// [`Refusal::Invalid`] for every reason without one: what comes back unchanged is returned again.
pub(super) fn answer(step: &Step<'_>, case: &Case, corrected: &[Corrected]) -> Result<(), Refusal> {
    let Some(back) = case.open_return() else { return Ok(()) };
    let said = |reason: ReturnReason| {
        let found = corrected.iter().find(|(of, _)| *of == reason);
        found.map(|(_, words)| tidy(words)).filter(|words| words.chars().count() >= 2)
    };
    let silent = back.reasons.iter().filter(|reason| said(**reason).is_none());
    let errors: Vec<FieldError> = silent
        .map(|reason| FieldError {
            field: corrected_field(*reason),
            message: format!("请写明针对「{reason}」本次补正了什么"),
        })
        .collect();
    if !errors.is_empty() {
        return Err(Refusal::Invalid(errors));
    }
    for reason in &back.reasons {
        let words = said(*reason).unwrap_or_default();
        let fact = Fact {
            application: case.application.id,
            item: None,
            kind: FactKind::Corrected,
            result: reason.label(),
            opinion: &words,
            on: None,
            file: None,
        };
        facts::put(step, &fact)?;
    }
    Ok(())
}
