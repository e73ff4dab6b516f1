//! Lists pushed to counties, acknowledged, exported; credit query reports.

use std::io::Read;

use jiff::civil::date;
use xinxiu_domain::actor::Actor;
use xinxiu_domain::penalty::PenaltyClass;
use xinxiu_domain::push::PushState;
use xinxiu_store::enterprise::sealed;
use xinxiu_store::{both_engines, params};
use xinxiu_workflow::{Refusal, credit_report, home, jobs, push_reminders, push_workbook, pushes};

use crate::support::World;

const HAIAN: &str = "海安市信用办";

/// The text of every part of a ZIP that is text.
fn unzipped(bytes: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut all = String::new();
    for index in 0..archive.len() {
        let mut part = Vec::new();
        archive.by_index(index).unwrap().read_to_end(&mut part).unwrap();
        all.push_str(&String::from_utf8_lossy(&part));
    }
    all
}

both_engines! {
    each_county_receives_what_it_has_not_received => |test| {
        let world = World::open(test);
        world.member("乙公司", HAIAN, 1);
        world.member("丙公司", "如皋市信用办", 2);
        let sent = pushes::send_all(&world.app, &world.center).unwrap();
        assert_eq!(sent.len(), 10);
        assert_eq!(sent.iter().filter_map(|one| one.push).map(|(_, count)| count).collect::<Vec<_>>(), [1, 1]);
        assert!(matches!(pushes::send_all(&world.app, &world.center), Err(Refusal::Invalid(_))));
        world.member("甲公司", HAIAN, 1);
        world.member("丁公司", HAIAN, 1);
        let second = pushes::send(&world.app, &world.center, world.org(HAIAN)).unwrap();
        assert_eq!(pushes::show(&world.app, &world.center, second).unwrap().enterprises.len(), 2);
        let (counties, all) = pushes::overview(&world.app, &world.center).unwrap();
        assert_eq!((counties[0].members, counties[0].pushed, counties[0].acknowledged, counties[0].waiting), (3, 3, 0, 0));
        assert_eq!(all.len(), 3);
    };
    the_county_acknowledges_its_own_and_once => |test| {
        let world = World::open(test);
        world.member("甲公司", HAIAN, 1);
        let id = pushes::send(&world.app, &world.center, world.org(HAIAN)).unwrap();
        let (own, other) = (world.county(HAIAN), world.county("如皋市信用办"));
        assert!(matches!(pushes::acknowledge(&world.app, &other, id), Err(Refusal::Forbidden(_))));
        assert!(matches!(pushes::show(&world.app, &other, id), Err(Refusal::Forbidden(_))));
        assert!(matches!(pushes::send_all(&world.app, &own), Err(Refusal::Forbidden(_))));
        pushes::acknowledge(&world.app, &own, id).unwrap();
        assert!(matches!(pushes::acknowledge(&world.app, &own, id), Err(Refusal::Illegal(_))));
        let received = pushes::received(&world.app, &own).unwrap();
        assert_eq!(received[0].state, PushState::Acknowledged);
        assert_eq!(pushes::overview(&world.app, &world.center).unwrap().0[0].acknowledged, 1);
    };
    a_county_that_does_not_acknowledge_is_reminded_once_a_day => |test| {
        let world = World::open(test);
        world.member("甲公司", HAIAN, 1);
        let id = pushes::send(&world.app, &world.center, world.org(HAIAN)).unwrap();
        let (own, other) = (world.county(HAIAN), world.county("如皋市信用办"));
        let times = |actor: &Actor| push_reminders::reminded(&world.app, actor).unwrap().get(&id).map_or(0, |one| one.times);
        let pressed = || home::tasks(&world.app, &own).unwrap().iter().find(|task| task.label.contains("已提醒")).unwrap().count;
        // Three working days after Tuesday, 14 June, is Friday.
        for (day, due) in [(date(2022, 6, 16), 0), (date(2022, 6, 17), 1), (date(2022, 6, 17), 0), (date(2022, 6, 20), 0), (date(2022, 6, 22), 1)] {
            world.app.clock.set(day);
            assert_eq!(push_reminders::remind_due(&world.app).unwrap(), due, "{day}");
        }
        assert_eq!((times(&own), times(&world.center), times(&other), pressed()), (2, 2, 0, 1));
        // By hand at any time, but not twice on one day.
        assert!(matches!(push_reminders::remind(&world.app, &world.center, id), Err(Refusal::Invalid(_))));
        world.app.clock.set(date(2022, 6, 23));
        assert!(matches!(push_reminders::remind(&world.app, &own, id), Err(Refusal::Forbidden(_))));
        push_reminders::remind(&world.app, &world.center, id).unwrap();
        // The campaign's own number of days.
        assert!(matches!(push_reminders::set_days(&world.app, &world.center, 0), Err(Refusal::Invalid(_))));
        assert!(matches!(push_reminders::set_days(&world.app, &own, 1), Err(Refusal::Forbidden(_))));
        push_reminders::set_days(&world.app, &world.center, 1).unwrap();
        world.app.clock.set(date(2022, 6, 24));
        assert_eq!(push_reminders::remind_due(&world.app).unwrap(), 1);
        pushes::acknowledge(&world.app, &own, id).unwrap();
        world.app.clock.set(date(2022, 7, 4));
        assert_eq!(push_reminders::remind_due(&world.app).unwrap(), 0);
        assert!(matches!(push_reminders::remind(&world.app, &world.center, id), Err(Refusal::Illegal(_))));
        assert_eq!(pressed(), 0);
        let logged = world.app.store.db.read(|tx| tx.number("select count(*) from audit_entry where action = 'push.remind'", &[])).unwrap();
        assert_eq!(logged, 4);
    };
    the_spreadsheet_masks_what_identifies_a_person => |test| {
        let world = World::open(test);
        let enterprise = world.member("=甲公司", HAIAN, 1);
        let phone = world.app.store.vault.seal(sealed::CONTACT_PHONE, "10000001234").unwrap();
        world.sql("update enterprise set contact_phone_sealed = $1 where id = $2", params![phone, enterprise]);
        let id = pushes::send(&world.app, &world.center, world.org(HAIAN)).unwrap();
        let (bytes, name) = push_workbook::workbook(&world.app, &world.county(HAIAN), id).unwrap();
        let text = unzipped(&bytes);
        assert_eq!(name, format!("海安市推送名单第{id}号.xlsx"));
        assert!(text.contains("=甲公司") && text.contains("100****1234"));
        assert!(!text.contains("10000001234") && !text.contains("<f>"));
    };
    each_enterprise_has_its_credit_query_report => |test| {
        let world = World::open(test);
        let enterprise = world.member("甲公司", HAIAN, 1);
        world.penalty(enterprise, "南通市生态环境局", date(2022, 1, 5), PenaltyClass::General);
        let report = world.app.view(&world.center, |view| credit_report::report(view, enterprise)).unwrap();
        assert_eq!((report.records.len(), report.issuer.as_str()), (1, "南通市公共信用信息中心"));
        assert!(credit_report::pdf(&world.app, &world.county(HAIAN), enterprise).unwrap().0.starts_with(b"%PDF"));
        let stranger = credit_report::pdf(&world.app, &world.county("如皋市信用办"), enterprise);
        assert!(matches!(stranger, Err(Refusal::Forbidden(_))));
        let id = pushes::send(&world.app, &world.center, world.org(HAIAN)).unwrap();
        let other = world.county("如皋市信用办");
        assert!(matches!(credit_report::queue_zip(&world.app, &other, id), Err(Refusal::Forbidden(_))));
        let job = credit_report::queue_zip(&world.app, &world.center, id).unwrap();
        assert_eq!(credit_report::queue_zip(&world.app, &world.center, id).unwrap(), job);
        assert!(jobs::result(&world.app, &world.center, job).is_err());
        jobs::run_and_crash(&world.app, 0).unwrap();
        assert!(credit_report::zip_of_push(&world.app, &world.center, id).is_err());
        assert_eq!(jobs::take_up(&world.app).unwrap(), 1);
        assert!(jobs::run_next(&world.app).unwrap() && !jobs::run_next(&world.app).unwrap());
        assert!(matches!(jobs::result(&world.app, &other, job), Err(Refusal::Forbidden(_))));
        let file = jobs::result(&world.app, &world.center, job).unwrap();
        assert_eq!(file, credit_report::zip_of_push(&world.app, &world.county(HAIAN), id).unwrap());
        let zip = world.app.store.files.read(&file.sha256).unwrap();
        assert_eq!(zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap().len(), 1);
    };
}
