//! The bank of an installation: added, changed, taken out of use, imported.

use xinxiu_domain::actor::{Actor, Role};
use xinxiu_domain::exam::Question;
use xinxiu_intake::questions::read_gift;
use xinxiu_store::{StoreError, both_engines};
use xinxiu_workflow::question_bank::{self, Origin};
use xinxiu_workflow::{App, Refusal};

use crate::support::World;

fn city() -> Actor {
    Actor {
        account: None, name: "市信用办甲".into(), role: Role::CityOffice, org: None, enterprise: None
    }
}

fn one(app: &App, code: &str) -> question_bank::Entry {
    question_bank::find(app, &city(), code).unwrap()
}

fn new_question() -> Question {
    Question {
        id: "own-01".into(),
        text: "培训当天因故不能到场的企业，应当尽早联系哪家单位改期？".into(),
        choices: vec!["邻居".into(), "承办的信用服务机构".into(), "媒体".into()],
        answer: vec![1],
        explanation: "服务机构负责组织培训和后续服务。".into(),
        basis: "N17".into(),
        edition: None,
        ..question_bank::all().unwrap()[0].clone()
    }
}

both_engines! {
    the_city_adds_changes_and_retires_questions => |test| {
        let world = World::open(test);
        let app = &world.app;
        question_bank::save(app, &city(), &new_question(), true, 0).unwrap();
        let again = question_bank::save(app, &city(), &new_question(), true, 0);
        assert!(matches!(again, Err(Refusal::Invalid(errors)) if errors[0].field == "id"));
        assert_eq!(one(app, "own-01").origin, Origin::Own);
        let mut built_in = one(app, "exam-06").question;
        built_in.explanation = "通知第二部分写明：不少于半天，3学时以上。".into();
        question_bank::save(app, &city(), &built_in, false, 0).unwrap();
        let changed = one(app, "exam-06");
        assert_eq!((changed.origin, changed.question), (Origin::Changed, built_in.clone()));
        let stale = question_bank::save(app, &city(), &built_in, false, 0);
        assert!(matches!(stale, Err(Refusal::Store(StoreError::Conflict(_)))));
        let before = app.store.db.read(question_bank::in_force).unwrap().len();
        question_bank::set_in_force(app, &city(), "exam-04", false, 0).unwrap();
        assert!(!one(app, "exam-04").in_force);
        assert_eq!(app.store.db.read(question_bank::in_force).unwrap().len(), before - 1);
        question_bank::set_in_force(app, &city(), "exam-04", true, 1).unwrap();
        assert!(one(app, "exam-04").in_force);
        assert!(matches!(question_bank::save(app, &world.agency("甲"), &built_in, false, 1),
            Err(Refusal::Forbidden(_))));
    };
    a_question_that_is_asked_already_is_not_added => |test| {
        let world = World::open(test);
        let mut copy = one(&world.app, "exam-06").question;
        copy.id = "own-02".into();
        let refused = question_bank::save(&world.app, &city(), &copy, true, 0);
        assert!(matches!(refused, Err(Refusal::Invalid(errors)) if errors[0].message.contains("exam-06")));
    };
    the_good_questions_of_a_file_are_taken => |test| {
        let world = World::open(test);
        let file = "$CATEGORY: exam\n\n\
            // [id:exam-90] [tag:basis=N20]\n会场里能不能摆放商业广告展架？{~能 =不能 ~交费就能 ####会场不得出现任何商业宣传内容。}\n\n\
            // [id:exam-91] [tag:basis=N99]\n问题？{TRUE####依据不存在所以要退回。}\n\n\
            // [id:exam-92] [tag:basis=N05]\n每个培训场次至少安排多长时间呢？{=不少于半天，3学时以上 ~一个课时 ~三天 ~一周 ####通知这样写明的。}\n";
        let editions = question_bank::editions(&world.app.rules);
        let read = read_gift(file, &editions);
        let judged = question_bank::judge(&world.app, &city(), read.clone()).unwrap();
        assert!(world.app.store.db.read(question_bank::in_force).unwrap().iter().all(|q| q.id != "exam-90"));
        let done = question_bank::import(&world.app, &city(), read.clone(), "a.gift").unwrap();
        assert_eq!(done, judged);
        assert_eq!(done.added.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["exam-90"]);
        let columns: Vec<_> = done.rejected.iter().map(|one| (one.line, one.column.as_str())).collect();
        assert_eq!(columns, [(7, "依据"), (10, "题目")]);
        let again = question_bank::import(&world.app, &city(), read, "a.gift").unwrap();
        assert_eq!((again.added.len(), again.same), (0, 1));
    };
}
