//! Electronic mail through the office's own server. A server that takes a mail says nothing of its arrival, so a mail stays
//! at 已交网关; what it refuses for good is undeliverable.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::{Error, SmtpTransport};
use lettre::{Address, Transport};
use serde::Deserialize;
use xinxiu_workflow::messages::{NotSent, Outgoing};

use super::Secret;

const WAIT: Duration = Duration::from_secs(30);
/// Answers that name the address as wrong for good (RFC 5321); others, such as a wrong password, are ours to mend.
const NEVER: [&str; 6] = ["501", "550", "551", "553", "521", "556"];

/// Who encrypts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    /// The connection from its beginning.
    #[default]
    Tls,
    /// The connection, once both know each other; refused where the server does not offer it.
    Starttls,
    /// Nobody: a relay on the same machine or network.
    None,
}

/// What the configuration file says of the server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmtpConfig {
    /// Host.
    pub host: String,
    /// Port; the usual one for the kind of security where none is given.
    pub port: Option<u16>,
    /// Who encrypts.
    #[serde(default)]
    pub security: Security,
    /// Sender, for example `信用修复 <xinxiu@example.gov.cn>`.
    pub from: String,
    /// User; empty where the server asks for none.
    #[serde(default)]
    pub user: String,
    /// File with the password; `XINXIU_SMTP_PASSWORD` goes before it.
    pub password_file: Option<PathBuf>,
    /// Certificate (PEM) of the authority that vouches for the server, beside those that the system trusts.
    pub ca_file: Option<PathBuf>,
}

impl SmtpConfig {
    /// The port in force.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(match self.security {
            Security::Tls => 465,
            Security::Starttls => 587,
            Security::None => 25,
        })
    }
}

/// A server that is ready.
#[derive(Debug)]
pub(super) struct Smtp {
    transport: SmtpTransport,
    from: Mailbox,
}

impl Smtp {
    pub fn open(config: &SmtpConfig) -> Result<Self> {
        let from: Mailbox = match config.from.parse() {
            Ok(from) => from,
            Err(_) => bail!("from「{}」应写成 名称 <name@example.com> 的样子", config.from),
        };
        let mut builder = SmtpTransport::builder_dangerous(&config.host)
            .port(config.port())
            .timeout(Some(WAIT))
            .tls(tls(config)?);
        if !config.user.is_empty() {
            let password = Secret::read("XINXIU_SMTP_PASSWORD", config.password_file.as_deref())?;
            if password.as_str().is_empty() {
                bail!("请用 password_file 或环境变量 XINXIU_SMTP_PASSWORD 给出密码");
            }
            builder =
                builder.credentials(Credentials::new(config.user.clone(), password.as_str().to_owned()));
        }
        Ok(Self { transport: builder.build(), from })
    }

    pub fn send(&self, message: &Outgoing) -> Result<String, NotSent> {
        let to: Address = message.to.parse().map_err(|_| NotSent::Never("邮箱地址有误".to_owned()))?;
        // The same for every attempt, so that the receiver's program shows a repeated mail once.
        let id = format!("<{}@{}>", message.reference, self.from.email.domain());
        let mail = Message::builder()
            .message_id(Some(id))
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&message.subject)
            .header(ContentType::TEXT_PLAIN)
            .body(message.text.clone())
            .map_err(|_| NotSent::Later("邮件不能组成，请检查发件人".to_owned()))?;
        match self.transport.send(&mail) {
            Ok(_) => Ok(String::new()),
            Err(error) => Err(refused(&error)),
        }
    }
}

fn tls(config: &SmtpConfig) -> Result<Tls> {
    if config.security == Security::None {
        return Ok(Tls::None);
    }
    let mut parameters = TlsParameters::builder(config.host.clone());
    if let Some(file) = &config.ca_file {
        let place = || format!("证书文件 {}", file.display());
        let pem = fs::read(file).with_context(place)?;
        parameters = parameters.add_root_certificate(Certificate::from_pem(&pem).with_context(place)?);
    }
    let parameters = parameters.build_rustls()?;
    Ok(if config.security == Security::Tls { Tls::Wrapper(parameters) } else { Tls::Required(parameters) })
}

/// What an error means. Its own words may hold the address, so they are not repeated.
fn refused(error: &Error) -> NotSent {
    if let Some(status) = error.status() {
        let code = status.to_string();
        return if NEVER.contains(&code.as_str()) {
            NotSent::Never(format!("邮件服务器拒绝该邮箱（{code}）"))
        } else {
            NotSent::Later(format!("邮件服务器没有接收（{code}）"))
        };
    }
    NotSent::Later(if error.is_timeout() {
        "邮件服务器没有在限定时间内回答".to_owned()
    } else if error.is_tls() {
        "与邮件服务器的加密连接没有建立，请检查证书".to_owned()
    } else {
        "邮件服务器连接失败".to_owned()
    })
}
