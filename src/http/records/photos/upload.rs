//! Uploading a photo: the announcement, the pieces, and the check of the whole after the last one.
//!
//! The facts are read when the photo is announced, to check who may upload it. A piece then needs only the open
//! upload, which belongs to that party, and the knowledge that the consultation has not ended. A piece reads
//! the facts again after a restart of the server, or when the upload has left the memory.

use super::access::{PhotoAccess, photo_key};
use crate::{
    http::{
        bodies::{AnnouncePhoto, FailureCode, PhotoHeld},
        error::ApiError,
        json_body::JsonBody,
        parameters::{InPath, InQuery},
        session::auth::SignedIn,
        state::HttpState,
    },
    store::{Appended, PhotoKey, Upload},
};
use axum::{
    Json,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, header},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use std::{sync::Arc, time::Duration};
use teranga_clinic::{
    id::PartyId,
    image,
    photo::{PhotoFile, PhotoMoving},
    photo_rules::{Announced, Flaw},
};
use teranga_signaling::contract::Input;
use tokio::time::timeout;

/// Begins an upload, or tells how much of it is there already; so a page goes on after a reload.
pub(super) async fn announce(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    InPath(name): InPath<(String, String)>,
    JsonBody(body): JsonBody<AnnouncePhoto>,
) -> Result<Json<PhotoHeld>, ApiError> {
    let (key, party) = (photo_key(name)?, who.party.clone());
    let access = PhotoAccess::of_member(&state, who, key).await?;
    let announced = body.read().ok_or(FailureCode::Malformed)?;
    if let Some(stored) = access.stored() {
        return Ok(Json(stored));
    }
    access.check_upload()?;
    announced.check().map_err(|flaw| refusal(key, flaw))?;
    let upload = state.photos.begin(key, &party, announced).await?;
    let held = upload.held();
    tell_progress(&state, &upload, held).await;
    if held == upload.announced().bytes {
        complete(&state, &upload).await?;
    }
    Ok(Json(PhotoHeld { held: wire_length(held), stored: false }))
}

/// The offset of a piece in the photo, bytes.
#[derive(Deserialize)]
pub(super) struct From {
    offset: usize,
}

/// Takes the next piece. A piece that came before changes nothing. The last one is acknowledged when the whole photo was
/// checked.
pub(super) async fn append(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    InPath(name): InPath<(String, String)>,
    InQuery(From { offset }): InQuery<From>,
    headers: HeaderMap,
    request: Request,
) -> Result<Json<PhotoHeld>, ApiError> {
    refuse_long(&headers)?;
    let key = photo_key(name)?;
    let mut upload = open_upload(&state, key, &who.party).await?;
    if upload.is_none() {
        let party = who.party.clone();
        let access = PhotoAccess::of_member(&state, who, key).await?;
        if let Some(stored) = access.stored() {
            return Ok(Json(stored));
        }
        access.check_upload()?;
        upload = state.photos.resume(key, &party).await?;
    }
    let piece = receive(request.into_body()).await?;
    let now = take(&state, &upload.ok_or(FailureCode::PhotoOffset)?, offset, piece).await?;
    Ok(Json(PhotoHeld { held: wire_length(now), stored: false }))
}

/// The upload that this party has open, if bytes are still missing.
async fn open_upload(
    state: &HttpState,
    key: PhotoKey,
    party: &PartyId,
) -> Result<Option<Arc<Upload>>, ApiError> {
    let open = state.photos.open_upload(key, party);
    let Some(upload) = open.filter(|upload| upload.held() < upload.announced().bytes) else {
        return Ok(None);
    };
    if state.journal.has_ended(key.0).await? {
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
) -> Result<usize, ApiError> {
    let announced = upload.announced();
    if offset.saturating_add(piece.len()) > announced.bytes {
        return Err(refusal(upload.photo(), Flaw::Length));
    }
    if offset == 0 && image::kind_of(&piece) != Some(announced.kind) {
        state.photos.discard(upload).await?;
        return Err(refusal(upload.photo(), Flaw::Format));
    }
    let _ = timeout(ORDER_PATIENCE, upload.wait_for(offset)).await;
    let Appended::Durable { before, now } = upload.append(offset, piece.into()).await? else {
        return Err(FailureCode::PhotoOffset.into());
    };
    if now == announced.bytes {
        complete(state, upload).await?;
    } else if before * STEPS / announced.bytes != now * STEPS / announced.bytes {
        tell_progress(state, upload, now).await;
    }
    Ok(now)
}

/// Checks the whole photo, makes it durable as such, and tells the hub, which makes it a fact. A flawed photo is
/// discarded.
async fn complete(state: &HttpState, upload: &Arc<Upload>) -> Result<(), ApiError> {
    let announced = upload.announced();
    let (width, height) = match announced.judge(&upload.bytes()) {
        Ok(size) => size,
        Err(flaw) => {
            state.photos.discard(upload).await?;
            return Err(refusal(upload.photo(), flaw));
        }
    };
    state.photos.finish(upload).await?;
    let (bytes, sha256) = (wire_length(announced.bytes), URL_SAFE_NO_PAD.encode(&announced.sha256));
    let file = PhotoFile { kind: announced.kind, width, height, bytes, sha256 };
    let ((consultation, photo), by) = (upload.photo(), upload.by().clone());
    let told = state.inputs.send(Input::PhotoStored { consultation, photo, by, file }).await;
    told.map_err(|_| FailureCode::Draining.into())
}

/// Tells the hub how much of a photo is durable.
async fn tell_progress(state: &HttpState, upload: &Upload, held: usize) {
    let moving = PhotoMoving { held: wire_length(held), bytes: wire_length(upload.announced().bytes) };
    let ((consultation, photo), by) = (upload.photo(), upload.by().clone());
    let _ = state.inputs.send(Input::PhotoMoved { consultation, photo, by, moving }).await;
}

fn refusal((consultation, photo): PhotoKey, flaw: Flaw) -> ApiError {
    tracing::warn!(%consultation, %photo, %flaw, "a photo was refused");
    match flaw {
        Flaw::Length => FailureCode::TooLarge.into(),
        Flaw::Format | Flaw::Pixels => FailureCode::PhotoKind.into(),
        Flaw::Hash => FailureCode::PhotoDamaged.into(),
    }
}

/// Refuses a body by its `Content-Length`, before it is read.
fn refuse_long(headers: &HeaderMap) -> Result<(), ApiError> {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if length.is_some_and(|length: usize| length > PIECE_BYTES) {
        Err(FailureCode::TooLarge.into())
    } else {
        Ok(())
    }
}

async fn receive(body: Body) -> Result<Bytes, ApiError> {
    let body = timeout(PIECE_PATIENCE, to_bytes(body, PIECE_BYTES)).await;
    body.map_err(|_| FailureCode::Malformed)?.map_err(|_| FailureCode::TooLarge.into())
}

/// A length of a photo on the wire. The bounds of a photo are far below the greatest `u32`.
fn wire_length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

impl AnnouncePhoto {
    /// The announcement, unless a text in it is not base64url.
    fn read(self) -> Option<Announced> {
        let sha256 = URL_SAFE_NO_PAD.decode(self.sha256).ok()?;
        let thumbnail = URL_SAFE_NO_PAD.decode(self.thumbnail).ok()?;
        Some(Announced { kind: self.kind, bytes: usize::try_from(self.bytes).ok()?, sha256, thumbnail })
    }
}

/// The largest piece, bytes. A page on a thin link sends a thirtieth of it.
const PIECE_BYTES: usize = 16 * 1024;

/// The time for which a piece waits for the one before it, which left earlier on the same connection. A page has several
/// under way, and they may overtake each other in the server.
const ORDER_PATIENCE: Duration = Duration::from_millis(500);

/// The time in which the body of a piece must arrive. A page sends the piece again sooner than that.
const PIECE_PATIENCE: Duration = Duration::from_mins(1);

/// The number of steps in which the hub is told how far a photo has come.
const STEPS: usize = 10;
