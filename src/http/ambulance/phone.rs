//! What the telephone of an ambulance asks for: whose call its link is for, a session for that call, and a socket. It has no account, so codes
//! cannot be tried in number.

use crate::{
    http::{
        bodies::{AmbulanceCall, FailureCode, JoinAmbulance, LookAtAmbulance},
        error::ApiError,
        guesses::Guesses,
        json_body::JsonBody,
        session::{
            auth::{self, AmbulanceSession},
            browser,
        },
        state::HttpState,
        ws,
    },
    identity::{code, secret, throttle::Budget},
    security::SecurityKind,
    store::{AmbulanceLink, TokenHash},
};
use axum::{
    Extension, Json, Router,
    extract::{ConnectInfo, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};
use teranga_clinic::{
    consultation::{Consultation, Phase, referrals::referrals_of},
    id::{PartyId, ReferralId},
    people::{Identity, Role},
    pii::Pii,
    referral::referral_of_ambulance,
    text,
};

pub(super) fn router() -> Router<HttpState> {
    Router::new()
        .route("/api/ambulance", get(own))
        .route("/api/ambulance/look", post(look))
        .route("/api/ambulance/join", post(join))
        .route("/api/ambulance/ws", get(ws::open_ambulance))
        .layer(Extension(Arc::new(Guesses::default())))
        .layer(Extension(Arc::new(Links::default())))
}

/// How often one link is looked at or opened: whoever has one does not fill the disk with sessions.
#[derive(Debug)]
struct Links(Budget<ReferralId>);

impl Default for Links {
    fn default() -> Self {
        Self(Budget::new(LINK_BURST, LINK_EVERY_MS))
    }
}

/// The call of a telephone that has a session, as a page asks that was loaded again or has lost its socket.
async fn own(
    State(state): State<HttpState>,
    AmbulanceSession(session): AmbulanceSession,
) -> Result<Json<AmbulanceCall>, ApiError> {
    let referral = referral_of_ambulance(&session.identity.party).ok_or(FailureCode::SignedOut)?;
    let link = state.ambulances.of_referral(referral).await?;
    let link = link.filter(|link| link.party == session.identity.party).ok_or(FailureCode::SignedOut)?;
    Ok(Json(call(&state, &link).await?.0))
}

/// Says whose call a link is for.
async fn look(
    State(state): State<HttpState>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Extension(guesses): Extension<Arc<Guesses>>,
    Extension(links): Extension<Arc<Links>>,
    JsonBody(LookAtAmbulance { code }): JsonBody<LookAtAmbulance>,
) -> Result<Json<AmbulanceCall>, ApiError> {
    let (link, _) = with_code(&state, (&guesses, &links), from.ip(), &code).await?;
    if link.opened {
        return Err(FailureCode::AmbulanceLink.into());
    }
    Ok(Json(call(&state, &link).await?.0))
}

/// Opens a link: its telephone has a session from now on, and the link opens for nobody else.
async fn join(
    State(state): State<HttpState>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Extension(guesses): Extension<Arc<Guesses>>,
    Extension(links): Extension<Arc<Links>>,
    headers: HeaderMap,
    JsonBody(JoinAmbulance { code, key, name }): JsonBody<JoinAmbulance>,
) -> Result<Response, ApiError> {
    let (key, name) = (opener(&key)?, shown_name(&name)?);
    let (link, secret) = with_code(&state, (&guesses, &links), from.ip(), &code).await?;
    let (body, consultation) = call(&state, &link).await?;
    if body.over {
        return Err(FailureCode::AmbulanceOver.into());
    }
    let who = telephone(link.party, name, &consultation);
    if !state.ambulances.open(&secret, &key, &who, state.clock.timestamp()).await? {
        return Err(FailureCode::AmbulanceLink.into());
    }
    let session = state.identities.open_ambulance(who, &browser::kind(&headers)).await?;
    for ended in &session.ended {
        state.close_sockets(ended).await;
    }
    let cookie = [(header::SET_COOKIE, auth::ambulance_cookie(&session))];
    let mut response = (cookie, Json(body)).into_response();
    response.extensions_mut().insert(SecurityKind::SignedIn);
    Ok(response)
}

/// The party that a telephone is in the call. It stands at the post, from which the patient leaves.
fn telephone(party: PartyId, name: Pii<String>, consultation: &Consultation) -> Identity {
    let place = consultation.post().place.clone();
    Identity { party, role: Role::Guest, name, place, specialities: Vec::new() }
}

/// The link with this secret or code. Every attempt counts until it finds one.
///
/// # Errors
/// [`FailureCode::AmbulanceLink`] for one that is unknown, too old, withdrawn or used: the answer does not tell which.
async fn with_code(
    state: &HttpState,
    (guesses, links): (&Guesses, &Links),
    from: IpAddr,
    code: &Pii<String>,
) -> Result<(AmbulanceLink, TokenHash), ApiError> {
    let secret = hashed(code.reveal()).ok_or(FailureCode::AmbulanceLink)?;
    let now = state.clock.timestamp();
    guesses.begin(from, now)?;
    let link = state.ambulances.with(&secret, now).await?.ok_or(FailureCode::AmbulanceLink)?;
    guesses.found(from);
    links.0.take(&link.referral, now).map_err(ApiError::TooManyAttempts)?;
    Ok((link, secret))
}

/// The hash under which a secret or a typed code is kept; none for what cannot be either.
fn hashed(text: &str) -> Option<TokenHash> {
    if text.len() > TYPED_BYTES {
        return None;
    }
    Some(secret::hash(code::read(text).as_deref().unwrap_or(text).as_bytes()))
}

/// What a telephone is told of the call, with the consultation.
async fn call(state: &HttpState, link: &AmbulanceLink) -> Result<(AmbulanceCall, Consultation), ApiError> {
    let history = state.journal.read(link.consultation).await?.ok_or(FailureCode::AmbulanceLink)?;
    let consultation = history.map_err(|_| FailureCode::SetAside)?.into_consultation();
    let referral = referrals_of(&consultation).find(link.referral).ok_or(FailureCode::AmbulanceLink)?;
    let goes_on = consultation.phase() == Phase::Running && referral.state.keeps_ambulance();
    let doctor = consultation.owner();
    let body = AmbulanceCall {
        consultation: link.consultation,
        post: consultation.post().place.clone(),
        structure: referral.structure.clone(),
        doctor: doctor.map(|doctor| doctor.name.clone()),
        doctor_place: doctor.map(|doctor| doctor.place.clone()),
        urgency: referral.order.urgency,
        over: !goes_on,
    };
    Ok((body, consultation))
}

/// The hash of the key of a page.
fn opener(key: &Pii<String>) -> Result<TokenHash, ApiError> {
    let key = key.reveal();
    if !(KEY_CHARS..=TYPED_BYTES).contains(&key.len()) {
        return Err(FailureCode::Malformed.into());
    }
    Ok(secret::hash(key.as_bytes()))
}

/// The name as the others in the call read it, by which they know whoever it is for the ambulance.
fn shown_name(typed: &Pii<String>) -> Result<Pii<String>, ApiError> {
    let name = text::name(typed.reveal()).map_err(|_| FailureCode::Malformed)?;
    let chars = name.chars().count();
    if !(NAME_CHARS.0..=NAME_CHARS.1).contains(&chars) {
        return Err(FailureCode::Malformed.into());
    }
    Ok(format!("Ambulance – {name}").into())
}

/// The looks and openings of a link that are free at once, and the time after which there is one more.
const LINK_BURST: u32 = 30;
const LINK_EVERY_MS: u64 = 10_000;

/// The longest secret, code or key, in bytes, and the shortest key: 128 bits in base64url.
const TYPED_BYTES: usize = 64;
const KEY_CHARS: usize = 22;

/// The shortest and the longest name, in characters.
const NAME_CHARS: (usize, usize) = (2, 60);
