//! The code on a paper: the right one is filed, another's is refused, an unreadable one waits for a person (N10 N12 N26).

use jiff::civil::date;
use xinxiu_documents::paper_png;
use xinxiu_domain::actor::Actor;
use xinxiu_domain::id::{CommitmentId, EnterpriseId};
use xinxiu_domain::paper_code::{FORM_EDITION, PaperCode, PaperKind, ScanOutcome};
use xinxiu_domain::penalty::{Material, PenaltyClass};
use xinxiu_store::commitment::Show;
use xinxiu_store::{Part, both_engines};
use xinxiu_workflow::applications::{Decide, Verdict};
use xinxiu_workflow::commitments::Choice;
use xinxiu_workflow::paper_codes::{Sheet, code};
use xinxiu_workflow::passport::Standing;
use xinxiu_workflow::{Refusal, applications, commitments, passport, scans};

use crate::repair::Scene;
use crate::support::{TODAY, World, enterprise_actor};

const AUTHORITY: &str = "南通市生态环境局";
const WORDS: &str = "annex2-2022";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n-----";

/// A photograph with a code.
fn photo(world: &World, code: &PaperCode) -> Sheet {
    let picture = paper_png(&code.text()).unwrap();
    (world.app.store.files.keep(&picture[..]).unwrap(), "IMG_1.png".into())
}

fn of(world: &World, id: CommitmentId) -> PaperCode {
    code(&world.app.store.vault, PaperKind::Commitment, id.0, WORDS).unwrap()
}

fn blurred(world: &World, number: u8) -> Sheet {
    (world.app.store.files.keep(&[PNG, &[number]].concat()[..]).unwrap(), "模糊.png".into())
}

/// Two records of 甲公司, each with its commitment.
fn scene(world: &World) -> (EnterpriseId, CommitmentId, CommitmentId) {
    let id = world.member("甲公司", "海安市信用办", 1);
    world.penalty(id, AUTHORITY, date(2022, 1, 5), PenaltyClass::General);
    world.penalty(id, AUTHORITY, date(2022, 2, 5), PenaltyClass::General);
    let papers = prepared(world, id);
    (id, papers[0], papers[1])
}

fn prepared(world: &World, id: EnterpriseId) -> Vec<CommitmentId> {
    commitments::prepare(&world.app, &enterprise_actor(id), id, None).unwrap();
    let folder = commitments::folder(&world.app, &world.city, id, None).unwrap();
    folder.commitments.iter().map(|(one, _)| one.id).collect()
}

/// The scans that wait for the actor, each with what holds it.
fn waiting(scene: &Scene, actor: &Actor) -> Vec<(PaperKind, i64)> {
    let all = scans::waiting(scene.app(), actor, Part::first(9)).unwrap();
    all.into_iter().map(|one| (one.paper, one.holder)).collect()
}

#[track_caller]
fn refused(result: Result<ScanOutcome, Refusal>, words: &[&str]) -> String {
    let Err(Refusal::Invalid(errors)) = result else { panic!("{result:?}") };
    assert_eq!(errors[0].field, "scan");
    for word in words {
        assert!(errors[0].message.contains(word), "{}", errors[0].message);
    }
    errors[0].message.clone()
}

both_engines! {
    the_right_paper_is_filed_and_what_was_read_is_on_record => |test| {
        let world = World::open(test);
        let (id, paper, _) = scene(&world);
        let own = enterprise_actor(id);
        // One page of several is enough.
        let sheets = [blurred(&world, 1), photo(&world, &of(&world, paper))];
        let outcome = commitments::sign_pages(&world.app, &own, paper, &sheets, TODAY).unwrap();
        assert_eq!(outcome, ScanOutcome::Matched);
        let check = commitments::card(&world.app, &own, paper).unwrap().check.unwrap();
        assert_eq!((check.outcome, check.page, check.at.on), (ScanOutcome::Matched, 2, TODAY));
        assert_eq!((check.code, check.by), (of(&world, paper).text(), own.name));
    };
    another_paper_is_refused_and_named_as_far_as_the_reader_may_know => |test| {
        let world = World::open(test);
        let (id, paper, second) = scene(&world);
        let (own, agency) = (enterprise_actor(id), world.agency("甲"));
        let sign = |actor: &Actor, codes: &[PaperCode]| {
            let sheets: Vec<_> = codes.iter().map(|code| photo(&world, code)).collect();
            commitments::sign_pages(&world.app, actor, paper, &sheets, TODAY)
        };
        // The paper about the other record, even beside the right one.
        refused(sign(&own, &[of(&world, paper), of(&world, second)]), &["第2个文件“IMG_1.png”", "甲公司", "CN-2022-"]);
        let far = world.member("丙公司", "如皋市信用办", 5);
        world.penalty(far, AUTHORITY, date(2022, 1, 5), PenaltyClass::General);
        let foreign = of(&world, prepared(&world, far)[0]);
        for actor in [&own, &agency] {
            let said = refused(sign(actor, std::slice::from_ref(&foreign)), &["另一家企业的信用修复承诺书"]);
            assert!(!said.contains("丙公司"));
        }
        let form = code(&world.app.store.vault, PaperKind::RectificationForm, 1, "annex3-2022").unwrap();
        refused(sign(&own, &[form]), &["信用修复表"]);
        let mut elsewhere = of(&world, paper);
        elsewhere.tag = if elsewhere.tag == "0000" { "1111".into() } else { "0000".into() };
        refused(sign(&own, &[elsewhere]), &["不是本平台打印的"]);
        let old = code(&world.app.store.vault, PaperKind::Commitment, paper.0, "annex2-2021").unwrap();
        refused(sign(&own, &[old]), &["旧版文本", "重新打印"]);
        // Nothing was taken meanwhile.
        sign(&own, &[of(&world, paper)]).unwrap();
        let replaced = commitments::replace_pages(&world.app, &own, paper, &[photo(&world, &foreign)], TODAY, "重拍");
        refused(replaced, &["另一家企业的"]);
    };
    an_unreadable_scan_waits_for_a_person_with_a_name => |test| {
        let scene = Scene::open(test);
        let (world, app) = (&scene.world, scene.app());
        let paper = prepared(world, scene.enterprise)[0];
        let own = enterprise_actor(scene.enterprise);
        let (kept, _) = blurred(world, 1);
        assert_eq!(commitments::sign(app, &own, paper, &kept, TODAY).unwrap(), ScanOutcome::Unread);
        let id = scene.opened();
        scene.fill_all_but_commitment(id);
        let codes = || scene.case(id).gaps.iter().map(|gap| gap.code).collect::<Vec<_>>();
        assert_eq!(codes(), ["scan_unread"]);
        let passport = passport::of_penalty(app, &own, scene.penalty).unwrap();
        assert!(passport.materials.contains(&(Material::Commitment, Standing::Unread)));
        let listed = |actor: &Actor| {
            let choice = Choice { show: Show::Unread, search: String::new(), class: None, skip: 0, limit: 9 };
            commitments::list(app, actor, &choice).unwrap().0.len()
        };
        assert_eq!((listed(&scene.agency), listed(&world.agency("乙"))), (1, 0));
        assert_eq!(waiting(&scene, &scene.agency), [(PaperKind::Commitment, paper.0)]);
        assert_eq!(waiting(&scene, &world.window).len(), 1);
        assert!(waiting(&scene, &world.agency("乙")).is_empty());
        assert!(matches!(scans::waiting(app, &world.city, Part::first(9)), Err(Refusal::Forbidden(_))));
        let version = scene.case(id).application.version;
        let submitted = applications::submit(app, &scene.agency, id, version);
        assert!(matches!(submitted, Err(Refusal::Missing(_))));
        // Not the enterprise itself, nor somebody from elsewhere; and only the scan that was looked at.
        let scan = |actor: &Actor| commitments::card(app, actor, paper).unwrap().commitment.scan.unwrap().0;
        let first = scan(&scene.agency);
        let confirm = |actor: &Actor, scan: i64| commitments::confirm_scan(app, actor, paper, scan);
        for actor in [&own, &world.agency("乙"), &world.city, &world.county("如皋市信用办")] {
            assert!(matches!(confirm(actor, first), Err(Refusal::Forbidden(_))), "{}", actor.role);
        }
        let (again, _) = blurred(world, 2);
        commitments::replace(app, &own, paper, &again, TODAY, "重拍").unwrap();
        assert!(matches!(confirm(&scene.agency, first), Err(Refusal::Invalid(_))));
        confirm(&scene.agency, scan(&scene.agency)).unwrap();
        assert!(matches!(confirm(&world.window, scan(&world.window)), Err(Refusal::Invalid(_))));
        let check = commitments::card(app, &world.window, paper).unwrap().check.unwrap();
        assert_eq!(check.confirmed.map(|(by, at)| (by, at.on)), Some((scene.agency.name.clone(), TODAY)));
        assert!(codes().is_empty());
        assert_eq!(listed(&scene.agency), 0);
        assert!(waiting(&scene, &scene.agency).is_empty());
        scene.submit(id);
        // Once more unreadable, the window sees it and does not pass it by.
        let (third, _) = blurred(world, 3);
        commitments::replace(app, &own, paper, &third, TODAY, "再拍").unwrap();
        assert!(matches!(scene.review(id, &Verdict::Accept), Err(Refusal::Missing(gaps)) if gaps[0].code == "scan_unread"));
        confirm(&world.window, scan(&world.window)).unwrap();
        scene.review(id, &Verdict::Accept).unwrap();
    };
    a_form_goes_to_its_record_and_to_no_other => |test| {
        let scene = Scene::open(test);
        let (world, app) = (&scene.world, scene.app());
        let id = scene.opened();
        let item = scene.case(id).items[0].item.id;
        let form = |of: i64| code(&app.store.vault, PaperKind::RectificationForm, of, FORM_EDITION).unwrap();
        let paper = |(kept, name): Sheet| (kept, name, "image/png".to_owned());
        let add = |sheet: Sheet| {
            let (kept, name, kind) = paper(sheet);
            let what = (Material::RectificationForm, Some(item));
            applications::add_material(app, &scene.agency, id, what, (&kept, &name, &kind))
        };
        let refused = |result: Result<(), Refusal>| match result {
            Err(Refusal::Invalid(errors)) => errors[0].message.clone(),
            other => panic!("{other:?}"),
        };
        assert!(refused(add(photo(world, &form(item.0 + 1)))).contains("信用修复表"));
        let commitment = of(world, prepared(world, scene.enterprise)[0]);
        assert!(refused(add(photo(world, &commitment))).contains("信用修复承诺书"));
        assert!(scene.case(id).materials.is_empty());
        add(blurred(world, 1)).unwrap();
        let codes = || scene.case(id).gaps.iter().map(|gap| gap.code).collect::<Vec<_>>();
        assert!(codes().contains(&"form_unread"), "{:?}", codes());
        assert_eq!(waiting(&scene, &scene.agency), [(PaperKind::RectificationForm, id.0)]);
        let material = scene.case(id).materials[0].id;
        let own = enterprise_actor(scene.enterprise);
        assert!(matches!(applications::confirm_form(app, &own, material), Err(Refusal::Forbidden(_))));
        applications::confirm_form(app, &scene.agency, material).unwrap();
        assert!(!codes().contains(&"form_unread"));
        assert!(matches!(applications::confirm_form(app, &world.window, material), Err(Refusal::Invalid(_))));
        // Beside one that a person looked at, another that nobody can read does no harm; the right one is known by itself.
        add(blurred(world, 2)).unwrap();
        assert!(waiting(&scene, &scene.agency).is_empty());
        assert!(!codes().contains(&"form_unread"));
        add(photo(world, &form(item.0))).unwrap();
        let case = scene.case(id);
        let last = &case.checks[&case.materials.iter().map(|one| one.file).max().unwrap()];
        assert_eq!((last.outcome, last.code.as_str()), (ScanOutcome::Matched, form(item.0).text().as_str()));
    };
    a_sealed_form_of_another_record_is_not_taken => |test| {
        let scene = Scene::open(test);
        let (world, app) = (&scene.world, scene.app());
        let item = scene.accepted();
        let form = |of: i64| {
            let code = code(&app.store.vault, PaperKind::RectificationForm, of, FORM_EDITION).unwrap();
            let (kept, name) = photo(world, &code);
            (kept, name, "image/png".to_owned())
        };
        let decide = |of: i64| {
            let command = Decide { file: Some(form(of)), ..scene.agree(item) };
            applications::decide(app, &scene.authority, item, &command)
        };
        assert!(matches!(decide(item.0 + 1), Err(Refusal::Invalid(_))));
        decide(item.0).unwrap();
        let sealed = |of: i64| {
            let version = scene.item(item).version;
            applications::attach_sealed(app, &scene.authority, item, (version, &form(of), "0513-00001234"))
        };
        assert!(matches!(sealed(item.0 + 1), Err(Refusal::Invalid(_))));
        let case = scene.case(scene.item(item).application);
        let file = scene.item(item).decision_file.unwrap();
        assert_eq!(case.checks[&file].outcome, ScanOutcome::Matched);
    };
}
