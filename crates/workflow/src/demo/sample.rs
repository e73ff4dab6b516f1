//! Pages that stand for scans in the demo: one that says itself that it is none, and photographs of papers with their code.

use std::io::Cursor;

use image::{GrayImage, ImageFormat, Luma, imageops};
use xinxiu_documents::paper_png;
use xinxiu_domain::id::ItemId;
use xinxiu_domain::paper_code::{FORM_EDITION, PaperKind};
use xinxiu_store::files::Kept;

use crate::app::App;
use crate::paper_codes;
use crate::refusal::Refusal;

/// Size of a photograph, kept small since the demo has hundreds; its code is larger than on the paper.
const PAGE: (u32, u32) = (300, 400);

/// A photograph of a paper: its code, and lines in place of its words.
pub fn photo(code: &str) -> Result<Vec<u8>, Refusal> {
    let fault = |error: &dyn std::fmt::Display| Refusal::Document(error.to_string());
    let code = paper_png(code).map_err(|error| fault(&error))?;
    let code = image::load_from_memory(&code).map_err(|error| fault(&error))?.into_luma8();
    let mut page = GrayImage::from_pixel(PAGE.0, PAGE.1, Luma([245]));
    imageops::overlay(&mut page, &code, i64::from(PAGE.0.saturating_sub(code.width())), 0);
    for top in (code.height() + 20..PAGE.1 - 20).step_by(16) {
        for x in 24..PAGE.0 - 24 {
            page.put_pixel(x, top, Luma([120]));
        }
    }
    let mut file = Cursor::new(Vec::new());
    page.write_to(&mut file, ImageFormat::Png).map_err(|error| fault(&error))?;
    Ok(file.into_inner())
}

/// The form of a record (annex 3), photographed.
pub fn form(app: &App, of: ItemId) -> Result<Kept, Refusal> {
    let code = paper_codes::code(&app.store.vault, PaperKind::RectificationForm, of.0, FORM_EDITION)?;
    Ok(app.store.files.keep(photo(&code.text())?.as_slice())?)
}

/// A PDF of one page.
pub fn pdf() -> Vec<u8> {
    let text = "BT /F1 18 Tf 60 760 Td (Xinxiu demo: a sample page, not a real document) Tj ET";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut page = "%PDF-1.4\n".to_owned();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (index, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", page.len()));
        page.push_str(&format!("{} 0 obj\n{object}\nendobj\n", index + 1));
    }
    let begin = page.len();
    let size = objects.len() + 1;
    page.push_str(&format!("{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{begin}\n%%EOF\n"));
    page.into_bytes()
}
