//! Organisations and the accounts of their staff (N13): created, suspended and reset by the city office.

use xinxiu_domain::account::AccountAction;
use xinxiu_domain::actor::{Action, Actor, Concerns, OrganisationKind, Role};
use xinxiu_domain::id::{AccountId, OrgId};
use xinxiu_domain::text::tidy;
use xinxiu_store::account::{self, Account, NewAccount};
use xinxiu_store::{StoreError, organisation};

use crate::app::{App, Done, Step};
use crate::refusal::Refusal;
use crate::{password, sign_in};

/// Puts a new organisation on record.
///
/// # Errors
/// [`Refusal::Invalid`] for an empty or taken name.
pub fn create_organisation(
    app: &App,
    actor: &Actor,
    kind: OrganisationKind,
    name: &str,
    short_name: &str,
    area_code: &str,
) -> Result<OrgId, Refusal> {
    app.step(actor, |step| insert_organisation(step, kind, name, short_name, area_code))
}

/// As [`create_organisation`], inside a step that does more.
pub(crate) fn insert_organisation(
    step: &Step<'_>,
    kind: OrganisationKind,
    name: &str,
    short_name: &str,
    area_code: &str,
) -> Result<OrgId, Refusal> {
    step.must(Action::ManageAccounts, &Concerns::default())?;
    let name = tidy(name);
    if name.is_empty() {
        return Err(Refusal::invalid("organisation", "请填写单位名称"));
    }
    let id = organisation::insert(step.tx, kind, &name, &tidy(short_name), &tidy(area_code))
        .map_err(|error| taken(error, "organisation", "已有同名单位"))?;
    let summary = format!("新增{kind}「{name}」");
    let done =
        Done { action: "organisation.create", subject: ("organisation", id.0), enterprise: None, summary };
    step.record(done, serde_json::json!({ "kind": kind, "name": name }))?;
    Ok(id)
}

/// What a new account needs.
#[derive(Debug, Clone)]
pub struct CreateAccount<'a> {
    /// Organisation.
    pub org: OrgId,
    /// Sign-in name.
    pub login: &'a str,
    /// Name of the person.
    pub name: &'a str,
    /// Role.
    pub role: Role,
    /// A chosen password; without one a first password is made that must be changed.
    pub password: Option<&'a str>,
}

/// Creates an account and returns its first password, to be told to its owner once.
///
/// # Errors
/// [`Refusal::Invalid`] for a taken name, or a role that the organisation's kind does not have.
pub fn create_account(
    app: &App,
    actor: &Actor,
    command: &CreateAccount<'_>,
) -> Result<(AccountId, String), Refusal> {
    let (login, name) = (tidy(command.login).to_lowercase(), tidy(command.name));
    check_login(&login, &name)?;
    let password = command.password.map_or_else(password::first_password, |given| Ok(given.to_owned()))?;
    let password_hash = password::hash(&password)?;
    app.step(actor, |step| {
        step.must(Action::ManageAccounts, &Concerns::default())?;
        let org = organisation::load(step.tx, command.org)?;
        if !org.kind.roles().contains(&command.role) {
            return Err(Refusal::invalid("role", format!("{}的人员不能是「{}」", org.kind, command.role)));
        }
        let new = NewAccount {
            org: org.id,
            login: &login,
            name: &name,
            role: command.role,
            password_hash: &password_hash,
            must_change: command.password.is_none(),
            at: step.now,
        };
        let id = account::insert(step.tx, &new).map_err(|error| taken(error, "login", "登录名已被使用"))?;
        let summary = format!("为「{}」新增账号 {login}（{}）", org.name, command.role);
        record(step, "account.create", id, summary)?;
        Ok((id, password.clone()))
    })
}

fn check_login(login: &str, name: &str) -> Result<(), Refusal> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
    if login.len() < 3 || login.len() > 40 || !login.chars().all(plain) {
        return Err(Refusal::invalid("login", "登录名用3至40位小写字母、数字、点或横线"));
    }
    if name.is_empty() {
        return Err(Refusal::invalid("name", "请填写姓名"));
    }
    Ok(())
}

/// Suspends or resumes an account. A suspended person is signed out at once.
///
/// # Errors
/// [`Refusal::Illegal`] where the state does not allow it; one's own account cannot be suspended.
pub fn change_state(app: &App, actor: &Actor, id: AccountId, action: AccountAction) -> Result<(), Refusal> {
    if actor.account == Some(id) {
        return Err(Refusal::invalid("account", "不能停用自己的账号"));
    }
    app.step(actor, |step| {
        step.must(Action::ManageAccounts, &Concerns::default())?;
        let mut found = account::load(step.tx, id)?;
        found.state = found.state.after(action)?;
        account::save(step.tx, &found)?;
        account::close_sign_ins(step.tx, id, step.now)?;
        record(step, "account.state", id, format!("{action}账号 {}", found.login))
    })
}

/// Gives an account a new first password, returned to be told to its owner once.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn reset_password(app: &App, actor: &Actor, id: AccountId) -> Result<String, Refusal> {
    let password = password::first_password()?;
    let password_hash = password::hash(&password)?;
    app.step(actor, |step| {
        step.must(Action::ManageAccounts, &Concerns::default())?;
        let mut found = account::load(step.tx, id)?;
        found.password_hash = password_hash;
        found.must_change = true;
        account::save(step.tx, &found)?;
        account::close_sign_ins(step.tx, id, step.now)?;
        sign_in::unlock(step, &found.login)?;
        record(step, "account.reset", id, format!("重置账号 {} 的密码", found.login))
    })?;
    Ok(password)
}

/// A person chooses a new password for the own account.
///
/// # Errors
/// [`Refusal::Invalid`] where the old one is wrong or the new one is too weak.
pub fn change_password(app: &App, actor: &Actor, old: &str, new: &str) -> Result<(), Refusal> {
    let id = actor.account.ok_or(Refusal::Forbidden(Action::ManageAccounts))?;
    let mut found = app.store.db.read(|tx| account::load(tx, id))?;
    if !password::matches(old, &found.password_hash) {
        return Err(Refusal::invalid("old_password", "原密码不对"));
    }
    password::check(new, &found.login)?;
    found.password_hash = password::hash(new)?;
    found.must_change = false;
    app.step(actor, |step| {
        account::save(step.tx, &found)?;
        record(step, "account.password", id, "修改本人密码".to_owned())
    })
}

/// Organisations with their accounts, for the page that manages them.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn directory(
    app: &App,
    actor: &Actor,
) -> Result<(Vec<organisation::Organisation>, Vec<Account>), Refusal> {
    app.view(actor, |view| {
        view.must(Action::ManageAccounts, &Concerns::default())?;
        Ok((organisation::all(view.tx)?, account::all(view.tx)?))
    })
}

fn record(step: &Step<'_>, action: &str, id: AccountId, summary: String) -> Result<(), Refusal> {
    step.record(Done { action, subject: ("account", id.0), enterprise: None, summary }, serde_json::json!({}))
}

/// A taken key as an error of the field that holds it.
pub(crate) fn taken(error: StoreError, field: &str, message: &str) -> Refusal {
    match error {
        StoreError::Duplicate(_) => Refusal::invalid(field, message),
        other => other.into(),
    }
}
