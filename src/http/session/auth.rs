//! The session cookie: from a request's cookie to an identity, and the check of `Origin` that keeps other sites from
//! using it (cross-site request forgery).

use crate::{
    http::{bodies::FailureCode, error::ApiError, state::HttpState},
    identity,
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

/// The extractor of whoever is signed in. A handler that takes it answers 401 to everybody else.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Identity);

impl<S: Send + Sync> FromRequestParts<S> for SignedIn
where
    HttpState: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let token = token(&parts.headers).ok_or(FailureCode::SignedOut)?;
        let session = HttpState::from_ref(state).identities.session(token).await?;
        session.map(Self).ok_or_else(|| FailureCode::SignedOut.into())
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
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE).then_some(value))
}

/// The value of `Set-Cookie` that makes the browser keep a session.
pub fn session_cookie(session: &identity::SignedIn) -> HeaderValue {
    cookie(session.token.reveal(), session.max_age_s)
}

/// The value of `Set-Cookie` that makes the browser forget its session.
pub fn expired_cookie() -> HeaderValue {
    cookie("", 0)
}

fn cookie(token: &str, max_age_s: u64) -> HeaderValue {
    let text = format!("{COOKIE}={token}; Path=/; Max-Age={max_age_s}; HttpOnly; Secure; SameSite=Strict");
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
