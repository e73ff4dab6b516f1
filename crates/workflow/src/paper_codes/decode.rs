//! From modules to text, for the two smallest QR codes (ISO/IEC 18004): papers carry no others. Nothing here can run long or fail
//! otherwise than by `None`, whatever the modules are.

/// The text of a code of `side` modules, given row by row with `true` for dark; `None` where it is none or too damaged.
pub(super) fn text(dark: &[bool], side: usize) -> Option<String> {
    let total = match side {
        21 => 26,
        25 => 44,
        _ => return None,
    };
    let (level, mask) = format(dark, side)?;
    let check = check_words(side, level)?;
    let mut words = words(dark, side, mask, total);
    correct(&mut words, check)?;
    words.truncate(total - check);
    segments(&words)
}

/// Words that check the others, by side and the two bits of the level.
const fn check_words(side: usize, level: u16) -> Option<usize> {
    // 01 is L, 00 M, 11 Q, 10 H.
    Some(match (side, level) {
        (21, 1) => 7,
        (21, 0) | (25, 1) => 10,
        (21, 3) => 13,
        (21, 2) => 17,
        (25, 0) => 16,
        (25, 3) => 22,
        (25, 2) => 28,
        _ => return None,
    })
}

/// Level and mask, from the better of the two places where they stand.
fn format(dark: &[bool], side: usize) -> Option<(u16, u16)> {
    let at = |x: usize, y: usize| u16::from(dark[y * side + x]);
    let near = |bit: usize| match bit {
        0..6 => at(8, bit),
        6 => at(8, 7),
        7 => at(8, 8),
        8 => at(7, 8),
        _ => at(14 - bit, 8),
    };
    let far = |bit: usize| if bit < 8 { at(side - 1 - bit, 8) } else { at(8, side - 15 + bit) };
    let read = [
        (0..15).fold(0, |bits, bit| bits | near(bit) << bit),
        (0..15).fold(0, |bits, bit| bits | far(bit) << bit),
    ];
    let wrong =
        |data: u16| read.iter().map(|bits| (bits ^ format_bits(data)).count_ones()).min().unwrap_or(15);
    let best = (0..32_u16).min_by_key(|data| wrong(*data))?;
    (wrong(best) <= 3).then_some((best >> 3, best & 7))
}

fn format_bits(data: u16) -> u16 {
    let rest = (0..10).fold(data, |rest, _| (rest << 1) ^ ((rest >> 9) * 0x537));
    (data << 10 | rest & 0x3ff) ^ 0x5412
}

/// Whether a module holds no data: marks with what stands beside them, the two lines between, and the small mark of the larger code.
fn is_fixed(x: usize, y: usize, side: usize) -> bool {
    let edge = side - 8;
    let small = side == 25 && x.abs_diff(18).max(y.abs_diff(18)) <= 2;
    let mark = (x < 9 || x >= edge) && (y < 9 || y >= edge) && (x < 9 || y < 9);
    mark || x == 6 || y == 6 || small
}

fn is_turned(mask: u16, x: usize, y: usize) -> bool {
    match mask {
        0 => (x + y).is_multiple_of(2),
        1 => y.is_multiple_of(2),
        2 => x.is_multiple_of(3),
        3 => (x + y).is_multiple_of(3),
        4 => (x / 3 + y / 2).is_multiple_of(2),
        5 => x * y % 2 + x * y % 3 == 0,
        6 => (x * y % 2 + x * y % 3).is_multiple_of(2),
        _ => ((x + y) % 2 + x * y % 3).is_multiple_of(2),
    }
}

/// The words in their order: up and down in columns of two modules, from the right.
fn words(dark: &[bool], side: usize, mask: u16, total: usize) -> Vec<u8> {
    let rights =
        (0..side).rev().step_by(2).map(|right| if right <= 6 { right.wrapping_sub(1) } else { right });
    let mut bits = Vec::with_capacity(total * 8);
    for (column, right) in rights.filter(|right| *right < side).enumerate() {
        for step in 0..side {
            let y = if column.is_multiple_of(2) { side - 1 - step } else { step };
            for x in [right, right.wrapping_sub(1)] {
                if x < side && !is_fixed(x, y, side) {
                    bits.push(dark[y * side + x] != is_turned(mask, x, y));
                }
            }
        }
    }
    let word = |bits: &[bool]| bits.iter().fold(0_u8, |word, bit| word << 1 | u8::from(*bit));
    bits.chunks(8).take(total).map(word).collect()
}

/// Product in the field of 256 elements.
fn times(a: u8, b: u8) -> u8 {
    (0..8).rev().fold(0, |product: u8, bit| {
        let doubled = (product << 1) ^ ((product >> 7) * 0x1d);
        doubled ^ ((b >> bit & 1) * a)
    })
}

fn power(exponent: usize) -> u8 {
    (0..exponent % 255).fold(1, |power, _| times(power, 2))
}

fn inverse(a: u8) -> u8 {
    // a to the 254th.
    (0..253).fold(a, |power, _| times(power, a))
}

/// Value of a polynomial whose lowest coefficient comes first.
fn value(polynomial: &[u8], at: u8) -> u8 {
    polynomial.iter().rev().fold(0, |sum, coefficient| times(sum, at) ^ coefficient)
}

/// Puts damaged words right by the last `check` of them (Reed and Solomon); `None` where too many are damaged.
fn correct(words: &mut [u8], check: usize) -> Option<()> {
    let syndromes = |words: &[u8]| -> Vec<u8> {
        let of = |root: u8| words.iter().fold(0, |sum, word| times(sum, root) ^ word);
        (0..check).map(|exponent| of(power(exponent))).collect()
    };
    let found = syndromes(words);
    if found.iter().all(|one| *one == 0) {
        return Some(());
    }
    let locator = locator(&found);
    let errors = locator.len() - 1;
    if errors * 2 > check {
        return None;
    }
    let evaluator: Vec<u8> = (0..check)
        .map(|at| (0..=at.min(errors)).fold(0, |sum, part| sum ^ times(locator[part], found[at - part])))
        .collect();
    // Of the derivative only every other coefficient is left in this field.
    let derivative: Vec<u8> =
        locator.iter().enumerate().skip(1).map(|(at, one)| if at % 2 == 1 { *one } else { 0 }).collect();
    let mut put_right = 0;
    for place in 0..words.len() {
        let root = power(place);
        let back = inverse(root);
        if value(&locator, back) == 0 {
            let slope = value(&derivative, back);
            if slope == 0 {
                return None;
            }
            let at = words.len() - 1 - place;
            words[at] ^= times(root, times(value(&evaluator, back), inverse(slope)));
            put_right += 1;
        }
    }
    (put_right == errors && syndromes(words).iter().all(|one| *one == 0)).then_some(())
}

/// The polynomial whose roots say where the damage is (Berlekamp and Massey), without its highest zeros.
fn locator(syndromes: &[u8]) -> Vec<u8> {
    let (mut current, mut before) = (vec![1_u8], vec![1_u8]);
    let (mut length, mut shift, mut last) = (0, 1, 1_u8);
    for (at, syndrome) in syndromes.iter().enumerate() {
        let known = current.iter().enumerate().skip(1).take(length.min(at));
        let off = known.fold(*syndrome, |sum, (part, one)| sum ^ times(*one, syndromes[at - part]));
        if off == 0 {
            shift += 1;
            continue;
        }
        let kept = current.clone();
        let factor = times(off, inverse(last));
        current.resize(current.len().max(before.len() + shift), 0);
        for (place, one) in before.iter().enumerate() {
            current[place + shift] ^= times(factor, *one);
        }
        if 2 * length <= at {
            (length, before, last, shift) = (at + 1 - length, kept, off, 1);
        } else {
            shift += 1;
        }
    }
    while current.len() > 1 && current.last() == Some(&0) {
        current.pop();
    }
    current
}

/// Bits of the words, from the highest.
struct Bits<'a>(&'a [u8], usize);

impl Bits<'_> {
    fn take(&mut self, count: usize) -> Option<usize> {
        let mut number = 0;
        for _ in 0..count {
            let word = self.0.get(self.1 / 8)?;
            number = number << 1 | usize::from(word >> (7 - self.1 % 8) & 1);
            self.1 += 1;
        }
        Some(number)
    }
}

/// The text of the words: digits, capitals and signs, or bytes.
fn segments(words: &[u8]) -> Option<String> {
    let (mut bits, mut text) = (Bits(words, 0), String::new());
    // Nothing after the last segment, or a mode of four zeros, is the end.
    while let Some(mode) = bits.take(4).filter(|mode| *mode != 0) {
        match mode {
            1 => digits(&mut bits, &mut text)?,
            2 => capitals(&mut bits, &mut text)?,
            4 => {
                let count = bits.take(8)?;
                let bytes =
                    (0..count).map(|_| u8::try_from(bits.take(8)?).ok()).collect::<Option<Vec<_>>>()?;
                text.push_str(&String::from_utf8(bytes).ok()?);
            }
            _ => return None,
        }
    }
    Some(text)
}

fn digits(bits: &mut Bits<'_>, text: &mut String) -> Option<()> {
    let mut left = bits.take(10)?;
    while left > 0 {
        let (count, width) = match left {
            1 => (1, 4),
            2 => (2, 7),
            _ => (3, 10),
        };
        text.push_str(&format!("{:0count$}", bits.take(width)?));
        left -= count;
    }
    Some(())
}

fn capitals(bits: &mut Bits<'_>, text: &mut String) -> Option<()> {
    const SIGNS: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    let mut left = bits.take(9)?;
    let mut push = |sign: usize| SIGNS.get(sign).map(|sign| text.push(char::from(*sign)));
    while left > 1 {
        let pair = bits.take(11)?;
        push(pair / 45)?;
        push(pair % 45)?;
        left -= 2;
    }
    if left == 1 {
        push(bits.take(6)?)?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use image::Luma;
    use xinxiu_documents::paper_png;

    use super::*;

    /// Modules of a code as it is printed.
    fn modules(words: &str) -> (Vec<bool>, usize) {
        let picture = image::load_from_memory(&paper_png(words).unwrap()).unwrap().into_luma8();
        let side = picture.width() as usize / 8 - 8;
        let dark = (0..side * side).map(|at| {
            let place = |module: usize| u32::try_from((module + 4) * 8 + 4).unwrap();
            picture.get_pixel(place(at % side), place(at / side)) == &Luma([0])
        });
        (dark.collect(), side)
    }

    #[test]
    fn what_was_written_is_read() {
        for (words, side) in [
            ("XX1C7K2Q0A1B1234", 21),
            ("XX1F7K2Q0A1B12345678", 21),
            ("XX1C7K2Q0A1B123456789012", 25),
            ("0123456789", 21),
            ("$%*+-./: A", 21),
            ("small 信用", 21),
        ] {
            let (dark, found) = modules(words);
            assert_eq!(found, side, "{words}");
            assert_eq!(text(&dark, side).as_deref(), Some(words));
        }
    }

    #[test]
    fn damage_is_put_right_up_to_what_the_level_allows() {
        let words = "XX1C7K2Q0A1B1234";
        let (whole, side) = modules(words);
        // A fold over two lines of modules, where no marks are.
        let mut folded = whole.clone();
        for (at, module) in folded.iter_mut().enumerate() {
            *module |= (at / side == 14 || at / side == 15) && !is_fixed(at % side, at / side, side);
        }
        assert_eq!(text(&folded, side).as_deref(), Some(words));
        // Every part of the level and mask that stands twice may be lost once.
        let mut scratched = whole.clone();
        for x in 0..8 {
            scratched[8 * side + x] = false;
        }
        assert_eq!(text(&scratched, side).as_deref(), Some(words));
        let mut torn = whole;
        for (at, module) in torn.iter_mut().enumerate().skip(side * 9) {
            *module = at % 3 == 0;
        }
        assert_eq!(text(&torn, side), None);
    }

    #[test]
    fn chance_is_no_text() {
        let mut seed = 9_u32;
        let mut flip = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            seed >> 31 == 0
        };
        for side in [21, 25] {
            for _ in 0..500 {
                let dark: Vec<bool> = (0..side * side).map(|_| flip()).collect();
                let found = text(&dark, side);
                assert!(found.is_none_or(|text| !text.starts_with("XX1")));
            }
            assert_eq!(text(&vec![true; side * side], side), None);
        }
        assert_eq!(text(&[true; 841], 29), None);
    }
}
