//! Rows of lists as received: found, shown with what was made of them, masked, shown in full on record (N08 N21).

use xinxiu_domain::ListKind;
use xinxiu_domain::id::{BatchId, RowId};
use xinxiu_intake::Taken;
use xinxiu_store::both_engines;
use xinxiu_store::received_row::{RowFilter, RowOutcome};
use xinxiu_workflow::lists::{self, At, RowCard};
use xinxiu_workflow::{Refusal, enterprises};

use crate::lists::{csv, import, line};
use crate::support::World;

const PHONE: &str = "10000000001";

fn rejected() -> String {
    "示例退回（虚构）有限公司,,示环罚字〔2022〕77号,,南通市生态环境局,罚款,罚款1元,海门区,10000007777\n"
        .to_owned()
}

fn page(world: &World, batch: BatchId, filter: &RowFilter) -> lists::RowPage {
    lists::rows(&world.app, &world.center, batch, filter, (RowId(0), 50)).unwrap()
}

fn only(world: &World, batch: BatchId, outcome: RowOutcome) -> RowId {
    let filter = RowFilter { outcome: Some(outcome), ..RowFilter::default() };
    let found = page(world, batch, &filter);
    assert_eq!((found.lines.len(), found.count), (1, 1));
    found.lines[0].id
}

fn cell<'a>(card: &'a RowCard, header: &str) -> &'a xinxiu_intake::ReadCell {
    card.cells.iter().find(|cell| cell.header == header).unwrap()
}

both_engines! {
    a_row_is_shown_as_it_came_beside_what_was_read => |test| {
        let world = World::open(test);
        let batch = import(&world, &csv([line(1, " 罚款1000元 "), rejected()]));
        let id = only(&world, batch, RowOutcome::Accepted);
        let card = lists::row(&world.app, &world.center, id).unwrap();
        assert_eq!((card.number, card.sha256.len(), card.batch.file_name.as_str()), (2, 64, "名单.csv"));
        let content = cell(&card, "处罚内容");
        assert_eq!((content.received.as_str(), &content.taken), (" 罚款1000元 ", &Taken::As("罚款1000元".into())));
        assert_eq!(cell(&card, "联系电话").received, "100****0001");
        assert!(!format!("{card:?}").contains(PHONE));
        assert!(card.penalty.is_some() && card.enterprise.is_some());
    };
    a_rejected_row_says_why_and_is_found_by_its_name => |test| {
        let world = World::open(test);
        let batch = import(&world, &csv([line(1, "罚款1000元"), rejected()]));
        let id = only(&world, batch, RowOutcome::Rejected);
        let card = lists::row(&world.app, &world.center, id).unwrap();
        assert!(card.problems.iter().any(|one| one.message.contains("请补充后重新导入")), "{:?}", card.problems);
        assert!(card.enterprise.is_none() && card.notes.contains("缺少处罚决定日期"));
        for text in ["示例退回", "2022〕77号", "缺少处罚决定"] {
            let found = page(&world, batch, &RowFilter { text: text.into(), ..RowFilter::default() });
            assert_eq!(found.lines.iter().map(|line| line.id).collect::<Vec<_>>(), [id], "{text}");
        }
        for text in ["示例企业1", "环罚字[2022]1号", "生态环境局"] {
            let found = page(&world, batch, &RowFilter { text: text.into(), ..RowFilter::default() });
            assert_eq!(found.lines.len(), 1, "{text}");
            assert_eq!(found.lines[0].outcome, RowOutcome::Accepted, "{text}");
        }
        // Marks of the query language mean themselves.
        assert_eq!(page(&world, batch, &RowFilter { text: "%".into(), ..RowFilter::default() }).count, 0);
        let label = world.app.store.db.read(|tx| tx.query("select label from batch_row", &[], |row| row.get::<String>("label")));
        assert!(label.unwrap().iter().all(|label| !label.contains("10000007777")));
        let county = world.county("海门区信用办");
        assert!(matches!(lists::row(&world.app, &county, id), Err(Refusal::Forbidden(_))));
    };
    rows_come_page_by_page_in_the_order_of_the_file => |test| {
        let world = World::open(test);
        let batch = import(&world, &csv((1..=5).map(|n| line(n, "罚款1000元"))));
        let none = RowFilter::default();
        let first = lists::rows(&world.app, &world.center, batch, &none, (RowId(0), 3)).unwrap();
        let numbers = |page: &lists::RowPage| page.lines.iter().map(|line| line.number).collect::<Vec<_>>();
        assert_eq!((numbers(&first), first.count), (vec![2, 3, 4], 5));
        let rest = lists::rows(&world.app, &world.center, batch, &none, (first.next.unwrap(), 3)).unwrap();
        assert_eq!((numbers(&rest), rest.next), (vec![5, 6], None));
    };
    who_sees_the_enterprise_sees_its_rows_and_nobody_else => |test| {
        let world = World::open(test);
        let batch = import(&world, &csv([line(1, "罚款1000元")]));
        let id = only(&world, batch, RowOutcome::Accepted);
        for actor in [world.county("海门区信用办"), world.authority("南通市生态环境局")] {
            assert!(lists::row(&world.app, &actor, id).is_ok());
            assert!(matches!(lists::rows(&world.app, &actor, batch, &RowFilter::default(), (RowId(0), 5)), Err(Refusal::Forbidden(_))));
        }
        for actor in [world.county("启东市信用办"), world.authority("南通市应急管理局")] {
            assert!(matches!(lists::row(&world.app, &actor, id), Err(Refusal::Forbidden(_))));
            assert!(matches!(lists::reveal_row(&world.app, &actor, id, "核对电话"), Err(Refusal::Forbidden(_))));
        }
    };
    what_is_shown_in_full_is_on_record_with_its_purpose => |test| {
        let world = World::open(test);
        let batch = import(&world, &csv([line(1, "罚款1000元"), rejected()]));
        let id = only(&world, batch, RowOutcome::Accepted);
        assert!(matches!(lists::reveal_row(&world.app, &world.center, id, " "), Err(Refusal::Invalid(_))));
        let card = lists::reveal_row(&world.app, &world.center, id, "核对电话").unwrap();
        assert_eq!(cell(&card, "联系电话").received, PHONE);
        let (owner, _) = card.enterprise.unwrap();
        let history = enterprises::card(&world.app, &world.center, owner).unwrap().history;
        assert!(history.iter().any(|entry| entry.action == "row.reveal" && entry.summary.contains("核对电话")));
        assert!(history.iter().all(|entry| !entry.summary.contains(PHONE)));
        let shown = world.app.store.db.read(|tx| tx.number("select count(*) from disclosure where field = 'received_row'", &[]));
        assert_eq!(shown.unwrap(), 1);
        let back = only(&world, batch, RowOutcome::Rejected);
        assert_eq!(cell(&lists::reveal_row(&world.app, &world.center, back, "核对电话").unwrap(), "联系电话").received, "10000007777");
        assert!(matches!(lists::reveal_row(&world.app, &world.city, id, "核对电话"), Err(Refusal::Forbidden(_))));
    };
    a_row_of_a_list_that_is_not_imported_is_read_from_the_file => |test| {
        let world = World::open(test);
        let kept = world.app.store.files.keep(csv([line(1, "罚款1000元"), rejected()]).as_bytes()).unwrap();
        let batch = lists::upload(&world.app, &world.center, world.campaign, ListKind::RepairablePenalty, "名单.csv", &kept).unwrap();
        let At::InFile(card) = lists::row_at(&world.app, &world.center, batch, ("", 3)).unwrap() else { panic!("on record") };
        assert_eq!((card.id, card.outcome), (None, RowOutcome::Rejected));
        assert!(!format!("{card:?}").contains("10000007777"));
        assert!(matches!(lists::row_at(&world.app, &world.center, batch, ("", 1)), Err(Refusal::Missing(_))));
        lists::dry_run(&world.app, &world.center, batch).unwrap();
        lists::confirm(&world.app, &world.center, batch, lists::Extent::Whole).unwrap();
        assert!(xinxiu_workflow::jobs::run_next(&world.app).unwrap());
        assert!(matches!(lists::row_at(&world.app, &world.center, batch, ("", 3)).unwrap(), At::OnRecord(_)));
    };
}
