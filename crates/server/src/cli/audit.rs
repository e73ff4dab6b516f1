//! `xinxiu audit verify`: is the chain of audit entries whole (N21)?

use anyhow::Result;
use clap::{Args, Subcommand};
use xinxiu_store::{Db, StoreError, audit};

use super::{Common, DONE, FINDINGS};

/// Arguments of `audit`.
#[derive(Debug, Args)]
pub struct AuditArgs {
    #[command(subcommand)]
    command: AuditCommand,
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// 核验整条校验链 / walk the whole chain
    Verify(Common),
}

/// Runs `audit`.
///
/// # Errors
/// A database that cannot be opened.
pub fn run(args: &AuditArgs) -> Result<u8> {
    let AuditCommand::Verify(common) = &args.command;
    let config = common.load(None)?;
    config.must_exist()?;
    let db = Db::open(&config.database)?;
    match db.read(audit::verify) {
        Ok(length) => {
            println!("√ {length}条操作记录，校验链完整");
            Ok(DONE)
        }
        Err(broken @ StoreError::Audit(_)) => {
            println!("× {broken}");
            Ok(FINDINGS)
        }
        Err(other) => Err(other.into()),
    }
}
