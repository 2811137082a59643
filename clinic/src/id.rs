//! Identifiers of what is kept: consultations, photos and the parties that take part in them.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A consultation, from the request to the disposition. Random: knowing it grants nothing, guessing it
/// is hopeless.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct ConsultationId(#[cfg_attr(feature = "typescript", ts(type = "string"))] pub uuid::Uuid);

/// A photo of a consultation. As random as the consultation's own name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct PhotoId(#[cfg_attr(feature = "typescript", ts(type = "string"))] pub uuid::Uuid);

/// An account or an enrolled device, as the store names it (`doctor-awa`, `kiosk-7f3a`). Not a person's name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct PartyId(pub String);

impl fmt::Display for ConsultationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for PhotoId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for PartyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
