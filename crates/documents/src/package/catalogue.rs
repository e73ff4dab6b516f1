//! The two lists for people: the catalogue as CSV and the hand-over sheet.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::writer::{BagInfo, StoredItem};

const HEAD: [&str; 9] =
    ["编号", "企业名称", "统一社会信用代码", "材料种类", "题名", "日期", "文件", "字节数", "SHA-256"];

/// The catalogue with a byte-order mark, without which spreadsheets misread Chinese.
pub(super) fn catalogue_csv(items: &[StoredItem]) -> String {
    let mut csv = format!("\u{feff}{}\r\n", HEAD.join(","));
    for stored in items {
        let item = &stored.item;
        let dated = item.dated.map(|day| day.to_string()).unwrap_or_default();
        let bytes = stored.bytes.to_string();
        let fields = [
            &item.archive_number,
            &item.enterprise,
            &item.uscc,
            &item.kind,
            &item.title,
            &dated,
            &stored.path,
            &bytes,
            &stored.sha256,
        ];
        csv.push_str(&fields.map(|field| quote(field)).join(","));
        csv.push_str("\r\n");
    }
    csv
}

/// Quotes a field, and disarms text that a spreadsheet would run as a formula.
fn quote(field: &str) -> String {
    let guard = if field.starts_with(['=', '+', '-', '@', '\t']) { "'" } else { "" };
    format!("\"{guard}{}\"", field.replace('"', "\"\""))
}

/// The hand-over sheet, to be printed and signed by both sides.
pub(super) fn handover_sheet(info: &BagInfo, items: &[StoredItem], manifest_sha256: &str) -> String {
    let archives: BTreeSet<&str> = items.iter().map(|stored| stored.item.archive_number.as_str()).collect();
    let bytes: u64 = items.iter().map(|stored| stored.bytes).sum();
    let mut sheet = String::from("电子档案交接清单\r\n\r\n");
    let lines = [
        ("档案包", info.identifier.clone()),
        ("内容", info.description.clone()),
        ("移交单位", info.source.clone()),
        ("接收单位", info.receiver.clone()),
        ("移交日期", info.bagged_on.to_string()),
        ("档案数（户）", archives.len().to_string()),
        ("文件数（件）", items.len().to_string()),
        ("字节数", bytes.to_string()),
        ("文件清单摘要（manifest-sha256.txt 的 SHA-256）", manifest_sha256.to_owned()),
    ];
    for (label, value) in lines {
        // Writing to a String cannot fail.
        let _ = write!(sheet, "{label}：{value}\r\n");
    }
    sheet.push_str(
        "\r\n接收方检验：真实性□ 完整性□ 可用性□ 安全性□\r\n\r\n\
         移交人（签字）：　　　　　　　　日期：\r\n\
         接收人（签字）：　　　　　　　　日期：\r\n",
    );
    sheet
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_can_neither_break_out_nor_run() {
        assert_eq!(quote("甲\"乙,丙"), "\"甲\"\"乙,丙\"");
        assert_eq!(quote("=1+1"), "\"'=1+1\"");
    }
}
