//! Sign-in of people by password and of kiosks by device key, as `docs/API.md` describes it.

use super::auth::{self, SignedIn};
use crate::{
    http::{
        bodies::{AskChallenge, Challenge, EnrollDevice, Enrolled, FailureCode, SignIn, SignInDevice},
        error::ApiError,
        json_body::JsonBody,
        state::HttpState,
    },
    identity::{self, Denied, secret},
};
use axum::{
    Json, Router,
    extract::{ConnectInfo, DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use std::net::SocketAddr;
use teranga_clinic::people::Identity;

/// The addresses of sign-in, sign-out and device enrolment.
pub(in crate::http) fn router() -> Router<HttpState> {
    Router::new()
        .route("/api/signin", post(sign_in))
        .route("/api/signout", post(sign_out))
        .route("/api/me", get(me))
        .route("/api/devices/enroll", post(enroll))
        .route("/api/devices/challenge", post(challenge))
        .route("/api/devices/signin", post(sign_in_device))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
}

async fn sign_in(
    State(state): State<HttpState>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    JsonBody(body): JsonBody<SignIn>,
) -> Result<Response, ApiError> {
    let session = state.identities.sign_in(body.login.reveal(), body.password.reveal(), from.ip()).await?;
    Ok(signed_in(session))
}

async fn sign_out(State(state): State<HttpState>, headers: HeaderMap) -> Result<Response, ApiError> {
    if let Some(token) = auth::token(&headers) {
        state.identities.sign_out(token).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, auth::expired_cookie())]).into_response())
}

async fn me(SignedIn(who): SignedIn) -> Json<Identity> {
    Json(who)
}

async fn enroll(
    State(state): State<HttpState>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    JsonBody(body): JsonBody<EnrollDevice>,
) -> Result<Response, ApiError> {
    let key = decode(&body.public_key)?;
    let session = state.identities.enroll(body.code.reveal(), &key, from.ip()).await?;
    let device = session.identity.party.clone();
    Ok(([(header::SET_COOKIE, auth::session_cookie(&session))], Json(Enrolled { device })).into_response())
}

async fn challenge(
    State(state): State<HttpState>,
    JsonBody(body): JsonBody<AskChallenge>,
) -> Json<Challenge> {
    Json(Challenge { challenge: secret::encode(&state.identities.challenge(body.device)) })
}

async fn sign_in_device(
    State(state): State<HttpState>,
    JsonBody(body): JsonBody<SignInDevice>,
) -> Result<Response, ApiError> {
    let (challenge, signature) = (decode(&body.challenge)?, decode(&body.signature)?);
    Ok(signed_in(state.identities.sign_in_device(&body.device, &challenge, &signature).await?))
}

fn signed_in(session: identity::SignedIn) -> Response {
    ([(header::SET_COOKIE, auth::session_cookie(&session))], Json(session.identity)).into_response()
}

/// The bytes of a key, a challenge or a signature.
fn decode(base64url: &str) -> Result<Vec<u8>, ApiError> {
    secret::decode(base64url, ENCODED_CHARS).ok_or_else(|| FailureCode::Malformed.into())
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

/// The longest body that is read, bytes. The longest honest one is below 1 kB.
const BODY_BYTES: usize = 64 * 1024;

/// The longest base64url text of a key, a challenge or a signature. A P-256 point has 87 characters.
const ENCODED_CHARS: usize = 128;
