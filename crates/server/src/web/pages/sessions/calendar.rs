//! The sessions of a month, with what is in each other's way, and the address for calendar programs (N05).

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use maud::{Markup, html};
use xinxiu_domain::session::{ConflictKind, SessionState};
use xinxiu_store::StoreError;
use xinxiu_store::session::Line;
use xinxiu_store::session_conflict::Conflict;
use xinxiu_workflow::Refusal;
use xinxiu_workflow::sessions::{self, Month};

use super::{VIEW, state};
use crate::web::ics;
use crate::web::reply::{PageError, PageResult, Reply};
use crate::web::request::Req;
use crate::web::routes::{Access, Routes};
use crate::web::ui;

const TITLE: &str = "培训月历";
const DAYS: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];

pub(super) fn routes(table: &mut Routes) {
    table.get("/sessions/calendar", VIEW, show);
    table.post("/sessions/calendar/feed", VIEW, open_feed);
    table.post("/sessions/calendar/feed/close", VIEW, close_feed);
    table.get("/calendar/{token}", Access::Link, feed);
}

fn show(req: &Req) -> PageResult {
    let today = req.app.clock.today();
    let asked: Option<Date> = format!("{}-01", req.query.text("month")).parse().ok();
    let actor = req.actor()?;
    let month = sessions::month(&req.app, actor, asked.unwrap_or(today))?;
    let token = sessions::feed_token(&req.app, actor)?;
    let body = html! {
        h1 { (TITLE) "：" (month.first.year()) "年" (month.first.month()) "月" }
        (turn(&month, today))
        @if month.lines.is_empty() {
            (ui::empty("本月没有培训场次。", "可以翻到别的月份，或在培训场次中编制。"))
        } @else {
            (grid(&month, today))
            @if !month.conflicts.is_empty() {
                p.hint { "带「冲突」的场次与同一时间的另一场共用场地、主讲人或企业，点开场次查看。" }
            }
        }
        (subscription(req, token.as_deref()))
    };
    Ok(req.page(TITLE, body))
}

/// Leads no further than there are sessions: a month beyond has nothing in it.
fn turn(month: &Month, today: Date) -> Markup {
    let (first, (earliest, latest)) = (month.first, month.span);
    let address = |day: Date| format!("/sessions/calendar?month={}", day.strftime("%Y-%m"));
    html! {
        nav.pager aria-label="翻月" {
            @if first > earliest { a.button rel="prev" href=(address(first.saturating_sub(1.month()).min(latest))) { "上月" } }
            @if first != today.first_of_month() { a.button href="/sessions/calendar" { "本月" } }
            @if first < latest { a.button rel="next" href=(address(first.saturating_add(1.month()).max(earliest))) { "下月" } }
            a.button href="/sessions?sort=date" { "列表" }
        }
    }
}

/// A table of weeks; on a phone the days stand below each other, and those without a session are left out.
fn grid(month: &Month, today: Date) -> Markup {
    let mut by_day: BTreeMap<Date, Vec<&Line>> = BTreeMap::new();
    for line in &month.lines {
        by_day.entry(line.session.held_on).or_default().push(line);
    }
    let before = i64::from(month.first.weekday().to_monday_zero_offset());
    let monday = month.first.saturating_sub(before.days());
    let weeks = (0..6).map(|week| monday.saturating_add((week * 7).days()));
    let weeks: Vec<Date> = weeks.take_while(|day| *day <= month.first.last_of_month()).collect();
    html! {
        table.month {
            caption.hidden { (TITLE) }
            thead { tr { @for day in DAYS { th scope="col" { (day) } } } }
            tbody {
                @for monday in weeks { tr {
                    @for day in (0..7).map(|day| monday.saturating_add(day.days())) {
                        (cell(day, month, by_day.get(&day).map_or(&[][..], Vec::as_slice), today))
                    }
                } }
            }
        }
    }
}

fn cell(day: Date, month: &Month, lines: &[&Line], today: Date) -> Markup {
    if day.first_of_month() != month.first {
        return html! { td.other {} };
    }
    let weekday = DAYS[usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0)];
    html! {
        td.none[lines.is_empty()].today[day == today] {
            time.day datetime=(day) { (day.day()) span.weekday { "日 " (weekday) } @if day == today { span.mark { "今天" } } }
            @if !lines.is_empty() { ul { @for line in lines { li { (entry(line, month.conflicts.contains_key(&line.session.id))) } } } }
        }
    }
}

fn entry(line: &Line, in_conflict: bool) -> Markup {
    let session = &line.session;
    let where_held = if session.place.is_empty() { session.mode.label() } else { &session.place };
    html! {
        a href={ "/sessions/" (session.id) } { (session.starts_at) " " (session.title) }
        span.where { (where_held) }
        @if session.state != SessionState::Published { (state(session.state)) }
        @if in_conflict { (ui::badge("bad", "冲突")) }
    }
}

/// What a session is in the way of, on its page.
pub(super) fn conflicts(found: &[Conflict]) -> Markup {
    html! {
        @if !found.is_empty() {
            div.warning role="note" {
                p { "与下列场次时间重叠：" }
                ul { @for one in found { li { (sentence(one)) } } }
            }
        }
    }
}

fn sentence(one: &Conflict) -> Markup {
    html! {
        @match one.kind {
            ConflictKind::Hall => { "同一场地「" (one.what) "」" }
            ConflictKind::Lecturer => { "同一主讲人「" (one.what) "」" }
            ConflictKind::Enterprise => { (one.what) "家企业同时受邀" }
        }
        "："
        @if one.visible { a href={ "/sessions/" (one.other) } { (one.title) } } @else { (one.title) }
        "，" (one.hours) "，" (one.organiser)
    }
}

fn subscription(req: &Req, token: Option<&str>) -> Markup {
    ui::panel(
        "订阅到手机或电脑日历",
        &html! {
            @if let Some(token) = token {
                p { "在日历程序里添加这个订阅地址，场次的时间、地点有变动会自动更新：" }
                p { code data-copy { (req.origin) "/calendar/" (token) } }
                p.hint { "地址相当于钥匙，不要转发。停用或重新生成后，原地址立即失效。" }
                div.actions {
                    (ui::post_button(req, "/sessions/calendar/feed", "重新生成地址"))
                    (ui::post_button(req, "/sessions/calendar/feed/close", "停用地址"))
                }
            } @else {
                p { "生成一个订阅地址，添加到手机或电脑的日历程序，就能随时看到您的培训场次。" }
                (ui::post_button(req, "/sessions/calendar/feed", "生成订阅地址"))
            }
        },
    )
}

fn open_feed(req: &Req) -> PageResult {
    sessions::open_feed(&req.app, req.actor()?)?;
    Ok(req.see("/sessions/calendar", "已生成订阅地址"))
}

fn close_feed(req: &Req) -> PageResult {
    sessions::close_feed(&req.app, req.actor()?)?;
    Ok(req.see("/sessions/calendar", "已停用订阅地址"))
}

fn feed(req: &Req) -> PageResult {
    let lines = sessions::feed(&req.app, req.param("token")).map_err(|refusal| match refusal {
        Refusal::Store(StoreError::NotFound(..)) => PageError::LinkGone,
        other => other.into(),
    })?;
    let held = lines.iter().map(|line| ics::Held {
        session: &line.session,
        note: format!("{}\n{}", line.class, line.agency),
        address: format!("{}/sessions/{}", req.origin, line.session.id),
    });
    Ok(Reply::Text(ics::calendar("信修培训场次", held, req.app.clock.now()), ics::MEDIA_TYPE))
}
