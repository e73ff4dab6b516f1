//! A zipped spreadsheet: looked into and read at the same time, and nothing given before all has been looked at.

use std::cell::Cell;
use std::ops::ControlFlow;
use std::rc::Rc;
use std::thread;

use crate::found::Found;
use crate::gate::{Gate, Gated, Shared, Verdict};
use crate::guard::{Guard, Zipped};
use crate::limits::Limits;
use crate::meter::Metered;
use crate::ods;
use crate::record::Summary;
use crate::refusal::Refusal;
use crate::sheet::{Ready, Target};
use crate::workbook::{self, Visit};

/// Packed bytes of sheets from which a second thread is worth its while.
const LARGE: u64 = 1024 * 1024;

/// Bytes of rows that may wait for the look to end. The look is several times as fast as the reading, so that a
/// workbook of a few hundred thousand rows needs no more.
const WAITING: usize = 48 * 1024 * 1024;

/// Reads every sheet of a zipped spreadsheet.
pub(crate) fn read(
    file: Shared,
    read: &Rc<Cell<u64>>,
    limits: &Limits,
    visit: &mut Visit<'_, '_>,
    target: &mut Target<'_>,
) -> Result<ControlFlow<()>, Refusal> {
    let (zipped, mut guard) = Guard::begin(file.clone(), visit.name, limits)?;
    if zipped == Zipped::Ods {
        return ods::read(Metered::new(file, read), visit, target);
    }
    let ranges = guard.ranges()?;
    let packed: u64 = ranges.iter().map(|range| range.end - range.start).sum();
    let gate = Gate::new(ranges);
    let open = || Metered::new(Gated::new(file.clone(), &gate), read);
    if packed < LARGE || visit.preview {
        guard.finish(&gate)?;
        let merges = gate.wait() == Verdict::Passed { merges: true };
        return workbook::read_xlsx(open(), merges, visit, target);
    }
    thread::scope(|scope| {
        let look = scope.spawn(|| guard.finish(&gate));
        let read = read_behind(&gate, &open, visit, target);
        // Why the look refused says more than what became of the reading.
        look.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        read
    })
}

/// Reads as far as the look has come, as if no cells were merged; where some are, reads once more.
fn read_behind<'g>(
    gate: &'g Gate,
    open: &dyn Fn() -> Metered<Gated<'g>>,
    visit: &mut Visit<'_, '_>,
    target: &mut Target<'_>,
) -> Result<ControlFlow<()>, Refusal> {
    let mut waiting = Waiting { rows: Vec::new(), size: 0, gate, released: false };
    let first = {
        let mut take = |ready: Ready<'_>| waiting.take(ready, target.take);
        let mut target = Target { summary: target.summary, take: &mut take };
        workbook::read_xlsx(open(), false, visit, &mut target)
    };
    if waiting.released {
        return first;
    }
    match gate.wait() {
        // The look says why.
        Verdict::Refused => first,
        Verdict::Passed { merges: false } => {
            let released = waiting.release(target.take);
            Ok(if released.is_break() { released } else { first? })
        }
        Verdict::Passed { merges: true } => {
            drop(waiting);
            *target.summary = Summary::default();
            visit.unknown.clear();
            workbook::read_xlsx(open(), true, visit, target)
        }
    }
}

/// Rows that wait for the look to end.
struct Waiting<'g> {
    rows: Vec<Found>,
    size: usize,
    gate: &'g Gate,
    /// None wait any more, and none need to.
    released: bool,
}

impl Waiting<'_> {
    /// Takes the next row, which is given on once the look has ended well. Breaks off where it has not, or
    /// found merged cells.
    fn take(
        &mut self,
        ready: Ready<'_>,
        give: &mut dyn FnMut(Ready<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        if self.released {
            return give(ready);
        }
        let verdict = self.gate.verdict();
        if verdict.is_none() && self.size < WAITING {
            self.keep(&ready);
            return ControlFlow::Continue(());
        }
        if verdict.unwrap_or_else(|| self.gate.wait()) == (Verdict::Passed { merges: false }) {
            self.release(give)?;
            return give(ready);
        }
        ControlFlow::Break(())
    }

    fn keep(&mut self, ready: &Ready<'_>) {
        if self.rows.last().is_none_or(|last| !last.has_room_for(ready)) {
            self.rows.push(Found::default());
        }
        if let Some(last) = self.rows.last_mut() {
            self.size += last.push(ready);
        }
    }

    /// Gives the rows that wait.
    fn release(&mut self, give: &mut dyn FnMut(Ready<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        self.released = true;
        for found in std::mem::take(&mut self.rows) {
            let Some((sheet, rows)) = found.rows() else { continue };
            for (row, cells) in rows {
                let place = sheet.place(*row);
                give(Ready { layout: &sheet.layout, dates: sheet.dates, place, cells })?;
            }
        }
        ControlFlow::Continue(())
    }
}
