//! The HTTPS interface: pages, sign-in, records, photos, the WebSocket and the addresses for monitoring. It translates
//! requests into calls of other modules; it decides nothing about a consultation, and it opens no port.

mod ambulance;
pub mod bodies;
mod colleagues;
mod dpp;
pub mod error;
mod guesses;
mod json_body;
mod nearest;
pub mod ops;
mod outcomes;
pub mod pages;
mod parameters;
mod proposals;
mod publications;
mod reach;
pub mod records;
mod referrals;
pub mod rota;
pub mod session;
mod spoken;
pub mod state;
#[cfg(test)]
mod tests;
mod verifier;
pub mod ws;

use axum::{Router, middleware, routing::get};
use session::{auth, events};
use state::HttpState;

/// Every address of the server.
pub fn router(state: HttpState) -> Router {
    Router::new()
        .merge(session::router())
        .merge(records::router())
        .merge(colleagues::router())
        .merge(dpp::router())
        .merge(publications::router())
        .merge(nearest::router())
        .merge(proposals::router())
        .merge(reach::router())
        .merge(outcomes::router())
        .merge(ops::router())
        .merge(spoken::router())
        .merge(rota::router())
        .merge(verifier::router())
        .merge(referrals::router())
        .merge(ambulance::router())
        .route("/ws", get(ws::open))
        .fallback(get(pages::serve))
        .layer(middleware::from_fn_with_state(state.clone(), auth::own_pages_only))
        .layer(middleware::from_fn_with_state(state.clone(), events::record))
        .layer(middleware::from_fn_with_state(state.edge.clone(), pages::add_security_headers))
        .with_state(state)
}
