//! Archives and their hand-over.

use std::io::Write;

use jiff::civil::date;
use xinxiu_documents::package;
use xinxiu_domain::archive::{HandoverKind, HandoverState};
use xinxiu_domain::job::JobState;
use xinxiu_store::{both_engines, handover, params};
use xinxiu_workflow::archives::{self, Sheet, Source};
use xinxiu_workflow::{Refusal, applications, jobs};

use crate::repair::Scene;
use crate::support::TODAY;

both_engines! {
    an_archive_opens_with_the_first_document_and_holds_everything => |test| {
        let scene = Scene::open(test);
        let before = archives::dossier(scene.app(), &scene.agency, scene.enterprise).unwrap();
        assert!(before.archive.is_none());
        let item = scene.accepted();
        applications::decide(scene.app(), &scene.authority, item, &scene.agree(item)).unwrap();
        let dossier = archives::dossier(scene.app(), &scene.agency, scene.enterprise).unwrap();
        assert_eq!(dossier.archive.as_ref().unwrap().number, "NT2022-000001");
        let kinds: Vec<&str> = dossier.papers.iter().map(|paper| paper.kind.as_str()).collect();
        for kind in ["主要登记证照", "已履行行政处罚证明", "行政处罚信息信用修复表", "信用修复培训证明", "信用报告", "初审回执", "修复决定"] {
            assert!(kinds.contains(&kind), "{kind}");
        }
        assert!(dossier.history.iter().any(|event| event.text.contains("初审通过")));
        for place in 0..dossier.papers.len() {
            let bytes = match archives::paper(scene.app(), &scene.agency, scene.enterprise, place).unwrap() {
                Sheet::Stored(file) => scene.app().store.files.read(&file.sha256).unwrap(),
                Sheet::Made(bytes, _) => bytes,
            };
            let made = matches!(dossier.papers[place].source, Source::Made(_));
            // Papers of the enterprise were uploaded as a picture or as a short text.
            let uploaded = bytes == b"example" || bytes.starts_with(b"\x89PNG");
            assert_eq!(bytes.starts_with(b"%PDF"), made || !uploaded);
        }
        let stranger = scene.world.agency("乙");
        assert!(matches!(archives::dossier(scene.app(), &stranger, scene.enterprise), Err(Refusal::Forbidden(_))));
        let listed = archives::list(scene.app(), &scene.agency, "示例甲", "", 10).unwrap();
        assert_eq!(listed.len(), 1);
    };
    annex_4_names_the_office_in_full_and_says_when_all_is_repaired => |test| {
        let scene = Scene::open(test);
        let (app, center) = (scene.app(), &scene.world.center);
        let sheet = || {
            let dossier = archives::dossier(app, center, scene.enterprise).unwrap();
            archives::annex4(&app.store.vault, &dossier, vec![], false).unwrap()
        };
        assert_eq!((sheet().issuer.as_str(), sheet().repaired), ("海安市信用办", false));
        let intention = || sheet().records[0].intention.clone();
        assert_eq!(intention(), "尚未决定");
        let item = scene.accepted();
        applications::decide(app, &scene.authority, item, &scene.agree(item)).unwrap();
        assert!(!sheet().repaired);
        applications::record_removal(app, center, item, TODAY, scene.item(item).version).unwrap();
        assert!(sheet().repaired);
        // Nobody wrote it down, and the application says it.
        assert_eq!(intention(), "愿意修复（已提出申请）");
        let (_, name) = archives::print(app, center, scene.enterprise, None).unwrap();
        assert!(name.starts_with("已修复企业档案-"), "{name}");
        scene.world.listing(scene.enterprise, "南通市应急管理局");
        assert!(!sheet().repaired);
    };
    annex_4_is_masked_unless_a_purpose_is_given => |test| {
        let scene = Scene::open(test);
        let number = "11010519491231002X";
        let vault = &scene.app().store.vault;
        let sealed = vault.seal(xinxiu_store::enterprise::sealed::LEGAL_REPRESENTATIVE_ID, number).unwrap();
        scene.world.sql(
            "update enterprise set legal_representative_id_sealed = $1 where id = $2",
            params![sealed, scene.enterprise],
        );
        scene.opened();
        let dossier = archives::dossier(scene.app(), &scene.agency, scene.enterprise).unwrap();
        let masked = archives::annex4(vault, &dossier, vec![], false).unwrap();
        assert_eq!(masked.principal_id, "**************002X");
        assert_eq!(masked.records.len(), 1);
        let (pdf, _) = archives::print(scene.app(), &scene.agency, scene.enterprise, None).unwrap();
        assert!(pdf.starts_with(b"%PDF"));
        let looks = || scene.app().store.db.read(|tx| tx.number("select count(*) from disclosure", &[])).unwrap();
        assert_eq!(looks(), 0);
        archives::print(scene.app(), &scene.agency, scene.enterprise, Some("移交市信用中心归档")).unwrap();
        assert_eq!(looks(), 3);
        let unsaid = archives::print(scene.app(), &scene.agency, scene.enterprise, Some(" "));
        assert!(matches!(unsaid, Err(Refusal::Invalid(_))));
        let city = archives::print(scene.app(), &scene.world.city, scene.enterprise, Some("看看"));
        assert!(matches!(city, Err(Refusal::Forbidden(_))));
    };
    a_class_is_packed_handed_over_and_received => |test| {
        let scene = Scene::open(test);
        scene.accepted();
        scene.world.member("示例乙公司", "海安市信用办", 1);
        let (app, center) = (scene.app(), &scene.world.center);
        let class = scene.world.class(1);
        let refused = archives::prepare(app, &scene.world.agency("乙"), class, HandoverKind::Archives);
        assert!(matches!(refused, Err(Refusal::Forbidden(_))));
        let prepared = archives::prepare(app, &scene.agency, class, HandoverKind::Archives).unwrap();
        assert!(prepared.report.is_intact() && prepared.report.verified >= 10);
        let load = || app.store.db.read(|tx| handover::load(tx, prepared.id)).unwrap();
        assert_eq!(load().archives, 2);
        assert!(archives::hand_overs(app, center).unwrap().is_empty());
        assert!(matches!(archives::download(app, center, prepared.id), Err(Refusal::Forbidden(_))));
        archives::hand_over(app, &scene.agency, prepared.id, load().version).unwrap();
        archives::reject(app, center, prepared.id, load().version, "缺少乙公司的承诺书").unwrap();
        assert_eq!(load().note, "缺少乙公司的承诺书");
        archives::hand_over(app, &scene.agency, prepared.id, load().version).unwrap();
        let county = scene.world.county("海安市信用办");
        let not_theirs = archives::receive(app, &county, prepared.id, load().version);
        assert!(matches!(not_theirs, Err(Refusal::Forbidden(_))));
        archives::receive(app, center, prepared.id, load().version).unwrap();
        assert_eq!(load().state, HandoverState::Received);
    };
    packing_goes_on_after_a_restart_and_packs_once => |test| {
        let scene = Scene::open(test);
        scene.opened();
        scene.world.member("示例乙公司", "海安市信用办", 1);
        let (app, class) = (scene.app(), scene.world.class(1));
        let queue = |actor| archives::queue_pack(app, actor, class, HandoverKind::Archives);
        let other = scene.world.agency("乙");
        assert!(matches!(queue(&other), Err(Refusal::Forbidden(_))));
        let job = queue(&scene.agency).unwrap();
        assert_eq!(queue(&scene.agency).unwrap(), job);
        assert_eq!(archives::packing(app, &scene.agency).unwrap().len(), 1);
        assert!(archives::packing(app, &other).unwrap().is_empty());
        jobs::run_and_crash(app, 1).unwrap();
        assert!(archives::hand_overs(app, &scene.agency).unwrap().is_empty());
        let cut = jobs::show(app, &scene.agency, job).unwrap();
        assert_eq!((cut.state, cut.total), (JobState::Running, 2));
        assert!(matches!(jobs::show(app, &other, job), Err(Refusal::Forbidden(_))));
        assert!(!jobs::run_next(app).unwrap());
        assert_eq!(jobs::take_up(app).unwrap(), 1);
        assert!(jobs::run_next(app).unwrap());
        let done = jobs::show(app, &scene.agency, job).unwrap();
        assert_eq!((done.state, done.attempts), (JobState::Done, 2));
        assert!(done.message.contains("可以移交"), "{}", done.message);
        assert_eq!(jobs::take_up(app).unwrap(), 0);
        assert_eq!(archives::hand_overs(app, &scene.agency).unwrap().len(), 1);
        assert_ne!(queue(&scene.agency).unwrap(), job);
    };
    a_damaged_package_is_not_received => |test| {
        let scene = Scene::open(test);
        scene.opened();
        let (app, center) = (scene.app(), &scene.world.center);
        let prepared = archives::prepare(app, &scene.agency, scene.world.class(1), HandoverKind::Archives).unwrap();
        let load = || app.store.db.read(|tx| handover::load(tx, prepared.id)).unwrap();
        archives::hand_over(app, &scene.agency, prepared.id, load().version).unwrap();
        let file = archives::download(app, center, prepared.id).unwrap();
        let path = app.store.files.path(&file.sha256);
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0xff;
        std::fs::File::create(&path).unwrap().write_all(&bytes).unwrap();
        assert!(archives::receive(app, center, prepared.id, load().version).is_err());
        assert_eq!(load().state, HandoverState::HandedOver);
    };
    the_other_papers_go_to_the_organiser => |test| {
        let scene = Scene::open(test);
        let (app, class) = (scene.app(), scene.world.class(1));
        let nothing = archives::prepare(app, &scene.agency, class, HandoverKind::Papers);
        assert!(matches!(nothing, Err(Refusal::Missing(_))));
        scene.world.attended(scene.enterprise, date(2022, 6, 10), "passed");
        let prepared = archives::prepare(app, &scene.agency, class, HandoverKind::Papers).unwrap();
        let load = || app.store.db.read(|tx| handover::load(tx, prepared.id)).unwrap();
        assert_eq!(prepared.report.verified, 3);
        archives::hand_over(app, &scene.agency, prepared.id, load().version).unwrap();
        let county = scene.world.county("海安市信用办");
        assert!(archives::hand_overs(app, &county).unwrap()[0].may_receive);
        let file = archives::download(app, &county, prepared.id).unwrap();
        assert!(package::verify(app.store.files.plain(&file.sha256).unwrap().path()).unwrap().is_intact());
        archives::receive(app, &county, prepared.id, load().version).unwrap();
        assert!(load().received_at.is_some() && TODAY == app.clock.today());
    };
}
