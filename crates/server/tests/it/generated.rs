//! Generated pages of the documentation must not differ from the code. `XINXIU_REGENERATE=1` writes them.

use std::fs;
use std::path::{Path, PathBuf};

use xinxiu_domain::{actor, states};

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

fn must_equal(path: &Path, expected: &str) {
    if std::env::var_os("XINXIU_REGENERATE").is_some() {
        fs::write(path, expected).unwrap();
    }
    let found = fs::read_to_string(path).unwrap_or_default();
    assert!(found == expected, "{} 与代码不符；用 XINXIU_REGENERATE=1 重新生成", path.display());
}

#[test]
fn every_state_machine_is_drawn_as_it_is() {
    let folder = docs().join("states");
    let mut expected = Vec::new();
    for (name, noun, diagram) in states::diagrams() {
        let text = format!(
            "# {noun}\n\nGenerated from `crates/domain`; a test holds it against the code.\n\n```mermaid\n{diagram}```\n"
        );
        must_equal(&folder.join(format!("{name}.md")), &text);
        expected.push(format!("{name}.md"));
    }
    for entry in fs::read_dir(&folder).unwrap().flatten() {
        let name = entry.file_name().into_string().unwrap();
        assert!(expected.contains(&name), "docs/states/{name} 没有对应的状态机");
    }
}

#[test]
fn the_permission_matrix_is_written_down() {
    let text = format!(
        "# 权限表\n\nGenerated from `crates/domain/src/actor.rs`; a test holds it against the code. Requirement N13.\n\n{}",
        actor::permission_table()
    );
    must_equal(&docs().join("permissions.md"), &text);
}
