//! What follows once an objection or appeal is lodged: further papers, its withdrawal by whoever lodged it, and what was done after
//! it was upheld (N27).

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::appeal::{AppealAction, AppealState, FILES};
use xinxiu_domain::id::{AppealId, FileId};
use xinxiu_domain::text::tidy;
use xinxiu_store::appeal::{self, Appeal, Sent};
use xinxiu_store::files::{self, StoredFile};
use xinxiu_store::{StoreError, concerns};

use super::steps::{advance, concerned};
use crate::app::{App, Step, View};
use crate::applications::{Paper, kept};
use crate::refusal::Refusal;

/// One of them as an actor sees it.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The objection or appeal.
    pub appeal: Appeal,
    /// What was sent with it.
    pub files: Vec<Sent>,
    /// Whether the actor may answer it.
    pub may_answer: bool,
    /// Whether the actor lodged it and may still withdraw it or add papers.
    pub may_withdraw: bool,
    /// Whether the actor is to say what was done after it was upheld.
    pub may_carry_out: bool,
}

pub(super) fn opened(view: &View<'_>, found: Appeal) -> Result<Opened, Refusal> {
    let waits = found.state == AppealState::Received;
    let answers = view.actor.may(found.kind.answered_with(), &concerned(view.tx, &found)?);
    let own = concerns::of_enterprise(view.tx, found.enterprise)?;
    let lodges = view.actor.may(Action::LodgeAppeal, &own) && view.actor.role == found.lodged_role;
    Ok(Opened {
        files: appeal::files(view.tx, &found)?,
        may_answer: waits && answers,
        may_withdraw: waits && lodges,
        may_carry_out: answers && found.state == AppealState::Upheld && found.carried_out_on.is_none(),
        appeal: found,
    })
}

/// One of them, with what the actor may do with it.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn open(app: &App, actor: &Actor, id: AppealId) -> Result<Opened, Refusal> {
    app.view(actor, |view| opened(view, seen(view, id)?))
}

fn seen(view: &View<'_>, id: AppealId) -> Result<Appeal, Refusal> {
    let found = appeal::load(view.tx, id)?;
    view.must(Action::ViewApplication, &concerns::of_penalty(view.tx, found.penalty)?)?;
    Ok(found)
}

/// A paper that was sent with it, counted from 0.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Store`] where there is none.
pub fn file(app: &App, actor: &Actor, id: AppealId, place: usize) -> Result<StoredFile, Refusal> {
    app.view(actor, |view| {
        let sent = appeal::files(view.tx, &seen(view, id)?)?;
        stored(view, id, sent.get(place).map(|one| one.file))
    })
}

/// What was sent with its answer.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Store`] where there is none.
pub fn answer_file(app: &App, actor: &Actor, id: AppealId) -> Result<StoredFile, Refusal> {
    app.view(actor, |view| stored(view, id, seen(view, id)?.answer_file))
}

fn stored(view: &View<'_>, id: AppealId, file: Option<FileId>) -> Result<StoredFile, Refusal> {
    Ok(files::load(view.tx, file.ok_or_else(|| StoreError::NotFound("附件", id.to_string()))?)?)
}

pub(super) fn keep_files(step: &Step<'_>, id: AppealId, papers: &[Paper]) -> Result<(), Refusal> {
    for paper in papers {
        if let Some(file) = kept(step, Some(paper))? {
            appeal::add_file(step.tx, id, file, (&step.actor.name, step.moment()))?;
        }
    }
    Ok(())
}

/// Whoever lodged it adds papers to it while it waits for its answer.
///
/// # Errors
/// [`Refusal::Invalid`] without a paper or with too many of them; [`Refusal::Illegal`] once it is answered;
/// [`Refusal::Forbidden`] for anybody else; a conflict where it was changed meanwhile.
pub fn add_files(
    app: &App,
    actor: &Actor,
    id: AppealId,
    (papers, version): (&[Paper], i64),
) -> Result<(), Refusal> {
    advance(app, actor, (id, version), AppealAction::AddFile, |step, found| {
        let there = appeal::files(step.tx, found)?.len();
        if papers.is_empty() || there + papers.len() > FILES {
            let message = format!("请选择文件；一件最多{FILES}个，已有{there}个");
            return Err(Refusal::invalid("file", message));
        }
        keep_files(step, id, papers)?;
        Ok(format!("补充{}个证明材料", papers.len()))
    })
}

/// Whoever lodged it takes it back, with a reason that the other side reads.
///
/// # Errors
/// [`Refusal::Invalid`] without a reason; otherwise as [`add_files`].
pub fn withdraw(
    app: &App,
    actor: &Actor,
    id: AppealId,
    (version, reason): (i64, &str),
) -> Result<(), Refusal> {
    let reason = tidy(reason);
    advance(app, actor, (id, version), AppealAction::Withdraw, |step, found| {
        if reason.is_empty() {
            return Err(Refusal::invalid("withdraw_reason", "请写明撤回的原因，对方会看到"));
        }
        found.withdrawn_reason = reason;
        found.withdrawn_by = super::lodger(step, found.enterprise)?;
        found.withdrawn_on = Some(step.today);
        Ok(format!("撤回{}，{}", AppealState::NOUN, found.withdrawn_reason))
    })
}

/// Whoever upheld it says what was done after it, once; until then it stands among what is to be done.
///
/// # Errors
/// [`Refusal::Invalid`] where it is not said what; [`Refusal::Illegal`] unless it was upheld; a conflict where a colleague was
/// faster; [`Refusal::Forbidden`] for whoever it does not fall to.
pub fn carry_out(
    app: &App,
    actor: &Actor,
    id: AppealId,
    (version, what): (i64, &str),
) -> Result<(), Refusal> {
    let what = tidy(what);
    advance(app, actor, (id, version), AppealAction::CarryOut, |step, found| {
        if what.is_empty() {
            return Err(Refusal::invalid("carried_out", "请写明办理结果，例如已更正处罚日期，企业会看到"));
        }
        found.carried_out = what;
        found.carried_out_by.clone_from(&actor.name);
        found.carried_out_on = Some(step.today);
        Ok(format!("落实{}，{}", found.kind, found.carried_out))
    })
}
