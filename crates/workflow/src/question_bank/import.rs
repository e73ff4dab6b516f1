//! Many questions at once, from a file: the good ones are taken, the others come back with their reasons.

use std::collections::HashMap;

use xinxiu_domain::actor::{Action, Actor, Concerns};
use xinxiu_domain::exam::Question;
use xinxiu_domain::question::{ALIKE, Likeness};
use xinxiu_intake::questions::{ReadQuestions, Rejected};
use xinxiu_store::question;

use super::{Entry, bank, write};
use crate::app::{App, Done, Step};
use crate::refusal::Refusal;

/// What became of a file of questions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Questions that the bank did not have.
    pub added: Vec<Question>,
    /// Questions whose id the bank has with other words.
    pub changed: Vec<Question>,
    /// Questions that the bank has as they are.
    pub same: usize,
    /// What was not taken, and why.
    pub rejected: Vec<Rejected>,
}

/// Says what would become of a file; nothing is taken.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn judge(app: &App, actor: &Actor, read: ReadQuestions) -> Result<Imported, Refusal> {
    app.view(actor, |view| {
        view.must(Action::EditQuestions, &Concerns::default())?;
        Ok(compare(&bank(view.tx)?, read))
    })
}

/// Takes the questions of a file that can be taken.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn import(app: &App, actor: &Actor, read: ReadQuestions, file: &str) -> Result<Imported, Refusal> {
    app.step(actor, |step| {
        step.must(Action::EditQuestions, &Concerns::default())?;
        let imported = compare(&bank(step.tx)?, read);
        for question in imported.added.iter().chain(&imported.changed) {
            put(step, question)?;
        }
        let (added, changed) = (imported.added.len(), imported.changed.len());
        let rejected = imported.rejected.len();
        let summary = format!("导入题库文件“{file}”：新增{added}题，修改{changed}题，退回{rejected}处");
        let codes: Vec<_> = imported.added.iter().chain(&imported.changed).map(|one| &one.id).collect();
        let done = Done { action: "question.import", subject: ("question", 0), enterprise: None, summary };
        step.record(done, serde_json::json!({ "file": file, "questions": codes }))?;
        Ok(imported)
    })
}

/// Questions with an id that the bank has are changes of it; others must not ask what is asked already.
fn compare(entries: &[Entry], read: ReadQuestions) -> Imported {
    let known: HashMap<&str, &Entry> =
        entries.iter().map(|entry| (entry.question.id.as_str(), entry)).collect();
    let mut imported = Imported { rejected: read.rejected, ..Imported::default() };
    let mut asked: Vec<(String, Likeness)> = entries
        .iter()
        .filter(|entry| entry.in_force)
        .map(|entry| (entry.question.id.clone(), Likeness::of(&entry.question)))
        .collect();
    for (line, question) in read.taken {
        let before = known.get(question.id.as_str());
        if before.is_some_and(|entry| entry.question == question) {
            imported.same += 1;
            continue;
        }
        let likeness = Likeness::of(&question);
        let other = asked.iter().find(|(id, other)| *id != question.id && likeness.to(other) >= ALIKE);
        if let Some((other, _)) = other {
            let message = format!("和 {other} 几乎相同；要修改那一题的，请写它的编号，否则请改写");
            let value = question.text.chars().take(60).collect();
            imported.rejected.push(Rejected { line, column: "题目".into(), value, message });
            continue;
        }
        asked.retain(|(id, _)| *id != question.id);
        asked.push((question.id.clone(), likeness));
        if before.is_some() { imported.changed.push(question) } else { imported.added.push(question) }
    }
    imported.rejected.sort_by_key(|one| one.line);
    imported
}

fn put(step: &Step<'_>, given: &Question) -> Result<(), Refusal> {
    let before = question::by_code(step.tx, &given.id)?;
    let (in_force, version) = before.as_ref().map_or((true, 0), |own| (own.in_force, own.version));
    write(step, before.as_ref(), given, (in_force, version))?;
    Ok(())
}
