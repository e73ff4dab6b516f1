//! Every route with an id, asked for an object that belongs to somebody else: by the people of every other
//! county, agency and authority, and by every other enterprise. The routes come from the router's own table,
//! and whoever may see all of a kind comes from the permission matrix (N13, N21).

use axum::http::{Method, StatusCode};
use xinxiu::web::routes as table;
use xinxiu::web::routes::{Access, Route};
use xinxiu_domain::actor::{Role, Scope};
use xinxiu_store::{StoreError, Tx, params};

use crate::houses::{House, PLANS};
use crate::support::{Answer, Site};

/// What every form of the pages asks for, filled so that nothing but the permission stops it.
const FIELDS: &[(&str, &str)] = &[
    ("version", "1"),
    ("change", "cancelled"),
    ("happened_on", "2022-09-14"),
    ("reason", "示例原因"),
    ("note", "示例说明"),
    ("name", "示例公司"),
    ("title", "示例"),
    ("survival", "active"),
    ("township", "示例镇"),
    ("field", "contact_phone"),
    ("purpose", "电话通知参训"),
    ("back_reason", "示例原因"),
    ("back", "kinds"),
    ("source", "示例文书"),
    ("kinds", "警告"),
    ("how", "keep"),
    ("settle_reason", "示例原因"),
    ("cause", "cash_shortage"),
    ("rectification", "under_way"),
    ("conditions", "unclear"),
    ("asked", "怎样修复"),
    ("advised", "先履行处罚"),
    ("minutes", "20"),
    ("given_on", "2022-09-14"),
    ("days", "10"),
    ("new_due_on", "2022-10-20"),
    ("result", "passed"),
    ("findings", "现场已整改"),
    ("record", "示例约谈"),
    ("enterprise_side", "示例负责人"),
    ("meet_record", "示例约见"),
    ("meet_enterprise_side", "示例负责人"),
    ("statement", "已整改"),
    ("opinion", "同意"),
    ("contact_name", "示例丁"),
    ("contact_phone", "0513-00001234"),
    ("kind", "licence"),
    ("verdict", "accept"),
    ("severity", "general"),
    ("conduct", "general"),
    ("duty", "yes"),
    ("agree", "yes"),
    ("decided_on", "2022-09-15"),
    ("confirmed", "yes"),
    ("removed_on", "2022-09-15"),
    ("counter", "1号窗口"),
    ("signed_on", "2022-09-15"),
    ("right", "8"),
    ("module", "regulation"),
    ("method", "lecture"),
    ("mode", "on_site"),
    ("held_on", "2022-09-28"),
    ("starts_at", "09:00"),
    ("ends_at", "12:00"),
    ("place", "示例厅"),
    ("capacity", "50"),
    ("class_hours", "3"),
    ("lecturer", "示例戊"),
    ("confirmed_by", "示例己"),
    ("by_deputy_head", "1"),
    ("grouping", "township"),
    ("first_day", "2022-10-10"),
    ("at_most", "1"),
    ("do", "save"),
    ("marks", "[]"),
    ("office", "示例单位"),
    ("found_by", "示例推荐"),
    ("modules", "impact"),
    ("material_confirmed_by", "示例"),
    ("point", "charging"),
    ("point_confirmed_by", "示例"),
    ("answer", "示例说明"),
    ("slot_minutes", "10"),
    ("tables", "2"),
    ("table", "1"),
    ("announcement", "示例公告"),
    ("device", "示例设备"),
    ("way", "phone"),
    ("matter", "invite"),
    ("about", "invite"),
    ("contact_email", "a@example.invalid"),
    ("outcome", "delivered"),
    ("why", "电话通知参训"),
    ("clause", "corrected"),
    ("edition", "cn-58"),
    ("edition_reason", "示例原因"),
    ("found", "示例核对"),
    ("handler", "示例戊"),
    ("handler_phone", "0513-00005678"),
    ("lane", "credit_china"),
    ("sent_on", "2022-09-15"),
    ("result_on", "2022-09-15"),
    ("granted", "number"),
    ("number", "示例编号"),
    ("upheld", "yes"),
    ("due_on", "2022-10-20"),
    ("due_reason", "示例原因"),
    ("withdraw_reason", "示例原因"),
    ("withdraw_source", "示例文书"),
];

/// Fields that carry a file.
const FILES: &[&str] = &["file", "scan", "record_file"];

/// Fields that name an object of the same house, so that the form fits the address.
const NAMED: &[(&str, &str)] = &[
    ("penalty", "penalties"),
    ("item", "items"),
    ("listing", "listing"),
    ("enterprise", "enterprises"),
    ("enterprises", "enterprises"),
    ("class", "classes"),
    ("county", "county"),
    ("agency", "agency"),
    ("session", "sessions"),
    ("whom", "attendances"),
    ("check_in", "attendances"),
    ("clinic", "clinics"),
    ("message", "messages"),
];

/// The parameters of a path with the kind of object that each is an id of.
fn parameters(path: &str) -> Vec<(&str, &str)> {
    let parts: Vec<&str> = path.split('/').collect();
    let named = parts.windows(2).filter(|pair| pair[1].starts_with('{'));
    named
        .map(|pair| {
            let name = pair[1].trim_matches(['{', '}']);
            let kind = match name {
                "id" => pair[0],
                "session" => "sessions",
                other => other,
            };
            (pair[1], kind)
        })
        .collect()
}

/// Every address of a route in which at least one object is of another house: the others are the caller's own.
fn addresses(path: &str, own: &House, other: &House) -> Vec<String> {
    let found = parameters(path);
    let ids: Vec<_> = found.iter().filter(|(_, kind)| !matches!(*kind, "token" | "place" | "code")).collect();
    let choices = 1..(1_usize << ids.len());
    choices
        .map(|choice| {
            let mut address = path.replace("{token}", &own.token).replace("{place}", &own.objects["place"]);
            for (bit, (hole, kind)) in ids.iter().enumerate() {
                let house = if choice & (1 << bit) == 0 { own } else { other };
                let id = house
                    .objects
                    .get(kind)
                    .unwrap_or_else(|| panic!("{path}：测试没有「{kind}」的对象，请在 houses.rs 里补上一个"));
                address = address.replacen(hole, id, 1);
            }
            address
        })
        .collect()
}

/// Columns by which a row belongs to a house.
const COLUMNS: &[(&str, &str)] = &[
    ("enterprise_id", "enterprise"),
    ("penalty_id", "penalties"),
    ("listing_id", "listing"),
    ("application_id", "applications"),
    ("session_id", "sessions"),
    ("attendance_id", "attendances"),
    ("clinic_id", "clinics"),
    ("plan_item_id", "classes"),
    ("rectification_id", "rectification"),
    ("commitment_id", "commitments"),
];

fn ask(site: &Site, route: &Route, address: &str, (cookie, csrf): (&str, &str), form_of: &House) -> Answer {
    if route.method == Method::GET {
        return site.get(address, cookie);
    }
    let mut fields: Vec<(&str, &str)> = FIELDS.to_vec();
    fields.push(("csrf", csrf));
    // A class is a penalty's class in one form and a class of the plan table in all others.
    let by_word = if route.path.starts_with("/penalties/") { "class" } else { "" };
    let named = NAMED.iter().filter(|(field, _)| *field != by_word);
    fields.extend(named.map(|(field, kind)| (*field, form_of.objects[kind].as_str())));
    fields.extend((by_word == "class").then_some(("class", "general")));
    site.post_files(address, cookie, &fields, FILES)
}

/// Whether the matrix lets a role into a route with objects of certain organisations alone.
fn scoped(route: &Route, role: Role) -> bool {
    let grants = route.access.actions().iter().flat_map(|action| action.grants());
    let scopes: Vec<Scope> = grants.filter(|(to, _)| *to == role).map(|(_, scope)| *scope).collect();
    !scopes.is_empty() && !scopes.contains(&Scope::All)
}

/// The rows of the database as text: all but the sign-ins, or those that belong to one house.
fn rows(site: &Site, of: Option<&House>) -> Vec<String> {
    let named = |column: &str, house: &House| {
        let kind = COLUMNS.iter().find(|(name, _)| *name == column).map(|(_, kind)| *kind)?;
        Some(format!("{column} = {}", house.objects[kind]))
    };
    let read = |tx: &Tx<'_>| {
        let tables =
            "select name from sqlite_master where type = 'table' and name <> 'sign_in' order by name";
        let mut all = Vec::new();
        for table in tx.query(tables, &[], |row| row.get::<String>("name"))? {
            let sql = "select name from pragma_table_info($1)";
            let columns = tx.query(sql, params![&table], |row| row.get::<String>("name"))?;
            let condition = of.map_or_else(
                || "1 = 1".to_owned(),
                |house| {
                    columns.iter().filter_map(|column| named(column, house)).collect::<Vec<_>>().join(" or ")
                },
            );
            if !condition.is_empty() {
                let line: Vec<_> = columns.iter().map(|column| format!("quote({column})")).collect();
                let sql = format!(
                    "select {} as line from {table} where {condition} order by 1",
                    line.join("||'|'||")
                );
                all.extend(
                    tx.query(&sql, &[], |row| Ok(format!("{table}: {}", row.get::<String>("line")?)))?,
                );
            }
        }
        Ok::<_, StoreError>(all)
    };
    site.app().store.db.read(read).unwrap()
}

fn houses(site: &Site) -> Vec<House> {
    (1..).zip(PLANS).map(|(number, plan)| House::open(site, number, plan)).collect()
}

/// The routes that name an object by an id. A token or the code of a certificate is no id: whoever has it may see
/// what it stands for. The picture in a hall shows its session to everybody; who marks is known by the own link alone.
fn with_ids() -> Vec<Route> {
    let all = table().all().to_vec();
    let shown = |route: &Route| route.access == Access::Public || route.path.starts_with("/l/hall/");
    let named = all.into_iter().filter(|route| !shown(route));
    named
        .filter(|route| parameters(route.path).iter().any(|(_, kind)| !matches!(*kind, "token" | "code")))
        .collect()
}

/// What is wrong with an answer that should have been a refusal.
fn fault(owner: &House, answer: &Answer) -> Option<&'static str> {
    if !matches!(answer.status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND) {
        return Some("没有拒绝");
    }
    if answer.body.contains("页面已过期") {
        return Some("被拒绝的是表单，不是权限");
    }
    answer.body.contains(&owner.enterprise).then_some("拒绝的页面写出了别家的企业")
}

#[test]
fn nobody_reaches_what_belongs_to_another() {
    let site = Site::new();
    let houses = houses(&site);
    let before = rows(&site, None);
    let (mut asked, mut faults) = (0, Vec::new());
    for (place, own) in houses.iter().enumerate() {
        for (_, other) in houses.iter().enumerate().filter(|(elsewhere, _)| *elsewhere != place) {
            for route in with_ids() {
                let callers = own.people.iter().filter(|person| scoped(&route, person.role));
                let mut who: Vec<(String, (&str, &str))> = callers
                    .map(|person| (person.role.to_string(), (person.cookie.as_str(), person.csrf.as_str())))
                    .collect();
                if route.access == Access::Link {
                    who.push(("企业".into(), ("", "")));
                }
                for (name, keys) in who {
                    for address in addresses(route.path, own, other) {
                        let answer = ask(&site, &route, &address, keys, other);
                        if let Some(fault) = fault(other, &answer) {
                            let place = format!("{name} {} {address}", route.method);
                            faults.push(format!("{place}：{} {}{fault}", answer.status, answer.location));
                        }
                        asked += 1;
                    }
                }
            }
        }
        let after = rows(&site, None);
        let changed: Vec<_> = after.iter().filter(|line| !before.contains(line)).collect();
        assert!(after == before, "第{}家的人改动了：{changed:#?}", place + 1);
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(asked > 500, "{asked}");
}

/// The other half: each of those addresses does answer somebody whose object it is, so that the refusals
/// above are refusals and not objects that do not exist.
#[test]
fn each_of_these_objects_answers_its_own_people() {
    let site = Site::new();
    let houses = houses(&site);
    let mut routes = with_ids();
    // What looks comes before what changes, and what takes something away comes last.
    routes.sort_by_key(|route| (route.method == Method::POST, route.path.ends_with("/remove")));
    let mut faults = Vec::new();
    for route in routes {
        let mut answers = Vec::new();
        for own in &houses {
            let address = addresses(route.path, own, own).pop().unwrap();
            if route.access == Access::Link {
                answers.push(ask(&site, &route, &address, ("", ""), own).status);
            }
            for person in own.people.iter().filter(|person| scoped(&route, person.role)) {
                answers.push(ask(&site, &route, &address, (&person.cookie, &person.csrf), own).status);
            }
        }
        let broken = answers.iter().any(StatusCode::is_server_error);
        let reached = |status: &StatusCode| !matches!(*status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND);
        if broken || !(answers.is_empty() || answers.iter().any(reached)) {
            faults.push(format!("{} {}: {answers:?}", route.method, route.path));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// The same objects named inside a form: whoever sends every form of theirs with somebody else's ids in it
/// changes nothing that belongs to that somebody.
#[test]
fn a_form_that_names_what_belongs_to_another_changes_none_of_it() {
    let site = Site::new();
    let houses = houses(&site);
    let mut faults = Vec::new();
    let (own, other) = (&houses[0], &houses[1]);
    let before = rows(&site, Some(other));
    assert!(before.len() > 15, "{before:#?}");
    let mut changing: Vec<_> =
        table().all().iter().filter(|route| route.method == Method::POST).cloned().collect();
    changing.sort_by_key(|route| route.path.ends_with("/remove"));
    for route in changing {
        // An address without any id has one way to be written: as it is.
        let address = addresses(route.path, own, own).pop().unwrap_or_else(|| route.path.to_owned());
        for person in own.people.iter().filter(|person| scoped(&route, person.role)) {
            let answer = ask(&site, &route, &address, (&person.cookie, &person.csrf), other);
            let after = rows(&site, Some(other));
            if after != before || answer.status.is_server_error() || answer.body.contains(&other.enterprise) {
                faults.push(format!("{} POST {address}：{}", person.role, answer.status));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
