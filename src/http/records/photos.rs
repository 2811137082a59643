//! Photos of a consultation: announced with a thumbnail, sent in small pieces that can be said again, read in pieces
//! by members. `docs/photos.md` tells why it is so.

use crate::{
    http::{
        bodies::{AnnouncePhoto, FailureCode, PhotoHeld},
        error::ApiError,
        json_body::JsonBody,
        session::auth::SignedIn,
        state::HttpState,
    },
    store::{Appended, Held, Opening, PhotoOf},
};
use axum::{
    Json, Router,
    body::to_bytes,
    extract::{DefaultBodyLimit, Path, Query, Request, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use std::time::Duration;
use teranga_clinic::{
    consultation::Consultation,
    id::{ConsultationId, PhotoId},
    image,
    people::Identity,
    photo::{Photo, PhotoFile, PhotoKind, PhotoMoving},
    photo_rules::{self, Announced, Flaw},
};
use teranga_signaling::hub::Input;
use tokio::time::{sleep, timeout};
use uuid::Uuid;

/// Largest piece. On a thin link a page sends a thirtieth of it.
const PIECE_BYTES: usize = 16 * 1024;

/// Body of an announcement: a thumbnail in base64, with room.
const ANNOUNCEMENT_BYTES: usize = 4 * 1024;

/// How long a piece waits for the one before it, which left earlier on the same connection.
const FOLLOW_EVERY: Duration = Duration::from_millis(25);
const FOLLOW_TRIES: u32 = 20;

/// How long a piece may take to come. A page says it again sooner.
const PIECE_PATIENCE: Duration = Duration::from_mins(1);

/// The hub is told of so many steps of a photo on its way.
const STEPS: usize = 10;

/// The addresses of photos.
pub(super) fn router() -> Router<HttpState> {
    let photo = get(read).put(append).post(announce);
    Router::new()
        .route("/api/consultations/{id}/photos/{photo}", photo)
        .route("/api/consultations/{id}/photos/{photo}/thumbnail", get(thumbnail))
        .layer(DefaultBodyLimit::max(ANNOUNCEMENT_BYTES))
}

#[derive(Deserialize)]
struct From {
    offset: usize,
}

#[derive(Deserialize)]
struct Part {
    #[serde(default)]
    offset: usize,
    length: Option<usize>,
}

/// A photo as this party knows it.
struct Known {
    key: PhotoOf,
    who: Identity,
    consultation: Consultation,
    photo: Photo,
}

impl Known {
    /// The photo, for a member; for others there is none.
    async fn find(state: &HttpState, who: Identity, (id, photo): (String, String)) -> Result<Self, ApiError> {
        let parse = |text: String| text.parse::<Uuid>().map_err(|_| ApiError::NOT_FOUND);
        let key = (ConsultationId(parse(id)?), PhotoId(parse(photo)?));
        let facts = state.records.facts(key.0).await?;
        let seen = photo_rules::seen_by(&facts, key.1, &who.party)?;
        let (consultation, photo) = seen.ok_or(ApiError::NOT_FOUND)?;
        Ok(Self { key, who, consultation, photo })
    }

    /// Refuses everybody but the post that is to send it.
    fn is_awaited(&self) -> Result<(), ApiError> {
        let awaited = self.consultation.awaits_photo(self.key.1, &self.who.party);
        awaited.then_some(()).ok_or(ApiError::NOT_FOUND)
    }

    /// What its post is told of a photo that is there.
    fn stored(&self) -> Option<Json<PhotoHeld>> {
        let file = self.photo.file.as_ref().filter(|_| self.consultation.post().party == self.who.party)?;
        Some(Json(PhotoHeld { held: file.bytes, stored: true }))
    }

    async fn tell_moved(&self, state: &HttpState, held: usize, bytes: usize) {
        let moving = PhotoMoving { held: short(held), bytes: short(bytes) };
        let ((consultation, photo), by) = (self.key, self.who.party.clone());
        let _ = state.inputs.send(Input::PhotoMoved { consultation, photo, by, moving }).await;
    }

    /// All of it has come: judges it, and tells the hub, which makes it a fact. What is flawed is forgotten.
    async fn complete(&self, state: &HttpState, said: &Announced) -> Result<(), ApiError> {
        let held = state.photos.read(self.key).await?.ok_or(FailureCode::PhotoOffset)?;
        let (width, height) = match said.judge(&held.bytes) {
            Ok(size) => size,
            Err(flaw) => {
                state.photos.discard(self.key).await?;
                return Err(self.flawed(flaw));
            }
        };
        state.photos.finish(self.key).await?;
        let sha256 = URL_SAFE_NO_PAD.encode(&said.sha256);
        let file = PhotoFile { kind: said.kind, width, height, bytes: short(said.bytes), sha256 };
        let ((consultation, photo), by) = (self.key, self.who.party.clone());
        let told = state.inputs.send(Input::PhotoStored { consultation, photo, by, file }).await;
        told.map_err(|_| FailureCode::Draining.into())
    }

    fn flawed(&self, flaw: Flaw) -> ApiError {
        let (consultation, photo) = self.key;
        tracing::warn!(%consultation, %photo, %flaw, "a photo was refused");
        match flaw {
            Flaw::Length => FailureCode::TooLarge.into(),
            Flaw::Format | Flaw::Pixels => FailureCode::PhotoKind.into(),
            Flaw::Hash => FailureCode::PhotoDamaged.into(),
        }
    }

    /// What the vault holds; reading is written down before it is shown.
    async fn open(&self, state: &HttpState) -> Result<(Held, Announced), ApiError> {
        let held = state.photos.read(self.key).await?.ok_or(ApiError::NOT_FOUND)?;
        let said = announced(&held)?;
        let ((consultation, photo), by) = (self.key, self.who.party.clone());
        let at = state.clock.timestamp();
        state.records.note_opening(&Opening { consultation, by, at, photo: Some(photo) }).await?;
        Ok((held, said))
    }
}

/// Begins, or tells how much is there already: so a page goes on after a reload.
async fn announce(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    Path(name): Path<(String, String)>,
    JsonBody(body): JsonBody<AnnouncePhoto>,
) -> Result<Json<PhotoHeld>, ApiError> {
    let known = Known::find(&state, who, name).await?;
    let said = body.read().ok_or(FailureCode::Malformed)?;
    if let Some(stored) = known.stored() {
        return Ok(stored);
    }
    known.is_awaited()?;
    said.check().map_err(|flaw| known.flawed(flaw))?;
    let header = serde_json::to_vec(&said).expect("plain data");
    let held = state.photos.begin(known.key, header).await?;
    known.tell_moved(&state, held, said.bytes).await;
    if held == said.bytes {
        known.complete(&state, &said).await?;
    }
    Ok(Json(PhotoHeld { held: short(held), stored: false }))
}

/// The next piece. One that came before changes nothing; the last one is acknowledged when the whole was judged.
async fn append(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    Path(name): Path<(String, String)>,
    Query(From { offset }): Query<From>,
    headers: HeaderMap,
    request: Request,
) -> Result<Json<PhotoHeld>, ApiError> {
    refuse_long(&headers)?;
    let known = Known::find(&state, who, name).await?;
    if let Some(stored) = known.stored() {
        return Ok(stored);
    }
    known.is_awaited()?;
    let body = timeout(PIECE_PATIENCE, to_bytes(request.into_body(), PIECE_BYTES));
    let piece = body.await.map_err(|_| FailureCode::Malformed)?.map_err(|_| FailureCode::TooLarge)?;
    let before = state.photos.read(known.key).await?.ok_or(FailureCode::PhotoOffset)?;
    let said = announced(&before)?;
    if offset.saturating_add(piece.len()) > said.bytes {
        return Err(known.flawed(Flaw::Length));
    }
    if offset == 0 && image::kind_of(&piece) != Some(said.kind) {
        state.photos.discard(known.key).await?;
        return Err(known.flawed(Flaw::Format));
    }
    let Appended::Held { before, now } = follow(&state, known.key, offset, piece.into()).await? else {
        return Err(FailureCode::PhotoOffset.into());
    };
    if now == said.bytes {
        known.complete(&state, &said).await?;
    } else if before * STEPS / said.bytes != now * STEPS / said.bytes {
        known.tell_moved(&state, now, said.bytes).await;
    }
    Ok(Json(PhotoHeld { held: short(now), stored: false }))
}

/// Adds a piece. Some are under way at a time, and may overtake each other in the last step: the one before is waited for.
async fn follow(
    state: &HttpState,
    photo: PhotoOf,
    offset: usize,
    piece: Vec<u8>,
) -> Result<Appended, ApiError> {
    for _ in 0..FOLLOW_TRIES {
        let appended = state.photos.append(photo, offset, piece.clone()).await?;
        if appended != Appended::Gap {
            return Ok(appended);
        }
        sleep(FOLLOW_EVERY).await;
    }
    Ok(Appended::Gap)
}

/// A stored photo, or a part of it.
async fn read(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    Path(name): Path<(String, String)>,
    Query(part): Query<Part>,
) -> Result<Response, ApiError> {
    let known = Known::find(&state, who, name).await?;
    let file = known.photo.file.as_ref().ok_or(ApiError::NOT_FOUND)?;
    let (held, said) = known.open(&state).await?;
    if said.judge(&held.bytes).is_err() || URL_SAFE_NO_PAD.encode(&said.sha256) != file.sha256 {
        tracing::error!(consultation = %known.key.0, photo = %known.key.1, "a stored photo is not what was stored");
        return Err(FailureCode::Storage.into());
    }
    let from = part.offset.min(held.bytes.len());
    let length = part.length.unwrap_or(usize::MAX).min(held.bytes.len() - from);
    Ok(picture(said.kind, held.bytes[from..from + length].to_vec()))
}

/// Its thumbnail: there as soon as the photo was announced.
async fn thumbnail(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    Path(name): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let known = Known::find(&state, who, name).await?;
    let (_, said) = known.open(&state).await?;
    let kind = image::kind_of(&said.thumbnail).unwrap_or(said.kind);
    Ok(picture(kind, said.thumbnail))
}

/// A body that says that it is too long is not even read.
fn refuse_long(headers: &HeaderMap) -> Result<(), ApiError> {
    let said = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if said.is_some_and(|length: usize| length > PIECE_BYTES) {
        Err(FailureCode::TooLarge.into())
    } else {
        Ok(())
    }
}

fn announced(held: &Held) -> Result<Announced, ApiError> {
    serde_json::from_slice(&held.header).map_err(|_| FailureCode::Storage.into())
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

/// A length of a photo on the wire; the bounds are far below.
fn short(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

impl AnnouncePhoto {
    /// What is announced, unless it is not base64url.
    fn read(self) -> Option<Announced> {
        let sha256 = URL_SAFE_NO_PAD.decode(self.sha256).ok()?;
        let thumbnail = URL_SAFE_NO_PAD.decode(self.thumbnail).ok()?;
        Some(Announced { kind: self.kind, bytes: usize::try_from(self.bytes).ok()?, sha256, thumbnail })
    }
}
