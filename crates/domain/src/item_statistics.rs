//! How a question of the exam does its work (试题分析, N11): how hard it is, and whether those who know more answer it
//! more often.

use std::collections::BTreeMap;

use crate::exam::Question;

/// Below so many answers nothing is said of how a question discriminates.
pub const ENOUGH: u32 = 30;

/// What the answers to a question add up to: `x` is 1 where it is right, `y` the share of right answers among the
/// other questions of the same paper.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Sums {
    n: u32,
    x: u32,
    y: f64,
    yy: f64,
    xy: f64,
}

/// A question with what its answers say.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The question, as it was asked last.
    pub question: Question,
    /// How often it was asked.
    pub asked: u32,
    /// How often it was answered rightly.
    pub right: u32,
    /// Correlation of its result with that of the rest of the paper (区分度), from -1 to 1; `None` where too few
    /// answered, or all alike.
    pub discrimination: Option<f64>,
}

impl Item {
    /// Share of right answers (难度), from 0 to 1: the greater, the easier.
    pub fn difficulty(&self) -> f64 {
        if self.asked == 0 { 0.0 } else { f64::from(self.right) / f64::from(self.asked) }
    }

    /// What is to be looked at, where the numbers speak against the question.
    pub fn concern(&self) -> Option<Concern> {
        if self.asked < ENOUGH {
            return None;
        }
        match self.discrimination {
            Some(value) if value < 0.0 => Some(Concern::Backwards),
            _ if self.difficulty() < 0.3 => Some(Concern::Hard),
            _ if self.difficulty() > 0.97 => Some(Concern::Easy),
            _ => None,
        }
    }
}

coded! {
    /// What speaks against a question.
    pub enum Concern {
        Backwards = "backwards", "得分高的反而答错，请核对答案和题意";
        Hard = "hard", "多数答错，请核对题意或加强讲解";
        Easy = "easy", "几乎都答对，起不到检验作用";
    }
}

/// The questions of the papers that were added.
#[derive(Debug, Default)]
pub struct Items(BTreeMap<String, (Question, Sums)>);

impl Items {
    /// Adds a paper that was handed in. A paper of one question says how hard it is and nothing else.
    pub fn add(&mut self, questions: Vec<Question>, answers: &[Vec<usize>]) {
        let right: Vec<bool> = questions
            .iter()
            .enumerate()
            .map(|(place, question)| answers.get(place).is_some_and(|given| question.is_right(given)))
            .collect();
        let total = right.iter().filter(|one| **one).count();
        let others = right.len().saturating_sub(1);
        for (question, is_right) in questions.into_iter().zip(right) {
            let rest = total - usize::from(is_right);
            let y = if others == 0 { 0.0 } else { share(rest, others) };
            let id = question.id.clone();
            let (last, sums) = self.0.entry(id).or_insert_with(|| (question.clone(), Sums::default()));
            *last = question;
            sums.n += 1;
            sums.y += y;
            sums.yy += y * y;
            if is_right {
                sums.x += 1;
                sums.xy += y;
            }
        }
    }

    /// Every question that was asked, by id.
    pub fn finish(self) -> Vec<Item> {
        let item = |(question, sums): (Question, Sums)| Item {
            question,
            asked: sums.n,
            right: sums.x,
            discrimination: correlation(sums),
        };
        self.0.into_values().map(item).collect()
    }
}

fn share(part: usize, whole: usize) -> f64 {
    let small = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    small(part) / small(whole)
}

/// The product-moment correlation of a right-or-wrong result with the rest of the paper.
fn correlation(sums: Sums) -> Option<f64> {
    if sums.n < ENOUGH {
        return None;
    }
    let (n, x) = (f64::from(sums.n), f64::from(sums.x));
    let spread = (n * x - x * x) * (n * sums.yy - sums.y * sums.y);
    // Answers that are all alike have a spread of nothing, but for the rounding of the sums.
    (spread > 1e-9).then(|| (n * sums.xy - x * sums.y) / spread.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exam::QuestionKind;
    use crate::session::Module;

    fn question(id: &str) -> Question {
        Question {
            id: id.into(),
            module: Module::Procedure,
            kind: QuestionKind::Single,
            text: id.into(),
            choices: vec!["甲".into(), "乙".into(), "丙".into()],
            answer: vec![0],
            explanation: String::new(),
            basis: "N11".into(),
            edition: None,
        }
    }

    /// Papers of the questions a, b, c and d, each given by which of them are right.
    fn items(papers: impl Iterator<Item = [bool; 4]>) -> Vec<Item> {
        let mut items = Items::default();
        for paper in papers {
            let answers = paper.map(|right| vec![usize::from(!right)]);
            items.add(["a", "b", "c", "d"].map(question).to_vec(), &answers);
        }
        items.finish()
    }

    #[test]
    fn what_tells_the_learned_from_the_others_is_told_from_what_misleads() {
        // Half know a, b and c; they fall for d, which the others get right.
        let found =
            items((0..60).map(|paper| [paper % 2 == 0, paper % 2 == 0, paper % 2 == 0, paper % 2 == 1]));
        let a = &found[0];
        assert!((a.difficulty() - 0.5).abs() < 1e-9 && a.discrimination.unwrap() > 0.99);
        assert_eq!(a.concern(), None);
        let d = &found[3];
        assert!((d.discrimination.unwrap() + 1.0).abs() < 1e-9, "{d:?}");
        assert_eq!(d.concern(), Some(Concern::Backwards));
    }

    #[test]
    fn a_known_correlation_is_found() {
        // a is right in 40 of 60; of the three others those have 2 right, and the 20 have 1: the result follows exactly.
        let papers = (0..60).map(|paper| {
            let knows = paper < 40;
            [knows, true, knows, false]
        });
        let found = items(papers);
        assert!((found[0].discrimination.unwrap() - 1.0).abs() < 1e-9, "{:?}", found[0]);
        assert_eq!((found[1].discrimination, found[3].discrimination), (None, None), "all answered alike");
        assert_eq!((found[1].concern(), found[3].concern()), (Some(Concern::Easy), Some(Concern::Hard)));
    }

    #[test]
    fn of_few_answers_only_the_share_is_said() {
        let found = items((0..10).map(|paper| [paper < 3, true, false, true]));
        assert_eq!((found[0].asked, found[0].right, found[0].discrimination), (10, 3, None));
        assert!(found.iter().all(|item| item.concern().is_none()));
        let mut lone = Items::default();
        lone.add(vec![question("a")], &[vec![0]]);
        lone.add(vec![question("a")], &[]);
        assert_eq!((lone.finish()[0].right, items(std::iter::empty()).len()), (1, 0));
    }
}
