//! Named links. P1 to P7 are those that every stack was measured on; a JSON file describes any other. Pure.

use crate::{
    schedule::{Event, Schedule, ScheduleError},
    shape::{Shape, ShapeError},
};
use serde::Deserialize;

/// Both directions of a link, and the events that change them.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Uplink: from the far to the near side.
    pub up: Shape,
    /// Downlink: from the near to the far side.
    pub down: Shape,
    /// Events, each at its second.
    #[serde(default)]
    pub events: Vec<Event>,
}

/// Reason for which a file is not a profile.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// The file is not JSON, or not of this form.
    #[error("not a profile: {0}")]
    Form(#[from] serde_json::Error),
    /// A number is out of its bounds.
    #[error("{0}: {1}")]
    Shape(&'static str, ShapeError),
    /// An event is refused.
    #[error("events: {0}")]
    Schedule(#[from] ScheduleError),
    /// The file is larger than [`MAX_BYTES`].
    #[error("a profile has at most {MAX_BYTES} bytes")]
    TooLong,
}

/// Names that [`Profile::named`] knows.
pub const NAMES: [&str; 8] = ["P1", "P2", "P3", "P4", "P5", "P6", "P7", "good"];
/// Maximum length of a profile's file in bytes.
pub const MAX_BYTES: usize = 1_000_000;

impl Profile {
    /// Returns the profile of one of [`NAMES`].
    pub fn named(name: &str) -> Option<Self> {
        let profile = match name {
            "P1" => alike(Shape::new(256_000, 50.0).losing(0.01, 0.0)),
            "P2" => alike(Shape::new(128_000, 100.0).losing(0.03, 80.0)),
            "P3" => alike(Shape::new(64_000, 150.0).losing(0.05, 80.0)),
            "P4" => alike(Shape::new(40_000, 300.0).losing(0.02, 0.0)),
            "P5" => alike(Shape::new(24_000, 150.0).losing(0.10, 120.0)),
            "P6" => {
                Self { events: eight_dark_seconds(), ..alike(Shape::new(128_000, 100.0).losing(0.01, 0.0)) }
            }
            "P7" => Self {
                up: Shape::new(48_000, 50.0).losing(0.01, 0.0),
                ..alike(Shape::new(256_000, 50.0).losing(0.01, 0.0))
            },
            "good" => alike(Shape::new(20_000_000, 10.0)),
            _ => return None,
        };
        Some(profile)
    }

    /// Reads a file's text and checks every number.
    pub fn read(text: &str) -> Result<Self, ProfileError> {
        if text.len() > MAX_BYTES {
            return Err(ProfileError::TooLong);
        }
        let profile: Self = serde_json::from_str(text)?;
        profile.up.check().map_err(|error| ProfileError::Shape("up", error))?;
        profile.down.check().map_err(|error| ProfileError::Shape("down", error))?;
        profile.schedule()?;
        Ok(profile)
    }

    /// Checks the events and returns them as a schedule.
    pub fn schedule(&self) -> Result<Schedule, ScheduleError> {
        Schedule::new(&self.events)
    }
}

fn alike(shape: Shape) -> Profile {
    Profile { up: shape.clone(), down: shape, events: Vec::new() }
}

fn eight_dark_seconds() -> Vec<Event> {
    vec![Event { at_s: 20.0, every_s: Some(40.0), words: "outage 8000".to_owned() }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_a_sound_profile() {
        for name in NAMES {
            let profile = Profile::named(name).unwrap();
            assert_eq!((profile.up.check(), profile.down.check()), (Ok(()), Ok(())), "{name}");
            assert!(profile.schedule().is_ok(), "{name}");
        }
        assert_eq!(Profile::named("P8"), None);
        let thinner_up = Profile::named("P7").unwrap();
        assert_eq!((thinner_up.up.rate, thinner_up.down.rate), (48_000, 256_000));
    }

    #[test]
    fn a_file_describes_any_other() {
        let text = r#"{"up": {"rate": 9600}, "down": {"rate": 64000, "delay_ms": 250, "loss": 0.02, "burst_ms": 80},
            "events": [{"at_s": 5, "do": "set up rate=4800"}, {"at_s": 30, "every_s": 60, "do": "address"}]}"#;
        let profile = Profile::read(text).unwrap();
        assert_eq!(profile.up, Shape::new(9_600, 0.0));
        assert_eq!(profile.down, Shape::new(64_000, 250.0).losing(0.02, 80.0));
        assert_eq!(profile.events.len(), 2);
    }

    #[test]
    fn errors_say_where() {
        for (text, where_it_is) in [
            ("{}", "missing field `up`"),
            (r#"{"up": {"rate": 1, "speed": 2}, "down": {"rate": 1}}"#, "unknown field `speed`"),
            (r#"{"up": {"rate": 1}, "down": {"rate": 1, "loss": 1.5}}"#, "down: loss = 1.5"),
            (
                r#"{"up": {"rate": 1}, "down": {"rate": 1}, "events": [{"at_s": 1, "do": "go"}]}"#,
                "events: not in",
            ),
        ] {
            let error = Profile::read(text).unwrap_err().to_string();
            assert!(error.contains(where_it_is), "{error}");
        }
        assert!(Profile::read(&" ".repeat(MAX_BYTES + 1)).is_err());
    }
}
