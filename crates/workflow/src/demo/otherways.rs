//! What goes another way than through: objections and appeals, filings outward, steps back, a decision that an authority
//! withdrew, a promise broken after the repair, and looks at other platforms.

use jiff::civil::date;
use xinxiu_domain::actor::{Actor, Role};
use xinxiu_domain::appeal::AppealKind;
use xinxiu_domain::commitment::Clause;
use xinxiu_domain::filing::FilingAnswer;
use xinxiu_domain::follow_up::{Found, Platform};
use xinxiu_domain::id::{
    AppealId, ApplicationId, CommitmentId, EnterpriseId, FilingId, ItemId, OrgId, PenaltyId,
};
use xinxiu_store::{appeal, application, filing, item, params, penalty};

use super::course::{Act, Course, Task};
use super::repair::{Fate, RepairStep};
use crate::appeals::{self, Answer, Lodge};
use crate::applications::{self, Back, Withdrawal};
use crate::filings::{self, Answered};
use crate::refusal::Refusal;
use crate::{commitments, follow_ups};

type Outcome = Result<(), Refusal>;

/// Enters what is done once.
pub fn enter(course: &mut Course<'_>) {
    let once: [(_, Act); 9] = [
        (date(2022, 8, 30), object),
        (date(2022, 9, 1), look),
        (date(2022, 9, 6), appeal),
        (date(2022, 9, 7), file_outward),
        (date(2022, 9, 8), take_back),
        (date(2022, 9, 9), break_promises),
        (date(2022, 9, 13), answer),
        (date(2022, 9, 14), withdraw_decision),
        (date(2022, 9, 14), send_back),
    ];
    for (day, act) in once {
        course.on(day, Task::Once(act));
    }
}

/// A record with the item and application in which it stands, and its authority.
#[derive(Debug, Clone, Copy)]
struct Case {
    item: ItemId,
    application: ApplicationId,
    penalty: PenaltyId,
    enterprise: EnterpriseId,
    authority: OrgId,
}

/// The first records that were assigned to an authority and for which `condition` holds: over item `i`, application `a`, penalty
/// record `p`. Each enterprise comes once.
fn cases(course: &Course<'_>, condition: &str, count: usize) -> Result<Vec<Case>, Refusal> {
    let sql = format!(
        "select i.id, i.application_id, i.penalty_id, a.enterprise_id, p.authority_id from application_item i \
         join application a on a.id = i.application_id join penalty p on p.id = i.penalty_id \
         where p.authority_id is not null and ({condition}) and not exists (select 1 from application n \
         where n.enterprise_id = a.enterprise_id and n.id > a.id) order by i.id"
    );
    let all = course.app.store.db.read(|tx| {
        tx.query(&sql, &[], |row| {
            Ok(Case {
                item: row.get("id")?,
                application: row.get("application_id")?,
                penalty: row.get("penalty_id")?,
                enterprise: row.get("enterprise_id")?,
                authority: row.get("authority_id")?,
            })
        })
    })?;
    let mut found: Vec<Case> = Vec::new();
    for one in all {
        if found.len() < count && found.iter().all(|known| known.enterprise != one.enterprise) {
            found.push(one);
        }
    }
    Ok(found)
}

/// The enterprise itself, as behind its personal link.
fn own(enterprise: EnterpriseId) -> Actor {
    Actor {
        account: None,
        name: "企业".into(),
        role: Role::Enterprise,
        org: None,
        enterprise: Some(enterprise),
    }
}

fn lodge(course: &Course<'_>, one: Case, kind: AppealKind, text: &str) -> Result<AppealId, Refusal> {
    let command = Lodge { kind, text: text.into(), files: Vec::new() };
    appeals::lodge(course.app, &own(one.enterprise), one.penalty, &command)
}

fn version(course: &Course<'_>, id: AppealId) -> Result<i64, Refusal> {
    Ok(course.app.store.db.read(|tx| appeal::load(tx, id))?.version)
}

/// Three enterprises say something against their records or the window: one is answered, one takes it back, one waits too long.
fn object(course: &mut Course<'_>) -> Outcome {
    let public = "p.state = 'public' and i.state = 'pending' and a.state = 'submitted'";
    let texts = [
        "处罚决定书上的罚款金额与公示的不一致，请核对后更正。",
        "企业名称已经变更，公示信息仍是变更前的名称。",
        "公示的处罚日期比决定书晚一天，请核实。",
    ];
    let mut lodged = Vec::new();
    for (one, text) in cases(course, public, 3)?.into_iter().zip(texts) {
        lodged.push((one, lodge(course, one, AppealKind::Record, text)?));
    }
    if let [(_, upheld), (of, taken_back), ..] = lodged[..] {
        let command = Answer {
            upheld: true,
            text: "经与处罚机关核对，情况属实，已按决定书更正公示信息。".into(),
            file: None,
            version: version(course, upheld)?,
        };
        appeals::answer(course.app, &course.cast.center, upheld, &command)?;
        appeals::withdraw(
            course.app,
            &own(of.enterprise),
            taken_back,
            (version(course, taken_back)?, "与机关沟通后不再坚持"),
        )?;
    }
    Ok(())
}

/// Against the window's return and against refused repairs: one authority's answer is no, another's is still to come.
fn appeal(course: &mut Course<'_>) -> Outcome {
    if let Some(one) = cases(course, "a.state = 'returned' and i.state = 'pending'", 1)?.first() {
        lodge(course, *one, AppealKind::Review, "缴款凭证是银行出具的电子回单，加盖了电子章，请重新核对。")?;
    }
    let refused = cases(course, "i.state = 'refused'", 2)?;
    for (place, one) in refused.into_iter().enumerate() {
        let text = "整改已经验收，验收意见随修复表一并提交，请重新作出决定。";
        let id = lodge(course, one, AppealKind::Decision, text)?;
        if place == 0 {
            let command = Answer {
                upheld: false,
                text: "现场复查时整改措施没有落实到位，待验收合格后可重新申请。".into(),
                file: None,
                version: version(course, id)?,
            };
            appeals::answer(course.app, &course.cast.of(one.authority)?, id, &command)?;
        }
    }
    Ok(())
}

/// Six accepted applications go outward; what comes of each is said by [`answer`].
fn file_outward(course: &mut Course<'_>) -> Outcome {
    let center = course.cast.center.clone();
    let open = "a.state = 'accepted' and i.state in ('pending', 'agreed') and p.state = 'public'";
    for (place, one) in cases(course, open, 6)?.into_iter().enumerate() {
        let lane = course.app.store.db.read(|tx| penalty::load(tx, one.penalty))?.assessment.lane;
        let id = filings::prepare(course.app, &center, one.application, lane)?;
        match place {
            0 => {}
            1 => filings::cancel(course.app, &center, id, ("经办人电话填错，重新制作", 1))?,
            _ => filings::sent(course.app, &center, id, (course.today(), 1))?,
        }
    }
    Ok(())
}

/// Of the filings that were sent one still waits for its number, one has it, one was granted and one refused.
fn answer(course: &mut Course<'_>) -> Outcome {
    let sent = course.app.store.db.read(|tx| {
        tx.query("select id from filing where state = 'sent' order by id", &[], |row| {
            row.get::<FilingId>("id")
        })
    })?;
    for (place, id) in sent.into_iter().skip(1).enumerate() {
        let version = course.app.store.db.read(|tx| filing::load(tx, id))?.version;
        let granted = [None, Some(true), Some(false)].get(place).copied().flatten();
        let answer = FilingAnswer {
            number: format!("演示受理{:04}", place + 1),
            granted,
            on: granted.map(|_| course.today()),
            note: if granted == Some(false) {
                "申请材料中的承诺书缺页，请补正后重新申报".into()
            } else {
                String::new()
            },
        };
        filings::record_answer(course.app, &course.cast.center, id, &Answered { answer, version })?;
    }
    Ok(())
}

fn back(reason: &str, version: i64) -> Back {
    Back { reason: reason.into(), file: None, version }
}

/// An authority takes a refusal back and the center a removal; both steps are taken anew two days later.
fn take_back(course: &mut Course<'_>) -> Outcome {
    let no_appeal = "i.state = 'refused' and not exists (select 1 from appeal o where o.penalty_id = p.id)";
    if let Some(one) = cases(course, no_appeal, 1)?.first().copied() {
        let version = course.app.store.db.read(|tx| item::load(tx, one.item))?.version;
        let why = back("企业补交了整改验收意见，重新作出决定", version);
        applications::undo_decision(course.app, &course.cast.of(one.authority)?, one.item, &why)?;
        course.after(2, Task::Repair(RepairStep::Decide(one.item), Fate::Through));
    }
    if let Some(one) = cases(course, "i.state = 'taken_down' and p.state = 'taken_down'", 1)?.first().copied()
    {
        let version = course.app.store.db.read(|tx| item::load(tx, one.item))?.version;
        let why = back("登记时选错了企业，该记录尚未撤下", version);
        applications::undo_removal(course.app, &course.cast.center, one.item, &why)?;
        course.after(2, Task::Repair(RepairStep::TakeDown(one.item), Fate::Through));
    }
    Ok(())
}

/// The window takes a review back, an authority sends an application back; both wait for the window again.
fn send_back(course: &mut Course<'_>) -> Outcome {
    let undecided = "a.state = 'accepted' and i.state = 'pending' and not exists (select 1 from application_item o \
                     where o.application_id = a.id and o.state <> 'pending') \
                     and not exists (select 1 from filing f where f.application_id = a.id)";
    let found = cases(course, undecided, 2)?;
    if let Some(one) = found.first() {
        let version = course.app.store.db.read(|tx| application::load(tx, one.application))?.version;
        let why = back("初审时漏看了一份缴款凭证，撤销后重新核对", version);
        applications::recall_review(course.app, &course.cast.window, one.application, &why)?;
    }
    if let Some(one) = found.get(1) {
        let version = course.app.store.db.read(|tx| application::load(tx, one.application))?.version;
        let why = back("修复表上的违法行为与决定书不一致，请窗口重新核对", version);
        applications::send_back(course.app, &course.cast.of(one.authority)?, one.item, &why)?;
    }
    Ok(())
}

/// An authority withdraws a penalty decision: what is under way over it ends.
fn withdraw_decision(course: &mut Course<'_>) -> Outcome {
    let pending = "a.state = 'submitted' and i.state = 'pending' and p.state = 'public'";
    let Some(one) = cases(course, pending, 1)?.first().copied() else { return Ok(()) };
    let command = Withdrawal {
        reason: "经行政复议，处罚决定被撤销".into(),
        source: "行政复议决定书（演示）".into(),
        file: None,
        version: course.app.store.db.read(|tx| penalty::load(tx, one.penalty))?.version,
    };
    applications::withdraw_decision(course.app, &course.cast.center, one.penalty, &command).map(drop)
}

/// Two promises are broken after the repair: one record is shown again and the breach made known, the other waits for that.
fn break_promises(course: &mut Course<'_>) -> Outcome {
    let signed = course.app.store.db.read(|tx| {
        tx.query(
            "select k.id, e.county_id from commitment k join penalty p on p.id = k.penalty_id \
             join enterprise e on e.id = k.enterprise_id where k.state = 'signed' and p.state = 'taken_down' \
             and e.county_id is not null and p.max_until > $1 order by k.id desc limit 2",
            params![course.today()],
            |row| Ok((row.get::<CommitmentId>("id")?, row.get::<OrgId>("county_id")?)),
        )
    })?;
    for (place, (id, county)) in signed.into_iter().enumerate() {
        let note = "撤下公示后再次发生同类违法行为，由处罚机关通报";
        commitments::breach(course.app, &course.cast.of(county)?, id, Clause::Lawful, note)?;
        if place == 0 {
            commitments::republish(course.app, &course.cast.center, id)?;
            let how = "在信用南通网站恢复公示，并通报各县（市、区）信用办（演示）";
            commitments::announce_breach(course.app, &course.cast.center, id, how)?;
        }
    }
    Ok(())
}

/// What other platforms showed of some repaired records: one is updated everywhere, two are behind somewhere.
fn look(course: &mut Course<'_>) -> Outcome {
    let found = cases(course, "i.state = 'taken_down' and p.state = 'taken_down'", 3)?;
    for (place, one) in found.into_iter().enumerate() {
        let seen = |platform: &Platform| {
            let behind = place > 0 && matches!(platform, Platform::Qichacha | Platform::Tianyancha);
            (*platform, if behind { Found::Behind } else { Found::Updated })
        };
        let all: Vec<_> = Platform::ALL.iter().map(seen).collect();
        let note = if place > 0 { "已向平台提交更新申请" } else { "" };
        follow_ups::look(course.app, &course.cast.center, one.penalty, &all, note)?;
    }
    Ok(())
}
