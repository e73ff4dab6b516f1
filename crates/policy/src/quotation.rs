//! Quoted law (引用法条): a decision often repeats the article it rests on, with every penalty that the article
//! threatens. What stands inside such a quotation was not imposed by this decision.

use serde::Deserialize;

/// How a quoted article is told from the decision itself, from the word list.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuotationData {
    /// Pairs of quotation marks, opening and closing.
    pub marks: Vec<[char; 2]>,
    /// Ends of a text that names an article: a quotation directly behind it repeats the article.
    pub names_article: Vec<String>,
    /// Ends of a text that begins to repeat an article without quotation marks.
    pub repeats_article: Vec<String>,
    /// Words with which the decision itself begins.
    pub decides: Vec<String>,
}

impl QuotationData {
    /// Whether the word that begins at `start` stands in a quoted article.
    ///
    /// A word in quotation marks counts unless an article is named directly before them: 决定给予“吊销许可证”的处罚
    /// imposes. Without quotation marks, an article is repeated from its introduction (第…条规定：) to the
    /// end of its sentence, and only where the decision itself begins in a later one.
    pub fn holds(&self, text: &str, start: usize, sentence_start: usize, sentence_end: usize) -> bool {
        self.in_marks(text, start) || self.repeated(text, start, sentence_start, sentence_end)
    }

    /// Where the quotation around `position` ends, if it stands in quotation marks.
    pub fn end(&self, text: &str, position: usize) -> Option<usize> {
        let open = self.marks.iter().filter(|mark| opening(&text[..position], **mark).is_some());
        open.filter_map(|mark| text[position..].find(mark[1]).map(|found| position + found)).min()
    }

    /// What a text must have at least one of for anything in it to be quoted.
    pub fn signs(&self) -> Vec<String> {
        let marks = self.marks.iter().map(|mark| mark[0].to_string());
        marks.chain(self.repeats_article.iter().cloned()).collect()
    }

    fn in_marks(&self, text: &str, start: usize) -> bool {
        self.marks.iter().any(|mark| {
            let Some(opening) = opening(&text[..start], *mark) else { return false };
            text[start..].contains(mark[1])
                && self.names_article.iter().any(|end| text[..opening].ends_with(end.as_str()))
        })
    }

    fn repeated(&self, text: &str, start: usize, sentence_start: usize, sentence_end: usize) -> bool {
        let before = &text[sentence_start..start];
        let introduced = self.repeats_article.iter().any(|words| before.contains(words.as_str()));
        let decided = |part: &str| self.decides.iter().any(|word| part.contains(word.as_str()));
        introduced && !decided(before) && decided(&text[sentence_end..])
    }
}

/// Where the quotation begins that is still open at the end of `before`.
fn opening(before: &str, [open, close]: [char; 2]) -> Option<usize> {
    if open == close {
        let open_now = before.matches(open).count() % 2 == 1;
        return open_now.then(|| before.rfind(open)).flatten();
    }
    let opening = before.rfind(open)?;
    before.rfind(close).is_none_or(|closed| closed < opening).then_some(opening)
}

#[cfg(test)]
mod tests {
    use super::opening;

    #[test]
    fn a_quotation_is_open_until_its_mark_closes() {
        assert_eq!(opening("第一条“责令", ['“', '”']), Some("第一条".len()));
        assert_eq!(opening("第一条“责令”罚款", ['“', '”']), None);
        assert_eq!(opening("第一条\"责令", ['"', '"']), Some("第一条".len()));
        assert_eq!(opening("第一条\"责令\"罚款", ['"', '"']), None);
        assert_eq!(opening("责令", ['“', '”']), None);
    }
}
