//! The limiter of password hashing: few hashes run at a time, and the queue before them is short. A flood of sign-ins
//! takes neither processor nor memory from the calls, nor the queue from other networks.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The number of hashes that run at a time. Each takes 19 MiB and some tens of milliseconds.
const RUNNING: usize = 2;

/// The number of requests in the queue and running: about a second of work.
const QUEUE: usize = 32;

/// The number of these requests from one network: enough for a hospital that comes back after a power cut, too few for a
/// flood.
const QUEUE_OF_NETWORK: usize = 8;

/// The limiter of password hashing.
#[derive(Debug)]
pub(super) struct HashLimiter {
    running: Arc<Semaphore>,
    queue: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// The permit to hash one password; the next request gets one when this is dropped. It moves into the task that hashes,
/// so that a request whose client has gone still counts while it works.
#[derive(Debug)]
pub(super) struct HashPermit {
    _place: QueuePlace,
    _running: OwnedSemaphorePermit,
}

/// A place in the queue. Dropping it gives it back.
#[derive(Debug)]
struct QueuePlace {
    network: IpAddr,
    queue: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl Default for HashLimiter {
    fn default() -> Self {
        Self { running: Arc::new(Semaphore::new(RUNNING)), queue: Arc::default() }
    }
}

impl HashLimiter {
    /// Waits for a permit. The result is `None` at once if the queue is full.
    pub(super) async fn acquire(&self, network: IpAddr) -> Option<HashPermit> {
        let place = self.enqueue(network)?;
        let running = Arc::clone(&self.running).acquire_owned().await.ok()?;
        Some(HashPermit { _place: place, _running: running })
    }

    fn enqueue(&self, network: IpAddr) -> Option<QueuePlace> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = queue.values().sum();
        let own = queue.entry(network).or_default();
        if all >= QUEUE || *own >= QUEUE_OF_NETWORK {
            return None;
        }
        *own += 1;
        Some(QueuePlace { network, queue: Arc::clone(&self.queue) })
    }
}

impl Drop for QueuePlace {
    fn drop(&mut self) {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = queue.get_mut(&self.network) {
            *own -= 1;
        }
        queue.retain(|_, own| *own > 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::time::timeout;

    fn network(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[tokio::test]
    async fn one_network_cannot_fill_the_queue() {
        let limiter = HashLimiter::default();
        let places: Vec<_> = (0..20).filter_map(|_| limiter.enqueue(network(1))).collect();
        assert_eq!(places.len(), QUEUE_OF_NETWORK);
        assert!(limiter.acquire(network(2)).await.is_some(), "another network still passes");
        drop(places);
        assert!(limiter.acquire(network(1)).await.is_some());
        assert!(limiter.queue.lock().unwrap().is_empty(), "nothing is kept of those who left");
    }

    #[tokio::test]
    async fn few_at_a_time() {
        let limiter = HashLimiter::default();
        let _first = limiter.acquire(network(1)).await.unwrap();
        let second = limiter.acquire(network(2)).await.unwrap();
        let mut third = Box::pin(limiter.acquire(network(3)));
        assert!(timeout(Duration::from_millis(20), &mut third).await.is_err());
        drop(second);
        assert!(third.await.is_some());
    }
}
