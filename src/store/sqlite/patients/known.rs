//! What was read of the requests of posts: who the patients are, and nothing else of the forms. It is forgotten with the process.

use std::{
    cmp::Reverse,
    collections::HashSet,
    sync::{Mutex, PoisonError},
};
use teranga_clinic::{patient::Visit, time::Timestamp};

/// The requests of the tablets of one post.
#[derive(Debug)]
pub(super) struct Known {
    place: String,
    limit: usize,
    /// The time of the newest one. Those of the same millisecond are read again.
    pub(super) newest: Timestamp,
    /// How many the store had before that time, also beyond the limit.
    pub(super) older: i64,
    /// Those that can be read, the newest first.
    pub(super) visits: Vec<Visit>,
}

impl Known {
    /// A post of which nothing was read.
    pub(super) fn nothing(place: &str, limit: u32) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Self { place: place.into(), limit, newest: Timestamp(0), older: 0, visits: Vec::new() }
    }

    /// With what was read since its newest request.
    pub(super) fn followed_by(mut self, mut read: Vec<Visit>, newest: Timestamp, older: i64) -> Self {
        let again: HashSet<_> = read.iter().map(|visit| visit.consultation).collect();
        self.visits.retain(|visit| !again.contains(&visit.consultation));
        read.append(&mut self.visits);
        read.sort_by_key(|visit| Reverse(visit.at));
        read.truncate(self.limit);
        Self { newest, older, visits: read, ..self }
    }
}

/// What is known of some posts, the one that was asked last first.
#[derive(Debug, Default)]
pub(super) struct KnownVisits(Mutex<Vec<Known>>);

impl KnownVisits {
    /// Takes out what is known of a post and was read with this limit.
    pub(super) fn take(&self, place: &str, limit: u32) -> Option<Known> {
        let mut posts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = posts.iter().position(|known| known.place == place)?;
        let known = posts.remove(at);
        (u32::try_from(known.limit) == Ok(limit)).then_some(known)
    }

    /// Keeps it for the next question, and forgets the posts that were not asked for longest if there are too many requests in all.
    pub(super) fn keep(&self, known: Known) {
        let mut posts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        posts.retain(|other| other.place != known.place);
        posts.insert(0, known);
        let mut left = KEPT;
        posts.retain(|known| {
            let fits = known.visits.len() <= left;
            left = if fits { left - known.visits.len() } else { 0 };
            fits
        });
    }
}

/// The requests that are kept in all: about 20 MB.
const KEPT: usize = 100_000;

#[cfg(test)]
mod tests {
    use super::*;
    use teranga_clinic::id::ConsultationId;
    use uuid::Uuid;

    fn visits(numbers: impl IntoIterator<Item = u32>) -> Vec<Visit> {
        let visit = |number: u32| Visit {
            consultation: ConsultationId(Uuid::from_u128(number.into())),
            at: Timestamp(number.into()),
            patient: None,
            name: None,
            dpp: None,
            age_years: None,
            sex: None,
            language: None,
        };
        numbers.into_iter().map(visit).collect()
    }

    fn known(place: &str, count: u32) -> Known {
        Known::nothing(place, count).followed_by(visits(0..count), Timestamp(count.into()), 0)
    }

    #[test]
    fn what_is_read_again_is_there_once_and_the_oldest_go() {
        let known = Known::nothing("post", 3).followed_by(visits([1, 2, 3]), Timestamp(3), 2);
        let known = known.followed_by(visits([3, 4]), Timestamp(4), 3);
        let times: Vec<_> = known.visits.iter().map(|visit| visit.at.0).collect();
        assert_eq!((times, known.newest, known.older), (vec![4, 3, 2], Timestamp(4), 3));
    }

    #[test]
    fn posts_that_were_not_asked_for_longest_are_forgotten() {
        let all = KnownVisits::default();
        let third = u32::try_from(KEPT / 3).unwrap();
        for place in ["a", "b", "c"] {
            all.keep(known(place, third));
        }
        let a = all.take("a", third).expect("all three fit");
        all.keep(a);
        all.keep(known("d", third));
        assert!(all.take("b", third).is_none(), "asked before all others");
        assert!(all.take("a", 1).is_none(), "read with another limit");
        assert!(["c", "d"].iter().all(|place| all.take(place, third).is_some()));
    }
}
