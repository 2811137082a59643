//! Lets few passwords be hashed at a time, and keeps the line before them short: a flood of sign-ins must
//! take neither cores nor memory from the calls, nor the place in the line from everybody else.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Hashed at the same time, 19 MiB and some tens of milliseconds each.
const AT_ONCE: usize = 2;

/// Requests in the queue: about a second of work.
const LINE: usize = 32;

/// Requests in the queue from one network: enough for a hospital that comes back after a power cut, too few for
/// a flood.
const LINE_OF_NETWORK: usize = 8;

/// The way to the hash function.
#[derive(Debug)]
pub(super) struct HashLimiter {
    slots: Arc<Semaphore>,
    line: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// Somebody's turn; the next comes when it is dropped. It goes where the work goes, so that work whose
/// asker has hung up still counts.
#[derive(Debug)]
pub(super) struct Turn {
    _place: Place,
    _slot: OwnedSemaphorePermit,
}

/// A place in the line, given back by dropping it.
#[derive(Debug)]
struct Place {
    network: IpAddr,
    line: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl Default for HashLimiter {
    fn default() -> Self {
        Self { slots: Arc::new(Semaphore::new(AT_ONCE)), line: Arc::default() }
    }
}

impl HashLimiter {
    /// Waits for a turn; none if the line is full already.
    pub(super) async fn enter(&self, network: IpAddr) -> Option<Turn> {
        let place = self.line_up(network)?;
        let slot = Arc::clone(&self.slots).acquire_owned().await.ok()?;
        Some(Turn { _place: place, _slot: slot })
    }

    fn line_up(&self, network: IpAddr) -> Option<Place> {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = line.values().sum();
        let own = line.entry(network).or_default();
        if all >= LINE || *own >= LINE_OF_NETWORK {
            return None;
        }
        *own += 1;
        Some(Place { network, line: Arc::clone(&self.line) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = line.get_mut(&self.network) {
            *own -= 1;
        }
        line.retain(|_, own| *own > 0);
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
    async fn one_network_cannot_fill_the_line() {
        let limiter = HashLimiter::default();
        let places: Vec<_> = (0..20).filter_map(|_| limiter.line_up(network(1))).collect();
        assert_eq!(places.len(), LINE_OF_NETWORK);
        assert!(limiter.enter(network(2)).await.is_some(), "another network still passes");
        drop(places);
        assert!(limiter.enter(network(1)).await.is_some());
        assert!(limiter.line.lock().unwrap().is_empty(), "nothing is kept of those who left");
    }

    #[tokio::test]
    async fn few_at_a_time() {
        let limiter = HashLimiter::default();
        let _first = limiter.enter(network(1)).await.unwrap();
        let second = limiter.enter(network(2)).await.unwrap();
        let mut third = Box::pin(limiter.enter(network(3)));
        assert!(timeout(Duration::from_millis(20), &mut third).await.is_err());
        drop(second);
        assert!(third.await.is_some());
    }
}
