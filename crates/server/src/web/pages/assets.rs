//! Style sheet, script and icon, embedded in the binary; and the health address.

use rust_embed::RustEmbed;

use crate::web::reply::{PageError, PageResult, Reply};
use crate::web::request::Req;
use crate::web::routes::{Access, Routes};
use crate::web::stylesheet::SHEET;

#[derive(RustEmbed)]
#[folder = "src/web/assets"]
struct Assets;

pub(super) fn routes(table: &mut Routes) {
    table.get("/assets/{name}", Access::Public, asset);
    table.get("/page-worker.js", Access::Public, page_worker);
    table.get("/health", Access::Public, health);
}

fn asset(req: &Req) -> PageResult {
    let name = req.param("name");
    if name == "app.css" {
        return Ok(Reply::Text(SHEET.to_owned(), "text/css; charset=utf-8"));
    }
    let media_type = match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => return Err(PageError::NotFound),
    };
    let file = Assets::get(name).ok_or(PageError::NotFound)?;
    Ok(Reply::Text(String::from_utf8_lossy(&file.data).into_owned(), media_type))
}

/// A worker may only look after the folder that it comes from, so this one comes from the top.
fn page_worker(_: &Req) -> PageResult {
    let file = Assets::get("page-worker.js").ok_or(PageError::NotFound)?;
    Ok(Reply::Text(String::from_utf8_lossy(&file.data).into_owned(), "text/javascript; charset=utf-8"))
}

fn health(req: &Req) -> PageResult {
    req.app.store.db.read(|tx| tx.number("select count(*) from migration", &[]))?;
    Ok(Reply::Text("ok\n".into(), "text/plain; charset=utf-8"))
}
