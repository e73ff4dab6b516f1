//! An enterprise signs itself in and out: by the code on the hall's screen, by its QR picture, or online (N05 N11).

use maud::{Markup, html};
use xinxiu_domain::attendance::AttendanceState;
use xinxiu_domain::id::SessionId;
use xinxiu_domain::presence::{Heard, Mark, Presence};
use xinxiu_domain::session::SessionMode;
use xinxiu_store::StoreError;
use xinxiu_workflow::invitations::{self, Home};
use xinxiu_workflow::{FieldError, Refusal, roll_call};

use super::link::{address, guest, home_page};
use crate::web::layout;
use crate::web::reply::{PageResult, Reply};
use crate::web::request::Req;
use crate::web::routes::{Access, Routes};
use crate::web::ui;

pub(super) fn routes(table: &mut Routes) {
    table.post("/l/{token}/check-in", Access::Link, check_in);
    table.post("/l/{token}/check-out", Access::Link, check_out);
    table.get("/l/{token}/class", Access::Link, class);
    table.post("/l/{token}/class", Access::Link, beat);
    table.get("/l/hall/{session}/{code}", Access::Link, scanned);
    table.post("/l/hall/{session}/{code}", Access::Link, enter);
}

/// Asks for the screen's code; online it is not needed.
pub(super) fn code_form(req: &Req, home: &Home, mark: Mark, errors: &[FieldError]) -> Markup {
    let step = if mark == Mark::CheckIn { "check-in" } else { "check-out" };
    let label = mark.label();
    let main = mark == Mark::CheckIn;
    html! {
        form method="post" action=(address(req, step)) novalidate {
            @if home.session.mode != SessionMode::Online {
                (ui::number_field(&req.form, "code", "会场大屏上的6位数字", "每30秒换一次，请输入现在的", errors))
                button.primary[main] type="submit" { (label) }
            }
            @if home.session.mode == SessionMode::Both { p.hint { "不在会场、在线上参加的，不用填数字：" } }
            @if home.session.mode == SessionMode::Both { button type="submit" name="online" value="1" { "线上" (label) } }
            @if home.session.mode == SessionMode::Online { button.primary[main] type="submit" { "线上" (label) } }
        }
    }
}

/// What an enterprise that is in sees of its hours, and how it signs out.
pub(super) fn presence(req: &Req, home: &Home, own: Presence, errors: &[FieldError]) -> Markup {
    if !own.came {
        return html! {};
    }
    let open = home.session.is_running(req.app.clock.today());
    let minutes = own.minutes;
    let hours = home.session.class_hours;
    let sentence = match own.verdict(hours) {
        Heard::Nothing => String::new(),
        Heard::Unknown if open => format!("到现在听课{minutes}分钟。{hours}学时听完后请签退。"),
        Heard::Unknown => "您没有签退，听课时长不明，请联系服务机构。".to_owned(),
        Heard::TooShort(by) => format!("听课{minutes}分钟，还差{by}分钟满{hours}学时。"),
        Heard::Whole => format!("听课{minutes}分钟，{hours}学时已满。"),
    };
    let body = html! {
        p { (sentence) }
        @if open && own.inside {
            @if own.online {
                p.actions { a.button href=(address(req, "class")) { "打开线上听课页" } }
            }
            (sign_out(req, home, own, errors))
        } @else if open {
            p.hint { "您已签退。回来继续听课的，请再次签到。" }
            (code_form(req, home, Mark::CheckIn, errors))
        }
    };
    ui::panel("听课时长", &body)
}

/// Signing out is never the main step; before the class hours are full it says what it costs and asks again.
fn sign_out(req: &Req, home: &Home, own: Presence, errors: &[FieldError]) -> Markup {
    let form = code_form(req, home, Mark::CheckOut, errors);
    let Some(lacking) = own.lacking(home.session.class_hours) else { return form };
    html! {
        details.confirm open[!errors.is_empty()] {
            summary { "提前签退" }
            p.warning {
                "听课" (own.minutes) "分钟，还差" (lacking) "分钟满" (home.session.class_hours) "学时。现在签退，学时不够，不算完成培训。"
            }
            (form)
        }
    }
}

fn check_in(req: &Req) -> PageResult {
    marked(req, Mark::CheckIn)
}

fn check_out(req: &Req) -> PageResult {
    marked(req, Mark::CheckOut)
}

fn marked(req: &Req, mark: Mark) -> PageResult {
    let (actor, found) = guest(req)?;
    let typed = if req.form.ticked("online") { "" } else { req.form.raw("code") };
    match roll_call::by_code(&req.app, &actor, found.id, mark, typed) {
        Ok(_) => {
            let own = roll_call::own(&req.app, &actor, found.id)?;
            let to = if own.online && mark == Mark::CheckIn { "class" } else { "" };
            Ok(req.see(address(req, to), format!("{mark}成功")))
        }
        Err(refusal) => home_page(req, 422, &refusal.into_errors("code")?),
    }
}

/// The page that stays open while a session runs online: each minute it says so.
fn class(req: &Req) -> PageResult {
    let (actor, found) = guest(req)?;
    let home = invitations::home(&req.app, &actor, found.id)?;
    let own = roll_call::own(&req.app, &actor, found.id)?;
    let session = &home.session;
    let running = session.is_running(req.app.clock.today()) && own.online;
    let body = html! {
        p.whose { (home.enterprise) }
        h1 { "线上听课" }
        @if running {
            p.lead { "已听课 " strong data-minutes { (own.minutes) } " 分钟，共需" (session.class_hours * 45) "分钟。" }
            p { "听课时请不要关闭本页，每分钟自动记录一次。手机切换到会议软件时可能暂停记录，建议用电脑开会、手机开本页。" }
            @if !session.link.is_empty() {
                p.actions { a.button href=(session.link) target="_blank" rel="noreferrer noopener" { "打开会议" } }
            }
            form method="post" action=(req.path) data-beat {
                noscript { p.hint { "您的浏览器不能自动记录，请每隔几分钟点一次：" } }
                button type="submit" { "我还在听课" }
            }
            p role="status" data-beat-status {}
            script src="/assets/class.js" defer {}
        } @else {
            p.lead { "现在不在线上听课。培训开始并签到后，再打开本页。" }
        }
        p.back { a href=(address(req, "")) { "返回首页，办理签退" } }
    };
    Ok(Reply::Page(200, layout::phone("线上听课", &req.flash, &body)))
}

fn beat(req: &Req) -> PageResult {
    let (actor, found) = guest(req)?;
    let minutes = roll_call::beat(&req.app, &actor, found.id)?;
    if req.form.ticked("quiet") {
        return Ok(Reply::Text(minutes.to_string(), "text/plain; charset=utf-8"));
    }
    Ok(req.see(req.path.clone(), format!("已记录，听课{minutes}分钟")))
}

/// Behind the QR picture on the screen. The picture says which session, and the phone says who: by the personal
/// link that it opened before. Whoever has not opened it here is asked for it; nobody is found by a name or a
/// code that others know.
fn scanned(req: &Req) -> PageResult {
    scanned_page(req, 200, &[])
}

fn scanned_page(req: &Req, status: u16, errors: &[FieldError]) -> PageResult {
    let id: SessionId = req.id("session")?;
    let title = roll_call::title(&req.app, id)?;
    let own = invitations::of_link(&req.app, &req.own_link).ok().filter(|(_, found)| found.session == id);
    let (inside, lacking) = match &own {
        Some((actor, found)) => {
            let presence = roll_call::own(&req.app, actor, found.id)?;
            let hours = invitations::home(&req.app, actor, found.id)?.session.class_hours;
            (presence.inside, presence.lacking(hours).filter(|_| presence.inside))
        }
        None => (false, None),
    };
    let declined = own.as_ref().is_some_and(|(_, found)| found.state == AttendanceState::Declined);
    let body = html! {
        h1 { (title) }
        (ui::errors(errors))
        form method="post" action=(req.path) novalidate {
            @if let Some((actor, _)) = &own {
                p.lead { (actor.name) @if inside { "：办理签退" } @else { "：现在签到" } }
                @if declined { p.hint { "您先前答复不参加；签到后按参加登记。" } }
            } @else {
                p.lead { "请填写您自己的个人链接。" }
                (ui::field(&req.form, "link", "个人链接", "在邀请短信或邀请函里，以 http 开头；也可以先打开那个链接，再输入大屏上的6位数字", errors))
            }
            @if let Some(lacking) = lacking { p.warning { "还差" (lacking) "分钟才满学时。现在签退，学时不够，不算完成培训。" } }
            @if own.is_none() || !inside { button.primary type="submit" name="mark" value="check_in" { "签到" } }
            @if own.is_none() || inside { button type="submit" name="mark" value="check_out" { @if lacking.is_some() { "提前签退" } @else { "签退" } } }
        }
        p.hint { "没有个人链接的，请到签到台由工作人员登记。" }
    };
    Ok(Reply::Page(status, layout::phone("现场签到", "", &body)))
}

fn enter(req: &Req) -> PageResult {
    let id: SessionId = req.id("session")?;
    let typed = req.form.text("link");
    let token = if typed.is_empty() { req.own_link.as_str() } else { typed.trim_end_matches('/') };
    let token = token.rsplit('/').next().unwrap_or_default();
    roll_call::title(&req.app, id)?;
    let wrong = || Refusal::invalid("link", "个人链接不对、已作废，或不是这一场的，请核对邀请函");
    let done =
        invitations::of_link(&req.app, token)
            .map_err(|refusal| {
                if matches!(refusal, Refusal::Store(StoreError::NotFound(..))) { wrong() } else { refusal }
            })
            .and_then(|(actor, found)| {
                if found.session != id {
                    return Err(wrong());
                }
                let mark = Mark::from_code(req.form.raw("mark")).unwrap_or(Mark::CheckIn);
                roll_call::by_code(&req.app, &actor, found.id, mark, req.param("code"))?;
                Ok(mark)
            });
    match done {
        Ok(mark) => Ok(req.see(format!("/l/{token}"), format!("{mark}成功"))),
        Err(refusal) => {
            let mut errors = refusal.with_field("code", "link").into_errors("link")?;
            for error in errors.iter_mut().filter(|error| error.message.starts_with("签到码")) {
                "这个二维码已经换了，请重新扫描大屏上现在的二维码".clone_into(&mut error.message);
            }
            scanned_page(req, 422, &errors)
        }
    }
}
