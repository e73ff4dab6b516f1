//! What goes out comes in again as it was; what cannot be taken says where and why.

use std::io::Write as _;

use jiff::civil::date;
use xinxiu_domain::exam::QuestionKind;
use xinxiu_domain::question::TRUE_FALSE;
use xinxiu_domain::session::Module;

use super::*;

const EDITIONS: [&str; 2] = ["cn-527", "cn-36"];

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap()
    }

    /// A text full of what means something to the formats.
    fn text(&mut self, unique: usize) -> String {
        const PARTS: [&str; 22] = [
            "信用",
            "修复",
            "=",
            "~",
            "#",
            "####",
            "{",
            "}",
            ":",
            "::",
            "\\",
            "%50%",
            "->",
            "[html]",
            "//",
            "\"",
            ",",
            "50%以上",
            "$CATEGORY:",
            "\\n",
            "TRUE",
            "，",
        ];
        let length = 1 + self.below(6);
        let body: String = (0..length).map(|_| PARTS[self.below(PARTS.len())]).collect();
        if self.below(2) == 0 { format!("{body}{unique}") } else { format!("{unique}{body}") }
    }
}

fn invented(dice: &mut Dice, number: usize) -> Question {
    let kind = QuestionKind::ALL[dice.below(3)];
    let count = 3 + dice.below(5);
    let (choices, answer) = match kind {
        QuestionKind::TrueFalse => (TRUE_FALSE.map(str::to_owned).to_vec(), vec![dice.below(2)]),
        QuestionKind::Single => ((0..count).map(|one| dice.text(one)).collect(), vec![dice.below(count)]),
        QuestionKind::Multiple => {
            let right = 2 + dice.below(count - 1);
            let first = dice.below(count - right + 1);
            ((0..count).map(|one| dice.text(one)).collect(), (first..first + right).collect())
        }
    };
    Question {
        id: format!("made-{number}"),
        module: Module::ALL[dice.below(Module::ALL.len())],
        kind,
        text: dice.text(number),
        choices,
        answer,
        explanation: format!("因为通知这样写明{}", dice.text(number)),
        basis: ["N11", "cn-527"][dice.below(2)].to_owned(),
        edition: [None, Some("cn-36".to_owned())][dice.below(2)].clone(),
    }
}

fn many() -> Vec<Question> {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    (0..400).map(|number| invented(&mut dice, number)).collect()
}

fn questions(read: ReadQuestions) -> Vec<Question> {
    assert_eq!(read.rejected, []);
    read.taken.into_iter().map(|(_, question)| question).collect()
}

fn from_file(ending: &str, bytes: &[u8]) -> ReadQuestions {
    let mut file = tempfile::Builder::new().suffix(ending).tempfile().unwrap();
    file.write_all(bytes).unwrap();
    read_questions(file.path(), &Options::new(date(2022, 9, 15)), &EDITIONS).unwrap()
}

#[test]
fn gift_comes_back_as_it_went_out() {
    let made = many();
    assert_eq!(questions(read_gift(&write_gift(&made), &EDITIONS)), made);
}

#[test]
fn a_spreadsheet_comes_back_as_it_went_out() {
    let made = many();
    assert_eq!(questions(from_file(".xlsx", &write_sheet(&made).unwrap())), made);
}

#[test]
fn gift_of_others_is_understood() {
    let text = "\u{feff}// 别的系统导出的题目\n$CATEGORY: $course$/top/信用修复流程、要求与易错案例\n\n\
        // [tag:basis=cn-527]\n::A-1:: 最短公示期多久\\? {\n=三个月#一般失信行为最短三个月。\n~一年\n~三年 }\n\n\
        // [id:A-2] [tag:basis=N11]\n每家企业都要考试。{T#每家参训企业都要参加。#对}\n\n\
        // [id:A-3] [tag:basis=N24] [tag:module=commitment]\n[moodle]要交什么？{\n\
        ~%50%承诺书 ~%50%修复表 ~%-50%押金 ####通知写明要交承诺书和修复表。}\n";
    let read = questions(read_gift(text, &EDITIONS));
    let shown: Vec<_> = read.iter().map(|one| (one.id.as_str(), one.kind, one.answer.clone())).collect();
    let wanted = [
        ("A-1", QuestionKind::Single, vec![0]),
        ("A-2", QuestionKind::TrueFalse, vec![0]),
        ("A-3", QuestionKind::Multiple, vec![0, 1]),
    ];
    assert_eq!(shown, wanted);
    assert_eq!(read[0].explanation, "一般失信行为最短三个月。");
    assert_eq!(read[2].module, Module::Commitment);
}

#[test]
fn bad_gift_says_where_and_the_good_stays() {
    let good = "// [id:good] [tag:basis=N11]\n问题？{TRUE####通知要求每家企业考试。}\n\n";
    let bad = [
        ("::a::没有答案\n\n", "题目"),
        ("// [tag:basis=N11]\n::b::没有关上{=甲 ~乙 ~丙\n\n", "题目"),
        ("::c::没有依据{=甲 ~乙 ~丙 ####通知这样写明的。}\n\n", "依据"),
        ("// [tag:basis=N11]\n::d::填空{=甲 =乙 ####通知这样写明的。}\n\n", "答案"),
        ("// [tag:basis=N11]\n::e::配对{=甲->一 =乙->二}\n\n", "答案"),
        ("// [tag:basis=N11]\n::f::数值{#3:1}\n\n", "答案"),
        ("// [tag:basis=N11]\n::g::分值{~%30%甲 ~%30%乙 ~丙}\n\n", "答案"),
        ("// [tag:basis=N77]\n::h::依据不存在{=甲 ~乙 ~丙####通知这样写明的。}\n\n", "依据"),
        ("// [tag:basis=N11]\n::i::填{=甲 ~乙 ~丙}空{}\n\n", "题目"),
    ];
    for (text, part) in bad {
        let read = read_gift(&format!("$CATEGORY: exam\n\n{text}{good}"), &EDITIONS);
        assert_eq!(read.taken.len(), 1, "{text}: {read:?}");
        assert!(read.rejected.iter().any(|one| one.column == part), "{text}: {:?}", read.rejected);
        assert!(read.rejected.iter().all(|one| (3..=4).contains(&one.line)), "{text}: {:?}", read.rejected);
    }
}

#[test]
fn bad_rows_say_their_column_and_the_good_stay() {
    let csv = "结业考试题目\n编号,题目,A,B,C,答案,解析,模块,依据\n\
        x-1,甲问题？,一,二,三,b,因为通知这样写明。,exam,N11\n\
        x-2,乙问题？,一,二,三,D,因为通知这样写明。,exam,N11\n\
        x-3,丙问题？,一,二,,A,因为通知这样写明。,exam,N11\n\
        x-4,丁问题？,,,,对,因为通知这样写明。,结业考试,N11\n\
        x-5,戊问题？,一,二,三,A、C,因为通知这样写明。,别的,N11\n\
        x-1,己问题？,一,二,三,AC,因为通知这样写明。,exam,N11\n";
    let read = from_file(".csv", csv.as_bytes());
    let taken: Vec<_> = read.taken.iter().map(|(line, one)| (*line, one.kind)).collect();
    assert_eq!(taken, [(3, QuestionKind::Single), (6, QuestionKind::TrueFalse)]);
    let rejected: Vec<_> = read.rejected.iter().map(|one| (one.line, one.column.as_str())).collect();
    assert_eq!(rejected, [(4, "答案"), (5, "选项"), (7, "模块"), (8, "编号")]);
    assert_eq!(read.rejected[2].value, "别的");
}

#[test]
fn a_file_without_a_header_says_so() {
    let read = from_file(".csv", "一,二\n三,四\n".as_bytes());
    assert_eq!(read.rejected[0].column, "表头");
}
