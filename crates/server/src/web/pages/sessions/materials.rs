//! The materials of a session, version after version, on its page (N09, N17, N20).

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::session::{Module, SessionState};
use xinxiu_store::session_material::Material;
use xinxiu_workflow::FieldError;
use xinxiu_workflow::sessions::Shown;

use super::show::{Refused, may};
use crate::web::request::{Form, Req};
use crate::web::ui;

/// What a file dialog offers.
const ACCEPT: &str = ".pdf,.pptx,.mp4,.webm,.jpg,.jpeg,.png";
const HEADS: [&str; 7] = ["模块", "资料", "版本", "上传", "SHA-256", "公益性确认", "操作"];

pub(super) fn panel(req: &Req, shown: &Shown, refused: &Refused) -> Markup {
    let all = &shown.materials;
    let (current, old): (Vec<&Material>, Vec<&Material>) = all.iter().partition(|one| !one.is_replaced);
    let changeable = !matches!(shown.session.state, SessionState::Closed | SessionState::Cancelled);
    html! {
        @if shown.unconfirmed > 0 {
            p.warning { "发布后新增的资料还有" (shown.unconfirmed) "份没有确认，确认前企业看到的仍是原来的版本。" (ui::basis("N20")) }
        }
        @if all.is_empty() {
            (ui::empty("这里会列出六个模块的课件和资料。", "服务机构逐个上传，或点“使用内置提纲”一次补齐。"))
        } @else {
            (ui::table("培训资料", &HEADS, &current.iter().map(|one| row(req, shown, one, refused)).collect::<Vec<_>>()))
        }
        @if !old.is_empty() {
            details {
                summary { "旧版本（" (old.len()) "份）" }
                (ui::table("旧版本", &HEADS, &old.iter().map(|one| row(req, shown, one, refused)).collect::<Vec<_>>()))
            }
        }
        @if may(req, shown, Action::PlanSession) && changeable { (upload(req, shown, refused)) }
    }
}

fn row(req: &Req, shown: &Shown, one: &Material, refused: &Refused) -> Vec<Markup> {
    let at = format!("/sessions/{}/materials/{}", shown.session.id, one.id);
    let planned = shown.session.state == SessionState::Planned;
    vec![
        html! { (one.module) },
        html! { @if one.file.is_some() { a href=(at) { (one.title) } " " small.quiet { (kind(one)) } } @else { (one.title) } },
        html! { "第" (one.edition) "版" },
        html! { @if let Some(day) = one.added_on { (day) " " } (one.added_by) },
        html! { @if let Some(start) = one.sha256.get(..12) { code data-copy=(one.sha256) title=(one.sha256) { (start) } } },
        confirmation(req, shown, one, &at, refused),
        html! {
            @if planned && !one.is_replaced && may(req, shown, Action::PlanSession) {
                (ui::post_button(req, &format!("{at}/remove"), "撤下资料"))
            }
        },
    ]
}

/// What a file is and how large.
pub(in crate::web::pages) fn kind(one: &Material) -> String {
    let what = match one.media_type.split(';').next().unwrap_or_default() {
        "application/pdf" => "PDF",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation" => "幻灯片",
        "video/mp4" | "video/webm" => "视频",
        "image/png" | "image/jpeg" => "图片",
        "text/plain" => "文本",
        _ => "文件",
    };
    let kib = one.size.div_euclid(1024).max(1);
    if kib < 1024 { format!("{what}，{kib}KB") } else { format!("{what}，{}MB", kib.div_euclid(1024)) }
}

fn confirmation(req: &Req, shown: &Shown, one: &Material, at: &str, refused: &Refused) -> Markup {
    let waits = one.confirmed_by.is_empty() && !one.is_replaced;
    let open = matches!(shown.session.state, SessionState::Published | SessionState::Open);
    let action = format!("{at}/confirm");
    let is_this = refused.is("confirm") && req.path == action;
    let (values, errors): (Form, &[FieldError]) =
        if is_this { (req.form.clone(), &refused.errors) } else { (Form::default(), &[]) };
    html! {
        @if let Some(day) = one.confirmed_on { (one.confirmed_by) " " (day) }
        @else if waits && open && may(req, shown, Action::PublishSession) {
            (ui::confirm_again(req, &action, "确认", "确认这份资料不收费、没有商业宣传和与培训无关的内容；确认后企业看到这一版。", is_this, &html! {
                (ui::field(&values, "material_confirmed_by", "确认人姓名", "", errors))
            }))
        }
        @else if waits { "待确认" }
    }
}

fn upload(req: &Req, shown: &Shown, refused: &Refused) -> Markup {
    let (values, errors) = refused.form(req, "materials", None);
    let modules = ui::choices(Module::ALL);
    let current = shown.materials.iter().filter(|one| !one.is_replaced);
    let old: Vec<_> =
        current.map(|one| (one.id.to_string(), format!("{}：{}", one.module, one.title))).collect();
    ui::upload_form(
        req,
        &format!("/sessions/{}/materials", shown.session.id),
        &html! {
            (ui::select(&values, "module", "模块", &modules, errors))
            (ui::field(&values, "title", "资料名称", "不填则用文件名；新版本不填则用原来的名称", errors))
            @if !old.is_empty() { (ui::optional(&values, "replaces", "是哪一份资料的新版本", "新的资料", &old, errors)) }
            (ui::upload_field("file", "资料文件", "PDF、幻灯片（PPTX）、视频（MP4、WebM）或图片，不超过50MB", ACCEPT, errors))
            (ui::button("上传资料"))
        },
    )
}
