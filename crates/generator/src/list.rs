//! A list, row by row.

use std::collections::VecDeque;

use crate::codes::credit_code;
use crate::damage::{roughen, spoil};
use crate::decision::{Decision, decide};
use crate::parties::{Party, county, party};
use crate::random::Random;

/// The 29 headers.
pub const HEADERS: [&str; 29] = [
    "行政相对人名称",
    "行政相对人类别",
    "行政相对人代码_1（统一社会信用代码）",
    "行政相对人代码_2（工商注册号）",
    "行政相对人代码_3（组织机构代码）",
    "行政相对人代码_4（税务登记号）",
    "行政相对人代码_5（事业单位证书号）",
    "行政相对人代码_6（社会组织登记证号）",
    "法定代表人",
    "法定代表人证件类型",
    "法定代表人证件号码",
    "证件类型",
    "证件号码",
    "行政处罚决定书文号",
    "违法行为类型",
    "违法事实",
    "处罚依据",
    "处罚类别",
    "处罚内容",
    "罚款金额（万元）",
    "没收违法所得、没收非法财物的金额（万元）",
    "暂扣或吊销证照名称及编号",
    "处罚决定日期",
    "处罚有效期",
    "公示截止期",
    "处罚机关",
    "处罚机关统一社会信用代码",
    "数据来源单位",
    "数据来源单位统一社会信用代码",
];

pub mod column {
    //! Places of the columns that damage or assembly need by name.
    pub const NAME: usize = 0;
    pub const CODE: usize = 2;
    pub const REGISTRATION: usize = 3;
    pub const NUMBER: usize = 13;
    pub const CONTENT: usize = 18;
    pub const LICENCE: usize = 21;
    pub const DECIDED: usize = 22;
}

/// Rows among which an earlier one is taken up again.
const RECENT: usize = 500;

/// What a row has to come out as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// No record as it stands.
    Rejected,
    /// Accepted, with this severity class (by its code) under the edition `cn-527`.
    Class(&'static str),
    /// Accepted; the class is a matter of judgement.
    Open,
}

/// One row.
#[derive(Debug, Clone)]
pub struct Row {
    /// The cells below [`HEADERS`].
    pub cells: Vec<String>,
    /// What it has to come out as.
    pub truth: Truth,
    /// Whether its decision stands further up already.
    pub is_duplicate: bool,
}

/// The rows of a list.
#[derive(Debug)]
pub struct List {
    seed: u64,
    rows: u64,
    next: u64,
    random: Random,
    recent: VecDeque<Row>,
}

impl List {
    /// A list of so many rows.
    pub fn new(seed: u64, rows: u64) -> Self {
        Self { seed, rows, next: 0, random: Random::new(seed, 0), recent: VecDeque::with_capacity(RECENT) }
    }

    fn fresh(&mut self) -> Row {
        let random = &mut self.random;
        // A few enterprises have many records, most have few.
        let most = self.rows / 4 + 1;
        let number = if random.thousandths(300) { random.below(most / 20 + 1) } else { random.below(most) };
        let party = party(self.seed, number);
        let decision = decide(random);
        let mut cells = assemble(&party, &decision, self.next, random);
        if random.thousandths(4) {
            spoil(&mut cells, random);
            return Row { cells, truth: Truth::Rejected, is_duplicate: false };
        }
        roughen(&mut cells, random);
        Row { cells, truth: decision.truth, is_duplicate: false }
    }
}

impl Iterator for List {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        if self.next == self.rows {
            return None;
        }
        self.next += 1;
        if !self.recent.is_empty() && self.random.thousandths(5) {
            let index = usize::try_from(self.random.below(self.recent.len() as u64)).unwrap_or_default();
            return Some(Row { is_duplicate: true, ..self.recent[index].clone() });
        }
        let row = self.fresh();
        if row.truth != Truth::Rejected {
            if self.recent.len() == RECENT {
                self.recent.pop_front();
            }
            self.recent.push_back(row.clone());
        }
        Some(row)
    }
}

fn assemble(party: &Party, decision: &Decision, number: u64, random: &mut Random) -> Vec<String> {
    let (full, short, area) = county(random.next());
    let bureau = decision.office.bureau;
    let authority = format!("南通市{full}{bureau}");
    let authority_code = credit_code("11", area, 900_000 + decision.office.number);
    let year = random.within(2019, 2022);
    let month = if year == 2022 { random.within(1, 5) } else { random.within(1, 12) };
    let day = random.within(1, 28);
    let text = str::to_owned;
    let identity_kind = if party.is_person { "" } else { "身份证" };
    let mut cells = vec![party.name.clone(), text(party.kind), party.code.clone()];
    cells.extend(std::iter::repeat_n(String::new(), 5));
    cells.extend([party.head.clone(), text(identity_kind)]);
    if party.is_person {
        cells.extend([String::new(), text("身份证"), party.identity.clone()]);
    } else {
        cells.extend([party.identity.clone(), String::new(), String::new()]);
    }
    cells.push(format!("通{short}{}罚〔{year}〕{number}号", decision.office.mark));
    cells.extend([
        text(decision.behaviour),
        decision.facts(year, month, day, random),
        text(decision.office.basis),
    ]);
    cells.extend([text(decision.kinds), decision.content.clone()]);
    cells.extend([ten_thousands(decision.fine), ten_thousands(decision.confiscated)]);
    cells.push(text(decision.licence));
    cells.push(written_day(year, month, day, random));
    cells.extend([text("2099/12/31"), format!("{}/{month:02}/{day:02}", year + 1)]);
    cells.extend([authority.clone(), authority_code.clone(), authority, authority_code]);
    cells
}

fn written_day(year: u64, month: u64, day: u64, random: &mut Random) -> String {
    match random.below(20) {
        0 => format!("{year}年{month}月{day}日"),
        1 | 2 => format!("{year}-{month:02}-{day:02}"),
        3 => format!("{year}{month:02}{day:02}"),
        4 => format!("{year}-{month:02}-{day:02} 00:00:00"),
        _ => format!("{year}/{month:02}/{day:02}"),
    }
}

/// Whole 元 in the standard's unit of 万元.
fn ten_thousands(yuan: Option<u64>) -> String {
    yuan.map_or_else(String::new, |yuan| {
        let text = format!("{}.{:04}", yuan / 10_000, yuan % 10_000);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_list() {
        let cells = |seed| List::new(seed, 50).map(|row| row.cells.join("|")).collect::<Vec<_>>();
        assert_eq!(cells(1), cells(1));
        assert_ne!(cells(1), cells(2));
        assert!(List::new(3, 200).all(|row| row.cells.len() == HEADERS.len()));
    }

    #[test]
    fn amounts_are_exact() {
        let written = [0, 5, 2000, 10_000, 123_456].map(|yuan| ten_thousands(Some(yuan)));
        assert_eq!(written, ["0", "0.0005", "0.2", "1", "12.3456"]);
    }
}
