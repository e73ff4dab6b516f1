//! Invented words. Every enterprise name says 示例 and 虚构, so that none can be taken for a real one.

/// Places: county office, its short name, area code in the invented codes, townships.
pub const PLACES: &[(&str, &str, &str, &[&str])] = &[
    ("海安市信用办", "海安市", "320685", &["示例城东镇", "示例曲塘镇", "示例李堡镇"]),
    ("如皋市信用办", "如皋市", "320682", &["示例如城街道", "示例白蒲镇", "示例搬经镇"]),
    ("如东县信用办", "如东县", "320623", &["示例掘港街道", "示例洋口镇", "示例岔河镇"]),
    ("启东市信用办", "启东市", "320681", &["示例汇龙镇", "示例吕四港镇", "示例北新镇"]),
    ("崇川区信用办", "崇川区", "320613", &["示例城东街道", "示例任港街道", "示例观音山街道"]),
    ("通州区信用办", "通州区", "320612", &["示例金沙街道", "示例平潮镇", "示例兴东街道"]),
    ("海门区信用办", "海门区", "320614", &["示例海门街道", "示例三星镇", "示例常乐镇"]),
    ("南通经济技术开发区经发局", "开发区", "320691", &["示例竹行街道", "示例小海街道"]),
];

const FIRST: &[&str] = &["青禾", "远帆", "江桥", "海棠", "云杉", "长风", "明湖", "南岸", "新叶", "白鹭"];
const TRADE: &[(&str, &str)] = &[
    ("纺织", "纺织业"),
    ("机械", "通用设备制造业"),
    ("食品", "食品制造业"),
    ("建材", "非金属矿物制品业"),
    ("运输", "道路运输业"),
    ("装饰", "建筑装饰业"),
    ("商贸", "批发业"),
    ("餐饮", "餐饮业"),
    ("化工", "化学原料和化学制品制造业"),
    ("诊所", "卫生"),
];

/// Name and industry of the enterprise with this number.
pub fn enterprise(number: usize, place: &str) -> (String, &'static str) {
    let (trade, industry) = TRADE[number % TRADE.len()];
    let first = FIRST[(number / TRADE.len()) % FIRST.len()];
    (format!("示例{place}{first}{trade}{number:04}号（虚构）有限公司"), industry)
}

/// Name of an invented person.
pub fn person(number: usize) -> &'static str {
    const NAMES: &[&str] = &["示例甲", "示例乙", "示例丙", "示例丁", "示例戊", "示例己", "示例庚", "示例辛"];
    NAMES[number % NAMES.len()]
}

/// What an authority decides: authority, mark of its decision numbers, kinds, content, violation, facts,
/// basis, fine in 元, severity column.
pub struct Decision {
    /// Authority.
    pub authority: &'static str,
    /// Mark of its decision numbers.
    pub mark: &'static str,
    /// 处罚类别.
    pub kinds: &'static str,
    /// 处罚内容.
    pub content: &'static str,
    /// 违法行为类型.
    pub violation: &'static str,
    /// 违法事实.
    pub facts: &'static str,
    /// 处罚依据.
    pub basis: &'static str,
    /// Fine in 万元.
    pub fine: &'static str,
    /// 失信严重程度.
    pub severity: &'static str,
}

macro_rules! decision {
    ($authority:literal, $mark:literal, $kinds:literal, $content:literal, $violation:literal, $facts:literal, $basis:literal, $fine:literal, $severity:literal) => {
        Decision {
            authority: $authority,
            mark: $mark,
            kinds: $kinds,
            content: $content,
            violation: $violation,
            facts: $facts,
            basis: $basis,
            fine: $fine,
            severity: $severity,
        }
    };
}

/// The decisions of which the demo's lists are made.
pub const DECISIONS: &[Decision] = &[
    decision!(
        "南通市生态环境局",
        "通环罚字",
        "罚款",
        "罚款20000元",
        "未按规定维护污染防治设施",
        "废气处理设施未正常运行",
        "《中华人民共和国大气污染防治法》第九十九条",
        "2",
        "一般"
    ),
    decision!(
        "南通市应急管理局",
        "通应急罚",
        "罚款",
        "责令限期整改，罚款15000元",
        "未如实记录安全培训情况",
        "未如实记录安全生产教育和培训情况",
        "《中华人民共和国安全生产法》第九十七条",
        "1.5",
        "一般"
    ),
    decision!(
        "南通市交通运输局",
        "通交罚",
        "罚款",
        "罚款3000元",
        "超限运输",
        "车辆超限运输未经许可",
        "《公路安全保护条例》第六十四条",
        "0.3",
        "一般"
    ),
    decision!(
        "南通市住房和城乡建设局",
        "通建罚",
        "警告",
        "警告，责令停止违法行为",
        "未办理施工许可",
        "未取得施工许可证擅自施工",
        "《建筑工程施工许可管理办法》第十二条",
        "",
        "一般"
    ),
    decision!(
        "南通市消防救援支队",
        "通消罚决字",
        "罚款",
        "罚款5000元",
        "消防设施未保持完好有效",
        "消火栓无水",
        "《中华人民共和国消防法》第六十条",
        "0.5",
        "一般"
    ),
    decision!(
        "南通市人力资源和社会保障局",
        "通人社罚",
        "罚款",
        "罚款10000元",
        "未按规定支付工资",
        "拖欠劳动者工资且逾期不改",
        "《保障农民工工资支付条例》第五十五条",
        "1",
        "严重"
    ),
    decision!(
        "南通市市场监督管理局",
        "通市监罚",
        "罚款;没收违法所得",
        "没收违法所得1200元，罚款8000元",
        "虚假标注",
        "标签内容与实际不符",
        "《中华人民共和国食品安全法》第一百二十五条",
        "0.8",
        "一般"
    ),
    decision!(
        "南通市生态环境局",
        "通环罚字",
        "责令停产停业",
        "责令停产停业，罚款100000元",
        "未批先建",
        "未经环评审批擅自投产",
        "《中华人民共和国环境保护法》第六十一条",
        "10",
        "特定严重"
    ),
    decision!(
        "南通市卫生健康委员会",
        "通卫医罚",
        "罚款",
        "罚款6000元，责令限期整改",
        "使用非卫生技术人员",
        "使用非卫生技术人员从事诊疗活动",
        "《医疗机构管理条例》第四十七条",
        "0.6",
        "一般"
    ),
    decision!(
        "南通市城市管理局",
        "通城管罚",
        "罚款",
        "罚款2000元",
        "擅自占道",
        "未经批准擅自占用道路堆放物料",
        "《城市道路管理条例》第四十二条",
        "0.2",
        "一般"
    ),
    decision!(
        "国家税务总局南通市税务局",
        "通税罚",
        "罚款",
        "罚款4000元",
        "未按期申报",
        "未按规定期限办理纳税申报",
        "《中华人民共和国税收征收管理法》第六十二条",
        "0.4",
        "一般"
    ),
];

/// First decision of a sector class in [`DECISIONS`]; the ones before belong to any region.
pub const HEALTH: usize = 8;
/// Urban management; tax follows.
pub const URBAN: usize = 9;

/// A decision whose class the lists leave open: 停产整顿 may be 责令停产停业, which only its authority knows.
pub const UNCLEAR: Decision = decision!(
    "南通市生态环境局",
    "通环罚字",
    "其他",
    "停产整顿三十日",
    "超标排放水污染物",
    "排放的水污染物超过标准",
    "《中华人民共和国水污染防治法》第八十三条",
    "",
    ""
);
