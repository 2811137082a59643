//! What was read of a list, what is wrong with it, and the checks that every form of list has in common.

use std::fmt;
use teranga_clinic::{
    structure::{Bounds, Position, PositionQuality, Structure},
    text,
};

/// The most structures of one list; Senegal has some 4,000 with its cases de santé.
pub const STRUCTURES_MAX: usize = 8_000;

/// The most flaws that are told one by one; the others are counted.
pub(super) const FLAWS_MAX: usize = 1_000;

/// An entry of a list that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryFlaw {
    /// Where it stands, as `line 3, column latitude` or `entry 7 (Location/abc)`.
    pub at: String,
    /// What is wrong, a plain sentence.
    pub reason: String,
}

impl fmt::Display for EntryFlaw {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}: {}", self.at, self.reason)
    }
}

/// What was read of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading<T = Structure> {
    /// The entries that can be used, in the order of the list.
    pub entries: Vec<T>,
    /// What cannot be used, in the order of the list, at most a thousand flaws; empty exactly if everything can be used.
    pub flaws: Vec<EntryFlaw>,
    /// The number of further flaws.
    pub more_flaws: usize,
}

impl<T> Default for Reading<T> {
    fn default() -> Self {
        Self { entries: Vec::new(), flaws: Vec::new(), more_flaws: 0 }
    }
}

impl<T> Reading<T> {
    /// Notes an entry that cannot be used.
    pub fn refuse(&mut self, at: impl Into<String>, reason: impl Into<String>) {
        if self.flaws.len() < FLAWS_MAX {
            self.flaws.push(EntryFlaw { at: at.into(), reason: reason.into() });
        } else {
            self.more_flaws += 1;
        }
    }

    /// A list of which nothing can be read.
    pub(super) fn unreadable(at: &str, reason: impl Into<String>) -> Self {
        let mut reading = Self::default();
        reading.refuse(at, reason);
        reading
    }
}

/// Checks a telephone number; it may be missing.
///
/// # Errors
/// It has something else than figures, spaces, `+`, `-`, `.`, `(`, `)` and `/`, fewer than 2 figures, or more than 40 characters.
pub fn phone(typed: &str) -> Result<String, String> {
    let is_part = |char: char| char.is_ascii_digit() || " +-.()/".contains(char);
    let figures = typed.chars().filter(char::is_ascii_digit).count();
    let is_number = typed.chars().all(is_part) && figures >= 2 && typed.len() <= 40;
    if typed.is_empty() || is_number {
        return Ok(typed.to_owned());
    }
    Err("a telephone number has figures and spaces, as 33 966 11 22".into())
}

/// Checks a position and what it is worth.
///
/// # Errors
/// One coordinate without the other, a position outside of the country, or a quality that does not agree with it.
pub fn located(
    bounds: &Bounds,
    degrees: (Option<f64>, Option<f64>),
    quality: PositionQuality,
) -> Result<Option<Position>, String> {
    let position = match degrees {
        (None, None) => None,
        (Some(latitude), Some(longitude)) => {
            Some(Position::within(bounds, latitude, longitude).map_err(|flaw| flaw.to_string())?)
        }
        _ => return Err("give latitude and longitude together, or neither".into()),
    };
    match (position, quality) {
        (None, PositionQuality::Unknown) => Ok(None),
        (None, _) => Err("without latitude and longitude the position is unknown".into()),
        (Some(_), PositionQuality::Unknown) => {
            Err("with latitude and longitude the position is exact, approximate or district_seat".into())
        }
        known => Ok(known.0),
    }
}

/// Checks a name.
pub(super) fn name(typed: &str) -> Result<String, String> {
    text::name(typed).map_err(|flaw| flaw.to_string())
}
