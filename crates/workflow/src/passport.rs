//! The passport of penalty records: the facts of each put together, and what the one function of the domain makes of them.
//! Every page that says where a repair stands reads it from here (N12 N16 N18 N27).

use std::collections::BTreeMap;

use jiff::civil::Date;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::application::{ApplicationState, ItemState};
use xinxiu_domain::commitment::{CommitmentState, is_current};
use xinxiu_domain::id::{ApplicationId, EnterpriseId, ItemId, PenaltyId};
use xinxiu_domain::passport::{Applied, Facts, Limit, Passport, Pledge, Stage};
use xinxiu_domain::penalty::Material;
use xinxiu_store::commitment::{self, Commitment};
use xinxiu_store::penalty::{self, Penalty};
use xinxiu_store::{application, campaign, concerns, enterprise};

use crate::app::{App, View};
use crate::applications::{Case, CaseItem, cases, live_verdict};
use crate::deadlines::Lengths;
use crate::refusal::Refusal;

/// Until when, on the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The last day, or the first on which it can be done.
    pub day: Date,
    /// Working days from today to that day, or since it.
    pub working_days: u32,
    /// Whether the day has passed without the step.
    pub is_late: bool,
    /// Whether it opens a way instead of closing one.
    pub is_from: bool,
    /// Whether holidays yet unpublished may move it.
    pub is_provisional: bool,
}

/// How a document that the rules ask for stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is there.
    Have,
    /// It is missing.
    Missing,
    /// It was prepared with words that are no longer in force.
    Stale,
    /// It is there, but its code could not be read, and nobody has looked at it yet.
    Unread,
}

/// The passport of one record with what it rests on.
#[derive(Debug, Clone)]
pub struct Page {
    /// The record.
    pub penalty: Penalty,
    /// Where it stands and who acts next.
    pub passport: Passport,
    /// Until when.
    pub due: Option<Due>,
    /// Documents that the rules ask for.
    pub materials: Vec<(Material, Standing)>,
    /// The application in which it is under way.
    pub application: Option<ApplicationId>,
    /// Whether the reader may open it.
    pub may_open: bool,
    /// Its newest commitment.
    pub commitment: Option<Commitment>,
    /// The record in that application, once the authority has decided on it.
    pub decided: Option<ItemId>,
    /// Why the application came back or the repair was refused, with the day, in plain words.
    pub trouble: Option<String>,
}

/// What else is known, gathered once for many records.
struct Around<'a> {
    commitments: &'a [Commitment],
    cases: &'a [Case],
    agency: &'a str,
    lengths: &'a Lengths,
    may_open: bool,
}

/// How long the clocks of the campaign under way run; their usual lengths where there is none.
fn lengths(view: &View<'_>) -> Result<Lengths, Refusal> {
    campaign::current(view.tx)?.map_or_else(|| Ok(Lengths::usual()), |found| Lengths::load(view.tx, found.id))
}

/// The passport of a record, for those who may see its enterprise.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn of_penalty(app: &App, actor: &Actor, id: PenaltyId) -> Result<Page, Refusal> {
    app.view(actor, |view| {
        let found = penalty::load(view.tx, id)?;
        view.must(Action::ViewEnterprise, &concerns::of_enterprise(view.tx, found.enterprise)?)?;
        let mut all = of_records(view, found.enterprise, vec![found])?;
        all.pop().ok_or_else(|| xinxiu_store::StoreError::NotFound("处罚记录", id.to_string()).into())
    })
}

/// The passports of all records of an enterprise, newest decision first.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn of_enterprise(app: &App, actor: &Actor, id: EnterpriseId) -> Result<Vec<Page>, Refusal> {
    app.view(actor, |view| {
        view.must(Action::ViewEnterprise, &concerns::of_enterprise(view.tx, id)?)?;
        in_view(view, id)
    })
}

/// [`of_enterprise`] within a look at more.
pub(crate) fn in_view(view: &View<'_>, id: EnterpriseId) -> Result<Vec<Page>, Refusal> {
    of_records(view, id, penalty::of_enterprise(view.tx, id)?)
}

fn of_records(view: &View<'_>, id: EnterpriseId, records: Vec<Penalty>) -> Result<Vec<Page>, Refusal> {
    let ids: Vec<PenaltyId> = records.iter().map(|record| record.id).collect();
    let applications: Vec<ApplicationId> = application::of_enterprise(view.tx, id)?
        .into_iter()
        .filter(|found| found.state != ApplicationState::Withdrawn)
        .map(|found| found.id)
        .collect();
    let cases = cases(view.tx, &applications, view.today)?;
    let commitments = commitment::of_penalties(view.tx, &ids)?;
    let agency = agency(view, id)?;
    let may_open = view.actor.may(Action::ViewApplication, &concerns::of_enterprise(view.tx, id)?);
    let lengths = &lengths(view)?;
    let around = Around { commitments: &commitments, cases: &cases, agency: &agency, lengths, may_open };
    Ok(records.into_iter().map(|record| page(view, record, &around)).collect())
}

/// The passports of the records of some applications, as far as these are the newest in which they stand.
///
/// # Errors
/// What the database says.
pub fn of_cases(
    app: &App,
    actor: &Actor,
    cases: &[Case],
) -> Result<BTreeMap<(ApplicationId, PenaltyId), Page>, Refusal> {
    let ids: Vec<PenaltyId> = cases.iter().flat_map(|case| &case.items).map(|item| item.penalty.id).collect();
    app.view(actor, |view| {
        let commitments = commitment::of_penalties(view.tx, &ids)?;
        let (mut all, lengths) = (BTreeMap::new(), lengths(view)?);
        for case in cases {
            let around = Around {
                commitments: &commitments,
                cases: std::slice::from_ref(case),
                agency: &case.application.agency_name,
                lengths: &lengths,
                may_open: true,
            };
            for item in &case.items {
                let page = page(view, item.penalty.clone(), &around);
                all.insert((case.application.id, item.penalty.id), page);
            }
        }
        Ok(all)
    })
}

/// Name of the agency of an enterprise's class; empty where it has none.
fn agency(view: &View<'_>, id: EnterpriseId) -> Result<String, Refusal> {
    let Some(current) = campaign::current(view.tx)? else { return Ok(String::new()) };
    let class = enterprise::member(view.tx, current.id, id)?.and_then(|member| member.plan_item);
    Ok(match class {
        Some(class) => campaign::load_item(view.tx, class)?.agency_name,
        None => String::new(),
    })
}

fn page(view: &View<'_>, penalty: Penalty, around: &Around<'_>) -> Page {
    let of = |one: &&Commitment| one.penalty == Some(penalty.id);
    let commitment = around.commitments.iter().rev().find(of);
    // The newest application counts: a record whose repair was refused may stand in a second one.
    let mut with = around.cases.iter().filter_map(|case| {
        let item = case.items.iter().find(|item| item.penalty.id == penalty.id)?;
        (case.application.state != ApplicationState::Withdrawn).then_some((case, item))
    });
    let found = with.next().map(|first| {
        with.fold(
            first,
            |newest, one| if one.0.application.id > newest.0.application.id { one } else { newest },
        )
    });
    let applied = found.map(|(case, item)| Applied {
        state: case.application.state,
        item: item.item.state,
        submitted_on: case.application.submitted_on,
        reviewed_on: case.application.reviewed_on,
        decided_on: item.item.decided_on,
        gaps: case.gaps.len(),
    });
    let pledge = pledge(around.commitments.iter().filter(of));
    let agency = found.map_or(around.agency, |(case, _)| case.application.agency_name.as_str());
    let passport = Passport::of(
        &Facts {
            record: penalty.state,
            verdict: live_verdict(&penalty, view.today),
            repairable_from: penalty.assessment.repairable_from,
            min_until: penalty.assessment.min_until,
            max_until: penalty.assessment.max_until,
            authority: &penalty.facts.authority,
            agency,
            pledge,
            applied,
        },
        |clock| around.lengths.of(clock).days,
    );
    let has = |material: Material| match material {
        Material::Commitment if found.is_some_and(|(_, item)| item.commitment_unread()) => Standing::Unread,
        Material::RectificationForm if found.is_some_and(|(_, item)| item.form_unread) => Standing::Unread,
        Material::Commitment => standing(commitment, pledge),
        other if found.is_some_and(|(_, item)| item.has(other)) => Standing::Have,
        _ => Standing::Missing,
    };
    Page {
        due: passport.limit.map(|limit| due(view, limit)),
        materials: penalty.assessment.materials.iter().map(|material| (*material, has(*material))).collect(),
        application: found.map(|(case, _)| case.application.id),
        may_open: around.may_open,
        commitment: commitment.cloned(),
        decided: found.filter(|(_, item)| item.item.decided_on.is_some()).map(|(_, item)| item.item.id),
        trouble: found.and_then(|(case, item)| trouble(case, item)),
        passport,
        penalty,
    }
}

/// Why a record goes no further: what the window sent back, or why the authority refused, and when.
fn trouble(case: &Case, item: &CaseItem) -> Option<String> {
    if let (ItemState::Refused, Some(day)) = (item.item.state, item.item.decided_on) {
        let (authority, why) = (&item.penalty.facts.authority, item.item.opinion.trim_end_matches('。'));
        return Some(format!("{day}，{authority}不同意修复，理由：{why}。"));
    }
    let back = case.open_return()?;
    let reasons: Vec<&str> = back.reasons.iter().map(|reason| reason.label()).collect();
    let reasons = reasons.join("、");
    let note = back.note.trim_end_matches('。');
    let note = if note.is_empty() { String::new() } else { format!("。窗口说明：{note}") };
    Some(format!("{}，服务窗口退回了申请，原因：{reasons}{note}。", back.on))
}

/// How the commitments of one record stand together: a broken promise counts whatever was signed before or since.
fn pledge<'a>(of: impl Iterator<Item = &'a Commitment>) -> Pledge {
    of.fold(Pledge::Unsigned, |so_far, one| match (so_far, one.state) {
        (Pledge::Broken, _) | (_, CommitmentState::Breached) => Pledge::Broken,
        (_, CommitmentState::Signed) => Pledge::Signed,
        (so_far, CommitmentState::Prepared | CommitmentState::Printed) => so_far,
    })
}

fn standing(newest: Option<&Commitment>, pledge: Pledge) -> Standing {
    match (pledge, newest) {
        (Pledge::Signed, _) => Standing::Have,
        (Pledge::Unsigned, Some(paper)) if !is_current(&paper.edition) => Standing::Stale,
        (Pledge::Unsigned | Pledge::Broken, _) => Standing::Missing,
    }
}

fn due(view: &View<'_>, limit: Limit) -> Due {
    let calendar = view.app.rules.calendar();
    let (day, is_provisional, is_from) = match limit {
        Limit::From(day) => (day, false, true),
        Limit::WorkingDays { from, days } => {
            let found = calendar.add_working_days(from, days);
            (found.date, found.provisional, false)
        }
    };
    let today = view.today;
    Due {
        day,
        working_days: calendar.working_days_between(today.min(day), today.max(day)),
        is_late: !is_from && day < today,
        is_from,
        is_provisional,
    }
}

/// A sentence without the words that mean the one record of its page.
fn of_several(said: &str) -> &str {
    said.strip_prefix("这条处罚的").or_else(|| said.strip_prefix("这条处罚")).unwrap_or(said)
}

/// A record that presses more than anything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pressing {
    /// The record.
    pub penalty: PenaltyId,
    /// What is to be done about it, and by when.
    pub sentence: String,
}

/// The record that presses most: sent back, refused, or waiting for a step whose last day has passed.
pub(crate) fn pressing(pages: &[Page]) -> Option<Pressing> {
    let rank = |page: &&Page| match page.passport.stage {
        Stage::Returned => Some(0),
        Stage::Refused => Some(1),
        _ if page.due.is_some_and(|due| due.is_late) => Some(2),
        _ => None,
    };
    let first = pages.iter().filter(|page| rank(page).is_some()).min_by_key(rank)?;
    let by =
        first.due.filter(|due| !due.is_from).map_or_else(String::new, |due| format!("{}。", due.words()));
    let sentence = format!("{}：{}{by}", first.penalty.decision, first.passport.sentence);
    Some(Pressing { penalty: first.penalty.id, sentence })
}

/// What the passports of an enterprise come to, in one line: each thing to be done with the number of records, those
/// furthest from the end first; empty where there is nothing to say.
pub(crate) fn summary(pages: &[Page]) -> String {
    let mut counted: Vec<(&str, usize)> = Vec::new();
    for page in pages.iter().filter(|page| page.passport.stage != Stage::Withdrawn) {
        let said = page.passport.sentence.trim_end_matches('。');
        match counted.iter_mut().find(|(known, _)| *known == said) {
            Some((_, count)) => *count += 1,
            None => counted.push((said, 1)),
        }
    }
    match counted.as_slice() {
        [] => String::new(),
        [(said, 1)] => format!("{said}。"),
        more => {
            let parts: Vec<String> =
                more.iter().map(|(said, count)| format!("{count}条处罚信息：{}", of_several(said))).collect();
            format!("{}。", parts.join("；"))
        }
    }
}
