//! On-site matching of a session: proposed by the program, edited and accepted by the organiser, printed (N06, N14).

use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::agenda::{clock, minutes_of_day};
use xinxiu_domain::id::{MatchingSlotId, SessionId};
use xinxiu_domain::session::SessionState;
use xinxiu_store::matching::{Arrangement, Slot};
use xinxiu_workflow::papers::pdf;
use xinxiu_workflow::sessions::{self, ChangeSlot, ProposeMatching, ShownMatching, TABLES};
use xinxiu_workflow::{FieldError, Refusal};

use super::{PUBLISH, VIEW};
use crate::web::pages::papers;
use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::routes::Routes;
use crate::web::ui;

const TITLE: &str = "现场对接安排";

pub(super) fn routes(table: &mut Routes) {
    table.get("/sessions/{id}/matching", VIEW, show);
    table.post("/sessions/{id}/matching", PUBLISH, propose);
    table.post("/sessions/{id}/matching/fill", PUBLISH, fill);
    table.post("/sessions/{id}/matching/accept", PUBLISH, accept);
    table.get("/sessions/{id}/matching/sheets.pdf", VIEW, sheets);
    table.get("/sessions/{id}/matching/slips.pdf", VIEW, slips);
    table.get("/sessions/{id}/matching/export", VIEW, export);
    table.get("/sessions/{id}/matching/{slot}", PUBLISH, change_form);
    table.post("/sessions/{id}/matching/{slot}", PUBLISH, change);
    table.post("/sessions/{id}/matching/{slot}/remove", PUBLISH, remove);
}

fn show(req: &Req) -> PageResult {
    let shown = sessions::matching(&req.app, req.actor()?, req.id("id")?)?;
    let (slot, tables) =
        shown.arrangement.as_ref().map_or((10, 3), |found| (found.slot_minutes, found.tables));
    let values = Form::default().with("slot_minutes", slot).with("tables", tables);
    Ok(req.page(TITLE, body(req, &shown, &values, &[])))
}

fn version(shown: &ShownMatching) -> i64 {
    shown.arrangement.as_ref().map_or(0, |found| found.version)
}

fn body(req: &Req, shown: &ShownMatching, values: &Form, errors: &[FieldError]) -> Markup {
    let session = &shown.session;
    let at = format!("/sessions/{}/matching", session.id);
    let arranges = req.actor().is_ok_and(|actor| actor.has(Action::PublishSession))
        && matches!(session.state, SessionState::Published | SessionState::Open);
    let accepted = shown.arrangement.as_ref().is_some_and(Arrangement::is_accepted);
    html! {
        h1 { (TITLE) }
        p { a href={ "/sessions/" (session.id) } { (session.title) } "，" (session.held_on) }
        (ui::errors(errors))
        (standing(shown))
        @if !shown.slots.is_empty() {
            (ui::download_bar(&[
                (format!("{at}/sheets.pdf"), "各部门对接表（PDF）"),
                (format!("{at}/slips.pdf"), "企业通知单（PDF）"),
                (format!("{at}/export?format=xlsx"), "全部时段（表格）"),
            ]))
        }
        @if arranges { (steps(req, shown, &at, accepted)) }
        (open(shown))
        @if shown.slots.is_empty() {
            (ui::empty("这里会列出每家企业与处罚机关、认定部门对接的时间和桌位。", "企业答复参加后，由组织单位按日程中的现场对接时段编排。"))
        } @else {
            (ui::panel("对接时段", &table(shown, &at, arranges)))
        }
        @if arranges { (arranging(req, shown, &at, values, errors)) }
    }
}

fn standing(shown: &ShownMatching) -> Markup {
    let windows: Vec<String> =
        shown.windows.iter().map(|(from, to)| format!("{}—{}", clock(*from), clock(*to))).collect();
    html! {
        p.lead {
            @if windows.is_empty() { "日程中没有现场对接。" } @else { "日程中的现场对接：" (windows.join("、")) "。" }
        }
        @if let Some(found) = &shown.arrangement {
            p {
                @if let Some(day) = found.accepted_on { (ui::badge("good", "已确认")) " " (day) " " (found.accepted_by) "，企业在个人链接中可以看到自己的时段。" }
                @else { (ui::badge("due", "待确认")) " " (found.proposed_on) " " (found.proposed_by) "编排，确认后企业才能看到。" }
            }
        }
    }
}

fn steps(req: &Req, shown: &ShownMatching, at: &str, accepted: bool) -> Markup {
    let has_room = shown.open.iter().any(|(.., why)| why.is_none());
    html! {
        @if !shown.slots.is_empty() && (has_room || !accepted) {
            div.actions {
                @if !accepted { (versioned(req, shown, &format!("{at}/accept"), "确认对接安排")) }
                @if has_room { (versioned(req, shown, &format!("{at}/fill"), "补排还没有时段的企业")) }
            }
        }
    }
}

/// The form that has the program propose; below the slots where there are some, as it replaces them all.
fn arranging(req: &Req, shown: &ShownMatching, at: &str, values: &Form, errors: &[FieldError]) -> Markup {
    let proposed = !shown.slots.is_empty();
    html! {
        (ui::panel(if proposed { "重新编排" } else { "编排" }, &ui::form(req, at, &html! {
            (ui::hidden("version", version(shown)))
            (ui::number_field(values, "slot_minutes", "每个时段（分钟）", "一家企业与一个部门对接的时间", errors))
            (ui::number_field(values, "tables", "每个部门最多几张桌", "企业多的部门由几张桌同时接待", errors))
            @if proposed { p.warning { "重新编排会替换现有的全部时段，包括手工调整过的，并需要重新确认。" } }
            (ui::button(if proposed { "重新编排" } else { "编排对接时段" }))
        })))
    }
}

fn versioned(req: &Req, shown: &ShownMatching, action: &str, label: &str) -> Markup {
    html! {
        form.inline method="post" action=(action) {
            @if let Some(signed_in) = &req.signed_in { (ui::hidden("csrf", &signed_in.csrf)) }
            (ui::hidden("version", version(shown)))
            button type="submit" { (label) }
        }
    }
}

/// Who has no slot, and why.
fn open(shown: &ShownMatching) -> Markup {
    html! {
        @if shown.arrangement.is_some() && !shown.open.is_empty() {
            div.warning role="note" {
                p { "还有" (shown.open.len()) "次对接没有时段：" }
                ul { @for (name, authority, why) in &shown.open {
                    li { (name) "—" (authority) "：" @match why { Some(why) => (why), None => "可以补排" } }
                } }
            }
        }
        @if !shown.outside.is_empty() {
            p.warning { "有" (shown.outside.len()) "个时段不在日程的现场对接时间之内，请调整或重新编排。" }
        }
        @if !shown.without_authority.is_empty() {
            p.hint { "没有处罚机关或认定部门记录、不用对接的企业：" (shown.without_authority.join("、")) }
        }
    }
}

fn table(shown: &ShownMatching, at: &str, arranges: bool) -> Markup {
    let length = shown.arrangement.as_ref().map_or(0, |found| found.slot_minutes);
    let row = |slot: &Slot| {
        vec![
            html! { (slot.authority_name) },
            html! { (slot.table) "号桌" },
            html! {
                (clock(slot.starts_at)) "—" (clock(slot.starts_at + length))
                @if shown.outside.contains(&slot.id) { " " (ui::badge("bad", "不在时段内")) }
            },
            html! { a href={ "/enterprises/" (slot.enterprise) } { (slot.name) } },
            html! { (slot.attendee) },
            html! { (slot.room) },
            html! { @if arranges { a href={ (at) "/" (slot.id) } { "调整" } } },
        ]
    };
    let rows: Vec<_> = shown.slots.iter().map(row).collect();
    ui::table("对接时段", &["部门", "桌位", "时间", "企业", "参加人", "房间", "操作"], &rows)
}

/// The page again with what was typed, after a refusal that the form can mend.
fn again(req: &Req, id: SessionId, refusal: Refusal) -> PageResult {
    let errors = refusal.into_errors("slot_minutes")?;
    let shown = sessions::matching(&req.app, req.actor()?, id)?;
    Ok(req.again(TITLE, body(req, &shown, &req.form, &errors)))
}

fn typed_version(req: &Req) -> i64 {
    req.form.text("version").parse().unwrap_or_default()
}

fn back(req: &Req, id: SessionId, message: impl Into<String>) -> PageResult {
    Ok(req.see(format!("/sessions/{id}/matching"), message))
}

fn propose(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    let actor = req.actor()?;
    let mut fields = req.fields();
    let command = ProposeMatching {
        slot_minutes: fields.number("slot_minutes", "每个时段"),
        tables: fields.number("tables", "桌位"),
        version: typed_version(req),
    };
    match fields.check().and_then(|()| sessions::propose_matching(&req.app, actor, id, command)) {
        Ok(placed) => back(req, id, format!("已编排{placed}个时段，请核对后确认")),
        Err(refusal) => again(req, id, refusal),
    }
}

fn fill(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    match sessions::fill_matching(&req.app, req.actor()?, id, typed_version(req)) {
        Ok(placed) => back(req, id, format!("已补排{placed}个时段")),
        Err(refusal) => again(req, id, refusal),
    }
}

fn accept(req: &Req) -> PageResult {
    let id: SessionId = req.id("id")?;
    match sessions::accept_matching(&req.app, req.actor()?, id, typed_version(req)) {
        Ok(()) => back(req, id, "已确认对接安排，企业可以看到自己的时段"),
        Err(refusal) => again(req, id, refusal),
    }
}

/// The matching of the session, and one slot of it.
fn found(req: &Req) -> Result<(ShownMatching, Slot), PageError> {
    let slot: MatchingSlotId = req.id("slot")?;
    let shown = sessions::matching(&req.app, req.actor()?, req.id("id")?)?;
    let found = shown.slots.iter().find(|one| one.id == slot).cloned().ok_or(PageError::NotFound)?;
    Ok((shown, found))
}

fn change_form(req: &Req) -> PageResult {
    let (shown, slot) = found(req)?;
    let values = Form::default()
        .with("starts_at", clock(slot.starts_at))
        .with("table", slot.table)
        .with("room", &slot.room);
    Ok(req.page("调整对接时段", change_body(req, &shown, &slot, &values, &[])))
}

fn change_body(
    req: &Req,
    shown: &ShownMatching,
    slot: &Slot,
    values: &Form,
    errors: &[FieldError],
) -> Markup {
    let at = format!("/sessions/{}/matching", shown.session.id);
    html! {
        h1 { "调整对接时段" }
        p { (slot.name) "，对接" (slot.authority_name) }
        (ui::errors(errors))
        (ui::form(req, &format!("{at}/{}", slot.id), &html! {
            (ui::hidden("version", version(shown)))
            (ui::field(values, "starts_at", "开始时间", "例如 15:10", errors))
            (ui::number_field(values, "table", "桌号", &format!("1至{TABLES}"), errors))
            (ui::field(values, "room", "房间", "与场次地点相同的不填", errors))
            (ui::button("保存时段"))
        }))
        (versioned(req, shown, &format!("{at}/{}/remove", slot.id), "取消这个时段"))
        p { a href=(at) { "返回现场对接安排" } }
    }
}

fn change(req: &Req) -> PageResult {
    let (shown, slot) = found(req)?;
    let (id, actor) = (shown.session.id, req.actor()?);
    let mut fields = req.fields();
    let at = fields.time("starts_at", "开始时间").strftime("%H:%M").to_string();
    let command = ChangeSlot {
        starts_at: minutes_of_day(&at).unwrap_or_default(),
        table: fields.number("table", "桌号"),
        room: fields.text("room"),
        version: typed_version(req),
    };
    match fields.check().and_then(|()| sessions::change_slot(&req.app, actor, (id, slot.id), &command)) {
        Ok(()) => back(req, id, "已调整时段"),
        Err(refusal) => {
            let errors = refusal.into_errors("starts_at")?;
            Ok(req.again("调整对接时段", change_body(req, &shown, &slot, &req.form, &errors)))
        }
    }
}

fn remove(req: &Req) -> PageResult {
    let (shown, slot) = found(req)?;
    let id = shown.session.id;
    match sessions::remove_slot(&req.app, req.actor()?, (id, slot.id), typed_version(req)) {
        Ok(()) => back(req, id, "已取消时段"),
        Err(refusal) => again(req, id, refusal),
    }
}

fn sheets(req: &Req) -> PageResult {
    print(req, false)
}

fn slips(req: &Req) -> PageResult {
    print(req, true)
}

fn print(req: &Req, by_enterprise: bool) -> PageResult {
    let paper = sessions::matching_sheet(&req.app, req.actor()?, req.id("id")?, by_enterprise)?;
    papers::made(req, (pdf(&paper)?, format!("{}-{}.pdf", paper.title, paper.session)))
}

fn export(req: &Req) -> PageResult {
    let shown = sessions::matching(&req.app, req.actor()?, req.id("id")?)?;
    let length = shown.arrangement.as_ref().map_or(0, |found| found.slot_minutes);
    let rows: Vec<Vec<String>> = shown
        .slots
        .iter()
        .map(|slot| {
            vec![
                slot.authority_name.clone(),
                slot.table.to_string(),
                clock(slot.starts_at),
                clock(slot.starts_at + length),
                slot.name.clone(),
                slot.attendee.clone(),
                slot.room.clone(),
            ]
        })
        .collect();
    let heads = ["部门", "桌号", "开始", "结束", "企业名称", "参加人", "房间"];
    req.table(TITLE, &heads, &rows)
}
