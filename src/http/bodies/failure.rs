//! The answer that is not a success.

use serde::{Deserialize, Serialize};

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
    /// 422: the calendar has no such day, or the day no such time.
    AppointmentDate,
    /// 422: the time of the appointment is over.
    AppointmentPast,
    /// 422: the appointment is more than a year ahead.
    AppointmentFar,
    /// 409: the doctor has another appointment at that time.
    AppointmentTaken,
    /// 409: the appointment was cancelled meanwhile.
    AppointmentOver,
    /// 422: this is no telephone number.
    AppointmentPhone,
    /// 422: a structure of the referral is unknown or closed, or is the post itself.
    ReferralStructure,
    /// 422: the consultation has as many referrals as it may have.
    ReferralsFull,
    /// 409: the step does not follow from the state of the referral, or is not one of the asker.
    ReferralStep,
    /// 403: no referral has this code, or it was over a month ago.
    ReferralCode,
    /// 409: this code is that of a structure that was asked before. Another structure is asked now, and has a code of its own.
    ReferralElsewhere,
    /// 403: the link of an ambulance is unknown, used, withdrawn or too old: ask for another.
    AmbulanceLink,
    /// 410: the call of the ambulance is over, or the patient has arrived.
    AmbulanceOver,
    /// 409: by the server's clock the certificate of the doctor's key has not begun; that clock is probably slow.
    SigningKeyNotBegun,
    /// 409: the clocks of the server and of the doctor's device are more than a day apart, and what is signed has its date.
    ClocksApart,
    /// 409: the prescription was cancelled, so that nothing of it may be given.
    PrescriptionCancelled,
    /// 409: the time of the prescription is over.
    PrescriptionExpired,
    /// 409: more than is left of a line of the prescription: the rest was given before.
    DispensedAlready,
    /// 409: something says that the patient has another number in the national record.
    PatientOtherNumber,
    /// 422: the national record knows nobody under this number.
    PatientNumberUnknown,
    /// 422: the number leads to an identity of the national record that is not in use.
    PatientNumberRetired,
    /// 503: the national record does not answer.
    DppSilent,
    /// 422: the national record answers what cannot be believed.
    DppUnusable,
    /// 422: the document is not at the national record itself, or it has no content.
    DppDocumentElsewhere,
    /// 422: the document of the national record is too large.
    DppDocumentLarge,
    /// 503: other documents of the national record are being opened, and none was done in time; ask again in a moment.
    DppDocumentBusy,
    /// 415: the document of the national record is of a kind that is not shown.
    DppDocumentKind,
    /// 422: the post has as many proposals without an answer as it may have.
    ProposalsFull,
    /// 409: somebody else has answered this proposal.
    ProposalDecided,
    /// 409: what is known of the structure has changed since it was read beside the proposal; read it again.
    ProposalStale,
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
