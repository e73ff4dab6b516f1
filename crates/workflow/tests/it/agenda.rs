//! The agenda of a session: hours, modules and lecturer follow from it, nothing is lost, nothing is overwritten.

use xinxiu_domain::agenda::AgendaItem;
use xinxiu_domain::id::{AgendaId, SessionId};
use xinxiu_domain::session::{Method, Module};
use xinxiu_store::{both_engines, params};
use xinxiu_workflow::Refusal;
use xinxiu_workflow::sessions::{self, PlanSession, PublishSession, Shown};

use crate::lecturers::approved;
use crate::sessions::{Scene, command, statement};

fn shown(scene: &Scene, id: SessionId) -> Shown {
    sessions::show(scene.app(), &scene.agency, id).unwrap()
}

/// The item of a module, with its id.
fn of(shown: &Shown, module: Module) -> (AgendaId, AgendaItem) {
    let found = shown.agenda.iter().find(|line| line.item.module == Some(module)).unwrap();
    (found.id, found.item.clone())
}

fn codes(refusal: Refusal) -> Vec<&'static str> {
    match refusal {
        Refusal::Missing(missing) => missing.iter().map(|one| one.code).collect(),
        other => panic!("{other}"),
    }
}

both_engines! {
    a_planned_session_has_a_draft_from_which_its_hours_follow => |test| {
        let scene = Scene::open(test);
        let id = scene.planned(10);
        let first = shown(&scene, id);
        assert_eq!((first.session.class_hours, first.session.modules.as_slice()), (3, Module::ALL));
        assert!(first.agenda.iter().any(|line| line.item.is_break()), "three and a half hours leave room for one");
        let (line, item) = of(&first, Module::Regulation);
        assert_eq!(item.lecturer, "示例戊");
        let longer = AgendaItem { minutes: item.minutes + 45, lecturer: "示例己".into(), ..item };
        let (app, agency) = (scene.app(), &scene.agency);
        for other in [scene.world.agency("丙"), scene.organiser.clone()] {
            let refused = sessions::change_item(app, &other, (id, line), &longer, 1);
            assert!(matches!(refused, Err(Refusal::Forbidden(_))));
        }
        sessions::change_item(app, agency, (id, line), &longer, 1).unwrap();
        assert!(matches!(sessions::change_item(app, agency, (id, line), &longer, 1), Err(Refusal::Store(_))));
        let second = shown(&scene, id);
        assert_eq!((second.session.class_hours, second.session.lecturer.as_str()), (4, "示例己"));
        // The form of the session does not type over what follows from the agenda.
        let edit = PlanSession { class_hours: 9, lecturer: "别人".into(), methods: vec![], version: 2, ..command() };
        sessions::edit(app, agency, id, &edit).unwrap();
        assert_eq!((shown(&scene, id).session.class_hours, shown(&scene, id).session.lecturer), (4, "示例己".into()));
    };
    items_move_and_go_and_less_than_three_hours_is_not_published => |test| {
        let scene = Scene::open(test);
        let id = scene.planned(10);
        sessions::use_outline(scene.app(), &scene.agency, id).unwrap();
        let (app, agency) = (scene.app(), &scene.agency);
        let (line, item) = of(&shown(&scene, id), Module::Regulation);
        sessions::move_item(app, agency, (id, line), true, 1).unwrap();
        assert_eq!(shown(&scene, id).agenda[0].id, line, "the first stays the first");
        sessions::move_item(app, agency, (id, line), false, 2).unwrap();
        assert_eq!(shown(&scene, id).agenda[1].id, line);
        let elsewhere = scene.planned(5);
        assert!(sessions::remove_item(app, agency, (elsewhere, line), 1).is_err(), "it is of another session");
        let (impact, _) = of(&shown(&scene, id), Module::Impact);
        sessions::remove_item(app, agency, (id, impact), 3).unwrap();
        let refused = codes(sessions::publish(app, &scene.organiser, id, &statement()).unwrap_err());
        assert_eq!(refused, ["class_hours", "module"]);
        let long = AgendaItem {
            minutes: 120,
            module: Some(Module::Impact),
            method: Some(Method::Topic),
            ..AgendaItem::default()
        };
        sessions::add_item(app, agency, id, &long, 4).unwrap();
        let refused = codes(sessions::publish(app, &scene.organiser, id, &statement()).unwrap_err());
        assert_eq!(refused, ["agenda"], "it runs beyond the end");
        let wrong = AgendaItem { minutes: 0, method: None, ..long.clone() };
        let Err(Refusal::Invalid(errors)) = sessions::add_item(app, agency, id, &wrong, 5) else { panic!() };
        assert_eq!(errors.iter().map(|one| one.field.as_str()).collect::<Vec<_>>(), ["minutes", "method"]);
        let (impact, _) = of(&shown(&scene, id), Module::Impact);
        sessions::change_item(app, agency, (id, impact), &AgendaItem { minutes: 30, ..long }, 5).unwrap();
        let not_deputy = PublishSession {
            by_deputy_head: false,
            lecturer_reason: "分管负责人出差".into(),
            ..statement()
        };
        let refused = codes(sessions::publish(app, &scene.organiser, id, &not_deputy).unwrap_err());
        assert_eq!(refused, ["lecturer_pool"], "whoever stands in for the deputy head is of the pool");
        let stand_in = approved(&scene, "示例戊", Module::ALL);
        let version = shown(&scene, id).session.version;
        let first = AgendaItem { lecturer_id: Some(stand_in), ..item };
        sessions::change_item(app, agency, (id, line), &first, version).unwrap();
        sessions::publish(app, &scene.organiser, id, &not_deputy).unwrap();
        assert_eq!(of(&shown(&scene, id), Module::Regulation).1.not_deputy_reason, "分管负责人出差");
        // What was published cannot be taken back by the agenda.
        let (exam, _) = of(&shown(&scene, id), Module::Exam);
        let version = shown(&scene, id).session.version;
        let refused = sessions::remove_item(app, agency, (id, exam), version).unwrap_err();
        assert_eq!(codes(refused), ["module"]);
        let notice = sessions::notice(app, agency, id).unwrap();
        let first = notice.agenda.iter().position(|line| line.contains("宣贯《江苏省社会信用条例》")).unwrap();
        assert!(notice.agenda[first].contains("宣讲辅导，讲师：示例戊"), "{:?}", notice.agenda);
        assert!(notice.agenda[0].starts_with("13:30—"));
    };
    a_session_from_before_keeps_its_hours_until_it_has_an_agenda => |test| {
        let scene = Scene::open(test);
        let id = scene.planned(10);
        scene.world.sql("delete from session_agenda where session_id = $1", params![id]);
        let old = shown(&scene, id);
        assert_eq!((old.session.class_hours, old.agenda.len()), (3, 0));
        assert!(old.gaps.iter().any(|gap| gap.code == "agenda"));
        sessions::draft_agenda(scene.app(), &scene.agency, id, old.session.version).unwrap();
        let new = shown(&scene, id);
        assert_eq!((new.session.class_hours, new.agenda.is_empty()), (3, false));
        let again = sessions::draft_agenda(scene.app(), &scene.agency, id, new.session.version);
        assert!(matches!(again, Err(Refusal::Invalid(_))));
    };
}
