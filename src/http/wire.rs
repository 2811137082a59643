//! The bodies of the HTTP interface, as `docs/API.md` tells them. The pages' `web/protocol/api.ts` is
//! generated from here.

use serde::{Deserialize, Serialize};
use teranga_signaling::{id::PartyId, pii::Pii};

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

/// Makes this browser the kiosk of a post.
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

/// The browser is a kiosk now.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Enrolled {
    /// The device's name for all later sign-ins: keep it beside the key.
    #[cfg_attr(test, ts(type = "PartyId"))]
    pub device: PartyId,
}

/// Asks for something to sign.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct AskChallenge {
    /// From [`Enrolled`].
    #[cfg_attr(test, ts(type = "PartyId"))]
    pub device: PartyId,
}

/// What to sign.
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
    /// From [`Enrolled`].
    #[cfg_attr(test, ts(type = "PartyId"))]
    pub device: PartyId,
    /// From [`Challenge`], unchanged.
    pub challenge: String,
    /// ECDSA P-256 with SHA-256 over the challenge's 32 bytes, r‖s, base64url without padding.
    pub signature: String,
}

/// Why something was refused. Every code has a sentence in each catalogue of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum FailureCode {
    /// 401: nobody is signed in, or no longer.
    SignedOut,
    /// 401: unknown login or wrong password; both sound alike.
    Credentials,
    /// 429: wait `retry_after_s` and try again.
    TooManyAttempts,
    /// 403: the request does not come from our own pages.
    Origin,
    /// 404: there is no such thing, or it is not yours to see; both sound alike.
    NotFound,
    /// 400: the body is not what this address takes.
    Malformed,
    /// 413: the body is over 64 KiB.
    TooLarge,
    /// 403: the enrolment code is unknown, used or expired.
    EnrollCode,
    /// 403: the device is unknown or revoked, or did not sign with its key.
    Device,
    /// 403: the challenge is not ours, too old or used: ask for another.
    Challenge,
    /// 503: it could not be read or stored; try again.
    Storage,
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
    /// With `too_many_attempts`: seconds to wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub retry_after_s: Option<u32>,
}
