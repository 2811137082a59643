//! The allergies that the national record has told to anybody within a day, so that the checks of a prescription know them whatever a page sends.
//! They are kept in memory only, and are told to nobody: the checks ask for a reason.

use dashmap::DashMap;
use teranga_clinic::{prescribing::KnownAllergy, time::Timestamp};

/// The allergies by patient, and the patients by number. The keys are the record's and the askers', so an attacker who is signed in chooses
/// some of them; their number is bounded.
#[derive(Debug, Default)]
pub(super) struct Allergies {
    patients: DashMap<String, Kept<String>>,
    told: DashMap<String, Kept<Vec<KnownAllergy>>>,
}

#[derive(Clone, Debug)]
struct Kept<T> {
    value: T,
    at: Timestamp,
}

impl Allergies {
    /// This number is this patient's.
    pub(super) fn numbered(&self, number: &str, patient: &str, at: Timestamp) {
        put(&self.patients, number, patient.to_owned(), at);
    }

    /// The record of a patient has told these, and no others.
    pub(super) fn told(&self, patient: &str, allergies: &[KnownAllergy], at: Timestamp) {
        put(&self.told, patient, allergies.to_vec(), at);
    }

    /// What is known of the patient with this number; nothing if the record was not read.
    pub(super) fn of_number(&self, number: &str, now: Timestamp) -> Vec<KnownAllergy> {
        let patient = get(&self.patients, number, now);
        patient.and_then(|patient| get(&self.told, &patient, now)).unwrap_or_default()
    }
}

fn get<T: Clone>(map: &DashMap<String, Kept<T>>, key: &str, now: Timestamp) -> Option<T> {
    let kept = map.get(key)?;
    (now.since_ms(kept.at) < KEPT_MS).then(|| kept.value.clone())
}

fn put<T>(map: &DashMap<String, Kept<T>>, key: &str, value: T, at: Timestamp) {
    if map.len() >= ENTRIES {
        map.retain(|_, kept| at.since_ms(kept.at) < KEPT_MS);
    }
    if map.len() >= ENTRIES && !map.contains_key(key) {
        // The patient who was read last is the one who is prescribed something next.
        let oldest = map.iter().min_by_key(|kept| kept.at).map(|kept| kept.key().clone());
        oldest.and_then(|oldest| map.remove(&oldest));
    }
    map.insert(key.to_owned(), Kept { value, at });
}

/// The time for which they are known after they were read: the editor of a prescription reads them again each time that it opens.
const KEPT_MS: u64 = 24 * 60 * 60_000;

/// The most patients that are remembered. One has some hundred bytes; the longest record that is read has 2 MB at most.
const ENTRIES: usize = 10_000;
