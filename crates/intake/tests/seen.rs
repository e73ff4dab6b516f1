//! What finding duplicates costs in memory. A binary of its own, because every allocation of the process is counted.

#![allow(clippy::unwrap_used, reason = "helpers of tests lie outside of #[test] functions")]

use std::alloc::System;

use cap::Cap;
use xinxiu_domain::DecisionNumber;
use xinxiu_intake::{Place, Seen, Source};

#[global_allocator]
static COUNTED: Cap<System> = Cap::new(System, usize::MAX);

/// The most bytes that the design allows a decision (issue 3: 40).
const MOST: usize = 40;

/// One test, so that the bytes counted are those of one table.
#[test]
fn a_decision_costs_less_than_forty_bytes_at_every_size() {
    let file = Source { file: "名单.csv".into(), sheet: "".into(), row: 0 };
    let before = COUNTED.allocated();
    let mut seen = Seen::new();
    let mut worst = 0;
    for number in 1..=1_000_000_usize {
        let decision = DecisionNumber::parse(&format!("通环罚〔2022〕{number}号")).unwrap();
        let place = Place { row: number as u64 + 1, ..file.place() };
        assert_eq!(seen.note_decision(&decision, (None, "示例"), "示例局", place), None);
        if number >= 100_000 && number % 1000 == 0 {
            worst = worst.max((COUNTED.allocated() - before) / (number / 1000));
        }
    }
    assert_eq!(seen.len(), 1_000_000);
    assert!(worst <= MOST * 1000, "{worst} bytes for a thousand decisions");
    // What growing took at its worst moment counts as well.
    let peak = COUNTED.max_allocated() - before;
    assert!(peak <= MOST * seen.len(), "{peak} bytes at most");
    println!("{worst} bytes for a thousand at worst, {peak} for a million at most");
}
