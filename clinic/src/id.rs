//! Identifiers of consultations, patients, photos, attachments, prescriptions, referrals, appointments, chat messages, proposals, parties and members of staff.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Identifier of a consultation, from the request to the disposition. It is random: knowing it gives no access, and guessing it
/// is hopeless.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct ConsultationId(#[cfg_attr(feature = "typescript", ts(type = "string"))] pub uuid::Uuid);

/// Identifier of a patient of a post. It means nothing at another post: knowing it gives no access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct PatientId(#[cfg_attr(feature = "typescript", ts(type = "string"))] pub uuid::Uuid);

/// Identifier of a photo. It is as random as that of a consultation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct PhotoId(#[cfg_attr(feature = "typescript", ts(type = "string"))] pub uuid::Uuid);

/// Identifier of an attachment, which its sender's page makes, so that one that is sent twice is one attachment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct AttachmentId(#[cfg_attr(feature = "typescript", ts(type = "string"))] pub uuid::Uuid);

/// Identifier of a prescription, which its specialist's page makes, so that a draft that is sent twice is signed once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct PrescriptionId(#[cfg_attr(feature = "typescript", ts(type = "string"))] pub uuid::Uuid);

/// Identifier of a referral, which its doctor's page makes, so that an order that is sent twice is one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct ReferralId(#[cfg_attr(feature = "typescript", ts(type = "string"))] pub uuid::Uuid);

/// Identifier of an appointment, which its doctor's page makes, so that one that is sent twice is one appointment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct AppointmentId(#[cfg_attr(feature = "typescript", ts(type = "string"))] pub uuid::Uuid);

/// Identifier of what a post proposes about a structure, which its tablet makes, so that a proposal that is sent twice is one proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct ProposalId(#[cfg_attr(feature = "typescript", ts(type = "string"))] pub uuid::Uuid);

/// Identifier of a chat message, which its writer's page makes, so that a message that is said twice is one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct ChatId(#[cfg_attr(feature = "typescript", ts(type = "string"))] pub uuid::Uuid);

/// Identifier of an act of a post in a deferred case, or of anybody in a referral, which its page makes, so that an act that is said twice is one act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct ActId(#[cfg_attr(feature = "typescript", ts(type = "string"))] pub uuid::Uuid);

/// Identifier of an account or an enrolled device, as the store names it (`doctor-awa`, `kiosk-7f3a`). It is not a person's name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct PartyId(pub String);

/// Identifier of a member of staff of a post, who shares its tablet with others. It is not a person's name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct StaffId(pub String);

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

impl fmt::Display for AttachmentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for PrescriptionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for ReferralId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for AppointmentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for PartyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
