//! A paper drawn at random. What was drawn stands in the paper: nothing that happens to the bank later, and no
//! reload, changes a sitting.

use xinxiu_domain::Missing;
use xinxiu_domain::blueprint::Blueprint;
use xinxiu_domain::exam::{Question, QuestionKind};
use xinxiu_store::vault::random_bytes;

use crate::refusal::Refusal;

/// A paper by a blueprint, questions and choices in a random order.
///
/// # Errors
/// [`Refusal::Missing`] where the bank has too few of a sort; the system's random source may fail.
pub(crate) fn draw(mut bank: Vec<Question>, blueprint: &Blueprint) -> Result<Vec<Question>, Refusal> {
    shuffle(&mut bank)?;
    let picked = blueprint.pick(&bank).map_err(|part| {
        let message = format!("题库里“{}”的题不够，请联系市信用办补充试题", part.label());
        Refusal::Missing(vec![Missing::new("exam", message, "N11")])
    })?;
    let mut paper: Vec<Question> = picked.into_iter().map(|place| bank[place].clone()).collect();
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
