//! Uploading a photo: the announcement, the pieces, and the check of the whole after the last one.
//!
//! The facts are read when the photo is announced, to check who may upload it. A piece then needs only the open
//! upload, which belongs to that party, and the knowledge that the consultation has not ended. A piece reads
//! the facts again after a restart of the server, or when the upload has left the memory.

use super::access::{PhotoAccess, PhotoKey, photo_key};
use crate::{
    http::{
        bodies::{AnnouncePhoto, FailureCode, PhotoHeld},
        error::ApiError,
        json_body::JsonBody,
        parameters::{InPath, InQuery},
        records::{
            asker::Asker,
            pieces::{From, append_in_order, receive, refuse_long, wire_length},
        },
        session::at_tablet::Said,
        state::HttpState,
    },
    store::{FileKey, FileName, Upload},
};
use axum::{
    Json,
    body::Bytes,
    extract::{Request, State},
    http::HeaderMap,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use std::sync::Arc;
use teranga_clinic::{
    attachment::MediaType,
    id::PartyId,
    image,
    photo::{PhotoFile, PhotoKind, PhotoMoving},
    photo_rules::{Announced, Flaw},
};
use teranga_signaling::contract::Input;

/// Begins an upload, or tells how much of it is there already; so a page goes on after a reload.
pub(super) async fn announce(
    State(state): State<HttpState>,
    asker: Asker,
    InPath(name): InPath<(String, String)>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<AnnouncePhoto>,
) -> Result<Json<PhotoHeld>, ApiError> {
    let said = Said::of(&asker.who, &headers);
    let (key, party) = (photo_key(name)?, asker.who.party.clone());
    let access = PhotoAccess::of_member(&state, asker, key).await?;
    let announced = body.read().ok_or(FailureCode::Malformed)?;
    if let Some(stored) = access.stored() {
        return Ok(Json(stored));
    }
    access.check_upload()?;
    announced.check().map_err(|flaw| refusal(key.file(), flaw))?;
    let upload = state.files.begin(key.file(), &party, announced).await?;
    let held = upload.held();
    tell_progress(&state, &upload, held).await;
    if held == upload.announced().bytes {
        complete(&state, &upload, said.as_ref()).await?;
    }
    Ok(Json(PhotoHeld { held: wire_length(held), stored: false }))
}

/// Takes the next piece. A piece that came before changes nothing. The last one is acknowledged when the whole photo was
/// checked.
pub(super) async fn append(
    State(state): State<HttpState>,
    asker: Asker,
    InPath(name): InPath<(String, String)>,
    InQuery(From { offset }): InQuery<From>,
    headers: HeaderMap,
    request: Request,
) -> Result<Json<PhotoHeld>, ApiError> {
    refuse_long(&headers)?;
    let said = Said::of(&asker.who, &headers);
    let key = photo_key(name)?;
    let mut upload = open_upload(&state, key, &asker.who.party).await?;
    if upload.is_none() {
        let party = asker.who.party.clone();
        let access = PhotoAccess::of_member(&state, asker, key).await?;
        if let Some(stored) = access.stored() {
            return Ok(Json(stored));
        }
        access.check_upload()?;
        upload = state.files.resume(key.file(), &party).await?;
    }
    let piece = receive(request.into_body()).await?;
    let upload = upload.ok_or(FailureCode::PhotoOffset)?;
    let now = take(&state, &upload, offset, piece, said.as_ref()).await?;
    Ok(Json(PhotoHeld { held: wire_length(now), stored: false }))
}

/// The upload that this party has open, if bytes are still missing.
async fn open_upload(
    state: &HttpState,
    key: PhotoKey,
    party: &PartyId,
) -> Result<Option<Arc<Upload>>, ApiError> {
    let open = state.files.open_upload(key.file(), party);
    let Some(upload) = open.filter(|upload| upload.held() < upload.announced().bytes) else {
        return Ok(None);
    };
    if state.journal.has_ended(key.consultation).await? {
        return Err(ApiError::NOT_FOUND);
    }
    Ok(Some(upload))
}

/// Checks a piece, adds it, and acts on what the photo has become. The bytes that are durable then.
async fn take(
    state: &HttpState,
    upload: &Arc<Upload>,
    offset: usize,
    piece: Bytes,
    said: Option<&Said>,
) -> Result<usize, ApiError> {
    let announced = upload.announced();
    if offset.saturating_add(piece.len()) > announced.bytes {
        return Err(refusal(upload.key(), Flaw::Length));
    }
    if offset == 0 && image::kind_of(&piece).map(MediaType::from) != Some(announced.kind) {
        state.files.discard(upload).await?;
        return Err(refusal(upload.key(), Flaw::Format));
    }
    let (before, now) = append_in_order(upload, offset, piece).await?;
    if now == announced.bytes {
        complete(state, upload, said).await?;
    } else if before * STEPS / announced.bytes != now * STEPS / announced.bytes {
        tell_progress(state, upload, now).await;
    }
    Ok(now)
}

/// Checks the whole photo, makes it durable as such, and tells the hub, which makes it a fact. A flawed photo is
/// discarded.
async fn complete(state: &HttpState, upload: &Arc<Upload>, said: Option<&Said>) -> Result<(), ApiError> {
    let announced = upload.announced();
    let (width, height) = match announced.judge(&upload.bytes()) {
        Ok(size) => size,
        Err(flaw) => {
            state.files.discard(upload).await?;
            return Err(refusal(upload.key(), flaw));
        }
    };
    state.files.finish(upload).await?;
    let (bytes, sha256) = (wire_length(announced.bytes), URL_SAFE_NO_PAD.encode(&announced.sha256));
    let kind = if announced.kind == MediaType::Webp { PhotoKind::Webp } else { PhotoKind::Jpeg };
    let file = PhotoFile { kind, width, height, bytes, sha256 };
    let FileKey { consultation, file: FileName::Photo(photo) } = upload.key() else { return Ok(()) };
    let (by, author) = (upload.by().clone(), Said::author(said, state).await?);
    let told = state.inputs.send(Input::PhotoStored { consultation, photo, by, author, file }).await;
    told.map_err(|_| FailureCode::Draining.into())
}

/// Tells the hub how much of a photo is durable.
async fn tell_progress(state: &HttpState, upload: &Upload, held: usize) {
    let moving = PhotoMoving { held: wire_length(held), bytes: wire_length(upload.announced().bytes) };
    let FileKey { consultation, file: FileName::Photo(photo) } = upload.key() else { return };
    let by = upload.by().clone();
    let _ = state.inputs.send(Input::PhotoMoved { consultation, photo, by, moving }).await;
}

fn refusal(FileKey { consultation, file }: FileKey, flaw: Flaw) -> ApiError {
    tracing::warn!(%consultation, ?file, %flaw, "a photo was refused");
    match flaw {
        Flaw::Length => FailureCode::TooLarge.into(),
        Flaw::Format | Flaw::Pixels => FailureCode::PhotoKind.into(),
        Flaw::Hash => FailureCode::PhotoDamaged.into(),
    }
}

impl AnnouncePhoto {
    /// The announcement, unless a text in it is not base64url.
    fn read(self) -> Option<Announced> {
        let sha256 = URL_SAFE_NO_PAD.decode(self.sha256).ok()?;
        let thumbnail = URL_SAFE_NO_PAD.decode(self.thumbnail).ok()?;
        Some(Announced {
            kind: self.kind.into(),
            bytes: usize::try_from(self.bytes).ok()?,
            sha256,
            thumbnail,
        })
    }
}

/// The number of steps in which the hub is told how far a photo has come.
const STEPS: usize = 10;
