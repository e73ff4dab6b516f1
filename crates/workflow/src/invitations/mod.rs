//! Invitations (邀请) and the personal links behind which an enterprise answers without an account
//! (N07, N08, N18).

use xinxiu_domain::actor::{Action, Actor, Role};
use xinxiu_domain::id::AttendanceId;
use xinxiu_store::attendance::{self, Attendance};
use xinxiu_store::{StoreError, Tx, concerns, enterprise};

use crate::app::App;
use crate::refusal::Refusal;
use crate::token::{Kind, claimed, is_same};

mod answer;
mod authorisation;
mod invite;
mod links;
mod progress;
mod report;
mod waiting;

pub(crate) use answer::record;
pub use answer::{Answer, Home, answer, home, said_representative};
pub use authorisation::{authorisation_file, authorisations, authorise, needs_authorisation};
pub use invite::{
    Letter, Outcome, candidate_page, candidates, invite, invite_filtered, invite_to_wait, letter, reissue,
    revoke,
};
pub use links::{OwnLink, links};
pub use progress::Repair;
pub use report::{REPORTABLE, Report, report};
pub(crate) use waiting::{fill, hold_seats};
pub use waiting::{line, withdraw};

/// A link has 160 bits of its signature.
const LINK: Kind = Kind { purpose: "invitation", digits: 40 };

/// The attendance, for the enterprise itself and nobody else.
pub(crate) fn own(tx: &Tx<'_>, actor: &Actor, id: AttendanceId) -> Result<Attendance, Refusal> {
    let found = attendance::load(tx, id)?;
    if actor.may(Action::AnswerInvitation, &concerns::of_enterprise(tx, found.enterprise)?) {
        Ok(found)
    } else {
        Err(Refusal::Forbidden(Action::AnswerInvitation))
    }
}

/// The token of an attendance's personal link, for `/l/{token}`.
///
/// # Errors
/// What the vault says.
pub fn token(app: &App, attendance: &Attendance) -> Result<String, Refusal> {
    LINK.token(app, attendance.id, &attendance.link_nonce)
}

/// Whoever comes through a personal link, and to which attendance it leads.
///
/// # Errors
/// [`StoreError::NotFound`] for every link that is guessed, changed, expired or revoked alike, so that
/// nobody learns which ids exist.
pub fn of_link(app: &App, token: &str) -> Result<(Actor, Attendance), Refusal> {
    let gone = || Refusal::Store(StoreError::NotFound("个人链接", "无效或已过期".into()));
    let id: AttendanceId = claimed(token).ok_or_else(gone)?;
    let now = app.clock.now();
    app.store.db.read(|tx| {
        let found = attendance::find(tx, id)?.ok_or_else(gone)?;
        let good = self::token(app, &found)?;
        if !is_same(&good, token) || found.link_revoked || found.link_expires_at <= now {
            return Err(gone());
        }
        let name = enterprise::load(tx, found.enterprise)?.name;
        let actor = Actor {
            account: None,
            name,
            role: Role::Enterprise,
            org: None,
            enterprise: Some(found.enterprise),
        };
        Ok((actor, found))
    })
}
