//! What operations see: kinds, posts and roles, never a patient and never a person's name.

use super::call::MemberLink;
use serde::{Deserialize, Serialize};
use teranga_clinic::{
    history::SetAside,
    id::{ConsultationId, PartyId},
    people::{Availability, Place, Role, Speciality},
    request::{Step, Urgency},
};

/// An operator wants [`Overview`] messages, or no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Watch {
    /// True to receive overviews.
    pub on: bool,
}

/// Everything that goes on, every 2 s.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Overview {
    /// Connected parties.
    pub online: Vec<Online>,
    /// Waiting and running consultations.
    pub consultations: Vec<Activity>,
    /// Consultations that cannot be read and are set aside. A server from before this field existed does not name any.
    #[serde(default)]
    pub set_aside: Vec<SetAside>,
}

/// A connected party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Online {
    /// Account or device.
    pub party: PartyId,
    /// The role.
    pub role: Role,
    /// The structure.
    pub place: Place,
    /// A specialist's availability.
    pub availability: Availability,
    /// The time since it connected, in milliseconds.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub since_ms: u64,
}

/// A waiting or running consultation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Activity {
    /// Which.
    pub consultation: ConsultationId,
    /// The post that asked.
    pub place: Place,
    /// The speciality that it needs.
    pub speciality: Speciality,
    /// The urgency.
    pub urgency: Urgency,
    /// Waiting: whom the clock has reached. None once it was taken.
    pub step: Option<Step>,
    /// The time since the request, in milliseconds.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub age_ms: u64,
    /// Links of those who have a transport, with their role and place.
    pub links: Vec<ActivityLink>,
}

/// A member's link as operations see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ActivityLink {
    /// The role of the member.
    pub role: Role,
    /// Where.
    pub place: Place,
    /// The figures.
    pub link: MemberLink,
}
