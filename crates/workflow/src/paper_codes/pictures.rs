//! The pictures of a file that was handed in: the photograph itself, or the photographs that a scanner or a phone put into a PDF.

use memchr::memmem;

/// Pictures of one PDF that are looked at.
const MOST: usize = 12;
/// Smaller than this, no page is.
const LEAST: usize = 2000;

/// The pictures of a file, each as JPEG or PNG. Of a PDF those kept as JPEG, which is how pages are scanned: drawing its pages
/// would need a reader of PDFs, with all that one can be attacked by.
pub(super) fn pictures(file: &[u8]) -> Vec<&[u8]> {
    if file.starts_with(b"%PDF-") { of_pdf(file) } else { vec![file] }
}

fn of_pdf(file: &[u8]) -> Vec<&[u8]> {
    let mut found = Vec::new();
    let mut rest = file;
    while found.len() < MOST {
        let Some(start) = memmem::find(rest, b"stream") else { break };
        rest = &rest[start + b"stream".len()..];
        let content = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
        if !content.starts_with(&[0xff, 0xd8, 0xff]) {
            continue;
        }
        let end = memmem::find(content, b"endstream").unwrap_or(content.len());
        let (picture, after) = content.split_at(end);
        if picture.len() >= LEAST {
            found.push(picture);
        }
        rest = after.strip_prefix(b"endstream").unwrap_or(after);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pdf_gives_its_photographs_and_a_photograph_itself() {
        let mut page = vec![0xff, 0xd8, 0xff, 0xe0];
        page.resize(LEAST, 7);
        let mut pdf =
            b"%PDF-1.4\n1 0 obj\n<< /Length 9 >>\nstream\nq 1 0 0 Q\nendstream\nendobj\n2 0 obj\nstream\r\n"
                .to_vec();
        pdf.extend(&page);
        pdf.extend(b"\nendstream\nendobj\n3 0 obj\nstream\n\xff\xd8\xff small\nendstream\n");
        let found = pictures(&pdf);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with(&page));
        assert_eq!(pictures(&page), [page.as_slice()]);
        assert!(pictures(b"%PDF-1.7 stream").is_empty());
    }

    #[test]
    fn a_pdf_of_a_thousand_pictures_is_looked_at_in_part() {
        let mut pdf = b"%PDF-1.4\n".to_vec();
        for _ in 0..100 {
            pdf.extend(b"stream\n\xff\xd8\xff");
            pdf.resize(pdf.len() + LEAST, 1);
            pdf.extend(b"endstream\n");
        }
        assert_eq!(pictures(&pdf).len(), MOST);
    }
}
