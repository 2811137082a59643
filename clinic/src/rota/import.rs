//! Reading a calendar file (iCalendar, RFC 5545) as exceptions of the rota: each event is a duty of the doctor whom its title
//! names. What is not understood is told, event by event, and left out; nothing is guessed.

use super::{plan::Span, zone::Zone};
use crate::{id::PartyId, people::Identity, time::Timestamp};
use icalendar::{Calendar, CalendarComponent, CalendarDateTime, Component, DatePerhapsTime, Event};
use jiff::civil::DateTime;
use serde::Serialize;

/// The longest file in bytes. It arrives in a JSON body, of which the server takes 64 KiB.
pub(super) const MAX_CALENDAR_BYTES: usize = 60_000;

/// The most events of a file.
pub(super) const MAX_CALENDAR_EVENTS: usize = 300;

/// The deepest nesting of components: calendar, event, alarm, and one more. The parser recurses into each.
const MAX_DEPTH: usize = 4;

/// The most characters of a title that are shown again.
const TITLE_CHARS: usize = 80;

/// One event of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ImportedEvent {
    /// The title of the event, shortened.
    pub title: String,
    /// The time of the duty; none if it is not understood.
    pub span: Option<Span>,
    /// The doctor whom the title names; none if it names none, or several.
    pub doctor: Option<PartyId>,
    /// The reason for which it is left out; none if it becomes a duty.
    pub problem: Option<ImportProblem>,
}

/// The reason for which an event is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ImportProblem {
    /// The title names no doctor of this speciality, or several.
    Doctor,
    /// It has no beginning or end that can be read, or it ends before it begins.
    Time,
    /// It names a time zone that is not known.
    Zone,
    /// It comes back again and again; a weekly duty belongs in the template.
    Repeats,
    /// It is over.
    Past,
    /// It was cancelled.
    Cancelled,
}

/// The error of a file that is no calendar, or is too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableCalendar {
    /// It is larger than `MAX_CALENDAR_BYTES`, or has more than `MAX_CALENDAR_EVENTS` events.
    #[error("too large")]
    TooLarge,
    /// It is no calendar file.
    #[error("not a calendar")]
    NotACalendar,
}

/// Reads a file. `doctors` are those of the speciality.
///
/// # Errors
/// See [`UnreadableCalendar`].
pub fn read_calendar(
    text: &str,
    zone: &Zone,
    doctors: &[Identity],
    now: Timestamp,
) -> Result<Vec<ImportedEvent>, UnreadableCalendar> {
    if text.len() > MAX_CALENDAR_BYTES || text.matches("BEGIN:VEVENT").count() > MAX_CALENDAR_EVENTS {
        return Err(UnreadableCalendar::TooLarge);
    }
    if depth(text) > MAX_DEPTH {
        return Err(UnreadableCalendar::NotACalendar);
    }
    let calendar: Calendar = text.parse().map_err(|_| UnreadableCalendar::NotACalendar)?;
    let events = calendar.components.iter().filter_map(|component| match component {
        CalendarComponent::Event(event) => Some(imported(event, zone, doctors, now)),
        _ => None,
    });
    Ok(events.collect())
}

/// The deepest nesting of components in a text. Lines that are folded begin with a space, and are none.
fn depth(text: &str) -> usize {
    let (mut deep, mut deepest) = (0_usize, 0);
    for line in text.lines() {
        let word = line.get(..6).unwrap_or_default();
        if word.eq_ignore_ascii_case("BEGIN:") {
            deep += 1;
            deepest = deepest.max(deep);
        } else if line.get(..4).unwrap_or_default().eq_ignore_ascii_case("END:") {
            deep = deep.saturating_sub(1);
        }
    }
    deepest
}

fn imported(event: &Event, zone: &Zone, doctors: &[Identity], now: Timestamp) -> ImportedEvent {
    let title: String = event.get_summary().unwrap_or_default().chars().take(TITLE_CHARS).collect();
    let (span, doctor) = (span_of(event, zone), named(event.get_summary().unwrap_or_default(), doctors));
    let is_cancelled =
        event.property_value("STATUS").is_some_and(|status| status.eq_ignore_ascii_case("CANCELLED"));
    let repeats = ["RRULE", "RDATE", "RECURRENCE-ID"].iter().any(|name| event.property_value(name).is_some());
    let problem = match (&span, &doctor) {
        _ if is_cancelled => Some(ImportProblem::Cancelled),
        _ if repeats => Some(ImportProblem::Repeats),
        (Err(problem), _) => Some(*problem),
        (Ok(span), _) if span.until <= now => Some(ImportProblem::Past),
        (_, None) => Some(ImportProblem::Doctor),
        _ => None,
    };
    ImportedEvent { title, span: span.ok(), doctor, problem }
}

/// The doctor whose name stands in a title; none if no name does, or several do.
fn named(title: &str, doctors: &[Identity]) -> Option<PartyId> {
    let title = folded(title);
    let mut found = doctors.iter().filter(|doctor| {
        let name = folded(doctor.name.reveal());
        !name.is_empty() && title.contains(&name)
    });
    let doctor = found.next()?;
    found.next().is_none().then(|| doctor.party.clone())
}

/// A name without its title, in lower case, so that `Dr Awa Ndiaye` is found in `GARDE awa ndiaye`.
fn folded(text: &str) -> String {
    let text = text.to_lowercase();
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    let words: Vec<&str> = words
        .filter(|word| !word.is_empty() && !["dr", "pr", "docteur", "professeur"].contains(word))
        .collect();
    words.join(" ")
}

fn span_of(event: &Event, zone: &Zone) -> Result<Span, ImportProblem> {
    let from = instant_of(event.get_start().ok_or(ImportProblem::Time)?, zone)?;
    let until = instant_of(event.get_end().ok_or(ImportProblem::Time)?, zone)?;
    if from < until { Ok(Span { from, until }) } else { Err(ImportProblem::Time) }
}

/// The instant of a date with or without a time. One without a zone is local time of the country.
fn instant_of(date: DatePerhapsTime, zone: &Zone) -> Result<Timestamp, ImportProblem> {
    let local = |text: String, zone: &Zone| {
        let local: DateTime = text.parse().map_err(|_| ImportProblem::Time)?;
        Ok(zone.instant_of(local))
    };
    let named = |name: &str| Zone::named(name).ok_or(ImportProblem::Zone);
    match date {
        DatePerhapsTime::Date(date) => local(format!("{date}T00:00:00"), zone),
        DatePerhapsTime::DateTime(CalendarDateTime::Floating(time)) => {
            local(time.format(LOCAL).to_string(), zone)
        }
        DatePerhapsTime::DateTime(CalendarDateTime::Utc(time)) => {
            local(time.format(LOCAL).to_string(), &named("UTC")?)
        }
        DatePerhapsTime::DateTime(CalendarDateTime::WithTimezone { date_time, tzid }) => {
            local(date_time.format(LOCAL).to_string(), &named(&tzid)?)
        }
    }
}

/// Date and time without a zone, as both libraries of dates write it.
const LOCAL: &str = "%Y-%m-%dT%H:%M:%S";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{people::Role, sample};

    fn doctors() -> Vec<Identity> {
        let doctor =
            |party: &str, name: &str| Identity { name: name.into(), ..sample::identity(party, Role::Doctor) };
        vec![doctor("ba", "Dr Mamadou Ba"), doctor("diop", "Dr Khady Diop")]
    }

    fn events(events: &str) -> Result<Vec<ImportedEvent>, UnreadableCalendar> {
        let file = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n");
        let zone = Zone::named("Africa/Dakar").unwrap();
        let now = zone.instant_of("2026-11-23T12:00".parse().unwrap());
        read_calendar(&file, &zone, &doctors(), now)
    }

    fn event(lines: &str) -> ImportedEvent {
        let lines = lines.trim().lines().map(str::trim).collect::<Vec<_>>().join("\r\n");
        events(&format!("BEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\n")).unwrap().remove(0)
    }

    fn in_time(summary: &str, more: &str) -> ImportedEvent {
        event(&format!("SUMMARY:{summary}\nDTSTART:20261126T200000\nDTEND:20261127T080000\n{more}"))
    }

    #[test]
    fn an_event_is_a_duty_of_the_doctor_whom_it_names() {
        let found = in_time("Garde pédiatrie : docteur MAMADOU BA", "");
        assert_eq!((found.problem, found.doctor), (None, Some(PartyId("ba".into()))));
        let zoned =
            event("SUMMARY:Khady Diop\nDTSTART;TZID=Europe/Paris:20261126T210000\nDTEND:20261127T080000Z");
        let local = in_time("Khady Diop", "");
        assert_eq!((zoned.problem, zoned.span), (None, local.span));
        let day = event("SUMMARY:Khady Diop\nDTSTART;VALUE=DATE:20261126\nDTEND;VALUE=DATE:20261127");
        assert_eq!(day.span.map(|span| span.until.since_ms(span.from)), Some(24 * 3_600_000));
    }

    #[test]
    fn what_is_not_understood_is_told() {
        use ImportProblem as P;
        let problem = |event: ImportedEvent| event.problem;
        assert_eq!(problem(in_time("Garde", "")), Some(P::Doctor));
        assert_eq!(problem(in_time("Mamadou Ba puis Khady Diop", "")), Some(P::Doctor));
        assert_eq!(problem(in_time("Mamadou Ba", "RRULE:FREQ=WEEKLY")), Some(P::Repeats));
        assert_eq!(problem(in_time("Mamadou Ba", "STATUS:CANCELLED")), Some(P::Cancelled));
        let times = |start, end| problem(event(&format!("SUMMARY:Mamadou Ba\n{start}\n{end}")));
        assert_eq!(times("DTSTART:20261127T080000", "DTEND:20261126T080000"), Some(P::Time));
        assert_eq!(times("DTSTART:20261127T080000", "X-NONE:1"), Some(P::Time));
        assert_eq!(times("DTSTART:20251127T080000", "DTEND:20251127T090000"), Some(P::Past));
        let elsewhere = "DTSTART;TZID=Moon/Crater:20261127T080000";
        assert_eq!(times(elsewhere, "DTEND:20261127T090000"), Some(P::Zone));
    }

    #[test]
    fn a_file_that_is_none_is_refused_before_it_can_do_harm() {
        assert_eq!(events("nonsense"), Err(UnreadableCalendar::NotACalendar));
        assert_eq!(events(&"BEGIN:A\r\n".repeat(6_000)), Err(UnreadableCalendar::NotACalendar));
        assert_eq!(events(&"x".repeat(MAX_CALENDAR_BYTES)), Err(UnreadableCalendar::TooLarge));
        let many = "BEGIN:VEVENT\r\nEND:VEVENT\r\n".repeat(MAX_CALENDAR_EVENTS + 1);
        assert_eq!(events(&many), Err(UnreadableCalendar::TooLarge));
        assert_eq!(events(""), Ok(vec![]));
    }
}
