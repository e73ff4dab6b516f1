//! Signing in and out. Sign-ins are rows: they end when an account is suspended or its password reset.

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use xinxiu_domain::account::AccountState;
use xinxiu_domain::actor::{Actor, Role};
use xinxiu_store::account::{self, Account, SignIn};
use xinxiu_store::vault::random_bytes;
use xinxiu_store::wrong_password;

use crate::app::{App, Done, Step};
use crate::clock::shanghai_minute;
use crate::password;
use crate::refusal::Refusal;

/// A sign-in ends after this, however active.
const LONGEST: SignedDuration = SignedDuration::from_hours(12);
/// A sign-in ends after this without a request.
const IDLE: SignedDuration = SignedDuration::from_mins(60);
/// Requests are noted at most this often, so that looking does not mean writing.
const NOTE_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// Wrong passwords in a row that lock a sign-in name.
const ATTEMPTS: i64 = 8;
/// From this wrong password on, how many are left is said.
const WARNED_FROM: i64 = 5;
/// How long it stays locked.
const LOCK: SignedDuration = SignedDuration::from_mins(15);
/// Wrong passwords are forgotten after this.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// A fresh sign-in: the token goes into the cookie and nowhere else.
#[derive(Debug)]
pub struct Opened {
    /// Secret of the cookie.
    pub token: String,
    /// Whether a new password must be chosen first.
    pub must_change: bool,
}

/// Signs a person in.
///
/// # Errors
/// [`Refusal::Invalid`] for a wrong name or password (never saying which; near the lock, how many tries are
/// left), a locked name or a suspended account.
pub fn open(app: &App, login: &str, given: &str) -> Result<Opened, Refusal> {
    let login = login.trim();
    let digest = digest(app, login)?;
    let (found, until) = app.store.db.read(|tx| {
        Ok::<_, Refusal>((account::by_login(tx, login)?, wrong_password::locked_until(tx, &digest)?))
    })?;
    // A locked name says so whatever is typed: the right password is not called wrong.
    if let Some(until) = until.filter(|until| *until > app.clock.now()) {
        return Err(locked(until));
    }
    let Some(found) = found else {
        // As much work as for a known name, so that time does not tell which names exist.
        let _ = password::hash(given)?;
        return Err(note_wrong_password(app, &digest, None)?);
    };
    if !password::matches(given, &found.password_hash) {
        return Err(note_wrong_password(app, &digest, Some(&found))?);
    }
    if found.state == AccountState::Suspended {
        return Err(Refusal::invalid("login", "账号已停用，请联系市信用办"));
    }
    admit(app, &found)
}

fn wrong() -> Refusal {
    Refusal::invalid("login", "登录名或密码不对，请重新输入")
}

fn locked(until: Timestamp) -> Refusal {
    let until = shanghai_minute(until);
    Refusal::invalid(
        "login",
        format!(
            "密码连续输错{ATTEMPTS}次，账号已锁定到 {until}，在此之前用正确的密码也不能登录。急用请联系市信用办重置密码"
        ),
    )
}

fn nearly_locked(left: i64) -> Refusal {
    let minutes = LOCK.as_mins();
    Refusal::invalid(
        "login",
        format!("登录名或密码不对，请重新输入。再输错{left}次，账号将锁定{minutes}分钟"),
    )
}

/// Notes a wrong password and says what the person is told of it: the same for a name that nobody has.
fn note_wrong_password(app: &App, digest: &str, account: Option<&Account>) -> Result<Refusal, Refusal> {
    let actor = account.map_or_else(stranger, actor_of);
    app.step(&actor, |step| {
        wrong_password::forget_before(step.tx, step.now - REMEMBERED)?;
        let count = wrong_password::count(step.tx, digest, step.now)?;
        let told = match count {
            ATTEMPTS.. => {
                let until = step.now + LOCK;
                wrong_password::lock(step.tx, digest, until)?;
                locked(until)
            }
            tried @ WARNED_FROM.. => nearly_locked(ATTEMPTS - tried),
            _ => wrong(),
        };
        // What was typed as a name that nobody has may be a password.
        let summary = account.map_or_else(
            || "登录失败：没有这个登录名".to_owned(),
            |found| format!("登录失败：{}", found.login),
        );
        let subject = ("account", account.map_or(0, |found| found.id.0));
        let done = Done { action: "sign_in.fail", subject, enterprise: None, summary };
        step.record(done, serde_json::json!({}))?;
        Ok(told)
    })
}

/// Somebody who has not signed in.
fn stranger() -> Actor {
    Actor { account: None, name: "未登录".into(), role: Role::Enterprise, org: None, enterprise: None }
}

/// Lets a name be tried again at once, as when its password was reset.
///
/// # Errors
/// What the database says.
pub(crate) fn unlock(step: &Step<'_>, login: &str) -> Result<(), Refusal> {
    Ok(wrong_password::forget(step.tx, &digest(step.app, login)?)?)
}

/// A name as typed, under the installation's own key: it may be a password.
fn digest(app: &App, login: &str) -> Result<String, Refusal> {
    Ok(app.store.vault.sign("sign_in.name", login)?)
}

fn admit(app: &App, account: &Account) -> Result<Opened, Refusal> {
    let token = hex::encode(random_bytes::<32>()?);
    let csrf = hex::encode(random_bytes::<16>()?);
    let actor = actor_of(account);
    app.step(&actor, |step| {
        unlock(step, &account.login)?;
        account::open_sign_in(step.tx, &hash(&token), account.id, &csrf, step.now, step.now + LONGEST)?;
        step.record(done("sign_in.open", account, format!("登录：{}", account.login)), serde_json::json!({}))
    })?;
    Ok(Opened { token, must_change: account.must_change })
}

/// The sign-in behind a cookie's token, where it is still good.
///
/// # Errors
/// What the database says.
pub fn of_token(app: &App, token: &str) -> Result<Option<SignIn>, Refusal> {
    let now = app.clock.now();
    let hashed = hash(token);
    let found = app.store.db.read(|tx| account::sign_in(tx, &hashed))?;
    let Some(found) = found.filter(|found| is_good(found, now)) else {
        return Ok(None);
    };
    if found.seen_at + NOTE_EVERY < now {
        app.store.db.write(|tx| account::touch_sign_in(tx, &hashed, now))?;
    }
    Ok(Some(found))
}

fn is_good(sign_in: &SignIn, now: Timestamp) -> bool {
    sign_in.expires_at > now && sign_in.seen_at + IDLE > now && sign_in.account.state == AccountState::Active
}

/// Signs out.
///
/// # Errors
/// What the database says.
pub fn close(app: &App, actor: &Actor, token: &str) -> Result<(), Refusal> {
    app.step(actor, |step| {
        account::close_sign_in(step.tx, &hash(token))?;
        let id = actor.account.map_or(0, |id| id.0);
        let summary = "退出登录".to_owned();
        let done = Done { action: "sign_in.close", subject: ("account", id), enterprise: None, summary };
        step.record(done, serde_json::json!({}))
    })
}

/// The actor behind an account.
pub fn actor_of(account: &Account) -> Actor {
    Actor {
        account: Some(account.id),
        name: format!("{} {}", account.org_name, account.name),
        role: account.role,
        org: Some(account.org),
        enterprise: None,
    }
}

fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

fn done<'a>(action: &'a str, account: &Account, summary: String) -> Done<'a> {
    Done { action, subject: ("account", account.id.0), enterprise: None, summary }
}
