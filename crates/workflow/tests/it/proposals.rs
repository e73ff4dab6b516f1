//! Sessions proposed from the analysis: within quota and hall, on free days; accepted, edited, rejected.

use jiff::civil::{Date, date, time};
use xinxiu_domain::id::{EnterpriseId, ProposalId};
use xinxiu_domain::penalty::PenaltyClass;
use xinxiu_domain::proposal::{Grouping, ProposalState};
use xinxiu_domain::session::{Method, Module, SessionMode, SessionState};
use xinxiu_store::candidate::CandidateFilter;
use xinxiu_store::{both_engines, params};
use xinxiu_workflow::proposals::{self, Decision, DrawUp};
use xinxiu_workflow::sessions::{self, PlanSession, PublishSession, TimeAndPlace};
use xinxiu_workflow::{Refusal, invitations};

use crate::support::World;

const HAIAN: &str = "海安市信用办";
const FIRST: Date = date(2022, 7, 4);

fn command(world: &World, capacity: u32) -> DrawUp {
    DrawUp {
        plan_item: world.class(1),
        grouping: Grouping::Township,
        capacity,
        place: "示例厅".into(),
        first_day: FIRST,
        at_most: 0,
    }
}

fn members(world: &World, count: usize) -> Vec<EnterpriseId> {
    (0..count)
        .map(|number| {
            let id = world.member(&format!("示例公司{number}"), HAIAN, 1);
            world.penalty(id, "南通市生态环境局", date(2022, 1, 5), PenaltyClass::General);
            let township = if number % 3 == 0 { "甲镇" } else { "乙镇" };
            world.sql("update enterprise set township = $1 where id = $2", params![township, id]);
            id
        })
        .collect()
}

fn decision(world: &World, id: ProposalId, kept: &[EnterpriseId]) -> Decision {
    let shown = proposals::show(&world.app, &world.city, id).unwrap();
    let plan = PlanSession {
        title: shown.proposal.title.clone(),
        at: TimeAndPlace {
            held_on: shown.proposal.held_on,
            starts_at: time(13, 30, 0, 0),
            ends_at: time(17, 0, 0, 0),
            mode: SessionMode::OnSite,
            place: "示例会议中心".into(),
            link: String::new(),
            capacity: shown.proposal.capacity,
        },
        class_hours: shown.proposal.class_hours,
        lecturer: "示例丁".into(),
        modules: Module::ALL.to_vec(),
        methods: Method::ALL.to_vec(),
        contact_group: String::new(),
        version: shown.proposal.version,
    };
    Decision { plan, kept: kept.to_vec() }
}

fn on(world: &World, id: ProposalId) -> Vec<EnterpriseId> {
    let shown = proposals::show(&world.app, &world.city, id).unwrap();
    shown.entries.iter().map(|entry| entry.enterprise).collect()
}

both_engines! {
    sessions_fit_hall_quota_and_free_days => |test| {
        let world = World::open(test);
        let all = members(&world, 9);
        let barred = world.member("无可修复公司", HAIAN, 1);
        world.penalty(barred, "南通市生态环境局", date(2022, 1, 5), PenaltyClass::SpecifiedSerious);
        // The first day asked for is taken by a hand-in-hand day of the county.
        world.sql(
            "insert into clinic (campaign_id, county_id, held_on, place, townships, internet, state) \
             values ($1, $2, '2022-07-04', '示例厅', '[]', 1, 'planned')",
            params![world.campaign, world.org(HAIAN)],
        );
        let ids = proposals::draw_up(&world.app, &world.center, &command(&world, 4)).unwrap();
        let shown: Vec<_> = ids.iter().map(|id| proposals::show(&world.app, &world.city, *id).unwrap()).collect();
        assert_eq!(shown.iter().map(|one| one.entries.len()).sum::<usize>(), 9);
        assert!(shown.iter().all(|one| one.entries.len() <= 4 && one.proposal.class_hours >= 3));
        let days: Vec<Date> = shown.iter().map(|one| one.proposal.held_on).collect();
        assert_eq!(days[..2], [date(2022, 7, 5), date(2022, 7, 6)]);
        assert!(ids.iter().all(|id| !on(&world, *id).contains(&barred)));
        // Nobody is called twice.
        let again = proposals::draw_up(&world.app, &world.center, &command(&world, 4));
        assert!(matches!(again, Err(Refusal::Missing(_))), "{again:?}");
        // What is sent back can be drawn up anew, on the day that is free again.
        let county = world.county(HAIAN);
        assert!(matches!(proposals::reject(&world.app, &county, ids[0], ""), Err(Refusal::Invalid(_))));
        proposals::reject(&world.app, &county, ids[0], "当天有会").unwrap();
        let more = proposals::draw_up(&world.app, &county, &command(&world, 4)).unwrap();
        assert_eq!(proposals::show(&world.app, &county, more[0]).unwrap().proposal.held_on, days[0]);
        assert_eq!(more.iter().map(|id| on(&world, *id).len()).sum::<usize>(), shown[0].entries.len());
        assert!(all.len() == 9);
    };
    the_plan_table_and_the_hall_set_the_limit => |test| {
        let world = World::open(test);
        members(&world, 5);
        world.sql("update plan_item set planned = 2 where id = $1", params![world.class(1)]);
        let ids = proposals::draw_up(&world.app, &world.city, &command(&world, 50)).unwrap();
        assert_eq!((ids.len(), on(&world, ids[0]).len()), (1, 2));
        let full = proposals::draw_up(&world.app, &world.city, &command(&world, 50));
        assert!(full.unwrap_err().to_string().contains("没有余额"));
        assert!(matches!(proposals::draw_up(&world.app, &world.city, &command(&world, 0)), Err(Refusal::Invalid(_))));
        let other = proposals::draw_up(&world.app, &world.agency("乙"), &command(&world, 50));
        assert!(matches!(other, Err(Refusal::Forbidden(_))));
        assert!(matches!(proposals::draw_up(&world.app, &world.window, &command(&world, 50)), Err(Refusal::Forbidden(_))));
    };
    an_accepted_proposal_is_a_draft_with_its_candidates_ticked => |test| {
        let world = World::open(test);
        let all = members(&world, 4);
        let id = proposals::draw_up(&world.app, &world.city, &command(&world, 50)).unwrap()[0];
        let county = world.county(HAIAN);
        let (kept, left) = (&all[..3], all[3]);
        let whole = decision(&world, id, kept);
        for stranger in [&world.city, &world.county("如皋市信用办"), &world.agency("甲")] {
            assert!(matches!(proposals::accept(&world.app, stranger, id, &whole), Err(Refusal::Forbidden(_))));
        }
        assert!(matches!(proposals::accept(&world.app, &county, id, &decision(&world, id, &[])), Err(Refusal::Invalid(_))));
        let mut short = whole.clone();
        short.plan.class_hours = 2;
        let refused = proposals::accept(&world.app, &county, id, &short).unwrap_err().to_string();
        assert!(refused.contains("学时"), "{refused}");
        assert_eq!(on(&world, id).len(), 4);
        // An edit that somebody made meanwhile is not overwritten.
        proposals::edit(&world.app, &county, id, &whole).unwrap();
        assert!(proposals::accept(&world.app, &county, id, &whole).is_err());
        let session = proposals::accept(&world.app, &county, id, &decision(&world, id, kept)).unwrap();
        let shown = proposals::show(&world.app, &county, id).unwrap();
        assert_eq!((shown.proposal.state, shown.proposal.session), (ProposalState::Accepted, Some(session)));
        assert!(matches!(proposals::reject(&world.app, &county, id, "太晚了"), Err(Refusal::Illegal(_))));
        let agency = world.agency("甲");
        let held = sessions::show(&world.app, &agency, session).unwrap().session;
        assert_eq!((held.state, held.place.as_str()), (SessionState::Planned, "示例会议中心"));
        let found = invitations::candidates(&world.app, &agency, session, &CandidateFilter::default()).unwrap();
        let proposed: Vec<_> = found.iter().filter(|one| one.proposed).map(|one| one.enterprise).collect();
        assert_eq!((proposed.len(), found.len()), (3, 4));
        assert!(!proposed.contains(&left) && found[..3].iter().all(|one| one.proposed));
        // The agency completes the draft; then all whom the proposal names are invited at once.
        let mut plan = decision(&world, id, kept).plan;
        plan.contact_group = "示例群".into();
        plan.version = held.version;
        sessions::edit(&world.app, &agency, session, &plan).unwrap();
        sessions::use_outline(&world.app, &agency, session).unwrap();
        let statement = PublishSession {
            confirmed_by: "示例戊".into(),
            notice_number: "示〔2022〕1号".into(),
            by_deputy_head: true,
            lecturer_reason: String::new(),
        };
        sessions::publish(&world.app, &county, session, &statement).unwrap();
        let wanted = CandidateFilter { proposed: true, ..CandidateFilter::default() };
        let outcome = invitations::invite_filtered(&world.app, &agency, session, &wanted).unwrap();
        assert_eq!((outcome.invited.len(), outcome.refused.len()), (3, 0));
    };
    each_step_is_on_record_and_each_office_sees_its_own => |test| {
        let world = World::open(test);
        members(&world, 2);
        let id = proposals::draw_up(&world.app, &world.city, &command(&world, 50)).unwrap()[0];
        let (own, other) = (world.county(HAIAN), world.county("如皋市信用办"));
        assert_eq!(proposals::list(&world.app, &own).unwrap().len(), 1);
        assert_eq!(proposals::list(&world.app, &other).unwrap(), []);
        assert!(matches!(proposals::show(&world.app, &other, id), Err(Refusal::Forbidden(_))));
        proposals::withdraw(&world.app, &world.city, id, "计划调整").unwrap();
        assert_eq!(proposals::show(&world.app, &own, id).unwrap().proposal.reason, "计划调整");
        let steps = world.app.store.db.read(|tx| {
            tx.query("select action from audit_entry where subject = 'session_proposal' order by id", &[], |row| row.get::<String>("action"))
        }).unwrap();
        assert_eq!(steps, ["proposal.draw_up", "proposal.withdraw"]);
    };
}
