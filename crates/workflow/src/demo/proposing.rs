//! Proposals for more sessions, as the demo's analysis suggests them: some wait, one was sent back.

use jiff::civil::date;
use xinxiu_domain::proposal::Grouping;

use super::course::{Course, Task};
use super::person;
use crate::proposals::{self, DrawUp};
use crate::refusal::Refusal;

/// Enters what is proposed.
pub fn enter(course: &mut Course<'_>) {
    course.on(date(2022, 9, 13), Task::Once(propose));
    course.on(date(2022, 9, 14), Task::Once(send_back));
}

fn propose(course: &mut Course<'_>) -> Result<(), Refusal> {
    let center = person(course.app, "center")?;
    for (class, grouping, at_most) in
        [(0, Grouping::Township, 1), (3, Grouping::Township, 2), (8, Grouping::Industry, 1)]
    {
        let command = DrawUp {
            plan_item: course.classes[class].id,
            grouping,
            capacity: 40,
            place: "示例会议中心（虚构）二号厅".into(),
            first_day: date(2022, 10, 11),
            at_most,
        };
        proposals::draw_up(course.app, &center, &command)?;
    }
    Ok(())
}

fn send_back(course: &mut Course<'_>) -> Result<(), Refusal> {
    let organiser = course.organiser(8)?;
    let Some(waiting) = proposals::list(course.app, &organiser)?.into_iter().next() else { return Ok(()) };
    proposals::reject(course.app, &organiser, waiting.id, "十月中旬集中督查，改到十一月")
}
