//! The page of one session: where it stands, what is missing, what to do next.

use std::cmp::Ordering;

use jiff::civil::Date;
use maud::{Markup, html};
use xinxiu_domain::actor::Action;
use xinxiu_domain::attendance::AttendanceState;
use xinxiu_domain::id::{AttendanceId, SessionId};
use xinxiu_domain::session::SessionState;
use xinxiu_store::waiting::Place;
use xinxiu_workflow::clock::shanghai_minute;
use xinxiu_workflow::sessions::{self, Shown};
use xinxiu_workflow::{FieldError, Refusal, invitations, roll_call};

use super::{agenda, calendar, change, materials, roster, state, steps};
use crate::web::reply::{PageError, PageResult};
use crate::web::request::{Form, Req};
use crate::web::ui;

/// A form of the page that was refused, to be shown again with what was typed.
pub(super) struct Refused {
    /// The step: the last part of the form's address.
    pub step: &'static str,
    /// The enterprise's place in the roll, for a form that stands there.
    pub of: Option<AttendanceId>,
    /// What was wrong.
    pub errors: Vec<FieldError>,
}

impl Refused {
    /// What was typed into the form of a step, and what was wrong with it; nothing for every other form.
    pub fn form(&self, req: &Req, step: &str, of: Option<AttendanceId>) -> (Form, &[FieldError]) {
        if self.step == step && self.of == of {
            (req.form.clone(), &self.errors)
        } else {
            (Form::default(), &[])
        }
    }

    /// Whether the form of a step was refused.
    pub fn is(&self, step: &str) -> bool {
        self.step == step
    }
}

pub(super) fn show(req: &Req) -> PageResult {
    let none = Refused { step: "", of: None, errors: Vec::new() };
    let (title, body) = body(req, req.id("id")?, &none)?;
    Ok(req.page(&title, body))
}

/// The page again after a step was refused, with the messages beside what was typed. `field` takes what
/// belongs to no field of its own.
pub(super) fn again(
    req: &Req,
    id: SessionId,
    (step, of): (&'static str, Option<AttendanceId>),
    (refusal, field): (Refusal, &str),
) -> PageResult {
    let errors = refusal.into_errors(field)?;
    let (title, body) = body(req, id, &Refused { step, of, errors })?;
    Ok(req.again(&title, body))
}

fn body(req: &Req, id: SessionId, refused: &Refused) -> Result<(String, Markup), PageError> {
    let shown = sessions::show(&req.app, req.actor()?, id)?;
    let session = &shown.session;
    let now = match session.state {
        SessionState::Planned | SessionState::Cancelled => 0,
        SessionState::Published => 1,
        SessionState::Open => 2,
        SessionState::Closed => 4,
    };
    let rolls_first = matches!(session.state, SessionState::Open | SessionState::Closed);
    let presences = roll_call::roll(&req.app, req.actor()?, id)?;
    let roll = ui::panel("参训企业", &roster::roster(req, &shown, &presences, refused));
    let body = html! {
        h1 { (session.title) }
        (ui::errors(&refused.errors))
        p { (state(session.state)) }
        @if session.state == SessionState::Cancelled {
            p.warning { "已取消：" (session.cancel_reason) }
        } @else {
            (ui::steps(&["编制", "邀请企业", "签到", "结束"], now))
        }
        (calendar::conflicts(&shown.conflicts))
        (change::history(&sessions::changes(&req.app, req.actor()?, id)?, req.actor()?.has(Action::Contact)))
        (next(req, &shown, refused))
        // On the day and after it, the roll is what people come for.
        @if rolls_first { (roll) }
        (line(&invitations::line(&req.app, req.actor()?, id)?))
        (ui::panel("场次安排", &facts(&shown)))
        (agenda::panel(req, &shown))
        (ui::panel("培训资料", &materials::panel(req, &shown, refused)))
        @if !rolls_first { (roll) }
    };
    Ok((session.title.clone(), body))
}

/// Those who wait for a seat, first to last.
fn line(line: &[(usize, Place)]) -> Markup {
    let rows: Vec<Vec<Markup>> = line
        .iter()
        .map(|(position, place)| {
            vec![
                html! { (position) },
                html! { a href={ "/enterprises/" (place.enterprise) } { (place.name) } },
                html! { (shanghai_minute(place.since)) },
            ]
        })
        .collect();
    html! {
        @if !rows.is_empty() {
            (ui::panel("候补名单", &html! {
                p { "有名额空出时按顺序自动递补，并通知企业。" }
                (ui::table("候补名单", &["#顺序", "企业", "答复参加的时间"], &rows))
            }))
        }
    }
}

pub(super) fn may(req: &Req, shown: &Shown, action: Action) -> bool {
    req.signed_in.as_ref().is_some_and(|signed_in| signed_in.actor.may(action, &shown.concerns))
}

fn facts(shown: &Shown) -> Markup {
    let session = &shown.session;
    let lecturer = html! {
        (session.lecturer)
        @if !session.lecturer_reason.is_empty() { "（非分管负责人，原因：" (session.lecturer_reason) "）" }
    };
    ui::facts(&[
        ("培训班", html! { (shown.class.name) }),
        ("服务机构", html! { (shown.class.agency_name) }),
        ("组织单位", html! { (shown.class.organiser_name) }),
        ("时间", html! { (session.held_on) " " (session.starts_at) "—" (session.ends_at) }),
        ("形式", html! { (session.mode) }),
        ("地点", html! { (session.place) }),
        ("会议链接", html! { (session.link) }),
        (
            "学时",
            html! { (session.class_hours) "学时" @if shown.agenda.is_empty() { "（编制时填报，没有日程）" } },
        ),
        ("名额", html! { "已占" (shown.taken) "个，共" (session.capacity) "个" }),
        ("主讲人（第一模块）", lecturer),
        (
            "培训内容",
            html! { (session.modules.iter().map(|module| module.label()).collect::<Vec<_>>().join("、")) },
        ),
        (
            "培训方式",
            html! { (session.methods.iter().map(|method| method.label()).collect::<Vec<_>>().join("、")) },
        ),
        (
            "移动端联系群",
            html! { (session.contact_group) " " a href={ "/sessions/" (session.id) "/group" } { "入群方式和公告" } },
        ),
        ("通知文号", html! { (session.notice_number) }),
        (
            "公益性确认",
            html! { @if !session.content_confirmed_by.is_empty() { (session.content_confirmed_by) "确认不收费、无商业宣传" } },
        ),
        ("发布", html! { @if let Some(day) = session.published_on { (day) " " (session.published_by) } }),
    ])
}

fn next(req: &Req, shown: &Shown, refused: &Refused) -> Markup {
    let (session, id) = (&shown.session, shown.session.id);
    let at = |step: &str| format!("/sessions/{id}/{step}");
    let published = matches!(session.state, SessionState::Published | SessionState::Open);
    let mut papers = vec![(at("notice.pdf"), "培训通知（PDF）"), (at("notice.docx"), "培训通知（DOCX）")];
    if may(req, shown, Action::RunSession) {
        papers.push((at("sign-in-sheet.pdf"), "签到表（PDF）"));
    }
    let passed = shown.roster.iter().filter(|line| line.attendance.state == AttendanceState::Passed).count();
    if passed > shown.without_certificate {
        papers.push((at("certificates.pdf"), "全部培训证明（PDF）"));
    }
    let said = matches!(session.state, SessionState::Open | SessionState::Closed);
    let is_full = published && shown.taken >= i64::from(session.capacity);
    let downloads = published || session.state == SessionState::Closed;
    let (cancelling, errors) = refused.form(req, "cancel", None);
    html! {
        section.panel {
            h2 { "下一步" }
            @match session.state {
                SessionState::Planned => (planned(req, shown, refused)),
                SessionState::Published => p { (before_the_doors(session.held_on, req.app.clock.today())) },
                SessionState::Open => {
                    @let left_open = session.is_left_open(req.app.clock.today());
                    @if left_open { (steps::left_open(session.held_on)) }
                    @else { p { "正在签到。企业打开个人链接，输入会场大屏上的签到码自行签到、签退；没有手机的由工作人员点名。" } }
                    @if may(req, shown, Action::RunSession) {
                        p.actions {
                            a.button.primary[!left_open] href=(at("roll")) { "点名" }
                            @if !left_open { a.button href=(at("hall")) { "会场大屏签到码" } }
                            a.button.primary[left_open] href=(at("sheet")) { "补录纸质签到表" }
                            a.button href=(at("scores")) { "录入纸质考试成绩" }
                        }
                        (ui::confirm(req, &at("close"), "结束培训", "结束后，没有签到的企业记为缺席，不能再签到、签退和补录。仍在场的企业请先在点名页签退，否则听课时长不明。", &html! {}))
                    }
                }
                SessionState::Closed => {
                    p { "培训已结束。请督促参训企业完成结业考试和信用修复申请。" }
                    @if may(req, shown, Action::RunSession) {
                        p.actions { a.button href=(at("scores")) { "录入纸质考试成绩" } }
                    }
                }
                SessionState::Cancelled => { p { "本场次已取消，请另行编制场次。" } }
            }
            @if published {
                @if is_full { p { "名额已满。再邀请的企业列为候补；有企业不来、撤回邀请或增加名额时，按先后自动递补。" } }
                p.actions {
                    @if req.actor().is_ok_and(|actor| actor.has(Action::Contact)) { a.button href=(at("calling")) { "通知台账" } }
                    @if may(req, shown, Action::Invite) { a.button.primary href=(at("invite")) { @if is_full { "邀请候补企业" } @else { "邀请企业" } } }
                    @if session.state == SessionState::Published
                        && session.held_on <= req.app.clock.today()
                        && may(req, shown, Action::RunSession) {
                        (ui::post_button(req, &at("open"), "开始签到"))
                    }
                }
            }
            @if published || session.state == SessionState::Closed { p { a href=(at("matching")) { "现场对接安排" } } }
            @if session.state != SessionState::Cancelled {
                p { a href=(at("content")) { "公益性和内容检查" } @if !shown.doubtful.is_empty() { " " (ui::badge("due", &format!("{}处待说明", shown.doubtful.len()))) } }
            }
            @if said { p { a href=(at("feedback")) { "企业对本场培训的评价" } } }
            @if downloads { (ui::download_bar(&papers)) }
            @if shown.without_certificate > 0 && may(req, shown, Action::RunSession) {
                p { "有" (shown.without_certificate) "家企业考试合格但还没有出具培训证明。" }
                (ui::post_button(req, &at("certificates"), "出具培训证明"))
            }
            @if session.state == SessionState::Published && may(req, shown, Action::PublishSession) {
                p { a href=(at("change")) { "变更时间、地点或名额" } }
            }
            @if matches!(session.state, SessionState::Planned | SessionState::Published)
                && may(req, shown, Action::PublishSession) {
                (ui::confirm_again(req, &at("cancel"), "取消场次", "取消后不能恢复；已邀请的企业打开个人链接会看到取消的原因。", refused.is("cancel"), &html! {
                    (ui::field(&cancelling, "reason", "取消的原因", "", errors))
                }))
            }
        }
    }
}

/// What can be done before the doors open, and when they will.
fn before_the_doors(held_on: Date, today: Date) -> String {
    match held_on.cmp(&today) {
        Ordering::Greater => {
            format!("现在可以邀请企业。培训当天（{held_on}）才能开始签到，到时这里会有“开始签到”。")
        }
        Ordering::Equal => "今天培训，可以开始签到。".to_owned(),
        Ordering::Less => {
            format!("培训日期（{held_on}）已过，还没有开始签到；培训确已举行的，请补登签到后结束培训。")
        }
    }
}

fn planned(req: &Req, shown: &Shown, refused: &Refused) -> Markup {
    let at = |step: &str| format!("/sessions/{}/{step}", shown.session.id);
    let (mut values, errors) = refused.form(req, "publish", None);
    if !refused.is("publish") {
        values = values.with("lecturer_reason", &shown.session.lecturer_reason);
    }
    html! {
        @if shown.gaps.is_empty() {
            p { "内容已齐，等待组织单位发布。" }
        } @else {
            p { "发布前还差：" }
            ul.missing { @for gap in &shown.gaps { li { (gap.message) " " (ui::basis(gap.basis)) } } }
        }
        @if may(req, shown, Action::PlanSession) {
            p.actions {
                a.button href=(at("edit")) { "修改场次" }
                a.button href=(at("agenda")) { "编排日程" }
                @if shown.gaps.iter().any(|gap| gap.code == "material") {
                    (ui::post_button(req, &at("outline"), "使用内置提纲"))
                }
            }
        }
        @if may(req, shown, Action::PublishSession) {
            (ui::form(req, &at("publish"), &html! {
                h3 { "发布场次" }
                (ui::field(&values, "notice_number", "通知文号", "例如 示信用函〔2022〕3号", errors))
                (ui::tick(&values, "by_deputy_head", "第一模块由属地信用办分管负责人宣讲", errors))
                (ui::field(&values, "lecturer_reason", "由他人宣讲的原因", "由分管负责人宣讲的不填", errors))
                (ui::field(&values, "confirmed_by", "公益性确认人姓名", "确认不收取任何费用，没有商业宣传和与培训无关的内容；已在“公益性和内容检查”中逐项确认的不填", errors))
                (ui::button("发布场次"))
            }))
        }
    }
}
