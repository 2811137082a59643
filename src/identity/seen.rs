//! When accounts and devices were last connected. A country that reconnects at once must not write thousands of times to the
//! disk, so the times are collected and written together. It decides nothing.

use super::Identities;
use crate::store::{ExpectedParty, StoreError};
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};
use teranga_clinic::{id::PartyId, time::Timestamp};

/// The times that are not written yet. Only who has signed in is in it, so it has at most a line for each account and device.
#[derive(Debug, Default)]
pub(super) struct Seen(Mutex<BTreeMap<PartyId, Timestamp>>);

impl Identities {
    /// Notes that a party is connected now, or was until now.
    pub fn note_seen(&self, party: &PartyId) {
        let mut unwritten = self.seen.0.lock().unwrap_or_else(PoisonError::into_inner);
        unwritten.insert(party.clone(), self.clock.timestamp());
    }

    /// Writes what was noted. If the store fails, the times are kept for the next try, unless there are later ones.
    pub(super) async fn write_seen(&self) {
        let noted = std::mem::take(&mut *self.seen.0.lock().unwrap_or_else(PoisonError::into_inner));
        let list: Vec<_> = noted.into_iter().collect();
        if list.is_empty() {
            return;
        }
        if let Err(error) = self.sessions.note_seen(&list).await {
            tracing::warn!(%error, "who was connected could not be noted; trying again");
            let mut unwritten = self.seen.0.lock().unwrap_or_else(PoisonError::into_inner);
            for (party, at) in list {
                unwritten.entry(party).or_insert(at);
            }
        }
    }

    /// The tablets and doctors whom operations expect to be connected: tablets first, and whoever was connected last first.
    ///
    /// # Errors
    /// The store failed.
    pub async fn expected_parties(&self) -> Result<Vec<ExpectedParty>, StoreError> {
        self.write_seen().await;
        self.sessions.expected_parties(EXPECTED).await
    }
}

/// The lines of the list: about twice the tablets and specialists of the country's posts.
const EXPECTED: u32 = 5_000;
