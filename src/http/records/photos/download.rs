//! Downloading a photo in parts, and its thumbnail. Every opening is recorded before anything is shown.

use super::access::{PhotoAccess, PhotoKey, photo_key};
use crate::{
    http::{
        bodies::FailureCode,
        error::ApiError,
        parameters::{InPath, InQuery},
        records::{
            asker::Asker,
            pieces::{Part, content},
            readers::Readers,
        },
        state::HttpState,
    },
    store::StoredFile,
};
use axum::{Extension, extract::State, response::Response};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use std::sync::Arc;
use teranga_clinic::{attachment::MediaType, image};

/// A stored photo, or a part of it, for members.
pub(super) async fn read(
    State(state): State<HttpState>,
    Extension(readers): Extension<Arc<Readers>>,
    asker: Asker,
    InPath(name): InPath<(String, String)>,
    InQuery(part): InQuery<Part>,
) -> Result<Response, ApiError> {
    let key = photo_key(name)?;
    let (now, member_changes) = (state.clock.timestamp(), state.journal.member_changes());
    let photo = match readers.get(key.file(), &asker.who.party, now, member_changes) {
        Some(photo) => photo,
        None => open(&state, &readers, asker, key).await?,
    };
    Ok(content(photo.announced().kind, photo.read(part.range()).await?))
}

/// The thumbnail of a photo, for members. It is there as soon as the photo was announced.
pub(super) async fn thumbnail(
    State(state): State<HttpState>,
    asker: Asker,
    InPath(name): InPath<(String, String)>,
) -> Result<Response, ApiError> {
    let key = photo_key(name)?;
    let access = PhotoAccess::of_member(&state, asker, key).await?;
    let announced = state.files.announced(key.file()).await?.ok_or(ApiError::NOT_FOUND)?;
    access.note_opening(&state).await?;
    let kind = image::kind_of(&announced.thumbnail).map_or(announced.kind, MediaType::from);
    Ok(content(kind, announced.thumbnail))
}

/// Opens a stored photo for a member. The photo must be the one that the fact names.
async fn open(
    state: &HttpState,
    readers: &Readers,
    asker: Asker,
    key: PhotoKey,
) -> Result<Arc<StoredFile>, ApiError> {
    let (party, as_of) = (asker.who.party.clone(), state.journal.member_changes());
    let access = PhotoAccess::of_member(state, asker, key).await?;
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
