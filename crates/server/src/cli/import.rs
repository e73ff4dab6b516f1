//! `xinxiu import`: lists into a campaign, by the same steps as the pages take.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use xinxiu_assess::RejectedAside;
use xinxiu_domain::account::AccountState;
use xinxiu_domain::actor::Actor;
use xinxiu_domain::id::{BatchId, CampaignId, JobId};
use xinxiu_domain::job::JobState;
use xinxiu_domain::{ListKind, batch::BatchState};
use xinxiu_intake::{Mapping, Options, Outcome, RejectedWriter, Seen};
use xinxiu_store::{account, batch, campaign, job};
use xinxiu_workflow::lists::{self, Extent};
use xinxiu_workflow::{App, Refusal, jobs, sign_in};

use super::assess::said;
use super::interrupt::{Interrupt, Interrupted};
use super::mapping;
use super::progress::ProgressLine;
use super::reading::read_rows;
use super::{Common, DONE, FINDINGS, INTERRUPTED, REFUSED};

/// 导入名单 / import lists into a campaign
///
/// 一次给出的全部文件合为这份名单的一期：在册而文件里没有的条目标记为不再列名。有文件被拒绝时只补充，不作标记。
/// All files of a call are one edition of the list: entries they lack are marked as gone; not so when a file
/// is refused.
///
/// 退出码：0 完成；1 完成但有退回的行；2 用法错误；3 有文件被拒绝或环境不可用；130 被 Ctrl-C 停止，已导入的保留。
/// Exit codes: 0 done; 1 done with rejected rows; 2 wrong usage; 3 a file or the environment was refused; 130
/// ended by Ctrl-C, what was imported stays.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct ImportArgs {
    #[command(flatten)]
    common: Common,
    /// 名单文件 / lists
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// 年度行动的编号或代号 / campaign, by id or code
    #[arg(long, value_name = "ID")]
    campaign: String,
    /// 名单：special-governance、repairable-penalty 或 watch / which list
    #[arg(long, value_parser = list_kind)]
    list: ListKind,
    /// 以哪个账号导入 / account on whose behalf
    #[arg(long = "as", value_name = "USER")]
    user: String,
    /// 列对应文件，说明不认识的表头 / file that says what columns mean
    #[arg(long, value_name = "MAP.toml")]
    map: Option<PathBuf>,
    /// 只试读，不导入 / read only
    #[arg(long)]
    dry_run: bool,
    /// 退回的行写入这个表格 / spreadsheet for the rejected rows
    #[arg(long, value_name = "REJ.xlsx")]
    rejected: Option<PathBuf>,
}

fn list_kind(code: &str) -> Result<ListKind, String> {
    let known = || ListKind::ALL.iter().map(|kind| kind.code()).collect::<Vec<_>>().join("、");
    ListKind::from_code(code).ok_or_else(|| format!("可选 / one of: {}", known()))
}

/// Runs `import`.
///
/// # Errors
/// An environment, account or campaign that cannot be used.
pub fn run(args: &ImportArgs) -> Result<u8> {
    let app = args.common.load(None)?.open_existing()?;
    let actor = actor(&app, &args.user)?;
    let campaign = campaign_of(&app, &args.campaign)?;
    let work = Work {
        app: &app,
        actor: &actor,
        mapping: mapping::read(args.map.as_deref())?,
        interrupt: Interrupt::listen(),
    };
    let Some(surveyed) = work.survey(args)? else {
        eprintln!("已停止，没有导入任何记录");
        return Ok(INTERRUPTED);
    };
    let mut code = if surveyed.rejected > 0 { FINDINGS } else { DONE };
    if surveyed.readable.len() < args.files.len() {
        code = REFUSED;
    }
    if args.dry_run {
        for path in &surveyed.readable {
            work.forecast(campaign, args.list, path)?;
        }
        return Ok(code);
    }
    let mut checked = Vec::new();
    for path in &surveyed.readable {
        if work.interrupt.is_pressed() {
            return work.give_up(&checked);
        }
        match work.check(campaign, args.list, path)? {
            Some(id) => checked.push(id),
            None => code = REFUSED,
        }
    }
    let is_whole = checked.len() == args.files.len();
    let first = checked.first().copied();
    for (index, id) in checked.iter().enumerate() {
        if work.interrupt.is_pressed() {
            return work.give_up(&checked[index..]);
        }
        let extent = match first {
            Some(first) if is_whole && index + 1 == checked.len() => Extent::WholeSince(first),
            _ => Extent::Addition,
        };
        let queued = lists::confirm(&app, &actor, *id, extent)?;
        match work.import(*id, queued)? {
            BatchState::Imported => {}
            BatchState::Stopped => {
                work.give_up(&checked[index + 1..])?;
                return Ok(INTERRUPTED);
            }
            _ => code = REFUSED,
        }
    }
    Ok(code)
}

/// The account on whose behalf a command works; it must be in use.
pub(super) fn actor(app: &App, login: &str) -> Result<Actor> {
    let found = app.store.db.read(|tx| account::by_login(tx, login))?;
    let found = found.with_context(|| format!("没有登录名「{login}」"))?;
    if found.state != AccountState::Active {
        bail!("账号「{login}」目前是「{}」，不能使用", found.state);
    }
    Ok(sign_in::actor_of(&found))
}

fn campaign_of(app: &App, text: &str) -> Result<CampaignId> {
    let found = app.store.db.read(|tx| match text.parse::<CampaignId>() {
        Ok(id) => campaign::load(tx, id).map(Some),
        Err(_) => campaign::by_code(tx, text),
    })?;
    Ok(found.with_context(|| format!("没有年度行动「{text}」"))?.id)
}

struct Surveyed {
    readable: Vec<PathBuf>,
    rejected: u64,
}

/// What every part of the call works with.
struct Work<'a> {
    app: &'a App,
    actor: &'a Actor,
    mapping: Mapping,
    interrupt: Interrupt,
}

impl Work<'_> {
    /// Reads every file before anything is taken, and writes the rejected rows out; `None` where Ctrl-C
    /// ended it.
    fn survey(&self, args: &ImportArgs) -> Result<Option<Surveyed>> {
        let (mut seen, mut writer, mut readable) = (Seen::new(), RejectedWriter::new(), Vec::new());
        for path in &args.files {
            let mut progress = ProgressLine::new();
            let name = name_of(path);
            let mapping = self.mapping.clone();
            let options = Options { mapping, ..Options::new(self.app.clock.today()).for_list(args.list) };
            let mut rejected = RejectedAside::new()?;
            let read = read_rows(path, &options, &mut seen, |outcome, at| {
                progress.show(&name, at.rows, at.bytes, at.total_bytes);
                if self.interrupt.is_pressed() {
                    bail!(Interrupted);
                }
                if let Outcome::Rejected(row) = outcome { rejected.push(&row) } else { Ok(()) }
            });
            progress.clear();
            let summary = match read {
                Err(error) if error.is::<Interrupted>() => return Ok(None),
                other => other?,
            };
            match summary {
                Ok(summary) => {
                    eprintln!("{name}：{}", said(&summary));
                    for row in rejected.into_rows()? {
                        writer.push(&row?)?;
                    }
                    readable.push(path.clone());
                }
                Err(refusal) => mapping::say(&refusal),
            }
        }
        let rejected = writer.rows();
        if let Some(path) = args.rejected.as_deref().filter(|_| rejected > 0) {
            writer.save(path)?;
            eprintln!("退回的{rejected}行已写入 {}，更正后可再次导入", path.display());
        }
        Ok(Some(Surveyed { readable, rejected }))
    }

    /// Says what the import of a file would do; nothing is kept.
    fn forecast(&self, campaign: CampaignId, list: ListKind, path: &Path) -> Result<()> {
        let name = name_of(path);
        let report = lists::forecast(self.app, self.actor, (campaign, list), path, &name, &self.mapping)?;
        eprintln!(
            "{name}：导入后新增{}条、变化{}条、没有变化{}条；如为完整的一期，在列的{}条中有{}条不再列名；名称与在册不同{}行",
            report.created, report.changed, report.unchanged, report.present, report.would_go, report.renamed
        );
        Ok(())
    }

    /// Uploads and reads a file on trial; `None` where it is refused after all or has nothing to take.
    fn check(&self, campaign: CampaignId, list: ListKind, path: &Path) -> Result<Option<BatchId>> {
        let (app, actor, name) = (self.app, self.actor, name_of(path));
        let kept = app.store.files.keep(File::open(path).with_context(|| path.display().to_string())?)?;
        let id = lists::upload(app, actor, campaign, list, &name, &kept)?;
        if !self.mapping.is_empty() {
            lists::map_by_file(app, actor, id, &self.mapping)?;
        }
        let counts = lists::dry_run(app, actor, id)?;
        if counts.accepted + counts.listings > 0 {
            return Ok(Some(id));
        }
        lists::cancel(app, actor, id)?;
        eprintln!("{name}：没有可以导入的记录，未导入");
        Ok(None)
    }

    /// Cancels the lists that were not begun when Ctrl-C was pressed.
    fn give_up(&self, left: &[BatchId]) -> Result<u8> {
        for id in left {
            lists::cancel(self.app, self.actor, *id)?;
        }
        if !left.is_empty() {
            eprintln!("已停止，其余{}个文件没有导入", left.len());
        }
        Ok(INTERRUPTED)
    }

    /// Does the queued import, or waits for the server that took it first. Ctrl-C stops it behind the slice
    /// under way. Returns what became of it.
    fn import(&self, id: BatchId, queued: JobId) -> Result<BatchState> {
        thread::scope(|scope| {
            let mut worker = Some(scope.spawn(|| jobs::run_one(self.app, queued)));
            let mut progress = ProgressLine::new();
            let mut asked = false;
            loop {
                if worker.as_ref().is_some_and(thread::ScopedJoinHandle::is_finished)
                    && let Some(finished) = worker.take()
                {
                    match finished.join() {
                        Ok(done) => done.map(drop)?,
                        Err(_) => bail!("导入意外中断，请再次运行同一命令"),
                    }
                }
                let (found, now) = self.app.store.db.read(|tx| {
                    Ok::<_, xinxiu_store::StoreError>((batch::load(tx, id)?, job::load(tx, queued)?))
                })?;
                if matches!(now.state, JobState::Done | JobState::Failed) {
                    progress.clear();
                    eprintln!("{}：{}", found.file_name, now.message);
                    if found.state == BatchState::Stopped {
                        eprintln!("在「名单导入」页面可以继续导入或取消这份名单（编号{id}）");
                    }
                    return Ok(found.state);
                }
                if self.interrupt.is_pressed() && !asked && found.state == BatchState::Importing {
                    match lists::stop(self.app, self.actor, id) {
                        // It may have come to its end meanwhile.
                        Ok(()) | Err(Refusal::Illegal(_)) => asked = true,
                        Err(other) => return Err(other.into()),
                    }
                }
                let number = |n: i64| u64::try_from(n).unwrap_or_default();
                progress.show(&found.file_name, number(now.done), number(now.done), number(now.total));
                thread::sleep(Duration::from_millis(100));
            }
        })
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}
