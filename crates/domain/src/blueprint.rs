//! How an exam is put together (组卷方案, N11): what is drawn, what passes, how long it takes, who may try again.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::exam::{Question, QuestionKind};
use crate::missing::Missing;
use crate::session::Module;

/// Longest paper: more is no closing exam of half a day.
pub const LONGEST: u32 = 60;
/// Longest time for a paper, in minutes.
pub const LONGEST_MINUTES: u32 = 240;

/// So many questions of one sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Of this module; of any where `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module: Option<Module>,
    /// Of this kind; of any where `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<QuestionKind>,
    /// How many.
    pub count: u32,
}

impl Part {
    /// Whether a question is of this sort.
    pub fn takes(&self, question: &Question) -> bool {
        self.module.is_none_or(|module| module == question.module)
            && self.kind.is_none_or(|kind| kind == question.kind)
    }

    /// The sort in words.
    pub fn label(&self) -> String {
        let module = self.module.map_or("任意模块", Module::label);
        let kind = self.kind.map_or("任意题型", QuestionKind::label);
        format!("{module}·{kind}")
    }

    /// The fewer questions fit, the earlier a part must be served.
    const fn strictness(self) -> u8 {
        self.module.is_some() as u8 * 2 + self.kind.is_some() as u8
    }
}

/// How the exam of a campaign is put together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blueprint {
    /// What is drawn.
    pub parts: Vec<Part>,
    /// Right answers that pass.
    pub pass_mark: u32,
    /// Minutes for one paper; 0 for no limit.
    pub minutes: u32,
    /// Seconds after the end in which answers still arrive, for networks that dawdle.
    pub grace_seconds: u32,
    /// Attempts in one session; 0 for any number.
    pub attempts: u32,
    /// Minutes between handing in and the next attempt.
    pub wait_minutes: u32,
}

impl Blueprint {
    /// Questions of a paper.
    pub fn length(&self) -> u32 {
        self.parts.iter().map(|part| part.count).sum()
    }

    /// The parts in the order in which they must be served.
    pub fn in_order(&self) -> Vec<Part> {
        let mut parts = self.parts.clone();
        parts.sort_by_key(|part| std::cmp::Reverse(part.strictness()));
        parts
    }

    /// What is wrong with it, as names of fields and messages; `bank` is what is in use.
    pub fn faults(&self, bank: &[Question]) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        let length = self.length();
        if !(1..=LONGEST).contains(&length) {
            faults.push(("parts", format!("试卷要有1至{LONGEST}题，现在是{length}题")));
        }
        if self.pass_mark == 0 || self.pass_mark > length {
            faults.push(("pass_mark", format!("合格题数在1到{length}之间")));
        }
        if self.minutes > LONGEST_MINUTES {
            faults.push(("minutes", format!("时间最多{LONGEST_MINUTES}分钟，0表示不限时")));
        }
        if self.grace_seconds > 600 {
            faults.push(("grace_seconds", "宽限最多600秒".into()));
        }
        if self.wait_minutes > 7 * 24 * 60 {
            faults.push(("wait_minutes", "两次考试之间最多隔7天".into()));
        }
        if let Err(part) = self.pick(bank) {
            let message = format!("题库里“{}”的题不够{}题，请减少题数或补充试题", part.label(), part.count);
            faults.push(("parts", message));
        }
        faults
    }

    /// Indices of the questions of a paper: the first in the bank that fit, the strictest parts first.
    ///
    /// # Errors
    /// The part for which there are too few.
    pub fn pick(&self, bank: &[Question]) -> Result<Vec<usize>, Part> {
        let mut taken = Vec::new();
        for part in self.in_order() {
            for _ in 0..part.count {
                let found =
                    bank.iter().enumerate().find(|(place, one)| part.takes(one) && !taken.contains(place));
                taken.push(found.ok_or(part)?.0);
            }
        }
        Ok(taken)
    }

    /// What keeps an enterprise from another attempt: too many, or too soon. `handed_in` is when the last one was.
    pub fn retake_gaps(&self, done: u32, handed_in: Option<Timestamp>, now: Timestamp) -> Vec<Missing> {
        if self.attempts > 0 && done >= self.attempts {
            let message =
                format!("已经考了{done}次，按规定最多{}次；请联系服务机构安排其他场次", self.attempts);
            return vec![Missing::new("exam", message, "N11")];
        }
        let Some(from) = handed_in.and_then(|at| self.next_from(at)) else { return Vec::new() };
        if now >= from {
            return Vec::new();
        }
        let left = (from.as_second() - now.as_second() + 59) / 60;
        vec![Missing::new(
            "exam",
            format!("两次考试之间要隔{}分钟，请{left}分钟后再考", self.wait_minutes),
            "N11",
        )]
    }

    /// From when the next attempt may begin.
    pub fn next_from(&self, handed_in: Timestamp) -> Option<Timestamp> {
        handed_in.checked_add(Duration::from_secs(u64::from(self.wait_minutes) * 60)).ok()
    }

    /// Attempts that are left after so many; `None` where there may be any number.
    pub fn left(&self, done: u32) -> Option<u32> {
        (self.attempts > 0).then(|| self.attempts.saturating_sub(done))
    }

    /// When a paper that begins now ends; `None` without a limit.
    pub fn ends_at(&self, now: Timestamp) -> Option<Timestamp> {
        let limit = Duration::from_secs(u64::from(self.minutes) * 60);
        if self.minutes == 0 { None } else { now.checked_add(limit).ok() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::TRUE_FALSE;

    fn question(module: Module, kind: QuestionKind) -> Question {
        Question {
            id: format!("{}-{}", module.code(), kind.code()),
            module,
            kind,
            text: String::new(),
            choices: TRUE_FALSE.map(str::to_owned).to_vec(),
            answer: vec![0],
            explanation: String::new(),
            basis: "N11".into(),
            edition: None,
        }
    }

    fn blueprint(parts: Vec<Part>) -> Blueprint {
        Blueprint { parts, pass_mark: 1, minutes: 30, grace_seconds: 60, attempts: 2, wait_minutes: 10 }
    }

    #[test]
    fn a_wide_part_leaves_what_a_narrow_one_needs() {
        let bank =
            [question(Module::Exam, QuestionKind::Single), question(Module::Impact, QuestionKind::Single)];
        let any = Part { module: None, kind: None, count: 1 };
        let exam = Part { module: Some(Module::Exam), kind: Some(QuestionKind::Single), count: 1 };
        assert_eq!(blueprint(vec![any, exam]).pick(&bank), Ok(vec![0, 1]));
        let two = Part { count: 2, ..exam };
        assert_eq!(blueprint(vec![two]).pick(&bank), Err(two));
        assert_eq!(blueprint(vec![two]).faults(&bank)[0].0, "parts");
    }

    #[test]
    fn retakes_keep_to_number_and_pause() {
        let rules = blueprint(Vec::new());
        let at = |second| Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH);
        assert!(rules.retake_gaps(0, None, at(0)).is_empty());
        assert_eq!(rules.retake_gaps(1, Some(at(0)), at(599)).len(), 1);
        assert!(rules.retake_gaps(1, Some(at(0)), at(600)).is_empty());
        assert_eq!(rules.retake_gaps(2, Some(at(0)), at(9999)).len(), 1);
        assert_eq!((rules.left(1), rules.left(3), rules.next_from(at(0))), (Some(1), Some(0), Some(at(600))));
    }
}
