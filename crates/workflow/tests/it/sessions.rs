//! Sessions, invitations with personal links, and the roll-call.

use jiff::civil::{date, time};
use xinxiu_domain::ListKind;
use xinxiu_domain::actor::Actor;
use xinxiu_domain::attendance::{AttendanceState, Willingness};
use xinxiu_domain::id::{AttendanceId, EnterpriseId, SessionId};
use xinxiu_domain::penalty::PenaltyClass;
use xinxiu_domain::presence::Mark;
use xinxiu_domain::session::{Capacity, Method, Module, SessionMode, SessionState};
use xinxiu_store::attendance::{self, Attendance};
use xinxiu_store::candidate::CandidateFilter;
use xinxiu_store::session::Filter;
use xinxiu_store::{both_engines, params};
use xinxiu_workflow::Refusal;
use xinxiu_workflow::invitations::{self, Answer};
use xinxiu_workflow::sessions::{self, PlanSession, PublishSession, TimeAndPlace};
use xinxiu_workflow::{app::App, roll_call};

use crate::support::{TODAY, World, enterprise_actor};

const COUNTY: &str = "海安市信用办";

/// The campaign with the people of its first class.
pub struct Scene {
    pub world: World,
    pub agency: Actor,
    pub organiser: Actor,
}

impl Scene {
    pub fn open(test: &xinxiu_store::testing::TestStore) -> Self {
        let world = World::open(test);
        let agency = world.agency("甲");
        let organiser = world.county(COUNTY);
        Self { world, agency, organiser }
    }

    pub fn app(&self) -> &App {
        &self.world.app
    }

    pub fn planned(&self, capacity: u32) -> SessionId {
        let command = PlanSession { at: TimeAndPlace { capacity, ..command().at }, ..command() };
        sessions::plan(self.app(), &self.agency, self.world.class(1), &command).unwrap()
    }

    /// The enterprise says whether somebody comes.
    pub fn answers(&self, (enterprise, id): (EnterpriseId, AttendanceId), attending: bool) {
        let command =
            Answer {
                attending, attendee: "示例乙".into(), capacity: Some(Capacity::Principal), ..coming()
            };
        invitations::answer(self.app(), &enterprise_actor(enterprise), id, &command).unwrap();
    }

    pub fn published(&self, capacity: u32) -> SessionId {
        let id = self.planned(capacity);
        assert_eq!(sessions::use_outline(self.app(), &self.agency, id).unwrap(), 6);
        sessions::publish(self.app(), &self.organiser, id, &statement()).unwrap();
        id
    }

    pub fn member(&self, name: &str) -> EnterpriseId {
        self.world.member(name, COUNTY, 1)
    }

    pub fn invited(&self, session: SessionId, enterprise: EnterpriseId) -> AttendanceId {
        let outcome = invitations::invite(self.app(), &self.agency, session, &[enterprise]).unwrap();
        assert_eq!(outcome.refused, []);
        outcome.invited[0]
    }

    pub fn open_doors(&self, session: SessionId) {
        self.app().clock.set(command().at.held_on);
        sessions::open_doors(self.app(), &self.agency, session).unwrap();
    }

    pub fn attendance(&self, id: AttendanceId) -> Attendance {
        self.app().store.db.read(|tx| attendance::load(tx, id)).unwrap()
    }

    pub fn token(&self, id: AttendanceId) -> String {
        invitations::token(self.app(), &self.attendance(id)).unwrap()
    }

    pub fn sign_all(&self, enterprise: EnterpriseId) {
        self.world.sql(
            "insert into commitment (campaign_id, enterprise_id, penalty_id, edition, state, signed_on) \
             values ($1, $2, null, 'annex2-2022', 'signed', '2022-06-14')",
            params![self.world.campaign, enterprise],
        );
    }
}

pub fn command() -> PlanSession {
    PlanSession {
        title: "示例培训第1期".into(),
        at: TimeAndPlace {
            held_on: date(2022, 6, 28),
            starts_at: time(13, 30, 0, 0),
            ends_at: time(17, 0, 0, 0),
            mode: SessionMode::OnSite,
            place: "示例报告厅".into(),
            link: String::new(),
            capacity: 100,
        },
        class_hours: 3,
        lecturer: "示例戊".into(),
        modules: Module::ALL.to_vec(),
        methods: Method::ALL.to_vec(),
        contact_group: "示例联系群".into(),
        version: 0,
    }
}

pub fn statement() -> PublishSession {
    PublishSession {
        confirmed_by: "示例己".into(),
        notice_number: "示信用函〔2022〕3号".into(),
        by_deputy_head: true,
        lecturer_reason: String::new(),
    }
}

fn codes(refusal: Refusal) -> Vec<&'static str> {
    match refusal {
        Refusal::Missing(missing) => missing.iter().map(|one| one.code).collect(),
        other => panic!("{other}"),
    }
}

fn coming() -> Answer {
    Answer {
        attending: true,
        willingness: Willingness::Willing,
        attendee: "示例庚".into(),
        capacity: Some(Capacity::LegalRepresentative),
        representative: String::new(),
    }
}

both_engines! {
    two_hours_are_refused_and_another_agency_plans_nothing_here => |test| {
        let scene = Scene::open(test);
        let class = scene.world.class(1);
        let short = PlanSession { class_hours: 2, ..command() };
        let refused = sessions::plan(scene.app(), &scene.agency, class, &short).unwrap_err();
        assert_eq!(codes(refused), ["class_hours"]);
        let other = scene.world.agency("丙");
        let refused = sessions::plan(scene.app(), &other, class, &command()).unwrap_err();
        assert!(matches!(refused, Refusal::Forbidden(_)));
        let past = PlanSession { at: TimeAndPlace { held_on: date(2022, 6, 13), ..command().at }, ..command() };
        assert_eq!(codes(sessions::plan(scene.app(), &scene.agency, class, &past).unwrap_err()), ["held_on"]);
        let crammed = PlanSession { at: TimeAndPlace { ends_at: time(15, 30, 0, 0), ..command().at }, ..command() };
        assert_eq!(codes(sessions::plan(scene.app(), &scene.agency, class, &crammed).unwrap_err()), ["class_hours"]);
        let id = scene.planned(10);
        let moved = PlanSession { version: 1, ..past.clone() };
        assert_eq!(codes(sessions::edit(scene.app(), &scene.agency, id, &moved).unwrap_err()), ["held_on"]);
        let wrong = PlanSession { at: TimeAndPlace { capacity: 0, ends_at: time(9, 0, 0, 0), ..past.at }, ..past };
        let Err(Refusal::Invalid(errors)) = sessions::plan(scene.app(), &scene.agency, class, &wrong) else { panic!() };
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["ends_at", "capacity", "held_on"]);
        let backwards = PlanSession { at: TimeAndPlace { ends_at: time(9, 0, 0, 0), ..command().at }, ..command() };
        let refused = sessions::plan(scene.app(), &scene.agency, class, &backwards).unwrap_err();
        assert!(matches!(refused, Refusal::Invalid(_)));
        assert_eq!(sessions::list(scene.app(), &scene.agency, Filter::default()).unwrap().len(), 1);
    };
    publication_names_what_is_missing => |test| {
        let scene = Scene::open(test);
        let bare = PlanSession { contact_group: String::new(), ..command() };
        let id = sessions::plan(scene.app(), &scene.agency, scene.world.class(1), &bare).unwrap();
        let silent = PublishSession { confirmed_by: " ".into(), by_deputy_head: false, ..statement() };
        let refused = codes(sessions::publish(scene.app(), &scene.organiser, id, &silent).unwrap_err());
        assert_eq!(refused.iter().filter(|code| **code == "material").count(), 6);
        for code in ["contact_group", "confirmed_by", "lecturer_reason"] {
            assert!(refused.contains(&code), "{code}");
        }
        let refused = sessions::publish(scene.app(), &scene.agency, id, &statement()).unwrap_err();
        assert!(matches!(refused, Refusal::Forbidden(_)));
        let elsewhere = scene.world.county("如皋市信用办");
        assert!(matches!(sessions::show(scene.app(), &elsewhere, id), Err(Refusal::Forbidden(_))));
    };
    an_edited_session_is_published_and_then_stands => |test| {
        let scene = Scene::open(test);
        let id = scene.planned(50);
        let edit = PlanSession { at: TimeAndPlace { place: "示例二厅".into(), ..command().at }, version: 1, ..command() };
        sessions::edit(scene.app(), &scene.agency, id, &edit).unwrap();
        assert!(sessions::edit(scene.app(), &scene.agency, id, &edit).is_err());
        sessions::use_outline(scene.app(), &scene.agency, id).unwrap();
        assert!(sessions::notice(scene.app(), &scene.agency, id).is_err());
        sessions::publish(scene.app(), &scene.organiser, id, &statement()).unwrap();
        let shown = sessions::show(scene.app(), &scene.organiser, id).unwrap();
        assert_eq!((shown.session.state, shown.session.published_on), (SessionState::Published, Some(TODAY)));
        assert_eq!((shown.session.place.as_str(), shown.gaps.len(), shown.materials.len()), ("示例二厅", 0, 6));
        let late = sessions::edit(scene.app(), &scene.agency, id, &PlanSession { version: 4, ..command() });
        assert!(matches!(late, Err(Refusal::Illegal(_))));
        let notice = sessions::notice(scene.app(), &scene.agency, id).unwrap();
        assert_eq!((notice.modules.len(), notice.modules[0].lecturer.as_str()), (6, "示例戊"));
        sessions::cancel(scene.app(), &scene.organiser, id, "场地停电").unwrap();
        assert!(sessions::cancel(scene.app(), &scene.organiser, id, "再取消").is_err());
    };
    everybody_whom_a_filter_finds_is_invited_up_to_the_last_seat => |test| {
        let scene = Scene::open(test);
        let all: Vec<_> = ["甲公司", "乙公司", "丙公司", "丁公司"].map(|name| scene.member(name)).into();
        scene.world.sql("update enterprise set township = '另一镇' where id = $1", params![all[0]]);
        scene.world.sql("update member set willingness = 'willing' where enterprise_id in ($1, $2, $3)", params![all[0], all[1], all[2]]);
        scene.world.sql(
            "insert into stored_file (sha256, name, media_type, size, created_at) values ('00', '名单', 'text/csv', 1, '2022-06-01T00:00:00Z')",
            &[],
        );
        scene.world.sql(
            "insert into batch (campaign_id, list_kind, file_id, file_name, state, uploaded_by, created_at) \
             select $1, 'watch', max(id), '名单.csv', 'imported', '示例', '2022-06-01T00:00:00Z' from stored_file",
            params![scene.world.campaign],
        );
        scene.world.sql(
            "insert into list_entry (campaign_id, list_kind, enterprise_id, batch_id) select $1, 'watch', $2, max(id) from batch",
            params![scene.world.campaign, all[1]],
        );
        let id = scene.published(2);
        let count = |wanted: CandidateFilter| {
            invitations::candidate_page(scene.app(), &scene.agency, id, &wanted, (0, 10)).unwrap().1
        };
        let any = CandidateFilter::default;
        assert_eq!(count(any()), 4);
        assert_eq!(count(CandidateFilter { township: "另一镇".into(), ..any() }), 1);
        let willing = CandidateFilter { willingness: Some(Willingness::Willing), ..any() };
        assert_eq!(count(willing.clone()), 3);
        assert_eq!(count(CandidateFilter { list: Some(ListKind::Watch), ..any() }), 1);
        assert_eq!(count(CandidateFilter { list: Some(ListKind::RepairablePenalty), ..any() }), 0);
        let page = |skip| invitations::candidate_page(scene.app(), &scene.agency, id, &willing, (skip, 2)).unwrap().0;
        let (first, second) = (page(0), page(2));
        assert_eq!((first.len(), second.len()), (2, 1));
        assert!(first.iter().all(|one| one.enterprise != second[0].enterprise));
        let nobody = CandidateFilter { search: "没有".into(), ..any() };
        assert!(matches!(invitations::invite_filtered(scene.app(), &scene.agency, id, &nobody), Err(Refusal::Invalid(_))));
        let outcome = invitations::invite_filtered(scene.app(), &scene.agency, id, &willing).unwrap();
        assert_eq!((outcome.invited.len(), outcome.refused.len()), (2, 1));
        assert!(outcome.refused[0].1.contains("名额已满"));
        assert_eq!(count(any()), 2);
    };
    invitations_say_who_could_not_be_invited => |test| {
        let scene = Scene::open(test);
        let (first, second, third) = (scene.member("甲公司"), scene.member("乙公司"), scene.member("丙公司"));
        let foreign = scene.world.member("丁公司", "如皋市信用办", 2);
        let planned = scene.planned(2);
        assert!(matches!(
            invitations::invite(scene.app(), &scene.agency, planned, &[first]),
            Err(Refusal::Illegal(_))
        ));
        let id = scene.published(2);
        let found = invitations::candidates(scene.app(), &scene.agency, id, &CandidateFilter::default()).unwrap();
        assert_eq!(found.len(), 3);
        let outcome =
            invitations::invite(scene.app(), &scene.agency, id, &[foreign, first, first, second, third]).unwrap();
        assert_eq!(outcome.invited.len(), 2);
        let why: Vec<&str> = outcome.refused.iter().map(|(_, why)| why.as_str()).collect();
        assert_eq!(why[..2], ["不属于本培训班", "已经邀请过"]);
        assert!(why[2].contains("名额已满"));
        // One of another agency is not named, and a number that nobody has stops nobody else.
        let stranger = scene.world.member("戊公司", "启东市信用办", 4);
        let outcome =
            invitations::invite(scene.app(), &scene.agency, id, &[stranger, EnterpriseId(987_654)]).unwrap();
        assert!(outcome.refused.iter().all(|(name, why)| !name.contains("戊公司") && why == "不属于本培训班"));
        assert_eq!(outcome.refused.len(), 2);
    };
    a_link_opens_its_own_attendance_and_nothing_else => |test| {
        let scene = Scene::open(test);
        let (id, enterprise) = (scene.published(10), scene.member("甲公司"));
        let (one, two) = (scene.invited(id, enterprise), scene.invited(id, scene.member("乙公司")));
        let token = scene.token(one);
        let (actor, found) = invitations::of_link(scene.app(), &token).unwrap();
        assert_eq!((found.id, actor.enterprise, actor.account), (one, Some(enterprise), None));
        let guessed = format!("{two}-{}", token.split_once('-').unwrap().1);
        for bad in [guessed.as_str(), "", "1", "999999-00", "x-y", &token[..token.len() - 1]] {
            assert!(matches!(invitations::of_link(scene.app(), bad), Err(Refusal::Store(_))), "{bad}");
        }
        assert!(matches!(invitations::answer(scene.app(), &actor, two, &coming()), Err(Refusal::Forbidden(_))));
        invitations::reissue(scene.app(), &scene.agency, one).unwrap();
        assert!(invitations::of_link(scene.app(), &token).is_err());
        let fresh = scene.token(one);
        invitations::of_link(scene.app(), &fresh).unwrap();
        invitations::revoke(scene.app(), &scene.agency, one).unwrap();
        assert!(invitations::of_link(scene.app(), &fresh).is_err());
        let late = scene.token(two);
        scene.world.sql(
            "update attendance set link_expires_at = '2022-01-01T00:00:00.000000Z' where id = $1",
            params![two],
        );
        assert!(invitations::of_link(scene.app(), &late).is_err());
        assert!(invitations::letter(scene.app(), &scene.agency, two).unwrap().token.is_none());
        let other = scene.world.agency("丙");
        assert!(matches!(invitations::letter(scene.app(), &other, one), Err(Refusal::Forbidden(_))));
    };
    an_answer_says_who_comes_and_what_the_enterprise_wants => |test| {
        let scene = Scene::open(test);
        let enterprise = scene.member("甲公司");
        let id = scene.invited(scene.published(10), enterprise);
        let actor = enterprise_actor(enterprise);
        let nobody = Answer { attendee: String::new(), capacity: None, ..coming() };
        let Err(Refusal::Invalid(errors)) = invitations::answer(scene.app(), &actor, id, &nobody) else { panic!() };
        assert_eq!(errors.len(), 2);
        invitations::answer(scene.app(), &actor, id, &coming()).unwrap();
        let found = scene.attendance(id);
        assert_eq!((found.state, found.capacity), (AttendanceState::Accepted, Some(Capacity::LegalRepresentative)));
        let member = scene
            .app()
            .store
            .db
            .read(|tx| xinxiu_store::enterprise::member(tx, scene.world.campaign, enterprise))
            .unwrap();
        assert_eq!(member.unwrap().willingness, Willingness::Willing);
        let declined = Answer { attending: false, willingness: Willingness::Unwilling, ..coming() };
        invitations::answer(scene.app(), &actor, id, &declined).unwrap();
        assert_eq!(scene.attendance(id).state, AttendanceState::Declined);
    };
    no_signed_commitment_no_seat_unless_excepted => |test| {
        let scene = Scene::open(test);
        let session = scene.published(10);
        let (signed, open) = (scene.member("甲公司"), scene.member("乙公司"));
        scene.world.penalty(open, "南通市生态环境局", date(2022, 1, 5), PenaltyClass::General);
        let (one, two) = (scene.invited(session, signed), scene.invited(session, open));
        scene.sign_all(signed);
        scene.sign_all(open);
        assert!(matches!(roll_call::check_in(scene.app(), &scene.agency, one), Err(Refusal::Illegal(_))));
        assert_eq!(codes(sessions::open_doors(scene.app(), &scene.agency, session).unwrap_err()), ["not_yet"]);
        scene.open_doors(session);
        let code = roll_call::code_of(scene.app(), &scene.agency, session).unwrap();
        roll_call::by_code(scene.app(), &enterprise_actor(signed), one, Mark::CheckIn, &code).unwrap();
        let again = roll_call::check_in(scene.app(), &scene.agency, one).unwrap_err();
        assert_eq!(again.to_string(), "参训目前是「已签到」，不能签到");
        // The commitment of the enterprise does not stand for the one of its record.
        let refused = roll_call::check_in(scene.app(), &scene.agency, two).unwrap_err();
        assert_eq!(codes(refused), ["commitment_unsigned"]);
        assert!(matches!(
            roll_call::grant_exception(scene.app(), &scene.agency, two, "补签"),
            Err(Refusal::Forbidden(_))
        ));
        assert!(roll_call::grant_exception(scene.app(), &scene.organiser, two, " ").is_err());
        roll_call::grant_exception(scene.app(), &scene.organiser, two, "会后当日补签").unwrap();
        roll_call::check_in(scene.app(), &scene.agency, two).unwrap();
        assert_eq!(scene.attendance(two).state, AttendanceState::Present);
        let sheet = sessions::sign_in_sheet(scene.app(), &scene.agency, session).unwrap();
        assert_eq!(sheet.rows.iter().filter(|row| !row.signed.is_empty()).count(), 2);
    };
    closing_marks_absent_who_never_came => |test| {
        let scene = Scene::open(test);
        let session = scene.published(10);
        let (came, stayed) = (scene.member("甲公司"), scene.member("乙公司"));
        let (one, two) = (scene.invited(session, came), scene.invited(session, stayed));
        scene.sign_all(came);
        scene.open_doors(session);
        roll_call::check_in(scene.app(), &scene.organiser, one).unwrap();
        assert_eq!(sessions::close(scene.app(), &scene.agency, session).unwrap(), 1);
        assert_eq!(scene.attendance(one).state, AttendanceState::Present);
        assert_eq!(scene.attendance(two).state, AttendanceState::Absent);
        let late = roll_call::check_in(scene.app(), &scene.agency, two);
        assert!(matches!(late, Err(Refusal::Illegal(_))));
        let line = &sessions::list(scene.app(), &scene.organiser, Filter::default()).unwrap()[0];
        assert_eq!((line.invited, line.present), (2, 1));
    };
}
