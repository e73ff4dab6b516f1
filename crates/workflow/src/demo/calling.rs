//! Before the classes: lists pushed to the counties, classes of records found, authorities urging their own
//! enterprises, applications to leave the watch list.

use jiff::civil::date;
use xinxiu_domain::actor::{Actor, OrganisationKind};
use xinxiu_domain::id::{EnterpriseId, OrgId, PenaltyId};
use xinxiu_domain::penalty::PenaltyClass;
use xinxiu_domain::push::PushState;
use xinxiu_domain::rectification::{
    Cause, Conditions, DelistingAction, DelistingState, RectificationState, RectificationStatus,
};
use xinxiu_store::delisting::Delisting;
use xinxiu_store::{listing, params, push};

use super::course::{Act, Course, Task};
use super::{data, import};
use crate::findings::{self, RecordFinding};
use crate::lists::{self, Extent};
use crate::rectifications::{self, Attachment, Deadline, Meeting};
use crate::refusal::Refusal;
use crate::{delistings, enterprises, pushes};

type Outcome = Result<(), Refusal>;

/// Counties that leave the list of September unacknowledged.
const LATE: [&str; 2] = ["启东市信用办", "如东县信用办"];
/// Applications to leave the watch list that are decided, and which of them is refused.
const DECIDED: usize = 6;
const REFUSED: usize = 2;

/// Enters what is done once in the weeks of the campaign.
pub fn enter(course: &mut Course<'_>) {
    let once: [(_, Act); 16] = [
        (date(2022, 6, 22), push),
        (date(2022, 6, 24), acknowledge),
        (date(2022, 6, 28), review),
        (date(2022, 6, 29), notify),
        (date(2022, 7, 4), set_deadlines),
        (date(2022, 7, 22), extend),
        (date(2022, 7, 27), check),
        (date(2022, 7, 29), interview),
        (date(2022, 8, 9), receive_delistings),
        (date(2022, 8, 18), check_delistings),
        (date(2022, 8, 22), decide_delistings),
        (date(2022, 9, 6), set_late_deadlines),
        (date(2022, 9, 13), add),
        (date(2022, 9, 14), push),
        (date(2022, 9, 14), acknowledge),
        (date(2022, 9, 15), leave_a_list),
    ];
    for (day, act) in once {
        course.on(day, Task::Once(act));
    }
}

fn push(course: &mut Course<'_>) -> Outcome {
    pushes::send_all(course.app, &course.cast.center).map(drop)
}

/// In June every county takes its list, in September some are late.
fn acknowledge(course: &mut Course<'_>) -> Outcome {
    let sent = course.app.store.db.read(|tx| push::list(tx, course.campaign, None))?;
    let autumn = course.today() > date(2022, 9, 1);
    for one in sent.iter().filter(|one| one.state == PushState::Sent) {
        let county = course.cast.of(one.county)?;
        if !(autumn && late(course, one.county)?) {
            pushes::acknowledge(course.app, &county, one.id)?;
        }
    }
    Ok(())
}

fn late(course: &Course<'_>, county: OrgId) -> Result<bool, Refusal> {
    for name in LATE {
        if course.cast.named(name)?.org == Some(county) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The authority finds the class of most records that the rules leave open.
fn review(course: &mut Course<'_>) -> Outcome {
    let open = course.app.store.db.read(|tx| {
        tx.query(
            "select id, authority_id from penalty where verdict = 'needs_review' order by id",
            params![],
            |row| Ok((row.get::<PenaltyId>("id")?, row.get::<Option<OrgId>>("authority_id")?)),
        )
    })?;
    for (index, (id, authority)) in open.into_iter().enumerate() {
        let Some(authority) = authority.filter(|_| index % 3 != 0) else { continue };
        let (class, reason) = match index % 2 {
            0 => (PenaltyClass::General, "经查决定书，属停产整治措施，不是责令停产停业的行政处罚"),
            _ => (PenaltyClass::SpecifiedSerious, "经查决定书，属责令停产停业的行政处罚"),
        };
        enterprises::review_class(course.app, &course.cast.of(authority)?, id, class, reason)?;
    }
    Ok(())
}

fn notify(course: &mut Course<'_>) -> Outcome {
    let authorities: Vec<OrgId> = course.cast.kind(OrganisationKind::Authority).collect();
    for authority in authorities {
        let actor = course.cast.of(authority)?;
        let own = rectifications::list(course.app, &actor)?;
        // Enterprises from all over the city, since the list goes by county.
        let stride = (own.len() / 24).max(1);
        let chosen: Vec<EnterpriseId> = own.iter().step_by(stride).map(|one| one.enterprise).collect();
        let note = "请按通知参加信用修复培训，并在期限内完成整改";
        rectifications::notify(course.app, &actor, &chosen, note)?;
        course.followed.push((authority, chosen));
    }
    Ok(())
}

/// Enterprises of one authority from one place of its list to another.
fn some(course: &Course<'_>, from: usize, until: usize) -> Vec<(OrgId, EnterpriseId)> {
    let chosen = |(authority, own): &(OrgId, Vec<EnterpriseId>)| {
        let authority = *authority;
        let own: Vec<EnterpriseId> = own.iter().take(until).skip(from).copied().collect();
        own.into_iter().map(move |enterprise| (authority, enterprise))
    };
    course.followed.iter().flat_map(chosen).collect()
}

fn set_deadlines(course: &mut Course<'_>) -> Outcome {
    for (authority, enterprise) in some(course, 0, 14) {
        let actor = course.cast.of(authority)?;
        let demand = "缴清罚款，完成整改，并提交整改报告";
        rectifications::set_deadline(course.app, &actor, enterprise, Deadline::WorkingDays(15), demand)?;
    }
    Ok(())
}

fn extend(course: &mut Course<'_>) -> Outcome {
    for (authority, enterprise) in some(course, 12, 14) {
        let actor = course.cast.of(authority)?;
        let reason = "设备更换需要时间，企业书面申请延期";
        rectifications::extend(course.app, &actor, enterprise, date(2022, 9, 23), reason)?;
    }
    Ok(())
}

/// The first ten are checked, the two behind them miss their day.
fn check(course: &mut Course<'_>) -> Outcome {
    for (index, (authority, enterprise)) in some(course, 0, 10).into_iter().enumerate() {
        let actor = course.cast.of(authority)?;
        let passed = !matches!(index % 10, 3 | 7 | 9);
        let findings =
            if passed { "现场检查，整改措施已落实" } else { "现场检查，问题依旧存在" };
        let report = Attachment {
            kept: course.scan.clone(),
            name: "检查记录（演示）.pdf".into(),
            media_type: "application/pdf".into(),
        };
        rectifications::check(course.app, &actor, enterprise, passed, findings, &[report])?;
        let said = RecordFinding {
            enterprise,
            penalty: None,
            cause: course.dice.pick(&[Cause::WeakManagement, Cause::UnawareOfLaw, Cause::StaffChange]),
            rectification: if passed { RectificationStatus::Done } else { RectificationStatus::UnderWay },
            conditions: if passed { Conditions::Met } else { Conditions::NotMet },
            note: String::new(),
        };
        findings::record(course.app, &actor, &said)?;
    }
    Ok(())
}

/// Two that failed are interviewed, and one that is overdue; one of them gets a new deadline.
fn interview(course: &mut Course<'_>) -> Outcome {
    let mut talked = some(course, 3, 4);
    talked.extend(some(course, 7, 8));
    talked.extend(some(course, 10, 11));
    for (authority, enterprise) in talked {
        let actor = course.cast.of(authority)?;
        let record = "约谈主要负责人，告知失信后果，企业表示立即整改";
        rectifications::interview(course.app, &actor, enterprise, &meeting(record), &[])?;
    }
    for (authority, enterprise) in some(course, 3, 4) {
        let actor = course.cast.of(authority)?;
        let until = Deadline::On(date(2022, 9, 30));
        rectifications::set_deadline(course.app, &actor, enterprise, until, "约谈后重新提出期限")?;
    }
    Ok(())
}

/// Enterprises that were told to attend and nothing more, and some that nobody has told yet.
fn set_late_deadlines(course: &mut Course<'_>) -> Outcome {
    for (authority, enterprise) in some(course, 14, 17) {
        let actor = course.cast.of(authority)?;
        let state = rectifications::show(course.app, &actor, enterprise)?.state;
        if state == RectificationState::Notified {
            let demand = "提交履行处罚义务的证明";
            rectifications::set_deadline(course.app, &actor, enterprise, Deadline::WorkingDays(10), demand)?;
        }
    }
    for (authority, enterprise) in some(course, 17, 19) {
        let actor = course.cast.of(authority)?;
        if rectifications::show(course.app, &actor, enterprise)?.state == RectificationState::Notified {
            let talk = meeting("逐条说明失信记录和修复条件，企业说明整改打算");
            rectifications::meet(course.app, &actor, enterprise, &talk, &[])?;
        }
    }
    Ok(())
}

/// The record of a talk.
fn meeting(record: &str) -> Meeting {
    Meeting {
        held_on: None,
        place: "本部门会议室（虚构）".into(),
        enterprise_side: "主要负责人（虚构）".into(),
        authority_side: "信用管理科（虚构）".into(),
        record: record.into(),
        undertaking: "按期完成整改并提交证明材料".into(),
    }
}

fn receive_delistings(course: &mut Course<'_>) -> Outcome {
    let listed = course.app.store.db.read(|tx| {
        tx.query(
            "select enterprise_id, authority_id from listing where authority_id is not null order by id",
            params![],
            |row| Ok((row.get::<EnterpriseId>("enterprise_id")?, row.get::<OrgId>("authority_id")?)),
        )
    })?;
    for (enterprise, authority) in listed.into_iter().step_by(6).take(8) {
        let listing = course.app.store.db.read(|tx| listing::of_enterprise(tx, enterprise))?;
        let listing = listing.first().map(|listing| listing.id);
        let actor = course.cast.of(authority)?;
        let statement = "已完成整改，信用评价结果已提升，申请退出重点关注名单";
        delistings::receive(course.app, &actor, enterprise, listing, statement)?;
        // A list is left only after a check, for which there must be a deadline.
        let state = rectifications::show(course.app, &actor, enterprise)?.state;
        if matches!(state, RectificationState::Open | RectificationState::Notified | RectificationState::Met)
        {
            let demand = "提交整改报告和监测结果，接受现场检查";
            rectifications::set_deadline(course.app, &actor, enterprise, Deadline::WorkingDays(8), demand)?;
        }
    }
    Ok(())
}

/// All but one of those that apply to leave the list have mended what was wrong.
fn check_delistings(course: &mut Course<'_>) -> Outcome {
    let ecology = course.cast.named("南通市生态环境局")?;
    for (index, one) in open_delistings(course)?.into_iter().take(DECIDED).enumerate() {
        let state = rectifications::show(course.app, &ecology, one.enterprise)?.state;
        if state == RectificationState::DeadlineSet {
            let findings = if index == REFUSED {
                "没有监测结果，不能认定整改到位"
            } else {
                "现场检查，整改到位"
            };
            rectifications::check(course.app, &ecology, one.enterprise, index != REFUSED, findings, &[])?;
        }
    }
    Ok(())
}

fn open_delistings(course: &Course<'_>) -> Result<Vec<Delisting>, Refusal> {
    let mut open = delistings::list(course.app, &course.cast.named("南通市生态环境局")?)?;
    open.retain(|one| one.state == DelistingState::Received);
    open.sort_by_key(|one| one.id);
    Ok(open)
}

fn decide_delistings(course: &mut Course<'_>) -> Outcome {
    let ecology = course.cast.named("南通市生态环境局")?;
    for (index, one) in open_delistings(course)?.into_iter().take(DECIDED).enumerate() {
        let (_, gaps) = delistings::show(course.app, &ecology, one.id)?;
        let (action, opinion) = if index == REFUSED || !gaps.is_empty() {
            (DelistingAction::Refuse, "整改报告没有附监测结果，请补充后再申请")
        } else {
            (DelistingAction::Grant, "整改到位，准予退出")
        };
        if action == DelistingAction::Grant {
            pass(course, &ecology, one.enterprise)?;
        }
        delistings::decide(course.app, &ecology, one.id, action, opinion)?;
    }
    Ok(())
}

/// Follows an enterprise up until its rectification is checked and found done, as leaving a list asks for.
fn pass(course: &Course<'_>, authority: &Actor, enterprise: EnterpriseId) -> Outcome {
    let mut state = rectifications::show(course.app, authority, enterprise)?.state;
    if state == RectificationState::Failed {
        let talk = meeting("约谈后企业已补齐整改材料");
        rectifications::interview(course.app, authority, enterprise, &talk, &[])?;
        state = RectificationState::Interviewed;
    }
    if !matches!(state, RectificationState::Passed | RectificationState::DeadlineSet) {
        let until = Deadline::WorkingDays(5);
        rectifications::set_deadline(course.app, authority, enterprise, until, "提交整改报告")?;
        state = RectificationState::DeadlineSet;
    }
    if state == RectificationState::DeadlineSet {
        rectifications::check(course.app, authority, enterprise, true, "现场检查，整改到位", &[])?;
    }
    Ok(())
}

fn add(course: &mut Course<'_>) -> Outcome {
    import(course.app, &course.cast.center, course.campaign, data::lists().1, Extent::Addition)
}

/// The center has read a list on trial; nobody has confirmed it.
fn leave_a_list(course: &mut Course<'_>) -> Outcome {
    let (kind, name, text) = data::unconfirmed();
    let kept = course.app.store.files.keep(text.as_bytes())?;
    let center = &course.cast.center;
    let batch = lists::upload(course.app, center, course.campaign, kind, name, &kept)?;
    lists::dry_run(course.app, center, batch)?;
    Ok(())
}
