//! Objections and appeals (N27).

use jiff::civil::date;
use xinxiu_domain::appeal::{AppealKind, AppealState};
use xinxiu_domain::id::AppealId;
use xinxiu_store::appeal::Appeal;
use xinxiu_store::appeal::Stage;
use xinxiu_store::{StoreError, both_engines};
use xinxiu_workflow::Refusal;
use xinxiu_workflow::appeals::{self, Answer, Lodge};
use xinxiu_workflow::applications::{self, Decide};

use crate::repair::Scene;
use crate::support::{TODAY, enterprise_actor};

fn lodge(kind: AppealKind) -> Lodge {
    Lodge { kind, text: "罚款已缴清，请复核。".into(), files: Vec::new() }
}

fn answer(text: &str, version: i64) -> Answer {
    Answer { upheld: true, text: text.into(), file: None, version }
}

fn one(scene: &Scene, id: AppealId) -> Appeal {
    appeals::open(scene.app(), &scene.world.city, id).unwrap().appeal
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
        assert_eq!(appeals::list(app, &scene.world.center, (Stage::Waiting, true), part).unwrap().len(), 1);
        assert!(appeals::list(app, &scene.authority, (Stage::Waiting, true), part).unwrap().is_empty());
        assert!(appeals::list(app, &scene.world.agency("乙"), (Stage::Waiting, false), part).unwrap().is_empty());
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
        assert!(matches!(appeals::withdraw(app, &own, id, (3, "不再需要")), Err(Refusal::Illegal(_))));
        assert_eq!(appeals::desk(app, &own, scene.enterprise).unwrap().lodged[0].appeal.answer, "已更正");
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
        appeals::withdraw(app, &own, again, (1, "不再需要")).unwrap();
        assert_eq!(one(&scene, again).state, AppealState::Withdrawn);
    };
    only_whoever_lodged_it_withdraws_it_and_says_why => |test| {
        let scene = Scene::open(test);
        let (app, own) = (scene.app(), enterprise_actor(scene.enterprise));
        let id = appeals::lodge(app, &own, scene.penalty, &lodge(AppealKind::Record)).unwrap();
        assert!(!appeals::open(app, &scene.agency, id).unwrap().may_withdraw);
        let refused = appeals::withdraw(app, &scene.agency, id, (1, "不再需要"));
        assert!(matches!(refused, Err(Refusal::Forbidden(_))));
        let silent = appeals::withdraw(app, &own, id, (1, " "));
        assert!(matches!(silent, Err(Refusal::Invalid(errors)) if errors[0].field == "withdraw_reason"));
        appeals::withdraw(app, &own, id, (1, "已与市信用中心核对")).unwrap();
        let now = appeals::open(app, &scene.agency, id).unwrap().appeal;
        assert_eq!((now.state, now.withdrawn_reason.as_str()), (AppealState::Withdrawn, "已与市信用中心核对"));
        let id = appeals::lodge(app, &scene.agency, scene.penalty, &lodge(AppealKind::Record)).unwrap();
        assert!(!appeals::desk(app, &own, scene.enterprise).unwrap().lodged[0].may_withdraw);
        assert!(matches!(appeals::withdraw(app, &own, id, (1, "不要")), Err(Refusal::Forbidden(_))));
        appeals::withdraw(app, &scene.agency, id, (1, "企业要求撤回")).unwrap();
    };
    papers_are_added_while_it_waits_and_at_most_six => |test| {
        let scene = Scene::open(test);
        let (app, own) = (scene.app(), enterprise_actor(scene.enterprise));
        let paper = || (app.store.files.keep(&b"example"[..]).unwrap(), "示例.pdf".to_owned(), "application/pdf".to_owned());
        let command = |count: usize| Lodge { files: (0..count).map(|_| paper()).collect(), ..lodge(AppealKind::Record) };
        let many = Lodge { text: "短".into(), ..command(7) };
        // All that is wrong is said at once.
        let refused = appeals::lodge(app, &own, scene.penalty, &many);
        assert!(matches!(refused, Err(Refusal::Invalid(errors)) if errors.len() == 2));
        let id = appeals::lodge(app, &own, scene.penalty, &command(3)).unwrap();
        let more = |count: usize, version: i64, by| {
            let papers: Vec<_> = (0..count).map(|_| paper()).collect();
            appeals::add_files(app, by, id, (&papers, version))
        };
        for count in [0, 4] {
            assert!(matches!(more(count, 1, &own), Err(Refusal::Invalid(_))));
        }
        assert!(matches!(more(1, 1, &scene.agency), Err(Refusal::Forbidden(_))));
        more(3, 1, &own).unwrap();
        assert_eq!(appeals::open(app, &scene.world.center, id).unwrap().files.len(), 6);
        assert_eq!(appeals::file(app, &scene.world.center, id, 5).unwrap().name, "示例.pdf");
        assert!(appeals::file(app, &scene.world.center, id, 6).is_err());
        appeals::answer(app, &scene.world.center, id, &answer("成立", 2)).unwrap();
        assert!(matches!(more(1, 3, &own), Err(Refusal::Illegal(_))));
    };
    what_is_upheld_waits_until_it_is_said_what_was_done => |test| {
        let scene = Scene::open(test);
        let (app, own) = (scene.app(), enterprise_actor(scene.enterprise));
        let id = appeals::lodge(app, &own, scene.penalty, &lodge(AppealKind::Record)).unwrap();
        let center = &scene.world.center;
        assert!(matches!(appeals::carry_out(app, center, id, (1, "已更正")), Err(Refusal::Illegal(_))));
        appeals::answer(app, center, id, &answer("成立", 1)).unwrap();
        assert!(appeals::open(app, center, id).unwrap().may_carry_out);
        assert!(matches!(appeals::carry_out(app, center, id, (2, " ")), Err(Refusal::Invalid(_))));
        assert!(matches!(appeals::carry_out(app, &scene.authority, id, (2, "已更正")), Err(Refusal::Forbidden(_))));
        appeals::carry_out(app, center, id, (2, "已更正处罚日期")).unwrap();
        let now = appeals::open(app, center, id).unwrap();
        assert_eq!((now.may_carry_out, now.appeal.carried_out.as_str()), (false, "已更正处罚日期"));
    };
    an_agreed_decision_is_not_appealed_against => |test| {
        let scene = Scene::open(test);
        let item = scene.accepted();
        applications::decide(scene.app(), &scene.authority, item, &scene.agree(item)).unwrap();
        let refused = appeals::lodge(scene.app(), &enterprise_actor(scene.enterprise), scene.penalty, &lodge(AppealKind::Decision));
        assert!(matches!(refused, Err(Refusal::Missing(gaps)) if gaps[0].code == "nothing_to_appeal"));
    };
}
