//! The exam and its question bank.

use std::collections::HashSet;

use jiff::civil::date;
use xinxiu_domain::attendance::AttendanceState;
use xinxiu_domain::exam::{PAPER_LENGTH, Question, QuestionKind};
use xinxiu_domain::id::{AttendanceId, EnterpriseId};
use xinxiu_domain::session::Module;
use xinxiu_store::attendance;
use xinxiu_store::exam::Paper;
use xinxiu_store::{StoreError, both_engines};
use xinxiu_workflow::{Refusal, certificates, exam, question_bank};

use crate::support::{World, enterprise_actor};

const ORIGIN: &str = "https://example.invalid";

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
            assert!(matches!(exam::enter(&world.app, &world.agency("甲"), id, 9), Err(Refusal::Missing(_))));
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
        let again = exam::submit(&world.app, &own, id, first.id, &answers(&first, 10));
        assert!(matches!(again, Err(Refusal::Store(StoreError::Conflict(_)))));
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
    an_exam_on_paper_is_entered_by_the_agency => |test| {
        let world = World::open(test);
        let (_, id) = seated(&world, "present");
        assert!(matches!(exam::enter(&world.app, &world.agency("乙"), id, 9), Err(Refusal::Forbidden(_))));
        let agency = world.agency("甲");
        assert!(matches!(exam::enter(&world.app, &agency, id, 11), Err(Refusal::Invalid(_))));
        exam::enter(&world.app, &agency, id, 4).unwrap();
        exam::enter(&world.app, &agency, id, 9).unwrap();
        assert_eq!(state(&world, id), AttendanceState::Passed);
    };
}

#[test]
fn the_bank_is_sound() {
    let bank = question_bank::all().unwrap();
    assert!(bank.len() >= 60, "{}", bank.len());
    let ids: HashSet<_> = bank.iter().map(|question| &question.id).collect();
    assert_eq!(ids.len(), bank.len());
    for module in Module::ALL {
        assert!(bank.iter().filter(|question| question.module == *module).count() >= 6, "{module}");
    }
    for question in bank {
        check(question);
    }
}

fn check(question: &Question) {
    let id = &question.id;
    let (choices, answer) = (question.choices.len(), &question.answer);
    assert!(answer.windows(2).all(|pair| pair[0] < pair[1]), "{id}: 答案应从小到大");
    assert!(answer.iter().all(|choice| *choice < choices), "{id}: 答案超出选项");
    let fits = match question.kind {
        QuestionKind::Single => answer.len() == 1 && choices >= 3,
        QuestionKind::Multiple => answer.len() >= 2 && choices > answer.len(),
        QuestionKind::TrueFalse => answer.len() == 1 && question.choices == ["正确", "错误"],
    };
    assert!(fits, "{id}: 题型与选项或答案不符");
    let distinct: HashSet<_> = question.choices.iter().collect();
    assert_eq!(distinct.len(), choices, "{id}: 选项重复");
    assert!(question.explanation.chars().count() >= 8, "{id}: 缺少解析");
    assert!(is_basis(&question.basis), "{id}: 依据 {} 不存在", question.basis);
}

fn is_basis(basis: &str) -> bool {
    let requirement = basis.strip_prefix('N').and_then(|number| number.parse::<u8>().ok());
    let edition = format!("- id: {basis}\n");
    requirement.is_some_and(|number| (1..=29).contains(&number))
        || include_str!("../../../../rules/editions.yaml").contains(&edition)
}

#[test]
fn no_question_is_asked_twice() {
    let pairs = |text: &str| -> HashSet<(char, char)> { text.chars().zip(text.chars().skip(1)).collect() };
    let bank: Vec<_> = question_bank::all().unwrap().iter().map(|one| (&one.id, pairs(&one.text))).collect();
    for (index, (id, one)) in bank.iter().enumerate() {
        for (other_id, other) in &bank[index + 1..] {
            let (both, either) = (one.intersection(other).count(), one.union(other).count());
            assert!(both * 10 < either * 9, "{id} 与 {other_id} 几乎相同");
        }
    }
}
