//! What goes wrong with rows on their way through spreadsheets and offices.

use crate::list::column;
use crate::random::Random;

/// Spoils a row so that it is no record as it stands.
pub fn spoil(cells: &mut [String], random: &mut Random) {
    let has_code = !cells[column::CODE].is_empty();
    match random.below(6) {
        0 => cells[column::NAME].clear(),
        1 => "无".clone_into(&mut cells[column::NUMBER]),
        2 => "2022-13-45".clone_into(&mut cells[column::DECIDED]),
        3 if has_code => "9.13206E+17".clone_into(&mut cells[column::CODE]),
        4 if has_code => spoil_check(&mut cells[column::CODE]),
        5 if has_code => cells[column::CODE].truncate(16),
        _ => cells[column::DECIDED].clear(),
    }
}

fn spoil_check(code: &mut String) {
    let other = if code.ends_with('1') { '2' } else { '1' };
    code.pop();
    code.push(other);
}

/// Writes cells in the odd ways of offices that leave a record readable.
pub fn roughen(cells: &mut [String], random: &mut Random) {
    if random.thousandths(5) {
        cells[column::CODE] = cells[column::CODE].to_ascii_lowercase();
    }
    if random.thousandths(10) {
        cells[column::NAME] = format!(" {} ", cells[column::NAME]);
    }
    if random.thousandths(20) {
        cells[column::CONTENT] = cells[column::CONTENT].replacen('。', "。\n", 1);
    }
    if random.thousandths(10) {
        cells[column::NUMBER] = cells[column::NUMBER].replace('〔', "[").replace('〕', "]");
    }
    if random.thousandths(5) {
        for empty in [column::REGISTRATION, column::LICENCE] {
            if cells[empty].is_empty() {
                "/".clone_into(&mut cells[empty]);
            }
        }
    }
}
