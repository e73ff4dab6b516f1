//! All phones at once, and what came of it.

use std::time::Duration;

use anyhow::Result;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::phone::{Phone, Sat};

/// What the phones saw.
#[derive(Debug, Default)]
pub struct Report {
    /// The phones that came to the end.
    pub sat: Vec<Sat>,
    /// Those that did not, with what stopped them.
    pub faults: Vec<String>,
}

impl Report {
    /// What took how long, sorted: of one kind, or of all where `kind` is empty.
    pub fn times(&self, kind: &str) -> Vec<Duration> {
        let all = self.sat.iter().flat_map(|sat| &sat.times);
        let mut times: Vec<Duration> =
            all.filter(|(one, _)| kind.is_empty() || *one == kind).map(|(_, took)| *took).collect();
        times.sort_unstable();
        times
    }

    /// Every kind of request, in the order in which a phone makes them.
    pub const KINDS: [&'static str; 7] = ["link", "rules", "begin", "paper", "answer", "hand in", "result"];
}

/// Lets every link's phone sit the exam against a server, `http://host:port`, within `span`.
///
/// # Errors
/// A phone that panicked.
pub async fn sit(base: &str, tokens: &[String], span: Duration) -> Result<Report> {
    let begin = Instant::now() + Duration::from_millis(200);
    let mut phones = JoinSet::new();
    for (number, token) in (0..).zip(tokens) {
        let phone = Phone::new(base, token, number);
        phones.spawn(phone.sit(begin, span));
    }
    let mut report = Report::default();
    while let Some(ended) = phones.join_next().await {
        match ended? {
            Ok(sat) => report.sat.push(sat),
            Err(fault) => report.faults.push(format!("{fault:#}")),
        }
    }
    Ok(report)
}
