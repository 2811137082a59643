//! Schedule of the events that change a link, each once or periodically. Pure.

use crate::command::{Command, CommandError};
use serde::Deserialize;
use std::time::Duration;

/// An event as a profile states it, in the words of the standard input.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Time after the start, s.
    pub at_s: f64,
    /// Period after which it happens again, s.
    #[serde(default)]
    pub every_s: Option<f64>,
    /// `set`, `outage`, `hold`, `address`, `port`, `block-udp` or `mark`.
    #[serde(rename = "do")]
    pub words: String,
}

/// Reason for which an event is refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ScheduleError {
    /// There are more events than a schedule holds.
    #[error("at most {MAX_EVENTS} events")]
    TooMany,
    /// A time is out of its bounds.
    #[error("at_s is between 0 and {MAX_S}, every_s between {MIN_EVERY_S} and {MAX_S}, not {0}")]
    Time(f64),
    /// The command is allowed on the standard input only.
    #[error("not in a schedule: {0}")]
    NotHere(String),
    /// The command is not understood.
    #[error("{words}: {error}")]
    Words {
        /// Text of the mark.
        words: String,
        /// Reason for which it is refused.
        error: CommandError,
    },
}

const MAX_EVENTS: usize = 1_000;
const MAX_S: f64 = 1e6;
const MIN_EVERY_S: f64 = 0.1;

/// All events in the order of time; events of the same time are in the order of the profile.
#[derive(Clone, Debug, Default)]
pub struct Schedule {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    first: Duration,
    every: Option<Duration>,
    next: Option<Duration>,
    command: Command,
}

impl Schedule {
    /// Checks every event and makes the schedule.
    pub fn new(events: &[Event]) -> Result<Self, ScheduleError> {
        if events.len() > MAX_EVENTS {
            return Err(ScheduleError::TooMany);
        }
        let entries = events.iter().map(entry).collect::<Result<_, _>>()?;
        Ok(Self { entries })
    }

    /// Returns the time of the next event.
    pub fn next(&self) -> Option<Duration> {
        self.entries.iter().filter_map(|entry| entry.next).min()
    }

    /// Returns the next event that is due.
    pub fn pop(&mut self, now: Duration) -> Option<Command> {
        let due = self.next().filter(|at| *at <= now)?;
        let entry = self.entries.iter_mut().find(|entry| entry.next == Some(due))?;
        entry.next = entry.every.map(|every| due + every);
        Some(entry.command.clone())
    }

    /// Starts again from the beginning.
    pub fn restart(&mut self) {
        for entry in &mut self.entries {
            entry.next = Some(entry.first);
        }
    }
}

fn entry(event: &Event) -> Result<Entry, ScheduleError> {
    let first = seconds(event.at_s, 0.0)?;
    let every = event.every_s.map(|every| seconds(every, MIN_EVERY_S)).transpose()?;
    let command =
        event.words.parse().map_err(|error| ScheduleError::Words { words: event.words.clone(), error })?;
    if matches!(command, Command::Go | Command::Quit) {
        return Err(ScheduleError::NotHere(event.words.clone()));
    }
    Ok(Entry { first, every, next: Some(first), command })
}

fn seconds(value: f64, least: f64) -> Result<Duration, ScheduleError> {
    let fits = (least..=MAX_S).contains(&value);
    if fits { Ok(Duration::from_secs_f64(value)) } else { Err(ScheduleError::Time(value)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(at_s: f64, every_s: Option<f64>, words: &str) -> Event {
        Event { at_s, every_s, words: words.to_owned() }
    }

    #[test]
    fn events_come_in_time_and_again() {
        let events = [event(20.0, Some(40.0), "outage 8000"), event(60.0, None, "port")];
        let mut schedule = Schedule::new(&events).unwrap();
        let mut seen = Vec::new();
        for second in 0..=100 {
            while let Some(command) = schedule.pop(Duration::from_secs(second)) {
                seen.push((second, command));
            }
        }
        let outage = Command::Outage(Duration::from_secs(8));
        assert_eq!(seen, [(20, outage.clone()), (60, outage.clone()), (60, Command::Port), (100, outage)]);
        schedule.restart();
        assert_eq!(schedule.next(), Some(Duration::from_secs(20)));
    }

    #[test]
    fn nonsense_is_refused() {
        for bad in [
            event(-1.0, None, "port"),
            event(f64::NAN, None, "port"),
            event(0.0, Some(0.0), "port"),
            event(0.0, None, "go"),
            event(0.0, None, "quit"),
            event(0.0, None, "explode"),
        ] {
            assert!(Schedule::new(std::slice::from_ref(&bad)).is_err(), "{bad:?}");
        }
        assert!(Schedule::new(&vec![event(0.0, None, "port"); MAX_EVENTS + 1]).is_err());
    }
}
