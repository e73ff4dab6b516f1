//! Printed papers, drawn as a camera or a scanner would have them, are read; what is no code is none; hostile pictures cost little.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "places on a picture"
)]

use std::process::Command;
use std::time::{Duration, Instant};

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, GrayImage, ImageFormat, Luma, imageops};
use xinxiu_documents::{Commitment, RectificationForm, paper_png};
use xinxiu_domain::paper_code::{PaperCode, PaperKind};

use super::read::{Budget, codes};
use crate::{papers, photos};

const EDITION: &str = "annex2-2022";

fn code() -> PaperCode {
    PaperCode::untagged(PaperKind::Commitment, 417, EDITION).with_tag("9f3a")
}

/// The first page of a paper as a scanner has it at so many dots per inch.
fn scanned(pdf: &[u8], dots: u32) -> GrayImage {
    let folder = tempfile::tempdir().unwrap();
    let (paper, page) = (folder.path().join("paper.pdf"), folder.path().join("page"));
    std::fs::write(&paper, pdf).unwrap();
    let done = Command::new("pdftoppm")
        .args(["-png", "-gray", "-singlefile", "-r", &dots.to_string()])
        .args([&paper, &page])
        .status()
        .expect("pdftoppm (poppler-utils) is needed");
    assert!(done.success());
    image::open(page.with_extension("png")).unwrap().into_luma8()
}

fn commitment(dots: u32) -> GrayImage {
    let paper = Commitment { code: code().text(), ..Commitment::sample() };
    scanned(&papers::pdf(&paper).unwrap(), dots)
}

fn jpeg(picture: &GrayImage, quality: u8) -> Vec<u8> {
    let mut file = Vec::new();
    let (width, height) = picture.dimensions();
    JpegEncoder::new_with_quality(&mut file, quality)
        .encode(picture.as_raw(), width, height, ExtendedColorType::L8)
        .unwrap();
    file
}

fn read(file: &[u8]) -> Vec<PaperCode> {
    codes(file, &mut Budget::start())
}

#[track_caller]
fn assert_read(picture: &GrayImage, quality: u8) {
    assert_eq!(read(&jpeg(picture, quality)), [code()]);
}

/// A page on a dark table, turned by some degrees and seen from the side: its far edge is shorter by a share.
fn tilted(page: &GrayImage, degrees: f32, share: f32) -> GrayImage {
    let (width, height) = (page.width() as f32, page.height() as f32);
    let (sine, cosine) = degrees.to_radians().sin_cos();
    GrayImage::from_fn(page.width() * 7 / 4, page.height() * 5 / 4, |x, y| {
        let (x, y) = (x as f32 - width * 0.875, y as f32 - height * 0.625);
        let (x, y) = (x * cosine + y * sine, y * cosine - x * sine);
        let near = 1.0 - share * (0.5 - y / height);
        let (x, y) = (x / near + width / 2.0, y / near + height / 2.0);
        let inside = x >= 0.0 && y >= 0.0 && x < width && y < height;
        if inside { *page.get_pixel(x as u32, y as u32) } else { Luma([70]) }
    })
}

/// Random grain, and a shadow that takes half of the light from the right edge.
fn spoilt(page: &GrayImage, grain: i32) -> GrayImage {
    let mut seed = 7_u32;
    GrayImage::from_fn(page.width(), page.height(), |x, y| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = i32::try_from(seed >> 16).unwrap() % (2 * grain + 1) - grain;
        let light = 100 - i32::try_from(50 * x / page.width()).unwrap();
        let pixel = i32::from(page.get_pixel(x, y).0[0]) * light / 100 + noise;
        Luma([u8::try_from(pixel.clamp(0, 255)).unwrap()])
    })
}

#[test]
fn a_printed_page_is_read_however_it_lies() {
    let page = commitment(150);
    for picture in
        [&page, &imageops::rotate90(&page), &imageops::rotate180(&page), &imageops::rotate270(&page)]
    {
        assert_read(picture, 85);
    }
    for (degrees, share) in [(4.0, 0.0), (-8.0, 0.1), (20.0, 0.15), (-40.0, 0.0), (40.0, 0.0), (0.0, 0.3)] {
        let found = read(&jpeg(&tilted(&page, degrees, share), 85));
        assert_eq!(found, [code()], "{degrees} degrees, {share}");
    }
}

#[test]
fn a_bad_photograph_is_read() {
    let page = commitment(300);
    // As messengers send it: small, and pressed hard.
    let small = imageops::thumbnail(&page, 848, 1200);
    assert_read(&small, 40);
    assert_read(&spoilt(&small, 18), 60);
    let photograph = tilted(&imageops::thumbnail(&page, 1700, 2405), 6.0, 0.1);
    assert_read(&imageops::blur(&spoilt(&photograph, 30), 1.2), 40);
    // Only the corner, near.
    let corner = imageops::crop_imm(&page, page.width() - 500, 40, 480, 300).to_image();
    assert_read(&imageops::resize(&corner, 1900, 1190, imageops::FilterType::Triangle), 70);
}

#[test]
fn a_form_has_its_code_and_a_blank_page_none() {
    let form = PaperCode::untagged(PaperKind::RectificationForm, 31, "annex3-2022").with_tag("0bad");
    let paper = RectificationForm { code: form.text(), ..RectificationForm::sample_open() };
    let page = scanned(&papers::pdf(&paper).unwrap(), 150);
    assert_eq!(read(&jpeg(&page, 60)), [form]);
    let blank = Commitment { code: String::new(), ..Commitment::sample() };
    assert!(read(&jpeg(&scanned(&papers::pdf(&blank).unwrap(), 150), 85)).is_empty());
}

#[test]
fn a_scan_in_a_pdf_is_read_and_a_drawn_pdf_is_not() {
    let photograph = photos::upright(&jpeg(&commitment(150), 80)).unwrap();
    assert_eq!(read(&photos::pdf(&[photograph])), [code()]);
    let paper = Commitment { code: code().text(), ..Commitment::sample() };
    assert!(read(&papers::pdf(&paper).unwrap()).is_empty());
}

#[test]
fn the_code_alone_and_the_codes_of_others() {
    assert_eq!(read(&paper_png(&code().text()).unwrap()), [code()]);
    assert!(read(&paper_png("HTTPS://A.INVALID").unwrap()).is_empty());
}

#[test]
fn a_code_that_fills_a_large_photograph_is_read() {
    // The library's sums do not hold such a picture, and it gives up; a smaller one is read.
    let alone = image::load_from_memory(&paper_png(&code().text()).unwrap()).unwrap().into_luma8();
    assert_read(&imageops::resize(&alone, 4000, 4000, imageops::FilterType::Triangle), 60);
}

#[test]
fn a_hostile_picture_costs_little() {
    let begin = Instant::now();
    for side in [1, 2, 3, 6] {
        assert!(read(&jpeg(&GrayImage::new(side, side), 50)).is_empty());
    }
    // A page full of corner marks of all sizes.
    let mark = |x: u32, y: u32| {
        let away = x.abs_diff(4).max(y.abs_diff(4));
        if matches!(away, 0 | 1 | 3) { 0 } else { 255 }
    };
    for scale in [1, 3] {
        let full = GrayImage::from_fn(2000, 2000, |x, y| Luma([mark(x / scale % 9, y / scale % 9)]));
        assert!(read(&jpeg(&full, 95)).is_empty());
    }
    let mut seed = 1_u32;
    let noise = GrayImage::from_fn(1500, 1500, |_, _| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Luma([if seed >> 31 == 0 { 0 } else { 255 }])
    });
    assert!(read(&jpeg(&noise, 95)).is_empty());
    assert!(begin.elapsed() < Duration::from_mins(1), "{:?}", begin.elapsed());
}

#[test]
fn a_picture_that_would_fill_the_memory_is_not_unpacked() {
    // A PNG that claims 100 000 by 100 000 pixels.
    let mut file = std::io::Cursor::new(Vec::new());
    GrayImage::new(8, 8).write_to(&mut file, ImageFormat::Png).unwrap();
    let mut bytes = file.into_inner();
    bytes[16..24].copy_from_slice(&[0, 1, 134, 160, 0, 1, 134, 160]);
    assert!(read(&bytes).is_empty());
    assert!(read(b"\xff\xd8\xff no picture").is_empty() && read(b"").is_empty());
}
