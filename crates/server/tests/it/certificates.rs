//! A certificate is checked by whoever holds it, and by nobody else (N11).

use axum::http::StatusCode;
use xinxiu_domain::actor::Role;
use xinxiu_store::certificate;

use crate::support::{Site, login};
use crate::training::seat;

#[test]
fn a_certificate_is_printed_checked_and_revoked() {
    let site = Site::new();
    let (id, token) = seat(&site, "present");
    let agency = site.sign_in(&login(Role::Agency));
    let csrf = site.csrf(&agency);
    let page = format!("/attendances/{id}/certificate");
    assert!(site.get(&page, &agency).body.contains("企业结业考试合格后自动出具"));
    let early = site.get(&format!("{page}.pdf"), &agency);
    assert_eq!(early.status, StatusCode::CONFLICT);
    site.post(&format!("/attendances/{id}/exam"), &agency, &[("csrf", &csrf), ("right", "9")]);
    let paper = site.get(&format!("/l/{token}/certificate.pdf"), "");
    assert!(paper.status == StatusCode::OK && paper.body.starts_with("%PDF-"));

    let all = site.app().store.db.read(|tx| certificate::of_attendance(tx, id)).unwrap();
    let code = &all[0].code;
    let typed = site.get(&format!("/v?code={}", code.to_string().to_lowercase()), "");
    assert_eq!(typed.location, format!("/v/{}", code.as_str()));
    let checked = site.get(&typed.location, "");
    assert_eq!(checked.status, StatusCode::OK);
    assert!(checked.body.contains("证明有效") && checked.body.contains("示例企业"));
    let guessed = site.get("/v/7M3KQ0A9ZD41W5XE", "");
    assert_eq!(guessed.status, StatusCode::NOT_FOUND);
    assert!(guessed.body.contains("查无此证") && !guessed.body.contains("示例企业"));
    let mistyped = site.get("/v?code=7M3K", "");
    assert_eq!(mistyped.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(mistyped.body.contains("value=\"7M3K\""));

    let refused = site.post(&format!("{page}/revoke"), &agency, &[("csrf", &csrf)]);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("请写明作废或换发的原因"));
    let ended = [("csrf", csrf.as_str()), ("certificate_reason", "代考")];
    assert_eq!(site.post(&format!("{page}/revoke"), &agency, &ended).status, StatusCode::SEE_OTHER);
    let checked = site.get(&format!("/v/{}", code.as_str()), "");
    assert!(checked.body.contains("证明已作废") && checked.body.contains("代考"));
}
