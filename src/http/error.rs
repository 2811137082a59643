//! The errors of the HTTP interface. Each has two texts: a stable code for the page, which has a sentence for it in each
//! language, and a cause for the log, which names no person.

use super::bodies::{Failure, FailureCode};
use crate::{security::SecurityKind, store::StoreError};
use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

/// The reason for which a request was not served.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// It was refused. The code says all that is to be known.
    #[error("{0:?}")]
    Refused(FailureCode),
    /// It was refused, and the log of security events has a closer word for it than the answer, which tells nothing.
    #[error("{0:?}: {1:?}")]
    Suspect(FailureCode, SecurityKind),
    /// Too many attempts to sign in; the value is the seconds to wait.
    #[error("too many attempts, free again in {0} s")]
    TooManyAttempts(u32),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<FailureCode> for ApiError {
    fn from(code: FailureCode) -> Self {
        Self::Refused(code)
    }
}

impl ApiError {
    /// The thing does not exist, or the asker may not see it. Both get the same answer.
    pub const NOT_FOUND: Self = Self::Refused(FailureCode::NotFound);

    /// The role of the asker may not use this address. The answer is that of an address that does not exist.
    pub const WRONG_ROLE: Self = Self::Suspect(FailureCode::NotFound, SecurityKind::RouteRefused);

    /// The asker is no member of the consultation. The answer is that of a consultation that does not exist.
    pub const NOT_MEMBER: Self = Self::Suspect(FailureCode::NotFound, SecurityKind::RecordRefused);

    const fn code(&self) -> FailureCode {
        match self {
            Self::Refused(code) | Self::Suspect(code, _) => *code,
            Self::TooManyAttempts(_) => FailureCode::TooManyAttempts,
            Self::Store(_) => FailureCode::Storage,
        }
    }

    /// The security event that this refusal is, if it is one.
    const fn security_kind(&self) -> Option<SecurityKind> {
        match self {
            Self::Suspect(_, kind) => Some(*kind),
            other => other.code().security_kind(),
        }
    }

    const fn retry_after_s(&self) -> Option<u32> {
        if let Self::TooManyAttempts(seconds) = self { Some(*seconds) } else { None }
    }
}

impl FailureCode {
    /// The HTTP status of an answer with this code.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::SignedOut | Self::Credentials => StatusCode::UNAUTHORIZED,
            Self::TooManyAttempts => StatusCode::TOO_MANY_REQUESTS,
            Self::Origin
            | Self::EnrollCode
            | Self::Device
            | Self::Challenge
            | Self::Pin
            | Self::Password
            | Self::NotPrescriber
            | Self::ReferralCode
            | Self::AmbulanceLink
            | Self::NotResponsible => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::PhotoKind | Self::VoiceNoteKind | Self::DocumentKind | Self::DppDocumentKind => {
                StatusCode::UNSUPPORTED_MEDIA_TYPE
            }
            Self::AttachmentLate | Self::AmbulanceOver => StatusCode::GONE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Storage
            | Self::TooManyConnections
            | Self::Draining
            | Self::DppSilent
            | Self::DppDocumentBusy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            _ if self.is_conflict() => StatusCode::CONFLICT,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }

    /// True if what is there contradicts what was asked. What is left is well formed and cannot be.
    const fn is_conflict(self) -> bool {
        matches!(
            self,
            Self::PhotoOffset
                | Self::SetAside
                | Self::RotaChanged
                | Self::RotaUncovered
                | Self::RotaOnDuty
                | Self::OwnRecording
                | Self::RecordingState
                | Self::SlotFull
                | Self::SigningKey
                | Self::SigningKeyExpired
                | Self::SigningKeyNotBegun
                | Self::ClocksApart
                | Self::PrescriptionReplaced
                | Self::ReferralStep
                | Self::ReferralElsewhere
                | Self::PrescriptionCancelled
                | Self::PrescriptionExpired
                | Self::DispensedAlready
                | Self::PatientOtherNumber
                | Self::AppointmentTaken
                | Self::AppointmentOver
                | Self::ProposalDecided
                | Self::ProposalStale
        )
    }
}

impl FailureCode {
    /// The security event that an answer with this code is. Whoever has no cookie may well ask for a page.
    const fn security_kind(self) -> Option<SecurityKind> {
        match self {
            Self::SignedOut => Some(SecurityKind::UnknownSession),
            Self::Credentials | Self::Pin | Self::Password => Some(SecurityKind::SignInFailed),
            Self::TooManyAttempts => Some(SecurityKind::Throttled),
            Self::Origin => Some(SecurityKind::ForeignOrigin),
            Self::EnrollCode => Some(SecurityKind::EnrolmentCode),
            Self::ReferralCode | Self::AmbulanceLink => Some(SecurityKind::LiaisonCode),
            Self::Device => Some(SecurityKind::DeviceRefused),
            Self::Challenge => Some(SecurityKind::ChallengeRefused),
            Self::PhotoKind
            | Self::PhotoDamaged
            | Self::AttachmentDamaged
            | Self::VoiceNoteKind
            | Self::DocumentKind
            | Self::DocumentTooHard => Some(SecurityKind::PhotoRefused),
            Self::Malformed | Self::TooLarge => Some(SecurityKind::Malformed),
            _ => None,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        if let Self::Store(_) = &self {
            tracing::error!(error = %self, "a request could not be served");
        }
        let (code, retry_after_s, kind) = (self.code(), self.retry_after_s(), self.security_kind());
        let mut response = (code.status(), Json(Failure { code, retry_after_s })).into_response();
        if let Some(kind) = kind {
            response.extensions_mut().insert(kind);
        }
        if let Some(seconds) = retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, from_value};

    /// Every code says its status in its comment, so that a new code is not forgotten where statuses are chosen.
    #[test]
    fn every_code_is_answered_with_the_status_that_its_comment_names() {
        let listed = include_str!("bodies/failure.rs").split("pub enum FailureCode {").nth(1).unwrap();
        let (mut status, mut codes) = ("", 0);
        for line in listed.lines().map(str::trim).take_while(|line| *line != "}") {
            if let Some((first, _)) = line.strip_prefix("/// ").and_then(|comment| comment.split_once(':')) {
                status = first;
            } else if let Some(name) = line.strip_suffix(',').filter(|name| !name.contains(' ')) {
                let code: FailureCode = from_value(Value::String(snake_case(name))).unwrap();
                assert_eq!(code.status().as_str(), status, "{name}");
                codes += 1;
            }
        }
        assert!(codes > 60, "{codes}");
    }

    fn snake_case(name: &str) -> String {
        let words = name.char_indices().map(|(at, letter)| {
            let gap = if at > 0 && letter.is_ascii_uppercase() { "_" } else { "" };
            format!("{gap}{}", letter.to_ascii_lowercase())
        });
        words.collect()
    }
}
