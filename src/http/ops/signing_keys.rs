//! The doctors whose key for documents is about to end, has ended, has not begun or was withdrawn, for the operations page: whoever runs the
//! server renews it before a prescription cannot be signed, and knows who has to be given another one.

use crate::{
    http::{
        bodies::{EndingKey, EndingKeyState, SigningKeys, WithdrawnHolder},
        error::ApiError,
        session::auth::SignedIn,
        state::HttpState,
    },
    store::SignerKey,
};
use axum::{Json, Router, extract::State, routing::get};
use std::{cmp::Reverse, collections::BTreeMap};
use teranga_clinic::{id::PartyId, people::Role, time::Timestamp};

/// `/api/ops/signing-keys`.
pub(super) fn router() -> Router<HttpState> {
    Router::new().route("/api/ops/signing-keys", get(read))
}

async fn read(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
) -> Result<Json<SigningKeys>, ApiError> {
    if who.role != Role::Operator {
        return Err(ApiError::WRONG_ROLE);
    }
    let (keys, now) = (state.signer.keys().await?, state.clock.timestamp());
    let withdrawn = withdrawn_holders(&keys, now);
    Ok(Json(SigningKeys { ending: ending_keys(keys, now), withdrawn }))
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

/// The doctors whose keys were withdrawn within 90 days, the last first. Keys that were withdrawn together are told once.
fn withdrawn_holders(keys: &[SignerKey], now: Timestamp) -> Vec<WithdrawnHolder> {
    let signs = |party: &PartyId| {
        let own = keys.iter().filter(|key| key.party == *party && key.withdrawn.is_none());
        own.filter_map(|key| key.certificate.as_ref()).any(|one| (one.from..one.to).contains(&now))
    };
    let recent = |key: &SignerKey| key.withdrawn.filter(|end| end.at.plus_ms(TOLD_MS) > now);
    let mut told: BTreeMap<(Reverse<Timestamp>, &PartyId), WithdrawnHolder> = BTreeMap::new();
    for (key, end) in keys.iter().filter_map(|key| Some((key, recent(key)?))) {
        told.entry((Reverse(end.at), &key.party)).or_insert_with(|| WithdrawnHolder {
            name: key.name.clone(),
            order_number: key.order_number.clone(),
            withdrawn: end.into(),
            signs: signs(&key.party),
        });
    }
    told.into_values().collect()
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

/// The time for which a withdrawal is told: whoever looks once a month has seen it, and a prescription of before is over by then.
const TOLD_MS: u64 = 90 * 24 * 60 * 60_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        http::bodies::WithdrawnBecause,
        store::{Certificate, Withdrawal, WithdrawalReason},
    };

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

    #[test]
    fn who_lost_a_key_is_told_for_ninety_days_once_with_the_reason_and_if_another_one_signs() {
        let now = Timestamp(10 * TOLD_MS);
        let ended = |party: &str, at: u64, why| SignerKey {
            withdrawn: Some(Withdrawal { at: Timestamp(at), why }),
            order_number: Some(format!("SN-{party}").into()),
            ..key(party, 0, now.0 + SOON_MS)
        };
        let (left, lost) = (WithdrawalReason::Left, WithdrawalReason::Lost);
        let keys = vec![
            key("again", 0, now.0 + SOON_MS),
            ended("again", now.0 - 5, lost),
            ended("twice", now.0 - 3, lost),
            ended("twice", now.0 - 3, lost),
            SignerKey { certificate: None, ..ended("waited", now.0 - 4, left) },
            ended("past", now.0 - TOLD_MS, left),
            ended("edge", now.0 - TOLD_MS + 1, left),
            key("good", 0, now.0 + SOON_MS),
        ];
        let told = withdrawn_holders(&keys, now);
        let told: Vec<_> = told
            .iter()
            .map(|one| {
                let number = one.order_number.as_ref().map(|number| number.reveal().as_str());
                (one.name.reveal().as_str(), number, one.withdrawn.at.0, one.withdrawn.why, one.signs)
            })
            .collect();
        let (left, lost) = (WithdrawnBecause::Left, WithdrawnBecause::Lost);
        let wanted = [
            ("twice", Some("SN-twice"), now.0 - 3, lost, false),
            ("waited", Some("SN-waited"), now.0 - 4, left, false),
            ("again", Some("SN-again"), now.0 - 5, lost, true),
            ("edge", Some("SN-edge"), now.0 - TOLD_MS + 1, left, false),
        ];
        assert_eq!(told, wanted);
    }
}
