//! Search as somebody types: every way to name an enterprise, and only of those that one may see (N13).

use jiff::civil::date;
use xinxiu_domain::Uscc;
use xinxiu_domain::id::{EnterpriseId, MatchId};
use xinxiu_store::enterprise_search::{BY_NAME, Filter};
use xinxiu_store::likely_match;
use xinxiu_store::search::{Hit, TermKind};
use xinxiu_store::{both_engines, params};
use xinxiu_workflow::enterprises::{self, Correction};
use xinxiu_workflow::identity::{self, Verdict};

use crate::support::World;

const HEAD: &str = "行政相对人名称,统一社会信用代码,行政处罚决定书文号,处罚决定日期,处罚机关,处罚类别,处罚内容,所属县区,联系电话\n";

/// Three enterprises of two counties, one of them with a decision.
fn set_scene(world: &World) -> [EnterpriseId; 3] {
    let list = format!(
        "{HEAD}重庆示例纺织（虚构）有限公司,{},通环罚字〔2022〕12号,2022-01-05,南通市生态环境局,罚款,罚款1000元,海门区,10000000001\n",
        code(1)
    );
    crate::lists::import(world, &list);
    let first =
        EnterpriseId(world.app.store.db.read(|tx| tx.number("select min(id) from enterprise", &[])).unwrap());
    let second = world.member("如皋虚构贸易有限责任公司", "如皋市信用办", 2);
    let third = world.member("海门示例化工有限公司", "海门区信用办", 7);
    [first, second, third]
}

fn code(number: usize) -> String {
    crate::lists::code(number)
}

/// Two records of one enterprise in two counties, each with a code of its own (the organisation code is the same):
/// the one to keep, the one to join, their pair, and what names the second alone.
fn two_codes_of_one(world: &World) -> (EnterpriseId, EnterpriseId, MatchId, [String; 5]) {
    let old = Uscc::from_body("91320682MA7000001").unwrap().to_string();
    let list = format!(
        "{HEAD}南通示例仅现名（虚构）有限公司,{},通环罚字〔2022〕12号,2022-01-05,南通市生态环境局,罚款,罚款1000元,海门区,10000000001\n\
         南通示例旧址用名（虚构）有限公司,{old},通环罚字〔2022〕77号,2022-01-05,南通市生态环境局,罚款,罚款1000元,如皋市,10000000002\n",
        code(1)
    );
    crate::lists::import(world, &list);
    let of = |code: &str| {
        let found = world
            .app
            .store
            .db
            .read(|tx| tx.number("select id from enterprise where uscc = $1", params![code]));
        EnterpriseId(found.unwrap())
    };
    let (kept, joined) = (of(&code(1)), of(&old));
    world.sql("update enterprise set legal_representative = '示例', address = '示例路1号'", &[]);
    let db = &world.app.store.db;
    let pair = db.write(|tx| likely_match::insert(tx, (kept, joined), 50, &[], date(2022, 6, 14))).unwrap();
    let queries =
        [old.clone(), old[12..].to_owned(), "旧址用名".to_owned(), "sljzym".to_owned(), "77号".to_owned()];
    (kept, joined, pair.id, queries)
}

fn hits(world: &World, text: &str) -> Vec<Hit> {
    enterprises::suggest(&world.app, &world.center, text, 8).unwrap()
}

fn ids(world: &World, text: &str) -> Vec<EnterpriseId> {
    let mut ids: Vec<_> = hits(world, text).into_iter().map(|hit| hit.enterprise).collect();
    let filter = Filter { text: text.into(), ..Filter::default() };
    let page = enterprises::list(&world.app, &world.center, &filter, (BY_NAME, None), 50).unwrap();
    let mut listed: Vec<_> = page.rows.iter().map(|row| row.id).collect();
    ids.sort_unstable();
    listed.sort_unstable();
    assert_eq!(ids, listed, "the list finds what the box offers: {text}");
    ids
}

fn rename(world: &World, id: EnterpriseId, name: &str) {
    let now = enterprises::card(&world.app, &world.center, id).unwrap().enterprise;
    let command = Correction {
        name: name.into(),
        county: now.county,
        township: now.township,
        industry: now.industry,
        address: now.address,
        survival: now.survival,
        legal_representative: now.legal_representative,
        department_head: now.department_head,
        contact_name: now.contact_name,
        contact_phone: String::new(),
        contact_email: String::new(),
        legal_representative_id: String::new(),
        department_head_id: String::new(),
        reason: "营业执照已换发".into(),
        version: now.version,
    };
    enterprises::correct(&world.app, &world.center, id, &command).unwrap();
}

both_engines! {
    each_way_to_name_an_enterprise_finds_it => |test| {
        let world = World::open(test);
        let [first, second, third] = set_scene(&world);
        for (text, expected) in [
            ("纺", vec![first]),
            ("纺织", vec![first]),
            ("皋", vec![second]),
            ("示例", vec![first, third]),
            ("示例纺织(虚构)", vec![first]),
            ("虚构贸易有限公司", vec![second]),
            ("公司", vec![first, second, third]),
            ("有限公司", vec![first, second, third]),
            ("司", vec![first, second, third]),
            ("zqsl", vec![first]),
            ("CQSL", vec![first]),
            ("slfz", vec![first]),
            ("h", vec![third]),
            ("hm", vec![third]),
            ("xgmy", vec![second]),
            (&code(1)[14..], vec![first]),
            (&code(1)[15..], vec![first]),
            (&code(1), vec![first]),
            ("通环罚字〔2022〕12号", vec![first]),
            ("通环罚字[2022]12", vec![first]),
            ("（2022）12号", vec![first]),
            ("【2022】 12号", vec![first]),
            ("12号", vec![first]),
            ("电力", vec![]),
            ("〔〕", vec![]),
            ("100%_", vec![]),
            ("纺贸", vec![]),
        ] {
            assert_eq!(ids(&world, text), expected, "{text}");
        }
    };
    it_is_said_by_what_an_enterprise_was_found => |test| {
        let world = World::open(test);
        let [first, second, _] = set_scene(&world);
        rename(&world, second, "如皋虚构物流有限公司");
        let one = |text: &str| hits(&world, text).remove(0);
        let former = one("虚构贸易");
        assert_eq!((former.enterprise, former.by), (second, TermKind::KnownName));
        assert_eq!((former.name.as_str(), former.matched.as_str()), ("如皋虚构物流有限公司", "如皋虚构贸易有限责任公司"));
        assert_eq!(one("虚构物流").by, TermKind::Name);
        let decision = one("罚字[2022]12");
        assert_eq!((decision.enterprise, decision.by), (first, TermKind::Decision));
        assert_eq!(decision.matched, "通环罚字〔2022〕12号");
        assert_eq!(one(&code(1)[12..]).by, TermKind::Code);
        assert!(one("zqsl").by_initials);
    };
    the_likeliest_comes_first => |test| {
        let world = World::open(test);
        world.member("南通示例建材有限公司", "海门区信用办", 7);
        let begins = world.member("示例建材南通有限公司", "海门区信用办", 7);
        let exact = world.member("示例建材", "海门区信用办", 7);
        let order: Vec<_> = hits(&world, "示例建材").into_iter().map(|hit| hit.enterprise).collect();
        assert_eq!(order[..2], [exact, begins]);
    };
    what_one_may_not_see_is_not_found => |test| {
        let world = World::open(test);
        let [first, second, third] = set_scene(&world);
        let found = |actor: &xinxiu_domain::actor::Actor, text: &str| -> Vec<EnterpriseId> {
            let mut ids: Vec<_> = enterprises::suggest(&world.app, actor, text, 8).unwrap()
                .into_iter().map(|hit| hit.enterprise).collect();
            ids.sort_unstable();
            ids
        };
        let county = world.county("如皋市信用办");
        assert_eq!(found(&county, "公司"), [second]);
        for text in ["纺织", "zqsl", "12号", &code(1)[12..], "海"] {
            assert!(found(&county, text).is_empty(), "{text}");
        }
        let authority = world.authority("南通市生态环境局");
        assert_eq!(found(&authority, "公司"), [first]);
        assert!(found(&authority, "如皋").is_empty());
        assert_eq!(found(&world.county("海门区信用办"), "示例"), [first, third]);
        for letter in ["甲", "乙", "丙"] {
            let agency = world.agency(letter);
            for id in found(&agency, "公司") {
                assert!(enterprises::card(&world.app, &agency, id).is_ok(), "{letter}");
            }
        }
        let agencies: usize = ["甲", "乙", "丙"].iter().map(|letter| found(&world.agency(letter), "公司").len()).sum();
        assert!(agencies >= 2, "members are found by the agencies of their classes");
    };
    an_enterprise_that_moves_is_found_by_its_new_county_only => |test| {
        let world = World::open(test);
        let [_, second, _] = set_scene(&world);
        let (old, new) = (world.county("如皋市信用办"), world.county("海门区信用办"));
        let found = |actor| enterprises::suggest(&world.app, actor, "如皋", 8).unwrap().len();
        assert_eq!((found(&old), found(&new)), (1, 0));
        world.sql("update enterprise set county_id = $1 where id = $2", params![world.org("海门区信用办"), second]);
        world.sql("update member set plan_item_id = null where enterprise_id = $1", params![second]);
        assert_eq!((found(&old), found(&new)), (0, 1));
    };
    one_that_was_joined_is_found_as_the_one_that_is_kept => |test| {
        let world = World::open(test);
        let (kept, joined, pair, queries) = two_codes_of_one(&world);
        for text in &queries {
            assert_eq!(ids(&world, text), [joined], "before: {text}");
        }
        identity::decide(&world.app, &world.center, pair, Verdict::Same, ("营业执照一致", Some(kept))).unwrap();
        for text in &queries {
            assert_eq!(ids(&world, text), [kept], "joined: {text}");
        }
        let by = |text: &str| hits(&world, text).remove(0).by;
        assert_eq!(by(&queries[0]), TermKind::Code);
        assert_eq!(by(&queries[2]), TermKind::KnownName);
        assert_eq!(by(&queries[4]), TermKind::Decision);
        assert_eq!(ids(&world, "示例仅现名"), [kept]);
        // Built anew from nothing, the index says the same.
        xinxiu_store::search::rebuild(&world.app.store.db, |_, _| ()).unwrap();
        for text in &queries {
            assert_eq!(ids(&world, text), [kept], "rebuilt: {text}");
        }
        identity::undo(&world.app, &world.center, pair, ("核实为两家", &[])).unwrap();
        for text in &queries {
            assert_eq!(ids(&world, text), [joined], "parted: {text}");
        }
        assert_eq!(ids(&world, "示例仅现名"), [kept]);
    };
    one_that_was_joined_is_seen_by_who_may_see_the_kept_one_only => |test| {
        let world = World::open(test);
        let (kept, joined, pair, queries) = two_codes_of_one(&world);
        let (own, other) = (world.county("海门区信用办"), world.county("如皋市信用办"));
        let found = |actor: &xinxiu_domain::actor::Actor, text: &str| -> Vec<EnterpriseId> {
            let hits = enterprises::suggest(&world.app, actor, text, 8).unwrap();
            hits.into_iter().map(|hit| hit.enterprise).collect()
        };
        for text in &queries {
            assert_eq!((found(&own, text), found(&other, text)), (vec![], vec![joined]), "before: {text}");
        }
        identity::decide(&world.app, &world.center, pair, Verdict::Same, ("营业执照一致", Some(kept))).unwrap();
        for text in &queries {
            assert_eq!((found(&own, text), found(&other, text)), (vec![kept], vec![]), "joined: {text}");
        }
    };
    a_database_from_before_is_indexed_in_slices => |test| {
        let world = World::open(test);
        let [first, ..] = set_scene(&world);
        let db = &world.app.store.db;
        world.sql("update search_term set key = ''", &[]);
        assert!(hits(&world, "纺织").is_empty());
        let mut reports = Vec::new();
        xinxiu_store::search::catch_up(db, |done, all| reports.push((done, all))).unwrap();
        assert!(reports.is_empty(), "nothing was marked");
        xinxiu_store::search::rebuild(db, |done, all| reports.push((done, all))).unwrap();
        assert_eq!(reports, [(3, 3)]);
        assert_eq!(ids(&world, "纺织"), [first]);
    };
}
