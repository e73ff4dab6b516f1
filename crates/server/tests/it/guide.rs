//! What the handbook puts in quotation marks is the word of a page, a button or a heading: it stands in the sources.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All Rust sources of a crate, one behind the other.
fn sources(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            into.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn the_handbook_calls_things_as_the_pages_do() {
    let mut said = String::new();
    for name in ["domain", "workflow", "server"] {
        sources(&root().join("crates").join(name).join("src"), &mut said);
    }
    let (mut pages, mut wrong) = (0, Vec::new());
    for entry in fs::read_dir(root().join("docs/guide")).unwrap().flatten() {
        let text = fs::read_to_string(entry.path()).unwrap();
        pages += 1;
        for word in text.split('“').skip(1).filter_map(|rest| rest.split_once('”')).map(|(word, _)| word)
        {
            if !said.contains(word) {
                wrong.push(format!("{}：{word}", entry.file_name().display()));
            }
        }
    }
    assert!(pages > 6, "手册只有{pages}页");
    assert!(wrong.is_empty(), "页面上没有这些字：\n{}", wrong.join("\n"));
}
