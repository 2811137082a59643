//! The session cookie: from a request's cookie to an identity, and the check of `Origin` that keeps other sites from
//! using it (cross-site request forgery).

use crate::{
    http::{bodies::FailureCode, error::ApiError, state::HttpState},
    identity::{self, device_cookie::DeviceCookie, sessions::OpenSession},
    net::https::HttpsConnection,
};
use axum::{
    extract::{FromRef, FromRequestParts, OptionalFromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, Method, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::convert::Infallible;
use teranga_clinic::people::Identity;

/// The name of the session cookie. Browsers take a cookie with this prefix only if it is `Secure`, has the path `/` and
/// belongs to this very host (RFC 6265bis section 4.1.3.2).
pub const COOKIE: &str = "__Host-teranga";

/// The name of the cookie of an ambulance's telephone. It is another one, so that a link signs nobody out who opens it.
const AMBULANCE_COOKIE: &str = "__Host-teranga-ambulance";

/// The extractor of whoever is signed in. A handler that takes it answers 401 to everybody else.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Identity);

impl<S: Send + Sync> FromRequestParts<S> for SignedIn
where
    HttpState: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let CurrentSession(session) = CurrentSession::from_request_parts(parts, state).await?;
        let state = HttpState::from_ref(state);
        if session.is_past_end(state.clock.timestamp()) && !state.sockets.is_welcomed(&session.key) {
            return Err(FailureCode::SignedOut.into());
        }
        Ok(Self(session.identity))
    }
}

/// The extractor of the session itself, also for some time after its absolute end: the socket of a call that is under way
/// may come back then, and the hub decides about it.
#[derive(Clone, Debug)]
pub struct CurrentSession(pub OpenSession);

impl<S: Send + Sync> FromRequestParts<S> for CurrentSession
where
    HttpState: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let token = token(&parts.headers).ok_or(FailureCode::SignedOut)?;
        let session = HttpState::from_ref(state).identities.session(token).await?;
        known(parts, session).map(Self)
    }
}

/// The session that a request's token has; its connection is that of somebody known from then on.
fn known(parts: &Parts, session: Option<OpenSession>) -> Result<OpenSession, ApiError> {
    let session = session.ok_or(FailureCode::SignedOut)?;
    if let Some(connection) = parts.extensions.get::<HttpsConnection>() {
        connection.sign_in(&session.identity.party.0);
    }
    Ok(session)
}

/// The extractor of the session of an ambulance's telephone. Every other extractor refuses it, because its token is kept under another hash.
#[derive(Clone, Debug)]
pub struct AmbulanceSession(pub OpenSession);

impl<S: Send + Sync> FromRequestParts<S> for AmbulanceSession
where
    HttpState: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let token = ambulance_token(&parts.headers).ok_or(FailureCode::SignedOut)?;
        let session = HttpState::from_ref(state).identities.ambulance_session(token).await?;
        known(parts, session).map(Self)
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for SignedIn
where
    HttpState: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Infallible> {
        Ok(<Self as FromRequestParts<S>>::from_request_parts(parts, state).await.ok())
    }
}

/// The session token of a request, if it has the cookie.
pub fn token(headers: &HeaderMap) -> Option<&str> {
    cookie_of(headers, COOKIE)
}

/// The session token of an ambulance's telephone, if the request has its cookie.
pub fn ambulance_token(headers: &HeaderMap) -> Option<&str> {
    cookie_of(headers, AMBULANCE_COOKIE)
}

/// The value of a cookie of a request.
pub fn cookie_of<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == wanted).then_some(value))
}

/// The value of `Set-Cookie` that makes the browser keep a session.
pub fn session_cookie(session: &identity::SignedIn) -> HeaderValue {
    cookie(COOKIE, session.token.reveal(), session.max_age_s)
}

/// The value of `Set-Cookie` that makes the browser keep the session of an ambulance's telephone.
pub fn ambulance_cookie(session: &identity::SignedIn) -> HeaderValue {
    cookie(AMBULANCE_COOKIE, session.token.reveal(), session.max_age_s)
}

/// The value of `Set-Cookie` that makes the browser keep a device cookie.
pub fn known_browser_cookie(known: &DeviceCookie) -> HeaderValue {
    cookie(&known.name, known.value.reveal(), identity::device_cookie::LIFE_S)
}

/// The value of `Set-Cookie` that makes the browser forget its session.
pub fn expired_cookie() -> HeaderValue {
    cookie(COOKIE, "", 0)
}

fn cookie(name: &str, content: &str, max_age_s: u64) -> HeaderValue {
    let text = format!("{name}={content}; Path=/; Max-Age={max_age_s}; HttpOnly; Secure; SameSite=Strict");
    let mut value = HeaderValue::try_from(text).expect("base64url and ASCII");
    value.set_sensitive(true);
    value
}

/// The middleware that refuses requests of foreign pages if they change something or open a socket. A browser always
/// sends the `Origin` of such requests. A program that is no browser carries no foreign cookies and may leave it out.
pub async fn own_pages_only(State(state): State<HttpState>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN);
    let reads = request.method() == Method::GET || request.method() == Method::HEAD;
    let harmless = reads && !request.headers().contains_key(header::UPGRADE);
    if harmless || origin.is_none_or(|origin| state.is_own_origin(origin)) {
        next.run(request).await
    } else {
        ApiError::from(FailureCode::Origin).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_found_among_other_cookies() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=b; __Host-teranga=abc; c=d"));
        assert_eq!(token(&headers), Some("abc"));
        headers.insert(header::COOKIE, HeaderValue::from_static("x__Host-teranga=abc"));
        assert_eq!(token(&headers), None);
    }
}
