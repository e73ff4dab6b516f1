//! The personal links of one enterprise, for those who may give them out (个人链接, N07).

use xinxiu_domain::actor::{Action, Actor};
use xinxiu_domain::attendance::AttendanceState;
use xinxiu_domain::id::EnterpriseId;
use xinxiu_store::attendance::{self, Attendance};
use xinxiu_store::concerns;

use super::token;
use crate::app::App;
use crate::refusal::Refusal;

/// A personal link, by the invitation that it belongs to.
#[derive(Debug, Clone)]
pub struct OwnLink {
    /// The invitation.
    pub attendance: Attendance,
    /// Token of the link; `None` where it is revoked or expired.
    pub token: Option<String>,
}

/// The links of an enterprise in the sessions to which the actor may invite, the newest first; empty for everybody else.
///
/// # Errors
/// What the database says.
pub fn links(app: &App, actor: &Actor, enterprise: EnterpriseId) -> Result<Vec<OwnLink>, Refusal> {
    if !actor.has(Action::Invite) {
        return Ok(Vec::new());
    }
    let now = app.clock.now();
    app.view(actor, |view| {
        let mut links = Vec::new();
        for found in attendance::of_enterprise(view.tx, enterprise)?.into_iter().rev() {
            let whom = concerns::of_session(view.tx, found.session)?;
            if found.state == AttendanceState::Withdrawn || !actor.may(Action::Invite, &whom) {
                continue;
            }
            let works = !found.link_revoked && found.link_expires_at > now;
            let token = if works { Some(token(app, &found)?) } else { None };
            links.push(OwnLink { attendance: found, token });
        }
        Ok(links)
    })
}
