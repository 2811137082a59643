//! The country's time zone: from local date and time to an instant and back. The rules of all zones are part of the program, so a
//! server without a zone database on its disk computes the same duties.

use crate::time::Timestamp;
use jiff::{
    civil::DateTime,
    tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase},
};

/// A time zone of the IANA database. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// The zone of this name, as `Africa/Dakar`; none if the database has no such name.
    pub fn named(name: &str) -> Option<Self> {
        TimeZoneDatabase::bundled().get(name).ok().map(Self)
    }

    /// The local date and time of an instant. An instant after the year 9999 counts as its end.
    pub fn local(&self, at: Timestamp) -> DateTime {
        self.0.to_datetime(instant(at))
    }

    /// The instant of a local date and time. A time that comes twice, because clocks go back, is its first occurrence. A time that
    /// clocks skip is the moment at which they skip it. So a later local time is never an earlier instant, and slots that follow
    /// each other on a clock follow each other in time.
    pub fn instant_of(&self, local: DateTime) -> Timestamp {
        let ambiguous = self.0.to_ambiguous_timestamp(local);
        let found = match ambiguous.offset() {
            AmbiguousOffset::Gap { before, .. } => {
                before.to_timestamp(local).map(|late| self.last_change(late))
            }
            _ => ambiguous.compatible(),
        };
        let end = if local.year() < 1970 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
        let ms = found.unwrap_or(end).as_millisecond();
        Timestamp(u64::try_from(ms).unwrap_or_default())
    }

    /// The last change of the zone's offset at or before an instant.
    fn last_change(&self, at: jiff::Timestamp) -> jiff::Timestamp {
        let after = at.checked_add(jiff::SignedDuration::from_nanos(1)).unwrap_or(at);
        self.0.preceding(after).next().map_or(at, |change| change.timestamp())
    }
}

fn instant(at: Timestamp) -> jiff::Timestamp {
    let ms = i64::try_from(at.0).unwrap_or(i64::MAX);
    jiff::Timestamp::from_millisecond(ms).unwrap_or(jiff::Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(zone: &str, local: &str) -> String {
        let zone = Zone::named(zone).unwrap();
        let found = zone.instant_of(local.parse().unwrap());
        instant(found).to_string()
    }

    #[test]
    fn dakar_keeps_universal_time() {
        assert_eq!(at("Africa/Dakar", "2026-11-28T20:00"), "2026-11-28T20:00:00Z");
        assert_eq!(Zone::named("Africa/Nowhere"), None);
    }

    #[test]
    fn a_time_that_comes_twice_is_the_first_and_one_that_is_skipped_is_the_skip() {
        assert_eq!(at("Europe/Paris", "2026-10-25T02:30"), "2026-10-25T00:30:00Z");
        assert_eq!(at("Europe/Paris", "2026-10-25T03:00"), "2026-10-25T02:00:00Z");
        assert_eq!(at("Europe/Paris", "2026-03-29T02:00"), "2026-03-29T01:00:00Z");
        assert_eq!(at("Europe/Paris", "2026-03-29T02:45"), "2026-03-29T01:00:00Z");
        assert_eq!(at("Europe/Paris", "2026-03-29T03:00"), "2026-03-29T01:00:00Z");
        // Samoa skipped a whole day when it crossed the date line.
        assert_eq!(at("Pacific/Apia", "2011-12-30T12:00"), "2011-12-30T10:00:00Z");
    }

    #[test]
    fn the_ends_of_time_are_no_panic() {
        let zone = Zone::named("Europe/Paris").unwrap();
        assert_eq!(zone.local(Timestamp(u64::MAX)).year(), 9999);
        assert_eq!(zone.instant_of(DateTime::MIN), Timestamp(0));
        assert!(zone.instant_of(DateTime::MAX) > Timestamp(0));
    }
}
