//! What the pages say of a list before it is taken, and after.

use axum::http::StatusCode;
use calamine::{Reader, Xlsx, open_workbook};
use xinxiu_domain::ListKind;
use xinxiu_domain::Uscc;
use xinxiu_domain::actor::Role;
use xinxiu_domain::id::BatchId;
use xinxiu_store::campaign;
use xinxiu_workflow::lists::{self, Extent};
use xinxiu_workflow::{jobs, sign_in};

use crate::support::{Site, login};

const HEAD: &str =
    "行政相对人名称,统一社会信用代码,行政处罚决定书文号,处罚决定日期,处罚机关,处罚类别,处罚内容,所属县区\n";

fn code(number: usize) -> String {
    Uscc::from_body(&format!("91320614MA7{number:06}")).unwrap().to_string()
}

/// A code registered where no county of the plan is.
fn code_from_elsewhere() -> String {
    Uscc::from_body("91110105MA7000099").unwrap().to_string()
}

pub fn line(name: &str, number: usize, county: &str) -> String {
    let code = code(number);
    format!("{name},{code},示环罚字〔2022〕{number}号,2022-01-05,南通市生态环境局,罚款,罚款1000元,{county}\n")
}

/// Uploads a list and reads it on trial.
fn uploaded(site: &Site, lines: &[String]) -> BatchId {
    uploaded_under(site, HEAD, lines)
}

fn uploaded_under(site: &Site, head: &str, lines: &[String]) -> BatchId {
    let app = site.app();
    let account = app.store.db.read(|tx| xinxiu_store::account::by_login(tx, &login(Role::CreditCenter)));
    let center = sign_in::actor_of(&account.unwrap().unwrap());
    let campaign = app.store.db.read(campaign::current).unwrap().unwrap().id;
    let kept = app.store.files.keep((head.to_owned() + &lines.concat()).as_bytes()).unwrap();
    let id = lists::upload(app, &center, campaign, ListKind::RepairablePenalty, "名单.csv", &kept).unwrap();
    lists::dry_run(app, &center, id).unwrap();
    id
}

/// As [`uploaded`], and takes it.
pub fn imported(site: &Site, lines: &[String]) -> BatchId {
    let id = uploaded(site, lines);
    take(site, id);
    id
}

/// Takes a list that was read on trial.
fn take(site: &Site, id: BatchId) {
    let account =
        site.app().store.db.read(|tx| xinxiu_store::account::by_login(tx, &login(Role::CreditCenter)));
    let center = sign_in::actor_of(&account.unwrap().unwrap());
    lists::confirm(site.app(), &center, id, Extent::Addition).unwrap();
    assert!(jobs::run_next(site.app()).unwrap());
}

#[test]
fn another_name_is_shown_and_can_be_adopted() {
    let site = Site::new();
    let cookie = site.sign_in(&login(Role::CreditCenter));
    imported(&site, &[line("示例在册（虚构）有限公司", 1, "海门区")]);
    let id = imported(&site, &[line("示例新称（虚构）有限公司", 1, "海门区")]);
    let page = site.get(&format!("/lists/{id}"), &cookie).body;
    assert!(
        page.contains("有1行的名称与在册不同") && page.contains("在册为「示例在册（虚构）有限公司」"),
        "{page}"
    );
    let page = site.get("/enterprises/1", &cookie).body;
    assert!(
        page.contains("<h1>示例在册（虚构）有限公司</h1>") && page.contains("示例新称（虚构）有限公司"),
        "{page}"
    );
    let link = page.split("href=\"").find(|part| part.starts_with("/enterprises/1/correct?name=")).unwrap();
    let form = site.get(&link.split('"').next().unwrap().replace("&amp;", "&"), &cookie);
    assert_eq!(form.status, StatusCode::OK);
    assert!(
        form.body.contains("value=\"示例新称（虚构）有限公司\"") && form.body.contains("所载名称\""),
        "{}",
        form.body
    );
    assert!(site.get("/enterprises?q=%E6%96%B0%E7%A7%B0", &cookie).body.contains("示例在册"));
}

#[test]
fn neither_extent_is_chosen_and_many_that_would_go_are_asked_twice() {
    let site = Site::new();
    let cookie = site.sign_in(&login(Role::CreditCenter));
    let csrf = site.csrf(&cookie);
    let lines: Vec<_> = (1..=20).map(|n| line(&format!("示例{n}号（虚构）有限公司"), n, "海门区")).collect();
    imported(&site, &lines);
    let confirm = |id: BatchId, form: &[(&str, &str)]| {
        let form: Vec<_> = form.iter().copied().chain([("csrf", csrf.as_str())]).collect();
        site.post(&format!("/lists/{id}/confirm"), &cookie, &form)
    };
    // Two of twenty are a tenth, and not more.
    let id = uploaded(&site, &lines[2..]);
    let page = site.get(&format!("/lists/{id}"), &cookie).body;
    assert!(page.contains("在列条目20条") && page.contains("<strong>2</strong>条将标记"), "{page}");
    assert!(!page.contains("checked"), "{page}");
    let none = confirm(id, &[]);
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(none.body.contains("id=\"e-extent\""), "{}", none.body);
    assert_eq!(confirm(id, &[("extent", "whole")]).status, StatusCode::SEE_OTHER);
    assert!(jobs::run_next(site.app()).unwrap());
    let id = uploaded(&site, &lines[4..]);
    let asked = confirm(id, &[("extent", "whole")]);
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        asked.body.contains("在列的18条中有2条将标记") && asked.body.contains("name=\"sure\""),
        "{}",
        asked.body
    );
    assert_eq!(confirm(id, &[("extent", "whole"), ("sure", "1")]).status, StatusCode::SEE_OTHER);
    assert!(jobs::run_next(site.app()).unwrap());
    assert!(site.get(&format!("/lists/{id}"), &cookie).body.contains("<strong>2</strong>"));
}

#[test]
fn rows_without_a_county_are_counted_and_the_unplaced_can_be_listed() {
    let site = Site::new();
    let cookie = site.sign_in(&login(Role::CreditCenter));
    let elsewhere = line("示例无属地（虚构）有限公司", 3, "").replace(&code(3), &code_from_elsewhere());
    let lines = [
        line("示例有属地（虚构）有限公司", 1, "海门区"),
        line("示例可推测（虚构）有限公司", 2, ""),
        elsewhere.clone(),
        elsewhere.replace("无属地", "错属地").replace(",\n", ",某某区\n").replace(&code_from_elsewhere(), ""),
    ];
    let id = imported(&site, &lines);
    let page = site.get(&format!("/lists/{id}"), &cookie).body;
    let figure = |label: &str| {
        let rest = page.split(label).nth(1).unwrap_or_else(|| panic!("{label}：{page}"));
        rest.split("<strong>").nth(1).unwrap().split('<').next().unwrap().to_owned()
    };
    assert_eq!((figure("没有填属地的行"), figure("属地不能识别的行")), ("2".into(), "1".into()));
    assert_eq!((figure("按代码登记地推测属地"), figure("属地仍不确定")), ("1".into(), "2".into()));
    assert!(page.contains("/enterprises?county=none"), "{page}");
    let row = page.split("<tr>").find(|row| row.contains("某某区")).unwrap_or_else(|| panic!("{page}"));
    assert!(row.contains("示例错属地") && row.contains("row=5") && row.contains("不是本市的县"), "{row}");
    let file = lists::difference_file(site.app(), &center_of(&site), id).unwrap();
    let plain = site.app().store.files.plain(&file.sha256).unwrap();
    let mut book: Xlsx<_> = open_workbook(plain.path()).unwrap();
    let sheet = book.worksheet_range("属地不能识别").unwrap();
    let cells: Vec<_> = sheet.rows().nth(1).unwrap().iter().map(ToString::to_string).collect();
    assert_eq!((sheet.height(), cells[3].as_str(), cells[4].as_str()), (2, "5", "某某区"), "{cells:?}");
    let listed = site.get("/enterprises?county=none", &cookie).body;
    assert!(
        listed.contains("示例无属地") && listed.contains("示例错属地") && listed.contains("共2家"),
        "{listed}"
    );
    assert!(!listed.contains("示例有属地") && !listed.contains("示例可推测"), "{listed}");
}

#[test]
fn columns_that_are_not_understood_are_named_before_and_after_the_import() {
    let site = Site::new();
    let cookie = site.sign_in(&login(Role::CreditCenter));
    let id = uploaded_under(
        &site,
        &HEAD.replace('\n', ",神秘列\n"),
        &[line("示例一（虚构）有限公司", 1, "海门区")],
    );
    let page = site.get(&format!("/lists/{id}"), &cookie).body;
    assert!(
        page.contains("有1列不能识别") && page.contains("神秘列") && page.contains("请先对应各列"),
        "{page}"
    );
    take(&site, id);
    let page = site.get(&format!("/lists/{id}"), &cookie).body;
    assert!(page.contains("神秘列") && page.contains("对应各列后重新上传"), "{page}");
}

/// A list whose header nobody knows, pasted from a spreadsheet: one cell has a line break.
const PASTED: &str = "谁家\t哪个代号\t哪一号\t哪一天\t罚了什么\t打给谁\r\n\
示例甲（虚构）有限公司\t91320613MA1T00013G\t示环罚字〔2022〕1号\t2022-01-05\t\"罚款\n1000元\"\t11010519491231002X\r\n";

fn center_of(site: &Site) -> xinxiu_domain::actor::Actor {
    let account =
        site.app().store.db.read(|tx| xinxiu_store::account::by_login(tx, &login(Role::CreditCenter)));
    sign_in::actor_of(&account.unwrap().unwrap())
}

#[test]
fn a_pasted_table_with_an_unknown_header_is_mapped_on_its_page() {
    let site = Site::new();
    let cookie = site.sign_in(&login(Role::CreditCenter));
    let csrf = site.csrf(&cookie);
    let form = site.get("/lists", &cookie).body;
    assert!(form.contains("<textarea") && form.contains("name=\"pasted\""), "{form}");
    let fields =
        [("csrf", csrf.as_str()), ("campaign", "1"), ("list", "repairable-penalty"), ("pasted", PASTED)];
    let taken = site.post_files("/lists", &cookie, &fields, &[]);
    assert_eq!(
        (taken.status, taken.location.as_str()),
        (StatusCode::SEE_OTHER, "/lists/1/columns"),
        "{}",
        taken.body
    );
    let page = site.get("/lists/1/columns", &cookie).body;
    assert!(page.contains("示例甲（虚构）有限公司") && page.contains("示环罚字〔2022〕1号"), "{page}");
    assert!(!page.contains("11010519491231002X") && page.contains("002X"), "ID numbers are masked: {page}");
    assert!(page.contains("value=\"uscc\" selected"), "suggested by its values: {page}");

    let fields = |date: &'static str| {
        vec![
            ("csrf", csrf.as_str()),
            ("sheet", ""),
            ("header_row", "1"),
            ("remember", "1"),
            ("source", "某局"),
            ("key0", "谁家"),
            ("field0", "name"),
            ("key1", "哪个代号"),
            ("field1", "uscc"),
            ("key2", "哪一号"),
            ("field2", "decision_number"),
            ("key3", "哪一天"),
            ("field3", date),
            ("key4", "罚了什么"),
            ("field4", "content"),
            ("key5", "打给谁"),
            ("field5", "-"),
        ]
    };
    let refused = site.post("/lists/1/columns", &cookie, &fields("-"));
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.body.contains("处罚决定日期所在的列") && refused.body.contains("value=\"uscc\" selected")
    );
    let saved = site.post("/lists/1/columns", &cookie, &fields("decision_date"));
    assert_eq!(
        (saved.status, saved.location.as_str()),
        (StatusCode::SEE_OTHER, "/lists/1"),
        "{}",
        saved.body
    );
    let page = site.get("/lists/1", &cookie).body;
    assert!(page.contains("粘贴的表格.tsv") && page.contains("按您设定的列对应读取"), "{page}");

    // The same header again is read by itself, and the page says so.
    let fields =
        [("csrf", csrf.as_str()), ("campaign", "1"), ("list", "repairable-penalty"), ("pasted", PASTED)];
    let again = site.post_files("/lists", &cookie, &fields, &[]);
    assert_eq!(again.location, "/lists/2", "{}", again.body);
    let page = site.get("/lists/2", &cookie).body;
    assert!(page.contains("表头与以前对应过的相同") && page.contains("某局"), "{page}");
    assert!(site.get("/lists/mappings", &cookie).body.contains("谁家、哪个代号"));

    let nothing =
        [("csrf", csrf.as_str()), ("campaign", "1"), ("list", "repairable-penalty"), ("pasted", " \n")];
    let refused = site.post_files("/lists", &cookie, &nothing, &[]);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("或粘贴表格"), "{}", refused.body);
}

#[test]
fn an_import_under_way_can_be_stopped_on_its_page() {
    let site = Site::new();
    let cookie = site.sign_in(&login(Role::CreditCenter));
    let csrf = site.csrf(&cookie);
    let lines: Vec<_> =
        (1..=1100).map(|n| line(&format!("示例{n}号（虚构）有限公司"), n, "海门区")).collect();
    let id = uploaded(&site, &lines);
    lists::confirm(site.app(), &center_of(&site), id, Extent::Whole).unwrap();
    assert!(jobs::run_and_crash(site.app(), 1).unwrap());
    let page = site.get(&format!("/lists/{id}"), &cookie).body;
    assert!(
        page.contains("停止导入") && page.contains("http-equiv=\"refresh\"") && page.contains("%）"),
        "{page}"
    );
    let stopped = site.post(&format!("/lists/{id}/stop"), &cookie, &[("csrf", csrf.as_str())]);
    assert_eq!(stopped.status, StatusCode::SEE_OTHER);
    let page = site.get(&format!("/lists/{id}"), &cookie).body;
    assert!(
        page.contains("导入已停止") && page.contains("继续导入名单") && page.contains("取消这份名单"),
        "{page}"
    );
    let cancelled = site.post(&format!("/lists/{id}/cancel"), &cookie, &[("csrf", csrf.as_str())]);
    assert_eq!(cancelled.status, StatusCode::SEE_OTHER);
    assert!(site.get(&format!("/lists/{id}"), &cookie).body.contains("行保留在册"));
}
