//! The roll of a session.

use std::collections::HashMap;

use maud::{Markup, html};
use xinxiu_domain::actor::{Action, Concerns};
use xinxiu_domain::attendance::{AttendanceState, seat_gaps};
use xinxiu_domain::id::AttendanceId;
use xinxiu_domain::presence::{Heard, Presence};
use xinxiu_domain::session::SessionState;
use xinxiu_store::attendance::RosterLine;
use xinxiu_workflow::invitations;
use xinxiu_workflow::sessions::Shown;

use super::roll::heard;
use super::show::Refused;
use crate::web::pages::commitments::count;
use crate::web::request::Req;
use crate::web::ui;

/// How long each enterprise was there.
pub(super) type Presences = HashMap<AttendanceId, Presence>;

/// The roll with each enterprise's answer, commitments, seat and steps.
pub(super) fn roster(req: &Req, shown: &Shown, presences: &Presences, refused: &Refused) -> Markup {
    if shown.roster.is_empty() {
        return ui::empty(
            "这里会列出邀请的企业及其答复、承诺书和签到情况。",
            "场次发布后，由服务机构或组织单位邀请企业。",
        );
    }
    let row = |line: &RosterLine| {
        let presence = presences.get(&line.attendance.id).copied().unwrap_or_default();
        row(req, shown, (line, presence), refused)
    };
    let rows: Vec<_> = shown.roster.iter().map(row).collect();
    let heads = ["企业", "地区", "答复", "参加人", "承诺书", "签到和听课时长", "操作"];
    html! {
        (too_short(shown, presences))
        (ui::table("参训企业", &heads, &rows))
    }
}

/// Who did not hear the class hours stands above the roll once the session is over.
fn too_short(shown: &Shown, presences: &Presences) -> Markup {
    let closed = shown.session.state == SessionState::Closed;
    let lines = shown.roster.iter().filter_map(|line| presences.get(&line.attendance.id));
    let verdicts = lines.map(|presence| presence.verdict(shown.session.class_hours));
    let (short, unknown) = verdicts.fold((0, 0), |(short, unknown), one| match one {
        Heard::TooShort(_) => (short + 1, unknown),
        Heard::Unknown => (short, unknown + 1),
        Heard::Nothing | Heard::Whole => (short, unknown),
    });
    html! {
        @if closed && short + unknown > 0 {
            p.warning {
                @if short > 0 { (short) "家企业听课时长不足" (shown.session.class_hours) "学时。" }
                @if unknown > 0 { (unknown) "家企业没有签退，听课时长不明。" }
                "请在一对一指导时补上没听到的内容。"
            }
        }
    }
}

fn row(
    req: &Req,
    shown: &Shown,
    (line, presence): (&RosterLine, Presence),
    refused: &Refused,
) -> Vec<Markup> {
    let found = &line.attendance;
    vec![
        html! { a href={ "/enterprises/" (found.enterprise) } { (line.name) } },
        html! { (line.county) " " (line.township) },
        html! { (state(found.state)) " " (found.willingness) },
        html! {
            (found.attendee)
            @if let Some(capacity) = found.capacity { "（" (capacity) "）" }
            (in_whose_name(shown, line))
        },
        commitments(line),
        html! {
            @if let Some(at) = found.checked_in_at { (ui::when(at)) " " (heard(presence, shown.session.class_hours, shown.session.is_running(req.app.clock.today()))) }
            @else { "未签到" }
            @if let Some(right) = line.right_answers { " 考试" (right) "题正确" }
        },
        actions(req, shown, line, refused),
    ]
}

/// A deputy's authorisation, and a legal representative who has changed since the record was made.
fn in_whose_name(shown: &Shown, line: &RosterLine) -> Markup {
    let found = &line.attendance;
    let known = shown.in_whose_name.get(&found.id);
    let paper = known.and_then(|known| known.authorisation.as_ref());
    let said = known.map_or("", |known| &known.representative);
    html! {
        @if invitations::needs_authorisation(found) {
            br;
            @match paper {
                Some((_, named)) => {
                    a href={ "/attendances/" (found.id) "/authorisation" } { "授权委托书" }
                    @if *named != found.attendee { " " (ui::badge("due", &format!("委托的是{named}"))) }
                }
                None => (ui::badge("due", "没有授权委托书")),
            }
        }
        @if !said.is_empty() && said != line.legal_representative {
            br;
            a href={ "/enterprises/" (found.enterprise) } { "法定代表人已变更为" (said) }
        }
    }
}

/// An attendance's state as a badge.
pub(super) fn state(state: AttendanceState) -> Markup {
    let tone = match state {
        AttendanceState::Accepted | AttendanceState::Present | AttendanceState::Passed => "good",
        AttendanceState::Invited | AttendanceState::Failed => "due",
        AttendanceState::Waiting => "plain",
        AttendanceState::Declined | AttendanceState::Absent | AttendanceState::Withdrawn => "bad",
    };
    ui::badge(tone, state.label())
}

fn commitments(line: &RosterLine) -> Markup {
    let exception = &line.attendance.exception_reason;
    html! {
        (count(line.owed))
        @if !exception.is_empty() {
            br;
            "例外：" (exception) "（" (line.attendance.exception_by) "）"
        }
    }
}

fn waiting(state: AttendanceState) -> bool {
    matches!(
        state,
        AttendanceState::Invited
            | AttendanceState::Accepted
            | AttendanceState::Declined
            | AttendanceState::Waiting
    )
}

fn actions(req: &Req, shown: &Shown, line: &RosterLine, refused: &Refused) -> Markup {
    let Some(signed_in) = &req.signed_in else { return html! {} };
    let actor = &signed_in.actor;
    let found = &line.attendance;
    let at = |step: &str| format!("/attendances/{}/{step}", found.id);
    let open = shown.session.is_running(req.app.clock.today());
    let (values, errors) = refused.form(req, "exception", Some(found.id));
    let (back, back_errors) = refused.form(req, "withdraw", Some(found.id));
    let gaps = seat_gaps(line.owed.needed, line.owed.signed, &found.exception_reason);
    let over = matches!(shown.session.state, SessionState::Closed | SessionState::Cancelled);
    let organises = actor.may(
        Action::GrantException,
        &Concerns { organisers: shown.concerns.organisers.clone(), ..Concerns::default() },
    );
    let grants = organises || (actor.has(Action::GrantException) && line_of_own_county(req, line));
    html! { div.row-actions {
        @if open && waiting(found.state) && gaps.is_empty() && actor.may(Action::RunSession, &shown.concerns) {
            (ui::post_button(req, &at("check-in"), "登记签到"))
        }
        @if !over && waiting(found.state) && !gaps.is_empty() && grants {
            (ui::confirm_again(req, &at("exception"), "登记例外", "未签齐承诺书而准予参加，须写明原因。", !errors.is_empty(), &html! {
                (ui::field(&values, "exception", "例外的原因", "", errors))
            }))
        }
        @if actor.may(Action::Invite, &shown.concerns) {
            a href=(at("letter")) { "邀请函和个人链接" }
        }
        @if !over && waiting(found.state) && actor.may(Action::Invite, &shown.concerns) {
            (ui::confirm_again(req, &at("withdraw"), "撤回邀请", "名额随即给候补的第一家；企业打开个人链接会看到邀请已撤回。", !back_errors.is_empty(), &html! {
                (ui::field(&back, "back", "撤回的原因", "例如 企业已搬离本市", back_errors))
            }))
        }
        @if !waiting(found.state) && !matches!(found.state, AttendanceState::Absent | AttendanceState::Withdrawn) {
            a href=(at("exam")) { "考试和培训证明" }
        }
    } }
}

/// The roll carries a county by its name; whoever is not entitled is refused by the step itself.
fn line_of_own_county(req: &Req, line: &RosterLine) -> bool {
    req.signed_in.as_ref().is_some_and(|signed_in| {
        !line.county.is_empty() && signed_in.org_name.starts_with(line.county.trim_end_matches("信用办"))
    })
}
