//! Single rows: what is accepted, what is a problem, what is rejected.

use std::ops::ControlFlow;

use xinxiu_intake::{Field, Outcome, Seen, read_file};

use crate::support::{notable, options, read_text, read_text_with, sample};

const HEADER: &str = "企业名称,统一社会信用代码,处罚文号,处罚决定日期,处罚机关\n";
const CODE: &str = "91320613MA1T00013G";

fn outcome_of(rows: &str) -> Vec<String> {
    let (outcomes, _) = read_text(format!("{HEADER}{rows}")).unwrap();
    notable(&outcomes)
}

#[test]
fn every_missing_thing_is_named_at_once() {
    assert_eq!(
        outcome_of(",91320613MA1T00013A,无,去年,示例局\n"),
        [":2 rejected name_missing,uscc_check,decision_number_missing,decision_date_unreadable"]
    );
    assert_eq!(outcome_of("甲,,文1,,示例局\n"), [":2 rejected decision_date_missing"]);
    assert_eq!(
        outcome_of(&format!("甲,{CODE},文1,2022-02-30,示例局\n")),
        [":2 rejected decision_date_unreadable"]
    );
    assert_eq!(outcome_of("甲,9.1320613E+17,文1,2022-01-05,示例局\n"), [":2 rejected uscc_damaged"]);
    assert_eq!(outcome_of("甲,9132061,文1,2022-01-05,示例局\n"), [":2 rejected uscc_malformed"]);
}

#[test]
fn brackets_do_not_hide_a_duplicate_and_other_enterprises_are_none() {
    let other = "91320612MA1T00021W";
    let rows = format!(
        "甲,{CODE},通环罚字〔2022〕12号,2022-01-05,示例局\n乙,{other},通环罚字〔2022〕12号,2022-01-05,示例局\n\
         甲,{CODE},通环罚字【2022】12号,2022-01-05,示例局\n丙,,文3,2022-01-05,示例局\n丙 ,,文３,2022-01-05,示例局\n"
    );
    assert_eq!(
        outcome_of(&rows),
        [
            ":4 penalty duplicate_decision",
            ":5 penalty uscc_missing",
            ":6 penalty uscc_missing,duplicate_decision",
        ]
    );
}

#[test]
fn what_is_no_record_is_counted_and_not_rejected() {
    let rows = format!(
        "甲,{CODE},文1,2022-01-05,示例局\n,,,,\n\n{HEADER}合 计,,,,\n总计：3条,,,,\n备注：仅供参考,,,,\n填表说明,,,,\n\
         1,2,3,4,5\n必填,必填,必填,必填,选填\n"
    );
    let (outcomes, summary) = read_text(format!("{HEADER}{rows}")).unwrap();
    assert_eq!(outcomes.len(), 1);
    let skipped = summary.skipped;
    assert_eq!((skipped.blank, skipped.totals, skipped.notes), (2, 2, 2));
    assert_eq!((skipped.repeated_headers, skipped.labels), (1, 2));
}

#[test]
fn a_row_that_only_looks_like_a_note_is_kept() {
    let rows = format!(
        "合计咨询（虚构）有限公司,{CODE},文1,2022-01-05,示例局\n说明书印刷（虚构）厂,,文2,2022-01-05,示例局\n不明的一行,,,,\n"
    );
    assert_eq!(
        outcome_of(&rows),
        [":3 penalty uscc_missing", ":4 rejected decision_number_missing,decision_date_missing"]
    );
}

#[test]
fn separators_encodings_and_line_ends() {
    let text = format!("{HEADER}甲,{CODE},文1,2022-01-05,示例局\n");
    let tabs = text.replace(',', "\t").replace('\n', "\r\n");
    let old_mac = text.replace('\n', "\r");
    let (gb, _, _) = encoding_rs::GB18030.encode(&text);
    let utf16: Vec<u8> =
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    let marked = format!("\u{feff}{text}");
    for file in [text.as_bytes(), tabs.as_bytes(), old_mac.as_bytes(), &gb, &utf16, marked.as_bytes()] {
        let (outcomes, summary) = read_text(file).unwrap();
        assert_eq!((summary.penalties, summary.with_problems), (1, 0));
        let Outcome::Penalty(row) = &outcomes[0] else { panic!("a penalty") };
        assert_eq!((row.source.row, row.enterprise.as_str()), (2, "甲"));
    }
}

#[test]
fn a_quote_that_nobody_closes_swallows_nothing() {
    let rows = format!("\"甲,{CODE},文1,2022-01-05,示例局\n乙,,文2,2022-01-05,示例局\n");
    let (outcomes, summary) = read_text(format!("{HEADER}{rows}")).unwrap();
    assert_eq!(summary.penalties, 2);
    assert_eq!(notable(&outcomes), [":3 penalty uscc_missing"]);
}

#[test]
fn a_second_table_in_a_sheet_has_its_own_columns() {
    let persons = "行政相对人名称,处罚文号,证件类型,证件号码,处罚决定日期,处罚机关\n";
    let person = "示例某,文2,身份证,1,2022-01-06,示例局\n";
    let moved = "序号,名称,处罚文号,处罚决定日期\n1,乙,文3,2022-01-06\n";
    let first = format!("{HEADER}甲,{CODE},文1,2022-01-05,示例局\n");
    let (outcomes, summary) = read_text(format!("{first}{persons}{person}{moved}")).unwrap();
    assert_eq!((summary.penalties, summary.rejected, summary.skipped.repeated_headers), (3, 0, 2));
    assert_eq!(notable(&outcomes), [":4 penalty natural_person", ":6 penalty uscc_missing"]);
}

#[test]
fn separators_inside_texts_do_not_mislead() {
    let text = format!("{HEADER}甲;一;二;三;四;五;六;七,{CODE},文1,2022-01-05,示例局\n");
    assert_eq!(read_text(text).unwrap().1.penalties, 1);
}

#[test]
fn headers_that_a_person_mapped() {
    let text = format!("谁家,代号,哪一号,哪一天\n甲,{CODE},文1,2022-01-05\n");
    assert_eq!(read_text(&text).unwrap_err().code(), "unknown_header");
    let mut options = options();
    for (header, field) in [
        ("谁家", Field::Name),
        ("代号", Field::Uscc),
        ("哪一号", Field::DecisionNumber),
        ("哪一天", Field::DecisionDate),
    ] {
        options.mapping.set(header, Some(field));
    }
    assert_eq!(read_text_with(&text, &options).unwrap().1.penalties, 1);
}

#[test]
fn the_receiver_can_stop() {
    let mut rows = 0;
    let summary =
        read_file(&sample("generation-c.xlsx"), &options(), &mut Seen::new(), &mut |_, progress| {
            rows += 1;
            assert_eq!(progress.rows, rows);
            assert!(progress.bytes <= progress.total_bytes);
            if rows == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
    assert_eq!(rows, 3);
    assert!(summary.unwrap().stopped);
}

#[test]
fn an_error_that_a_formula_left_is_no_name_and_no_number() {
    let (outcomes, _) = read_text(format!("{HEADER}#REF!,#DIV/0!,#NAME?,#VALUE!,示例局\n")).unwrap();
    assert_eq!(
        notable(&outcomes),
        [":2 rejected name_missing,uscc_damaged,decision_number_missing,decision_date_unreadable"]
    );
    let Outcome::Rejected(row) = &outcomes[0] else { panic!("rejected") };
    assert!(
        row.reasons.iter().all(|reason| reason.message.contains("公式结果是错误值")),
        "{:?}",
        row.reasons
    );
    assert_eq!(outcome_of(&format!("#1号（虚构）商店,{CODE},文1,2022-01-05,示例局\n")), [""; 0]);
}
