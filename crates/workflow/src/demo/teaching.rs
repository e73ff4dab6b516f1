//! The lecturers of the demo, what each session's agenda makes of them, and the slots of on-site matching.

use jiff::civil::date;
use xinxiu_domain::agenda::AgendaItem;
use xinxiu_domain::id::SessionId;
use xinxiu_domain::lecturer::{LecturerAction, LecturerState};
use xinxiu_domain::session::{Method, Module};
use xinxiu_store::{agenda, lecturer, session};

use super::course::{Course, Task};
use crate::lecturers::{self, Recommend};
use crate::refusal::Refusal;
use crate::sessions::{self, ProposeMatching};

type Outcome = Result<(), Refusal>;

/// A class of the recommending agency, name, office, and the modules.
const POOL: &[(usize, &str, &str, &[Module])] = &[
    (0, "示例甲", "示例信用研究院（虚构）副研究员", Module::ALL),
    (0, "示例丁", "示例信用服务机构甲（虚构）培训部主任", &[Module::Incentives, Module::Impact]),
    (3, "示例丙", "示例市信用办（虚构）信用管理科科长", Module::ALL),
    (3, "示例戊", "示例律师事务所（虚构）律师", &[Module::Impact, Module::Procedure]),
    (6, "示例己", "示例大学（虚构）法学院讲师", Module::ALL),
    (6, "示例庚", "示例信用服务机构丙（虚构）高级咨询师", &[Module::Procedure, Module::Exam]),
    (6, "示例壬", "示例财税咨询（虚构）合伙人", &[Module::Impact]),
    (0, "示例癸", "示例信用服务机构甲（虚构）讲师", &[Module::Procedure]),
];

/// Enters the recommendations and the decisions on them.
pub fn enter(course: &mut Course<'_>) {
    course.on(date(2022, 6, 22), Task::Once(recommend));
    course.on(date(2022, 9, 13), Task::Once(late));
}

fn recommend(course: &mut Course<'_>) -> Outcome {
    for (class, name, office, modules) in &POOL[..7] {
        let agency = course.agency(*class)?;
        let id = lecturers::recommend(course.app, &agency, &said(name, office, modules))?;
        let city = &course.cast.city;
        let (action, reason) = if *name == "示例壬" {
            (LecturerAction::Refuse, "同时向企业推销财税服务，不宜授课")
        } else {
            (LecturerAction::Approve, "")
        };
        lecturers::decide(course.app, city, id, action, reason)?;
    }
    Ok(())
}

/// One more waits for the city office.
fn late(course: &mut Course<'_>) -> Outcome {
    let (class, name, office, modules) = POOL[7];
    let agency = course.agency(class)?;
    lecturers::recommend(course.app, &agency, &said(name, office, modules)).map(|_| ())
}

fn said(name: &str, office: &str, modules: &[Module]) -> Recommend {
    Recommend {
        name: name.into(),
        office: office.into(),
        title: String::new(),
        found_by: "服务机构公开征集，试讲合格（演示）".into(),
        phone: "0513-00000015".into(),
        modules: modules.to_vec(),
        version: 0,
    }
}

/// Names who teaches what, and gives the matching time.
pub fn name_lecturers(course: &Course<'_>, class: usize, id: SessionId) -> Outcome {
    let agency = course.agency(class)?;
    let (lines, pool) = course.app.store.db.read(|tx| {
        Ok::<_, Refusal>((agenda::of_session(tx, id)?, lecturer::all(tx, Some(LecturerState::Approved))?))
    })?;
    let own: Vec<_> = pool.iter().filter(|one| Some(one.org) == agency.org).collect();
    for line in lines {
        let teaches =
            |one: &&&lecturer::Lecturer| line.item.module.is_some_and(|module| one.modules.contains(&module));
        let talks = matches!(line.item.method, Some(Method::Topic | Method::Lecture));
        let found = own.iter().rev().find(teaches).filter(|_| talks);
        let item = match (line.item.module, line.item.method) {
            (Some(Module::Regulation | Module::Commitment), _) => continue,
            (None, Some(Method::Matching)) => AgendaItem { minutes: 50, ..line.item },
            _ => match found {
                Some(one) => AgendaItem { lecturer_id: Some(one.id), ..line.item },
                None => continue,
            },
        };
        let version = course.app.store.db.read(|tx| session::load(tx, id))?.version;
        sessions::change_item(course.app, &agency, (id, line.id), &item, version)?;
    }
    Ok(())
}

/// Has the slots of on-site matching proposed and accepts them, where anybody comes who is to be matched.
pub fn match_up(course: &Course<'_>, class: usize, id: SessionId) -> Outcome {
    let organiser = course.organiser(class)?;
    let asked = ProposeMatching { slot_minutes: 5, tables: 6, version: 0 };
    match sessions::propose_matching(course.app, &organiser, id, asked) {
        Ok(_) => sessions::accept_matching(course.app, &organiser, id, 1),
        Err(Refusal::Invalid(_)) => Ok(()),
        Err(other) => Err(other),
    }
}
