//! Facts of a penalty put right: as versions, over later lists, weighed, taken back (N08 N28).

use xinxiu_domain::actor::Actor;
use xinxiu_domain::correction::{PenaltyField, VersionKind};
use xinxiu_domain::id::{EnterpriseId, PenaltyId};
use xinxiu_domain::penalty::PenaltyClass;
use xinxiu_store::penalty::{self, Penalty};
use xinxiu_store::{StoreError, audit, batch, both_engines};
use xinxiu_workflow::enterprises::{
    self, PenaltyCard, PenaltyCorrection, Settlement, correct_penalty, settle_correction,
    take_back_correction,
};
use xinxiu_workflow::{Refusal, home};

use crate::lists::{csv, import, line};
use crate::support::World;

const ONE: PenaltyId = PenaltyId(1);
const BUREAU: &str = "南通市生态环境局";

fn load(world: &World, id: PenaltyId) -> Penalty {
    world.app.store.db.read(|tx| penalty::load(tx, id)).unwrap()
}

fn card(world: &World) -> PenaltyCard {
    enterprises::penalty_card(&world.app, &world.center, ONE).unwrap()
}

fn put(world: &World, actor: &Actor, values: &[(PenaltyField, &str)]) -> Result<(), Refusal> {
    let command = PenaltyCorrection {
        values: values.iter().map(|(field, value)| (*field, (*value).to_owned())).collect(),
        reason: "名单写错".into(),
        source: "决定书原件".into(),
        version: load(world, ONE).version,
    };
    correct_penalty(&world.app, actor, ONE, &command)
}

fn settle(world: &World, field: PenaltyField, how: Settlement) -> Result<(), Refusal> {
    let version = load(world, ONE).version;
    settle_correction(&world.app, &world.center, ONE, (field, how), ("已与机关核对", version))
}

fn take_back(world: &World, fields: &[PenaltyField]) -> Result<(), Refusal> {
    let version = load(world, ONE).version;
    take_back_correction(&world.app, &world.center, ONE, fields, ("机关来函更正", version))
}

/// Created, changed, unchanged of an import.
fn counts(world: &World, text: &str) -> (i64, i64, i64) {
    let id = import(world, text);
    let counts = world.app.store.db.read(|tx| batch::load(tx, id)).unwrap().counts;
    (counts.created, counts.changed, counts.unchanged)
}

fn waiting(world: &World) -> i64 {
    let tasks = home::tasks(&world.app, &world.center).unwrap();
    tasks.iter().find(|task| task.href == "/corrections").map_or(0, |task| task.count)
}

both_engines! {
    what_is_put_right_counts_everywhere_and_nothing_is_overwritten => |test| {
        let world = World::open(test);
        import(&world, &csv([line(1, "罚款1000元"), line(2, "责令停产停业")]));
        let (before, model) = (load(&world, ONE), load(&world, PenaltyId(2)));
        assert_ne!(before.assessment.class, model.assessment.class);
        put(&world, &world.center, &[
            (PenaltyField::Content, "责令停产停业"),
            (PenaltyField::DecisionDate, "2022年2月7日"),
            (PenaltyField::Fine, "1,000"),
            (PenaltyField::Severity, ""),
        ]).unwrap();
        let after = load(&world, ONE);
        assert_eq!(after.facts.decision_date.to_string(), "2022-02-07");
        assert_eq!((after.facts.fine_fen, after.assessment.class), (Some(100_000), model.assessment.class));
        assert_ne!(after.assessment.min_until, before.assessment.min_until);
        let seen = card(&world);
        assert_eq!(seen.corrections.len(), 3);
        let version = &seen.versions[0];
        assert_eq!((version.kind, version.source.as_str(), version.reason.as_str()), (VersionKind::Corrected, "决定书原件", "名单写错"));
        assert_eq!(version.actor, world.center.name);
        let change = ("处罚内容".to_owned(), "罚款1000元".to_owned(), "责令停产停业".to_owned());
        assert!(version.changes.contains(&change), "{:?}", version.changes);
        put(&world, &world.center, &[(PenaltyField::Fine, "2000")]).unwrap();
        let seen = card(&world);
        assert_eq!(seen.versions.len(), 2);
        assert_eq!(seen.versions[0].changes, [("罚款金额".to_owned(), "1000.00元".to_owned(), "2000.00元".to_owned())]);
        assert!(seen.history.iter().any(|entry| entry.what.contains("决定书原件")));
        world.app.store.db.read(audit::verify).unwrap();
    };
    a_correction_survives_the_same_list_and_the_next => |test| {
        let world = World::open(test);
        let list = csv([line(1, "罚款1000元")]);
        import(&world, &list);
        put(&world, &world.center, &[(PenaltyField::Content, "警告")]).unwrap();
        assert_eq!(counts(&world, &list), (0, 0, 1));
        assert_eq!(load(&world, ONE).facts.content, "警告");
        // The list has come round.
        assert_eq!(counts(&world, &csv([line(1, "警告")])), (0, 0, 1));
        assert_eq!(counts(&world, &list), (0, 0, 1));
        assert_eq!((load(&world, ONE).facts.content.as_str(), waiting(&world)), ("警告", 0));
        // What nobody put right still follows the list, as a version of its own.
        let dated = list.replace("2022-01-05", "2022-01-06");
        assert_eq!(counts(&world, &dated), (0, 1, 0));
        let seen = card(&world);
        assert_eq!((seen.penalty.facts.content.as_str(), seen.penalty.facts.decision_date.to_string().as_str()), ("警告", "2022-01-06"));
        assert_eq!(seen.versions[0].kind, VersionKind::Listed);
        assert!(seen.versions[0].reason.contains("名单.csv") && seen.versions[0].reason.contains("第2行"));
    };
    what_a_list_says_newly_waits_for_a_person => |test| {
        let world = World::open(test);
        import(&world, &csv([line(1, "罚款1000元")]));
        put(&world, &world.center, &[(PenaltyField::Content, "警告")]).unwrap();
        let newer = csv([line(1, "罚款3000元")]);
        assert_eq!(counts(&world, &newer), (0, 1, 0));
        assert_eq!((load(&world, ONE).facts.content.as_str(), waiting(&world)), ("警告", 1));
        let seen = card(&world);
        assert_eq!(seen.corrections[0].conflict.as_deref(), Some("罚款3000元"));
        assert!(seen.origins[0].notes.contains("与更正不一致"), "{:?}", seen.origins);
        assert_eq!(counts(&world, &newer), (0, 0, 1), "it waits already");
        settle(&world, PenaltyField::Content, Settlement::Keep).unwrap();
        assert!(matches!(settle(&world, PenaltyField::Content, Settlement::Keep), Err(Refusal::Missing(_))));
        assert_eq!(counts(&world, &newer), (0, 0, 1));
        assert_eq!((load(&world, ONE).facts.content.as_str(), waiting(&world)), ("警告", 0));
        assert_eq!(counts(&world, &csv([line(1, "罚款5000元")])), (0, 1, 0));
        settle(&world, PenaltyField::Content, Settlement::Adopt).unwrap();
        let seen = card(&world);
        assert_eq!((seen.penalty.facts.content.as_str(), seen.corrections.len(), waiting(&world)), ("罚款5000元", 0, 0));
        let kinds: Vec<_> = seen.versions.iter().map(|version| version.kind).collect();
        assert_eq!(kinds, [VersionKind::Adopted, VersionKind::Kept, VersionKind::Corrected]);
        assert_eq!(counts(&world, &csv([line(1, "罚款6000元")])), (0, 1, 0), "the list counts again");
    };
    a_correction_is_taken_back_with_a_reason => |test| {
        let world = World::open(test);
        import(&world, &csv([line(1, "罚款1000元")]));
        let before = load(&world, ONE);
        put(&world, &world.center, &[(PenaltyField::Content, "责令停产停业"), (PenaltyField::Kinds, "责令停产停业")]).unwrap();
        take_back(&world, &[PenaltyField::Content]).unwrap();
        assert_eq!(card(&world).corrections.iter().map(|one| one.field).collect::<Vec<_>>(), [PenaltyField::Kinds]);
        let version = load(&world, ONE).version;
        let silent = take_back_correction(&world.app, &world.center, ONE, &[PenaltyField::Kinds], (" ", version));
        assert!(matches!(silent, Err(Refusal::Invalid(_))));
        assert!(matches!(take_back(&world, &[PenaltyField::Content]), Err(Refusal::Invalid(_))));
        take_back(&world, &[PenaltyField::Kinds]).unwrap();
        let after = load(&world, ONE);
        assert_eq!((after.facts, after.assessment), (before.facts, before.assessment));
        let seen = card(&world);
        assert_eq!((seen.corrections.len(), seen.versions.len()), (0, 3));
    };
    a_number_put_right_is_found_by_both_and_never_doubled => |test| {
        let world = World::open(test);
        let list = csv([line(1, "罚款1000元"), line(2, "罚款1000元")]);
        import(&world, &list);
        put(&world, &world.center, &[(PenaltyField::DecisionNumber, "示环罚字[2022]91号"), (PenaltyField::Authority, "南通市应急管理局")]).unwrap();
        let after = load(&world, ONE);
        assert_eq!((after.decision.as_str(), after.authority), ("示环罚字〔2022〕91号", Some(world.org("南通市应急管理局"))));
        let found = enterprises::suggest(&world.app, &world.center, "示环罚字〔2022〕91", 5).unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        let listed = enterprises::suggest(&world.app, &world.center, "示环罚字(2022)1号", 5).unwrap();
        assert!(listed.iter().any(|hit| hit.enterprise == after.enterprise), "by the number of the list: {listed:?}");
        assert_eq!(counts(&world, &list), (0, 0, 2));
        let right = list.replace("〔2022〕1号", "〔2022〕91号").replacen(BUREAU, "南通市应急管理局", 1);
        assert_eq!(counts(&world, &right), (0, 0, 2));
        assert_eq!(world.app.store.db.read(|tx| tx.number("select count(*) from penalty", &[])).unwrap(), 2);
        take_back(&world, &[PenaltyField::DecisionNumber, PenaltyField::Authority]).unwrap();
        let back = load(&world, ONE);
        assert_eq!((back.decision.as_str(), back.authority), ("示环罚字〔2022〕1号", Some(world.org(BUREAU))));
    };
    a_number_that_another_record_has_is_refused => |test| {
        let world = World::open(test);
        let second = line(1, "罚款1元").replace("〔2022〕1号", "〔2022〕2号");
        import(&world, &csv([line(1, "罚款1000元"), second]));
        let before = load(&world, ONE);
        let refused = put(&world, &world.center, &[(PenaltyField::DecisionNumber, "示环罚〔2022〕2号")]);
        let Err(Refusal::Invalid(errors)) = refused else { panic!("{refused:?}") };
        assert!(errors[0].field == "decision_number" && errors[0].message.contains("同一文号"));
        assert_eq!(load(&world, ONE), before);
    };
    of_two_people_at_once_one_is_told => |test| {
        let world = World::open(test);
        import(&world, &csv([line(1, "罚款1000元")]));
        let stale = load(&world, ONE).version;
        put(&world, &world.center, &[(PenaltyField::Content, "警告")]).unwrap();
        let command = PenaltyCorrection {
            values: vec![(PenaltyField::Content, "罚款".into())],
            reason: "名单写错".into(),
            source: "决定书原件".into(),
            version: stale,
        };
        let late = correct_penalty(&world.app, &world.authority(BUREAU), ONE, &command);
        assert!(matches!(late, Err(Refusal::Store(StoreError::Conflict(_)))), "{late:?}");
        assert_eq!(load(&world, ONE).facts.content, "警告");
    };
    a_judgement_is_kept_and_flagged_when_its_facts_change => |test| {
        let world = World::open(test);
        import(&world, &csv([line(1, "罚款1000元")]));
        enterprises::review_class(&world.app, &world.center, ONE, PenaltyClass::Serious, "机关来函").unwrap();
        put(&world, &world.center, &[(PenaltyField::ValidUntil, "2023-01-05")]).unwrap();
        assert_eq!(load(&world, ONE).review_stale, "", "the class does not stand on it");
        put(&world, &world.center, &[(PenaltyField::Content, "警告"), (PenaltyField::Basis, "示例条款")]).unwrap();
        let after = load(&world, ONE);
        assert_eq!((after.review_class, after.assessment.class), (Some(PenaltyClass::Serious), PenaltyClass::Serious));
        assert_eq!((after.review_stale.as_str(), waiting(&world)), ("处罚内容、处罚依据", 1));
        // A list that changes a fact flags it as well.
        import(&world, &csv([line(1, "罚款1000元")]).replace("2022-01-05", "2022-01-06"));
        assert_eq!(load(&world, ONE).review_stale, "处罚内容、处罚依据、处罚决定日期");
        enterprises::review_class(&world.app, &world.center, ONE, PenaltyClass::General, "重新核对").unwrap();
        assert_eq!((load(&world, ONE).review_stale.as_str(), waiting(&world)), ("", 0));
    };
    center_and_the_authority_that_decided_put_right_and_nobody_else => |test| {
        let world = World::open(test);
        import(&world, &csv([line(1, "罚款1000元")]));
        let owner: EnterpriseId = load(&world, ONE).enterprise;
        let denied = [world.county("海门区信用办"), world.authority("南通市应急管理局"), world.city.clone(), world.agency("甲"), world.window.clone()];
        for actor in &denied {
            let refused = put(&world, actor, &[(PenaltyField::Content, "警告")]);
            assert!(matches!(refused, Err(Refusal::Forbidden(_))), "{actor:?}: {refused:?}");
        }
        put(&world, &world.authority(BUREAU), &[(PenaltyField::Content, "警告")]).unwrap();
        assert_eq!(load(&world, ONE).enterprise, owner);
    };
    a_value_that_is_none_and_a_form_that_changes_nothing_are_refused => |test| {
        let world = World::open(test);
        import(&world, &csv([line(1, "罚款1000元")]));
        let before = load(&world, ONE);
        for (field, value) in [(PenaltyField::DecisionDate, ""), (PenaltyField::Fine, "多"), (PenaltyField::Authority, " "), (PenaltyField::ValidUntil, "长期")] {
            let refused = put(&world, &world.center, &[(field, value)]);
            let Err(Refusal::Invalid(errors)) = refused else { panic!("{field}: {refused:?}") };
            assert_eq!(errors[0].field, field.code());
        }
        let same = put(&world, &world.center, &[(PenaltyField::Content, " 罚款１０００元 ")]);
        assert!(matches!(same, Err(Refusal::Invalid(_))));
        let bare = PenaltyCorrection { version: 1, source: "决定书原件".into(), ..PenaltyCorrection::default() };
        assert!(matches!(correct_penalty(&world.app, &world.center, ONE, &bare), Err(Refusal::Invalid(errors)) if errors[0].field == "reason"));
        let bare = PenaltyCorrection { version: 1, reason: "名单写错".into(), ..PenaltyCorrection::default() };
        assert!(matches!(correct_penalty(&world.app, &world.center, ONE, &bare), Err(Refusal::Invalid(errors)) if errors[0].field == "source"));
        assert_eq!(load(&world, ONE), before);
    };
}
