//! The chains of sectors of a compound file (.xls): one that goes round in a circle would be followed for ever.

/// Entries of the table of sectors that the header names itself.
const NAMED: usize = 109;

/// Whether a chain of sectors comes back to itself.
pub(crate) fn go_round(bytes: &[u8]) -> bool {
    let next = table(bytes);
    // 0: not seen; otherwise the walk in which the sector was seen.
    let mut seen = vec![0_usize; next.len()];
    for start in 0..next.len() {
        let mut at = start;
        while let Some(mark) = seen.get_mut(at) {
            if *mark == start + 1 {
                return true;
            }
            if *mark != 0 {
                break;
            }
            *mark = start + 1;
            at = next[at] as usize;
        }
    }
    false
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// For each sector the one that follows it.
fn table(bytes: &[u8]) -> Vec<u32> {
    let shift = bytes.get(30).copied().unwrap_or(9).clamp(7, 12);
    let size = 1_usize << shift;
    let sectors = (0..NAMED).filter_map(|entry| number(bytes, 76 + entry * 4));
    let parts = sectors.filter_map(|sector| {
        let start = (sector as usize).checked_add(1)?.checked_mul(size)?;
        bytes.get(start..start + size)
    });
    parts.flat_map(|part| (0..size / 4).filter_map(|entry| number(part, entry * 4))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_is_found_and_a_sound_file_has_none() {
        let sound = include_bytes!("../../../samples/repairable-penalty.xls");
        assert!(!go_round(sound));
        let mut circle = sound.to_vec();
        let start = (number(&circle, 76).unwrap() as usize + 1) * 512;
        circle[start..start + 4].copy_from_slice(&0_u32.to_le_bytes());
        assert!(go_round(&circle));
    }
}
