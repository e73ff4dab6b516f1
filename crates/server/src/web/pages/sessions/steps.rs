//! The steps of a session that are one button, and its papers.

use xinxiu_documents::{render_docx, render_pdf};
use xinxiu_domain::id::SessionId;
use xinxiu_domain::session::Module;
use xinxiu_workflow::Refusal;
use xinxiu_workflow::sessions::{self, NewMaterial, PublishSession};

use super::change;
use super::show::again;
use crate::web::pages::papers;
use crate::web::reply::{PageError, PageResult};
use crate::web::request::Req;

const PDF: &str = "application/pdf";
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

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
        fields.check()?;
        let module = module.unwrap_or(Module::Regulation);
        Ok(NewMaterial { module, title, file: req.keep("file", "资料")? })
    };
    let added = read().and_then(|new| sessions::add_material(&req.app, actor, id, &new).map(|()| new.module));
    match added {
        Ok(module) => back(req, id, format!("已上传「{module}」的资料")),
        Err(refusal) => again(req, id, ("materials", None), (refusal, "file")),
    }
}

pub(super) fn material(req: &Req) -> PageResult {
    papers::stored(req, sessions::material_file(&req.app, req.actor()?, req.id("id")?, req.id("material")?)?)
}

pub(super) fn remove_material(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    sessions::remove_material(&req.app, req.actor()?, id, req.id("material")?)?;
    back(req, id, "已撤下资料")
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

fn set(error: &xinxiu_documents::DocumentError) -> PageError {
    Refusal::Document(error.to_string()).into()
}

pub(super) fn notice_pdf(req: &Req) -> PageResult {
    let paper = sessions::notice(&req.app, req.actor()?, req.id("id")?)?;
    let bytes = render_pdf(&paper).map_err(|error| set(&error))?;
    Ok(req.file(bytes, format!("{}.pdf", paper.title), PDF))
}

pub(super) fn notice_docx(req: &Req) -> PageResult {
    let paper = sessions::notice(&req.app, req.actor()?, req.id("id")?)?;
    let bytes = render_docx(&paper).map_err(|error| set(&error))?;
    Ok(req.file(bytes, format!("{}.docx", paper.title), DOCX))
}

pub(super) fn sheet(req: &Req) -> PageResult {
    let paper = sessions::sign_in_sheet(&req.app, req.actor()?, req.id("id")?)?;
    let bytes = render_pdf(&paper).map_err(|error| set(&error))?;
    Ok(req.file(bytes, format!("签到表-{}.pdf", paper.class_name), PDF))
}
