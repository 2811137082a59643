//! The list of colleagues, from which a doctor asks for an opinion, a case is given to somebody, and a post addresses a case to a
//! person. It names doctors and tells nothing about a patient.

use super::{bodies::Colleague, error::ApiError, session::auth::SignedIn, state::HttpState};
use axum::{Json, Router, extract::State, routing::get};
use teranga_clinic::people::{Identity, Role};

/// `/api/colleagues`.
pub(super) fn router() -> Router<HttpState> {
    Router::new().route("/api/colleagues", get(list))
}

/// All other doctors of the country, for posts, doctors and coordinators only.
async fn list(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
) -> Result<Json<Vec<Colleague>>, ApiError> {
    if !matches!(who.role, Role::Kiosk | Role::Doctor | Role::Coordinator) {
        return Err(ApiError::WRONG_ROLE);
    }
    let connected = state.sockets.connected();
    let others = state.identities.colleagues().await?.into_iter().filter(|other| other.party != who.party);
    let shown = others.map(|Identity { party, name, specialities, .. }| {
        let connected = connected.contains(&party);
        Colleague { party, name, specialities, connected }
    });
    Ok(Json(shown.collect()))
}
