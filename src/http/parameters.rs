//! The extractors of what stands in an address: its path and its query. What cannot be read is refused with a [`FailureCode`]
//! instead of axum's own text.

use super::{bodies::FailureCode, error::ApiError};
use axum::{
    extract::{FromRequestParts, Path, Query},
    http::request::Parts,
};
use serde::de::DeserializeOwned;

/// The parameters in the path. A path that is no text names nothing that exists.
#[derive(Debug)]
pub(super) struct InPath<T>(pub(super) T);

/// The parameters after the question mark.
#[derive(Debug)]
pub(super) struct InQuery<T>(pub(super) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for InPath<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Path(found) = Path::from_request_parts(parts, state).await.map_err(|_| ApiError::NOT_FOUND)?;
        Ok(Self(found))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for InQuery<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let found = Query::from_request_parts(parts, state).await;
        let Query(found) = found.map_err(|_| FailureCode::Malformed)?;
        Ok(Self(found))
    }
}
