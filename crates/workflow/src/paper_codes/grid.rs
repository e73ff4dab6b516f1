//! From three corner marks to the text of a QR code: the fourth corner, the modules between, and what is read from them.
//! The code is small on a page, so that its fourth corner is nearly where a parallelogram has it; for a photograph taken from
//! the side, places around it are tried as well.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "places on a picture, some thousand pixels wide"
)]

use image::GrayImage;

use super::decode;
use super::finder::Mark;

/// Groups of three marks that are tried.
const GROUPS: usize = 60;
/// Modules along a side: those of the two smallest codes, as papers carry no others.
const SIDES: [usize; 2] = [21, 25];
/// How far from the parallelogram's corner the fourth may be, in modules.
const LEANS: [f32; 5] = [0.0, -1.2, 1.2, -2.4, 2.4];

/// Three marks as they stand on the code: top left, top right, bottom left.
#[derive(Clone, Copy)]
struct Corners([Mark; 3]);

/// The texts of all codes among the marks.
pub(super) fn texts(picture: &GrayImage, marks: &[Mark], mut is_over: impl FnMut() -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for corners in groups(marks) {
        if is_over() {
            break;
        }
        found.extend(text(picture, corners).filter(|text| !found.contains(text)));
    }
    found
}

/// The groups of marks that may belong to one code, the likeliest first.
fn groups(marks: &[Mark]) -> Vec<Corners> {
    let mut all = Vec::new();
    for (first, a) in marks.iter().enumerate() {
        for (second, b) in marks.iter().enumerate().skip(first + 1) {
            for c in &marks[second + 1..] {
                all.extend(arranged([*a, *b, *c]));
            }
        }
    }
    all.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    all.truncate(GROUPS);
    all.into_iter().map(|(_, corners)| corners).collect()
}

/// The marks in their order, and how far they are from a right angle between equal sides; `None` where they are no corners.
fn arranged(marks: [Mark; 3]) -> Option<(f32, Corners)> {
    let away = |a: Mark, b: Mark| (a.x - b.x).hypot(a.y - b.y);
    let modules = marks.map(|mark| mark.module);
    let (least, most) =
        modules.iter().fold((f32::MAX, 0.0_f32), |(low, high), one| (low.min(*one), high.max(*one)));
    if most > least * 1.7 {
        return None;
    }
    // The corner lies opposite the longest side.
    let [a, b, c] = marks;
    let (corner, one, other) = [(a, b, c), (b, a, c), (c, a, b)]
        .into_iter()
        .max_by(|x, y| away(x.1, x.2).total_cmp(&away(y.1, y.2)))?;
    let (side, other_side, across) = (away(corner, one), away(corner, other), away(one, other));
    let lean = (side / other_side).ln().abs();
    let bend = (across / side.hypot(other_side)).ln().abs();
    // Turned by half a right angle, a module measures 1.41 times as long along a row.
    let modules = f32::midpoint(side, other_side) / (modules.iter().sum::<f32>() / 3.0);
    if lean > 0.4 || bend > 0.25 || !(8.0..24.0).contains(&modules) {
        return None;
    }
    // Clockwise on the picture, whose rows count downwards.
    let turn = (one.x - corner.x) * (other.y - corner.y) - (one.y - corner.y) * (other.x - corner.x);
    let (right, below) = if turn > 0.0 { (one, other) } else { (other, one) };
    Some((lean + bend, Corners([corner, right, below])))
}

fn text(picture: &GrayImage, corners: Corners) -> Option<String> {
    for side in SIDES {
        for down in LEANS {
            for along in LEANS {
                let map = Map::new(corners, side, (along, down));
                if let Some(text) = map.modules(picture).and_then(|modules| decode::text(&modules, side)) {
                    return Some(text);
                }
            }
        }
    }
    None
}

/// Where the modules of a code lie on the picture: a square seen in perspective.
struct Map {
    side: usize,
    origin: (f32, f32),
    along: (f32, f32),
    down: (f32, f32),
    tilt: (f32, f32),
}

impl Map {
    fn new(Corners([first, second, third]): Corners, side: usize, (along, down): (f32, f32)) -> Self {
        let between = side as f32 - 7.0;
        let right = ((second.x - first.x) / between, (second.y - first.y) / between);
        let below = ((third.x - first.x) / between, (third.y - first.y) / between);
        let far = (
            second.x + third.x - first.x + along * right.0 + down * below.0,
            second.y + third.y - first.y + along * right.1 + down * below.1,
        );
        // The unit square onto a, b, far, third.
        let (p, q) = ((second.x - far.0, second.y - far.1), (third.x - far.0, third.y - far.1));
        let sum = (first.x - second.x + far.0 - third.x, first.y - second.y + far.1 - third.y);
        let whole = p.0 * q.1 - q.0 * p.1;
        let tilt = ((sum.0 * q.1 - q.0 * sum.1) / whole, (p.0 * sum.1 - sum.0 * p.1) / whole);
        Self {
            side,
            origin: (first.x, first.y),
            along: (second.x - first.x + tilt.0 * second.x, second.y - first.y + tilt.0 * second.y),
            down: (third.x - first.x + tilt.1 * third.x, third.y - first.y + tilt.1 * third.y),
            tilt,
        }
    }

    /// A place in modules from the code's corner, on the picture.
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        let between = self.side as f32 - 7.0;
        let (u, v) = ((x - 3.5) / between, (y - 3.5) / between);
        let far = 1.0 + self.tilt.0 * u + self.tilt.1 * v;
        (
            (self.origin.0 + self.along.0 * u + self.down.0 * v) / far,
            (self.origin.1 + self.along.1 * u + self.down.1 * v) / far,
        )
    }

    /// Light of a module: its middle and four places around it.
    fn light(&self, picture: &GrayImage, x: usize, y: usize) -> f32 {
        let (x, y) = (x as f32 + 0.5, y as f32 + 0.5);
        let around = [(0.0, 0.0), (0.22, 0.0), (-0.22, 0.0), (0.0, 0.22), (0.0, -0.22)];
        around.iter().map(|(dx, dy)| shade(picture, self.at(x + dx, y + dy))).sum::<f32>() / 5.0
    }

    /// Dark and light modules, row by row; `None` where the two lines of alternating modules between the marks are not there.
    fn modules(&self, picture: &GrayImage) -> Option<Vec<bool>> {
        let side = self.side;
        let light: Vec<f32> = (0..side * side).map(|at| self.light(picture, at % side, at / side)).collect();
        // What is between dark and light is taken at each mark, for the light changes over a page.
        let edge = |left: usize, top: usize| {
            let of = |x: usize, y: usize| light[(top + y) * side + left + x];
            let heart: f32 = (0..9).map(|at| of(2 + at % 3, 2 + at / 3)).sum::<f32>() / 9.0;
            let ring: f32 =
                (1..6).map(|at| of(at, 1) + of(at, 5) + of(1, at) + of(5, at)).sum::<f32>() / 20.0;
            f32::midpoint(heart, ring)
        };
        let (first, second, third) = (edge(0, 0), edge(side - 7, 0), edge(0, side - 7));
        let between = side as f32 - 7.0;
        let dark: Vec<bool> = (0..side * side)
            .map(|at| {
                let (u, v) = (((at % side) as f32 - 3.0) / between, ((at / side) as f32 - 3.0) / between);
                light[at] < first + (second - first) * u + (third - first) * v
            })
            .collect();
        let lines = 8..side - 8;
        let wrong = lines
            .clone()
            .filter(|at| dark[6 * side + at] != at.is_multiple_of(2))
            .chain(lines.filter(|at| dark[at * side + 6] != at.is_multiple_of(2)))
            .count();
        (wrong * 4 <= (side - 16) * 2).then_some(dark)
    }
}

/// Light of a place between pixels; white beyond the edge.
fn shade(picture: &GrayImage, (x, y): (f32, f32)) -> f32 {
    let (x, y) = (x - 0.5, y - 0.5);
    let (left, top) = (x.floor(), y.floor());
    let (u, v) = (x - left, y - top);
    let of = |dx: f32, dy: f32| {
        let (x, y) = (left + dx, top + dy);
        // Numbers below 0 and those that are none become 0 in a cast.
        let inside = x >= 0.0 && y >= 0.0 && x < picture.width() as f32 && y < picture.height() as f32;
        if inside { f32::from(picture.get_pixel(x as u32, y as u32).0[0]) } else { 255.0 }
    };
    (of(0.0, 0.0) * (1.0 - u) + of(1.0, 0.0) * u) * (1.0 - v)
        + (of(0.0, 1.0) * (1.0 - u) + of(1.0, 1.0) * u) * v
}
