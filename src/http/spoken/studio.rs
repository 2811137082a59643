//! What operators do with recordings: they record, and a second account signs off. Either may withdraw. Every version stays.

use super::slot::slot;
use crate::{
    http::{
        bodies::{FailureCode, SpokenAct, SpokenRecording},
        error::ApiError,
        parameters::InPath,
        session::auth::SignedIn,
        state::HttpState,
    },
    spoken::{self, RECORDED_BYTES, SoundFlaw},
    store::{NewSpoken, SpokenBy, SpokenOutcome, SpokenVersion, StoreError},
};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State, rejection::BytesRejection},
    http::StatusCode,
    routing::{get, post},
};
use teranga_clinic::{
    people::{Identity, Role},
    time::Timestamp,
};
use tokio::{sync::Semaphore, task::spawn_blocking};

/// The addresses below `/api/ops/spoken`.
pub(super) fn router() -> Router<HttpState> {
    Router::new()
        .route("/api/ops/spoken", get(list))
        .route("/api/ops/spoken/{sentence}/{language}", post(record))
        .route("/api/ops/spoken/{sentence}/{language}/{version}/sign_off", post(sign_off))
        .route("/api/ops/spoken/{sentence}/{language}/{version}/withdraw", post(withdraw))
        .layer(DefaultBodyLimit::max(RECORDED_BYTES))
}

/// Every version of every slot.
async fn list(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
) -> Result<Json<Vec<SpokenRecording>>, ApiError> {
    check(&who)?;
    let versions = state.spoken.spoken().await?;
    Ok(Json(versions.into_iter().map(|version| shown(version, &who)).collect()))
}

/// Keeps a recording as a draft, and answers with its version.
async fn record(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    InPath((sentence, language)): InPath<(String, String)>,
    recorded: Result<Bytes, BytesRejection>,
) -> Result<(StatusCode, Json<u32>), ApiError> {
    check(&who)?;
    let slot = slot(&sentence, &language)?;
    let recorded = recorded.map_err(|_| FailureCode::TooLarge)?;
    let encoded = {
        // One recording is encoded at a time, so that no account can take every core from the calls.
        let _turn = ENCODER.acquire().await.map_err(|_| FailureCode::Internal)?;
        spawn_blocking(move || spoken::encode(&recorded)).await.map_err(|_| FailureCode::Internal)?
    };
    let encoded = encoded.map_err(refusal)?;
    let by = Some(who.party);
    let new = NewSpoken { slot, by, duration_ms: encoded.duration_ms, audio: encoded.audio };
    match state.spoken.add_spoken(&new, state.clock.timestamp()).await {
        Ok(version) => Ok((StatusCode::CREATED, Json(version))),
        Err(StoreError::TooLarge) => Err(FailureCode::SlotFull.into()),
        Err(error) => Err(error.into()),
    }
}

async fn sign_off(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    InPath((sentence, language, version)): InPath<(String, String, u32)>,
) -> Result<StatusCode, ApiError> {
    check(&who)?;
    let (slot, now) = (slot(&sentence, &language)?, state.clock.timestamp());
    done(state.spoken.sign_off_spoken(slot, version, &who.party, now).await?)
}

async fn withdraw(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    InPath((sentence, language, version)): InPath<(String, String, u32)>,
) -> Result<StatusCode, ApiError> {
    check(&who)?;
    let (slot, now) = (slot(&sentence, &language)?, state.clock.timestamp());
    done(state.spoken.withdraw_spoken(slot, version, &who.party, now).await?)
}

/// Only operators have the studio.
fn check(who: &Identity) -> Result<(), ApiError> {
    if who.role == Role::Operator { Ok(()) } else { Err(ApiError::WRONG_ROLE) }
}

fn done(outcome: SpokenOutcome) -> Result<StatusCode, ApiError> {
    match outcome {
        SpokenOutcome::Done => Ok(StatusCode::NO_CONTENT),
        SpokenOutcome::Missing => Err(ApiError::NOT_FOUND),
        SpokenOutcome::Own => Err(FailureCode::OwnRecording.into()),
        SpokenOutcome::TooLate => Err(FailureCode::RecordingState.into()),
    }
}

fn refusal(flaw: SoundFlaw) -> ApiError {
    let code = match flaw {
        SoundFlaw::Silent => FailureCode::SoundSilent,
        SoundFlaw::TooShort => FailureCode::SoundShort,
        SoundFlaw::TooLong => FailureCode::TooLarge,
        SoundFlaw::Encoder => FailureCode::Internal,
    };
    tracing::warn!(%flaw, "a recording was refused");
    code.into()
}

fn shown(version: SpokenVersion, asker: &Identity) -> SpokenRecording {
    let own = version.recorded.0.as_ref().is_some_and(|by| by.party == asker.party);
    let act = |(by, at): (Option<SpokenBy>, Timestamp)| SpokenAct { by: by.map(|by| by.name), at };
    SpokenRecording {
        sentence: version.slot.sentence,
        language: version.slot.language,
        version: version.version,
        state: version.state,
        stand_in: version.is_stand_in(),
        own,
        recorded: act(version.recorded),
        signed_off: version.signed_off.map(act),
        withdrawn: version.withdrawn.map(|(by, at)| act((Some(by), at))),
        duration_ms: version.duration_ms,
        bytes: version.bytes,
    }
}

/// The turn to encode.
static ENCODER: Semaphore = Semaphore::const_new(1);
