//! A paper drawn at random.

use xinxiu_domain::exam::{PAPER_LENGTH, Question, QuestionKind};
use xinxiu_domain::session::Module;
use xinxiu_store::vault::random_bytes;

use super::all;
use crate::refusal::Refusal;

/// A paper: one question of each module, the rest from all of them, in a random order.
///
/// # Errors
/// As [`all`]; the system's random source may fail.
pub(crate) fn draw() -> Result<Vec<Question>, Refusal> {
    let mut pool: Vec<&Question> = all()?.iter().collect();
    shuffle(&mut pool)?;
    let mut paper: Vec<Question> = Vec::with_capacity(PAPER_LENGTH);
    for module in Module::ALL {
        if let Some(place) = pool.iter().position(|question| question.module == *module) {
            paper.push(pool.remove(place).clone());
        }
    }
    paper.extend(pool.into_iter().take(PAPER_LENGTH - paper.len()).cloned());
    shuffle(&mut paper)?;
    for question in paper.iter_mut().filter(|question| question.kind != QuestionKind::TrueFalse) {
        shuffle_choices(question)?;
    }
    Ok(paper)
}

/// Puts the choices in a random order, so that no position is likelier to be right than another.
fn shuffle_choices(question: &mut Question) -> Result<(), Refusal> {
    let mut order: Vec<usize> = (0..question.choices.len()).collect();
    shuffle(&mut order)?;
    question.choices = order.iter().map(|old| question.choices[*old].clone()).collect();
    question.answer = (0..order.len()).filter(|new| question.answer.contains(&order[*new])).collect();
    Ok(())
}

fn shuffle<T>(items: &mut [T]) -> Result<(), Refusal> {
    for last in (1..items.len()).rev() {
        let random = u64::from_le_bytes(random_bytes()?) % (last as u64 + 1);
        items.swap(last, usize::try_from(random).unwrap_or(last));
    }
    Ok(())
}
