//! Numbers of a spreadsheet as the text they stand for.

use std::fmt::Write;

use calamine::{Data, DataRef, ExcelDateTime};

/// What stands in the place of a formula that the program which wrote the file has never computed.
pub(crate) const NOT_COMPUTED: &str = "#公式未计算";

/// From here on a floating-point number has lost digits of a code.
const EXACT: f64 = 1e15;

/// A number as a person would read it in its cell: whole numbers plainly, others by their 15 significant
/// digits, and those that have lost digits in scientific form, by which a damaged code is known.
pub(crate) fn text_of(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < EXACT {
        return format!("{number:.0}");
    }
    if number.abs() < EXACT {
        // 0.1 + 0.2 comes out of a formula as 0.30000000000000004.
        let rounded = format!("{number:.14e}").parse::<f64>().unwrap_or(number);
        return format!("{rounded}");
    }
    let (mantissa, exponent) = split_exponent(number);
    format!("{mantissa}E+{exponent}")
}

fn split_exponent(number: f64) -> (String, String) {
    let scientific = format!("{number:e}");
    scientific.split_once('e').map_or_else(
        || (scientific.clone(), "0".to_owned()),
        |(mantissa, exponent)| (mantissa.into(), exponent.into()),
    )
}

/// A date cell as year-month-day, with the time where there is one.
fn text_of_date(value: ExcelDateTime) -> String {
    if !value.is_datetime() || !(1.0..2_958_466.0).contains(&value.as_f64()) {
        return text_of(value.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = value.to_ymd_hms_milli();
    let mut text = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) != (0, 0, 0) {
        // Writing to a String cannot fail.
        let _ = write!(text, " {hour:02}:{minute:02}:{second:02}");
    }
    text
}

/// A cell of a streamed sheet as text, put at the end of `out`.
pub(crate) fn push_ref(out: &mut crate::cells::Cells, cell: &DataRef<'_>) {
    match cell {
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => out.push(text),
        DataRef::SharedString(text) => out.push(text),
        DataRef::Int(number) => out.push(&number.to_string()),
        DataRef::Float(number) => out.push(&text_of(*number)),
        DataRef::Bool(value) => out.push(if *value { "TRUE" } else { "FALSE" }),
        DataRef::DateTime(value) => out.push(&text_of_date(*value)),
        DataRef::Error(error) => out.push(&error.to_string()),
        DataRef::Empty => out.push(""),
    }
}

/// A cell of a sheet in memory as text, put at the end of `out`.
pub(crate) fn push(out: &mut crate::cells::Cells, cell: &Data) {
    match cell {
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => out.push(text),
        Data::Int(number) => out.push(&number.to_string()),
        Data::Float(number) => out.push(&text_of(*number)),
        Data::Bool(value) => out.push(if *value { "TRUE" } else { "FALSE" }),
        Data::DateTime(value) => out.push(&text_of_date(*value)),
        Data::Error(error) => out.push(&error.to_string()),
        Data::Empty => out.push(""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stay_whole_or_are_known_as_damaged() {
        assert_eq!(text_of(320_600_000_012_345.0), "320600000012345");
        assert_eq!(text_of(9.132_061_3e17), "9.1320613E+17");
        assert_eq!(text_of(0.1 + 0.2), "0.3");
        assert_eq!(text_of(0.2), "0.2");
        assert_eq!(text_of(-3.0), "-3");
        assert_eq!(text_of(44566.5), "44566.5");
    }
}
