//! Version 3 of the stored form. A row names the member of staff beside the event, which stands in the field `what`. The event
//! is in the form of version 2, except for the kinds below, which are changed or new. This file is not changed any more once it
//! is released: see the module above.

use super::{
    v1::{Disposition, Identity, Speciality, Step, Urgency, values},
    v2,
    v2_intake::Intake,
    v3_appointment::Appointment,
    v3_attachment::AttachmentFile,
    v3_consent::ConsentAct,
    v3_dispensing::Dispensed,
    v3_prescription::Prescription,
    v3_referral::{ReferralActor, ReferralEvent, ReferralOrder},
    version::{Body, Unreadable, Version, kind_of, read, reason},
};
use crate::{
    case, fact,
    id::{
        ActId, AppointmentId, AttachmentId, ChatId, ConsultationId, PartyId, PatientId, PrescriptionId,
        ReferralId, StaffId,
    },
    people,
    pii::Pii,
    request,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

/// Version 3 for the codec.
pub(super) const VERSION: Version = Version { number: 3, encode, decode };

/// The kinds of fact that differ from version 2.
const KINDS: &[&str] = &[
    "requested",
    "escalated",
    "rang_again",
    "postponed",
    "redirected",
    "entered",
    "tablet_joined",
    "chat_written",
    "closed",
    "deferred",
    "assigned",
    "case_read",
    "reminded",
    "examined",
    "outcome_asked_again",
    "lost_to_follow_up",
    "outcome_told",
    "attached",
    "prescribed",
    "prescription_cancelled",
    "consented",
    "consent_withdrawn",
    "referred",
    "referral_moved",
    "dispensed",
    "appointed",
    "appointment_moved",
    "appointment_cancelled",
];

/// A row of this version.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    staff: Option<String>,
    what: Box<RawValue>,
}

fn encode(what: &fact::What, staff: Option<&StaffId>) -> String {
    let what = match What::of(what) {
        Some(form) => serde_json::to_string(&form).expect("the stored form is plain JSON"),
        None => v2::encode(what),
    };
    let what = RawValue::from_string(what).expect("the stored form is plain JSON");
    let row = Row { staff: staff.map(|staff| staff.0.clone()), what };
    serde_json::to_string(&row).expect("the stored form is plain JSON")
}

fn decode(json: &str) -> Result<Body, Unreadable> {
    let row: Row = serde_json::from_str(json).map_err(|error| reason(&error))?;
    let what = row.what.get();
    let what = if KINDS.contains(&kind_of(what)?.as_str()) {
        read::<What>(what, KINDS).map(fact::What::from)?
    } else {
        v2::decode(what)?
    };
    Ok(Body { what, staff: row.staff.map(StaffId) })
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum What {
    Requested {
        post: Identity,
        request: Box<PostRequest>,
    },
    Escalated {
        step: Step,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<EscalationReason>,
    },
    RangAgain {
        why: RingReason,
    },
    Postponed {
        until: u64,
    },
    Redirected {
        speciality: Speciality,
        why: Pii<String>,
    },
    Entered {
        guest: Box<Identity>,
        holds: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<Pii<String>>,
    },
    TabletJoined {
        tablet: Box<Identity>,
    },
    ChatWritten {
        chat: Uuid,
        text: Pii<String>,
        #[serde(default, skip_serializing_if = "is_false")]
        asks: bool,
    },
    Closed {
        disposition: Disposition,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        follow_up: Option<u64>,
    },
    Deferred {
        to: Addressee,
        why: DeferReason,
    },
    Assigned {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        doctor: Option<Box<Identity>>,
        why: AssignReason,
    },
    CaseRead {},
    Reminded {},
    Examined {
        intake: Box<Intake>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        act: Option<Uuid>,
    },
    OutcomeAskedAgain {},
    LostToFollowUp {
        why: LossReason,
    },
    OutcomeTold {
        outcome: Outcome,
        text: Pii<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        act: Option<Uuid>,
    },
    Attached {
        attachment: Uuid,
        file: AttachmentFile,
    },
    Prescribed {
        signed: Box<Prescription>,
    },
    PrescriptionCancelled {
        prescription: Uuid,
        why: Pii<String>,
    },
    Consented {
        said: ConsentAct,
    },
    ConsentWithdrawn {
        said: ConsentAct,
    },
    Referred {
        referral: Box<ReferralOrder>,
    },
    ReferralMoved {
        referral: Uuid,
        actor: ReferralActor,
        by_name: Pii<String>,
        event: Box<ReferralEvent>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        act: Option<Uuid>,
    },
    Dispensed {
        prescription: Uuid,
        dispensed: Box<Dispensed>,
    },
    Appointed {
        appointment: Box<Appointment>,
    },
    AppointmentMoved {
        appointment: Uuid,
        at: u64,
    },
    AppointmentCancelled {
        appointment: Uuid,
        why: Pii<String>,
    },
}

/// A request. Version 2 does not know that it may be a case from its beginning.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PostRequest {
    request: Uuid,
    speciality: Speciality,
    urgency: Urgency,
    intake: Intake,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    defer_to: Option<Addressee>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    patient: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    appointment_with: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Addressee {
    Speciality(Speciality),
    Party(String),
}

values!(EscalationReason of request::EscalationReason { Unanswered, NobodyThere });
values!(RingReason of fact::RingReason { Absent, Asked, HandedOn, Due });
values!(DeferReason of case::DeferReason { Chosen, Unanswered, Converted, LinkLost, Readdressed });
values!(AssignReason of case::AssignReason { OnDuty, Addressed, Taken, Allocated, Overdue, Revoked, NoReply });

values!(Outcome of case::Outcome { Arrived, Recovered, Improved, Worse, Evacuated, Died, LostToFollowUp });
values!(LossReason of case::LossReason { NoAnswer });

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl What {
    /// The form of a fact of one of these kinds; none for any other kind.
    fn of(what: &fact::What) -> Option<Self> {
        Some(match what {
            fact::What::Requested { post, request } => Self::Requested {
                post: post.clone().into(),
                request: Box::new(PostRequest::from(request.clone())),
            },
            fact::What::Escalated { step, why } => {
                Self::Escalated { step: (*step).into(), why: why.map(Into::into) }
            }
            fact::What::RangAgain { why } => Self::RangAgain { why: (*why).into() },
            fact::What::Postponed { until } => Self::Postponed { until: until.0 },
            fact::What::Redirected { speciality, why } => {
                Self::Redirected { speciality: (*speciality).into(), why: why.clone() }
            }
            fact::What::Entered { guest, holds, why } => {
                Self::Entered { guest: Box::new(guest.clone().into()), holds: *holds, why: why.clone() }
            }
            fact::What::TabletJoined { tablet } => {
                Self::TabletJoined { tablet: Box::new(tablet.clone().into()) }
            }
            fact::What::ChatWritten { chat, text, asks } => {
                Self::ChatWritten { chat: chat.0, text: text.clone(), asks: *asks }
            }
            fact::What::Closed { disposition, follow_up } => {
                Self::Closed { disposition: (*disposition).into(), follow_up: follow_up.map(|at| at.0) }
            }
            fact::What::Deferred { to, why } => Self::Deferred { to: to.clone().into(), why: (*why).into() },
            fact::What::Assigned { doctor, why } => Self::Assigned {
                doctor: doctor.clone().map(|doctor| Box::new(doctor.into())),
                why: (*why).into(),
            },
            fact::What::CaseRead => Self::CaseRead {},
            fact::What::Reminded => Self::Reminded {},
            fact::What::Examined { intake, act } => {
                Self::Examined { intake: Box::new(intake.clone().into()), act: act.map(|act| act.0) }
            }
            fact::What::OutcomeAskedAgain => Self::OutcomeAskedAgain {},
            fact::What::LostToFollowUp { why } => Self::LostToFollowUp { why: (*why).into() },
            fact::What::OutcomeTold { outcome, text, act } => {
                let act = act.map(|act| act.0);
                Self::OutcomeTold { outcome: (*outcome).into(), text: text.clone(), act }
            }
            fact::What::Attached { attachment, file } => {
                Self::Attached { attachment: attachment.0, file: file.clone().into() }
            }
            fact::What::Prescribed { signed } => {
                Self::Prescribed { signed: Box::new((**signed).clone().into()) }
            }
            fact::What::PrescriptionCancelled { prescription, why } => {
                Self::PrescriptionCancelled { prescription: prescription.0, why: why.clone() }
            }
            fact::What::Consented { said } => Self::Consented { said: (*said).into() },
            fact::What::ConsentWithdrawn { said } => Self::ConsentWithdrawn { said: (*said).into() },
            _ => return Self::of_referral(what),
        })
    }

    /// The facts of referrals, and of dispensing.
    fn of_referral(what: &fact::What) -> Option<Self> {
        Some(match what {
            fact::What::Referred { referral } => {
                Self::Referred { referral: Box::new((**referral).clone().into()) }
            }
            fact::What::ReferralMoved { referral, actor, by_name, event, act } => {
                let (actor, event) = ((*actor).into(), Box::new((**event).clone().into()));
                let (referral, by_name, act) = (referral.0, by_name.clone(), act.map(|act| act.0));
                Self::ReferralMoved { referral, actor, by_name, event, act }
            }
            fact::What::Dispensed { prescription, dispensed } => Self::Dispensed {
                prescription: prescription.0,
                dispensed: Box::new((**dispensed).clone().into()),
            },
            _ => return Self::of_appointment(what),
        })
    }

    /// The form of a fact of an appointment; none for any other kind.
    fn of_appointment(what: &fact::What) -> Option<Self> {
        Some(match what {
            fact::What::Appointed { appointment } => {
                Self::Appointed { appointment: Box::new((**appointment).clone().into()) }
            }
            fact::What::AppointmentMoved { appointment, at } => {
                Self::AppointmentMoved { appointment: appointment.0, at: at.0 }
            }
            fact::What::AppointmentCancelled { appointment, why } => {
                Self::AppointmentCancelled { appointment: appointment.0, why: why.clone() }
            }
            _ => return None,
        })
    }
}

impl From<What> for fact::What {
    fn from(what: What) -> Self {
        match what {
            What::Requested { post, request } => {
                Self::Requested { post: post.into(), request: (*request).into() }
            }
            What::Escalated { step, why } => Self::Escalated { step: step.into(), why: why.map(Into::into) },
            What::RangAgain { why } => Self::RangAgain { why: why.into() },
            What::Postponed { until } => Self::Postponed { until: Timestamp(until) },
            What::Redirected { speciality, why } => Self::Redirected { speciality: speciality.into(), why },
            What::Entered { guest, holds, why } => Self::Entered { guest: (*guest).into(), holds, why },
            What::TabletJoined { tablet } => Self::TabletJoined { tablet: (*tablet).into() },
            What::ChatWritten { chat, text, asks } => Self::ChatWritten { chat: ChatId(chat), text, asks },
            What::Closed { disposition, follow_up } => {
                Self::Closed { disposition: disposition.into(), follow_up: follow_up.map(Timestamp) }
            }
            What::Deferred { to, why } => Self::Deferred { to: to.into(), why: why.into() },
            What::Assigned { doctor, why } => {
                Self::Assigned { doctor: doctor.map(|doctor| (*doctor).into()), why: why.into() }
            }
            What::CaseRead {} => Self::CaseRead,
            What::Reminded {} => Self::Reminded,
            What::Examined { intake, act } => {
                Self::Examined { intake: (*intake).into(), act: act.map(ActId) }
            }
            What::OutcomeAskedAgain {} => Self::OutcomeAskedAgain,
            What::LostToFollowUp { why } => Self::LostToFollowUp { why: why.into() },
            What::OutcomeTold { outcome, text, act } => {
                Self::OutcomeTold { outcome: outcome.into(), text, act: act.map(ActId) }
            }
            What::Attached { attachment, file } => {
                Self::Attached { attachment: AttachmentId(attachment), file: file.into() }
            }
            What::Prescribed { signed } => Self::Prescribed { signed: Box::new((*signed).into()) },
            What::PrescriptionCancelled { prescription, why } => {
                Self::PrescriptionCancelled { prescription: PrescriptionId(prescription), why }
            }
            What::Consented { said } => Self::Consented { said: said.into() },
            What::ConsentWithdrawn { said } => Self::ConsentWithdrawn { said: said.into() },
            What::Referred { referral } => Self::Referred { referral: Box::new((*referral).into()) },
            What::ReferralMoved { referral, actor, by_name, event, act } => {
                let (referral, actor, act) = (ReferralId(referral), actor.into(), act.map(ActId));
                Self::ReferralMoved { referral, actor, by_name, event: Box::new((*event).into()), act }
            }
            What::Dispensed { prescription, dispensed } => Self::Dispensed {
                prescription: PrescriptionId(prescription),
                dispensed: Box::new((*dispensed).into()),
            },
            What::Appointed { appointment } => {
                Self::Appointed { appointment: Box::new((*appointment).into()) }
            }
            What::AppointmentMoved { appointment, at } => {
                Self::AppointmentMoved { appointment: AppointmentId(appointment), at: Timestamp(at) }
            }
            What::AppointmentCancelled { appointment, why } => {
                Self::AppointmentCancelled { appointment: AppointmentId(appointment), why }
            }
        }
    }
}

impl From<request::Request> for PostRequest {
    fn from(request: request::Request) -> Self {
        let request::Request { request, speciality, urgency, intake, defer_to, patient, appointment_with } =
            request;
        let (speciality, urgency) = (speciality.into(), urgency.into());
        let (defer_to, patient) = (defer_to.map(Into::into), patient.map(|patient| patient.0));
        let (intake, appointment_with) = (intake.into(), appointment_with.map(|doctor| doctor.0));
        Self { request: request.0, speciality, urgency, intake, defer_to, patient, appointment_with }
    }
}

impl From<PostRequest> for request::Request {
    fn from(request: PostRequest) -> Self {
        let PostRequest { request, speciality, urgency, intake, defer_to, patient, appointment_with } =
            request;
        let (speciality, urgency) = (speciality.into(), urgency.into());
        let (defer_to, patient) = (defer_to.map(Into::into), patient.map(PatientId));
        let (request, appointment_with) = (ConsultationId(request), appointment_with.map(PartyId));
        Self { request, speciality, urgency, intake: intake.into(), defer_to, patient, appointment_with }
    }
}

impl From<people::Addressee> for Addressee {
    fn from(to: people::Addressee) -> Self {
        match to {
            people::Addressee::Speciality(speciality) => Self::Speciality(speciality.into()),
            people::Addressee::Party(party) => Self::Party(party.0),
        }
    }
}

impl From<Addressee> for people::Addressee {
    fn from(to: Addressee) -> Self {
        match to {
            Addressee::Speciality(speciality) => Self::Speciality(speciality.into()),
            Addressee::Party(party) => Self::Party(PartyId(party)),
        }
    }
}
