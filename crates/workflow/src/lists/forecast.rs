//! What an import would do beside taking rows, found while the list is read on trial: nothing is changed yet.

use std::collections::{HashMap, HashSet};

use xinxiu_domain::Uscc;
use xinxiu_domain::text::{name_key, squeeze};
use xinxiu_intake::{Outcome, Source};
use xinxiu_store::batch::Batch;
use xinxiu_store::known_name::{self, OnFile};
use xinxiu_store::list_entry::{self, Present};
use xinxiu_store::organisation;

use super::check::{Report, ReportLine, SHOWN};
use super::county::Names;
use super::profile::differs;
use crate::app::View;
use crate::refusal::Refusal;

/// What is on file before the import.
pub(super) struct Forecast {
    on_file: HashMap<String, OnFile>,
    in_file: HashMap<String, String>,
    present: HashSet<Key>,
    names: Names,
}

/// An entry of a list, as its rows know it: enterprise, decision or reason, authority.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    subject: String,
    what: String,
    body: String,
}

impl Key {
    fn new(uscc: &str, name: &str, what: &str, body: &str) -> Self {
        let subject = if uscc.is_empty() { name_key(name) } else { uscc.to_owned() };
        Self { subject, what: what.to_owned(), body: body.to_owned() }
    }

    fn of(entry: &Present) -> Self {
        let what = if entry.decision_key.is_empty() { &entry.reason } else { &entry.decision_key };
        Self::new(&entry.uscc, &entry.name, what, &entry.body)
    }
}

impl Forecast {
    pub fn new(view: &View<'_>, batch: &Batch) -> Result<Self, Refusal> {
        let present = list_entry::present(view.tx, batch.campaign, batch.list)?;
        Ok(Self {
            on_file: known_name::by_uscc(view.tx)?,
            in_file: HashMap::new(),
            present: present.iter().map(Key::of).collect(),
            names: Names::new(organisation::all(view.tx)?, Vec::new()),
        })
    }

    /// Entries that stand on the list and that no row has had so far.
    pub fn left(&self) -> u64 {
        self.present.len() as u64
    }

    /// Takes note of one row.
    pub fn take(&mut self, outcome: &Outcome, report: &mut Report) {
        let code = |uscc: &Option<Uscc>| uscc.as_ref().map_or("", Uscc::as_str).to_owned();
        let (source, name, uscc, key, profile) = match outcome {
            Outcome::Penalty(row) => {
                let (decision, body) = (row.decision.key(), &row.facts.authority);
                let key = Key::new(&code(&row.uscc), &row.enterprise, &decision, body);
                (&row.source, &row.enterprise, row.uscc.as_ref(), key, &row.profile)
            }
            Outcome::Listing(row) => {
                let key = Key::new(&code(&row.uscc), &row.enterprise, &row.reason, &row.listing_body);
                (&row.source, &row.enterprise, row.uscc.as_ref(), key, &row.profile)
            }
            Outcome::Rejected(_) => return,
        };
        self.present.remove(&key);
        self.place(uscc, &profile.region, report);
        if let Some(uscc) = uscc {
            self.name(source, name, uscc, report);
        }
    }

    /// The county of a row: given, guessed from the code, or none.
    fn place(&self, uscc: Option<&Uscc>, region: &str, report: &mut Report) {
        let known = uscc.and_then(|uscc| self.on_file.get(uscc.as_str()));
        if known.is_some_and(|on_file| on_file.has_county) || self.names.region(region).is_some() {
            return;
        }
        let is_blank = squeeze(region).is_empty();
        *(if is_blank { &mut report.without_region } else { &mut report.unknown_region }) += 1;
        let is_guessed = self.names.registered(uscc).is_some();
        *(if is_guessed { &mut report.guessed } else { &mut report.unplaced }) += 1;
    }

    /// A code that is on file under another name, or that stands under another name further up in the list.
    fn name(&mut self, source: &Source, name: &str, uscc: &Uscc, report: &mut Report) {
        let known = self.on_file.get(uscc.as_str()).map(|on_file| &on_file.name);
        let Some(known) = known.or_else(|| self.in_file.get(uscc.as_str())) else {
            self.in_file.insert(uscc.as_str().to_owned(), name.to_owned());
            return;
        };
        if name_key(known) == name_key(name) {
            return;
        }
        report.renamed += 1;
        if report.renames.len() < SHOWN {
            let message = if self.on_file.contains_key(uscc.as_str()) {
                format!("{}。导入后在册名称不变，本行的名称另行记下", differs(known))
            } else {
                format!("同一代码在前面的行为「{known}」。导入后以前面的为准，本行的名称另行记下")
            };
            report.renames.push(ReportLine {
                sheet: source.sheet.to_string(),
                row: source.row,
                field: uscc.as_str().to_owned(),
                value: name.chars().take(80).collect(),
                message,
                rejected: false,
            });
        }
    }
}
