//! What can go wrong with rules (规则数据), said in Chinese with the file and the remedy.

use jiff::civil::Date;
use thiserror::Error;

/// Why rules cannot be used, or why a record cannot be assessed with them.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PolicyError {
    /// A rule file cannot be opened.
    #[error("无法读取规则文件 {file}：{reason}")]
    Unreadable {
        /// Path below the rules folder.
        file: String,
        /// What the system said.
        reason: String,
    },
    /// A rule file is not what its folder expects.
    #[error("规则文件 {file} 格式有误：{reason}")]
    Malformed {
        /// Path below the rules folder.
        file: String,
        /// What is wrong and, where known, on which line.
        reason: String,
    },
    /// The files can be read, but contradict each other.
    #[error("规则数据有 {count} 处问题：{first}")]
    Findings {
        /// Number of findings.
        count: usize,
        /// The first finding.
        first: String,
    },
    /// No edition has this id.
    #[error("没有规则版本「{id}」，可用的有：{known}")]
    UnknownEdition {
        /// The id that was asked for.
        id: String,
        /// Ids that can be chosen.
        known: String,
    },
    /// The edition is recorded as background and cannot decide a case.
    #[error("版本「{0}」只作背景记录，没有可用于判定的数值，请选择其他版本")]
    NotOperative(String),
    /// No filing edition is in force on the day.
    #[error("{0} 没有生效的修复规则版本，请用 --edition 指定版本")]
    NoEdition(Date),
    /// A period leads past the end of the calendar.
    #[error("从 {day} 起加 {period} 超出日历范围")]
    DateOverflow {
        /// Start of the period.
        day: Date,
        /// The period as ISO 8601 writes it.
        period: String,
    },
}

impl PolicyError {
    pub(crate) fn malformed(file: &str, reason: &impl ToString) -> Self {
        Self::Malformed { file: file.to_owned(), reason: reason.to_string() }
    }
}
