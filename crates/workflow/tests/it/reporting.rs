//! Evaluation of agencies, and summaries.

use xinxiu_domain::summary::{RemarkKind, SummaryAction};
use xinxiu_store::both_engines;
use xinxiu_workflow::evaluations::{self, RecordRemark};
use xinxiu_workflow::summaries::{self, SaveSummary};
use xinxiu_workflow::{Refusal, summary_text};

use crate::support::World;

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
    a_summary_is_drafted_saved_submitted_and_reopened => |test| {
        let world = World::open(test);
        let enterprise = world.member("甲公司", "海安市信用办", 1);
        world.attended(enterprise, jiff::civil::date(2022, 6, 10), "passed");
        let county = world.county("海安市信用办");
        let draft = summaries::draft(&world.app, &county).unwrap();
        assert!(draft.summary.results.contains("名单内企业1家") && draft.summary.features.contains("1场"));
        let mut command = SaveSummary {
            results: draft.summary.results.clone(), features: draft.summary.features.clone(),
            problems: String::new(), version: 0,
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
