//! Referrals in version 3 of the stored form. This file is not changed any more once it is released.

use super::v1::{Place, Urgency, values};
use crate::{
    id::{ConsultationId, ReferralId},
    pii::Pii,
    referral,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReferralOrder {
    referral: Uuid,
    consultation: Uuid,
    structure: Place,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    others: Vec<Place>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    needs: Vec<Need>,
    urgency: Urgency,
    letter: Letter,
    by: Pii<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    order_number: Option<Pii<String>>,
    at: u64,
    code: Pii<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Letter {
    patient: Pii<String>,
    reason: Pii<String>,
    findings: Pii<String>,
    done: Pii<String>,
    not_examined: Pii<String>,
    question: Pii<String>,
}

/// A variant without fields is an empty struct here: serde refuses unknown fields in those only.
#[derive(Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum ReferralEvent {
    Received {},
    Accepted {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<Pii<String>>,
    },
    Rejected {
        reason: RejectReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<Pii<String>>,
    },
    AskedNext {
        structure: Place,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<Pii<String>>,
    },
    Unanswered {},
    Departed {
        transport: Transport,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        eta_min: Option<u16>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ago_min: Option<u16>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<Pii<String>>,
    },
    Arrived {},
    InCare {},
    ArrivalAsked {},
    CounterReferral {
        text: Pii<String>,
    },
    CounterAsked {},
    Failed {
        reason: FailReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<Pii<String>>,
    },
    Cancelled {
        text: Pii<String>,
    },
}

values!(ReferralActor of referral::ReferralActor { Post, Doctor, Receiver, Server });
values!(Need of referral::Need { Cesarean, Surgery, Transfusion, Neonatal, Imaging, Laboratory, Maternity });
values!(Transport of referral::Transport {
    AmbulanceOfReceiver, AmbulanceOfDistrict, OwnVehicle, PrivateVehicle, Other
});
values!(RejectReason of referral::RejectReason { NoBed, NoEquipment, NoSpecialist, NoTransport, Other });
values!(FailReason of referral::FailReason { NotArrived, DiedOnTheWay });

impl From<referral::ReferralOrder> for ReferralOrder {
    fn from(order: referral::ReferralOrder) -> Self {
        Self {
            referral: order.referral.0,
            consultation: order.consultation.0,
            structure: order.structure.into(),
            others: order.others.into_iter().map(Into::into).collect(),
            needs: order.needs.into_iter().map(Into::into).collect(),
            urgency: order.urgency.into(),
            letter: order.letter.into(),
            by: order.by,
            order_number: order.order_number,
            at: order.at.0,
            code: order.code,
        }
    }
}

impl From<ReferralOrder> for referral::ReferralOrder {
    fn from(stored: ReferralOrder) -> Self {
        Self {
            referral: ReferralId(stored.referral),
            consultation: ConsultationId(stored.consultation),
            structure: stored.structure.into(),
            others: stored.others.into_iter().map(Into::into).collect(),
            needs: stored.needs.into_iter().map(Into::into).collect(),
            urgency: stored.urgency.into(),
            letter: stored.letter.into(),
            by: stored.by,
            order_number: stored.order_number,
            at: Timestamp(stored.at),
            code: stored.code,
        }
    }
}

impl From<referral::Letter> for Letter {
    fn from(letter: referral::Letter) -> Self {
        let referral::Letter { patient, reason, findings, done, not_examined, question } = letter;
        Self { patient, reason, findings, done, not_examined, question }
    }
}

impl From<Letter> for referral::Letter {
    fn from(letter: Letter) -> Self {
        let Letter { patient, reason, findings, done, not_examined, question } = letter;
        Self { patient, reason, findings, done, not_examined, question }
    }
}

impl From<referral::ReferralEvent> for ReferralEvent {
    fn from(event: referral::ReferralEvent) -> Self {
        use referral::ReferralEvent as Event;
        match event {
            Event::Received => Self::Received {},
            Event::Accepted { text } => Self::Accepted { text },
            Event::Rejected { reason, text } => Self::Rejected { reason: reason.into(), text },
            Event::AskedNext { structure, code } => Self::AskedNext { structure: structure.into(), code },
            Event::Unanswered => Self::Unanswered {},
            Event::Departed { transport, eta_min, ago_min, text } => {
                Self::Departed { transport: transport.into(), eta_min, ago_min, text }
            }
            Event::Arrived => Self::Arrived {},
            Event::InCare => Self::InCare {},
            Event::ArrivalAsked => Self::ArrivalAsked {},
            Event::CounterReferral { text } => Self::CounterReferral { text },
            Event::CounterAsked => Self::CounterAsked {},
            Event::Failed { reason, text } => Self::Failed { reason: reason.into(), text },
            Event::Cancelled { text } => Self::Cancelled { text },
        }
    }
}

impl From<ReferralEvent> for referral::ReferralEvent {
    fn from(event: ReferralEvent) -> Self {
        use ReferralEvent as Event;
        match event {
            Event::Received {} => Self::Received,
            Event::Accepted { text } => Self::Accepted { text },
            Event::Rejected { reason, text } => Self::Rejected { reason: reason.into(), text },
            Event::AskedNext { structure, code } => Self::AskedNext { structure: structure.into(), code },
            Event::Unanswered {} => Self::Unanswered,
            Event::Departed { transport, eta_min, ago_min, text } => {
                Self::Departed { transport: transport.into(), eta_min, ago_min, text }
            }
            Event::Arrived {} => Self::Arrived,
            Event::InCare {} => Self::InCare,
            Event::ArrivalAsked {} => Self::ArrivalAsked,
            Event::CounterReferral { text } => Self::CounterReferral { text },
            Event::CounterAsked {} => Self::CounterAsked,
            Event::Failed { reason, text } => Self::Failed { reason: reason.into(), text },
            Event::Cancelled { text } => Self::Cancelled { text },
        }
    }
}
