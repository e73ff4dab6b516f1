//! One row without a decision into the ledger.

use xinxiu_domain::id::{EnterpriseId, ListingId};
use xinxiu_domain::penalty::SubjectKind;
use xinxiu_intake::ListingRow;
use xinxiu_store::batch::Counts;
use xinxiu_store::list_entry::Entry;
use xinxiu_store::listing::Listing;

use super::apply::{Applied, Changes, Context};
use super::ledger::Ledger;
use super::profile::{Matched, Subject, enterprise_of};
use crate::refusal::Refusal;

impl Context<'_> {
    /// Puts a listing into the ledger and counts what it was.
    pub(super) fn listing(
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
}
