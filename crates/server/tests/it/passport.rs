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

#[test]
fn an_objection_is_lodged_followed_and_withdrawn_behind_the_link() {
    let site = Site::new();
    let house = House::open(&site, 1, PLANS[0]);
    let own = format!("/l/{}", house.token);
    let lodge = |fields: &[(&str, &str)]| site.post_files(&format!("{own}/appeal"), "", fields, &[]);
    // What the agency lodged is the agency's to withdraw.
    let page = site.get(&format!("{own}/appeal"), "").body;
    assert!(page.contains("由服务机构代您提出") && !page.contains("/withdraw"), "{page}");
    let refused = lodge(&[("text", "不对")]);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.body.contains("请选择对哪条记录") && refused.body.contains("id=\"e-text\""),
        "{}",
        refused.body
    );
    let about = format!("{}~record", house.objects["penalties"]);
    let taken = lodge(&[("about", &about), ("text", "处罚日期登记错误")]);
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.body);
    let id = site.app().store.db.read(|tx| tx.number("select max(id) from appeal", &[])).unwrap();
    let agency = house.people.iter().find(|person| person.role == Role::Agency).unwrap();
    let csrf = site.csrf(&agency.cookie);
    let by_agency = [("csrf", csrf.as_str()), ("version", "1"), ("withdraw_reason", "不再需要")];
    let foreign = site.post(&format!("/appeals/{id}/withdraw"), &agency.cookie, &by_agency);
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    let at = format!("{own}/appeals/{id}/withdraw");
    let silent = site.post(&at, "", &[("version", "1"), ("withdraw_reason", "")]);
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(silent.body.contains("请写明撤回的原因"), "{}", silent.body);
    let done = site.post(&at, "", &[("version", "1"), ("withdraw_reason", "已与中心核对清楚")]);
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    // The other side reads why.
    assert!(site.get(&format!("/appeals/{id}"), &agency.cookie).body.contains("已与中心核对清楚"));
}
