//! What a tablet plays: the list of the sentences that are signed off, and the sound of each.

use super::slot::slot;
use crate::{
    http::{
        bodies::SpokenOffer, error::ApiError, parameters::InPath, session::auth::SignedIn, state::HttpState,
    },
    store::SpokenVersion,
};
use axum::{
    Json, Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use std::collections::BTreeMap;
use teranga_clinic::{people::Role, spoken::SpokenState};

/// `/api/spoken`, and the sound of a version.
pub(super) fn router() -> Router<HttpState> {
    Router::new()
        .route("/api/spoken", get(offers))
        .route("/api/spoken/{sentence}/{language}/{version}", get(sound))
}

/// The recording of each slot that tablets play.
async fn offers(State(state): State<HttpState>, _: SignedIn) -> Result<Json<Vec<SpokenOffer>>, ApiError> {
    Ok(Json(offered(state.spoken.spoken().await?)))
}

/// The newest signed-off version of each slot. A person's recording is preferred to a stand-in, whichever came first.
fn offered(versions: Vec<SpokenVersion>) -> Vec<SpokenOffer> {
    let mut best = BTreeMap::new();
    let mut signed: Vec<_> =
        versions.into_iter().filter(|version| version.state == SpokenState::SignedOff).collect();
    signed.sort_by_key(|version| (!version.is_stand_in(), version.version));
    for version in signed {
        best.insert(version.slot, version);
    }
    best.into_values().map(|version| offer(&version)).collect()
}

fn offer(version: &SpokenVersion) -> SpokenOffer {
    SpokenOffer {
        sentence: version.slot.sentence,
        language: version.slot.language,
        version: version.version,
        stand_in: version.is_stand_in(),
        duration_ms: version.duration_ms,
        bytes: version.bytes,
        sha256: URL_SAFE_NO_PAD.encode(version.sha256),
    }
}

/// The sound of a version. Operators hear all of them, and others only what is signed off.
async fn sound(
    State(state): State<HttpState>,
    SignedIn(who): SignedIn,
    InPath((sentence, language, version)): InPath<(String, String, u32)>,
) -> Result<Response, ApiError> {
    let found = state.spoken.spoken_audio(slot(&sentence, &language)?, version).await?;
    let heard =
        |(found, audio)| (found == SpokenState::SignedOff || who.role == Role::Operator).then_some(audio);
    let audio = found.and_then(heard).ok_or(ApiError::NOT_FOUND)?;
    Ok(([(header::CONTENT_TYPE, "audio/ogg"), (header::CACHE_CONTROL, "no-store")], audio).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::SpokenBy;
    use teranga_clinic::{
        id::PartyId,
        pii::Pii,
        request::Language,
        spoken::{Sentence, SpokenSlot},
        time::Timestamp,
    };

    fn version(number: u32, by: Option<&str>, state: SpokenState) -> SpokenVersion {
        let by = by.map(|by| SpokenBy { party: PartyId(by.to_owned()), name: Pii::new(String::new()) });
        SpokenVersion {
            slot: SpokenSlot { sentence: Sentence::Wait, language: Language::Fr },
            version: number,
            state,
            recorded: (by, Timestamp(1)),
            signed_off: None,
            withdrawn: None,
            duration_ms: 1_000,
            bytes: 9,
            sha256: [0; 32],
        }
    }

    fn offered_version(versions: &[SpokenVersion]) -> Option<u32> {
        offered(versions.to_vec()).first().map(|offer| offer.version)
    }

    #[test]
    fn a_slot_offers_its_newest_signed_off_recording_and_a_stand_in_only_without_one() {
        use SpokenState::{Draft, SignedOff, Withdrawn};
        let stand_in = version(1, None, SignedOff);
        assert_eq!(offered_version(&[]), None);
        assert_eq!(offered_version(&[stand_in.clone(), version(2, Some("a"), Draft)]), Some(1));
        let (second, third) = (version(2, Some("a"), SignedOff), version(3, Some("a"), SignedOff));
        assert_eq!(offered_version(&[stand_in.clone(), second.clone(), third]), Some(3));
        let again = version(3, Some("a"), Withdrawn);
        assert_eq!(offered_version(&[stand_in.clone(), second.clone(), again]), Some(2), "the one before");
        let later = version(3, None, SignedOff);
        assert_eq!(offered_version(&[stand_in, second, later]), Some(2), "a new stand-in replaces nobody");
    }
}
