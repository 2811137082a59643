//! When accounts and devices were last connected, as far as it is not written yet. A country that reconnects at once must
//! not write thousands of times to the disk, so the times are collected and written together. It opens no store.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};
use teranga_clinic::{id::PartyId, time::Timestamp};

/// The times that are not written yet. Only who has signed in is in it, so it has at most a line for each account and device.
#[derive(Debug, Default)]
pub(super) struct Seen(Mutex<BTreeMap<PartyId, Timestamp>>);

impl Seen {
    /// Notes that a party is connected at this time.
    pub(super) fn note(&self, party: &PartyId, at: Timestamp) {
        self.times().insert(party.clone(), at);
    }

    /// Takes all times out, to be written.
    pub(super) fn take(&self) -> Vec<(PartyId, Timestamp)> {
        std::mem::take(&mut *self.times()).into_iter().collect()
    }

    /// Takes times back that could not be written, unless there are later ones.
    pub(super) fn put_back(&self, times: Vec<(PartyId, Timestamp)>) {
        let mut later = self.times();
        for (party, at) in times {
            later.entry(party).or_insert(at);
        }
    }

    fn times(&self) -> MutexGuard<'_, BTreeMap<PartyId, Timestamp>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_written_is_kept_and_never_hides_a_later_time() {
        let (seen, party) = (Seen::default(), |name: &str| PartyId(name.into()));
        seen.note(&party("awa"), Timestamp(1));
        seen.note(&party("fatou"), Timestamp(1));
        let failed = seen.take();
        assert!(seen.take().is_empty());
        seen.note(&party("awa"), Timestamp(5));
        seen.put_back(failed);
        assert_eq!(seen.take(), [(party("awa"), Timestamp(5)), (party("fatou"), Timestamp(1))]);
    }
}
