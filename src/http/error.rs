//! The errors of the HTTP interface. Each has two texts: a stable code for the page, which has a sentence for it in each
//! language, and a cause for the log, which names no person.

use super::bodies::{Failure, FailureCode};
use crate::store::StoreError;
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

    const fn code(&self) -> FailureCode {
        match self {
            Self::Refused(code) => *code,
            Self::TooManyAttempts(_) => FailureCode::TooManyAttempts,
            Self::Store(_) => FailureCode::Storage,
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
            Self::Origin | Self::EnrollCode | Self::Device | Self::Challenge => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::PhotoOffset | Self::SetAside => StatusCode::CONFLICT,
            Self::PhotoKind => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::PhotoDamaged => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Storage | Self::Draining => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        if let Self::Store(_) = &self {
            tracing::error!(error = %self, "a request could not be served");
        }
        let (code, retry_after_s) = (self.code(), self.retry_after_s());
        let mut response = (code.status(), Json(Failure { code, retry_after_s })).into_response();
        if let Some(seconds) = retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
