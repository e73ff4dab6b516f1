//! After the training: guidance, applications, first reviews, decisions, removals.

use xinxiu_domain::application::{ApplicationState, ReturnReason};
use xinxiu_domain::batch::RecordState;
use xinxiu_domain::id::{ApplicationId, ClinicId, EnterpriseId, ItemId};
use xinxiu_domain::penalty::{Material, VerdictKind};
use xinxiu_store::application::Application;
use xinxiu_store::penalty::Penalty;
use xinxiu_store::{application, item, penalty};

use super::course::{Course, Task, Trained};
use super::decide;
use super::training::finding;
use super::{clinic, sample, words};
use crate::applications::{self, CaseItem, Edit, Verdict};
use crate::guidance::{self, Talk};
use crate::refusal::Refusal;
use crate::{commitments, findings};

type Outcome = Result<(), Refusal>;

/// Every so many a scan without a readable code has not been looked at yet.
const UNSEEN: i64 = 27;

/// What becomes of an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It goes through at once.
    Through,
    /// A document is still missing: it stays a draft.
    Lacking,
    /// It is returned and stays so.
    Returned,
    /// It is returned, mended, and then goes through.
    Mended,
    /// It is withdrawn.
    Withdrawn,
}

/// A step of an enterprise's repair.
#[derive(Debug, Clone, Copy)]
pub enum RepairStep {
    /// The agency talks with the enterprise; the class goes along.
    Guide(EnterpriseId, usize),
    /// The agency prepares an application.
    Open(EnterpriseId, usize),
    /// It submits it.
    Submit(ApplicationId, usize),
    /// It withdraws it.
    Withdraw(ApplicationId, usize),
    /// The window reviews it.
    Review(ApplicationId, usize),
    /// The agency mends what was returned.
    Mend(ApplicationId, usize),
    /// The authority decides.
    Decide(ItemId),
    /// The center takes the record down.
    TakeDown(ItemId),
}

/// How many of a hundred trained enterprises apply, by agency: the repair rates differ.
const DILIGENCE: [usize; 3] = [82, 62, 42];
/// Of serious records, which need certificate and credit report, so many of a hundred are applied for.
const SERIOUS: usize = 45;

/// Enters what follows for an enterprise that was trained.
pub fn enter(course: &mut Course<'_>, trained: &Trained, passed: bool) {
    let (of, class) = (trained.enterprise, trained.class);
    let days = 1 + course.dice.below(10);
    if course.dice.chance(38) {
        course.after(days, Task::Repair(RepairStep::Guide(of, class), Fate::Through));
    }
    if passed && course.dice.chance(diligence(class)) {
        let fate = match course.dice.below(100) {
            0..8 => Fate::Lacking,
            8..13 => Fate::Returned,
            13..22 => Fate::Mended,
            22..25 => Fate::Withdrawn,
            _ => Fate::Through,
        };
        // Most come with their papers within three weeks.
        let days = 2 + course.dice.below(14);
        course.after(days, Task::Repair(RepairStep::Open(of, class), fate));
    }
}

/// Classes of one agency stand side by side in the plan; the last two are the first agency's.
const fn diligence(class: usize) -> usize {
    match class {
        3..=5 => DILIGENCE[1],
        6..=7 => DILIGENCE[2],
        _ => DILIGENCE[0],
    }
}

/// Takes a step of an enterprise's repair.
pub fn take(course: &mut Course<'_>, step: RepairStep, fate: Fate) -> Outcome {
    match step {
        RepairStep::Guide(of, class) => guide(course, of, class),
        RepairStep::Open(of, class) => open(course, (of, class), fate),
        RepairStep::Submit(id, class) => {
            if submit(course, id, class)? {
                let days = 1 + course.dice.below(3);
                course.after(days, Task::Repair(RepairStep::Review(id, class), fate));
            }
            Ok(())
        }
        RepairStep::Withdraw(id, class) => {
            let found = load(course, id)?;
            // A hand-in-hand day may have been faster.
            if found.state != ApplicationState::Draft {
                return Ok(());
            }
            course.drafts.remove(&found.enterprise);
            let reason = "企业决定等另一条处罚信息到期后一并申请";
            applications::withdraw(course.app, &course.agency(class)?, id, found.version, reason)
        }
        RepairStep::Review(id, class) => review(course, (id, class), fate),
        RepairStep::Mend(id, class) => mend(course, id, class),
        RepairStep::Decide(item) => decide::decide(course, item),
        RepairStep::TakeDown(item) => decide::take_down(course, item),
    }
}

fn load(course: &Course<'_>, id: ApplicationId) -> Result<Application, Refusal> {
    Ok(course.app.store.db.read(|tx| application::load(tx, id))?)
}

fn guide(course: &mut Course<'_>, of: EnterpriseId, class: usize) -> Outcome {
    let agency = course.agency(class)?;
    let (asked, advised) = course.dice.pick(&[
        ("处罚信息什么时候可以申请修复", "最短公示期满即可申请，已代为核对日期"),
        ("需要准备哪些材料", "承诺书、营业执照、缴款凭证，涉及整改的另填修复表"),
        ("罚款已缴但凭证找不到怎么办", "可到处罚机关或银行补开缴款凭证"),
        ("修复后还会影响招投标吗", "撤下公示后不再作为失信信息展示，建议同步查询信用报告"),
    ]);
    let minutes = [20, 30, 45, 60][course.dice.below(4)];
    let talk = Talk { asked: asked.into(), advised: advised.into(), minutes, given_on: course.today() };
    guidance::add(course.app, &agency, of, &talk)?;
    if course.dice.chance(50) {
        let said = finding(course, of);
        findings::record(course.app, &agency, &said)?;
    }
    Ok(())
}

/// Records that can be applied for today; serious ones only now and then.
fn applied_for(course: &mut Course<'_>, of: EnterpriseId) -> Result<Vec<Penalty>, Refusal> {
    let today = course.today();
    let mut found = course.app.store.db.read(|tx| penalty::of_enterprise(tx, of))?;
    found.retain(|one| {
        one.state == RecordState::Public && one.assessment.verdict_on(today) == VerdictKind::RepairableNow
    });
    let serious = course.dice.chance(SERIOUS);
    found.retain(|one| serious || !one.assessment.materials.contains(&Material::TrainingCertificate));
    Ok(found)
}

fn open(course: &mut Course<'_>, (of, class): (EnterpriseId, usize), fate: Fate) -> Outcome {
    let records = applied_for(course, of)?;
    let mut free = Vec::new();
    for one in &records {
        if course.app.store.db.read(|tx| item::open_application_of(tx, one.id, None))?.is_none() {
            free.push(one.id);
        }
    }
    if free.is_empty() {
        return Ok(());
    }
    let agency = course.agency(class)?;
    let id = applications::open(course.app, &agency, of, &free)?;
    if !(fate == Fate::Lacking && course.dice.chance(40)) {
        fill(course, id, class, fate)?;
    }
    course.drafts.insert(of, (id, class));
    match fate {
        Fate::Lacking => {}
        Fate::Withdrawn => course.after(3, Task::Repair(RepairStep::Withdraw(id, class), fate)),
        Fate::Through | Fate::Returned | Fate::Mended => {
            // Whoever is to come to a hand-in-hand day submits there.
            let day = clinic::awaits(course, of);
            let days = 1 + course.dice.below(4);
            let task = Task::Repair(RepairStep::Submit(id, class), fate);
            match day {
                Some(day) => course.on(day.tomorrow().unwrap_or(day), task),
                None => course.after(days, task),
            }
        }
    }
    Ok(())
}

/// Fills an application; one that is to lack something lacks the proof of performance.
fn fill(course: &mut Course<'_>, id: ApplicationId, class: usize, fate: Fate) -> Outcome {
    let agency = course.agency(class)?;
    let (case, _) = applications::case(course.app, &agency, id)?;
    let states = |one: &CaseItem| {
        let words = "罚款已缴清，违法行为已纠正，不良影响已消除，并已参加信用修复培训。";
        (one.item.id, format!("{}：{words}", one.penalty.decision))
    };
    let edit = Edit {
        contact_name: words::person(course.dice.below(8)).into(),
        contact_phone: String::new(),
        statements: case.items.iter().map(states).collect(),
        version: case.application.version,
    };
    applications::edit(course.app, &agency, id, &edit)?;
    put(course, (id, class), Material::Licence, None)?;
    for one in &case.items {
        let materials = &one.penalty.assessment.materials;
        if fate != Fate::Lacking {
            put(course, (id, class), Material::PerformanceProof, Some(one.item.id))?;
        }
        if materials.contains(&Material::RectificationForm) {
            put(course, (id, class), Material::RectificationForm, Some(one.item.id))?;
        }
    }
    for signed in case.items.iter().filter(|one| one.commitment_unread()).filter_map(|one| one.commitment) {
        let card = commitments::card(course.app, &agency, signed)?;
        if let Some(scan) = card.commitment.scan.filter(|_| signed.0 % UNSEEN != 0) {
            commitments::confirm_scan(course.app, &agency, signed, scan.0)?;
        }
    }
    let required = case.required();
    if required.contains(&Material::TrainingCertificate) {
        applications::attach_certificate(course.app, &agency, id, None)?;
    }
    if required.contains(&Material::CreditReport) {
        applications::attach_credit_report(course.app, &agency, id)?;
    }
    Ok(())
}

fn put(
    course: &Course<'_>,
    (id, class): (ApplicationId, usize),
    kind: Material,
    of: Option<ItemId>,
) -> Outcome {
    let agency = course.agency(class)?;
    if let (Material::RectificationForm, Some(of)) = (kind, of) {
        let kept = sample::form(course.app, of)?;
        let file = (&kept, "信用修复表（演示）.png", "image/png");
        return applications::add_material(course.app, &agency, id, (kind, Some(of)), file);
    }
    let name = format!("{kind}（演示）.pdf");
    let file = (&course.scan, name.as_str(), "application/pdf");
    applications::add_material(course.app, &agency, id, (kind, of), file)
}

/// Submits an application that lacks nothing. Returns whether it did.
pub fn submit(course: &mut Course<'_>, id: ApplicationId, class: usize) -> Result<bool, Refusal> {
    let agency = course.agency(class)?;
    let (case, _) = applications::case(course.app, &agency, id)?;
    let first = case.application.submitted_at.is_none();
    if !case.editable() || !case.gaps.is_empty() {
        return Ok(false);
    }
    let reasons = case.open_return().map(|back| back.reasons.as_slice()).unwrap_or_default();
    let corrected: Vec<_> = reasons.iter().map(|reason| (*reason, mended(*reason).to_owned())).collect();
    applications::resubmit(course.app, &agency, id, case.application.version, &corrected)?;
    course.drafts.remove(&case.application.enterprise);
    course.tally.applied += usize::from(first);
    Ok(true)
}

/// What an agency says that it put right.
const fn mended(reason: ReturnReason) -> &'static str {
    match reason {
        ReturnReason::SealMissing => "修复表已加盖公章，重新扫描",
        ReturnReason::MaterialIllegible => "缴款凭证已重新拍照，金额清楚",
        ReturnReason::ContentMismatch => "已换成与决定书文号一致的凭证",
        ReturnReason::MaterialMissing => "已补整改完成情况的证明",
        ReturnReason::ContactMismatch => "经办人已改为与在线申请一致",
        _ => "已逐项核对并更正",
    }
}

fn review(course: &mut Course<'_>, (id, class): (ApplicationId, usize), fate: Fate) -> Outcome {
    let found = load(course, id)?;
    if found.state != ApplicationState::Submitted {
        return Ok(());
    }
    if matches!(fate, Fate::Returned | Fate::Mended) {
        let (reason, note) = course.dice.pick(&[
            (ReturnReason::SealMissing, "修复表未盖公章"),
            (ReturnReason::MaterialIllegible, "缴款凭证照片模糊，看不清金额"),
            (ReturnReason::ContentMismatch, "凭证上的文书号与处罚决定书不一致"),
            (ReturnReason::MaterialMissing, "缺整改完成情况的证明"),
            (ReturnReason::ContactMismatch, "经办人与在线申请填写的不一致"),
        ]);
        let verdict = Verdict::Return { reasons: vec![reason], note: note.into() };
        applications::first_review(course.app, &course.cast.window, id, found.version, &verdict, None)?;
        if fate == Fate::Mended {
            course.after(3, Task::Repair(RepairStep::Mend(id, class), fate));
        }
        return Ok(());
    }
    accept(course, id, None)
}

/// Accepts an application that lost no condition meanwhile, else returns it.
pub fn accept(course: &mut Course<'_>, id: ApplicationId, clinic: Option<ClinicId>) -> Outcome {
    let (case, _) = applications::case(course.app, &course.cast.window, id)?;
    let version = case.application.version;
    let verdict = if case.gaps.is_empty() {
        Verdict::Accept
    } else {
        let note = "公示期已满或条件有变，请核对后重新提交".to_owned();
        Verdict::Return { reasons: vec![ReturnReason::OtherReason], note }
    };
    applications::first_review(course.app, &course.cast.window, id, version, &verdict, clinic)?;
    if matches!(verdict, Verdict::Accept) {
        for one in &case.items {
            let days = 3 + course.dice.below(5);
            course.after(days, Task::Repair(RepairStep::Decide(one.item.id), Fate::Through));
        }
    }
    Ok(())
}

/// The better document goes in beside the first; then the application is submitted again.
fn mend(course: &mut Course<'_>, id: ApplicationId, class: usize) -> Outcome {
    put(course, (id, class), Material::Licence, None)?;
    if submit(course, id, class)? {
        course.after(2, Task::Repair(RepairStep::Review(id, class), Fate::Through));
    }
    Ok(())
}
