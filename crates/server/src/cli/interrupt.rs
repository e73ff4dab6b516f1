//! Ctrl-C while a command works: it ends at the next good place and says how far it came.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// What ends a reading when Ctrl-C was pressed.
#[derive(Debug, thiserror::Error)]
#[error("已停止")]
pub(super) struct Interrupted;

/// Whether somebody pressed Ctrl-C since this was made. A second time ends the program at once.
#[derive(Debug, Clone)]
pub(super) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Begins to listen. Where the system does not let it, Ctrl-C ends the program as ever.
    pub(super) fn listen() -> Self {
        let pressed = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&pressed);
        thread::spawn(move || {
            let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
                return;
            };
            runtime.block_on(async {
                if tokio::signal::ctrl_c().await.is_err() {
                    return;
                }
                seen.store(true, Ordering::Relaxed);
                eprintln!("\n正在停止，请稍候；再按一次立即结束");
                if tokio::signal::ctrl_c().await.is_ok() {
                    std::process::exit(super::INTERRUPTED.into());
                }
            });
        });
        Self(pressed)
    }

    /// Whether it was pressed.
    pub(super) fn is_pressed(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
