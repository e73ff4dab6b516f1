//! Names inside a package: safe on every system that may unpack it.

/// Longest name in bytes; file systems stop at 255 and the hand-over adds folders of its own.
const LONGEST: usize = 180;

/// One path component without separators, control characters, reserved signs or dots at its ends.
pub(super) fn safe_component(name: &str) -> String {
    let cleaned: String = name.chars().map(|c| if is_forbidden(c) { '_' } else { c }).collect();
    let trimmed = shorten(cleaned.trim().trim_matches('.').trim());
    if trimmed.is_empty() { "_".to_owned() } else { trimmed }
}

fn is_forbidden(c: char) -> bool {
    // '%' is escaped in BagIt manifests, which not every receiver undoes.
    c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '%' | '\u{202e}')
}

/// Cuts before the ending, so that a long title still opens with the right program.
fn shorten(name: &str) -> String {
    if name.len() <= LONGEST {
        return name.to_owned();
    }
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if ending.len() <= 8 => (stem, format!(".{ending}")),
        _ => (name, String::new()),
    };
    let mut cut = LONGEST - ending.len();
    while !stem.is_char_boundary(cut) {
        cut -= 1;
    }
    format!("{}{ending}", &stem[..cut])
}

/// Whether a path of a received package stays inside the package.
pub(super) fn is_inside(path: &str) -> bool {
    !path.is_empty()
        && !path.contains(['\\', '\0', ':'])
        && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leaves_its_folder() {
        assert_eq!(safe_component("../../etc/passwd"), "_.._etc_passwd");
        assert_eq!(safe_component(".."), "_");
        assert_eq!(safe_component(" 承诺书:1?.pdf "), "承诺书_1_.pdf");
        assert!(is_inside("data/甲/承诺书.pdf"));
        for path in ["../x", "/x", "a//b", "a/../b", "c:\\x", ""] {
            assert!(!is_inside(path), "{path}");
        }
    }

    #[test]
    fn a_long_title_keeps_its_ending() {
        let name = safe_component(&format!("{}.pdf", "长".repeat(200)));
        assert!(name.len() <= LONGEST);
        assert_eq!(name.rsplit_once('.').map(|(_, ending)| ending), Some("pdf"));
    }
}
