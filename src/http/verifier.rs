//! What a verifier of prescriptions asks, who need not be signed in: the keys that are believed, what became of a prescription, and
//! its text by the code on the paper. A pharmacy also tells here what it has given. An identifier is random, so whoever knows one has the
//! paper.

mod readings;

use super::{
    bodies::{
        DispenseAtPharmacy, DispensedSomewhere, FailureCode, PrescriptionCode, PrescriptionState,
        PrescriptionStatus, PrescriptionText, TrustedKey, TrustedKeys, WithdrawnKey,
    },
    error::ApiError,
    guesses::Guesses,
    json_body::JsonBody,
    parameters::InPath,
    records::dispensing::{Given, record},
    state::HttpState,
};
use crate::{identity::throttle::Budget, store::SignerKey};
use axum::{
    Extension, Json, Router,
    extract::{ConnectInfo, DefaultBodyLimit, State},
    http::{HeaderName, header},
    response::IntoResponse,
    routing::{get, post},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use readings::Noted;
use std::{net::SocketAddr, sync::Arc};
use teranga_clinic::{
    dispensing::{Dispensed, DispensedLine, Pharmacy},
    id::{ConsultationId, PrescriptionId},
    pii::Pii,
    prescription::{Cancellation, Prescription, ids_of_code},
    text::name,
    time::Timestamp,
};
use teranga_exchange::prescription::{KeyId, public_key_of};
use teranga_signaling::contract::Author;
use uuid::Uuid;

/// The addresses below `/api/verifier`.
pub(super) fn router() -> Router<HttpState> {
    Router::new()
        .route("/api/verifier/keys", get(keys))
        .route("/api/verifier/prescriptions/{id}", get(status))
        .route("/api/verifier/codes", post(text))
        .route("/api/verifier/prescriptions/{id}/dispensings", post(dispense))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(Extension(Arc::new(Guesses::default())))
        .layer(Extension(Arc::new(Acts::default())))
        .layer(Extension(Arc::new(Noted::default())))
}

/// How often something is told of one prescription: whoever has the paper does not use up the acts that a prescription may have, or send the post and the
/// doctor a flood of news.
#[derive(Debug)]
struct Acts(Budget<PrescriptionId>);

impl Default for Acts {
    fn default() -> Self {
        Self(Budget::new(ACTS, ACT_EVERY_MS))
    }
}

async fn keys(State(state): State<HttpState>) -> Result<impl IntoResponse, ApiError> {
    let (at, keys) = state.signer.trusted().await?;
    let keys = keys.into_iter().filter_map(trusted).collect();
    Ok((FRESH, Json(TrustedKeys { at, keys })))
}

async fn status(
    State(state): State<HttpState>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Extension(noted): Extension<Arc<Noted>>,
    InPath(id): InPath<String>,
) -> Result<impl IntoResponse, ApiError> {
    let id = PrescriptionId(id.parse::<Uuid>().map_err(|_| ApiError::NOT_FOUND)?);
    let unknown = PrescriptionStatus { state: PrescriptionState::Unknown, at: None, dispensed: Vec::new() };
    let found = find(&state, (id, id)).await;
    let Some((consultation, known)) = refused_is_noted(found, &state, &noted, from, (id, id)).await? else {
        return Ok((FRESH, Json(unknown)));
    };
    noted.read(&state, from, (consultation, id)).await?;
    Ok((FRESH, Json(status_of(known))))
}

fn status_of(known: Prescription) -> PrescriptionStatus {
    let post = Pii::new(known.signed.post);
    let somewhere = |Dispensed { act, lines, pharmacy, at }: Dispensed| DispensedSomewhere {
        act,
        at,
        place: pharmacy.map_or_else(|| post.clone(), |pharmacy| pharmacy.name),
        lines,
    };
    let (state, at) = match (known.cancelled, known.replaced_by) {
        (Some(Cancellation { at, .. }), _) => (PrescriptionState::Cancelled, Some(at)),
        (None, Some(_)) => (PrescriptionState::Replaced, None),
        (None, None) => (PrescriptionState::Valid, None),
    };
    PrescriptionStatus { state, at, dispensed: known.dispensed.into_iter().map(somewhere).collect() }
}

/// Takes what a pharmacy has given. Whoever has the paper may tell it, and names themselves: nobody checks who it is, so the post and the doctor read the
/// name as what somebody has said.
async fn dispense(
    State(state): State<HttpState>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Extension(guesses): Extension<Arc<Guesses>>,
    Extension(acts): Extension<Arc<Acts>>,
    Extension(noted): Extension<Arc<Noted>>,
    InPath(id): InPath<String>,
    JsonBody(said): JsonBody<DispenseAtPharmacy>,
) -> Result<impl IntoResponse, ApiError> {
    let id = PrescriptionId(id.parse::<Uuid>().map_err(|_| ApiError::NOT_FOUND)?);
    let dispensed = dispensed(said, state.clock.timestamp());
    let dispensed = refused_is_noted(dispensed, &state, &noted, from, (id, id)).await?;
    let (consultation, known) = guess(&state, &guesses, &noted, from, (id, id)).await?;
    // Whoever tells what was given has the paper and has seen the prescription, whatever becomes of the act.
    noted.read(&state, from, (consultation, id)).await?;
    let status = give(&state, &acts, (consultation, &known), dispensed).await?;
    Ok((FRESH, Json(status)))
}

/// What a pharmacy says that it gave, now.
fn dispensed(
    DispenseAtPharmacy { act, lines, pharmacy, person }: DispenseAtPharmacy,
    at: Timestamp,
) -> Result<Dispensed, ApiError> {
    let named = |text: &Pii<String>| name(text.reveal()).map(Pii::new).map_err(|_| FailureCode::Malformed);
    let pharmacy = Some(Pharmacy { name: named(&pharmacy)?, person: named(&person)? });
    Ok(Dispensed { act, lines, pharmacy, at })
}

async fn give(
    state: &HttpState,
    acts: &Acts,
    (consultation, known): (ConsultationId, &Prescription),
    dispensed: Dispensed,
) -> Result<PrescriptionStatus, ApiError> {
    let prescription = known.signed.prescription;
    acts.0.take(&prescription, dispensed.at).map_err(ApiError::TooManyAttempts)?;
    if gives_nothing(dispensed.lines.reveal()) && refusals_of(known) >= REFUSALS {
        return Err(FailureCode::DispensedAlready.into());
    }
    let given = Given { consultation, prescription, by: None, author: Author::Staff(None), dispensed };
    Ok(status_of(record(state, &given).await?))
}

/// The acts of a prescription that gave nothing.
fn refusals_of(known: &Prescription) -> usize {
    known.dispensed.iter().filter(|act| gives_nothing(act.lines.reveal())).count()
}

fn gives_nothing(lines: &[DispensedLine]) -> bool {
    lines.iter().all(|line| line.quantity == 0)
}

/// The text of the prescription with this code.
async fn text(
    State(state): State<HttpState>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Extension(guesses): Extension<Arc<Guesses>>,
    Extension(noted): Extension<Arc<Noted>>,
    JsonBody(PrescriptionCode { code }): JsonBody<PrescriptionCode>,
) -> Result<impl IntoResponse, ApiError> {
    let ids = ids_of_code(code.reveal()).ok_or(FailureCode::Malformed)?;
    let (consultation, found) = guess(&state, &guesses, &noted, from, ids).await?;
    noted.read(&state, from, (consultation, found.signed.prescription)).await?;
    Ok((FRESH, Json(PrescriptionText { text: found.signed.text })))
}

/// Finds a prescription for somebody who need not be signed in. Every attempt counts until it finds one, so that nobody can try many. Whoever is kept out
/// with the name of a prescription in hand is noted.
async fn guess(
    state: &HttpState,
    guesses: &Guesses,
    noted: &Noted,
    from: SocketAddr,
    ids: (PrescriptionId, PrescriptionId),
) -> Result<(ConsultationId, Prescription), ApiError> {
    let found = match guesses.begin(from.ip(), state.clock.timestamp()) {
        Ok(()) => find(state, ids).await,
        Err(error) => Err(error),
    };
    let found = refused_is_noted(found, state, noted, from, ids).await?.ok_or(ApiError::NOT_FOUND)?;
    guesses.found(from.ip());
    Ok(found)
}

/// The same, after a refusal was noted if it is about a prescription that there is.
async fn refused_is_noted<T>(
    found: Result<T, ApiError>,
    state: &HttpState,
    noted: &Noted,
    from: SocketAddr,
    ids: (PrescriptionId, PrescriptionId),
) -> Result<T, ApiError> {
    if found.is_err()
        && let Some((prescription, consultation)) = named(state, ids).await?
    {
        noted.refused(state, from, (consultation, prescription)).await;
    }
    found
}

/// The one prescription that a range of identifiers names, with its consultation, which is not read.
async fn named(
    state: &HttpState,
    (first, last): (PrescriptionId, PrescriptionId),
) -> Result<Option<(PrescriptionId, ConsultationId)>, ApiError> {
    let found = state.prescriptions.between(first, last).await?;
    let one: Option<[(PrescriptionId, ConsultationId); 1]> = found.try_into().ok();
    Ok(one.map(|[one]| one))
}

/// The one prescription whose identifier is in a range; none if there is none, or two.
async fn find(
    state: &HttpState,
    ids: (PrescriptionId, PrescriptionId),
) -> Result<Option<(ConsultationId, Prescription)>, ApiError> {
    let Some((id, consultation)) = named(state, ids).await? else { return Ok(None) };
    let history = state.journal.read(consultation).await?.ok_or(ApiError::NOT_FOUND)?;
    let history = history.map_err(|_| FailureCode::SetAside)?;
    Ok(history.consultation().prescriptions().find(id).cloned().map(|found| (consultation, found)))
}

fn trusted(key: SignerKey) -> Option<TrustedKey> {
    let certificate = key.certificate?;
    let (x, y) = public_key_of(&key.public)?;
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let withdrawn = key.withdrawn.map(WithdrawnKey::from);
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

/// What may be told of one prescription at once, and the time after which there is one act more.
const ACTS: u32 = 12;
const ACT_EVERY_MS: u64 = 60_000;
/// The acts that gave nothing, after which a pharmacy tells no further one: the others are for those that give something.
const REFUSALS: usize = 20;

/// The longest body that is read: ten lines and two names have less than 2 kB.
const BODY_BYTES: usize = 4 * 1024;

/// The answer is asked for anew each time (RFC 9111 section 5.2.2.5).
const FRESH: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];
