//! Photographs of papers as a phone takes them (N12): turned upright, made small enough to send on, and put together into one
//! document. The photographs themselves are kept beside it by whoever calls; nothing here writes over them.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageReader, Limits};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref};

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
    let mut next = Ref::new(1);
    let (catalogue, tree) = (next.bump(), next.bump());
    let mut pdf = Pdf::new();
    pdf.catalog(catalogue).pages(tree);
    let kids: Vec<Ref> = pages.iter().map(|page| add(&mut pdf, &mut next, tree, page)).collect();
    pdf.pages(tree).count(whole(kids.len())).kids(kids);
    pdf.finish()
}

const PICTURE: Name<'_> = Name(b"P");

/// Adds one page with its picture, whose JPEG is taken as it is.
fn add(pdf: &mut Pdf, next: &mut Ref, tree: Ref, page: &Page) -> Ref {
    let (id, drawing, picture) = (next.bump(), next.bump(), next.bump());
    let (sheet, drawn) = sheet(page);
    let mut leaf = pdf.page(id);
    leaf.parent(tree).media_box(sheet).contents(drawing);
    leaf.resources().x_objects().pair(PICTURE, picture);
    leaf.finish();
    pdf.stream(drawing, &drawn.finish());
    let mut image = pdf.image_xobject(picture, &page.jpeg);
    image.filter(Filter::DctDecode);
    image.width(whole(page.width)).height(whole(page.height)).bits_per_component(8);
    image.color_space().device_rgb();
    image.finish();
    id
}

/// The sheet of a page in points, and the drawing of its picture in the middle of it.
fn sheet(page: &Page) -> (Rect, Content) {
    let (across, high) = if page.width > page.height { (842.0, 595.0) } else { (595.0, 842.0) };
    let (width, height) = (length(page.width), length(page.height));
    let scale = (across / width).min(high / height);
    let (width, height) = (width * scale, height * scale);
    let mut drawn = Content::new();
    drawn
        .save_state()
        .transform([width, 0.0, 0.0, height, (across - width) / 2.0, (high - height) / 2.0])
        .x_object(PICTURE)
        .restore_state();
    (Rect::new(0.0, 0.0, across, high), drawn)
}

/// Pixels of a side, which [`LONGEST`] bounds.
fn length(pixels: u32) -> f32 {
    f32::from(u16::try_from(pixels).unwrap_or(u16::MAX))
}

/// A number of pages or pixels as the format writes it; both are bounded far below its end.
fn whole(number: impl TryInto<i32>) -> i32 {
    number.try_into().unwrap_or(i32::MAX)
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
