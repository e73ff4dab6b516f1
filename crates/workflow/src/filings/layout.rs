//! The spreadsheet of a package: the fields that the place asks for, one row per penalty record, and the list of attachments.
//! 信用中国 and the market supervision ask for different ones.

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use xinxiu_domain::filing::receiver;
use xinxiu_domain::penalty::{Lane, Material};
use xinxiu_store::enterprise::Enterprise;
use xinxiu_store::penalty::Penalty;

/// A row's source.
pub(super) struct Line<'a> {
    pub enterprise: &'a Enterprise,
    pub penalty: &'a Penalty,
    pub contact: (&'a str, &'a str),
    pub statement: &'a str,
    pub folder: String,
}

/// A column: its head, its width, and what stands in it.
type Column = (&'static str, f64, fn(&Line<'_>) -> String);

const CREDIT_CHINA: &[Column] = &[
    ("行政相对人名称", 34.0, |line| line.enterprise.name.clone()),
    ("统一社会信用代码", 22.0, uscc),
    ("法定代表人", 12.0, |line| line.enterprise.legal_representative.clone()),
    ("行政处罚决定书文号", 24.0, |line| line.penalty.decision.to_string()),
    ("违法行为类型", 20.0, |line| line.penalty.facts.violation.clone()),
    ("违法事实", 40.0, |line| line.penalty.facts.facts.clone()),
    ("处罚依据", 30.0, |line| line.penalty.facts.basis.clone()),
    ("处罚类别", 14.0, |line| line.penalty.facts.kinds.clone()),
    ("处罚内容", 30.0, |line| line.penalty.facts.content.clone()),
    ("罚款金额（万元）", 12.0, |line| wan(line.penalty.facts.fine_fen)),
    ("没收金额（万元）", 12.0, |line| wan(line.penalty.facts.confiscated_fen)),
    ("处罚决定日期", 12.0, |line| slashes(Some(line.penalty.facts.decision_date))),
    ("处罚机关", 24.0, |line| line.penalty.facts.authority.clone()),
    ("公示截止期", 12.0, |line| slashes(line.penalty.stated_publicity_end)),
    ("失信类别", 12.0, |line| line.penalty.assessment.class.to_string()),
    ("最短公示期至", 12.0, |line| slashes(line.penalty.assessment.min_until)),
    ("履行义务和纠正失信情况说明", 40.0, |line| line.statement.to_owned()),
    ("经办人", 10.0, |line| line.contact.0.to_owned()),
    ("经办人联系方式", 16.0, |line| line.contact.1.to_owned()),
    ("附件目录", 24.0, |line| line.folder.clone()),
];

const MARKET: &[Column] = &[
    ("当事人名称", 34.0, |line| line.enterprise.name.clone()),
    ("统一社会信用代码/注册号", 22.0, uscc),
    ("法定代表人（负责人）", 12.0, |line| line.enterprise.legal_representative.clone()),
    ("处罚决定书文号", 24.0, |line| line.penalty.decision.to_string()),
    ("处罚种类", 14.0, |line| line.penalty.facts.kinds.clone()),
    ("处罚内容", 30.0, |line| line.penalty.facts.content.clone()),
    ("作出处罚决定日期", 12.0, |line| slashes(Some(line.penalty.facts.decision_date))),
    ("作出处罚决定机关", 24.0, |line| line.penalty.facts.authority.clone()),
    ("可申请提前停止公示的日期", 14.0, |line| slashes(line.penalty.assessment.repairable_from)),
    ("申请信用修复的理由", 40.0, |line| line.statement.to_owned()),
    ("经办人", 10.0, |line| line.contact.0.to_owned()),
    ("联系电话", 16.0, |line| line.contact.1.to_owned()),
    ("附件目录", 24.0, |line| line.folder.clone()),
];

fn columns(lane: Lane) -> &'static [Column] {
    if lane == Lane::MarketSupervision { MARKET } else { CREDIT_CHINA }
}

fn uscc(line: &Line<'_>) -> String {
    let code = line.enterprise.uscc.as_ref().map(|uscc| uscc.as_str().to_owned());
    code.unwrap_or_else(|| line.enterprise.registration_number.clone())
}

/// Money as the platforms write it: in 万元 with up to six decimals and no zeros behind.
fn wan(fen: Option<i64>) -> String {
    let Some(fen) = fen else { return String::new() };
    let text = format!("{}.{:06}", fen / 1_000_000, fen % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Days as the platforms write them.
fn slashes(day: Option<jiff::civil::Date>) -> String {
    day.map(|day| day.strftime("%Y/%m/%d").to_string()).unwrap_or_default()
}

/// What an attachment is called: its place in the list of materials, and the name that the lane uses.
pub(super) fn attachment_name(lane: Lane, material: Material) -> &'static str {
    match (material, lane) {
        (Material::Commitment, Lane::MarketSupervision) => "02-守信承诺书",
        (Material::RepairApplication, _) => "01-信用修复申请书",
        (Material::PerformanceProof, Lane::MarketSupervision) => "03-履行行政处罚决定的证明",
        (Material::Commitment, _) => "01-信用修复承诺书",
        (Material::Licence, _) => "02-主要登记证照",
        (Material::PerformanceProof, _) => "03-已履行行政处罚证明",
        (Material::RectificationForm, _) => "04-行政处罚信息信用修复表",
        (Material::TrainingCertificate, _) => "05-信用修复培训证明",
        (Material::CreditReport, _) => "06-信用报告",
    }
}

/// One attachment as the list names it.
pub(super) struct Attached {
    pub decision: String,
    pub material: Material,
    pub path: String,
    pub bytes: u64,
    pub sha256: String,
}

/// The spreadsheet of a package.
pub(super) fn workbook(
    lane: Lane,
    reference: &str,
    lines: &[Line<'_>],
    attached: &[Attached],
) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("修复申请")?.set_freeze_panes(1, 0)?;
    let columns = columns(lane);
    heads(sheet, &columns.iter().map(|(head, width, _)| (*head, *width)).collect::<Vec<_>>())?;
    for (row, line) in (1u32..).zip(lines) {
        for (place, (_, _, value)) in (0u16..).zip(columns) {
            // Always as strings: a name that begins with "=" is a name, and a code of digits no number.
            sheet.write_string(row, place, value(line))?;
        }
    }
    let sheet = workbook.add_worksheet();
    sheet.set_name("附件清单")?.set_freeze_panes(1, 0)?;
    heads(
        sheet,
        &[("处罚决定书文号", 24.0), ("材料", 24.0), ("文件", 60.0), ("字节", 12.0), ("SHA-256", 66.0)],
    )?;
    for (row, one) in (1u32..).zip(attached) {
        let bytes = one.bytes.to_string();
        for (place, text) in
            (0u16..).zip([&one.decision, one.material.label(), &one.path, &bytes, &one.sha256])
        {
            sheet.write_string(row, place, text)?;
        }
    }
    let sheet = workbook.add_worksheet();
    sheet.set_name("说明")?.set_column_width(0, 16)?.set_column_width(1, 60)?;
    for (row, (head, text)) in (0u32..).zip([("申报编号", reference), ("报送", receiver(lane))]) {
        sheet.write_string(row, 0, head)?.write_string(row, 1, text)?;
    }
    workbook.save_to_buffer()
}

fn heads(sheet: &mut Worksheet, heads: &[(&str, f64)]) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    for (place, (head, width)) in (0u16..).zip(heads) {
        sheet.set_column_width(place, *width)?.write_string_with_format(0, place, *head, &bold)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_in_ten_thousands() {
        assert_eq!(wan(Some(200_000)), "0.2");
        assert_eq!(wan(Some(1_000_000)), "1");
        assert_eq!(wan(Some(123)), "0.000123");
        assert_eq!(wan(None), "");
    }
}
