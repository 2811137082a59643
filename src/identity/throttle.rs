//! The throttle of failed sign-ins: guessing becomes slow, and nobody can lock somebody else out. Failures are counted by
//! what is guessed and from which network together, because posts share one address behind their operator's NAT.

use std::{
    collections::HashMap,
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
};
use teranga_clinic::time::Timestamp;

/// The time without another failure after which failures are forgotten.
const FORGET_MS: u64 = 15 * 60_000;

/// The longest wait.
const WAIT_MAX_MS: u64 = 5 * 60_000;

/// The number of keys that are remembered: 10,000 attackers at a time, about a megabyte.
const ENTRIES: usize = 10_000;

/// Counts failures by key.
#[derive(Debug)]
pub struct Throttle<K> {
    free: u32,
    entries: Mutex<HashMap<K, Entry>>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    failures: u32,
    last: Timestamp,
}

impl<K: Eq + Hash + Clone> Throttle<K> {
    /// `free` failures cost nothing; each further one doubles the wait.
    pub fn new(free: u32) -> Self {
        Self { free, entries: Mutex::default() }
    }

    /// An attempt begins. It counts as a failure from now until it has [succeeded](Self::succeeded): many
    /// at the same time get no further than one after the other.
    ///
    /// # Errors
    /// The seconds to wait, if the attempt may not be made yet.
    pub fn attempt(&self, key: &K, now: Timestamp) -> Result<(), u32> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if !entries.contains_key(key) && entries.len() >= ENTRIES {
            make_room(&mut entries, now);
        }
        let entry = entries.entry(key.clone()).or_insert(Entry { failures: 0, last: now });
        if now.since_ms(entry.last) > FORGET_MS {
            entry.failures = 0;
        }
        match self.wait_ms(entry.failures).saturating_sub(now.since_ms(entry.last)) {
            0 => *entry = Entry { failures: entry.failures.saturating_add(1), last: now },
            left_ms => return Err(u32::try_from(left_ms.div_ceil(1_000)).unwrap_or(u32::MAX)),
        }
        Ok(())
    }

    /// Forgets the failures of a key, because an attempt succeeded.
    pub fn succeeded(&self, key: &K) {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }

    fn wait_ms(&self, failures: u32) -> u64 {
        let over = failures.saturating_sub(self.free);
        if over == 0 { 0 } else { 1_000_u64.saturating_mul(1 << over.min(20)).min(WAIT_MAX_MS) }
    }
}

/// Forgets what has expired, and then the entries that were quiet longest.
fn make_room<K: Eq + Hash + Clone>(entries: &mut HashMap<K, Entry>, now: Timestamp) {
    entries.retain(|_, entry| now.since_ms(entry.last) <= FORGET_MS);
    while entries.len() >= ENTRIES {
        let oldest = entries.iter().min_by_key(|(_, entry)| entry.last).map(|(key, _)| key.clone());
        oldest.map(|key| entries.remove(&key));
    }
}

/// Origin of an attempt: an IPv4 address, or the /64 that an IPv6 customer owns.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: Timestamp = Timestamp(1_000_000);

    #[test]
    fn guessing_becomes_slow_and_is_forgiven() {
        let throttle = Throttle::new(3);
        for _ in 0..4 {
            assert_eq!(throttle.attempt(&"a", T), Ok(()));
        }
        assert_eq!(throttle.attempt(&"a", T), Err(2));
        assert_eq!(throttle.attempt(&"b", T), Ok(()), "nobody else is locked out");
        assert_eq!(throttle.attempt(&"a", T.plus_ms(2_000)), Ok(()));
        assert_eq!(throttle.attempt(&"a", T.plus_ms(2_000)), Err(4));
        throttle.succeeded(&"a");
        assert_eq!(throttle.attempt(&"a", T.plus_ms(2_000)), Ok(()));
    }

    #[test]
    fn the_longest_wait_ends() {
        let throttle = Throttle::new(0);
        let mut now = T;
        for _ in 0..40 {
            let wait_s = throttle.attempt(&"a", now).err().unwrap_or_default();
            assert!(u64::from(wait_s) * 1_000 <= WAIT_MAX_MS);
            now = now.plus_ms(u64::from(wait_s) * 1_000);
        }
        assert_eq!(throttle.attempt(&"a", now.plus_ms(FORGET_MS + 1)), Ok(()));
    }

    #[test]
    fn memory_is_bounded() {
        let throttle = Throttle::new(0);
        for n in 0..ENTRIES as u64 + 10 {
            let _ = throttle.attempt(&n, T.plus_ms(n));
        }
        assert!(throttle.entries.lock().unwrap().len() <= ENTRIES);
    }

    #[test]
    fn an_ipv6_customer_is_one_network() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
