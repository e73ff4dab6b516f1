//! A page that stands for every scan in the demo; it says itself that it is none.

/// A PDF of one page.
pub fn pdf() -> Vec<u8> {
    let text = "BT /F1 18 Tf 60 760 Td (Xinxiu demo: a sample page, not a real document) Tj ET";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut page = "%PDF-1.4\n".to_owned();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (index, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", page.len()));
        page.push_str(&format!("{} 0 obj\n{object}\nendobj\n", index + 1));
    }
    let begin = page.len();
    let size = objects.len() + 1;
    page.push_str(&format!("{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{begin}\n%%EOF\n"));
    page.into_bytes()
}
