//! What the typesetter sees: our templates, our fonts, one file of data, and nothing of the machine.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use rust_embed::RustEmbed;
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

use crate::fonts::fonts;

/// Where templates read their data.
const DATA: &str = "data.json";

#[derive(RustEmbed)]
#[folder = "templates/"]
struct Templates;

/// One rendering: a template and its data.
pub(crate) struct PaperWorld {
    main: FileId,
    data_id: FileId,
    data: Bytes,
}

impl PaperWorld {
    /// A world for one template; `None` where there is no such template.
    pub(crate) fn new(template: &str, data: Vec<u8>) -> Option<Self> {
        let main = file_id(&format!("{template}.typ"))?;
        sources().contains_key(&main).then_some(())?;
        Some(Self { main, data_id: file_id(DATA)?, data: Bytes::new(data) })
    }
}

fn file_id(name: &str) -> Option<FileId> {
    let path = VirtualPath::new(format!("/{name}")).ok()?;
    Some(RootedPath::new(VirtualRoot::Project, path).intern())
}

/// The templates, parsed once.
fn sources() -> &'static HashMap<FileId, Source> {
    static SOURCES: OnceLock<HashMap<FileId, Source>> = OnceLock::new();
    SOURCES.get_or_init(|| {
        Templates::iter()
            .filter_map(|name| {
                let text = String::from_utf8(Templates::get(&name)?.data.into_owned()).ok()?;
                let id = file_id(&name)?;
                Some((id, Source::new(id, text)))
            })
            .collect()
    })
}

fn library() -> &'static LazyHash<Library> {
    static LIBRARY: OnceLock<LazyHash<Library>> = OnceLock::new();
    LIBRARY.get_or_init(|| LazyHash::new(<Library as LibraryExt>::default()))
}

impl World for PaperWorld {
    fn library(&self) -> &LazyHash<Library> {
        library()
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &fonts().book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        sources().get(&id).cloned().ok_or_else(|| not_found(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.data_id { Ok(self.data.clone()) } else { Err(not_found(id)) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        fonts().faces.get(index).cloned()
    }

    // A template that asked for the clock would print differently tomorrow.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn not_found(id: FileId) -> FileError {
    FileError::NotFound(PathBuf::from(id.get().vpath().get_without_slash()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fonts::covers;

    #[test]
    fn every_character_of_every_template_has_a_glyph() {
        for source in sources().values() {
            let (name, text) = (source.id().get().vpath().get_without_slash(), source.text());
            let bare: String = text.chars().filter(|c| !c.is_whitespace() && !covers(*c)).collect();
            assert_eq!(bare, "", "{name} has characters that no face can print");
        }
    }
}
