//! The other papers of a class's sessions, which go to the organiser (N22): notice, sign-in sheet, material,
//! results.

use xinxiu_documents::package::BagItem;
use xinxiu_domain::session::{Capacity, SessionState};
use xinxiu_store::attendance::RosterLine;
use xinxiu_store::campaign::PlanItem;
use xinxiu_store::session::Session;
use xinxiu_store::{agenda, attendance, files, session, session_material};

use super::package::{Bag, fault};
use crate::app::View;
use crate::papers;
use crate::refusal::Refusal;
use crate::sessions::papers::{notice_of, sheet_of};

/// Adds the papers of every session of a class that was published.
pub(super) fn add(view: &View<'_>, bag: &mut Bag, class: &PlanItem) -> Result<(), Refusal> {
    let held = session::of_plan_item(view.tx, class.id)?;
    let shown =
        |session: &&Session| !matches!(session.state, SessionState::Planned | SessionState::Cancelled);
    for session in held.iter().filter(shown) {
        add_session(view, bag, class, session)?;
    }
    Ok(())
}

fn add_session(view: &View<'_>, bag: &mut Bag, class: &PlanItem, held: &Session) -> Result<(), Refusal> {
    let roster = attendance::roster(view.tx, class.campaign, held.id)?;
    let line = |kind: &str, title: &str, file_name: &str| BagItem {
        archive_number: format!("场次-{}-{}", held.held_on, held.id),
        enterprise: class.name.clone(),
        uscc: String::new(),
        kind: kind.to_owned(),
        title: title.to_owned(),
        file_name: file_name.to_owned(),
        dated: Some(held.held_on),
    };
    let notice = papers::pdf(&notice_of(view, held, class.clone(), &agenda::of_session(view.tx, held.id)?))?;
    let sheet = papers::pdf(&sheet_of(view, held, class.clone(), &roster)?)?;
    let results = results_csv(&roster);
    let mut put = |item: BagItem, bytes: &[u8]| bag.add(item, bytes).map(drop).map_err(fault);
    put(line("培训通知", &held.title, "01-培训通知.pdf"), &notice)?;
    put(line("签到表", &held.title, "02-签到表.pdf"), &sheet)?;
    put(line("参训和考试结果", &held.title, "03-参训和考试结果.csv"), results.as_bytes())?;
    for (index, material) in session_material::materials(view.tx, held.id)?.iter().enumerate() {
        let Some(file) = material.file else { continue };
        let file = files::load(view.tx, file)?;
        let name = format!("{:02}-课件-{}", index + 4, file.name);
        let open = view.app.store.files.reader(&file.sha256)?;
        bag.add(line(material.module.label(), &material.title, &name), open).map_err(fault)?;
    }
    Ok(())
}

const HEAD: [&str; 8] =
    ["企业名称", "统一社会信用代码", "地区", "参训状态", "参训人员", "身份", "签到时间", "考试答对题数"];

/// The results of a session, with a byte-order mark, without which spreadsheets misread Chinese.
fn results_csv(roster: &[RosterLine]) -> String {
    let mut csv = format!("\u{feff}{}\r\n", HEAD.join(","));
    for line in roster {
        let attendance = &line.attendance;
        let fields = [
            line.name.clone(),
            line.uscc.clone(),
            line.county.clone(),
            attendance.state.to_string(),
            attendance.attendee.clone(),
            attendance.capacity.map_or("", Capacity::label).to_owned(),
            attendance.checked_in_at.map_or_else(String::new, |at| format!("{} {}", at.on, at.hour())),
            line.right_answers.map_or_else(String::new, |right| right.to_string()),
        ];
        csv.push_str(&fields.map(|field| quote(&field)).join(","));
        csv.push_str("\r\n");
    }
    csv
}

/// Quotes a field, and disarms text that a spreadsheet would run as a formula.
fn quote(field: &str) -> String {
    let guard = if field.starts_with(['=', '+', '-', '@', '\t']) { "'" } else { "" };
    format!("\"{guard}{}\"", field.replace('"', "\"\""))
}
