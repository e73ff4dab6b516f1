//! The faces inside the binary, and which characters they can print.

use std::sync::OnceLock;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

const FACES: [&[u8]; 4] = [
    include_bytes!("../fonts/song-regular.otf"),
    include_bytes!("../fonts/song-bold.otf"),
    include_bytes!("../fonts/hei-bold.otf"),
    include_bytes!("../fonts/song-rare.otf"),
];

/// The embedded faces and the book by which the typesetter finds them.
pub(crate) struct Fonts {
    pub(crate) book: LazyHash<FontBook>,
    pub(crate) faces: Vec<Font>,
}

/// The faces, read once.
pub(crate) fn fonts() -> &'static Fonts {
    static FONTS: OnceLock<Fonts> = OnceLock::new();
    FONTS.get_or_init(|| {
        let faces: Vec<Font> = FACES.iter().filter_map(|face| Font::new(Bytes::new(*face), 0)).collect();
        Fonts { book: LazyHash::new(FontBook::from_fonts(&faces)), faces }
    })
}

/// Whether some embedded face has the character.
pub(crate) fn covers(character: char) -> bool {
    fonts().faces.iter().any(|face| face.info().coverage.contains(u32::from(character)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_face_is_readable() {
        assert_eq!(fonts().faces.len(), FACES.len());
    }

    #[test]
    fn forms_and_names_have_their_glyphs() {
        for character in "□■√→①⑳〔〕﹝﹞（）【】、。“”—…〓喆镕堃頔㛃𬭎𫟹".chars()
        {
            assert!(covers(character), "{character} has no glyph");
        }
    }

    #[test]
    fn the_main_song_faces_agree() {
        let coverage = |index: usize| fonts().faces[index].info().coverage.iter().collect::<Vec<_>>();
        assert_eq!(coverage(0), coverage(1));
    }
}
