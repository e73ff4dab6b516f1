//! `xinxiu messages`: try the gateways, and say where receipts are to be brought.

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use xinxiu_domain::message::{Channel, is_email, sms_number};
use xinxiu_store::vault::random_bytes;
use xinxiu_workflow::messages::{Gateway, NotSent, Outgoing, receipt_token};

use super::{Common, DONE, FINDINGS};

/// Arguments of `messages`.
#[derive(Debug, Args)]
pub struct MessagesArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// 试发一条 / send one to try the gateway
    Test(TestArgs),
    /// 显示网关推送回执的地址；不要告诉他人 / print the secret address for receipts
    Receipts(ReceiptsArgs),
}

#[derive(Debug, Args)]
struct TestArgs {
    #[command(flatten)]
    common: Common,
    /// 手机号或邮箱 / number or address
    #[arg(long)]
    to: String,
}

#[derive(Debug, Args)]
struct ReceiptsArgs {
    #[command(flatten)]
    common: Common,
}

/// Tries a gateway, or prints the address for receipts.
///
/// # Errors
/// No gateway; a number or address that is none; a configuration that cannot be used.
pub fn run(args: &MessagesArgs) -> Result<u8> {
    match &args.what {
        What::Test(args) => test(args),
        What::Receipts(args) => {
            let config = args.common.load(None)?;
            let app = config.open()?;
            println!("{}/receipts/{}", app.post.origin, receipt_token(&app, Channel::Sms)?);
            Ok(DONE)
        }
    }
}

fn test(args: &TestArgs) -> Result<u8> {
    let config = args.common.load(None)?;
    let (channel, to) = if is_email(&args.to) {
        (Channel::Email, args.to.clone())
    } else if let Some(number) = sms_number(&args.to) {
        (Channel::Sms, number)
    } else {
        bail!("「{}」不是11位手机号，也不是邮箱", args.to)
    };
    let app = config.open()?;
    let Some(gateways) = config.gateways(&app)? else {
        bail!("没有配置短信网关和邮件服务器，请在配置文件中写明 [sms] 或 [smtp]")
    };
    let message = Outgoing {
        channel,
        reference: hex::encode(random_bytes::<16>()?),
        to,
        subject: "信修试发".into(),
        text: "【信用修复】这是一条测试消息，收到说明发送通道正常，不需要回复。".into(),
    };
    match gateways.send(&message) {
        Ok(id) => {
            let id = if id.is_empty() { &message.reference } else { &id };
            eprintln!("{channel}网关已接收，编号 {id}");
            Ok(DONE)
        }
        Err(NotSent::Later(why) | NotSent::Never(why)) => {
            eprintln!("没有发出：{why}");
            Ok(FINDINGS)
        }
    }
}
