//! Who of a post's staff a request over HTTP is from. A tablet sends the proof of whoever did it, who need not be whoever is at the
//! tablet when it is sent ([docs/adr/0037](../../../docs/adr/0037-staff-and-sealed-tablet.md)). It refuses nothing: what a void proof
//! sends is nobody's.

use crate::{
    http::{error::ApiError, state::HttpState},
    identity::staff::StaffDenied,
};
use axum::http::HeaderMap;
use teranga_clinic::{
    id::StaffId,
    people::{Identity, Role},
    pii::Pii,
};
use teranga_signaling::contract::Author;

/// The header with the proof; empty if nobody had typed a PIN when it was done. Pages of before do not send it.
const PROOF: &str = "staff-proof";

/// The post of a tablet, and the proof in the headers of its request.
#[derive(Clone, Debug)]
pub struct Said {
    place: String,
    proof: Pii<String>,
}

impl Said {
    /// What a request says; none if it is not a tablet's, or says nothing.
    pub fn of(who: &Identity, headers: &HeaderMap) -> Option<Self> {
        let proof = headers.get(PROOF).filter(|_| who.role == Role::Kiosk)?;
        let proof = Pii::new(proof.to_str().unwrap_or_default().to_owned());
        Some(Self { place: who.place.id.clone(), proof })
    }

    /// The author in the terms of the hub.
    ///
    /// # Errors
    /// The store failed.
    pub async fn author(said: Option<&Self>, state: &HttpState) -> Result<Author, ApiError> {
        let Some(Self { place, proof }) = said else { return Ok(Author::AtTheTablet) };
        Ok(Author::Staff(member(state, place, proof).await?))
    }

    /// The member of staff; none if nobody is named.
    ///
    /// # Errors
    /// The store failed.
    pub async fn staff(said: Option<&Self>, state: &HttpState) -> Result<Option<StaffId>, ApiError> {
        let Some(Self { place, proof }) = said else { return Ok(None) };
        member(state, place, proof).await
    }
}

async fn member(state: &HttpState, place: &str, proof: &Pii<String>) -> Result<Option<StaffId>, ApiError> {
    if proof.reveal().is_empty() {
        return Ok(None);
    }
    match state.identities.staff.proven(place, proof).await {
        Ok(member) => Ok(Some(member.id)),
        Err(StaffDenied::Store(error)) => Err(error.into()),
        Err(_) => Ok(None),
    }
}
