//! What an import would do beside taking rows, found while the list is read on trial: nothing is changed yet.

use std::collections::HashMap;

use xinxiu_domain::Uscc;
use xinxiu_domain::text::name_key;
use xinxiu_intake::{Outcome, Profile, Source};
use xinxiu_store::known_name::{self, OnFile};

use super::check::{Report, ReportLine, SHOWN};
use super::profile::differs;
use crate::app::View;
use crate::refusal::Refusal;

/// What is on file before the import.
pub(super) struct Forecast {
    on_file: HashMap<String, OnFile>,
    in_file: HashMap<String, String>,
}

impl Forecast {
    pub fn new(view: &View<'_>) -> Result<Self, Refusal> {
        Ok(Self { on_file: known_name::by_uscc(view.tx)?, in_file: HashMap::new() })
    }

    /// Takes note of one row.
    pub fn take(&mut self, outcome: &Outcome, report: &mut Report) {
        let (source, name, uscc, _profile): (&Source, &str, Option<&Uscc>, &Profile) = match outcome {
            Outcome::Penalty(row) => (&row.source, &row.enterprise, row.uscc.as_ref(), &row.profile),
            Outcome::Listing(row) => (&row.source, &row.enterprise, row.uscc.as_ref(), &row.profile),
            Outcome::Rejected(_) => return,
        };
        if let Some(uscc) = uscc {
            self.name(source, name, uscc, report);
        }
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
