//! The page on which names of authorities get their organisations.

use axum::http::StatusCode;
use xinxiu_domain::actor::Role;
use xinxiu_store::StoreError;

use crate::support::{Site, login};

/// Two listings by bodies that the platform does not know.
fn listings(site: &Site) {
    site.app()
        .store
        .db
        .write(|tx| {
            let enterprise: i64 = tx.insert(
                "insert into enterprise (name, name_key, subject_kind, created_at) \
                 values ('示例企业', '示例企业', 'legal_person', '2022-06-01T00:00:00Z') returning id",
                &[],
            )?;
            for body in ["海安市生态环境局", "示例水利局"] {
                tx.execute(
                    "insert into listing (enterprise_id, list_kind, reason, listing_body) \
                     values ($1, 'watch', '示例事由', $2)",
                    xinxiu_store::params![enterprise, body],
                )?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
}

#[test]
fn a_name_is_assigned_and_an_authority_created_on_the_page() {
    let site = Site::new();
    listings(&site);
    let cookie = site.sign_in(&login(Role::CityOffice));
    let csrf = site.csrf(&cookie);
    let page = site.get("/authorities", &cookie).body;
    assert!(page.contains("selected>南通市生态环境局（名称相近）"), "{page}");
    let empty = site.post("/authorities", &cookie, &[("csrf", &csrf), ("name", "海安市生态环境局")]);
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.body.contains("请选择对应的单位"));
    let suggested = page.split("（名称相近）").next().unwrap().rsplit("value=\"").next().unwrap();
    let org = suggested.split('"').next().unwrap();
    let form = [("csrf", csrf.as_str()), ("name", "海安市生态环境局"), ("authority", org)];
    assert_eq!(site.post("/authorities", &cookie, &form).status, StatusCode::SEE_OTHER);
    let form = [("csrf", csrf.as_str()), ("listed", "示例水利局"), ("organisation", "南通市生态环境局")];
    let taken = site.post("/authorities/new", &cookie, &form);
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(taken.body.contains("已有同名单位") && taken.body.contains("value=\"南通市生态环境局\""));
    let form = [("csrf", csrf.as_str()), ("listed", "示例水利局"), ("organisation", "")];
    assert_eq!(site.post("/authorities/new", &cookie, &form).status, StatusCode::SEE_OTHER);
    assert!(site.get("/authorities", &cookie).body.contains("都已对应"));
}
