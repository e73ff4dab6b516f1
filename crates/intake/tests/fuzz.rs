//! The short run of the fuzz targets: every input that is kept, and a fixed number of changes to each. The long
//! run is `cargo xtask fuzz` (ADR 0012).

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a tool of tests")]

#[path = "../../../fuzz/src/targets.rs"]
mod targets;

use std::path::{Path, PathBuf};

/// Changes made to each input.
const CHANGES: u32 = 24;

/// A generator of numbers that gives the same in every run.
struct Dice(u64);

impl Dice {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % below.max(1) as u64).unwrap()
    }
}

/// An input with one to four things changed: bits, bytes that mean something, pieces doubled, lost or cut off.
fn changed(input: &[u8], dice: &mut Dice) -> Vec<u8> {
    const MEANT: [&[u8]; 10] =
        [b"\"", b",", b"\t", b"\n", b"\0", b"<", b"&", b"\xff\xff\xff\xff", b"9.132E+17", "〔".as_bytes()];
    let mut out = input.to_vec();
    for _ in 0..=dice.next(4) {
        let at = dice.next(out.len());
        let piece = at..(at + 1 + dice.next(64)).min(out.len());
        match dice.next(5) {
            _ if out.is_empty() => out.extend_from_slice(MEANT[dice.next(MEANT.len())]),
            0 => out[at] ^= 1 << dice.next(8),
            1 => drop(out.splice(at..at, MEANT[dice.next(MEANT.len())].iter().copied())),
            2 => {
                let copy = out[piece].to_vec();
                drop(out.splice(at..at, copy));
            }
            3 => drop(out.drain(piece)),
            _ => out.truncate(at),
        }
    }
    out
}

fn inputs(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn no_kept_input_and_no_change_to_one_ends_in_a_panic() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    for target in targets::TARGETS {
        let files = inputs(&root.join(target.name));
        assert!(!files.is_empty(), "{} has no inputs", target.name);
        for file in files {
            let input = std::fs::read(&file).unwrap();
            let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
            let tried =
                std::iter::once(input.clone()).chain((0..CHANGES).map(|_| changed(&input, &mut dice)));
            for (number, bytes) in tried.enumerate() {
                let run = std::panic::catch_unwind(|| (target.run)(&bytes));
                assert!(run.is_ok(), "{} {} change {number}", target.name, file.display());
            }
        }
    }
}
