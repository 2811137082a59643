//! Downloading a photo in parts, and its thumbnail. Every opening is recorded before anything is shown.

use super::access::{PhotoAccess, PhotoKey, photo_key};
use crate::{
    http::{
        bodies::FailureCode,
        error::ApiError,
        parameters::{InPath, InQuery},
        records::{
            pieces::{Part, content},
            readers::Readers,
        },
        session::auth::SignedIn,
        state::HttpState,
    },
    store::StoredFile,
};
use axum::{Extension, extract::State, response::Response};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use std::sync::Arc;
use teranga_clinic::{attachment::MediaType, image, people::Identity};

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
    let photo = match readers.get(key.file(), &who.party, now, member_changes) {
        Some(photo) => photo,
        None => open(&state, &readers, who, key).await?,
    };
    Ok(content(photo.announced().kind, photo.read(part.range()).await?))
}

/// The thumbnail of a photo, for members. It is there as soon as the photo was announced.
pub(super) async fn thumbnail(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    InPath(name): InPath<(String, String)>,
) -> Result<Response, ApiError> {
    let key = photo_key(name)?;
    let access = PhotoAccess::of_member(&state, who, key).await?;
    let announced = state.files.announced(key.file()).await?.ok_or(ApiError::NOT_FOUND)?;
    access.note_opening(&state).await?;
    let kind = image::kind_of(&announced.thumbnail).map_or(announced.kind, MediaType::from);
    Ok(content(kind, announced.thumbnail))
}

/// Opens a stored photo for a member. The photo must be the one that the fact names.
async fn open(
    state: &HttpState,
    readers: &Readers,
    who: Identity,
    key: PhotoKey,
) -> Result<Arc<StoredFile>, ApiError> {
    let (party, as_of) = (who.party.clone(), state.journal.member_changes());
    let access = PhotoAccess::of_member(state, who, key).await?;
    let sha256 = &access.file()?.sha256;
    let photo = state.files.stored(key.file()).await?.ok_or(ApiError::NOT_FOUND)?;
    if URL_SAFE_NO_PAD.encode(&photo.announced().sha256) != *sha256 {
        tracing::error!(consultation = %key.consultation, photo = %key.photo, "a stored photo is not the one that its fact names");
        return Err(FailureCode::Storage.into());
    }
    access.note_opening(state).await?;
    let photo = Arc::new(photo);
    readers.insert(key.file(), party, &photo, state.clock.timestamp(), as_of);
    Ok(photo)
}
