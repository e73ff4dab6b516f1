//! Commitments signed with the finger where the city allows it, and papers of several pages.

use jiff::civil::date;
use xinxiu_domain::actor::Actor;
use xinxiu_domain::commitment::CommitmentState;
use xinxiu_domain::id::{CommitmentId, EnterpriseId};
use xinxiu_domain::penalty::PenaltyClass;
use xinxiu_domain::session::Capacity;
use xinxiu_store::{StoreError, both_engines, commitment_scan, files, params};
use xinxiu_workflow::commitments::{self, Draw, PAGES};
use xinxiu_workflow::{App, Refusal, archives};

use crate::support::{TODAY, World, enterprise_actor};

const STROKES: &str = "10,20 200,40 210,200;300,30 310,220";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n-----";

fn scene(world: &World) -> (EnterpriseId, CommitmentId) {
    let id = world.member("示例甲公司", "海安市信用办", 1);
    world.penalty(id, "南通市生态环境局", date(2022, 1, 5), PenaltyClass::General);
    commitments::prepare(&world.app, &world.agency("甲"), id, None).unwrap();
    let folder = commitments::folder(&world.app, &world.city, id, None).unwrap();
    (id, folder.commitments[0].0.id)
}

fn good() -> Draw {
    Draw {
        strokes: STROKES.into(),
        signer: "示例丁".into(),
        capacity: Some(Capacity::LegalRepresentative),
        agreed: true,
    }
}

fn bytes(app: &App, actor: &Actor, id: CommitmentId) -> Vec<u8> {
    let file = commitments::scan(app, actor, id).unwrap();
    let mut read = Vec::new();
    std::io::copy(&mut app.store.files.reader(&file.sha256).unwrap(), &mut read).unwrap();
    read
}

both_engines! {
    it_is_signed_with_the_finger_where_the_city_allows_it => |test| {
        let world = World::open(test);
        let app = &world.app;
        let (enterprise, id) = scene(&world);
        let own = enterprise_actor(enterprise);
        let refused = commitments::draw(app, &own, id, &good());
        assert!(matches!(refused, Err(Refusal::Missing(gaps)) if gaps[0].code == "drawn"));
        for stranger in [&world.center, &world.agency("甲"), &world.county("海安市信用办")] {
            let refused = commitments::allow_drawing(app, stranger, world.campaign, true);
            assert!(matches!(refused, Err(Refusal::Forbidden(_))));
        }
        commitments::allow_drawing(app, &world.city, world.campaign, true).unwrap();
        // Nobody signs for an enterprise, not even those who may upload its paper.
        let other = world.member("示例乙公司", "海安市信用办", 1);
        for stranger in [world.agency("甲"), world.county("海安市信用办"), enterprise_actor(other)] {
            assert!(matches!(commitments::draw(app, &stranger, id, &good()), Err(Refusal::Forbidden(_))));
        }
        let wrong = Draw { strokes: "1,1 2,2".into(), signer: " ".into(), capacity: None, agreed: false };
        match commitments::draw(app, &own, id, &wrong) {
            Err(Refusal::Invalid(errors)) => {
                let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
                assert_eq!(fields, ["strokes", "signer", "capacity", "agreed"]);
            }
            other => panic!("{other:?}"),
        }
        commitments::draw(app, &own, id, &good()).unwrap();
        let card = commitments::card(app, &own, id).unwrap();
        assert_eq!((card.commitment.state, card.commitment.signed_on), (CommitmentState::Signed, Some(TODAY)));
        assert!(bytes(app, &own, id).starts_with(b"%PDF"));
        let drawn = commitments::card(app, &world.city, id).unwrap().drawing.unwrap();
        assert_eq!((drawn.signer.as_str(), drawn.at.on), ("示例丁", TODAY));
        let file = app.store.db.read(|tx| files::load(tx, drawn.file)).unwrap();
        assert_eq!(file.media_type, "image/svg+xml");
        assert!(matches!(commitments::draw(app, &own, id, &good()), Err(Refusal::Illegal(_))));
        commitments::allow_drawing(app, &world.city, world.campaign, false).unwrap();
        assert!(!commitments::drawing_allowed(app, &own, world.campaign).unwrap());
    };
    a_paper_of_several_pages_stays_together => |test| {
        let world = World::open(test);
        let app = &world.app;
        let (enterprise, id) = scene(&world);
        let own = enterprise_actor(enterprise);
        let page = |number: u8| {
            (app.store.files.keep(&[PNG, &[number]].concat()[..]).unwrap(), format!("{number}.png"))
        };
        let pages: Vec<_> = (1..=3).map(page).collect();
        let many: Vec<_> = (0..=PAGES).map(|number| page(u8::try_from(number).unwrap())).collect();
        assert!(matches!(commitments::sign_pages(app, &own, id, &[], TODAY), Err(Refusal::Invalid(_))));
        assert!(matches!(commitments::sign_pages(app, &own, id, &many, TODAY), Err(Refusal::Invalid(_))));
        let text = app.store.files.keep(&b"not a picture"[..]).unwrap();
        let mixed = [pages[0].clone(), (text, String::new())];
        assert!(matches!(commitments::sign_pages(app, &own, id, &mixed, TODAY), Err(Refusal::Invalid(_))));
        commitments::sign_pages(app, &own, id, &pages, TODAY).unwrap();
        assert_eq!(commitments::card(app, &own, id).unwrap().pages, 3);
        for (place, (kept, _)) in (1..).zip(&pages) {
            assert_eq!(commitments::page(app, &own, id, place).unwrap().sha256, kept.sha256);
        }
        let none = commitments::page(app, &own, id, 4);
        assert!(matches!(none, Err(Refusal::Store(StoreError::NotFound(..)))));
        let papers = archives::dossier(app, &world.city, enterprise).unwrap().papers;
        assert_eq!(papers.iter().filter(|paper| paper.kind == "信用修复承诺书").count(), 3);
        // What replaces the paper replaces all of it, and the old pages stay with the old first page.
        let same = commitments::replace_pages(app, &own, id, &pages, TODAY, "再传一次");
        assert!(matches!(same, Err(Refusal::Invalid(_))));
        let others = [pages[0].clone(), page(9)];
        commitments::replace_pages(app, &own, id, &others, TODAY, "第2页拍错了").unwrap();
        assert_eq!(commitments::card(app, &own, id).unwrap().pages, 2);
        assert_eq!(commitments::page(app, &own, id, 2).unwrap().sha256, others[1].0.sha256);
        let kept = "select count(*) from commitment_page where commitment_id = $1";
        assert_eq!(app.store.db.read(|tx| tx.number(kept, params![id])).unwrap(), 3);
        let (replaced, count) = commitments::card(app, &own, id).unwrap().replaced[0].clone();
        assert_eq!(count, 3);
        let second = commitments::replaced_scan(app, &own, id, (replaced.id, 2)).unwrap();
        assert_eq!(second.sha256, pages[1].0.sha256);
        assert!(commitments::replaced_scan(app, &own, id, (replaced.id, 4)).is_err());
        let old = replaced.file;
        assert_eq!(app.store.db.read(|tx| commitment_scan::pages(tx, old)).unwrap().len(), 2);
    };
}
