//! Accounts (账号) and the sign-ins that are open on them.

use jiff::Timestamp;
use xinxiu_domain::account::AccountState;
use xinxiu_domain::actor::Role;
use xinxiu_domain::id::{AccountId, OrgId};

use crate::db::Tx;
use crate::error::StoreError;
use crate::params;
use crate::value::Row;

/// An account on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Id.
    pub id: AccountId,
    /// Organisation.
    pub org: OrgId,
    /// Name of the organisation.
    pub org_name: String,
    /// Sign-in name.
    pub login: String,
    /// Name of the person.
    pub name: String,
    /// Role.
    pub role: Role,
    /// State.
    pub state: AccountState,
    /// Argon2id hash in PHC form.
    pub password_hash: String,
    /// Whether the person must choose a new password first.
    pub must_change: bool,
    /// Version for optimistic locking.
    pub version: i64,
}

const SELECT: &str = "select a.id, a.org_id, o.name as org_name, a.login, a.name, a.role, a.state, \
                      a.password_hash, a.must_change, a.version \
                      from account a join organisation o on o.id = a.org_id";

fn from_row(row: &Row) -> Result<Account, StoreError> {
    Ok(Account {
        id: row.get("id")?,
        org: row.get("org_id")?,
        org_name: row.get("org_name")?,
        login: row.get("login")?,
        name: row.get("name")?,
        role: row.coded("role", Role::from_code)?,
        state: row.coded("state", AccountState::from_code)?,
        password_hash: row.get("password_hash")?,
        must_change: row.get("must_change")?,
        version: row.get("version")?,
    })
}

/// What a new account needs.
#[derive(Debug, Clone)]
pub struct NewAccount<'a> {
    /// Organisation.
    pub org: OrgId,
    /// Sign-in name.
    pub login: &'a str,
    /// Name of the person.
    pub name: &'a str,
    /// Role.
    pub role: Role,
    /// Argon2id hash in PHC form.
    pub password_hash: &'a str,
    /// Whether the person must choose a new password first.
    pub must_change: bool,
    /// Real time.
    pub at: Timestamp,
}

/// Puts a new account on record.
///
/// # Errors
/// [`StoreError::Duplicate`] where the sign-in name is taken.
pub fn insert(tx: &Tx<'_>, new: &NewAccount<'_>) -> Result<AccountId, StoreError> {
    tx.insert(
        "insert into account (org_id, login, name, role, state, password_hash, must_change, created_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8) returning id",
        params![
            new.org,
            new.login,
            new.name,
            new.role.code(),
            AccountState::INITIAL.code(),
            new.password_hash,
            new.must_change,
            new.at
        ],
    )
}

/// One account.
///
/// # Errors
/// [`StoreError::NotFound`].
pub fn load(tx: &Tx<'_>, id: AccountId) -> Result<Account, StoreError> {
    let row = tx
        .query_opt(&format!("{SELECT} where a.id = $1"), params![id])?
        .ok_or_else(|| StoreError::NotFound("账号", id.to_string()))?;
    from_row(&row)
}

/// The account with this sign-in name.
///
/// # Errors
/// What the engine says.
pub fn by_login(tx: &Tx<'_>, login: &str) -> Result<Option<Account>, StoreError> {
    tx.query_opt(&format!("{SELECT} where a.login = $1"), params![login])?
        .map(|row| from_row(&row))
        .transpose()
}

/// Every account, by organisation.
///
/// # Errors
/// What the engine says.
pub fn all(tx: &Tx<'_>) -> Result<Vec<Account>, StoreError> {
    tx.query(&format!("{SELECT} order by o.kind, a.org_id, a.id"), &[], from_row)
}

/// Saves state and password of an account that has not changed since it was loaded.
///
/// # Errors
/// [`StoreError::Conflict`].
pub fn save(tx: &Tx<'_>, account: &Account) -> Result<(), StoreError> {
    tx.update_version(
        "账号",
        "update account set state = $1, password_hash = $2, must_change = $3, \
         version = version + 1 where id = $4 and version = $5",
        params![
            account.state.code(),
            &account.password_hash,
            account.must_change,
            account.id,
            account.version
        ],
    )
}

/// An open sign-in.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// The account.
    pub account: Account,
    /// Token that every form of this sign-in carries.
    pub csrf: String,
    /// Last request.
    pub seen_at: Timestamp,
    /// End, however active.
    pub expires_at: Timestamp,
}

/// Opens a sign-in. Only the token's hash is kept: a stolen database opens no session.
///
/// # Errors
/// What the engine says.
pub fn open_sign_in(
    tx: &Tx<'_>,
    token_hash: &str,
    account: AccountId,
    csrf: &str,
    at: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "insert into sign_in (token_hash, account_id, csrf, created_at, seen_at, expires_at) \
         values ($1, $2, $3, $4, $4, $5)",
        params![token_hash, account, csrf, at, expires_at],
    )?;
    Ok(())
}

/// The sign-in behind a token's hash.
///
/// # Errors
/// What the engine says.
pub fn sign_in(tx: &Tx<'_>, token_hash: &str) -> Result<Option<SignIn>, StoreError> {
    let Some(row) = tx.query_opt(
        "select account_id, csrf, seen_at, expires_at from sign_in where token_hash = $1",
        params![token_hash],
    )?
    else {
        return Ok(None);
    };
    Ok(Some(SignIn {
        account: load(tx, row.get("account_id")?)?,
        csrf: row.get("csrf")?,
        seen_at: row.get("seen_at")?,
        expires_at: row.get("expires_at")?,
    }))
}

/// Notes a request of a sign-in.
///
/// # Errors
/// What the engine says.
pub fn touch_sign_in(tx: &Tx<'_>, token_hash: &str, at: Timestamp) -> Result<(), StoreError> {
    tx.execute("update sign_in set seen_at = $1 where token_hash = $2", params![at, token_hash])?;
    Ok(())
}

/// Ends one sign-in.
///
/// # Errors
/// What the engine says.
pub fn close_sign_in(tx: &Tx<'_>, token_hash: &str) -> Result<(), StoreError> {
    tx.execute("delete from sign_in where token_hash = $1", params![token_hash])?;
    Ok(())
}

/// Ends every sign-in of an account, and every one that has expired.
///
/// # Errors
/// What the engine says.
pub fn close_sign_ins(tx: &Tx<'_>, account: AccountId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute("delete from sign_in where account_id = $1 or expires_at < $2", params![account, now])?;
    Ok(())
}
