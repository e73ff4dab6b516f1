//! An application with everything that the checks and the pages look at.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use xinxiu_domain::Missing;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::application::{ApplicationState, ItemFacts, ItemState, application_gaps};
use xinxiu_domain::batch::RecordState;
use xinxiu_domain::correction::PenaltyField;
use xinxiu_domain::id::{ApplicationId, CommitmentId, EnterpriseId, FileId, ItemId, PenaltyId};
use xinxiu_domain::penalty::{Material, VerdictKind};
use xinxiu_store::application::{self, Application, Filter, OnFile};
use xinxiu_store::enterprise::{self, Enterprise};
use xinxiu_store::item::{self, Item};
use xinxiu_store::paper_check::{self, PaperCheck};
use xinxiu_store::penalty::{self, Penalty};
use xinxiu_store::repair_fact::{self, RepairFact};
use xinxiu_store::review::{self, Review};
use xinxiu_store::{Tx, commitment, concerns};

use super::follow;
use crate::app::{App, View};
use crate::campaigns;
use crate::refusal::Refusal;

/// One penalty record of an application with what the checks know of it.
#[derive(Debug, Clone)]
pub struct CaseItem {
    /// The item.
    pub item: Item,
    /// The penalty record.
    pub penalty: Penalty,
    /// Verdict on the day of the look.
    pub verdict: VerdictKind,
    /// Its commitment, once that is signed.
    pub commitment: Option<CommitmentId>,
    /// What the code on the scan of that commitment said.
    pub commitment_check: Option<PaperCheck>,
    /// Whether nobody could tell of any of its forms (annex 3) that it is the right one.
    pub form_unread: bool,
    /// Whether a commitment about it was broken.
    pub broken: bool,
    /// Documents on file for it or for the whole application.
    pub on_file: BTreeSet<Material>,
    /// What is another in the penalty decision since somebody looked at it last: field, value then, value now.
    pub changed: Vec<(PenaltyField, String, String)>,
}

impl CaseItem {
    /// Whether nobody can tell from its commitment's scan that it is the right one: no code was read, and no person has looked.
    pub fn commitment_unread(&self) -> bool {
        self.commitment_check.as_ref().is_some_and(PaperCheck::is_open)
    }

    /// Whether a document that the edition asks for is there.
    pub fn has(&self, material: Material) -> bool {
        match material {
            Material::Commitment => self.commitment.is_some(),
            other => self.on_file.contains(&other),
        }
    }
}

/// An application with its items, documents and reviews.
#[derive(Debug, Clone)]
pub struct Case {
    /// The application.
    pub application: Application,
    /// Its penalty records.
    pub items: Vec<CaseItem>,
    /// Its documents.
    pub materials: Vec<OnFile>,
    /// What the codes on its forms and sealed decisions said, by file.
    pub checks: BTreeMap<FileId, PaperCheck>,
    /// Its first reviews, oldest first.
    pub reviews: Vec<Review>,
    /// What else happened to it and its records, oldest first.
    pub facts: Vec<RepairFact>,
    /// What it still lacks on the day of the look; the same for the agency, at submission and at the window.
    pub gaps: Vec<Missing>,
}

impl Case {
    /// Whether the agency may still change it.
    pub fn editable(&self) -> bool {
        matches!(self.application.state, ApplicationState::Draft | ApplicationState::Returned)
    }

    /// Every document that the editions ask for, over all records.
    pub fn required(&self) -> BTreeSet<Material> {
        self.items.iter().flat_map(|item| item.penalty.assessment.materials.iter().copied()).collect()
    }
}

/// Verdict on a record as it stands today: one that is no longer public has nothing left to repair.
pub(crate) fn live_verdict(penalty: &Penalty, today: Date) -> VerdictKind {
    if penalty.state == RecordState::Public {
        penalty.assessment.verdict_on(today)
    } else {
        VerdictKind::Ended
    }
}

/// Loads several applications with all that belongs to them, in six queries whatever their number.
///
/// # Errors
/// What the database says.
pub fn cases(tx: &Tx<'_>, ids: &[ApplicationId], today: Date) -> Result<Vec<Case>, Refusal> {
    let applications = application::load_many(tx, ids)?;
    let items = item::of_applications(tx, ids)?;
    let penalty_ids: Vec<PenaltyId> = items.iter().map(|item| item.penalty).collect();
    let penalties: BTreeMap<PenaltyId, Penalty> =
        penalty::load_many(tx, &penalty_ids)?.into_iter().map(|found| (found.id, found)).collect();
    let signed = commitment::signed_penalties(tx, &penalty_ids)?;
    let scans = paper_check::of_commitments(tx, signed.values().copied())?;
    let broken = commitment::broken_penalties(tx, &penalty_ids)?;
    let materials = application::materials(tx, ids)?;
    let files =
        materials.iter().map(|one| one.file).chain(items.iter().filter_map(|item| item.decision_file));
    let checks = paper_check::of_files(tx, files)?;
    let reviews = review::of_applications(tx, ids)?;
    let facts = repair_fact::of_applications(tx, ids)?;
    let assemble = |application: Application| {
        let of = application.id;
        let materials: Vec<OnFile> = materials.iter().filter(|m| m.application == of).cloned().collect();
        let items = items.iter().filter(|item| item.application == of).filter_map(|item| {
            let penalty = penalties.get(&item.penalty)?.clone();
            let serves = |m: &&OnFile| m.penalty.is_none_or(|penalty| penalty == item.penalty);
            Some(CaseItem {
                verdict: live_verdict(&penalty, today),
                commitment: signed.get(&penalty.id).copied(),
                commitment_check: signed.get(&penalty.id).and_then(|id| scans.get(id)).cloned(),
                form_unread: unread_form(materials.iter().filter(serves), &checks),
                broken: broken.contains(&penalty.id),
                on_file: materials.iter().filter(serves).map(|m| m.kind).collect(),
                changed: follow::differences(item, &penalty),
                item: item.clone(),
                penalty,
            })
        });
        let items: Vec<CaseItem> = items.collect();
        let reviews = reviews.iter().filter(|r| r.application == of).cloned().collect();
        let facts = facts.iter().filter(|fact| fact.application == of).cloned().collect();
        let gaps = gaps(&application, &items);
        let of_item = |item: &CaseItem| item.item.decision_file;
        let own = materials.iter().map(|one| one.file).chain(items.iter().filter_map(of_item));
        let checks = own.filter_map(|file| Some((file, checks.get(&file)?.clone()))).collect();
        Case { application, items, materials, checks, reviews, facts, gaps }
    };
    Ok(applications.into_iter().map(assemble).collect())
}

/// The check that the agency's to-do list, the submission and the window's review all run.
fn gaps(application: &Application, items: &[CaseItem]) -> Vec<Missing> {
    let settled = matches!(application.state, ApplicationState::Accepted | ApplicationState::Withdrawn);
    if settled {
        return Vec::new();
    }
    // What was decided or ended before the application went back stands, and is not asked for again.
    let open = || items.iter().filter(|item| item.item.state == ItemState::Pending);
    let facts: Vec<ItemFacts<'_>> = open()
        .map(|item| ItemFacts {
            decision_number: item.penalty.decision.as_str(),
            statement: &item.item.statement,
            verdict: item.verdict,
            repairable_from: item.penalty.assessment.repairable_from.map(|day| day.to_string()),
            required: &item.penalty.assessment.materials,
            on_file: &item.on_file,
            commitment_signed: item.commitment.is_some(),
            commitment_broken: item.broken,
        })
        .collect();
    // Both parts of the contact are asked for under one name, as on the form.
    let reachable = !application.contact_phone_sealed.is_empty();
    let contact = if reachable { application.contact_name.as_str() } else { "" };
    let mut gaps = application_gaps(&facts, contact);
    if facts.is_empty() && !items.is_empty() {
        let message = "申请里的处罚记录都已办结或终止，没有需要办理的记录，请撤回申请或加入其他记录";
        gaps.retain(|gap| gap.code != "no_record");
        gaps.push(Missing::new("no_record", message, "N24"));
    }
    gaps.extend(open().filter_map(|item| other_contact(application, item)));
    gaps.extend(open().flat_map(unread_scans));
    gaps.extend(open().filter_map(other_statement));
    gaps.extend(open().filter_map(|item| follow::decision_changed(&item.item, &item.penalty)));
    gaps
}

/// Whether a form is there, and none whose code was read or that a person looked at.
fn unread_form<'a>(serving: impl Iterator<Item = &'a OnFile>, checks: &BTreeMap<FileId, PaperCheck>) -> bool {
    let mut forms = serving.filter(|one| one.kind == Material::RectificationForm).peekable();
    forms.peek().is_some() && forms.all(|form| checks.get(&form.file).is_some_and(PaperCheck::is_open))
}

/// What no code vouches for, a person does (N10 N12): nobody is to find out at the authority that it is another's paper.
fn unread_scans(item: &CaseItem) -> Vec<Missing> {
    let asked = |material| item.penalty.assessment.materials.contains(&material);
    let mut gaps = Vec::new();
    if item.commitment_unread() && asked(Material::Commitment) {
        let message = format!(
            "{}：承诺书扫描件未能识别二维码，须人工核对。请在承诺书页面对照编号核对，或换成拍清楚的照片",
            item.penalty.decision
        );
        gaps.push(Missing::new("scan_unread", message, "N10"));
    }
    if item.form_unread && asked(Material::RectificationForm) {
        let message = format!(
            "{}：信用修复表未能识别二维码，须人工核对。请在材料清单里对照文号核对，或换成拍清楚的照片",
            item.penalty.decision
        );
        gaps.push(Missing::new("form_unread", message, "N27"));
    }
    gaps
}

/// The form names the operator; once that changed, the printed one is out of date (annex 3: 需与在线申请经办人一致).
fn other_contact(application: &Application, item: &CaseItem) -> Option<Missing> {
    let printed = item.item.form_contact_version?;
    let asked = item.penalty.assessment.materials.contains(&Material::RectificationForm);
    let message = format!(
        "{}：经办人或联系方式在打印信用修复表后有改动，请重新打印、盖章并上传",
        item.penalty.decision
    );
    (asked && printed != application.contact_version)
        .then(|| Missing::new("contact_mismatch", message, "N27"))
}

/// The form carries the statement about its record; once that changed, the printed one is out of date.
fn other_statement(item: &CaseItem) -> Option<Missing> {
    let asked = item.penalty.assessment.materials.contains(&Material::RectificationForm);
    let message = format!("{}：说明在打印信用修复表后有改动，请重新打印、盖章并上传", item.penalty.decision);
    (asked && item.item.form_outdated).then(|| Missing::new("statement_changed", message, "N27"))
}

/// One application, loaded in the transaction of a step.
pub(super) fn load(tx: &Tx<'_>, id: ApplicationId, today: Date) -> Result<Case, Refusal> {
    let missing = || xinxiu_store::StoreError::NotFound(ApplicationState::NOUN, id.to_string());
    cases(tx, &[id], today)?.pop().ok_or_else(|| missing().into())
}

/// One application as its page shows it, with the enterprise.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Store`] where there is none.
pub fn case(app: &App, actor: &Actor, id: ApplicationId) -> Result<(Case, Enterprise), Refusal> {
    app.view(actor, |view| {
        let case = load(view.tx, id, view.today)?;
        let of = case.application.enterprise;
        view.must(Action::ViewApplication, &concerns::of_enterprise(view.tx, of)?)?;
        Ok((case, enterprise::load(view.tx, of)?))
    })
}

/// The application in which an item stands.
///
/// # Errors
/// [`Refusal::Forbidden`]; [`Refusal::Store`] where there is none.
pub fn application_of(app: &App, actor: &Actor, id: ItemId) -> Result<ApplicationId, Refusal> {
    app.view(actor, |view| {
        let found = application::load(view.tx, item::load(view.tx, id)?.application)?;
        view.must(Action::ViewApplication, &concerns::of_enterprise(view.tx, found.enterprise)?)?;
        Ok(found.id)
    })
}

fn visible(actor: &Actor) -> String {
    concerns::enterprise_filter(actor, Action::ViewApplication, "e.id")
}

/// One page of the applications that an actor may see, each with its gaps.
///
/// # Errors
/// [`Refusal::Missing`] where no campaign is under way.
pub fn list(app: &App, actor: &Actor, filter: &Filter, limit: u32) -> Result<Vec<Case>, Refusal> {
    app.view(actor, |view| {
        let campaign = campaigns::current(view)?.id;
        let filter = Filter { visible: visible(actor), campaign: Some(campaign), ..filter.clone() };
        let page = application::list(view.tx, &filter, limit)?;
        let ids: Vec<ApplicationId> = page.iter().map(|application| application.id).collect();
        let mut found = cases(view.tx, &ids, view.today)?;
        found.sort_by_key(|case| ids.iter().position(|id| *id == case.application.id));
        Ok(found)
    })
}

/// How many applications stand in each state, of enterprises whose name holds `name`.
///
/// # Errors
/// [`Refusal::Missing`] where no campaign is under way.
pub fn tabs(app: &App, actor: &Actor, name: &str) -> Result<Vec<(ApplicationState, i64)>, Refusal> {
    app.view(actor, |view| {
        let campaign = campaigns::current(view)?.id;
        Ok(application::count_by_state(view.tx, &visible(actor), campaign, name)?)
    })
}

/// A penalty record that may go into an application, or why it may not.
#[derive(Debug, Clone)]
pub struct Openable {
    /// The record.
    pub penalty: Penalty,
    /// Verdict today.
    pub verdict: VerdictKind,
    /// The application in which it is under way.
    pub under_way: Option<ApplicationId>,
}

impl Openable {
    /// Whether it may be chosen.
    pub fn is_free(&self) -> bool {
        self.penalty.state == RecordState::Public && self.under_way.is_none()
    }
}

/// The public records of an enterprise, for opening an application.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn openable(
    app: &App,
    actor: &Actor,
    enterprise: EnterpriseId,
) -> Result<(Enterprise, Vec<Openable>), Refusal> {
    app.view(actor, |view| {
        view.must(Action::PrepareApplication, &concerns::of_enterprise(view.tx, enterprise)?)?;
        Ok((enterprise::load(view.tx, enterprise)?, records(view, enterprise)?))
    })
}

fn records(view: &View<'_>, enterprise: EnterpriseId) -> Result<Vec<Openable>, Refusal> {
    let mut found = Vec::new();
    for penalty in penalty::of_enterprise(view.tx, enterprise)? {
        if penalty.state != RecordState::Public {
            continue;
        }
        // One enterprise has a handful of records.
        let under_way = item::open_application_of(view.tx, penalty.id, None)?;
        found.push(Openable { verdict: live_verdict(&penalty, view.today), penalty, under_way });
    }
    Ok(found)
}
