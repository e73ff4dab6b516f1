//! An installation with one session under way and its hall full.

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use xinxiu_domain::Uscc;
use xinxiu_domain::actor::{Actor, Role};
use xinxiu_domain::campaign::CampaignAction;
use xinxiu_domain::id::AttendanceId;
use xinxiu_store::{IntoValue, StoreError, Tx, Value, attendance, params};
use xinxiu_workflow::plan_file::CampaignFile;
use xinxiu_workflow::{App, campaigns, invitations};

/// Opens the campaign of the notice in an empty installation, with one session of its first class under way in which
/// `count` invented enterprises have signed in. Returns the token of each one's personal link.
///
/// # Errors
/// What the workflow refuses and the database says.
pub fn fill(app: &App, count: u32) -> Result<Vec<String>> {
    let city =
        Actor { account: None, name: "示例".into(), role: Role::CityOffice, org: None, enterprise: None };
    let plan = CampaignFile::parse(include_str!("../../../campaigns/nantong-2022.yaml"))?;
    let campaign = campaigns::open_from_file(app, &city, &plan)?;
    campaigns::change_state(app, &city, campaign, CampaignAction::Publish)?;
    let day = app.clock.today().to_string();
    app.store.db.write(|tx| people(tx, count, &day))?;
    let ids = app.store.db.read(|tx| {
        tx.query("select id from attendance order by id", &[], |row| row.get::<AttendanceId>("id"))
    })?;
    let token = |id: &AttendanceId| {
        let found = app.store.db.read(|tx| attendance::load(tx, *id))?;
        Ok(invitations::token(app, &found)?)
    };
    ids.iter().map(token).collect()
}

fn people(tx: &Tx<'_>, count: u32, day: &str) -> Result<(), StoreError> {
    let county = tx.number("select id from organisation where kind = 'county_office' order by id", &[])?;
    let class = tx.number("select id from plan_item where position = 1", &[])?;
    let campaign = tx.number("select campaign_id from plan_item where id = $1", params![class])?;
    let now = Timestamp::now().to_string();
    let session = tx.insert(
        "insert into session (plan_item_id, title, held_on, starts_at, ends_at, mode, place, link, capacity, \
         class_hours, lecturer, modules, methods, state) values ($1, '示例场次', $2, '09:00', '12:00', 'on_site', \
         '示例厅', '', $3, 3, '示例甲', '', '', 'open') returning id",
        params![class, day, i64::from(count)],
    )?;
    let numbers = || (1..=i64::from(count)).map(Value::Int);
    let names = (1..=count).map(|number| format!("示例{number}号有限公司"));
    let rows = names.zip(1..=count).zip(numbers()).map(|((name, number), id)| {
        let code = Uscc::from_body(&format!("91320600MA9{number:06}")).map(|code| code.to_string());
        let words = [name.clone(), name, code.unwrap_or_default(), "legal_person".into(), now.clone()];
        [id, Value::Int(county)].into_iter().chain(words.map(IntoValue::into_value)).collect()
    });
    let columns = ["id", "county_id", "name", "name_key", "uscc", "subject_kind", "created_at"];
    tx.bulk_insert("enterprise", &columns, rows)?;
    let rows = numbers().map(|id| {
        let (campaign, class) = (Value::Int(campaign), Value::Int(class));
        vec![campaign, id, class, now.clone().into_value()]
    });
    tx.bulk_insert("member", &["campaign_id", "enterprise_id", "plan_item_id", "joined_at"], rows)?;
    let expires = Timestamp::now() + SignedDuration::from_hours(24);
    let rows = (1..=i64::from(count)).map(|number| {
        let words = ["present".to_owned(), format!("nonce-{number}"), expires.to_string(), now.clone()];
        [session, number].map(Value::Int).into_iter().chain(words.map(IntoValue::into_value)).collect()
    });
    let columns = ["session_id", "enterprise_id", "state", "link_hash", "link_expires_at", "invited_at"];
    tx.bulk_insert("attendance", &columns, rows).map(drop)
}
