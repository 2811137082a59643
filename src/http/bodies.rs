//! The bodies of the HTTP interface, which `docs/API.md` describes. The TypeScript types of the pages,
//! `web/protocol/api.ts`, are generated from this file.

mod consents;
mod dispensing;
mod dpp;
mod nearest;
mod outcomes;
mod patients;
mod prescriptions;
mod readers;
mod referrals;
mod spoken;
mod stock;

pub use consents::{ConsentStored, SayConsent};
pub use dispensing::{DispenseAtPharmacy, DispenseAtPost, DispensedSomewhere};
pub use dpp::{
    ConfirmDppPatient, DppDocument, DppLine, DppLookup, DppPatient, DppPossible, DppQuestion, DppRecord,
    DppState, FindDppPatient, ReadDppRecord,
};
pub use nearest::{NearStructure, NearStructures};
pub use outcomes::{OutcomeCount, OutcomesView};
pub use patients::{JoinPatients, MergeLine, PatientLine, PatientView};
pub use prescriptions::{
    CancelPrescription, CheckedDraft, OwnKey, PrescriptionState, PrescriptionStatus, PrescriptionText,
    SignDraft, SignedDraft, TrustedKey, TrustedKeys, WithdrawnBecause, WithdrawnKey,
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

/// The reason for a refusal. Every code has a sentence in each language of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum FailureCode {
    /// 401: nobody is signed in, or no longer.
    SignedOut,
    /// 401: unknown login or wrong password; both get the same answer.
    Credentials,
    /// 429: wait `retry_after_s` and try again.
    TooManyAttempts,
    /// 403: the request does not come from our own pages.
    Origin,
    /// 404: the thing does not exist, or the asker may not see it; both get the same answer.
    NotFound,
    /// 400: the body is not what this address takes.
    Malformed,
    /// 413: the body is over 64 KiB, a piece of a photo over 16 KiB, a photo over
    /// 1 MiB, a voice note over 512 KiB, a document over 4 MiB, a recording over 20 s, or a probe of the link over 14,000 bytes.
    TooLarge,
    /// 403: the enrolment code is unknown, used or expired.
    EnrollCode,
    /// 403: the device is unknown or revoked, or did not sign with its key.
    Device,
    /// 403: wrong PIN, or the proof of a member of staff is void: ask for the PIN.
    Pin,
    /// 403: only the responsible person of the post may do this.
    NotResponsible,
    /// 403: the challenge is not ours, too old or used: ask for another.
    Challenge,
    /// 403: the password that was asked again before a signature is wrong.
    Password,
    /// 403: only the doctor who holds the consultation may prescribe, and only until its end.
    NotPrescriber,
    /// 409: the doctor has no certified key to sign with.
    SigningKey,
    /// 409: the certificate of the doctor's key is over.
    SigningKeyExpired,
    /// 422: a line of the prescription is incomplete or has an impossible number, or there are no lines or too many.
    PrescriptionLine,
    /// 422: a question about the prescription is not answered.
    PrescriptionUnanswered,
    /// 422: the prescription is too long for the QR code on its paper.
    PrescriptionLong,
    /// 409: the prescription was replaced or cancelled meanwhile.
    PrescriptionReplaced,
    /// 422: the consultation has as many prescriptions as it may have.
    PrescriptionsFull,
    /// 422: a structure of the referral is unknown or closed, or is the post itself.
    ReferralStructure,
    /// 422: the consultation has as many referrals as it may have.
    ReferralsFull,
    /// 409: the step does not follow from the state of the referral, or is not one of the asker.
    ReferralStep,
    /// 403: no referral has this code, or it was over a month ago.
    ReferralCode,
    /// 409: the prescription was cancelled, so that nothing of it may be given.
    PrescriptionCancelled,
    /// 409: the time of the prescription is over.
    PrescriptionExpired,
    /// 409: more than is left of a line of the prescription: the rest was given before.
    DispensedAlready,
    /// 409: the piece does not follow what is there; announce the photo again and go on from `held`.
    PhotoOffset,
    /// 415: it is no plain WebP or JPEG, or has too many pixels; the upload is discarded.
    PhotoKind,
    /// 422: its SHA-256 is another one than was announced; the upload is discarded.
    PhotoDamaged,
    /// 422: nothing is to be heard in the recording.
    SoundSilent,
    /// 422: the recording is shorter than any sentence.
    SoundShort,
    /// 409: whoever has recorded a sentence cannot sign it off.
    OwnRecording,
    /// 409: the recording was signed off or withdrawn meanwhile.
    RecordingState,
    /// 409: the sentence has as many versions in this language as are kept.
    SlotFull,
    /// 422: the SHA-256 of an attachment is another one than was announced; the upload is discarded.
    AttachmentDamaged,
    /// 410: the consultation is over and takes no more attachments.
    AttachmentLate,
    /// 422: the consultation has as many attachments as it may have.
    AttachmentsFull,
    /// 415: it is no voice in Opus in the container that was announced; the upload is discarded.
    VoiceNoteKind,
    /// 422: it is longer than a voice note may be; the upload is discarded.
    VoiceNoteLong,
    /// 415: it is no PDF; the upload is discarded.
    DocumentKind,
    /// 422: it has no page, or more than a document may have; the upload is discarded.
    DocumentPages,
    /// 422: it opens only with a password; the upload is discarded.
    DocumentEncrypted,
    /// 422: its pages cannot be drawn within the limits of time and memory; the upload is discarded.
    DocumentTooHard,
    /// 409: the consultation cannot be read by this version of the server and is set aside; nothing of it is lost.
    SetAside,
    /// 409: somebody else has changed the rota meanwhile; the answer has what is there now.
    RotaChanged,
    /// 409: nobody would be on duty at once; the answer says for what. Give a replacement, or confirm it.
    RotaUncovered,
    /// 409: a doctor who is on duty now would not be any more; the answer says who is rung instead. Confirm it.
    RotaOnDuty,
    /// 422: a span that is empty, over, too long or too far ahead, or a time of day that is none.
    RotaSpan,
    /// 422: the doctor has no account any more, or not this speciality.
    RotaDoctor,
    /// 422: a doctor gives away a duty that is not theirs, or wants one that is not the other's.
    RotaNotOnDuty,
    /// 422: the rota has too many entries of this kind.
    RotaFull,
    /// 422: the file is no calendar (iCalendar).
    RotaFile,
    /// 503: it could not be read or stored; try again.
    Storage,
    /// 503: all connections of this account, or of the server, are taken; try again.
    TooManyConnections,
    /// 503: the server takes no new work: it stops for maintenance.
    Draining,
    /// 500: a fault of ours, in the log under the same time.
    Internal,
}

/// Body of every answer that is not a success.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Failure {
    /// Stable code.
    pub code: FailureCode,
    /// Seconds to wait, with `too_many_attempts`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub retry_after_s: Option<u32>,
}
