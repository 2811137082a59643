//! How a doctor is reached once their page is closed. It tells whoever asks about themselves, and never more of a number than its end.

use super::{bodies::OwnReach, error::ApiError, session::auth::SignedIn, state::HttpState};
use axum::{Json, Router, extract::State, routing::get};
use teranga_clinic::{contact::masked_phone, people::Role};

/// `/api/reach`.
pub(super) fn router() -> Router<HttpState> {
    Router::new().route("/api/reach", get(own))
}

async fn own(State(state): State<HttpState>, SignedIn(who): SignedIn) -> Result<Json<OwnReach>, ApiError> {
    if who.role != Role::Doctor {
        return Err(ApiError::WRONG_ROLE);
    }
    let phone = state.contacts.contact(&who.party).await?.phone;
    Ok(Json(OwnReach { sms: state.edge.sms, phone: phone.as_ref().map(masked_phone) }))
}
