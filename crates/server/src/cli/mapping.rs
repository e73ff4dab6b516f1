//! `--map FILE`: what the columns of lists mean, said in a file as on the page 对应各列.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use xinxiu_intake::{Field, Mapping, Refusal, UnknownColumn};

/// Words that leave a column out.
const LEFT_OUT: [&str; 2] = ["-", ""];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MapFile {
    /// Row of the header in every sheet, from 1; 0 where there is none; sought where it is left out.
    header_row: Option<u64>,
    /// The same for single sheets, by their names.
    #[serde(default)]
    header_rows: BTreeMap<String, u64>,
    /// Field of each column by its header.
    columns: BTreeMap<String, String>,
}

/// Reads a file of mappings; without one nothing is said of the columns.
///
/// # Errors
/// A file that cannot be read, or names a field that there is not.
pub(super) fn read(path: Option<&Path>) -> Result<Mapping> {
    let Some(path) = path else { return Ok(Mapping::new()) };
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("无法读取 {shown}"))?;
    parse(&text).with_context(|| format!("列对应文件 {shown} 有误"))
}

fn parse(text: &str) -> Result<Mapping> {
    let file: MapFile = toml::from_str(text)?;
    let mut mapping = Mapping::new();
    if let Some(row) = file.header_row {
        mapping.set_header_row_everywhere(row);
    }
    for (sheet, row) in &file.header_rows {
        mapping.set_header_row(sheet, *row);
    }
    let mut owners: BTreeMap<Field, String> = BTreeMap::new();
    for (header, word) in file.columns {
        let field = field(&word).with_context(|| format!("「{header}」"))?;
        if let Some(field) = field
            && let Some(other) = owners.insert(field, header.clone())
        {
            bail!("「{other}」和「{header}」都对应「{field}」，只能有一列");
        }
        mapping.set(header, field);
    }
    Ok(mapping)
}

/// A field by its code or its Chinese name.
fn field(word: &str) -> Result<Option<Field>> {
    let word = word.trim();
    if LEFT_OUT.contains(&word) {
        return Ok(None);
    }
    let found =
        Field::from_code(word).or_else(|| Field::ALL.iter().copied().find(|field| field.label() == word));
    let known =
        || Field::ALL.iter().map(|field| format!("{} {field}", field.code())).collect::<Vec<_>>().join("、");
    Ok(Some(found.with_context(|| format!("没有字段「{word}」，可用的字段：{}", known()))?))
}

/// Says what is wrong with a file; where its header is not known, with a file of mappings to begin with.
pub(super) fn say(refusal: &Refusal) {
    eprintln!("{refusal}");
    if let Refusal::UnknownHeader { columns, .. } = refusal
        && !columns.is_empty()
    {
        eprintln!(
            "可用 --map 文件说明各列的含义，例如存成 map.toml（推测的含义请核对，不读取的列写 \"-\"）："
        );
        eprint!("{}", example(columns));
    }
}

fn example(columns: &[UnknownColumn]) -> String {
    let line = |column: &UnknownColumn| {
        let field = column.suggestion.map_or(LEFT_OUT[0], Field::code);
        let label = column.suggestion.map_or("", Field::label);
        // A header with a line break is one line as a key of a table, as a value it would be three.
        let pair = toml::to_string(&BTreeMap::from([(&column.header, field)])).unwrap_or_default();
        format!("{}  # {label}\n", pair.trim_end())
    };
    columns.iter().fold("[columns]\n".to_owned(), |text, column| text + &line(column))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_named_by_code_or_label_and_no_field_twice() {
        let mapping = parse(
            "header_row = 2\n[columns]\n\"谁\" = \"name\"\n\"何时\" = \"处罚决定日期\"\n\"丙\" = \"-\"\n",
        )
        .unwrap();
        assert_eq!(mapping.header_row("甲"), Some(2));
        assert_eq!(mapping.columns()["谁"], Some(Field::Name));
        assert_eq!(mapping.columns()["何时"], Some(Field::DecisionDate));
        assert_eq!(mapping.columns()["丙"], None);
        assert!(parse("[columns]\n\"谁\" = \"nobody\"\n").is_err());
        assert!(parse("[columns]\n\"甲\" = \"name\"\n\"乙\" = \"name\"\n").is_err());
    }

    #[test]
    fn the_example_can_be_used_as_it_is() {
        let column =
            |header: &str, suggestion| UnknownColumn { header: header.into(), suggestion, samples: vec![] };
        let columns = [column("被罚\"单位\"\n名称", Some(Field::Name)), column("甲列", None)];
        let mapping = parse(&example(&columns)).unwrap();
        assert_eq!(mapping.columns()["被罚\"单位\"\n名称"], Some(Field::Name));
        assert_eq!(mapping.columns()["甲列"], None);
    }
}
