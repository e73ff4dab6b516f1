//! The demo campaign: the Nantong plan with 1,650 invented enterprises, made by taking the very steps that
//! people take, so that it can hold nothing that the platform would refuse.

mod calling;
mod cast;
mod clinic;
mod closing;
mod course;
mod data;
mod decide;
mod dice;
mod identity;
mod line;
mod otherways;
mod proposing;
mod repair;
mod sample;
mod seats;
mod teaching;
mod training;
mod words;

use std::io::Cursor;

use jiff::civil::{Date, date};
use xinxiu_domain::actor::{Actor, OrganisationKind, Role};
use xinxiu_domain::campaign::CampaignAction;
use xinxiu_domain::id::{CampaignId, OrgId};
use xinxiu_store::{account, organisation, params};

use self::course::Course;
use crate::accounts::{self, CreateAccount};
use crate::app::App;
use crate::lists::{self, Extent};
use crate::plan_file::CampaignFile;
use crate::refusal::Refusal;
use crate::{campaigns, jobs, sign_in};

/// The business day on which the demo begins.
pub const FIRST_DAY: Date = date(2022, 9, 15);
/// Password of every demo account. The demo serves on this machine alone.
pub const PASSWORD: &str = "xinxiu-yanshi-2022";

/// Set as the last thing, so that an interrupted start shows.
const FINISHED: &str = "demo.finished";
const LIST_DAY: Date = date(2022, 6, 20);
const PLAN: &str = include_str!("../../../../campaigns/nantong-2022.yaml");

/// Sign-in name, organisation and role of each demo account.
pub const ACCOUNTS: &[(&str, &str, Role)] = &[
    ("city", "南通市信用办", Role::CityOffice),
    ("center", "南通市公共信用信息中心", Role::CreditCenter),
    ("window", "南通市公共信用信息中心", Role::Window),
    ("haian", "海安市信用办", Role::CountyOffice),
    ("qidong", "启东市信用办", Role::CountyOffice),
    ("health", "南通市卫生健康委员会", Role::Authority),
    ("ecology", "南通市生态环境局", Role::Authority),
    ("agency-a", "示例信用服务机构甲（虚构）", Role::Agency),
    ("agency-b", "示例信用服务机构乙（虚构）", Role::Agency),
    ("agency-c", "示例信用服务机构丙（虚构）", Role::Agency),
    ("admin", "示例平台运维（虚构）", Role::Administrator),
];

/// How far the demo in this installation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// Nothing is here yet.
    Nothing,
    /// Making it was interrupted: the folder must be removed and the demo made anew.
    Unfinished,
    /// It is whole.
    Whole,
}

/// How far the demo in this installation is.
///
/// # Errors
/// What the database says.
pub fn found(app: &App) -> Result<Found, Refusal> {
    app.store.db.read(|tx| {
        let begun = tx.number("select count(*) from campaign", &[])? > 0;
        let whole = tx.number("select count(*) from setting where name = $1", params![FINISHED])? > 0;
        Ok(match (begun, whole) {
            (_, true) => Found::Whole,
            (true, false) => Found::Unfinished,
            (false, false) => Found::Nothing,
        })
    })
}

/// Makes the whole demo. `progress` is told what is being done.
///
/// # Errors
/// What a step refused: a defect of the demo.
pub fn make(app: &App, progress: &mut dyn FnMut(&str)) -> Result<CampaignId, Refusal> {
    let campaign = make_until(app, FIRST_DAY, progress)?;
    app.store.db.write(|tx| {
        tx.execute("insert into setting (name, value) values ($1, $2)", params![FINISHED, FIRST_DAY])
    })?;
    Ok(campaign)
}

/// Makes the demo up to a day of its campaign and leaves it unfinished, for tests that need no more.
///
/// # Errors
/// As [`make`].
pub fn make_until(app: &App, last: Date, progress: &mut dyn FnMut(&str)) -> Result<CampaignId, Refusal> {
    app.clock.set(LIST_DAY);
    progress("编制年度行动和账号");
    let campaign = open_campaign(app)?;
    open_accounts(app)?;
    let center = person(app, "center")?;
    for (list, name, text) in data::lists().0 {
        let rows = text.lines().count() - 1;
        progress(&format!("导入{list}，{rows}行"));
        import(app, &center, campaign, (list, name, text), Extent::Whole)?;
    }
    Course::new(app, campaign)?.run(last, progress)?;
    app.clock.set(last);
    Ok(campaign)
}

fn operator() -> Actor {
    Actor { account: None, name: "演示".into(), role: Role::Administrator, org: None, enterprise: None }
}

fn open_campaign(app: &App) -> Result<CampaignId, Refusal> {
    let file = CampaignFile::parse(PLAN).map_err(|error| Refusal::Upload(error.to_string()))?;
    let city = Actor { role: Role::CityOffice, ..operator() };
    let campaign = campaigns::open_from_file(app, &city, &file)?;
    campaigns::change_state(app, &city, campaign, CampaignAction::Publish)?;
    Ok(campaign)
}

fn open_accounts(app: &App) -> Result<(), Refusal> {
    for (login, org_name, role) in ACCOUNTS {
        let org = organisation_of(app, org_name)?;
        let command = CreateAccount {
            org,
            login,
            name: words::person(login.len()),
            role: *role,
            password: Some(PASSWORD),
        };
        accounts::create_account(app, &operator(), &command)?;
    }
    Ok(())
}

fn organisation_of(app: &App, name: &str) -> Result<OrgId, Refusal> {
    match app.store.db.read(|tx| organisation::by_name(tx, name))? {
        Some(found) => Ok(found.id),
        None => accounts::create_organisation(app, &operator(), OrganisationKind::Platform, name, "", ""),
    }
}

/// The actor behind a demo account.
fn person(app: &App, login: &str) -> Result<Actor, Refusal> {
    let found = app.store.db.read(|tx| account::by_login(tx, login))?;
    found.map(|account| sign_in::actor_of(&account)).ok_or_else(|| Refusal::invalid("login", "没有演示账号"))
}

fn import(
    app: &App,
    center: &Actor,
    campaign: CampaignId,
    (list, name, text): data::List,
    extent: Extent,
) -> Result<(), Refusal> {
    let kept = app.store.files.keep(Cursor::new(text.into_bytes()))?;
    let batch = lists::upload(app, center, campaign, list, name, &kept)?;
    lists::dry_run(app, center, batch)?;
    let job = lists::confirm(app, center, batch, extent)?;
    jobs::run_one(app, job)?;
    Ok(())
}
