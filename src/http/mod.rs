//! The HTTPS interface: pages, sign-in, records, photos, the WebSocket and the addresses for monitoring. It translates
//! requests into calls of other modules; it decides nothing about a consultation, and it opens no port.

pub mod bodies;
pub mod error;
mod json_body;
pub mod ops;
pub mod pages;
pub mod records;
pub mod session;
pub mod state;
#[cfg(test)]
mod tests;
pub mod ws;

use crate::net;
use axum::{Router, middleware, routing::get};
use hyper_util::{
    rt::{TokioExecutor, TokioTimer},
    server::conn::auto::Builder,
};
use session::{auth, events};
use state::HttpState;

/// Every address of the server.
pub fn router(state: HttpState) -> Router {
    Router::new()
        .merge(session::router())
        .merge(records::router())
        .merge(ops::router())
        .route("/ws", get(ws::open))
        .fallback(get(pages::serve))
        .layer(middleware::from_fn_with_state(state.clone(), auth::own_pages_only))
        .layer(middleware::from_fn_with_state(state.clone(), events::record))
        .layer(middleware::from_fn(pages::add_security_headers))
        .with_state(state)
}

/// Bounds the time for which a client may send its headers, and the requests that it may have open at once.
pub fn set_bounds(builder: &mut Builder<TokioExecutor>) {
    builder.http1().timer(TokioTimer::new()).header_read_timeout(net::accept::HEADER_TIMEOUT);
    builder.http2().timer(TokioTimer::new()).max_concurrent_streams(STREAMS);
}

/// The streams that one HTTP/2 connection may have open: a page has a dozen files.
const STREAMS: u32 = 32;
