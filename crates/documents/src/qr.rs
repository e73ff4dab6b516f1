//! QR codes: SVG for what is set here, PNG for word processors.

use png::{BitDepth, ColorType, Encoder};
use qrcode::render::svg;
use qrcode::{Color, EcLevel, QrCode, Version};

use crate::DocumentError;

/// A QR code as an SVG picture with its quiet zone, dark on white.
///
/// # Errors
/// [`DocumentError::Qr`] where the text is too long.
pub fn qr_svg(text: &str) -> Result<String, DocumentError> {
    let code = QrCode::new(text)?;
    Ok(code.render::<svg::Color<'_>>().min_dimensions(160, 160).build())
}

/// The code in the corner of a paper: as few and therefore as large modules as its text allows, and within that the strongest
/// correction, since it comes back photographed, stamped over or folded.
///
/// # Errors
/// [`DocumentError::Qr`] where the text is too long.
pub(crate) fn paper_svg(text: &str) -> Result<String, DocumentError> {
    Ok(paper_code(text)?.render::<svg::Color<'_>>().quiet_zone(false).min_dimensions(160, 160).build())
}

fn paper_code(text: &str) -> Result<QrCode, DocumentError> {
    let smallest = [EcLevel::Q, EcLevel::M];
    let found = smallest.iter().find_map(|level| QrCode::with_version(text, Version::Normal(1), *level).ok());
    Ok(match found {
        Some(found) => found,
        None => QrCode::with_error_correction_level(text, EcLevel::Q)?,
    })
}

/// Pixels of one module.
const SCALE: usize = 8;
/// Light modules around the code, as the standard asks (ISO/IEC 18004).
const QUIET: usize = 4;

/// A QR code as a PNG picture with its quiet zone, and how many pixels wide it is.
///
/// # Errors
/// [`DocumentError::Qr`] where the text is too long.
pub(crate) fn qr_png(text: &str) -> Result<(Vec<u8>, u32), DocumentError> {
    png_of(&QrCode::new(text)?)
}

/// The code of a paper by itself, as a PNG picture: what a photograph of its corner shows.
///
/// # Errors
/// [`DocumentError::Qr`] where the text is too long.
pub fn paper_png(text: &str) -> Result<Vec<u8>, DocumentError> {
    Ok(png_of(&paper_code(text)?)?.0)
}

fn png_of(code: &QrCode) -> Result<(Vec<u8>, u32), DocumentError> {
    let (modules, dark) = (code.width(), code.to_colors());
    let side = (modules + 2 * QUIET) * SCALE;
    let pixel = |at: usize| -> u8 {
        let module = |place: usize| (place / SCALE).checked_sub(QUIET).filter(|place| *place < modules);
        let found = module(at % side).zip(module(at / side)).map(|(x, y)| dark[y * modules + x]);
        if found == Some(Color::Dark) { 0 } else { u8::MAX }
    };
    let pixels: Vec<u8> = (0..side * side).map(pixel).collect();
    let width = u32::try_from(side).unwrap_or(u32::MAX);
    let mut picture = Vec::new();
    let mut encoder = Encoder::new(&mut picture, width, width);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::Eight);
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&pixels));
    written.map_err(|error| DocumentError::Docx(error.to_string()))?;
    Ok((picture, width))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_becomes_a_picture_and_a_novel_does_not() {
        assert!(qr_svg("https://example.invalid/s/A1").unwrap().contains("<svg"));
        assert!(matches!(qr_svg(&"长".repeat(4000)), Err(DocumentError::Qr(_))));
    }

    #[test]
    fn the_code_of_a_paper_has_large_modules() {
        for (text, modules, level) in [
            ("XX1C7K2Q0A1B1234", 21, EcLevel::Q),
            ("XX1C7K2Q0A1B12345678", 21, EcLevel::M),
            ("XX1C7K2Q0A1B1234567890123456789", 25, EcLevel::Q),
        ] {
            let code = paper_code(text).unwrap();
            assert_eq!((code.width(), code.error_correction_level()), (modules, level), "{text}");
        }
    }

    #[test]
    fn a_picture_has_the_modules_of_its_code_and_a_quiet_zone() {
        let (picture, width) = qr_png("https://example.invalid/s/A1").unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(picture)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        let side = usize::try_from(width).unwrap();
        assert_eq!(pixels.len(), side * side);
        let code = QrCode::new("https://example.invalid/s/A1").unwrap();
        for (place, color) in code.to_colors().into_iter().enumerate() {
            let (x, y) = (place % code.width() + QUIET, place / code.width() + QUIET);
            let seen = pixels[(y * SCALE + 3) * side + x * SCALE + 3];
            assert_eq!(seen == 0, color == Color::Dark, "{x} {y}");
        }
        assert!(pixels[..side * QUIET * SCALE].iter().all(|pixel| *pixel == u8::MAX));
    }
}
