//! Eight bytes at a time, in one number: lists have a gigabyte of text, and most of it is only looked at in passing.

const ONES: u64 = u64::MAX / 0xff;
const LOW: u64 = ONES * 0x7f;

/// The high bit of each byte that is `byte`, and no other bit.
#[inline]
pub const fn equal(lanes: u64, byte: u8) -> u64 {
    let other = lanes ^ (ONES * byte as u64);
    !(((other & LOW) + LOW) | other | LOW)
}

/// The high bit of each byte that is an ASCII control character, and no other bit.
#[inline]
pub const fn control(lanes: u64) -> u64 {
    equal(lanes & (ONES * 0xe0), 0)
}

/// Whether `find` finds anything in a text. The last eight bytes are looked at twice where need be, so that a rest is left
/// in the shortest texts alone; it is filled up with `filling`.
#[inline]
pub fn any(text: &str, filling: u8, find: impl Fn(u64) -> u64) -> bool {
    let bytes = text.as_bytes();
    let Some(last) = bytes.last_chunk() else {
        let mut lanes = [filling; 8];
        for (lane, byte) in lanes.iter_mut().zip(bytes) {
            *lane = *byte;
        }
        return find(u64::from_le_bytes(lanes)) != 0;
    };
    let found = |block: &[u8; 8]| find(u64::from_le_bytes(*block));
    bytes.as_chunks().0.iter().fold(found(last), |all, block| all | found(block)) != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_told_from_every_other() {
        for byte in 0..=u8::MAX {
            let all =
                [byte, byte ^ 1, byte ^ 0x80, 0, byte, byte.wrapping_add(1), byte.wrapping_sub(1), u8::MAX];
            for wanted in [0, 1, b',', 0x7f, 0x80, 0xff, byte] {
                let expected = all.map(|one| if one == wanted { 0x80 } else { 0 });
                assert_eq!(
                    equal(u64::from_le_bytes(all), wanted).to_le_bytes(),
                    expected,
                    "{all:?} {wanted}"
                );
            }
            let expected = all.map(|one| if one < b' ' { 0x80 } else { 0 });
            assert_eq!(control(u64::from_le_bytes(all)).to_le_bytes(), expected, "{all:?}");
        }
    }

    #[test]
    fn a_byte_is_found_wherever_it_stands() {
        for length in 0..40 {
            let plain = "a".repeat(length);
            assert!(!any(&plain, b'a', |lanes| equal(lanes, b'"')));
            for at in 0..length {
                let mut text = plain.clone();
                text.replace_range(at..=at, "\"");
                assert!(any(&text, b'a', |lanes| equal(lanes, b'"')), "{text}");
            }
        }
    }
}
