//! The database, the key that belongs to it, and the work in the background.

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use xinxiu_domain::message::MessageState;
use xinxiu_store::heartbeat::Heartbeat;
use xinxiu_store::{Db, StoreError, Vault, audit, exchange_key, health, heartbeat, message, migrate};
use xinxiu_workflow::clock::shanghai_minute;
use xinxiu_workflow::filings::ExchangeKey;
use xinxiu_workflow::jobs::kind;
use xinxiu_workflow::messages::HEARTBEAT;

use super::{Found, place};
use crate::config::Config;

/// After this long without a sign of life the worker does not run.
const ALIVE: SignedDuration = SignedDuration::from_mins(5);
/// A daily job that is older than this was left out.
const DAILY: SignedDuration = SignedDuration::from_hours(36);

type Check = (&'static str, Found);

/// Reaches the database, then looks at everything that hangs on it.
pub(super) fn checks(config: &Config) -> Vec<Check> {
    if let Some(path) = config.database.strip_prefix("sqlite:")
        && !std::path::Path::new(path).exists()
    {
        let key = if config.key_file.exists() { key(config, None) } else { fresh_key() };
        return vec![("数据库", Found::Good("尚未建立，首次启动时建立".into())), ("密钥", key)];
    }
    let opened = Db::reach(&config.database).and_then(|version| Ok((version, Db::open(&config.database)?)));
    let (version, db) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            let key = if config.key_file.exists() { key(config, None) } else { fresh_key() };
            return vec![("数据库", Found::Bad(format!("不能连接：{error}"))), ("密钥", key)];
        }
    };
    let mut found = vec![("数据库", Found::Good(format!("{version}，可以连接")))];
    let standing = migrate::standing(&db);
    let current = standing.as_ref().is_ok_and(|standing| *standing == migrate::Standing::default());
    found.push(("数据库结构", schema(standing)));
    found.push(("密钥", key(config, Some(&db))));
    found.extend(exchange(config, &db).map(|one| ("申报交换密钥", one)));
    // With another schema the rest would only repeat that.
    if current {
        found.push(("操作记录", chain(&db)));
        found.push(("系统时间", time(&db)));
        if !config.gateway.is_empty() {
            found.push(("消息队列", messages(&db).unwrap_or_else(|error| Found::Bad(error.to_string()))));
        }
        found.extend(work(&db).unwrap_or_else(|error| vec![("后台任务", Found::Bad(error.to_string()))]));
    }
    found
}

fn schema(standing: Result<migrate::Standing, StoreError>) -> Found {
    match standing {
        Err(error) => Found::Bad(error.to_string()),
        Ok(migrate::Standing { pending, unknown, changed }) => {
            if !unknown.is_empty() {
                Found::Bad(format!("数据库由更新的版本建立（{}），请升级程序", unknown.join("、")))
            } else if !changed.is_empty() {
                Found::Bad(format!("{} 与数据库中已执行的内容不一致", changed.join("、")))
            } else if !pending.is_empty() {
                let text =
                    format!("落后{}个更新（{}），下次启动服务时自动更新", pending.len(), pending.join("、"));
                Found::Bad(text)
            } else {
                Found::Good("与程序一致".into())
            }
        }
    }
}

fn fresh_key() -> Found {
    Found::Good("尚未生成，首次启动时生成；请与数据分开保管一份".into())
}

/// The key for filing outward, once it was used.
fn exchange(config: &Config, db: &Db) -> Option<Found> {
    let known = db.read(exchange_key::mark).ok().flatten()?;
    let path = config.data.join(crate::cli::exchange::KEY);
    let file = path.display();
    if !path.exists() {
        return Some(Found::Bad(format!("没有找到 {file}，对方不认别的密钥；请从备份恢复")));
    }
    Some(match ExchangeKey::open(&path).and_then(|key| key.mark()) {
        Ok(mark) if mark == known => match place::key_is_private(&path) {
            Ok(true) => Found::Good("与此前使用的相符".into()),
            Ok(false) => Found::Bad(format!("{file} 其他用户也能读取，请执行 chmod 600")),
            Err(error) => Found::Bad(format!("{error:#}")),
        },
        Ok(_) => Found::Bad(format!(
            "{file} 不是此前使用的密钥；请放回原来的文件，双方已换用新密钥的请用 exchange --new-key"
        )),
        Err(error) => Found::Bad(error.to_string()),
    })
}

fn key(config: &Config, db: Option<&Db>) -> Found {
    let file = config.key_file.display();
    if !config.key_file.exists() {
        return match db {
            Some(db) if health::holds_data(db) => {
                Found::Bad(format!("没有找到 {file}，已加密的内容读不出来；请放回原来的密钥文件"))
            }
            _ => fresh_key(),
        };
    }
    let vault = match Vault::open(&config.key_file) {
        Ok(vault) => vault,
        Err(error) => return Found::Bad(error.to_string()),
    };
    let fits = db.and_then(|db| db.read(|tx| health::key_fits(tx, &vault)).ok()).flatten();
    match (fits, place::key_is_private(&config.key_file)) {
        (Some(false), _) => Found::Bad(format!("{file} 不是这个数据库的密钥，已加密的内容读不出来")),
        (_, Err(error)) => Found::Bad(format!("{error:#}")),
        (_, Ok(false)) => Found::Bad(format!("{file} 其他用户也能读取，请执行 chmod 600")),
        (Some(true), Ok(true)) => Found::Good("与数据相符；请与数据分开保管一份".into()),
        (None, Ok(true)) => Found::Good("可以使用；请与数据分开保管一份".into()),
    }
}

fn chain(db: &Db) -> Found {
    Found::of(db.read(audit::verify).map(|length| format!("{length}条，校验链完整")).map_err(Into::into))
}

fn time(db: &Db) -> Found {
    let now = Timestamp::now();
    match db.read(health::last_entry) {
        Ok(Some(last)) if last > now => Found::Bad(format!(
            "现在是 {}，早于最后一条操作记录 {}，请校准系统时间",
            shanghai_minute(now),
            shanghai_minute(last)
        )),
        Ok(_) => Found::Good(shanghai_minute(now)),
        Err(error) => Found::Bad(error.to_string()),
    }
}

/// Messages that wait, and the thread that sends them.
fn messages(db: &Db) -> Result<Found, StoreError> {
    let now = Timestamp::now();
    let (counts, oldest, beats) = db.read(|tx| {
        Ok::<_, StoreError>((message::counts(tx)?, message::oldest_waiting(tx)?, heartbeat::all(tx)?))
    })?;
    let of = |states: &[MessageState]| -> i64 {
        counts.iter().filter(|one| states.contains(&one.state)).map(|one| one.count).sum()
    };
    let waiting = of(&[MessageState::Queued, MessageState::Sending]);
    let text = format!(
        "等待{waiting}条，已送达{}条，未送达或放弃{}条",
        of(&[MessageState::Delivered]),
        of(&[MessageState::Undelivered, MessageState::GivenUp])
    );
    let Some(beat) = beats.into_iter().find(|beat| beat.name == HEARTBEAT) else {
        return Ok(Found::Note(format!("发送线程还没有运行过；{text}")));
    };
    let seen = shanghai_minute(beat.at.at);
    if now.duration_since(beat.at.at) >= ALIVE {
        return Ok(Found::Note(format!("发送线程没有运行，最近一次心跳 {seen}；{text}")));
    }
    if !beat.message.is_empty() {
        return Ok(Found::Bad(format!("{}；{text}", beat.message)));
    }
    let late = oldest.is_some_and(|due| now.duration_since(due) >= ALIVE);
    let text = format!("正在运行，最近一次心跳 {seen}；{text}");
    Ok(if late {
        Found::Bad(format!("有消息超过5分钟没有发出，{text}"))
    } else {
        Found::Good(text)
    })
}

/// The daily round that reminds and passes on what is late.
fn deadlines(beats: &[Heartbeat], is_alive: bool, now: Timestamp) -> Found {
    let Some(beat) = beats.iter().find(|beat| beat.name == kind::DEADLINES) else {
        // The worker does it first of all.
        let text = "还没有运行过；服务运行时每天运行一次";
        return if is_alive { Found::Bad(text.into()) } else { Found::Note(text.into()) };
    };
    let text =
        format!("最近一次 {}（业务日期 {}）：{}", shanghai_minute(beat.at.at), beat.at.on, beat.message);
    if beat.message.starts_with("失败") {
        Found::Bad(text)
    } else if is_alive && now.duration_since(beat.at.at) > DAILY {
        Found::Bad(format!("已超过一天没有运行，到期和逾期的事项没有人被提醒；{text}"))
    } else {
        Found::Good(text)
    }
}

/// The worker, the work of each day, and the queue.
fn work(db: &Db) -> Result<Vec<Check>, StoreError> {
    let now = Timestamp::now();
    let (seen, beats) = db.read(|tx| Ok::<_, StoreError>((health::worker_seen(tx)?, heartbeat::all(tx)?)))?;
    let (open, failed) = db.read(health::jobs)?;
    let alive = seen.is_some_and(|seen| now.duration_since(seen) < ALIVE);
    let worker = match seen {
        Some(seen) if alive => Found::Good(format!("正在运行，最近一次心跳 {}", shanghai_minute(seen))),
        Some(seen) => Found::Note(format!("服务没有运行，最近一次心跳 {}", shanghai_minute(seen))),
        None => Found::Note("服务还没有运行过".into()),
    };
    let daily = beats.iter().find(|beat| beat.name == kind::REASSESS);
    let daily = match daily {
        Some(beat) => {
            let text = format!(
                "最近一次 {}（业务日期 {}）：{}",
                shanghai_minute(beat.at.at),
                beat.at.on,
                if beat.message.is_empty() { "完成" } else { &beat.message }
            );
            // Only a server that runs can have left its work undone.
            let late = alive && now.duration_since(beat.at.at) > DAILY;
            if late { Found::Bad(format!("已超过一天没有运行，{text}")) } else { Found::Good(text) }
        }
        None => Found::Note("还没有运行过；有进行中的年度行动时每天运行一次".into()),
    };
    let queue = if failed > 0 {
        Found::Bad(format!(
            "失败{failed}个，等待或进行中{open}个；名单导入失败的请在名单页面查看原因后继续导入"
        ))
    } else {
        Found::Good(format!("等待或进行中{open}个，没有失败的"))
    };
    let mut found =
        vec![("后台服务", worker), ("每日重新判定", daily), ("期限提醒", deadlines(&beats, alive, now))];
    if let Some(beat) = beats.iter().find(|beat| beat.name == kind::IMPORT_LIST) {
        let text = format!("最近一次 {}：{}", shanghai_minute(beat.at.at), beat.message);
        found.push(("名单导入", Found::Good(text)));
    }
    found.push(("任务队列", queue));
    Ok(found)
}
