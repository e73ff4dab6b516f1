//! Reading the codes of a file within bounds of time and memory: a photograph comes from outside.

use std::io::Cursor;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use image::imageops::{self, FilterType};
use image::{DynamicImage, GrayImage, ImageDecoder, ImageReader, Limits};
use xinxiu_domain::paper_code::PaperCode;

use super::{look, pictures};

/// Time for all files of one upload; unoptimised, as in tests, reading takes many times as long.
const TIME: Duration = Duration::from_secs(if cfg!(debug_assertions) { 240 } else { 8 });
/// Pictures of one upload.
const PICTURES: usize = 24;
/// Pixels beyond which a picture is none of a phone's.
const PIXELS: u64 = 120_000_000;
const MEMORY: u64 = 512 * 1024 * 1024;
/// Longest side at which a picture is looked at: where all of its detail is needed, where a page fills it, and where the code
/// does.
const FULL: u32 = 4000;
const PAGE: u32 = 2400;
const CLOSE: u32 = 1200;

/// One picture at a time is unpacked, whoever sends how many at once.
static UNPACKING: Mutex<()> = Mutex::new(());

/// What is left of the bounds of one upload.
pub(super) struct Budget {
    /// Of work on pictures; waiting for the pictures of others does not count.
    left: Duration,
    pictures: usize,
}

impl Budget {
    pub(super) fn start() -> Self {
        Self { left: TIME, pictures: PICTURES }
    }

    fn is_over(&self, since: Instant) -> bool {
        since.elapsed() >= self.left
    }

    fn spend(&mut self, since: Instant) {
        self.left = self.left.saturating_sub(since.elapsed());
    }

    fn take(&mut self) -> bool {
        let is_left = self.pictures > 0 && !self.left.is_zero();
        self.pictures = self.pictures.saturating_sub(1);
        is_left
    }
}

/// The codes of papers on a file; none where it cannot be read.
pub(super) fn codes(file: &[u8], budget: &mut Budget) -> Vec<PaperCode> {
    let mut found: Vec<PaperCode> = Vec::new();
    for picture in pictures::pictures(file) {
        if !budget.take() {
            break;
        }
        let _one = UNPACKING.lock().unwrap_or_else(PoisonError::into_inner);
        let since = Instant::now();
        let read = grey(picture).map(|picture| on_picture(&picture, || budget.is_over(since)));
        budget.spend(since);
        for code in read.unwrap_or_default() {
            if !found.contains(&code) {
                found.push(code);
            }
        }
    }
    found
}

fn grey(picture: &[u8]) -> Option<GrayImage> {
    let mut reader = ImageReader::new(Cursor::new(picture)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS {
        return None;
    }
    let picture = DynamicImage::from_decoder(decoder).ok()?;
    Some(smaller(picture.into_luma8(), FULL))
}

fn smaller(picture: GrayImage, longest: u32) -> GrayImage {
    let (width, height) = picture.dimensions();
    let most = width.max(height);
    if most <= longest {
        return picture;
    }
    let of = |side: u32| {
        u32::try_from(u64::from(side) * u64::from(longest) / u64::from(most)).unwrap_or(longest).max(1)
    };
    imageops::thumbnail(&picture, of(width), of(height))
}

/// Looks at a picture in several sizes, as it is and with even light, until one shows a code.
fn on_picture(picture: &GrayImage, is_over: impl Fn() -> bool) -> Vec<PaperCode> {
    let most = picture.width().max(picture.height());
    let mut sizes = vec![most.min(PAGE)];
    if most > CLOSE {
        sizes.push(CLOSE);
    }
    if most > PAGE {
        sizes.push(most);
    }
    if most < PAGE {
        // The modules of a page that was made small are three pixels wide.
        sizes.push(most * 2);
    }
    for size in sizes {
        let looked_at = sized(picture, size);
        let ways: [fn(&GrayImage) -> GrayImage; 3] = [GrayImage::clone, look::evened, look::softened];
        for prepared in ways {
            if is_over() {
                return Vec::new();
            }
            let texts = look::texts(&prepared(&looked_at));
            let codes: Vec<_> = texts.iter().filter_map(|text| PaperCode::parse(text)).collect();
            if !codes.is_empty() {
                return codes;
            }
        }
    }
    Vec::new()
}

fn sized(picture: &GrayImage, longest: u32) -> GrayImage {
    if longest > picture.width().max(picture.height()) {
        return imageops::resize(picture, picture.width() * 2, picture.height() * 2, FilterType::CatmullRom);
    }
    smaller(picture.clone(), longest)
}
