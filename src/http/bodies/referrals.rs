//! The bodies of ordering, following and receiving referrals.

use serde::{Deserialize, Serialize};
use teranga_clinic::{
    id::{ActId, ReferralId},
    people::Place,
    pii::Pii,
    referral::{Letter, Need, Referral, ReferralEvent},
    time::Timestamp,
};

/// Orders to send the patient to another structure.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct OrderReferral {
    /// Random identifier (RFC 9562, version 4), which the page makes. The same one again changes nothing.
    #[cfg_attr(test, ts(type = "ReferralId"))]
    pub referral: ReferralId,
    /// Identifier of the structure that is asked first.
    pub structure: String,
    /// Identifiers of the structures that are asked after it, in this order; four at most.
    #[serde(default)]
    pub others: Vec<String>,
    /// What the patient needs.
    #[cfg_attr(test, ts(type = "Need[]"))]
    pub needs: Vec<Need>,
    /// The letter.
    #[cfg_attr(test, ts(type = "Letter"))]
    pub letter: Letter,
}

/// What became of an order.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OrderedReferral {
    /// True if it is on the disk; false if it is on its way there. Saying it again is harmless.
    pub stored: bool,
}

/// Says what happened to a referral.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct MoveReferral {
    /// Random identifier of this act, which the page makes. The same one again changes nothing.
    #[cfg_attr(test, ts(type = "ActId"))]
    pub act: ActId,
    /// The event. Of the structure that is asked next, only the identifier counts.
    #[cfg_attr(test, ts(type = "ReferralEvent"))]
    pub event: ReferralEvent,
}

/// A referral as its receiver sees it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ReceivedReferral {
    /// The referral. In the list it has no letter: that is read by opening it.
    #[cfg_attr(test, ts(type = "Referral"))]
    pub referral: Referral,
    /// The post that sends the patient.
    #[cfg_attr(test, ts(type = "Place"))]
    pub post: Place,
}

/// The referrals of a structure.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ReceivedReferrals {
    /// The server's time, ms since 1970.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
    /// Those that are not over, and after them the others; the newest first, and 100 at most.
    pub referrals: Vec<ReceivedReferral>,
}

/// Opens a referral without an account.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct OpenLiaison {
    /// The code of the letter; case, spaces and hyphens do not matter.
    #[cfg_attr(test, ts(type = "string"))]
    pub code: Pii<String>,
}

/// Says what happened to a referral without an account.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct MoveLiaison {
    /// The code of the letter.
    #[cfg_attr(test, ts(type = "string"))]
    pub code: Pii<String>,
    /// Random identifier of this act, which the page makes.
    #[cfg_attr(test, ts(type = "ActId"))]
    pub act: ActId,
    /// The event.
    #[cfg_attr(test, ts(type = "ReferralEvent"))]
    pub event: ReferralEvent,
    /// The name of whoever says it, as `Dr Sy, sage-femme de garde`; 2 to 80 characters.
    #[cfg_attr(test, ts(type = "string"))]
    pub name: Pii<String>,
}
