//! QR codes as SVG.

use qrcode::QrCode;
use qrcode::render::svg;

use crate::DocumentError;

/// A QR code as an SVG picture with its quiet zone, dark on white.
///
/// # Errors
/// [`DocumentError::Qr`] where the text is too long.
pub fn qr_svg(text: &str) -> Result<String, DocumentError> {
    let code = QrCode::new(text)?;
    Ok(code.render::<svg::Color<'_>>().min_dimensions(160, 160).build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_becomes_a_picture_and_a_novel_does_not() {
        assert!(qr_svg("https://example.invalid/s/A1").unwrap().contains("<svg"));
        assert!(matches!(qr_svg(&"长".repeat(4000)), Err(DocumentError::Qr(_))));
    }
}
