//! Not yet.

use anyhow::{Result, bail};

use super::Options;
use super::setup::Setup;

/// Says that there is nothing yet.
///
/// # Errors
/// Always.
pub fn run(_setup: &Setup, _options: &Options) -> Result<()> {
    bail!("尚未完成 · not yet")
}
