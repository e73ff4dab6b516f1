//! The three lists as files, in the national standard's columns with the center's own behind them.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use xinxiu_domain::{ListKind, RegistrationNumber, Uscc};

use super::dice::Dice;
use super::words::{DECISIONS, Decision, HEALTH, PLACES, UNCLEAR, URBAN, enterprise, person};

/// Enterprises of each class, a tenth over its plan: eight regions, then health, then urban management and tax.
const SIZES: [usize; 10] = [187, 187, 187, 187, 220, 187, 187, 143, 55, 110];
/// Every n-th enterprise is listed without a decision as well; these are on the watch list alone.
const WATCHED_ONLY: usize = 33;
/// Every n-th enterprise comes with the list of September.
const ADDED: usize = 66;
/// Every n-th enterprise has a decision whose class its authority must find.
const UNCLEAR_EVERY: usize = 45;
/// In the list of September, an enterprise of June under a name written otherwise: one without a code, one with the
/// old number of 15 digits, which June's list gives beside the code.
const WITHOUT_CODE: usize = 137;
const OLD_NUMBER: usize = 203;
/// How far before it in June's list the same enterprise stands; the invented people come round after as many.
const AGAIN: usize = 8;
/// A branch of the enterprise so far before it, with a code of its own: another enterprise in this work.
const BRANCH: usize = 335;
/// The enterprise that September's list names once more, in the same letters and without its code, and the number
/// from which the decision in that row is made.
pub const TWICE: usize = 268;
const TWICE_AS: usize = 9268;
/// First day of a decision, and for how many days decisions follow: all lie before the first list.
const OLDEST: Date = date(2021, 8, 1);
const DAYS: usize = 316;

const PENALTY_HEADS: &str = "行政相对人名称,行政相对人类别,行政相对人代码_1（统一社会信用代码）,行政相对人代码_3（工商注册号）,法定代表人,行政处罚决定书文号,违法行为类型,违法事实,处罚依据,处罚类别,处罚内容,罚款金额（万元）,处罚决定日期,处罚有效期,公示截止期,处罚机关,数据来源单位,失信严重程度,所属县区,乡镇街道,行业,地址,联系人,联系电话,备注\r\n";
const LISTING_HEADS: &str =
    "企业名称,统一社会信用代码,列入原因,列入机关,列入日期,所属县区,乡镇街道,行业,联系人,联系电话\r\n";

struct Subject {
    number: usize,
    name: String,
    uscc: String,
    registration: String,
    place: usize,
    township: &'static str,
    industry: &'static str,
    sector: Option<usize>,
}

/// A list as a file: kind, file name, text.
pub type List = (ListKind, &'static str, String);

/// The three lists of the start, and what the center adds to the first of them in September.
pub fn lists() -> (Vec<List>, List) {
    let subjects = subjects();
    let mut dice = Dice::new(2022);
    let (mut repairable, mut special) = (PENALTY_HEADS.to_owned(), PENALTY_HEADS.to_owned());
    let (mut watch, mut added) = (LISTING_HEADS.to_owned(), PENALTY_HEADS.to_owned());
    for subject in &subjects {
        if subject.number % WATCHED_ONLY == 0 {
            watch.push_str(&listing(subject));
            continue;
        }
        let decisions = 1 + usize::from(dice.below(8) < 5);
        for index in 0..decisions {
            let row = penalty(subject, index, &mut dice);
            match subject.number {
                number if number % ADDED == 5 => added.push_str(&row),
                number if number % 10 == 3 => special.push_str(&row),
                _ => repairable.push_str(&row),
            }
        }
    }
    if let Some(twice) = subject(TWICE, place_of(TWICE), None) {
        let row = Subject { number: TWICE_AS, uscc: String::new(), ..twice };
        added.push_str(&penalty(&row, 0, &mut Dice::new(268)));
    }
    let lists = vec![
        (ListKind::RepairablePenalty, "行政处罚可修复企业名单.csv", repairable),
        (ListKind::SpecialGovernance, "信用领域突出问题专项治理名单.csv", special),
        (ListKind::Watch, "重点关注名单.csv", watch),
    ];
    (lists, (ListKind::RepairablePenalty, "行政处罚可修复企业名单（9月补充）.csv", added))
}

/// A list that nobody has confirmed yet; one of its rows names no enterprise and is rejected.
pub fn unconfirmed() -> List {
    let mut dice = Dice::new(915);
    let known: usize = SIZES.iter().sum();
    let mut text = PENALTY_HEADS.to_owned();
    for number in known + 1..=known + 12 {
        if let Some(subject) = subject(number, number % PLACES.len(), None) {
            text.push_str(&penalty(&subject, 0, &mut dice));
        }
    }
    // A row without name, code and decision number.
    text.push_str(&",".repeat(PENALTY_HEADS.matches(',').count()));
    text.push_str("缺企业名称的一行\r\n");
    (ListKind::RepairablePenalty, "行政处罚可修复企业名单（9月15日）.csv", text)
}

fn subjects() -> Vec<Subject> {
    let mut subjects = Vec::new();
    for (class, size) in SIZES.into_iter().enumerate() {
        for within in 0..size {
            let number = subjects.len() + 1;
            let place = if class < PLACES.len() { class } else { within % PLACES.len() };
            subjects.extend(listed(number, place, class.checked_sub(PLACES.len())));
        }
    }
    subjects
}

/// Place of an enterprise of the classes by region.
fn place_of(number: usize) -> usize {
    let ends = SIZES.iter().scan(0, |end, size| {
        *end += size;
        Some(*end)
    });
    ends.take_while(|end| *end < number).count()
}

/// An enterprise as its list names it: a few stand in the lists twice over, which people have to find out.
fn listed(number: usize, place: usize, sector: Option<usize>) -> Option<Subject> {
    let before = |by: usize| subject(number - by, place, sector);
    let otherwise = |found: Subject| {
        let (_, short, _, _) = PLACES[place];
        let name = found.name.replacen(short, short.trim_end_matches('市'), 1);
        Subject { number, name, ..found }
    };
    match number {
        WITHOUT_CODE => before(AGAIN).map(otherwise).map(|found| Subject { uscc: String::new(), ..found }),
        OLD_NUMBER => before(AGAIN).map(otherwise).map(|found| Subject { uscc: old_number(), ..found }),
        BRANCH => {
            let name = format!("{}白蒲分公司", before(AGAIN)?.name);
            subject(number, place, sector).map(|found| Subject { name, ..found })
        }
        number if number + AGAIN == OLD_NUMBER => {
            subject(number, place, sector).map(|found| Subject { registration: old_number(), ..found })
        }
        _ => subject(number, place, sector),
    }
}

fn old_number() -> String {
    RegistrationNumber::from_body("32068200000195").map(|number| number.to_string()).unwrap_or_default()
}

/// `None` where the invented code has no check character, which its form rules out.
fn subject(number: usize, place: usize, sector: Option<usize>) -> Option<Subject> {
    let (_, short, area, townships) = PLACES[place];
    let (name, industry) = enterprise(number, short);
    // The files in `samples/` have codes of MA1T: they can be imported into the demo.
    let organisation = format!("MA1X{number:04}");
    let body = format!("91{area}{organisation}{}", organisation_check(&organisation));
    let uscc = Uscc::from_body(&body).ok()?.to_string();
    Some(Subject {
        number,
        name,
        uscc,
        registration: String::new(),
        place,
        township: townships[number % townships.len()],
        industry,
        sector,
    })
}

/// Check character of GB 11714. A wrong one would only warn, but the demo should not be full of warnings.
fn organisation_check(code: &str) -> char {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = code.chars().zip(WEIGHTS).map(|(c, weight)| c.to_digit(36).unwrap_or(0) * weight).sum();
    match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        digit => char::from_digit(digit, 10).unwrap_or('0'),
    }
}

fn penalty(subject: &Subject, index: usize, dice: &mut Dice) -> String {
    let thrown = if subject.sector.is_none() { dice.below(HEALTH) } else { 0 };
    let decision: &Decision = match subject.sector {
        _ if index == 0 && subject.number % UNCLEAR_EVERY == 7 => &UNCLEAR,
        Some(0) => &DECISIONS[HEALTH],
        Some(_) => &DECISIONS[URBAN + subject.number % 2],
        None => &DECISIONS[thrown],
    };
    let decided = OLDEST.saturating_add(i64::try_from(dice.below(DAYS)).unwrap_or(0).days());
    let until = decided.saturating_add(1.year());
    let number = format!("{}〔{}〕{}号", decision.mark, decided.year(), subject.number * 2 + index);
    let (_, short, _, _) = PLACES[subject.place];
    [
        subject.name.as_str(),
        "法人及非法人组织",
        &subject.uscc,
        &subject.registration,
        person(subject.number),
        &number,
        decision.violation,
        decision.facts,
        decision.basis,
        decision.kinds,
        &format!("\"{}\"", decision.content),
        decision.fine,
        &decided.to_string(),
        &until.to_string(),
        &until.to_string(),
        decision.authority,
        "南通市公共信用信息中心",
        decision.severity,
        short,
        subject.township,
        subject.industry,
        &format!("{short}{}示例路{}号（虚构）", subject.township, subject.number),
        person(subject.number + 3),
        &format!("1000000{:04}", subject.number),
        "",
    ]
    .join(",")
        + "\r\n"
}

fn listing(subject: &Subject) -> String {
    let (_, short, _, _) = PLACES[subject.place];
    [
        subject.name.as_str(),
        &subject.uscc,
        "信用评价结果较低",
        "南通市生态环境局",
        "2022-03-01",
        short,
        subject.township,
        subject.industry,
        person(subject.number + 3),
        &format!("1000000{:04}", subject.number),
    ]
    .join(",")
        + "\r\n"
}
