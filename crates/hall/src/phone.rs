//! One enterprise on its phone: opens its link, begins, answers with second thoughts and on a bad network, hands in,
//! or has an empty battery before that.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use tokio::time::{Instant, sleep, sleep_until};
use xinxiu_generator::Random;

use crate::wire::{Answer, Wire};

/// What a phone did, as it would tell it.
#[derive(Debug, Clone)]
pub struct Sat {
    /// Token of its link.
    pub token: String,
    /// Number of its paper.
    pub paper: i64,
    /// The choices that stand in the end, for each question.
    pub chosen: Vec<Vec<usize>>,
    /// Whether it handed in; one whose battery is empty has only what it sent.
    pub handed_in: bool,
    /// What it asked for and how long each took.
    pub times: Vec<(&'static str, Duration)>,
}

/// A phone at work.
pub(crate) struct Phone {
    wire: Wire,
    token: String,
    random: Random,
    times: Vec<(&'static str, Duration)>,
    seq: i64,
}

/// Answers that the phone has noted and not yet sent: place, sequence number, choices.
type Noted = Vec<(usize, i64, Vec<usize>)>;

impl Phone {
    /// The phone of a personal link; `number` makes it behave as no other does.
    pub(crate) fn new(base: &str, token: &str, number: u64) -> Self {
        let random = Random::new(2022, number);
        Self { wire: Wire::to(base), token: token.to_owned(), random, times: Vec::new(), seq: 0 }
    }

    /// Sits the exam from `begin` to `begin + span`: everybody starts in its first sixth, and hands in during its last.
    pub(crate) async fn sit(mut self, begin: Instant, span: Duration) -> Result<Sat> {
        sleep_until(begin + self.part(span / 6)).await;
        let (paper, choices) = self.open().await?;
        let mut chosen = vec![Vec::new(); choices.len()];
        let mut noted = Noted::new();
        let pause = span / 2 / u32::try_from(choices.len().max(1))?;
        // A hall has corners without reception: some answers wait for the next one that gets through.
        let corner = if self.random.thousandths(200) { 4..7 } else { 0..0 };
        for (place, count) in choices.iter().enumerate() {
            sleep(pause / 2 + self.part(pause)).await;
            chosen[place] = self.choose(*count);
            noted.push(self.note(place, &chosen[place]));
            if self.random.thousandths(100) {
                // A second thought; on the way it overtakes the first one.
                chosen[place] = self.choose(*count);
                let second = self.note(place, &chosen[place]);
                self.keep(paper, &[second]).await?;
            }
            if !corner.contains(&place) {
                self.keep(paper, &noted).await?;
                if self.random.thousandths(100) {
                    // The answer of the server was lost, so the phone sends it again.
                    self.keep(paper, &noted).await?;
                }
                noted.clear();
            }
        }
        if !noted.is_empty() {
            self.keep(paper, &noted).await?;
        }
        let handed_in = !self.random.thousandths(200);
        if handed_in {
            sleep_until(begin + span * 5 / 6 + self.part(span / 6)).await;
            self.hand_in(paper, &chosen).await?;
        }
        Ok(Sat { token: self.token, paper, chosen, handed_in, times: self.times })
    }

    fn part(&mut self, of: Duration) -> Duration {
        of.mul_f64(f64::from(u32::try_from(self.random.below(1000)).unwrap_or(0)) / 1e3)
    }

    /// One choice: right or wrong, it is what has to be found again.
    fn choose(&mut self, count: usize) -> Vec<usize> {
        vec![usize::try_from(self.random.below(count as u64)).unwrap_or(0)]
    }

    fn note(&mut self, place: usize, chosen: &[usize]) -> (usize, i64, Vec<usize>) {
        self.seq += 1;
        (place, self.seq, chosen.to_vec())
    }

    fn path(&self, step: &str) -> String {
        format!("/l/{}{step}", self.token)
    }

    async fn get(&mut self, kind: &'static str, step: &str) -> Result<Answer> {
        let answer = self.wire.get(&self.path(step)).await?;
        self.times.push((kind, answer.took));
        ensure!(answer.status == 200, "{kind}: {} {}", answer.status, answer.body);
        Ok(answer)
    }

    async fn post(&mut self, kind: &'static str, step: &str, fields: &[(String, String)]) -> Result<Answer> {
        let answer = self.wire.post(&self.path(step), fields).await?;
        self.times.push((kind, answer.took));
        ensure!(answer.status < 400, "{kind}: {} {}", answer.status, answer.body);
        Ok(answer)
    }

    /// Opens the link, reads the rules, begins: the number of the paper and how many choices each question has.
    async fn open(&mut self) -> Result<(i64, Vec<usize>)> {
        self.get("link", "").await?;
        self.get("rules", "/exam").await?;
        self.post("begin", "/exam/start", &[]).await?;
        let page = self.get("paper", "/exam").await?.body;
        let number = between(&page, "data-exam=\"", "\"").context("a paper")?.parse()?;
        let choices: Vec<usize> =
            page.split("<fieldset").skip(1).map(|part| part.matches("<input").count()).collect();
        ensure!(!choices.is_empty(), "a paper without questions");
        Ok((number, choices))
    }

    async fn keep(&mut self, paper: i64, noted: &[(usize, i64, Vec<usize>)]) -> Result<()> {
        let mut fields = vec![("paper".to_owned(), paper.to_string())];
        for (place, seq, chosen) in noted {
            let chosen: Vec<String> = chosen.iter().map(ToString::to_string).collect();
            fields.push(("answer".to_owned(), format!("{}:{seq}:{}", place + 1, chosen.join(","))));
        }
        let answer = self.post("answer", "/exam/answers", &fields).await?;
        ensure!(answer.body.contains("\"seq\":"), "answer: {}", answer.body);
        Ok(())
    }

    /// Hands in, some with two taps at once, and looks at the result.
    async fn hand_in(&mut self, paper: i64, chosen: &[Vec<usize>]) -> Result<()> {
        let mut fields = vec![("paper".to_owned(), paper.to_string())];
        for (place, chosen) in chosen.iter().enumerate() {
            fields.extend(chosen.iter().map(|choice| (format!("q{}", place + 1), choice.to_string())));
        }
        let path = self.path("/exam");
        let answers = if self.random.thousandths(150) {
            let (one, two) = tokio::join!(self.wire.post(&path, &fields), self.wire.post(&path, &fields));
            vec![one?, two?]
        } else {
            vec![self.wire.post(&path, &fields).await?]
        };
        for answer in answers {
            self.times.push(("hand in", answer.took));
            if answer.status != 303 || !answer.location.ends_with("/exam/result") {
                bail!("hand in: {} {}", answer.status, answer.body);
            }
        }
        let page = self.get("result", "/exam/result").await?.body;
        ensure!(page.contains('分'), "no result: {page}");
        Ok(())
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(after).map(|(found, _)| found)
}
