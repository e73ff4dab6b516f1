//! The content check of a session: found, answered one by one, asked anew when the text changes (N20).

use xinxiu_domain::content::ContentPoint;
use xinxiu_store::both_engines;
use xinxiu_workflow::Refusal;
use xinxiu_workflow::sessions::{self, PlanSession, PublishSession};

use crate::sessions::{Scene, command, statement};

fn codes(refusal: Refusal) -> Vec<&'static str> {
    match refusal {
        Refusal::Missing(missing) => missing.iter().map(|one| one.code).collect(),
        other => panic!("{other}"),
    }
}

both_engines! {
    a_word_of_advertising_waits_for_an_answer_and_a_new_text_asks_anew => |test| {
        let scene = Scene::open(test);
        let app = scene.app();
        let title = |title: &str, version| PlanSession { title: title.into(), version, ..command() };
        let planned = sessions::plan(app, &scene.agency, scene.world.class(1), &title("培训优 惠专场，报名费另付", 0));
        let id = planned.unwrap();
        sessions::use_outline(app, &scene.agency, id).unwrap();
        let found = || sessions::content(app, &scene.organiser, id).unwrap().findings;
        let words = || found().into_iter().filter(|one| one.answer.is_none()).map(|one| one.word).collect::<Vec<_>>();
        assert_eq!(words(), ["报名费", "优惠"]);
        let refused = sessions::publish(app, &scene.organiser, id, &statement()).unwrap_err();
        assert_eq!(codes(refused), ["content", "content"]);
        let say = |actor, word, answer| sessions::answer_finding(app, actor, id, ("title", word), answer);
        assert!(matches!(say(&scene.agency, "优惠", "指税收政策"), Err(Refusal::Forbidden(_))));
        assert!(matches!(say(&scene.organiser, "优惠", " "), Err(Refusal::Invalid(_))));
        assert!(matches!(say(&scene.organiser, "没有的词", "指税收政策"), Err(Refusal::Invalid(_))));
        say(&scene.organiser, "优惠", "指税收政策").unwrap();
        assert_eq!(words(), ["报名费"]);
        sessions::edit(app, &scene.agency, id, &title("培训优惠专场", 1)).unwrap();
        assert_eq!(words(), ["优惠"], "another text is another question");
        say(&scene.organiser, "优惠", "指税收政策").unwrap();
        sessions::publish(app, &scene.organiser, id, &statement()).unwrap();
        sessions::announce(app, &scene.agency, id, "加微信购买资料", false).unwrap();
        assert_eq!(words(), ["加微信购买"]);
        assert_eq!(sessions::show(app, &scene.agency, id).unwrap().doubtful.len(), 1);
    };
    each_point_is_vouched_for_by_name_and_the_rest_when_it_is_published => |test| {
        let scene = Scene::open(test);
        let app = scene.app();
        let id = scene.planned(10);
        sessions::use_outline(app, &scene.agency, id).unwrap();
        let vouch = |actor, point, by| sessions::confirm_point(app, actor, id, point, by);
        assert!(matches!(vouch(&scene.agency, ContentPoint::Charging, "示例甲"), Err(Refusal::Forbidden(_))));
        assert!(matches!(vouch(&scene.organiser, ContentPoint::Charging, " "), Err(Refusal::Invalid(_))));
        vouch(&scene.organiser, ContentPoint::Charging, "示例甲").unwrap();
        let silent = PublishSession { confirmed_by: String::new(), ..statement() };
        let refused = sessions::publish(app, &scene.organiser, id, &silent).unwrap_err();
        assert_eq!(codes(refused), ["confirmed_by"]);
        sessions::publish(app, &scene.organiser, id, &statement()).unwrap();
        let shown = sessions::content(app, &scene.organiser, id).unwrap();
        assert_eq!(shown.session.content_confirmed_by, "示例甲、示例己");
        let mut by: Vec<_> = shown.confirmations.into_iter().map(|one| (one.point, one.by)).collect();
        by.sort();
        assert_eq!(by, [
            (ContentPoint::Charging, "示例甲".to_owned()),
            (ContentPoint::Advertising, "示例己".into()),
            (ContentPoint::OffSubject, "示例己".into()),
        ]);
        let other = scene.planned(10);
        sessions::use_outline(app, &scene.agency, other).unwrap();
        for point in ContentPoint::ALL {
            sessions::confirm_point(app, &scene.organiser, other, *point, "示例甲").unwrap();
        }
        sessions::publish(app, &scene.organiser, other, &silent).unwrap();
    };
}
