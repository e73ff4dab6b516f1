//! Where on a picture the three corner marks of a QR code may be: dark, light, dark, light, dark as 1:1:3:1:1, along a row and
//! across it. What is kept is bounded, so that a picture full of such marks costs no more than a page.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "places on a picture, some thousand pixels wide"
)]

use image::GrayImage;

/// Marks that are followed up; a page has three of its own and some in its text.
const MOST: usize = 40;
/// More candidates than that has only a picture that was made for it.
const LIMIT: usize = 400;

/// A corner mark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Mark {
    pub x: f32,
    pub y: f32,
    /// Pixels of one module, along row and column.
    pub module: f32,
    hits: f32,
}

/// A picture in black and white.
struct Dark {
    width: usize,
    height: usize,
    pixels: Vec<bool>,
}

impl Dark {
    fn is(&self, x: usize, y: usize) -> bool {
        self.pixels[y * self.width + x]
    }
}

/// The marks of a picture, the surest first; `radius` is how far light is compared.
pub(super) fn marks(picture: &GrayImage, radius: usize) -> Vec<Mark> {
    let dark = darkened(picture, radius.max(4));
    let mut found: Vec<Mark> = Vec::new();
    for y in 0..dark.height {
        scan_row(&dark, y, &mut found);
        if found.len() >= LIMIT {
            break;
        }
    }
    found.sort_by(|a, b| b.hits.total_cmp(&a.hits));
    found.truncate(MOST);
    found
}

/// Dark is what is clearly darker than the mean around it, so that a shadow over the page does no harm.
fn darkened(picture: &GrayImage, radius: usize) -> Dark {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let row = width + 1;
    // Sums of all pixels above and to the left. They may wrap: what is taken from them is far smaller.
    let mut sums = vec![0_u32; row * (height + 1)];
    for (y, line) in picture.as_raw().chunks_exact(width).enumerate() {
        let mut sum = 0;
        for (x, pixel) in line.iter().enumerate() {
            sum += u32::from(*pixel);
            sums[(y + 1) * row + x + 1] = sums[y * row + x + 1].wrapping_add(sum);
        }
    }
    let mut pixels = Vec::with_capacity(width * height);
    for (y, line) in picture.as_raw().chunks_exact(width).enumerate() {
        let (top, bottom) = (y.saturating_sub(radius) * row, (y + radius + 1).min(height) * row);
        let high = (bottom - top) / row;
        for (x, pixel) in line.iter().enumerate() {
            let (left, right) = (x.saturating_sub(radius), (x + radius + 1).min(width));
            let sum = sums[bottom + right]
                .wrapping_sub(sums[top + right])
                .wrapping_sub(sums[bottom + left])
                .wrapping_add(sums[top + left]);
            let count = (high * (right - left)) as u64;
            pixels.push(u64::from(*pixel) * count * 100 < u64::from(sum) * 87);
        }
    }
    Dark { width, height, pixels }
}

fn scan_row(dark: &Dark, y: usize, found: &mut Vec<Mark>) {
    let mut runs = [0_usize; 5];
    let (mut is_dark, mut length) = (false, 0);
    for x in 0..=dark.width {
        let now = x < dark.width && dark.is(x, y);
        if now == is_dark && x < dark.width {
            length += 1;
            continue;
        }
        runs.rotate_left(1);
        runs[4] = length;
        if is_dark && module(runs).is_some() {
            let middle = x as f32 - (runs[4] + runs[3]) as f32 - runs[2] as f32 / 2.0;
            follow(dark, (middle, y), runs.iter().sum(), found);
        }
        (is_dark, length) = (now, 1);
    }
}

/// Pixels of one module where runs of dark and light are those of a mark.
fn module(runs: [usize; 5]) -> Option<f32> {
    let total: usize = runs.iter().sum();
    if total < 7 || runs.contains(&0) {
        return None;
    }
    let module = total as f32 / 7.0;
    let fits = |run: usize, wanted: f32| (run as f32 - wanted * module).abs() < wanted.sqrt() * 0.7 * module;
    let wanted = [1.0, 1.0, 3.0, 1.0, 1.0];
    runs.iter().zip(wanted).all(|(run, wanted)| fits(*run, wanted)).then_some(module)
}

/// Looks across a candidate of a row, and once more along it, and keeps it with those beside it.
fn follow(dark: &Dark, (x, y): (f32, usize), total: usize, found: &mut Vec<Mark>) {
    let Some((down, middle)) = cross(dark, (x as usize, y), true, total) else { return };
    let Some((along, x)) = cross(dark, (x as usize, middle as usize), false, total) else { return };
    let y = middle;
    let module = f32::midpoint(down, along);
    let near = found.iter_mut().find(|mark| {
        let reach = mark.module.max(module) * 2.0;
        (mark.x - x).abs() < reach
            && (mark.y - y).abs() < reach
            && (0.6..1.6).contains(&(mark.module / module))
    });
    match near {
        Some(mark) => {
            let weight = 1.0 / (mark.hits + 1.0);
            mark.x += (x - mark.x) * weight;
            mark.y += (y - mark.y) * weight;
            mark.module += (module - mark.module) * weight;
            mark.hits += 1.0;
        }
        None => found.push(Mark { x, y, module, hits: 1.0 }),
    }
}

/// Module and middle of a mark along one line through a point in its heart.
fn cross(dark: &Dark, (x, y): (usize, usize), down: bool, total: usize) -> Option<(f32, f32)> {
    let (start, end) = if down { (y, dark.height) } else { (x, dark.width) };
    let is = |at: usize| if down { dark.is(x, at) } else { dark.is(at, y) };
    if start >= end || !is(start) {
        return None;
    }
    let mut runs = [0_usize; 5];
    let mut at = start;
    for place in [2, 1, 0] {
        while runs[place] <= total && is(at) == (place != 1) {
            runs[place] += 1;
            let Some(before) = at.checked_sub(1) else { break };
            at = before;
        }
    }
    let above = runs[2];
    at = start + 1;
    for place in [2, 3, 4] {
        let limit = total + if place == 2 { above } else { 0 };
        while at < end && runs[place] <= limit && is(at) == (place != 3) {
            runs[place] += 1;
            at += 1;
        }
    }
    let sum: usize = runs.iter().sum();
    let alike = sum * 2 > total && sum < total * 2;
    let middle = start as f32 + 0.5 - above as f32 + runs[2] as f32 / 2.0 + 0.5;
    module(runs).filter(|_| alike).map(|module| (module, middle))
}
