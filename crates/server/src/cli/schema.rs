//! `xinxiu schema`: the schema as this build creates it.

use std::io::Write;

use anyhow::Result;
use xinxiu_store::migrate;

use super::DONE;

/// Prints every migration in order.
///
/// # Errors
/// What the system says.
pub fn run() -> Result<u8> {
    std::io::stdout().lock().write_all(migrate::script()?.as_bytes())?;
    Ok(DONE)
}
