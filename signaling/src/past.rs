//! What the last consultations tell: how long posts waited for a doctor, and who followed which patient. It is learned from durable
//! facts alone, so a restart rebuilds it from the journal. It holds no patient: a patient is a keyed hash.

use crate::message::waiting::Estimate;
use std::{
    collections::{HashMap, VecDeque},
    hash::{BuildHasher, RandomState},
};
use teranga_clinic::{
    consultation::{Consultation, Phase},
    fact::{Fact, What},
    id::PartyId,
    people::Speciality,
    request::Intake,
    time::Timestamp,
};

/// The hours whose waits are told: a shift, so that the estimate follows who is there today.
const HOURS: u16 = 6;

/// The least number of requests from which a wait is estimated. With fewer, one of them would be the bad case.
const ENOUGH: usize = 5;

/// The waits that are kept: six hours of the busiest day, many times over.
const WAITS: usize = 4_096;

/// The patients of whom it is known who followed them last: a month of 200 posts with three consultations a day.
const PATIENTS: usize = 20_000;

/// The last waits, and who followed whom.
#[derive(Debug, Default)]
pub(crate) struct Past {
    /// The waits in the order in which they ended.
    waits: VecDeque<Waited>,
    followed: HashMap<u64, Followed>,
    patients: RandomState,
}

/// A wait that ended with a doctor, or with the post's patience.
#[derive(Clone, Copy, Debug)]
struct Waited {
    speciality: Speciality,
    ended_at: Timestamp,
    for_ms: u64,
}

/// The doctor who followed a patient last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Followed {
    /// The doctor.
    pub(crate) doctor: PartyId,
    /// The time at which the doctor took the consultation.
    pub(crate) at: Timestamp,
}

impl Past {
    /// Learns from all facts of a consultation, oldest first.
    pub(crate) fn learn_all(&mut self, facts: &[Fact]) {
        let Some((first, rest)) = facts.split_first() else { return };
        let Ok(mut consultation) = Consultation::open(first) else { return };
        for fact in rest {
            let waited = consultation.phase() == Phase::Waiting;
            if consultation.apply(fact).is_err() {
                return;
            }
            self.learn(&consultation, waited, fact);
        }
    }

    /// Learns from a fact that was just applied. `waited` says that the consultation waited for its first doctor before.
    pub(crate) fn learn(&mut self, consultation: &Consultation, waited: bool, fact: &Fact) {
        if waited && consultation.phase() != Phase::Waiting {
            let for_ms = fact.at.since_ms(consultation.requested_at());
            let speciality = consultation.asked_speciality();
            self.waits.push_back(Waited { speciality, ended_at: fact.at, for_ms });
            let excess = self.waits.len().saturating_sub(WAITS);
            self.waits.drain(..excess);
        }
        if let What::Claimed { doctor } | What::Entered { guest: doctor, holds: true, .. } = &fact.what {
            self.follow(consultation, &Followed { doctor: doctor.party.clone(), at: fact.at });
        }
    }

    /// The doctor who followed the patient of this consultation before; none if the patient is unknown or new.
    pub(crate) fn followed(&self, consultation: &Consultation) -> Option<&Followed> {
        self.patients_of(consultation)
            .iter()
            .filter_map(|key| self.followed.get(key))
            .max_by_key(|last| last.at)
    }

    /// The wait of those who asked for a speciality in the last hours; none if they were too few.
    pub(crate) fn estimate(&self, speciality: Speciality, now: Timestamp) -> Option<Estimate> {
        let since = Timestamp(now.0.saturating_sub(u64::from(HOURS) * 3_600_000));
        let recent = self.waits.iter().filter(|one| one.speciality == speciality && one.ended_at >= since);
        let mut waits: Vec<_> = recent.map(|one| one.for_ms).collect();
        if waits.len() < ENOUGH {
            return None;
        }
        waits.sort_unstable();
        let count = u16::try_from(waits.len()).unwrap_or(u16::MAX);
        let (median_ms, bad_ms) = (nearest_rank(&waits, 50), nearest_rank(&waits, 90));
        Some(Estimate { median_ms, bad_ms, count, hours: HOURS })
    }

    fn follow(&mut self, consultation: &Consultation, followed: &Followed) {
        for key in self.patients_of(consultation) {
            if self.followed.len() >= PATIENTS && !self.followed.contains_key(&key) {
                let oldest = self.followed.iter().min_by_key(|(_, last)| last.at).map(|(key, _)| *key);
                oldest.map(|oldest| self.followed.remove(&oldest));
            }
            let last = self.followed.entry(key).or_insert_with(|| followed.clone());
            if last.at <= followed.at {
                *last = followed.clone();
            }
        }
    }

    /// The hashes under which a patient is known: the number in the national record, and the name with the age at this post.
    fn patients_of(&self, consultation: &Consultation) -> Vec<u64> {
        let Intake { dpp, name, age_years, .. } = consultation.intake();
        let plain = |text: &str| text.to_lowercase().split_whitespace().collect::<String>();
        let by_number = dpp.as_ref().map(|dpp| self.patients.hash_one(("dpp", plain(dpp.reveal()))));
        let by_name = name.as_ref().zip(*age_years).map(|(name, age)| {
            let place = &consultation.post().place.id;
            self.patients.hash_one(("name", place, plain(name.reveal()), age.reveal()))
        });
        by_number.into_iter().chain(by_name).collect()
    }
}

/// The value at this percentile of sorted values by the nearest-rank method; the values are not empty.
fn nearest_rank(sorted: &[u64], percent: usize) -> u64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted[rank - 1]
}

#[cfg(test)]
mod tests {
    use super::*;
    use teranga_clinic::{
        id::ConsultationId,
        people::{Identity, Place, Role},
        pii::Pii,
        request::{Request, Urgency},
    };
    use uuid::Uuid;

    fn somebody(party: &str, role: Role) -> Identity {
        let text = String::new;
        let place = Place { id: "p".into(), name: text(), district: text(), region: text(), phone: text() };
        Identity { party: PartyId(party.into()), role, name: "".into(), place, specialities: vec![] }
    }

    fn fact(at: u64, by: &str, what: What) -> Fact {
        Fact { at: Timestamp(at), by: Some(PartyId(by.into())), staff: None, what }
    }

    fn requested(at: u64, intake: Intake) -> Fact {
        let request = Request {
            request: ConsultationId(Uuid::from_u128(at.into())),
            speciality: Speciality::General,
            urgency: Urgency::Urgent,
            intake,
            defer_to: None,
            patient: None,
            appointment_with: None,
        };
        fact(at, "post", What::Requested { post: somebody("post", Role::Kiosk), request })
    }

    fn claimed(at: u64, doctor: &str) -> Fact {
        fact(at, doctor, What::Claimed { doctor: somebody(doctor, Role::Doctor) })
    }

    #[test]
    fn the_wait_is_a_range_once_enough_have_waited() {
        let mut past = Past::default();
        for wait in [60_000, 120_000, 180_000, 240_000] {
            past.learn_all(&[requested(1_000, Intake::default()), claimed(1_000 + wait, "awa")]);
        }
        let (speciality, now) = (Speciality::General, Timestamp(600_000));
        assert_eq!(past.estimate(speciality, now), None, "four are too few");
        past.learn_all(&[requested(1_000, Intake::default()), fact(901_000, "post", What::Cancelled)]);
        let estimate = past.estimate(speciality, now).expect("five are enough");
        assert_eq!((estimate.median_ms, estimate.bad_ms, estimate.count), (180_000, 900_000, 5));
        assert_eq!(past.estimate(Speciality::Surgery, now), None);
        assert_eq!(past.estimate(speciality, Timestamp(7 * 3_600_000)), None, "hours ago");
    }

    #[test]
    fn a_patient_is_known_again_by_the_number_or_by_name_and_age_at_the_same_post() {
        let known = Intake { dpp: Some("SN 12".into()), ..Intake::default() };
        let named = |name: &str, age| Intake {
            name: Some(name.into()),
            age_years: Some(Pii::new(age)),
            ..Intake::default()
        };
        let mut past = Past::default();
        past.learn_all(&[requested(1, known), claimed(5, "awa"), claimed(9, "late")]);
        past.learn_all(&[requested(2, named("Aïssata Ba", 24)), claimed(6, "ba")]);
        let who = |intake| {
            let consultation = Consultation::open(&requested(3, intake)).expect("a request");
            past.followed(&consultation).map(|last| last.doctor.0.clone())
        };
        assert_eq!(who(Intake { dpp: Some("sn12".into()), ..Intake::default() }).as_deref(), Some("awa"));
        assert_eq!(who(named("aïssata  ba", 24)).as_deref(), Some("ba"));
        assert_eq!(who(named("Aïssata Ba", 25)), None);
        assert_eq!(who(Intake::default()), None, "nobody is everybody");
        assert!(!format!("{past:?}").to_lowercase().contains("ssata"), "no name is kept");
    }
}
