//! The steps of a session that are one button, and its papers.

use jiff::civil::Date;
use maud::{Markup, html};
use xinxiu_documents::render_docx;
use xinxiu_domain::id::SessionId;
use xinxiu_domain::session::Module;
use xinxiu_workflow::Refusal;
use xinxiu_workflow::papers::pdf;
use xinxiu_workflow::sessions::{self, MaterialType, NewMaterial, PublishSession};

use super::change;
use super::show::again;
use crate::web::pages::papers;
use crate::web::reply::PageResult;
use crate::web::request::Req;

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// What is to be done about a session whose day went by and that nobody has closed.
pub(super) fn left_open(held_on: Date) -> Markup {
    html! {
        p.warning {
            "本场次已在" (held_on) "举行，还没有结束，现在不能再签到、签退。当天到场而没有登记、没有签退的，请按纸质签到表补录，然后结束培训。"
        }
    }
}

fn back(req: &Req, id: SessionId, message: impl Into<String>) -> PageResult {
    Ok(req.see(format!("/sessions/{id}"), message))
}

pub(super) fn add_material(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    let actor = req.actor()?;
    let read = || {
        let mut fields = req.fields();
        let module = fields.coded("module", "模块", Module::from_code);
        let title = fields.text("title");
        if req.upload("file").is_none() {
            fields.fault("file", "请选择资料文件".into());
        }
        let replaces = fields.text("replaces").parse().ok();
        fields.check()?;
        let module = module.unwrap_or(Module::Regulation);
        let kind = kind(req)?;
        Ok(NewMaterial { module, title, file: req.keep("file", "资料")?, kind, replaces })
    };
    let added = read().and_then(|new| sessions::add_material(&req.app, actor, id, &new).map(|()| new.module));
    match added {
        Ok(module) => back(req, id, format!("已上传「{module}」的资料")),
        Err(refusal) => again(req, id, ("materials", None), (refusal, "file")),
    }
}

/// What the file is by its first bytes, whatever its name says.
fn kind(req: &Req) -> Result<MaterialType, Refusal> {
    let fault = |error: std::io::Error| {
        Refusal::Upload(format!("上传文件读取失败：{}", xinxiu_domain::trouble::trouble(&error)))
    };
    let upload = req.upload("file").ok_or_else(|| Refusal::invalid("file", "请选择资料文件"))?;
    let found = upload.content.reopen().and_then(MaterialType::of).map_err(fault)?;
    found.ok_or_else(|| {
        let what =
            "只接受 PDF、幻灯片（PPTX）、视频（MP4、WebM）和图片（JPG、PNG）；带宏的幻灯片请另存为不带宏的";
        Refusal::invalid("file", what)
    })
}

pub(super) fn confirm_material(req: &Req) -> PageResult {
    let (id, material): (SessionId, i64) = (req.id("id")?, req.id("material")?);
    let by = req.form.text("material_confirmed_by");
    match sessions::confirm_material(&req.app, req.actor()?, (id, material), &by) {
        Ok(()) => back(req, id, "已确认资料，企业可以看到"),
        Err(refusal) => again(req, id, ("confirm", None), (refusal, "material_confirmed_by")),
    }
}

pub(super) fn material(req: &Req) -> PageResult {
    papers::stored(req, sessions::material_file(&req.app, req.actor()?, req.id("id")?, req.id("material")?)?)
}

pub(super) fn remove_material(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    match sessions::remove_material(&req.app, req.actor()?, id, req.id("material")?) {
        Ok(()) => back(req, id, "已撤下资料"),
        Err(refusal) => again(req, id, ("materials", None), (refusal, "file")),
    }
}

pub(super) fn outline(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    let added = sessions::use_outline(&req.app, req.actor()?, id)?;
    back(req, id, format!("已为{added}个模块使用内置提纲"))
}

pub(super) fn publish(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    let command = PublishSession {
        confirmed_by: req.form.text("confirmed_by"),
        notice_number: req.form.text("notice_number"),
        by_deputy_head: req.form.ticked("by_deputy_head"),
        lecturer_reason: req.form.text("lecturer_reason"),
    };
    match sessions::publish(&req.app, req.actor()?, id, &command) {
        Ok(()) => back(req, id, "已发布场次，可以邀请企业"),
        Err(refusal) => again(req, id, ("publish", None), (refusal, "publish")),
    }
}

pub(super) fn cancel(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    match sessions::cancel(&req.app, req.actor()?, id, &req.form.text("reason")) {
        Ok(told) => back(req, id, change::said("已取消场次", told)),
        Err(refusal) => again(req, id, ("cancel", None), (refusal, "reason")),
    }
}

pub(super) fn open(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    match sessions::open_doors(&req.app, req.actor()?, id) {
        Ok(()) => back(req, id, "已开始签到"),
        Err(refusal) => again(req, id, ("open", None), (refusal, "open")),
    }
}

pub(super) fn close(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    let absent = sessions::close(&req.app, req.actor()?, id)?;
    back(req, id, format!("培训已结束，缺席{absent}家"))
}

pub(super) fn notice_pdf(req: &Req) -> PageResult {
    let paper = sessions::notice(&req.app, req.actor()?, req.id("id")?)?;
    papers::made(req, (pdf(&paper)?, format!("{}.pdf", paper.title)))
}

pub(super) fn notice_docx(req: &Req) -> PageResult {
    let paper = sessions::notice(&req.app, req.actor()?, req.id("id")?)?;
    let bytes = render_docx(&paper).map_err(|error| Refusal::Document(error.to_string()))?;
    Ok(req.file(bytes, format!("{}.docx", paper.title), DOCX))
}

pub(super) fn sheet(req: &Req) -> PageResult {
    let paper = sessions::sign_in_sheet(&req.app, req.actor()?, req.id("id")?)?;
    papers::made(req, (pdf(&paper)?, format!("签到表-{}.pdf", paper.class_name)))
}
