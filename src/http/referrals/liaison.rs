//! The same for a receiver without an account, who has the code of the letter from paper or an SMS. Codes cannot be tried in number.

use super::{
    found::{Found, for_receiver},
    receiver::{NO_STORE, SHOWN_MS, opened},
    step::{Mover, step},
};
use crate::{
    http::{
        bodies::{FailureCode, MoveLiaison, OpenLiaison},
        error::ApiError,
        guesses::Guesses,
        json_body::JsonBody,
        records::asker::network_of,
        state::HttpState,
    },
    identity::throttle::Budget,
};
use axum::{
    Extension, Json, Router,
    extract::{ConnectInfo, State},
    response::IntoResponse,
    routing::post,
};
use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};
use teranga_clinic::{
    audit::{Circumstances, OpeningWay, RecordOpening},
    id::ReferralId,
    pii::Pii,
    referral::{Referral, ReferralActor, TypedCode, code_holder, ids_of_code, typed_code},
    text,
};
use teranga_signaling::contract::Author;

pub(super) fn router() -> Router<HttpState> {
    Router::new()
        .route("/api/liaison/open", post(open))
        .route("/api/liaison/events", post(events))
        .layer(Extension(Arc::new(Guesses::default())))
        .layer(Extension(Arc::new(Letters::default())))
}

/// How often one letter is opened or answered by its code: whoever has one does not fill the disk with openings. A page that shows it reads
/// it again each minute.
#[derive(Debug)]
struct Letters(Budget<ReferralId>);

impl Default for Letters {
    fn default() -> Self {
        Self(Budget::new(LETTER_BURST, LETTER_EVERY_MS))
    }
}

/// Opens the letter with this code: the opening is written down, and the referral is received from now on.
async fn open(
    State(state): State<HttpState>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Extension(guesses): Extension<Arc<Guesses>>,
    Extension(letters): Extension<Arc<Letters>>,
    JsonBody(OpenLiaison { code }): JsonBody<OpenLiaison>,
) -> Result<impl IntoResponse, ApiError> {
    let found = with_code(&state, (&guesses, &letters), from.ip(), &code).await?;
    state.journal.note_opening(&opening(&state, &found, from.ip())).await?;
    let name = found.referral().structure.name.clone().into();
    let received = opened(&state, found, &receiver(name)).await?;
    Ok((NO_STORE, Json(received)))
}

async fn events(
    State(state): State<HttpState>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Extension(guesses): Extension<Arc<Guesses>>,
    Extension(letters): Extension<Arc<Letters>>,
    JsonBody(MoveLiaison { code, act, event, name }): JsonBody<MoveLiaison>,
) -> Result<Json<Referral>, ApiError> {
    let name = text::name(name.reveal()).map_err(|_| FailureCode::Malformed)?;
    if name.chars().count() < NAME_CHARS {
        return Err(FailureCode::Malformed.into());
    }
    let found = with_code(&state, (&guesses, &letters), from.ip(), &code).await?;
    let ids = (found.history.consultation().id(), found.referral().order.referral);
    Ok(Json(for_receiver(step(&state, ids, &receiver(name.into()), (act, event)).await?)))
}

/// The opening of a letter by whoever has its code.
fn opening(state: &HttpState, found: &Found, from: IpAddr) -> RecordOpening {
    RecordOpening {
        consultation: found.history.consultation().id(),
        by: code_holder(found.referral().order.referral),
        at: state.clock.timestamp(),
        file: None,
        way: OpeningWay::Read,
        circumstances: Circumstances { network: Some(network_of(from)), staff: None },
    }
}

const fn receiver(name: Pii<String>) -> Mover {
    Mover { actor: ReferralActor::Receiver, by: None, name, author: Author::Staff(None) }
}

/// The one referral that is asked with this code, unless it was over a month ago. Every attempt counts until it finds one.
///
/// # Errors
/// [`FailureCode::ReferralElsewhere`] to a structure that was asked before: otherwise it would read on, and what it says would stand as the
/// word of the structure that is asked now.
async fn with_code(
    state: &HttpState,
    (guesses, letters): (&Guesses, &Letters),
    from: IpAddr,
    code: &Pii<String>,
) -> Result<Found, ApiError> {
    let (first, last) = ids_of_code(code.reveal()).ok_or(FailureCode::ReferralCode)?;
    let now = state.clock.timestamp();
    guesses.begin(from, now)?;
    let rows = state.referrals.between(first, last).await?;
    let [row] = rows.as_slice() else { return Err(FailureCode::ReferralCode.into()) };
    let found = Found::read(state, row.consultation, row.referral).await?;
    if found.referral().over_at.is_some_and(|end| now.since_ms(end) > SHOWN_MS) {
        return Err(FailureCode::ReferralCode.into());
    }
    let typed = typed_code(found.referral(), code.reveal());
    if typed == TypedCode::Other {
        return Err(FailureCode::ReferralCode.into());
    }
    guesses.found(from);
    if typed == TypedCode::First {
        return Err(FailureCode::ReferralElsewhere.into());
    }
    letters.0.take(&row.referral, now).map_err(ApiError::TooManyAttempts)?;
    Ok(found)
}

/// The openings and answers of a letter that are free at once, and the time after which there is one more.
const LETTER_BURST: u32 = 60;
const LETTER_EVERY_MS: u64 = 10_000;

/// The shortest name, in characters.
const NAME_CHARS: usize = 2;
