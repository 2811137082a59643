//! Signing in, and reading records. `docs/API.md` tells it in prose.

use super::{
    Door,
    auth::{self, SignedIn},
    error::ApiError,
    wire::{AskChallenge, Challenge, EnrollDevice, Enrolled, FailureCode, SignIn, SignInDevice},
};
use crate::{
    identity::{self, Denied, secret},
    store::Opening,
};
use axum::{
    Json, Router,
    extract::{ConnectInfo, DefaultBodyLimit, FromRequest, Path, Request, State, rejection::JsonRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use std::net::SocketAddr;
use teranga_clinic::{
    fact::Fact,
    id::ConsultationId,
    people::Identity,
    view::{ConsultationSummary, ConsultationView},
};

/// Largest body that is read.
const BODY_BYTES: usize = 64 * 1024;

/// Longest base64url text of a key, a challenge or a signature.
const ENCODED_CHARS: usize = 128;

/// Consultations in one's own list.
const LISTED: u32 = 50;

/// All of `/api` but what operations ask.
pub fn router() -> Router<Door> {
    Router::new()
        .route("/api/signin", post(sign_in))
        .route("/api/signout", post(sign_out))
        .route("/api/me", get(me))
        .route("/api/devices/enroll", post(enroll))
        .route("/api/devices/challenge", post(challenge))
        .route("/api/devices/signin", post(sign_in_device))
        .route("/api/consultations", get(list))
        .route("/api/consultations/{id}", get(read))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
}

/// A JSON body whose refusal is one of ours.
#[derive(Debug)]
pub(super) struct Body<T>(pub(super) T);

impl<T, S: Send + Sync> FromRequest<S> for Body<T>
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

impl From<Denied> for ApiError {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Credentials => FailureCode::Credentials.into(),
            Denied::Code => FailureCode::EnrollCode.into(),
            Denied::Device => FailureCode::Device.into(),
            Denied::Challenge => FailureCode::Challenge.into(),
            Denied::Key => FailureCode::Malformed.into(),
            Denied::TooManyAttempts(seconds) => Self::TooManyAttempts(seconds),
            Denied::Store(error) => error.into(),
        }
    }
}

async fn sign_in(
    State(door): State<Door>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Body(body): Body<SignIn>,
) -> Result<Response, ApiError> {
    let session = door.identities.sign_in(body.login.reveal(), body.password.reveal(), from.ip()).await?;
    Ok(signed_in(session))
}

async fn sign_out(State(door): State<Door>, headers: HeaderMap) -> Result<Response, ApiError> {
    if let Some(token) = auth::token(&headers) {
        door.identities.sign_out(token).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, auth::forget())]).into_response())
}

async fn me(SignedIn(who): SignedIn) -> Json<Identity> {
    Json(who)
}

async fn enroll(
    State(door): State<Door>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Body(body): Body<EnrollDevice>,
) -> Result<Response, ApiError> {
    let key = bytes(&body.public_key)?;
    let session = door.identities.enroll(body.code.reveal(), &key, from.ip()).await?;
    let device = session.identity.party.clone();
    Ok(([(header::SET_COOKIE, auth::keep(&session))], Json(Enrolled { device })).into_response())
}

async fn challenge(State(door): State<Door>, Body(body): Body<AskChallenge>) -> Json<Challenge> {
    Json(Challenge { challenge: secret::encode(&door.identities.challenge(body.device)) })
}

async fn sign_in_device(
    State(door): State<Door>,
    Body(body): Body<SignInDevice>,
) -> Result<Response, ApiError> {
    let (challenge, signature) = (bytes(&body.challenge)?, bytes(&body.signature)?);
    Ok(signed_in(door.identities.sign_in_device(&body.device, &challenge, &signature).await?))
}

fn signed_in(session: identity::SignedIn) -> Response {
    ([(header::SET_COOKIE, auth::keep(&session))], Json(session.identity)).into_response()
}

fn bytes(text: &str) -> Result<Vec<u8>, ApiError> {
    secret::decode(text, ENCODED_CHARS).ok_or_else(|| FailureCode::Malformed.into())
}

async fn list(
    State(door): State<Door>,
    SignedIn(who): SignedIn,
) -> Result<Json<Vec<ConsultationSummary>>, ApiError> {
    let histories = door.records.of_party(&who.party, LISTED).await?;
    Ok(Json(histories.iter().filter_map(|(id, facts)| summary(*id, facts)).collect()))
}

/// The line of one consultation; none, and a line in the log, if its facts cannot be replayed.
fn summary(consultation: ConsultationId, facts: &[Fact]) -> Option<ConsultationSummary> {
    ConsultationSummary::replay(facts)
        .inspect_err(|error| tracing::error!(%consultation, %error, "a consultation cannot be replayed"))
        .ok()
        .flatten()
}

/// Who is not a member is told that there is no such consultation. Reading is written down before it is shown.
async fn read(
    State(door): State<Door>,
    SignedIn(who): SignedIn,
    Path(id): Path<String>,
) -> Result<Json<ConsultationView>, ApiError> {
    let id = ConsultationId(id.parse().map_err(|_| ApiError::NOT_FOUND)?);
    let facts = door.records.facts(id).await?;
    let view = ConsultationView::replay(&facts, &who)?.ok_or(ApiError::NOT_FOUND)?;
    let at = door.clock.timestamp();
    door.records.note_opening(&Opening { consultation: id, by: who.party, at, photo: None }).await?;
    Ok(Json(view))
}
