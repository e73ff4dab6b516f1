//! Certificates of training: issued once, kept as printed, checked by their code, revoked and issued anew (N11).

use jiff::civil::date;
use xinxiu_domain::certificate::CertificateCode;
use xinxiu_domain::id::{AttendanceId, EnterpriseId};
use xinxiu_domain::penalty::PenaltyClass;
use xinxiu_store::certificate::{self, Certificate};
use xinxiu_store::{attendance, both_engines, params};
use xinxiu_workflow::{Refusal, certificates, exam};

use crate::support::{World, enterprise_actor};

const ORIGIN: &str = "https://example.invalid";

fn seated(world: &World, name: &str, state: &str) -> (EnterpriseId, AttendanceId) {
    let id = world.member(name, "海安市信用办", 1);
    world.attended(id, date(2022, 6, 10), state);
    let all = world.app.store.db.read(|tx| attendance::of_enterprise(tx, id)).unwrap();
    (id, all[0].id)
}

fn passed(world: &World, name: &str) -> (EnterpriseId, AttendanceId) {
    let (enterprise, id) = seated(world, name, "present");
    exam::enter(&world.app, &world.agency("甲"), id, 9, None).unwrap();
    (enterprise, id)
}

fn all(world: &World, id: AttendanceId) -> Vec<Certificate> {
    world.app.store.db.read(|tx| certificate::of_attendance(tx, id)).unwrap()
}

fn issued(world: &World) -> i64 {
    world.app.store.db.read(|tx| tx.number("select count(*) from certificate", &[])).unwrap()
}

both_engines! {
    passing_issues_one_certificate_that_names_the_decisions_it_serves => |test| {
        let world = World::open(test);
        let (enterprise, id) = seated(&world, "甲公司", "present");
        let serious =
            world.penalty(enterprise, "南通市生态环境局", date(2022, 1, 10), PenaltyClass::Serious);
        let repaired =
            world.penalty(enterprise, "南通市生态环境局", date(2021, 1, 10), PenaltyClass::General);
        world.sql("update penalty set state = 'taken_down' where id = $1", params![repaired]);
        exam::enter(&world.app, &world.agency("甲"), id, 4, None).unwrap();
        assert_eq!(issued(&world), 0, "a failed exam earns nothing");
        exam::enter(&world.app, &world.agency("甲"), id, 9, None).unwrap();
        let found = all(&world, id);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].completed_on, world.app.clock.today());
        let serving = |of| world.app.store.db.read(|tx| certificate::serving(tx, of)).unwrap().len();
        assert_eq!((serving(serious), serving(repaired)), (1, 0));
        let checked = certificates::check(&world.app, &found[0].code).unwrap().unwrap();
        assert_eq!(checked.paper.enterprise, "甲公司");
        assert_eq!(checked.paper.exam_score, Some(90));
        assert_eq!(checked.paper.decision_numbers.len(), 1);
        assert!(checked.revoked.is_none());
        certificates::ensure(&world.app, &enterprise_actor(enterprise), id).unwrap();
        assert_eq!(issued(&world), 1, "printing issues no second one");
    };
    what_was_printed_stays_what_it_was => |test| {
        let world = World::open(test);
        let (enterprise, id) = passed(&world, "旧名公司");
        world.sql("update enterprise set name = '新名公司' where id = $1", params![enterprise]);
        let first = all(&world, id).remove(0);
        let checked = certificates::check(&world.app, &first.code).unwrap().unwrap();
        assert_eq!(checked.paper.enterprise, "旧名公司");
        certificates::reissue(&world.app, &world.agency("甲"), id, " 企业更名 ").unwrap();
        let second = all(&world, id).remove(1);
        assert_eq!(second.number, format!("{}-2", first.number));
        let old = certificates::check(&world.app, &first.code).unwrap().unwrap();
        assert_eq!(old.revoked.unwrap().reason, "企业更名");
        assert_eq!(old.replaced_by.as_deref(), Some(second.number.as_str()));
        let new = certificates::check(&world.app, &second.code).unwrap().unwrap();
        assert_eq!((new.paper.enterprise.as_str(), new.revoked), ("新名公司", None));
    };
    a_revoked_certificate_is_printed_no_more_until_it_is_issued_anew => |test| {
        let world = World::open(test);
        let (enterprise, id) = passed(&world, "甲公司");
        let agency = world.agency("甲");
        let refused = certificates::revoke(&world.app, &agency, id, "  ");
        assert!(matches!(refused, Err(Refusal::Invalid(_))));
        let other = world.agency("乙");
        assert!(matches!(certificates::revoke(&world.app, &other, id, "代考"), Err(Refusal::Forbidden(_))));
        assert!(matches!(certificates::reissue(&world.app, &other, id, "代考"), Err(Refusal::Forbidden(_))));
        let own = enterprise_actor(enterprise);
        assert!(matches!(certificates::revoke(&world.app, &own, id, "代考"), Err(Refusal::Forbidden(_))));
        certificates::revoke(&world.app, &agency, id, "代考").unwrap();
        let printed = certificates::pdf(&world.app, &own, id, ORIGIN);
        assert!(matches!(printed, Err(Refusal::Missing(gaps)) if gaps[0].message.contains("代考")));
        assert!(certificates::revoke(&world.app, &agency, id, "再次").is_err());
        certificates::reissue(&world.app, &agency, id, "查明本人参加").unwrap();
        assert!(certificates::pdf(&world.app, &own, id, ORIGIN).is_ok());
        let audit: i64 = world.app.store.db.read(|tx| {
            tx.number("select count(*) from audit_entry where action like 'certificate.%'", &[])
        }).unwrap();
        assert_eq!(audit, 3);
    };
    no_code_leads_to_a_certificate_but_its_own => |test| {
        let world = World::open(test);
        let (_, one) = passed(&world, "甲公司");
        let (_, two) = passed(&world, "乙公司");
        assert_ne!(all(&world, one)[0].code, all(&world, two)[0].code);
        let other = CertificateCode::from_random([9; CertificateCode::BYTES]);
        assert!(certificates::check(&world.app, &other).unwrap().is_none());
    };
    those_who_passed_before_get_theirs_in_bulk_and_print_in_one_file => |test| {
        let world = World::open(test);
        let (_, id) = seated(&world, "甲公司", "passed");
        let session = world.app.store.db.read(|tx| attendance::load(tx, id)).unwrap().session;
        let agency = world.agency("甲");
        let none = certificates::pdf_of_session(&world.app, &agency, session, ORIGIN);
        assert!(matches!(none, Err(Refusal::Invalid(_))));
        let other = certificates::issue_missing(&world.app, &world.agency("乙"), session);
        assert!(matches!(other, Err(Refusal::Forbidden(_))));
        assert_eq!(certificates::issue_missing(&world.app, &agency, session).unwrap(), 1);
        assert_eq!(certificates::issue_missing(&world.app, &agency, session).unwrap(), 0);
        let (file, name) = certificates::pdf_of_session(&world.app, &agency, session, ORIGIN).unwrap();
        assert!(file.starts_with(b"%PDF-") && name.contains("1份"), "{name}");
        assert_eq!(all(&world, id)[0].completed_on, date(2022, 6, 10), "the day of the session, for want of a paper");
    };
}
