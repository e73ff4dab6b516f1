//! Everything that happened to one penalty record, in one line of time (办理历史): what lists and people changed in it, and what
//! became of its applications, appeals and filings (N08 N12 N27).

use std::collections::BTreeSet;

use xinxiu_domain::actor::Action;
use xinxiu_domain::correction::VersionKind;
use xinxiu_domain::id::{AppealId, ApplicationId, ItemId};
use xinxiu_store::audit::Recorded;
use xinxiu_store::penalty::Penalty;
use xinxiu_store::{Moment, appeal, audit, concerns, filing, item, penalty_version, repair_fact, review};

use crate::app::View;
use crate::refusal::Refusal;

/// One thing that happened.
#[derive(Debug, Clone)]
pub struct Event {
    /// When.
    pub at: Moment,
    /// What, in one Chinese sentence.
    pub what: String,
    /// Opinion or reason.
    pub why: String,
    /// Who.
    pub by: String,
    /// What was attached.
    pub paper: Option<Attached>,
}

/// What was attached to an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attached {
    /// The paper of a fact.
    Fact(i64),
    /// The paper of a first review.
    Review(i64),
    /// What came with an objection or appeal.
    Appeal(AppealId),
    /// What came with its answer.
    Answer(AppealId),
}

impl Event {
    fn of(entry: Recorded) -> Self {
        Self { at: entry.at, what: entry.summary, why: String::new(), by: entry.actor, paper: None }
    }
}

/// Steps of an application that leave no fact of their own.
const STEPS: &[&str] = &["application.open", "application.submit", "application.withdraw"];

/// Steps of an objection or appeal between lodging and answer.
const BETWEEN: &[&str] = &["appeal.postpone", "appeal.add_file", "appeal.withdraw", "appeal.carry_out"];

/// Everything that happened to a record, oldest first; of its applications only where the reader may see them.
pub(super) fn of_penalty(view: &View<'_>, record: &Penalty) -> Result<Vec<Event>, Refusal> {
    let mut all: Vec<Event> =
        audit::of_subject(view.tx, "penalty", record.id.0)?.into_iter().map(Event::of).collect();
    all.extend(listed(view, record)?);
    let whom = concerns::of_enterprise(view.tx, record.enterprise)?;
    if view.actor.may(Action::ViewApplication, &whom) {
        let items = item::of_penalty(view.tx, record.id)?;
        let own: BTreeSet<ItemId> = items.iter().map(|one| one.id).collect();
        let applications: Vec<ApplicationId> = items.iter().map(|one| one.application).collect();
        all.extend(of_applications(view, &applications, &own)?);
    }
    if view.actor.may(Action::ViewApplication, &concerns::of_penalty(view.tx, record.id)?) {
        all.extend(appeals(view, record)?);
    }
    all.sort_by_key(|event| event.at.at);
    Ok(all)
}

/// What lists changed in the record; what people changed stands in the audit trail already.
fn listed(view: &View<'_>, record: &Penalty) -> Result<Vec<Event>, Refusal> {
    let versions = penalty_version::of_penalty(view.tx, record.id)?.into_iter().rev();
    let by_list = versions.filter(|version| version.kind == VersionKind::Listed);
    let events = by_list.map(|version| {
        let fields: Vec<&str> = version.changes.iter().map(|(field, ..)| field.as_str()).collect();
        let what = format!("名单更新：{}", fields.join("、"));
        Event { at: version.at, what, why: version.reason, by: version.actor, paper: None }
    });
    Ok(events.collect())
}

fn of_applications(
    view: &View<'_>,
    applications: &[ApplicationId],
    own: &BTreeSet<ItemId>,
) -> Result<Vec<Event>, Refusal> {
    let mut all = Vec::new();
    // One record stands in a handful of applications.
    for id in applications {
        let steps = audit::of_subject(view.tx, "application", id.0)?.into_iter();
        let steps = steps.filter(|entry| STEPS.contains(&entry.action.as_str())).map(Event::of);
        all.extend(steps.map(|event| Event { what: format!("第{id}号申请：{}", event.what), ..event }));
        for one in filing::of_application(view.tx, *id)? {
            all.extend(audit::of_subject(view.tx, "filing", one.id.0)?.into_iter().map(Event::of));
        }
    }
    for one in review::of_applications(view.tx, applications)? {
        let result = if one.accepted { "初审通过" } else { "退回补正" };
        let mut why: Vec<&str> = one.reasons.iter().map(|reason| reason.label()).collect();
        why.extend((!one.note.is_empty()).then_some(one.note.as_str()));
        all.push(Event {
            at: Moment { on: one.on, at: one.at },
            what: format!("第{}号申请：{result}", one.application),
            why: why.join("、"),
            by: one.reviewer,
            paper: one.file.map(|_| Attached::Review(one.id)),
        });
    }
    for fact in repair_fact::of_applications(view.tx, applications)? {
        // Another record of the same application has its own line of time.
        if fact.item.is_some_and(|item| !own.contains(&item)) {
            continue;
        }
        let on = if fact.effective_on == fact.at.on {
            String::new()
        } else {
            format!("（{}）", fact.effective_on)
        };
        all.push(Event {
            at: fact.at,
            what: format!("第{}号申请：{}，{}{on}", fact.application, fact.kind, fact.result),
            why: fact.opinion,
            by: fact.person,
            paper: fact.file.map(|_| Attached::Fact(fact.id)),
        });
    }
    Ok(all)
}

fn appeals(view: &View<'_>, record: &Penalty) -> Result<Vec<Event>, Refusal> {
    let mut all = Vec::new();
    for one in appeal::of_penalty(view.tx, record.id)? {
        all.push(Event {
            at: one.lodged,
            what: format!("提出{}", one.kind),
            why: one.text,
            by: one.lodged_by,
            paper: one.file.map(|_| Attached::Appeal(one.id)),
        });
        let between = audit::of_subject(view.tx, "appeal", one.id.0)?.into_iter();
        let between = between.filter(|entry| BETWEEN.contains(&entry.action.as_str()));
        all.extend(between.map(Event::of));
        if let (Some(at), Some(on)) = (one.answered_at, one.answered_on) {
            all.push(Event {
                at: Moment { on, at },
                what: format!("{}：{}", one.kind, one.state),
                why: one.answer,
                by: one.answered_by,
                paper: one.answer_file.map(|_| Attached::Answer(one.id)),
            });
        }
    }
    Ok(all)
}
