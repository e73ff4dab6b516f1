//! The office's page of a record, the enterprise's page and the list behind its link say the same.

use axum::http::StatusCode;
use xinxiu_domain::actor::{Actor, Role};
use xinxiu_domain::id::PenaltyId;
use xinxiu_workflow::passport;

use crate::houses::{House, PLANS};
use crate::support::{Site, operator};

#[test]
fn the_same_sentence_stands_on_every_page() {
    let site = Site::new();
    let house = House::open(&site, 1, PLANS[0]);
    let id = PenaltyId(house.objects["penalties"].parse().unwrap());
    let said = passport::of_penalty(site.app(), &Actor { role: Role::CityOffice, ..operator() }, id)
        .unwrap()
        .passport;
    let agency = house.people.iter().find(|person| person.role == Role::Agency).unwrap();
    let own = format!("/l/{}/records", house.token);
    for (address, cookie) in
        [(format!("/penalties/{id}"), agency.cookie.as_str()), (own.clone(), ""), (format!("{own}/{id}"), "")]
    {
        let page = site.get(&address, cookie);
        assert_eq!(page.status, StatusCode::OK, "{address}");
        assert!(page.body.contains(&said.sentence), "{address}：{}", said.sentence);
    }
    for address in
        [format!("/enterprises/{}", house.objects["enterprises"]), "/applications?state=all".into()]
    {
        let page = site.get(&address, &agency.cookie);
        assert!(page.body.contains(said.stage.label()), "{address}：{}", said.stage);
    }
    for (address, cookie) in [
        (format!("/penalties/{id}/passport.pdf"), agency.cookie.as_str()),
        (format!("{own}/{id}/passport.pdf"), ""),
    ] {
        let paper = site.get(&address, cookie);
        assert_eq!(paper.status, StatusCode::OK, "{address}");
        assert!(paper.body.starts_with("%PDF-"), "{address}");
        let page = address.trim_end_matches("/passport.pdf");
        assert!(site.get(page, cookie).body.contains(&format!("href=\"{address}\"")), "{page}");
    }
    assert!(
        !site.get(&own, "").body.contains("/penalties/"),
        "an enterprise is shown no page of the offices"
    );
}

#[test]
fn a_signature_is_offered_only_where_the_city_allows_it() {
    let site = Site::new();
    let house = House::open(&site, 1, PLANS[0]);
    let paper = house.objects["commitments"].clone();
    let set = "update commitment set state = 'prepared', signed_on = null, scan_file_id = null";
    site.app().store.db.write(|tx| tx.execute(set, &[])).unwrap();
    let address = format!("/l/{}/commitment", house.token);
    let offer = format!("/commitment/{paper}/draw");
    assert!(!site.get(&address, "").body.contains(&offer));
    let away = site.get(&format!("{address}/{paper}/draw"), "");
    assert_eq!(away.status, StatusCode::SEE_OTHER);
    let city = site.sign_in(&crate::support::login(Role::CityOffice));
    let campaign = house.objects["campaigns"].clone();
    let csrf = site.csrf(&city);
    site.post(&format!("/campaigns/{campaign}/drawn?allow=yes"), &city, &[("csrf", &csrf)]);
    assert!(site.get(&address, "").body.contains(&offer));
    let page = site.get(&format!("{address}/{paper}/draw"), "");
    assert!(page.body.contains("data-sign") && page.body.contains("noscript"));
    // What was typed comes back after a refusal.
    let form = [("signer", "示例庚"), ("capacity", "principal"), ("strokes", "")];
    let refused = site.post(&format!("{address}/{paper}/draw"), "", &form);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("示例庚") && refused.body.contains("请在框里手写签名"));
}
