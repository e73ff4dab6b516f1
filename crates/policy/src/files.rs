//! Where rule files come from: the ones built into the program, or a folder that a city keeps.

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use rust_embed::RustEmbed;
use serde::de::DeserializeOwned;

use crate::PolicyError;

#[derive(RustEmbed)]
#[folder = "../../rules"]
struct Embedded;

/// Every rule file, by its path below the rules folder, in the order of the paths.
pub(crate) struct RuleFiles(Vec<(String, Cow<'static, [u8]>)>);

impl RuleFiles {
    pub(crate) fn embedded() -> Self {
        let mut files: Vec<_> = Embedded::iter()
            .filter(|path| path.ends_with(".yaml"))
            .filter_map(|path| Embedded::get(&path).map(|file| (path.into_owned(), file.data)))
            .collect();
        files.sort_by(|a, b| a.0.cmp(&b.0));
        Self(files)
    }

    pub(crate) fn in_folder(folder: &Path) -> Result<Self, PolicyError> {
        let mut files = Vec::new();
        collect(folder, "", &mut files)?;
        files.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(Self(files))
    }

    /// The same files with one passage of one file replaced, for tests of the lint.
    #[cfg(test)]
    pub(crate) fn with(mut self, path: &str, from: &str, to: &str) -> Self {
        let (_, bytes) = self.0.iter_mut().find(|(name, _)| name == path).unwrap();
        let text = std::str::from_utf8(bytes).unwrap();
        assert!(text.contains(from), "{path} {from}");
        *bytes = Cow::Owned(text.replace(from, to).into_bytes());
        self
    }

    /// The one file at `path`, read as `T`.
    pub(crate) fn one<T: DeserializeOwned>(&self, path: &str) -> Result<T, PolicyError> {
        let (name, bytes) = self.0.iter().find(|(name, _)| name == path).ok_or_else(|| {
            PolicyError::Unreadable { file: path.to_owned(), reason: "文件不存在".to_owned() }
        })?;
        parse(name, bytes)
    }

    /// Every file below `folder`, each read as `T`, with its path.
    pub(crate) fn below<T: DeserializeOwned>(&self, folder: &str) -> Result<Vec<(String, T)>, PolicyError> {
        self.0
            .iter()
            .filter(|(name, _)| name.starts_with(folder))
            .map(|(name, bytes)| Ok((name.clone(), parse(name, bytes)?)))
            .collect()
    }
}

fn parse<T: DeserializeOwned>(file: &str, bytes: &[u8]) -> Result<T, PolicyError> {
    let text = std::str::from_utf8(bytes).map_err(|_| PolicyError::malformed(file, &"不是 UTF-8 文本"))?;
    serde_saphyr::from_str(text).map_err(|error| PolicyError::malformed(file, &error))
}

fn collect(
    folder: &Path,
    below: &str,
    files: &mut Vec<(String, Cow<'static, [u8]>)>,
) -> Result<(), PolicyError> {
    let unreadable = |error: std::io::Error, path: &Path| PolicyError::Unreadable {
        file: path.display().to_string(),
        reason: error.to_string(),
    };
    for entry in fs::read_dir(folder).map_err(|error| unreadable(error, folder))? {
        let path = entry.map_err(|error| unreadable(error, folder))?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let name = format!("{below}{name}");
        if path.is_dir() {
            collect(&path, &format!("{name}/"), files)?;
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            let bytes = fs::read(&path).map_err(|error| unreadable(error, &path))?;
            files.push((name, Cow::Owned(bytes)));
        }
    }
    Ok(())
}
