//! What an import would do, found while the list is read on trial: rows are matched slice by slice as the import
//! matches them, and nothing is written. Of earlier slices only digests are kept, so that memory stays bounded.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use xinxiu_domain::Uscc;
use xinxiu_domain::actor::Actor;
use xinxiu_domain::text::{name_key, squeeze};
use xinxiu_intake::{Outcome, Profile, Source};
use xinxiu_store::batch::Counts;
use xinxiu_store::campaign::{self, Campaign, PlanItem};
use xinxiu_store::files::Kept;
use xinxiu_store::list_entry::{self, Entry};
use xinxiu_store::{Moment, organisation};

use super::apply::{Changes, Context, ListFile};
use super::check::{Report, ReportLine, SHOWN, keep_workbook};
use super::county::Names;
use super::difference::{Difference, Differences, Fate};
use super::import::SLICE;
use super::ledger::{Ledger, Wanted};
use super::profile::differs;
use crate::app::{App, View};
use crate::authorities::known_names;
use crate::refusal::Refusal;

/// What becomes of a row whose region is no county's name.
const UNKNOWN_REGION: &str = "不是本市的县（区）或园区，请改成规范名称；不改的，企业不分到任何县（区）";
const UNKNOWN_AND_GUESSED: &str =
    "不是本市的县（区）或园区，先按代码登记地推测；请改成规范名称，或导入后核对";

/// A trial of an import.
pub(super) struct Forecast<'a> {
    app: &'a App,
    actor: &'a Actor,
    file: ListFile,
    campaign: Campaign,
    items: Vec<PlanItem>,
    names: Names,
    rows: Vec<Outcome>,
    counts: Counts,
    /// Entries that stand on the list now.
    present: u64,
    /// Those of them that rows have.
    kept: HashSet<Entry>,
    /// Digests of records that are new, by which a later row finds them again.
    new: HashSet<u64>,
    /// Digests of the names of codes that are new.
    new_names: HashMap<u64, u64>,
    differences: Differences,
}

/// What a row says of its enterprise and where.
struct Told<'a> {
    source: &'a Source,
    name: &'a str,
    uscc: Option<&'a Uscc>,
    profile: &'a Profile,
    what: &'a str,
    body: &'a str,
    digest: u64,
}

impl<'a> Told<'a> {
    fn by(outcome: &'a Outcome) -> Option<Self> {
        Some(match outcome {
            Outcome::Penalty(row) => {
                let (uscc, body) = (row.uscc.as_ref(), row.facts.authority.as_str());
                Self {
                    source: &row.source,
                    name: &row.enterprise,
                    uscc,
                    profile: &row.profile,
                    what: row.decision.as_str(),
                    body,
                    digest: digest(&(subject(uscc, &row.enterprise), row.decision.key(), body)),
                }
            }
            Outcome::Listing(row) => {
                let uscc = row.uscc.as_ref();
                Self {
                    source: &row.source,
                    name: &row.enterprise,
                    uscc,
                    profile: &row.profile,
                    what: &row.reason,
                    body: &row.listing_body,
                    digest: digest(&(subject(uscc, &row.enterprise), &row.reason, &row.listing_body)),
                }
            }
            Outcome::Rejected(_) => return None,
        })
    }
}

impl Told<'_> {
    fn differs(&self, fate: Fate, changes: Changes) -> Difference {
        Difference {
            fate: fate.code().to_owned(),
            name: self.name.to_owned(),
            uscc: self.uscc.map_or("", Uscc::as_str).to_owned(),
            what: self.what.to_owned(),
            body: self.body.to_owned(),
            sheet: self.source.sheet.to_string(),
            row: self.source.row,
            changes,
        }
    }
}

fn unwritten(error: &rust_xlsxwriter::XlsxError) -> Refusal {
    Refusal::Upload(format!("无法写出变化表：{error}"))
}

fn subject(uscc: Option<&Uscc>, name: &str) -> String {
    uscc.map_or_else(|| name_key(name), |uscc| uscc.as_str().to_owned())
}

fn digest(key: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

impl<'a> Forecast<'a> {
    pub fn new(app: &'a App, view: &View<'_>, actor: &'a Actor, file: ListFile) -> Result<Self, Refusal> {
        Ok(Self {
            app,
            actor,
            campaign: campaign::load(view.tx, file.campaign)?,
            items: campaign::items(view.tx, file.campaign)?,
            names: Names::new(organisation::all(view.tx)?, known_names(view.tx)?),
            rows: Vec::with_capacity(SLICE),
            counts: Counts::default(),
            present: list_entry::present(view.tx, file.campaign, file.list)?,
            kept: HashSet::new(),
            new: HashSet::new(),
            new_names: HashMap::new(),
            file,
            differences: Differences::new().map_err(|error| unwritten(&error))?,
        })
    }

    /// Takes note of one row.
    pub fn take(&mut self, outcome: Outcome, report: &mut Report) -> Result<(), Refusal> {
        self.rows.push(outcome);
        if self.rows.len() < SLICE {
            return Ok(());
        }
        self.slice(report)
    }

    /// Takes note of what is left and says what the import would do; the differences are kept as a spreadsheet.
    pub fn finish(mut self, report: &mut Report) -> Result<Option<Kept>, Refusal> {
        self.slice(report)?;
        self.gone()?;
        report.present = self.present;
        report.would_go = self.present.saturating_sub(self.kept.len() as u64);
        let number = |n: i64| u64::try_from(n).unwrap_or_default();
        report.created = number(self.counts.created);
        report.changed = number(self.counts.changed);
        report.unchanged = number(self.counts.unchanged);
        if self.differences.is_empty() {
            return Ok(None);
        }
        let (mut book, first) = self.differences.into_parts();
        report.differences = first;
        let kept = keep_workbook(self.app, |path| book.save(path).map_err(|error| unwritten(&error)))?;
        Ok(Some(kept))
    }

    /// The entries that stand on the list and that no row has.
    fn gone(&mut self) -> Result<(), Refusal> {
        let (app, actor) = (self.app, self.actor);
        app.view(actor, |view| {
            list_entry::each_present(view.tx, self.file.campaign, self.file.list, |entry| {
                if self.kept.contains(&entry.entry) {
                    return Ok(());
                }
                let found = Difference {
                    fate: Fate::Gone.code().to_owned(),
                    name: entry.name,
                    uscc: entry.uscc,
                    what: entry.what,
                    body: entry.body,
                    sheet: String::new(),
                    row: 0,
                    changes: Vec::new(),
                };
                self.differences.push(Fate::Gone, found).map_err(|error| unwritten(&error))
            })
        })
    }

    fn slice(&mut self, report: &mut Report) -> Result<(), Refusal> {
        let rows = std::mem::take(&mut self.rows);
        let place = (self.file.campaign, self.file.list);
        let vault = &self.app.store.vault;
        let mut ledger = self
            .app
            .view(self.actor, |view| Ok(Ledger::open((view.tx, vault), place, &Wanted::of(&rows))?))?;
        for row in &rows {
            if let Some(told) = Told::by(row) {
                self.row(&mut ledger, row, &told, report)?;
            }
        }
        Ok(())
    }

    fn row(
        &mut self,
        ledger: &mut Ledger,
        row: &Outcome,
        told: &Told<'_>,
        report: &mut Report,
    ) -> Result<(), Refusal> {
        self.place(ledger, told, report)?;
        self.name(ledger, told, report);
        self.authority(told, report);
        let (before, none) = (self.counts, BTreeMap::new());
        let context = Context {
            app: self.app,
            actor: &self.actor.name,
            moment: Moment { on: self.app.clock.today(), at: self.app.clock.now() },
            file: &self.file,
            campaign: &self.campaign,
            items: &self.items,
            names: &self.names,
            // What changes is counted before anything is judged.
            editions: &none,
        };
        let applied = context.apply(ledger, row, &mut self.counts)?;
        if let Some(entry) = applied.entry().filter(|entry| ledger.stands(*entry)) {
            self.kept.insert(entry);
        }
        // A record that is new, and that an earlier slice had already.
        if self.counts.created > before.created && !self.new.insert(told.digest) {
            self.counts = Counts { unchanged: before.unchanged + 1, ..before };
        }
        let fate = match &self.counts {
            counts if counts.created > before.created => Fate::New,
            counts if counts.changed > before.changed => Fate::Changed,
            _ => return Ok(()),
        };
        self.differences.push(fate, told.differs(fate, applied.changes)).map_err(|error| unwritten(&error))
    }

    /// The county of a row: given, guessed from the code, or none. A region that is no county's name is named with its row.
    fn place(&mut self, ledger: &Ledger, told: &Told<'_>, report: &mut Report) -> Result<(), Refusal> {
        let known = told.uscc.and_then(|uscc| ledger.with_uscc(uscc)).and_then(|id| ledger.enterprise(id));
        let is_placed = known.is_some_and(|known| known.id.0 > 0 && known.county.is_some());
        let region = &told.profile.region;
        if is_placed || self.names.region(region).is_some() {
            return Ok(());
        }
        let is_blank = squeeze(region).is_empty();
        *(if is_blank { &mut report.without_region } else { &mut report.unknown_region }) += 1;
        let is_guessed = self.names.registered(told.uscc).is_some();
        *(if is_guessed { &mut report.guessed } else { &mut report.unplaced }) += 1;
        if is_blank {
            return Ok(());
        }
        let message = if is_guessed { UNKNOWN_AND_GUESSED } else { UNKNOWN_REGION };
        let (uscc, row) = (told.uscc.map_or("", Uscc::as_str), told.source.row.to_string());
        let cells = [told.name, uscc, &told.source.sheet, &row, region, message];
        self.differences.push_unplaceable(cells).map_err(|error| unwritten(&error))?;
        if report.unplaceable.len() < SHOWN {
            report.unplaceable.push(ReportLine {
                sheet: told.source.sheet.to_string(),
                row: told.source.row,
                field: told.name.to_owned(),
                value: region.chars().take(80).collect(),
                message: message.to_owned(),
                rejected: false,
            });
        }
        Ok(())
    }

    /// An authority for which there is no organisation: nobody could decide on its records.
    fn authority(&self, told: &Told<'_>, report: &mut Report) {
        if told.body.is_empty() || self.names.authority(told.body).is_some() {
            return;
        }
        report.without_authority += 1;
        let known = &mut report.unknown_authorities;
        if known.len() < SHOWN || known.contains_key(told.body) {
            *known.entry(told.body.to_owned()).or_default() += 1;
        }
    }

    /// A code that is on file under another name, or that stands under another name further up in the list.
    fn name(&mut self, ledger: &Ledger, told: &Told<'_>, report: &mut Report) {
        let Some(uscc) = told.uscc else { return };
        let known = ledger.with_uscc(uscc).and_then(|id| ledger.enterprise(id));
        let key = name_key(told.name);
        let message = match known {
            Some(known) if name_key(&known.name) == key => return,
            Some(known) if known.id.0 > 0 => {
                format!("{}。导入后在册名称不变，本行的名称另行记下", differs(&known.name))
            }
            Some(known) => {
                let name = &known.name;
                format!("同一代码在前面的行为「{name}」。导入后以前面的为准，本行的名称另行记下")
            }
            None => {
                let (name, first) = (digest(&key), digest(&uscc.as_str()));
                if *self.new_names.entry(first).or_insert(name) == name {
                    return;
                }
                "同一代码在前面的行用了另一个名称。导入后以前面的为准，本行的名称另行记下".to_owned()
            }
        };
        report.renamed += 1;
        if report.renames.len() < SHOWN {
            report.renames.push(ReportLine {
                sheet: told.source.sheet.to_string(),
                row: told.source.row,
                field: uscc.as_str().to_owned(),
                value: told.name.chars().take(80).collect(),
                message,
                rejected: false,
            });
        }
    }
}
