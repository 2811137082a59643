//! The extractor of JSON request bodies.

use super::{bodies::FailureCode, error::ApiError};
use axum::{
    Json,
    extract::{FromRequest, Request, rejection::JsonRejection},
    http::StatusCode,
};

/// A JSON body. A body that cannot be read is refused with a [`FailureCode`] instead of axum's own text.
#[derive(Debug)]
pub(super) struct JsonBody<T>(pub(super) T);

impl<T, S: Send + Sync> FromRequest<S> for JsonBody<T>
where
    Json<T>: FromRequest<S, Rejection = JsonRejection>,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(refused) if refused.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(FailureCode::TooLarge.into())
            }
            Err(_) => Err(FailureCode::Malformed.into()),
        }
    }
}
