//! The page of a session's agenda, without any script (N05, N06, N09).

use axum::http::StatusCode;
use xinxiu_domain::actor::Role;
use xinxiu_store::params;

use crate::support::{Site, login};
use crate::training::seat;

#[test]
fn items_are_added_moved_and_removed_and_a_refused_one_keeps_what_was_typed() {
    let site = Site::new();
    let (id, token) = seat(&site, "accepted");
    let session = site.app().store.db.write(|tx| {
        tx.execute("update session set state = 'planned'", params![])?;
        tx.number("select session_id from attendance where id = $1", params![id])
    });
    let page = format!("/sessions/{}/agenda", session.unwrap());
    let agency = site.sign_in(&login(Role::Agency));
    let csrf = site.csrf(&agency);
    let version = || {
        let body = site.get(&page, &agency).body;
        body.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    assert!(site.get(&page, &agency).body.contains("学时是编制时填报的"));
    let sequence = || {
        let calendar = site.get(&format!("/l/{token}/session.ics"), "").body;
        let line = calendar.lines().find_map(|line| line.strip_prefix("SEQUENCE:")).map(str::to_owned);
        line.unwrap().trim().parse::<u32>().unwrap()
    };
    let before = sequence();
    let add = |minutes: &str, module: &str, method: &str, title: &str| {
        let version = version();
        let fields = [
            ("csrf", csrf.as_str()),
            ("version", version.as_str()),
            ("minutes", minutes),
            ("module", module),
            ("method", method),
            ("title", title),
        ];
        site.post(&page, &agency, &fields)
    };
    let refused = add("三", "regulation", "lecture", "开<班>");
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("value=\"三\"") && refused.body.contains("value=\"开&lt;班&gt;\""));
    assert!(refused.body.contains("id=\"e-minutes\""), "{}", refused.body);
    assert_eq!(add("100", "regulation", "lecture", "").status, StatusCode::SEE_OTHER);
    assert_eq!(add("10", "", "", "").status, StatusCode::SEE_OTHER);
    assert_eq!(add("40", "exam", "evaluation", "").status, StatusCode::SEE_OTHER);
    let body = site.get(&page, &agency).body;
    assert!(body.contains("休息") && body.contains("授课140分钟") && body.contains("3学时"), "{body}");
    let exam = body.split("/agenda/").filter(|part| part.contains("/move") || part.contains("下移")).count();
    assert!(exam > 2, "{body}");
    let last = body.rsplit(&format!("{page}/")).next().unwrap().split('/').next().unwrap().to_owned();
    let step = |way: &str, more: &[(&str, &str)]| {
        let version = version();
        let mut fields = vec![("csrf", csrf.as_str()), ("version", version.as_str())];
        fields.extend(more);
        site.post(&format!("{page}/{last}/{way}"), &agency, &fields)
    };
    assert_eq!(step("move", &[("way", "up")]).status, StatusCode::SEE_OTHER);
    let body = site.get(&page, &agency).body;
    assert!(body.find("<strong>结业考试") < body.find("<strong>休息"), "{body}");
    let form = site.get(&format!("{page}/{last}"), &agency);
    assert!(form.body.contains("value=\"40\"") && form.body.contains("保存日程"), "{}", form.body);
    assert_eq!(step("remove", &[]).status, StatusCode::SEE_OTHER);
    assert!(site.get(&page, &agency).body.contains("授课100分钟"));
    // Calendar programs take a session anew whose number has grown; its times are those of the session.
    assert!(sequence() > before);
    let home = site.get(&format!("/l/{token}"), "").body;
    assert!(home.contains("培训日程") && home.contains("宣贯《江苏省社会信用条例》"), "{home}");
}
