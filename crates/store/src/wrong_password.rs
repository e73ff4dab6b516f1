//! Wrong passwords by the sign-in name that was typed (登录失败计数), known or not.

use jiff::Timestamp;

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;

/// Until when a typed name is locked.
///
/// # Errors
/// What the engine says.
pub fn locked_until(tx: &Tx<'_>, digest: &str) -> Result<Option<Timestamp>, StoreError> {
    let row =
        tx.query_opt("select locked_until from wrong_password where login_digest = $1", params![digest])?;
    row.map_or(Ok(None), |row| row.get("locked_until"))
}

/// Counts one more wrong password; how many there are now.
///
/// # Errors
/// What the engine says.
pub fn count(tx: &Tx<'_>, digest: &str, at: Timestamp) -> Result<i64, StoreError> {
    tx.number(
        "insert into wrong_password (login_digest, tries, noted_at) values ($1, 1, $2) \
         on conflict (login_digest) do update set tries = wrong_password.tries + 1, \
         noted_at = excluded.noted_at returning tries as n",
        params![digest, at],
    )
}

/// Locks a typed name; the count begins anew.
///
/// # Errors
/// What the engine says.
pub fn lock(tx: &Tx<'_>, digest: &str, until: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "update wrong_password set tries = 0, locked_until = $1 where login_digest = $2",
        params![until, digest],
    )?;
    Ok(())
}

/// Forgets the wrong passwords of a name.
///
/// # Errors
/// What the engine says.
pub fn forget(tx: &Tx<'_>, digest: &str) -> Result<(), StoreError> {
    tx.execute("delete from wrong_password where login_digest = $1", params![digest])?;
    Ok(())
}

/// Forgets names of which nothing was heard since, so that guesses do not fill the table.
///
/// # Errors
/// What the engine says.
pub fn forget_before(tx: &Tx<'_>, before: Timestamp) -> Result<(), StoreError> {
    tx.execute("delete from wrong_password where noted_at < $1", params![before])?;
    Ok(())
}
