//! The frame around every page: head, menu, message, foot.

use maud::{DOCTYPE, Markup, html};
use xinxiu_workflow::Refusal;

use super::menu;
use super::pages::finder;
use super::reply::PageError;
use super::request::{Req, SignedIn};
use super::ui;

/// A page in the frame of whoever is signed in.
pub fn staff(req: &Req, title: &str, body: &Markup) -> Markup {
    framed(req, title, None, body)
}

/// A page that shows itself again every so many seconds, for long work.
pub fn refreshing(req: &Req, title: &str, seconds: u32, body: &Markup) -> Markup {
    framed(req, title, Some(seconds), body)
}

fn framed(req: &Req, title: &str, again: Option<u32>, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            (head(title, again))
            body {
                a.skip href="#main" { "跳到正文" }
                (banner(req))
                div.frame {
                    @if let Some(signed_in) = &req.signed_in { (side(req, signed_in)) }
                    main #main tabindex="-1" data-again=[again] {
                        (print_head(req))
                        (crumbs(req, title))
                        @if !req.flash.is_empty() { p.flash role="status" { (req.flash) } }
                        (body)
                    }
                }
                (foot(req.demo && req.signed_in.is_some()))
            }
        }
    }
}

/// A page in an empty frame, where nothing is known of who asks.
fn bare(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            (head(title, None))
            body {
                a.skip href="#main" { "跳到正文" }
                header.banner { a.brand href="/" { "信修" } }
                div.frame { main #main tabindex="-1" { (body) } }
                (foot(false))
            }
        }
    }
}

fn foot(demo: bool) -> Markup {
    html! {
        footer.foot {
            span { "信修 Xinxiu · 信用修复年度行动平台" }
            @if demo { a href="/style" { "界面组件" } }
        }
    }
}

/// Stands on paper only: from whom the print is, and of which day.
fn print_head(req: &Req) -> Markup {
    html! {
        @if let Some(signed_in) = &req.signed_in {
            p.print-head {
                span { (signed_in.org_name) }
                span { (req.app.clock.today()) " 打印" }
            }
        }
    }
}

/// Where the page stands: the entry of the menu, the record, the page itself.
fn crumbs(req: &Req, title: &str) -> Markup {
    let Some(signed_in) = &req.signed_in else { return html! {} };
    let trail = menu::trail(&signed_in.actor, &req.path);
    html! {
        @if !trail.is_empty() {
            nav.crumbs aria-label="所在位置" {
                ol {
                    @for (href, label) in &trail { li { a href=(href) { (label) } } }
                    li aria-current="page" { (title) }
                }
            }
        }
    }
}

/// A page for a phone, without menu: one thing, large.
pub fn phone(title: &str, flash: &str, body: &Markup) -> Markup {
    let content = html! {
        @if !flash.is_empty() { p.flash role="status" { (flash) } }
        (body)
    };
    narrow(title, "信用修复公益培训", &content, &html! { footer.foot { "公益培训，不收取任何费用" } })
}

/// A page for anybody, on a phone as well: nothing is known of who asks.
pub fn public(title: &str, body: &Markup) -> Markup {
    narrow(title, "信用修复年度行动平台", body, &foot(false))
}

fn narrow(title: &str, tagline: &str, content: &Markup, foot: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            (head(title, None))
            body.phone {
                a.skip href="#main" { "跳到正文" }
                header.banner { span.brand { "信修" } span { (tagline) } }
                main #main tabindex="-1" { (content) }
                (foot)
            }
        }
    }
}

/// A page for a screen on the wall of a hall: nothing on it but what everybody is to see; it shows itself again.
pub fn hall(title: &str, seconds: u32, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            (head(title, Some(seconds)))
            body.hall { main #main tabindex="-1" data-again=(seconds) { (body) } }
        }
    }
}

/// What comes again by itself is exchanged by a script, which leaves reader and keyboard where they are; only without
/// scripts is the whole page loaded anew (WCAG 2.2.1).
fn head(title: &str, again: Option<u32>) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (title) " · 信修" }
            link rel="stylesheet" href="/assets/app.css";
            link rel="icon" href="/assets/icon.svg" type="image/svg+xml";
            script src="/assets/app.js" defer {}
            script src="/assets/suggest.js" defer {}
            @if let Some(seconds) = again {
                noscript { meta http-equiv="refresh" content=(seconds); }
                script src="/assets/again.js" defer {}
            }
        }
    }
}

fn banner(req: &Req) -> Markup {
    html! {
        header.banner {
            a.brand href="/" { "信修" }
            @if req.app.clock.is_set() {
                span.clock { "业务日期 " (req.app.clock.today()) @if req.demo { "（演示）" } }
            }
            @if let Some(signed_in) = &req.signed_in { (finder(signed_in)) }
            @if let Some(signed_in) = &req.signed_in {
                span.who { (signed_in.org_name) " " (signed_in.name) "（" (signed_in.actor.role) "）" }
                a href="/password" { "修改密码" }
                form method="post" action="/sign-out" {
                    input type="hidden" name="csrf" value=(signed_in.csrf);
                    button.link type="submit" { "退出登录" }
                }
            }
        }
    }
}

/// The menu. On a phone it is folded behind a box that needs no script.
fn side(req: &Req, signed_in: &SignedIn) -> Markup {
    let entries = menu::of(&signed_in.actor);
    let here = menu::here(&signed_in.actor, &req.path);
    html! {
        nav.side aria-label="主菜单" {
            input.side-open type="checkbox" id="side-open" autocomplete="off";
            label.side-word for="side-open" {
                "菜单"
                @if let Some(entry) = here { span.here { (entry.label) } }
            }
            ul {
                @for entry in entries {
                    @let is_here = here.is_some_and(|here| here.href == entry.href);
                    li { a href=(entry.href) aria-current=[is_here.then_some("page")] { (entry.label) } }
                }
            }
        }
    }
}

/// A page that says why there is none, and what to do.
pub fn error(req: Option<&Req>, error: &PageError) -> Markup {
    let body = html! {
        h1 { (heading(error)) }
        @match error {
            PageError::Refused(Refusal::Missing(missing)) => {
                ul.missing {
                    @for one in missing { li { (one.message) " " (ui::basis(one.basis)) } }
                }
            }
            PageError::Refused(Refusal::Invalid(errors)) => {
                ul.missing { @for one in errors { li { (one.message) } } }
            }
            PageError::Refused(refusal) if error.status().is_server_error() => {
                p { "您的操作没有保存。请稍后再试；仍不行时，请把下面这句话告诉系统管理员：" }
                p { code { (refusal) } }
            }
            other => { p { (other) } }
        }
        (way_on(req, error))
    };
    match req {
        Some(req) if req.path.starts_with("/l/") => phone(heading(error), "", &body),
        Some(req) => staff(req, heading(error), &body),
        None => bare(heading(error), &body),
    }
}

/// How to go on after an error. An enterprise goes back to its own first page, if its link is good at all.
fn way_on(req: Option<&Req>, error: &PageError) -> Markup {
    let own = req.filter(|req| req.path.starts_with("/l/")).map(|req| req.param("token"));
    let own = own.filter(|token| !token.is_empty());
    html! {
        @match (own, error) {
            (Some(_), PageError::LinkGone) => {}
            (Some(token), _) => { p.back { a.button href={ "/l/" (token) } { "返回首页" } } }
            (None, PageError::NotFound | PageError::Denied | PageError::SignInFirst) => {
                p.back { a.button href="/" { "返回首页" } }
            }
            (None, _) => {
                p.back { a.button href="/" { "返回首页" } }
                p.hint { "也可以用浏览器的“后退”回到刚才的页面，已填写的内容会保留。" }
            }
        }
    }
}

fn heading(error: &PageError) -> &'static str {
    match error {
        PageError::SignInFirst => "请先登录",
        PageError::Denied | PageError::Refused(Refusal::Forbidden(_)) => "没有权限",
        PageError::MustChange => "请先修改密码",
        PageError::Stale => "页面已过期",
        PageError::TooLarge(_) => "文件太大",
        PageError::TooMany => "操作太频繁",
        PageError::LinkGone => "链接无效",
        PageError::Refused(Refusal::Missing(_)) => "还差以下条件",
        PageError::Refused(Refusal::Invalid(_) | Refusal::Upload(_)) => "内容有误",
        PageError::NotFound | PageError::Refused(Refusal::Store(xinxiu_store::StoreError::NotFound(..))) => {
            "没有找到"
        }
        PageError::Refused(_) if error.status().is_server_error() => "系统出错",
        PageError::Refused(_) => "现在不能办理",
    }
}
