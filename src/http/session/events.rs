//! The middleware that writes security events down. A refusal carries its kind as an extension of the response, so no
//! handler can forget to tell of it; the network comes from the connection.

use crate::{
    http::{session::auth, state::HttpState},
    security::SecurityKind,
};
use axum::{
    extract::{ConnectInfo, Request, State},
    middleware::Next,
    response::Response,
};
use std::net::SocketAddr;
use teranga_clinic::pii::Pii;

/// The login that an answer is about, as an extension of the response; it is hashed before it is written down.
#[derive(Clone, Debug)]
pub(super) struct Subject(pub(super) Pii<String>);

/// Records the security event of an answer, if it is one.
pub async fn record(
    State(state): State<HttpState>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let has_cookie = auth::token(request.headers()).is_some_and(|token| !token.is_empty());
    let response = next.run(request).await;
    let kind = response.extensions().get::<SecurityKind>().copied();
    // A page that asks who it is, before anybody has signed in, has no cookie.
    if let Some(kind) = kind.filter(|kind| has_cookie || *kind != SecurityKind::UnknownSession) {
        let subject = response.extensions().get::<Subject>().map(|subject| subject.0.reveal().as_str());
        state.security.record(kind, subject, Some(from.ip()));
    }
    response
}
