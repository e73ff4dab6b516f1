//! Finding many words in a text at once, overlapping ones too.
//!
//! Hardly any place of a text is the beginning of a word, and whether its first two characters can be the first two of
//! any word nearly always tells. An automaton that takes a step for each byte takes many times as long.

use std::ops::ControlFlow;

use foldhash::HashMap;

/// Places of the table of characters. Characters that share one are told apart by the words themselves.
const PLACES: usize = 1 << 13;

/// What a character may be in a word: its first of several, its second, or all of it.
const FIRST: u8 = 1;
const SECOND: u8 = FIRST << 1;
const ALONE: u8 = SECOND << 1;

/// Words to be found. Each is called by its place among them.
#[derive(Debug)]
pub(crate) struct Words {
    texts: Vec<String>,
    marks: Box<[u8; PLACES]>,
    by_beginning: HashMap<Beginning, Vec<usize>>,
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
        let mut marks = Box::new([0; PLACES]);
        let mut by_beginning: HashMap<Beginning, Vec<usize>> = HashMap::default();
        for (index, word) in words.iter().enumerate() {
            let mut chars = word.chars();
            let Some(first) = chars.next() else { continue };
            let second = chars.next();
            marks[place(first)] |= if second.is_some() { FIRST } else { ALONE };
            if let Some(second) = second {
                marks[place(second)] |= SECOND;
            }
            by_beginning.entry((first, second)).or_default().push(index);
        }
        Self { texts: words, marks, by_beginning }
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
        let mut before = 0;
        for (at, c) in text.char_indices() {
            let mark = self.marks[place(c)];
            let here = mark & (before << 1 | ALONE);
            if here != 0 {
                self.begun_around(text, (at, c), here, take)?;
            }
            before = mark & FIRST;
        }
        ControlFlow::Continue(())
    }

    /// Words that begin with the character before `c`, or are `c`.
    #[inline(never)]
    fn begun_around(
        &self,
        text: &str,
        (at, c): (usize, char),
        mark: u8,
        take: &mut impl FnMut(Found) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        if mark & SECOND != 0
            && let Some(first) = text[..at].chars().next_back()
        {
            self.begun_at(text, at - first.len_utf8(), (first, Some(c)), take)?;
        }
        if mark & ALONE != 0 { self.begun_at(text, at, (c, None), take) } else { ControlFlow::Continue(()) }
    }

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

/// Single characters to be found.
#[derive(Debug)]
pub(crate) struct Signs {
    signs: Vec<char>,
    marks: Box<[bool; PLACES]>,
}

impl Signs {
    pub fn new(signs: &str) -> Self {
        let mut marks = Box::new([false; PLACES]);
        signs.chars().for_each(|sign| marks[place(sign)] = true);
        Self { signs: signs.chars().collect(), marks }
    }

    /// Whether a character is one of them.
    #[inline]
    pub fn has(&self, c: char) -> bool {
        self.marks[place(c)] && self.signs.contains(&c)
    }
}

/// Where the table has a character.
#[inline]
const fn place(c: char) -> usize {
    c as usize % PLACES
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
