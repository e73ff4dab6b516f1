//! `xinxiu user`: the first account of an installation, and help for those locked out.

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use xinxiu_domain::actor::{Actor, OrganisationKind, Role};
use xinxiu_store::{account, organisation};
use xinxiu_workflow::App;
use xinxiu_workflow::accounts::{self, CreateAccount};

use super::{Common, DONE};

/// Arguments of `user`.
#[derive(Debug, Args)]
pub struct UserArgs {
    #[command(subcommand)]
    command: UserCommand,
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// 新增账号；单位不存在时一并建立 / add an account
    Add {
        #[command(flatten)]
        common: Common,
        /// 登录名 / sign-in name
        login: String,
        /// 姓名 / name
        #[arg(long)]
        name: String,
        /// 单位全称 / organisation
        #[arg(long)]
        org: String,
        /// 岗位代码，如 `city_office` / role
        #[arg(long)]
        role: String,
    },
    /// 列出账号 / list accounts
    List {
        #[command(flatten)]
        common: Common,
    },
    /// 重置密码 / reset a password
    Reset {
        #[command(flatten)]
        common: Common,
        /// 登录名 / sign-in name
        login: String,
    },
}

/// Runs `user`.
///
/// # Errors
/// What was refused, and why.
pub fn run(args: UserArgs) -> Result<u8> {
    match args.command {
        UserCommand::Add { common, login, name, org, role } => {
            let role =
                Role::from_code(&role).with_context(|| format!("没有岗位「{role}」，可选：{}", roles()))?;
            let app = common.load(None)?.open()?;
            let org = organisation_of(&app, &org, role)?;
            let command = CreateAccount { org, login: &login, name: &name, role, password: None };
            let (_, password) = accounts::create_account(&app, &operator(), &command)?;
            println!("{login}\t{password}");
        }
        UserCommand::List { common } => {
            let app = common.load(None)?.open_existing()?;
            for account in app.store.db.read(account::all)? {
                println!(
                    "{}\t{}\t{}\t{}\t{}",
                    account.login, account.name, account.role, account.org_name, account.state
                );
            }
        }
        UserCommand::Reset { common, login } => {
            let app = common.load(None)?.open_existing()?;
            let found = app.store.db.read(|tx| account::by_login(tx, &login))?;
            let found = found.with_context(|| format!("没有登录名「{login}」"))?;
            let password = accounts::reset_password(&app, &operator(), found.id)?;
            println!("{login}\t{password}");
        }
    }
    Ok(DONE)
}

fn organisation_of(app: &App, name: &str, role: Role) -> Result<xinxiu_domain::id::OrgId> {
    if let Some(found) = app.store.db.read(|tx| organisation::by_name(tx, name))? {
        return Ok(found.id);
    }
    let Some(kind) = OrganisationKind::ALL.iter().find(|kind| kind.roles().contains(&role)) else {
        bail!("岗位「{role}」没有对应的单位类型");
    };
    Ok(accounts::create_organisation(app, &operator(), *kind, name, "", "")?)
}

fn roles() -> String {
    Role::ALL.iter().map(|role| role.code()).collect::<Vec<_>>().join("、")
}

/// Whoever can run the command has the database and the key in hand anyway; the audit entry says so.
fn operator() -> Actor {
    Actor { account: None, name: "命令行".into(), role: Role::Administrator, org: None, enterprise: None }
}
