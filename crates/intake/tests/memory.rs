//! Long files: memory does not run away. A binary of its own, because the kernel measures a whole process.

#![allow(clippy::unwrap_used, reason = "helpers of tests lie outside of #[test] functions")]

use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::Path;

use jiff::civil::date;
use xinxiu_domain::Uscc;
use xinxiu_intake::{Options, Seen, read_file};

const SIZE: usize = 50 << 20;

/// Highest resident memory of this process so far, in KiB; `None` where the system does not say.
/// The kernel sums it from counters per core that lag, so that a later reading may be slightly lower.
fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn write_list(path: &Path) -> u64 {
    let mut file = BufWriter::new(std::fs::File::create(path).unwrap());
    let mut line = String::from("企业名称,统一社会信用代码,处罚文号,处罚决定日期,处罚机关,处罚内容\n");
    let (mut written, mut rows) = (0, 0_u64);
    while written < SIZE {
        file.write_all(line.as_bytes()).unwrap();
        written += line.len();
        rows += 1;
        let code = Uscc::from_body(&format!("91320613MA1T{:05}", rows % 100_000)).unwrap();
        line = format!(
            "示例{rows}（虚构）有限公司,{code},通示罚〔2022〕{rows}号,2022-01-{:02},示例局,\"{}\"\n",
            rows % 28 + 1,
            "责令改正，罚款人民币2000元。".repeat(20)
        );
    }
    file.flush().unwrap();
    rows - 1
}

/// One test, so that the memory measured is that of these reads.
#[test]
fn fifty_megabytes_stream_through() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("长名单.csv");
    let rows = write_list(&path);
    let before = peak_kib();
    let mut received = 0;
    let summary = read_file(&path, &Options::new(date(2022, 6, 14)), &mut Seen::new(), &mut |_, _| {
        received += 1;
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!((received, summary.penalties, summary.rejected), (rows, rows, 0));
    if let (Some(before), Some(after)) = (before, peak_kib()) {
        let more = after.saturating_sub(before);
        assert!(more < 60 << 10, "{more} KiB more");
    }

    // Garbage without a line end must be refused long before it is held in memory.
    let mut state = 1_u32;
    let garbage: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        b'a' + (state >> 24) as u8 % 26
    })
    .take(SIZE)
    .collect();
    std::fs::write(&path, garbage).unwrap();
    let refusal = read_file(&path, &Options::new(date(2022, 6, 14)), &mut Seen::new(), &mut |_, _| {
        ControlFlow::Continue(())
    })
    .unwrap_err();
    assert_eq!(refusal.code(), "not_a_spreadsheet");
}
