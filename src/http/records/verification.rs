//! How the identity of a consultation's patient was verified, from what is stored beside its facts, for those who take a record with them.

use super::patients::identifications_of;
use crate::http::{error::ApiError, state::HttpState};
use teranga_clinic::{
    history::History,
    publication::{PublicationState, number_of},
};
use teranga_exchange::record::Verification;

/// What verified the identity of the patient, as far as this server has seen it.
pub(super) async fn verification(state: &HttpState, history: &History) -> Result<Verification, ApiError> {
    let consultation = history.consultation();
    let checks = match Verification::checked_between(history) {
        Some((from, to)) => state.patients.checks(&consultation.post().place.id, from, to).await?,
        None => Vec::new(),
    };
    let identifications = identifications_of(state, consultation).await?;
    let verification = Verification::of(history, &checks, &identifications);
    // The national record is asked who has the number before anything is sent to it. What was sent under another number says nothing of this one.
    let number = number_of(consultation);
    let has_number = |then: History| number_of(then.consultation()) == number;
    let published = state.publications.of_consultation(consultation.id()).await?;
    let sent = published.iter().filter(|one| one.state == PublicationState::Sent);
    let confirmed = sent.filter(|one| history.up_to(one.fact).is_some_and(has_number));
    let first_at = confirmed.map(|one| one.changed_at).min();
    Ok(match first_at {
        Some(at) => verification.confirmed_at_sending(at),
        None => verification,
    })
}
