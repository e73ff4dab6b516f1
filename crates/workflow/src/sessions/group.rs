//! The contact group of a session (移动端联系群, N17): how one joins it, how many have, and what is said to all.

use jiff::civil::Date;
use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::attendance::AttendanceState;
use xinxiu_domain::calling::Purpose;
use xinxiu_domain::id::{AttendanceId, SessionId};
use xinxiu_domain::session::SessionState;
use xinxiu_domain::text::tidy;
use xinxiu_store::files::{self, Kept, StoredFile};
use xinxiu_store::session::Session;
use xinxiu_store::session_group::{self, Announcement, Group};
use xinxiu_store::{StoreError, attendance, concerns, session};

use super::{loaded, not_now, record};
use crate::app::{App, View};
use crate::refusal::{FieldError, Refusal};
use crate::{invitations, messages};

/// Longest announcement, in characters.
const LONGEST: usize = 500;

/// A session's group with what was said in it.
#[derive(Debug, Clone)]
pub struct ShownGroup {
    /// The session.
    pub session: Session,
    /// The group.
    pub group: Group,
    /// What was said, newest first; for an enterprise without what was taken back.
    pub announcements: Vec<Announcement>,
    /// Enterprises that said that they come: whom to expect in the group.
    pub expected: u32,
}

/// The group of a session, for those who see the session.
///
/// # Errors
/// [`Refusal::Forbidden`].
pub fn group(app: &App, actor: &Actor, id: SessionId) -> Result<ShownGroup, Refusal> {
    app.view(actor, |view| {
        view.must(Action::ViewSession, &concerns::of_session(view.tx, id)?)?;
        shown(view, id, session_group::announcements(view.tx, id)?)
    })
}

/// The group of the session to which an enterprise is invited.
///
/// # Errors
/// [`Refusal::Forbidden`] for anybody but the enterprise.
pub fn own_group(app: &App, actor: &Actor, id: AttendanceId) -> Result<ShownGroup, Refusal> {
    app.view(actor, |view| {
        let found = invitations::own(view.tx, actor, id)?;
        let announcements = standing_announcements(view, found.session)?;
        shown(view, found.session, announcements)
    })
}

/// What was said to all of a session and not taken back, newest first.
pub(crate) fn standing_announcements(view: &View<'_>, id: SessionId) -> Result<Vec<Announcement>, Refusal> {
    let mut all = session_group::announcements(view.tx, id)?;
    all.retain(|one| !one.is_withdrawn);
    Ok(all)
}

fn shown(view: &View<'_>, id: SessionId, announcements: Vec<Announcement>) -> Result<ShownGroup, Refusal> {
    Ok(ShownGroup {
        session: session::load(view.tx, id)?,
        group: session_group::of_session(view.tx, id)?,
        announcements,
        expected: attendance::accepted(view.tx, id)?,
    })
}

/// The picture of a group's QR code, for those to whom the group is shown.
///
/// # Errors
/// [`StoreError::NotFound`] where there is none.
pub fn group_picture(app: &App, shown: &ShownGroup) -> Result<StoredFile, Refusal> {
    let none = || StoreError::NotFound("群二维码", shown.session.id.to_string());
    let file = shown.group.picture.ok_or_else(none)?;
    Ok(app.store.db.read(|tx| files::load(tx, file))?)
}

/// What those who run a session say of its group.
#[derive(Debug, Clone)]
pub struct KeepGroup {
    /// Address that leads into the group.
    pub link: String,
    /// A new picture with name and media type; without one the old picture stays.
    pub picture: Option<(Kept, String, String)>,
    /// Last day on which the picture works.
    pub picture_until: Option<Date>,
    /// Members.
    pub members: Option<u32>,
    /// Version that the form was filled from.
    pub version: i64,
}

/// Keeps what is said of the group.
///
/// # Errors
/// [`Refusal::Invalid`] for an address or picture that cannot be used; a conflict where somebody else changed it meanwhile;
/// [`Refusal::Illegal`] once the session is cancelled.
pub fn keep_group(app: &App, actor: &Actor, id: SessionId, command: &KeepGroup) -> Result<(), Refusal> {
    let link = tidy(&command.link);
    check(&link, command)?;
    app.step(actor, |step| {
        let (held, _) = loaded(step, Action::RunSession, id)?;
        if held.state == SessionState::Cancelled {
            return Err(not_now(held.state, "维护联系群"));
        }
        let before = session_group::of_session(step.tx, id)?;
        let mut picture = before.picture;
        if let Some((kept, name, media_type)) = &command.picture {
            picture = Some(step.file(kept, name, media_type)?);
        }
        let is_counted = command.members.is_some() && command.members != before.members;
        let group = Group {
            link,
            picture,
            picture_until: command.picture_until,
            members: command.members,
            counted_on: if is_counted { Some(step.today) } else { before.counted_on },
            kept_by: actor.name.clone(),
            version: command.version,
        };
        session_group::save(step.tx, id, &group)?;
        let summary = format!("维护培训场次「{}」的联系群", held.title);
        record(step, "session.group", id, summary, serde_json::json!({ "members": group.members }))
    })
}

fn check(link: &str, command: &KeepGroup) -> Result<(), Refusal> {
    let mut errors = Vec::new();
    let mut fault = |field: &str, message: &str| {
        errors.push(FieldError { field: field.to_owned(), message: message.to_owned() });
    };
    if !link.is_empty() && !link.starts_with("https://") && !link.starts_with("http://") {
        fault("group_link", "入群链接应以 https:// 或 http:// 开头");
    }
    let is_picture = |media_type: &str| matches!(media_type, "image/png" | "image/jpeg");
    if command.picture.as_ref().is_some_and(|(_, _, media_type)| !is_picture(media_type)) {
        fault("picture", "群二维码应为 JPG 或 PNG 图片，请截图后上传");
    }
    if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid(errors)) }
}

/// Says something to every enterprise of a session: it stands on top of the page behind each personal link. With `push`
/// those who come are told by a message that there is something to read. Returns how many messages wait.
///
/// # Errors
/// [`Refusal::Invalid`] without words or with too many; [`Refusal::Illegal`] before the session is published and once it is
/// cancelled.
pub fn announce(app: &App, actor: &Actor, id: SessionId, text: &str, push: bool) -> Result<usize, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::invalid("announcement", "请填写公告内容"));
    }
    let length = text.chars().count();
    if length > LONGEST {
        return Err(Refusal::invalid("announcement", format!("公告不能超过{LONGEST}个字，现为{length}个字")));
    }
    app.step(actor, |step| {
        let (held, _) = loaded(step, Action::RunSession, id)?;
        if matches!(held.state, SessionState::Planned | SessionState::Cancelled) {
            return Err(not_now(held.state, "发布公告"));
        }
        let made = session_group::announce(step.tx, id, text, (&actor.name, step.moment()))?;
        let summary = format!("在培训场次「{}」发布公告", held.title);
        record(
            step,
            "session.announce",
            id,
            summary,
            serde_json::json!({ "announcement": made, "text": text, "pushed": push }),
        )?;
        if !push {
            return Ok(0);
        }
        let whom = (Purpose::Announced, format!("announcement-{made}"));
        Ok(messages::notify(step, &held, whom, |line| comes(line.state))?.count)
    })
}

/// Who gets what is said of a session: whoever said that it comes, or came.
const fn comes(state: AttendanceState) -> bool {
    matches!(
        state,
        AttendanceState::Accepted
            | AttendanceState::Present
            | AttendanceState::Failed
            | AttendanceState::Passed
    )
}

/// Takes an announcement back: enterprises see it no more, those who run the session still do.
///
/// # Errors
/// A conflict where it was taken back before; [`Refusal::Forbidden`].
pub fn withdraw_announcement(
    app: &App,
    actor: &Actor,
    id: SessionId,
    announcement: i64,
) -> Result<(), Refusal> {
    app.step(actor, |step| {
        let (held, _) = loaded(step, Action::RunSession, id)?;
        session_group::withdraw(step.tx, id, announcement, step.now)?;
        let summary = format!("撤回培训场次「{}」的公告", held.title);
        record(
            step,
            "session.announcement_back",
            id,
            summary,
            serde_json::json!({ "announcement": announcement }),
        )
    })
}
