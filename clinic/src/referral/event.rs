//! What happens to a referral, and who does it.

use crate::{people::Place, pii::Pii};
use serde::{Deserialize, Serialize};

/// Whoever does something with a referral.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ReferralActor {
    /// A tablet of the post of the consultation.
    Post,
    /// A doctor of the consultation.
    Doctor,
    /// The structure that is asked: with an account, or with the code of the letter.
    Receiver,
    /// The server's own clock.
    Server,
}

impl ReferralActor {
    /// Every actor.
    pub const ALL: [Self; 4] = [Self::Post, Self::Doctor, Self::Receiver, Self::Server];
}

/// How the patient travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    /// The ambulance of the receiving structure.
    AmbulanceOfReceiver,
    /// The ambulance of the district.
    AmbulanceOfDistrict,
    /// A vehicle of the post.
    OwnVehicle,
    /// A private vehicle.
    PrivateVehicle,
    /// Another way, as a cart or a boat.
    Other,
}

impl Transport {
    /// Every way of travelling.
    pub const ALL: [Self; 5] = [
        Self::AmbulanceOfReceiver,
        Self::AmbulanceOfDistrict,
        Self::OwnVehicle,
        Self::PrivateVehicle,
        Self::Other,
    ];
}

/// The reason for which a structure cannot take the patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum RejectReason {
    /// No bed is free.
    NoBed,
    /// The equipment is missing or out of order.
    NoEquipment,
    /// The specialist is not there.
    NoSpecialist,
    /// It was to fetch the patient and has no vehicle.
    NoTransport,
    /// Another reason.
    Other,
}

impl RejectReason {
    /// Every reason.
    pub const ALL: [Self; 5] =
        [Self::NoBed, Self::NoEquipment, Self::NoSpecialist, Self::NoTransport, Self::Other];
}

/// The reason for which a referral failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum FailReason {
    /// The patient did not arrive.
    NotArrived,
    /// The patient died on the way.
    DiedOnTheWay,
}

/// The event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "event", rename_all = "snake_case", deny_unknown_fields)]
pub enum ReferralEvent {
    /// The receiver opened the letter.
    Received,
    /// The receiver takes the patient.
    Accepted {
        /// A remark, 500 characters at most.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        text: Option<Pii<String>>,
    },
    /// The receiver cannot take the patient.
    Rejected {
        /// The reason.
        reason: RejectReason,
        /// A remark, 500 characters at most.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        text: Option<Pii<String>>,
    },
    /// Another structure is asked from now on.
    AskedNext {
        /// The structure.
        structure: Place,
        /// Its code of the letter, which the server makes; none in the steps of a referral, and where the code is that of before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        code: Option<Pii<String>>,
    },
    /// Nobody answered, and no other structure is left: somebody must telephone.
    Unanswered,
    /// The patient left the post, or goes on to the structure that is asked since it left.
    Departed {
        /// How the patient travels.
        transport: Transport,
        /// The expected travelling time from the departure in minutes, 5 to 1,440; none if nobody knows it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        eta_min: Option<u16>,
        /// How long ago the patient left when this is told, in minutes, 0 to 1,440; none if they leave now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        ago_min: Option<u16>,
        /// A remark, 500 characters at most.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        text: Option<Pii<String>>,
    },
    /// The patient arrived.
    Arrived,
    /// The receiver took charge of the patient.
    InCare,
    /// The patient should have arrived: both sides are asked.
    ArrivalAsked,
    /// The receiver wrote back to the post and its specialist ("contre-référence").
    CounterReferral {
        /// The text, 1 to 4,000 characters. It is empty in the steps of a referral, which has it in a field of its own.
        text: Pii<String>,
    },
    /// Nobody wrote back: the receiver is reminded.
    CounterAsked,
    /// The patient did not come to the structure.
    Failed {
        /// The reason.
        reason: FailReason,
        /// A remark, 500 characters at most.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        text: Option<Pii<String>>,
    },
    /// The patient is not sent any more.
    Cancelled {
        /// The reason, 1 to 500 characters.
        text: Pii<String>,
    },
}

impl ReferralEvent {
    /// The event as it stands among others: the referral has the text of a counter-referral, which is long, and the code in fields of their own.
    #[must_use]
    pub fn shown(&self) -> Self {
        match self {
            Self::CounterReferral { .. } => Self::CounterReferral { text: Pii::default() },
            Self::AskedNext { structure, .. } => Self::AskedNext { structure: structure.clone(), code: None },
            event => event.clone(),
        }
    }
}
