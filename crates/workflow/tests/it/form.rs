//! Annex 3 (N27), and how often an agency's applications pass at once (N12 N14).

use jiff::civil::date;
use xinxiu_domain::application::{Grade, ReturnReason};
use xinxiu_domain::id::ItemId;
use xinxiu_domain::penalty::{Material, PenaltyClass};
use xinxiu_domain::repair_fact::FactKind;
use xinxiu_store::both_engines;
use xinxiu_workflow::applications::{self, Edit, Verdict};
use xinxiu_workflow::enterprises::{self, Personal};
use xinxiu_workflow::{Refusal, evaluations};

use crate::repair::{AUTHORITY, DUE, Scene};

fn codes(refused: Result<impl std::fmt::Debug, Refusal>) -> Vec<&'static str> {
    match refused.unwrap_err() {
        Refusal::Missing(gaps) => gaps.iter().map(|gap| gap.code).collect(),
        other => panic!("{other}"),
    }
}

both_engines! {
    the_form_carries_the_contact_of_the_application => |test| {
        let scene = Scene::open(test);
        let (app, id) = (scene.app(), scene.opened());
        scene.fill(id);
        let item = scene.case(id).items[0].item.id;
        // The window holds the number against the papers: masked, and in full for a purpose.
        let masked = applications::masked_contact(app, &scene.case(id)).unwrap();
        assert_eq!(masked, "051****1234");
        let reveal = |why: &str| enterprises::reveal(app, &scene.world.window, scene.enterprise, Personal::OperatorPhone, why);
        assert!(reveal(" ").is_err());
        assert_eq!(reveal("核对与在线申请是否一致").unwrap(), "0513-00001234");
        applications::print_form(app, &scene.agency, item).unwrap();
        assert!(scene.case(id).gaps.is_empty());
        let edit = |phone: &str| {
            let now = scene.case(id).application;
            let contact_name = now.contact_name.clone();
            let edit = Edit { contact_name, contact_phone: phone.into(), statements: Vec::new(), version: now.version };
            applications::edit(app, &scene.agency, id, &edit).unwrap();
        };
        // The same number again, or none, is no change.
        edit("0513-00001234");
        edit("");
        assert!(scene.case(id).gaps.is_empty());
        edit("0513-00009999");
        let version = scene.case(id).application.version;
        assert_eq!(codes(applications::submit(app, &scene.agency, id, version)), ["contact_mismatch"]);
        applications::print_form(app, &scene.agency, item).unwrap();
        scene.submit(id);
    };
    each_record_has_a_statement_of_its_own => |test| {
        let scene = Scene::open(test);
        let (app, agency) = (scene.app(), &scene.agency);
        let second = scene.world.penalty(scene.enterprise, AUTHORITY, date(2022, 2, 1), PenaltyClass::Serious);
        scene.needs(second, DUE, &[Material::RectificationForm]);
        let id = applications::open(app, agency, scene.enterprise, &[scene.penalty, second]).unwrap();
        let items: Vec<_> = scene.case(id).items.iter().map(|one| one.item.id).collect();
        let edit = |statements: &[(ItemId, &str)]| {
            let statements = statements.iter().map(|(item, text)| (*item, (*text).to_owned())).collect();
            let version = scene.case(id).application.version;
            let (contact_name, contact_phone) = ("示例丁".to_owned(), "0513-00001234".to_owned());
            applications::edit(app, agency, id, &Edit { contact_name, contact_phone, statements, version })
        };
        let open = |code: &str| -> Vec<String> {
            let gaps = scene.case(id).gaps.into_iter().filter(|gap| gap.code == code);
            gaps.map(|gap| gap.message).collect()
        };
        // A statement about one record is none about the other.
        edit(&[(items[0], " 罚款已缴清 ")]).unwrap();
        let second_number = scene.case(id).items[1].penalty.decision.to_string();
        assert!(open("statement").len() == 1 && open("statement")[0].starts_with(&second_number));
        edit(&[(items[1], "设备已更换")]).unwrap();
        let stated: Vec<_> = scene.case(id).items.into_iter().map(|one| one.item.statement).collect();
        assert_eq!(stated, ["罚款已缴清", "设备已更换"]);
        // What was printed before carries other words, on that one form.
        for item in &items {
            applications::print_form(app, agency, *item).unwrap();
        }
        edit(&[(items[0], "罚款已缴清"), (items[1], "设备已更换并验收")]).unwrap();
        assert!(open("statement_changed").len() == 1 && open("statement_changed")[0].starts_with(&second_number));
        applications::print_form(app, agency, items[1]).unwrap();
        assert!(open("statement_changed").is_empty());
        // A record of another application is not this one's to state about.
        let third = scene.world.penalty(scene.enterprise, AUTHORITY, date(2022, 2, 2), PenaltyClass::Serious);
        let other = applications::open(app, agency, scene.enterprise, &[third]).unwrap();
        assert!(edit(&[(scene.case(other).items[0].item.id, "借用")]).is_err());
        assert_eq!(scene.item(scene.case(other).items[0].item.id).statement, "");
    };
    what_was_stated_for_a_whole_application_stands_at_each_record => |test| {
        let scene = Scene::open(test);
        let second = scene.world.penalty(scene.enterprise, AUTHORITY, date(2022, 2, 1), PenaltyClass::Serious);
        let both = [scene.penalty, second];
        let id = applications::open(scene.app(), &scene.agency, scene.enterprise, &both).unwrap();
        let moved = include_str!("../../../store/migrations/0069_statement_per_record.sql");
        let write = |tx: &xinxiu_store::Tx<'_>| -> Result<(), xinxiu_store::StoreError> {
            tx.execute_script(
                "alter table application_item drop column statement;
                 alter table application_item drop column form_outdated;
                 alter table application add column statement text not null default '';
                 update application set statement = '罚款已缴清';",
            )?;
            tx.execute_script(moved)
        };
        scene.app().store.db.write(write).unwrap();
        let stated: Vec<_> = scene.case(id).items.into_iter().map(|one| one.item.statement).collect();
        assert_eq!(stated, ["罚款已缴清", "罚款已缴清"]);
    };
    the_authority_prints_its_decision_and_attaches_it_sealed => |test| {
        let scene = Scene::open(test);
        let item = scene.accepted();
        let app = scene.app();
        // Before the decision it is printed with blanks for it.
        let (blank, _) = applications::print_decided(app, &scene.authority, item).unwrap();
        assert!(blank.starts_with(b"%PDF"));
        assert!(matches!(applications::print_decided(app, &scene.agency, item), Err(Refusal::Forbidden(_))));
        let mut wrong = scene.agree(item);
        wrong.handler.1 = "电话".into();
        assert!(matches!(applications::decide(app, &scene.authority, item, &wrong), Err(Refusal::Invalid(_))));
        applications::decide(app, &scene.authority, item, &scene.agree(item)).unwrap();
        let now = scene.item(item);
        // The two choices are two: this one is a general violation and serious dishonesty.
        assert_eq!((now.severity, now.conduct), (Some(Grade::General), Some(Grade::Serious)));
        assert!(now.authority_handler == "示例戊" && !now.authority_phone_sealed.contains("5678"));
        let (pdf, _) = applications::print_decided(app, &scene.authority, item).unwrap();
        assert!(pdf.starts_with(b"%PDF"));
        let other = scene.world.authority("南通市应急管理局");
        assert!(matches!(applications::print_decided(app, &other, item), Err(Refusal::Forbidden(_))));
        let kept = app.store.files.keep(&b"%PDF sealed"[..]).unwrap();
        let paper = (kept, "盖章.pdf".to_owned(), "application/pdf".to_owned());
        // It was not printed here: whoever attaches it types the contact that stands on it.
        let attach = |contact: &str| applications::attach_sealed(app, &scene.authority, item, (now.version, &paper, contact));
        for other in ["", "0513-00009999"] {
            assert!(matches!(attach(other), Err(Refusal::Invalid(errors)) if errors[0].field == "form_contact"), "{other}");
        }
        attach("0513-00001234").unwrap();
        assert_eq!(scene.item(item).form_contact_version, Some(scene.case(now.application).application.contact_version));
        let late = attach("0513-00001234");
        assert!(matches!(late, Err(Refusal::Store(xinxiu_store::StoreError::Conflict(_)))));
        let facts = scene.case(now.application).facts;
        assert_eq!(facts.last().map(|fact| (fact.kind, fact.file)), Some((FactKind::FormSealed, scene.item(item).decision_file)));
    };
    the_first_review_counts_for_the_agency_and_no_later_one => |test| {
        let scene = Scene::open(test);
        let (app, id) = (scene.app(), scene.opened());
        scene.fill(id);
        scene.submit(id);
        let back = Verdict::Return { reasons: vec![ReturnReason::SealMissing], note: String::new() };
        scene.review(id, &back).unwrap();
        scene.submit(id);
        scene.review(id, &Verdict::Accept).unwrap();
        let agency = scene.agency.org.unwrap();
        let of = |actor: &xinxiu_domain::actor::Actor| evaluations::board(app, actor).unwrap().first_pass;
        let city = of(&scene.world.city);
        assert_eq!((city[&agency].reviewed, city[&agency].passed, city[&agency].rate()), (1, 0, Some(0)));
        assert_eq!(city[&agency].reasons, [(ReturnReason::SealMissing, 1)]);
        assert!(of(&scene.world.county("海安市信用办")).contains_key(&agency));
        assert!(of(&scene.world.county("启东市信用办")).is_empty());
        assert!(of(&scene.agency).contains_key(&agency) && of(&scene.world.agency("乙")).is_empty());
    };
}
