//! The limiter of password hashing: few hashes run at a time, and the queue before them is short. A flood of sign-ins
//! takes neither processor nor memory from the calls, nor the queue from other networks. Browsers that hold a device cookie
//! have a queue of their own, which no stranger can fill.

use super::sign_in_throttle::{CookieId, Guesser};
use std::{
    collections::HashMap,
    hash::Hash,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The limiter of password hashing.
#[derive(Debug)]
pub(super) struct HashLimiter {
    strangers: Queue<IpAddr>,
    known: Queue<CookieId>,
}

/// A queue before some running hashes, in which each key has a few places.
#[derive(Debug)]
struct Queue<K> {
    running: Arc<Semaphore>,
    places: usize,
    places_of_key: usize,
    taken: Arc<Mutex<HashMap<K, usize>>>,
}

/// The permit to hash one password; the next request gets one when this is dropped. It moves into the task that hashes,
/// so that a request whose client has gone still counts while it works.
pub(super) struct HashPermit {
    _place: Box<dyn Send>,
    _running: OwnedSemaphorePermit,
}

/// A place in the queue. Dropping it gives it back.
struct QueuePlace<K: Eq + Hash> {
    key: K,
    taken: Arc<Mutex<HashMap<K, usize>>>,
}

impl Default for HashLimiter {
    fn default() -> Self {
        Self {
            strangers: Queue::new(RUNNING, QUEUE, QUEUE_OF_NETWORK),
            known: Queue::new(RUNNING_KNOWN, QUEUE_KNOWN, QUEUE_OF_BROWSER),
        }
    }
}

impl HashLimiter {
    /// Waits for a permit. The result is `None` at once if the queue is full.
    pub(super) async fn acquire(&self, guesser: &Guesser) -> Option<HashPermit> {
        match guesser {
            Guesser::Known(cookie) => self.known.acquire(*cookie).await,
            Guesser::Stranger { from, .. } => self.strangers.acquire(super::throttle::network(*from)).await,
        }
    }
}

impl<K: Eq + Hash + Copy + Send + 'static> Queue<K> {
    fn new(running: usize, places: usize, places_of_key: usize) -> Self {
        Self { running: Arc::new(Semaphore::new(running)), places, places_of_key, taken: Arc::default() }
    }

    async fn acquire(&self, key: K) -> Option<HashPermit> {
        let place = Box::new(self.enqueue(key)?);
        let running = Arc::clone(&self.running).acquire_owned().await.ok()?;
        Some(HashPermit { _place: place, _running: running })
    }

    fn enqueue(&self, key: K) -> Option<QueuePlace<K>> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = taken.values().sum();
        let own = taken.get(&key).copied().unwrap_or_default();
        if all >= self.places || own >= self.places_of_key {
            return None;
        }
        taken.insert(key, own + 1);
        Some(QueuePlace { key, taken: Arc::clone(&self.taken) })
    }
}

impl<K: Eq + Hash> Drop for QueuePlace<K> {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = taken.get_mut(&self.key) {
            *own -= 1;
        }
        taken.retain(|_, own| *own > 0);
    }
}

/// The number of hashes of strangers that run at a time. Each takes 19 MiB and some tens of milliseconds.
const RUNNING: usize = 2;

/// The number of requests of strangers in the queue and running: about a second of work.
const QUEUE: usize = 32;

/// The number of these requests from one network: enough for a hospital that comes back after a power cut, too few for a
/// flood.
const QUEUE_OF_NETWORK: usize = 8;

/// The number of hashes of known browsers that run at a time, beside those of strangers.
const RUNNING_KNOWN: usize = 1;

/// The number of requests of known browsers in the queue and running: the doctors of a country after a power cut.
const QUEUE_KNOWN: usize = 256;

/// The number of these requests from one browser: one that is impatient.
const QUEUE_OF_BROWSER: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::time::timeout;

    fn stranger(last: u8) -> Guesser {
        Guesser::Stranger { login: [0; 32], from: IpAddr::from([192, 0, 2, last]) }
    }

    #[tokio::test]
    async fn one_network_cannot_fill_the_queue() {
        let limiter = HashLimiter::default();
        let network = IpAddr::from([192, 0, 2, 1]);
        let places: Vec<_> = (0..20).filter_map(|_| limiter.strangers.enqueue(network)).collect();
        assert_eq!(places.len(), QUEUE_OF_NETWORK);
        assert!(limiter.acquire(&stranger(2)).await.is_some(), "another network still passes");
        drop(places);
        assert!(limiter.acquire(&stranger(1)).await.is_some());
        assert!(limiter.strangers.taken.lock().unwrap().is_empty(), "nothing is kept of those who left");
    }

    #[tokio::test]
    async fn few_at_a_time_and_a_known_browser_waits_for_no_stranger() {
        let limiter = HashLimiter::default();
        let _first = limiter.acquire(&stranger(1)).await.unwrap();
        let second = limiter.acquire(&stranger(2)).await.unwrap();
        let next = stranger(3);
        let mut third = Box::pin(limiter.acquire(&next));
        assert!(timeout(Duration::from_millis(20), &mut third).await.is_err());
        assert!(limiter.acquire(&Guesser::Known([1; 16])).await.is_some());
        drop(second);
        assert!(third.await.is_some());
    }
}
