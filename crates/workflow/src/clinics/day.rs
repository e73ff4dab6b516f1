//! Who is expected on a day, with what is ready and what is missing; what each brings.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::application::{ApplicationState, ItemState};
use xinxiu_domain::attendance::Willingness;
use xinxiu_domain::batch::RecordState;
use xinxiu_domain::clinic::ticket_gaps;
use xinxiu_domain::id::{ApplicationId, ClinicId, EnterpriseId, OrgId};
use xinxiu_domain::penalty::{Material, VerdictKind};
use xinxiu_store::clinic::{self, Candidate, Clinic};
use xinxiu_store::enterprise::{self, Enterprise};
use xinxiu_store::ticket::{self, Ticket};
use xinxiu_store::{application, commitment, concerns, penalty};

use crate::app::{App, View};
use crate::applications::{Case, cases};
use crate::campaigns;
use crate::refusal::Refusal;

/// An enterprise of a county with what its day needs.
#[derive(Debug, Clone)]
pub struct Expected {
    /// The enterprise.
    pub candidate: Candidate,
    /// Its application: the newest under way, or else the newest that was accepted.
    pub application: Option<Case>,
}

impl Expected {
    /// Whether it gets a number on the day; whoever does not is sent no list of what to bring.
    pub fn may_come(&self) -> bool {
        let willingness =
            Willingness::from_code(&self.candidate.willingness).unwrap_or(Willingness::Undecided);
        self.candidate.ticket.is_some() || ticket_gaps(true, self.candidate.trained, willingness).is_empty()
    }
}

/// Whether an application is about a record that is still to be repaired: a finished one of another record says nothing on the day.
fn is_still_open(case: &Case) -> bool {
    case.items.iter().any(|one| {
        one.penalty.state == RecordState::Public
            && matches!(one.item.state, ItemState::Pending | ItemState::Agreed)
    })
}

/// A township as the proposal weighs it.
#[derive(Debug, Clone, Default)]
pub struct Township {
    /// Name; empty where none is known.
    pub name: String,
    /// Enterprises with a record that can be repaired now.
    pub enterprises: usize,
    /// Those of them that were trained.
    pub trained: usize,
    /// Those whose application lacks nothing.
    pub ready: usize,
    /// Those whose application lacks something.
    pub lacking: usize,
    /// Those whose application passed the first review already.
    pub accepted: usize,
    /// Those without an application.
    pub without: usize,
    /// What is lacking most, with how often.
    pub missing: Vec<(String, usize)>,
}

/// Townships of the actor's county, those with most ready applications first.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Missing`] where no campaign is under way.
pub fn proposal(app: &App, actor: &Actor) -> Result<Vec<Township>, Refusal> {
    app.view(actor, |view| {
        let county = actor.org.ok_or(Refusal::Forbidden(Action::OrganiseClinic))?;
        view.must(Action::OrganiseClinic, &concerns::of_county(county))?;
        let mut townships: BTreeMap<String, Township> = BTreeMap::new();
        for expected in expected(view, county, None)? {
            let name = expected.candidate.township.clone();
            let township =
                townships.entry(name.clone()).or_insert_with(|| Township { name, ..Township::default() });
            weigh(township, &expected);
        }
        let mut found: Vec<Township> = townships.into_values().collect();
        found.sort_by_key(|township| std::cmp::Reverse((township.ready, township.enterprises)));
        Ok(found)
    })
}

fn weigh(township: &mut Township, expected: &Expected) {
    township.enterprises += 1;
    township.trained += usize::from(expected.candidate.trained);
    match &expected.application {
        None => township.without += 1,
        Some(case) if case.application.state == ApplicationState::Accepted => township.accepted += 1,
        Some(case) if case.gaps.is_empty() => township.ready += 1,
        Some(case) => {
            township.lacking += 1;
            // What nobody can bring along, as a record whose publicity has ended, is no paper that is missing.
            for gap in case.gaps.iter().filter(|gap| gap.code != "nothing_to_repair") {
                // Behind the decision number stands what is missing.
                let what = gap.message.split_once('：').map_or(gap.message.as_str(), |(_, what)| what);
                // The column is headed with "missing".
                let what = what.trim_start_matches('缺');
                match township.missing.iter_mut().find(|(known, _)| known == what) {
                    Some((_, count)) => *count += 1,
                    None => township.missing.push((what.to_owned(), 1)),
                }
            }
            township.missing.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        }
    }
}

/// The enterprises of a county that have something to repair, with their applications in every state that is
/// not withdrawn.
fn expected(view: &View<'_>, county: OrgId, of: Option<ClinicId>) -> Result<Vec<Expected>, Refusal> {
    let campaign = campaigns::current(view)?.id;
    let visible = concerns::enterprise_filter(view.actor, Action::ViewApplication, "e.id");
    let candidates = clinic::candidates(view.tx, &visible, (campaign, county), of, view.today)?;
    let ids: Vec<ApplicationId> = application::of_county(view.tx, campaign, county)?;
    let mut found: BTreeMap<EnterpriseId, Case> = BTreeMap::new();
    for case in cases(view.tx, &ids, view.today)?.into_iter().filter(is_still_open) {
        let rank = |case: &Case| (case.application.state != ApplicationState::Accepted, case.application.id);
        match found.entry(case.application.enterprise) {
            Entry::Occupied(mut known) if rank(&case) > rank(known.get()) => {
                known.insert(case);
            }
            Entry::Occupied(_) => {}
            Entry::Vacant(free) => {
                free.insert(case);
            }
        }
    }
    let with =
        |candidate: Candidate| Expected { application: found.remove(&candidate.enterprise), candidate };
    Ok(candidates.into_iter().map(with).collect())
}

/// A day with its queue and the enterprises of its townships.
#[derive(Debug, Clone)]
pub struct Day {
    /// The day.
    pub clinic: Clinic,
    /// The queue in the order of its numbers, each with the application that is under way.
    pub queue: Vec<(Ticket, Option<(ApplicationId, ApplicationState)>)>,
    /// Enterprises of the townships that have something to repair.
    pub expected: Vec<Expected>,
}

/// A day as its page shows it.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn day(app: &App, actor: &Actor, id: ClinicId) -> Result<Day, Refusal> {
    app.view(actor, |view| {
        let clinic = visible(view, id)?;
        let mut expected = expected(view, clinic.county, Some(id))?;
        let applications = queue_applications(view, &clinic)?;
        let mine = concerns::enterprise_filter(actor, Action::ViewApplication, "e.id");
        let queue = ticket::of_clinic(view.tx, id, &mine)?
            .into_iter()
            .map(|ticket| {
                // Whoever still has something to repair is shown with the application of that, as in the list below.
                let known = expected.iter().find(|one| one.candidate.enterprise == ticket.enterprise);
                let application = match known {
                    Some(one) => {
                        one.application.as_ref().map(|case| (case.application.id, case.application.state))
                    }
                    None => applications.get(&ticket.enterprise).copied(),
                };
                (ticket, application)
            })
            .collect();
        expected.retain(|e| clinic.townships.contains(&e.candidate.township) || e.candidate.ticket.is_some());
        Ok(Day { clinic, queue, expected })
    })
}

/// The newest application of each enterprise in the queue.
fn queue_applications(
    view: &View<'_>,
    clinic: &Clinic,
) -> Result<BTreeMap<EnterpriseId, (ApplicationId, ApplicationState)>, Refusal> {
    let rows = application::of_queue(view.tx, clinic.id)?;
    Ok(rows.into_iter().map(|(enterprise, id, state)| (enterprise, (id, state))).collect())
}

pub(super) fn visible(view: &View<'_>, id: ClinicId) -> Result<Clinic, Refusal> {
    let clinic = clinic::load(view.tx, id)?;
    view.must(Action::ViewClinic, &clinic::concerns(view.tx, &clinic)?)?;
    Ok(clinic)
}

/// A record by its decision number, and each of its documents with whether it is there already.
pub type PapersOf = (String, Vec<(Material, bool)>);

/// What an enterprise brings to a day.
#[derive(Debug, Clone)]
pub struct BringList {
    /// The day.
    pub clinic: Clinic,
    /// The enterprise.
    pub enterprise: Enterprise,
    /// Each record that can be repaired: decision number, and each document with whether it is there already.
    pub records: Vec<PapersOf>,
}

/// What an enterprise brings to a day, for printing.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn bring_list(app: &App, actor: &Actor, id: ClinicId, of: EnterpriseId) -> Result<BringList, Refusal> {
    app.view(actor, |view| {
        let clinic = visible(view, id)?;
        view.must(Action::ViewApplication, &concerns::of_enterprise(view.tx, of)?)?;
        let records = bring_list_in(view, &clinic, of)?;
        Ok(BringList { records, enterprise: enterprise::load(view.tx, of)?, clinic })
    })
}

/// The papers of each record that is repairable on the day, and whether they are there.
pub(crate) fn bring_list_in(
    view: &View<'_>,
    clinic: &Clinic,
    of: EnterpriseId,
) -> Result<Vec<PapersOf>, Refusal> {
    let penalties = penalty::of_enterprise(view.tx, of)?;
    let penalty_ids: Vec<_> = penalties.iter().map(|penalty| penalty.id).collect();
    let signed = commitment::signed_penalties(view.tx, &penalty_ids)?;
    let ids: Vec<_> = application::of_enterprise(view.tx, of)?.iter().map(|a| a.id).collect();
    let cases = cases(view.tx, &ids, view.today)?;
    let on_file = |penalty, material| {
        let items = cases.iter().flat_map(|case| &case.items);
        items.filter(|item| item.penalty.id == penalty).any(|item| item.on_file.contains(&material))
    };
    // What the window sent back is there, and no use.
    let rejected = |penalty, material| {
        let items = cases.iter().flat_map(|case| case.items.iter().map(move |item| (case, item)));
        items
            .filter(|(_, item)| item.penalty.id == penalty)
            .any(|(case, item)| case.is_rejected(item, material))
    };
    let due = penalties.iter().filter(|penalty| {
        crate::applications::live_verdict(penalty, clinic.held_on.max(view.today))
            == VerdictKind::RepairableNow
    });
    let records = due.map(|penalty| {
        let there = |material: &Material| {
            let is_there = match material {
                Material::Commitment => signed.contains_key(&penalty.id),
                other => on_file(penalty.id, *other),
            };
            (*material, is_there && !rejected(penalty.id, *material))
        };
        (penalty.decision.to_string(), penalty.assessment.materials.iter().map(there).collect())
    });
    Ok(records.collect())
}
