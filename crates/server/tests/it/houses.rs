//! Three sets of organisations that have nothing to do with each other, each with one object of every kind.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use xinxiu_domain::DecisionNumber;
use xinxiu_domain::actor::{OrganisationKind, Role};
use xinxiu_domain::batch::RecordState;
use xinxiu_domain::id::{AttendanceId, CampaignId, EnterpriseId, OrgId, PenaltyId, PlanItemId};
use xinxiu_domain::penalty::{Assessment, Lane, PenaltyClass, PenaltyFacts, SubjectKind, VerdictKind};
use xinxiu_store::penalty::Penalty;
use xinxiu_store::{StoreError, Tx, attendance, enterprise, files, organisation, params, penalty, testing};
use xinxiu_workflow::accounts::{self, CreateAccount};
use xinxiu_workflow::{App, invitations};

use crate::support::{PASSWORD, Site, operator};

/// Business day of the test site.
const DAY: Date = date(2022, 9, 15);
const AT: &str = "2022-09-01T02:00:00.000000Z";
const PDF: &[u8] = b"%PDF-1.7 example";

/// Organisations of one house: class, county, agency, recognising authority, organiser.
pub type Plan = (i64, &'static str, &'static str, &'static str, &'static str);

/// A class of a county, another of another, and one of a sector whose organiser is an authority.
pub const PLANS: [Plan; 3] = [
    (1, "海安市信用办", "示例信用服务机构甲（虚构）", "南通市生态环境局", "海安市信用办"),
    (4, "启东市信用办", "示例信用服务机构乙（虚构）", "南通市应急管理局", "启东市信用办"),
    (10, "海门区信用办", "示例信用服务机构丙（虚构）", "国家税务总局南通市税务局", "南通市城市管理局"),
];

/// Somebody who is signed in.
pub struct Person {
    pub role: Role,
    pub cookie: String,
    pub csrf: String,
}

/// One set of organisations with its people and its objects.
pub struct House {
    /// Name of its enterprise, which nobody else may read.
    pub enterprise: String,
    /// One person of each of its organisations.
    pub people: Vec<Person>,
    /// Its object of every kind, by the segment of the address before the id.
    pub objects: BTreeMap<&'static str, String>,
    /// Its enterprise's personal link.
    pub token: String,
}

impl House {
    pub fn open(site: &Site, number: i64, plan: Plan) -> Self {
        let app = site.app();
        let (_, county, agency, authority, organiser) = plan;
        let mut orgs = vec![county, agency, authority];
        if organiser != county {
            orgs.push(organiser);
        }
        let logins: Vec<(String, Role)> = orgs
            .iter()
            .enumerate()
            .map(|(place, org)| account(app, org, &format!("h{number}-{place}")))
            .collect();
        let name = format!("第{number}家的示例公司");
        let mut objects = app.store.db.write(|tx| furnish(app, tx, number, &name, plan)).unwrap();
        let login = &logins[0].0;
        let id = app.store.db.read(|tx| tx.number("select id from account where login = $1", params![login]));
        objects.insert("accounts", id.unwrap().to_string());
        let attendance = AttendanceId(objects["attendances"].parse().unwrap());
        let found = app.store.db.read(|tx| attendance::load(tx, attendance)).unwrap();
        let people = logins.into_iter().map(|(login, role)| {
            let cookie = site.sign_in(&login);
            Person { role, csrf: site.csrf(&cookie), cookie }
        });
        Self {
            enterprise: name,
            people: people.collect(),
            objects,
            token: invitations::token(app, &found).unwrap(),
        }
    }
}

fn account(app: &App, org: &str, login: &str) -> (String, Role) {
    let found = app.store.db.read(|tx| organisation::by_name(tx, org)).unwrap().unwrap();
    let role = match found.kind {
        OrganisationKind::CountyOffice => Role::CountyOffice,
        OrganisationKind::Authority => Role::Authority,
        OrganisationKind::Agency => Role::Agency,
        other => panic!("{other}"),
    };
    let command = CreateAccount { org: found.id, login, name: "示例", role, password: Some(PASSWORD) };
    accounts::create_account(app, &operator(), &command).unwrap();
    (login.to_owned(), role)
}

/// One object of every kind that the pages know by id, in the order in which they need each other. A name in
/// braces stands for the id of an earlier one.
const OBJECTS: &[(&str, &str)] = &[
    (
        "sessions",
        "session (plan_item_id, title, held_on, starts_at, ends_at, mode, place, link, capacity, class_hours, \
         lecturer, modules, methods, state) values ({classes}, '示例场次', '2022-09-20', '09:00', '12:00', \
         'on_site', '示例厅', '', 100, 3, '示例', '', '', 'planned')",
    ),
    (
        "proposals",
        "session_proposal (campaign_id, plan_item_id, title, grouping_by, clusters, held_on, starts_at, ends_at, \
         mode, place, capacity, class_hours, rationale, state, proposed_by, proposed_at, proposed_on) \
         values ({campaigns}, {classes}, '示例', 'township', '示例镇', '2022-10-20', '13:30', '17:00', 'on_site', \
         '示例厅', 100, 3, '示例', 'proposed', '示例', '{at}', '2022-09-01')",
    ),
    (
        "lecturers",
        "lecturer (org_id, name, office, title, found_by, modules, state, entered_by, entered_on) \
         values ({agency}, '示例', '示例', '', '示例', 'impact', 'proposed', '示例', '2022-09-01')",
    ),
    (
        "line",
        "session_agenda (session_id, place_in_order, minutes, module, method, lecturer) \
         values ({sessions}, 1, 150, 'regulation', 'lecture', '示例')",
    ),
    (
        "material",
        "session_material (session_id, module, title, file_id, added_by, added_at, confirmed_by, confirmed_on) \
         values ({sessions}, 'regulation', '示例', {file}, '示例', '{at}', '示例', '2022-09-01')",
    ),
    (
        "attendances",
        "attendance (session_id, enterprise_id, state, link_hash, link_expires_at, invited_at) \
         values ({sessions}, {enterprise}, 'accepted', 'nonce-{number}', '2999-01-01T00:00:00.000000Z', '{at}')",
    ),
    (
        "authorisations",
        "authorisation (attendance_id, attendee, file_id, sent_by, sent_at, sent_on) \
         values ({attendances}, '示例', {file}, '示例', '{at}', '2022-09-01')",
    ),
    (
        "slot",
        "matching_slot (session_id, attendance_id, authority_id, table_number, starts_at) \
         values ({sessions}, {attendances}, {authority}, 1, 600)",
    ),
    (
        "messages",
        "message (reference, occasion, attendance_id, channel, purpose, subject, to_sealed, text_sealed, state, next_at, \
         queued_by, queued_at, queued_on) values ('reference-{number}', 'occasion-{number}', {attendances}, 'sms', \
         'invite', '示例', '', '', 'undelivered', '{at}', '示例', '{at}', '2022-09-01')",
    ),
    (
        "commitments",
        "commitment (campaign_id, enterprise_id, penalty_id, edition, state, signed_on, scan_file_id) \
         values ({campaigns}, {enterprise}, {penalties}, 'annex2-2022', 'signed', '2022-09-14', {file})",
    ),
    (
        "old",
        "commitment_scan (commitment_id, file_id, recorded_by, replaced_by, replaced_at, business_day, reason) \
         values ({commitments}, {file}, '示例', '示例', '{at}', '2022-09-01', '示例')",
    ),
    (
        "applications",
        "application (campaign_id, enterprise_id, agency_id, state) \
         values ({campaigns}, {enterprise}, {agency}, 'draft')",
    ),
    (
        "items",
        "application_item (application_id, penalty_id, state, decision_file_id) \
         values ({applications}, {penalties}, 'pending', {file})",
    ),
    (
        "application-materials",
        "application_material (application_id, kind, file_id, added_by, added_at) \
         values ({applications}, 'licence', {file}, '示例', '{at}')",
    ),
    ("photo", "application_page (material_id, page, file_id) values ({application-materials}, 1, {file})"),
    (
        "reviews",
        "first_review (application_id, accepted, reasons, note, reviewer, at, reviewed_on, file_id) \
         values ({applications}, 0, '[\"seal_missing\"]', '示例', '示例', '{at}', '2022-09-01', {file})",
    ),
    (
        "facts",
        "repair_fact (application_id, item_id, kind, effective_on, file_id, person, at, business_day) \
         values ({applications}, {items}, 'decided', '2022-09-01', {file}, '示例', '{at}', '2022-09-01')",
    ),
    (
        "appeals",
        "appeal (campaign_id, enterprise_id, penalty_id, application_id, kind, state, text, file_id, lodged_by, lodged_role, \
         lodged_at, lodged_on, due_on, answer_file_id) values ({campaigns}, {enterprise}, {penalties}, {applications}, \
         'decision', 'received', '示例理由', {file}, '示例', 'agency', '{at}', '2022-09-01', '2022-09-16', {file})",
    ),
    (
        "agency-reports",
        "agency_remark (campaign_id, agency_id, kind, text, recorded_by, org_id, at, reported) \
         values ({campaigns}, {agency}, 'charging', '示例', '示例', {county}, '{at}', 1)",
    ),
    (
        "filings",
        "filing (campaign_id, application_id, lane, reference, state, records, file_id, prepared_by, prepared_at, prepared_on) \
         values ({campaigns}, {applications}, 'credit_china', 'SB-{number}', 'sent', 1, {file}, '示例', '{at}', '2022-09-01')",
    ),
    (
        "clinics",
        "clinic (campaign_id, county_id, held_on, place, townships, internet, state) \
         values ({campaigns}, {county}, '2022-09-15', '示例厅', '[\"示例镇\"]', 1, 'open')",
    ),
    (
        "tickets",
        "ticket (clinic_id, number, enterprise_id, state, issued_at) \
         values ({clinics}, 1, {enterprise}, 'waiting', '{at}')",
    ),
    (
        "pushes",
        "push (campaign_id, county_id, state, enterprises, sent_by, sent_at) \
         values ({campaigns}, {county}, 'sent', 1, '示例', '{at}')",
    ),
    (
        "rectification",
        "rectification (campaign_id, enterprise_id, authority_id, state, due_on) \
         values ({campaigns}, {enterprise}, {authority}, 'deadline_set', '2022-10-10')",
    ),
    (
        "event",
        "rectification_event (rectification_id, action, note, file_id, detail, actor, at) \
         values ({rectification}, 'interview', '示例', {file}, '{}', '示例', '{at}')",
    ),
    (
        "listing",
        "listing (enterprise_id, list_kind, reason, listing_body, authority_id) \
         values ({enterprise}, 'watch', '示例', '示例', {authority})",
    ),
    (
        "delistings",
        "delisting (enterprise_id, authority_id, state, received_on, statement) \
         values ({enterprise}, {authority}, 'received', '2022-09-01', '示例')",
    ),
    (
        "identity",
        "likely_match (one_id, other_id, score, clues, state, found_on) \
         values ({enterprise}, {enterprise}, 60, '[]', 'open', '2022-09-01')",
    ),
    (
        "changes",
        "law_change (enterprise_id, kind, happened_on, old_value, new_value, reason, actor, at, business_day) \
         values ({enterprise}, 'divided', '2022-09-01', '', '', '示例', '示例', '{at}', '2022-09-01')",
    ),
    (
        "archive",
        "archive (campaign_id, enterprise_id, number, opened_at) \
         values ({campaigns}, {enterprise}, 'T-{number}', '{at}')",
    ),
    (
        "old",
        "commitment_scan (commitment_id, file_id, recorded_by, replaced_by, replaced_at, business_day, reason) \
         values ({commitments}, {file}, '示例', '示例', '{at}', '2022-09-14', '示例')",
    ),
    (
        "jobs",
        "job (kind, subject_id, payload, state, created_at, file_id) values ('handover.papers', {classes}, \
         '{\"account\":null,\"name\":\"示例\",\"role\":\"agency\",\"org\":{agency}}', 'done', '{at}', {file})",
    ),
    (
        "reports",
        "job (kind, subject_id, payload, state, created_at, file_id) values ('push.reports', {pushes}, \
         '{\"account\":null,\"name\":\"示例\",\"role\":\"county_office\",\"org\":{county}}', 'done', '{at}', {file})",
    ),
    (
        "handovers",
        "handover (campaign_id, plan_item_id, kind, receiver_id, state, file_id, archives, bytes, prepared_by, \
         prepared_at) values ({campaigns}, {classes}, 'papers', {organiser}, 'handed_over', {file}, 0, 16, \
         '示例', '{at}')",
    ),
    (
        "summaries",
        "summary (campaign_id, org_id, state, results, features, problems, numbers, written_by, updated_at) \
         values ({campaigns}, {county}, 'draft', '示例', '示例', '示例', '[]', '示例', '{at}')",
    ),
    (
        "lists",
        "batch (campaign_id, list_kind, file_id, file_name, state, uploaded_by, created_at) \
         values ({campaigns}, 'watch', {file}, '示例.csv', 'received', '示例', '{at}')",
    ),
    (
        "rows",
        "batch_row (batch_id, sheet, row_number, outcome, enterprise_id, penalty_id, raw_sealed, notes) \
         values ({lists}, '', 2, 'accepted', {enterprise}, {penalties}, '{raw}', '')",
    ),
    (
        "mapping",
        "column_mapping (list_kind, signature, source, headers, columns, made_by, made_at, made_on) \
         values ('watch', 'signature {number}', '', '示例', '[]', '示例', '{at}', '2022-06-14')",
    ),
];

/// Inserts one object of every kind and returns their ids.
fn furnish(
    app: &App,
    tx: &Tx<'_>,
    number: i64,
    name: &str,
    (class, county, agency, authority, organiser): Plan,
) -> Result<BTreeMap<&'static str, String>, StoreError> {
    let org = |name: &str| Ok::<_, StoreError>(organisation::by_name(tx, name)?.expect("an organisation").id);
    let (county, body) = (org(county)?, org(authority)?);
    let item = tx.number("select id from plan_item where position = $1", params![class])?;
    tx.execute("update plan_item set agency_id = $1 where id = $2", params![org(agency)?, item])?;
    let kept = app.store.files.keep(PDF)?;
    let file = files::record(tx, &kept, "示例.pdf", "application/pdf", Timestamp::UNIX_EPOCH)?;
    let enterprise =
        enterprise::insert(tx, &testing::enterprise(number, name, county), Timestamp::UNIX_EPOCH)?;
    let campaign = CampaignId(tx.number("select min(id) from campaign", &[])?);
    enterprise::join(tx, campaign, enterprise, Some(PlanItemId(item)), Timestamp::UNIX_EPOCH)?;
    let record = penalty::insert(tx, &decision(number, enterprise, authority, body))?;
    let mut ids = BTreeMap::from([
        ("number", number.to_string()),
        ("raw", app.store.vault.seal("batch_row.raw", "[[\"企业名称\",\"示例\"]]")?),
        ("at", AT.to_owned()),
        ("campaigns", campaign.to_string()),
        ("classes", item.to_string()),
        ("county", county.to_string()),
        ("agency", org(agency)?.to_string()),
        ("authority", body.to_string()),
        ("organiser", org(organiser)?.to_string()),
        ("file", file.to_string()),
        ("enterprise", enterprise.to_string()),
        ("enterprises", enterprise.to_string()),
        // An authority's follow-up is known by its enterprise.
        ("rectifications", enterprise.to_string()),
        ("penalties", record.to_string()),
        // What its enterprise calls the same behind its link.
        ("records", record.to_string()),
        // The first paper of an archive; a place in it is nobody's by itself.
        ("place", "0".to_owned()),
    ]);
    for (kind, text) in OBJECTS {
        let filled =
            ids.iter().fold((*text).to_owned(), |sql, (name, id)| sql.replace(&format!("{{{name}}}"), id));
        let id: i64 = tx.insert(&format!("insert into {filled} returning id"), &[])?;
        ids.insert(kind, id.to_string());
    }
    ids.insert("commitment", ids["commitments"].clone());
    // A session's group is known by the session, and so is its matching.
    tx.execute(
        &format!(
            "insert into session_matching (session_id, slot_minutes, tables, state, proposed_by, proposed_on, \
             accepted_by, accepted_on) values ({}, 10, 2, 'accepted', '示例', '2022-09-01', '示例', '2022-09-01')",
            ids["sessions"]
        ),
        &[],
    )?;
    tx.execute(
        &format!(
            "insert into session_group (session_id, picture_file_id, kept_by) values ({}, {file}, '示例')",
            ids["sessions"]
        ),
        &[],
    )?;
    tx.execute(
        "insert into push_entry (push_id, enterprise_id) select id, $1 from push where county_id = $2",
        params![enterprise, county],
    )?;
    Ok(ids)
}

fn decision(number: i64, enterprise: EnterpriseId, authority: &str, body: OrgId) -> Penalty {
    Penalty {
        id: PenaltyId(0),
        enterprise,
        decision: DecisionNumber::parse(&format!("示罚字〔2022〕{number}号")).unwrap(),
        authority: Some(body),
        facts: PenaltyFacts {
            decision_date: date(2022, 1, 5),
            subject: SubjectKind::LegalPerson,
            kinds: "罚款".into(),
            content: "罚款10000元，责令停止违法行为".into(),
            violation: "示例违法行为".into(),
            facts: "示例违法事实".into(),
            basis: "示例依据".into(),
            authority: authority.to_owned(),
            fine_fen: Some(1_000_000),
            confiscated_fen: None,
            stated_severity: None,
            summary_procedure: None,
        },
        valid_until: None,
        stated_publicity_end: None,
        source_unit: String::new(),
        remark: String::new(),
        state: RecordState::Public,
        taken_down_on: None,
        assessment: Assessment {
            edition: "cn-527".into(),
            lane: Lane::CreditChina,
            class: PenaltyClass::General,
            min_until: Some(date(2022, 4, 5)),
            max_until: Some(date(2023, 1, 5)),
            verdict: VerdictKind::RepairableNow,
            repairable_from: Some(date(2022, 4, 5)),
            materials: Vec::new(),
            reasons: Vec::new(),
            questions: Vec::new(),
        },
        assessed_on: DAY,
        review_class: None,
        review_reason: String::new(),
        review_by: String::new(),
        review_stale: String::new(),
        first_batch: None,
        last_batch: None,
        gone_since: None,
        recorded_on: DAY,
        version: 1,
    }
}
