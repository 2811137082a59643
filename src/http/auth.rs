//! From a cookie to an identity, and the check that a request comes from our own pages.

use super::{Door, error::ApiError, wire::FailureCode};
use crate::identity;
use axum::{
    extract::{FromRef, FromRequestParts, OptionalFromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, Method, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::convert::Infallible;
use teranga_clinic::people::Identity;

/// The session cookie. The prefix makes browsers insist on Secure, on the path `/` and on this very host.
pub const COOKIE: &str = "__Host-teranga";

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Identity);

impl<S: Send + Sync> FromRequestParts<S> for SignedIn
where
    Door: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let token = token(&parts.headers).ok_or(FailureCode::SignedOut)?;
        let session = Door::from_ref(state).identities.session(token).await?;
        session.map(Self).ok_or_else(|| FailureCode::SignedOut.into())
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for SignedIn
where
    Door: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Infallible> {
        Ok(<Self as FromRequestParts<S>>::from_request_parts(parts, state).await.ok())
    }
}

/// The session token of a request.
pub fn token(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE).then_some(value))
}

/// Lets the browser keep a session.
pub fn keep(session: &identity::SignedIn) -> HeaderValue {
    cookie(session.token.reveal(), session.max_age_s)
}

/// Lets the browser forget its session.
pub fn forget() -> HeaderValue {
    cookie("", 0)
}

fn cookie(token: &str, max_age_s: u64) -> HeaderValue {
    let text = format!("{COOKIE}={token}; Path=/; Max-Age={max_age_s}; HttpOnly; Secure; SameSite=Strict");
    let mut value = HeaderValue::try_from(text).expect("base64url and ASCII");
    value.set_sensitive(true);
    value
}

/// Refuses what changes something, and sockets, unless they come from our own pages. A browser always tells
/// the `Origin` of both; programs that are no browsers carry no foreign cookies, so they may leave it out.
pub async fn own_pages_only(State(door): State<Door>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN);
    let reads = request.method() == Method::GET || request.method() == Method::HEAD;
    let harmless = reads && !request.headers().contains_key(header::UPGRADE);
    if harmless || origin.is_none_or(|origin| door.is_own(origin)) {
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
