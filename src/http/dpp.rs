//! The national record (DPP) for the pages. Who asks is a post in front of a patient, or a doctor of a consultation; the server asks the
//! DPP, and whatever the DPP does, the consultation goes on.

mod documents;

use super::{
    bodies::{
        ConfirmDppPatient, DppLookup, DppPatient, DppRecord, FailureCode, FindDppPatient, ReadDppRecord,
    },
    error::ApiError,
    json_body::JsonBody,
    parameters::InPath,
    records::{asker::Asker, consultations::history_of_doctor},
    session::auth::SignedIn,
    state::HttpState,
};
use crate::{
    dpp::{DppTrouble, Wanted},
    identity::throttle::Budget,
};
use axum::{
    Extension, Json, Router,
    extract::{DefaultBodyLimit, State},
    http::{HeaderName, header},
    response::IntoResponse,
    routing::{get, post},
};
use std::sync::Arc;
use teranga_clinic::{
    audit::OpeningWay,
    consultation::Consultation,
    id::{ConsultationId, PartyId},
    patient::{CheckWay, CheckedIdentity, IdentityCheck},
    people::{Identity, Role},
    pii::Pii,
    prescribing::KnownAllergy,
    publication::number_of,
    vital::Sex,
};
use teranga_exchange::dpp::{Candidate, Lookup, Traits};

/// `/api/dpp` and what stands below it, and the record of the patient of a consultation.
pub(super) fn router() -> Router<HttpState> {
    Router::new()
        .route("/api/dpp/lookup", post(look_up))
        .route("/api/dpp/confirm", post(confirm))
        .route("/api/dpp/record", post(read))
        .route("/api/consultations/{id}/dpp", get(of_consultation))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(Extension(Arc::new(Budgets::default())))
        .merge(documents::router())
}

/// The budgets of one tablet or doctor: of the questions, and of the answers about one patient.
#[derive(Debug)]
struct Budgets {
    lookups: Budget<PartyId>,
    answers: Budget<(PartyId, String)>,
}

impl Default for Budgets {
    fn default() -> Self {
        Self {
            lookups: Budget::new(LOOKUPS, LOOKUP_EVERY_MS),
            answers: Budget::new(ANSWERS, ANSWER_EVERY_MS),
        }
    }
}

async fn look_up(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    Extension(budgets): Extension<Arc<Budgets>>,
    JsonBody(body): JsonBody<FindDppPatient>,
) -> Result<impl IntoResponse, ApiError> {
    must_be_post(&who)?;
    let wanted = wanted(body).ok_or(FailureCode::Malformed)?;
    let now = state.clock.timestamp();
    if state.dpp.is_on() {
        budgets.lookups.take(&who.party, now).map_err(ApiError::TooManyAttempts)?;
    }
    let found = match state.dpp.find(&who.party, &wanted, now).await {
        Ok(Lookup::Certain(one)) => {
            note_check(&state, &who, &one, &wanted).await?;
            DppLookup::Found { patient: one.into() }
        }
        Ok(Lookup::Possible(all)) => {
            DppLookup::Possible { patients: all.into_iter().map(Into::into).collect() }
        }
        Ok(Lookup::Unknown | Lookup::ReplacedBy(_)) => DppLookup::Unknown,
        Err(trouble) => trouble.into(),
    };
    Ok((NO_STORE, Json(found)))
}

async fn confirm(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    Extension(budgets): Extension<Arc<Budgets>>,
    JsonBody(body): JsonBody<ConfirmDppPatient>,
) -> Result<impl IntoResponse, ApiError> {
    must_be_post(&who)?;
    let now = state.clock.timestamp();
    let (party, patient) = (who.party.clone(), body.patient.clone());
    // An identifier of FHIR is short, and the budgets remember it.
    if patient.len() > ID_BYTES {
        return Err(ApiError::NOT_FOUND);
    }
    budgets.answers.take(&(party.clone(), patient.clone()), now).map_err(ApiError::TooManyAttempts)?;
    let confirmed = match state.dpp.confirm(&party, &patient, &body.into(), now).await {
        Ok(Some(one)) => {
            keep_check(&state, &who, &one, (one.number.as_deref(), CheckWay::Questions)).await?;
            DppLookup::Found { patient: one.into() }
        }
        Ok(None) => DppLookup::Unknown,
        Err(DppTrouble::NotFound) => return Err(ApiError::NOT_FOUND),
        Err(trouble) => trouble.into(),
    };
    Ok((NO_STORE, Json(confirmed)))
}

/// Keeps the answer to a lookup. A number that was joined to another one leads to the same person, and the post may leave either in its form.
async fn note_check(
    state: &HttpState,
    who: &Identity,
    one: &Candidate,
    wanted: &Wanted,
) -> Result<(), ApiError> {
    let own = one.number.as_deref();
    let Wanted::Number(typed) = wanted else {
        return keep_check(state, who, one, (own, CheckWay::Match)).await;
    };
    keep_check(state, who, one, (Some(typed), CheckWay::Number)).await?;
    keep_check(state, who, one, (own.filter(|own| own != typed), CheckWay::Number)).await
}

/// Keeps that the national record was certain who has a number, so that the record of a consultation can tell how the identity was verified.
async fn keep_check(
    state: &HttpState,
    by: &Identity,
    one: &Candidate,
    (number, way): (Option<&str>, CheckWay),
) -> Result<(), ApiError> {
    let Some(number) = number else { return Ok(()) };
    let who = CheckedIdentity { number: number.to_owned().into(), ..CheckedIdentity::from(one) };
    let check = IdentityCheck { who, way, at: state.clock.timestamp() };
    Ok(state.patients.add_check(&by.place.id, &check).await?)
}

/// The record of a patient whom this tablet has found within the last quarter of an hour.
async fn read(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    JsonBody(ReadDppRecord { patient }): JsonBody<ReadDppRecord>,
) -> Result<impl IntoResponse, ApiError> {
    must_be_post(&who)?;
    let now = state.clock.timestamp();
    let record = match state.dpp.summary(&who.party, &patient, now).await {
        Ok(summary) => DppRecord::of(summary, None, now),
        Err(DppTrouble::NotFound) => return Err(ApiError::NOT_FOUND),
        Err(trouble) => trouble.into(),
    };
    Ok((NO_STORE, Json(record)))
}

/// The record of the patient of a consultation by the number in its form, for its doctors. The opening is durable before anything is asked.
async fn of_consultation(
    State(state): State<HttpState>,
    asker: Asker,
    Extension(budgets): Extension<Arc<Budgets>>,
    InPath(id): InPath<String>,
) -> Result<impl IntoResponse, ApiError> {
    let id = ConsultationId(id.parse().map_err(|_| ApiError::NOT_FOUND)?);
    let history = history_of_doctor(&state, id, &asker).await?;
    let Some(number) = number_of(history.consultation()) else {
        return Ok((NO_STORE, Json(DppRecord::Off)));
    };
    if state.dpp.is_on() {
        budgets.lookups.take(&asker.who.party, state.clock.timestamp()).map_err(ApiError::TooManyAttempts)?;
    }
    state.journal.note_opening(&asker.opening(&state, id, None, OpeningWay::Read)).await?;
    let record = match by_number(&state, &asker.who.party, number).await {
        Ok(record) => record,
        Err(trouble) => trouble.into(),
    };
    Ok((NO_STORE, Json(record)))
}

/// The allergies of the patient of a consultation that the record has told to somebody within a day.
pub(super) fn allergies_of(state: &HttpState, consultation: &Consultation) -> Vec<KnownAllergy> {
    let of = |number: String| state.dpp.allergies_of(&number, state.clock.timestamp());
    number_of(consultation).map(of).unwrap_or_default()
}

async fn by_number(state: &HttpState, by: &PartyId, number: String) -> Result<DppRecord, DppTrouble> {
    let now = state.clock.timestamp();
    let Lookup::Certain(one) = state.dpp.find(by, &Wanted::Number(number), now).await? else {
        return Ok(DppRecord::Unknown);
    };
    let summary = state.dpp.summary(by, &one.id, now).await?;
    Ok(DppRecord::of(summary, Some(DppPatient::from(one)), now))
}

/// Who is asked for; none if the body says too little, or too much.
fn wanted(FindDppPatient { number, name, birth_year, sex }: FindDppPatient) -> Option<Wanted> {
    let text = |value: Option<Pii<String>>| {
        value.map(|value| value.into_inner().trim().to_owned()).filter(|value| !value.is_empty())
    };
    let is_short = |text: &String| text.chars().count() <= TEXT_CHARS;
    if let Some(number) = text(number) {
        return Some(number).filter(is_short).map(Wanted::Number);
    }
    let name = text(name).filter(is_short)?;
    let gender = sex.map(|sex| match sex.into_inner() {
        Sex::Female => "female",
        Sex::Male => "male",
    });
    Some(Wanted::Traits(Traits { name, birth_year: birth_year.map(Pii::into_inner), gender }))
}

fn must_be_post(who: &Identity) -> Result<(), ApiError> {
    if who.role == Role::Kiosk { Ok(()) } else { Err(ApiError::WRONG_ROLE) }
}

impl From<DppTrouble> for DppLookup {
    fn from(trouble: DppTrouble) -> Self {
        match trouble {
            DppTrouble::Off => Self::Off,
            DppTrouble::Unreachable => Self::Unreachable,
            DppTrouble::NotInUse => Self::Retired,
            DppTrouble::Unusable(_) => Self::Unusable,
            DppTrouble::NotFound => Self::Unknown,
        }
    }
}

impl From<DppTrouble> for DppRecord {
    fn from(trouble: DppTrouble) -> Self {
        match trouble {
            DppTrouble::Off => Self::Off,
            DppTrouble::Unreachable => Self::Unreachable,
            DppTrouble::NotInUse => Self::Retired,
            DppTrouble::Unusable(_) => Self::Unusable,
            DppTrouble::NotFound => Self::Unknown,
        }
    }
}

/// No copy of an answer is kept by a browser or a proxy.
const NO_STORE: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

/// The longest number or name that is asked for, in characters.
const TEXT_CHARS: usize = 100;

/// The largest body.
const BODY_BYTES: usize = 4 * 1024;

/// The longest identifier of a patient (FHIR R4 section 2.24.0.1, type `id`), in bytes.
const ID_BYTES: usize = 64;

/// The questions that a tablet or doctor may ask at once, and the time after which it may ask one more.
const LOOKUPS: u32 = 30;
const LOOKUP_EVERY_MS: u64 = 20_000;

/// The answers about one patient that a tablet may try, and the time after which it may try one more.
const ANSWERS: u32 = 3;
const ANSWER_EVERY_MS: u64 = 10 * 60_000;
