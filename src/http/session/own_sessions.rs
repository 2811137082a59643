//! The list of one's own sessions, and ending them: "Mes sessions". A session is named by a hash of its token's hash, which
//! opens nothing.

use super::auth::CurrentSession;
use crate::{
    http::{bodies::OwnSession, error::ApiError, parameters::InPath, state::HttpState},
    identity::{secret, sessions::OpenSession},
    store::{ListedSession, TokenHash},
};
use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    routing::{delete, get, post},
};
use teranga_clinic::people::Role;

/// The addresses of one's own sessions.
pub(super) fn router() -> Router<HttpState> {
    Router::new()
        .route("/api/sessions", get(list))
        .route("/api/sessions/{id}", delete(end))
        .route("/api/sessions/end_others", post(end_others))
}

async fn list(
    State(state): State<HttpState>,
    CurrentSession(own): CurrentSession,
) -> Result<Json<Vec<OwnSession>>, ApiError> {
    let (sessions, now) = (of_person(&state, &own).await?, state.clock.timestamp());
    let listed = sessions.into_iter().map(|session| OwnSession {
        id: public_name(&session.token),
        current: session.token == own.key,
        online: state.sockets.is_welcomed(&session.token),
        opened_ms_ago: now.since_ms(session.opened_at),
        seen_ms_ago: now.since_ms(session.seen_at),
        browser: session.browser,
    });
    Ok(Json(listed.collect()))
}

async fn end(
    State(state): State<HttpState>,
    CurrentSession(own): CurrentSession,
    InPath(id): InPath<String>,
) -> Result<StatusCode, ApiError> {
    let sessions = of_person(&state, &own).await?;
    let found = sessions.iter().find(|session| public_name(&session.token) == id);
    end_one(&state, &found.ok_or(ApiError::NOT_FOUND)?.token).await
}

async fn end_others(
    State(state): State<HttpState>,
    CurrentSession(own): CurrentSession,
) -> Result<StatusCode, ApiError> {
    for session in of_person(&state, &own).await? {
        if session.token != own.key {
            end_one(&state, &session.token).await?;
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

/// The sessions of the person who asks. A post's tablet has no list: several nurses share it, and its key would open another
/// session at once.
async fn of_person(state: &HttpState, own: &OpenSession) -> Result<Vec<ListedSession>, ApiError> {
    if own.identity.role == Role::Kiosk {
        return Err(ApiError::WRONG_ROLE);
    }
    Ok(state.identities.sessions_of(&own.identity.party).await?)
}

async fn end_one(state: &HttpState, key: &TokenHash) -> Result<StatusCode, ApiError> {
    state.identities.end_session(key).await?;
    state.close_sockets(key).await;
    Ok(StatusCode::NO_CONTENT)
}

/// The name of a session in the list.
fn public_name(key: &TokenHash) -> String {
    secret::encode(&secret::hash(key)[..NAME_BYTES])
}

/// The bytes of a session's name: enough to tell a person's few sessions apart.
const NAME_BYTES: usize = 12;
