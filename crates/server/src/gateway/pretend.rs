//! The demo's gateway: it sends nothing anywhere, takes everything, and says a minute later that it arrived.

use std::sync::{Mutex, PoisonError};

use xinxiu_domain::message::Channel;
use xinxiu_workflow::messages::{Outgoing, Receipt};

/// What it was given since it was last asked.
#[derive(Debug, Default)]
pub(super) struct Pretend(Mutex<Vec<(Channel, String)>>);

impl Pretend {
    pub fn send(&self, message: &Outgoing) {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        taken.push((message.channel, message.reference.clone()));
    }

    pub fn collect(&self) -> Vec<(Channel, Receipt)> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let delivered = |name| Receipt { name, is_delivered: true, problem: String::new() };
        taken.drain(..).map(|(channel, name)| (channel, delivered(name))).collect()
    }
}
