//! One row of a list onto the record.

use xinxiu_domain::ListKind;
use xinxiu_domain::batch::{RecordAction, RecordState};
use xinxiu_domain::id::{EnterpriseId, ListingId, PenaltyId};
use xinxiu_domain::penalty::SubjectKind;
use xinxiu_intake::{ListingRow, Outcome, PenaltyRow, RawRow, RecordStatus, Source, Until};
use xinxiu_store::batch::{Batch, Counts};
use xinxiu_store::batch_row::{NewRow, SEALED_RAW};
use xinxiu_store::campaign::{Campaign, PlanItem};
use xinxiu_store::list_entry::{self, Entry};
use xinxiu_store::penalty::{self, Listing, Penalty};

use super::county::Names;
use super::place::place;
use super::profile::{Matched, Subject, enterprise_of};
use crate::app::Step;
use crate::enterprises::assess;
use crate::refusal::Refusal;

/// What the rows of one slice need to know.
pub(super) struct Context<'a> {
    pub step: &'a Step<'a>,
    pub batch: &'a Batch,
    pub campaign: &'a Campaign,
    pub items: &'a [PlanItem],
    pub names: &'a Names,
}

impl Context<'_> {
    /// Puts a row on record and counts what it was.
    pub fn apply(&self, outcome: &Outcome, counts: &mut Counts) -> Result<NewRow, Refusal> {
        match outcome {
            Outcome::Penalty(row) => self.penalty(row, counts),
            Outcome::Listing(row) => self.listing(row, counts),
            Outcome::Rejected(row) => {
                let reasons: Vec<_> = row.reasons.iter().map(|reason| reason.code.label()).collect();
                self.row(&row.source, "rejected", &row.raw, reasons.join("；"))
            }
        }
    }

    fn penalty(&self, row: &PenaltyRow, counts: &mut Counts) -> Result<NewRow, Refusal> {
        let subject = Subject {
            name: &row.enterprise,
            uscc: row.uscc.as_ref(),
            reg_no: &row.reg_no,
            kind: row.facts.subject,
            profile: &row.profile,
            decision_key: Some(row.decision.key()),
        };
        let Matched { enterprise, mut notes, is_renamed } =
            enterprise_of(self.step, self.names, &subject, self.batch)?;
        counts.renamed += i64::from(is_renamed);
        let id = self.save_penalty(row, enterprise.id, counts)?;
        let authority = self.names.authority(&row.facts.authority);
        self.belong(enterprise.id, Entry::Penalty(id), row.facts.subject, enterprise.county, authority)?;
        notes.extend(row.problems.iter().map(|problem| problem.code.label().to_owned()));
        let stored = self.row(&row.source, "accepted", &row.raw, notes.join("；"))?;
        Ok(NewRow { enterprise: Some(enterprise.id), penalty: Some(id), ..stored })
    }

    fn save_penalty(
        &self,
        row: &PenaltyRow,
        enterprise: EnterpriseId,
        counts: &mut Counts,
    ) -> Result<PenaltyId, Refusal> {
        let tx = self.step.tx;
        let known = penalty::by_decision(tx, enterprise, &row.decision, &row.facts.authority)?;
        let withdrawn = row.status == Some(RecordStatus::Withdrawn);
        let Some(old) = known else {
            counts.created += 1;
            let assessment =
                assess(self.step.app, &row.facts, self.step.today, &self.campaign.edition_choice, None)?;
            let new = Penalty {
                id: PenaltyId(0),
                enterprise,
                decision: row.decision.clone(),
                authority: self.names.authority(&row.facts.authority),
                facts: row.facts.clone(),
                valid_until: day(row.valid_until.as_ref()),
                stated_publicity_end: day(row.supplied_publicity_end.as_ref()),
                source_unit: row.source_unit.clone(),
                remark: row.remark.clone(),
                state: if withdrawn { RecordState::Withdrawn } else { RecordState::Public },
                taken_down_on: None,
                assessment,
                assessed_on: self.step.today,
                review_class: None,
                review_reason: String::new(),
                review_by: String::new(),
                first_batch: Some(self.batch.id),
                last_batch: Some(self.batch.id),
                gone_since: None,
                recorded_on: self.step.today,
                version: 1,
            };
            return Ok(penalty::insert(tx, &new)?);
        };
        let id = old.id;
        let mut new = Penalty {
            facts: row.facts.clone(),
            valid_until: day(row.valid_until.as_ref()),
            stated_publicity_end: day(row.supplied_publicity_end.as_ref()),
            source_unit: row.source_unit.clone(),
            remark: row.remark.clone(),
            authority: old.authority.or_else(|| self.names.authority(&row.facts.authority)),
            ..old.clone()
        };
        if withdrawn && old.state.allows(RecordAction::Withdraw) {
            new.state = old.state.after(RecordAction::Withdraw)?;
        }
        if new == old {
            counts.unchanged += 1;
            penalty::seen_again(tx, id, self.batch.id)?;
            return Ok(id);
        }
        counts.changed += 1;
        // A reviewer's judgement survives what a later list says.
        let choice = &self.campaign.edition_choice;
        new.assessment = assess(self.step.app, &new.facts, self.step.today, choice, new.review_class)?;
        new.assessed_on = self.step.today;
        new.last_batch = Some(self.batch.id);
        new.gone_since = None;
        penalty::save(tx, &new)?;
        Ok(id)
    }

    fn listing(&self, row: &ListingRow, counts: &mut Counts) -> Result<NewRow, Refusal> {
        let subject = Subject {
            name: &row.enterprise,
            uscc: row.uscc.as_ref(),
            reg_no: &row.reg_no,
            kind: SubjectKind::LegalPerson,
            profile: &row.profile,
            decision_key: None,
        };
        let Matched { enterprise, mut notes, is_renamed } =
            enterprise_of(self.step, self.names, &subject, self.batch)?;
        counts.renamed += i64::from(is_renamed);
        let authority = self.names.authority(&row.listing_body);
        let id = self.save_listing(row, enterprise.id, counts)?;
        self.belong(enterprise.id, Entry::Listing(id), enterprise.subject, enterprise.county, authority)?;
        notes.extend(row.problems.iter().map(|problem| problem.code.label().to_owned()));
        let stored = self.row(&row.source, "listing", &row.raw, notes.join("；"))?;
        Ok(NewRow { enterprise: Some(enterprise.id), listing: Some(id), ..stored })
    }

    fn save_listing(
        &self,
        row: &ListingRow,
        enterprise: EnterpriseId,
        counts: &mut Counts,
    ) -> Result<ListingId, Refusal> {
        let (tx, list): (_, ListKind) = (self.step.tx, self.batch.list);
        let new = Listing {
            id: ListingId(0),
            enterprise,
            list,
            reason: row.reason.clone(),
            listing_body: row.listing_body.clone(),
            authority: self.names.authority(&row.listing_body),
            listed_on: row.listing_date,
            gone_since: None,
            version: 1,
        };
        let Some(old) = penalty::listing_by_key(tx, enterprise, list, &row.listing_body, &row.reason)? else {
            counts.created += 1;
            return Ok(penalty::insert_listing(tx, &new, self.batch.id)?);
        };
        let same = old.listed_on == new.listed_on;
        *(if same { &mut counts.unchanged } else { &mut counts.changed }) += 1;
        let (id, version) = (old.id, old.version);
        penalty::save_listing(tx, &Listing { id, version, ..new }, self.batch.id)?;
        Ok(id)
    }

    fn belong(
        &self,
        id: EnterpriseId,
        entry: Entry,
        kind: SubjectKind,
        county: Option<xinxiu_domain::id::OrgId>,
        authority: Option<xinxiu_domain::id::OrgId>,
    ) -> Result<(), Refusal> {
        let batch = self.batch;
        list_entry::seen(self.step.tx, (batch.campaign, batch.list, batch.id), id, entry)?;
        // Natural persons are on record and are not called: the campaign is for enterprises (N08).
        if kind == SubjectKind::NaturalPerson {
            return Ok(());
        }
        place(self.step, (batch.campaign, self.items), id, county, authority)
    }

    fn row(
        &self,
        source: &Source,
        outcome: &'static str,
        raw: &RawRow,
        notes: String,
    ) -> Result<NewRow, Refusal> {
        let pairs: Vec<(&str, &str)> = raw.pairs().collect();
        let text = serde_json::to_string(&pairs).map_err(|error| Refusal::Upload(error.to_string()))?;
        Ok(NewRow {
            sheet: source.sheet.to_string(),
            number: i64::try_from(source.row).unwrap_or(i64::MAX),
            outcome,
            enterprise: None,
            penalty: None,
            listing: None,
            raw_sealed: self.step.app.store.vault.seal(SEALED_RAW, &text)?,
            notes,
        })
    }
}

const fn day(until: Option<&Until>) -> Option<jiff::civil::Date> {
    match until {
        Some(Until::Day(day)) => Some(*day),
        Some(Until::NoEnd) | None => None,
    }
}
