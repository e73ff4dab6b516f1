//! What a program costs: wall time, processor time of all its threads, and most memory at once.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use wait4::Wait4 as _;

/// The cost of one run.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// From start to end, as a clock on the wall shows it.
    pub wall: Duration,
    /// Time that processors spent on it, in the program and in the kernel on its behalf.
    pub processor: Duration,
    /// Most memory that it held at once (resident), in bytes.
    pub peak: u64,
}

/// One side of a comparison: its name and how to run it once.
pub struct Side<'a> {
    name: String,
    run: Box<dyn FnMut() -> Result<Sample> + 'a>,
    samples: Vec<Sample>,
}

impl<'a> Side<'a> {
    /// A side that runs `run`, once for each repeat.
    pub fn new(name: &str, run: impl FnMut() -> Result<Sample> + 'a) -> Self {
        Self { name: name.to_owned(), run: Box::new(run), samples: Vec::new() }
    }

    /// Name of the side.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The best of all runs, each figure for itself: what disturbs a run only ever makes it longer.
    pub fn best(&self) -> Sample {
        let by = |figure: fn(&Sample) -> Duration| self.samples.iter().map(figure).min().unwrap_or_default();
        Sample {
            wall: by(|sample| sample.wall),
            processor: by(|sample| sample.processor),
            // Memory is to be bounded in every run.
            peak: self.samples.iter().map(|sample| sample.peak).max().unwrap_or_default(),
        }
    }
}

/// Runs a program to its end and says what it cost. Its standard output is thrown away, its messages are
/// shown.
///
/// # Errors
/// A program that does not start or that fails.
pub fn cost(command: &mut Command) -> Result<Sample> {
    cost_allowing(command, &[0])
}

/// [`cost`], for a program that may end with one of these codes.
///
/// # Errors
/// A program that does not start or that ends with another code.
pub fn cost_allowing(command: &mut Command, codes: &[i32]) -> Result<Sample> {
    let name = command.get_program().to_string_lossy().into_owned();
    let begun = Instant::now();
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
    let used = child.with_context(|| format!("{name} did not start"))?.wait4()?;
    let wall = begun.elapsed();
    ensure!(used.status.code().is_some_and(|code| codes.contains(&code)), "{name}: {}", used.status);
    Ok(Sample { wall, processor: used.rusage.utime + used.rusage.stime, peak: used.rusage.maxrss })
}

/// Removes what an earlier run wrote: a file put in another's place is written to the disk at once, which no first run
/// waits for.
///
/// # Errors
/// A file that cannot be removed.
pub fn fresh(file: &Path) -> Result<()> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{}", file.display()))
        }
        _ => Ok(()),
    }
}

/// Runs all sides in turn, `repeats` times, so that whatever else the machine does meets all of them alike.
///
/// # Errors
/// What a side returns.
pub fn interleave(repeats: u32, sides: &mut [Side<'_>]) -> Result<()> {
    for _ in 0..repeats.max(1) {
        for side in &mut *sides {
            // What the run before has written would still be on its way to the disk.
            Command::new("sync").status().context("sync did not start")?;
            let sample = (side.run)()?;
            side.samples.push(sample);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_measured_and_its_failure_told() {
        let sample = cost(Command::new("sh").args(["-c", "exit 0"])).expect("runs");
        assert!(sample.peak > 100_000, "a shell needs some memory: {}", sample.peak);
        assert!(cost(Command::new("sh").args(["-c", "exit 3"])).is_err());
        assert!(cost_allowing(Command::new("sh").args(["-c", "exit 3"]), &[0, 3]).is_ok());
    }

    #[test]
    fn sides_take_turns_and_the_best_run_counts() {
        let order = std::cell::RefCell::new(String::new());
        let sample = |name: char, seconds: u64| {
            order.borrow_mut().push(name);
            let wall = Duration::from_secs(seconds);
            Ok(Sample { wall, processor: wall * 2, peak: seconds })
        };
        let mut next = [3, 1].into_iter();
        let mut sides = [
            Side::new("a", || sample('a', next.next().unwrap_or_default())),
            Side::new("b", || sample('b', 5)),
        ];
        interleave(2, &mut sides).expect("runs");
        let best = sides[0].best();
        assert_eq!((best.wall.as_secs(), best.processor.as_secs(), best.peak), (1, 2, 3));
        drop(sides);
        assert_eq!(*order.borrow(), "abab");
    }
}
