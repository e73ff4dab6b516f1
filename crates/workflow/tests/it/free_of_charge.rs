//! The enterprise says three times that nothing was charged; county and city see what is missing (N19).

use jiff::civil::date;
use xinxiu_domain::actor::Actor;
use xinxiu_domain::free_of_charge::Occasion;
use xinxiu_domain::id::AttendanceId;
use xinxiu_store::{both_engines, params};
use xinxiu_workflow::{Refusal, applications, free_of_charge, invitations};

use crate::repair::Scene;
use crate::support::{TODAY, enterprise_actor};

fn missing(scene: &Scene, reader: &Actor) -> Vec<Occasion> {
    let lines = free_of_charge::board(scene.app(), reader, true, (0, 10)).unwrap();
    lines
        .iter()
        .filter(|line| line.enterprise == scene.enterprise)
        .flat_map(xinxiu_store::free_confirmation::Line::missing)
        .collect()
}

fn attendance(scene: &Scene) -> AttendanceId {
    AttendanceId(scene.app().store.db.read(|tx| tx.number("select max(id) from attendance", &[])).unwrap())
}

both_engines! {
    it_is_said_at_the_invitation_at_the_class_and_at_the_end => |test| {
        let scene = Scene::open(test);
        let county = scene.world.county("海安市信用办");
        let app = scene.app();
        let own = enterprise_actor(scene.enterprise);
        scene.world.attended(scene.enterprise, date(2022, 6, 10), "accepted");
        let id = attendance(&scene);
        let says = |occasion| free_of_charge::confirm(app, &own, id, occasion);
        assert_eq!(missing(&scene, &county), [Occasion::Invitation]);
        assert!(matches!(says(Occasion::Class), Err(Refusal::Invalid(_))));
        says(Occasion::Invitation).unwrap();
        assert!(missing(&scene, &county).is_empty());
        scene.world.sql("update attendance set state = 'passed'", params![]);
        assert_eq!(missing(&scene, &scene.world.city), [Occasion::Class]);
        says(Occasion::Class).unwrap();
        // Saying it again changes nothing.
        says(Occasion::Class).unwrap();
        let item = scene.accepted();
        assert!(missing(&scene, &county).is_empty());
        applications::decide(app, &scene.authority, item, &scene.agree(item)).unwrap();
        assert!(matches!(says(Occasion::End), Err(Refusal::Invalid(_))));
        let version = scene.item(item).version;
        applications::record_removal(app, &scene.world.center, item, TODAY, version).unwrap();
        assert_eq!(missing(&scene, &county), [Occasion::End]);
        let home = invitations::home(app, &own, id).unwrap().free.unwrap();
        assert_eq!((home.missing(), home.said.len()), (vec![Occasion::End], 2));
        says(Occasion::End).unwrap();
        assert!(missing(&scene, &county).is_empty());
        let all = free_of_charge::board(app, &county, false, (0, 10)).unwrap();
        assert_eq!(all[0].said.len(), 3);
        let kept = app.store.db.read(|tx| tx.number("select count(*) from free_confirmation", &[])).unwrap();
        assert_eq!(kept, 3);
    };
    nobody_says_it_for_another => |test| {
        let scene = Scene::open(test);
        scene.world.attended(scene.enterprise, date(2022, 6, 10), "passed");
        let id = attendance(&scene);
        let other = scene.world.member("示例乙公司", "海安市信用办", 1);
        for stranger in [enterprise_actor(other), scene.agency.clone(), scene.world.city.clone()] {
            let refused = free_of_charge::confirm(scene.app(), &stranger, id, Occasion::Class);
            assert!(matches!(refused, Err(Refusal::Forbidden(_))));
        }
        assert!(missing(&scene, &scene.world.county("如皋市信用办")).is_empty());
        assert!(matches!(free_of_charge::board(scene.app(), &scene.agency, true, (0, 10)), Err(Refusal::Forbidden(_))));
        // Who reported a charge by name is looked into, not asked to say that there was none.
        scene.world.sql(
            "insert into agency_remark (campaign_id, agency_id, kind, text, recorded_by, org_id, at, reported, enterprise_id) \
             values ($1, $2, 'charging', '示例', '示例', $2, '2022-06-14T00:00:00Z', 1, $3)",
            params![scene.world.campaign, scene.agency.org, scene.enterprise],
        );
        assert!(missing(&scene, &scene.world.city).is_empty());
    };
}
