//! The stock of posts: a post counts its own, and the doctors of a consultation read that of its post while they prescribe.

use super::{asker::Asker, consultations::history_of_doctor};
use crate::http::{
    bodies::{FailureCode, PutCount, PutStock, StockLine, StockView},
    error::ApiError,
    json_body::JsonBody,
    parameters::InPath,
    session::{at_tablet::Said, auth::SignedIn},
    state::HttpState,
};
use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, HeaderName, header},
    response::IntoResponse,
    routing::get,
};
use std::collections::HashMap;
use teranga_clinic::{
    drug::{Formulary, ProductId},
    history::History,
    id::ConsultationId,
    people::{Identity, Role},
    prescription::Prescription,
    stock::{MOST_UNITS, StockCount},
    time::Timestamp,
};

/// The addresses of the stock.
pub(super) fn router() -> Router<HttpState> {
    Router::new()
        .route("/api/stock", get(own).put(count))
        .route("/api/consultations/{id}/stock", get(of_consultation))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
}

/// The stock of the tablet's own post.
async fn own(State(state): State<HttpState>, SignedIn(who): SignedIn) -> Result<impl IntoResponse, ApiError> {
    if who.role != Role::Kiosk {
        return Err(ApiError::WRONG_ROLE);
    }
    Ok((NO_STORE, Json(view(&state, &who).await?)))
}

/// Takes counts of a post. The answer is the whole stock.
async fn count(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    headers: HeaderMap,
    JsonBody(PutStock { counts }): JsonBody<PutStock>,
) -> Result<impl IntoResponse, ApiError> {
    if who.role != Role::Kiosk {
        return Err(ApiError::WRONG_ROLE);
    }
    if counts.len() > COUNTS {
        return Err(FailureCode::TooLarge.into());
    }
    let staff = Said::staff(Said::of(&who, &headers).as_ref(), &state).await?;
    let now = state.clock.timestamp();
    let known = |PutCount { product, quantity, expires, counted_at }: PutCount| {
        let is_known = Formulary::own().get(&product).is_some() && quantity <= MOST_UNITS;
        // A tablet whose clock is ahead does not keep later counts out.
        let counted_at = counted_at.min(now);
        is_known.then(|| StockCount { product, quantity, expires, counted_at, staff: staff.clone() })
    };
    let counts: Option<Vec<_>> = counts.into_iter().map(known).collect();
    state.stock.put_counts(&who.place.id, &counts.ok_or(FailureCode::Malformed)?).await?;
    Ok((NO_STORE, Json(view(&state, &who).await?)))
}

/// The stock of the post of a consultation, for its doctors.
async fn of_consultation(
    State(state): State<HttpState>,
    asker: Asker,
    InPath(id): InPath<String>,
) -> Result<impl IntoResponse, ApiError> {
    let id = ConsultationId(id.parse().map_err(|_| ApiError::NOT_FOUND)?);
    let history = history_of_doctor(&state, id, &asker).await?;
    Ok((NO_STORE, Json(view(&state, history.consultation().post()).await?)))
}

/// The stock of the post of a tablet.
async fn view(state: &HttpState, tablet: &Identity) -> Result<StockView, ApiError> {
    let counts = state.stock.counts(&tablet.place.id).await?;
    let recent = state.journal.of_reader(tablet, RECENT).await?;
    let (at, mut moved) = (state.clock.timestamp(), since_counted(&counts, recent.iter().flatten()));
    let line = |count: StockCount| {
        let Moved { prescribed_since, dispensed_since } = moved.remove(&count.product).unwrap_or_default();
        StockLine {
            prescribed_since,
            dispensed_since,
            product: count.product,
            quantity: count.quantity,
            expires: count.expires,
            counted_at: count.counted_at,
            staff: count.staff,
        }
    };
    Ok(StockView { at, lines: counts.into_iter().map(line).collect() })
}

/// What happened to a product since it was counted, in units.
#[derive(Clone, Copy, Debug, Default)]
struct Moved {
    prescribed_since: u32,
    dispensed_since: u32,
}

/// What happened to each product since it was counted.
fn since_counted<'a>(
    counts: &[StockCount],
    histories: impl Iterator<Item = &'a History>,
) -> HashMap<ProductId, Moved> {
    let counted: HashMap<&ProductId, Timestamp> =
        counts.iter().map(|count| (&count.product, count.counted_at)).collect();
    let mut sums = HashMap::new();
    for known in histories.flat_map(|history| history.consultation().prescriptions().all()) {
        for (place, line) in (0..).zip(known.signed.lines.reveal()) {
            let Some((product, counted_at)) =
                line.product.as_ref().and_then(|product| Some((product, *counted.get(product)?)))
            else {
                continue;
            };
            let sum: &mut Moved = sums.entry(product.clone()).or_default();
            sum.dispensed_since = sum.dispensed_since.saturating_add(given_since(known, place, counted_at));
            if known.is_in_force() && known.signed.at > counted_at {
                let open = known.left(place).min(line.quantity);
                sum.prescribed_since = sum.prescribed_since.saturating_add(open);
            }
        }
    }
    sums
}

/// Units of a line that the post has given after a time.
fn given_since(known: &Prescription, place: u8, counted_at: Timestamp) -> u32 {
    let at_post = known.dispensed.iter().filter(|act| act.pharmacy.is_none() && act.at > counted_at);
    let lines = at_post.flat_map(|act| act.lines.reveal()).filter(|given| given.line == place);
    lines.fold(0, |sum, given| sum.saturating_add(given.quantity))
}

/// The longest body that is read: 200 counts have about 25 kB.
const BODY_BYTES: usize = 48 * 1024;
/// The most counts at once; the formulary has fewer products.
const COUNTS: usize = 200;
/// The consultations of a post in which prescriptions since a count are looked for: those of about two weeks.
const RECENT: u32 = 200;

/// Neither the browser nor a proxy keeps it (RFC 9111 section 5.2.2.5).
const NO_STORE: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];
