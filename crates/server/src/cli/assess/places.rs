//! Where the answers may not go.

use std::path::{Path, PathBuf};

/// Why the answers cannot go where the call says: they would replace a list, or one another.
pub fn fault(lists: &[PathBuf], output: Option<&Path>, rejected: Option<&Path>) -> Option<String> {
    for (flag, target) in [("-o", output), ("--rejected", rejected)] {
        let Some(target) = target else { continue };
        if lists.iter().any(|list| is_same(list, target)) {
            return Some(format!("{flag} {} 就是要读取的名单，会被覆盖，请换一个文件名", target.display()));
        }
    }
    let (output, rejected) = (output, rejected?);
    if output.is_some_and(|output| is_same(output, rejected)) {
        return Some(format!("-o 和 --rejected 都写到 {}，请换一个文件名", rejected.display()));
    }
    let is_workbook = rejected.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"));
    (!is_workbook)
        .then(|| format!("退回的行写成 Excel 表格，--rejected {} 应以 .xlsx 结尾", rejected.display()))
}

/// Whether two paths lead to one file, also one that is not there yet.
fn is_same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => std::path::absolute(one).ok() == std::path::absolute(other).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let list = folder.path().join("名单.csv");
        std::fs::write(&list, "甲").unwrap();
        let by_a_detour = folder.path().join(".").join("名单.csv");
        let elsewhere = folder.path().join("结果.xlsx");
        let lists = [list.clone()];
        assert!(fault(&lists, Some(&by_a_detour), None).unwrap().contains("会被覆盖"));
        assert!(fault(&lists, None, Some(&list)).unwrap().contains("会被覆盖"));
        assert!(fault(&lists, Some(&elsewhere), Some(&elsewhere)).unwrap().contains("换一个"));
        assert!(fault(&lists, None, Some(&folder.path().join("退回.csv"))).unwrap().contains(".xlsx"));
        assert_eq!(fault(&lists, Some(&folder.path().join("结果.jsonl")), Some(&elsewhere)), None);
    }
}
