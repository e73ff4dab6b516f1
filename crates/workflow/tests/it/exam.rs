//! The exam and its question bank.

use std::collections::HashSet;

use jiff::civil::date;
use xinxiu_domain::attendance::AttendanceState;
use xinxiu_domain::blueprint::{Blueprint, Part};
use xinxiu_domain::exam::{Question, QuestionKind};
use xinxiu_domain::id::{AttendanceId, EnterpriseId};
use xinxiu_domain::question;
use xinxiu_domain::session::Module;
use xinxiu_store::attendance;
use xinxiu_store::exam::Paper;
use xinxiu_store::exam_answer::Given;
use xinxiu_store::{StoreError, both_engines, params};
use xinxiu_workflow::{Refusal, certificates, exam, exam_blueprint, question_bank, sessions, sitting};

use crate::support::{World, enterprise_actor};

const ORIGIN: &str = "https://example.invalid";
const PAPER_LENGTH: usize = 10;

fn seated(world: &World, state: &str) -> (EnterpriseId, AttendanceId) {
    let id = world.member("甲公司", "海安市信用办", 1);
    world.attended(id, date(2022, 6, 10), state);
    let all = world.app.store.db.read(|tx| attendance::of_enterprise(tx, id)).unwrap();
    (id, all[0].id)
}

/// Answers with the first `right` questions right and the others wrong.
fn answers(paper: &Paper, right: usize) -> Vec<Vec<usize>> {
    let wrong = |question: &Question| {
        let all = 0..question.choices.len();
        vec![all.clone().find(|choice| question.answer != [*choice]).unwrap_or(0)]
    };
    let answer = |(index, question): (usize, &Question)| {
        if index < right { question.answer.clone() } else { wrong(question) }
    };
    paper.questions.iter().enumerate().map(answer).collect()
}

fn state(world: &World, id: AttendanceId) -> AttendanceState {
    world.app.store.db.read(|tx| attendance::load(tx, id)).unwrap().state
}

both_engines! {
    only_who_signed_in_sits_the_exam => |test| {
        let world = World::open(test);
        for absent in ["invited", "accepted", "absent"] {
            let (enterprise, id) = seated(&world, absent);
            let refused = exam::start(&world.app, &enterprise_actor(enterprise), id);
            assert!(matches!(refused, Err(Refusal::Missing(_))));
            assert!(matches!(exam::enter(&world.app, &world.agency("甲"), id, 9, None), Err(Refusal::Missing(_))));
        }
    };
    failed_then_again_then_passed => |test| {
        let world = World::open(test);
        let (enterprise, id) = seated(&world, "present");
        let own = enterprise_actor(enterprise);
        let first = exam::start(&world.app, &own, id).unwrap();
        assert_eq!(first.questions.len(), PAPER_LENGTH);
        assert!(Module::ALL.iter().all(|module| first.questions.iter().any(|one| one.module == *module)));
        assert_eq!(exam::start(&world.app, &own, id).unwrap().id, first.id);
        let blank = vec![Vec::new(); PAPER_LENGTH];
        let refused = exam::submit(&world.app, &own, id, first.id, &blank);
        assert!(matches!(refused, Err(Refusal::Invalid(faults)) if faults.len() == PAPER_LENGTH));
        let failed = exam::submit(&world.app, &own, id, first.id, &answers(&first, 5)).unwrap();
        assert_eq!((failed.right_answers, failed.passed), (Some(5), Some(false)));
        assert_eq!(state(&world, id), AttendanceState::Failed);
        assert!(matches!(certificates::pdf(&world.app, &own, id, ORIGIN), Err(Refusal::Missing(_))));
        // Sent again, even with better answers, it is the same paper with the same result.
        let again = exam::submit(&world.app, &own, id, first.id, &answers(&first, 10)).unwrap();
        assert_eq!((again.id, again.right_answers, again.passed), (failed.id, Some(5), Some(false)));
        let second = exam::start(&world.app, &own, id).unwrap();
        assert_eq!(second.attempt, 2);
        let passed = exam::submit(&world.app, &own, id, second.id, &answers(&second, 6)).unwrap();
        assert_eq!((passed.right_answers, passed.passed), (Some(6), Some(true)));
        assert_eq!(state(&world, id), AttendanceState::Passed);
        assert!(matches!(exam::start(&world.app, &own, id), Err(Refusal::Missing(_))));
        assert_eq!(exam::record_of(&world.app, &own, id).unwrap().papers.len(), 2);
        let (bytes, _) = certificates::pdf(&world.app, &own, id, ORIGIN).unwrap();
        assert!(bytes.starts_with(b"%PDF-"));
    };
    another_link_opens_no_paper => |test| {
        let world = World::open(test);
        let (enterprise, id) = seated(&world, "present");
        let paper = exam::start(&world.app, &enterprise_actor(enterprise), id).unwrap();
        let other = enterprise_actor(world.member("乙公司", "海安市信用办", 1));
        assert!(matches!(exam::start(&world.app, &other, id), Err(Refusal::Forbidden(_))));
        let handed_in = exam::submit(&world.app, &other, id, paper.id, &answers(&paper, 10));
        assert!(matches!(handed_in, Err(Refusal::Forbidden(_))));
        assert!(matches!(exam::record_of(&world.app, &other, id), Err(Refusal::Forbidden(_))));
        assert!(matches!(certificates::pdf(&world.app, &other, id, ORIGIN), Err(Refusal::Forbidden(_))));
    };
    answers_are_kept_once_in_whatever_order_they_come => |test| {
        let world = World::open(test);
        let (enterprise, id) = seated(&world, "present");
        let own = enterprise_actor(enterprise);
        let paper = exam::start(&world.app, &own, id).unwrap().id;
        let keep = |place, seq, choice| {
            sitting::keep(&world.app, &own, id, paper, &[Given { place, seq, chosen: vec![choice] }])
        };
        assert_eq!(keep(0, 1, 0).unwrap().seq, 1);
        assert_eq!(keep(0, 3, 1).unwrap().seq, 3);
        // What was sent earlier arrives later, and twice.
        assert_eq!(keep(0, 2, 0).unwrap().seq, 3);
        assert_eq!(keep(0, 3, 0).unwrap().seq, 3);
        keep(1, 4, 1).unwrap();
        assert!(matches!(keep(1, 5, 99), Err(Refusal::Invalid(_))));
        assert!(matches!(keep(99, 6, 0), Err(Refusal::Invalid(_))));
        let again = sitting::resume(&world.app, &own, id).unwrap().unwrap();
        assert_eq!((again.paper.id, again.seq), (paper, 4));
        assert_eq!(again.paper.answers[..3], [vec![1], vec![1], vec![]]);
        let other = enterprise_actor(world.member("乙公司", "海安市信用办", 1));
        let stolen = sitting::keep(&world.app, &other, id, paper, &[]);
        assert!(matches!(stolen, Err(Refusal::Forbidden(_))));
        assert!(matches!(sitting::hand_in(&world.app, &own, id, paper), Err(Refusal::Invalid(faults)) if faults.len() == 8));
    };
    when_the_time_is_over_the_kept_answers_count => |test| {
        let world = World::open(test);
        let (enterprise, id) = seated(&world, "present");
        let own = enterprise_actor(enterprise);
        let paper = exam::start(&world.app, &own, id).unwrap();
        let right = |place: usize| Given { place, seq: 1, chosen: paper.questions[place].answer.clone() };
        let given: Vec<_> = (0..7).map(right).collect();
        sitting::keep(&world.app, &own, id, paper.id, &given).unwrap();
        let long_ago = jiff::Timestamp::from_second(0).unwrap();
        world.app.store.db.write(|tx| tx.execute(
            "update exam_paper set ends_at = $1 where id = $2", params![long_ago, paper.id],
        )).unwrap();
        let late = sitting::keep(&world.app, &own, id, paper.id, &[right(8)]);
        assert!(matches!(late, Err(Refusal::Store(StoreError::Conflict(_)))));
        assert!(sitting::resume(&world.app, &own, id).unwrap().is_none());
        let record = exam::record_of(&world.app, &own, id).unwrap();
        assert_eq!((record.papers[0].right_answers, record.papers[0].passed), (Some(7), Some(true)));
    };
    closing_the_session_hands_in_what_is_over => |test| {
        let world = World::open(test);
        let (enterprise, id) = seated(&world, "present");
        let own = enterprise_actor(enterprise);
        let paper = exam::start(&world.app, &own, id).unwrap();
        let right = |place: usize| Given { place, seq: 1, chosen: paper.questions[place].answer.clone() };
        sitting::keep(&world.app, &own, id, paper.id, &(0..6).map(right).collect::<Vec<_>>()).unwrap();
        let session = world.app.store.db.read(|tx| attendance::load(tx, id)).unwrap().session;
        let long_ago = jiff::Timestamp::from_second(0).unwrap();
        world.app.store.db.write(|tx| {
            tx.execute("update session set state = 'open' where id = $1", params![session])?;
            tx.execute("update exam_paper set ends_at = $1 where id = $2", params![long_ago, paper.id])
        }).unwrap();
        sessions::close(&world.app, &world.agency("甲"), session).unwrap();
        assert_eq!(state(&world, id), AttendanceState::Passed);
    };
    nobody_is_asked_about_rules_that_are_not_in_force => |test| {
        let world = World::open(test);
        let asked = |day| world.app.store.db.read(|tx| question_bank::asked_on(tx, &world.app.rules, day)).unwrap();
        let editions = |day| -> std::collections::BTreeSet<String> {
            asked(day).into_iter().filter_map(|one| one.edition).collect()
        };
        let then = editions(date(2022, 6, 14));
        assert!(then.contains("cn-527") && !then.contains("cn-36") && !then.contains("cn-58"), "{then:?}");
        let now = editions(date(2026, 5, 1));
        assert!(now.contains("cn-36") && !now.contains("cn-527"), "{now:?}");
        for day in [date(2022, 6, 14), date(2024, 6, 14), date(2026, 5, 1)] {
            for module in Module::ALL {
                let count = asked(day).iter().filter(|one| one.module == *module).count();
                assert!(count >= 5, "{day} {module}: {count}");
            }
        }
    };
    the_first_papers_say_how_hard_a_question_is => |test| {
        let world = World::open(test);
        let (enterprise, id) = seated(&world, "present");
        let own = enterprise_actor(enterprise);
        let statistics = || question_bank::statistics(&world.app, &world.agency("甲")).unwrap();
        let first = exam::start(&world.app, &own, id).unwrap();
        assert!(statistics().is_empty(), "a paper under way says nothing yet");
        exam::submit(&world.app, &own, id, first.id, &answers(&first, 4)).unwrap();
        let found = statistics();
        assert_eq!(found.len(), PAPER_LENGTH);
        let right: std::collections::HashSet<_> = first.questions[..4].iter().map(|one| &one.id).collect();
        assert!(found.iter().all(|item| item.asked == 1 && (item.right == 1) == right.contains(&item.question.id)));
        let again = exam::start(&world.app, &own, id).unwrap();
        exam::submit(&world.app, &own, id, again.id, &answers(&again, 10)).unwrap();
        assert_eq!(statistics(), found, "whoever sits again has seen the explanations");
        assert!(matches!(question_bank::statistics(&world.app, &own), Err(Refusal::Forbidden(_))));
    };
    a_campaign_has_its_own_blueprint => |test| {
        let world = World::open(test);
        let (enterprise, id) = seated(&world, "present");
        let own = enterprise_actor(enterprise);
        let single = Part { module: Some(Module::Procedure), kind: Some(QuestionKind::Single), count: 3 };
        let blueprint = Blueprint {
            parts: vec![single], pass_mark: 2, minutes: 5, grace_seconds: 0, attempts: 1, wait_minutes: 0,
        };
        let found = world.app.store.db.read(|tx| attendance::load(tx, id)).unwrap();
        let campaign = exam::campaign_of(&world.app, &own, &found).unwrap();
        let city = world.city.clone();
        let greedy = Blueprint { parts: vec![Part { count: 40, ..single }], ..blueprint.clone() };
        let refused = exam_blueprint::save(&world.app, &city, campaign, &greedy, 0);
        assert!(matches!(refused, Err(Refusal::Invalid(errors)) if errors[0].field == "parts"));
        exam_blueprint::save(&world.app, &city, campaign, &blueprint, 0).unwrap();
        assert!(matches!(exam_blueprint::save(&world.app, &world.agency("甲"), campaign, &blueprint, 1),
            Err(Refusal::Forbidden(_))));
        let paper = exam::start(&world.app, &own, id).unwrap();
        assert!(paper.questions.len() == 3 && paper.questions.iter().all(|one| single.takes(one)));
        let failed = exam::submit(&world.app, &own, id, paper.id, &answers(&paper, 1)).unwrap();
        assert_eq!(failed.passed, Some(false));
        assert!(matches!(exam::start(&world.app, &own, id), Err(Refusal::Missing(_))));
    };
    an_exam_on_paper_is_entered_by_the_agency => |test| {
        let world = World::open(test);
        let (_, id) = seated(&world, "present");
        assert!(matches!(exam::enter(&world.app, &world.agency("乙"), id, 9, None), Err(Refusal::Forbidden(_))));
        let agency = world.agency("甲");
        assert!(matches!(exam::enter(&world.app, &agency, id, 11, None), Err(Refusal::Invalid(_))));
        exam::enter(&world.app, &agency, id, 4, None).unwrap();
        exam::enter(&world.app, &agency, id, 9, None).unwrap();
        assert_eq!(state(&world, id), AttendanceState::Passed);
    };
}

fn editions() -> Vec<String> {
    xinxiu_policy::Rules::embedded()
        .unwrap()
        .editions()
        .iter()
        .map(|edition| edition.id.to_string())
        .collect()
}

#[test]
fn the_bank_is_sound() {
    let bank = question_bank::all().unwrap();
    let editions = editions();
    let editions: Vec<_> = editions.iter().map(String::as_str).collect();
    assert!(bank.len() >= 120, "{}", bank.len());
    let ids: HashSet<_> = bank.iter().map(|question| &question.id).collect();
    assert_eq!(ids.len(), bank.len());
    for module in Module::ALL {
        assert!(bank.iter().filter(|question| question.module == *module).count() >= 20, "{module}");
    }
    for kind in QuestionKind::ALL {
        assert!(bank.iter().filter(|question| question.kind == *kind).count() >= 25, "{kind}");
    }
    for one in bank {
        let faults = question::faults(one, &editions);
        assert!(faults.is_empty(), "{}: {faults:?}", one.id);
        let is_edition = editions.contains(&one.basis.as_str());
        assert!(!is_edition || one.edition.as_deref() == Some(&one.basis), "{}: 缺少适用版本", one.id);
    }
}

/// A right answer that always stands at the same place can be guessed without reading.
#[test]
fn right_answers_stand_everywhere() {
    let bank = question_bank::all().unwrap();
    for (kind, places) in [(QuestionKind::Single, 4), (QuestionKind::TrueFalse, 2)] {
        let asked: Vec<_> = bank.iter().filter(|question| question.kind == kind).collect();
        for place in 0..places {
            let here = asked.iter().filter(|question| question.answer == [place]).count();
            assert!(here * 100 >= asked.len() * 40 / places, "{kind}第{}项只有{here}题", place + 1);
        }
    }
}

#[test]
fn no_question_is_asked_twice() {
    let bank = question_bank::all().unwrap();
    let found: Vec<_> = question::repetitions(bank)
        .into_iter()
        .map(|(one, other, alike)| format!("{} 与 {} 相似{alike}‰", bank[one].id, bank[other].id))
        .collect();
    assert!(found.is_empty(), "{found:?}");
}

/// The check above finds what it looks for: a question that was only reworded is one.
#[test]
fn a_reworded_question_is_found() {
    let mut bank = question_bank::all().unwrap().to_vec();
    let mut copy = bank[0].clone();
    copy.id = "copied-01".into();
    copy.text = copy.text.replace('？', "呢？").replace("从哪一天", "是从哪一天");
    assert_ne!(copy.text, bank[0].text);
    bank.push(copy);
    let last = bank.len() - 1;
    assert!(question::repetitions(&bank).iter().any(|(_, other, _)| *other == last));
}
