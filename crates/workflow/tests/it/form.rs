//! Annex 3 (N27), and how often an agency's applications pass at once (N12 N14).

use xinxiu_domain::application::{Grade, ReturnReason};
use xinxiu_domain::repair_fact::FactKind;
use xinxiu_store::both_engines;
use xinxiu_workflow::applications::{self, Edit, Verdict};
use xinxiu_workflow::enterprises::{self, Personal};
use xinxiu_workflow::{Refusal, evaluations};

use crate::repair::Scene;

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
            let (contact_name, statement) = (now.contact_name.clone(), now.statement.clone());
            let edit = Edit { contact_name, contact_phone: phone.into(), statement, version: now.version };
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
        applications::attach_sealed(app, &scene.authority, item, (now.version, &paper)).unwrap();
        let late = applications::attach_sealed(app, &scene.authority, item, (now.version, &paper));
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
