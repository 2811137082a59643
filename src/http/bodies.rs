//! The bodies of the HTTP interface, which `docs/API.md` describes. The TypeScript types of the pages,
//! `web/protocol/api.ts`, are generated from this file.

mod ambulance;
mod appointments;
mod consents;
mod dispensing;
mod dpp;
mod failure;
mod nearest;
mod outcomes;
mod patients;
mod prescriptions;
mod proposals;
mod publications;
mod readers;
mod referrals;
mod spoken;
mod stock;

pub use ambulance::{AmbulanceCall, AmbulanceLinkView, JoinAmbulance, LookAtAmbulance, MadeAmbulanceLink};
pub use appointments::{
    AppointmentList, AppointmentRow, CancelAppointment, MakeAppointment, MoveAppointment, StoredAppointment,
};
pub use consents::{ConsentStored, SayConsent};
pub use dispensing::{DispenseAtPharmacy, DispenseAtPost, DispensedSomewhere};
pub use dpp::{
    ConfirmDppPatient, DppDocument, DppLine, DppLookup, DppPatient, DppPossible, DppQuestion, DppRecord,
    FindDppPatient, ReadDppRecord,
};
pub use failure::{Failure, FailureCode};
pub use nearest::{NearStructure, NearStructures};
pub use outcomes::{OutcomeCount, OutcomesView};
pub use patients::{IdentificationLine, IdentifyPatient, JoinPatients, MergeLine, PatientLine, PatientView};
pub use prescriptions::{
    CancelPrescription, CheckedDraft, EndingKey, EndingKeyState, OwnKey, PrescriptionCode, PrescriptionState,
    PrescriptionStatus, PrescriptionText, SignDraft, SignedDraft, SigningKeys, TrustedKey, TrustedKeys,
    WithdrawnBecause, WithdrawnHolder, WithdrawnKey,
};
pub use proposals::{DecideProposal, OpenProposal, OpenProposals, OwnProposal, OwnProposals, ProposeChange};
pub use publications::{
    DecidePublication, DppFailed, DppState, PublicationChoice, RecordPublications, RefusedPublication,
};
pub use readers::{ReadersView, ReadingLine};
pub use referrals::{
    MoveLiaison, MoveReferral, OpenLiaison, OrderReferral, OrderedReferral, ReceivedReferral,
    ReceivedReferrals,
};
pub use spoken::{SpokenAct, SpokenOffer, SpokenRecording};
pub use stock::{PutCount, PutStock, StockLine, StockView};

use serde::{Deserialize, Serialize};
use teranga_clinic::{
    attachment::MediaType,
    id::{ConsultationId, PartyId, StaffId},
    people::{Place, Role, Speciality},
    photo::PhotoKind,
    pii::Pii,
    time::Timestamp,
};

/// Signs a person in.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The account's sign-in name.
    #[cfg_attr(test, ts(type = "string"))]
    pub login: Pii<String>,
    /// Its password.
    #[cfg_attr(test, ts(type = "string"))]
    pub password: Pii<String>,
}

/// Enrols this browser as the kiosk of a post.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct EnrollDevice {
    /// The one-time code, as printed; hyphens, spaces and case do not matter.
    #[cfg_attr(test, ts(type = "string"))]
    pub code: Pii<String>,
    /// Raw uncompressed P-256 point, base64url without padding.
    pub public_key: String,
}

/// A tablet or a doctor whom operations expect to be connected. Nobody is named.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Expected {
    /// The account or device.
    #[cfg_attr(test, ts(type = "PartyId"))]
    pub party: PartyId,
    /// A tablet's or a doctor's.
    pub role: Role,
    /// The structure.
    pub place: Place,
    /// The time at which it was last connected, ms since 1970; none if it never was. It is exact to half a minute.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub seen_at: Option<Timestamp>,
}

/// A doctor whom a doctor may ask for an opinion, or to whom a case may be given or addressed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Colleague {
    /// The account.
    #[cfg_attr(test, ts(type = "PartyId"))]
    pub party: PartyId,
    /// The doctor's name.
    pub name: Pii<String>,
    /// The doctor's specialities.
    pub specialities: Vec<Speciality>,
    /// True if a page of the doctor is connected at this moment.
    pub connected: bool,
}

/// The way in which a doctor is reached once their page is closed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OwnReach {
    /// True if the server sends SMS.
    pub sms: bool,
    /// The end of the doctor's own number, as `+221 …67`; none if no number is kept.
    pub phone: Option<String>,
}

/// The answer to an enrolment: the browser is a kiosk now.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Enrolled {
    /// The device's name for all later sign-ins: keep it beside the key.
    #[cfg_attr(test, ts(type = "PartyId"))]
    pub device: PartyId,
}

/// Asks for a challenge to sign.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct AskChallenge {
    /// Device identifier from [`Enrolled`].
    #[cfg_attr(test, ts(type = "PartyId"))]
    pub device: PartyId,
}

/// Bytes to sign.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Challenge {
    /// 32 bytes, base64url without padding; for one use within 60 s.
    pub challenge: String,
}

/// Signs a kiosk in.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SignInDevice {
    /// Device identifier from [`Enrolled`].
    #[cfg_attr(test, ts(type = "PartyId"))]
    pub device: PartyId,
    /// The bytes of [`Challenge`], unchanged.
    pub challenge: String,
    /// ECDSA P-256 with SHA-256 over the challenge's 32 bytes, r‖s, base64url without padding.
    pub signature: String,
}

/// One of one's own sessions.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OwnSession {
    /// The name by which it is ended.
    pub id: String,
    /// True for the session that asks.
    pub current: bool,
    /// True if a page of it is open at this moment.
    pub online: bool,
    /// Milliseconds since the sign-in.
    #[cfg_attr(test, ts(type = "number"))]
    pub opened_ms_ago: u64,
    /// Milliseconds since its last use, to ten minutes.
    #[cfg_attr(test, ts(type = "number"))]
    pub seen_ms_ago: u64,
    /// The kind of the browser, as `Firefox, Windows`; empty if it is not known.
    pub browser: String,
}

/// A member of the staff of the post that asks.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StaffLine {
    /// The identifier.
    pub id: StaffId,
    /// The name to show.
    #[cfg_attr(test, ts(type = "string"))]
    pub name: Pii<String>,
    /// The profession, as `ICP` or `sage-femme`.
    #[cfg_attr(test, ts(type = "string"))]
    pub title: Pii<String>,
    /// True for who may add and change the others.
    pub responsible: bool,
    /// True for who works there no more.
    pub left: bool,
}

/// Adds a member of staff. The first of a post needs no proof, and is responsible.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct AddStaff {
    /// Proof of the responsible person; none for the first member.
    #[serde(default)]
    #[cfg_attr(test, ts(type = "string | null"))]
    pub by: Option<Pii<String>>,
    /// The name, at most 60 characters.
    #[cfg_attr(test, ts(type = "string"))]
    pub name: Pii<String>,
    /// The profession, at most 60 characters.
    #[cfg_attr(test, ts(type = "string"))]
    pub title: Pii<String>,
    /// True if they may add and change others.
    pub responsible: bool,
    /// Four to six digits.
    #[cfg_attr(test, ts(type = "string"))]
    pub pin: Pii<String>,
}

/// Checks a PIN.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct EnterStaff {
    /// The member of staff.
    pub staff: StaffId,
    /// What was typed.
    #[cfg_attr(test, ts(type = "string"))]
    pub pin: Pii<String>,
}

/// The PIN was right.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StaffProof {
    /// The secret by which this tablet tells who is there, until the PIN changes.
    #[cfg_attr(test, ts(type = "string"))]
    pub proof: Pii<String>,
}

/// Changes a member of staff: oneself, or anybody by the responsible person.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ChangeStaff {
    /// Proof of who asks.
    #[cfg_attr(test, ts(type = "string"))]
    pub by: Pii<String>,
    /// The member.
    pub staff: StaffId,
    /// The new name.
    #[serde(default)]
    #[cfg_attr(test, ts(type = "string | null", optional))]
    pub name: Option<Pii<String>>,
    /// The new profession.
    #[serde(default)]
    #[cfg_attr(test, ts(type = "string | null", optional))]
    pub title: Option<Pii<String>>,
    /// True if they may add and change others from now on; heeded only from the responsible person.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub responsible: Option<bool>,
    /// A new PIN.
    #[serde(default)]
    #[cfg_attr(test, ts(type = "string | null", optional))]
    pub pin: Option<Pii<String>>,
    /// True if they work there no more.
    #[serde(default)]
    pub leaves: bool,
}

/// Says who took charge of a consultation that was begun without a PIN.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct TakeCharge {
    /// The consultation.
    pub consultation: ConsultationId,
    /// Proof of who took charge.
    #[cfg_attr(test, ts(type = "string"))]
    pub by: Pii<String>,
}

/// Who took charge. The first one who said so stands.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TookCharge {
    /// The member of staff.
    pub staff: StaffId,
}

/// Begins a photo that was asked for, or asks how much of it is there.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct AnnouncePhoto {
    /// The photo's format.
    #[cfg_attr(test, ts(type = "PhotoKind"))]
    pub kind: PhotoKind,
    /// The photo's length, bytes.
    pub bytes: u32,
    /// The photo's SHA-256, base64url without padding.
    pub sha256: String,
    /// A small picture of it, WebP or JPEG of at most 2,000 bytes, base64url without padding.
    pub thumbnail: String,
}

/// Begins an attachment, or asks how much of it is there.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct AnnounceAttachment {
    /// The format.
    #[cfg_attr(test, ts(type = "MediaType"))]
    pub media_type: MediaType,
    /// The length, bytes.
    pub bytes: u32,
    /// The SHA-256, base64url without padding.
    pub sha256: String,
}

/// State of an upload: the bytes of a photo that are durable at the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PhotoHeld {
    /// The number of durable bytes: the offset from which to go on.
    pub held: u32,
    /// True if the whole photo was right and is part of the consultation: the post may forget it. An empty piece behind the
    /// last byte asks for this again.
    pub stored: bool,
}
