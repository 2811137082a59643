//! The bodies of signing and verifying prescriptions.

use super::dispensing::DispensedSomewhere;
use crate::store::{Withdrawal, WithdrawalReason};
use serde::{Deserialize, Serialize};
use teranga_clinic::{
    pii::Pii,
    prescribing::{DraftFinding, PrescriptionDraft},
    time::Timestamp,
};

/// What the checks of a draft have found.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CheckedDraft {
    /// The lines, counted from 0, that are incomplete or have an impossible number. Only the first is told.
    pub flawed: Option<u8>,
    /// The questions about the lines, answered or not.
    #[cfg_attr(test, ts(type = "DraftFinding[]"))]
    pub findings: Vec<DraftFinding>,
    /// True if the draft could be signed as it is.
    pub signable: bool,
}

/// Signs a draft.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SignDraft {
    /// The draft.
    #[cfg_attr(test, ts(type = "PrescriptionDraft"))]
    pub draft: PrescriptionDraft,
    /// The signer's password, asked again.
    #[cfg_attr(test, ts(type = "string"))]
    pub password: Pii<String>,
    /// The time by the clock of the signer's own device, ms since 1970. Nothing is signed if it is more than a day from the server's. The
    /// pages of the version before do not tell it.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub device_at: Option<Timestamp>,
}

/// Cancels a prescription.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct CancelPrescription {
    /// The reason.
    #[cfg_attr(test, ts(type = "string"))]
    pub why: Pii<String>,
    /// The doctor's password, asked again.
    #[cfg_attr(test, ts(type = "string"))]
    pub password: Pii<String>,
}

/// What became of a signature or a cancellation.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SignedDraft {
    /// True if it is on the disk; false if it is on its way there. Saying it again is harmless.
    pub stored: bool,
}

/// The state of a doctor's own key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OwnKey {
    /// The end of its certificate, ms since 1970; none if the doctor has no key that may sign.
    #[cfg_attr(test, ts(type = "number | null"))]
    pub valid_until: Option<Timestamp>,
    /// True if there is only a key whose certificate is over.
    pub expired: bool,
    /// True if there is only a key whose certificate has not begun by the server's clock.
    pub not_begun: bool,
    /// The time by the server's clock, ms since 1970.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
}

/// The keys for documents of which whoever runs the server has to know.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SigningKeys {
    /// Those that are to be renewed, the most pressing first.
    pub ending: Vec<EndingKey>,
    /// The doctors whose keys were withdrawn within 90 days, the last first.
    pub withdrawn: Vec<WithdrawnHolder>,
}

/// A doctor whose keys were withdrawn.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct WithdrawnHolder {
    /// The doctor's name.
    #[cfg_attr(test, ts(type = "string"))]
    pub name: Pii<String>,
    /// The doctor's number in the register of the professional order.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "string"))]
    pub order_number: Option<Pii<String>>,
    /// The time and the reason.
    pub withdrawn: WithdrawnKey,
    /// True if the doctor has another key, which signs at this moment.
    pub signs: bool,
}

/// A doctor's last key for documents that needs whoever runs the server.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct EndingKey {
    /// The doctor's name.
    #[cfg_attr(test, ts(type = "string"))]
    pub name: Pii<String>,
    /// What is to be known of it.
    pub state: EndingKeyState,
    /// The beginning of its certificate, ms since 1970.
    #[cfg_attr(test, ts(type = "number"))]
    pub from: Timestamp,
    /// The end of its certificate, ms since 1970.
    #[cfg_attr(test, ts(type = "number"))]
    pub until: Timestamp,
}

/// What is to be known of a doctor's last key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum EndingKeyState {
    /// It ends within 30 days.
    EndsSoon,
    /// It has ended, so that the doctor signs nothing.
    Ended,
    /// By this server's clock it has not begun.
    NotBegun,
}

/// The keys that a verifier believes.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TrustedKeys {
    /// The time at which the list was made, ms since 1970.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
    /// The keys.
    pub keys: Vec<TrustedKey>,
}

/// A key that a verifier believes.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TrustedKey {
    /// The first 8 bytes of the SHA-256 of its certificate, base64url.
    pub kid: String,
    /// The coordinates of the public key on P-256, base64url.
    pub x: String,
    /// The second coordinate.
    pub y: String,
    /// The name of its holder.
    #[cfg_attr(test, ts(type = "string"))]
    pub name: Pii<String>,
    /// The holder's number in the register of the professional order.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "string"))]
    pub order_number: Option<Pii<String>>,
    /// The beginning of its validity, ms since 1970.
    #[cfg_attr(test, ts(type = "number"))]
    pub from: Timestamp,
    /// The end of its validity, ms since 1970.
    #[cfg_attr(test, ts(type = "number"))]
    pub to: Timestamp,
    /// The end of its use before that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub withdrawn: Option<WithdrawnKey>,
}

/// The end of the use of a key.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct WithdrawnKey {
    /// The time, ms since 1970.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
    /// The reason.
    pub why: WithdrawnBecause,
}

/// The reason for which a key is not used any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum WithdrawnBecause {
    /// Its holder does not sign any more; what was signed before is believed.
    Left,
    /// Somebody else may have it; nothing that it signed is believed.
    Lost,
}

impl From<Withdrawal> for WithdrawnKey {
    fn from(Withdrawal { at, why }: Withdrawal) -> Self {
        let why = match why {
            WithdrawalReason::Left => WithdrawnBecause::Left,
            WithdrawalReason::Lost => WithdrawnBecause::Lost,
        };
        Self { at, why }
    }
}

/// What the server knows of a prescription.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PrescriptionStatus {
    /// The state.
    pub state: PrescriptionState,
    /// The time of a cancellation, ms since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub at: Option<Timestamp>,
    /// What was given of it, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<DispensedSomewhere>>"))]
    pub dispensed: Vec<DispensedSomewhere>,
}

/// The state of a prescription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PrescriptionState {
    /// It is in force.
    Valid,
    /// Another one has replaced it.
    Replaced,
    /// It was cancelled.
    Cancelled,
    /// This server has no such prescription.
    Unknown,
}

/// Asks for the prescription with a printed code. The code is in no address, because proxies and browsers keep addresses.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct PrescriptionCode {
    /// The code, as it was typed.
    #[cfg_attr(test, ts(type = "string"))]
    pub code: Pii<String>,
}

/// The signed text of a prescription, as its QR code has it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PrescriptionText {
    /// The text.
    #[cfg_attr(test, ts(type = "string"))]
    pub text: Pii<String>,
}
