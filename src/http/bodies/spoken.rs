//! The bodies about the recorded sentences for patients.

use serde::Serialize;
use teranga_clinic::{
    pii::Pii,
    request::Language,
    spoken::{Sentence, SpokenState},
    time::Timestamp,
};

/// A recording of a sentence that a tablet may play to a patient.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SpokenOffer {
    /// The sentence.
    pub sentence: Sentence,
    /// The language in which it is said.
    pub language: Language,
    /// The version.
    pub version: u32,
    /// True if a program speaks it, in place of a person who has not recorded it yet.
    pub stand_in: bool,
    /// The length, milliseconds.
    pub duration_ms: u32,
    /// The size, bytes.
    pub bytes: u32,
    /// The SHA-256 of the file, base64url without padding.
    pub sha256: String,
}

/// A recording of a sentence, as operators see it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SpokenRecording {
    /// The sentence.
    pub sentence: Sentence,
    /// The language in which it is said.
    pub language: Language,
    /// The version.
    pub version: u32,
    /// Its state.
    pub state: SpokenState,
    /// True if a program speaks it.
    pub stand_in: bool,
    /// True if the asker has recorded it, and so cannot sign it off.
    pub own: bool,
    /// Who recorded it and when.
    pub recorded: SpokenAct,
    /// Who signed it off and when.
    pub signed_off: Option<SpokenAct>,
    /// Who withdrew it and when.
    pub withdrawn: Option<SpokenAct>,
    /// The length, milliseconds.
    pub duration_ms: u32,
    /// The size, bytes.
    pub bytes: u32,
}

/// Who did something to a recording, and when.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SpokenAct {
    /// The name of an operator; none for a stand-in.
    #[cfg_attr(test, ts(type = "string | null"))]
    pub by: Option<Pii<String>>,
    /// The time, ms since 1970.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
}
