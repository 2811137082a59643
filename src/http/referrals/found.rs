//! A referral with the facts of its consultation, as the disk has them.

use crate::{
    http::{bodies::FailureCode, bodies::ReceivedReferral, error::ApiError, state::HttpState},
    store::IndexedReferral,
};
use std::collections::{BTreeMap, btree_map::Entry};
use teranga_clinic::{
    consultation::referrals::referrals_of,
    history::History,
    id::{ConsultationId, ReferralId},
    referral::{Letter, Referral},
};

/// A referral that was found, with the history in which it stands.
pub(super) struct Found {
    pub(super) history: History,
    id: ReferralId,
}

impl Found {
    /// Takes one out of a history; none if it is not there.
    pub(super) fn of(history: History, id: ReferralId) -> Option<Self> {
        referrals_of(history.consultation()).find(id).is_some().then_some(Self { history, id })
    }

    /// Reads one from the disk.
    ///
    /// # Errors
    /// [`ApiError::NOT_FOUND`], or [`FailureCode::SetAside`] if its consultation cannot be read.
    pub(super) async fn read(
        state: &HttpState,
        consultation: ConsultationId,
        id: ReferralId,
    ) -> Result<Self, ApiError> {
        let history = state.journal.read(consultation).await?.ok_or(ApiError::NOT_FOUND)?;
        let history = history.map_err(|_| FailureCode::SetAside)?;
        Self::of(history, id).ok_or(ApiError::NOT_FOUND)
    }

    /// The referral.
    pub(super) fn referral(&self) -> &Referral {
        referrals_of(self.history.consultation()).find(self.id).expect("it was found")
    }

    /// The referral as its receiver reads it.
    pub(super) fn received(&self) -> ReceivedReferral {
        let (referral, post) = (self.referral().clone(), self.history.consultation().post().place.clone());
        ReceivedReferral { referral: for_receiver(referral), post }
    }
}

/// The referral for the structure that is asked. One that has rejected the patient reads the letter no more.
pub(super) fn for_receiver(mut referral: Referral) -> Referral {
    if !referral.is_readable() {
        referral.order.letter = Letter::default();
    }
    referral
}

/// These referrals in their order, without their letters and without those of a consultation that cannot be read. Each consultation is
/// read once.
pub(super) async fn listed(
    state: &HttpState,
    rows: &[IndexedReferral],
) -> Result<Vec<ReceivedReferral>, ApiError> {
    let mut histories: BTreeMap<ConsultationId, Option<History>> = BTreeMap::new();
    for row in rows {
        if let Entry::Vacant(unread) = histories.entry(row.consultation) {
            unread.insert(state.journal.read(row.consultation).await?.and_then(Result::ok));
        }
    }
    let one = |row: &IndexedReferral| {
        let consultation = histories.get(&row.consultation)?.as_ref()?.consultation();
        let mut referral = referrals_of(consultation).find(row.referral)?.clone();
        referral.order.letter = Letter::default();
        Some(ReceivedReferral { referral, post: consultation.post().place.clone() })
    };
    Ok(rows.iter().filter_map(one).collect())
}
