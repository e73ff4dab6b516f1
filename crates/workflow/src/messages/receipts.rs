//! What gateways say later of the messages that they took. A receipt may come twice, late, before the answer to the
//! sending itself, or for a message that is none of ours.

use xinxiu_domain::message::{Channel, MessageAction};
use xinxiu_store::message;

use super::Receipt;
use super::sender::settle;
use crate::app::App;
use crate::refusal::Refusal;
use crate::token::{Kind, claimed, is_same};

/// The address to which a gateway brings its receipts has 160 bits that nobody can guess.
const ADDRESS: Kind = Kind { purpose: "receipts", digits: 40 };
/// Changed here, the addresses of before are worthless.
const EDITION: &str = "1";

/// The last part of the address to which the gateway of a channel brings its receipts.
///
/// # Errors
/// What the vault says.
pub fn receipt_token(app: &App, channel: Channel) -> Result<String, Refusal> {
    ADDRESS.token(app, channel.code(), EDITION)
}

/// For which channel such an address is; `None` for one that is guessed or changed.
///
/// # Errors
/// What the vault says.
pub fn receives(app: &App, token: &str) -> Result<Option<Channel>, Refusal> {
    let channel = claimed::<String>(token).and_then(|code| Channel::from_code(&code));
    let Some(channel) = channel else { return Ok(None) };
    Ok(is_same(&receipt_token(app, channel)?, token).then_some(channel))
}

/// Takes a receipt. Returns whether it changed anything: one that is repeated, or names nothing of ours, does not.
///
/// # Errors
/// What the database says.
pub fn receive(app: &App, channel: Channel, receipt: &Receipt) -> Result<bool, Refusal> {
    let found = app.store.db.read(|tx| message::named(tx, channel, &receipt.name))?;
    let Some(found) = found else { return super::staff::receive(app, channel, receipt) };
    let action = if receipt.is_delivered { MessageAction::Deliver } else { MessageAction::Bounce };
    if !found.state.allows(action) {
        return Ok(false);
    }
    let problem = if receipt.is_delivered { "" } else { receipt.problem.as_str() };
    settle(app, &found, action, (problem, ""))?;
    Ok(true)
}
