//! The installation's own gateways for messages: a server for electronic mail and an HTTP gateway for short messages, as
//! the configuration file describes them (ADR 0016). Secrets come from a file or the environment and are never shown.

mod answer;
mod http;
mod pretend;
mod smtp;
mod template;

use std::fmt;
use std::fs;
use std::net::{TcpStream, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use xinxiu_domain::message::Channel;
use xinxiu_domain::trouble::trouble;
use xinxiu_workflow::messages::{Gateway, NotSent, Outgoing, Post, Receipt};

pub use answer::ReceiptRules;
use http::Sms;
pub use http::SmsConfig;
use pretend::Pretend;
use smtp::Smtp;
pub use smtp::SmtpConfig;

/// How long a check waits for a gateway.
const PATIENCE: Duration = Duration::from_secs(3);

/// What the configuration says of gateways.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Settings {
    /// Scheme and host under which enterprises reach this installation.
    pub address: Option<String>,
    /// The server for electronic mail.
    pub smtp: Option<SmtpConfig>,
    /// The gateway for short messages.
    pub sms: Option<SmsConfig>,
}

/// A password or key. It is never shown.
#[derive(Clone, Default)]
pub struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    /// From the environment, or else from a file; empty where neither is given.
    fn read(variable: &str, file: Option<&Path>) -> Result<Self> {
        if let Ok(text) = std::env::var(variable) {
            return Ok(Self(text));
        }
        let Some(file) = file else { return Ok(Self::default()) };
        let text = fs::read_to_string(file).with_context(|| format!("密码文件 {}", file.display()))?;
        Ok(Self(text.trim_end_matches(['\r', '\n']).to_owned()))
    }

    fn as_str(&self) -> &str {
        &self.0
    }
}

/// The gateways of an installation.
#[derive(Debug)]
pub struct Gateways {
    smtp: Option<Smtp>,
    sms: Option<Sms>,
    pretend: Option<Pretend>,
}

impl Settings {
    /// Whether there is any gateway.
    pub const fn is_empty(&self) -> bool {
        self.smtp.is_none() && self.sms.is_none()
    }

    /// What can be sent, and where enterprises reach this installation.
    ///
    /// # Errors
    /// A gateway without the address that its messages lead to; an address that is none.
    pub fn post(&self) -> Result<Post> {
        let origin = self.address.as_deref().unwrap_or_default().trim_end_matches('/');
        if origin.is_empty() && !self.is_empty() {
            bail!("配置了短信网关或邮件服务器，还要写明企业访问本平台的地址：address = \"https://…\"");
        }
        let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
        if !origin.is_empty() && host.is_none_or(|host| host.is_empty() || host.contains('/')) {
            bail!("address「{origin}」应写成 https://主机名 的样子");
        }
        let hours = self.sms.as_ref().map(SmsConfig::sending_hours).transpose().context("[sms]")?;
        let (sms, email) = (self.sms.is_some(), self.smtp.is_some());
        Ok(Post { sms, email, origin: origin.to_owned(), hours })
    }

    /// Makes the gateways ready, reading their secrets; `None` where there are none. `receipts` is the address to which
    /// the gateway for short messages may bring its receipts.
    ///
    /// # Errors
    /// What is wrong with the configuration, or a secret that cannot be read.
    pub fn open(&self, receipts: &str) -> Result<Option<Gateways>> {
        if self.is_empty() {
            return Ok(None);
        }
        let smtp = self.smtp.as_ref().map(Smtp::open).transpose().context("[smtp]")?;
        let sms = self.sms.as_ref().map(|sms| Sms::open(sms, receipts)).transpose().context("[sms]")?;
        Ok(Some(Gateways { smtp, sms, pretend: None }))
    }

    /// Looks at each gateway without sending anything.
    pub fn check(&self) -> Vec<(&'static str, Result<String>)> {
        let mut found = Vec::new();
        if let Some(sms) = &self.sms {
            found.push((
                "短信网关",
                checked(sms.secret_file.as_ref(), Sms::open(sms, "").map(|sms| sms.host())),
            ));
        }
        if let Some(smtp) = &self.smtp {
            let host = Smtp::open(smtp).map(|_| (smtp.host.clone(), smtp.port()));
            found.push(("邮件服务器", checked(smtp.password_file.as_ref(), host)));
        }
        if !found.is_empty()
            && let Err(error) = self.post()
        {
            found.push(("平台地址", Err(error)));
        }
        found
    }
}

/// Whether a gateway answers at all, and its secret is its owner's alone.
fn checked(secret: Option<&PathBuf>, host: Result<(String, u16)>) -> Result<String> {
    let (host, port) = host?;
    if let Some(file) = secret {
        is_private(file)?;
    }
    let unreachable = |error: &std::io::Error| format!("{host}:{port} 不能连接：{}", trouble(error));
    let mut addresses = match (host.as_str(), port).to_socket_addrs() {
        Ok(addresses) => addresses,
        Err(error) => bail!("{}", unreachable(&error)),
    };
    let Some(address) = addresses.next() else { bail!("{host} 没有地址") };
    match TcpStream::connect_timeout(&address, PATIENCE) {
        Ok(_) => Ok(format!("{host}:{port} 可以连接")),
        Err(error) => bail!("{}", unreachable(&error)),
    }
}

fn is_private(file: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(file).with_context(|| file.display().to_string())?.permissions().mode();
        if mode & 0o077 != 0 {
            bail!("{} 其他用户也能读取，请执行 chmod 600", file.display());
        }
    }
    Ok(())
}

impl Gateways {
    /// The demo's: nothing leaves the machine.
    pub fn pretend() -> Self {
        Self { smtp: None, sms: None, pretend: Some(Pretend::default()) }
    }

    /// How the gateway for short messages words its receipts.
    pub fn receipt_rules(&self, channel: Channel) -> Option<&ReceiptRules> {
        match channel {
            Channel::Sms => self.sms.as_ref()?.receipts(),
            Channel::Email => None,
        }
    }
}

impl Gateway for Gateways {
    fn send(&self, message: &Outgoing) -> Result<String, NotSent> {
        if let Some(pretend) = &self.pretend {
            pretend.send(message);
            return Ok(String::new());
        }
        let missing = || NotSent::Later(format!("本平台目前没有配置{}通道", message.channel));
        match message.channel {
            Channel::Sms => self.sms.as_ref().ok_or_else(missing)?.send(message),
            Channel::Email => self.smtp.as_ref().ok_or_else(missing)?.send(message),
        }
    }

    fn collect(&self) -> Result<Vec<(Channel, Receipt)>, String> {
        if let Some(pretend) = &self.pretend {
            return Ok(pretend.collect());
        }
        let Some(sms) = &self.sms else { return Ok(Vec::new()) };
        Ok(sms.collect()?.into_iter().map(|receipt| (Channel::Sms, receipt)).collect())
    }
}
