//! Summaries of the campaign by every county and authority, reported to the city (N23).

use jiff::civil::Date;
use xinxiu_domain::Missing;
use xinxiu_domain::actor::{Action, Actor, Concerns, OrganisationKind};
use xinxiu_domain::id::{OrgId, PlanItemId, SummaryId};
use xinxiu_domain::progress::Measure;
use xinxiu_domain::summary::{SummaryAction, SummaryState};
use xinxiu_store::campaign::Campaign;
use xinxiu_store::organisation::{self, Organisation};
use xinxiu_store::progress::{self, ProgressFilter, ProgressMember, ProgressRow};
use xinxiu_store::summary::{self, Summary};
use xinxiu_store::{Tx, concerns};

use crate::app::{App, Done, Step};
use crate::progress::under_way;
use crate::refusal::{Refusal, require};
pub use crate::summary_paper::{docx, paper, pdf};
use crate::summary_text::{features, lines, problems, results};

/// A summary with the numbers of today.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The campaign.
    pub campaign: Campaign,
    /// Who writes it.
    pub org: Organisation,
    /// The text; with sentences made from the numbers where nothing was saved yet.
    pub summary: Summary,
    /// Whether it has been saved at all.
    pub saved: bool,
    /// The numbers by class.
    pub rows: Vec<ProgressRow>,
    /// All rows added up.
    pub total: ProgressRow,
    /// The day of the numbers from which the text was drafted.
    pub drafted_on: Date,
    /// What has changed since: the measure, its number on that day and its number today.
    pub changed: Vec<(Measure, u32, u32)>,
}

/// What the writer sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaveSummary {
    /// Results, one paragraph a line.
    pub results: String,
    /// Features, one a line.
    pub features: String,
    /// Problems, one a line.
    pub problems: String,
    /// Whether the writer has brought the numbers in the text up to today.
    pub numbers_checked: bool,
    /// Version that the form was filled from; 0 for the first save.
    pub version: i64,
}

/// The own organisation's summary, filled from the numbers where nothing was saved yet.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Missing`] where no campaign is under way.
pub fn draft(app: &App, actor: &Actor) -> Result<Draft, Refusal> {
    app.view(actor, |view| {
        let org = own(view.tx, actor)?;
        view.must(Action::WriteSummary, &concerned(&org))?;
        let campaign = under_way(view.tx)?;
        compose(view.tx, campaign, org, view.today)
    })
}

/// A summary by its id, for the city and its author.
///
/// # Errors
/// [`Refusal::Forbidden`]. The city reads a draft only once it is submitted.
pub fn show(app: &App, actor: &Actor, id: SummaryId) -> Result<Draft, Refusal> {
    app.view(actor, |view| {
        let found = summary::load(view.tx, id)?;
        let org = organisation::load(view.tx, found.org)?;
        view.must(Action::WriteSummary, &concerned(&org))?;
        if actor.org != Some(found.org) && found.state == SummaryState::Draft {
            let message = format!("「{}」的总结还没有报送", org.name);
            return Err(Refusal::Missing(vec![Missing::new("not_submitted", message, "N23")]));
        }
        let campaign = xinxiu_store::campaign::load(view.tx, found.campaign)?;
        compose(view.tx, campaign, org, view.today)
    })
}

fn own(tx: &Tx<'_>, actor: &Actor) -> Result<Organisation, Refusal> {
    let org = actor.org.ok_or(Refusal::Forbidden(Action::WriteSummary))?;
    Ok(organisation::load(tx, org)?)
}

/// Whom a summary concerns: the county or authority that writes it.
fn concerned(org: &Organisation) -> Concerns {
    match org.kind {
        OrganisationKind::CountyOffice | OrganisationKind::ParkCommittee => concerns::of_county(org.id),
        OrganisationKind::Authority => concerns::of_authority(org.id),
        _ => Concerns::default(),
    }
}

pub(crate) fn scope(org: &Organisation) -> (Option<OrgId>, Option<OrgId>) {
    let concerned = concerned(org);
    (concerned.counties.first().copied(), concerned.authorities.first().copied())
}

fn compose(tx: &Tx<'_>, campaign: Campaign, org: Organisation, today: Date) -> Result<Draft, Refusal> {
    let (county, authority) = scope(&org);
    let filter = ProgressFilter { county, authority, ..ProgressFilter::default() };
    let rows = progress::progress(tx, campaign.id, &filter)?;
    let total = ProgressRow::total("合计", &rows);
    let found = summary::of_org(tx, campaign.id, org.id)?;
    let saved = found.is_some();
    let summary = match found {
        Some(found) => found,
        None => begun(tx, &campaign, &org, &total, today)?,
    };
    let drafted_on = summary.drafted_on.unwrap_or(summary.updated_at.on);
    let changed = changes(&summary.numbers, &total);
    Ok(Draft { campaign, org, summary, saved, rows, total, drafted_on, changed })
}

/// A summary that nobody has saved yet, with the sentences that the numbers of today make.
fn begun(
    tx: &Tx<'_>,
    campaign: &Campaign,
    org: &Organisation,
    total: &ProgressRow,
    today: Date,
) -> Result<Summary, Refusal> {
    let (county, authority) = scope(org);
    let activity = summary::activity(tx, campaign.id, county, authority)?;
    Ok(Summary {
        id: SummaryId(0),
        campaign: campaign.id,
        org: org.id,
        org_name: org.name.clone(),
        state: SummaryState::INITIAL,
        results: results(total, &campaign.targets),
        features: features(&activity),
        problems: problems(total, &activity),
        numbers: numbers(total).to_string(),
        drafted_on: Some(today),
        written_by: String::new(),
        updated_at: xinxiu_store::Moment::real(jiff::Timestamp::UNIX_EPOCH),
        version: 0,
    })
}

/// The numbers that differ from those on which a text rests. A number that was not kept then counts as equal.
fn changes(kept: &str, total: &ProgressRow) -> Vec<(Measure, u32, u32)> {
    let kept: serde_json::Value = serde_json::from_str(kept).unwrap_or_default();
    Measure::ALL
        .iter()
        .filter_map(|measure| {
            let then = u32::try_from(kept.get(measure.code())?.as_u64()?).ok()?;
            let now = total.figure(*measure);
            (then != now).then_some((*measure, then, now))
        })
        .collect()
}

/// The enterprises behind a number of the own summary; of one class where it is given.
///
/// # Errors
/// As [`draft`].
pub fn members(
    app: &App,
    actor: &Actor,
    measure: Measure,
    plan_item: Option<PlanItemId>,
) -> Result<Vec<ProgressMember>, Refusal> {
    app.view(actor, |view| {
        let org = own(view.tx, actor)?;
        view.must(Action::WriteSummary, &concerned(&org))?;
        let (county, authority) = scope(&org);
        let filter = ProgressFilter { county, authority, plan_item, ..ProgressFilter::default() };
        let campaign = under_way(view.tx)?.id;
        Ok(progress::progress_members(view.tx, campaign, &filter, (measure, None), (0, 10_000))?)
    })
}

/// Saves the own organisation's summary as a draft.
///
/// # Errors
/// [`Refusal::Missing`] where it was submitted already; a conflict where a colleague saved it meanwhile.
pub fn save(app: &App, actor: &Actor, command: &SaveSummary) -> Result<SummaryId, Refusal> {
    app.step(actor, |step| {
        let org = own(step.tx, actor)?;
        step.must(Action::WriteSummary, &concerned(&org))?;
        let mut draft = compose(step.tx, under_way(step.tx)?, org, step.today)?;
        require(submitted_gaps(&draft.summary))?;
        if draft.saved && command.version == 0 {
            return Err(xinxiu_store::StoreError::Conflict("培训总结").into());
        }
        draft.summary.results = lines(&command.results).join("\n");
        draft.summary.features = lines(&command.features).join("\n");
        draft.summary.problems = lines(&command.problems).join("\n");
        if command.numbers_checked {
            draft.summary.numbers = numbers(&draft.total).to_string();
            draft.summary.drafted_on = Some(step.today);
        }
        draft.summary.written_by.clone_from(&step.actor.name);
        draft.summary.updated_at = step.moment();
        let id = if draft.saved {
            draft.summary.version = command.version;
            summary::save(step.tx, &draft.summary)?;
            draft.summary.id
        } else {
            summary::insert(step.tx, &draft.summary)?
        };
        record(step, "summary.save", id, format!("保存「{}」的培训总结", draft.org.name), &draft.total)?;
        Ok(id)
    })
}

/// Drafts the own organisation's summary anew from the numbers of today; what was typed is replaced.
///
/// # Errors
/// [`Refusal::Missing`] where it was submitted already; a conflict where a colleague saved it meanwhile.
pub fn redraft(app: &App, actor: &Actor, version: i64) -> Result<SummaryId, Refusal> {
    app.step(actor, |step| {
        let org = own(step.tx, actor)?;
        step.must(Action::WriteSummary, &concerned(&org))?;
        let found = compose(step.tx, under_way(step.tx)?, org, step.today)?;
        require(submitted_gaps(&found.summary))?;
        let fresh = begun(step.tx, &found.campaign, &found.org, &found.total, step.today)?;
        let mut summary = Summary { id: found.summary.id, version, ..fresh };
        summary.written_by.clone_from(&step.actor.name);
        summary.updated_at = step.moment();
        let id = if found.saved {
            summary::save(step.tx, &summary)?;
            summary.id
        } else {
            summary::insert(step.tx, &summary)?
        };
        let what = format!("按当天的数据重新起草「{}」的培训总结", found.org.name);
        record(step, "summary.redraft", id, what, &found.total)?;
        Ok(id)
    })
}

fn submitted_gaps(summary: &Summary) -> Vec<Missing> {
    let message = "总结已经报送，请先撤回再修改";
    let gap = Missing::new("submitted", message, "N23");
    if summary.state == SummaryState::Draft { Vec::new() } else { vec![gap] }
}

/// Submits a summary to the city, or takes it back.
///
/// # Errors
/// [`Refusal::Missing`] where results or problems are blank; [`Refusal::Illegal`] where the state does not
/// allow it; [`Refusal::Forbidden`] for all but its author's organisation.
pub fn change_state(app: &App, actor: &Actor, id: SummaryId, action: SummaryAction) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let mut found = summary::load(step.tx, id)?;
        let org = organisation::load(step.tx, found.org)?;
        step.must(Action::WriteSummary, &concerned(&org))?;
        if actor.org != Some(org.id) {
            return Err(Refusal::Forbidden(Action::WriteSummary));
        }
        found.state = found.state.after(action)?;
        if action == SummaryAction::Submit {
            require(gaps(&found))?;
        }
        let campaign = xinxiu_store::campaign::load(step.tx, found.campaign)?;
        let total = compose(step.tx, campaign, org, step.today)?.total;
        found.updated_at = step.moment();
        summary::save(step.tx, &found)?;
        record(step, "summary.state", id, format!("{action}「{}」的培训总结", found.org_name), &total)
    })
}

fn gaps(summary: &Summary) -> Vec<Missing> {
    let parts = [
        (&summary.results, "summary_results", "请填写取得成果"),
        (&summary.features, "summary_features", "请填写工作特色"),
        (&summary.problems, "summary_problems", "请填写存在问题"),
    ];
    parts
        .into_iter()
        .filter(|(text, ..)| text.is_empty())
        .map(|(_, code, message)| Missing::new(code, message, "N23"))
        .collect()
}

fn numbers(total: &ProgressRow) -> serde_json::Value {
    let figures = xinxiu_domain::progress::Measure::ALL
        .iter()
        .map(|measure| (measure.code().to_owned(), serde_json::json!(total.figure(*measure))));
    serde_json::Value::Object(figures.collect())
}

fn record(
    step: &Step<'_>,
    action: &str,
    id: SummaryId,
    summary: String,
    total: &ProgressRow,
) -> Result<(), Refusal> {
    step.record(Done { action, subject: ("summary", id.0), enterprise: None, summary }, numbers(total))
}

/// Where the summary of one organisation stands.
#[derive(Debug, Clone)]
pub struct Reported {
    /// The organisation.
    pub org: Organisation,
    /// Its summary, where it has begun one.
    pub summary: Option<Summary>,
}

/// Who has reported and who has not: every county and authority for the city, oneself for the others.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Missing`] where no campaign is under way.
pub fn list(app: &App, actor: &Actor) -> Result<Vec<Reported>, Refusal> {
    app.view(actor, |view| {
        if !actor.has(Action::WriteSummary) {
            return Err(Refusal::Forbidden(Action::WriteSummary));
        }
        let mut written = summary::all(view.tx, under_way(view.tx)?.id)?;
        let mut reported = Vec::new();
        for org in organisation::all(view.tx)? {
            let writes = org
                .kind
                .roles()
                .iter()
                .any(|role| Action::WriteSummary.grants().iter().any(|(granted, _)| granted == role));
            if writes && actor.may(Action::WriteSummary, &concerned(&org)) {
                let at = written.iter().position(|one| one.org == org.id);
                reported.push(Reported { summary: at.map(|at| written.swap_remove(at)), org });
            }
        }
        Ok(reported)
    })
}
