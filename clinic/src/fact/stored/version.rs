//! The parts that every version of the stored form has: its number, its writer and reader, and the reasons why a row
//! cannot be read.

use crate::{fact::What, id::StaffId};
use serde::{Deserialize, de::DeserializeOwned};

/// One version of the stored form.
#[derive(Clone, Copy, Debug)]
pub struct Version {
    /// Its number, counted from 1.
    pub number: u32,
    /// Writes a fact in this version.
    pub encode: fn(&What, Option<&StaffId>) -> String,
    /// Reads JSON of this version and brings it up to the domain type (an upcaster, in the words of event sourcing).
    pub decode: fn(&str) -> Result<Body, Unreadable>,
}

/// What the stored form holds of a fact: the event, and the member of staff who did it.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// The event.
    pub what: What,
    /// The member of staff; none in versions 1 and 2.
    pub staff: Option<StaffId>,
}

impl From<What> for Body {
    fn from(what: What) -> Self {
        Self { what, staff: None }
    }
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

/// Reads a version's form strictly, and tells apart why it cannot be read. `kinds` are the kinds of fact it has.
pub(super) fn read<T: DeserializeOwned>(json: &str, kinds: &[&str]) -> Result<T, Unreadable> {
    if !kinds.contains(&kind_of(json)?.as_str()) {
        return Err(Unreadable::Kind);
    }
    serde_json::from_str(json).map_err(|error| reason(&error))
}

/// The kind of fact that a row says it is.
pub(super) fn kind_of(json: &str) -> Result<String, Unreadable> {
    let Kind { kind } = serde_json::from_str(json).map_err(|error| reason(&error))?;
    Ok(kind)
}

/// The one field that every version has.
#[derive(Deserialize)]
struct Kind {
    kind: String,
}

/// Serde tells what it met in words only; `tests` hold them to what is expected here. The words never leave this
/// function, because they may quote the row.
pub(super) fn reason(error: &serde_json::Error) -> Unreadable {
    let words = error.to_string();
    match error.classify() {
        serde_json::error::Category::Eof => Unreadable::Cut,
        _ if words.starts_with("unknown field") => Unreadable::Field,
        _ if words.starts_with("unknown variant") => Unreadable::Value,
        _ => Unreadable::Damaged,
    }
}
