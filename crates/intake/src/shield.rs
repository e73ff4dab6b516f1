//! Readers of libraries that give up on a damaged file by panicking: what they panic over is a fault of the file.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use crate::refusal::Refusal;

thread_local! {
    static SHIELDED: Cell<bool> = const { Cell::new(false) };
}

/// What a library makes of a part of a file. Its panic refuses the file, and is no news for standard error; what it had
/// under way must not be used any more.
pub(crate) fn shielded<T>(
    file: &str,
    part: &str,
    read: impl FnOnce() -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !SHIELDED.get() {
                before(panic);
            }
        }));
    });
    SHIELDED.set(true);
    let read = panic::catch_unwind(AssertUnwindSafe(read));
    SHIELDED.set(false);
    read.unwrap_or_else(|_| {
        tracing::warn!(file, part, "a reader gave up on a list");
        Err(Refusal::cut_short(file, part))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_gives_up_refuses_the_file() {
        let nothing: &[u8] = &[];
        let read = shielded("名单.xls", "工作簿的内容", || Ok(nothing[1]));
        assert_eq!(read.unwrap_err().code(), Refusal::cut_short("", "").code());
        assert_eq!(shielded("名单.xls", "工作簿的内容", || Ok(1)).unwrap(), 1);
    }
}
