//! `xinxiu demo`: the whole platform on an embedded database, with a campaign in it.

use std::sync::Arc;

use anyhow::{Result, bail};
use clap::Args;
use xinxiu_workflow::demo::{self, Found};
use xinxiu_workflow::messages::Post;

use super::serve::{Serving, bind, serve};
use super::{Common, DONE};
use crate::gateway::Gateways;

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
    let _held = config.hold()?;
    let listener = bind(&config.listen)?;
    if !listener.local_addr()?.ip().is_loopback() {
        bail!("演示账号的密码是公开的，演示只能在本机（127.0.0.1）运行；正式使用请用 xinxiu serve");
    }
    let mut app = config.open()?;
    app.post =
        Post { sms: true, email: true, origin: format!("http://{}", listener.local_addr()?), hours: None };
    let app = Arc::new(app);
    match demo::found(&app)? {
        Found::Whole => eprintln!("演示数据已在 {}，继续使用。", config.data.display()),
        Found::Unfinished => {
            bail!("{} 里的演示数据上次没有建完，请删除该目录后重新启动", config.data.display())
        }
        Found::Nothing => {
            eprintln!("正在 {} 建立演示数据……", config.data.display());
            demo::make(&app, &mut |what| eprintln!("　{what}"))?;
            if let Some(day) = config.today {
                app.clock.set(day);
            }
        }
    }
    println!("\n登录名（密码都是 {}）：", demo::PASSWORD);
    for (login, org, role) in demo::ACCOUNTS {
        println!("　{login:<10}{role}　{org}");
    }
    println!("\n打开 http://{}/\n", listener.local_addr()?);
    serve(
        &app,
        listener,
        Serving {
            demo: true,
            secure: config.https,
            tls: None,
            gateways: Some(Arc::new(Gateways::pretend())),
        },
    )?;
    Ok(DONE)
}
