//! Rejected rows that come back put right: tied to the list and row that sent them back (N08).

use std::ops::ControlFlow;

use xinxiu_domain::ListKind;
use xinxiu_domain::id::{BatchId, RowId};
use xinxiu_intake::{Options, Seen, read_file};
use xinxiu_store::batch::{self, Batch};
use xinxiu_store::received_row::{RowFilter, RowLine, RowOutcome};
use xinxiu_store::row_correction::LinkedRow;
use xinxiu_store::{both_engines, files};
use xinxiu_workflow::jobs;
use xinxiu_workflow::lists::{self, Extent};

use crate::lists::{csv, import, line};
use crate::support::World;

fn undated(number: usize) -> String {
    line(number, "罚款1000元").replace("2022-01-05", "")
}

fn load(world: &World, id: BatchId) -> Batch {
    world.app.store.db.read(|tx| batch::load(tx, id)).unwrap()
}

/// The spreadsheet of rejected rows as it was handed out, with `corrections` made in it, as text with tabs.
fn handed_out(world: &World, id: BatchId, corrections: &[(&str, &str)]) -> (String, String) {
    let stored =
        world.app.store.db.read(|tx| files::load(tx, load(world, id).rejected_file.unwrap())).unwrap();
    let plain = world.app.store.files.plain(&stored.sha256).unwrap();
    let mut rows: Vec<Vec<(String, String)>> = Vec::new();
    let options = Options::new(world.app.clock.today());
    let read = read_file(plain.path(), &options, &mut Seen::new(), &mut |outcome, _| {
        rows.push(
            outcome.received().1.pairs().map(|(head, cell)| (head.to_owned(), cell.to_owned())).collect(),
        );
        ControlFlow::Continue(())
    });
    read.unwrap();
    for (name, day) in corrections {
        let row = rows.iter_mut().find(|row| row[0].1.contains(name)).unwrap();
        let cell = row.iter_mut().find(|(head, _)| head == "处罚决定日期").unwrap();
        (*day).clone_into(&mut cell.1);
    }
    let heads: Vec<&str> = rows[0].iter().map(|(head, _)| head.as_str()).collect();
    let cells =
        rows.iter().map(|row| row.iter().map(|(_, cell)| cell.as_str()).collect::<Vec<_>>().join("\t"));
    let text = std::iter::once(heads.join("\t")).chain(cells).collect::<Vec<_>>().join("\n");
    (stored.name.replace(".xlsx", ".tsv"), text)
}

fn feed(world: &World, (name, text): (String, String)) -> BatchId {
    let kept = world.app.store.files.keep(text.as_bytes()).unwrap();
    let id =
        lists::upload(&world.app, &world.center, world.campaign, ListKind::RepairablePenalty, &name, &kept)
            .unwrap();
    lists::dry_run(&world.app, &world.center, id).unwrap();
    lists::confirm(&world.app, &world.center, id, Extent::Addition).unwrap();
    assert!(jobs::run_next(&world.app).unwrap());
    id
}

fn rows(world: &World, id: BatchId, outcome: RowOutcome) -> Vec<RowLine> {
    let filter = RowFilter { outcome: Some(outcome), ..RowFilter::default() };
    lists::rows(&world.app, &world.center, id, &filter, (RowId(0), 50)).unwrap().lines
}

fn place(linked: Option<LinkedRow>) -> Option<(BatchId, i64)> {
    linked.map(|row| (row.batch, row.number))
}

both_engines! {
    a_rejected_row_that_comes_back_right_is_tied_to_its_list => |test| {
        let world = World::open(test);
        let first = import(&world, &csv([line(1, "罚款1000元"), undated(2), undated(3)]));
        assert_eq!((load(&world, first).rejected_open(), load(&world, first).corrected), (2, 0));
        let second = feed(&world, handed_out(&world, first, &[("示例企业2（", "2022-01-05")]));
        // One was put right, one came back as it was.
        let (earlier, later) = (load(&world, first), load(&world, second));
        assert_eq!((earlier.rejected_open(), earlier.corrected, later.rejected_open()), (1, 1, 1));
        let sent_back = rows(&world, first, RowOutcome::Rejected);
        let taken = rows(&world, second, RowOutcome::Accepted);
        assert_eq!(sent_back.iter().map(|line| line.corrected_by).collect::<Vec<_>>(), [Some(taken[0].id), None]);
        let card = |id| lists::row(&world.app, &world.center, id).unwrap();
        assert_eq!(place(card(taken[0].id).corrects), Some((first, 3)));
        assert_eq!(place(card(sent_back[0].id).corrected_by), Some((second, taken[0].number)));
        let open = RowFilter { outcome: Some(RowOutcome::Rejected), open: true, ..RowFilter::default() };
        let found = lists::rows(&world.app, &world.center, first, &open, (RowId(0), 50)).unwrap();
        assert_eq!((found.count, found.lines[0].id), (1, sent_back[1].id));
        // What came back wrong and comes back once more settles both.
        let third = feed(&world, handed_out(&world, second, &[("示例企业3（", "2022-01-06")]));
        assert_eq!((load(&world, first).rejected_open(), load(&world, second).rejected_open()), (0, 0));
        let last = rows(&world, third, RowOutcome::Accepted).remove(0);
        assert_eq!(card(sent_back[1].id).corrected_by.map(|row| row.id), Some(last.id));
        assert_eq!(place(card(last.id).corrects).map(|(batch, _)| batch), Some(second));
    };
    a_list_with_such_columns_of_another_file_is_tied_to_nothing => |test| {
        let world = World::open(test);
        let first = import(&world, &csv([line(1, "罚款1000元"), undated(2)]));
        let (name, text) = handed_out(&world, first, &[("示例企业2（", "2022-01-05")]);
        let id = feed(&world, (name, text.replace("名单.csv", "另一份.csv")));
        assert_eq!((load(&world, first).corrected, load(&world, id).counts.accepted), (0, 1));
        let taken = rows(&world, id, RowOutcome::Accepted).remove(0);
        assert_eq!(lists::row(&world.app, &world.center, taken.id).unwrap().corrects, None);
    };
}
