//! `xinxiu schema`: the schema as this build creates it.

use anyhow::Result;
use xinxiu_store::migrate;

use super::DONE;

/// Prints every migration in order.
///
/// # Errors
/// None in practice; the migrations are inside the binary.
pub fn run() -> Result<u8> {
    print!("{}", migrate::script()?);
    Ok(DONE)
}
