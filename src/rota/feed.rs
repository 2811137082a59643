//! The calendar feed (iCalendar, RFC 5545): the duties of a doctor or of a speciality, for a telephone's calendar. It tells who is
//! on duty when, and nothing of any patient.

use super::snapshot::Snapshot;
use crate::store::Feed;
use icalendar::{Calendar, Component, Event, EventLike};
use teranga_clinic::{
    people::Speciality,
    rota::{Duty, DutyLevel, Zone},
    time::Timestamp,
};

/// The days before now that a feed shows, and those after.
const DAYS_BEFORE: u64 = 7;
const DAYS_AFTER: u64 = 55;

const DAY_MS: u64 = 24 * 60 * 60_000;

/// The text of a feed. Calendars ask for it again, so it is short: two months.
pub(super) fn calendar_of(feed: &Feed, snapshot: &Snapshot, zone: &Zone, now: Timestamp) -> String {
    let from = Timestamp(now.0.saturating_sub(DAYS_BEFORE * DAY_MS));
    let duties = snapshot.calendar(zone).duties_between(from, now.plus_ms(DAYS_AFTER * DAY_MS));
    let shown = duties.iter().filter(|duty| match feed.speciality {
        Some(speciality) => duty.speciality == speciality,
        None => duty.doctor.party == feed.owner,
    });
    let mut calendar = Calendar::new();
    calendar.name("Gardes Teranga");
    calendar.append_property(("REFRESH-INTERVAL;VALUE=DURATION", "PT1H"));
    for duty in shown {
        calendar.push(event(duty, now));
    }
    calendar.to_string()
}

/// One duty. Its identifier stays the same as long as the duty does, so that a calendar does not show it twice.
fn event(duty: &Duty, now: Timestamp) -> Event {
    let (speciality, level) = (speciality_in_french(duty.speciality), level_in_french(duty.level));
    let uid = format!("{}-{}-{:?}-{:?}@teranga", duty.doctor.party, duty.from.0, duty.speciality, duty.level);
    Event::new()
        .uid(&uid.to_lowercase())
        .summary(&format!("Garde {speciality} ({level}) – {}", duty.doctor.name.reveal()))
        .location(&duty.doctor.place.name)
        .add_property("DTSTAMP", universal(now))
        .add_property("DTSTART", universal(duty.from))
        .add_property("DTEND", universal(duty.until))
        .done()
}

/// An instant in the form `20261128T200000Z`.
fn universal(at: Timestamp) -> String {
    let utc = Zone::named("UTC").expect("the database of zones has it");
    utc.local(at).strftime("%Y%m%dT%H%M%SZ").to_string()
}

const fn speciality_in_french(speciality: Speciality) -> &'static str {
    match speciality {
        Speciality::Obstetrics => "gynécologie-obstétrique",
        Speciality::Paediatrics => "pédiatrie",
        Speciality::General => "médecine générale",
        Speciality::Surgery => "chirurgie",
    }
}

const fn level_in_french(level: DutyLevel) -> &'static str {
    match level {
        DutyLevel::First => "première ligne",
        DutyLevel::Second => "seconde ligne",
        DutyLevel::Regional => "régionale",
    }
}
