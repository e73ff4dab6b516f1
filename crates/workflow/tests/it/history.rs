//! Every step stands in its history under the business day on which it was taken, with its real time.

use jiff::civil::{Date, date};
use xinxiu_domain::penalty::PenaltyClass;
use xinxiu_domain::rectification::{Cause, Conditions, RectificationStatus};
use xinxiu_store::{Moment, audit, both_engines, params};
use xinxiu_workflow::clock::shanghai_day;
use xinxiu_workflow::findings::{self, RecordFinding};
use xinxiu_workflow::{pushes, rectifications};

use crate::support::World;

const HAIAN: &str = "海安市信用办";
const AUTHORITY: &str = "南通市生态环境局";
const DAY: Date = date(2022, 9, 15);

/// On the business day, entered today.
fn stands_on(moment: Moment, day: Date) {
    assert_eq!(moment.on, day);
    assert_eq!(shanghai_day(moment.at), shanghai_day(jiff::Timestamp::now()));
}

both_engines! {
    what_happens_is_dated_by_the_business_day => |test| {
        let world = World::open(test);
        let app = &world.app;
        let enterprise = world.member("甲公司", HAIAN, 1);
        world.penalty(enterprise, AUTHORITY, date(2022, 1, 5), PenaltyClass::General);
        let (county, authority) = (world.county(HAIAN), world.authority(AUTHORITY));
        app.clock.set(DAY);
        let id = pushes::send(app, &world.center, world.org(HAIAN)).unwrap();
        let said = RecordFinding {
            enterprise,
            penalty: None,
            cause: Cause::WeakManagement,
            rectification: RectificationStatus::UnderWay,
            conditions: Conditions::Unclear,
            note: String::new(),
        };
        findings::record(app, &county, &said).unwrap();
        rectifications::notify(app, &authority, &[enterprise], "").unwrap();
        app.clock.set(date(2022, 9, 16));
        pushes::acknowledge(app, &county, id).unwrap();
        let push = pushes::show(app, &county, id).unwrap().push;
        stands_on(push.sent_at, DAY);
        stands_on(push.acknowledged_at.unwrap(), date(2022, 9, 16));
        stands_on(findings::of_enterprise(app, &county, enterprise).unwrap().history[0].at, DAY);
        stands_on(rectifications::show(app, &authority, enterprise).unwrap().events[0].at, DAY);
        let entries = app.store.db.read(|tx| audit::of_enterprise(tx, enterprise)).unwrap();
        assert_eq!(entries.len(), 2);
        for entry in &entries {
            stands_on(entry.at, DAY);
        }
    };
    the_business_day_of_an_entry_is_part_of_the_chain => |test| {
        let world = World::open(test);
        let verify = || world.app.store.db.read(audit::verify);
        assert!(verify().is_ok());
        world.sql("update audit_entry set business_day = '2022-06-15' where id = 2", &[]);
        assert!(verify().is_err());
    };
    a_row_from_before_counts_on_the_day_of_its_time => |test| {
        let world = World::open(test);
        world.member("甲公司", HAIAN, 1);
        let id = pushes::send(&world.app, &world.center, world.org(HAIAN)).unwrap();
        world.sql(
            "update push set sent_at = '2022-06-30T16:30:00.000000Z', sent_on = null where id = $1",
            params![id],
        );
        let sent = pushes::show(&world.app, &world.center, id).unwrap().push.sent_at;
        assert!(sent.on == date(2022, 7, 1) && sent.is_real());
    };
}
