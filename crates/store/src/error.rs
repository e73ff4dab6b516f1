//! What can go wrong below the workflow.

use thiserror::Error;
use xinxiu_domain::trouble::trouble;

/// A failure of the database, the files or the keys.
#[derive(Debug, Error)]
pub enum StoreError {
    /// SQLite's own error.
    #[error("SQLite：{0}")]
    Sqlite(#[from] rusqlite::Error),
    /// PostgreSQL's own error.
    #[error("PostgreSQL：{}", postgres_message(.0))]
    Postgres(#[from] postgres::Error),
    /// No connection came free in time.
    #[error("数据库连接：{0}")]
    Pool(#[from] r2d2::Error),
    /// The address names neither engine.
    #[error("数据库地址「{0}」无法识别，应以 sqlite: 或 postgres:// 开头")]
    Address(String),
    /// A row that was asked for by its id does not exist.
    #[error("没有找到{0}（编号{1}）")]
    NotFound(&'static str, String),
    /// Somebody else changed the row since it was read.
    #[error("{0}在您打开页面之后已有改动，您这次的操作没有保存")]
    Conflict(&'static str),
    /// A unique key is taken.
    #[error("已有相同的记录：{0}")]
    Duplicate(String),
    /// A column held what its type does not allow.
    #[error("数据列 {column} 的内容无法读取：{problem}")]
    Column {
        /// Name of the column.
        column: String,
        /// What is wrong.
        problem: String,
    },
    /// A sealed field could not be opened with this installation's key.
    #[error("加密字段无法解密：{0}。请确认使用的是本系统原来的密钥文件")]
    Sealed(&'static str),
    /// A file could not be read or written.
    #[error("文件 {path} 无法读取或写入：{reason}", path = .0, reason = trouble(.1))]
    File(String, std::io::Error),
    /// The audit chain is broken.
    #[error("操作记录第{0}条的校验值不符，记录可能被改动")]
    Audit(i64),
    /// A migration on disk differs from the one that was applied.
    #[error("数据库结构版本不符：{0}")]
    Migration(String),
}

impl StoreError {
    /// Names a unique-key violation as what it is; every other error stays.
    pub(crate) fn named(self) -> Self {
        match &self {
            Self::Sqlite(rusqlite::Error::SqliteFailure(code, message))
                if code.extended_code == rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE
                    || code.extended_code == rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY =>
            {
                Self::Duplicate(message.clone().unwrap_or_default())
            }
            Self::Postgres(error) if error.code() == Some(&postgres::error::SqlState::UNIQUE_VIOLATION) => {
                Self::Duplicate(postgres_message(error))
            }
            _ => self,
        }
    }
}

fn postgres_message(error: &postgres::Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), |db| db.message().to_owned())
}
