//! Finding many words in a text at once, overlapping ones too.
//!
//! Hardly any place of a text is the beginning of a word, and its first two characters nearly always tell. An
//! automaton that takes a step for each byte takes four times as long.

use std::ops::ControlFlow;

use foldhash::HashMap;

/// Slots of the table of beginnings: a few hundred words leave nearly all of them empty.
const SLOTS: usize = 1 << 16;

/// Words to be found. Each is called by its place among them.
#[derive(Debug)]
pub(crate) struct Words {
    texts: Vec<String>,
    /// One bit for each beginning; words of one character begin with it and nothing.
    beginnings: Box<[u64; SLOTS / 64]>,
    by_beginning: HashMap<Beginning, Vec<usize>>,
    has_single: bool,
}

type Beginning = (char, Option<char>);

/// A word found, and where in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    pub word: usize,
    pub start: usize,
    pub end: usize,
}

impl Words {
    /// Words to be found; an empty one is found nowhere.
    pub fn new(words: Vec<String>) -> Self {
        let mut beginnings = Box::new([0; SLOTS / 64]);
        let mut by_beginning: HashMap<Beginning, Vec<usize>> = HashMap::default();
        for (index, word) in words.iter().enumerate() {
            let mut chars = word.chars();
            let Some(first) = chars.next() else { continue };
            let beginning = (first, chars.next());
            let (block, bit) = slot(first, beginning.1.unwrap_or_default());
            beginnings[block] |= bit;
            by_beginning.entry(beginning).or_default().push(index);
        }
        let has_single = by_beginning.keys().any(|(_, second)| second.is_none());
        Self { texts: words, beginnings, by_beginning, has_single }
    }

    /// Puts every word of `text` into `found`, by their ends, longer ones first.
    pub fn find(&self, text: &str, found: &mut Vec<Found>) {
        found.clear();
        let _ = self.each(text, &mut |one| {
            found.push(one);
            ControlFlow::Continue(())
        });
        found.sort_unstable_by_key(|one| (one.end, one.start));
    }

    /// Whether `text` has any of the words.
    pub fn is_in(&self, text: &str) -> bool {
        self.each(text, &mut |_| ControlFlow::Break(())).is_break()
    }

    fn each(&self, text: &str, take: &mut impl FnMut(Found) -> ControlFlow<()>) -> ControlFlow<()> {
        // Before the first character there is none that begins a word.
        let (mut start, mut first) = (0, '\0');
        for (at, c) in text.char_indices() {
            if self.may_begin(first, c) {
                self.begun_at(text, start, (first, Some(c)), take)?;
            }
            if self.has_single && self.may_begin(c, '\0') {
                self.begun_at(text, at, (c, None), take)?;
            }
            (start, first) = (at, c);
        }
        ControlFlow::Continue(())
    }

    #[inline]
    fn may_begin(&self, first: char, second: char) -> bool {
        let (block, bit) = slot(first, second);
        self.beginnings[block] & bit != 0
    }

    #[inline(never)]
    fn begun_at(
        &self,
        text: &str,
        start: usize,
        beginning: Beginning,
        take: &mut impl FnMut(Found) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let begun = self.by_beginning.get(&beginning).map_or(&[][..], Vec::as_slice);
        for word in begun.iter().copied().filter(|word| text[start..].starts_with(&self.texts[*word])) {
            take(Found { word, start, end: start + self.texts[word].len() })?;
        }
        ControlFlow::Continue(())
    }
}

/// Where the table of beginnings has its bit.
#[inline]
fn slot(first: char, second: char) -> (usize, u64) {
    let mixed = u32::from(first).wrapping_mul(0x9e37_79b1) ^ u32::from(second).wrapping_mul(0x85eb_ca6b);
    let slot = (mixed >> 16) as usize;
    (slot / 64 % (SLOTS / 64), 1 << (slot % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every word at every place, looked for in the plainest way.
    fn plainly(words: &[String], text: &str) -> Vec<Found> {
        let mut found = Vec::new();
        for end in text.char_indices().map(|(at, _)| at).chain([text.len()]) {
            for start in text[..end].char_indices().map(|(at, _)| at) {
                let here = (0..words.len()).filter(|word| words[*word] == text[start..end]);
                found.extend(here.map(|word| Found { word, start, end }));
            }
        }
        found
    }

    #[test]
    fn words_are_found_as_by_looking_everywhere() {
        let words: Vec<String> = ["责令", "责令停产", "停产停业", "停业", "停", "a", "ab", "罚款人民币", ""]
            .map(str::to_owned)
            .into();
        let finder = Words::new(words.clone());
        let parts = ["责令", "停产", "停业", "停", "罚款", "人民币", "a", "b", "。", "罚"];
        let mut state = 1_usize;
        for _ in 0..2000 {
            let mut text = String::new();
            for _ in 0..8 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                text.push_str(parts[(state >> 33) % parts.len()]);
            }
            let mut found = Vec::new();
            finder.find(&text, &mut found);
            assert_eq!(found, plainly(&words, &text), "{text}");
            assert_eq!(finder.is_in(&text), !found.is_empty());
        }
    }
}
