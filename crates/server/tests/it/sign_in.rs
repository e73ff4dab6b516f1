//! Signing in: warned before the lock, told of it, and nothing left on the machine afterwards.

use axum::http::{StatusCode, header};
use xinxiu_domain::actor::Role;

use crate::support::{PASSWORD, Site, login};

#[test]
fn wrong_passwords_warn_before_they_lock_and_the_lock_says_its_end() {
    let site = Site::new();
    warned_then_locked(&site, &login(Role::Agency));
}

/// Who guesses names learns nothing from the answers (ASVS 6.3.8).
#[test]
fn a_name_that_nobody_has_is_answered_like_one_that_somebody_has() {
    let site = Site::new();
    warned_then_locked(&site, "nobody-has-this-name");
}

fn warned_then_locked(site: &Site, name: &str) {
    let tried = |password: &str| {
        let answer = site.post("/sign-in", "", &[("login", name), ("password", password)]);
        (answer.status, answer.body)
    };
    for time in 1..=8 {
        let (status, page) = tried("不是这一句话");
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        let left = format!("再输错{}次", 8 - time);
        assert_eq!(page.contains(&left), (5..8).contains(&time), "{time}：{page}");
        assert_eq!(page.contains("账号已锁定到 20"), time == 8, "{time}：{page}");
    }
    let (status, page) = tried(PASSWORD);
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("账号已锁定到 20") && !page.contains("登录名或密码不对"), "{page}");
}

#[test]
fn signed_in_pages_are_not_stored() {
    let site = Site::new();
    let cookie = site.sign_in(&login(Role::CreditCenter));
    for path in ["/", "/enterprises", "/lists", "/password", "/nothing-here"] {
        assert_eq!(site.header(path, &cookie, header::CACHE_CONTROL), "no-store", "{path}");
    }
}
