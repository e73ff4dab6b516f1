//! From an application to a record that is taken down.

use jiff::civil::{Date, date};
use xinxiu_domain::actor::Actor;
use xinxiu_domain::application::{ApplicationState, Grade, ItemState, ReturnReason};
use xinxiu_domain::batch::RecordState;
use xinxiu_domain::id::{ApplicationId, AttendanceId, EnterpriseId, ItemId, PenaltyId};
use xinxiu_domain::paper_code::{FORM_EDITION, PaperKind};
use xinxiu_domain::penalty::{Material, PenaltyClass};
use xinxiu_store::{StoreError, both_engines, item, params, penalty};
use xinxiu_workflow::applications::{self, Case, Decide, Edit, Verdict};
use xinxiu_workflow::{App, Refusal, invitations, paper_codes, passport};

use crate::support::{TODAY, World, enterprise_actor};

pub const AUTHORITY: &str = "南通市生态环境局";
pub const DUE: Date = date(2022, 4, 5);

/// A member of 海安 with a serious record that needs every document, its agency, its authority.
pub struct Scene {
    pub world: World,
    pub enterprise: EnterpriseId,
    pub penalty: PenaltyId,
    pub agency: Actor,
    pub authority: Actor,
}

impl Scene {
    pub fn open(test: &xinxiu_store::testing::TestStore) -> Self {
        let world = World::open(test);
        let enterprise = world.member("示例甲公司", "海安市信用办", 1);
        let penalty = world.penalty(enterprise, AUTHORITY, date(2022, 1, 5), PenaltyClass::Serious);
        let (agency, authority) = (world.agency("甲"), world.authority(AUTHORITY));
        let scene = Self { world, enterprise, penalty, agency, authority };
        scene.needs(
            penalty,
            DUE,
            &[
                Material::Commitment,
                Material::Licence,
                Material::PerformanceProof,
                Material::RectificationForm,
                Material::TrainingCertificate,
                Material::CreditReport,
            ],
        );
        scene
    }

    pub fn app(&self) -> &App {
        &self.world.app
    }

    /// Sets what the rules say of a record.
    pub fn needs(&self, id: PenaltyId, from: Date, materials: &[Material]) {
        self.app()
            .store
            .db
            .write(|tx| {
                let mut found = penalty::load(tx, id)?;
                found.assessment.min_until = Some(from);
                found.assessment.repairable_from = Some(from);
                found.assessment.max_until = Some(date(2023, 1, 5));
                found.assessment.materials = materials.to_vec();
                penalty::save(tx, &found)
            })
            .unwrap();
    }

    pub fn opened(&self) -> ApplicationId {
        applications::open(self.app(), &self.agency, self.enterprise, &[self.penalty]).unwrap()
    }

    pub fn case(&self, id: ApplicationId) -> Case {
        applications::case(self.app(), &self.agency, id).unwrap().0
    }

    fn upload(&self, id: ApplicationId, kind: Material, of: Option<ItemId>) {
        let content = match (kind, of) {
            (Material::RectificationForm, Some(of)) => {
                let vault = &self.app().store.vault;
                let code =
                    paper_codes::code(vault, PaperKind::RectificationForm, of.0, FORM_EDITION).unwrap();
                xinxiu_documents::paper_png(&code.text()).unwrap()
            }
            _ => b"example".to_vec(),
        };
        let kept = self.app().store.files.keep(&content[..]).unwrap();
        applications::add_material(
            self.app(),
            &self.agency,
            id,
            (kind, of),
            (&kept, "示例.pdf", "application/pdf"),
        )
        .unwrap();
    }

    /// The same statement about each record of an application.
    pub fn stated(&self, id: ApplicationId, statement: &str) -> Vec<(ItemId, String)> {
        self.case(id).items.iter().map(|one| (one.item.id, statement.to_owned())).collect()
    }

    /// Fills an application until nothing is missing.
    pub fn fill(&self, id: ApplicationId) {
        self.fill_all_but_commitment(id);
        self.world.sql(
            "insert into commitment (campaign_id, enterprise_id, penalty_id, edition, state, signed_on) \
             values ($1, $2, $3, 'annex2-2022', 'signed', '2022-06-09')",
            params![self.world.campaign, self.enterprise, self.penalty],
        );
    }

    /// Fills an application until only its commitment is missing.
    pub fn fill_all_but_commitment(&self, id: ApplicationId) {
        let app = self.app();
        let edit = Edit {
            contact_name: "示例丁".into(),
            contact_phone: "0513-00001234".into(),
            statements: self.stated(id, "罚款已缴清，整改已完成。"),
            version: self.case(id).application.version,
        };
        applications::edit(app, &self.agency, id, &edit).unwrap();
        let item = self.case(id).items[0].item.id;
        self.upload(id, Material::Licence, None);
        self.upload(id, Material::PerformanceProof, Some(item));
        self.upload(id, Material::RectificationForm, Some(item));
        self.world.attended(self.enterprise, date(2022, 6, 10), "passed");
        applications::attach_certificate(app, &self.agency, id, None).unwrap();
        applications::attach_credit_report(app, &self.agency, id).unwrap();
    }

    pub fn submit(&self, id: ApplicationId) {
        let case = self.case(id);
        let reasons = case.open_return().map(|back| back.reasons.clone()).unwrap_or_default();
        let corrected: Vec<_> = reasons.into_iter().map(|reason| (reason, "已补正".to_owned())).collect();
        applications::resubmit(self.app(), &self.agency, id, case.application.version, &corrected).unwrap();
    }

    pub fn review(&self, id: ApplicationId, verdict: &Verdict) -> Result<i64, Refusal> {
        let version = self.case(id).application.version;
        applications::first_review(self.app(), &self.world.window, id, version, verdict, None)
    }

    pub fn accepted(&self) -> ItemId {
        let id = self.opened();
        self.fill(id);
        self.submit(id);
        self.review(id, &Verdict::Accept).unwrap();
        self.case(id).items[0].item.id
    }

    pub fn item(&self, id: ItemId) -> item::Item {
        self.app().store.db.read(|tx| item::load(tx, id)).unwrap()
    }

    pub fn agree(&self, id: ItemId) -> Decide {
        Decide {
            severity: Grade::General,
            conduct: Grade::Serious,
            duty_performed: true,
            agree: true,
            opinion: String::new(),
            handler: ("示例戊".into(), "0513-00005678".into()),
            decided_on: TODAY,
            file: None,
            is_confirmed: true,
            version: self.item(id).version,
        }
    }
}

fn codes(refused: Result<impl std::fmt::Debug, Refusal>) -> Vec<&'static str> {
    match refused.unwrap_err() {
        Refusal::Missing(gaps) => gaps.iter().map(|gap| gap.code).collect(),
        other => panic!("{other}"),
    }
}

fn is_conflict(refused: Result<impl std::fmt::Debug, Refusal>) -> bool {
    matches!(refused, Err(Refusal::Store(StoreError::Conflict(_))))
}

both_engines! {
    a_record_is_applied_for_decided_and_taken_down => |test| {
        let scene = Scene::open(test);
        let item = scene.accepted();
        let pending = applications::items(scene.app(), &scene.authority, ItemState::Pending, ItemId(0), 10).unwrap();
        assert_eq!(pending.len(), 1);
        applications::decide(scene.app(), &scene.authority, item, &scene.agree(item)).unwrap();
        let version = scene.item(item).version;
        applications::record_removal(scene.app(), &scene.world.center, item, TODAY, version).unwrap();
        let gone = scene.app().store.db.read(|tx| penalty::load(tx, scene.penalty)).unwrap();
        assert_eq!((gone.state, gone.taken_down_on), (RecordState::TakenDown, Some(TODAY)));
        assert_eq!(scene.item(item).state, ItemState::TakenDown);
    };
    the_enterprise_reads_how_its_repair_goes_on => |test| {
        let scene = Scene::open(test);
        let app = scene.app();
        let id = scene.opened();
        scene.fill(id);
        let own = enterprise_actor(scene.enterprise);
        let attendance = AttendanceId(app.store.db.read(|tx| tx.number("select max(id) from attendance", &[])).unwrap());
        let reads = |words: &str| {
            let said = invitations::home(app, &own, attendance).unwrap().repair.sentence;
            assert!(said.contains(words), "{said}");
        };
        reads("申请准备中，由示例信用服务机构甲（虚构）备齐材料后提交。");
        scene.submit(id);
        reads("待初审，由市信用中心服务窗口办理。");
        scene.review(id, &Verdict::Return { reasons: vec![ReturnReason::SealMissing], note: String::new() }).unwrap();
        reads("申请退回补正");
        let told = passport::of_penalty(app, &own, scene.penalty).unwrap().trouble.unwrap();
        assert!(told.contains("服务窗口退回了申请，原因：未加盖公章"), "{told}");
        // What was sent back comes before everything else, and only until it is sent anew.
        let pressing = || invitations::home(app, &own, attendance).unwrap().repair.pressing;
        let first = pressing().unwrap();
        assert!(first.penalty == scene.penalty && first.sentence.contains("申请退回补正"), "{first:?}");
        scene.submit(id);
        assert_eq!(pressing(), None);
        scene.review(id, &Verdict::Accept).unwrap();
        reads("待南通市生态环境局作出决定。");
        let item = scene.case(id).items[0].item.id;
        applications::decide(app, &scene.authority, item, &scene.agree(item)).unwrap();
        reads("已同意修复，最短公示期满后由市信用中心撤下公示。");
        applications::record_removal(app, &scene.world.center, item, TODAY, scene.item(item).version).unwrap();
        reads("已撤下公示");
        scene.world.penalty(scene.enterprise, AUTHORITY, date(2022, 2, 5), PenaltyClass::General);
        reads("1条处罚信息：已撤下公示");
        reads("1条处罚信息：请签好信用修复承诺书");
    };
    an_application_names_what_it_lacks_and_is_not_taken => |test| {
        let scene = Scene::open(test);
        let id = scene.opened();
        let case = scene.case(id);
        let refused = applications::submit(scene.app(), &scene.agency, id, case.application.version);
        // Six documents, and the statement; the enterprise has no phone on record.
        let expected: Vec<_> = case.gaps.iter().map(|gap| gap.code).collect();
        assert_eq!(expected, ["contact", "statement", "material", "material", "material", "material", "material", "material"]);
        assert_eq!(codes(refused), expected);
        assert!(case.gaps.iter().any(|gap| gap.message.contains("行政处罚信息信用修复表")));
    };
    the_form_is_asked_for_exactly_when_the_rules_say_so => |test| {
        let scene = Scene::open(test);
        let id = scene.opened();
        let item = scene.case(id).items[0].item.id;
        let (pdf, _) = applications::print_form(scene.app(), &scene.agency, item).unwrap();
        assert!(pdf.starts_with(b"%PDF"));
        scene.needs(scene.penalty, DUE, &[Material::Licence]);
        assert!(!scene.case(id).gaps.iter().any(|gap| gap.message.contains("修复表")));
        assert_eq!(codes(applications::print_form(scene.app(), &scene.agency, item)), ["no_form"]);
    };
    what_is_not_due_waits_and_becomes_due_by_itself => |test| {
        let scene = Scene::open(test);
        let id = scene.opened();
        scene.fill(id);
        scene.needs(scene.penalty, date(2022, 7, 1), &[Material::Licence]);
        let version = scene.case(id).application.version;
        assert_eq!(codes(applications::submit(scene.app(), &scene.agency, id, version)), ["not_yet_due"]);
        scene.app().clock.set(date(2022, 7, 1));
        applications::submit(scene.app(), &scene.agency, id, version).unwrap();
    };
    a_return_keeps_its_reasons_and_can_be_submitted_again => |test| {
        let scene = Scene::open(test);
        let id = scene.opened();
        scene.fill(id);
        scene.submit(id);
        let none = Verdict::Return { reasons: vec![], note: String::new() };
        assert!(matches!(scene.review(id, &none), Err(Refusal::Invalid(_))));
        let seal = Verdict::Return { reasons: vec![ReturnReason::SealMissing], note: "修复表缺公章".into() };
        let receipt = scene.review(id, &seal).unwrap();
        let (pdf, name) = applications::receipt(scene.app(), &scene.agency, receipt).unwrap();
        assert!(pdf.starts_with(b"%PDF") && name.starts_with("初审回执-HZ2"));
        let case = scene.case(id);
        assert_eq!(case.application.state, ApplicationState::Returned);
        // The paper that was sent back is on file, and no use.
        assert!(case.is_rejected(&case.items[0], Material::RectificationForm));
        assert!(!case.is_rejected(&case.items[0], Material::Licence));
        let silent = applications::submit(scene.app(), &scene.agency, id, case.application.version);
        match silent.unwrap_err() {
            Refusal::Invalid(errors) => assert_eq!(errors[0].field, "corrected_seal_missing"),
            other => panic!("{other}"),
        }
        let own = enterprise_actor(scene.enterprise);
        let told = passport::of_penalty(scene.app(), &own, scene.penalty).unwrap().trouble.unwrap();
        assert!(told.contains("未加盖公章") && told.contains("修复表缺公章"), "{told}");
        scene.upload(id, Material::RectificationForm, Some(case.items[0].item.id));
        let case = scene.case(id);
        assert!(!case.is_rejected(&case.items[0], Material::RectificationForm));
        assert_eq!(case.materials.iter().filter(|one| case.is_new(one)).count(), 1);
        scene.submit(id);
        let said: Vec<_> = scene.case(id).corrections().iter().map(|fact| fact.opinion.clone()).collect();
        assert_eq!(said, ["已补正"]);
        scene.review(id, &Verdict::Accept).unwrap();
        let case = scene.case(id);
        assert_eq!(case.reviews.iter().map(|r| r.accepted).collect::<Vec<_>>(), [false, true]);
        assert_eq!(case.reviews[0].reasons, [ReturnReason::SealMissing]);
        let withdrawn = applications::withdraw(scene.app(), &scene.agency, id, case.application.version, "误报");
        assert!(matches!(withdrawn, Err(Refusal::Illegal(_))));
    };
    the_window_cannot_accept_what_has_lost_a_condition => |test| {
        let scene = Scene::open(test);
        let id = scene.opened();
        scene.fill(id);
        scene.submit(id);
        scene.world.sql("update commitment set state = 'breached'", &[]);
        assert_eq!(codes(scene.review(id, &Verdict::Accept)), ["commitment_broken"]);
        assert_eq!(scene.case(id).reviews.len(), 0);
    };
    a_record_stands_in_one_application_at_a_time => |test| {
        let scene = Scene::open(test);
        let first = scene.opened();
        let again = applications::open(scene.app(), &scene.agency, scene.enterprise, &[scene.penalty]);
        assert_eq!(codes(again), ["double_application"]);
        let version = scene.case(first).application.version;
        applications::withdraw(scene.app(), &scene.agency, first, version, "改由下次申请").unwrap();
        scene.opened();
    };
    another_organisation_may_do_nothing => |test| {
        let scene = Scene::open(test);
        let app = scene.app();
        let stranger = scene.world.agency("乙");
        let refused = applications::open(app, &stranger, scene.enterprise, &[scene.penalty]);
        assert!(matches!(refused, Err(Refusal::Forbidden(_))));
        let item = scene.accepted();
        let id = scene.item(item).application;
        assert!(matches!(applications::case(app, &stranger, id), Err(Refusal::Forbidden(_))));
        assert!(matches!(applications::case(app, &scene.world.county("如皋市信用办"), id), Err(Refusal::Forbidden(_))));
        let other = scene.world.authority("南通市应急管理局");
        let refused = applications::decide(app, &other, item, &scene.agree(item));
        assert!(matches!(refused, Err(Refusal::Forbidden(_))));
        assert!(applications::items(app, &other, ItemState::Pending, ItemId(0), 10).unwrap().is_empty());
        let refused = applications::record_removal(app, &scene.agency, item, TODAY, 1);
        assert!(matches!(refused, Err(Refusal::Forbidden(_))));
        assert!(applications::list(app, &stranger, &xinxiu_store::application::Filter::default(), 10).unwrap().is_empty());
    };
    a_decision_needs_its_grounds => |test| {
        let scene = Scene::open(test);
        let item = scene.accepted();
        let agree = scene.agree(item);
        let tried = |command: Decide| codes(applications::decide(scene.app(), &scene.authority, item, &command));
        assert_eq!(tried(Decide { duty_performed: false, ..agree.clone() }), ["duty_performed"]);
        assert_eq!(tried(Decide { severity: Grade::SpecifiedSerious, ..agree.clone() }), ["specified_serious"]);
        assert_eq!(tried(Decide { agree: false, ..agree.clone() }), ["opinion"]);
        assert_eq!(tried(Decide { decided_on: date(2022, 7, 1), ..agree.clone() }), ["future"]);
        assert_eq!(tried(Decide { decided_on: date(2022, 6, 13), ..agree.clone() }), ["before_review"]);
        assert_eq!(tried(Decide { decided_on: date(2022, 1, 4), ..agree.clone() }), ["before_penalty"]);
        let refuse = Decide { agree: false, opinion: "整改不到位".into(), ..agree };
        // It is asked about last, and does not stand before.
        match applications::decide(scene.app(), &scene.authority, item, &Decide { is_confirmed: false, ..refuse.clone() }) {
            Err(Refusal::Invalid(errors)) => assert_eq!(errors[0].field, applications::CONFIRMED),
            other => panic!("{other:?}"),
        }
        assert_eq!(scene.item(item).state, ItemState::Pending);
        applications::decide(scene.app(), &scene.authority, item, &refuse).unwrap();
        let own = enterprise_actor(scene.enterprise);
        let told = passport::of_penalty(scene.app(), &own, scene.penalty).unwrap().trouble.unwrap();
        assert!(told.contains("整改不到位") && told.contains("2022-06-14"), "{told}");
        let version = scene.item(item).version;
        let removed = applications::record_removal(scene.app(), &scene.world.center, item, TODAY, version);
        assert!(matches!(removed, Err(Refusal::Illegal(_))));
        // A refusal frees the record for another try.
        scene.opened();
    };
    a_removal_waits_for_the_decision_and_the_period => |test| {
        let scene = Scene::open(test);
        let item = scene.accepted();
        let remove = |day| {
            let version = scene.item(item).version;
            applications::record_removal(scene.app(), &scene.world.center, item, day, version)
        };
        assert_eq!(codes(remove(TODAY)), ["not_decided"]);
        applications::decide(scene.app(), &scene.authority, item, &scene.agree(item)).unwrap();
        assert_eq!(codes(remove(date(2022, 6, 13))), ["before_decision"]);
        assert_eq!(codes(remove(date(2022, 6, 15))), ["future"]);
        remove(TODAY).unwrap();
    };
    whoever_comes_second_is_told => |test| {
        let scene = Scene::open(test);
        let id = scene.opened();
        scene.fill(id);
        let version = scene.case(id).application.version;
        scene.submit(id);
        assert!(is_conflict(applications::submit(scene.app(), &scene.agency, id, version)));
        let stale = scene.case(id).application.version;
        scene.review(id, &Verdict::Accept).unwrap();
        let second = applications::first_review(scene.app(), &scene.world.window, id, stale, &Verdict::Accept, None);
        assert!(is_conflict(second));
        let item = scene.case(id).items[0].item.id;
        let agree = scene.agree(item);
        applications::decide(scene.app(), &scene.authority, item, &agree).unwrap();
        assert!(is_conflict(applications::decide(scene.app(), &scene.authority, item, &agree)));
    };
}
