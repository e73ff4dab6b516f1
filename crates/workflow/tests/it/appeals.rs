//! Objections and appeals (N27).

use jiff::civil::date;
use xinxiu_domain::appeal::{AppealKind, AppealState};
use xinxiu_domain::id::AppealId;
use xinxiu_store::appeal::Appeal;
use xinxiu_store::{StoreError, both_engines};
use xinxiu_workflow::Refusal;
use xinxiu_workflow::appeals::{self, Answer, Lodge};
use xinxiu_workflow::applications::{self, Decide};

use crate::repair::Scene;
use crate::support::{TODAY, enterprise_actor};

fn lodge(kind: AppealKind) -> Lodge {
    Lodge { kind, text: "罚款已缴清，请复核。".into(), file: None }
}

fn answer(text: &str, version: i64) -> Answer {
    Answer { upheld: true, text: text.into(), file: None, version }
}

fn one(scene: &Scene, id: AppealId) -> Appeal {
    appeals::open(scene.app(), &scene.world.city, id).unwrap().0
}

both_engines! {
    an_enterprise_objects_and_the_center_answers_in_time => |test| {
        let scene = Scene::open(test);
        let (app, own) = (scene.app(), enterprise_actor(scene.enterprise));
        let short = Lodge { text: "不服".into(), ..lodge(AppealKind::Record) };
        assert!(matches!(appeals::lodge(app, &own, scene.penalty, &short), Err(Refusal::Invalid(_))));
        let id = appeals::lodge(app, &own, scene.penalty, &lodge(AppealKind::Record)).unwrap();
        // Ten working days from Tuesday 14 June 2022.
        assert_eq!(one(&scene, id).due_on, date(2022, 6, 28));
        let twice = appeals::lodge(app, &scene.agency, scene.penalty, &lodge(AppealKind::Record));
        assert!(matches!(twice, Err(Refusal::Missing(gaps)) if gaps[0].code == "open_appeal"));
        let part = xinxiu_store::Part::first(50);
        assert_eq!(appeals::list(app, &scene.world.center, (true, true), part).unwrap().len(), 1);
        assert!(appeals::list(app, &scene.authority, (true, true), part).unwrap().is_empty());
        assert!(appeals::list(app, &scene.world.agency("乙"), (true, false), part).unwrap().is_empty());
        let refused = appeals::answer(app, &scene.authority, id, &answer("成立", 1));
        assert!(matches!(refused, Err(Refusal::Forbidden(_))));
        let refused = appeals::answer(app, &scene.world.center, id, &answer(" ", 1));
        assert!(matches!(refused, Err(Refusal::Invalid(_))));
        let past = appeals::postpone(app, &scene.world.center, id, (date(2022, 6, 1), 1), "需要核实");
        assert!(matches!(past, Err(Refusal::Invalid(_))));
        appeals::postpone(app, &scene.world.center, id, (date(2022, 7, 8), 1), "需要向机关核实").unwrap();
        let stale = appeals::answer(app, &scene.world.center, id, &answer("已更正", 1));
        assert!(matches!(stale, Err(Refusal::Store(StoreError::Conflict(_)))));
        appeals::answer(app, &scene.world.center, id, &answer("已更正", 2)).unwrap();
        let now = one(&scene, id);
        assert_eq!((now.state, now.answered_on, now.due_on), (AppealState::Upheld, Some(TODAY), date(2022, 7, 8)));
        assert!(matches!(appeals::withdraw(app, &own, id, 3), Err(Refusal::Illegal(_))));
        assert_eq!(appeals::desk(app, &own, scene.enterprise).unwrap().lodged[0].answer, "已更正");
    };
    an_appeal_is_against_something_and_goes_to_whoever_decided => |test| {
        let scene = Scene::open(test);
        let (app, own) = (scene.app(), enterprise_actor(scene.enterprise));
        let item = scene.accepted();
        for kind in [AppealKind::Review, AppealKind::Decision] {
            let refused = appeals::lodge(app, &own, scene.penalty, &lodge(kind));
            assert!(matches!(refused, Err(Refusal::Missing(gaps)) if gaps[0].code == "nothing_to_appeal"));
        }
        let refuse = Decide { agree: false, opinion: "整改不到位".into(), ..scene.agree(item) };
        applications::decide(app, &scene.authority, item, &refuse).unwrap();
        let id = appeals::lodge(app, &scene.agency, scene.penalty, &lodge(AppealKind::Decision)).unwrap();
        assert_eq!(one(&scene, id).application, Some(scene.item(item).application));
        let refused = appeals::answer(app, &scene.world.center, id, &answer("成立", 1));
        assert!(matches!(refused, Err(Refusal::Forbidden(_))));
        let other = scene.world.authority("南通市应急管理局");
        assert!(matches!(appeals::answer(app, &other, id, &answer("成立", 1)), Err(Refusal::Forbidden(_))));
        assert!(matches!(appeals::open(app, &other, id), Err(Refusal::Forbidden(_))));
        appeals::answer(app, &scene.authority, id, &answer("同意复核", 1)).unwrap();
        let again = appeals::lodge(app, &own, scene.penalty, &lodge(AppealKind::Decision)).unwrap();
        appeals::withdraw(app, &own, again, 1).unwrap();
        assert_eq!(one(&scene, again).state, AppealState::Withdrawn);
    };
}
