//! From a document to a PDF.

use std::borrow::Cow;
use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};
use thiserror::Error;
use typst::diag::{Severity, SourceDiagnostic};
use typst::{World, WorldExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::fonts::covers;
use crate::labels::labels;
use crate::qr;
use crate::world::PaperWorld;

/// How many renderings a cached layout outlives; bounds the memory of a server that prints all day.
const CACHE_AGE: usize = 8;

/// 〓, the printers' mark for a sort that is missing from the case.
const MISSING_SORT: char = '〓';

/// A paper that can be printed.
pub trait Document: Serialize {
    /// Template, by file name without its ending.
    const TEMPLATE: &'static str;

    /// What every paper says of itself.
    fn head(&self) -> Head<'_>;

    /// What the template reads; the serialised paper unless a document adds something computed.
    ///
    /// # Errors
    /// [`DocumentError::Data`] where the paper cannot be serialised.
    fn data(&self) -> Result<Value, DocumentError> {
        Ok(serde_json::to_value(self)?)
    }

    /// What the QR code in the corner of every page says; `None` where the paper carries none.
    fn code(&self) -> Option<&str> {
        None
    }
}

/// What every paper says of itself: the file's metadata and the line at its foot.
#[derive(Debug, Clone)]
pub struct Head<'a> {
    /// Edition of the template, kept with the record of what was printed, for example `annex2-2022`.
    pub edition: &'static str,
    /// Title.
    pub title: Cow<'a, str>,
    /// Who issues the paper.
    pub author: &'a str,
    /// Short number of the paper.
    pub number: &'a str,
    /// Day on which the paper is made; the file carries no other clock.
    pub issued_on: Date,
}

/// Why a paper could not be made.
#[derive(Debug, Error)]
pub enum DocumentError {
    /// The data could not be serialised.
    #[error("文书数据无法写成 JSON：{0}")]
    Data(#[from] serde_json::Error),
    /// There is no template of this name.
    #[error("没有名为「{0}」的文书模板")]
    NoTemplate(&'static str),
    /// The typesetter refused.
    #[error("文书模板「{template}」排版失败：{message}")]
    Typeset {
        /// Name of the template.
        template: &'static str,
        /// The typesetter's messages, each with file and line.
        message: String,
    },
    /// The word-processor file could not be packed.
    #[error("DOCX 文件无法写出：{0}")]
    Docx(String),
    /// A text does not fit into a QR code.
    #[error("二维码内容过长：{0}")]
    Qr(#[from] qrcode::types::QrError),
}

/// Sets a document as PDF/A-2b; equal documents give equal bytes.
///
/// A character that no embedded face has is printed as 〓; [`unprintable`] names them beforehand.
///
/// # Errors
/// [`DocumentError`] names the template and what the typesetter said.
pub fn render_pdf<D: Document>(document: &D) -> Result<Vec<u8>, DocumentError> {
    let template = D::TEMPLATE;
    let mut envelope = envelope(document)?;
    replace_unprintable(&mut envelope);
    let world = PaperWorld::new(template, serde_json::to_vec(&envelope)?)
        .ok_or(DocumentError::NoTemplate(template))?;
    let paged = typst::compile::<PagedDocument>(&world).output;
    let result = paged.and_then(|paged| typst_pdf::pdf(&paged, &options()));
    comemo::evict(CACHE_AGE);
    result.map_err(|errors| DocumentError::Typeset { template, message: explain(&world, &errors) })
}

/// The characters of a document that no embedded face can print, so that a clerk can be told.
///
/// # Errors
/// [`DocumentError::Data`] where the document cannot be serialised.
pub fn unprintable<D: Document>(document: &D) -> Result<BTreeSet<char>, DocumentError> {
    let mut found = BTreeSet::new();
    let mut value = envelope(document)?;
    visit_strings(&mut value, &mut |text| found.extend(text.chars().filter(|c| !is_printable(*c))));
    Ok(found)
}

/// What people read for the edition of a text; the code stays with the record.
pub fn edition_name(code: &str) -> &str {
    match code {
        "annex2-2022" => "附件2（2022）",
        "annex2-listing-1" => "附件2改写（名单承诺，第1版）",
        "annex3-2022" => "附件3（2022）",
        "annex4-2022" => "附件4（2022）",
        "training-certificate-1" => "培训证明（第1版）",
        "training-certificate-2" => "培训证明（第2版）",
        "training-notice-1" => "培训通知（第1版）",
        "penalty-passport-1" => "修复护照（第1版）",
        "matching-1" => "现场对接安排（第1版）",
        "sign-in-1" => "签到表（第1版）",
        "campaign-summary-1" => "行动总结（第1版）",
        "receipt-1" => "初审回执（第1版）",
        "credit-query-1" => "信用查询报告（第1版）",
        other => other,
    }
}

fn envelope<D: Document>(document: &D) -> Result<Value, DocumentError> {
    let head = document.head();
    let date = head.issued_on;
    Ok(json!({
        "edition": edition_name(head.edition),
        "title": head.title,
        "author": head.author,
        "number": head.number,
        "date": { "year": date.year(), "month": date.month(), "day": date.day() },
        "labels": labels(),
        "code": document.code().filter(|code| !code.is_empty()).map(qr::paper_svg).transpose()?,
        "doc": document.data()?,
    }))
}

fn options() -> PdfOptions {
    PdfOptions {
        creator: typst::foundations::Smart::Custom(Some("Xinxiu".to_owned())),
        standards: PdfStandards::new(&[PdfStandard::A_2b]).unwrap_or_default(),
        ..PdfOptions::default()
    }
}

fn is_printable(character: char) -> bool {
    character.is_whitespace() || covers(character)
}

fn replace_unprintable(value: &mut Value) {
    visit_strings(value, &mut |text| {
        if text.chars().any(|c| !is_printable(c)) {
            *text = text.chars().map(|c| if is_printable(c) { c } else { MISSING_SORT }).collect();
        }
    });
}

fn visit_strings(value: &mut Value, visit: &mut impl FnMut(&mut String)) {
    match value {
        Value::String(text) => visit(text),
        Value::Array(items) => items.iter_mut().for_each(|item| visit_strings(item, visit)),
        Value::Object(fields) => fields.values_mut().for_each(|field| visit_strings(field, visit)),
        _ => {}
    }
}

fn explain(world: &PaperWorld, errors: &[SourceDiagnostic]) -> String {
    let errors = errors.iter().filter(|error| error.severity == Severity::Error);
    errors.map(|error| explain_one(world, error)).collect::<Vec<_>>().join("; ")
}

fn explain_one(world: &PaperWorld, error: &SourceDiagnostic) -> String {
    let place = error.span.id().and_then(|id| {
        let line = world.source(id).ok()?.lines().byte_to_line(world.range(error.span)?.start)?;
        Some(format!("{}:{}: ", id.get().vpath().get_without_slash(), line + 1))
    });
    let hints = error.hints.iter().map(|hint| format!(" ({})", hint.v)).collect::<Vec<_>>().concat();
    format!("{}{}{hints}", place.unwrap_or_default(), error.message)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[derive(Serialize)]
    struct Wrong<const KNOWN: bool>;

    impl<const KNOWN: bool> Document for Wrong<KNOWN> {
        const TEMPLATE: &'static str = if KNOWN { "receipt" } else { "nowhere" };

        fn head(&self) -> Head<'_> {
            Head {
                edition: "wrong-1",
                title: "".into(),
                author: "",
                number: "",
                issued_on: date(2022, 6, 14),
            }
        }
    }

    #[test]
    fn a_failure_names_its_template_and_line() {
        let message = render_pdf(&Wrong::<true>).unwrap_err().to_string();
        assert!(message.contains("「receipt」") && message.contains("receipt.typ:"), "{message}");
        assert!(matches!(render_pdf(&Wrong::<false>), Err(DocumentError::NoTemplate("nowhere"))));
    }
}
