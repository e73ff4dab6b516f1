//! Every route, taken from the table that the router is built from, is tried as a stranger and as each
//! wrong role; denied is what nothing grants (N13, N21).

use axum::http::{Method, StatusCode};
use xinxiu::web::routes as table;
use xinxiu::web::routes::Access;
use xinxiu_domain::actor::Role;

use crate::support::{Site, login, staff_roles};

/// A path with every parameter filled by an id that no record has.
fn filled(path: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { "999999" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

fn call(site: &Site, route: &xinxiu::web::routes::Route, cookie: &str, csrf: &str) -> crate::support::Answer {
    if route.method == Method::POST {
        site.post(&filled(route.path), cookie, &[("csrf", csrf)])
    } else {
        site.get(&filled(route.path), cookie)
    }
}

#[test]
fn a_stranger_is_sent_to_sign_in_everywhere() {
    let site = Site::new();
    let table = table();
    assert!(table.all().len() > 20);
    for route in table
        .all()
        .iter()
        .filter(|route| !matches!(route.access, Access::Public | Access::Link | Access::Receipt))
    {
        let answer = call(&site, route, "", "");
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{} {}", route.method, route.path);
        assert!(answer.location.starts_with("/sign-in"), "{} {}", route.method, route.path);
    }
}

#[test]
fn a_guessed_personal_link_opens_nothing() {
    let site = Site::new();
    for route in table().all().iter().filter(|route| route.access == Access::Link) {
        let answer = call(&site, route, "", "");
        assert!(
            matches!(answer.status, StatusCode::GONE | StatusCode::NOT_FOUND | StatusCode::FORBIDDEN),
            "{} {}: {}",
            route.method,
            route.path,
            answer.status
        );
    }
}

#[test]
fn each_wrong_role_is_denied_everywhere_and_no_role_breaks_a_page() {
    let site = Site::new();
    for role in staff_roles() {
        let cookie = site.sign_in(&login(role));
        let csrf = site.csrf(&cookie);
        for route in table().all() {
            if route.path == "/sign-out" {
                continue;
            }
            let answer = call(&site, route, &cookie, &csrf);
            let place = format!("{role} {} {}: {}", route.method, route.path, answer.status);
            assert!(!answer.status.is_server_error(), "{place}\n{}", answer.body);
            let mut grants = route.access.actions().iter().flat_map(|action| action.grants());
            if !route.access.actions().is_empty() && !grants.any(|(granted, _)| *granted == role) {
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{place}");
            }
        }
    }
}

#[test]
fn a_form_without_its_token_or_from_elsewhere_is_refused() {
    let site = Site::new();
    let cookie = site.sign_in(&login(Role::CityOffice));
    for route in table().all().iter().filter(|route| route.method == Method::POST) {
        if matches!(route.access, Access::Public | Access::Link | Access::Receipt) {
            continue;
        }
        let answer = call(&site, route, &cookie, "wrong");
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", route.path);
    }
}
