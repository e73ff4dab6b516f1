//! Messages to enterprises through the installation's own gateways (消息, N08): queued in the step that causes them, sent by
//! a thread that holds no transaction while it talks to the network, and settled by receipts.

use std::fmt;

use xinxiu_domain::message::Channel;
use xinxiu_domain::sending_hours::SendingHours;

mod bring;
mod hours;
mod manage;
mod queue;
mod receipts;
mod sender;
mod staff;

pub use bring::send_bring_lists;
pub(crate) use bring::{CalledOff, call_off_day};
pub use manage::{Board, Overview, again, board, overview, withdraw};
pub use queue::{Planned, Preview, Queued, preview, send};
pub(crate) use queue::{call_off, notify};
pub use receipts::{receipt_token, receive, receives};
pub use sender::{HEARTBEAT, Sender, send_next};
pub use staff::{Choice, Setting, remind_staff, reminder, set_reminder};

/// What an installation can send, and where enterprises reach it.
#[derive(Debug, Clone, Default)]
pub struct Post {
    /// Whether there is a gateway for short messages.
    pub sms: bool,
    /// Whether there is a server for electronic mail.
    pub email: bool,
    /// Scheme and host of the links in messages.
    pub origin: String,
    /// When short messages may go out; at any time where there are none.
    pub hours: Option<SendingHours>,
}

impl Post {
    /// Whether anything can be sent at all.
    pub const fn is_open(&self) -> bool {
        self.sms || self.email
    }
}

/// A message as a gateway gets it. It is shown without number and words.
#[derive(Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Through which kind of gateway.
    pub channel: Channel,
    /// The same for every attempt, so that a gateway can tell a repetition; receipts name it.
    pub reference: String,
    /// Number or address.
    pub to: String,
    /// What stands above the words in a mail.
    pub subject: String,
    /// The words.
    pub text: String,
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Outgoing({}, {})", self.channel.code(), self.reference)
    }
}

/// Why a gateway did not take a message, in Chinese, without number or words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotSent {
    /// It may take it later: away, busy, or it answered what nobody understands. It may also have taken it.
    Later(String),
    /// It will never reach this number or address.
    Never(String),
}

/// What a gateway says later of a message that it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Our reference or the gateway's id.
    pub name: String,
    /// Whether it arrived.
    pub is_delivered: bool,
    /// Why not.
    pub problem: String,
}

/// The network side: what takes messages.
pub trait Gateway: fmt::Debug + Send + Sync {
    /// Hands a message over, and returns the gateway's own id for it; empty where it has none.
    ///
    /// # Errors
    /// [`NotSent`].
    fn send(&self, message: &Outgoing) -> Result<String, NotSent>;

    /// Asks for receipts, where the gateway does not bring them.
    ///
    /// # Errors
    /// What went wrong, in Chinese.
    fn collect(&self) -> Result<Vec<(Channel, Receipt)>, String> {
        Ok(Vec::new())
    }
}
