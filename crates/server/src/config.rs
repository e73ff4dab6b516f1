//! One place for configuration: a TOML file, then the environment, then flags; the later wins.

use std::fs::{self, File, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use jiff::civil::Date;
use serde::Deserialize;
use xinxiu_domain::message::Channel;
use xinxiu_policy::Rules;
use xinxiu_store::{Db, Files, Store, Vault, health, migrate, search};
use xinxiu_workflow::{App, Clock, messages};

use crate::gateway::{Gateways, Settings, SmsConfig, SmtpConfig};

/// What may stand in the file; every key also exists as `XINXIU_…` in the environment.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileConfig {
    /// Folder of the embedded database, the files and the key.
    pub data: Option<PathBuf>,
    /// `sqlite:PATH` or `postgres://…`.
    pub database: Option<String>,
    /// Address to serve on.
    pub listen: Option<String>,
    /// Key file.
    pub key_file: Option<PathBuf>,
    /// Folder of rule files that replaces the built-in ones.
    pub rules: Option<PathBuf>,
    /// Business day from which to count.
    pub today: Option<String>,
    /// Whether browsers come over HTTPS (a proxy in front ends it).
    pub https: Option<bool>,
    /// Certificate chain (PEM), where the program speaks HTTPS itself.
    pub tls_cert: Option<PathBuf>,
    /// Its key (PEM).
    pub tls_key: Option<PathBuf>,
    /// Scheme and host under which enterprises reach this installation, for the links in messages.
    pub address: Option<String>,
    /// The server for electronic mail; in the file alone.
    pub smtp: Option<SmtpConfig>,
    /// The gateway for short messages; in the file alone.
    pub sms: Option<SmsConfig>,
}

/// What is in force.
#[derive(Debug, Clone)]
pub struct Config {
    /// Folder of the embedded database, the files and the key.
    pub data: PathBuf,
    /// Address of the database.
    pub database: String,
    /// Address to serve on.
    pub listen: String,
    /// Key file.
    pub key_file: PathBuf,
    /// Folder of rule files.
    pub rules: Option<PathBuf>,
    /// Business day from which to count.
    pub today: Option<Date>,
    /// Whether cookies say `Secure`.
    pub https: bool,
    /// Certificate chain and key, where the program speaks HTTPS itself and no proxy does.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// The gateways for messages.
    pub gateway: Settings,
}

impl Config {
    /// Reads file and environment, then lays the flags over them.
    ///
    /// # Errors
    /// A file that cannot be read or holds unknown keys; a day that is none.
    pub fn load(file: Option<&Path>, flags: FileConfig) -> Result<Self> {
        let from_file = match file {
            Some(path) => {
                let text =
                    fs::read_to_string(path).with_context(|| format!("配置文件 {}", path.display()))?;
                toml::from_str(&text).with_context(|| format!("配置文件 {}", path.display()))?
            }
            None => FileConfig::default(),
        };
        let env = |name: &str| std::env::var(format!("XINXIU_{name}")).ok();
        let data = flags
            .data
            .or_else(|| env("DATA").map(Into::into))
            .or(from_file.data)
            .unwrap_or_else(|| PathBuf::from("data"));
        let today = flags.today.or_else(|| env("TODAY")).or(from_file.today);
        let today = today
            .map(|text| text.parse().with_context(|| format!("--today「{text}」应为 YYYY-MM-DD")))
            .transpose()?;
        let tls_cert = flags.tls_cert.or_else(|| env("TLS_CERT").map(Into::into)).or(from_file.tls_cert);
        let tls_key = flags.tls_key.or_else(|| env("TLS_KEY").map(Into::into)).or(from_file.tls_key);
        let tls = match (tls_cert, tls_key) {
            (Some(cert), Some(key)) => Some((cert, key)),
            (None, None) => None,
            _ => bail!("证书和私钥要一起给出：--tls-cert 和 --tls-key"),
        };
        Ok(Self {
            database: flags
                .database
                .or_else(|| env("DATABASE"))
                .or(from_file.database)
                .unwrap_or_else(|| format!("sqlite:{}", data.join("xinxiu.db").display())),
            listen: flags
                .listen
                .or_else(|| env("LISTEN"))
                .or(from_file.listen)
                .unwrap_or_else(|| "127.0.0.1:8080".into()),
            key_file: flags
                .key_file
                .or_else(|| env("KEY_FILE").map(Into::into))
                .or(from_file.key_file)
                .unwrap_or_else(|| data.join("xinxiu.key")),
            rules: flags.rules.or_else(|| env("RULES").map(Into::into)).or(from_file.rules),
            https: flags
                .https
                .or_else(|| env("HTTPS").map(|v| v == "1"))
                .or(from_file.https)
                .unwrap_or(false)
                || tls.is_some(),
            tls,
            today,
            data,
            gateway: Settings {
                address: flags.address.or_else(|| env("ADDRESS")).or(from_file.address),
                smtp: from_file.smtp,
                sms: from_file.sms,
            },
        })
    }

    /// Opens the installation: folder, key, database (migrated), files, rules, clock.
    ///
    /// # Errors
    /// What is missing or broken, named.
    pub fn open(&self) -> Result<App> {
        fs::create_dir_all(&self.data).with_context(|| format!("数据目录 {}", self.data.display()))?;
        let db = Db::open(&self.database)?;
        if !self.key_file.exists() && health::holds_data(&db) {
            bail!(
                "没有找到密钥文件 {}，而数据库里已有数据：换一把新密钥就读不出已加密的内容。请放回原来的密钥文件",
                self.key_file.display()
            );
        }
        let vault = Vault::open(&self.key_file)?;
        migrate::migrate(&db)?;
        search::catch_up(&db, |done, all| {
            eprintln!("正在建立企业检索 {done}/{all} / indexing enterprises");
        })?;
        let files = Files::open(&self.data.join("files"), vault.clone())?;
        let clock = self.today.map_or_else(Clock::real, |day| Clock::starting(day, jiff::Timestamp::now()));
        let post = self.gateway.post()?;
        Ok(App { store: Store { db, vault, files }, rules: Arc::new(self.rules()?), clock, post })
    }

    /// [`Self::open`] for commands that work on what is there: a mistyped folder makes no new installation.
    ///
    /// # Errors
    /// No database where the configuration says; as `open`.
    pub fn open_existing(&self) -> Result<App> {
        self.must_exist()?;
        self.open()
    }

    /// Refuses where there is no database yet. PostgreSQL says so itself.
    ///
    /// # Errors
    /// No file where the configuration says.
    pub fn must_exist(&self) -> Result<()> {
        match self.database.strip_prefix("sqlite:") {
            Some(path) if !Path::new(path).exists() => {
                bail!("没有找到数据库 {path}，请用 --data 或 --database 指明")
            }
            _ => Ok(()),
        }
    }

    /// The gateways for messages, ready; `None` where there are none.
    ///
    /// # Errors
    /// What is wrong with their configuration.
    pub fn gateways(&self, app: &App) -> Result<Option<Arc<Gateways>>> {
        let token = messages::receipt_token(app, Channel::Sms)?;
        Ok(self.gateway.open(&format!("{}/receipts/{token}", app.post.origin))?.map(Arc::new))
    }

    /// Keeps a second server from the same embedded database: two would do each job twice. The lock is the
    /// operating system's and ends with the process, however that ends; commands run beside a server without
    /// it. A PostgreSQL database may have several servers.
    ///
    /// # Errors
    /// Another server that has the database; a lock file that cannot be made.
    pub fn hold(&self) -> Result<Option<File>> {
        let Some(database) = self.database.strip_prefix("sqlite:") else { return Ok(None) };
        let path = Path::new(database).with_extension("lock");
        let unusable = || format!("锁文件 {}", path.display());
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| format!("数据目录 {}", folder.display()))?;
        }
        let mut options = File::options();
        options.create(true).truncate(false).read(true).write(true);
        let mut file = options.open(&path).with_context(unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut owner = String::new();
                file.read_to_string(&mut owner).ok();
                let owner = if owner.is_empty() { "不详" } else { owner.trim() };
                bail!(
                    "数据库 {database} 正由另一个信修服务使用（进程号 {owner}），不能再启动一个。请先停止那个服务，或用 --data 指定另一个数据目录"
                );
            }
            Err(TryLockError::Error(error)) => return Err(error).with_context(unusable),
        }
        // Only for the message above: who holds the lock is known by the lock, not by this number.
        file.set_len(0).with_context(unusable)?;
        writeln!(file, "{}", std::process::id()).with_context(unusable)?;
        Ok(Some(file))
    }

    /// The rules in force, checked.
    ///
    /// # Errors
    /// Rule files with findings.
    pub fn rules(&self) -> Result<Rules> {
        let rules = match &self.rules {
            Some(folder) => Rules::load(folder)?,
            None => Rules::embedded()?,
        };
        if let Some(finding) = rules.check().first() {
            bail!("规则文件 {}：{}", finding.file, finding.message);
        }
        Ok(rules)
    }
}
