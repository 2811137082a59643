//! The telephone of an ambulance ([docs/adr/0059](../../../docs/adr/0059-ambulance.md)): the post or the doctor makes a link, and whoever opens
//! it hears and speaks in the call of that one evacuation. Its session is no account's: it opens the socket and nothing else.

mod links;
mod phone;

use super::state::HttpState;
use axum::{Router, extract::DefaultBodyLimit};

/// The addresses of ambulances.
pub(super) fn router() -> Router<HttpState> {
    links::router().merge(phone::router()).layer(DefaultBodyLimit::max(BODY_BYTES))
}

/// The longest body that is read, bytes.
const BODY_BYTES: usize = 4 * 1024;
