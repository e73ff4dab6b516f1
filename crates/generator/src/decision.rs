//! What is decided: the office, the behaviour, the penalty in words and amounts, and the class that follows
//! from having made it so.

use crate::list::Truth;
use crate::random::Random;

/// An authority's kind.
pub struct Office {
    pub bureau: &'static str,
    /// Characters in its decision numbers.
    pub mark: &'static str,
    pub number: u64,
    pub basis: &'static str,
    /// What it finds; the place of the facts is before it.
    behaviours: &'static [(&'static str, &'static str)],
    /// Whether its field of law is one of those that the notice of 2019 lists for the gravest class.
    listed: bool,
    /// Records of the market authorities follow rules of their own.
    is_market: bool,
}

/// A decision in all that the columns need.
pub struct Decision {
    pub office: &'static Office,
    pub behaviour: &'static str,
    found: &'static str,
    pub kinds: &'static str,
    pub content: String,
    pub fine: Option<u64>,
    pub confiscated: Option<u64>,
    pub licence: &'static str,
    /// What the facts say of gravity.
    gravity: &'static str,
    pub truth: Truth,
}

const LICENCE: &str = "道路运输经营许可证 苏交运管许可通字320600301234号";

static OFFICES: [Office; 9] = [
    Office {
        bureau: "交通运输局",
        mark: "交",
        number: 1,
        basis: "《中华人民共和国道路运输条例》第六十四条、《道路货物运输及站场管理规定》第五十七条",
        behaviours: &[
            ("擅自超限运输", "驾驶货车行驶在公路上，经检测车货总质量超过限定标准，未办理超限运输许可"),
            (
                "不按规定维护车辆",
                "未按规定的周期和频次对从事道路货物运输的车辆进行维护和检测，车辆技术档案缺失",
            ),
            (
                "未按规定使用卫星定位装置",
                "所属危险货物运输车辆的卫星定位装置连续多日不在线，且没有及时处理和报告",
            ),
            ("车辆抛洒货物", "运输砂石料未采取必要措施防止货物脱落、扬撒，沿途路面遗撒约二十米"),
        ],
        listed: false,
        is_market: false,
    },
    Office {
        bureau: "交通运输综合行政执法大队",
        mark: "交执",
        number: 2,
        basis: "《公路安全保护条例》第六十四条；《超限运输车辆行驶公路管理规定》第四十三条第一款第（二）项",
        behaviours: &[
            (
                "违法超限运输",
                "组织车辆在国道上行驶，现场称重检测车货总重五十二点三吨，超过核定总质量三点三吨",
            ),
            (
                "聘用无从业资格人员",
                "聘用未取得从业资格证的人员驾驶道路运输车辆，执法人员现场核查其证件予以证实",
            ),
        ],
        listed: false,
        is_market: false,
    },
    Office {
        bureau: "生态环境局",
        mark: "环",
        number: 3,
        basis: "《中华人民共和国大气污染防治法》第一百零八条第一项、《建设项目环境保护管理条例》第二十三条",
        behaviours: &[
            (
                "大气污染防治设施不正常运行",
                "喷漆车间正在生产，活性炭吸附装置未开启，产生的挥发性有机废气未经处理直接排放",
            ),
            (
                "未批先建",
                "年产三千吨金属构件项目需要配套建设的环境保护设施未建成、未经验收，主体工程即投入生产",
            ),
        ],
        listed: true,
        is_market: false,
    },
    Office {
        bureau: "应急管理局",
        mark: "应急",
        number: 4,
        basis: "《中华人民共和国安全生产法》第九十七条第（三）项、《生产安全事故应急预案管理办法》第四十五条",
        behaviours: &[
            (
                "未如实记录安全生产教育培训情况",
                "未将安全生产教育和培训的时间、内容、参加人员以及考核结果等情况如实记录",
            ),
            ("特种作业人员无证上岗", "两名电焊作业人员未按规定经专门的安全作业培训并取得相应资格即上岗作业"),
        ],
        listed: true,
        is_market: false,
    },
    Office {
        bureau: "消防救援大队",
        mark: "消",
        number: 5,
        basis: "《中华人民共和国消防法》第六十条第一款第三项、《江苏省消防条例》第六十二条",
        behaviours: &[
            ("占用疏散通道", "二楼疏散通道堆放货物，安全出口被锁闭，消防设施、器材未保持完好有效"),
            (
                "消防设施未保持完好有效",
                "室内消火栓无水，火灾自动报警系统处于故障状态，不符合消防技术标准的要求",
            ),
        ],
        listed: true,
        is_market: false,
    },
    Office {
        bureau: "市场监督管理局",
        mark: "市监",
        number: 6,
        basis: "《中华人民共和国食品安全法》第一百二十四条第一款、《中华人民共和国行政处罚法》第三十二条",
        behaviours: &[
            (
                "经营超过保质期的食品",
                "货架上待售的预包装食品六袋已超过保质期，现场未能提供进货查验记录和相关票据",
            ),
            ("标签不符合规定", "所售预包装食品的标签未标明生产者的地址和联系方式，与食品安全标准的规定不符"),
        ],
        listed: true,
        is_market: true,
    },
    Office {
        bureau: "住房和城乡建设局",
        mark: "建",
        number: 7,
        basis: "《建设工程勘察设计管理条例》第四十条、《建筑业企业资质管理规定》第三十七条",
        behaviours: &[
            ("未按图施工", "在所承建的住宅小区项目中未按照审查合格的施工图设计文件施工，墙体构造柱缺失两处"),
            ("超越资质承揽业务", "在未取得相应资质等级的情况下承揽装饰装修业务，合同价款已部分支付"),
        ],
        listed: false,
        is_market: false,
    },
    Office {
        bureau: "城市管理局",
        mark: "城管",
        number: 8,
        basis: "《城市建筑垃圾管理规定》第二十二条、《江苏省城市市容和环境卫生管理条例》第五十一条",
        behaviours: &[
            (
                "未经核准处置建筑垃圾",
                "运输工程渣土的车辆未随车携带核准文件，车轮带泥上路，污染路面约四十平方米",
            ),
            ("占道经营", "在人行道上摆放桌椅和烧烤炉具经营，经多次劝告后仍未将物品搬离公共场所"),
        ],
        listed: false,
        is_market: false,
    },
    Office {
        bureau: "水利局",
        mark: "水",
        number: 9,
        basis: "《中华人民共和国水法》第六十九条、《取水许可和水资源费征收管理条例》第四十八条",
        behaviours: &[(
            "未按批准的条件取水",
            "从内河取水用于生产，年度取水量超过取水许可证载明的水量，计量设施损坏后未修复",
        )],
        listed: false,
        is_market: false,
    },
];

/// Makes a decision.
pub fn decide(random: &mut Random) -> Decision {
    // Half of the records come from transport, as in the lists of the field.
    let index = if random.thousandths(500) { random.below(2) } else { random.below(9) };
    let office = &OFFICES[usize::try_from(index).unwrap_or_default()];
    let (behaviour, found) =
        office.behaviours[usize::try_from(random.below(64)).unwrap_or_default() % office.behaviours.len()];
    let mut decision = Decision {
        office,
        behaviour,
        found,
        kinds: "罚款",
        content: String::new(),
        fine: None,
        confiscated: None,
        licence: "",
        gravity: "",
        truth: Truth::Class("general"),
    };
    let yuan = amount(random);
    match random.below(100) {
        0..=54 => decision.fined(yuan, format!("罚款人民币{yuan}元。")),
        55..=62 => {
            decision.kinds = "警告";
            "给予警告，责令改正。".clone_into(&mut decision.content);
        }
        63..=70 => {
            decision.kinds = "警告、罚款";
            decision.fined(yuan, format!("1.给予警告；2.罚款人民币{yuan}元整。"));
        }
        71..=75 => {
            let gain = amount(random);
            decision.kinds = "没收违法所得、没收非法财物；罚款";
            decision.confiscated = Some(gain);
            decision.fined(yuan, format!("没收违法所得{gain}元；并处罚款人民币{yuan}元。"));
        }
        other => decision.seldom(other, yuan, random),
    }
    decision.gravity(random);
    if office.is_market {
        decision.truth = Truth::Open;
    }
    decision
}

impl Decision {
    fn fined(&mut self, yuan: u64, content: String) {
        self.fine = Some(yuan);
        self.content = content;
    }

    /// Decisions that a hasty reader gets wrong: what is threatened, denied or only a measure.
    fn seldom(&mut self, which: u64, yuan: u64, random: &mut Random) {
        let days = random.within(3, 30);
        match which {
            76..=79 => {
                self.kinds = "责令停产停业";
                self.fined(yuan, format!("责令停产停业{days}日，并处罚款人民币{yuan}元。"));
                self.severe();
            }
            80..=82 => {
                self.kinds = "吊销许可证件";
                self.licence = LICENCE;
                "吊销道路运输经营许可证，责令停止违法行为。".clone_into(&mut self.content);
                self.severe();
            }
            83..=86 => {
                self.fined(yuan, format!("责令限期改正，处罚款人民币{yuan}元；逾期不改正的，责令停产停业。"));
            }
            87..=89 => {
                self.fined(yuan, format!("鉴于当事人主动消除危害后果，不予吊销许可证，罚款人民币{yuan}元。"));
            }
            90..=92 => {
                self.kinds = "暂扣许可证件";
                self.licence = LICENCE;
                self.content = format!("暂扣道路运输经营许可证{days}日。");
            }
            93..=95 => self.fined(yuan, format!("罚款人民币{yuan}元，责令停业整顿{days}日。")),
            96 | 97 => {
                self.kinds = "暂扣或者吊销许可证";
                self.content = format!("按规定处理其许可证，责令{days}日内整改到位。");
                self.truth = if self.office.listed { Truth::Open } else { self.truth };
            }
            _ => self.fined(yuan, format!("责令{days}日内改正违法行为，无需整改其他项目，罚款{yuan}元。")),
        }
    }

    /// Closing or revoking weighs most in the listed fields, and no more than a fine elsewhere.
    fn severe(&mut self) {
        if self.office.listed {
            self.truth = Truth::Class("specified_serious");
        }
    }

    /// The facts may find the circumstances grave, or say that they are not.
    fn gravity(&mut self, random: &mut Random) {
        match random.below(50) {
            0 => {
                self.gravity = "，情节严重，社会影响较大";
                if self.truth == Truth::Class("general") {
                    self.truth = Truth::Class("serious");
                }
            }
            1 => self.gravity = "，经审查未达到情节严重的程度",
            _ => {}
        }
    }

    /// 违法事实: when, where and what; hardly two are alike.
    pub fn facts(&self, year: u64, month: u64, day: u64, random: &mut Random) -> String {
        let road =
            random.pick(&["人民路", "工农路", "通京大道", "长江路", "世纪大道", "江海大道", "东方大道"]);
        let (number, hour, minute) = (random.within(1, 999), random.within(7, 20), random.below(60));
        format!(
            "{year}年{month}月{day}日{hour}时{minute}分，执法人员在{road}{number}号检查时发现，当事人{}{}。\
             以上事实有现场检查笔录、询问笔录、照片等证据为证。",
            self.found, self.gravity
        )
    }
}

fn amount(random: &mut Random) -> u64 {
    match random.below(10) {
        0..=5 => random.within(1, 20) * 100,
        6..=8 => random.within(2, 60) * 1000,
        _ => random.within(1000, 400_000),
    }
}
