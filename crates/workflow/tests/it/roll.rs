//! The roll-call: the screen's code, two devices at once, a device that was offline, paper, minutes online.

use jiff::civil::time;
use xinxiu_domain::attendance::AttendanceState;
use xinxiu_domain::id::{AttendanceId, SessionId};
use xinxiu_domain::presence::{Heard, Mark, Way};
use xinxiu_domain::session::SessionMode;
use xinxiu_store::{both_engines, params, roll};
use xinxiu_workflow::roll_call::Verdict::{Conflict, Double, Taken};
use xinxiu_workflow::roll_call::{self, DeskMark, SheetLine};
use xinxiu_workflow::{Refusal, invitations, sessions};

use crate::sessions::Scene;
use crate::support::{World, enterprise_actor};

/// A session with open doors and two enterprises that may sit.
fn open(scene: &Scene) -> (SessionId, AttendanceId, AttendanceId) {
    let session = scene.published(10);
    let (first, second) = (scene.member("甲公司"), scene.member("乙公司"));
    let (one, two) = (scene.invited(session, first), scene.invited(session, second));
    scene.sign_all(first);
    scene.sign_all(second);
    scene.open_doors(session);
    (session, one, two)
}

fn noted(key: &str, of: AttendanceId, mark: &str, seconds_ago: i64) -> DeskMark {
    DeskMark { key: key.into(), attendance: Some(of.0), link: String::new(), mark: mark.into(), seconds_ago }
}

fn marks(world: &World, of: AttendanceId) -> Vec<(Mark, Way)> {
    let events = world.app.store.db.read(|tx| roll::of_attendance(tx, of)).unwrap();
    events.into_iter().map(|event| (event.mark, event.way)).collect()
}

both_engines! {
    only_the_code_of_the_screen_opens_the_seat_and_a_second_time_changes_nothing => |test| {
        let scene = Scene::open(test);
        let (session, one, two) = open(&scene);
        let own = enterprise_actor(scene.attendance(one).enterprise);
        let by = |id, mark, code: &str| roll_call::by_code(scene.app(), &own, id, mark, code);
        let code = roll_call::code_of(scene.app(), &scene.agency, session).unwrap();
        assert_eq!((code.len(), code.parse::<u32>().is_ok()), (6, true));
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for bad in ["", wrong, "示例"] {
            assert!(matches!(by(one, Mark::CheckIn, bad), Err(Refusal::Invalid(_))), "{bad}");
        }
        assert!(matches!(by(two, Mark::CheckIn, &code), Err(Refusal::Forbidden(_))));
        assert!(matches!(by(one, Mark::CheckOut, &code), Err(Refusal::Illegal(_))));
        // Full-width digits and a space, as a phone's keyboard writes them.
        let (front, back) = code.split_at(3);
        by(one, Mark::CheckIn, &format!(" {front} {back}")).unwrap();
        assert!(matches!(by(one, Mark::CheckIn, &code), Err(Refusal::Illegal(_))));
        assert_eq!(marks(&scene.world, one), [(Mark::CheckIn, Way::Screen)]);
        let hall = roll_call::hall(scene.app(), &scene.agency, session).unwrap();
        assert_eq!((hall.inside, hall.awaited), (vec!["甲公司".to_owned()], 2));
        by(one, Mark::CheckOut, &code).unwrap();
        let roll = roll_call::roll(scene.app(), &scene.organiser, session).unwrap();
        assert_eq!(roll[&one].verdict(3), Heard::TooShort(135));
        by(one, Mark::CheckIn, &code).unwrap();
        assert_eq!(roll_call::check_out_all(scene.app(), &scene.agency, session).unwrap(), 1);
        assert_eq!(scene.attendance(one).state, AttendanceState::Present);
        sessions::close(scene.app(), &scene.agency, session).unwrap();
        assert!(matches!(by(one, Mark::CheckIn, &code), Err(Refusal::Illegal(_))));
    };
    another_session_has_another_code => |test| {
        let scene = Scene::open(test);
        let (session, one, _) = open(&scene);
        let other = scene.published(10);
        sessions::open_doors(scene.app(), &scene.agency, other).unwrap();
        let code = roll_call::code_of(scene.app(), &scene.agency, other).unwrap();
        if code != roll_call::code_of(scene.app(), &scene.agency, session).unwrap() {
            let own = enterprise_actor(scene.attendance(one).enterprise);
            assert!(roll_call::by_code(scene.app(), &own, one, Mark::CheckIn, &code).is_err());
        }
        let stranger = scene.world.agency("丙");
        assert!(matches!(roll_call::hall(scene.app(), &stranger, session), Err(Refusal::Forbidden(_))));
    };
    what_a_device_noted_offline_is_taken_once_and_conflicts_are_said => |test| {
        let scene = Scene::open(test);
        let (session, one, two) = open(&scene);
        let elsewhere = {
            let other = scene.published(10);
            scene.invited(other, scene.member("丙公司"))
        };
        let link = format!("http://example.invalid/l/{}", scene.token(two));
        let scanned = |key: &str, link: &str| DeskMark {
            link: link.into(),
            attendance: None,
            ..noted(key, two, "check_in", 5000)
        };
        let sent = vec![
            noted("k2", one, "check_out", 600),
            noted("k1", one, "check_in", 9000),
            scanned("k3", &link),
            scanned("k4", &link.replace("/l/", "/l/9")),
            noted("k5", elsewhere, "check_in", 10),
            noted("k6", one, "sleep", 10),
        ];
        let send = || roll_call::sync(scene.app(), &scene.agency, session, "平板1", sent.clone()).unwrap();
        let verdicts = |answers: Vec<roll_call::Synced>| {
            let mut all: Vec<_> = answers.into_iter().map(|one| (one.key, one.verdict)).collect();
            all.sort_by(|a, b| a.0.cmp(&b.0));
            all.into_iter().map(|one| one.1).collect::<Vec<_>>()
        };
        assert_eq!(verdicts(send()), [Taken, Taken, Taken, Conflict, Conflict, Conflict]);
        // The answer was lost on the way, and the device sends all of it again.
        assert_eq!(verdicts(send()), [Double, Double, Double, Conflict, Conflict, Conflict]);
        assert_eq!(marks(&scene.world, one), [(Mark::CheckIn, Way::Device), (Mark::CheckOut, Way::Device)]);
        let roll = roll_call::roll(scene.app(), &scene.agency, session).unwrap();
        assert_eq!((roll[&one].minutes, roll[&one].verdict(3)), (140, Heard::Whole));
        // A second device that noted the same.
        let other = vec![noted("other-1", two, "check_in", 4000)];
        let answers = roll_call::sync(scene.app(), &scene.organiser, session, "平板2", other).unwrap();
        assert_eq!(verdicts(answers), [Double]);
        let refused = roll_call::sync(scene.app(), &scene.world.agency("丙"), session, "", Vec::new());
        assert!(matches!(refused, Err(Refusal::Forbidden(_))));
        sessions::close(scene.app(), &scene.agency, session).unwrap();
        let late = roll_call::sync(scene.app(), &scene.agency, session, "", vec![noted("k9", two, "check_out", 1)]);
        assert_eq!(late.unwrap()[0].verdict, Conflict);
    };
    a_paper_sheet_is_entered_whole_or_not_at_all => |test| {
        let scene = Scene::open(test);
        let (session, one, two) = open(&scene);
        let line = |attendance, came, left| SheetLine { attendance, came: Some(came), left: Some(left) };
        let good = line(one, time(13, 25, 0, 0), time(17, 0, 0, 0));
        let backwards = line(two, time(14, 0, 0, 0), time(13, 0, 0, 0));
        let enter = |lines: &[SheetLine]| roll_call::enter_sheet(scene.app(), &scene.agency, session, lines);
        let Err(Refusal::Invalid(errors)) = enter(&[good, backwards]) else { panic!() };
        assert_eq!((errors.len(), errors[0].field.clone()), (1, format!("line-{two}")));
        assert_eq!(marks(&scene.world, one), []);
        assert_eq!(enter(&[good, line(two, time(14, 0, 0, 0), time(15, 0, 0, 0))]).unwrap(), 4);
        let roll = roll_call::roll(scene.app(), &scene.agency, session).unwrap();
        assert_eq!((roll[&one].minutes, roll[&two].minutes), (215, 60));
        assert_eq!(scene.attendance(one).checked_in_at.unwrap().hour(), "13:25");
        assert!(matches!(enter(&[good]), Err(Refusal::Invalid(_))));
    };
    a_session_that_nobody_closed_takes_the_paper_alone_on_later_days => |test| {
        let scene = Scene::open(test);
        let (session, one, two) = open(&scene);
        let code = roll_call::code_of(scene.app(), &scene.agency, session).unwrap();
        roll_call::check_in(scene.app(), &scene.agency, one).unwrap();
        let day = scene.app().clock.today();
        scene.app().clock.set(day.tomorrow().unwrap());
        let not_today = |refusal: Result<SessionId, Refusal>| match refusal {
            Err(Refusal::Missing(gaps)) => assert!(gaps[0].message.contains("补录"), "{}", gaps[0].message),
            other => panic!("{other:?}"),
        };
        let own = enterprise_actor(scene.attendance(two).enterprise);
        not_today(roll_call::by_code(scene.app(), &own, two, Mark::CheckIn, &code));
        not_today(roll_call::check_in(scene.app(), &scene.agency, two));
        not_today(roll_call::by_clerk(scene.app(), &scene.agency, one, Mark::CheckOut));
        not_today(roll_call::hall(scene.app(), &scene.agency, session).map(|hall| hall.session.id));
        assert!(matches!(roll_call::check_out_all(scene.app(), &scene.agency, session), Err(Refusal::Missing(_))));
        let noted = roll_call::sync(scene.app(), &scene.agency, session, "", vec![noted("k1", two, "check_in", 0)]);
        assert_eq!(noted.unwrap()[0].verdict, Conflict);
        // The night does not count as heard, and what the paper says is still taken.
        let roll = roll_call::roll(scene.app(), &scene.agency, session).unwrap();
        assert_eq!(roll[&one].verdict(3), Heard::Unknown);
        let line = SheetLine { attendance: two, came: Some(time(13, 25, 0, 0)), left: Some(time(17, 0, 0, 0)) };
        assert_eq!(roll_call::enter_sheet(scene.app(), &scene.agency, session, &[line]).unwrap(), 2);
        sessions::close(scene.app(), &scene.agency, session).unwrap();
    };
    minutes_online_are_counted_once_however_many_devices => |test| {
        let scene = Scene::open(test);
        let (session, one, _) = open(&scene);
        let own = enterprise_actor(scene.attendance(one).enterprise);
        let beat = || roll_call::beat(scene.app(), &own, one);
        assert!(matches!(beat(), Err(Refusal::Illegal(_))));
        scene.world.sql("update session set mode = $1 where id = $2", params![SessionMode::Online.code(), session]);
        assert_eq!(beat().unwrap(), 0);
        roll_call::by_code(scene.app(), &own, one, Mark::CheckIn, "").unwrap();
        let first = beat().unwrap();
        assert!(first == 1 && beat().unwrap() <= 2);
        let shown = roll_call::own(scene.app(), &own, one).unwrap();
        assert!(shown.online && shown.inside);
        assert_eq!(shown.verdict(3), Heard::Unknown);
        sessions::close(scene.app(), &scene.agency, session).unwrap();
        let over = roll_call::roll(scene.app(), &scene.agency, session).unwrap();
        assert!(matches!(over[&one].verdict(3), Heard::TooShort(133..=134)));
        let home = invitations::home(scene.app(), &own, one).unwrap();
        assert_eq!(home.attendance.state, AttendanceState::Present);
    };
}
