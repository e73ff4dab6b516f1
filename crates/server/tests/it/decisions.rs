//! Whoever reviews and decides sees what the application rests on, and confirms what cannot be undone (N16 N24).

use axum::http::StatusCode;
use xinxiu_domain::actor::Role;
use xinxiu_store::params;

use crate::houses::{House, PLANS};
use crate::support::{Site, login};

/// The first house with its application past the first review, its record asking for two documents.
fn accepted(site: &Site) -> House {
    let house = House::open(site, 1, PLANS[0]);
    let change = |sql: &str, id: &str| {
        let id: i64 = house.objects[id].parse().unwrap();
        site.app().store.db.write(|tx| tx.execute(sql, params![id])).unwrap();
    };
    change("update application set state = 'accepted' where id = $1", "applications");
    change(
        "update penalty set assessment = replace(assessment, '\"materials\":[]', \
         '\"materials\":[\"commitment\",\"licence\"]') where id = $1",
        "penalties",
    );
    house
}

#[test]
fn the_signed_commitment_is_opened_from_the_application() {
    let site = Site::new();
    let house = accepted(&site);
    let scan = format!("/commitments/{}/scan", house.objects["commitments"]);
    let licence = format!("/application-materials/{}", house.objects["application-materials"]);
    let authority = house.people.iter().find(|person| person.role == Role::Authority).unwrap();
    let window = site.sign_in(&login(Role::Window));
    let application = format!("/applications/{}", house.objects["applications"]);
    let decide = format!("/items/{}/decide", house.objects["items"]);
    for (page, cookie) in
        [(&application, &window), (&application, &authority.cookie), (&decide, &authority.cookie)]
    {
        let body = site.get(page, cookie).body;
        for link in [&scan, &licence] {
            assert!(body.contains(&format!("href=\"{link}\"")), "{page} {link}\n{body}");
            assert_eq!(site.get(link, cookie).status, StatusCode::OK, "{link}");
        }
    }
}

#[test]
fn a_decision_is_confirmed_before_it_stands() {
    let site = Site::new();
    let house = accepted(&site);
    let authority = house.people.iter().find(|person| person.role == Role::Authority).unwrap();
    let address = format!("/items/{}/decide", house.objects["items"]);
    assert!(site.get(&address, &authority.cookie).body.contains("核对并作出决定"));
    let mut form = vec![
        ("csrf", authority.csrf.as_str()),
        ("version", "1"),
        ("severity", "general"),
        ("conduct", "general"),
        ("duty", "yes"),
        ("agree", "yes"),
        ("opinion", "同意"),
        ("decided_on", "2022-09-15"),
    ];
    let refused = site.post_files(&address, &authority.cookie, &form, &[]);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    // It shows what was chosen, and only then asks.
    assert!(refused.body.contains("同意最短公示期满后撤下公示</strong>"), "{}", refused.body);
    assert!(refused.body.contains("确认作出决定"), "{}", refused.body);
    form.push(("confirmed", "yes"));
    let decided = site.post_files(&address, &authority.cookie, &form, &[]);
    assert_eq!(decided.status, StatusCode::SEE_OTHER, "{}", decided.body);
    let after = site.get(&address, &authority.cookie).body;
    assert!(after.contains("打印填好的信用修复表") && after.contains("修复决定和信用修复表"), "{after}");
}
