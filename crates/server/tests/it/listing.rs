//! What every list and every page has: a frame that stays, heads that sort, a way to begin.

use axum::http::StatusCode;
use xinxiu_domain::actor::Role;

use crate::support::{Site, login};

#[test]
fn a_missing_page_keeps_the_menu_of_whoever_is_signed_in() {
    let site = Site::new();
    let stranger = site.get("/no-such-page", "");
    assert_eq!(stranger.status, StatusCode::NOT_FOUND);
    assert!(!stranger.body.contains("主菜单"), "{}", stranger.body);
    let cookie = site.sign_in(&login(Role::CreditCenter));
    let missing = site.get("/no-such-page", &cookie);
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(missing.body.contains("主菜单") && missing.body.contains("没有找到"), "{}", missing.body);
}

#[test]
fn an_agency_begins_an_application_from_its_list() {
    let site = Site::new();
    let agency = site.sign_in(&login(Role::Agency));
    let page = site.get("/applications", &agency).body;
    let address = "/enterprises?verdict=repairable_now&amp;repair=none";
    assert!(page.contains(&format!("href=\"{address}\"")), "{page}");
    let list = site.get(&address.replace("&amp;", "&"), &agency).body;
    assert!(
        list.contains("value=\"repairable_now\" selected") && list.contains("value=\"none\" selected"),
        "{list}"
    );
    let window = site.sign_in(&login(Role::Window));
    assert!(!site.get("/applications", &window).body.contains(address));
}

#[test]
fn tabs_keep_the_search_and_a_county_chooses_itself_only() {
    let site = Site::new();
    let agency = site.sign_in(&login(Role::Agency));
    let page = site.get("/applications?state=all&name=%E7%A4%BA%E4%BE%8B", &agency).body;
    assert!(page.contains("/applications?state=submitted&amp;name=%E7%A4%BA%E4%BE%8B"), "{page}");
    let counties = |role: Role| {
        let list = site.get("/enterprises", &site.sign_in(&login(role))).body;
        let (_, rest) = list.split_once("name=\"county\"").expect("a filter");
        rest.split("</select>").next().unwrap_or_default().matches("<option").count()
    };
    assert_eq!(counties(Role::CountyOffice), 2, "all, and the own one");
    assert!(counties(Role::CreditCenter) > 5);
}

#[test]
fn an_order_that_no_list_knows_is_the_usual_one() {
    let site = Site::new();
    let center = site.sign_in(&login(Role::CreditCenter));
    for path in ["/enterprises", "/applications", "/sessions", "/progress/enterprises?measure=members"] {
        let with = |sort: &str| format!("{path}{}sort={sort}", if path.contains('?') { '&' } else { '?' });
        for sort in ["name", "-name", "-date", "bad", "e.id;--", "county"] {
            assert_eq!(site.get(&with(sort), &center).status, StatusCode::OK, "{path} {sort}");
        }
    }
}
