//! Times as FHIR writes them, and as a French reader does.

use jiff::Timestamp as Moment;
use teranga_clinic::time::Timestamp;

/// The last time that FHIR can write with four figures for the year: the end of 9999, which the calendar does not quite reach.
const LAST_MS: i64 = 253_402_207_200_000;

/// A time as `2026-11-29T21:05:00.250Z` (datatypes dateTime and instant).
pub fn instant(at: Timestamp) -> String {
    written(at, "%Y-%m-%dT%H:%M:%S.%3fZ")
}

/// A time as people read it, as `29/11/2026 à 21:05 UTC`. Dakar has the time of UTC.
pub fn french_moment(at: Timestamp) -> String {
    written(at, "%d/%m/%Y à %H:%M UTC")
}

fn written(at: Timestamp, form: &str) -> String {
    let ms = i64::try_from(at.0).unwrap_or(LAST_MS).min(LAST_MS);
    let moment = Moment::from_millisecond(ms).unwrap_or_default();
    moment.strftime(form).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_to_the_millisecond_and_every_time_can_be() {
        assert_eq!(instant(Timestamp(1_800_000_000_250)), "2027-01-15T08:00:00.250Z");
        assert_eq!(french_moment(Timestamp(1_800_000_000_250)), "15/01/2027 à 08:00 UTC");
        assert_eq!(instant(Timestamp(0)), "1970-01-01T00:00:00.000Z");
        assert!(instant(Timestamp(u64::MAX)).starts_with("9999-12-30T"));
    }
}
