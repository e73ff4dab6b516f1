//! `xinxiu archive`: one class packed on the command line, checked, and caught when a byte is changed (N22).

use std::path::Path;
use std::process::{Command, Output};

use xinxiu_store::testing::{self, TestStore};

use crate::houses::{House, PLANS};
use crate::support::Site;

fn run(args: &[&str], flags: &[String]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xinxiu")).args(args).args(flags).output().unwrap()
}

/// The flags with which the program finds a store of the tests.
fn flags(store: &TestStore) -> Vec<String> {
    let folder = store.folder.path();
    std::fs::write(folder.join("xinxiu.key"), "01".repeat(32)).unwrap();
    let data = folder.display().to_string();
    ["--data", &data, "--database", &store.address, "--today", "2022-09-15"].map(str::to_owned).to_vec()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn export(flags: &[String], login: &str, papers: bool, target: &Path) -> Output {
    let target = target.to_str().unwrap();
    let mut args = vec!["archive", "export", "--class", "1", "--as", login, "-o", target];
    args.extend(papers.then_some("--papers"));
    run(&args, flags)
}

fn verify(file: &Path) -> Output {
    run(&["archive", "verify", file.to_str().unwrap()], &[])
}

/// Where the bytes of each file of the package lie.
fn contents(file: &Path) -> Vec<(String, usize, usize)> {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(file).unwrap()).unwrap();
    (0..zip.len())
        .map(|index| {
            let entry = zip.by_index(index).unwrap();
            let start = usize::try_from(entry.data_start().unwrap()).unwrap();
            (entry.name().unwrap().into_owned(), start, usize::try_from(entry.compressed_size()).unwrap())
        })
        .collect()
}

#[test]
fn a_class_is_packed_and_a_changed_byte_is_found_in_its_file() {
    let store = testing::sqlite();
    let site = Site::over(&store);
    let houses: Vec<_> = (1..).zip(PLANS).map(|(number, plan)| House::open(&site, number, plan)).collect();
    let (flags, folder) = (flags(&store), tempfile::tempdir().unwrap());
    let package = folder.path().join("海安市.zip");
    let made = export(&flags, "h1-1", false, &package);
    assert_eq!(made.status.code(), Some(0), "{}", said(&made));
    let report: serde_json::Value = serde_json::from_slice(&made.stdout).unwrap();
    assert!(report["verified"].as_u64().unwrap() >= 5, "{report}");
    let whole = verify(&package);
    assert_eq!(whole.status.code(), Some(0), "{}", said(&whole));
    assert_eq!(serde_json::from_slice::<serde_json::Value>(&whole.stdout).unwrap(), report);

    let files = contents(&package);
    assert!(files.iter().any(|(name, ..)| name.contains("待修复企业档案.pdf")), "{files:?}");
    let (bytes, changed) = (std::fs::read(&package).unwrap(), folder.path().join("被改动.zip"));
    for (name, start, length) in &files {
        let mut tampered = bytes.clone();
        tampered[start + length / 2] ^= 0x10;
        std::fs::write(&changed, tampered).unwrap();
        let found = verify(&changed);
        // What frames the package is needed to read it at all; what it holds is counted.
        let expected = if name.contains('/') || name.ends_with("交接清单.txt") {
            Some(1)
        } else {
            found.status.code()
        };
        assert_ne!(found.status.code(), Some(0), "{name}");
        assert_eq!(found.status.code(), expected, "{name}：{}", said(&found));
        assert!(said(&found).contains(name.as_str()), "{name}：{}", said(&found));
    }
    std::fs::write(&changed, &bytes[..bytes.len() / 2]).unwrap();
    let cut = verify(&changed);
    assert_eq!(cut.status.code(), Some(3), "{}", said(&cut));
    assert!(
        said(&cut).contains("不是完好的 ZIP 文件") && said(&cut).contains("被改动.zip"),
        "{}",
        said(&cut)
    );

    // Never over a file that is there, and never for somebody else's class.
    assert_eq!(export(&flags, "h1-1", false, &package).status.code(), Some(3));
    assert_eq!(std::fs::read(&package).unwrap(), bytes);
    let other = folder.path().join("别家.zip");
    for login in ["h2-1", "h1-0", "nobody"] {
        assert_eq!(export(&flags, login, false, &other).status.code(), Some(3), "{login}");
        assert!(!other.exists());
    }
    // The class was not held yet, so there are no other papers to hand over; the message says so.
    let papers = export(&flags, "h1-1", true, &other);
    assert_eq!((papers.status.code(), other.exists()), (Some(3), false), "{}", said(&papers));
    assert_eq!(houses.len(), 3);
}
