//! A document photographed page by page: one upright PDF, the photographs kept (N12).

use image::{ExtendedColorType, codecs::jpeg::JpegEncoder};
use xinxiu_domain::penalty::Material;
use xinxiu_store::both_engines;
use xinxiu_workflow::Refusal;
use xinxiu_workflow::applications::{self, Paper};

use crate::repair::Scene;

fn photo(scene: &Scene, shade: u8) -> (Vec<u8>, Paper) {
    let mut jpeg = Vec::new();
    JpegEncoder::new(&mut jpeg).encode(&[shade; 16 * 8 * 3], 16, 8, ExtendedColorType::Rgb8).unwrap();
    let kept = scene.app().store.files.keep(&jpeg[..]).unwrap();
    (jpeg, (kept, format!("IMG_{shade}.jpg"), "image/jpeg".into()))
}

both_engines! {
    several_photographs_become_one_document_and_stay_as_they_were => |test| {
        let scene = Scene::open(test);
        let (app, id) = (scene.app(), scene.opened());
        let (first, one) = photo(&scene, 20);
        let (_, two) = photo(&scene, 120);
        let kind = (Material::Licence, None);
        let refused = applications::add_photos(app, &scene.agency, id, (Material::Commitment, None), std::slice::from_ref(&one));
        assert!(matches!(refused, Err(Refusal::Invalid(_))));
        applications::add_photos(app, &scene.agency, id, kind, &[one, two]).unwrap();
        let material = scene.case(id).materials.remove(0);
        assert_eq!((material.kind, material.pages), (Material::Licence, 2));
        let read = || {
            let (_, file) = applications::material_file(app, &scene.agency, material.id).unwrap();
            app.store.files.read(&file.sha256).unwrap()
        };
        assert!(String::from_utf8_lossy(&read()).contains("/Count 2"));
        let (_, three) = photo(&scene, 220);
        applications::add_pages(app, &scene.agency, material.id, &[three]).unwrap();
        assert!(String::from_utf8_lossy(&read()).contains("/Count 3"));
        let kept = applications::photo(app, &scene.agency, material.id, 0).unwrap();
        assert_eq!(app.store.files.read(&kept.sha256).unwrap(), first);
        let stranger = scene.world.agency("乙");
        assert!(matches!(applications::photo(app, &stranger, material.id, 0), Err(Refusal::Forbidden(_))));
        // Taken out, it is not asked for any more, and still lies on record.
        applications::remove_material(app, &scene.agency, material.id).unwrap();
        assert!(scene.case(id).materials.is_empty());
        let rows = app.store.db.read(|tx| tx.number("select count(*) from application_page", &[])).unwrap();
        assert_eq!(rows, 3);
        scene.fill(id);
        let whole = scene.case(id).materials.remove(0);
        let (_, late) = photo(&scene, 50);
        assert!(matches!(applications::add_pages(app, &scene.agency, whole.id, &[late]), Err(Refusal::Invalid(_))));
    };
}
