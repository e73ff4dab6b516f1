//! Invented enterprises with names as a city's register has them, and their codes and decision numbers.

use xinxiu_domain::Uscc;
use xinxiu_domain::actor::{Actor, Role};
use xinxiu_domain::id::OrgId;

const PLACES: [(&str, &str); 12] = [
    ("南通", "320600"),
    ("海门", "320614"),
    ("如皋", "320682"),
    ("启东", "320681"),
    ("海安", "320685"),
    ("如东", "320623"),
    ("通州", "320612"),
    ("崇川", "320613"),
    ("江苏", "320000"),
    ("上海", "310000"),
    ("苏州", "320500"),
    ("重庆", "500000"),
];
const STEMS: &str = "华东新宏达盛源通海瑞兴隆恒泰嘉润佳美天长永和信诚德仁义金银鑫富贵百利万顺安康平祥云龙凤鸣春晖明辉光耀旭阳晨星宇航博雅文正大方圆卓越创联合众力凯旋世纪远景绿洲蓝天碧水清风翠林秀山丽江虹桥紫荆丹枫玉兰梅竹菊松柏杨柳桃李杏梨";
const TRADES: [&str; 24] = [
    "纺织",
    "建筑工程",
    "贸易",
    "科技",
    "物流",
    "食品",
    "化工",
    "机械制造",
    "餐饮管理",
    "劳务",
    "房地产开发",
    "运输",
    "环保科技",
    "电子",
    "船舶配套",
    "家用纺织品",
    "医疗器械",
    "装饰工程",
    "农业发展",
    "汽车销售服务",
    "新材料",
    "信息技术",
    "水产养殖",
    "文化传媒",
];
const FORMS: [&str; 8] =
    ["有限公司", "有限公司", "有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司", "厂"];
const AUTHORITIES: [&str; 6] =
    ["通环罚字", "通市监处罚字", "海应急罚字", "皋住建罚字", "启交罚字", "苏通税稽罚"];

/// One enterprise.
pub struct Made {
    pub name: String,
    pub uscc: String,
    /// Place in the list of counties.
    pub county: usize,
    pub decision: String,
}

/// How many counties there are.
pub const COUNTIES: usize = 10;

/// Somebody of an organisation who asks.
pub fn actor(role: Role, org: Option<i64>) -> Actor {
    Actor { account: None, name: "示例".into(), role, org: org.map(OrgId), enterprise: None }
}

/// A number drawn from another, the same each time (`SplitMix64`).
pub const fn draw(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn pick(seed: &mut u64, below: usize) -> usize {
    *seed = draw(*seed);
    usize::try_from(*seed % below as u64).unwrap_or(0)
}

/// The enterprise of this number.
pub fn enterprise(number: u64) -> Made {
    let mut seed = draw(number);
    // Most of a city's enterprises have the city's name or a county's in front.
    let place = if pick(&mut seed, 10) < 4 { 0 } else { pick(&mut seed, PLACES.len()) };
    let stems: Vec<char> = STEMS.chars().collect();
    let length = 2 + pick(&mut seed, 2);
    let stem: String = (0..length).map(|_| stems[pick(&mut seed, stems.len())]).collect();
    let trade = TRADES[pick(&mut seed, TRADES.len())];
    let form = FORMS[pick(&mut seed, FORMS.len())];
    let county = pick(&mut seed, COUNTIES);
    let area = PLACES[1 + county % 7].1;
    let body = format!("91{area}{}", own_code(number));
    let year = 2018 + pick(&mut seed, 5);
    let authority = AUTHORITIES[pick(&mut seed, AUTHORITIES.len())];
    Made {
        name: format!("{}{stem}{trade}{form}", PLACES[place].0),
        uscc: Uscc::from_body(&body).map_or_else(|_| body.clone(), |code| code.as_str().to_owned()),
        county,
        decision: format!("{authority}〔{year}〕{}号", 1 + pick(&mut seed, 9_999)),
    }
}

/// Nine letters and digits that no other number has.
fn own_code(number: u64) -> String {
    const LETTERS: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let mut rest = number;
    let mut code = vec![b'0'; 7];
    for place in code.iter_mut().rev() {
        *place = LETTERS[usize::try_from(rest % 31).unwrap_or(0)];
        rest /= 31;
    }
    format!("MA{}", String::from_utf8_lossy(&code))
}
