//! Checking, signing and cancelling prescriptions. A draft is never kept here: it stays on its doctor's page until it is signed.

use super::{
    asker::Asker,
    consultations::history,
    durable::{LOOK_EVERY, LOOKS, is_durable, tell},
};
use crate::{
    http::{
        bodies::{CancelPrescription, CheckedDraft, FailureCode, OwnKey, SignDraft, SignedDraft},
        dpp::allergies_of,
        error::ApiError,
        json_body::JsonBody,
        parameters::InPath,
        session::auth::{CurrentSession, SignedIn},
        state::HttpState,
    },
    identity::Denied,
    signatures::SignError,
};
use axum::{
    Json, Router,
    extract::{ConnectInfo, DefaultBodyLimit, State},
    routing::{get, post},
};
use std::net::SocketAddr;
use teranga_clinic::{
    consultation::Consultation,
    drug::Formulary,
    fact::What,
    history::History,
    id::{ConsultationId, PrescriptionId},
    people::{Identity, Role},
    pii::Pii,
    prescribing::{Flaw, PrescriptionDraft, facts, findings, may_prescribe, prepare},
    prescription::{Cancellation, PRESCRIPTIONS, Prescription, SignedPrescription, code_of, ids_of_code},
    text::clean,
    time::Timestamp,
};
use teranga_signaling::contract::{AtEnd, Input, Over};
use uuid::Uuid;

/// The addresses of prescriptions.
pub(super) fn router() -> Router<HttpState> {
    Router::new()
        .route("/api/signing-key", get(own_key))
        .route("/api/consultations/{id}/prescriptions", post(sign))
        .route("/api/consultations/{id}/prescriptions/check", post(check))
        .route("/api/consultations/{id}/prescriptions/{prescription}/cancel", post(cancel))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
}

/// The state of the asker's own key, so that a page can tell before anything is typed that nothing could be signed.
async fn own_key(State(state): State<HttpState>, SignedIn(who): SignedIn) -> Result<Json<OwnKey>, ApiError> {
    must_be_doctor(&who)?;
    let nothing = OwnKey { valid_until: None, expired: false, not_begun: false, at: state.clock.timestamp() };
    Ok(Json(match state.signer.key_of(&who.party).await {
        Ok((_, certificate)) => OwnKey { valid_until: Some(certificate.to), ..nothing },
        Err(SignError::Expired) => OwnKey { expired: true, ..nothing },
        Err(SignError::NotBegun) => OwnKey { not_begun: true, ..nothing },
        Err(SignError::NoKey) => nothing,
        Err(other) => return Err(other.into()),
    }))
}

/// The questions about a draft.
async fn check(
    State(state): State<HttpState>,
    asker: Asker,
    InPath(id): InPath<String>,
    JsonBody(draft): JsonBody<PrescriptionDraft>,
) -> Result<Json<CheckedDraft>, ApiError> {
    let history = of_prescriber(&state, &asker, consultation_of(&id, &draft)?).await?;
    let (consultation, formulary) = (history.consultation(), Formulary::own());
    let known = allergies_of(&state, consultation);
    let flaw = prepare(&draft, consultation, &known, formulary, state.clock.timestamp()).err();
    let flawed = if let Some(Flaw::Line(line)) = flaw { Some(line) } else { None };
    let findings = findings(&draft, &facts(&draft, consultation, &known), formulary);
    Ok(Json(CheckedDraft { flawed, findings, signable: flaw.is_none() }))
}

/// Signs a draft: the password, the checks, the signature, the fact. The answer waits for the disk.
async fn sign(
    State(state): State<HttpState>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    CurrentSession(session): CurrentSession,
    asker: Asker,
    InPath(id): InPath<String>,
    JsonBody(SignDraft { draft, password, device_at }): JsonBody<SignDraft>,
) -> Result<Json<SignedDraft>, ApiError> {
    let id = consultation_of(&id, &draft)?;
    let history = of_prescriber(&state, &asker, id).await?;
    let (consultation, who) = (history.consultation(), asker.who);
    if consultation.prescriptions().find(draft.prescription).is_some() {
        return Ok(Json(SignedDraft { stored: true }));
    }
    if consultation.prescriptions().all().len() >= PRESCRIPTIONS {
        return Err(FailureCode::PrescriptionsFull.into());
    }
    refuse_taken(&state, draft.prescription).await?;
    must_agree(device_at, state.clock.timestamp())?;
    step_up(&state, &who, &password, from).await?;
    let known = allergies_of(&state, consultation);
    let ready = prepare(&draft, consultation, &known, Formulary::own(), state.clock.timestamp())?;
    let ready = SignedPrescription { by: who.name.clone(), order_number: session.order_number, ..ready };
    let signed = state.signer.sign(&who.party, ready).await?;
    let (by, what) = (Box::new(who), Box::new(What::Prescribed { signed: Box::new(signed) }));
    tell(&state, Input::Prescription { consultation: id, by, what, over: None }).await?;
    Ok(Json(SignedDraft { stored: is_indexed(&state, draft.prescription).await? }))
}

/// Cancels a prescription, also after the end of its consultation.
async fn cancel(
    State(state): State<HttpState>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    asker: Asker,
    InPath((id, prescription)): InPath<(String, String)>,
    JsonBody(CancelPrescription { why, password }): JsonBody<CancelPrescription>,
) -> Result<Json<SignedDraft>, ApiError> {
    let parse = |text: &str| text.parse::<Uuid>().map_err(|_| ApiError::NOT_FOUND);
    let (id, prescription) = (ConsultationId(parse(&id)?), PrescriptionId(parse(&prescription)?));
    must_be_doctor(&asker.who)?;
    let history = history(&state, id, &asker).await?;
    let (consultation, who) = (history.consultation(), asker.who);
    let known = consultation.prescriptions().find(prescription).filter(|_| consultation.is_member(&who));
    let known = known.ok_or(ApiError::NOT_FOUND)?;
    if known.cancelled.is_some() {
        return Ok(Json(SignedDraft { stored: true }));
    }
    let why = reason(&why)?;
    if !known.is_in_force() {
        return Err(FailureCode::PrescriptionReplaced.into());
    }
    step_up(&state, &who, &password, from).await?;
    let cancelled = Cancellation { by: who.name.clone(), at: state.clock.timestamp(), why: why.clone() };
    let known = Prescription { cancelled: Some(cancelled), ..known.clone() };
    let over = over(&history, known);
    let (by, what) = (Box::new(who), Box::new(What::PrescriptionCancelled { prescription, why }));
    tell(&state, Input::Prescription { consultation: id, by, what, over }).await?;
    let is_there = |found: &Consultation| !found.prescriptions().is_in_force(prescription);
    Ok(Json(SignedDraft { stored: is_durable(&state, id, is_there).await? }))
}

fn must_be_doctor(who: &Identity) -> Result<(), ApiError> {
    if who.role == Role::Doctor { Ok(()) } else { Err(ApiError::WRONG_ROLE) }
}

/// The consultation in the address, which must be the draft's.
fn consultation_of(id: &str, draft: &PrescriptionDraft) -> Result<ConsultationId, ApiError> {
    let id = ConsultationId(id.parse().map_err(|_| ApiError::NOT_FOUND)?);
    if draft.consultation == id { Ok(id) } else { Err(FailureCode::Malformed.into()) }
}

/// The history of a consultation, for a doctor who may prescribe in it.
async fn of_prescriber(state: &HttpState, asker: &Asker, id: ConsultationId) -> Result<History, ApiError> {
    must_be_doctor(&asker.who)?;
    let history = history(state, id, asker).await?;
    let may = may_prescribe(history.consultation(), &asker.who);
    may.then_some(history).ok_or(FailureCode::NotPrescriber.into())
}

/// Refuses to sign under a date of which the doctor's own device says that it is another day. Nobody here knows which of the two clocks is
/// wrong, so a person looks.
fn must_agree(device_at: Option<Timestamp>, now: Timestamp) -> Result<(), ApiError> {
    let apart_ms = device_at.map_or(0, |device| device.0.abs_diff(now.0));
    if apart_ms <= CLOCKS_APART_MS {
        return Ok(());
    }
    tracing::warn!(apart_ms, "nothing was signed: the clock of a doctor's device and this server's differ");
    Err(FailureCode::ClocksApart.into())
}

/// Asks the password again. A wrong one does not sign anybody out.
async fn step_up(
    state: &HttpState,
    who: &Identity,
    password: &Pii<String>,
    from: SocketAddr,
) -> Result<(), ApiError> {
    match state.identities.step_up(&who.party, password, from.ip()).await {
        Err(Denied::Credentials) => Err(FailureCode::Password.into()),
        done => Ok(done?),
    }
}

/// The reason for a cancellation, in one line.
fn reason(why: &Pii<String>) -> Result<Pii<String>, ApiError> {
    let line = clean(why.reveal()).split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() {
        return Err(FailureCode::Malformed.into());
    }
    if line.chars().count() > WHY_CHARS { Err(FailureCode::TooLarge.into()) } else { Ok(line.into()) }
}

/// What the hub must know of a consultation that is over; none while it goes on.
fn over(history: &History, prescription: Prescription) -> Option<Box<Over>> {
    let consultation = history.consultation();
    let facts = u32::try_from(history.facts().len()).unwrap_or(u32::MAX);
    let (at_end, place) = (AtEnd { facts, is_new_tablet: false }, consultation.post().place.id.clone());
    consultation.ended_at().map(|_| Box::new(Over { at_end, place, prescription }))
}

/// Refuses an identifier that is not random (RFC 9562, version 4), or whose code on paper is another prescription's.
async fn refuse_taken(state: &HttpState, prescription: PrescriptionId) -> Result<(), ApiError> {
    let (first, last) = ids_of_code(&code_of(prescription)).ok_or(FailureCode::Internal)?;
    let is_random = prescription.0.get_version_num() == 4;
    let is_free = state.prescriptions.between(first, last).await?.is_empty();
    (is_random && is_free).then_some(()).ok_or(FailureCode::Malformed.into())
}

/// Waits until a prescription is on the disk, for as long as somebody looks at a page that waits.
async fn is_indexed(state: &HttpState, prescription: PrescriptionId) -> Result<bool, ApiError> {
    for _ in 0..LOOKS {
        if !state.prescriptions.between(prescription, prescription).await?.is_empty() {
            return Ok(true);
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(false)
}

impl From<Flaw> for ApiError {
    fn from(flaw: Flaw) -> Self {
        match flaw {
            Flaw::Lines | Flaw::Line(_) => FailureCode::PrescriptionLine,
            Flaw::Replaces => FailureCode::PrescriptionReplaced,
            Flaw::Unanswered(_) => FailureCode::PrescriptionUnanswered,
        }
        .into()
    }
}

impl From<SignError> for ApiError {
    fn from(error: SignError) -> Self {
        match error {
            SignError::NoKey => FailureCode::SigningKey.into(),
            SignError::Expired => FailureCode::SigningKeyExpired.into(),
            SignError::NotBegun => FailureCode::SigningKeyNotBegun.into(),
            SignError::TooLong(_) => FailureCode::PrescriptionLong.into(),
            SignError::Store(error) => error.into(),
        }
    }
}

/// The most by which two clocks may differ, because a device may have the wrong time zone: one day.
const CLOCKS_APART_MS: u64 = 24 * 60 * 60_000;
/// The longest body that is read: ten lines with their answers have about 8 kB.
const BODY_BYTES: usize = 32 * 1024;
/// The longest reason for a cancellation, in characters.
const WHY_CHARS: usize = 200;
