//! What a verifier of prescriptions asks, who need not be signed in: the keys that are believed, what became of a prescription, and
//! its text by the code on the paper. An identifier is random, so whoever knows one has the paper.

use super::{
    bodies::{
        FailureCode, PrescriptionState, PrescriptionStatus, PrescriptionText, TrustedKey, TrustedKeys,
        WithdrawnBecause, WithdrawnKey,
    },
    error::ApiError,
    guesses::Guesses,
    parameters::InPath,
    state::HttpState,
};
use crate::store::{SignerKey, WithdrawalReason};
use axum::{
    Extension, Json, Router,
    extract::{ConnectInfo, State},
    http::{HeaderName, header},
    response::IntoResponse,
    routing::get,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use std::{net::SocketAddr, sync::Arc};
use teranga_clinic::{
    id::{ConsultationId, PrescriptionId},
    prescription::{Cancellation, Prescription, ids_of_code},
};
use teranga_exchange::prescription::{KeyId, public_key_of};
use uuid::Uuid;

/// The addresses below `/api/verifier`.
pub(super) fn router() -> Router<HttpState> {
    Router::new()
        .route("/api/verifier/keys", get(keys))
        .route("/api/verifier/prescriptions/{id}", get(status))
        .route("/api/verifier/codes/{code}", get(text))
        .layer(Extension(Arc::new(Guesses::default())))
}

async fn keys(State(state): State<HttpState>) -> Result<impl IntoResponse, ApiError> {
    let (at, keys) = state.signer.trusted().await?;
    let keys = keys.into_iter().filter_map(trusted).collect();
    Ok((FRESH, Json(TrustedKeys { at, keys })))
}

async fn status(
    State(state): State<HttpState>,
    InPath(id): InPath<String>,
) -> Result<impl IntoResponse, ApiError> {
    let id = PrescriptionId(id.parse::<Uuid>().map_err(|_| ApiError::NOT_FOUND)?);
    let found = find(&state, (id, id)).await?;
    let status = |state, at| PrescriptionStatus { state, at };
    let status = match found {
        None => status(PrescriptionState::Unknown, None),
        Some(Prescription { cancelled: Some(Cancellation { at, .. }), .. }) => {
            status(PrescriptionState::Cancelled, Some(at))
        }
        Some(Prescription { replaced_by: Some(_), .. }) => status(PrescriptionState::Replaced, None),
        Some(_) => status(PrescriptionState::Valid, None),
    };
    Ok((FRESH, Json(status)))
}

/// The text of the prescription with this code. Every attempt counts until it finds one, so that nobody can try many.
async fn text(
    State(state): State<HttpState>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Extension(guesses): Extension<Arc<Guesses>>,
    InPath(code): InPath<String>,
) -> Result<impl IntoResponse, ApiError> {
    let ids = ids_of_code(&code).ok_or(FailureCode::Malformed)?;
    guesses.begin(from.ip(), state.clock.timestamp())?;
    let found = find(&state, ids).await?.ok_or(ApiError::NOT_FOUND)?;
    guesses.found(from.ip());
    Ok((FRESH, Json(PrescriptionText { text: found.signed.text })))
}

/// The one prescription whose identifier is in a range; none if there is none, or two.
async fn find(
    state: &HttpState,
    (first, last): (PrescriptionId, PrescriptionId),
) -> Result<Option<Prescription>, ApiError> {
    let found = state.prescriptions.between(first, last).await?;
    let [(id, consultation)]: [(PrescriptionId, ConsultationId); 1] = match found.try_into() {
        Ok(one) => one,
        Err(_) => return Ok(None),
    };
    let history = state.journal.read(consultation).await?.ok_or(ApiError::NOT_FOUND)?;
    let history = history.map_err(|_| FailureCode::SetAside)?;
    Ok(history.consultation().prescriptions().find(id).cloned())
}

fn trusted(key: SignerKey) -> Option<TrustedKey> {
    let certificate = key.certificate?;
    let (x, y) = public_key_of(&key.public)?;
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let withdrawn = key.withdrawn.map(|end| WithdrawnKey {
        at: end.at,
        why: match end.why {
            WithdrawalReason::Left => WithdrawnBecause::Left,
            WithdrawalReason::Lost => WithdrawnBecause::Lost,
        },
    });
    Some(TrustedKey {
        kid: encode(&KeyId::of_certificate(&certificate.der).0),
        x: encode(&x),
        y: encode(&y),
        name: key.name,
        order_number: key.order_number,
        from: certificate.from,
        to: certificate.to,
        withdrawn,
    })
}

/// The answer is asked for anew each time (RFC 9111 section 5.2.2.5).
const FRESH: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];
