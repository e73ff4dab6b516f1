//! 培训通知 (N05–N09, N14, N19): the county office's letter that calls enterprises to a class.

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::official::{chinese_date, numbered, paper_data};
use crate::{Block, Document, DocumentError, Head, OfficialPaper, Paper};

/// The notice of one training class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrainingNotice {
    /// 文书编号, printed in the footer.
    pub number: String,
    /// 发文机关标志.
    pub header: String,
    /// 发文字号.
    pub reference: String,
    /// 标题.
    pub title: String,
    /// 主送机关.
    pub addressees: String,
    /// 培训班名称.
    pub class_name: String,
    /// 培训对象.
    pub audience: String,
    /// 培训时间, as it is to be read.
    pub time: String,
    /// 学时, as it is to be read.
    pub hours: String,
    /// 地点; empty for an online class.
    pub place: String,
    /// 线上链接; empty for a class on site.
    pub link: String,
    /// 培训内容 with its lecturers.
    pub modules: Vec<CourseModule>,
    /// 培训日程, line by line; empty where none was made.
    pub agenda: Vec<String>,
    /// 培训方式.
    pub methods: Vec<String>,
    /// 服务机构.
    pub agency: String,
    /// 联系人.
    pub contact: String,
    /// 联系电话; empty where none is on record.
    pub phone: String,
    /// Mobile contact group (N17); empty where there is none.
    pub contact_group: String,
    /// 署名.
    pub issuer: String,
    /// 抄送; empty where nobody gets a copy.
    pub copies_to: String,
    /// 成文日期.
    pub issued_on: Date,
}

/// One of the six modules (N09).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourseModule {
    /// What is taught.
    pub text: String,
    /// Who teaches it; empty where nobody does.
    pub lecturer: String,
}

impl CourseModule {
    /// The six modules in the words of the notice, lecturers open.
    pub fn six() -> Vec<Self> {
        [
            "宣贯《江苏省社会信用条例》",
            "讲解失信联合奖惩机制以及守信激励和失信惩戒对象名单管理办法等政策",
            "讲解国家、省、市联合奖惩措施等可能对企业产生的影响等；剖析奖惩典型案例，特别是我省、我市的相关案例",
            "介绍纠正失信行为、信用修复流程、要求以及易错案例",
            "签订信用修复承诺书（培训会前完成）",
            "企业参加信用修复培训结业考试",
        ]
        .into_iter()
        .map(|text| Self { text: text.to_owned(), lecturer: String::new() })
        .collect()
    }

    fn line(&self, is_last: bool) -> String {
        let end = if is_last { "。" } else { "；" };
        if self.lecturer.is_empty() {
            return format!("{}{end}", self.text);
        }
        format!("{}（讲师：{}）{end}", self.text, self.lecturer)
    }
}

impl TrainingNotice {
    /// The notice of an invented class.
    pub fn sample() -> Self {
        let mut modules = CourseModule::six();
        let lecturers = ["示例县信用办分管负责人虚构戊", "示例信用服务（虚构）有限公司讲师虚构己"];
        for (module, lecturer) in modules.iter_mut().zip(lecturers) {
            lecturer.clone_into(&mut module.lecturer);
        }
        let methods = ["宣讲辅导", "专题授课", "现场对接", "交流咨询", "测试评估"];
        Self {
            number: "TN-2022-0001".into(),
            header: "示例县社会信用体系建设领导小组办公室（虚构）".into(),
            reference: "示信用函〔2022〕3号".into(),
            title: "关于举办2022年示例县信用修复培训班第1期的通知".into(),
            addressees: "县各有关部门，各镇（街道），有关单位和企业".into(),
            class_name: "2022年示例县信用修复培训班第1期".into(),
            audience:
                "信用领域突出问题专项治理名单内、存在行政处罚的企业、重点关注名单企业的法定代表人或主要负责人"
                    .into(),
            time: "2022年6月28日（星期二）13:30—17:00".into(),
            hours: "3.5学时".into(),
            place: "示例县行政服务中心（虚构）三楼报告厅".into(),
            link: "https://example.invalid/s/1".into(),
            modules,
            agenda: vec![
                "13:30—14:20　宣贯《江苏省社会信用条例》（宣讲辅导，讲师：虚构戊）".into(),
                "14:20—14:30　休息".into(),
                "14:30—16:20　信用修复流程、要求与易错案例（专题授课，讲师：虚构己）".into(),
                "16:20—17:00　结业考试（测试评估）".into(),
            ],
            methods: methods.map(str::to_owned).to_vec(),
            agency: "示例信用服务（虚构）有限公司".into(),
            contact: "虚构庚".into(),
            phone: "（电话略）".into(),
            contact_group: String::new(),
            issuer: "示例县社会信用体系建设领导小组办公室（虚构）".into(),
            copies_to: "示例市信用办（虚构）".into(),
            issued_on: date(2022, 6, 20),
        }
    }

    fn arrangements(&self) -> Vec<Block> {
        let lines = [
            ("培训班", self.class_name.as_str()),
            ("时间", &self.time),
            ("学时", &self.hours),
            ("地点", &self.place),
            ("线上链接", &self.link),
            ("承办机构", &self.agency),
        ];
        let mut blocks = vec![Block::heading("一、培训安排")];
        let given = lines.iter().filter(|(_, text)| !text.is_empty());
        blocks.extend(given.map(|(label, text)| Block::body(format!("{label}：{text}"))));
        blocks
    }

    /// The programme, where one was made; what follows is numbered accordingly.
    fn programme(&self) -> Vec<Block> {
        if self.agenda.is_empty() {
            return Vec::new();
        }
        let mut blocks = vec![Block::heading("四、培训日程")];
        blocks.extend(self.agenda.iter().map(Block::body));
        blocks
    }

    fn requirements(number: &str) -> Vec<Block> {
        let items = [
            "本次培训为公益性办班，不收取企业培训费、服务费等任何费用，会场不出现任何商业宣传内容。",
            "参训企业请在培训会前签订《信用修复承诺书》，并带齐信用修复材料。",
            "对培训开展前企业已经存在的行政处罚信息，信用服务机构提供后续免费“一对一”指导服务。",
        ];
        let items: Vec<String> = items.map(str::to_owned).to_vec();
        let mut blocks = vec![Block::heading(format!("{number}、有关要求"))];
        blocks.extend(numbered(&items));
        blocks
    }
}

impl TrainingNotice {
    /// Whom to ask, and how.
    fn reached(&self) -> String {
        let group = format!("请加入联系群「{}」", self.contact_group);
        let how = match (self.phone.is_empty(), self.contact_group.is_empty()) {
            (true, true) => String::new(),
            (true, false) => format!("；联系方式：{group}"),
            (false, true) => format!("；联系电话：{}", self.phone),
            (false, false) => format!("；联系电话：{}；{group}", self.phone),
        };
        format!("联系人：{}{how}。", self.contact)
    }
}

impl OfficialPaper for TrainingNotice {
    fn paper(&self) -> Paper {
        let modules: Vec<String> = self
            .modules
            .iter()
            .enumerate()
            .map(|(index, module)| module.line(index + 1 == self.modules.len()))
            .collect();
        let mut blocks = vec![Block::body(
            "为宣传社会信用法律法规，帮助失信主体纠正失信行为、开展信用修复，现将信用修复公益培训有关事项通知如下：",
        )];
        blocks.extend(self.arrangements());
        blocks.push(Block::heading("二、培训对象"));
        blocks.push(Block::body(format!("{}。", self.audience)));
        blocks.push(Block::heading("三、培训内容"));
        blocks.extend(numbered(&modules));
        blocks.extend(self.programme());
        let (ways, rest) = if self.agenda.is_empty() { ("四", "五") } else { ("五", "六") };
        blocks.push(Block::heading(format!("{ways}、培训方式")));
        blocks.push(Block::body(format!("采用{}相结合的方式。", self.methods.join("、"))));
        blocks.extend(Self::requirements(rest));
        blocks.push(Block::body(self.reached()));
        Paper {
            header: self.header.clone(),
            reference: self.reference.clone(),
            title: self.title.clone(),
            addressees: self.addressees.clone(),
            blocks,
            issuer: self.issuer.clone(),
            dated: chinese_date(self.issued_on),
            copies_to: self.copies_to.clone(),
        }
    }
}

impl Document for TrainingNotice {
    const TEMPLATE: &'static str = "official";

    fn head(&self) -> Head<'_> {
        Head {
            edition: "training-notice-1",
            title: self.title.as_str().into(),
            author: &self.issuer,
            number: &self.number,
            issued_on: self.issued_on,
        }
    }

    fn data(&self) -> Result<Value, DocumentError> {
        paper_data(&self.paper())
    }
}
