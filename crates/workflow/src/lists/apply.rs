//! One row of a list into the ledger.

use std::collections::BTreeMap;

use xinxiu_domain::ListKind;
use xinxiu_domain::batch::{RecordAction, RecordState};
use xinxiu_domain::correction::{FieldCorrection, Stated, VersionKind};
use xinxiu_domain::id::{BatchId, CampaignId, EnterpriseId, ListingId, OrgId, PenaltyId, RowId};
use xinxiu_domain::penalty::SubjectKind;
use xinxiu_domain::person::mask_numbers;
use xinxiu_domain::text::tidy;
use xinxiu_intake::{Field, Mapping, Outcome, PenaltyRow, RecordStatus, Until, field_in};
use xinxiu_store::Moment;
use xinxiu_store::batch::{Batch, Counts};
use xinxiu_store::batch_row::{NewRow, SEALED_RAW};
use xinxiu_store::campaign::{Campaign, PlanItem};
use xinxiu_store::list_entry::Entry;
use xinxiu_store::penalty::Penalty;
use xinxiu_store::penalty_version::Version;

use super::county::Names;
use super::difference::compare;
use super::ledger::Ledger;
use super::place::class_to_take;
use super::profile::{Matched, Subject, enterprise_of};
use super::rows::outcome_of;
use crate::app::App;
use crate::enterprises::{assess, mark_stale};
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
                Ok(Applied { notes: reasons.join("；"), ..Applied::default() })
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
        let (id, changes, against) = self.save_penalty(ledger, row, enterprise, counts)?;
        notes.extend(against);
        let authority = self.names.authority(&row.facts.authority);
        self.belong(ledger, enterprise, Entry::Penalty(id), row.facts.subject, (county, authority));
        notes.extend(row.problems.iter().map(|problem| problem.code.label().to_owned()));
        Ok(Applied {
            changes,
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
    ) -> Result<(PenaltyId, Changes, Option<String>), Refusal> {
        let key = (enterprise, row.decision.key(), row.facts.authority.clone());
        let Some((held, corrections)) = ledger.penalty(&key) else {
            counts.created += 1;
            return Ok((ledger.add_penalty(self.new_penalty(row, enterprise)?), Changes::new(), None));
        };
        held.is_seen = true;
        let (stated, against) = Self::corrected(row, corrections);
        let old = &held.now;
        let mut new = Penalty {
            authority: old.authority.or_else(|| self.names.authority(&stated.facts.authority)),
            facts: stated.facts,
            valid_until: stated.valid_until,
            stated_publicity_end: stated.publicity_end,
            source_unit: row.source_unit.clone(),
            remark: row.remark.clone(),
            ..old.clone()
        };
        if is_withdrawn(row) && old.state.allows(RecordAction::Withdraw) {
            new.state = old.state.after(RecordAction::Withdraw)?;
        }
        let (id, is_same, is_weighed) = (old.id, new == *old, !against.is_empty());
        *(if is_same && !is_weighed { &mut counts.unchanged } else { &mut counts.changed }) += 1;
        let mut changes = Changes::new();
        if !is_same {
            changes = compare(old, &new);
            // A reviewer's judgement, of class or edition, survives what a later list says.
            let choice = self.editions.get(&id).unwrap_or(&self.campaign.edition_choice);
            new.assessment = assess(self.app, &new.facts, self.moment.on, choice, new.review_class)?;
            new.assessed_on = self.moment.on;
            new.last_batch = self.file.batch;
            new.gone_since = None;
            mark_stale(old, &mut new);
            held.now = new;
        }
        if !changes.is_empty() {
            ledger.note_version(id, self.listed(row, changes.clone()));
        }
        if !is_weighed {
            return Ok((id, changes, None));
        }
        ledger.weighed(id);
        let fields: Vec<_> = against.iter().map(|(field, ..)| field.as_str()).collect();
        let note = format!("与更正不一致，更正保留，待核对：{}", fields.join("、"));
        changes.extend(against);
        Ok((id, changes, Some(note)))
    }

    /// What a row says with every correction over it, and each field in which it says something new against one.
    fn corrected(row: &PenaltyRow, corrections: &mut [FieldCorrection]) -> (Stated, Changes) {
        let mut stated = Stated {
            decision: row.decision.clone(),
            facts: row.facts.clone(),
            valid_until: day(row.valid_until.as_ref()),
            publicity_end: day(row.supplied_publicity_end.as_ref()),
        };
        let mut against = Changes::new();
        for one in corrections.iter_mut() {
            let says = stated.get(one.field);
            if one.weigh(&says) {
                let shown = |value: &str| one.field.shown(value);
                against.push((format!("{}（已更正）", one.field), shown(&one.corrected), shown(&says)));
            }
        }
        stated.correct(corrections);
        (stated, against)
    }

    /// The version that a row makes of a record.
    fn listed(&self, row: &PenaltyRow, changes: Changes) -> Version {
        let sheet = &row.source.sheet;
        let sheet = if sheet.is_empty() { String::new() } else { format!("工作表「{sheet}」") };
        Version {
            kind: VersionKind::Listed,
            changes,
            reason: format!("{}「{}」{sheet}第{}行", self.file.list, self.file.name, row.source.row),
            source: String::new(),
            actor: self.actor.to_owned(),
            at: self.moment,
        }
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
            review_stale: String::new(),
            first_batch: self.file.batch,
            last_batch: self.file.batch,
            gone_since: None,
            recorded_on: today,
            version: 1,
        })
    }

    /// Notes the place on the list and in the campaign.
    pub(super) fn belong(
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
    pub fn received(
        &self,
        outcome: &Outcome,
        applied: Applied,
        corrects: Option<RowId>,
    ) -> Result<NewRow, Refusal> {
        let (source, raw) = outcome.received();
        let pairs: Vec<(&str, &str)> = raw.pairs().collect();
        let text = serde_json::to_string(&pairs).map_err(|error| Refusal::Upload(error.to_string()))?;
        Ok(NewRow {
            sheet: source.sheet.to_string(),
            number: i64::try_from(source.row).unwrap_or(i64::MAX),
            outcome: outcome_of(outcome),
            enterprise: applied.enterprise,
            penalty: applied.penalty,
            listing: applied.listing,
            raw_sealed: self.app.store.vault.seal(SEALED_RAW, &text)?,
            notes: applied.notes,
            label: label(outcome, &self.file.mapping),
            corrects,
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
    pub(super) enterprise: Option<EnterpriseId>,
    pub(super) penalty: Option<PenaltyId>,
    pub(super) listing: Option<ListingId>,
    pub(super) notes: String,
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
