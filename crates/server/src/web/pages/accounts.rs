//! Organisations and accounts, for the city office and the system administrator.

use maud::{Markup, html};
use xinxiu_domain::account::{AccountAction, AccountState};
use xinxiu_domain::actor::{Action, OrganisationKind, Role};
use xinxiu_domain::id::{AccountId, OrgId};
use xinxiu_store::account::Account;
use xinxiu_store::organisation::Organisation;
use xinxiu_workflow::accounts::{self, CreateAccount};
use xinxiu_workflow::{FieldError, Refusal};

use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const MANAGE: Access = Access::Staff(Action::ManageAccounts);

pub(super) fn routes(table: &mut Routes) {
    table.get("/accounts", MANAGE, show);
    table.post("/accounts", MANAGE, create);
    table.post("/organisations", MANAGE, create_organisation);
    table.post("/accounts/{id}/suspend", MANAGE, suspend);
    table.post("/accounts/{id}/resume", MANAGE, resume);
    table.post("/accounts/{id}/reset", MANAGE, reset);
}

fn show(req: &Req) -> PageResult {
    Ok(req.page("单位和账号", body(req, &Form::default(), &[])?))
}

fn body(req: &Req, values: &Form, errors: &[FieldError]) -> Result<Markup, PageError> {
    let (orgs, accounts) = accounts::directory(&req.app, req.actor()?)?;
    Ok(html! {
        h1 { "单位和账号" }
        (ui::errors(errors))
        (ui::panel("账号", &html! {
            (ui::table(
                "账号",
                &["单位", "登录名", "姓名", "岗位", "状态", "操作"],
                &accounts.iter().map(|account| row(req, account)).collect::<Vec<_>>(),
            ))
        }))
        (ui::panel("新增账号", &ui::form(req, "/accounts", &account_fields(&orgs, values, errors))))
        (ui::panel("新增单位", &ui::form(req, "/organisations", &organisation_fields(values, errors))))
    })
}

fn row(req: &Req, account: &Account) -> Vec<Markup> {
    let address = |step: &str| format!("/accounts/{}/{step}", account.id);
    let (tone, state_step) = match account.state {
        AccountState::Active => ("good", ui::post_button(req, &address("suspend"), "停用账号")),
        AccountState::Suspended => ("bad", ui::post_button(req, &address("resume"), "恢复账号")),
    };
    vec![
        html! { (account.org_name) },
        html! { code { (account.login) } },
        html! { (account.name) },
        html! { (account.role) },
        ui::badge(tone, account.state.label()),
        html! { div.row-actions { (state_step) (ui::post_button(req, &address("reset"), "重置密码")) } },
    ]
}

fn account_fields(orgs: &[Organisation], values: &Form, errors: &[FieldError]) -> Markup {
    let orgs: Vec<_> = orgs.iter().map(|org| (org.id.to_string(), org.name.clone())).collect();
    let staff = Role::ALL.iter().filter(|role| **role != Role::Enterprise);
    let roles = ui::choices(staff);
    html! {
        (ui::select(values, "org", "单位", &orgs, errors))
        (ui::select(values, "role", "岗位", &roles, errors))
        (ui::field(values, "login", "登录名", "3至40位小写字母、数字、点或横线", errors))
        (ui::field(values, "name", "姓名", "", errors))
        (ui::button("新增账号"))
    }
}

fn organisation_fields(values: &Form, errors: &[FieldError]) -> Markup {
    let kinds = ui::choices(OrganisationKind::ALL);
    html! {
        (ui::select(values, "kind", "单位类型", &kinds, errors))
        (ui::field(values, "organisation", "单位名称", "", errors))
        (ui::field(values, "short", "简称", "用于表格，可不填", errors))
        (ui::field(values, "area", "地区代码", "县（市、区）和园区填写", errors))
        (ui::button("新增单位"))
    }
}

fn create(req: &Req) -> PageResult {
    let mut fields = req.fields();
    let org: Option<OrgId> = fields.id("org", "单位");
    let role = fields.coded("role", "岗位", Role::from_code);
    let (login, name) = (fields.required("login", "登录名"), fields.required("name", "姓名"));
    let created = fields.check().and_then(|()| match (org, role) {
        (Some(org), Some(role)) => {
            let command = CreateAccount { org, login: &login, name: &name, role, password: None };
            accounts::create_account(
                &req.app,
                req.actor().map_err(|_| Refusal::Forbidden(Action::ManageAccounts))?,
                &command,
            )
        }
        _ => Err(Refusal::invalid("org", "请选择单位和岗位")),
    });
    match created {
        Ok((_, password)) => Ok(first_password(req, &login, &password)),
        Err(Refusal::Invalid(errors)) => Ok(req.again("单位和账号", body(req, &req.form, &errors)?)),
        Err(other) => Err(other.into()),
    }
}

fn first_password(req: &Req, login: &str, password: &str) -> crate::web::reply::Reply {
    req.page(
        "初始密码",
        html! {
            h1 { "请把初始密码告诉本人" }
            p { "此密码只显示这一次；本人首次登录时必须修改。" }
            (ui::facts(&[("登录名", html! { code { (login) } }), ("初始密码", html! { code { (password) } })]))
            p { a.button href="/accounts" { "返回单位和账号" } }
        },
    )
}

fn create_organisation(req: &Req) -> PageResult {
    let mut fields = req.fields();
    let kind = fields.coded("kind", "单位类型", OrganisationKind::from_code);
    let name = fields.required("organisation", "单位名称");
    let (short, area) = (fields.text("short"), fields.text("area"));
    let actor = req.actor()?;
    let created = fields.check().and_then(|()| {
        let kind = kind.ok_or_else(|| Refusal::invalid("kind", "请选择单位类型"))?;
        accounts::create_organisation(&req.app, actor, kind, &name, &short, &area)
    });
    match created {
        Ok(_) => Ok(req.see("/accounts", format!("已新增单位「{name}」"))),
        Err(Refusal::Invalid(errors)) => Ok(req.again("单位和账号", body(req, &req.form, &errors)?)),
        Err(other) => Err(other.into()),
    }
}

fn suspend(req: &Req) -> PageResult {
    change(req, AccountAction::Suspend)
}

fn resume(req: &Req) -> PageResult {
    change(req, AccountAction::Resume)
}

fn change(req: &Req, action: AccountAction) -> PageResult {
    accounts::change_state(&req.app, req.actor()?, req.id::<AccountId>("id")?, action)?;
    Ok(req.see("/accounts", format!("已{action}账号")))
}

fn reset(req: &Req) -> PageResult {
    let id: AccountId = req.id("id")?;
    let password = accounts::reset_password(&req.app, req.actor()?, id)?;
    let (_, all) = accounts::directory(&req.app, req.actor()?)?;
    let login = all.iter().find(|account| account.id == id).map_or("", |account| account.login.as_str());
    Ok(first_password(req, login, &password))
}
