//! Looks at a picture for QR codes, with the library `quircs`. It parts dark from light once for the whole picture, so the light
//! on the page is made even first; and it panics on some pictures, which then have no code.

use std::panic;

use image::{GrayImage, Luma, imageops};
use quircs::Quirc;

/// Share of the longer side over which light is made even.
const SPREAD: f32 = 1.0 / 90.0;

/// The texts of the codes on a picture; none where the library gives up.
pub(super) fn texts(picture: &GrayImage) -> Vec<String> {
    panic::catch_unwind(|| of_library(picture)).unwrap_or_default()
}

fn of_library(picture: &GrayImage) -> Vec<String> {
    let mut reader = Quirc::new();
    let (width, height) = picture.dimensions();
    let codes = reader.identify(width as usize, height as usize, picture.as_raw());
    codes
        .filter_map(|code| code.ok()?.decode().ok())
        .filter_map(|data| String::from_utf8(data.payload).ok())
        .collect()
}

/// The picture with the same light everywhere, so that neither a shadow nor the table beside the page hides what is printed.
pub(super) fn evened(picture: &GrayImage) -> GrayImage {
    let longest = picture.width().max(picture.height());
    #[expect(clippy::cast_precision_loss, reason = "some thousand pixels")]
    let around = imageops::fast_blur(picture, longest as f32 * SPREAD);
    let mut evened = picture.clone();
    for (Luma([pixel]), Luma([mean])) in evened.pixels_mut().zip(around.pixels()) {
        let share = u32::from(*pixel) * 160 / u32::from(*mean).max(1);
        *pixel = u8::try_from(share).unwrap_or(u8::MAX);
    }
    evened
}

/// The picture with even light and its grain smoothed away.
pub(super) fn softened(picture: &GrayImage) -> GrayImage {
    evened(&imageops::fast_blur(picture, 1.2))
}
