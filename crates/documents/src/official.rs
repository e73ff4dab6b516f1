//! Official letters (公文): written once as blocks, set as PDF and as DOCX from the same blocks.

use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;

use crate::{Document, DocumentError, qr_svg};

/// A letter in the order in which it is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Paper {
    /// 发文机关标志, in red above the rule.
    pub header: String,
    /// 发文字号; empty where the paper has none.
    pub reference: String,
    /// 标题.
    pub title: String,
    /// 主送机关; empty where the paper has none.
    pub addressees: String,
    /// 正文.
    pub blocks: Vec<Block>,
    /// 发文机关署名.
    pub issuer: String,
    /// 成文日期, in Chinese.
    pub dated: String,
    /// 抄送; empty where nobody gets a copy.
    pub copies_to: String,
}

/// One block of the body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    /// 一级标题: 一、…
    Heading {
        /// Text with its number.
        text: String,
    },
    /// A paragraph, indented by two characters.
    Body {
        /// Text.
        text: String,
    },
    /// A table; the first column is text, the others are figures.
    Table {
        /// Column heads.
        head: Vec<String>,
        /// Rows, each as long as the head.
        rows: Vec<Vec<String>>,
    },
    /// A QR code in the middle of the line, with words below.
    Code {
        /// What it leads to.
        link: String,
        /// The words.
        text: String,
    },
}

impl Block {
    /// A heading.
    pub fn heading(text: impl Into<String>) -> Self {
        Self::Heading { text: text.into() }
    }

    /// A paragraph.
    pub fn body(text: impl Into<String>) -> Self {
        Self::Body { text: text.into() }
    }
}

/// A document in the form of an official letter.
pub trait OfficialPaper: Document {
    /// The letter.
    fn paper(&self) -> Paper;
}

/// The letter as template data, for [`Document::data`].
pub(crate) fn paper_data(paper: &Paper) -> Result<Value, DocumentError> {
    let mut value = serde_json::to_value(paper)?;
    for (place, block) in paper.blocks.iter().enumerate() {
        if let Block::Code { link, .. } = block {
            value["blocks"][place]["qr"] = qr_svg(link)?.into();
        }
    }
    Ok(value)
}

/// 2022年6月14日.
pub(crate) fn chinese_date(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// Numbers the items of a list: 1. …
pub(crate) fn numbered<'a>(items: impl IntoIterator<Item = &'a String>) -> impl Iterator<Item = Block> {
    items.into_iter().enumerate().map(|(index, text)| Block::body(format!("{}. {text}", index + 1)))
}
