//! The doctors whose key for documents is about to end, has ended or has not begun, for the operations page: whoever runs the server renews
//! it before a prescription cannot be signed.

use crate::{
    http::{
        bodies::{EndingKey, EndingKeyState},
        error::ApiError,
        session::auth::SignedIn,
        state::HttpState,
    },
    store::SignerKey,
};
use axum::{Json, Router, extract::State, routing::get};
use std::collections::BTreeMap;
use teranga_clinic::{id::PartyId, people::Role, time::Timestamp};

/// `/api/ops/signing-keys`.
pub(super) fn router() -> Router<HttpState> {
    Router::new().route("/api/ops/signing-keys", get(ending))
}

async fn ending(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
) -> Result<Json<Vec<EndingKey>>, ApiError> {
    if who.role != Role::Operator {
        return Err(ApiError::WRONG_ROLE);
    }
    Ok(Json(ending_keys(state.signer.keys().await?, state.clock.timestamp())))
}

/// The doctors whose last key needs somebody, the most pressing first. A doctor whose keys were all withdrawn signs no more and needs nobody.
fn ending_keys(keys: Vec<SignerKey>, now: Timestamp) -> Vec<EndingKey> {
    let mut last: BTreeMap<PartyId, SignerKey> = BTreeMap::new();
    for key in keys.into_iter().filter(|key| key.withdrawn.is_none() && key.certificate.is_some()) {
        let end = |key: &SignerKey| key.certificate.as_ref().map(|certificate| certificate.to);
        let known = last.get(&key.party).and_then(end);
        if known < end(&key) {
            last.insert(key.party.clone(), key);
        }
    }
    let mut ending: Vec<_> = last.into_values().filter_map(|key| told(key, now)).collect();
    ending.sort_by_key(|key| key.until);
    ending
}

/// What is told of the last key of a doctor; none if it is good for a while.
fn told(key: SignerKey, now: Timestamp) -> Option<EndingKey> {
    let certificate = key.certificate?;
    let state = if certificate.to <= now {
        EndingKeyState::Ended
    } else if certificate.from > now {
        EndingKeyState::NotBegun
    } else if certificate.to < now.plus_ms(SOON_MS) {
        EndingKeyState::EndsSoon
    } else {
        return None;
    };
    Some(EndingKey { name: key.name, state, from: certificate.from, until: certificate.to })
}

/// The time before its end in which a key is told: 30 days, as on the doctor's own page.
const SOON_MS: u64 = 30 * 24 * 60 * 60_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Certificate, Withdrawal, WithdrawalReason};

    fn key(party: &str, from: u64, to: u64) -> SignerKey {
        SignerKey {
            party: PartyId(party.into()),
            name: party.to_owned().into(),
            order_number: None,
            public: Vec::new(),
            certificate: Some(Certificate { der: Vec::new(), from: Timestamp(from), to: Timestamp(to) }),
            withdrawn: None,
        }
    }

    #[test]
    fn the_last_key_of_a_doctor_is_told_if_it_ends_soon_has_ended_or_has_not_begun() {
        let now = Timestamp(10 * SOON_MS);
        let withdrawn = Withdrawal { at: Timestamp(1), why: WithdrawalReason::Left };
        let keys = vec![
            key("good", 0, now.0 + SOON_MS),
            key("soon", 0, now.0 + SOON_MS - 1),
            key("ended", 0, now.0),
            key("later", now.0 + 1, now.0 + 2 * SOON_MS),
            key("renewed", 0, now.0 + 2 * SOON_MS),
            key("renewed", 0, now.0 - 1),
            SignerKey { withdrawn: Some(withdrawn), ..key("left", 0, now.0 - 1) },
            SignerKey { certificate: None, ..key("waits", 0, 0) },
        ];
        let told = ending_keys(keys, now);
        let told: Vec<_> = told.iter().map(|one| (one.name.reveal().as_str(), one.state)).collect();
        let wanted = [
            ("ended", EndingKeyState::Ended),
            ("soon", EndingKeyState::EndsSoon),
            ("later", EndingKeyState::NotBegun),
        ];
        assert_eq!(told, wanted);
    }
}
