//! Towards the end: breaches, evaluations, hand-overs, summaries, next year's draft.

use jiff::civil::date;
use xinxiu_domain::archive::HandoverKind;
use xinxiu_domain::id::{HandoverId, SessionId};
use xinxiu_domain::summary::{RemarkKind, SummaryAction};
use xinxiu_store::handover;

use super::course::{Act, Course, Task};
use super::training::CALENDAR;
use super::{PLAN, decide};
use crate::evaluations::{self, RecordRemark};
use crate::plan_file::CampaignFile;
use crate::refusal::Refusal;
use crate::summaries::{self, SaveSummary};
use crate::{archives, campaigns, enterprises};

type Outcome = Result<(), Refusal>;

/// Place of 卫生健康领域 in the plan, the smallest class.
const HEALTH: usize = 8;
/// Place of 城管、税务等相关重点领域.
const URBAN: usize = 9;

/// Enters what is done once.
pub fn enter(course: &mut Course<'_>) {
    let once: [(_, Act); 9] = [
        (date(2022, 8, 1), reassess),
        (date(2022, 8, 15), decide::breach),
        (date(2022, 8, 26), evaluate),
        (date(2022, 9, 1), reassess),
        (date(2022, 9, 5), hand_over_papers),
        (date(2022, 9, 8), hand_over_archives),
        (date(2022, 9, 13), receive_archives),
        (date(2022, 9, 14), summarise),
        (date(2022, 9, 15), last_day),
    ];
    for (day, act) in once {
        course.on(day, Task::Once(act));
    }
}

fn reassess(course: &mut Course<'_>) -> Outcome {
    enterprises::reassess_all(course.app, &course.cast.center, course.campaign).map(drop)
}

/// The first session of a class in the calendar.
fn first_session(course: &Course<'_>, class: usize) -> Option<SessionId> {
    let place = CALENDAR.iter().position(|one| one.class == class)?;
    course.sessions[place]
}

fn evaluate(course: &mut Course<'_>) -> Outcome {
    let seen: [(usize, RemarkKind, Option<u32>, &str); 8] = [
        (0, RemarkKind::Evaluation, Some(94), "组织有序，跟踪服务及时，一对一指导记录完整"),
        (1, RemarkKind::Evaluation, Some(91), "授课质量好，材料准备充分"),
        (3, RemarkKind::Evaluation, Some(88), "签到和考试组织较好，个别企业跟踪不够"),
        (4, RemarkKind::Evaluation, Some(85), "预审环节退回补正偏多"),
        (6, RemarkKind::OffSubject, None, "课间播放与培训无关的短片，已当场制止"),
        (6, RemarkKind::Evaluation, Some(78), "现场有无关内容，修复率偏低，请整改"),
        (7, RemarkKind::Advertising, None, "在场地发放代办业务宣传单，已收回"),
        (7, RemarkKind::Evaluation, Some(72), "出现商业宣传，扣减得分"),
    ];
    for (class, kind, score, text) in seen {
        let Some(agency) = course.classes[class].agency else { continue };
        let session = (kind != RemarkKind::Evaluation).then(|| first_session(course, class)).flatten();
        let command = RecordRemark { agency, session, kind, score, text: text.into() };
        evaluations::record(course.app, &course.organiser(class)?, &command)?;
    }
    Ok(())
}

fn version(course: &Course<'_>, id: HandoverId) -> Result<i64, Refusal> {
    Ok(course.app.store.db.read(|tx| handover::load(tx, id))?.version)
}

/// Packs the papers of a class and hands them over.
fn hand_over(course: &Course<'_>, class: usize, kind: HandoverKind) -> Result<HandoverId, Refusal> {
    let agency = course.agency(class)?;
    let id = archives::prepare(course.app, &agency, course.classes[class].id, kind)?.id;
    archives::hand_over(course.app, &agency, id, version(course, id)?)?;
    Ok(id)
}

/// 如东县's papers are received, 海门区's sent back, those of 海安市 and 启东市 wait, 开发区's are packed only.
fn hand_over_papers(course: &mut Course<'_>) -> Outcome {
    let received = hand_over(course, 2, HandoverKind::Papers)?;
    archives::receive(course.app, &course.organiser(2)?, received, version(course, received)?)?;
    let rejected = hand_over(course, 6, HandoverKind::Papers)?;
    let reason = "缺第一期的授课照片，请补充";
    archives::reject(course.app, &course.organiser(6)?, rejected, version(course, rejected)?, reason)?;
    for class in [0, 3] {
        hand_over(course, class, HandoverKind::Papers)?;
    }
    let agency = course.agency(7)?;
    archives::prepare(course.app, &agency, course.classes[7].id, HandoverKind::Papers)?;
    Ok(())
}

fn hand_over_archives(course: &mut Course<'_>) -> Outcome {
    course.handed_over = Some(hand_over(course, HEALTH, HandoverKind::Archives)?);
    Ok(())
}

fn receive_archives(course: &mut Course<'_>) -> Outcome {
    if let Some(id) = course.handed_over {
        archives::receive(course.app, &course.cast.center, id, version(course, id)?)?;
    }
    hand_over(course, URBAN, HandoverKind::Archives).map(drop)
}

/// 如皋市 has reported, 海安市 and the ecology authority have a draft.
fn summarise(course: &mut Course<'_>) -> Outcome {
    for (name, reported) in [("如皋市信用办", true), ("海安市信用办", false), ("南通市生态环境局", false)]
    {
        let actor = course.cast.named(name)?;
        let draft = summaries::draft(course.app, &actor)?.summary;
        let filled =
            |text: String, otherwise: &str| if text.is_empty() { otherwise.to_owned() } else { text };
        let command = SaveSummary {
            results: filled(draft.results, "培训按计划推进。"),
            features: filled(draft.features, "开展手把手服务，当场受理、当场初审。"),
            problems: filled(draft.problems, "部分企业联系不上，参训意愿不高。"),
            numbers_checked: false,
            version: 0,
        };
        let id = summaries::save(course.app, &actor, &command)?;
        if reported {
            summaries::change_state(course.app, &actor, id, SummaryAction::Submit)?;
        }
    }
    Ok(())
}

/// Next year's campaign lies there as a draft, and all records are assessed for today.
fn last_day(course: &mut Course<'_>) -> Outcome {
    let mut file = CampaignFile::parse(PLAN).map_err(|error| Refusal::Upload(error.to_string()))?;
    file.code = "nantong-2023".into();
    file.title = "2023年南通市信用服务送一线活动（初稿）".into();
    file.year = 2023;
    file.document_number = String::new();
    campaigns::open_from_file(course.app, &course.cast.city, &file)?;
    reassess(course)
}
