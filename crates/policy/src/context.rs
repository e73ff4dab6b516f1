//! Surroundings of a word: is it denied (否定) or only threatened (假设) where it stands?

use foldhash::HashMap;
use serde::Deserialize;

use crate::words::{Signs, Words};

/// The words that decide it, from the word list.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NegationData {
    pub before: Vec<String>,
    pub fillers: Vec<String>,
    pub after: Vec<String>,
    pub sentence_end: String,
    pub clause_end: String,
}

/// Words with which a text may end, by their last characters: one look tells that most texts end in none of them.
#[derive(Debug, Default)]
pub(crate) struct Endings(HashMap<char, Vec<String>>);

impl Endings {
    pub fn new(words: &[String]) -> Self {
        let mut by_last: HashMap<char, Vec<String>> = HashMap::default();
        for word in words {
            if let Some(last) = word.chars().next_back() {
                by_last.entry(last).or_default().push(word.clone());
            }
        }
        Self(by_last)
    }

    /// `text` without the word with which it ends, where it ends with one.
    fn strip<'t>(&self, text: &'t str) -> Option<&'t str> {
        let last = text.chars().next_back()?;
        self.0.get(&last)?.iter().find_map(|word| text.strip_suffix(word.as_str()))
    }
}

#[derive(Debug)]
pub(crate) struct Context {
    before: Endings,
    fillers: Endings,
    after: Words,
    sentence_end: Signs,
    clause_end: Signs,
}

impl Context {
    pub fn new(data: &NegationData) -> Self {
        Self {
            before: Endings::new(&data.before),
            fillers: Endings::new(&data.fillers),
            after: Words::new(data.after.clone()),
            sentence_end: Signs::new(&data.sentence_end),
            clause_end: Signs::new(&data.clause_end),
        }
    }

    /// Whether the word between `start` and `end` is denied directly before it, or its clause takes it back.
    pub fn is_negated(&self, text: &str, start: usize, end: usize) -> bool {
        self.is_negated_by(&self.before, text, start) || self.is_taken_back(text, end)
    }

    /// Whether one of `words` stands directly before `start`, fillers (对其、予以 …) aside.
    ///
    /// Only adjacency counts: 未取得许可，责令停业 holds 未 and is no denial.
    pub fn is_negated_by(&self, words: &Endings, text: &str, start: usize) -> bool {
        let mut before = &text[..start];
        while words.strip(before).is_none() {
            match self.fillers.strip(before) {
                Some(shorter) => before = shorter,
                None => return false,
            }
        }
        true
    }

    fn is_taken_back(&self, text: &str, end: usize) -> bool {
        let rest = &text[end..];
        let clause = rest.split(|c| self.clause_end.has(c)).next().unwrap_or(rest);
        self.after.is_in(clause)
    }

    /// Whether the sentence makes the word depend on something that has not happened
    /// (逾期不改正的，责令停产停业). `conditions` are the ends of conditional words in `text`.
    pub fn is_hypothetical(&self, text: &str, start: usize, conditions: &[usize]) -> bool {
        !conditions.is_empty() && {
            let sentence = self.sentence_start(text, start);
            conditions.iter().any(|end| sentence < *end && *end <= start)
        }
    }

    /// Where the sentence around `position` begins.
    pub fn sentence_start(&self, text: &str, position: usize) -> usize {
        text[..position].rfind(|c| self.sentence_end.has(c)).unwrap_or(0)
    }

    /// Where the sentence around `position` ends.
    pub fn sentence_end(&self, text: &str, position: usize) -> usize {
        text[position..].find(|c| self.sentence_end.has(c)).map_or(text.len(), |found| position + found)
    }
}

#[cfg(test)]
mod tests {
    use crate::Rules;
    use crate::lexicon::{Column, Findings};

    /// The ids of what `text` says as 处罚内容.
    fn content(rules: &Rules, text: &str) -> Vec<String> {
        let mut found = Findings::default();
        rules.lexicon.scan(Column::Content, text, &mut found);
        let ids = found.hits.iter().map(|hit| rules.lexicon.data.signals[usize::from(hit.signal)].id.clone());
        ids.filter(|id| id.starts_with("kind.")).collect()
    }

    #[test]
    fn denials_and_threats_are_no_penalties() {
        let rules = Rules::embedded().unwrap();
        for text in [
            "不予吊销",
            "未对其吊销",
            "免予吊销",
            "建议吊销",
            "营业执照已被吊销",
            "否则将依法吊销",
            "逾期不改正的，责令停产停业",
            "拟责令停产停业",
            "吊销许可证的处罚不予执行",
        ] {
            assert_eq!(content(&rules, text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_denial_elsewhere_in_the_sentence_does_not_count() {
        let rules = Rules::embedded().unwrap();
        assert_eq!(content(&rules, "因未取得许可，吊销"), ["kind.revoke"]);
        assert_eq!(content(&rules, "逾期不缴的加处罚款。责令停业"), ["kind.suspend_business"]);
        assert_eq!(content(&rules, "停业整顿"), ["kind.suspend_rectify"]);
        assert_eq!(content(&rules, "暂扣"), ["kind.withhold"]);
    }
}
