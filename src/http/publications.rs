//! What became of records that are published to the national record: for the members of a consultation, and for operators, who have
//! refused ones tried again or give them up.

use super::{
    bodies::{DecidePublication, DppState, FailureCode, RecordPublications, RefusedPublication},
    error::ApiError,
    json_body::JsonBody,
    parameters::InPath,
    records::{asker::Asker, consultations::history_of_member},
    session::auth::SignedIn,
    state::HttpState,
};
use crate::store::StoredPublication;
use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, State},
    http::{HeaderName, StatusCode, header},
    response::IntoResponse,
    routing::{get, post},
};
use teranga_clinic::{
    id::ConsultationId,
    people::{Identity, Role},
    publication::{Publication, Remains},
};
use uuid::Uuid;

/// The state of the exchange, what a person decides about one publication, and the publications of a consultation.
pub(super) fn router() -> Router<HttpState> {
    Router::new()
        .route("/api/dpp", get(state_of))
        .route("/api/dpp/publications/{key}", post(decide))
        .route("/api/consultations/{id}/publications", get(of_consultation))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
}

async fn state_of(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
) -> Result<impl IntoResponse, ApiError> {
    must_be_operator(&who)?;
    let (exchanges, counts) = (state.dpp.exchanges(), state.publications.counts().await?);
    let mut refused = Vec::new();
    for row in state.publications.refused(LISTED).await? {
        refused.push(RefusedPublication {
            place: place_of(&state, &row).await?,
            consultation: row.consultation,
            publication: Publication::from(&row),
        });
    }
    let told = DppState {
        on: state.dpp.is_on(),
        success_at: exchanges.success_at,
        failure: exchanges.failure.map(Into::into),
        owed: counts.waiting,
        owed_since: counts.waiting_since,
        refused_count: counts.refused,
        refused,
    };
    Ok((NO_STORE, Json(told)))
}

/// The post of a consultation, whose nurse knows the patient; none if its facts cannot be read.
async fn place_of(state: &HttpState, row: &StoredPublication) -> Result<Option<String>, ApiError> {
    let reading = state.journal.read(row.consultation).await?;
    Ok(reading.and_then(Result::ok).map(|history| history.consultation().post().place.name.clone()))
}

async fn decide(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    InPath(key): InPath<String>,
    JsonBody(DecidePublication { decision }): JsonBody<DecidePublication>,
) -> Result<StatusCode, ApiError> {
    must_be_operator(&who)?;
    let key: Uuid = key.parse().map_err(|_| ApiError::NOT_FOUND)?;
    let now = state.clock.timestamp();
    if !state.publications.decide(key, decision.into(), &who.party, now).await? {
        return Err(FailureCode::NotFound.into());
    }
    tracing::info!(%key, by = %who.party, ?decision, "a person decided about a publication");
    Ok(StatusCode::NO_CONTENT)
}

/// Whether the record of a consultation was published, for the post that asked and the doctors who took part. It says nothing of the patient.
async fn of_consultation(
    State(state): State<HttpState>,
    asker: Asker,
    InPath(id): InPath<String>,
) -> Result<impl IntoResponse, ApiError> {
    let id = ConsultationId(id.parse().map_err(|_| ApiError::NOT_FOUND)?);
    history_of_member(&state, id, &asker).await?;
    let on = state.dpp.is_on();
    let rows = state.publications.of_consultation(id).await?;
    // What was sent remains there, also if this server does not speak to the national record any more.
    let remains = rows.iter().map(StoredPublication::remains).max().unwrap_or(Remains::Nothing);
    let publications = if on { rows.iter().map(Publication::from).collect() } else { Vec::new() };
    let contact = state.dpp.contact().map(str::to_owned);
    Ok((NO_STORE, Json(RecordPublications { on, publications, remains, contact })))
}

fn must_be_operator(who: &Identity) -> Result<(), ApiError> {
    if who.role == Role::Operator { Ok(()) } else { Err(ApiError::WRONG_ROLE) }
}

/// No copy of an answer is kept by a browser or a proxy.
const NO_STORE: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

/// The most refused publications that are listed.
const LISTED: u32 = 20;

/// The largest body.
const BODY_BYTES: usize = 1024;
