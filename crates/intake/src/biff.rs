//! How large the sheets of an .xls are when they are laid out, by its records alone: the reader lays out every
//! cell between the first and the last, and one cell far away in a small file would fill memory.

/// Cells that any file may lay out; a larger one must have bytes for them.
const MOST_CELLS: u64 = 2_000_000;
/// Bytes that a cell takes at least, in the records of a sheet that is not empty.
const CELL_BYTES: u64 = 4;
/// Rows and columns of the format.
const WHOLE_SHEET: u64 = 65_536 * 256;

/// What is wrong with the size of a workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Oversize {
    /// A sheet says that it is larger than the format allows, or its records are read again and again.
    Impossible,
    /// More cells, most of them empty, than are laid out.
    Sparse,
    /// A column beyond the bound.
    Columns,
}

/// Looks at every sheet of a workbook's stream.
pub(crate) fn check(stream: &[u8], columns: usize) -> Result<(), Oversize> {
    let mut walked = 0;
    let mut cells = 0;
    for start in sheets(stream) {
        let mut sheet = Sheet::default();
        for (kind, data) in Records(stream.get(start..).unwrap_or_default()) {
            walked += data.len() + 4;
            // Sheets stand one after the other: no record is part of two.
            if walked > stream.len() * 2 {
                return Err(Oversize::Impossible);
            }
            if kind == EOF {
                break;
            }
            sheet.take(kind, data)?;
        }
        if sheet.values.columns() > columns {
            return Err(Oversize::Columns);
        }
        cells += sheet.values.cells() + sheet.formulas.cells();
        if cells > MOST_CELLS.max(stream.len() as u64 / CELL_BYTES) {
            return Err(Oversize::Sparse);
        }
    }
    Ok(())
}

const EOF: u16 = 0x000a;
const BOUND_SHEET: u16 = 0x0085;
const DIMENSIONS: u16 = 0x0200;
const FORMULA: u16 = 0x0006;
const MANY_NUMBERS: u16 = 0x00bd;
/// Number, label, rich label, truth value, packed number, shared string.
const ONE_CELL: [u16; 6] = [0x0203, 0x0204, 0x00d6, 0x0205, 0x027e, 0x00fd];

/// Where the sheets begin.
fn sheets(stream: &[u8]) -> Vec<usize> {
    let globals = Records(stream).take_while(|(kind, _)| *kind != EOF);
    let starts = globals.filter(|(kind, _)| *kind == BOUND_SHEET).filter_map(|(_, data)| long(data, 0));
    starts.map(|start| start as usize).collect()
}

struct Records<'a>(&'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (kind, length) = (short(self.0, 0)?, usize::from(short(self.0, 2)?));
        let data = self.0.get(4..4 + length)?;
        self.0 = &self.0[4 + length..];
        Some((kind, data))
    }
}

fn short(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(data.get(at..at + 2)?.try_into().ok()?))
}

fn long(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(data.get(at..at + 4)?.try_into().ok()?))
}

/// The rectangle that cells lie in.
#[derive(Default)]
struct Area(Option<[u16; 4]>);

impl Area {
    fn hold(&mut self, row: u16, column: u16) {
        let [top, left, bottom, right] = self.0.unwrap_or([row, column, row, column]);
        self.0 = Some([top.min(row), left.min(column), bottom.max(row), right.max(column)]);
    }

    fn cells(&self) -> u64 {
        self.0.map_or(0, |[top, left, bottom, right]| {
            (u64::from(bottom - top) + 1) * (u64::from(right - left) + 1)
        })
    }

    fn columns(&self) -> usize {
        self.0.map_or(0, |[.., right]| usize::from(right) + 1)
    }
}

#[derive(Default)]
struct Sheet {
    values: Area,
    formulas: Area,
}

impl Sheet {
    fn take(&mut self, kind: u16, data: &[u8]) -> Result<(), Oversize> {
        if kind == DIMENSIONS {
            return if said(data) > WHOLE_SHEET { Err(Oversize::Impossible) } else { Ok(()) };
        }
        let (Some(row), Some(column)) = (short(data, 0), short(data, 2)) else { return Ok(()) };
        if ONE_CELL.contains(&kind) || kind == FORMULA || kind == MANY_NUMBERS {
            self.values.hold(row, column);
        }
        if kind == FORMULA {
            self.formulas.hold(row, column);
        }
        if kind == MANY_NUMBERS
            && let Some(last) = data.len().checked_sub(2).and_then(|at| short(data, at))
        {
            self.values.hold(row, last);
        }
        Ok(())
    }
}

/// The cells that a sheet says it has; rows that end before they begin are more than any.
fn said(data: &[u8]) -> u64 {
    let at = |place| short(data, place).map_or(0, u64::from);
    let (rows, columns) = if data.len() == 10 {
        ([at(0), at(2)], [at(4), at(6)])
    } else {
        let row = |place| long(data, place).map_or(0, u64::from);
        ([row(0), row(4)], [at(8), at(10)])
    };
    if rows[1] == 0 || columns[1] == 0 {
        return 1;
    }
    let height = rows[1].checked_sub(rows[0]).unwrap_or(u64::from(u32::MAX));
    // Programs that get the first column wrong mean all of them.
    let width = columns[1].checked_sub(columns[0]).filter(|_| columns[0] < 256).unwrap_or(columns[1]);
    height * width
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len()).unwrap();
        [&kind.to_le_bytes(), &length.to_le_bytes(), data].concat()
    }

    fn number_at(row: u16, column: u16) -> Vec<u8> {
        record(0x0203, &[&row.to_le_bytes()[..], &column.to_le_bytes(), &[0; 10]].concat())
    }

    /// A book that names one sheet so many times.
    fn book(times: usize, sheet: &[Vec<u8>]) -> Vec<u8> {
        let globals = times * 12 + 4;
        let start = u32::try_from(globals).unwrap().to_le_bytes();
        let named = record(BOUND_SHEET, &[&start[..], &[0; 4]].concat()).repeat(times);
        [named, record(EOF, &[]), sheet.concat(), record(EOF, &[])].concat()
    }

    #[test]
    fn a_sheet_is_as_large_as_its_cells_lie_apart() {
        assert_eq!(check(&book(1, &[number_at(0, 0), number_at(60_000, 30)]), 1024), Ok(()));
        let far = [number_at(0, 0), number_at(65_535, 255)];
        assert_eq!(check(&book(1, &far), 1024), Err(Oversize::Sparse));
        assert_eq!(check(&book(1, &[number_at(0, 1024)]), 1024), Err(Oversize::Columns));
        let run = record(MANY_NUMBERS, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]);
        assert_eq!(check(&book(1, &[run]), 1024), Err(Oversize::Columns));
    }

    #[test]
    fn a_full_sheet_has_the_bytes_for_its_cells() {
        let rows: Vec<Vec<u8>> =
            (0..10_000).flat_map(|row| (0..250).map(move |column| number_at(row, column))).collect();
        assert_eq!(check(&book(1, &rows), 1024), Ok(()), "2 500 000 cells");
    }

    #[test]
    fn one_sheet_named_many_times_is_read_once_or_twice() {
        let cells: Vec<Vec<u8>> = (0..1000).map(|row| number_at(row, 0)).collect();
        assert_eq!(check(&book(1, &cells), 1024), Ok(()));
        assert_eq!(check(&book(50, &cells), 1024), Err(Oversize::Impossible));
    }

    #[test]
    fn what_a_sheet_says_of_itself_is_possible() {
        let says = |rows: [u32; 2], columns: [u16; 2]| {
            let rows = rows.map(u32::to_le_bytes).concat();
            let columns = columns.map(u16::to_le_bytes).concat();
            check(&book(1, &[record(DIMENSIONS, &[rows, columns, vec![0; 2]].concat())]), 1024)
        };
        assert_eq!(says([0, 65_536], [0, 256]), Ok(()));
        assert_eq!(says([0, 0], [0, 0]), Ok(()));
        assert_eq!(says([0, u32::MAX], [0, 256]), Err(Oversize::Impossible));
        assert_eq!(says([9, 3], [0, 256]), Err(Oversize::Impossible));
    }
}
