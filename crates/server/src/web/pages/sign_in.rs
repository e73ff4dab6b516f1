//! Signing in and out, and the own password.

use maud::{Markup, html};
use xinxiu_workflow::{FieldError, Refusal, accounts, sign_in};

use crate::web::reply::{PageResult, Reply};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::runner::COOKIE_NAME;
use crate::web::ui;

pub(super) fn routes(table: &mut Routes) {
    table.get("/sign-in", Access::Public, show);
    table.post("/sign-in", Access::Public, open);
    table.post("/sign-out", Access::SignedIn, close);
    table.get("/password", Access::SignedIn, password);
    table.post("/password", Access::SignedIn, change_password);
}

fn show(req: &Req) -> PageResult {
    Ok(req.page("登录", sign_in_form(req, &req.query, &[])))
}

fn sign_in_form(req: &Req, values: &Form, errors: &[FieldError]) -> Markup {
    html! {
        h1 { "登录" }
        (ui::errors(errors))
        (ui::form(req, "/sign-in", &html! {
            (ui::hidden("back", values.raw("back")))
            (ui::field(values, "login", "登录名", "", errors))
            (ui::password_field("password", "密码", "", errors))
            (ui::button("登录"))
        }))
        @if req.demo { p.hint { "演示账号已打印在启动本程序的窗口里。" } }
        p.hint { "企业不需要账号：请使用服务机构发给您的个人链接。忘记密码请联系市信用办重置。" }
    }
}

fn open(req: &Req) -> PageResult {
    let opened = match sign_in::open(&req.app, req.form.raw("login"), req.form.raw("password")) {
        Ok(opened) => opened,
        Err(Refusal::Invalid(errors)) => return Ok(req.again("登录", sign_in_form(req, &req.form, &errors))),
        Err(other) => return Err(other.into()),
    };
    let back = req.form.raw("back");
    // Only an address of our own: "//elsewhere" would leave the site.
    let own = back.starts_with('/') && !back.starts_with("//") && !back.contains('\\');
    let address = if opened.must_change {
        "/password"
    } else if own {
        back
    } else {
        "/"
    };
    let secure = if req.origin.starts_with("https") { "; Secure" } else { "" };
    let cookie = format!("{COOKIE_NAME}={}; Path=/; HttpOnly; SameSite=Lax{secure}", opened.token);
    Ok(Reply::SeeWithCookie(address.to_owned(), cookie))
}

fn close(req: &Req) -> PageResult {
    if let Some(signed_in) = &req.signed_in {
        sign_in::close(&req.app, &signed_in.actor, &signed_in.token)?;
    }
    Ok(Reply::SeeWithCookie(
        "/sign-in".into(),
        format!("{COOKIE_NAME}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"),
    ))
}

fn password(req: &Req) -> PageResult {
    Ok(req.page("修改密码", password_form(req, &[])))
}

fn password_form(req: &Req, errors: &[FieldError]) -> Markup {
    html! {
        h1 { "修改密码" }
        (ui::errors(errors))
        (ui::form(req, "/password", &html! {
            (ui::password_field("old_password", "原密码", "", errors))
            (ui::password_field("password", "新密码", "至少10位，可以用一句好记的话", errors))
            (ui::password_field("again", "再输一次新密码", "", errors))
            (ui::button("修改密码"))
        }))
    }
}

fn change_password(req: &Req) -> PageResult {
    let new = req.form.raw("password");
    let changed = if new == req.form.raw("again") {
        accounts::change_password(&req.app, req.actor()?, req.form.raw("old_password"), new)
    } else {
        Err(Refusal::invalid("again", "两次输入的新密码不一样"))
    };
    match changed {
        Ok(()) => Ok(req.see("/", "密码已修改")),
        Err(Refusal::Invalid(errors)) => Ok(req.again("修改密码", password_form(req, &errors))),
        Err(other) => Err(other.into()),
    }
}
