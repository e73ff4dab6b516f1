//! `xinxiu doctor`: what is in force, and what is wrong.

use anyhow::Result;
use xinxiu_store::audit;

use super::{Common, DONE, FINDINGS};
use crate::config::Config;

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
    println!("业务日期　{}", config.today.map_or("按实际日期".into(), |day| format!("从 {day} 起")));
    let mut findings = 0;
    for (part, checked) in checks(&config) {
        match checked {
            Ok(found) => println!("√ {part}：{found}"),
            Err(error) => {
                findings += 1;
                println!("× {part}：{error:#}");
            }
        }
    }
    if !config.https {
        println!("! 没有启用 HTTPS：只在本机或受保护的网络内使用；前面有 HTTPS 代理时请设置 https = true");
    }
    Ok(if findings == 0 { DONE } else { FINDINGS })
}

fn checks(config: &Config) -> Vec<(&'static str, Result<String>)> {
    vec![
        ("规则", config.rules().map(|rules| format!("{}个版本，检查通过", rules.editions().len()))),
        ("密钥", key(config)),
        ("数据库和操作记录", chain(config)),
    ]
}

fn key(config: &Config) -> Result<String> {
    if !config.key_file.exists() {
        return Ok("尚未生成，首次启动时生成；请与数据分开保管一份".into());
    }
    xinxiu_store::Vault::open(&config.key_file)?;
    Ok("可以使用；请与数据分开保管一份".into())
}

fn chain(config: &Config) -> Result<String> {
    if let Some(path) = config.database.strip_prefix("sqlite:")
        && !std::path::Path::new(path).exists()
    {
        return Ok("尚未建立，首次启动时建立".into());
    }
    let db = xinxiu_store::Db::open(&config.database)?;
    Ok(format!("{}条操作记录，校验链完整", db.read(audit::verify)?))
}

fn without_password(address: &str) -> String {
    match (address.find("://"), address.rfind('@')) {
        (Some(scheme), Some(at)) if scheme + 3 < at => {
            format!("{}***{}", &address[..scheme + 3], &address[at..])
        }
        _ => address.to_owned(),
    }
}
