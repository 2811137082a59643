//! Downloading a photo in parts, and its thumbnail. Every opening is recorded before anything is shown.

use super::{
    access::{PhotoAccess, photo_key},
    readers::Readers,
};
use crate::{
    http::{
        bodies::FailureCode,
        error::ApiError,
        parameters::{InPath, InQuery},
        session::auth::SignedIn,
        state::HttpState,
    },
    store::{PhotoKey, StoredPhoto},
};
use axum::{
    Extension,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use std::sync::Arc;
use teranga_clinic::{image, people::Identity, photo::PhotoKind};

/// The part that a reader asks for, bytes. A missing length means up to the end.
#[derive(Deserialize)]
pub(super) struct Part {
    #[serde(default)]
    offset: usize,
    length: Option<usize>,
}

/// A stored photo, or a part of it, for members.
pub(super) async fn read(
    State(state): State<HttpState>,
    Extension(readers): Extension<Arc<Readers>>,
    SignedIn(who): SignedIn,
    InPath(name): InPath<(String, String)>,
    InQuery(part): InQuery<Part>,
) -> Result<Response, ApiError> {
    let key = photo_key(name)?;
    let (now, member_changes) = (state.clock.timestamp(), state.journal.member_changes());
    let photo = match readers.get(key, &who.party, now, member_changes) {
        Some(photo) => photo,
        None => open(&state, &readers, who, key).await?,
    };
    let end = part.offset.saturating_add(part.length.unwrap_or(usize::MAX));
    let bytes = photo.read(part.offset..end).await?;
    Ok(picture(photo.announced().kind, bytes))
}

/// The thumbnail of a photo, for members. It is there as soon as the photo was announced.
pub(super) async fn thumbnail(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    InPath(name): InPath<(String, String)>,
) -> Result<Response, ApiError> {
    let key = photo_key(name)?;
    let access = PhotoAccess::of_member(&state, who, key).await?;
    let announced = state.photos.announced(key).await?.ok_or(ApiError::NOT_FOUND)?;
    access.note_opening(&state).await?;
    let kind = image::kind_of(&announced.thumbnail).unwrap_or(announced.kind);
    Ok(picture(kind, announced.thumbnail))
}

/// Opens a stored photo for a member. The photo must be the one that the fact names.
async fn open(
    state: &HttpState,
    readers: &Readers,
    who: Identity,
    key: PhotoKey,
) -> Result<Arc<StoredPhoto>, ApiError> {
    let (party, as_of) = (who.party.clone(), state.journal.member_changes());
    let access = PhotoAccess::of_member(state, who, key).await?;
    let sha256 = &access.file()?.sha256;
    let photo = state.photos.stored(key).await?.ok_or(ApiError::NOT_FOUND)?;
    if URL_SAFE_NO_PAD.encode(&photo.announced().sha256) != *sha256 {
        tracing::error!(consultation = %key.0, photo = %key.1, "a stored photo is not the one that its fact names");
        return Err(FailureCode::Storage.into());
    }
    access.note_opening(state).await?;
    let photo = Arc::new(photo);
    readers.insert(key, party, &photo, state.clock.timestamp(), as_of);
    Ok(photo)
}

fn picture(kind: PhotoKind, bytes: Vec<u8>) -> Response {
    let kind = match kind {
        PhotoKind::Webp => "image/webp",
        PhotoKind::Jpeg => "image/jpeg",
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, bytes).into_response()
}
