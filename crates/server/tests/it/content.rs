//! The content check and the materials of a session, on their pages (N17, N20).

use axum::http::{StatusCode, header};
use xinxiu_domain::actor::Role;
use xinxiu_store::params;

use crate::support::{Site, login};
use crate::training::seat;

/// A published session with a title that looks like advertising; its address and a personal link.
fn scene(site: &Site) -> (String, String) {
    let (id, token) = seat(site, "accepted");
    let session = site.app().store.db.write(|tx| {
        tx.execute("update session set state = 'published', title = '限时专场'", params![])?;
        tx.number("select session_id from attendance where id = $1", params![id])
    });
    (format!("/sessions/{}", session.unwrap()), token)
}

#[test]
fn each_finding_is_answered_on_the_page_and_a_point_by_name() {
    let site = Site::new();
    let (at, _) = scene(&site);
    let cookie = site.sign_in(&login(Role::CountyOffice));
    let csrf = site.csrf(&cookie);
    let page = site.get(&format!("{at}/content"), &cookie).body;
    assert!(page.contains("场次名称：「限时」") && page.contains("像商业促销用语"), "{page}");
    let say = |answer: &str| {
        let fields = [("csrf", csrf.as_str()), ("source", "title"), ("word", "限时"), ("answer", answer)];
        site.post(&format!("{at}/content/answer"), &cookie, &fields)
    };
    let refused = say("无");
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.body.contains("id=\"e-answer\"") && refused.body.contains("value=\"无\""),
        "{}",
        refused.body
    );
    assert_eq!(say("指<报名>截止时间").status, StatusCode::SEE_OTHER);
    assert!(site.get(&format!("{at}/content"), &cookie).body.contains("指&lt;报名&gt;截止时间"));
    let vouch = |by: &str| {
        let fields = [("csrf", csrf.as_str()), ("point", "charging"), ("point_confirmed_by", by)];
        site.post(&format!("{at}/content/confirm"), &cookie, &fields)
    };
    let refused = vouch("");
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("id=\"e-point_confirmed_by\""), "{}", refused.body);
    assert_eq!(vouch("示例丁").status, StatusCode::SEE_OTHER);
    assert!(site.get(&format!("{at}/content"), &cookie).body.contains("示例丁"));
}

#[test]
fn a_late_material_is_on_the_phone_once_somebody_vouches_for_it() {
    let site = Site::new();
    let (at, token) = scene(&site);
    let agency = site.sign_in(&login(Role::Agency));
    let csrf = site.csrf(&agency);
    let fields = [("csrf", csrf.as_str()), ("module", "impact"), ("title", "案例")];
    let added = site.post_files(&format!("{at}/materials"), &agency, &fields, &["file"]);
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    let page = site.get(&at, &agency).body;
    assert!(page.contains("还有1份没有确认") && page.contains("第1版"), "{page}");
    let home = || site.get(&format!("/l/{token}"), "").body;
    assert!(!home().contains("案例"));
    let id = page.split("/materials/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let file = format!("/l/{token}/materials/{id}");
    assert_eq!(site.get(&file, "").status, StatusCode::NOT_FOUND);
    let organiser = site.sign_in(&login(Role::CountyOffice));
    let key = site.csrf(&organiser);
    let vouch = |by: &str| {
        let fields = [("csrf", key.as_str()), ("material_confirmed_by", by)];
        site.post(&format!("{at}/materials/{id}/confirm"), &organiser, &fields)
    };
    assert_eq!(vouch(" ").status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(vouch("示例丁").status, StatusCode::SEE_OTHER);
    assert!(home().contains("案例"));
    assert_eq!(site.get(&file, "").status, StatusCode::OK);
    assert_eq!(site.header(&file, "", header::CONTENT_TYPE), "application/pdf");
}
