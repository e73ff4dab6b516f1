//! A table on a terminal: columns in line, Chinese counted twice as wide; tabs between cells where it is piped.

use std::io::{IsTerminal, Write};

use anyhow::Result;

/// Prints heads and rows.
///
/// # Errors
/// An output that cannot be written.
pub(super) fn print(heads: &[&str], rows: &[Vec<String>]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    if !out.is_terminal() {
        for row in rows {
            writeln!(out, "{}", row.join("\t"))?;
        }
        return Ok(());
    }
    let heads: Vec<String> = heads.iter().map(|head| (*head).to_owned()).collect();
    let widths: Vec<usize> = (0..heads.len())
        .map(|column| rows.iter().chain([&heads]).map(|row| width(&row[column])).max().unwrap_or(0))
        .collect();
    for row in [&heads].into_iter().chain(rows) {
        writeln!(out, "{}", aligned(row, &widths))?;
    }
    Ok(())
}

fn aligned(row: &[String], widths: &[usize]) -> String {
    let cells: Vec<String> = row
        .iter()
        .zip(widths)
        .map(|(cell, wide)| format!("{cell}{}", " ".repeat(wide - width(cell))))
        .collect();
    cells.join("  ").trim_end().to_owned()
}

/// Columns that a text takes on a terminal.
fn width(text: &str) -> usize {
    text.chars().map(|c| if c >= '\u{1100}' && c != '—' && c != '“' && c != '”' { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_and_latin_stand_in_line() {
        let rows = [vec!["公示期".to_owned(), "甲".to_owned()], vec!["min".to_owned(), "乙".to_owned()]];
        let widths = [6, 2];
        assert_eq!(aligned(&rows[0], &widths), "公示期  甲");
        assert_eq!(aligned(&rows[1], &widths), "min     乙");
    }
}
