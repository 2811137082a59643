//! The stored form of facts: JSON with a version number, which is written beside it. Each version has a file with
//! structs of its own, so that neither the wire nor the domain types can change what is on a disk. This module encodes
//! facts in the newest version and decodes every version that was ever written; it never guesses. A row that it does
//! not fully understand is [`Unreadable`].
//!
//! To add a version: copy the newest file, change the copy, upcast the older ones to it or to the domain type, add it
//! to [`CODEC`], and commit its golden rows (`clinic/tests/golden`). A released version is never changed.

mod v1;

use super::What;
use serde::{Deserialize, de::DeserializeOwned};

/// The codec of this program.
pub const CODEC: Codec = Codec::new(&[v1::VERSION]);

/// A fact in the form in which it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The version of the form, counted from 1.
    pub version: u32,
    /// The fact as JSON, with the patient's data in it.
    pub json: String,
}

/// Encodes and decodes the stored form in the versions that it is given.
#[derive(Clone, Copy, Debug)]
pub struct Codec {
    versions: &'static [Version],
}

/// One version of the stored form.
#[derive(Clone, Copy, Debug)]
pub struct Version {
    /// Its number, counted from 1.
    pub number: u32,
    /// Writes a fact in this version.
    pub encode: fn(&What) -> String,
    /// Reads JSON of this version and brings it up to the domain type (an upcaster, in the words of event sourcing).
    pub decode: fn(&str) -> Result<What, Unreadable>,
}

/// Why a stored row is no fact to this program. It says nothing of what the row contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, thiserror::Error)]
pub enum Unreadable {
    /// The version is none of ours: a newer program wrote the row.
    #[error("a row in a version of the stored form that this program does not know")]
    Version,
    /// The kind of fact is none of ours.
    #[error("a kind of fact that this program does not know")]
    Kind,
    /// A field is none of ours.
    #[error("a field that this program does not know")]
    Field,
    /// An enumerated value is none of ours.
    #[error("a value that this program does not know")]
    Value,
    /// The JSON ends too early.
    #[error("a row that was cut short")]
    Cut,
    /// It is no JSON, a field is missing, or one has the wrong type.
    #[error("a row that is damaged")]
    Damaged,
}

impl Codec {
    /// A codec of these versions, oldest first; the last one is written.
    ///
    /// # Panics
    /// There must be one at least.
    pub const fn new(versions: &'static [Version]) -> Self {
        assert!(!versions.is_empty(), "a codec without versions");
        Self { versions }
    }

    /// Writes a fact in the newest version.
    pub fn encode(&self, what: &What) -> Stored {
        let newest = &self.versions[self.versions.len() - 1];
        Stored { version: newest.number, json: (newest.encode)(what) }
    }

    /// Reads a row that is said to be of this version.
    ///
    /// # Errors
    /// [`Unreadable`] if any part of it is not understood.
    pub fn decode(&self, version: u32, json: &str) -> Result<What, Unreadable> {
        let known = self.versions.iter().find(|known| known.number == version).ok_or(Unreadable::Version)?;
        (known.decode)(json)
    }
}

/// Reads a version's form strictly, and tells apart why it cannot be read. `kinds` are the kinds of fact it has.
fn read<T: DeserializeOwned>(json: &str, kinds: &[&str]) -> Result<T, Unreadable> {
    let Kind { kind } = serde_json::from_str(json).map_err(|error| reason(&error))?;
    if !kinds.contains(&kind.as_str()) {
        return Err(Unreadable::Kind);
    }
    serde_json::from_str(json).map_err(|error| reason(&error))
}

/// The one field that every version has.
#[derive(Deserialize)]
struct Kind {
    kind: String,
}

/// Serde tells what it met in words only; `tests` hold them to what is expected here. The words never leave this
/// function, because they may quote the row.
fn reason(error: &serde_json::Error) -> Unreadable {
    let words = error.to_string();
    match error.classify() {
        serde_json::error::Category::Eof => Unreadable::Cut,
        _ if words.starts_with("unknown field") => Unreadable::Field,
        _ if words.starts_with("unknown variant") => Unreadable::Value,
        _ => Unreadable::Damaged,
    }
}

#[cfg(test)]
mod tests;
