//! The checks on one row, each with a message that says what to do.

use xinxiu_domain::Uscc;
use xinxiu_domain::uscc::UsccError;

use crate::field::Field;
use crate::fold::{is_blank, squeezed};
use crate::number::NOT_COMPUTED;
use crate::record::{Problem, ProblemCode};

impl Problem {
    pub(crate) fn new(field: Field, value: &str, code: ProblemCode, message: impl Into<String>) -> Self {
        Self { field: field.label(), value: value.to_owned(), code, message: message.into() }
    }
}

/// What the code's column holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Code {
    Valid(Uscc),
    Missing,
    OldNumber(String),
    /// An identity number where the code belongs: the subject is a person.
    IdentityNumber,
    Wrong(ProblemCode, String),
}

pub(crate) fn read_code(cell: &str) -> Code {
    // Nearly all are; zeros alone, which some systems write for nothing, have a right check digit as well.
    if let Some(uscc) = Uscc::as_shown(cell).filter(|_| !cell.starts_with('0')) {
        return Code::Valid(uscc);
    }
    let squeezed = squeezed(cell);
    if is_blank(&squeezed) || squeezed.bytes().all(|b| b == b'0') {
        return Code::Missing;
    }
    match Uscc::parse(&squeezed) {
        Ok(uscc) => Code::Valid(uscc),
        Err(UsccError::Empty) => Code::Missing,
        Err(UsccError::OldRegistrationNumber(number)) => Code::OldNumber(number),
        Err(_) if is_identity_number(&squeezed) => Code::IdentityNumber,
        // A person's number stands in no message, not even a mistyped one (N21).
        Err(error) if resembles_identity_number(&squeezed) => Code::Wrong(
            wrong_code(&error, &squeezed),
            "代码栏填的像是居民身份证号，但校验位不符；企业请填营业执照上的统一社会信用代码，自然人请核对证件号码".to_owned(),
        ),
        Err(error) => {
            let message = formula_fault(cell).unwrap_or_else(|| error.to_string());
            Code::Wrong(wrong_code(&error, &squeezed), message)
        }
    }
}

/// What to say of a cell whose formula has no value, or an error for one.
pub(crate) fn formula_fault(cell: &str) -> Option<String> {
    const ERRORS: [&str; 8] =
        ["#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#GETTING_DATA"];
    let cell = cell.trim();
    if !cell.starts_with('#') {
        return None;
    }
    if cell == NOT_COMPUTED {
        return Some("单元格是没有计算结果的公式，请用表格软件打开并保存，再重新导入".to_owned());
    }
    ERRORS
        .contains(&cell)
        .then(|| format!("单元格的公式结果是错误值「{cell}」，请改正公式或直接填写，再重新导入"))
}

fn wrong_code(error: &UsccError, code: &str) -> ProblemCode {
    match error {
        UsccError::Check(..) => ProblemCode::UsccCheck,
        UsccError::Damaged(_) => ProblemCode::UsccDamaged,
        // Excel error values stand where a formula has lost the code.
        _ if code.starts_with('#') => ProblemCode::UsccDamaged,
        _ => ProblemCode::UsccMalformed,
    }
}

/// Whether a text has the shape of a resident identity number (GB 11643): 18 digits, the last of which may be an X, with a
/// birth date inside.
fn resembles_identity_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_shaped = bytes.len() == 18
        && bytes[..17].iter().all(u8::is_ascii_digit)
        && (bytes[17].is_ascii_digit() || bytes[17].eq_ignore_ascii_case(&b'x'));
    is_shaped && {
        let born = crate::dates::parse_date(&text[6..14], crate::dates::DateSystem::From1900);
        born.is_some() || text[6..8] == *"19"
    }
}

/// Whether a text is a resident identity number (GB 11643) with a right check character and a birth date.
pub(crate) fn is_identity_number(text: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    if !resembles_identity_number(text) {
        return false;
    }
    let bytes = text.as_bytes();
    let sum: u32 = bytes.iter().zip(WEIGHTS).map(|(b, weight)| u32::from(b - b'0') * weight).sum();
    let expected = b"10X98765432"[(sum % 11) as usize];
    bytes[17].to_ascii_uppercase() == expected
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_content_of_the_code_column_has_its_name() {
        assert!(matches!(read_code("91320613MA1T00013G"), Code::Valid(_)));
        assert_eq!(read_code("/"), Code::Missing);
        assert_eq!(read_code("000000000000000000"), Code::Missing);
        assert!(matches!(read_code("320600000012345"), Code::OldNumber(_)));
        assert!(matches!(read_code("91320613MA1T00013A"), Code::Wrong(ProblemCode::UsccCheck, _)));
        assert!(matches!(read_code("9.13206E+17"), Code::Wrong(ProblemCode::UsccDamaged, _)));
        let Code::Wrong(ProblemCode::UsccCheck, message) = read_code("110105194912310021") else { panic!() };
        assert!(!message.contains("1949") && message.contains("身份证号"), "{message}");
        assert!(matches!(read_code("#REF!"), Code::Wrong(ProblemCode::UsccDamaged, _)));
        assert!(matches!(read_code("9132061"), Code::Wrong(ProblemCode::UsccMalformed, _)));
    }

    #[test]
    fn the_published_examples_are_identity_numbers() {
        assert!(is_identity_number("11010519491231002X"));
        assert!(!is_identity_number("110105194912310021"));
        assert!(!is_identity_number("91320613MA1T00013G"));
    }
}
