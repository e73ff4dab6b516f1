//! Who is penalised and who penalises; all invented.

use crate::codes::{credit_code, identity_number};
use crate::random::Random;

const COUNTIES: [(&str, &str, u32); 8] = [
    ("崇川区", "崇川", 320_613),
    ("通州区", "通州", 320_612),
    ("海门区", "海门", 320_614),
    ("海安市", "海安", 320_685),
    ("如皋市", "如皋", 320_682),
    ("如东县", "如东", 320_623),
    ("启东市", "启东", 320_681),
    ("开发区", "开发区", 320_691),
];
const SYLLABLES: [&str; 40] = [
    "华", "盛", "通", "达", "恒", "泰", "鑫", "源", "宏", "利", "顺", "安", "永", "丰", "金", "海", "江",
    "东", "润", "佳", "立", "新", "中", "远", "博", "瑞", "嘉", "和", "天", "成", "康", "隆", "腾", "飞",
    "星", "辉", "凯", "德", "祥", "云",
];
const TRADES: [&str; 16] = [
    "汽车运输",
    "物流",
    "建筑工程",
    "化工",
    "食品",
    "纺织",
    "机械制造",
    "餐饮管理",
    "船舶修造",
    "危险品运输",
    "装饰工程",
    "医药",
    "环保科技",
    "商贸",
    "金属制品",
    "驾驶培训",
];
const FAMILY: [&str; 16] =
    ["张", "王", "李", "陈", "刘", "杨", "黄", "赵", "周", "吴", "徐", "孙", "朱", "顾", "陆", "曹"];

/// A county by its number: full name, short name, area code.
pub fn county(index: u64) -> (&'static str, &'static str, u32) {
    COUNTIES[usize::try_from(index).unwrap_or_default() % COUNTIES.len()]
}

/// Somebody who is penalised.
pub struct Party {
    /// Name of the enterprise or the person.
    pub name: String,
    /// 行政相对人类别.
    pub kind: &'static str,
    /// Credit code; empty for a person.
    pub code: String,
    /// Legal representative; empty for a person.
    pub head: String,
    /// Identity number of the legal representative or of the person.
    pub identity: String,
    /// Whether it is a person.
    pub is_person: bool,
}

/// The party of a number; the same number always gives the same party.
pub fn party(seed: u64, number: u64) -> Party {
    let mut random = Random::new(seed, number.wrapping_add(1 << 40));
    let is_person = number % 11 == 7;
    let is_trader = !is_person && number % 13 == 5;
    let head = format!("{}{}", random.pick(&FAMILY), syllables(&mut random, 2));
    let identity = identity_number(&mut random);
    if is_person {
        return Party {
            name: head,
            kind: "自然人",
            code: String::new(),
            head: String::new(),
            identity,
            is_person,
        };
    }
    let (_, short, area) = county(random.next());
    let bare = syllables(&mut random, 3);
    let trade = random.pick(&TRADES);
    let (name, kind, registered) = if is_trader {
        (format!("{short}{bare}{trade}经营部（虚构）"), "个体工商户", "92")
    } else {
        (format!("南通{bare}{trade}有限公司（虚构）"), "法人及非法人组织", "91")
    };
    Party { name, kind, code: credit_code(registered, area, number), head, identity, is_person }
}

fn syllables(random: &mut Random, count: usize) -> String {
    (0..count).map(|_| random.pick(&SYLLABLES)).collect()
}
