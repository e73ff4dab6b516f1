//! A signature drawn with the finger (手写签名): strokes as numbers, never a picture from outside, so that what is kept is drawn
//! here and holds nothing but lines.

use std::fmt::Write;

use thiserror::Error;

/// Width of the field, in its own units.
pub const WIDTH: u32 = 600;
/// Height of the field.
pub const HEIGHT: u32 = 240;
/// More points than a hand makes.
const MOST: usize = 6000;
/// Shorter than a name is written, in units of the field.
const SHORTEST: u32 = 150;

/// Why strokes are no signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Fault {
    /// Nothing was drawn, or only a dot.
    #[error("请在框里手写签名")]
    Empty,
    /// It is no list of strokes.
    #[error("签名没有传完整，请清除后重新签名")]
    Garbled,
    /// More than a hand draws.
    #[error("签名笔画太多，请清除后重新签名")]
    Long,
}

/// Strokes of a signature: points inside the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature(Vec<Vec<(u32, u32)>>);

impl Signature {
    /// Reads strokes as the page sends them: `x,y x,y;x,y x,y`.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let point = |pair: &str| {
            let (x, y) = pair.split_once(',')?;
            let (x, y) = (x.parse().ok()?, y.parse().ok()?);
            (x <= WIDTH && y <= HEIGHT).then_some((x, y))
        };
        let mut strokes = Vec::new();
        let mut count = 0;
        for stroke in text.split(';').map(str::trim).filter(|stroke| !stroke.is_empty()) {
            let points: Option<Vec<(u32, u32)>> = stroke.split_ascii_whitespace().map(point).collect();
            let points = points.ok_or(Fault::Garbled)?;
            count += points.len();
            if count > MOST {
                return Err(Fault::Long);
            }
            strokes.push(points);
        }
        let drawn = Self(strokes);
        if drawn.length() < SHORTEST { Err(Fault::Empty) } else { Ok(drawn) }
    }

    fn length(&self) -> u32 {
        let step = |pair: &[(u32, u32)]| match pair {
            [(x, y), (next_x, next_y)] => x.abs_diff(*next_x) + y.abs_diff(*next_y),
            _ => 0,
        };
        self.0.iter().flat_map(|stroke| stroke.windows(2)).map(step).sum()
    }

    /// The signature as a picture.
    pub fn svg(&self) -> String {
        let mut lines = String::new();
        for stroke in &self.0 {
            for (place, (x, y)) in stroke.iter().enumerate() {
                let letter = if place == 0 { 'M' } else { 'L' };
                let _ = write!(lines, "{letter}{x} {y}");
            }
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" \
             height=\"{HEIGHT}\"><path d=\"{lines}\" fill=\"none\" stroke=\"#000\" stroke-width=\"5\" \
             stroke-linecap=\"round\" stroke-linejoin=\"round\"/></svg>"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_strokes_become_a_picture() {
        let drawn = Signature::parse("10,20 200,40 210,200;300,30 310,220").unwrap();
        assert!(drawn.svg().contains("M10 20L200 40L210 200M300 30L310 220"));
        for (text, fault) in [
            ("", Fault::Empty),
            ("10,10 12,12", Fault::Empty),
            ("10,10 700,20", Fault::Garbled),
            ("<script>", Fault::Garbled),
            ("1,2 \"/><script>,3", Fault::Garbled),
        ] {
            assert_eq!(Signature::parse(text), Err(fault), "{text}");
        }
        let long = "0,0 600,240 ".repeat(4000);
        assert_eq!(Signature::parse(&long), Err(Fault::Long));
    }
}
