//! Whom each asker has found, and how surely. Only somebody who has found a patient may read the record or answer questions about them. It is kept in
//! memory for a quarter of an hour.

use dashmap::DashMap;
use teranga_clinic::{id::PartyId, time::Timestamp};

/// The patients that were found. The keys are the askers' and the national record's, so an attacker who is signed in chooses some of
/// them; their number is bounded.
#[derive(Debug, Default)]
pub(super) struct Known(DashMap<(PartyId, String), Found>);

#[derive(Clone, Copy, Debug)]
struct Found {
    certain: bool,
    at: Timestamp,
}

impl Known {
    pub(super) fn certain(&self, by: &PartyId, patient: &str, at: Timestamp) {
        self.put(by, patient, Found { certain: true, at });
    }

    /// One who is certain already stays so.
    pub(super) fn possible(&self, by: &PartyId, patient: &str, at: Timestamp) {
        let certain = self.is_certain(by, patient, at);
        self.put(by, patient, Found { certain, at });
    }

    pub(super) fn is_certain(&self, by: &PartyId, patient: &str, now: Timestamp) -> bool {
        self.found(by, patient, now).is_some_and(|found| found.certain)
    }

    pub(super) fn is_possible(&self, by: &PartyId, patient: &str, now: Timestamp) -> bool {
        self.found(by, patient, now).is_some()
    }

    fn found(&self, by: &PartyId, patient: &str, now: Timestamp) -> Option<Found> {
        let found = self.0.get(&(by.clone(), patient.to_owned()))?;
        (now.since_ms(found.at) < KEPT_MS).then_some(*found)
    }

    fn put(&self, by: &PartyId, patient: &str, found: Found) {
        if self.0.len() >= ENTRIES {
            self.0.retain(|_, one| found.at.since_ms(one.at) < KEPT_MS);
        }
        if self.0.len() < ENTRIES {
            self.0.insert((by.clone(), patient.to_owned()), found);
        }
    }
}

/// The time for which a patient may be read after they were found.
const KEPT_MS: u64 = 15 * 60_000;

/// The most patients that are remembered, about two megabytes.
const ENTRIES: usize = 10_000;
