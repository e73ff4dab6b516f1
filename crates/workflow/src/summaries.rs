//! Summaries of the campaign by every county and authority, reported to the city (N23).

use jiff::civil::Date;
use xinxiu_documents::{CampaignSummary, SummaryRow, render_docx, render_pdf};
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
        compose(view.tx, campaign, org)
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
        compose(view.tx, campaign, org)
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

fn scope(org: &Organisation) -> (Option<OrgId>, Option<OrgId>) {
    let concerned = concerned(org);
    (concerned.counties.first().copied(), concerned.authorities.first().copied())
}

fn compose(tx: &Tx<'_>, campaign: Campaign, org: Organisation) -> Result<Draft, Refusal> {
    let (county, authority) = scope(&org);
    let filter = ProgressFilter { county, authority, ..ProgressFilter::default() };
    let rows = progress::progress(tx, campaign.id, &filter)?;
    let total = ProgressRow::total("合计", &rows);
    let found = summary::of_org(tx, campaign.id, org.id)?;
    let saved = found.is_some();
    let summary = match found {
        Some(found) => found,
        None => Summary {
            id: SummaryId(0),
            campaign: campaign.id,
            org: org.id,
            org_name: org.name.clone(),
            state: SummaryState::INITIAL,
            results: results(&total, &campaign.targets),
            features: features(&summary::activity(tx, campaign.id, county, authority)?),
            problems: problems(&total),
            numbers: String::new(),
            written_by: String::new(),
            updated_at: xinxiu_store::Moment::real(jiff::Timestamp::UNIX_EPOCH),
            version: 0,
        },
    };
    Ok(Draft { campaign, org, summary, saved, rows, total })
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
        let mut draft = compose(step.tx, under_way(step.tx)?, org)?;
        if draft.summary.state != SummaryState::Draft {
            let message = "总结已经报送，请先撤回再修改";
            return Err(Refusal::Missing(vec![Missing::new("submitted", message, "N23")]));
        }
        if draft.saved && command.version == 0 {
            return Err(xinxiu_store::StoreError::Conflict("培训总结").into());
        }
        draft.summary.results = lines(&command.results).join("\n");
        draft.summary.features = lines(&command.features).join("\n");
        draft.summary.problems = lines(&command.problems).join("\n");
        draft.summary.numbers = numbers(&draft.total).to_string();
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
        let total = compose(step.tx, campaign, org)?.total;
        found.numbers = numbers(&total).to_string();
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

/// The summary as a paper.
pub fn paper(draft: &Draft, today: Date) -> CampaignSummary {
    let (county, authority) = scope(&draft.org);
    let by_plan = county.is_none() && authority.is_none();
    let scope = match (county, authority) {
        (Some(_), _) => "本地区",
        (None, Some(_)) => "本部门认定的",
        (None, None) => "全市",
    };
    let campaign = &draft.campaign;
    CampaignSummary {
        number: format!("ZJ{}-{:04}", campaign.year, draft.summary.org.0),
        header: draft.org.name.clone(),
        reference: String::new(),
        title: format!("{}年信用修复培训工作总结", campaign.year),
        addressees: if by_plan { String::new() } else { format!("{}信用办", campaign.city) },
        overview: format!("根据「{}」的部署，现将有关工作情况总结如下。", campaign.title),
        scope: scope.to_owned(),
        by_plan,
        rows: draft.rows.iter().map(|row| summary_row(row, by_plan)).collect(),
        results: lines(&draft.summary.results),
        target_percent: u8::try_from(campaign.targets.repair_rate_percent).unwrap_or(100),
        features: lines(&draft.summary.features),
        problems: lines(&draft.summary.problems),
        next: Vec::new(),
        issuer: draft.org.name.clone(),
        issued_on: today,
    }
}

fn summary_row(row: &ProgressRow, by_plan: bool) -> SummaryRow {
    SummaryRow {
        name: row.name.clone(),
        planned: if by_plan { row.planned } else { row.members },
        trained: row.trained,
        committed: row.committed,
        passed: row.examined,
        repairable: row.repair_base,
        repaired: row.repaired,
    }
}

/// The summary as PDF.
///
/// # Errors
/// [`Refusal::Document`].
pub fn pdf(paper: &CampaignSummary) -> Result<Vec<u8>, Refusal> {
    render_pdf(paper).map_err(|error| Refusal::Document(error.to_string()))
}

/// The summary as DOCX, to be edited in the office.
///
/// # Errors
/// [`Refusal::Document`].
pub fn docx(paper: &CampaignSummary) -> Result<Vec<u8>, Refusal> {
    render_docx(paper).map_err(|error| Refusal::Document(error.to_string()))
}
