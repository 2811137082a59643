//! The bodies of links for the telephone of an ambulance.

use serde::{Deserialize, Serialize};
use teranga_clinic::{id::ConsultationId, people::Place, pii::Pii, request::Urgency, time::Timestamp};

/// A link that was made now. It is told once, because only its hashes are kept.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MadeAmbulanceLink {
    /// What follows `/ambulance#` in the address: 128 random bits.
    #[cfg_attr(test, ts(type = "string"))]
    pub secret: Pii<String>,
    /// The code that can be typed at `/ambulance` in its place.
    #[cfg_attr(test, ts(type = "string"))]
    pub code: Pii<String>,
    /// The time after which it is not opened any more, ms since 1970.
    #[cfg_attr(test, ts(type = "number"))]
    pub expires_at: Timestamp,
}

/// What became of the link of a referral.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AmbulanceLinkView {
    /// True if there is one that was opened, or can be.
    pub stands: bool,
    /// True if a telephone has opened it.
    pub opened: bool,
}

/// Asks whose call a link is for. It does not use the link up.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct LookAtAmbulance {
    /// The secret of the address, or the code that was typed.
    #[cfg_attr(test, ts(type = "string"))]
    pub code: Pii<String>,
}

/// Opens a link, once.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct JoinAmbulance {
    /// The secret of the address, or the code that was typed.
    #[cfg_attr(test, ts(type = "string"))]
    pub code: Pii<String>,
    /// Random text of the page, by which it may open the link again if the answer was lost; 22 to 64 characters.
    #[cfg_attr(test, ts(type = "string"))]
    pub key: Pii<String>,
    /// The name and work of whoever is in the ambulance, which the others in the call read.
    #[cfg_attr(test, ts(type = "string"))]
    pub name: Pii<String>,
}

/// The call to which a link leads. It says nothing of the patient.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AmbulanceCall {
    /// The consultation.
    #[cfg_attr(test, ts(type = "ConsultationId"))]
    pub consultation: ConsultationId,
    /// The post that sends the patient, with its telephone.
    #[cfg_attr(test, ts(type = "Place"))]
    pub post: Place,
    /// The structure that expects the patient, with its telephone.
    #[cfg_attr(test, ts(type = "Place"))]
    pub structure: Place,
    /// The doctor who holds the call; none if nobody does now.
    #[cfg_attr(test, ts(type = "string | null"))]
    pub doctor: Option<Pii<String>>,
    /// The structure of that doctor, with its telephone.
    #[cfg_attr(test, ts(type = "Place | null"))]
    pub doctor_place: Option<Place>,
    /// The urgency of the evacuation.
    #[cfg_attr(test, ts(type = "Urgency"))]
    pub urgency: Urgency,
    /// True if the call is over, or the journey: there is nothing to come into.
    pub over: bool,
}
