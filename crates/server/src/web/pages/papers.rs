//! Papers that come with a form, and papers that are shown.

use std::io::Read;

use xinxiu_store::files::{Kept, StoredFile};
use xinxiu_workflow::Refusal;
use xinxiu_workflow::scan_type::{HEAD, scan_type};

use crate::web::reply::{PageResult, Reply};
use crate::web::request::{Req, Upload};
use crate::web::routes::MIB;

/// Largest paper that is taken.
pub(super) const LIMIT: usize = 20 * MIB;
/// What a file dialog offers.
pub(super) const ACCEPT: &str = ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png";
/// What stands beside the field.
pub(super) const HINT: &str = "PDF 或照片（JPG、PNG），不超过20MB";

/// Content, name and media type of a paper that is kept.
pub(super) type Paper = (Kept, String, String);

/// Keeps the paper of a field; what it is shows in its first bytes, not in its name.
pub(super) fn keep(req: &Req, field: &str, label: &str) -> Result<Paper, Refusal> {
    let upload = req.upload(field).ok_or_else(|| Refusal::invalid(field, format!("请选择{label}文件")))?;
    keep_one(req, upload)
}

/// Keeps every paper of a field, in the order in which they were chosen; there may be none.
pub(super) fn keep_any(req: &Req, field: &str) -> Result<Vec<Paper>, Refusal> {
    req.uploads_of(field).map(|upload| keep_one(req, upload)).collect()
}

/// Keeps every paper of a field, which has to hold one at least.
pub(super) fn keep_all(req: &Req, field: &str, label: &str) -> Result<Vec<Paper>, Refusal> {
    let kept = keep_any(req, field)?;
    if kept.is_empty() { Err(Refusal::invalid(field, format!("请选择{label}文件"))) } else { Ok(kept) }
}

/// Keeps the papers of a field, at most so many, each within [`LIMIT`]; none is no fault.
pub(super) fn keep_each(req: &Req, field: &str, most: usize) -> Result<Vec<Paper>, Refusal> {
    let count = req.uploads_of(field).count();
    if count > most {
        return Err(Refusal::invalid(field, format!("最多{most}个文件，您选了{count}个")));
    }
    let large =
        req.uploads_of(field).filter(|upload| usize::try_from(upload.size).is_ok_and(|size| size > LIMIT));
    let names: Vec<&str> = large.map(|upload| upload.file_name.as_str()).collect();
    if !names.is_empty() {
        let message = format!("{}超过{}MB，请压缩或重新拍照后再选", names.join("、"), LIMIT / MIB);
        return Err(Refusal::invalid(field, message));
    }
    req.uploads_of(field).map(|upload| keep_one(req, upload)).collect()
}

fn keep_one(req: &Req, upload: &Upload) -> Result<Paper, Refusal> {
    let fault = |error: std::io::Error| {
        Refusal::Upload(format!("上传文件读取失败：{}", xinxiu_domain::trouble::trouble(&error)))
    };
    let mut head = Vec::new();
    upload.content.reopen().and_then(|file| file.take(HEAD).read_to_end(&mut head)).map_err(fault)?;
    let (media_type, _) = scan_type(&head)
        .ok_or_else(|| Refusal::invalid(&upload.field, "只接受 PDF、JPG 或 PNG 文件，请用扫描件或照片"))?;
    let (kept, name) = req.keep_one(upload)?;
    Ok((kept, name, media_type.to_owned()))
}

/// Answers with a file on record.
pub(super) fn stored(req: &Req, file: StoredFile) -> PageResult {
    let content = req.app.store.files.reader(&file.sha256)?;
    Ok(Reply::Stored { content, size: file.size, name: file.name, media_type: file.media_type })
}

/// Answers with a paper that was just made.
pub(super) fn made(req: &Req, (bytes, name): (Vec<u8>, String)) -> PageResult {
    Ok(req.file(bytes, name, "application/pdf"))
}
