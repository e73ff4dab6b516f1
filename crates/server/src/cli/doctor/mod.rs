//! `xinxiu doctor`: what is in force, what runs, and what is wrong. It changes nothing.

mod database;
mod place;

use anyhow::Result;
use clap::Args;

use super::{Common, DONE, FINDINGS, Tls};
use crate::config::Config;
use crate::tls;

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

/// Arguments of `doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    #[command(flatten)]
    common: Common,
    /// 监听地址 / address that is to be checked [默认 127.0.0.1:8080]
    #[arg(long)]
    listen: Option<String>,
    #[command(flatten)]
    tls: Tls,
}

/// Prints the configuration in force and checks each part.
///
/// # Errors
/// A configuration that cannot be read at all.
pub fn run(args: &DoctorArgs) -> Result<u8> {
    let config = args.common.load_with(args.listen.clone(), &args.tls)?;
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
        ("监听地址", place::address(&config.listen, config.tls.is_some())),
    ];
    found.extend(database::checks(config));
    if let Some(day) = config.today {
        let text = format!("设为从 {day} 起，不是实际日期；只用于演示和试用，正式使用请去掉 today");
        found.push(("业务日期", Found::Note(text)));
    }
    found.push(("HTTPS", https(config)));
    found.extend(gateways(config));
    found
}

/// The gateways for messages.
fn gateways(config: &Config) -> Vec<(&'static str, Found)> {
    if config.gateway.is_empty() {
        let text = "没有配置短信网关和邮件服务器；通知导出成表格，由其他平台发送";
        return vec![("消息发送", Found::Note(text.to_owned()))];
    }
    config.gateway.check().into_iter().map(|(part, checked)| (part, Found::of(checked))).collect()
}

/// Whether browsers come over HTTPS, and who speaks it.
fn https(config: &Config) -> Found {
    let text = match (&config.tls, config.https) {
        (Some((cert, key)), _) => {
            return Found::of(tls::read(cert, key).map(|_| "由本程序提供，证书和私钥可以使用".to_owned()));
        }
        (None, true) => return Found::Good("由前面的代理提供（https = true）".into()),
        (None, false) => {
            "没有启用：只在本机或受保护的网络内使用，点名页不能离线打开。请用 serve --tls-cert 证书 --tls-key 私钥；\
             前面有 HTTPS 代理时设置 https = true"
        }
    };
    Found::Note(text.to_owned())
}

fn without_password(address: &str) -> String {
    match (address.find("://"), address.rfind('@')) {
        (Some(scheme), Some(at)) if scheme + 3 < at => {
            format!("{}***{}", &address[..scheme + 3], &address[at..])
        }
        _ => address.to_owned(),
    }
}
