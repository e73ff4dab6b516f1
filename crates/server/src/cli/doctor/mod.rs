//! `xinxiu doctor`: what is in force, what runs, and what is wrong. It changes nothing.

mod database;
mod place;

use anyhow::Result;

use super::{Common, DONE, FINDINGS};
use crate::config::Config;

/// What a check found.
enum Found {
    /// In order.
    Good(String),
    /// Nothing is wrong, but whoever looks after the installation should know.
    Note(String),
    /// Wrong.
    Bad(String),
}

impl Found {
    /// What a check says that cannot say more than done or failed.
    fn of(checked: Result<String>) -> Self {
        checked.map_or_else(|error| Self::Bad(format!("{error:#}")), Self::Good)
    }
}

/// Prints the configuration in force and checks each part.
///
/// # Errors
/// A configuration that cannot be read at all.
pub fn run(common: &Common) -> Result<u8> {
    let config = common.load(None)?;
    println!("数据目录　{}", config.data.display());
    println!("数据库　　{}", without_password(&config.database));
    println!("密钥文件　{}", config.key_file.display());
    println!("监听地址　{}", config.listen);
    println!(
        "规则　　　{}",
        config.rules.as_ref().map_or("内置".into(), |folder| folder.display().to_string())
    );
    println!("业务日期　{}\n", config.today.map_or("按实际日期".into(), |day| format!("从 {day} 起")));
    let mut findings = 0;
    for (part, found) in checks(&config) {
        match found {
            Found::Good(text) => println!("√ {part}：{text}"),
            Found::Note(text) => println!("! {part}：{text}"),
            Found::Bad(text) => {
                findings += 1;
                println!("× {part}：{text}");
            }
        }
    }
    Ok(if findings == 0 { DONE } else { FINDINGS })
}

fn checks(config: &Config) -> Vec<(&'static str, Found)> {
    let mut found = vec![
        (
            "规则",
            Found::of(config.rules().map(|rules| format!("{}个版本，检查通过", rules.editions().len()))),
        ),
        ("数据目录", place::folder(&config.data)),
        ("监听地址", place::address(&config.listen)),
    ];
    found.extend(database::checks(config));
    if let Some(day) = config.today {
        let text = format!("设为从 {day} 起，不是实际日期；只用于演示和试用，正式使用请去掉 today");
        found.push(("业务日期", Found::Note(text)));
    }
    if !config.https {
        let text = "没有启用：只在本机或受保护的网络内使用；前面有 HTTPS 代理时请设置 https = true";
        found.push(("HTTPS", Found::Note(text.into())));
    }
    found
}

fn without_password(address: &str) -> String {
    match (address.find("://"), address.rfind('@')) {
        (Some(scheme), Some(at)) if scheme + 3 < at => {
            format!("{}***{}", &address[..scheme + 3], &address[at..])
        }
        _ => address.to_owned(),
    }
}
