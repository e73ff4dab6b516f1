//! Training materials version after version, and who vouches for what came late (N17, N20).

use xinxiu_domain::session::Module;
use xinxiu_store::both_engines;
use xinxiu_store::session_material::Material;
use xinxiu_workflow::Refusal;
use xinxiu_workflow::invitations;
use xinxiu_workflow::sessions::{self, MaterialType, NewMaterial};

use crate::sessions::{Scene, statement};
use crate::support::enterprise_actor;

fn new(scene: &Scene, module: Module, text: &str, replaces: Option<i64>) -> NewMaterial {
    let kept = scene.app().store.files.keep(text.as_bytes()).unwrap();
    NewMaterial {
        module,
        title: String::new(),
        file: (kept, format!("{text}.pdf")),
        kind: MaterialType::Pdf,
        replaces,
    }
}

both_engines! {
    a_new_version_takes_the_place_of_the_old_which_stays => |test| {
        let scene = Scene::open(test);
        let (app, agency) = (scene.app(), &scene.agency);
        let id = scene.planned(10);
        sessions::add_material(app, agency, id, &new(&scene, Module::Impact, "案例", None)).unwrap();
        sessions::use_outline(app, agency, id).unwrap();
        let all = || sessions::show(app, agency, id).unwrap().materials;
        let of = |edition: u32| -> Material {
            all().into_iter().find(|one| one.module == Module::Impact && one.edition == edition).unwrap()
        };
        let first = of(1);
        let elsewhere = new(&scene, Module::Exam, "考试", Some(first.id));
        assert!(matches!(sessions::add_material(app, agency, id, &elsewhere), Err(Refusal::Invalid(_))));
        sessions::publish(app, &scene.organiser, id, &statement()).unwrap();
        assert_eq!(of(1).confirmed_by, "示例己");
        let enterprise = scene.member("甲公司");
        let seat = scene.invited(id, enterprise);
        let guest = enterprise_actor(enterprise);
        let seen = || {
            let home = invitations::home(app, &guest, seat).unwrap();
            home.materials.into_iter().filter(|one| one.module == Module::Impact).map(|one| one.edition).collect::<Vec<_>>()
        };
        assert_eq!(seen(), [1]);
        for (edition, text) in [(1, "案例二"), (2, "案例三")] {
            sessions::add_material(app, agency, id, &new(&scene, Module::Impact, text, Some(of(edition).id))).unwrap();
        }
        assert_eq!((of(2).title.as_str(), of(2).is_replaced, of(3).is_replaced), ("案例.pdf", true, false));
        assert_eq!(sessions::show(app, agency, id).unwrap().unconfirmed, 1);
        assert_eq!(seen(), [1], "nobody vouches for the new ones yet");
        assert!(sessions::own_material(app, &guest, seat, of(3).id).is_err());
        let again = new(&scene, Module::Impact, "案例四", Some(first.id));
        assert!(matches!(sessions::add_material(app, agency, id, &again), Err(Refusal::Invalid(_))));
        let last = (id, of(3).id);
        assert!(matches!(sessions::confirm_material(app, agency, last, "示例"), Err(Refusal::Forbidden(_))));
        assert!(matches!(sessions::confirm_material(app, &scene.organiser, last, " "), Err(Refusal::Invalid(_))));
        sessions::confirm_material(app, &scene.organiser, last, "示例辛").unwrap();
        assert!(sessions::confirm_material(app, &scene.organiser, last, "示例辛").is_err());
        assert_eq!(seen(), [3]);
        assert_eq!(sessions::own_material(app, &guest, seat, of(3).id).unwrap().sha256, of(3).sha256);
        assert!(sessions::own_material(app, &guest, seat, of(1).id).is_err());
        assert_eq!(all().iter().filter(|one| one.module == Module::Impact).count(), 3, "nothing is lost");
        let other = scene.member("乙公司");
        let refused = sessions::own_material(app, &enterprise_actor(other), seat, of(3).id);
        assert!(matches!(refused, Err(Refusal::Forbidden(_))));
    };
}
