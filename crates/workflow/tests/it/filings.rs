//! Filing outward, and the way back through folders (N12).

use std::collections::BTreeMap;
use std::io::Read;

use jiff::civil::date;
use xinxiu_domain::filing::{FilingAnswer, FilingState, ParcelOutcome};
use xinxiu_domain::penalty::Lane;
use xinxiu_store::filing::Filing;
use xinxiu_store::{StoreError, both_engines};
use xinxiu_workflow::Refusal;
use xinxiu_workflow::filings::{self, Answered, ExchangeKey, FileExchange};

use crate::repair::Scene;
use crate::support::TODAY;

fn answer(number: &str, granted: Option<bool>) -> FilingAnswer {
    FilingAnswer { number: number.into(), granted, on: granted.map(|_| TODAY), note: String::new() }
}

fn only(scene: &Scene) -> Filing {
    filings::list(scene.app(), &scene.world.center, FilingState::ALL, xinxiu_store::Part::first(50))
        .unwrap()
        .remove(0)
}

fn entries(scene: &Scene, one: &Filing) -> BTreeMap<String, Vec<u8>> {
    let file = filings::download(scene.app(), &scene.world.center, one.id).unwrap();
    let bytes = scene.app().store.files.read(&file.sha256).unwrap();
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    (0..zip.len())
        .map(|place| {
            let mut entry = zip.by_index(place).unwrap();
            let mut content = Vec::new();
            entry.read_to_end(&mut content).unwrap();
            (entry.name().unwrap().into_owned(), content)
        })
        .collect()
}

fn exchange(folder: &std::path::Path) -> FileExchange {
    let (out, back) = (folder.join("out"), folder.join("back"));
    for place in [&out, &back] {
        std::fs::create_dir_all(place).unwrap();
    }
    FileExchange { out, back, key: ExchangeKey::open(&folder.join("exchange.key")).unwrap() }
}

both_engines! {
    a_package_holds_what_the_place_asks_for => |test| {
        let scene = Scene::open(test);
        let app = scene.app();
        let id = scene.opened();
        let early = filings::prepare(app, &scene.agency, id, Lane::CreditChina);
        assert!(matches!(early, Err(Refusal::Missing(gaps)) if gaps[0].code == "not_accepted"));
        scene.fill(id);
        scene.submit(id);
        scene.review(id, &xinxiu_workflow::applications::Verdict::Accept).unwrap();
        let other = filings::prepare(app, &scene.agency, id, Lane::MarketSupervision);
        assert!(matches!(other, Err(Refusal::Missing(gaps)) if gaps[0].code == "no_record"));
        let refused = filings::prepare(app, &scene.world.agency("乙"), id, Lane::CreditChina);
        assert!(matches!(refused, Err(Refusal::Forbidden(_))));
        filings::prepare(app, &scene.agency, id, Lane::CreditChina).unwrap();
        let twice = filings::prepare(app, &scene.world.center, id, Lane::CreditChina);
        assert!(matches!(twice, Err(Refusal::Missing(gaps)) if gaps[0].code == "double_filing"));
        let inside = entries(&scene, &only(&scene));
        let names: Vec<&str> = inside.keys().map(|name| name.rsplit('/').next().unwrap()).collect();
        for name in ["02-主要登记证照.pdf", "03-已履行行政处罚证明.pdf", "05-信用修复培训证明.pdf", "信用中国修复申请.xlsx"] {
            assert!(names.contains(&name), "{names:?}");
        }
    };
    number_and_result_are_recorded_once_each => |test| {
        let scene = Scene::open(test);
        let app = scene.app();
        let id = scene.item(scene.accepted()).application;
        let filed = filings::prepare(app, &scene.agency, id, Lane::CreditChina).unwrap();
        let record = |answer: FilingAnswer, version| {
            filings::record_answer(app, &scene.agency, filed, &Answered { answer, version })
        };
        assert!(matches!(record(answer("XY1", Some(true)), 1), Err(Refusal::Illegal(_))));
        let ahead = filings::sent(app, &scene.agency, filed, (date(2022, 7, 1), 1));
        assert!(matches!(ahead, Err(Refusal::Invalid(_))));
        filings::sent(app, &scene.agency, filed, (TODAY, 1)).unwrap();
        assert!(matches!(record(answer("XY1", None), 1), Err(Refusal::Store(StoreError::Conflict(_)))));
        assert!(matches!(record(answer("", None), 2), Err(Refusal::Missing(_))));
        record(answer("XY1", None), 2).unwrap();
        assert!(matches!(record(answer("XY1", Some(false)), 3), Err(Refusal::Missing(gaps)) if gaps[0].code == "note"));
        record(answer("XY1", Some(true)), 3).unwrap();
        let now = only(&scene);
        assert_eq!((now.state, now.number.as_str(), now.result_on), (FilingState::Granted, "XY1", Some(TODAY)));
        assert!(matches!(filings::cancel(app, &scene.agency, filed, ("误报", 4)), Err(Refusal::Illegal(_))));
    };
    answers_come_back_through_folders_and_bad_ones_are_reported => |test| {
        let scene = Scene::open(test);
        let (app, center) = (scene.app(), &scene.world.center);
        let id = scene.item(scene.accepted()).application;
        filings::prepare(app, &scene.agency, id, Lane::CreditChina).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let carrier = exchange(folder.path());
        assert!(matches!(filings::send_all(app, &scene.agency, &carrier), Err(Refusal::Forbidden(_))));
        let sent = filings::send_all(app, center, &carrier).unwrap();
        assert!(filings::send_all(app, center, &carrier).unwrap().is_empty());
        let reference = sent[0].as_str();
        assert!(carrier.out.join(reference).join("package.zip").exists());
        let outcomes = || -> Vec<ParcelOutcome> {
            filings::take_answers(app, center, &carrier).unwrap().iter().map(|one| one.outcome).collect()
        };
        // Our own parcel carried back, one under another key, one for somebody else, one that was changed.
        let copy = |from: &std::path::Path, to: &std::path::Path| {
            std::fs::create_dir_all(to).unwrap();
            for entry in std::fs::read_dir(from).unwrap() {
                let entry = entry.unwrap();
                std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
            }
        };
        copy(&carrier.out.join(reference), &carrier.back.join("1-own"));
        assert_eq!(outcomes(), [ParcelOutcome::Foreign]);
        let stranger = ExchangeKey::open(&folder.path().join("stranger.key")).unwrap();
        filings::reply(&carrier.back, &stranger, reference, &answer("XY1", None)).unwrap();
        assert_eq!(outcomes(), [ParcelOutcome::Tampered]);
        filings::reply(&carrier.back, &carrier.key, "SB2022-999999-00000000", &answer("XY1", None)).unwrap();
        assert_eq!(outcomes(), [ParcelOutcome::Foreign]);
        let good = filings::reply(&carrier.back, &carrier.key, reference, &answer("XY1", Some(true))).unwrap();
        let aside = folder.path().join("aside");
        copy(&carrier.back.join(&good), &aside);
        let manifest = carrier.back.join(&good).join("manifest.json");
        let text = std::fs::read_to_string(&manifest).unwrap();
        std::fs::write(&manifest, text.replace("XY1", "XY2")).unwrap();
        assert_eq!(outcomes(), [ParcelOutcome::Tampered]);
        assert_eq!((only(&scene).state, only(&scene).number.as_str()), (FilingState::Sent, ""));
        // The true one, and then the same again.
        copy(&aside, &carrier.back.join(&good));
        assert_eq!(outcomes(), [ParcelOutcome::Taken]);
        assert_eq!((only(&scene).state, only(&scene).number.as_str()), (FilingState::Granted, "XY1"));
        copy(&aside, &carrier.back.join(&good));
        assert_eq!(outcomes(), [ParcelOutcome::Repeated]);
        filings::reply(&carrier.back, &carrier.key, reference, &answer("XY3", None)).unwrap();
        assert_eq!(outcomes(), [ParcelOutcome::Unfit]);
        assert_eq!(filings::parcels(app, center).unwrap().len(), 7);
        assert!(outcomes().is_empty());
    };
}
