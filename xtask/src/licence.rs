//! Licence expressions (SPDX), as far as deciding whether a list of licences allows one.

use anyhow::{Result, bail, ensure};

/// Whether `allowed` suffices to use something under `expression`. The slash that older packages write
/// between licences means `OR`.
pub fn is_allowed(expression: &str, allowed: &dyn Fn(&str) -> bool) -> Result<bool> {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut parser = Parser { words: &words, allowed };
    let answer = parser.any()?;
    ensure!(parser.words.is_empty(), "cannot read the licence `{expression}`");
    Ok(answer)
}

/// Reads from the front of `words`; `AND` binds closer than `OR`.
struct Parser<'a> {
    words: &'a [&'a str],
    allowed: &'a dyn Fn(&str) -> bool,
}

impl<'a> Parser<'a> {
    fn any(&mut self) -> Result<bool> {
        let mut answer = self.all()?;
        while self.takes("OR") {
            answer |= self.all()?;
        }
        Ok(answer)
    }

    fn all(&mut self) -> Result<bool> {
        let mut answer = self.one()?;
        while self.takes("AND") {
            answer &= self.one()?;
        }
        Ok(answer)
    }

    fn one(&mut self) -> Result<bool> {
        if self.takes("(") {
            let answer = self.any()?;
            ensure!(self.takes(")"), "a parenthesis of the licence is not closed");
            return Ok(answer);
        }
        let licence = self.next()?;
        if self.takes("WITH") {
            let exception = self.next()?;
            return Ok((self.allowed)(&format!("{licence} WITH {exception}")));
        }
        Ok((self.allowed)(licence))
    }

    fn takes(&mut self, word: &str) -> bool {
        let found = self.words.first() == Some(&word);
        if found {
            self.words = &self.words[1..];
        }
        found
    }

    fn next(&mut self) -> Result<&'a str> {
        match self.words {
            [word, rest @ ..] if !["AND", "OR", "WITH", "(", ")"].contains(word) => {
                self.words = rest;
                Ok(word)
            }
            _ => bail!("the licence ends early or has its words in a wrong order"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_allowed;

    fn check(expression: &str) -> Option<bool> {
        let allowed = ["MIT", "Unicode-3.0", "Apache-2.0 WITH LLVM-exception"];
        is_allowed(expression, &|licence| allowed.contains(&licence)).ok()
    }

    #[test]
    fn one_of_several_suffices_and_each_of_several_is_needed() {
        assert_eq!(check("MIT"), Some(true));
        assert_eq!(check("GPL-3.0"), Some(false));
        assert_eq!(check("GPL-3.0 OR MIT"), Some(true));
        assert_eq!(check("GPL-3.0/MIT"), Some(true));
        assert_eq!(check("MIT AND GPL-3.0"), Some(false));
        assert_eq!(check("(GPL-3.0 OR MIT) AND Unicode-3.0"), Some(true));
        assert_eq!(check("GPL-3.0 OR MIT AND GPL-3.0"), Some(false));
    }

    #[test]
    fn an_exception_is_part_of_the_licence() {
        assert_eq!(check("Apache-2.0 WITH LLVM-exception"), Some(true));
        assert_eq!(check("Apache-2.0"), Some(false));
    }

    #[test]
    fn nonsense_is_an_error() {
        for expression in ["", "MIT OR", "(MIT", "MIT)", "OR MIT", "MIT MIT"] {
            assert_eq!(check(expression), None, "{expression}");
        }
    }
}
