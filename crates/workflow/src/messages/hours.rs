//! When a message goes out: at once, or in the morning where it would ring a phone at night.

use jiff::Timestamp;
use jiff::civil::Date;
use xinxiu_domain::calling::Purpose;
use xinxiu_domain::message::Channel;
use xinxiu_store::moment::{from_shanghai, shanghai};

use crate::app::Step;

/// The earliest moment, `at` or later, for a message on a session. Mail rings no phone; and what changes a session of today
/// or tomorrow would come too late in the morning.
pub(super) fn due(
    step: &Step<'_>,
    (channel, purpose): (Channel, Purpose),
    held_on: Date,
    at: Timestamp,
) -> Timestamp {
    let Some(hours) = step.app.post.hours.filter(|_| channel == Channel::Sms) else { return at };
    let changes =
        matches!(purpose, Purpose::Changed | Purpose::Cancelled | Purpose::Seat | Purpose::CalledOff);
    let soon = step.today.tomorrow().is_ok_and(|tomorrow| held_on <= tomorrow);
    if changes && soon {
        return at;
    }
    from_shanghai(hours.next(shanghai(at))).unwrap_or(at).max(at)
}
