//! The compound file around an .xls: its chains of sectors, and the stream that the workbook is in. A chain that
//! goes round in a circle would be followed for ever, and one that names a sector again and again fills memory.

/// Entries of the table of sectors that the header names itself.
const NAMED: usize = 109;
/// From here on a number is a mark and no sector.
const MARKS: u32 = 0xffff_fffa;
const END: u32 = 0xffff_fffe;
/// Streams below this length are in sectors of their own, small size.
const SMALL_STREAM: usize = 4096;
const SMALL_SECTOR: usize = 64;

/// A compound file whose chains all come to an end.
pub(crate) struct Compound<'a> {
    bytes: &'a [u8],
    size: usize,
    /// For each sector the one that follows it.
    next: Vec<u32>,
}

impl<'a> Compound<'a> {
    /// Looks at the chains; `None` where one comes back to itself or the table of sectors is larger than the file.
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Self> {
        let size = 1_usize << bytes.get(30).copied().unwrap_or(9).clamp(7, 12);
        let mut file = Self { bytes, size, next: Vec::new() };
        file.next = file.table()?;
        (!go_round(&file.next)).then_some(file)
    }

    /// The content of the first stream with one of these names; `None` where there is none or it is cut.
    pub(crate) fn stream(&self, names: &[&str]) -> Option<Vec<u8>> {
        let directory = self.chain(number(self.bytes, 48)?, usize::MAX)?;
        let entries: Vec<&[u8]> = directory.chunks_exact(128).collect();
        let find = |name: &&str| entries.iter().find(|entry| is_named(entry, name));
        let (start, length) = self.place(names.iter().find_map(find)?)?;
        if length >= SMALL_STREAM {
            return self.chain(start, length);
        }
        let (root, held) = self.place(entries.first()?)?;
        let small = self.chain(root, held)?;
        let table = self.chain(number(self.bytes, 60)?, usize::MAX)?;
        follow(&small, SMALL_SECTOR, start, length, |at| number(&table, at * 4))
    }

    fn place(&self, entry: &[u8]) -> Option<(u32, usize)> {
        // The upper half of the length has no meaning in files of small sectors.
        let upper = if self.size > 512 { number(entry, 124)? } else { 0 };
        let length = u64::from(upper) << 32 | u64::from(number(entry, 120)?);
        Some((number(entry, 116)?, usize::try_from(length).ok()?))
    }

    fn chain(&self, start: u32, length: usize) -> Option<Vec<u8>> {
        // The header takes the place of a sector.
        let sectors = self.bytes.get(self.size..)?;
        follow(sectors, self.size, start, length, |at| self.next.get(at).copied())
    }

    fn sector(&self, sector: u32) -> Option<&'a [u8]> {
        let start = (sector as usize).checked_add(1)?.checked_mul(self.size)?;
        self.bytes.get(start..start + self.size)
    }

    fn table(&self) -> Option<Vec<u32>> {
        let most = self.bytes.len() / self.size;
        let mut named: Vec<u32> = sectors_in(self.bytes.get(76..).unwrap_or_default(), NAMED).collect();
        let mut further = number(self.bytes, 68)?;
        let mut followed = 0;
        // Where the header has no room left, a chain of sectors names the rest.
        while let Some(sector) = Some(further).filter(|at| *at < MARKS).and_then(|at| self.sector(at)) {
            followed += 1;
            let entries = self.size / 4 - 1;
            named.extend(sectors_in(sector, entries));
            further = number(sector, entries * 4)?;
            if followed > most || named.len() > most + NAMED {
                return None;
            }
        }
        let parts = named.into_iter().filter_map(|at| self.sector(at));
        Some(parts.flat_map(|part| (0..self.size / 4).filter_map(|entry| number(part, entry * 4))).collect())
    }
}

/// The sectors that the first entries name; marks name none.
fn sectors_in(entries: &[u8], count: usize) -> impl Iterator<Item = u32> {
    (0..count).filter_map(|entry| number(entries, entry * 4)).filter(|at| *at < MARKS)
}

fn follow(
    sectors: &[u8],
    size: usize,
    start: u32,
    length: usize,
    next: impl Fn(usize) -> Option<u32>,
) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    let mut at = start;
    while at != END && content.len() < length {
        let from = (at as usize).checked_mul(size)?;
        // The last sector of a file may be cut.
        let sector = sectors.get(from..sectors.len().min(from.saturating_add(size)))?;
        if sector.is_empty() {
            return None;
        }
        content.extend_from_slice(&sector[..sector.len().min(length - content.len())]);
        if content.len() < length {
            at = next(at as usize)?;
        }
    }
    Some(content)
}

fn is_named(entry: &[u8], name: &str) -> bool {
    let units = entry[..64].chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
    let own: Vec<u16> = units.take_while(|unit| *unit != 0).collect();
    String::from_utf16_lossy(&own).eq_ignore_ascii_case(name)
}

/// Whether a chain of sectors comes back to itself.
fn go_round(next: &[u32]) -> bool {
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
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: &[u8] = include_bytes!("../../../samples/repairable-penalty.xls");

    fn put(bytes: &mut [u8], at: usize, value: u32) {
        bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
    }

    /// The sound file with further sectors at its end, and the number of the first of them.
    fn longer(sectors: usize) -> (Vec<u8>, u32) {
        let mut bytes = SOUND.to_vec();
        bytes.resize(SOUND.len().next_multiple_of(512), 0);
        let first = u32::try_from(bytes.len() / 512 - 1).unwrap();
        bytes.resize(bytes.len() + sectors * 512, 0xff);
        put(&mut bytes, 68, first);
        (bytes, first)
    }

    fn at(sector: u32) -> usize {
        (sector as usize + 1) * 512
    }

    #[test]
    fn a_circle_is_found_and_a_sound_file_has_none() {
        assert!(Compound::read(SOUND).is_some());
        let mut circle = SOUND.to_vec();
        let start = at(number(&circle, 76).unwrap());
        put(&mut circle, start, 0);
        assert!(Compound::read(&circle).is_none());
    }

    #[test]
    fn the_workbook_is_found() {
        let stream = Compound::read(SOUND).unwrap().stream(&["workbook", "book"]).unwrap();
        assert_eq!(stream[..2], [0x09, 0x08], "its first record");
        assert!(Compound::read(SOUND).unwrap().stream(&["WordDocument"]).is_none());
        for length in (0..SOUND.len()).step_by(61) {
            // Cut anywhere, it ends in an answer.
            let _ = Compound::read(&SOUND[..length]).and_then(|file| file.stream(&["Workbook"]));
        }
    }

    #[test]
    fn further_sectors_of_the_table_in_a_circle() {
        let (mut bytes, first) = longer(1);
        assert!(Compound::read(&bytes).is_some(), "one that ends is sound");
        put(&mut bytes, at(first) + 508, first);
        assert!(Compound::read(&bytes).is_none());
    }

    #[test]
    fn a_circle_in_what_only_a_further_sector_names() {
        let (mut bytes, first) = longer(2);
        let named = (0..NAMED).filter(|entry| number(&bytes, 76 + entry * 4).unwrap() < MARKS).count();
        put(&mut bytes, at(first), first + 1);
        assert!(Compound::read(&bytes).is_some());
        let own = u32::try_from(named * 128).unwrap();
        put(&mut bytes, at(first + 1), own);
        assert!(Compound::read(&bytes).is_none());
    }

    #[test]
    fn one_part_of_the_table_named_many_times_is_not_laid_out() {
        let (mut bytes, first) = longer(3);
        for sector in 0..3 {
            for entry in 0..127 {
                put(&mut bytes, at(first + sector) + entry * 4, 0);
            }
            put(&mut bytes, at(first + sector) + 508, if sector < 2 { first + sector + 1 } else { END });
        }
        assert!(Compound::read(&bytes).is_none());
    }
}
