//! Version 1 of the stored form: what is written since the first release. The structs mirror the JSON and nothing
//! else; field order is the order in which it is written. This file is never changed: see the module above.

use super::version::{Body, Unreadable, Version, read};
use crate::{
    clinical::{self, Advise},
    fact,
    id::{ConsultationId, PartyId, PhotoId},
    people, photo,
    pii::Pii,
    request,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Version 1 for the codec.
pub(super) const VERSION: Version =
    Version { number: 1, encode: |what, _| encode(what), decode: |json| decode(json).map(Body::from) };

/// The values of `kind`.
const KINDS: &[&str] = &[
    "requested",
    "escalated",
    "claimed",
    "entered",
    "left",
    "noted",
    "advised",
    "photo_asked",
    "photo_taken",
    "photo_marked",
    "cancelled",
    "closed",
];

pub(super) fn encode(what: &fact::What) -> String {
    serde_json::to_string(&What::from(what.clone())).expect("the stored form is plain JSON")
}

pub(super) fn decode(json: &str) -> Result<fact::What, Unreadable> {
    read::<What>(json, KINDS).map(fact::What::from)
}

/// A variant without fields is an empty struct here: serde refuses unknown fields in those only.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum What {
    Requested { post: Identity, request: PostRequest },
    Escalated { step: Step },
    Claimed { doctor: Identity },
    Entered { guest: Identity, holds: bool },
    Left {},
    Noted { note: Writing },
    Advised { advice: Writing },
    PhotoAsked { photo: Uuid },
    PhotoTaken { photo: Uuid, file: PhotoFile },
    PhotoMarked { photo: Uuid, marks: Vec<Mark> },
    Cancelled {},
    Closed { disposition: Disposition },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Identity {
    party: String,
    role: Role,
    name: Pii<String>,
    place: Place,
    specialities: Vec<Speciality>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    id: String,
    name: String,
    district: String,
    region: String,
    phone: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PostRequest {
    request: Uuid,
    speciality: Speciality,
    urgency: Urgency,
    intake: Intake,
}

/// A field that is not there is unknown, as it was when the form was read by the wire's own type.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Intake {
    dpp: Option<Pii<String>>,
    reason: Pii<String>,
    age_years: Option<Pii<u8>>,
    term_weeks: Option<Pii<u8>>,
    systolic: Option<Pii<u16>>,
    diastolic: Option<Pii<u16>>,
    pulse: Option<Pii<u16>>,
    temperature_dc: Option<Pii<u16>>,
    bleeding: Option<Pii<Bleeding>>,
    convulsions: Option<Pii<bool>>,
    language: Option<Language>,
}

/// A note, or advice.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Writing {
    consultation: Uuid,
    revision: u32,
    text: Pii<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PhotoFile {
    kind: PhotoKind,
    width: u16,
    height: u16,
    bytes: u32,
    sha256: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mark {
    shape: MarkShape,
    from: [u16; 2],
    to: [u16; 2],
}

/// Declares an enumeration of a stored form, and its way from and to the domain's one with the same variants.
macro_rules! values {
    ($name:ident of $domain:path { $($variant:ident),+ }) => {
        #[derive(Clone, Copy, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub(super) enum $name { $($variant),+ }

        impl From<$domain> for $name {
            fn from(value: $domain) -> Self {
                use $domain as Domain;
                match value { $(Domain::$variant => Self::$variant),+ }
            }
        }

        impl From<$name> for $domain {
            fn from(value: $name) -> Self {
                match value { $($name::$variant => Self::$variant),+ }
            }
        }
    };
}

pub(super) use values;

values!(Speciality of people::Speciality { Obstetrics, Paediatrics, General, Surgery });
values!(Urgency of request::Urgency { Stat, Urgent, Routine });
values!(Step of request::Step { OnCall, Second, Regional, Nobody });
values!(Bleeding of request::Bleeding { None, Light, Heavy });
values!(Language of request::Language { Fr, Wo, Ff, Snk, Mnk });
values!(Disposition of clinical::Disposition { Advice, Prescription, Evacuation, Appointment });
values!(PhotoKind of photo::PhotoKind { Webp, Jpeg });
values!(MarkShape of photo::MarkShape { Circle, Arrow });

/// A role. Facts name people who were in a consultation, and a coordinator never is in one.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Role {
    Kiosk,
    Doctor,
    Guest,
    Operator,
}

impl From<people::Role> for Role {
    fn from(role: people::Role) -> Self {
        match role {
            people::Role::Kiosk => Self::Kiosk,
            people::Role::Doctor => Self::Doctor,
            people::Role::Guest => Self::Guest,
            people::Role::Operator => Self::Operator,
            people::Role::Coordinator => unreachable!("a consultation refuses a coordinator"),
        }
    }
}

impl From<Role> for people::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Kiosk => Self::Kiosk,
            Role::Doctor => Self::Doctor,
            Role::Guest => Self::Guest,
            Role::Operator => Self::Operator,
        }
    }
}

impl From<fact::What> for What {
    fn from(what: fact::What) -> Self {
        use fact::What as Domain;
        match what {
            Domain::Requested { .. }
            | Domain::RangAgain { .. }
            | Domain::Postponed { .. }
            | Domain::Redirected { .. }
            | Domain::TabletJoined { .. }
            | Domain::ChatWritten { .. }
            | Domain::ChatSeen { .. }
            | Domain::Deferred { .. }
            | Domain::Assigned { .. }
            | Domain::CaseRead
            | Domain::Reminded
            | Domain::Examined { .. }
            | Domain::Attached { .. }
            | Domain::Prescribed { .. }
            | Domain::Referred { .. }
            | Domain::ReferralMoved { .. }
            | Domain::PrescriptionCancelled { .. }
            | Domain::Consented { .. }
            | Domain::ConsentWithdrawn { .. }
            | Domain::Dispensed { .. }
            | Domain::Appointed { .. }
            | Domain::AppointmentMoved { .. }
            | Domain::AppointmentCancelled { .. }
            | Domain::OutcomeAskedAgain
            | Domain::LostToFollowUp { .. }
            | Domain::OutcomeTold { .. } => unreachable!("a later version writes this kind"),
            Domain::Escalated { step, .. } => Self::Escalated { step: step.into() },
            Domain::Claimed { doctor } => Self::Claimed { doctor: doctor.into() },
            Domain::Entered { guest, holds, .. } => Self::Entered { guest: guest.into(), holds },
            Domain::Left => Self::Left {},
            Domain::Noted { note } => Self::Noted { note: note.into() },
            Domain::Advised { advice, .. } => Self::Advised { advice: advice.into() },
            Domain::PhotoAsked { photo } => Self::PhotoAsked { photo: photo.0 },
            Domain::PhotoTaken { photo, file } => Self::PhotoTaken { photo: photo.0, file: file.into() },
            Domain::PhotoMarked { photo, marks } => {
                Self::PhotoMarked { photo: photo.0, marks: marks.into_iter().map(Mark::from).collect() }
            }
            Domain::Cancelled => Self::Cancelled {},
            Domain::Closed { disposition, .. } => Self::Closed { disposition: disposition.into() },
        }
    }
}

impl From<What> for fact::What {
    fn from(what: What) -> Self {
        match what {
            What::Requested { post, request } => {
                Self::Requested { post: post.into(), request: request.into() }
            }
            What::Escalated { step } => Self::Escalated { step: step.into(), why: None },
            What::Claimed { doctor } => Self::Claimed { doctor: doctor.into() },
            What::Entered { guest, holds } => Self::Entered { guest: guest.into(), holds, why: None },
            What::Left {} => Self::Left,
            What::Noted { note } => Self::Noted { note: note.into() },
            What::Advised { advice } => Self::Advised { advice: advice.into(), order_number: None },
            What::PhotoAsked { photo } => Self::PhotoAsked { photo: PhotoId(photo) },
            What::PhotoTaken { photo, file } => Self::PhotoTaken { photo: PhotoId(photo), file: file.into() },
            What::PhotoMarked { photo, marks } => Self::PhotoMarked {
                photo: PhotoId(photo),
                marks: marks.into_iter().map(photo::Mark::from).collect(),
            },
            What::Cancelled {} => Self::Cancelled,
            What::Closed { disposition } => Self::Closed { disposition: disposition.into(), follow_up: None },
        }
    }
}

/// Declares the way between a struct of the stored form and the domain's one with the same fields. Those
/// behind the semicolon are converted, the others are left as they are.
macro_rules! fields {
    ($stored:ident, $domain:path { $($same:ident),* $(; $($into:ident),+)? }) => {
        impl From<$domain> for $stored {
            fn from(value: $domain) -> Self {
                Self { $($same: value.$same,)* $($($into: value.$into.into()),+)? }
            }
        }

        impl From<$stored> for $domain {
            fn from(value: $stored) -> Self {
                Self { $($same: value.$same,)* $($($into: value.$into.into()),+)? }
            }
        }
    };
}

fields!(Place, people::Place { id, name, district, region, phone });
fields!(Mark, photo::Mark { from, to; shape });
fields!(PhotoFile, photo::PhotoFile { width, height, bytes, sha256; kind });

impl From<people::Identity> for Identity {
    fn from(who: people::Identity) -> Self {
        let people::Identity { party, role, name, place, specialities } = who;
        let specialities = specialities.into_iter().map(Speciality::from).collect();
        Self { party: party.0, role: role.into(), name, place: place.into(), specialities }
    }
}

impl From<Identity> for people::Identity {
    fn from(who: Identity) -> Self {
        let Identity { party, role, name, place, specialities } = who;
        let specialities = specialities.into_iter().map(people::Speciality::from).collect();
        Self { party: PartyId(party), role: role.into(), name, place: place.into(), specialities }
    }
}

impl From<PostRequest> for request::Request {
    fn from(request: PostRequest) -> Self {
        let PostRequest { request, speciality, urgency, intake } = request;
        Self {
            request: ConsultationId(request),
            speciality: speciality.into(),
            urgency: urgency.into(),
            intake: intake.into(),
            defer_to: None,
            patient: None,
            appointment_with: None,
        }
    }
}

impl From<Intake> for request::Intake {
    fn from(form: Intake) -> Self {
        Self {
            dpp: form.dpp,
            reason: form.reason,
            age_years: form.age_years,
            term_weeks: form.term_weeks,
            systolic: form.systolic,
            diastolic: form.diastolic,
            pulse: form.pulse,
            temperature_dc: form.temperature_dc,
            bleeding: form.bleeding.map(|bleeding| Pii::new(bleeding.into_inner().into())),
            convulsions: form.convulsions,
            language: form.language.map(request::Language::from),
            ..Self::default()
        }
    }
}

impl From<clinical::Note> for Writing {
    fn from(note: clinical::Note) -> Self {
        Self { consultation: note.consultation.0, revision: note.revision, text: note.text }
    }
}

impl From<Writing> for clinical::Note {
    fn from(text: Writing) -> Self {
        Self { consultation: ConsultationId(text.consultation), revision: text.revision, text: text.text }
    }
}

impl From<Advise> for Writing {
    fn from(advice: Advise) -> Self {
        Self { consultation: advice.consultation.0, revision: advice.revision, text: advice.text }
    }
}

impl From<Writing> for Advise {
    fn from(text: Writing) -> Self {
        let (consultation, revision) = (ConsultationId(text.consultation), text.revision);
        Self { consultation, revision, text: text.text, replaces: None }
    }
}
