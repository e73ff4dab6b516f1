//! 500 phones answer the exam at the same minute, on both databases: no answer is lost, none counts twice (N11).

use std::collections::HashMap;
use std::time::Duration;

use xinxiu_domain::id::AttendanceId;
use xinxiu_hall::{Report, Sat};
use xinxiu_store::exam::Paper;
use xinxiu_store::{Db, StoreError, attendance, exam, exam_answer, params};

use crate::server::Server;

/// A hall as the largest session of the notice would fill it.
const PHONES: u32 = 500;

fn sit(server: &mut Server) -> Report {
    let app = server.app();
    let tokens = xinxiu_hall::fill(&app, PHONES).unwrap();
    drop(app);
    server.serve_on("2022-09-15");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(xinxiu_hall::sit(&server.address, &tokens, Duration::from_mins(1))).unwrap()
}

/// What the database has of each attendance: its papers with what was kept of them.
fn papers(db: &Db) -> HashMap<i64, (AttendanceId, Paper)> {
    let read = db.read(|tx| {
        let ids = tx.query("select id from attendance", &[], |row| row.get::<AttendanceId>("id"))?;
        let mut found = HashMap::new();
        for id in ids {
            let mut all = exam::of_attendance(tx, id)?;
            assert_eq!(all.len(), 1, "{id} 有{}张试卷", all.len());
            let mut paper = all.remove(0);
            if paper.is_open() {
                exam_answer::fill(tx, &mut paper)?;
            }
            found.insert(paper.id, (id, paper));
        }
        Ok::<_, StoreError>(found)
    });
    read.unwrap()
}

fn nothing_is_lost(sat: &Sat, (id, paper): &(AttendanceId, Paper), db: &Db) {
    assert_eq!(paper.answers, sat.chosen, "{id} 的答案");
    assert_eq!(paper.is_open(), !sat.handed_in, "{id}");
    let count = |step: &str| {
        let sql = "select count(*) from audit_entry where action = $1 and subject = 'attendance' and subject_id = $2";
        db.read(|tx| tx.number(sql, params![step, *id])).unwrap()
    };
    assert_eq!(count("exam.start"), 1, "{id}");
    assert_eq!(count("exam.submit"), i64::from(sat.handed_in), "{id}");
    if !sat.handed_in {
        return;
    }
    let right = paper.questions.iter().zip(&sat.chosen).filter(|(asked, chosen)| asked.answer == **chosen);
    let right = u32::try_from(right.count()).unwrap();
    assert_eq!(paper.right_answers, Some(right), "{id}");
    let state = db.read(|tx| attendance::load(tx, *id)).unwrap().state;
    assert_eq!(state.code(), if right >= paper.pass_mark { "passed" } else { "failed" }, "{id}");
}

fn a_full_hall(mut server: Server) {
    let report = sit(&mut server);
    assert!(report.faults.is_empty(), "{}件：{:?}", report.faults.len(), report.faults.first());
    assert_eq!(report.sat.len(), usize::try_from(PHONES).unwrap());
    let open = report.sat.iter().filter(|sat| !sat.handed_in).count();
    assert!((50..150).contains(&open), "{open}部手机没有交卷");
    let db = server.database();
    let papers = papers(&db);
    assert_eq!(papers.len(), report.sat.len());
    for sat in &report.sat {
        nothing_is_lost(sat, &papers[&sat.paper], &db);
    }
}

#[test]
fn five_hundred_phones_at_one_minute_on_sqlite() {
    a_full_hall(Server::idle(None));
}

#[test]
fn five_hundred_phones_at_one_minute_on_postgres() {
    a_full_hall(Server::idle_on_postgres());
}
