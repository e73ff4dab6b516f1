//! How far the work has come, on a terminal; silent where stderr is a file or a pipe.

use std::io::{IsTerminal, Write, stderr};
use std::time::{Duration, Instant};

const PAUSE: Duration = Duration::from_millis(250);

/// One line that is written over and over.
pub struct ProgressLine {
    shown: bool,
    begun: Instant,
    last: Option<Instant>,
}

impl ProgressLine {
    /// Nothing done yet.
    pub fn new() -> Self {
        Self { shown: stderr().is_terminal(), begun: Instant::now(), last: None }
    }

    /// Rows done, and how much of the whole that is (`part` of `whole`, in any unit).
    pub fn show(&mut self, what: &str, rows: u64, part: u64, whole: u64) {
        if !self.shown || self.last.is_some_and(|last| last.elapsed() < PAUSE) {
            return;
        }
        self.last = Some(Instant::now());
        let seconds = self.begun.elapsed().as_secs().max(1);
        let rate = rows / seconds;
        let percent = part.saturating_mul(100).checked_div(whole).unwrap_or(0).min(100);
        let left = match part {
            0 => "—".to_owned(),
            _ => format!("{}秒", seconds.saturating_mul(whole.saturating_sub(part)) / part),
        };
        eprint!("\r\x1b[K{what}  {rows}行  {percent}%  每秒{rate}行  剩余{left}");
        stderr().flush().ok();
    }

    /// Clears the line before other words are written.
    pub fn clear(&mut self) {
        if self.last.take().is_some() {
            eprint!("\r\x1b[K");
        }
    }
}
