//! An agency is replaced in mid-campaign: everything open goes over, and the old one is refused everywhere.

use jiff::civil::date;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::penalty::PenaltyClass;
use xinxiu_store::enterprise_search::BY_NAME;
use xinxiu_store::{StoreError, both_engines, campaign, params};
use xinxiu_workflow::agency_changes::{self, Replace};
use xinxiu_workflow::applications::{self, Edit};
use xinxiu_workflow::guidance::{self, Talk};
use xinxiu_workflow::{App, Refusal, archives, commitments, enterprises, invitations, passport, sessions};

use crate::repair::{AUTHORITY, Scene};
use crate::support::TODAY;

fn command(scene: &Scene) -> Replace {
    let class = scene.world.class(1);
    let version = scene.app().store.db.read(|tx| campaign::load_item(tx, class)).unwrap().version;
    let agency = Some(scene.world.org("示例信用服务机构乙（虚构）"));
    Replace { agency, reason: "考评不合格".into(), confirmed: true, version }
}

fn talk() -> Talk {
    Talk { asked: "怎样修复".into(), advised: "先缴清罚款".into(), minutes: 20, given_on: TODAY }
}

fn forbidden<T: std::fmt::Debug>(done: Result<T, Refusal>) -> bool {
    matches!(done, Err(Refusal::Forbidden(_)))
}

fn fields(done: Result<impl std::fmt::Debug, Refusal>) -> Vec<String> {
    match done.unwrap_err() {
        Refusal::Invalid(errors) => errors.into_iter().map(|error| error.field).collect(),
        other => panic!("{other}"),
    }
}

both_engines! {
    an_earlier_years_agency_is_followed_by_the_one_that_guides_now => |test| {
        let scene = Scene::open(test);
        let (app, old, new) = (scene.app(), &scene.agency, scene.world.agency("乙"));
        let sees = |actor: &Actor| {
            let filter = xinxiu_store::enterprise_search::Filter::default();
            let listed = enterprises::list(app, actor, &filter, (BY_NAME, None), 9).unwrap().rows.len();
            let card = enterprises::card(app, actor, scene.enterprise);
            assert_eq!(card.is_ok(), listed == 1, "the list and its twin");
            card.is_ok()
        };
        // The year's end alone takes nothing away: cases may outlast it, and archives are still to be handed over.
        let next = |state: &str, agency: Option<xinxiu_domain::id::OrgId>| app.store.db.write(|tx| {
            tx.execute("delete from member where campaign_id in (select id from campaign where year = 2023)", &[])?;
            tx.execute("delete from plan_item where campaign_id in (select id from campaign where year = 2023)", &[])?;
            tx.execute("delete from campaign where year = 2023", &[])?;
            let later: i64 = tx.insert(
                "insert into campaign (code, title, city, year, state, target_enterprises, target_rate_percent, class_hours) \
                 values ('later', '下一年', '南通市', 2023, $1, 1, 80, 3) returning id",
                params![state],
            )?;
            let class: i64 = tx.insert(
                "insert into plan_item (campaign_id, position, name, kind, planned, agency_id, organiser_id) \
                 select $1, 1, '示例班', 'region', 1, $2, organiser_id from plan_item where id = $3 returning id",
                params![later, agency, scene.world.class(1)],
            )?;
            tx.execute(
                "insert into member (campaign_id, enterprise_id, plan_item_id, joined_at) values ($1, $2, $3, '2023-01-01T00:00:00Z')",
                params![later, scene.enterprise, class],
            )?;
            Ok::<_, StoreError>(())
        }).unwrap();
        scene.world.sql("update campaign set state = 'closed'", &[]);
        assert!(sees(old) && !sees(&new));
        // A draft of the next year changes nothing yet, nor does a class without an agency, nor the same agency again.
        next("draft", new.org);
        assert!(sees(old));
        next("published", None);
        assert!(sees(old));
        next("published", old.org);
        assert!(sees(old));
        next("published", new.org);
        assert!(!sees(old) && sees(&new));
        assert!(forbidden(passport::of_penalty(app, old, scene.penalty)));
        // What is its own stays: its class with the sessions and the hand-over of the archives that it made.
        let own = app.store.db.read(|tx| xinxiu_store::concerns::of_plan_item(tx, scene.world.class(1))).unwrap();
        assert!(old.may(Action::HandOver, &own) && old.may(Action::ViewSession, &own));
        assert!(!new.may(Action::HandOver, &own));
    };
    open_cases_go_over_and_the_old_agency_is_refused_everywhere => |test| {
        let scene = Scene::open(test);
        let app: &App = scene.app();
        let (old, new) = (&scene.agency, scene.world.agency("乙"));
        let class = scene.world.class(1);
        let id = scene.opened();
        scene.fill(id);
        guidance::add(app, old, scene.enterprise, &talk()).unwrap();
        let other = scene.world.member("示例丙公司", "海安市信用办", 1);
        let penalty = scene.world.penalty(other, AUTHORITY, date(2022, 2, 1), PenaltyClass::General);
        commitments::prepare(app, old, other, None).unwrap();
        let paper = commitments::folder(app, old, other, None).unwrap().commitments[0].0.id;
        let item = scene.case(id).items[0].item.id;
        let attendance =
            xinxiu_domain::id::AttendanceId(app.store.db.read(|tx| tx.number("select max(id) from attendance", &[])).unwrap());

        let moved = agency_changes::replace(app, &scene.world.city, class, &command(&scene)).unwrap();
        assert_eq!((moved.applications, moved.commitments, moved.talks), (1, 1, 1));

        // The new agency goes on where the old one stopped, and reads what was said.
        let case = applications::case(app, &new, id).unwrap().0;
        assert_eq!(Some(case.application.agency), new.org);
        let (_, talks, may_add) = guidance::of_enterprise(app, &new, scene.enterprise).unwrap();
        assert!(may_add && talks.len() == 1 && talks[0].agency_name.contains("机构甲"));
        applications::submit(app, &new, id, case.application.version).unwrap();
        assert!(passport::of_penalty(app, &new, penalty).is_ok());
        let history = enterprises::card(app, &new, scene.enterprise).unwrap().history;
        assert!(history.iter().any(|entry| entry.summary.contains("移交示例信用服务机构乙")));

        // The old one sees and does nothing any more.
        let scan = app.store.files.keep(&b"%PDF-1.7 example"[..]).unwrap();
        let edit = Edit { contact_name: "甲".into(), contact_phone: String::new(), statements: Vec::new(), version: 99 };
        assert!(forbidden(enterprises::card(app, old, scene.enterprise)));
        assert!(forbidden(enterprises::penalty_card(app, old, scene.penalty)));
        assert!(forbidden(passport::of_penalty(app, old, scene.penalty)));
        assert!(forbidden(passport::of_enterprise(app, old, scene.enterprise)));
        assert!(forbidden(applications::case(app, old, id)));
        assert!(forbidden(applications::edit(app, old, id, &edit)) || matches!(
            applications::edit(app, old, id, &edit),
            Err(Refusal::Illegal(_))
        ));
        assert!(forbidden(applications::withdraw(app, old, id, case.application.version + 1, "误报")));
        assert!(forbidden(applications::openable(app, old, other)));
        assert!(forbidden(applications::open(app, old, other, &[penalty])));
        assert!(forbidden(applications::print_form(app, old, item)));
        assert!(forbidden(commitments::folder(app, old, other, None)));
        assert!(forbidden(commitments::card(app, old, paper)));
        assert!(forbidden(commitments::pdf(app, old, paper)));
        assert!(forbidden(commitments::sign(app, old, paper, &scan, TODAY)));
        assert!(forbidden(commitments::prepare_class(app, old, class)));
        assert!(forbidden(guidance::add(app, old, scene.enterprise, &talk())));
        assert!(forbidden(guidance::of_enterprise(app, old, scene.enterprise)));
        assert!(guidance::recent(app, old, (0, 10)).unwrap().is_empty());
        assert!(forbidden(archives::dossier(app, old, scene.enterprise)));
        assert!(forbidden(agency_changes::board(app, old, class)));
        let held = app.store.db.read(|tx| xinxiu_store::attendance::load(tx, attendance)).unwrap().session;
        assert!(forbidden(sessions::show(app, old, held)));
        assert!(forbidden(invitations::letter(app, old, attendance)));
        let all = applications::list(app, old, &xinxiu_store::application::Filter::default(), 10).unwrap();
        assert!(all.is_empty());
        assert!(agency_changes::board(app, &new, class).unwrap().changes[0].reason == "考评不合格");
    };
    nobody_is_replaced_by_half => |test| {
        let scene = Scene::open(test);
        let (app, class, city) = (scene.app(), scene.world.class(1), &scene.world.city);
        let good = command(&scene);
        let tried = |command: Replace| fields(agency_changes::replace(app, city, class, &command));
        assert_eq!(tried(Replace { reason: " ".into(), ..good.clone() }), ["reason"]);
        assert_eq!(tried(Replace { confirmed: false, ..good.clone() }), ["confirmed"]);
        assert_eq!(tried(Replace { agency: scene.agency.org, ..good.clone() }), ["agency"]);
        assert_eq!(tried(Replace { agency: scene.authority.org, ..good.clone() }), ["agency"]);
        for stranger in [&scene.world.center, &scene.agency, &scene.world.county("海安市信用办")] {
            assert!(forbidden(agency_changes::replace(app, stranger, class, &good)));
        }
        agency_changes::replace(app, city, class, &good).unwrap();
        // Whoever comes second with a page from before is told.
        let back = Replace { agency: scene.agency.org, ..good };
        let again = agency_changes::replace(app, city, class, &back);
        assert!(matches!(again, Err(Refusal::Store(StoreError::Conflict(_)))));
        let kept = app.store.db.read(|tx| tx.number("select count(*) from agency_change", params![])).unwrap();
        assert_eq!(kept, 1);
    };
}
