//! Photographs of papers as a phone takes them (N12): turned upright, made small enough to send on, and put together into one
//! document. The photographs themselves are kept beside it by whoever calls; nothing here writes over them.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageReader, Limits};

use crate::refusal::Refusal;

/// Longest side of a page after it was made smaller: A4 at about 200 dots per inch, on which seals and small print are read.
const LONGEST: u32 = 2400;
/// Quality of the JPEG that is kept; below it, thin strokes of characters begin to break.
const QUALITY: u8 = 80;
/// Sides and memory beyond which a picture is no photograph but an attack.
const SIDE: u32 = 20_000;
const MEMORY: u64 = 512 * 1024 * 1024;
/// Pages of one document.
pub const PAGES: usize = 30;

/// A page that stands upright.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Content, as JPEG.
    pub jpeg: Vec<u8>,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// Turns a photograph upright, as its own note of the camera's position says, and makes it small enough.
///
/// # Errors
/// [`Refusal::Invalid`] where it cannot be read as a picture.
pub fn upright(photo: &[u8]) -> Result<Page, Refusal> {
    let broken = |error: image::ImageError| {
        tracing::info!(%error, "a picture could not be read");
        Refusal::invalid("file", "照片打不开，可能没有传完整，请重新拍照后上传")
    };
    let mut reader = ImageReader::new(Cursor::new(photo))
        .with_guessed_format()
        .map_err(|error| broken(image::ImageError::IoError(error)))?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE);
    limits.max_image_height = Some(SIDE);
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let orientation = decoder.orientation().map_err(broken)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    picture.apply_orientation(orientation);
    if picture.width().max(picture.height()) > LONGEST {
        picture = picture.resize(LONGEST, LONGEST, FilterType::Triangle);
    }
    let picture = on_white(&picture);
    let (width, height) = picture.dimensions();
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY)
        .encode(picture.as_raw(), width, height, ExtendedColorType::Rgb8)
        .map_err(broken)?;
    Ok(Page { jpeg, width, height })
}

/// Colours over white, as on paper: JPEG knows no transparency.
fn on_white(picture: &DynamicImage) -> image::RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let seen = picture.to_rgba8();
    image::RgbImage::from_fn(seen.width(), seen.height(), |x, y| {
        let [red, green, blue, alpha] = seen.get_pixel(x, y).0;
        let over = |colour: u8| {
            let mixed = u16::from(colour) * u16::from(alpha) + 255 * (255 - u16::from(alpha));
            u8::try_from(mixed / 255).unwrap_or(u8::MAX)
        };
        image::Rgb([over(red), over(green), over(blue)])
    })
}

/// Pages as one PDF, each filling an A4 sheet upright or across.
pub fn pdf(pages: &[Page]) -> Vec<u8> {
    let mut out = Vec::from(&b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"[..]);
    let mut offsets = Vec::new();
    let mut object = |out: &mut Vec<u8>, head: String, stream: Option<&[u8]>| {
        offsets.push(out.len());
        out.extend(format!("{} 0 obj\n{head}\n", offsets.len()).into_bytes());
        if let Some(stream) = stream {
            out.extend(b"stream\n");
            out.extend(stream);
            out.extend(b"\nendstream\n");
        }
        out.extend(b"endobj\n");
    };
    // Objects 1 and 2 are catalogue and pages; each page has three of its own behind them.
    object(&mut out, "<< /Type /Catalog /Pages 2 0 R >>".into(), None);
    let kids: Vec<String> = (0..pages.len()).map(|n| format!("{} 0 R", 3 + 3 * n)).collect();
    object(&mut out, format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), pages.len()), None);
    for (n, page) in pages.iter().enumerate() {
        let (sheet, drawn) = sheet(page);
        let (content, picture) = (4 + 3 * n, 5 + 3 * n);
        let head = format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {} {}] /Contents {content} 0 R \
             /Resources << /XObject << /P {picture} 0 R >> >> >>",
            sheet.0, sheet.1
        );
        object(&mut out, head, None);
        object(&mut out, format!("<< /Length {} >>", drawn.len()), Some(drawn.as_bytes()));
        let head = format!(
            "<< /Type /XObject /Subtype /Image /Width {} /Height {} /ColorSpace /DeviceRGB /BitsPerComponent 8 \
             /Filter /DCTDecode /Length {} >>",
            page.width,
            page.height,
            page.jpeg.len()
        );
        object(&mut out, head, Some(&page.jpeg));
    }
    let start = out.len();
    let mut tail = format!("xref\n0 {}\n0000000000 65535 f \n", offsets.len() + 1);
    for offset in &offsets {
        tail.push_str(&format!("{offset:010} 00000 n \n"));
    }
    tail.push_str(&format!(
        "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n",
        offsets.len() + 1
    ));
    out.extend(tail.into_bytes());
    out
}

/// The sheet of a page in points, and the drawing of its picture in the middle of it.
fn sheet(page: &Page) -> ((u32, u32), String) {
    let sheet = if page.width > page.height { (842, 595) } else { (595, 842) };
    let scale = (f64::from(sheet.0) / f64::from(page.width)).min(f64::from(sheet.1) / f64::from(page.height));
    let (width, height) = (f64::from(page.width) * scale, f64::from(page.height) * scale);
    let (left, below) = ((f64::from(sheet.0) - width) / 2.0, (f64::from(sheet.1) - height) / 2.0);
    (sheet, format!("q {width:.2} 0 0 {height:.2} {left:.2} {below:.2} cm /P Do Q"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A JPEG of the given size, dark on its left half, with the camera's note of its position.
    fn photo(width: u32, height: u32, position: u8) -> Vec<u8> {
        let picture = image::RgbImage::from_fn(width, height, |x, _| {
            if x < width / 2 { image::Rgb([10, 10, 10]) } else { image::Rgb([250, 250, 250]) }
        });
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, 90)
            .encode(picture.as_raw(), width, height, ExtendedColorType::Rgb8)
            .unwrap();
        let mut note = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        note.extend([position, 0, 0, 0, 0, 0, 0]);
        let length = u16::try_from(note.len() + 2).unwrap().to_be_bytes();
        let mut all = jpeg[..2].to_vec();
        all.extend([0xff, 0xe1]);
        all.extend(length);
        all.extend(note);
        all.extend(&jpeg[2..]);
        all
    }

    #[test]
    fn a_photograph_stands_upright_and_is_made_smaller() {
        let page = upright(&photo(80, 40, 6)).unwrap();
        assert_eq!((page.width, page.height), (40, 80));
        // Turned clockwise, what was left is above.
        let seen = image::load_from_memory(&page.jpeg).unwrap().to_luma8();
        assert!(seen.get_pixel(20, 5).0[0] < 60 && seen.get_pixel(20, 75).0[0] > 200);
        let page = upright(&photo(3000, 1000, 1)).unwrap();
        assert_eq!((page.width, page.height), (2400, 800));
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        assert!(matches!(upright(b"\xff\xd8\xff nothing"), Err(Refusal::Invalid(_))));
        assert!(upright(&photo(80, 40, 1)[..200]).is_err());
    }

    #[test]
    fn what_is_transparent_is_white() {
        let clear = image::RgbaImage::from_pixel(8, 8, image::Rgba([0, 0, 0, 0]));
        let mut png = Cursor::new(Vec::new());
        DynamicImage::ImageRgba8(clear).write_to(&mut png, image::ImageFormat::Png).unwrap();
        let page = upright(&png.into_inner()).unwrap();
        assert!(image::load_from_memory(&page.jpeg).unwrap().to_luma8().get_pixel(4, 4).0[0] > 250);
    }

    #[test]
    fn pages_become_one_document_whose_table_is_right() {
        let pages = [upright(&photo(40, 80, 1)).unwrap(), upright(&photo(80, 40, 1)).unwrap()];
        let bytes = pdf(&pages);
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.contains("/Count 2") && text.contains("[0 0 842 595]"));
        let table = text.split("xref\n0 9\n").nth(1).unwrap();
        for (number, line) in table.lines().skip(1).take(8).enumerate() {
            let offset: usize = line[..10].parse().unwrap();
            assert!(bytes[offset..].starts_with(format!("{} 0 obj", number + 1).as_bytes()));
        }
    }
}
