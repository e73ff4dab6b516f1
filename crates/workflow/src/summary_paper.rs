//! A summary as a paper: PDF to be sent, DOCX to be edited in the office (N23).

use jiff::civil::Date;
use xinxiu_documents::{CampaignSummary, SummaryRow, render_docx};
use xinxiu_store::progress::ProgressRow;

use crate::papers;
use crate::refusal::Refusal;
use crate::summaries::{Draft, scope};
use crate::summary_text::lines;

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
    papers::pdf(paper)
}

/// The summary as DOCX, to be edited in the office.
///
/// # Errors
/// [`Refusal::Document`].
pub fn docx(paper: &CampaignSummary) -> Result<Vec<u8>, Refusal> {
    render_docx(paper).map_err(|error| Refusal::Document(error.to_string()))
}
