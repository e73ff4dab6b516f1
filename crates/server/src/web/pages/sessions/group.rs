//! The contact group of a session, and what is said to all its enterprises (N17).

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::id::SessionId;
use xinxiu_domain::session::SessionState;
use xinxiu_store::session_group::Announcement;
use xinxiu_workflow::sessions::{self, KeepGroup, ShownGroup};
use xinxiu_workflow::{FieldError, Refusal};

use super::{RUN, VIEW};
use crate::web::pages::papers;
use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::routes::{MIB, Routes};
use crate::web::ui;

const TITLE: &str = "联系群和公告";
/// Largest picture of a QR code.
const PICTURE: usize = 5 * MIB;

pub(super) fn routes(table: &mut Routes) {
    table.get("/sessions/{id}/group", VIEW, show);
    table.upload("/sessions/{id}/group", RUN, PICTURE, keep);
    table.get("/sessions/{id}/group/picture", VIEW, picture);
    table.post("/sessions/{id}/announcements", RUN, announce);
    table.post("/sessions/{id}/announcements/{place}/withdraw", RUN, withdraw);
}

fn show(req: &Req) -> PageResult {
    Ok(req.page(TITLE, body(req, "", &[])?))
}

fn body(req: &Req, refused: &str, errors: &[FieldError]) -> Result<Markup, PageError> {
    let id: SessionId = req.id("id")?;
    let shown = sessions::group(&req.app, req.actor()?, id)?;
    let may_run = req.actor()?.has(Action::RunSession) && shown.session.state != SessionState::Cancelled;
    let of = |form: &str| if refused == form { errors } else { &[] };
    let values = |form: &str| if refused == form { req.form.clone() } else { Form::default() };
    Ok(html! {
        h1 { (TITLE) }
        (ui::errors(errors))
        p { a href={ "/sessions/" (id) } { (shown.session.title) } "，联系群：" (name(&shown)) }
        (ui::panel("入群方式", &html! {
            (join(&shown, &format!("/sessions/{id}/group/picture"), req)?)
            (ui::facts(&[("群成员", members(&shown)), ("已答复参加", html! { (shown.expected) "家" })]))
        }))
        @if may_run {
            (ui::panel("维护联系群", &ui::upload_form(req, &format!("/sessions/{id}/group"), &keep_form(&shown, refused == "group", req, of("group")))))
            @if shown.session.state != SessionState::Planned {
                (ui::panel("发布公告", &ui::form(req, &format!("/sessions/{id}/announcements"), &html! {
                    (ui::area(&values("announcement"), "announcement", "公告内容", "发布后显示在每家企业个人链接的首页，不超过500字", of("announcement")))
                    @if req.app.post.is_open() {
                        (ui::tick(&values("announcement"), "push", "同时发消息提醒答复参加的企业来看", &[]))
                    }
                    (ui::button("发布公告"))
                })))
            }
        }
        (ui::panel("已发布的公告", &announcements(req, &shown, may_run)))
    })
}

fn name(shown: &ShownGroup) -> Markup {
    html! { @if shown.session.contact_group.is_empty() { "还没有填写，请在修改场次时填写群名称" } @else { strong { (shown.session.contact_group) } } }
}

fn members(shown: &ShownGroup) -> Markup {
    html! {
        @match (shown.group.members, shown.group.counted_on) {
            (Some(members), Some(day)) => { (members) "人（" (day) "统计）" }
            (Some(members), None) => { (members) "人" }
            (None, _) => { "还没有统计" }
        }
    }
}

/// How one joins the group: by its picture while that works, by its address as a picture and as text.
pub(in crate::web::pages) fn join(shown: &ShownGroup, picture: &str, req: &Req) -> Result<Markup, PageError> {
    let group = &shown.group;
    let today = req.app.clock.today();
    let works = group.picture_until.is_none_or(|until| until >= today);
    let picture_of_link = if group.link.is_empty() { None } else { Some(ui::qr(&group.link)?) };
    Ok(html! {
        @if group.picture.is_some() && works {
            p { img.group-picture src=(picture) alt="联系群二维码" width="240"; }
            @if let Some(until) = group.picture_until { p.hint { "二维码有效期至" (until) } }
        } @else if group.picture.is_some() {
            p.warning { "群二维码已于" (group.picture_until.unwrap_or(today)) "过期，请服务机构重新上传。" }
        }
        @if let Some(link) = picture_of_link {
            div.group-picture role="img" aria-label="入群链接二维码" { (link) }
            p { a href=(group.link) rel="noreferrer" { "打开入群链接" } }
        }
        @if group.picture.is_none() && group.link.is_empty() {
            p.quiet { "还没有上传群二维码或入群链接。" }
        }
    })
}

fn keep_form(shown: &ShownGroup, refused: bool, req: &Req, errors: &[FieldError]) -> Markup {
    let group = &shown.group;
    let kept = Form::default()
        .with("group_link", &group.link)
        .with("picture_until", group.picture_until.map_or_else(String::new, |day| day.to_string()))
        .with("members", group.members.map_or_else(String::new, |count| count.to_string()))
        .with("version", group.version);
    let values = if refused { req.form.clone() } else { kept };
    html! {
        (ui::hidden("version", values.raw("version")))
        (ui::upload_field("picture", "群二维码图片", "JPG 或 PNG，不超过5MB；不换图片的不用选择", ".jpg,.jpeg,.png,image/jpeg,image/png", errors))
        (ui::date_field(&values, "picture_until", "二维码有效期至（微信群二维码7天有效）", errors))
        (ui::field(&values, "group_link", "入群链接", "没有的不填", errors))
        (ui::number_field(&values, "members", "群成员人数", "按群里的人数填写，登记日期为今天", errors))
        (ui::button("保存联系群"))
    }
}

fn announcements(req: &Req, shown: &ShownGroup, may_run: bool) -> Markup {
    let all = &shown.announcements;
    if all.is_empty() {
        return ui::empty("还没有发布公告。", "发布的公告显示在企业个人链接的首页，并保留在这里。");
    }
    let rows: Vec<Vec<Markup>> = all.iter().map(|one| row(req, shown.session.id, one, may_run)).collect();
    ui::table("已发布的公告", &["时间", "内容", "发布人", "状态"], &rows)
}

fn row(req: &Req, session: SessionId, one: &Announcement, may_run: bool) -> Vec<Markup> {
    let address = format!("/sessions/{session}/announcements/{}/withdraw", one.id);
    vec![
        ui::when(one.at),
        html! { (one.text) },
        html! { (one.by) },
        html! {
            @if one.is_withdrawn { (ui::badge("plain", "已撤回")) }
            @else if may_run { (ui::confirm(req, &address, "撤回", "撤回后企业不再看到这条公告。", &html! {})) }
            @else { (ui::badge("good", "显示中")) }
        },
    ]
}

fn picture(req: &Req) -> PageResult {
    let shown = sessions::group(&req.app, req.actor()?, req.id("id")?)?;
    papers::stored(req, sessions::group_picture(&req.app, &shown)?)
}

fn keep(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    let actor = req.actor()?;
    let read = || {
        let mut fields = req.fields();
        let is_dated = !fields.text("picture_until").is_empty();
        let picture_until = is_dated.then(|| fields.date("picture_until", "二维码有效期"));
        let typed = fields.text("members");
        let members = typed.parse().ok();
        if members.is_none() && !typed.is_empty() {
            fields.fault("members", "群成员人数应为数字".into());
        }
        fields.check()?;
        let picture = req.upload("picture").map(|_| papers::keep(req, "picture", "群二维码")).transpose()?;
        let (link, version) = (req.form.text("group_link"), req.form.text("version").parse().unwrap_or(0));
        Ok(KeepGroup { link, picture, picture_until, members, version })
    };
    match read().and_then(|command| sessions::keep_group(&req.app, actor, id, &command)) {
        Ok(()) => Ok(req.see(format!("/sessions/{id}/group"), "已保存联系群")),
        Err(Refusal::Invalid(errors)) => Ok(req.again(TITLE, body(req, "group", &errors)?)),
        Err(other) => Err(other.into()),
    }
}

fn announce(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    let push = req.form.ticked("push");
    match sessions::announce(&req.app, req.actor()?, id, req.form.raw("announcement"), push) {
        Ok(0) => Ok(req.see(format!("/sessions/{id}/group"), "已发布公告")),
        Ok(queued) => {
            Ok(req.see(format!("/sessions/{id}/group"), format!("已发布公告，{queued}条消息等待发送")))
        }
        Err(Refusal::Invalid(errors)) => Ok(req.again(TITLE, body(req, "announcement", &errors)?)),
        Err(other) => Err(other.into()),
    }
}

fn withdraw(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    let announcement = req.param("place").parse().map_err(|_| PageError::NotFound)?;
    sessions::withdraw_announcement(&req.app, req.actor()?, id, announcement)?;
    Ok(req.see(format!("/sessions/{id}/group"), "已撤回公告"))
}
