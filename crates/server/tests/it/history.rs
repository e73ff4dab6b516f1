//! Pages that show what happened name the business day, not the day on which the demo happens to run.

use xinxiu_domain::actor::{Actor, Role};
use xinxiu_store::{StoreError, organisation, params};
use xinxiu_workflow::pushes;

use crate::support::{Site, login};

/// What is read on a page: no tags, and with them no titles.
fn text(page: &str) -> String {
    page.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect()
}

#[test]
fn pushes_and_the_audit_list_stand_under_the_business_day() {
    let site = Site::new();
    let app = site.app();
    let county = app
        .store
        .db
        .write(|tx| {
            let county = organisation::by_name(tx, "海安市信用办")?.unwrap();
            tx.execute(
                "insert into enterprise (name, name_key, subject_kind, county_id, created_at) \
                 values ('示例企业', '示例企业', 'legal_person', $1, '2022-06-01T00:00:00Z')",
                params![county.id],
            )?;
            tx.execute(
                "insert into member (campaign_id, enterprise_id, joined_at) \
                 select c.id, e.id, '2022-06-01T00:00:00Z' from campaign c, enterprise e",
                &[],
            )?;
            Ok::<_, StoreError>(county.id)
        })
        .unwrap();
    let center =
        Actor { account: None, name: "示例".into(), role: Role::CreditCenter, org: None, enterprise: None };
    let id = pushes::send(app, &center, county).unwrap();
    let year = jiff::Timestamp::now().strftime("%Y-").to_string();
    let cookie = site.sign_in(&login(Role::CreditCenter));
    for address in ["/pushes".to_owned(), format!("/pushes/{id}")] {
        let page = site.get(&address, &cookie).body;
        assert!(text(&page).contains("2022-09-15") && !text(&page).contains(&year), "{page}");
        assert!(page.contains(&format!("title=\"录入时间 {year}")), "{page}");
    }
    // The push's page says who must act and by when.
    let page = site.get(&format!("/pushes/{id}"), &cookie).body;
    assert!(text(&page).contains("签收名单：由海安市信用办办理，期限2022-09-"), "{page}");
    let page = site.get("/audit", &site.sign_in(&login(Role::CityOffice))).body;
    assert!(text(&page).contains(&format!("2022-09-15 · 录入时间 {year}")), "{page}");
}
