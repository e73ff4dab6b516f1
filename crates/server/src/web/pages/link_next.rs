//! The one sentence and the one button of an enterprise's own page: what it does next (下一步做什么, N18).

use maud::{Markup, html};
use xinxiu_domain::attendance::{AttendanceState, seat_gaps};
use xinxiu_domain::presence::Mark;
use xinxiu_domain::session::SessionState;
use xinxiu_workflow::FieldError;
use xinxiu_workflow::invitations::Home;

use super::link::address;
use super::link_roll;
use crate::web::request::Req;

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

fn open_commitments(home: &Home) -> usize {
    let gaps = seat_gaps(home.owed.needed, home.owed.signed, &home.attendance.exception_reason);
    if gaps.is_empty() { 0 } else { home.owed.needed.saturating_sub(home.owed.signed) }
}

/// At which of the five steps an enterprise is.
pub(super) fn step(home: &Home) -> usize {
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
pub(super) fn next(req: &Req, home: &Home, errors: &[FieldError]) -> (String, Markup) {
    pressing(req, home).unwrap_or_else(|| of_session(req, home, errors))
}

/// What the session asks for.
fn of_session(req: &Req, home: &Home, errors: &[FieldError]) -> (String, Markup) {
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
