//! Every number under 今天要办 is the length of the list that a click on it opens, for every role, on both
//! engines; and each kind of work was seen with something in it.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use xinxiu_domain::actor::Role;
use xinxiu_store::testing::TestStore;
use xinxiu_store::{StoreError, Tx, both_engines, params};

use crate::support::{Site, login, staff_roles};

/// Fills an installation with work in every state, some of it of others and some of last year.
fn fill(site: &Site) {
    site.app().store.db.write(|tx| scene(tx).map(drop)).unwrap();
}

fn scene(tx: &Tx<'_>) -> Result<(), StoreError> {
    tx.execute(
        "insert into campaign (code, title, city, year, state, target_enterprises, target_rate_percent, class_hours) \
         values ('next', '下一年', '南通市', 2022, 'draft', 1, 80, 3), ('last', '上一年', '南通市', 2021, 'closed', 1, 80, 3)",
        &[],
    )?;
    let campaign = |code| tx.number("select id from campaign where code = $1", params![code]);
    let (now, last, draft) = (campaign("nantong-2022")?, campaign("last")?, campaign("next")?);
    let org = |name| tx.number("select id from organisation where name = $1", params![name]);
    let (own_county, other_county) = (org("海安市信用办")?, org("如皋市信用办")?);
    let (own, other) = (org("南通市交通运输局")?, org("南通市生态环境局")?);
    let (agency, center) = (org("示例信用服务机构甲（虚构）")?, org("南通市公共信用信息中心")?);
    let file = tx.insert::<i64>(
        "insert into stored_file (sha256, name, media_type, size, created_at) \
         values ('00', '示例', 'text/csv', 1, '2022-06-01T00:00:00Z') returning id",
        &[],
    )?;
    for (of, state) in [
        (draft, "received"),
        (draft, "checked"),
        (draft, "imported"),
        (draft, "cancelled"),
        (draft, "failed"),
        (last, "checked"),
        (now, "checked"),
    ] {
        tx.execute(
            "insert into batch (campaign_id, list_kind, file_id, file_name, state, uploaded_by, created_at) \
             values ($1, 'watch', $2, '名单.csv', $3, '示例', '2022-06-01T00:00:00Z')",
            params![of, file, state],
        )?;
    }
    for (of, county, state) in [
        (now, own_county, "sent"),
        (now, own_county, "sent"),
        (now, own_county, "acknowledged"),
        (now, other_county, "sent"),
        (last, own_county, "sent"),
    ] {
        tx.execute(
            "insert into push (campaign_id, county_id, state, enterprises, sent_by, sent_at) \
             values ($1, $2, $3, 1, '示例', '2022-06-01T00:00:00Z')",
            params![of, county, state],
        )?;
    }
    let enterprises = [
        enterprise(
            tx,
            now,
            ("甲公司", own_county),
            &[(own, "needs_review"), (own, "needs_review"), (other, "needs_review")],
        )?,
        enterprise(tx, now, ("乙公司", own_county), &[(own, "repairable_now"), (other, "needs_review")])?,
        enterprise(tx, now, ("丙公司", own_county), &[(own, "repairable_now")])?,
        enterprise(tx, now, ("丁公司", other_county), &[(other, "needs_review")])?,
        enterprise(tx, last, ("戊公司", own_county), &[(own, "repairable_now")])?,
    ];
    tx.execute("insert into penalty (enterprise_id, decision_number, decision_key, authority, decision_date, facts, state, \
        edition, class, verdict, assessed_on, assessment, recorded_on) select enterprise_id, 'x', 'x', '示例机关', decision_date, facts, state, \
        edition, class, 'repairable_now', assessed_on, assessment, recorded_on from penalty where id = (select min(id) from penalty)", &[])?;
    tx.execute(
        "insert into rectification (campaign_id, enterprise_id, authority_id, state) values ($1, $2, $3, 'passed')",
        params![now, enterprises[1], own],
    )?;
    // Its last day is today, 2022-09-15.
    tx.execute(
        "insert into rectification (campaign_id, enterprise_id, authority_id, state, due_on) \
         values ($1, $2, $3, 'deadline_set', '2022-09-15')",
        params![now, enterprises[2], own],
    )?;
    for state in ["received", "granted"] {
        tx.execute(
            "insert into delisting (enterprise_id, authority_id, state, received_on, statement) \
             values ($1, $2, $3, '2022-06-01', '示例')",
            params![enterprises[0], own, state],
        )?;
    }
    sessions(tx, now)?;
    running(tx, now, (own_county, other_county))?;
    applications(tx, (now, last), agency, &enterprises)?;
    outside(tx, now, enterprises[0], file)?;
    scans(tx, now)?;
    for (of, receiver, state) in [
        (now, center, "prepared"),
        (now, center, "handed_over"),
        (now, own_county, "handed_over"),
        (now, own_county, "received"),
        (last, own_county, "handed_over"),
    ] {
        let kind = if receiver == center { "archives" } else { "papers" };
        tx.execute(
            "insert into handover (campaign_id, plan_item_id, kind, receiver_id, state, file_id, archives, bytes, \
             prepared_by, prepared_at) select $1, id, $2, $3, $4, $5, 0, 1, '示例', '2022-06-01T00:00:00Z' \
             from plan_item where position = 1",
            params![of, kind, receiver, state, file],
        )?;
    }
    Ok(())
}

/// Objections, appeals and filings: what waits and what does not.
fn outside(tx: &Tx<'_>, now: i64, enterprise: i64, file: i64) -> Result<(), StoreError> {
    // Objections fall to the center and appeals to the authority; what is rejected waits for nobody, what is upheld waits to be carried out.
    for (kind, state) in [
        ("record", "received"),
        ("review", "received"),
        ("decision", "received"),
        ("decision", "rejected"),
        ("record", "upheld"),
        ("decision", "upheld"),
    ] {
        tx.execute(
            "insert into appeal (campaign_id, enterprise_id, penalty_id, kind, state, text, lodged_by, lodged_role, lodged_at, \
             lodged_on, due_on) select $1, enterprise_id, id, $2, $3, '示例', '示例', 'agency', '2022-06-01T00:00:00Z', \
             '2022-06-01', '2022-06-15' from penalty where enterprise_id = $4",
            params![now, kind, state, enterprise],
        )?;
    }
    for (place, state) in ["prepared", "prepared", "sent"].iter().enumerate() {
        tx.execute(
            "insert into filing (campaign_id, application_id, lane, reference, state, records, file_id, prepared_by, prepared_at, \
             prepared_on) select $1, min(id), 'credit_china', $2, $3, 1, $4, '示例', '2022-06-01T00:00:00Z', '2022-06-01' \
             from application where campaign_id = $1",
            params![now, format!("SB-{place}"), *state, file],
        )?;
    }
    Ok(())
}

/// Scans without a readable code: commitments of two counties and a form of a draft; some that nobody waits for.
fn scans(tx: &Tx<'_>, now: i64) -> Result<(), StoreError> {
    let unread = |name: &str, confirmed: &str| -> Result<i64, StoreError> {
        let file = tx.insert::<i64>(
            "insert into stored_file (sha256, name, media_type, size, created_at) \
             values ($1, '扫描', 'image/png', 1, '2022-06-01T00:00:00Z') returning id",
            params![name],
        )?;
        tx.execute(
            "insert into paper_check (file_id, paper, record_id, outcome, page, checked_by, checked_at, business_day, \
             confirmed_by, confirmed_at, confirmed_on) values ($1, $2, 1, 'unread', 0, '示例', '2022-09-01T00:00:00Z', \
             '2022-09-01', $3, '2022-09-02T00:00:00Z', '2022-09-02')",
            params![file, &name[..1], confirmed],
        )?;
        Ok(file)
    };
    for (name, of, confirmed) in [("C1", "甲公司", ""), ("C2", "丁公司", ""), ("C3", "乙公司", "示例")]
    {
        tx.execute(
            "insert into commitment (campaign_id, enterprise_id, penalty_id, edition, state, signed_on, scan_file_id) \
             select $1, e.id, min(p.id), 'annex2-2022', 'signed', '2022-05-02', cast($2 as bigint) from penalty p \
             join enterprise e on e.id = p.enterprise_id where e.name = $3 and p.decision_key <> 'y' group by e.id",
            params![now, unread(name, confirmed)?, of],
        )?;
    }
    // Of the accepted application nobody asks any more.
    for (name, state) in [("F1", "draft"), ("F2", "accepted")] {
        tx.execute(
            "update application_item set state = 'pending' where application_id = (select min(id) from application \
             where campaign_id = $1 and state = $2) and penalty_id = (select min(p.id) from penalty p join application a \
             on a.enterprise_id = p.enterprise_id where a.campaign_id = $1 and a.state = $2)",
            params![now, state],
        )?;
        tx.execute(
            "insert into application_material (application_id, kind, file_id, added_by, added_at) \
             select min(id), 'rectification_form', cast($1 as bigint), '示例', '2022-09-01T00:00:00Z' from application \
             where campaign_id = $2 and state = $3",
            params![unread(name, "")?, now, state],
        )?;
    }
    Ok(())
}

/// A member with a record by each of the given authorities.
fn enterprise(
    tx: &Tx<'_>,
    campaign: i64,
    (name, county): (&str, i64),
    records: &[(i64, &str)],
) -> Result<i64, StoreError> {
    let id = tx.insert::<i64>(
        "insert into enterprise (name, name_key, subject_kind, county_id, created_at) \
         values ($1, $1, 'legal_person', $2, '2022-06-01T00:00:00Z') returning id",
        params![name, county],
    )?;
    tx.execute(
        "insert into member (campaign_id, enterprise_id, plan_item_id, joined_at) \
         select $1, $2, i.id, '2022-06-01T00:00:00Z' from plan_item i join plan_item_county c on c.plan_item_id = i.id \
         where c.county_id = $3",
        params![campaign, id, county],
    )?;
    for (index, (authority, verdict)) in records.iter().enumerate() {
        let number = format!("示罚字〔2022〕{id}-{index}号");
        let facts = xinxiu_domain::penalty::PenaltyFacts {
            decision_date: jiff::civil::date(2022, 1, 5),
            subject: xinxiu_domain::penalty::SubjectKind::LegalPerson,
            kinds: "罚款".into(),
            content: "罚款10000元".into(),
            violation: String::new(),
            facts: String::new(),
            basis: String::new(),
            authority: "示例机关".into(),
            fine_fen: None,
            confiscated_fen: None,
            stated_severity: None,
            summary_procedure: None,
        };
        let assessment: xinxiu_domain::penalty::Assessment = xinxiu_domain::penalty::Assessment {
            edition: "cn-527".into(),
            lane: xinxiu_domain::penalty::Lane::CreditChina,
            class: xinxiu_domain::penalty::PenaltyClass::General,
            min_until: None,
            max_until: None,
            verdict: xinxiu_domain::penalty::VerdictKind::from_code(verdict).unwrap(),
            repairable_from: None,
            materials: Vec::new(),
            reasons: Vec::new(),
            questions: Vec::new(),
        };
        tx.execute(
            "insert into penalty (enterprise_id, decision_number, decision_key, authority, authority_id, decision_date, \
             facts, state, edition, class, verdict, assessed_on, assessment, recorded_on) \
             values ($1, $2, $2, '示例机关', $3, '2022-01-05', $4, 'public', 'cn-527', 'general', $5, '2022-06-01', $6, '2022-06-01')",
            params![
                id,
                number,
                *authority,
                serde_json::to_string(&facts).unwrap(),
                *verdict,
                serde_json::to_string(&assessment).unwrap()
            ],
        )?;
    }
    Ok(id)
}

/// Days of two counties, some of them today (2022-09-15), summaries under way and handed in, and jobs that
/// failed, one of which was done again.
fn running(tx: &Tx<'_>, campaign: i64, (own, other): (i64, i64)) -> Result<(), StoreError> {
    for (county, day, state) in [
        (own, "2022-09-15", "open"),
        (own, "2022-09-15", "planned"),
        (own, "2022-09-16", "planned"),
        (own, "2022-09-15", "cancelled"),
        (own, "2022-09-01", "closed"),
        (other, "2022-09-15", "open"),
    ] {
        tx.execute(
            "insert into clinic (campaign_id, county_id, held_on, place, townships, internet, state) \
             values ($1, $2, $3, '示例厅', '[\"示例镇\"]', 1, $4)",
            params![campaign, county, day, state],
        )?;
    }
    for (org, state) in [(own, "draft"), (other, "draft")] {
        tx.execute(
            "insert into summary (campaign_id, org_id, state, results, features, problems, numbers, written_by, \
             updated_at) values ($1, $2, $3, '', '', '', '{}', '示例', '2022-09-01T00:00:00Z')",
            params![campaign, org, state],
        )?;
    }
    for (subject, state) in [(1, "failed"), (1, "done"), (2, "failed"), (2, "failed"), (3, "queued")] {
        tx.execute(
            "insert into job (kind, subject_id, payload, state, message, created_at) \
             values ('handover.papers', $1, '{}', $2, '示例原因', '2022-09-01T00:00:00Z')",
            params![i64::from(subject), state],
        )?;
    }
    Ok(())
}

/// Sessions of the county's own class, of another class of its enterprises, and of strangers.
fn sessions(tx: &Tx<'_>, campaign: i64) -> Result<(), StoreError> {
    for (position, state) in [
        (1, "planned"),
        (1, "planned"),
        (1, "published"),
        (1, "open"),
        (1, "closed"),
        (4, "open"),
        (2, "planned"),
        (4, "published"),
        (5, "planned"),
    ] {
        tx.execute(
            "insert into session (plan_item_id, title, held_on, starts_at, ends_at, mode, place, link, capacity, \
             class_hours, lecturer, modules, methods, state) select id, '示例', '2022-09-20', '09:00', '12:00', \
             'on_site', '示例厅', '', 10, 3, '示例', '', '', $1 from plan_item where position = $2 and campaign_id = $3",
            params![state, i64::from(position), campaign],
        )?;
    }
    tx.execute(
        "insert into lecturer (org_id, name, office, title, found_by, modules, state, entered_by, entered_on) \
         select min(id), '示例', '示例', '', '示例', 'impact', 'proposed', '示例', '2022-09-01' from organisation \
         where kind = 'agency'",
        &[],
    )?;
    changed(tx)?;
    // A county sees the sessions of a class of which it is not the organiser.
    tx.execute(
        "insert into plan_item_county (plan_item_id, county_id) select i.id, o.id from plan_item i, organisation o \
         where i.position = 2 and i.campaign_id = $1 and o.name = '海安市信用办'",
        params![campaign],
    )?;
    Ok(())
}

/// A published session that moved after an enterprise with a phone was invited, and another long ago.
fn changed(tx: &Tx<'_>) -> Result<(), StoreError> {
    tx.execute("update enterprise set contact_phone_sealed = 'x' where name = '甲公司'", &[])?;
    tx.execute(
        "insert into attendance (session_id, enterprise_id, state, link_hash, link_expires_at, invited_at) \
         select min(s.id), min(e.id), 'invited', 'x', '2999-01-01T00:00:00Z', '2022-09-01T00:00:00Z' from session s, \
         enterprise e where s.state = 'published' and e.name = '甲公司'",
        &[],
    )?;
    // Somebody who came and has not said yet that nothing was charged.
    tx.execute(
        "insert into attendance (session_id, enterprise_id, state, link_hash, link_expires_at, invited_at) \
         select min(s.id), min(e.id), 'present', 'y', '2999-01-01T00:00:00Z', '2022-09-01T00:00:00Z' from session s, \
         enterprise e where s.state = 'closed' and e.name = '丙公司'",
        &[],
    )?;
    // What an enterprise of the own county reported of its agency, one of them looked into.
    for answered in ["null", "'2022-09-02T00:00:00Z'"] {
        tx.execute(
            &format!(
                "insert into agency_remark (campaign_id, agency_id, kind, text, recorded_by, org_id, at, reported, finding, \
                 answered_at) select i.campaign_id, i.agency_id, 'charging', '示例', '丙公司', o.id, \
                 '2022-09-01T00:00:00Z', 1, 'true', {answered} from plan_item i, organisation o where i.position = 1 \
                 and i.campaign_id = (select id from campaign where code = 'nantong-2022') and o.name = '海安市信用办'"
            ),
            &[],
        )?;
    }
    // A repaired enterprise: other platforms are to be looked at, and what came with a later list to be noticed.
    tx.execute("insert into penalty (enterprise_id, decision_number, decision_key, authority, authority_id, decision_date, \
        facts, state, taken_down_on, edition, class, verdict, assessed_on, assessment, recorded_on) select enterprise_id, 'y', \
        'y', authority, authority_id, decision_date, facts, 'taken_down', '2022-05-20', edition, class, verdict, assessed_on, \
        assessment, '2022-05-01' from penalty where enterprise_id = (select min(id) from enterprise where name = '丙公司')", &[])?;
    tx.execute(
        "insert into commitment (campaign_id, enterprise_id, penalty_id, edition, state, signed_on) select m.campaign_id, \
         m.enterprise_id, p.id, 'annex2-2022', 'breached', '2022-05-02' from penalty p join member m on \
         m.enterprise_id = p.enterprise_id where p.decision_key = 'y'",
        &[],
    )?;
    tx.execute(
        "insert into commitment_breach (commitment_id, clause, after_repair, recorded_by, recorded_at, recorded_on) \
         select id, 'lawful', 1, '示例', '2022-06-01T00:00:00Z', '2022-06-01' from commitment where state = 'breached'",
        &[],
    )?;
    for day in ["2022-08-10", "2022-09-10"] {
        tx.execute(
            "insert into session_change (session_id, cancelled, old_held_on, old_time, old_place, new_held_on, new_time, \
             new_place, reason, made_by, made_at, made_on) select min(id), 0, '2022-09-18', '示例', '示例厅', '2022-09-20', \
             '示例', '示例厅', '示例', '示例', $1, $2 from session where state = 'published'",
            params![format!("{day}T00:00:00Z"), day],
        )?;
    }
    Ok(())
}

fn applications(
    tx: &Tx<'_>,
    (now, last): (i64, i64),
    agency: i64,
    enterprises: &[i64],
) -> Result<(), StoreError> {
    let states = [
        (now, 0, "draft"),
        (now, 1, "returned"),
        (now, 2, "submitted"),
        (now, 3, "submitted"),
        (now, 1, "withdrawn"),
        (now, 0, "accepted"),
        (now, 2, "accepted"),
        (last, 4, "draft"),
        (last, 4, "submitted"),
        (last, 4, "accepted"),
    ];
    for (campaign, of, state) in states {
        let id = tx.insert::<i64>(
            "insert into application (campaign_id, enterprise_id, agency_id, state) values ($1, $2, $3, $4) returning id",
            params![campaign, enterprises[of], agency, state],
        )?;
        tx.execute(
            "insert into application_item (application_id, penalty_id, state) select $1, id, \
             case when authority_id is null or id = (select max(id) from penalty where enterprise_id = $2 \
             and authority_id is not null) then 'agreed' else 'pending' end from penalty where enterprise_id = $2",
            params![id, enterprises[of]],
        )?;
    }
    Ok(())
}

/// The figures of the page: number, words, address.
fn figures(page: &str) -> Vec<(usize, String, String)> {
    let of = page.split("<a class=\"figure\" href=\"").skip(1);
    let text = |part: &str, from: &str, to: &str| {
        part.split(from).nth(1).and_then(|rest| rest.split(to).next()).unwrap().to_owned()
    };
    of.map(|part| {
        let address = part.split('"').next().unwrap().replace("&amp;", "&");
        (text(part, "<strong>", "</strong>").parse().unwrap(), text(part, "<span>", "</span>"), address)
    })
    .collect()
}

fn rows(page: &str) -> usize {
    let table = page.split("<tbody>").nth(1).unwrap_or_default();
    table.split("</tbody>").next().unwrap_or_default().matches("<tr").count()
}

fn every_number_is_the_length_of_its_list(test: &TestStore) {
    let site = Site::over(test);
    fill(&site);
    let mut seen = BTreeSet::new();
    for role in staff_roles() {
        let cookie = site.sign_in(&login(role));
        for (number, label, address) in figures(&site.get("/", &cookie).body) {
            let list = site.get(&address, &cookie);
            assert_eq!(list.status, StatusCode::OK, "{role} {address}");
            assert_eq!(rows(&list.body), number, "{role}：{label} {address}\n{}", list.body);
            seen.insert(label);
        }
    }
    // Thirty-seven kinds of work and the seven numbers of the campaign.
    assert_eq!(seen.len(), 44, "{seen:?}");
    let authority = site.sign_in(&login(Role::Authority));
    let of_authority = figures(&site.get("/", &authority).body);
    let numbers: Vec<_> = of_authority.iter().map(|(number, label, _)| (*number, label.as_str())).collect();
    assert!(numbers.contains(&(1, "有处罚待人工认定的企业")), "{numbers:?}");
    assert!(numbers.contains(&(2, "待督促整改的企业")), "{numbers:?}");
}

/// A removal ahead of the day stays on the list, beside the day that was typed.
fn a_removal_that_is_refused_says_so_in_its_row(test: &TestStore) {
    let site = Site::over(test);
    fill(&site);
    let cookie = site.sign_in(&login(Role::CreditCenter));
    let csrf = site.csrf(&cookie);
    let page = site.get("/removals", &cookie).body;
    let item = page.split("/items/").nth(1).and_then(|rest| rest.split('/').next()).unwrap().to_owned();
    let form = [("csrf", csrf.as_str()), ("version", "1"), ("removed_on", "2023-01-01")];
    let refused = site.post(&format!("/items/{item}/removal"), &cookie, &form);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.body.contains("id=\"e-removed_on\"") && refused.body.contains("value=\"2023-01-01\""),
        "{}",
        refused.body
    );
    assert_eq!(rows(&refused.body), rows(&page));
}

both_engines! {
    a_refused_removal_stays_on_the_list => a_removal_that_is_refused_says_so_in_its_row;
    a_click_opens_what_was_counted => every_number_is_the_length_of_its_list;
}
