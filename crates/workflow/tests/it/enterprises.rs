//! Enterprises found, corrected, judged; masked numbers shown for a purpose (N18 N21 N28).

use jiff::civil::date;
use xinxiu_domain::id::{EnterpriseId, PenaltyId};
use xinxiu_domain::penalty::{PenaltyClass, VerdictKind};
use xinxiu_store::enterprise_search::{BY_NAME, Filter, KEYS};
use xinxiu_store::{Sort, both_engines};
use xinxiu_workflow::enterprises::{self, Correction, Personal};
use xinxiu_workflow::{Refusal, jobs};

use crate::lists::{code, csv, import, line};
use crate::support::{World, enterprise_actor};

fn found(world: &World, filter: &Filter) -> Vec<String> {
    let page = enterprises::list(&world.app, &world.center, filter, (BY_NAME, None), 50).unwrap();
    assert_eq!(page.count, i64::try_from(page.rows.len()).unwrap());
    page.rows.into_iter().map(|row| row.name.replace("（虚构）有限公司", "")).collect()
}

fn text(text: &str) -> Filter {
    Filter { text: text.into(), ..Filter::default() }
}

fn first(world: &World) -> (EnterpriseId, PenaltyId) {
    let number = |sql: &str| world.app.store.db.read(|tx| tx.number(sql, &[])).unwrap();
    (EnterpriseId(number("select min(id) from enterprise")), PenaltyId(number("select min(id) from penalty")))
}

fn correction(world: &World, id: EnterpriseId) -> Correction {
    let now = enterprises::card(&world.app, &world.center, id).unwrap().enterprise;
    Correction {
        name: now.name,
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
        reason: "企业来电".into(),
        version: now.version,
    }
}

both_engines! {
    one_box_finds_names_codes_and_decisions => |test| {
        let world = World::open(test);
        import(&world, &csv((1..=12).map(|n| line(n, "罚款1000元"))));
        assert_eq!(found(&world, &text("企业7(虚构")), ["示例企业7"]);
        assert_eq!(found(&world, &text(&code(5)[12..])), ["示例企业5"]);
        assert_eq!(found(&world, &text("示环罚字[2022] 9号")), ["示例企业9"]);
        assert_eq!(found(&world, &text("100%_")), Vec::<String>::new());
        let county = Filter { county: Some(world.org("如皋市信用办")), ..Filter::default() };
        assert!(found(&world, &county).is_empty());
        let class = Filter { campaign: Some(world.campaign), plan_item: Some(world.class(7)), ..Filter::default() };
        assert_eq!(found(&world, &class).len(), 12);
    };
    pages_follow_by_key_without_gaps => |test| {
        let world = World::open(test);
        import(&world, &csv((1..=12).map(|n| line(n, "罚款1000元"))));
        let both = |key| [false, true].map(|descending| Sort { key, descending });
        for order in KEYS.iter().flat_map(both) {
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let page = enterprises::list(&world.app, &world.center, &Filter::default(), (order, after.as_ref()), 5).unwrap();
                seen.extend(page.rows.iter().map(|row| row.id));
                after = page.next;
                if after.is_none() { break; }
            }
            assert_eq!(seen.len(), 12, "{order:?}");
            seen.sort();
            seen.dedup();
            assert_eq!(seen.len(), 12);
        }
    };
    another_county_sees_nothing => |test| {
        let world = World::open(test);
        import(&world, &csv([line(1, "罚款1000元")]));
        let (id, record) = first(&world);
        let stranger = world.county("如皋市信用办");
        let page = enterprises::list(&world.app, &stranger, &Filter::default(), (BY_NAME, None), 50).unwrap();
        assert!(page.rows.is_empty());
        assert!(matches!(enterprises::card(&world.app, &stranger, id), Err(Refusal::Forbidden(_))));
        assert!(matches!(enterprises::penalty_card(&world.app, &stranger, record), Err(Refusal::Forbidden(_))));
        let own = world.county("海门区信用办");
        assert_eq!(enterprises::card(&world.app, &own, id).unwrap().penalties.len(), 1);
        assert!(enterprises::card(&world.app, &enterprise_actor(id), id).is_ok());
    };
    a_correction_has_its_history_and_keeps_numbers_masked => |test| {
        let world = World::open(test);
        import(&world, &csv([line(1, "罚款1000元")]));
        let (id, _) = first(&world);
        let clerk = world.county("海门区信用办");
        let command = Correction { address: "示例路2号".into(), contact_phone: "100-0000-5678".into(), ..correction(&world, id) };
        enterprises::correct(&world.app, &clerk, id, &command).unwrap();
        let card = enterprises::card(&world.app, &clerk, id).unwrap();
        assert_eq!((card.enterprise.address.as_str(), card.phone.as_str()), ("示例路2号", "100****5678"));
        assert_eq!(card.changes.len(), 2, "{:?}", card.changes);
        assert!(card.changes.iter().all(|change| !change.new.contains("00005678")));
        assert!(card.history.iter().all(|entry| !entry.summary.contains("5678")));
        let stale = enterprises::correct(&world.app, &clerk, id, &Correction { address: "别处".into(), ..command });
        assert!(matches!(stale, Err(Refusal::Store(xinxiu_store::StoreError::Conflict(_)))));
    };
    an_enterprise_that_moves_goes_to_the_other_class => |test| {
        let world = World::open(test);
        import(&world, &csv([line(1, "罚款1000元")]));
        let (id, _) = first(&world);
        let command = Correction { county: Some(world.org("如皋市信用办")), ..correction(&world, id) };
        enterprises::correct(&world.app, &world.center, id, &command).unwrap();
        let (member, class) = enterprises::card(&world.app, &world.center, id).unwrap().member.unwrap();
        assert_eq!((member.plan_item, class.as_str()), (Some(world.class(2)), "如皋市"));
    };
    a_number_is_shown_for_a_purpose_only => |test| {
        let world = World::open(test);
        import(&world, &csv([line(1, "罚款1000元")]));
        let (id, _) = first(&world);
        let clerk = world.county("海门区信用办");
        assert!(enterprises::reveal(&world.app, &clerk, id, Personal::ContactPhone, " ").is_err());
        assert!(enterprises::reveal(&world.app, &world.city, id, Personal::ContactPhone, "好奇").is_err());
        let phone = enterprises::reveal(&world.app, &clerk, id, Personal::ContactPhone, "电话通知参训").unwrap();
        assert_eq!(phone, "10000000001");
        let logged = world.app.store.db.read(|tx| tx.number("select count(*) from disclosure", &[])).unwrap();
        assert_eq!(logged, 1);
    };
    a_finding_wins_until_it_is_taken_back => |test| {
        let world = World::open(test);
        import(&world, &csv([line(1, "罚款1000元")]));
        let (_, record) = first(&world);
        let own = world.authority("南通市生态环境局");
        let other = world.authority("南通市应急管理局");
        let review = |actor, class| enterprises::review_class(&world.app, actor, record, class, "书面认定");
        assert!(matches!(review(&other, PenaltyClass::SpecifiedSerious), Err(Refusal::Forbidden(_))));
        review(&own, PenaltyClass::SpecifiedSerious).unwrap();
        let now = enterprises::penalty_card(&world.app, &world.center, record).unwrap().penalty;
        assert_eq!(now.assessment.verdict, VerdictKind::NotRepairable);
        enterprises::take_back_review(&world.app, &own, record, "认定有误").unwrap();
        let now = enterprises::penalty_card(&world.app, &world.center, record).unwrap().penalty;
        assert_eq!((now.review_class, now.assessment.class), (None, PenaltyClass::General));
    };
    a_judgement_survives_the_next_list_and_is_taken_back_after_it => |test| {
        let world = World::open(test);
        import(&world, &csv([line(1, "罚款1000元")]));
        let (_, record) = first(&world);
        let own = world.authority("南通市生态环境局");
        enterprises::review_class(&world.app, &own, record, PenaltyClass::SpecifiedSerious, "书面认定").unwrap();
        import(&world, &csv([line(1, "罚款2000元")]));
        let now = |world: &World| enterprises::penalty_card(&world.app, &world.center, record).unwrap();
        let held = now(&world).penalty;
        assert_eq!((held.review_class, held.assessment.verdict), (Some(PenaltyClass::SpecifiedSerious), VerdictKind::NotRepairable));
        assert!(held.facts.content.contains("2000") && held.review_reason == "书面认定");
        enterprises::take_back_review(&world.app, &own, record, "认定有误").unwrap();
        let held = now(&world).penalty;
        assert_eq!((held.review_class, held.assessment.class), (None, PenaltyClass::General));
    };
    an_edition_named_for_one_record_survives_lists_and_days_until_it_is_taken_back => |test| {
        let world = World::open(test);
        import(&world, &csv([line(1, "罚款1000元")]));
        let (_, record) = first(&world);
        let now = |world: &World| enterprises::penalty_card(&world.app, &world.center, record).unwrap();
        let name = |actor, edition, reason| enterprises::name_edition(&world.app, actor, record, edition, reason);
        assert!(matches!(name(&world.city, "cn-58", "省中心答复"), Err(Refusal::Forbidden(_))));
        assert!(matches!(name(&world.center, "cn-58", " "), Err(Refusal::Invalid(_))));
        assert!(matches!(name(&world.center, "cn-22", "省中心答复"), Err(Refusal::Invalid(_))));
        name(&world.center, "cn-58", "省中心答复").unwrap();
        let card = now(&world);
        assert_eq!(card.penalty.assessment.edition, "cn-58");
        assert!(card.penalty.assessment.reasons.iter().any(|reason| reason.rule == "edition.override"));
        assert_eq!(card.named_edition.map(|named| (named.edition, named.reason)), Some(("cn-58".into(), "省中心答复".into())));
        import(&world, &csv([line(1, "罚款2000元")]));
        assert_eq!(now(&world).penalty.assessment.edition, "cn-58");
        world.app.clock.set(date(2022, 7, 1));
        jobs::queue_reassessment(&world.app).unwrap();
        assert!(jobs::run_next(&world.app).unwrap());
        assert_eq!(now(&world).penalty.assessment.edition, "cn-58");
        let back = |reason| enterprises::take_back_edition(&world.app, &world.center, record, reason);
        back("答复已撤回").unwrap();
        assert!(matches!(back("答复已撤回"), Err(Refusal::Invalid(_))));
        let card = now(&world);
        assert_eq!((card.penalty.assessment.edition.as_str(), card.named_edition), ("cn-527", None));
        let steps: Vec<_> = card.history.iter().map(|step| step.what.as_str()).collect();
        assert!(steps.iter().any(|step| step.contains("省中心答复")) && steps.iter().any(|step| step.contains("答复已撤回")), "{steps:?}");
    };
    verdicts_follow_the_day => |test| {
        let world = World::open(test);
        world.app.clock.set(date(2022, 2, 1));
        import(&world, &csv([line(1, "罚款1000元")]));
        let (_, record) = first(&world);
        let verdict = |world: &World| enterprises::penalty_card(&world.app, &world.center, record).unwrap().penalty;
        assert_eq!(verdict(&world).assessment.verdict, VerdictKind::RepairableLater);
        assert_eq!(enterprises::live_verdict(&verdict(&world), date(2022, 4, 5)), VerdictKind::RepairableNow);
        world.app.clock.set(date(2022, 4, 5));
        jobs::queue_reassessment(&world.app).unwrap();
        assert!(jobs::run_next(&world.app).unwrap());
        assert_eq!(verdict(&world).assessment.verdict, VerdictKind::RepairableNow);
        assert_eq!(verdict(&world).assessed_on, date(2022, 4, 5));
    };
}
