//! The times that appointments are about to take. The index of appointments knows a time only when its fact is on the disk; until then
//! the time stands here, so that nobody else gets it.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use teranga_clinic::{
    appointment::APPOINTMENT_MS,
    id::{AppointmentId, PartyId},
    time::Timestamp,
};

/// The times that are claimed now. Their number is bounded.
#[derive(Debug, Default)]
pub(super) struct ClaimedTimes(Mutex<Vec<Claimed>>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Claimed {
    doctor: PartyId,
    appointment: AppointmentId,
    at: Timestamp,
    /// Nothing is heard any more of what was handed to the hub this long ago.
    until: Instant,
}

/// A time that is claimed for an appointment. Whoever drops it gives the time back, unless it is held.
#[derive(Debug)]
pub(super) struct Claim<'a> {
    times: &'a ClaimedTimes,
    claimed: Claimed,
    is_held: bool,
}

impl ClaimedTimes {
    /// Claims a time for an appointment of this doctor; none if another appointment of the doctor claims a time within
    /// [`APPOINTMENT_MS`], or too many times are claimed.
    pub(super) fn claim(
        &self,
        (doctor, appointment): (&PartyId, AppointmentId),
        at: Timestamp,
        now: Instant,
    ) -> Option<Claim<'_>> {
        let mut all = self.lock();
        all.retain(|known| now < known.until);
        let is_other = |known: &Claimed| known.doctor == *doctor && known.appointment != appointment;
        let is_near = |known: &Claimed| known.at.0.abs_diff(at.0) < APPOINTMENT_MS;
        if all.len() >= CLAIMS || all.iter().any(|known| is_other(known) && is_near(known)) {
            return None;
        }
        let claimed = Claimed { doctor: doctor.clone(), appointment, at, until: now + HELD };
        all.push(claimed.clone());
        Some(Claim { times: self, claimed, is_held: false })
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Claimed>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Claim<'_> {
    /// The time.
    pub(super) const fn at(&self) -> Timestamp {
        self.claimed.at
    }

    /// The hub is handed the appointment, whose fact may reach the disk later than anybody waits for it.
    pub(super) const fn hold(&mut self) {
        self.is_held = true;
    }

    /// The index has the appointment.
    pub(super) const fn settle(&mut self) {
        self.is_held = false;
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        if self.is_held {
            return;
        }
        let mut all = self.times.lock();
        if let Some(place) = all.iter().position(|known| *known == self.claimed) {
            all.swap_remove(place);
        }
    }
}

/// The time for which a claim is held of which nothing was heard: the hub stores a fact within seconds, or never.
const HELD: Duration = Duration::from_mins(2);
/// The most claims: as many doctors of a country appoint in two minutes.
const CLAIMS: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use uuid::Uuid;

    const AT: Timestamp = Timestamp(1_800_000_000_000);

    fn claim<'a>(
        times: &'a ClaimedTimes,
        doctor: &str,
        number: u128,
        at: Timestamp,
        now: Instant,
    ) -> Option<Claim<'a>> {
        times.claim((&PartyId(doctor.into()), AppointmentId(Uuid::from_u128(number))), at, now)
    }

    #[test]
    fn a_claimed_time_is_only_its_appointments_until_it_is_given_back() {
        let (times, now) = (ClaimedTimes::default(), Clock::start().now());
        let first = claim(&times, "awa", 1, AT, now).unwrap();
        for near in [AT, AT.plus_ms(APPOINTMENT_MS - 1), Timestamp(AT.0 - APPOINTMENT_MS + 1)] {
            assert!(claim(&times, "awa", 2, near, now).is_none(), "{near:?}");
        }
        assert!(claim(&times, "awa", 1, AT, now).is_some(), "one that is sent twice is one");
        assert!(claim(&times, "awa", 2, AT.plus_ms(APPOINTMENT_MS), now).is_some());
        assert!(claim(&times, "ba", 2, AT, now).is_some(), "another doctor");
        drop(first);
        assert!(claim(&times, "awa", 2, AT, now).is_some());
        assert!(times.lock().is_empty());
    }

    #[test]
    fn one_that_the_hub_was_handed_is_held_until_it_is_stored_or_nobody_hears_of_it() {
        let (times, now) = (ClaimedTimes::default(), Clock::start().now());
        let mut handed = claim(&times, "awa", 1, AT, now).unwrap();
        handed.hold();
        drop(handed);
        assert!(claim(&times, "awa", 2, AT, now + HELD.saturating_sub(Duration::from_millis(1))).is_none());
        assert!(claim(&times, "awa", 2, AT, now + HELD).is_some());
        let mut stored = claim(&times, "awa", 1, AT, now).unwrap();
        stored.hold();
        stored.settle();
        drop(stored);
        assert!(times.lock().is_empty());
    }

    #[test]
    fn the_number_of_claims_is_bounded() {
        let (times, now) = (ClaimedTimes::default(), Clock::start().now());
        for number in 0..CLAIMS as u128 {
            claim(&times, &number.to_string(), number, AT, now).unwrap().hold();
        }
        assert!(claim(&times, "awa", 1, AT, now).is_none());
    }
}
