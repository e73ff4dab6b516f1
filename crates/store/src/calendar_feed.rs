//! The secret half of the address under which an account's calendar program fetches its sessions (日历订阅, N05).

use xinxiu_domain::id::AccountId;

use crate::db::Tx;
use crate::error::StoreError;
use crate::moment::Moment;
use crate::params;

/// The random part of an account's address, where it has one.
///
/// # Errors
/// What the engine says.
pub fn nonce(tx: &Tx<'_>, account: AccountId) -> Result<Option<String>, StoreError> {
    let row = tx.query_opt("select nonce from calendar_feed where account_id = $1", params![account])?;
    row.map(|row| row.get("nonce")).transpose()
}

/// Gives an account an address, in place of the one that it had.
///
/// # Errors
/// What the engine says.
pub fn put(tx: &Tx<'_>, account: AccountId, nonce: &str, at: Moment) -> Result<(), StoreError> {
    remove(tx, account)?;
    tx.execute(
        "insert into calendar_feed (account_id, nonce, made_at, made_on) values ($1, $2, $3, $4)",
        params![account, nonce, at.at, at.on],
    )?;
    Ok(())
}

/// Takes an account's address away.
///
/// # Errors
/// What the engine says.
pub fn remove(tx: &Tx<'_>, account: AccountId) -> Result<(), StoreError> {
    tx.execute("delete from calendar_feed where account_id = $1", params![account])?;
    Ok(())
}
