//! The bodies of a patient's consent.

use serde::{Deserialize, Serialize};
use teranga_clinic::{consent::ConsentGiver, request::Language};

/// What a patient answered, as the post writes it down.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SayConsent {
    /// True for yes; false for no, which after a yes withdraws it.
    pub given: bool,
    /// The language in which it was asked for.
    pub language: Language,
    /// The person who answered.
    pub giver: ConsentGiver,
}

/// The answer of the server to it.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ConsentStored {
    /// True if it is on the disk; otherwise the page says it again.
    pub stored: bool,
}
