//! Lists with headers never seen before: mapped by a person, remembered, read by themselves the next time.

use std::collections::BTreeMap;

use xinxiu_domain::ListKind;
use xinxiu_domain::batch::BatchState;
use xinxiu_domain::id::BatchId;
use xinxiu_intake::Field;
use xinxiu_store::batch::{self, Batch};
use xinxiu_store::{audit, both_engines};
use xinxiu_workflow::lists::{self, Extent, MapColumns};
use xinxiu_workflow::{Refusal, jobs};

use crate::lists::code;
use crate::support::World;

fn list(first: usize, count: usize) -> String {
    let rows = (first..first + count).map(|n| {
        format!(
            "示例{n}（虚构）有限公司,{},示环罚字〔2022〕{n}号,2022-01-05,罚款1000元,10000000001\n",
            code(n)
        )
    });
    "南通市某局2022年清单,,,,,\n谁家,哪个代号,哪一号,哪一天,罚了什么,打给谁\n".to_owned()
        + &rows.collect::<String>()
}

fn upload(world: &World, list: ListKind, text: &str) -> BatchId {
    let kept = world.app.store.files.keep(text.as_bytes()).unwrap();
    lists::upload(&world.app, &world.center, world.campaign, list, "清单.csv", &kept).unwrap()
}

fn load(world: &World, id: BatchId) -> Batch {
    world.app.store.db.read(|tx| batch::load(tx, id)).unwrap()
}

fn said(fields: &[(&str, Option<Field>)]) -> MapColumns {
    MapColumns {
        header_row: 2,
        columns: fields.iter().map(|(key, field)| ((*key).to_owned(), *field)).collect::<BTreeMap<_, _>>(),
        source: "某局".into(),
        remember: true,
        ..MapColumns::default()
    }
}

const WHOLE: [(&str, Option<Field>); 6] = [
    ("谁家", Some(Field::Name)),
    ("哪个代号", Some(Field::Uscc)),
    ("哪一号", Some(Field::DecisionNumber)),
    ("哪一天", Some(Field::DecisionDate)),
    ("罚了什么", Some(Field::Content)),
    ("打给谁", None),
];

both_engines! {
    a_header_never_seen_is_mapped_once_and_remembered => |test| {
        let world = World::open(test);
        let kind = ListKind::RepairablePenalty;
        let id = upload(&world, kind, &list(1, 3));
        assert_eq!(load(&world, id).state, BatchState::Received);
        assert!(!lists::is_readable(&world.app, &world.center, id).unwrap());
        assert!(matches!(lists::dry_run(&world.app, &world.center, id), Err(Refusal::Upload(_))));
        let board = lists::board(&world.app, &world.center, id).unwrap();
        let columns = board.sheets[0].columns(2, &board.mapping);
        let suggested: Vec<_> = columns.iter().map(|column| (column.key.as_str(), column.suggestion)).collect();
        assert_eq!(suggested[0], ("谁家", Some(Field::Name)), "by its values");
        assert_eq!(suggested[1], ("哪个代号", Some(Field::Uscc)));
        assert_eq!(columns[3].samples, ["2022-01-05"; 3]);

        let missing = lists::map(&world.app, &world.center, id, &said(&WHOLE[..3])).unwrap_err();
        assert!(matches!(&missing, Refusal::Missing(gaps) if gaps.len() == 1), "{missing}");
        let twice = [("谁家", Some(Field::Name)), ("哪个代号", Some(Field::Name))];
        let twice = lists::map(&world.app, &world.center, id, &said(&twice)).unwrap_err();
        assert!(twice.to_string().contains("谁家") && matches!(twice, Refusal::Invalid(_)));

        lists::map(&world.app, &world.center, id, &said(&WHOLE)).unwrap();
        let counts = lists::dry_run(&world.app, &world.center, id).unwrap();
        assert_eq!((counts.accepted, counts.rejected), (3, 0));
        let shown = lists::show(&world.app, &world.center, id).unwrap();
        assert!(shown.is_mapped && shown.mapping.is_none());
        assert_eq!(shown.report.unknown, Vec::<String>::new(), "a column left out on purpose is known");
        lists::confirm(&world.app, &world.center, id, Extent::Whole).unwrap();
        assert!(jobs::run_next(&world.app).unwrap());
        assert_eq!(load(&world, id).counts.created, 3);

        // The next file of the source, without its title.
        let next = list(2, 3);
        let next = upload(&world, kind, next.split_once('\n').unwrap().1);
        let counts = lists::dry_run(&world.app, &world.center, next).unwrap();
        assert_eq!(counts.accepted, 3);
        let known = lists::show(&world.app, &world.center, next).unwrap().mapping.unwrap();
        assert_eq!((known.source.as_str(), known.used), ("某局", 1));
        let log = world.app.store.db.read(|tx| audit::page(tx, None, 50)).unwrap();
        assert!(log.iter().any(|entry| entry.action == "list.map"));

        // Another kind of list is another source.
        assert!(!lists::is_readable(&world.app, &world.center, upload(&world, ListKind::Watch, &list(1, 1))).unwrap());
        lists::forget(&world.app, &world.center, known.id).unwrap();
        let asked = upload(&world, kind, &list(1, 1));
        assert!(!lists::is_readable(&world.app, &world.center, asked).unwrap());
        assert!(lists::remembered(&world.app, &world.center).unwrap().is_empty());
    };
    rejected_rows_of_a_mapped_list_are_fed_in_again => |test| {
        let world = World::open(test);
        let text = list(1, 2).replace(&code(2), "91320614MA7000002X");
        let id = upload(&world, ListKind::RepairablePenalty, &text);
        lists::map(&world.app, &world.center, id, &said(&WHOLE)).unwrap();
        let counts = lists::dry_run(&world.app, &world.center, id).unwrap();
        assert_eq!((counts.accepted, counts.rejected), (1, 1));
        let file = lists::rejected_file(&world.app, &world.center, id).unwrap();
        let bytes = world.app.store.files.read(&file.sha256).unwrap();
        let kept = world.app.store.files.keep(bytes.as_slice()).unwrap();
        let again =
            lists::upload(&world.app, &world.center, world.campaign, ListKind::RepairablePenalty, "退回.xlsx", &kept)
                .unwrap();
        let counts = lists::dry_run(&world.app, &world.center, again).unwrap();
        assert_eq!((counts.accepted, counts.rejected), (0, 1), "read by the remembered columns");
    };
    a_sheet_without_a_header_is_mapped_by_its_places => |test| {
        let world = World::open(test);
        let text: String = list(1, 2).lines().skip(2).map(|line| line.to_owned() + "\n").collect();
        let id = upload(&world, ListKind::RepairablePenalty, &text);
        let mut said = said(&[
            ("第1列", Some(Field::Name)),
            ("第2列", Some(Field::Uscc)),
            ("第3列", Some(Field::DecisionNumber)),
            ("第4列", Some(Field::DecisionDate)),
        ]);
        said.header_row = 0;
        lists::map(&world.app, &world.center, id, &said).unwrap();
        assert_eq!(lists::dry_run(&world.app, &world.center, id).unwrap().accepted, 2);
        assert!(lists::remembered(&world.app, &world.center).unwrap().is_empty(), "there is no header to know it by");
    };
    a_county_clerk_neither_maps_nor_forgets => |test| {
        let world = World::open(test);
        let id = upload(&world, ListKind::RepairablePenalty, &list(1, 1));
        let clerk = world.county("海门区信用办");
        assert!(matches!(lists::board(&world.app, &clerk, id), Err(Refusal::Forbidden(_))));
        assert!(matches!(lists::map(&world.app, &clerk, id, &said(&WHOLE)), Err(Refusal::Forbidden(_))));
        assert!(matches!(lists::remembered(&world.app, &clerk), Err(Refusal::Forbidden(_))));
    };
    an_import_is_stopped_taken_up_again_and_another_given_up => |test| {
        let world = World::open(test);
        let many: Vec<_> = (1..=1100).map(|n| crate::lists::line(n, "罚款1000元")).collect();
        let id = upload(&world, ListKind::RepairablePenalty, &crate::lists::csv(many));
        lists::dry_run(&world.app, &world.center, id).unwrap();
        lists::confirm(&world.app, &world.center, id, Extent::Whole).unwrap();
        // One slice, then the process is gone: the list is being imported as far as anybody can see.
        assert!(jobs::run_and_crash(&world.app, 1).unwrap());
        let done = load(&world, id).cursor_rows;
        assert!(done > 0 && done < 1100);
        lists::stop(&world.app, &world.center, id).unwrap();
        world.app.store.db.write(xinxiu_store::job::requeue_running).unwrap();
        jobs::run_next(&world.app).unwrap();
        let stopped = load(&world, id);
        assert_eq!((stopped.state, stopped.cursor_rows), (BatchState::Stopped, done), "nothing more is taken");
        lists::confirm(&world.app, &world.center, id, Extent::Whole).unwrap();
        while jobs::run_next(&world.app).unwrap() {}
        let whole = load(&world, id);
        assert_eq!((whole.state, whole.counts.created), (BatchState::Imported, 1100));
        assert!(lists::stop(&world.app, &world.center, id).is_err());
        let same = upload(&world, ListKind::RepairablePenalty, &crate::lists::csv((1..=1100).map(|n| crate::lists::line(n, "罚款1000元"))));
        let shown = lists::show(&world.app, &world.center, same).unwrap();
        assert_eq!(shown.same_file.map(|earlier| earlier.id), Some(id));
    };
    a_long_list_is_read_in_the_background_and_can_be_cancelled => |test| {
        let world = World::open(test);
        let long: Vec<_> = (1..=6_000).map(|n| crate::lists::line(n % 900, &"罚款".repeat(120))).collect();
        let text = crate::lists::csv(long);
        assert!(text.len() > 4 << 20);
        let id = upload(&world, ListKind::RepairablePenalty, &text);
        lists::queue_or_read(&world.app, &world.center, id).unwrap();
        assert_eq!(load(&world, id).state, BatchState::Received, "not read yet");
        assert!(jobs::run_next(&world.app).unwrap());
        let shown = lists::show(&world.app, &world.center, id).unwrap();
        assert_eq!((shown.batch.state, shown.batch.counts.accepted), (BatchState::Checked, 6_000));
        let job = shown.job.unwrap();
        assert!(job.done > 0 && job.total >= job.done);
        let other = upload(&world, ListKind::RepairablePenalty, &text);
        lists::queue_or_read(&world.app, &world.center, other).unwrap();
        lists::cancel(&world.app, &world.center, other).unwrap();
        assert!(!jobs::run_next(&world.app).unwrap(), "taken off the queue");
        assert_eq!(load(&world, other).state, BatchState::Cancelled);
    };
}
