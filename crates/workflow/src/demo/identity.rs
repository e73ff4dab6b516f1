//! Enterprises that September's list names once more: two pairs wait for the center, one was joined after a doubt.

use jiff::civil::date;
use xinxiu_domain::identity::MatchState;
use xinxiu_store::likely_match::QueueFilter;

use super::course::{Course, Task};
use super::data;
use crate::identity::{self, Verdict};
use crate::refusal::Refusal;

/// Enters what is found of the pair, on the day of the list and before it goes to the counties.
pub fn enter(course: &mut Course<'_>) {
    course.on(date(2022, 9, 13), Task::Once(doubt));
    course.on(date(2022, 9, 13), Task::Once(join));
}

fn doubt(course: &mut Course<'_>) -> Result<(), Refusal> {
    let reason = "名称相同而名单没有填代码，已请如皋市信用办向企业索要营业执照";
    decide(course, (MatchState::Open, Verdict::Unsure), reason)
}

fn join(course: &mut Course<'_>) -> Result<(), Refusal> {
    let reason = "企业提交营业执照，名称和法定代表人一致，已搬迁，名单漏填代码";
    decide(course, (MatchState::Unsure, Verdict::Same), reason)
}

/// What the center finds of the enterprise that was listed twice in the same letters.
fn decide(course: &Course<'_>, (state, verdict): (MatchState, Verdict), reason: &str) -> Result<(), Refusal> {
    let center = &course.cast.center;
    let filter = QueueFilter { state: Some(state), county: None };
    let queue = identity::queue(course.app, center, filter, (0, 20))?;
    let mark = format!("{:04}号", data::TWICE);
    let found = queue.lines.iter().find(|line| line.one.name.contains(&mark));
    let found = found.ok_or_else(|| Refusal::invalid("identity", "演示里没有这一对企业"))?;
    identity::decide(course.app, center, found.found.id, verdict, (reason, None))
}
