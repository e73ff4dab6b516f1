//! What a failed command says: our own words, and Chinese ones for what the system and the libraries say.

use std::error::Error;
use std::io;

use xinxiu_domain::trouble::trouble;
use zip::result::ZipError;

/// An error with its causes on one line.
pub fn said(error: &anyhow::Error) -> String {
    error.chain().map(word).collect::<Vec<_>>().join("：")
}

/// Whether whoever reads what is written has gone.
pub fn is_enough(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn word(cause: &(dyn Error + 'static)) -> String {
    if let Some(error) = cause.downcast_ref::<io::Error>() {
        return trouble(error);
    }
    match cause.downcast_ref::<ZipError>() {
        Some(ZipError::Io(error)) => trouble(error),
        Some(_) => "不是压缩文件，或压缩结构已损坏".to_owned(),
        None => cause.to_string(),
    }
}
