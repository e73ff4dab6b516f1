//! An authority that lists name and the platform does not know gets its organisation.

use jiff::civil::date;
use xinxiu_domain::actor::Role;
use xinxiu_domain::application::{Grade, ItemState};
use xinxiu_domain::id::ItemId;
use xinxiu_domain::penalty::PenaltyClass;
use xinxiu_store::{audit, both_engines, params, penalty};
use xinxiu_workflow::applications::{self, Decide};
use xinxiu_workflow::authorities;
use xinxiu_workflow::{Refusal, home, rectifications};

use crate::lists;
use crate::repair::{AUTHORITY, Scene};
use crate::support::World;

const LISTED: &str = "南通市海安生态环境局";

/// Takes the organisation off every record, as an import of an unknown authority leaves it.
fn orphan(world: &World, name: &str) {
    world.sql("update penalty set authority_id = null, authority = $1", params![name]);
}

fn waiting(world: &World, actor: &xinxiu_domain::actor::Actor) -> i64 {
    let tasks = home::tasks(&world.app, actor).unwrap();
    tasks.iter().find(|task| task.href == "/authorities").unwrap().count
}

both_engines! {
    a_record_of_an_unknown_authority_is_assigned_and_decided => |test| {
        let scene = Scene::open(test);
        let (app, world) = (scene.app(), &scene.world);
        let id = scene.opened();
        scene.fill(id);
        scene.submit(id);
        scene.review(id, &applications::Verdict::Accept).unwrap();
        orphan(world, LISTED);
        let item = scene.case(id).items[0].item.clone();
        let decision = Decide {
            severity: Grade::General,
            conduct: Grade::General,
            duty_performed: true,
            agree: true,
            opinion: "同意".into(),
            handler: (String::new(), String::new()),
            decided_on: date(2022, 6, 14),
            file: None,
            is_confirmed: true,
            version: item.version,
        };
        assert!(matches!(applications::decide(app, &scene.authority, item.id, &decision), Err(Refusal::Forbidden(_))));
        assert_eq!(waiting(world, &world.center), 1);
        let board = authorities::board(app, &world.center).unwrap();
        let open = &board.open[0];
        assert_eq!((open.unassigned.name.as_str(), open.unassigned.waiting, open.unassigned.penalties), (LISTED, 1, 1));
        assert_eq!(open.suggestion, Some(world.org(AUTHORITY)));
        assert!(matches!(authorities::assign(app, &world.center, LISTED, world.org("海安市信用办")), Err(Refusal::Invalid(_))));
        assert!(matches!(authorities::assign(app, &scene.agency, LISTED, world.org(AUTHORITY)), Err(Refusal::Forbidden(_))));
        assert_eq!(authorities::assign(app, &world.center, LISTED, world.org(AUTHORITY)).unwrap(), (1, 0));
        assert_eq!(waiting(world, &world.center), 0);
        let listed = applications::items(app, &scene.authority, ItemState::Pending, ItemId(0), 10).unwrap();
        assert_eq!(listed.len(), 1);
        applications::decide(app, &scene.authority, item.id, &decision).unwrap();
        let said = app.store.db.read(|tx| audit::of_subject(tx, "penalty", scene.penalty.0)).unwrap();
        assert!(said.iter().any(|entry| entry.summary.contains(LISTED) && entry.summary.contains(AUTHORITY)));
    };
    every_record_of_one_name_goes_at_once_and_its_sector_class_takes_them => |test| {
        let world = World::open(test);
        let health = "南通市卫生健康委员会";
        let (one, other) = (world.member("甲公司", "海安市信用办", 1), world.member("乙公司", "如皋市信用办", 2));
        for enterprise in [one, other, one] {
            world.penalty(enterprise, AUTHORITY, date(2022, 1, 5), PenaltyClass::General);
        }
        orphan(&world, "市卫健委员会");
        let done = authorities::assign(&world.app, &world.city, "市卫健委员会", world.org(health)).unwrap();
        assert_eq!(done, (3, 0));
        let authority = world.authority(health);
        assert_eq!(rectifications::list(&world.app, &authority).unwrap().len(), 2);
        let class = world.app.store.db.read(|tx| xinxiu_store::enterprise::member(tx, world.campaign, one)).unwrap();
        assert_eq!(class.unwrap().plan_item, Some(world.class(9)));
        let again = authorities::assign(&world.app, &world.city, "市卫健委员会", world.org(health));
        assert!(matches!(again, Err(Refusal::Invalid(_))));
    };
    the_city_creates_the_authority_and_the_center_may_not => |test| {
        let world = World::open(test);
        let enterprise = world.member("甲公司", "海安市信用办", 1);
        let id = world.penalty(enterprise, AUTHORITY, date(2022, 1, 5), PenaltyClass::General);
        let name = "南通市示例水利局";
        orphan(&world, name);
        assert_eq!(authorities::board(&world.app, &world.city).unwrap().open[0].suggestion, None);
        let refused = authorities::create_and_assign(&world.app, &world.center, name, name, "");
        assert!(matches!(refused, Err(Refusal::Forbidden(_))));
        assert_eq!(authorities::create_and_assign(&world.app, &world.city, name, name, "示例水利局").unwrap(), (1, 0));
        let found = world.app.store.db.read(|tx| penalty::load(tx, id)).unwrap();
        assert_eq!(found.authority, Some(world.org(name)));
        let person = world.person(Role::Authority, name);
        assert_eq!(rectifications::list(&world.app, &person).unwrap().len(), 1);
    };
    a_later_list_follows_the_name_that_was_given => |test| {
        let world = World::open(test);
        let text = |numbers: std::ops::Range<usize>| {
            lists::csv(numbers.map(|n| lists::line(n, "罚款10000元").replace("南通市生态环境局", LISTED)))
        };
        lists::import(&world, &text(1..2));
        assert_eq!(waiting(&world, &world.center), 1);
        authorities::assign(&world.app, &world.center, LISTED, world.org(AUTHORITY)).unwrap();
        lists::import(&world, &text(1..4));
        assert_eq!(waiting(&world, &world.center), 0);
        let authority = world.authority(AUTHORITY);
        assert_eq!(rectifications::list(&world.app, &authority).unwrap().len(), 3);
    };
}
