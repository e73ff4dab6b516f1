//! The closing exam (结业考试, N11).

use serde::{Deserialize, Serialize};

coded! {
    /// Kind of a question.
    pub enum QuestionKind {
        Single = "single", "单选";
        Multiple = "multiple", "多选";
        TrueFalse = "true_false", "判断";
    }
}

/// A question of the bank, with what it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Stable id.
    pub id: String,
    /// Content module it examines.
    pub module: crate::session::Module,
    /// Kind.
    pub kind: QuestionKind,
    /// Question in plain Chinese.
    pub text: String,
    /// Choices in order.
    pub choices: Vec<String>,
    /// Indices of the right choices, from 0, ascending.
    pub answer: Vec<usize>,
    /// Why the answer is right.
    pub explanation: String,
    /// Id of the requirement or rule edition that it rests on.
    pub basis: String,
    /// The rule edition under which the answer is right, where it depends on one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
}

impl Question {
    /// Whether the given choices are exactly the right ones, in any order.
    pub fn is_right(&self, given: &[usize]) -> bool {
        let mut given = given.to_vec();
        given.sort_unstable();
        given.dedup();
        given == self.answer
    }
}

/// Marks a paper: the number of questions answered rightly.
pub fn mark(questions: &[Question], answers: &[Vec<usize>]) -> usize {
    questions.iter().zip(answers).filter(|(question, given)| question.is_right(given)).count()
}
