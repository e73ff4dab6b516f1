//! What an enterprise sees behind its personal link: one sentence, one button, on a phone (N07, N08, N18).

use maud::{Markup, html};
use xinxiu_domain::actor::Actor;
use xinxiu_domain::attendance::{AttendanceState, Willingness, seat_gaps};
use xinxiu_domain::presence::Mark;
use xinxiu_domain::session::{Capacity, SessionState};
use xinxiu_store::StoreError;
use xinxiu_store::attendance::Attendance;
use xinxiu_store::session_change::SessionChange;
use xinxiu_workflow::invitations::{self, Answer, Home};
use xinxiu_workflow::{FieldError, Refusal, roll_call, sessions};

use super::appeal_form::follows;
use super::sessions::programme;
use super::{free_of_charge, link_demand, link_group, link_matching, link_materials, link_roll};
use crate::web::reply::{PageError, PageResult, Reply};
use crate::web::request::{Form, Req};
use crate::web::routes::{Access, Routes};
use crate::web::ui;
use crate::web::{ics, layout};

pub(super) fn routes(table: &mut Routes) {
    table.get("/l/{token}", Access::Link, home);
    table.get("/l/{token}/answer", Access::Link, answer_form);
    table.post("/l/{token}/answer", Access::Link, answer);
    table.post("/l/{token}/change-seen", Access::Link, change_seen);
    table.get("/l/{token}/session.ics", Access::Link, calendar);
}

/// Whoever holds the link of the address; every bad link looks the same.
pub(super) fn guest(req: &Req) -> Result<(Actor, Attendance), PageError> {
    invitations::of_link(&req.app, req.param("token")).map_err(|refusal| match refusal {
        Refusal::Store(StoreError::NotFound(..)) => PageError::LinkGone,
        other => other.into(),
    })
}

pub(super) fn address(req: &Req, step: &str) -> String {
    let token = req.param("token");
    if step.is_empty() { format!("/l/{token}") } else { format!("/l/{token}/{step}") }
}

fn home(req: &Req) -> PageResult {
    home_page(req, 200, &[])
}

pub(super) fn home_page(req: &Req, status: u16, errors: &[FieldError]) -> PageResult {
    let (actor, found) = guest(req)?;
    let home = invitations::home(&req.app, &actor, found.id)?;
    let (sentence, button) = pressing(req, &home).unwrap_or_else(|| next(req, &home, errors));
    let own = roll_call::own(&req.app, &actor, found.id)?;
    let session = &home.session;
    let body = html! {
        p.whose { (home.enterprise) }
        h1 { "下一步做什么" }
        (ui::errors(errors))
        @if let Some(change) = &home.change { (changed(req, &home, change)) } @else { (moved_up(req, &home)) }
        p.lead { (sentence) }
        (button)
        (answered(req, &home))
        (link_demand::panel(req, &home.repair.demands))
        (link_group::said(&home.announcements))
        (link_roll::presence(req, &home, own, errors))
        @if session.state != SessionState::Cancelled {
            (ui::steps(&["答复", "承诺书", "签到", "考试", "证明"], step(&home)))
        }
        @if !home.repair.sentence.is_empty() && (came(&home) || home.repair.pressing.is_some()) {
            (ui::panel("信用修复进展", &html! { p { (home.repair.sentence) } p { a href=(address(req, "records")) { "逐条查看" } } }))
        }
        @if home.unauthorised && session.state != SessionState::Cancelled {
            (ui::panel("授权委托书", &html! {
                p { (home.attendance.attendee) "代表企业参加，还没有上传授权委托书。" }
                p.actions { a.button href=(address(req, "authorisation")) { "上传授权委托书" } }
            }))
        }
        (ui::panel("培训安排", &plan(req, &home)))
        (link_matching::panel(req, &home))
        @if !home.agenda.is_empty() && session.state != SessionState::Cancelled {
            (ui::panel("培训日程", &programme(session, &home.agenda, |_| html! {})))
        }
        (link_materials::panel(req, &home))
        (ui::panel("其他事项", &others(req, &home)))
    };
    let page = layout::phone("下一步做什么", &req.flash, &body);
    Ok(Reply::OwnPage(status, page, req.param("token").to_owned(), req.is_secure()))
}

/// What changed since the enterprise answered, old and new, and one button that says that its answer stands.
fn changed(req: &Req, home: &Home, change: &SessionChange) -> Markup {
    let (title, stands) = if change.is_cancelled {
        ("本次培训已取消", "知道了")
    } else if home.attendance.state == AttendanceState::Accepted {
        ("培训的时间或地点有变更", "知道了，仍然参加")
    } else {
        ("培训的时间或地点有变更", "知道了")
    };
    html! {
        section.panel.changed aria-label=(title) {
            h2 { (title) }
            p { "原来：" del { (change.old_time) "，" (change.old_place) } }
            @if !change.is_cancelled { p { strong { "现在：" (change.new_time) "，" (change.new_place) } } }
            p { "原因：" (change.reason) }
            form method="post" action=(address(req, "change-seen")) {
                button.primary type="submit" { (stands) }
            }
            @if home.attendance.state == AttendanceState::Accepted && !change.is_cancelled {
                p { a href=(address(req, "answer")) { "不能参加了，重新答复" } }
            }
        }
    }
}

/// An application that was sent back or refused, or a step that is late, comes before everything else once the session asks for
/// nothing more.
fn pressing(req: &Req, home: &Home) -> Option<(String, Markup)> {
    let first = home.repair.pressing.as_ref()?;
    let over = home.session.state == SessionState::Cancelled
        || match home.attendance.state {
            AttendanceState::Passed
            | AttendanceState::Absent
            | AttendanceState::Declined
            | AttendanceState::Withdrawn => true,
            AttendanceState::Present | AttendanceState::Failed => {
                !home.examining && home.session.state != SessionState::Open
            }
            AttendanceState::Invited | AttendanceState::Waiting | AttendanceState::Accepted => false,
        };
    let to = address(req, &format!("records/{}", first.penalty));
    let button = html! {
        p.actions { a.button.primary href=(to) { "看这条怎么办" } }
        @if home.attendance.state == AttendanceState::Passed {
            p { a href=(address(req, "certificate.pdf")) { "下载培训证明" } }
        }
    };
    over.then(|| (first.sentence.clone(), button))
}

/// Objections and appeals that were answered lately.
fn answered(req: &Req, home: &Home) -> Markup {
    html! {
        @if !home.repair.answered.is_empty() {
            section.panel.changed aria-label="异议申诉有答复" {
                h2 { "异议申诉有答复" }
                @for one in &home.repair.answered {
                    p { (one.decision_number) "：" (one.kind) "，" strong { (one.state) } br; (follows(one)) }
                }
                p { a href=(address(req, "appeal")) { "查看答复" } }
            }
        }
    }
}

/// Says that the enterprise got a seat from the waiting list, until it says that it knows.
fn moved_up(req: &Req, home: &Home) -> Markup {
    let found = &home.attendance;
    let news =
        found.moved_up_at.is_some_and(|moved| found.answered_at.is_none_or(|answered| answered.at < moved));
    html! {
        @if news && found.state == AttendanceState::Accepted {
            section.panel.changed aria-label="候补成功" {
                h2 { "候补成功，您有名额了" }
                p { strong { (home.time) "，" (home.session.place) } }
                form method="post" action=(address(req, "change-seen")) {
                    button.primary type="submit" { "知道了，一定参加" }
                }
                p { a href=(address(req, "answer")) { "不能参加了，重新答复" } }
            }
        }
    }
}

fn change_seen(req: &Req) -> PageResult {
    let (actor, found) = guest(req)?;
    sessions::note_change(&req.app, &actor, found.id)?;
    Ok(req.see(address(req, ""), "已确认，谢谢"))
}

/// Whether the enterprise has sat in the session.
fn came(home: &Home) -> bool {
    matches!(
        home.attendance.state,
        AttendanceState::Present | AttendanceState::Failed | AttendanceState::Passed
    )
}

/// When and where; what is not known is not asked about.
fn plan(req: &Req, home: &Home) -> Markup {
    let session = &home.session;
    let mut pairs = vec![("培训", html! { (session.title) }), ("时间", html! { (home.time) })];
    if !session.place.is_empty() {
        pairs.push(("地点", html! { (session.place) }));
    }
    if !session.link.is_empty() {
        pairs.push(("会议链接", html! { a href=(session.link) rel="noreferrer" { (session.link) } }));
    }
    if !session.contact_group.is_empty() {
        pairs.push(("联系群", html! { a href=(address(req, "group")) { (session.contact_group) } }));
    }
    pairs.push(("服务机构", html! { (home.agency) }));
    let ahead = matches!(session.state, SessionState::Published | SessionState::Open);
    html! {
        (ui::facts(&pairs))
        @if ahead { p { a href=(address(req, "session.ics")) { "加入手机日历" } } }
    }
}

/// The session for the calendar of the phone.
fn calendar(req: &Req) -> PageResult {
    let (actor, found) = guest(req)?;
    let home = invitations::home(&req.app, &actor, found.id)?;
    let held = ics::Held {
        session: &home.session,
        note: format!("免费培训，服务机构：{}", home.agency),
        address: format!("{}/l/{}", req.origin, req.param("token")),
    };
    let text = ics::calendar("信用修复培训", std::iter::once(held), req.app.clock.now());
    Ok(req.file(text.into_bytes(), "信用修复培训.ics", ics::MEDIA_TYPE))
}

fn open_commitments(home: &Home) -> usize {
    let gaps = seat_gaps(home.owed.needed, home.owed.signed, &home.attendance.exception_reason);
    if gaps.is_empty() { 0 } else { home.owed.needed.saturating_sub(home.owed.signed) }
}

fn step(home: &Home) -> usize {
    match home.attendance.state {
        AttendanceState::Invited
        | AttendanceState::Declined
        | AttendanceState::Waiting
        | AttendanceState::Withdrawn => 0,
        AttendanceState::Accepted if open_commitments(home) > 0 => 1,
        AttendanceState::Accepted | AttendanceState::Absent => 2,
        AttendanceState::Present | AttendanceState::Failed => 3,
        AttendanceState::Passed => 4,
    }
}

/// The one sentence and the one button.
fn next(req: &Req, home: &Home, errors: &[FieldError]) -> (String, Markup) {
    let session = &home.session;
    let go = |step: &str, label: &str| html! { p.actions { a.button.primary href=(address(req, step)) { (label) } } };
    if session.state == SessionState::Cancelled {
        return (format!("本次培训已取消：{}。", session.cancel_reason), html! {});
    }
    match home.attendance.state {
        AttendanceState::Invited => ("请答复是否参加这次免费培训。".into(), go("answer", "答复邀请")),
        AttendanceState::Declined => {
            ("您已答复不参加。改变主意的，可以重新答复。".into(), go("answer", "重新答复"))
        }
        AttendanceState::Waiting => waits(home, &go),
        AttendanceState::Withdrawn => ("本次邀请已撤回，不需要参加。有疑问请联系服务机构。".into(), html! {}),
        AttendanceState::Accepted => accepted(req, home, &go, errors),
        AttendanceState::Present | AttendanceState::Failed if home.examining => {
            ("考试正在进行，请在时间到以前答完、交卷。".into(), go("exam", "继续考试"))
        }
        AttendanceState::Present => {
            let sentence = format!("您已签到。听完课后，请参加结业考试，共{}题。", home.questions);
            (sentence, go("exam", "参加考试"))
        }
        AttendanceState::Failed => ("这次考试没有合格，按规定可以再考。".into(), go("exam", "再考一次")),
        AttendanceState::Passed => {
            ("您已考试合格，请保存培训证明。".into(), go("certificate.pdf", "下载培训证明"))
        }
        AttendanceState::Absent => ("您没有参加这次培训，请联系服务机构安排其他场次。".into(), html! {}),
    }
}

/// Where an enterprise stands that waits for a seat.
fn waits(home: &Home, go: &dyn Fn(&str, &str) -> Markup) -> (String, Markup) {
    match home.place {
        Some(place) => (
            format!(
                "名额已满，您排在候补第{place}位。有名额空出时会按顺序给您，并马上通知您，请留意短信和本页。"
            ),
            go("answer", "修改答复"),
        ),
        None => (
            "这场培训名额已满，您收到的是候补邀请。愿意参加的请先答复，有名额空出时按答复的先后给您。".into(),
            go("answer", "答复邀请"),
        ),
    }
}

fn accepted(
    req: &Req,
    home: &Home,
    go: &dyn Fn(&str, &str) -> Markup,
    errors: &[FieldError],
) -> (String, Markup) {
    let open = open_commitments(home);
    if open > 0 {
        let sentence = format!("请打印信用修复承诺书，盖章后拍照上传，还差{open}份。");
        return (sentence, go("commitment", "办理承诺书"));
    }
    if home.session.is_left_open(req.app.clock.today()) {
        let sentence = format!(
            "培训已在{}举行，现在不能再签到。当天到场而没有登记的，请联系{}补录。",
            home.session.held_on, home.agency
        );
        return (sentence, html! {});
    }
    if home.session.state == SessionState::Open {
        let button = link_roll::code_form(req, home, Mark::CheckIn, errors);
        return ("培训正在进行，请签到。".into(), button);
    }
    let place = if home.session.place.is_empty() { "线上" } else { &home.session.place };
    (format!("准备好了。请于{}到{place}参加培训，当天打开本页签到。", home.time), html! {})
}

fn others(req: &Req, home: &Home) -> Markup {
    let found = &home.attendance;
    let answerable = matches!(found.state, AttendanceState::Accepted | AttendanceState::Declined)
        && matches!(home.session.state, SessionState::Published | SessionState::Open);
    html! {
        ul.ways {
            @if answerable { li { a href=(address(req, "answer")) { "修改答复" } } }
            li {
                a href=(address(req, "commitment")) {
                    "查看承诺书" small { "已签" (home.owed.signed.min(home.owed.needed)) "份，应签" (home.owed.needed) "份" }
                }
            }
            li { a href=(address(req, "records")) { "我的处罚信息" small { "每条到哪一步、下一步做什么" } } }
            li { a href=(address(req, "situation")) { "说明失信原因和整改情况" } }
            li { a href=(address(req, "particulars")) { "更正联系人、电话和地址" } }
            li { a href=(address(req, "appeal")) { "提出异议和申诉" small { "处罚信息不对，或对退回、决定不服" } } }
        }
        (free_of_charge::panel(req, home))
        @if !home.reported.is_empty() {
            p.hint { "您反映的情况已经转给属地信用办和市信用办核实。" }
        }
        @if home.may_rate { p { a href=(address(req, "feedback")) { "评价这场培训" } } }
        p { a href=(address(req, "report")) { "被收了费用或遇到推销？请在这里反映" } }
    }
}

fn answer_form(req: &Req) -> PageResult {
    let (actor, found) = guest(req)?;
    let home = invitations::home(&req.app, &actor, found.id)?;
    let attending = match found.state {
        AttendanceState::Declined => "no",
        AttendanceState::Accepted => "yes",
        AttendanceState::Waiting if home.place.is_some() => "yes",
        _ => "",
    };
    let attendee =
        if found.attendee.is_empty() { home.legal_representative.clone() } else { found.attendee.clone() };
    let answered = found.answered_at.is_some();
    let values = Form::default()
        .with("attending", attending)
        .with("willingness", if answered { found.willingness.code() } else { "" })
        .with("attendee", attendee)
        .with("capacity", found.capacity.map_or("", Capacity::code))
        .with("representative", invitations::said_representative(&req.app, &actor, found.id)?);
    Ok(Reply::Page(200, layout::phone("答复邀请", &req.flash, &answer_body(req, &home, &values, &[]))))
}

fn answer_body(req: &Req, home: &Home, values: &Form, errors: &[FieldError]) -> Markup {
    let attending = [("yes".to_owned(), "参加".to_owned()), ("no".to_owned(), "不参加".to_owned())];
    let willingness = ui::choices(Willingness::ALL);
    let capacities = ui::choices(Capacity::ALL);
    html! {
        p.whose { (home.enterprise) }
        h1 { "答复邀请" }
        p { (home.session.title) "，" (home.time) }
        (ui::errors(errors))
        form.form method="post" action=(address(req, "answer")) novalidate {
            (ui::select(values, "attending", "是否参加", &attending, errors))
            (ui::select(values, "willingness", "是否愿意修复信用", &willingness, errors))
            (ui::field(values, "attendee", "参加人姓名", "不参加的不用填", errors))
            (ui::select(values, "capacity", "参加人身份", &capacities, errors))
            (ui::field(values, "representative", "现任法定代表人", &registered(home), errors))
            (ui::button("提交答复"))
        }
        p.back { a href=(address(req, "")) { "返回首页" } }
    }
}

/// Who is on record as the legal representative.
fn registered(home: &Home) -> String {
    match home.legal_representative.as_str() {
        "" => "登记信息里没有，知道的请填写".to_owned(),
        known => format!("登记的是{known}；没有变更的不用填"),
    }
}

fn answer(req: &Req) -> PageResult {
    let (actor, found) = guest(req)?;
    let mut fields = req.fields();
    let attending = req.form.text("attending");
    if attending != "yes" && attending != "no" {
        fields.fault("attending", "请选择是否参加".into());
    }
    let willingness = fields.coded("willingness", "是否愿意修复信用", Willingness::from_code);
    let command = Answer {
        attending: attending == "yes",
        willingness: willingness.unwrap_or(Willingness::Undecided),
        attendee: fields.text("attendee"),
        capacity: Capacity::from_code(&fields.text("capacity")),
        representative: fields.text("representative"),
    };
    match fields.check().and_then(|()| invitations::answer(&req.app, &actor, found.id, &command)) {
        Ok(()) => Ok(req.see(address(req, ""), "已收到您的答复")),
        Err(refusal) => {
            let errors = refusal.into_errors("attending")?;
            let home = invitations::home(&req.app, &actor, found.id)?;
            let body = answer_body(req, &home, &req.form, &errors);
            Ok(Reply::Page(422, layout::phone("答复邀请", "", &body)))
        }
    }
}
