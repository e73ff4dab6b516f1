//! One row of a list into the ledger.

use std::collections::BTreeMap;

use xinxiu_domain::ListKind;
use xinxiu_domain::batch::{RecordAction, RecordState};
use xinxiu_domain::id::{BatchId, CampaignId, EnterpriseId, ListingId, OrgId, PenaltyId};
use xinxiu_domain::penalty::SubjectKind;
use xinxiu_domain::person::mask_numbers;
use xinxiu_domain::text::tidy;
use xinxiu_intake::{
    Field, ListingRow, Mapping, Outcome, PenaltyRow, RawRow, RecordStatus, Source, Until, field_in,
};
use xinxiu_store::Moment;
use xinxiu_store::batch::{Batch, Counts};
use xinxiu_store::batch_row::{NewRow, SEALED_RAW};
use xinxiu_store::campaign::{Campaign, PlanItem};
use xinxiu_store::list_entry::Entry;
use xinxiu_store::listing::Listing;
use xinxiu_store::penalty::Penalty;

use super::county::Names;
use super::difference::compare;
use super::ledger::Ledger;
use super::place::class_to_take;
use super::profile::{Matched, Subject, enterprise_of};
use crate::app::App;
use crate::enterprises::assess;
use crate::refusal::Refusal;

/// The file of a list that rows come from.
pub(super) struct ListFile {
    /// None where it is only looked at.
    pub batch: Option<BatchId>,
    pub campaign: CampaignId,
    pub list: ListKind,
    pub name: String,
    /// What a person said of its columns.
    pub mapping: Mapping,
}

impl ListFile {
    /// The file of an uploaded list.
    pub fn of(batch: &Batch) -> Result<Self, Refusal> {
        let (name, mapping) = (batch.file_name.clone(), super::mapping::of(batch)?);
        Ok(Self { batch: Some(batch.id), campaign: batch.campaign, list: batch.list, name, mapping })
    }
}

/// What the rows of one slice need to know.
pub(super) struct Context<'a> {
    pub app: &'a App,
    pub actor: &'a str,
    pub moment: Moment,
    pub file: &'a ListFile,
    pub campaign: &'a Campaign,
    pub items: &'a [PlanItem],
    pub names: &'a Names,
    /// Editions that people named for single records.
    pub editions: &'a BTreeMap<PenaltyId, String>,
}

impl Context<'_> {
    /// Puts a row into the ledger and counts what it was. The row itself is kept apart: see [`received`](Self::received).
    pub fn apply(
        &self,
        ledger: &mut Ledger,
        outcome: &Outcome,
        counts: &mut Counts,
    ) -> Result<Applied, Refusal> {
        match outcome {
            Outcome::Penalty(row) => self.penalty(ledger, row, counts),
            Outcome::Listing(row) => self.listing(ledger, row, counts),
            Outcome::Rejected(row) => {
                let reasons: Vec<_> = row.reasons.iter().map(|reason| reason.code.label()).collect();
                Ok(Applied { outcome: "rejected", notes: reasons.join("；"), ..Applied::default() })
            }
        }
    }

    fn penalty(
        &self,
        ledger: &mut Ledger,
        row: &PenaltyRow,
        counts: &mut Counts,
    ) -> Result<Applied, Refusal> {
        let subject = Subject {
            name: &row.enterprise,
            uscc: row.uscc.as_ref(),
            reg_no: &row.reg_no,
            kind: row.facts.subject,
            profile: &row.profile,
            decision_key: Some(row.decision.key()),
        };
        let Matched { id: enterprise, county, mut notes, is_renamed } =
            enterprise_of(self, ledger, &subject)?;
        counts.renamed += i64::from(is_renamed);
        let (id, changes) = self.save_penalty(ledger, row, enterprise, counts)?;
        let authority = self.names.authority(&row.facts.authority);
        self.belong(ledger, enterprise, Entry::Penalty(id), row.facts.subject, (county, authority));
        notes.extend(row.problems.iter().map(|problem| problem.code.label().to_owned()));
        Ok(Applied {
            changes,
            outcome: "accepted",
            enterprise: Some(enterprise),
            penalty: Some(id),
            listing: None,
            notes: notes.join("；"),
        })
    }

    fn save_penalty(
        &self,
        ledger: &mut Ledger,
        row: &PenaltyRow,
        enterprise: EnterpriseId,
        counts: &mut Counts,
    ) -> Result<(PenaltyId, Changes), Refusal> {
        let key = (enterprise, row.decision.key(), row.facts.authority.clone());
        let Some(held) = ledger.penalty(&key) else {
            counts.created += 1;
            return Ok((ledger.add_penalty(self.new_penalty(row, enterprise)?), Changes::new()));
        };
        held.is_seen = true;
        let old = &held.now;
        let mut new = Penalty {
            facts: row.facts.clone(),
            valid_until: day(row.valid_until.as_ref()),
            stated_publicity_end: day(row.supplied_publicity_end.as_ref()),
            source_unit: row.source_unit.clone(),
            remark: row.remark.clone(),
            authority: old.authority.or_else(|| self.names.authority(&row.facts.authority)),
            ..old.clone()
        };
        if is_withdrawn(row) && old.state.allows(RecordAction::Withdraw) {
            new.state = old.state.after(RecordAction::Withdraw)?;
        }
        if new == *old {
            counts.unchanged += 1;
            return Ok((old.id, Changes::new()));
        }
        counts.changed += 1;
        let changes = compare(old, &new);
        // A reviewer's judgement, of class or edition, survives what a later list says.
        let choice = self.editions.get(&old.id).unwrap_or(&self.campaign.edition_choice);
        new.assessment = assess(self.app, &new.facts, self.moment.on, choice, new.review_class)?;
        new.assessed_on = self.moment.on;
        new.last_batch = self.file.batch;
        new.gone_since = None;
        held.now = new;
        Ok((held.now.id, changes))
    }

    fn new_penalty(&self, row: &PenaltyRow, enterprise: EnterpriseId) -> Result<Penalty, Refusal> {
        let today = self.moment.on;
        let assessment = assess(self.app, &row.facts, today, &self.campaign.edition_choice, None)?;
        Ok(Penalty {
            id: PenaltyId(0),
            enterprise,
            decision: row.decision.clone(),
            authority: self.names.authority(&row.facts.authority),
            facts: row.facts.clone(),
            valid_until: day(row.valid_until.as_ref()),
            stated_publicity_end: day(row.supplied_publicity_end.as_ref()),
            source_unit: row.source_unit.clone(),
            remark: row.remark.clone(),
            state: if is_withdrawn(row) { RecordState::Withdrawn } else { RecordState::Public },
            taken_down_on: None,
            assessment,
            assessed_on: today,
            review_class: None,
            review_reason: String::new(),
            review_by: String::new(),
            first_batch: self.file.batch,
            last_batch: self.file.batch,
            gone_since: None,
            recorded_on: today,
            version: 1,
        })
    }

    fn listing(
        &self,
        ledger: &mut Ledger,
        row: &ListingRow,
        counts: &mut Counts,
    ) -> Result<Applied, Refusal> {
        let subject = Subject {
            name: &row.enterprise,
            uscc: row.uscc.as_ref(),
            reg_no: &row.reg_no,
            kind: SubjectKind::LegalPerson,
            profile: &row.profile,
            decision_key: None,
        };
        let Matched { id: enterprise, county, mut notes, is_renamed } =
            enterprise_of(self, ledger, &subject)?;
        counts.renamed += i64::from(is_renamed);
        let authority = self.names.authority(&row.listing_body);
        let (id, changes) = self.save_listing(ledger, row, enterprise, counts);
        let kind = ledger.enterprise(enterprise).map_or(SubjectKind::LegalPerson, |found| found.subject);
        self.belong(ledger, enterprise, Entry::Listing(id), kind, (county, authority));
        notes.extend(row.problems.iter().map(|problem| problem.code.label().to_owned()));
        Ok(Applied {
            changes,
            outcome: "listing",
            enterprise: Some(enterprise),
            penalty: None,
            listing: Some(id),
            notes: notes.join("；"),
        })
    }

    fn save_listing(
        &self,
        ledger: &mut Ledger,
        row: &ListingRow,
        enterprise: EnterpriseId,
        counts: &mut Counts,
    ) -> (ListingId, Changes) {
        let key = (enterprise, row.listing_body.clone(), row.reason.clone());
        let authority = self.names.authority(&row.listing_body);
        let Some(held) = ledger.listing(&key) else {
            counts.created += 1;
            let new = Listing {
                id: ListingId(0),
                enterprise,
                list: self.file.list,
                reason: row.reason.clone(),
                listing_body: row.listing_body.clone(),
                authority,
                listed_on: row.listing_date,
                gone_since: None,
                version: 1,
            };
            return (ledger.add_listing(new), Changes::new());
        };
        held.is_seen = true;
        let same = held.now.listed_on == row.listing_date;
        *(if same { &mut counts.unchanged } else { &mut counts.changed }) += 1;
        let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let changes = if same {
            Changes::new()
        } else {
            vec![("列入日期".to_owned(), day(held.now.listed_on), day(row.listing_date))]
        };
        held.now.authority = authority;
        held.now.listed_on = row.listing_date;
        (held.now.id, changes)
    }

    fn belong(
        &self,
        ledger: &mut Ledger,
        id: EnterpriseId,
        entry: Entry,
        kind: SubjectKind,
        (county, authority): (Option<OrgId>, Option<OrgId>),
    ) {
        ledger.enter(id, entry);
        // Natural persons are on record and are not called: the campaign is for enterprises (N08).
        if kind == SubjectKind::NaturalPerson {
            return;
        }
        let member = ledger.member(id);
        let class =
            class_to_take(self.items, member, (county, authority), |class| ledger.is_bound(id, class));
        if let Some(class) = class {
            ledger.join(id, class);
        }
    }

    /// A row as it was received, for the record of what became of it.
    pub fn received(&self, outcome: &Outcome, applied: Applied) -> Result<NewRow, Refusal> {
        let (source, raw): (&Source, &RawRow) = match outcome {
            Outcome::Penalty(row) => (&row.source, &row.raw),
            Outcome::Listing(row) => (&row.source, &row.raw),
            Outcome::Rejected(row) => (&row.source, &row.raw),
        };
        let pairs: Vec<(&str, &str)> = raw.pairs().collect();
        let text = serde_json::to_string(&pairs).map_err(|error| Refusal::Upload(error.to_string()))?;
        Ok(NewRow {
            sheet: source.sheet.to_string(),
            number: i64::try_from(source.row).unwrap_or(i64::MAX),
            outcome: applied.outcome,
            enterprise: applied.enterprise,
            penalty: applied.penalty,
            listing: applied.listing,
            raw_sealed: self.app.store.vault.seal(SEALED_RAW, &text)?,
            notes: applied.notes,
            label: label(outcome, &self.file.mapping),
        })
    }
}

/// Each field that a row says otherwise than it is on file: its name, the value on file, the value of the row.
pub(super) type Changes = Vec<(String, String, String)>;

/// What became of a row.
#[derive(Default)]
pub(super) struct Applied {
    /// What it says otherwise than on file.
    pub changes: Changes,
    outcome: &'static str,
    enterprise: Option<EnterpriseId>,
    penalty: Option<PenaltyId>,
    listing: Option<ListingId>,
    notes: String,
}

impl Applied {
    /// Its place on the list; none where the row was sent back.
    pub fn entry(&self) -> Option<Entry> {
        self.penalty.map(Entry::Penalty).or(self.listing.map(Entry::Listing))
    }
}

/// Name and decision number of a row that is sent back, as received, with numbers of persons masked.
fn label(outcome: &Outcome, mapping: &Mapping) -> String {
    let Outcome::Rejected(row) = outcome else { return String::new() };
    let wanted = [Field::Name, Field::DecisionNumber];
    let cells = row.raw.pairs().enumerate().filter_map(|(column, (header, cell))| {
        let cell = tidy(cell);
        let is_wanted = field_in(header, column, mapping).is_some_and(|field| wanted.contains(&field));
        (is_wanted && !cell.is_empty()).then_some(cell)
    });
    mask_numbers(&cells.collect::<Vec<_>>().join(" ")).chars().take(200).collect()
}

fn is_withdrawn(row: &PenaltyRow) -> bool {
    row.status == Some(RecordStatus::Withdrawn)
}

const fn day(until: Option<&Until>) -> Option<jiff::civil::Date> {
    match until {
        Some(Until::Day(day)) => Some(*day),
        Some(Until::NoEnd) | None => None,
    }
}
