//! A published Nantong campaign with its organisations, and people who act in it.
#![allow(dead_code)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::Timestamp;
use jiff::civil::{Date, date};
use xinxiu_domain::DecisionNumber;
use xinxiu_domain::actor::{Actor, Role};
use xinxiu_domain::batch::RecordState;
use xinxiu_domain::id::{AccountId, CampaignId, EnterpriseId, OrgId, PenaltyId, PlanItemId};
use xinxiu_domain::penalty::{Assessment, Lane, PenaltyClass, PenaltyFacts, SubjectKind, VerdictKind};
use xinxiu_policy::Rules;
use xinxiu_store::penalty::{self, Penalty};
use xinxiu_store::testing::{self, TestStore};
use xinxiu_store::{StoreError, campaign, enterprise, organisation, params};
use xinxiu_workflow::accounts::{self, CreateAccount};
use xinxiu_workflow::plan_file::CampaignFile;
use xinxiu_workflow::{App, Clock, campaigns};

/// The business day on which tests begin.
pub const TODAY: Date = date(2022, 6, 14);

static NEXT: AtomicU32 = AtomicU32::new(1);

/// A published campaign.
pub struct World {
    /// The installation.
    pub app: App,
    /// The campaign under way.
    pub campaign: CampaignId,
    /// City office.
    pub city: Actor,
    /// Credit center.
    pub center: Actor,
    /// Service window.
    pub window: Actor,
}

impl World {
    /// Opens and publishes the Nantong plan.
    pub fn open(test: &TestStore) -> Self {
        let rules = Arc::new(Rules::embedded().unwrap());
        let app = App {
            store: test.store.clone(),
            rules,
            clock: Clock::starting(TODAY, Timestamp::now()),
            post: xinxiu_workflow::messages::Post::default(),
        };
        let root = actor("示例甲", Role::CityOffice, None);
        let file = CampaignFile::parse(include_str!("../../../../campaigns/nantong-2022.yaml")).unwrap();
        let campaign = campaigns::open_from_file(&app, &root, &file).unwrap();
        campaigns::change_state(&app, &root, campaign, xinxiu_domain::campaign::CampaignAction::Publish)
            .unwrap();
        let person = |role, org: &str| person(&app, &root, role, org);
        let (city, center, window) = (
            person(Role::CityOffice, "南通市信用办"),
            person(Role::CreditCenter, "南通市公共信用信息中心"),
            person(Role::Window, "南通市公共信用信息中心"),
        );
        Self { app, campaign, city, center, window }
    }

    /// Somebody of an organisation, with an account.
    pub fn person(&self, role: Role, org: &str) -> Actor {
        person(&self.app, &self.city, role, org)
    }

    /// Somebody of a county office or park committee.
    pub fn county(&self, org: &str) -> Actor {
        self.person(Role::CountyOffice, org)
    }

    /// Somebody of a recognising authority.
    pub fn authority(&self, org: &str) -> Actor {
        self.person(Role::Authority, org)
    }

    /// Somebody of a service agency: 甲, 乙 or 丙.
    pub fn agency(&self, letter: &str) -> Actor {
        self.person(Role::Agency, &format!("示例信用服务机构{letter}（虚构）"))
    }

    /// An organisation of the plan by its full name.
    pub fn org(&self, name: &str) -> OrgId {
        org(&self.app, name)
    }

    /// A class of the plan by its place, from 1.
    pub fn class(&self, position: usize) -> PlanItemId {
        let items = self.app.store.db.read(|tx| campaign::items(tx, self.campaign)).unwrap();
        items[position - 1].id
    }

    /// A member of the campaign in a county and class, without records.
    pub fn member(&self, name: &str, county: &str, class: usize) -> EnterpriseId {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let new = testing::enterprise(number.into(), name, self.org(county));
        let item = self.class(class);
        self.app
            .store
            .db
            .write(|tx| {
                let id = enterprise::insert(tx, &new, Timestamp::UNIX_EPOCH)?;
                enterprise::join(tx, self.campaign, id, Some(item), Timestamp::UNIX_EPOCH)?;
                Ok::<_, StoreError>(id)
            })
            .unwrap()
    }

    /// A penalty record of a class against an enterprise.
    pub fn penalty(
        &self,
        enterprise: EnterpriseId,
        authority: &str,
        decided_on: Date,
        class: PenaltyClass,
    ) -> PenaltyId {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let new = Penalty {
            id: PenaltyId(0),
            enterprise,
            decision: DecisionNumber::parse(&format!("示罚字〔2022〕{number}号")).unwrap(),
            authority: Some(self.org(authority)),
            facts: facts(authority, decided_on),
            valid_until: None,
            stated_publicity_end: None,
            source_unit: String::new(),
            remark: String::new(),
            state: RecordState::Public,
            taken_down_on: None,
            assessment: assessment(class),
            assessed_on: TODAY,
            review_class: None,
            review_reason: String::new(),
            review_by: String::new(),
            review_stale: String::new(),
            first_batch: None,
            last_batch: None,
            gone_since: None,
            recorded_on: TODAY,
            version: 1,
        };
        self.app.store.db.write(|tx| penalty::insert(tx, &new)).unwrap()
    }

    /// Puts an enterprise on the watch list without a decision.
    pub fn listing(&self, enterprise: EnterpriseId, authority: &str) {
        self.sql(
            "insert into listing (enterprise_id, list_kind, reason, listing_body, authority_id, listed_on) \
             values ($1, 'watch', '示例事由', $2, $3, '2022-03-01')",
            params![enterprise, authority, self.org(authority)],
        );
    }

    /// Runs one statement behind the workflow's back, to set the scene.
    pub fn sql(&self, sql: &str, params: &[xinxiu_store::Value]) {
        self.app.store.db.write(|tx| tx.execute(sql, params)).unwrap();
    }

    /// Puts an enterprise into a held session of its class in the given state (`present`, `passed`, …).
    pub fn attended(&self, enterprise: EnterpriseId, held_on: Date, state: &str) {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        self.app
            .store
            .db
            .write(|tx| {
                let item = enterprise::member(tx, self.campaign, enterprise)?.and_then(|m| m.plan_item);
                let session: i64 = tx.insert(
                    "insert into session (plan_item_id, title, held_on, starts_at, ends_at, mode, place, link, \
                     capacity, class_hours, lecturer, modules, methods, state) \
                     values ($1, '示例场次', $2, '09:00', '12:00', 'on_site', '示例厅', '', 100, 3, '示例', '', '', 'closed') \
                     returning id",
                    params![item, held_on],
                )?;
                tx.execute(
                    "insert into attendance (session_id, enterprise_id, state, link_hash, link_expires_at, invited_at, answered_at) \
                     values ($1, $2, $3, $4, '2022-12-31T00:00:00Z', '2022-06-01T00:00:00Z', '2022-06-02T00:00:00Z')",
                    params![session, enterprise, state, format!("hash-{number}")],
                )
            })
            .unwrap();
    }
}

fn facts(authority: &str, decided_on: Date) -> PenaltyFacts {
    PenaltyFacts {
        decision_date: decided_on,
        subject: SubjectKind::LegalPerson,
        kinds: "罚款".into(),
        content: "罚款10000元".into(),
        violation: "示例违法行为".into(),
        facts: "示例违法事实".into(),
        basis: "示例依据".into(),
        authority: authority.to_owned(),
        fine_fen: Some(1_000_000),
        confiscated_fen: None,
        stated_severity: None,
        summary_procedure: None,
    }
}

fn assessment(class: PenaltyClass) -> Assessment {
    let repairable = !matches!(class, PenaltyClass::SpecifiedSerious | PenaltyClass::NotPublicised);
    Assessment {
        edition: "cn-527".into(),
        lane: Lane::CreditChina,
        class,
        min_until: None,
        max_until: None,
        verdict: if repairable { VerdictKind::RepairableNow } else { VerdictKind::NotRepairable },
        repairable_from: None,
        materials: Vec::new(),
        reasons: Vec::new(),
        questions: Vec::new(),
    }
}

fn org(app: &App, name: &str) -> OrgId {
    app.store.db.read(|tx| organisation::by_name(tx, name)).unwrap().expect(name).id
}

fn person(app: &App, by: &Actor, role: Role, org_name: &str) -> Actor {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let (org, login) = (org(app, org_name), format!("person-{number}"));
    let command =
        CreateAccount { org, login: &login, name: "示例人员", role, password: Some("示例口令1234") };
    let (id, _) = accounts::create_account(app, by, &command).unwrap();
    Actor { account: Some(id), ..actor(&login, role, Some(org)) }
}

/// Somebody without an account.
pub fn actor(name: &str, role: Role, org: Option<OrgId>) -> Actor {
    Actor { account: None::<AccountId>, name: name.to_owned(), role, org, enterprise: None }
}

/// An enterprise that came through its personal link.
pub fn enterprise_actor(enterprise: EnterpriseId) -> Actor {
    Actor { enterprise: Some(enterprise), ..actor("示例企业", Role::Enterprise, None) }
}
