//! Which size of fine (较小、较大、巨额) a record has, where the sector has published thresholds.

use jiff::civil::Date;

use crate::data::Value;
use crate::derived;
use crate::reading::Reading;
use crate::ruleset::Ruleset;

/// Adds the fine-size signals; a fine without a published threshold is of unknown size.
pub(crate) fn derive_fines(reading: &mut Reading<'_>, ruleset: &Ruleset, fine: Option<i64>, day: Date) {
    if ruleset.fines.is_empty() || !reading.has(derived::HAS_FINE) {
        return;
    }
    let minor_below = threshold(reading, ruleset, "minor_below", day);
    let serious_from = threshold(reading, ruleset, "serious_from", day);
    let signal = match (fine, minor_below, serious_from) {
        (Some(fine), Some(limit), _) if fine < limit => derived::FINE_MINOR,
        (Some(fine), _, Some(limit)) if fine >= limit => derived::FINE_SERIOUS,
        (Some(_), Some(_), Some(_)) => derived::FINE_GENERAL,
        (Some(_), Some(_), None) => derived::FINE_ABOVE_MINOR,
        _ => derived::FINE_UNKNOWN,
    };
    reading.insert(signal);
}

/// The sector's own threshold in 分, else the one for all sectors.
fn threshold(reading: &Reading<'_>, ruleset: &Ruleset, key: &str, day: Date) -> Option<i64> {
    let of_key = || ruleset.fines.iter().filter(|tier| tier.parameter.key == key);
    let of_sector = of_key().find(|tier| tier.sector.is_some_and(|sector| reading.has(sector)));
    let tier = of_sector.or_else(|| of_key().find(|tier| tier.sector.is_none()))?;
    match tier.parameter.on(day)?.value {
        Some(Value::Number(fen)) => Some(fen),
        _ => None,
    }
}
