//! Sign-in of people by password and of kiosks by device key, as `docs/API.md` describes it.

use super::{
    auth::{self, SignedIn},
    browser,
    events::Subject,
};
use crate::{
    http::{
        bodies::{AskChallenge, Challenge, EnrollDevice, Enrolled, FailureCode, SignIn, SignInDevice},
        error::ApiError,
        json_body::JsonBody,
        state::HttpState,
    },
    identity::{self, Attempt, Client, Denied, challenge::is_device_name, device_cookie, password, secret},
    security::SecurityKind,
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
pub(super) fn router() -> Router<HttpState> {
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
    headers: HeaderMap,
    JsonBody(body): JsonBody<SignIn>,
) -> Response {
    let subject = password::fold_login(body.login.reveal());
    let known = subject.as_deref().map(device_cookie::name);
    let attempt = Attempt {
        login: &body.login,
        password: &body.password,
        device_cookie: known.and_then(|name| auth::cookie_of(&headers, &name)),
        client: Client { from: from.ip(), browser: &browser::kind(&headers) },
    };
    let mut response = match state.identities.sign_in(&attempt).await {
        Ok(session) => signed_in(&state, session).await,
        Err(denied) => ApiError::from(denied).into_response(),
    };
    if let Some(login) = subject {
        response.extensions_mut().insert(Subject(login.into()));
    }
    response
}

async fn sign_out(State(state): State<HttpState>, headers: HeaderMap) -> Result<Response, ApiError> {
    if let Some(token) = auth::token(&headers) {
        let key = secret::hash(token.as_bytes());
        state.identities.end_session(&key).await?;
        state.close_sockets(&key).await;
    }
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, auth::expired_cookie())]).into_response())
}

async fn me(SignedIn(who): SignedIn) -> Json<Identity> {
    Json(who)
}

async fn enroll(
    State(state): State<HttpState>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<EnrollDevice>,
) -> Result<Response, ApiError> {
    let key = decode(&body.public_key)?;
    let client = Client { from: from.ip(), browser: &browser::kind(&headers) };
    let session = state.identities.enroll(body.code.reveal(), &key, client).await?;
    let device = session.identity.party.clone();
    Ok(with_session(&state, session, Json(Enrolled { device })).await)
}

async fn challenge(
    State(state): State<HttpState>,
    JsonBody(body): JsonBody<AskChallenge>,
) -> Result<Json<Challenge>, ApiError> {
    if !is_device_name(&body.device) {
        return Err(FailureCode::Malformed.into());
    }
    Ok(Json(Challenge { challenge: secret::encode(&state.identities.challenge(&body.device)) }))
}

async fn sign_in_device(
    State(state): State<HttpState>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<SignInDevice>,
) -> Result<Response, ApiError> {
    if !is_device_name(&body.device) {
        return Err(FailureCode::Malformed.into());
    }
    let (challenge, signature) = (decode(&body.challenge)?, decode(&body.signature)?);
    let client = Client { from: from.ip(), browser: &browser::kind(&headers) };
    let session = state.identities.sign_in_device(&body.device, &challenge, &signature, client).await?;
    Ok(signed_in(&state, session).await)
}

async fn signed_in(state: &HttpState, session: identity::SignedIn) -> Response {
    let who = Json(session.identity.clone());
    with_session(state, session, who).await
}

/// An answer that sets the cookies of a new session, after the sockets of those that ended for it were closed.
async fn with_session(state: &HttpState, session: identity::SignedIn, body: impl IntoResponse) -> Response {
    for ended in &session.ended {
        state.close_sockets(ended).await;
    }
    let mut response = ([(header::SET_COOKIE, auth::session_cookie(&session))], body).into_response();
    if let Some(known) = &session.device_cookie {
        response.headers_mut().append(header::SET_COOKIE, auth::known_browser_cookie(known));
    }
    response.extensions_mut().insert(SecurityKind::SignedIn);
    response
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
            Denied::Revoked => Self::Suspect(FailureCode::Device, SecurityKind::RevokedDevice),
            Denied::Challenge => FailureCode::Challenge.into(),
            Denied::Key => FailureCode::Malformed.into(),
            Denied::TooManyAttempts(seconds) => Self::TooManyAttempts(seconds),
            Denied::Store(error) => error.into(),
        }
    }
}

/// The longest body that is read, bytes. The longest honest one is below 1 kB.
const BODY_BYTES: usize = 4 * 1024;

/// The longest base64url text of a key, a challenge or a signature. A P-256 point has 87 characters.
const ENCODED_CHARS: usize = 128;
