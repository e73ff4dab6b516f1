//! The question bank (题库, N09 N11): what comes with the program, one file per module under `questions/`, and
//! what the installation's city office added, changed or took out of use.

mod draw;
mod import;
mod statistics;

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use rust_embed::RustEmbed;
use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::exam::Question;
use xinxiu_domain::question::{ALIKE, Likeness, faults};
use xinxiu_policy::Rules;
use xinxiu_store::question::{self, OwnQuestion};
use xinxiu_store::{StoreError, Tx};

use crate::app::{App, Done, Step};
use crate::refusal::{FieldError, Refusal};

pub(crate) use draw::draw;
pub use import::{Imported, import, judge};
pub use statistics::statistics;

#[derive(RustEmbed)]
#[folder = "../../questions"]
struct Embedded;

static BANK: LazyLock<Result<Vec<Question>, String>> = LazyLock::new(read);

fn read() -> Result<Vec<Question>, String> {
    let mut names: Vec<_> = Embedded::iter().collect();
    names.sort();
    let mut bank = Vec::new();
    for name in names {
        let file = Embedded::get(&name).ok_or_else(|| name.to_string())?;
        let text = std::str::from_utf8(&file.data).map_err(|error| format!("{name}：{error}"))?;
        let questions: Vec<Question> =
            serde_saphyr::from_str(text).map_err(|error| format!("{name}：{error}"))?;
        bank.extend(questions);
    }
    Ok(bank)
}

/// Every question that comes with the program, by module.
///
/// # Errors
/// [`Refusal::Document`] where a file of the bank cannot be read, which the tests rule out.
pub fn all() -> Result<&'static [Question], Refusal> {
    BANK.as_deref().map_err(|problem| Refusal::Document(format!("题库 {problem}")))
}

/// Where a question comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// With the program, as it is.
    BuiltIn,
    /// With the program, changed or taken out of use here.
    Changed,
    /// Added here.
    Own,
}

/// A question of the installation's bank.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The question.
    pub question: Question,
    /// Where it comes from.
    pub origin: Origin,
    /// Whether it is asked.
    pub in_force: bool,
    /// What the installation has of it.
    pub own: Option<OwnQuestion>,
}

impl Entry {
    /// Version for saving it; 0 where the installation has none of its own.
    pub fn version(&self) -> i64 {
        self.own.as_ref().map_or(0, |own| own.version)
    }
}

/// The whole bank of an installation: the program's questions in their order, then its own.
///
/// # Errors
/// What the database says.
pub fn bank(tx: &Tx<'_>) -> Result<Vec<Entry>, Refusal> {
    let mut own: HashMap<String, OwnQuestion> =
        question::all(tx)?.into_iter().map(|own| (own.question.id.clone(), own)).collect();
    let mut entries: Vec<Entry> =
        all()?.iter().map(|built_in| entry(built_in, own.remove(&built_in.id))).collect();
    let mut added: Vec<_> = own.into_values().collect();
    added.sort_by(|one, other| one.question.id.cmp(&other.question.id));
    entries.extend(added.into_iter().map(|own| Entry {
        question: own.question.clone(),
        origin: Origin::Own,
        in_force: own.in_force,
        own: Some(own),
    }));
    Ok(entries)
}

fn entry(built_in: &Question, own: Option<OwnQuestion>) -> Entry {
    let origin = if own.is_some() { Origin::Changed } else { Origin::BuiltIn };
    let question = own.as_ref().map_or_else(|| built_in.clone(), |own| own.question.clone());
    Entry { question, origin, in_force: own.as_ref().is_none_or(|own| own.in_force), own }
}

/// The questions that are in use.
///
/// # Errors
/// As [`bank`].
pub fn in_force(tx: &Tx<'_>) -> Result<Vec<Question>, Refusal> {
    let entries = bank(tx)?.into_iter().filter(|entry| entry.in_force);
    Ok(entries.map(|entry| entry.question).collect())
}

/// Those of them that are asked on a day: not those whose answer is right under an edition that is not in force then.
///
/// # Errors
/// As [`bank`].
pub fn asked_on(tx: &Tx<'_>, rules: &Rules, day: Date) -> Result<Vec<Question>, Refusal> {
    let in_force = |id: &String| {
        rules.editions().iter().any(|edition| edition.id.as_str() == id && edition.in_force(day))
    };
    let mut asked = self::in_force(tx)?;
    asked.retain(|question| question.edition.as_ref().is_none_or(in_force));
    Ok(asked)
}

/// The bank, for those who may see it.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn list(app: &App, actor: &Actor) -> Result<Vec<Entry>, Refusal> {
    app.view(actor, |view| {
        view.must(Action::ViewQuestions, &Concerns::default())?;
        bank(view.tx)
    })
}

/// One question of the bank.
///
/// # Errors
/// [`StoreError::NotFound`]; [`Refusal::Forbidden`].
pub fn find(app: &App, actor: &Actor, code: &str) -> Result<Entry, Refusal> {
    let found = list(app, actor)?.into_iter().find(|entry| entry.question.id == code);
    found.ok_or_else(|| StoreError::NotFound("试题", code.to_owned()).into())
}

/// Saves a question as typed on its page: a new one where `version` is 0 and nothing has its id.
///
/// # Errors
/// [`Refusal::Invalid`] names the fields; a conflict where somebody was faster; [`Refusal::Forbidden`].
pub fn save(app: &App, actor: &Actor, given: &Question, is_new: bool, version: i64) -> Result<(), Refusal> {
    app.step(actor, |step| {
        step.must(Action::EditQuestions, &Concerns::default())?;
        let entries = bank(step.tx)?;
        let mut errors: Vec<FieldError> = faults(given, &editions(&step.app.rules))
            .into_iter()
            .map(|fault| FieldError { field: field_of(fault.part).to_owned(), message: fault.message })
            .collect();
        let taken = entries.iter().any(|entry| entry.question.id == given.id);
        if is_new && taken {
            errors.push(FieldError {
                field: "id".into(), message: "这个编号已经有了，请换一个".into()
            });
        }
        if let Some(other) = alike(&entries, given) {
            let message = format!("和题库里的 {other} 几乎相同，请改写，或者直接修改那一题");
            errors.push(FieldError { field: "text".into(), message });
        }
        if !errors.is_empty() {
            return Err(Refusal::Invalid(errors));
        }
        keep(step, given, true, version)
    })
}

/// Takes a question out of use or back into it; papers that were handed out keep theirs.
///
/// # Errors
/// [`StoreError::NotFound`]; a conflict; [`Refusal::Forbidden`].
pub fn set_in_force(
    app: &App,
    actor: &Actor,
    code: &str,
    in_force: bool,
    version: i64,
) -> Result<(), Refusal> {
    app.step(actor, |step| {
        step.must(Action::EditQuestions, &Concerns::default())?;
        let found = bank(step.tx)?.into_iter().find(|entry| entry.question.id == code);
        let found = found.ok_or_else(|| StoreError::NotFound("试题", code.to_owned()))?;
        keep(step, &found.question, in_force, version)
    })
}

/// Writes one question and its audit entry.
fn keep(step: &Step<'_>, given: &Question, in_force: bool, version: i64) -> Result<(), Refusal> {
    let before = question::by_code(step.tx, &given.id)?;
    let id = write(step, before.as_ref(), given, (in_force, version))?;
    let verb = match (in_force, before) {
        (false, _) => "停用试题",
        (true, Some(before)) if !before.in_force => "恢复使用试题",
        (true, _) => "保存试题",
    };
    let summary = format!("{verb}{}", given.id);
    let done = Done { action: "question.save", subject: ("question", id), enterprise: None, summary };
    step.record(done, serde_json::json!({ "question": given, "in_force": in_force }))
}

/// Writes one question in place of what the installation had of it, and returns its id.
fn write(
    step: &Step<'_>,
    before: Option<&OwnQuestion>,
    given: &Question,
    (in_force, version): (bool, i64),
) -> Result<i64, StoreError> {
    let own = OwnQuestion {
        id: before.map_or(0, |own| own.id),
        question: given.clone(),
        in_force,
        changed_by: step.actor.name.clone(),
        changed_at: step.moment(),
        version,
    };
    if before.is_none() {
        return question::insert(step.tx, &own);
    }
    question::save(step.tx, &own)?;
    Ok(own.id)
}

/// Ids of the rule editions that a question can rest on.
pub fn editions(rules: &Rules) -> Vec<&str> {
    rules.editions().iter().map(|edition| edition.id.as_str()).collect()
}

/// The id of another question in the bank that asks the same.
fn alike<'a>(entries: &'a [Entry], given: &Question) -> Option<&'a str> {
    let read = Likeness::of(given);
    let others = entries.iter().filter(|entry| entry.in_force && entry.question.id != given.id);
    others
        .map(|entry| &entry.question)
        .find(|other| read.to(&Likeness::of(other)) >= ALIKE)
        .map(|other| other.id.as_str())
}

fn field_of(part: &str) -> &'static str {
    match part {
        "编号" => "id",
        "选项" => "choices",
        "答案" => "answer",
        "解析" => "explanation",
        "依据" => "basis",
        "适用版本" => "edition",
        _ => "text",
    }
}
