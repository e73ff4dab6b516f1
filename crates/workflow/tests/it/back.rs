//! Steps back, and decisions that change or end under an application (N12 N27).

use jiff::civil::date;
use xinxiu_domain::ListKind;
use xinxiu_domain::actor::Actor;
use xinxiu_domain::appeal::AppealKind;
use xinxiu_domain::application::{ApplicationState, ItemState};
use xinxiu_domain::batch::RecordState;
use xinxiu_domain::id::{EnterpriseId, ItemId};
use xinxiu_domain::penalty::{Lane, PenaltyClass};
use xinxiu_domain::repair_fact::FactKind;
use xinxiu_store::progress::ProgressFilter;
use xinxiu_store::{StoreError, audit, both_engines, enterprise, penalty};
use xinxiu_workflow::appeals::{self, Answer, Lodge};
use xinxiu_workflow::applications::{self, Back, Decide, Verdict, Withdrawal};
use xinxiu_workflow::{Refusal, enterprises, filings, jobs, progress};

use crate::lists;
use crate::repair::{AUTHORITY, DUE, Scene};
use crate::support::TODAY;

fn back(reason: &str, version: i64) -> Back {
    Back { reason: reason.into(), file: None, version }
}

fn kinds(scene: &Scene, item: ItemId) -> Vec<FactKind> {
    scene.case(scene.item(item).application).facts.iter().map(|fact| fact.kind).collect()
}

fn codes(refused: Result<impl std::fmt::Debug, Refusal>) -> Vec<&'static str> {
    match refused.unwrap_err() {
        Refusal::Missing(gaps) => gaps.iter().map(|gap| gap.code).collect(),
        other => panic!("{other}"),
    }
}

fn is_conflict(refused: Result<impl std::fmt::Debug, Refusal>) -> bool {
    matches!(refused, Err(Refusal::Store(StoreError::Conflict(_))))
}

/// How many public records the enterprise has, wherever that is counted.
fn counted(scene: &Scene) -> Vec<i64> {
    let (app, of): (_, EnterpriseId) = (scene.app(), scene.enterprise);
    let card = enterprises::card(app, &scene.world.center, of).unwrap();
    let public = card.penalties.iter().filter(|one| one.state == RecordState::Public).count();
    let openable = applications::openable(app, &scene.agency, of).unwrap().1.len();
    let line = app
        .store
        .db
        .read(|tx| {
            let sql = "select count(*) from penalty where state = 'public'";
            tx.number(sql, &[])
        })
        .unwrap();
    let board = progress::board(app, &scene.world.city, None, &ProgressFilter::default()).unwrap();
    let not_repaired = i64::from(board.total.repair_base) - i64::from(board.total.repaired);
    vec![i64::try_from(public).unwrap(), i64::try_from(openable).unwrap(), line, not_repaired]
}

const HEAD: &str = "行政相对人名称,统一社会信用代码,行政处罚决定书文号,处罚决定日期,处罚机关,处罚类别,处罚内容,违法行为类型,违法事实,处罚依据,罚款金额（万元）,当前状态\n";

/// The line of a list with the scene's record, as it is on file but for content and state (0 normal, 1 withdrawn).
fn listed(scene: &Scene, content: &str, state: &str) -> String {
    let read = |tx: &xinxiu_store::Tx<'_>| -> Result<_, StoreError> {
        Ok((penalty::load(tx, scene.penalty)?, enterprise::load(tx, scene.enterprise)?))
    };
    let (record, of) = scene.app().store.db.read(read).unwrap();
    let uscc = of.uscc.unwrap();
    format!(
        "{},{},{},{},{AUTHORITY},罚款,{content},示例违法行为,示例违法事实,示例依据,1,{state}\n",
        of.name,
        uscc.as_str(),
        record.decision,
        record.facts.decision_date
    )
}

both_engines! {
    a_list_that_says_a_decision_was_withdrawn_ends_what_is_under_way => |test| {
        let scene = Scene::open(test);
        let item = scene.accepted();
        let app = scene.app();
        let import = |line: String| lists::import(&scene.world, &format!("{HEAD}{line}"));
        import(listed(&scene, "罚款10000元", "0"));
        assert_eq!((scene.item(item).state, kinds(&scene, item)), (ItemState::Pending, vec![]));
        let id = import(listed(&scene, "罚款10000元", "1"));
        let record = app.store.db.read(|tx| penalty::load(tx, scene.penalty)).unwrap();
        assert_eq!((scene.item(item).state, record.state), (ItemState::Closed, RecordState::Withdrawn));
        assert_eq!(kinds(&scene, item), [FactKind::Closed]);
        let refused = applications::decide(app, &scene.authority, item, &scene.agree(item));
        assert!(matches!(refused, Err(Refusal::Illegal(_))));
        assert!(applications::items(app, &scene.authority, ItemState::Pending, ItemId(0), 9).unwrap().is_empty());
        assert_eq!(counted(&scene)[..3], [0, 0, 0]);
        let said = app.store.db.read(|tx| audit::of_subject(tx, "batch", id.0)).unwrap();
        let said = |part: &str| said.iter().filter(|entry| entry.summary.contains(part)).count();
        assert_eq!(said("1个修复事项因处罚决定撤销终止办理"), 2, "with the slice, and at the end");
        // The record says so itself, and the same list again ends nothing twice.
        let card = enterprises::penalty_card(app, &scene.world.center, scene.penalty).unwrap();
        assert!(card.versions.iter().any(|one| one.changes.iter().any(|(field, _, now)| field == "状态" && now == "决定已撤销")));
        import(listed(&scene, "罚款10000元", "1"));
        assert_eq!(kinds(&scene, item), [FactKind::Closed]);
    };
    a_record_tells_everything_in_one_line_of_time => |test| {
        let scene = Scene::open(test);
        let item = scene.accepted();
        let (app, center, id) = (scene.app(), &scene.world.center, scene.item(item).application);
        // Another record of the same application keeps its own decision to itself.
        let other = scene.world.penalty(scene.enterprise, AUTHORITY, date(2022, 1, 6), PenaltyClass::General);
        lists::import(&scene.world, &format!("{HEAD}{}", listed(&scene, "罚款8000元", "0")));
        applications::recheck(app, &scene.authority, item, scene.item(item).version, "罚款减少").unwrap();
        let refuse = Decide { agree: false, opinion: "整改不到位".into(), ..scene.agree(item) };
        applications::decide(app, &scene.authority, item, &refuse).unwrap();
        let lodge = Lodge { kind: AppealKind::Decision, text: "罚款已缴清，请复核。".into(), files: Vec::new() };
        let appeal = appeals::lodge(app, &scene.agency, scene.penalty, &lodge).unwrap();
        let answer = Answer { upheld: true, text: "同意复核".into(), file: None, version: 1 };
        appeals::answer(app, &scene.authority, appeal, &answer).unwrap();
        applications::undo_decision(app, &scene.authority, item, &back("复核后重新决定", scene.item(item).version)).unwrap();
        applications::decide(app, &scene.authority, item, &scene.agree(item)).unwrap();
        filings::prepare(app, &scene.agency, id, Lane::CreditChina).unwrap();
        applications::record_removal(app, center, item, TODAY, scene.item(item).version).unwrap();
        let told = |actor: &Actor, of| enterprises::penalty_card(app, actor, of).unwrap().history;
        let history = told(center, scene.penalty);
        let said: Vec<String> = history.iter().map(|event| format!("{}：{}", event.what, event.why)).collect();
        let expected = [
            "准备修复申请", "提交修复申请", "初审通过", "名单更新：处罚内容", "重新核对处罚决定", "不同意修复：整改不到位",
            "提出对修复决定不服：罚款已缴清", "对修复决定不服：成立：同意复核", "撤销修复决定", "，同意修复", "申报", "已撤下公示",
        ];
        let mut places = expected.iter().map(|part| said.iter().position(|one| one.contains(part)));
        assert!(places.clone().all(|place| place.is_some()), "{said:?}");
        assert!(places.by_ref().is_sorted(), "{said:?}");
        assert!(history.iter().is_sorted_by_key(|event| event.at.at));
        assert!(told(center, other).iter().all(|event| !event.what.contains("申请")));
        // The agency that looks after the enterprise reads the same.
        assert_eq!(told(&scene.agency, scene.penalty).len(), history.len());
    };
    an_import_that_is_cut_off_leaves_nothing_over_a_withdrawn_decision => |test| {
        let scene = Scene::open(test);
        let item = scene.accepted();
        let others = (1..=600).map(|number| {
            format!("示例旁人{number}（虚构）有限公司,{},示旁字〔2022〕{number}号,2022-01-05,{AUTHORITY},罚款,罚款1元,,,,,0\n", lists::code(number))
        });
        let text: String = std::iter::once(listed(&scene, "罚款10000元", "1")).chain(others).collect();
        lists::queue(&scene.world, ListKind::RepairablePenalty, &format!("{HEAD}{text}"));
        assert!(jobs::run_and_crash(scene.app(), 1).unwrap());
        assert_eq!(scene.item(item).state, ItemState::Closed);
    };
    a_list_that_changes_a_decision_sends_whoever_acts_next_back_to_it => |test| {
        let scene = Scene::open(test);
        let item = scene.accepted();
        let app = scene.app();
        lists::import(&scene.world, &format!("{HEAD}{}", listed(&scene, "罚款8000元", "0")));
        let id = scene.item(item).application;
        let fields: Vec<_> = scene.case(id).items[0].changed.iter().map(|(field, ..)| field.label()).collect();
        assert_eq!(fields, ["处罚内容"]);
        let refused = applications::decide(app, &scene.authority, item, &scene.agree(item));
        assert_eq!(codes(refused), ["decision_changed"]);
        let version = scene.item(item).version;
        applications::recheck(app, &scene.authority, item, version, "罚款减少，已缴清").unwrap();
        applications::decide(app, &scene.authority, item, &scene.agree(item)).unwrap();
        assert_eq!(kinds(&scene, item), [FactKind::Rechecked, FactKind::Decided]);
        // Withdrawn after the authority agreed: what it agreed to is ended, and nothing is left to take down.
        lists::import(&scene.world, &format!("{HEAD}{}", listed(&scene, "罚款8000元", "1")));
        assert_eq!(scene.item(item).state, ItemState::Closed);
        let version = scene.item(item).version;
        let refused = applications::record_removal(app, &scene.world.center, item, TODAY, version);
        assert!(matches!(refused, Err(Refusal::Illegal(_))));
    };
    a_draft_whose_only_decision_is_withdrawn_by_a_list_says_what_to_do => |test| {
        let scene = Scene::open(test);
        let id = scene.opened();
        lists::import(&scene.world, &format!("{HEAD}{}", listed(&scene, "罚款10000元", "1")));
        let case = scene.case(id);
        assert_eq!(case.items[0].item.state, ItemState::Closed);
        let gap = case.gaps.iter().find(|gap| gap.code == "no_record").unwrap();
        assert!(gap.message.contains("请撤回申请"), "{}", gap.message);
        applications::withdraw(scene.app(), &scene.agency, id, case.application.version, "处罚决定已撤销").unwrap();
    };
    a_review_is_recalled_and_done_again => |test| {
        let scene = Scene::open(test);
        let item = scene.accepted();
        let (app, id) = (scene.app(), scene.item(item).application);
        let version = scene.case(id).application.version;
        let refused = applications::recall_review(app, &scene.world.window, id, &back("", version));
        assert!(matches!(refused, Err(Refusal::Invalid(_))));
        let refused = applications::recall_review(app, &scene.agency, id, &back("看错了材料", version));
        assert!(matches!(refused, Err(Refusal::Forbidden(_))));
        applications::recall_review(app, &scene.world.window, id, &back("看错了材料", version)).unwrap();
        assert_eq!(scene.case(id).application.state, ApplicationState::Submitted);
        let late = applications::decide(app, &scene.authority, item, &scene.agree(item));
        assert!(matches!(late, Err(Refusal::Illegal(_))));
        scene.review(id, &Verdict::Accept).unwrap();
        let case = scene.case(id);
        assert_eq!((case.reviews.len(), kinds(&scene, item)), (2, vec![FactKind::Recalled]));
        assert_eq!(case.facts[0].opinion, "看错了材料");
    };
    an_authority_sends_back_and_takes_its_decision_back => |test| {
        let scene = Scene::open(test);
        let item = scene.accepted();
        let (app, id) = (scene.app(), scene.item(item).application);
        let version = scene.case(id).application.version;
        let other = scene.world.authority("南通市应急管理局");
        let refused = applications::send_back(app, &other, item, &back("公章不清", version));
        assert!(matches!(refused, Err(Refusal::Forbidden(_))));
        applications::send_back(app, &scene.authority, item, &back("公章不清", version)).unwrap();
        assert!(is_conflict(applications::send_back(app, &scene.authority, item, &back("公章不清", version))));
        scene.review(id, &Verdict::Accept).unwrap();
        applications::decide(app, &scene.authority, item, &scene.agree(item)).unwrap();
        let decided = scene.case(id).application.version;
        let refused = applications::recall_review(app, &scene.world.window, id, &back("看错了材料", decided));
        assert_eq!(codes(refused), ["decided"]);
        let version = scene.item(item).version;
        applications::undo_decision(app, &scene.authority, item, &back("适用条款有误", version)).unwrap();
        assert!(is_conflict(applications::undo_decision(app, &scene.authority, item, &back("适用条款有误", version))));
        let now = scene.item(item);
        assert_eq!((now.state, now.decided_on), (ItemState::Pending, None));
        applications::decide(app, &scene.authority, item, &scene.agree(item)).unwrap();
        let history = [FactKind::SentBack, FactKind::Decided, FactKind::DecisionUndone, FactKind::Decided];
        assert_eq!(kinds(&scene, item), history);
    };
    a_repaired_record_stops_counting_at_once_and_counts_again_when_the_removal_was_an_error => |test| {
        let scene = Scene::open(test);
        let item = scene.accepted();
        let app = scene.app();
        applications::decide(app, &scene.authority, item, &scene.agree(item)).unwrap();
        assert_eq!(counted(&scene), [1, 1, 1, 1]);
        let version = scene.item(item).version;
        applications::record_removal(app, &scene.world.center, item, TODAY, version).unwrap();
        assert_eq!(counted(&scene), [0, 0, 0, 0]);
        let card = enterprises::card(app, &scene.world.center, scene.enterprise).unwrap();
        assert!(card.history.iter().any(|entry| entry.summary.contains("撤下公示")));
        let version = scene.item(item).version;
        let refused = applications::undo_removal(app, &scene.authority, item, &back("登记错了", version));
        assert!(matches!(refused, Err(Refusal::Forbidden(_))));
        applications::undo_removal(app, &scene.world.center, item, &back("登记错了", version)).unwrap();
        assert_eq!(counted(&scene), [1, 1, 1, 1]);
        let history = [FactKind::Decided, FactKind::TakenDown, FactKind::RemovalUndone];
        assert_eq!((kinds(&scene, item), scene.item(item).state), (history.to_vec(), ItemState::Agreed));
    };
    a_changed_decision_is_looked_at_again_before_anybody_decides => |test| {
        let scene = Scene::open(test);
        let item = scene.accepted();
        let app = scene.app();
        let change = |fen: i64| app.store.db.write(|tx| {
            let mut found = penalty::load(tx, scene.penalty)?;
            found.facts.fine_fen = Some(fen);
            penalty::save(tx, &found)
        }).unwrap();
        let version = scene.item(item).version;
        assert_eq!(codes(applications::recheck(app, &scene.authority, item, version, "无变化")), ["unchanged"]);
        change(500_000);
        let case = scene.case(scene.item(item).application);
        assert_eq!(case.items[0].changed.len(), 1);
        let refused = applications::decide(app, &scene.authority, item, &scene.agree(item));
        assert_eq!(codes(refused), ["decision_changed"]);
        let refused = applications::recheck(app, &scene.world.window, item, version, "金额更正");
        assert!(matches!(refused, Err(Refusal::Forbidden(_))));
        applications::recheck(app, &scene.authority, item, version, "金额更正，材料不受影响").unwrap();
        applications::decide(app, &scene.authority, item, &scene.agree(item)).unwrap();
        assert_eq!(kinds(&scene, item), [FactKind::Rechecked, FactKind::Decided]);
    };
    a_withdrawn_decision_ends_what_is_under_way => |test| {
        let scene = Scene::open(test);
        let item = scene.accepted();
        let app = scene.app();
        let second = scene.world.penalty(scene.enterprise, AUTHORITY, date(2022, 1, 6), PenaltyClass::General);
        scene.needs(second, DUE, &[]);
        let version = scene.item(item).version;
        assert_eq!(codes(applications::close(app, &scene.authority, item, version)), ["decision_stands"]);
        let read = || app.store.db.read(|tx| penalty::load(tx, scene.penalty)).unwrap();
        let command = |source: &str| Withdrawal {
            reason: "复议撤销".into(),
            source: source.into(),
            file: None,
            version: read().version,
        };
        let refused = applications::withdraw_decision(app, &scene.authority, scene.penalty, &command(""));
        assert!(matches!(refused, Err(Refusal::Invalid(_))));
        let stale = command("示复决〔2022〕1号");
        assert_eq!(applications::withdraw_decision(app, &scene.authority, scene.penalty, &stale).unwrap(), 1);
        assert!(is_conflict(applications::withdraw_decision(app, &scene.authority, scene.penalty, &stale)));
        assert_eq!((scene.item(item).state, read().state), (ItemState::Closed, RecordState::Withdrawn));
        assert_eq!(kinds(&scene, item), [FactKind::Closed]);
        let refused = applications::decide(app, &scene.authority, item, &scene.agree(item));
        assert!(matches!(refused, Err(Refusal::Illegal(_))));
        assert!(applications::items(app, &scene.authority, ItemState::Pending, ItemId(0), 9).unwrap().is_empty());
    };
}
