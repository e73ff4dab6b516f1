//! Why a file is not read at all. Nothing of a refused file is taken.

use serde::Serialize;
use thiserror::Error;
use xinxiu_domain::trouble::trouble;

use crate::field::Field;

/// A column of a sheet whose header is not understood, for a person to map
/// ([`Options::mapping`](crate::Options)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnknownColumn {
    /// The header as the file has it; the key of the mapping.
    pub header: String,
    /// What the column may mean.
    pub suggestion: Option<Field>,
    /// The first values below the header.
    pub samples: Vec<String>,
}

fn shown(columns: &[UnknownColumn]) -> String {
    let headers = columns.iter().map(|column| column.header.chars().take(30).collect::<String>());
    headers.collect::<Vec<_>>().join("、")
}

/// A file that is refused as a whole; the message names the file, the reason and what to do.
#[derive(Debug, Error)]
pub enum Refusal {
    /// The file cannot be opened or read.
    #[error("无法读取文件「{file}」：{}。请检查文件是否存在、是否被其他程序占用以及读取权限", trouble(.source))]
    Unreadable {
        /// Name of the file.
        file: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The file has no bytes.
    #[error("文件「{file}」是空的。请重新导出或重新下载")]
    Empty {
        /// Name of the file.
        file: String,
    },
    /// The file is protected by a password.
    #[error("文件「{file}」已加密。请用表格软件打开，取消打开密码后另存，再次导入")]
    Encrypted {
        /// Name of the file.
        file: String,
    },
    /// The file ends too early or its parts are damaged.
    #[error("文件「{file}」不完整或已损坏（{detail}）。请从来源重新下载或重新导出")]
    CutShort {
        /// Name of the file.
        file: String,
        /// Which part is damaged.
        detail: String,
    },
    /// The content is no spreadsheet, whatever the file is called.
    #[error("文件「{file}」不是电子表格（{detail}）。请提供 .xlsx、.xls、.ods、.csv 或 .tsv 格式的名单")]
    NotASpreadsheet {
        /// Name of the file.
        file: String,
        /// What the content is instead.
        detail: String,
    },
    /// The file is beyond a bound of [`Limits`](crate::Limits).
    #[error("文件「{file}」超出读取上限（{detail}）。请拆分后分别导入，或请管理员调整上限")]
    TooLarge {
        /// Name of the file.
        file: String,
        /// Which bound, with its value.
        detail: String,
    },
    /// A zipped spreadsheet that unpacks to a suspicious size.
    #[error("文件「{file}」的压缩比异常（{detail}），可能是恶意文件，已拒绝读取。请确认来源后重新导出")]
    ZipBomb {
        /// Name of the file.
        file: String,
        /// Which part, with its sizes.
        detail: String,
    },
    /// A part of the spreadsheet declares XML entities, which no office program writes.
    #[error(
        "文件「{file}」的内部文件含有实体声明（{part}），可能是恶意文件，已拒绝读取。请确认来源后重新导出"
    )]
    UnsafeXml {
        /// Name of the file.
        file: String,
        /// The part with the declaration.
        part: String,
    },
    /// No row names the columns that a list needs.
    #[error(
        "文件「{file}」中没有找到能识别的表头。见到的列：{}。至少需要企业名称，以及决定书文号、统一社会信用代码、处罚决定日期等列之一（常用表头：{}）",
        shown(columns),
        .expected.join("、")
    )]
    UnknownHeader {
        /// Name of the file.
        file: String,
        /// The columns of the row that is most like a header.
        columns: Vec<UnknownColumn>,
        /// Labels that would have been understood.
        expected: Vec<&'static str>,
    },
}

impl Refusal {
    /// Stable code of the reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "unreadable",
            Self::Empty { .. } => "empty",
            Self::Encrypted { .. } => "encrypted",
            Self::CutShort { .. } => "cut_short",
            Self::NotASpreadsheet { .. } => "not_a_spreadsheet",
            Self::TooLarge { .. } => "too_large",
            Self::ZipBomb { .. } => "zip_bomb",
            Self::UnsafeXml { .. } => "unsafe_xml",
            Self::UnknownHeader { .. } => "unknown_header",
        }
    }

    /// Name of the refused file.
    pub fn file(&self) -> &str {
        match self {
            Self::Unreadable { file, .. }
            | Self::Empty { file }
            | Self::Encrypted { file }
            | Self::CutShort { file, .. }
            | Self::NotASpreadsheet { file, .. }
            | Self::TooLarge { file, .. }
            | Self::ZipBomb { file, .. }
            | Self::UnsafeXml { file, .. }
            | Self::UnknownHeader { file, .. } => file,
        }
    }

    pub(crate) fn cut_short(file: &str, detail: impl Into<String>) -> Self {
        Self::CutShort { file: file.to_owned(), detail: detail.into() }
    }

    /// A file that a reader gave up on: `part` is said, what the reader says goes to the log.
    pub(crate) fn damaged(file: &str, part: impl Into<String>, error: &dyn std::error::Error) -> Self {
        tracing::warn!(file, %error, "a list is damaged");
        Self::cut_short(file, part)
    }

    pub(crate) fn not_a_spreadsheet(file: &str, detail: impl Into<String>) -> Self {
        Self::NotASpreadsheet { file: file.to_owned(), detail: detail.into() }
    }

    pub(crate) fn too_large(file: &str, detail: impl Into<String>) -> Self {
        Self::TooLarge { file: file.to_owned(), detail: detail.into() }
    }

    pub(crate) fn too_wide(file: &str, columns: usize) -> Self {
        Self::too_large(file, format!("列数上限 {columns}"))
    }

    pub(crate) fn unreadable(file: &str, source: std::io::Error) -> Self {
        Self::Unreadable { file: file.to_owned(), source }
    }
}
