//! Lists on their way in: refused, read on trial, imported, cut off and taken up again, followed by the next
//! edition (N08).

use std::path::Path;

use xinxiu_domain::batch::BatchState;
use xinxiu_domain::id::BatchId;
use xinxiu_domain::penalty::PenaltyClass;
use xinxiu_domain::{ListKind, Uscc};
use xinxiu_store::batch::{self, Batch, Counts};
use xinxiu_store::enterprise::Enterprise;
use xinxiu_store::enterprise_search::{BY_NAME, Filter};
use xinxiu_store::testing::TestStore;
use xinxiu_store::{audit, batch_row, both_engines, enterprise, enterprise_change, penalty};
use xinxiu_workflow::enterprises::Correction;
use xinxiu_workflow::lists::{self, Extent, Fate};
use xinxiu_workflow::{Refusal, enterprises, jobs};

use crate::support::World;

const HEAD: &str = "行政相对人名称,统一社会信用代码,行政处罚决定书文号,处罚决定日期,处罚机关,处罚类别,处罚内容,所属县区,联系电话\n";

pub fn code(number: usize) -> String {
    Uscc::from_body(&format!("91320614MA7{number:06}")).unwrap().as_str().to_owned()
}

/// One line of a list: a fine by the environment bureau against the enterprise of this number.
pub fn line(number: usize, content: &str) -> String {
    format!(
        "示例企业{number}（虚构）有限公司,{},示环罚字〔2022〕{number}号,2022-01-05,南通市生态环境局,罚款,{content},海门区,1000000{number:04}\n",
        code(number)
    )
}

pub fn csv(lines: impl IntoIterator<Item = String>) -> String {
    lines.into_iter().fold(HEAD.to_owned(), |text, line| text + &line)
}

fn upload(world: &World, list: ListKind, name: &str, content: &[u8]) -> Result<BatchId, Refusal> {
    let kept = world.app.store.files.keep(content).unwrap();
    lists::upload(&world.app, &world.center, world.campaign, list, name, &kept)
}

/// Uploads a list, reads it on trial and confirms it.
pub fn queue(world: &World, list: ListKind, text: &str) -> BatchId {
    let id = upload(world, list, "名单.csv", text.as_bytes()).unwrap();
    lists::dry_run(&world.app, &world.center, id).unwrap();
    lists::confirm(&world.app, &world.center, id, Extent::Whole).unwrap();
    id
}

/// Uploads, confirms and imports a list as the repairable-penalty list.
pub fn import(world: &World, text: &str) -> BatchId {
    let id = queue(world, ListKind::RepairablePenalty, text);
    assert!(jobs::run_next(&world.app).unwrap());
    id
}

fn load(world: &World, id: BatchId) -> Batch {
    world.app.store.db.read(|tx| batch::load(tx, id)).unwrap()
}

fn counts(world: &World, id: BatchId) -> (i64, i64, i64, i64) {
    let Counts { created, unchanged, changed, gone, .. } = load(world, id).counts;
    (created, unchanged, changed, gone)
}

fn number(world: &World, sql: &str) -> i64 {
    world.app.store.db.read(|tx| tx.number(sql, &[])).unwrap()
}

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples").join(name)).unwrap()
}

/// Adopts a name by the existing step of correction.
fn adopt(world: &World, found: &Enterprise, name: &str) {
    let command = Correction {
        name: name.to_owned(),
        county: found.county,
        township: found.township.clone(),
        industry: found.industry.clone(),
        address: found.address.clone(),
        survival: found.survival,
        legal_representative: found.legal_representative.clone(),
        department_head: found.department_head.clone(),
        contact_name: found.contact_name.clone(),
        contact_phone: String::new(),
        contact_email: String::new(),
        legal_representative_id: String::new(),
        department_head_id: String::new(),
        reason: "营业执照已换发".into(),
        version: found.version,
    };
    enterprises::correct(&world.app, &world.center, found.id, &command).unwrap();
}

fn refuses_what_is_no_list(test: &TestStore) {
    let world = World::open(test);
    let before = number(&world, "select count(*) from audit_entry");
    for (name, content, word) in [
        ("空.csv", Vec::new(), "空"),
        ("改名.xlsx", sample("broken/document.xlsx"), "不是电子表格"),
        ("截断.xlsx", sample("broken/truncated.xlsx"), "不完整"),
        ("炸弹.xlsx", sample("broken/zip-bomb.xlsx"), "压缩比"),
        ("表头.csv", sample("broken/unknown-header.csv"), "表头"),
        ("乱码.csv", sample("broken/binary.csv"), "乱码.csv"),
        ("加密.xlsx", sample("broken/encrypted.xlsx"), "加密"),
    ] {
        let refused = upload(&world, ListKind::RepairablePenalty, name, &content).unwrap_err();
        assert!(matches!(refused, Refusal::Upload(_)), "{name}");
        assert!(refused.to_string().contains(word), "{name}: {refused}");
    }
    for table in ["batch", "stored_file", "job", "enterprise"] {
        assert_eq!(number(&world, &format!("select count(*) from {table}")), 0, "{table}");
    }
    assert_eq!(number(&world, "select count(*) from audit_entry"), before);
}

both_engines! {
    what_is_no_list_is_refused_and_changes_nothing => refuses_what_is_no_list;
    a_list_of_a_county_clerk_is_forbidden => |test| {
        let world = World::open(test);
        let kept = world.app.store.files.keep(csv([line(1, "罚款1000元")]).as_bytes()).unwrap();
        let clerk = world.county("海门区信用办");
        let refused = lists::upload(&world.app, &clerk, world.campaign, ListKind::Watch, "名单.csv", &kept);
        assert!(matches!(refused, Err(Refusal::Forbidden(_))));
    };
    a_trial_reading_counts_and_takes_nothing => |test| {
        let world = World::open(test);
        let bad = format!("坏行（虚构）有限公司,91320614MA1T0000XX,示罚〔2022〕9号,2022-01-05,示例局,罚款,罚款,,{}\n", "13800000000".replace('8', "0"));
        let text = csv([line(1, "罚款1000元"), bad]);
        let id = upload(&world, ListKind::RepairablePenalty, "名单.csv", text.as_bytes()).unwrap();
        let unchecked = lists::confirm(&world.app, &world.center, id, Extent::Whole);
        assert!(unchecked.is_err());
        let counts = lists::dry_run(&world.app, &world.center, id).unwrap();
        assert_eq!((counts.accepted, counts.rejected), (1, 1));
        let shown = lists::show(&world.app, &world.center, id).unwrap();
        assert!(shown.report.first.iter().any(|problem| problem.rejected && problem.row == 3));
        let file = lists::rejected_file(&world.app, &world.center, id).unwrap();
        assert_eq!(file.name, "名单-退回.xlsx");
        assert!(world.app.store.files.read(&file.sha256).unwrap().starts_with(b"PK"));
        assert_eq!(number(&world, "select count(*) from enterprise"), 0);
        lists::cancel(&world.app, &world.center, id).unwrap();
        assert_eq!(load(&world, id).state, BatchState::Cancelled);
    };
    every_record_is_assessed_and_placed => |test| {
        let world = World::open(test);
        let id = import(&world, &csv([line(1, "罚款1000元，责令限期整改")]));
        assert_eq!(counts(&world, id), (1, 0, 0, 0));
        world.app.store.db.read(|tx| {
            let found = enterprise::by_uscc(tx, &Uscc::parse(&code(1)).unwrap())?.unwrap();
            assert_eq!(found.county, Some(world.org("海门区信用办")));
            assert!(!found.contact_phone_sealed.contains("1000000"));
            let records = penalty::of_enterprise(tx, found.id)?;
            assert_eq!(records[0].assessment.edition, "cn-527");
            assert_eq!(records[0].authority, Some(world.org("南通市生态环境局")));
            let member = enterprise::member(tx, world.campaign, found.id)?.unwrap();
            assert_eq!(member.plan_item, Some(world.class(7)));
            let origins = batch_row::origins(tx, found.id)?;
            assert_eq!((origins[0].row, origins[0].penalty), (2, Some(records[0].id)));
            audit::verify(tx).map(drop)
        }).unwrap();
    };
    a_sector_class_takes_its_authoritys_enterprises => |test| {
        let world = World::open(test);
        let text = csv([line(1, "罚款1000元").replace("南通市生态环境局", "南通市卫生健康委员会")]);
        import(&world, &text);
        let sector = number(&world, "select plan_item_id from member");
        assert_eq!(sector, world.class(9).0);
    };
    the_same_file_twice_changes_nothing => |test| {
        let world = World::open(test);
        let text = csv((1..=5).map(|n| line(n, "罚款1000元")));
        import(&world, &text);
        let again = import(&world, &text);
        assert_eq!(counts(&world, again), (0, 5, 0, 0));
        assert_eq!(number(&world, "select count(*) from penalty"), 5);
        assert_eq!(number(&world, "select count(*) from enterprise"), 5);
        assert_eq!(number(&world, "select count(*) from list_entry"), 5);
        assert_eq!(number(&world, "select count(*) from enterprise_change"), 0);
    };
    the_next_edition_marks_what_has_gone => |test| {
        let world = World::open(test);
        import(&world, &csv((1..=3).map(|n| line(n, "罚款1000元"))));
        let next = csv([line(1, "罚款1000元"), line(2, "罚款2000元"), line(4, "罚款1000元")]);
        let second = import(&world, &next);
        assert_eq!(counts(&world, second), (1, 1, 1, 1));
        let gone = "select count(*) from penalty where gone_since is not null";
        assert_eq!((number(&world, gone), number(&world, "select count(*) from penalty")), (1, 4));
        let third = import(&world, &csv((1..=4).map(|n| line(n, "罚款2000元"))));
        assert_eq!(counts(&world, third), (0, 1, 3, 0));
        assert_eq!(number(&world, gone), 0);
    };
    an_authority_without_an_organisation_is_named_before_the_list_is_taken => |test| {
        let world = World::open(test);
        let strange = |n| line(n, "罚款1000元").replace("南通市生态环境局", "南通市示例管理局（虚构）");
        let text = csv([line(1, "罚款1000元"), strange(2), strange(3)]);
        let id = upload(&world, ListKind::RepairablePenalty, "名单.csv", text.as_bytes()).unwrap();
        lists::dry_run(&world.app, &world.center, id).unwrap();
        let report = lists::show(&world.app, &world.center, id).unwrap().report;
        let named: Vec<_> = report.unknown_authorities.into_iter().collect();
        assert_eq!((report.without_authority, named), (2, vec![("南通市示例管理局（虚构）".to_owned(), 2)]));
    };
    a_trial_reading_says_what_the_import_then_does => |test| {
        let world = World::open(test);
        import(&world, &csv((1..=3).map(|n| line(n, "罚款1000元"))));
        // Longer than a slice, and its last line is its first one again.
        let many = (4..=1_100).map(|n| line(n, "罚款1000元"));
        let next = csv([line(1, "罚款1000元"), line(2, "罚款2000元")].into_iter().chain(many).chain([line(4, "罚款1000元")]));
        let id = queue(&world, ListKind::RepairablePenalty, &next);
        let report = lists::show(&world.app, &world.center, id).unwrap().report;
        let foretold = (report.created, report.unchanged, report.changed, report.would_go);
        assert_eq!((report.present, foretold), (3, (1_097, 2, 1, 1)));
        let of_fate = |fate: Fate| report.differences.iter().filter(move |found| found.fate == fate.code());
        assert_eq!(of_fate(Fate::New).count(), 50);
        let changed: Vec<_> = of_fate(Fate::Changed).map(|found| (found.row, found.said())).collect();
        assert_eq!(changed, [(3, "处罚内容：「罚款1000元」→「罚款2000元」".to_owned())]);
        let gone: Vec<_> = of_fate(Fate::Gone).map(|found| (found.name.as_str(), found.uscc.as_str())).collect();
        assert_eq!(gone, [("示例企业3（虚构）有限公司", code(3).as_str())]);
        let file = lists::difference_file(&world.app, &world.center, id).unwrap();
        assert_eq!(file.name, "名单-变化.xlsx");
        assert!(world.app.store.files.read(&file.sha256).unwrap().starts_with(b"PK"));
        assert!(jobs::run_next(&world.app).unwrap());
        assert_eq!(counts(&world, id), (1_097, 2, 1, 1));
    };
    an_addition_makes_nothing_disappear => |test| {
        let world = World::open(test);
        import(&world, &csv([line(1, "罚款1000元")]));
        let id = upload(&world, ListKind::RepairablePenalty, "补充.csv", csv([line(2, "罚款1000元")]).as_bytes()).unwrap();
        lists::dry_run(&world.app, &world.center, id).unwrap();
        lists::confirm(&world.app, &world.center, id, Extent::Addition).unwrap();
        jobs::run_next(&world.app).unwrap();
        assert_eq!(counts(&world, id), (1, 0, 0, 0));
    };
    a_killed_import_goes_on_without_doubles => |test| {
        let world = World::open(test);
        let text = csv((1..=1_200).map(|n| line(n, "罚款1000元")));
        let id = queue(&world, ListKind::RepairablePenalty, &text);
        for rows in [500, 1_000] {
            assert!(jobs::run_and_crash(&world.app, 1).unwrap());
            assert_eq!(load(&world, id).cursor_rows, rows);
            assert!(!jobs::run_next(&world.app).unwrap());
            assert_eq!(jobs::take_up(&world.app).unwrap(), 1);
        }
        assert!(jobs::run_next(&world.app).unwrap());
        assert_eq!(load(&world, id).state, BatchState::Imported);
        assert_eq!(counts(&world, id), (1_200, 0, 0, 0));
        for table in ["penalty", "enterprise", "batch_row", "list_entry", "member"] {
            assert_eq!(number(&world, &format!("select count(*) from {table}")), 1_200, "{table}");
        }
        assert!(!jobs::run_next(&world.app).unwrap());
    };
    a_lost_file_fails_the_import_which_can_be_repeated => |test| {
        let world = World::open(test);
        let text = csv([line(1, "罚款1000元")]);
        let id = queue(&world, ListKind::RepairablePenalty, &text);
        let kept = world.app.store.files.keep(text.as_bytes()).unwrap();
        std::fs::remove_file(world.app.store.files.path(&kept.sha256)).unwrap();
        assert!(jobs::run_next(&world.app).unwrap());
        assert_eq!(load(&world, id).state, BatchState::Failed);
        assert!(load(&world, id).message.contains("无法读取"));
        world.app.store.files.keep(text.as_bytes()).unwrap();
        lists::confirm(&world.app, &world.center, id, Extent::Whole).unwrap();
        jobs::run_next(&world.app).unwrap();
        assert_eq!(load(&world, id).state, BatchState::Imported);
    };
    a_name_alone_joins_no_two_codes => |test| {
        let world = World::open(test);
        let other = line(2, "罚款1000元").replace("示例企业2", "示例企业1");
        let bare = line(3, "罚款1000元").replace("示例企业3", "示例企业1").replace(&code(3), "");
        let again = line(4, "罚款1000元").replace("示例企业4", "示例企业1").replace(&code(4), "");
        import(&world, &csv([line(1, "罚款1000元"), other, bare, again]));
        assert_eq!(number(&world, "select count(*) from enterprise"), 3);
    };
    what_differs_is_noted_and_a_correction_stays => |test| {
        let world = World::open(test);
        import(&world, &csv([line(1, "罚款1000元")]));
        let changed = csv([line(1, "罚款1000元").replace("10000000001", "10000009999").replace("示例企业1", "示例新名")]);
        import(&world, &changed);
        import(&world, &changed);
        world.app.store.db.read(|tx| {
            let found = enterprise::by_uscc(tx, &Uscc::parse(&code(1)).unwrap())?.unwrap();
            assert!(found.name.starts_with("示例企业1"), "{}", found.name);
            let vault = &world.app.store.vault;
            assert_eq!(vault.open_text(enterprise::sealed::CONTACT_PHONE, &found.contact_phone_sealed)?, "10000000001");
            let changes = enterprise_change::of_enterprise(tx, vault, found.id)?;
            let fields: Vec<_> = changes.iter().map(|change| change.field.as_str()).collect();
            assert_eq!(fields, ["contact_phone", "name"]);
            Ok::<_, xinxiu_store::StoreError>(())
        }).unwrap();
        // The first list again says nothing new.
        import(&world, &csv([line(1, "罚款1000元")]));
        assert_eq!(number(&world, "select count(*) from enterprise_change"), 2);
    };
    a_list_renames_no_enterprise_and_its_name_is_kept => |test| {
        let world = World::open(test);
        import(&world, &csv([line(1, "罚款1000元"), line(2, "罚款1000元")]));
        // The second differs only in brackets and in 有限责任公司: it is the same name.
        let second = line(2, "罚款1000元").replace("（虚构）有限公司", "(虚构)有限责任公司");
        let text = csv([line(1, "罚款1000元").replace("示例企业1", "示例另称"), second]);
        let id = upload(&world, ListKind::RepairablePenalty, "名单.csv", text.as_bytes()).unwrap();
        lists::dry_run(&world.app, &world.center, id).unwrap();
        let report = lists::show(&world.app, &world.center, id).unwrap().report;
        assert_eq!((report.renamed, report.renames.len()), (1, 1), "{:?}", report.renames);
        let told = &report.renames[0];
        assert!(told.message.contains("名称与在册不同，在册为「示例企业1（虚构）有限公司」"), "{}", told.message);
        assert_eq!((told.row, told.value.as_str()), (2, "示例另称（虚构）有限公司"));
        lists::confirm(&world.app, &world.center, id, Extent::Addition).unwrap();
        assert!(jobs::run_next(&world.app).unwrap());
        assert_eq!((counts(&world, id), load(&world, id).counts.renamed), ((0, 2, 0, 0), 1));
        let called = |name: &str| {
            let filter = Filter { text: name.to_owned(), ..Filter::default() };
            enterprises::list(&world.app, &world.center, &filter, (BY_NAME, None), 9).unwrap().rows
        };
        let found = called("示例另称");
        assert_eq!((found.len(), found[0].name.as_str()), (1, "示例企业1（虚构）有限公司"));
        let card = enterprises::card(&world.app, &world.center, found[0].id).unwrap();
        assert_eq!((card.known_names[0].name.as_str(), card.known_names[0].file_name.as_str()), ("示例另称（虚构）有限公司", "名单.csv"));
        assert!(card.origins[0].notes.contains("名称与在册不同，在册为「示例企业1"), "{}", card.origins[0].notes);
        adopt(&world, &card.enterprise, "示例另称（虚构）有限公司");
        let card = enterprises::card(&world.app, &world.center, found[0].id).unwrap();
        assert_eq!(card.enterprise.name, "示例另称（虚构）有限公司");
        // The name of before the correction is no list's any more, and still leads to the enterprise.
        assert_eq!((card.known_names.len(), card.known_names[0].file_name.as_str()), (1, ""));
        assert_eq!(called("示例企业1").len(), 1);
    };
    one_code_under_two_names_in_a_list_is_one_enterprise => |test| {
        let world = World::open(test);
        let text = csv([line(1, "罚款1000元"), line(2, "罚款1000元").replace(&code(2), &code(1))]);
        let id = queue(&world, ListKind::RepairablePenalty, &text);
        assert_eq!(lists::show(&world.app, &world.center, id).unwrap().report.renamed, 1);
        assert!(jobs::run_next(&world.app).unwrap());
        assert_eq!(number(&world, "select count(*) from enterprise where name like '示例企业1%'"), 1);
        assert_eq!(number(&world, "select count(*) from known_name"), 1);
    };
    a_judgement_survives_the_next_list => |test| {
        let world = World::open(test);
        import(&world, &csv([line(1, "罚款1000元")]));
        let id = xinxiu_domain::id::PenaltyId(number(&world, "select id from penalty"));
        enterprises::review_class(&world.app, &world.center, id, PenaltyClass::Serious, "来函认定").unwrap();
        import(&world, &csv([line(1, "罚款3000元")]));
        let found = world.app.store.db.read(|tx| penalty::load(tx, id)).unwrap();
        assert_eq!((found.review_class, found.assessment.class), (Some(PenaltyClass::Serious), PenaltyClass::Serious));
        assert!(found.facts.content.contains("3000"));
    };
    a_watch_list_holds_listings => |test| {
        let world = World::open(test);
        let text = String::from_utf8(sample("watch-list-semicolon.csv")).unwrap();
        let id = queue(&world, ListKind::Watch, &text);
        jobs::run_next(&world.app).unwrap();
        let found = load(&world, id);
        assert_eq!((found.state, found.counts.listings, found.counts.created), (BatchState::Imported, 6, 6));
        assert_eq!(number(&world, "select count(*) from listing"), 6);
        assert_eq!(number(&world, "select count(*) from member"), 6);
    };
}
