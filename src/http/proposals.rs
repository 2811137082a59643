//! What posts propose to correct of what is known of structures, and the answers of coordinators. An accepted proposal changes the structure at once; its posts
//! fetch the new list by themselves.

use super::{
    bodies::{
        DecideProposal, FailureCode, NearStructure, OpenProposal, OpenProposals, OwnProposal, OwnProposals,
        ProposeChange,
    },
    error::ApiError,
    json_body::JsonBody,
    parameters::InPath,
    session::{at_tablet::Said, auth::SignedIn},
    state::HttpState,
};
use crate::store::{Decided, NewProposal, Proposed, StoredProposal, Verdict};
use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, HeaderName, header},
    response::IntoResponse,
    routing::{get, post},
};
use std::collections::HashMap;
use teranga_clinic::{
    id::{ProposalId, StaffId},
    people::{Identity, Role},
    pii::Pii,
    structure::{ProposedChange, REMARK_CHARS, Structure, nearest_closed},
    text,
    time::Timestamp,
};
use teranga_exchange::directory;

/// The addresses below `/api/structures/proposals`.
pub(super) fn router() -> Router<HttpState> {
    Router::new()
        .route("/api/structures/proposals", get(own).post(propose))
        .route("/api/structures/proposals/open", get(open))
        .route("/api/structures/proposals/{proposal}", post(decide))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
}

async fn own(State(state): State<HttpState>, SignedIn(who): SignedIn) -> Result<impl IntoResponse, ApiError> {
    must_be(&who, Role::Kiosk)?;
    own_view(&state, &who).await
}

async fn propose(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    headers: HeaderMap,
    JsonBody(said): JsonBody<ProposeChange>,
) -> Result<impl IntoResponse, ApiError> {
    must_be(&who, Role::Kiosk)?;
    let new = NewProposal {
        proposal: said.proposal,
        structure: said.structure,
        post: who.place.id.clone(),
        staff: Said::staff(Said::of(&who, &headers).as_ref(), &state).await?,
        at: state.clock.timestamp(),
        change: checked(said.change)?,
        remark: short(&said.remark)?,
    };
    match state.proposals.propose(&new).await? {
        Proposed::Stored => own_view(&state, &who).await,
        Proposed::Full => Err(FailureCode::ProposalsFull.into()),
        Proposed::Unknown => Err(ApiError::NOT_FOUND),
    }
}

async fn open(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
) -> Result<impl IntoResponse, ApiError> {
    must_be(&who, Role::Coordinator)?;
    open_view(&state).await
}

async fn decide(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    InPath(proposal): InPath<String>,
    JsonBody(DecideProposal { accepted, reason, seen }): JsonBody<DecideProposal>,
) -> Result<impl IntoResponse, ApiError> {
    must_be(&who, Role::Coordinator)?;
    let proposal = ProposalId(proposal.parse().map_err(|_| ApiError::NOT_FOUND)?);
    let reason = short(&reason)?;
    if !accepted && reason.reveal().is_empty() {
        return Err(FailureCode::Malformed.into());
    }
    let (by, at) = (who.party, state.clock.timestamp());
    match state.proposals.decide(&Verdict { proposal, by: by.clone(), at, accepted, reason, seen }).await? {
        Decided::Stands => {
            tracing::info!(proposal = %proposal.0, %by, accepted, "a coordinator answered a proposal about a structure");
            open_view(&state).await
        }
        Decided::Unknown => Err(ApiError::NOT_FOUND),
        Decided::Before => Err(FailureCode::ProposalDecided.into()),
        Decided::Stale => Err(FailureCode::ProposalStale.into()),
    }
}

/// What the post of a tablet has proposed.
async fn own_view(state: &HttpState, who: &Identity) -> Result<impl IntoResponse + use<>, ApiError> {
    let at = state.clock.timestamp();
    let since = Timestamp(at.0.saturating_sub(TOLD_MS));
    let stored = state.proposals.of_post(&who.place.id, since, LISTED).await?;
    let all = state.identities.structures().await?;
    let by_id = by_id(&all);
    let told = |StoredProposal { made, state, decided_at, reason }: StoredProposal| {
        let NewProposal { proposal, structure, staff, at, change, .. } = made;
        let structure = by_id.get(structure.as_str())?.place.clone();
        Some(OwnProposal { proposal, structure, at, staff, change, state, decided_at, reason })
    };
    let proposals = stored.into_iter().filter_map(told).collect();
    let closed = nearest_closed(&who.place, &all).iter().take(CLOSED).map(NearStructure::from).collect();
    Ok((NO_STORE, Json(OwnProposals { at, proposals, closed })))
}

/// The proposals that wait, each beside what is known now.
async fn open_view(state: &HttpState) -> Result<impl IntoResponse + use<>, ApiError> {
    let (total, open) = state.proposals.open(LISTED).await?;
    let all = state.identities.structures().await?;
    let by_id = by_id(&all);
    let names = names(state, &open).await?;
    let told = |new: NewProposal| {
        let structure = by_id.get(new.structure.as_str())?;
        Some(OpenProposal {
            proposal: new.proposal,
            structure: structure.place.clone(),
            level: structure.kind,
            post: by_id.get(new.post.as_str())?.place.clone(),
            staff: new.staff.as_ref().and_then(|staff| names.get(staff).cloned()),
            at: new.at,
            known: new.change.known_of(structure),
            change: new.change,
            data_at: structure.confirmed_at,
            remark: new.remark,
        })
    };
    let proposals = open.into_iter().filter_map(told).collect();
    Ok((NO_STORE, Json(OpenProposals { at: state.clock.timestamp(), total, proposals })))
}

fn by_id(all: &[Structure]) -> HashMap<&str, &Structure> {
    all.iter().map(|one| (one.place.id.as_str(), one)).collect()
}

/// The names of those who propose, also if they have left since.
async fn names(state: &HttpState, open: &[NewProposal]) -> Result<HashMap<StaffId, Pii<String>>, ApiError> {
    let mut names = HashMap::new();
    for NewProposal { post, staff, .. } in open {
        if staff.as_ref().is_some_and(|staff| !names.contains_key(staff)) {
            let members = state.identities.staff.members(post).await?;
            names.extend(members.into_iter().map(|member| (member.id, member.name)));
        }
    }
    Ok(names)
}

/// What is proposed, as it is kept. A proposal names a telephone number and does not take it away.
fn checked(change: ProposedChange) -> Result<ProposedChange, ApiError> {
    let ProposedChange::Phone { phone } = change else { return Ok(change) };
    let phone = directory::phone(phone.trim()).ok().filter(|phone| !phone.is_empty());
    Ok(ProposedChange::Phone { phone: phone.ok_or(FailureCode::Malformed)? })
}

/// A text that is short enough, as it is kept.
fn short(typed: &Pii<String>) -> Result<Pii<String>, ApiError> {
    let text = text::clean(typed.reveal().trim());
    if text.chars().count() > REMARK_CHARS {
        return Err(FailureCode::TooLarge.into());
    }
    Ok(Pii::new(text))
}

fn must_be(who: &Identity, role: Role) -> Result<(), ApiError> {
    if who.role == role { Ok(()) } else { Err(ApiError::WRONG_ROLE) }
}

/// No copy of an answer is kept by a browser or a proxy.
const NO_STORE: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

/// The largest body: two texts of 300 characters, whatever their letters.
const BODY_BYTES: usize = 8 * 1024;

/// The most proposals that are listed.
const LISTED: u32 = 100;

/// The most closed structures that a post is told.
const CLOSED: usize = 5;

/// A post is told an answer for 30 days.
const TOLD_MS: u64 = 30 * 24 * 60 * 60_000;
