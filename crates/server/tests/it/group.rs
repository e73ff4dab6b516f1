//! The contact group on the page of a session and behind a personal link (N17).

use axum::http::{StatusCode, header};
use xinxiu_domain::actor::Role;
use xinxiu_store::params;

use crate::support::{Site, login};
use crate::training::seat;

#[test]
fn an_enterprise_finds_its_group_and_what_was_said() {
    let site = Site::new();
    let (id, token) = seat(&site, "accepted");
    let session = site.app().store.db.write(|tx| {
        tx.execute("update session set state = 'published', contact_group = '示例群'", params![])?;
        tx.number("select session_id from attendance where id = $1", params![id])
    });
    let page = format!("/sessions/{}/group", session.unwrap());
    let agency = site.sign_in(&login(Role::Agency));
    let csrf = site.csrf(&agency);
    let fields = |members, until| {
        [
            ("csrf", csrf.as_str()),
            ("version", "0"),
            ("members", members),
            ("picture_until", until),
            ("group_link", ""),
        ]
    };
    let refused = site.post_files(&page, &agency, &fields("十二", "2022-09-20"), &[]);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("群成员人数应为数字") && refused.body.contains("value=\"十二\""));
    let pdf = site.post_files(&page, &agency, &fields("12", "2022-09-20"), &["picture"]);
    assert!(pdf.body.contains("群二维码应为 JPG 或 PNG 图片"), "{}", pdf.body);
    let linked = [
        ("csrf", csrf.as_str()),
        ("version", "0"),
        ("group_link", "https://example.invalid/g"),
        ("members", "12"),
    ];
    assert_eq!(site.post_files(&page, &agency, &linked, &[]).status, StatusCode::SEE_OTHER);
    let said = [("csrf", csrf.as_str()), ("announcement", "请带<公章>")];
    let address = page.replace("/group", "/announcements");
    assert_eq!(site.post(&address, &agency, &said).status, StatusCode::SEE_OTHER);
    assert!(site.get(&page, &agency).body.contains("12人（2022-09-15统计）"));

    let home = site.get(&format!("/l/{token}"), "");
    assert!(home.body.contains("请带&lt;公章&gt;") && home.body.contains("示例群"));
    let group = site.get(&format!("/l/{token}/group"), "");
    assert!(group.body.contains("<svg") && group.body.contains("href=\"https://example.invalid/g\""));
    assert_eq!(site.get(&format!("/l/{token}/group/picture"), "").status, StatusCode::NOT_FOUND);
    assert!(site.header(&format!("/l/{token}/group"), "", header::CONTENT_TYPE).starts_with("text/html"));
}
