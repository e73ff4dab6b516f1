//! Evaluation of agencies, and summaries.

use jiff::civil::date;
use xinxiu_domain::actor::Actor;
use xinxiu_domain::feedback::Rating;
use xinxiu_domain::id::{AttendanceId, SessionId};
use xinxiu_domain::progress::Measure;
use xinxiu_domain::summary::{RemarkKind, ReportFinding, SummaryAction};
use xinxiu_store::feedback::Feedback;
use xinxiu_store::{StoreError, both_engines, params};
use xinxiu_workflow::evaluations::{self, RecordRemark};
use xinxiu_workflow::invitations::Report;
use xinxiu_workflow::summaries::{self, SaveSummary};
use xinxiu_workflow::{Clock, Refusal, archives, feedback, invitations, reports, summary_text};

use crate::support::{TODAY, World, enterprise_actor};

fn remark(world: &World, letter: &str, kind: RemarkKind, score: Option<u32>) -> RecordRemark {
    let agency = world.org(&format!("示例信用服务机构{letter}（虚构）"));
    RecordRemark { agency, session: None, kind, score, text: "示例情况".into() }
}

both_engines! {
    breaches_and_scores_count_and_are_seen_by_whom_they_concern => |test| {
        let world = World::open(test);
        let (county, agency) = (world.county("海安市信用办"), world.agency("甲"));
        let record = |actor, remark: &RecordRemark| evaluations::record(&world.app, actor, remark);
        record(&county, &remark(&world, "甲", RemarkKind::Charging, None)).unwrap();
        record(&county, &remark(&world, "甲", RemarkKind::Evaluation, Some(80))).unwrap();
        record(&world.city, &remark(&world, "甲", RemarkKind::Evaluation, Some(91))).unwrap();
        let foreign = record(&county, &remark(&world, "乙", RemarkKind::Charging, None));
        assert!(matches!(foreign, Err(Refusal::Forbidden(_))));
        for (kind, score) in [(RemarkKind::Evaluation, None), (RemarkKind::Evaluation, Some(101)), (RemarkKind::Charging, Some(1))] {
            assert!(matches!(record(&county, &remark(&world, "甲", kind, score)), Err(Refusal::Invalid(_))));
        }
        let city = evaluations::board(&world.app, &world.city).unwrap();
        assert_eq!((city.scores.len(), city.remarks.len()), (3, 3));
        assert_eq!((city.scores[0].charging, city.scores[0].evaluations, city.scores[0].mean_score), (1, 2, Some(85)));
        assert_eq!(evaluations::board(&world.app, &county).unwrap().remarks.len(), 2);
        let own = evaluations::board(&world.app, &agency).unwrap();
        assert_eq!((own.scores.len(), own.remarks.len(), own.agencies.len()), (1, 2, 0));
        assert_eq!(own.scores[0].charging, 0);
        assert!(matches!(evaluations::board(&world.app, &world.center), Err(Refusal::Forbidden(_))));
    };
    what_an_enterprise_reports_reaches_county_and_city_but_not_the_agency => |test| {
        let world = World::open(test);
        let id = world.member("甲公司", "海安市信用办", 1);
        world.attended(id, date(2022, 6, 10), "passed");
        let attendance = AttendanceId(world.app.store.db.read(|tx| tx.number("select max(id) from attendance", &[])).unwrap());
        let (own, agency) = (enterprise_actor(id), world.agency("甲"));
        let report = |actor, kind, text: &str| {
            let report = Report { kind, text: text.to_owned(), anonymous: false };
            invitations::report(&world.app, actor, attendance, &report)
        };
        assert!(matches!(report(&own, RemarkKind::Charging, " "), Err(Refusal::Invalid(_))));
        assert!(matches!(report(&own, RemarkKind::Evaluation, "很好"), Err(Refusal::Invalid(_))));
        let other = enterprise_actor(world.member("乙公司", "海安市信用办", 1));
        for actor in [&other, &agency, &world.city] {
            assert!(matches!(report(actor, RemarkKind::Charging, "收了资料费"), Err(Refusal::Forbidden(_))));
        }
        report(&own, RemarkKind::Charging, "收了资料费500元").unwrap();
        for actor in [&world.city, &world.county("海安市信用办")] {
            let seen = evaluations::board(&world.app, actor).unwrap();
            assert_eq!((seen.remarks.len(), seen.remarks[0].enterprise), (1, Some(id)), "{}", actor.role);
            // Nobody has looked into it yet, so it is no breach.
            assert_eq!((seen.scores[0].reports, seen.scores[0].charging), (1, 0));
        }
        assert!(evaluations::board(&world.app, &world.county("如皋市信用办")).unwrap().remarks.is_empty());
        let seen = evaluations::board(&world.app, &agency).unwrap();
        assert_eq!((seen.remarks.len(), seen.scores[0].reports), (0, 0));
        let history = archives::dossier(&world.app, &agency, id).unwrap().history;
        assert!(history.iter().all(|event| !event.text.contains("反映")), "{history:?}");
        assert_eq!(invitations::home(&world.app, &own, attendance).unwrap().reported.len(), 1);
    };
    a_report_is_looked_into_once_and_answered => |test| {
        let world = World::open(test);
        let id = world.member("甲公司", "海安市信用办", 1);
        world.attended(id, date(2022, 6, 10), "passed");
        let attendance = AttendanceId(world.app.store.db.read(|tx| tx.number("select max(id) from attendance", &[])).unwrap());
        let own = enterprise_actor(id);
        let report = Report { kind: RemarkKind::Charging, text: "收了资料费500元".into(), anonymous: false };
        invitations::report(&world.app, &own, attendance, &report).unwrap();
        let (county, agency) = (world.county("海安市信用办"), world.agency("甲"));
        let other = world.county("如皋市信用办");
        let open = |actor| reports::list(&world.app, actor, true);
        let one = open(&county).unwrap()[0].id;
        assert_eq!(open(&world.city).unwrap().len(), 1);
        let answer = |actor, text| reports::look_into(&world.app, actor, one, (ReportFinding::True, text));
        for stranger in [&agency, &world.center, &other, &own] {
            assert!(matches!(answer(stranger, "已退费"), Err(Refusal::Forbidden(_))), "{}", stranger.role);
            assert!(matches!(reports::show(&world.app, stranger, one), Err(Refusal::Forbidden(_))));
        }
        assert!(matches!(answer(&county, " "), Err(Refusal::Invalid(_))));
        answer(&county, "机构已退还500元").unwrap();
        assert!(matches!(answer(&world.city, "再核实"), Err(Refusal::Store(xinxiu_store::StoreError::Conflict(_)))));
        assert!(open(&county).unwrap().is_empty() && reports::list(&world.app, &county, false).unwrap().len() == 1);
        // Found true, it is a breach; the enterprise reads the answer and the agency nothing.
        assert_eq!(evaluations::board(&world.app, &world.city).unwrap().scores[0].charging, 1);
        let read = invitations::home(&world.app, &own, attendance).unwrap().reported.remove(0).answer.unwrap();
        assert_eq!((read.finding, read.text.as_str()), (ReportFinding::True, "机构已退还500元"));
        assert!(evaluations::board(&world.app, &agency).unwrap().remarks.is_empty());
    };
    a_report_without_a_name_leaves_none_anywhere => |test| {
        let world = World::open(test);
        let id = world.member("无名示例公司", "海安市信用办", 1);
        world.attended(id, date(2022, 6, 10), "passed");
        let attendance = AttendanceId(world.app.store.db.read(|tx| tx.number("select max(id) from attendance", &[])).unwrap());
        let nameless = Report { kind: RemarkKind::Advertising, text: "推销代办".into(), anonymous: true };
        let other = enterprise_actor(world.member("乙公司", "海安市信用办", 1));
        let refused = invitations::report(&world.app, &other, attendance, &nameless);
        assert!(matches!(refused, Err(Refusal::Forbidden(_))));
        let own = Actor { name: "无名示例公司".into(), ..enterprise_actor(id) };
        invitations::report(&world.app, &own, attendance, &nameless).unwrap();
        for actor in [&world.city, &world.county("海安市信用办")] {
            let seen = evaluations::board(&world.app, actor).unwrap();
            let remark = &seen.remarks[0];
            assert_eq!((remark.enterprise, remark.reported, remark.recorded_by.as_str()), (None, true, "匿名企业"));
            assert_eq!((seen.scores[0].reports, seen.scores[0].advertising), (1, 0));
        }
        assert!(evaluations::board(&world.app, &world.agency("甲")).unwrap().remarks.is_empty());
        let named = world.app.store.db.read(|tx| {
            tx.number(
                "select count(*) from audit_entry where action = 'agency.report' and (enterprise_id is not null \
                 or actor like '%无名%' or summary like '%无名%' or detail like '%无名%')",
                &[],
            )
        });
        assert_eq!(named.unwrap(), 0);
    };
    what_enterprises_say_of_a_session_is_read_without_names => |test| {
        let world = World::open(test);
        let good = Feedback {
            content: Rating::VeryGood,
            lecturer: Rating::Good,
            arrangement: Rating::Good,
            remark: " 例子很有用 ".into(),
        };
        let mut first = None;
        for name in ["甲公司", "乙公司", "丙公司"] {
            let id = world.member(name, "海安市信用办", 1);
            world.attended(id, date(2022, 6, 10), "present");
            let (attendance, session) = world.app.store.db.write(|tx| {
                let attendance = tx.number("select max(id) from attendance", &[])?;
                let session = tx.number("select max(id) from session", &[])?;
                let (_, held) = *first.get_or_insert((attendance, session));
                tx.execute(
                    "update attendance set session_id = $1, checked_in_at = '2022-06-10T01:00:00Z' where id = $2",
                    params![held, attendance],
                )?;
                Ok::<_, StoreError>((AttendanceId(attendance), SessionId(held)))
            }).unwrap();
            let own = enterprise_actor(id);
            let agency = world.agency("甲");
            let seen = feedback::results(&world.app, &agency, session).unwrap();
            assert_eq!((seen.questions.len(), seen.remarks.len()), (0, 0));
            assert!(matches!(feedback::give(&world.app, &agency, attendance, &good), Err(Refusal::Forbidden(_))));
            feedback::give(&world.app, &own, attendance, &Feedback { content: Rating::Poor, ..good.clone() }).unwrap();
            feedback::give(&world.app, &own, attendance, &good).unwrap();
            assert_eq!(feedback::own(&world.app, &own, attendance).unwrap().0.unwrap().remark, "例子很有用");
        }
        let session = SessionId(first.unwrap().1);
        for actor in [world.agency("甲"), world.county("海安市信用办"), world.city.clone()] {
            let seen = feedback::results(&world.app, &actor, session).unwrap();
            assert_eq!((seen.answers, seen.came, seen.remarks.len()), (3, 3, 3));
            assert_eq!(seen.questions[0].1[0], (Rating::VeryGood, 3));
        }
        let stranger = feedback::results(&world.app, &world.agency("丙"), session);
        assert!(matches!(stranger, Err(Refusal::Forbidden(_))));
        world.app.clock.set(date(2022, 7, 11));
        let own = enterprise_actor(world.member("丁公司", "海安市信用办", 1));
        let late = feedback::give(&world.app, &own, AttendanceId(first.unwrap().0), &good);
        assert!(matches!(late, Err(Refusal::Forbidden(_))));
    };
    a_summary_is_drafted_saved_submitted_and_reopened => |test| {
        let world = World::open(test);
        let enterprise = world.member("甲公司", "海安市信用办", 1);
        world.attended(enterprise, jiff::civil::date(2022, 6, 10), "passed");
        let county = world.county("海安市信用办");
        let draft = summaries::draft(&world.app, &county).unwrap();
        assert!(draft.summary.results.contains("名单内企业1家") && draft.summary.features.contains("1场"));
        let mut command = SaveSummary {
            results: draft.summary.results.clone(), features: draft.summary.features.clone(),
            problems: String::new(), numbers_checked: false, version: 0,
        };
        let id = summaries::save(&world.app, &county, &command).unwrap();
        assert!(summaries::save(&world.app, &county, &command).is_err());
        let bare = summaries::change_state(&world.app, &county, id, SummaryAction::Submit);
        assert!(matches!(bare, Err(Refusal::Missing(_))));
        assert!(matches!(summaries::show(&world.app, &world.city, id), Err(Refusal::Missing(_))));
        command.version = 1;
        command.problems = " 联系困难 \n\n人手不足".into();
        summaries::save(&world.app, &county, &command).unwrap();
        let other = world.county("如皋市信用办");
        assert!(matches!(summaries::show(&world.app, &other, id), Err(Refusal::Forbidden(_))));
        summaries::change_state(&world.app, &county, id, SummaryAction::Submit).unwrap();
        assert!(matches!(summaries::save(&world.app, &county, &command), Err(Refusal::Missing(_))));
        let shown = summaries::show(&world.app, &world.city, id).unwrap();
        assert_eq!(summary_text::lines(&shown.summary.problems), ["联系困难", "人手不足"]);
        let paper = summaries::paper(&shown, jiff::civil::date(2022, 10, 12));
        assert!(summaries::pdf(&paper).unwrap().starts_with(b"%PDF"));
        assert!(summaries::docx(&paper).unwrap().starts_with(b"PK"));
        assert!(matches!(summaries::change_state(&world.app, &world.city, id, SummaryAction::Reopen), Err(Refusal::Forbidden(_))));
        summaries::change_state(&world.app, &county, id, SummaryAction::Reopen).unwrap();
    };
    the_text_of_a_summary_knows_the_day_of_its_numbers => |test| {
        let mut world = World::open(test);
        let came = world.member("甲公司", "海安市信用办", 1);
        world.attended(came, date(2022, 6, 10), "passed");
        let county = world.county("海安市信用办");
        let draft = summaries::draft(&world.app, &county).unwrap();
        assert_eq!((draft.drafted_on, draft.changed.len()), (TODAY, 0));
        let typed = SaveSummary {
            results: "自己写的话".into(), features: draft.summary.features.clone(),
            problems: "人手不足".into(), numbers_checked: false, version: 0,
        };
        summaries::save(&world.app, &county, &typed).unwrap();
        // Another enterprise joins, and the text is saved again some days later without a look at the numbers.
        let late = world.member("乙公司", "海安市信用办", 1);
        world.app.clock = Clock::starting(date(2022, 6, 20), jiff::Timestamp::now());
        summaries::save(&world.app, &county, &SaveSummary { version: 1, ..typed.clone() }).unwrap();
        let draft = summaries::draft(&world.app, &county).unwrap();
        assert_eq!(draft.drafted_on, TODAY);
        assert_eq!(draft.changed, [(Measure::Members, 1, 2)]);
        let stale = summaries::redraft(&world.app, &county, 1);
        assert!(matches!(stale, Err(Refusal::Store(StoreError::Conflict(_)))));
        let id = summaries::redraft(&world.app, &county, 2).unwrap();
        let draft = summaries::draft(&world.app, &county).unwrap();
        assert_eq!((draft.drafted_on, draft.changed.len()), (date(2022, 6, 20), 0));
        assert!(draft.summary.results.contains("名单内企业2家"));
        // Whoever changes the numbers by hand says so.
        world.attended(late, date(2022, 6, 20), "absent");
        assert_eq!(summaries::draft(&world.app, &county).unwrap().changed.len(), 2);
        let checked = SaveSummary { numbers_checked: true, version: 3, ..typed };
        summaries::save(&world.app, &county, &checked).unwrap();
        assert!(summaries::draft(&world.app, &county).unwrap().changed.is_empty());
        summaries::change_state(&world.app, &county, id, SummaryAction::Submit).unwrap();
        assert!(matches!(summaries::redraft(&world.app, &county, 5), Err(Refusal::Missing(_))));
    };
    who_declined_did_not_stay_away => |test| {
        let world = World::open(test);
        let (declined, absent, later) = (
            world.member("甲公司", "海安市信用办", 1),
            world.member("乙公司", "海安市信用办", 1),
            world.member("丙公司", "海安市信用办", 1),
        );
        for one in [declined, absent, later] {
            world.attended(one, date(2022, 6, 10), "absent");
        }
        world.sql(
            "update attendance set attendee = '示例乙' where enterprise_id in ($1, $2)",
            params![absent, later],
        );
        world.attended(later, date(2022, 6, 12), "present");
        let draft = summaries::draft(&world.app, &world.county("海安市信用办")).unwrap();
        assert!(draft.summary.problems.contains("还有1家企业答复参加却没有到场参训"), "{}", draft.summary.problems);
    };
    the_city_sees_who_has_not_reported => |test| {
        let world = World::open(test);
        let all = summaries::list(&world.app, &world.city).unwrap();
        assert_eq!(all.len(), 10 + 10 + 1);
        assert!(all.iter().all(|one| one.summary.is_none()));
        assert_eq!(summaries::list(&world.app, &world.authority("南通市应急管理局")).unwrap().len(), 1);
        assert!(matches!(summaries::list(&world.app, &world.agency("甲")), Err(Refusal::Forbidden(_))));
        assert!(summaries::draft(&world.app, &world.authority("南通市应急管理局")).is_ok());
    };
}
