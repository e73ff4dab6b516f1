//! A gateway for short messages that is reached over HTTP: most of them differ in the words of their request alone.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;
use tokio_rustls::rustls::crypto::ring;
use ureq::http::{Method, Request, Uri};
use ureq::tls::{Certificate, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Proxy};
use xinxiu_domain::sending_hours::SendingHours;
use xinxiu_domain::trouble::trouble;
use xinxiu_workflow::messages::{NotSent, Outgoing, Receipt};

use super::Secret;
use super::answer::{AnswerRules, ReceiptRules};
use super::template::{Filling, Template, known, plain};

/// Seconds that a gateway has for its answer; longer than this it is not waited for, whatever is configured.
const LONGEST_WAIT: u64 = 60;
const USUAL_WAIT: u64 = 20;
const USUAL_HOURS: &str = "08:00-21:00";
/// No more of an answer is read.
const ANSWER_LIMIT: u64 = 1024 * 1024;

/// How the body is worded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// JSON.
    #[default]
    Json,
    /// Names and values as a browser's form sends them.
    Form,
}

/// What the configuration file says of the gateway.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmsConfig {
    /// Address; may hold placeholders.
    pub url: String,
    /// Method; POST where none is given.
    #[serde(default)]
    pub method: String,
    /// How the body is worded.
    #[serde(default)]
    pub format: Format,
    /// Headers; may hold placeholders.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Body with placeholders; none for GET.
    #[serde(default)]
    pub body: String,
    /// File with what `{secret}` stands for; `XINXIU_SMS_SECRET` goes before it.
    pub secret_file: Option<PathBuf>,
    /// Certificate (PEM) of the authority that vouches for the gateway, beside those that the system trusts.
    pub ca_file: Option<PathBuf>,
    /// Proxy on the way to the gateway.
    pub proxy: Option<String>,
    /// When messages may go out, `08:00-21:00` where nothing is said.
    pub hours: Option<String>,
    /// Seconds that it has for its answer.
    pub timeout: Option<u64>,
    /// How its answer is read.
    #[serde(default)]
    pub answer: AnswerRules,
    /// How its receipts are read.
    pub receipt: Option<ReceiptRules>,
}

impl SmsConfig {
    /// When messages may go out.
    ///
    /// # Errors
    /// Hours that are none.
    pub fn sending_hours(&self) -> Result<SendingHours> {
        self.hours.as_deref().unwrap_or(USUAL_HOURS).parse().context("hours")
    }
}

/// A gateway that is ready.
#[derive(Debug)]
pub(super) struct Sms {
    agent: Agent,
    config: SmsConfig,
    method: Method,
    url: Template,
    body: Option<Template>,
    secret: Secret,
    receipts: String,
}

impl Sms {
    pub fn open(config: &SmsConfig, receipts: &str) -> Result<Self> {
        let method = if config.method.is_empty() { "POST" } else { config.method.as_str() };
        let method: Method = method.parse().with_context(|| format!("method「{method}」"))?;
        let body = match (method == Method::GET, config.format) {
            (true, _) => None,
            (false, Format::Json) => Some(Template::json(&config.body)?),
            (false, Format::Form) => Some(Template::form(&config.body)?),
        };
        for value in config.headers.values() {
            known(value)?;
        }
        let whole = format!("{} {}", config.url, config.body);
        if !whole.contains("{phone}") || !whole.contains("{text}") {
            bail!("url 或 body 中应有 {{phone}} 和 {{text}}");
        }
        let sms = Self {
            agent: agent(config)?,
            method,
            url: Template::form(&config.url)?,
            body,
            secret: Secret::read("XINXIU_SMS_SECRET", config.secret_file.as_deref())?,
            config: config.clone(),
            receipts: receipts.to_owned(),
        };
        sms.uri(&["1", "1", "1", "1", "1"])?;
        let with = ["1", "1", "1", sms.secret.as_str(), "1"];
        if let Some((name, _)) = config.headers.iter().find(|(_, value)| !plain(value, &with).is_ascii()) {
            bail!("headers 的「{name}」和其中的密钥只能用英文字母、数字和符号");
        }
        Ok(sms)
    }

    /// Host and port, for a check.
    pub fn host(&self) -> (String, u16) {
        let uri = self.uri(&["1", "1", "1", "1", "1"]).unwrap_or_default();
        let usual = if uri.scheme_str() == Some("http") { 80 } else { 443 };
        (uri.host().unwrap_or_default().to_owned(), uri.port_u16().unwrap_or(usual))
    }

    pub const fn receipts(&self) -> Option<&ReceiptRules> {
        self.config.receipt.as_ref()
    }

    fn uri(&self, with: &Filling<'_>) -> Result<Uri> {
        let uri: Uri = self.url.filled(with).parse().context("url 不是网址")?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.host().is_none() {
            bail!("url 应以 http:// 或 https:// 开头");
        }
        Ok(uri)
    }

    pub fn send(&self, message: &Outgoing) -> Result<String, NotSent> {
        let with = [&*message.to, &*message.text, &*message.reference, self.secret.as_str(), &*self.receipts];
        let later = |error: anyhow::Error| NotSent::Later(format!("网关配置有误：{error}"));
        let uri = self.uri(&with).map_err(later)?;
        let body = self.body.as_ref().map(|body| body.filled(&with));
        let (status, answer) = self.ask(uri, &with, body).map_err(NotSent::Later)?;
        self.config.answer.read(status, &answer)
    }

    /// Asks for receipts where the gateway does not bring them.
    pub fn collect(&self) -> Result<Vec<Receipt>, String> {
        let Some(rules) = self.receipts().filter(|rules| !rules.url.is_empty()) else {
            return Ok(Vec::new());
        };
        let with = ["", "", "", self.secret.as_str(), ""];
        let url = Template::form(&rules.url).map_err(|error| error.to_string())?.filled(&with);
        let uri = url.parse().map_err(|_| "回执地址不是网址".to_owned())?;
        let (status, answer) = self.ask(uri, &with, None)?;
        if !(200..300).contains(&status) {
            return Err(format!("查询回执时网关回答 HTTP {status}"));
        }
        let said: Value = serde_json::from_str(&answer).map_err(|_| "回执不是 JSON".to_owned())?;
        Ok(rules.read(&said))
    }

    /// One request; its status and what it answered. What is said of an error never holds the address.
    fn ask(&self, uri: Uri, with: &Filling<'_>, body: Option<String>) -> Result<(u16, String), String> {
        let method = if body.is_some() { self.method.clone() } else { Method::GET };
        let mut request = Request::builder().method(method).uri(uri);
        if body.is_some() {
            let kind = match self.config.format {
                Format::Json => "application/json; charset=utf-8",
                Format::Form => "application/x-www-form-urlencoded; charset=utf-8",
            };
            request = request.header("Content-Type", kind);
        }
        for (name, value) in &self.config.headers {
            request = request.header(name, plain(value, with));
        }
        let wrong = |_| "网关的请求头有误，请检查 headers".to_owned();
        let answer = match body {
            Some(body) => self.agent.run(request.body(body).map_err(wrong)?),
            None => self.agent.run(request.body(()).map_err(wrong)?),
        };
        let mut answer = answer.map_err(|error| said(&error))?;
        let status = answer.status().as_u16();
        let text = answer.body_mut().with_config().limit(ANSWER_LIMIT).lossy_utf8(true).read_to_string();
        Ok((status, text.map_err(|error| said(&error))?))
    }
}

fn agent(config: &SmsConfig) -> Result<Agent> {
    let wait = config.timeout.unwrap_or(USUAL_WAIT).clamp(1, LONGEST_WAIT);
    let proxy = config.proxy.as_deref().map(Proxy::new).transpose().context("proxy")?;
    let tls = TlsConfig::builder()
        .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
        .root_certs(RootCerts::new_with_certs(&roots(config)?))
        .build();
    let config = Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(wait)))
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(proxy)
        .user_agent("xinxiu")
        .tls_config(tls)
        .build();
    Ok(config.into())
}

/// Those whom the system trusts, and the one that the configuration names: offices run authorities of their own.
fn roots(config: &SmsConfig) -> Result<Vec<Certificate<'static>>> {
    let mut roots: Vec<Certificate<'static>> = rustls_native_certs::load_native_certs()
        .certs
        .iter()
        .map(|der| Certificate::from_der(der).to_owned())
        .collect();
    if let Some(file) = &config.ca_file {
        let pem = fs::read(file).with_context(|| format!("证书文件 {}", file.display()))?;
        for item in parse_pem(&pem) {
            if let ureq::tls::PemItem::Certificate(own) =
                item.with_context(|| format!("证书文件 {}", file.display()))?
            {
                roots.push(own);
            }
        }
    }
    Ok(roots)
}

fn said(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => "网关没有在限定时间内回答".to_owned(),
        ureq::Error::HostNotFound => "找不到网关的主机".to_owned(),
        ureq::Error::Io(error) => format!("网关连接失败：{}", trouble(error)),
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => "与网关的加密连接没有建立，请检查证书".to_owned(),
        ureq::Error::BodyExceedsLimit(_) => "网关的回答太长".to_owned(),
        _ => "网关连接失败".to_owned(),
    }
}
