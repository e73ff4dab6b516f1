//! Reading a list whose rows a command takes one by one.

use std::ops::ControlFlow;
use std::path::Path;

use anyhow::Result;
use xinxiu_intake::{Options, Outcome, Progress, Refusal, Seen, Summary, read_file};

/// Reads a list; the first row that cannot be taken ends the reading. What is wrong with the file itself is
/// the inner result, for the command to say.
///
/// # Errors
/// What `take` returned.
pub(super) fn read_rows(
    path: &Path,
    options: &Options,
    seen: &mut Seen,
    mut take: impl FnMut(Outcome, Progress) -> Result<()>,
) -> Result<Result<Summary, Refusal>> {
    let mut fault = None;
    let read = read_file(path, options, seen, &mut |outcome, at| {
        take(outcome, at).map_or_else(
            |error| {
                fault = Some(error);
                ControlFlow::Break(())
            },
            |()| ControlFlow::Continue(()),
        )
    });
    fault.map_or(Ok(read), Err)
}
