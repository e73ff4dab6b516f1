//! The pool of lecturers: recommended, approved, named in agendas, withdrawn (N09, N17).

use xinxiu_domain::agenda::AgendaItem;
use xinxiu_domain::id::LecturerId;
use xinxiu_domain::lecturer::{LecturerAction, LecturerState};
use xinxiu_domain::session::{ConflictKind, Module};
use xinxiu_store::{both_engines, lecturer, params};
use xinxiu_workflow::Refusal;
use xinxiu_workflow::lecturers::{self, Recommend};
use xinxiu_workflow::sessions;

use crate::sessions::{Scene, statement};

fn said(name: &str, modules: &[Module]) -> Recommend {
    Recommend {
        name: name.into(),
        office: "示例大学（虚构）讲师".into(),
        title: String::new(),
        found_by: "公开征集".into(),
        phone: "0513-00001234".into(),
        modules: modules.to_vec(),
        version: 0,
    }
}

/// A lecturer of the scene's agency whom the city office has approved.
pub fn approved(scene: &Scene, name: &str, modules: &[Module]) -> LecturerId {
    let id = lecturers::recommend(scene.app(), &scene.agency, &said(name, modules)).unwrap();
    lecturers::decide(scene.app(), &scene.world.city, id, LecturerAction::Approve, "").unwrap();
    id
}

both_engines! {
    a_lecturer_is_recommended_decided_on_and_withdrawn_with_a_reason => |test| {
        let scene = Scene::open(test);
        let (app, city) = (scene.app(), &scene.world.city);
        let bare = Recommend { name: " ".into(), modules: vec![], phone: "12".into(), ..said("", &[]) };
        let Err(Refusal::Invalid(errors)) = lecturers::recommend(app, &scene.agency, &bare) else { panic!() };
        let fields: Vec<_> = errors.iter().map(|one| one.field.as_str()).collect();
        assert_eq!(fields, ["name", "modules", "phone"]);
        assert!(matches!(lecturers::recommend(app, city, &said("甲", Module::ALL)), Err(Refusal::Forbidden(_))));
        let id = approved(&scene, "甲", Module::ALL);
        assert!(lecturers::recommend(app, &scene.agency, &said("甲", Module::ALL)).is_err(), "known already");
        let again = lecturers::decide(app, city, id, LecturerAction::Approve, "");
        assert!(matches!(again, Err(Refusal::Illegal(_))));
        let refused = lecturers::decide(app, &scene.organiser, id, LecturerAction::Withdraw, "原因");
        assert!(matches!(refused, Err(Refusal::Forbidden(_))));
        assert!(matches!(lecturers::decide(app, city, id, LecturerAction::Withdraw, " "), Err(Refusal::Invalid(_))));
        lecturers::decide(app, city, id, LecturerAction::Withdraw, "授课时推销").unwrap();
        let shown = lecturers::show(app, &scene.organiser, id).unwrap();
        assert_eq!((shown.lecturer.state, shown.lecturer.decision_reason.as_str()), (LecturerState::Withdrawn, "授课时推销"));
        assert!(!shown.may_change && shown.phone.contains('*'), "{}", shown.phone);
        let other = scene.world.agency("丙");
        let change = Recommend { version: shown.lecturer.version, ..said("甲", &[Module::Impact]) };
        assert!(matches!(lecturers::change(app, &other, id, &change), Err(Refusal::Forbidden(_))));
        lecturers::change(app, &scene.agency, id, &change).unwrap();
        let found = app.store.db.read(|tx| lecturer::load(tx, id)).unwrap();
        assert_eq!((found.state, found.modules.as_slice()), (LecturerState::Proposed, &[Module::Impact][..]));
        assert!(!found.phone_sealed.contains("1234"), "it is sealed");
        assert!(lecturers::reveal_phone(app, &scene.agency, id, "").is_err());
        assert!(matches!(lecturers::reveal_phone(app, &other, id, "联系讲师"), Err(Refusal::Forbidden(_))));
        assert_eq!(lecturers::reveal_phone(app, &scene.agency, id, "联系讲师").unwrap(), "0513-00001234");
    };
    only_approved_lecturers_teach_in_a_published_session_and_one_is_in_one_place => |test| {
        let scene = Scene::open(test);
        let app = scene.app();
        let id = scene.planned(10);
        sessions::use_outline(app, &scene.agency, id).unwrap();
        let shown = || sessions::show(app, &scene.agency, id).unwrap();
        let name = |session, module, change: &dyn Fn(AgendaItem) -> AgendaItem| {
            let shown = sessions::show(app, &scene.agency, session).unwrap();
            let line = shown.agenda.iter().find(|line| line.item.module == Some(module)).unwrap();
            let item = change(line.item.clone());
            sessions::change_item(app, &scene.agency, (session, line.id), &item, shown.session.version)
        };
        name(id, Module::Impact, &|item| AgendaItem { lecturer: "某人".into(), ..item }).unwrap();
        let Err(Refusal::Missing(open)) = sessions::publish(app, &scene.organiser, id, &statement()) else { panic!() };
        assert_eq!(open.iter().map(|gap| gap.code).collect::<Vec<_>>(), ["lecturer_pool"]);
        let lecturer = approved(&scene, "某人", &[Module::Impact]);
        // The name alone is enough where the pool knows one of it.
        name(id, Module::Impact, &|item| AgendaItem { lecturer: "某人".into(), ..item }).unwrap();
        sessions::publish(app, &scene.organiser, id, &statement()).unwrap();
        let wrong = name(id, Module::Procedure, &|item| AgendaItem { lecturer_id: Some(lecturer), ..item });
        assert!(matches!(wrong, Err(Refusal::Missing(_))), "approved for another module");
        // The same person in another module of a session at the same time is seen on both.
        let other = scene.planned(10);
        scene.world.sql("update session set lecturer = '', place = '另一厅' where id = $1", params![other]);
        scene.world.sql("update session_agenda set lecturer = '' where session_id = $1", params![other]);
        name(other, Module::Procedure, &|item| AgendaItem { lecturer_id: Some(lecturer), ..item }).unwrap();
        let conflicts = shown().conflicts;
        assert_eq!(conflicts.iter().map(|one| (one.kind, one.what.as_str())).collect::<Vec<_>>(), [(ConflictKind::Lecturer, "某人")]);
        lecturers::decide(app, &scene.world.city, lecturer, LecturerAction::Withdraw, "授课时推销").unwrap();
        assert!(shown().unapproved[0].message.contains("已撤销"));
    };
}
