//! The served process, killed with SIGKILL in the middle of an import, twice: nothing is half-done, nothing
//! comes twice, and the import ends by itself after the next start (N08).

use std::time::Duration;

use xinxiu_domain::Uscc;
use xinxiu_store::Db;

use crate::http::{Client, center_of_a_campaign};
use crate::server::Server;

const ROWS: i64 = 10_000;
const DAY: &str = "2022-06-20";
/// How often the state of an import is asked for before the test gives up.
const PATIENCE: usize = 6_000;

fn list() -> String {
    let head = "行政相对人名称,统一社会信用代码,行政处罚决定书文号,处罚决定日期,处罚机关,处罚类别,处罚内容,所属县区\n";
    (0..ROWS).fold(head.to_owned(), |text, number| {
        let code = Uscc::from_body(&format!("91320614MA7{number:06}")).unwrap();
        text + &format!(
            "示例企业{number}（虚构）有限公司,{},示环罚字〔2022〕{number}号,2022-01-05,南通市生态环境局,罚款,罚款1000元,海门区\n",
            code.as_str()
        )
    })
}

fn number(db: &Db, sql: &str) -> i64 {
    db.read(|tx| tx.number(sql, &[])).unwrap()
}

/// Rows that the page says are in.
fn shown(center: &Client) -> i64 {
    let page = center.get("/lists/1").body;
    let Some((_, rest)) = page.split_once("已完成 <strong>") else { return 0 };
    rest.split('<').next().unwrap().parse().unwrap()
}

/// Waits until more than `before` rows are in, kills the server, and says how many were in then.
fn killed_after(server: &mut Server, center: &Client, before: i64) -> i64 {
    let mut asked = 0;
    while shown(center) <= before {
        asked += 1;
        assert!(asked < PATIENCE, "the import does not move");
        std::thread::sleep(Duration::from_millis(20));
    }
    server.kill();
    let db = server.database();
    let rows = number(&db, "select cursor_rows from batch");
    assert!(before < rows && rows < ROWS, "{rows}：没有在导入中途被终止");
    let importing = "select count(*) from batch where state = 'importing'";
    assert_eq!(number(&db, importing), 1);
    // What is in is whole: as many rows as the place in the list says, each with all that hangs on it.
    whole(&db, rows);
    rows
}

fn whole(db: &Db, rows: i64) {
    for table in ["penalty", "enterprise", "member", "list_entry", "batch_row"] {
        assert_eq!(number(db, &format!("select count(*) from {table}")), rows, "{table}");
    }
}

fn twice_killed(mut server: Server) {
    server.serve_on(DAY);
    let center = center_of_a_campaign(&server);
    let text = list();
    let fields = [("list", "repairable-penalty"), ("campaign", "1")];
    let uploaded = center.upload("/lists", &fields, "名单.csv", (&mut text.as_bytes(), text.len() as u64));
    assert_eq!((uploaded.status, uploaded.location.as_str()), (303, "/lists/1"), "{}", uploaded.body);
    assert_eq!(center.post("/lists/1/confirm", &[("extent", "whole")]).status, 303);
    let first = killed_after(&mut server, &center, 0);
    server.serve_on(DAY);
    killed_after(&mut server, &center, first);
    server.serve_on(DAY);
    let mut asked = 0;
    while !center.get("/lists/1").body.contains("已导入") {
        asked += 1;
        assert!(asked < PATIENCE, "the import does not end");
        std::thread::sleep(Duration::from_millis(50));
    }
    let db = server.database();
    whole(&db, ROWS);
    assert_eq!(number(&db, "select count(distinct uscc) from enterprise"), ROWS);
    assert_eq!(number(&db, "select created_new from batch"), ROWS);
    assert_eq!(number(&db, "select count(*) from job where kind = 'list.import' and state = 'done'"), 1);
    assert_eq!(number(&db, "select count(*) from job where kind = 'list.import'"), 1);
    server.run(&["audit", "verify"]);
}

#[test]
fn an_import_survives_two_kills_on_sqlite() {
    twice_killed(Server::idle(None));
}

#[test]
fn an_import_survives_two_kills_on_postgres() {
    twice_killed(Server::idle_on_postgres());
}
