//! Exams on paper, entered for a whole session (N11).

use std::fs;

use jiff::civil::date;
use xinxiu_domain::attendance::AttendanceState;
use xinxiu_domain::id::{AttendanceId, SessionId};
use xinxiu_store::{StoreError, attendance, both_engines, exam, params};
use xinxiu_workflow::paper_exams::{self, FilledIn, Score};
use xinxiu_workflow::{Refusal, sitting};

use crate::support::{World, enterprise_actor};

/// A session with these enterprises in it, all signed in but the last one.
fn hall(world: &World, names: &[&str]) -> (SessionId, Vec<AttendanceId>) {
    let mut seats = Vec::new();
    let mut session = SessionId(0);
    for (place, name) in names.iter().enumerate() {
        let id = world.member(name, "海安市信用办", 1);
        let state = if place + 1 == names.len() { "accepted" } else { "present" };
        world.attended(id, date(2022, 6, 10), state);
        let own = world.app.store.db.read(|tx| attendance::of_enterprise(tx, id)).unwrap().remove(0);
        if place == 0 {
            session = own.session;
        }
        let sql = "update attendance set session_id = $1 where id = $2";
        world.app.store.db.write(|tx| tx.execute(sql, params![session, own.id])).unwrap();
        seats.push(own.id);
    }
    (session, seats)
}

fn state(world: &World, id: AttendanceId) -> AttendanceState {
    world.app.store.db.read(|tx| attendance::load(tx, id)).unwrap().state
}

fn papers(world: &World, id: AttendanceId) -> usize {
    world.app.store.db.read(|tx| Ok::<_, StoreError>(exam::of_attendance(tx, id)?.len())).unwrap()
}

fn read(world: &World, session: SessionId, name: &str, content: &[u8]) -> Result<FilledIn, Refusal> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    let sitters = paper_exams::sitters(&world.app, &world.agency("甲"), session).unwrap();
    let mut options = xinxiu_intake::Options::new(date(2022, 6, 11));
    options.file_name = Some(name.to_owned());
    paper_exams::read(&path, &options, &sitters)
}

both_engines! {
    all_of_a_table_or_nothing_is_entered => |test| {
        let world = World::open(test);
        let (session, seats) = hall(&world, &["甲公司", "乙公司", "丙公司"]);
        let agency = world.agency("甲");
        let score = |place: usize, right| Score { attendance: seats[place], right, known: 0 };
        let enter = |scores: &[Score]| paper_exams::enter_scores(&world.app, &agency, session, scores);
        let refused = paper_exams::enter_scores(&world.app, &world.agency("乙"), session, &[score(0, 9)]);
        assert!(matches!(refused, Err(Refusal::Forbidden(_))));
        assert!(matches!(enter(&[]), Err(Refusal::Invalid(_))));
        let Err(Refusal::Invalid(errors)) = enter(&[score(0, 9), score(1, 11), score(2, 9)]) else {
            panic!("全部录入了")
        };
        let fields: Vec<_> = errors.iter().map(|error| error.field.clone()).collect();
        assert_eq!(fields, [format!("right-{}", seats[1]), format!("right-{}", seats[2])]);
        assert!(errors[0].message.starts_with("乙公司：") && errors[1].message.contains("签到"));
        assert_eq!(papers(&world, seats[0]), 0);
        assert_eq!(enter(&[score(0, 9), score(1, 4)]).unwrap(), 2);
        assert_eq!((state(&world, seats[0]), state(&world, seats[1])),
            (AttendanceState::Passed, AttendanceState::Failed));
        // The same table sent again: what was failed is not failed twice.
        assert!(matches!(enter(&[score(1, 4)]), Err(Refusal::Invalid(errors)) if errors[0].message.contains("已经录入过")));
        assert_eq!(enter(&[Score { known: 1, ..score(1, 8) }]).unwrap(), 1);
        assert_eq!((state(&world, seats[1]), papers(&world, seats[1])), (AttendanceState::Passed, 2));
        // A seat of another session is none of this one's.
        let (other, _) = hall(&world, &["丁公司"]);
        let strange = paper_exams::enter_scores(&world.app, &agency, other, &[score(2, 9)]);
        assert!(matches!(strange, Err(Refusal::Invalid(errors)) if errors[0].message.contains("不是本场次")));
    };
    a_paper_on_the_phone_comes_first => |test| {
        let world = World::open(test);
        let (session, seats) = hall(&world, &["甲公司", "乙公司"]);
        let own = world.app.store.db.read(|tx| attendance::load(tx, seats[0])).unwrap();
        sitting::start(&world.app, &enterprise_actor(own.enterprise), seats[0]).unwrap();
        let scores = [Score { attendance: seats[0], right: 9, known: 1 }];
        let refused = paper_exams::enter_scores(&world.app, &world.agency("甲"), session, &scores);
        assert!(matches!(refused, Err(Refusal::Invalid(errors)) if errors[0].message.contains("在手机上开始的考试")));
    };
    a_spreadsheet_fills_the_table_and_says_what_it_cannot => |test| {
        let world = World::open(test);
        let (session, seats) = hall(&world, &["甲公司", "乙公司", "戊公司", "戊公司", "丙公司"]);
        let sitters = paper_exams::sitters(&world.app, &world.agency("甲"), session).unwrap();
        assert_eq!(sitters.enterable().count(), 4);
        // As it is taken along, nothing is filled in yet.
        let given = read(&world, session, "成绩.xlsx", &paper_exams::workbook(&sitters).unwrap()).unwrap();
        assert_eq!(given, FilledIn { blank: 5, ..FilledIn::default() });
        let code = |place: usize| {
            sitters.lines.iter().find(|one| one.line.attendance.id == seats[place]).unwrap().line.uscc.clone()
        };
        // A title above the header, the columns in another order, full-width digits, a number with its decimals.
        let text = format!(
            "成绩表,,\n答对题数,企业名称,统一社会信用代码\n８,甲公司,\n7.0,,{}\n6,戊公司,\n十,,{}\n11,,{}\n3,乙公司,\n\
             9,丙公司,\n5,不存在公司,\n,丁公司,\n",
            code(1).to_lowercase(), code(2), code(3)
        );
        let found = read(&world, session, "成绩.csv", text.as_bytes()).unwrap();
        assert_eq!(found.scores, [(seats[0], 8), (seats[1], 7)].into());
        assert_eq!(found.blank, 1);
        let said: Vec<_> = found.rejected.iter().map(|one| (one.row, one.column, one.value.as_str())).collect();
        assert_eq!(said, [
            (5, "企业名称", "戊公司"),
            (6, "答对题数", "十"),
            (7, "答对题数", "11"),
            (8, "答对题数", "3"),
            (9, "企业名称", "丙公司"),
            (10, "企业名称", "不存在公司"),
        ]);
        assert!(found.rejected[0].message.contains("同名") && found.rejected[3].message.contains("7题"));
        for (name, content) in [("成绩.csv", "甲,乙\n1,2\n"), ("成绩.xlsx", "不是表格")] {
            assert!(matches!(read(&world, session, name, content.as_bytes()), Err(Refusal::Invalid(_))), "{name}");
        }
    };
}
