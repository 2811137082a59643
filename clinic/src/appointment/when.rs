//! Dates of appointments: what a doctor types is a date and a time on the wall of the post, in the country's time zone.

use crate::{rota::Zone, time::Timestamp};
use jiff::{ToSpan, civil};
use serde::{Deserialize, Serialize};

/// The months that an appointment may be ahead.
pub const AHEAD_MONTHS: i32 = 12;

/// The hour of the day before at which people are reminded.
const REMIND_HOUR: i8 = 9;

/// A date and a time on the wall of the post, as a page sends them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct LocalTime {
    /// The date, as `2027-02-28`.
    pub day: String,
    /// The time of the day, as `09:30`.
    pub time: String,
}

/// The reason why nobody can have an appointment at a date and time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateFlaw {
    /// The calendar has no such day, or the day no such time.
    #[error("there is no such day or time")]
    Unreal,
    /// It is over.
    #[error("this time is over")]
    Past,
    /// It is more than [`AHEAD_MONTHS`] ahead.
    #[error("this is more than a year ahead")]
    Far,
}

/// The instant of a date and time of the post.
///
/// # Errors
/// [`DateFlaw`]. A time that the clocks skip does not exist; one that comes twice is its first occurrence.
pub fn instant_of(local: &LocalTime, zone: &Zone, now: Timestamp) -> Result<Timestamp, DateFlaw> {
    let (day, time) = (day(&local.day)?, time(&local.time)?);
    let typed = day.to_datetime(time);
    let last = zone.local(now).checked_add(AHEAD_MONTHS.months()).map_err(|_| DateFlaw::Far)?;
    if typed > last {
        return Err(DateFlaw::Far);
    }
    let at = zone.instant_of(typed);
    if zone.local(at) != typed {
        return Err(DateFlaw::Unreal);
    }
    if at <= now { Err(DateFlaw::Past) } else { Ok(at) }
}

/// The time at which people are reminded of an appointment: at nine on the day before, as the post's wall shows it.
pub fn remind_at(at: Timestamp, zone: &Zone) -> Timestamp {
    let before = zone.local(at).date().yesterday().unwrap_or(civil::Date::MIN);
    zone.instant_of(before.at(REMIND_HOUR, 0, 0, 0))
}

/// The beginning and the end of the day of an instant, as the post's wall shows it.
pub fn day_of(at: Timestamp, zone: &Zone) -> (Timestamp, Timestamp) {
    let today = zone.local(at).date();
    let midnight = |date: civil::Date| zone.instant_of(date.at(0, 0, 0, 0));
    (midnight(today), midnight(today.tomorrow().unwrap_or(today)))
}

/// A date of exactly the form `2027-02-28`.
fn day(text: &str) -> Result<civil::Date, DateFlaw> {
    let has_form = text.len() == 10 && is_figures(text, &[4, 7], b'-');
    let day = has_form.then(|| text.parse().ok()).flatten();
    day.ok_or(DateFlaw::Unreal)
}

/// A time of exactly the form `09:30`.
fn time(text: &str) -> Result<civil::Time, DateFlaw> {
    let has_form = text.len() == 5 && is_figures(text, &[2], b':');
    let time = has_form.then(|| format!("{text}:00").parse().ok()).flatten();
    time.ok_or(DateFlaw::Unreal)
}

fn is_figures(text: &str, signs: &[usize], sign: u8) -> bool {
    let fits =
        |(at, byte): (usize, u8)| if signs.contains(&at) { byte == sign } else { byte.is_ascii_digit() };
    text.bytes().enumerate().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> Zone {
        Zone::named(name).unwrap()
    }

    fn local(day: &str, time: &str) -> LocalTime {
        LocalTime { day: day.into(), time: time.into() }
    }

    fn at(text: &str) -> Timestamp {
        zone("Africa/Dakar").instant_of(text.parse().unwrap())
    }

    /// What Dakar answers on 30 November 2026 at noon.
    fn dakar(day: &str, time: &str) -> Result<Timestamp, DateFlaw> {
        instant_of(&local(day, time), &zone("Africa/Dakar"), at("2026-11-30T12:00"))
    }

    #[test]
    fn a_date_is_a_moment_of_the_post() {
        assert_eq!(dakar("2026-12-01", "10:30"), Ok(at("2026-12-01T10:30")));
        assert_eq!(dakar("2026-11-30", "12:01"), Ok(at("2026-11-30T12:01")));
        let paris = instant_of(&local("2026-12-01", "10:30"), &zone("Europe/Paris"), at("2026-11-30T12:00"));
        assert_eq!(paris, Ok(at("2026-12-01T09:30")), "an hour ahead of Dakar");
    }

    #[test]
    fn a_day_that_the_year_does_not_have_does_not_exist() {
        assert_eq!(dakar("2027-02-29", "10:00"), Err(DateFlaw::Unreal));
        let leap = instant_of(&local("2028-02-29", "10:00"), &zone("Africa/Dakar"), at("2027-11-30T12:00"));
        assert_eq!(leap, Ok(at("2028-02-29T10:00")), "2028 has one");
        for (day, time) in [
            ("2027-04-31", "10:00"),
            ("2027-13-01", "10:00"),
            ("2027-01-01", "24:00"),
            ("2027-01-01", "10:60"),
            ("", ""),
            ("01/02/2027", "10:00"),
            ("2027-1-1", "10:00"),
            ("2027-01-01", "9:00"),
            ("+02027-01-", "10:00"),
            ("2027-01-01", "10:00:00"),
            ("٢٠٢٧-٠١-٠١", "10:00"),
        ] {
            assert_eq!(dakar(day, time), Err(DateFlaw::Unreal), "{day} {time}");
        }
    }

    #[test]
    fn what_is_over_or_more_than_a_year_ahead_is_refused() {
        assert_eq!(dakar("2026-11-30", "12:00"), Err(DateFlaw::Past));
        assert_eq!(dakar("2025-12-01", "12:00"), Err(DateFlaw::Past));
        assert!(dakar("2027-11-30", "12:00").is_ok());
        assert_eq!(dakar("2027-11-30", "12:01"), Err(DateFlaw::Far));
        assert_eq!(dakar("9999-12-31", "23:59"), Err(DateFlaw::Far));
    }

    #[test]
    fn a_time_that_clocks_skip_does_not_exist_and_one_that_comes_twice_is_the_first() {
        let paris = zone("Europe/Paris");
        let now = at("2026-03-01T12:00");
        assert_eq!(instant_of(&local("2026-03-29", "02:30"), &paris, now), Err(DateFlaw::Unreal));
        assert_eq!(instant_of(&local("2026-10-25", "02:30"), &paris, now), Ok(at("2026-10-25T00:30")));
    }

    #[test]
    fn people_are_reminded_at_nine_on_the_day_before_also_over_the_end_of_february() {
        let dakar = zone("Africa/Dakar");
        assert_eq!(remind_at(at("2027-03-01T08:00"), &dakar), at("2027-02-28T09:00"));
        assert_eq!(remind_at(at("2028-03-01T23:59"), &dakar), at("2028-02-29T09:00"));
        assert_eq!(remind_at(at("2027-01-01T00:00"), &dakar), at("2026-12-31T09:00"));
        assert_eq!(day_of(at("2027-02-28T23:59"), &dakar), (at("2027-02-28T00:00"), at("2027-03-01T00:00")));
    }
}
