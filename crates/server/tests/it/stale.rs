//! A form that came too late: what was typed is kept, who changed the record is said, and the form is a click
//! away. The same form sent twice was saved once.

use axum::http::StatusCode;
use xinxiu_domain::actor::Role;
use xinxiu_store::{StoreError, params};

use crate::lists::{imported, line};
use crate::support::{Site, login};

#[test]
fn a_late_form_keeps_what_was_typed_and_leads_to_the_form_afresh() {
    let site = Site::new();
    imported(&site, &[line("示例在册（虚构）有限公司", 1, "海门区")]);
    let cookie = site.sign_in(&login(Role::CreditCenter));
    let csrf = site.csrf(&cookie);
    let county = site
        .app()
        .store
        .db
        .read(|tx| tx.number("select county_id from enterprise", &[]))
        .unwrap()
        .to_string();
    let form = |address: &'static str| {
        let name = "示例在册（虚构）有限公司";
        [
            ("csrf", csrf.as_str()),
            ("version", "1"),
            ("name", name),
            ("county", county.as_str()),
            ("survival", "active"),
            ("address", address),
            ("reason", "企业来电告知"),
        ]
    };
    let correct = "/enterprises/1/correct";
    let first = site.post(correct, &cookie, &form("示例路1号"));
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.body);
    let late = site.post(correct, &cookie, &form("示例路2号<甲>"));
    assert_eq!(late.status, StatusCode::CONFLICT);
    let page = late.body;
    assert!(page.contains("href=\"/enterprises/1/correct\"") && page.contains("打开最新的页面"), "{page}");
    assert!(
        page.contains("<dt>地址</dt><dd>示例路2号&lt;甲&gt;") && page.contains("<dt>存续状态</dt><dd>存续"),
        "{page}"
    );
    assert!(page.contains("最近一次改动") && page.contains("更正地址：企业来电告知"), "{page}");
    assert!(!page.contains(&format!("<dd>{csrf}")), "{page}");
    // The first tab again, unchanged: it was saved, and says so.
    let again = site.post(correct, &cookie, &form("示例路1号"));
    assert_eq!((again.status, again.location.as_str()), (StatusCode::SEE_OTHER, "/enterprises/1"));
    let flash = again.cookie.split(';').next().unwrap().to_owned();
    assert!(site.get("/enterprises/1", &format!("{cookie}; {flash}")).body.contains("已保存过"));
    // A page of another sign-in: nothing is saved, nothing typed is lost.
    let mut other = form("示例路3号");
    other[0].1 = "0";
    let foreign = site.post(correct, &cookie, &other);
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    assert!(foreign.body.contains("示例路3号") && foreign.body.contains("href=\"/enterprises/1/correct\""));
}

#[test]
fn two_tabs_of_an_application_end_in_no_dead_end() {
    let site = Site::new();
    imported(&site, &[line("示例在册（虚构）有限公司", 1, "海门区")]);
    let cookie = site.sign_in(&login(Role::Agency));
    let csrf = site.csrf(&cookie);
    site.app()
        .store
        .db
        .write(|tx| {
            let agency = tx.number("select org_id from account where login = 'agency'", &[])?;
            tx.execute("update plan_item set agency_id = $1", params![agency])?;
            tx.execute(
                "insert into application (campaign_id, enterprise_id, agency_id, state) \
                 select campaign_id, enterprise_id, $1, 'draft' from member",
                params![agency],
            )?;
            tx.execute(
                "insert into application_item (application_id, penalty_id, state) \
                 select 1, id, 'pending' from penalty",
                &[],
            )?;
            Ok::<_, StoreError>(())
        })
        .unwrap();
    let form = |statement: &'static str| {
        [
            ("csrf", csrf.as_str()),
            ("version", "1"),
            ("contact_name", "示例乙"),
            ("contact_phone", ""),
            ("statement-1", statement),
        ]
    };
    let first = site.post("/applications/1/edit", &cookie, &form("已缴纳罚款"));
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.body);
    let late = site.post("/applications/1/edit", &cookie, &form("已缴纳罚款\r\n并已整改"));
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.body);
    assert!(
        late.body.contains("并已整改") && late.body.contains("href=\"/applications/1\""),
        "{}",
        late.body
    );
    assert!(late.body.contains("<dt>履行处罚义务"), "{}", late.body);
}
