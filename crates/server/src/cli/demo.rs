//! `xinxiu demo`: the whole platform on an embedded database, with a campaign in it.

use std::sync::Arc;

use anyhow::Result;
use clap::Args;
use xinxiu_workflow::demo;

use super::serve::{bind, serve};
use super::{Common, DONE};

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    #[command(flatten)]
    common: Common,
    /// 监听地址 / address to listen on [默认 127.0.0.1:8080]
    #[arg(long)]
    listen: Option<String>,
}

/// Makes the demo on first start, keeps it on later ones, and serves it.
///
/// # Errors
/// What is missing or broken, named.
pub fn run(args: &DemoArgs) -> Result<u8> {
    let mut config = args.common.load(args.listen.clone())?;
    config.today.get_or_insert(demo::FIRST_DAY);
    let listener = bind(&config.listen)?;
    let app = Arc::new(config.open()?);
    if demo::exists(&app)? {
        eprintln!("演示数据已在 {}，继续使用。", config.data.display());
    } else {
        eprintln!("正在 {} 建立演示数据，约需一分钟……", config.data.display());
        demo::make(&app, &mut |what| eprintln!("　{what}"))?;
    }
    println!("\n登录名（密码都是 {}）：", demo::PASSWORD);
    for (login, org, role) in demo::ACCOUNTS {
        println!("　{login:<10}{role}　{org}");
    }
    println!("\n打开 http://{}/\n", listener.local_addr()?);
    serve(&app, listener, true, config.https)?;
    Ok(DONE)
}
