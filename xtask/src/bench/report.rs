//! The figures as tables: what each side cost, and whether each goal is met.

use std::io::{self, Write as _};
use std::time::Duration;

use super::measure::{Sample, Side};

/// A goal with what came out.
pub struct Goal {
    /// What is held against what.
    pub name: String,
    /// What was measured.
    pub measured: f64,
    /// What it has to keep to.
    pub bound: Bound,
    /// Unit behind the numbers.
    pub unit: &'static str,
}

/// What a figure has to keep to.
#[derive(Debug, Clone, Copy)]
pub enum Bound {
    /// Not less than this.
    AtLeast(f64),
    /// Not more than this.
    AtMost(f64),
}

impl Goal {
    /// A goal for a ratio.
    pub fn at(name: &str, measured: f64, bound: Bound) -> Self {
        Self { name: name.to_owned(), measured, bound, unit: "x" }
    }

    /// A goal for the most memory at once, in megabytes.
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    pub fn memory(name: &str, of: Sample, most: f64) -> Self {
        Self { name: name.to_owned(), measured: of.peak as f64 / 1e6, bound: Bound::AtMost(most), unit: "MB" }
    }

    /// Whether the goal is met.
    pub fn is_met(&self) -> bool {
        match self.bound {
            Bound::AtLeast(least) => self.measured >= least,
            Bound::AtMost(most) => self.measured <= most,
        }
    }

    fn line(&self) -> String {
        let Self { name, measured, bound, unit } = self;
        let (word, bound) = match bound {
            Bound::AtLeast(least) => (">=", least),
            Bound::AtMost(most) => ("<=", most),
        };
        let verdict = if self.is_met() { "ok" } else { "MISSED" };
        format!("{verdict:<6}  {measured:>9.2} {word} {bound} {unit}  {name}\n")
    }
}

/// How many times `one` is of `other`.
pub fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64().max(1e-9)
}

/// Prints what each side cost for `rows` rows.
pub fn sides(title: &str, rows: u64, sides: &[Side<'_>]) {
    let lines: String = sides.iter().map(|side| line(side.name(), rows, side.best())).collect();
    let heads = format!(
        "{:<34} {:>9} {:>9} {:>10} {:>9} {:>9}\n",
        "best of the runs", "wall s", "cpu s", "rows/s", "us/row", "peak MB"
    );
    print(&format!("\n{title}: {rows} rows\n{heads}{lines}"));
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn line(name: &str, rows: u64, best: Sample) -> String {
    let (wall, processor) = (best.wall.as_secs_f64(), best.processor.as_secs_f64());
    let rate = rows as f64 / wall.max(1e-9);
    let each = processor * 1e6 / rows.max(1) as f64;
    let peak = best.peak as f64 / 1e6;
    format!("{name:<34} {wall:>9.2} {processor:>9.2} {rate:>10.0} {each:>9.2} {peak:>9.1}\n")
}

/// Prints the goals.
pub fn goals(goals: &[Goal]) {
    print(&format!("\n{}", goals.iter().map(Goal::line).collect::<String>()));
}

/// Prints a piece of text to whoever reads the figures.
pub fn print(text: &str) {
    let _ = io::stdout().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::{Bound, Goal};

    #[test]
    fn a_goal_says_whether_it_is_met() {
        let goal = |measured, bound| Goal { name: "甲".to_owned(), measured, bound, unit: "x" };
        assert_eq!(goal(2.5, Bound::AtMost(3.0)).line(), "ok           2.50 <= 3 x  甲\n");
        assert_eq!(goal(2.5, Bound::AtLeast(3.0)).line(), "MISSED       2.50 >= 3 x  甲\n");
    }
}
