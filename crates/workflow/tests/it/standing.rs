//! How far each enterprise has come, as the lists of enterprises and applications show it.

use jiff::civil::date;
use xinxiu_domain::application::{ApplicationState, ReturnReason};
use xinxiu_domain::penalty::PenaltyClass;
use xinxiu_domain::standing::{RepairStanding, TrainingFilter, TrainingStanding};
use xinxiu_store::enterprise_search::{BY_NAME, Filter};
use xinxiu_store::{Sort, application, both_engines};
use xinxiu_workflow::applications::{self, Decide, Verdict};
use xinxiu_workflow::enterprises;

use crate::repair::{AUTHORITY, Scene};
use crate::support::TODAY;

both_engines! {
    the_list_of_enterprises_says_how_far_each_has_come => |test| {
        let scene = Scene::open(test);
        let stands = || {
            let filter = Filter { campaign: Some(scene.world.campaign), ..Filter::default() };
            let found = |filter: &Filter| {
                enterprises::list(scene.app(), &scene.agency, filter, (BY_NAME, None), 10).unwrap()
            };
            let line = found(&filter).rows.remove(0);
            // Each standing has its enterprise, and the others have none.
            for repair in RepairStanding::ALL {
                let one = found(&Filter { repair: Some(*repair), ..filter.clone() });
                assert_eq!(one.rows.len() == 1, *repair == line.repair, "{repair}");
                assert_eq!(one.count == 1, *repair == line.repair, "{repair}");
            }
            for training in TrainingFilter::ALL {
                let (first, last) = training.range();
                let one = found(&Filter { training: Some(*training), ..filter.clone() });
                assert_eq!(one.rows.len() == 1, first <= line.training && line.training <= last, "{training}");
            }
            (line.training, line.repair)
        };
        assert_eq!(stands(), (TrainingStanding::None, RepairStanding::None));
        scene.world.attended(scene.enterprise, date(2022, 6, 3), "absent");
        assert_eq!(stands().0, TrainingStanding::Invited);
        scene.world.attended(scene.enterprise, date(2022, 6, 4), "failed");
        assert_eq!(stands(), (TrainingStanding::Trained, RepairStanding::None));
        let id = scene.opened();
        assert_eq!(stands().1, RepairStanding::Draft);
        scene.fill(id);
        scene.submit(id);
        assert_eq!(stands(), (TrainingStanding::Passed, RepairStanding::Submitted));
        let seal = Verdict::Return { reasons: vec![ReturnReason::SealMissing], note: "修复表缺公章".into() };
        scene.review(id, &seal).unwrap();
        assert_eq!(stands().1, RepairStanding::Returned);
        scene.submit(id);
        scene.review(id, &Verdict::Accept).unwrap();
        assert_eq!(stands().1, RepairStanding::Pending);
        let item = scene.case(id).items[0].item.id;
        applications::decide(scene.app(), &scene.authority, item, &scene.agree(item)).unwrap();
        assert_eq!(stands().1, RepairStanding::Agreed);
        let version = scene.item(item).version;
        applications::record_removal(scene.app(), &scene.world.center, item, TODAY, version).unwrap();
        assert_eq!(stands().1, RepairStanding::TakenDown);
    };
    a_refusal_is_told_beside_the_verdict_until_the_next_try => |test| {
        let scene = Scene::open(test);
        let refused = || {
            let card = enterprises::card(scene.app(), &scene.agency, scene.enterprise).unwrap();
            let own = enterprises::penalty_card(scene.app(), &scene.agency, scene.penalty).unwrap();
            assert_eq!(card.refusals.get(&scene.penalty).copied(), own.refused_on);
            own.refused_on
        };
        let item = scene.accepted();
        assert_eq!(refused(), None);
        let no = Decide { agree: false, opinion: "整改不到位".into(), ..scene.agree(item) };
        applications::decide(scene.app(), &scene.authority, item, &no).unwrap();
        assert_eq!(refused(), Some(no.decided_on));
        let again = scene.opened();
        assert_eq!(refused(), None);
        let version = scene.case(again).application.version;
        applications::withdraw(scene.app(), &scene.agency, again, version, "误报").unwrap();
        assert_eq!(refused(), Some(no.decided_on));
    };
    applications_page_by_key_in_every_order => |test| {
        let scene = Scene::open(test);
        scene.accepted();
        for name in ["示例乙公司", "示例丙公司"] {
            let other = scene.world.member(name, "海安市信用办", 1);
            let record = scene.world.penalty(other, AUTHORITY, date(2022, 1, 5), PenaltyClass::Serious);
            applications::open(scene.app(), &scene.agency, other, &[record]).unwrap();
        }
        for key in &application::KEYS {
            for descending in [false, true] {
                let sort = Sort { key, descending };
                let page = |after, limit| {
                    let filter = application::Filter { sort: Some(sort), after, ..application::Filter::default() };
                    applications::list(scene.app(), &scene.agency, &filter, limit).unwrap()
                };
                let (mut seen, mut after) = (Vec::new(), None);
                while let Some(case) = page(after, 1).pop() {
                    after = Some((case.application.value_in(sort), case.application.id));
                    seen.push(case.application.id);
                }
                let whole: Vec<_> = page(None, 10).iter().map(|case| case.application.id).collect();
                assert_eq!((seen.len(), seen), (3, whole), "{sort:?}");
            }
        }
    };
    the_tabs_count_what_the_search_leaves => |test| {
        let scene = Scene::open(test);
        scene.opened();
        let of = |name| applications::tabs(scene.app(), &scene.agency, name).unwrap();
        assert_eq!(of(""), [(ApplicationState::Draft, 1)]);
        assert_eq!(of("甲公司"), of(""));
        assert_eq!(of("乙公司"), []);
    };
}
