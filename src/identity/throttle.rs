//! Throttles of guessing. A [`Backoff`] makes the guesses of one guesser ever slower, and a [`Budget`] bounds the rate of
//! all guesses that share a key, such as a login or a network. Both are handed the time, and their memory is bounded.

use std::{
    collections::HashMap,
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, MutexGuard, PoisonError},
};
use teranga_clinic::time::Timestamp;

/// The time without another failure after which a backoff forgets.
const FORGET_MS: u64 = 15 * 60_000;

/// The longest wait of a backoff.
const WAIT_MAX_MS: u64 = 5 * 60_000;

/// The number of keys that one throttle remembers, about a megabyte. A full throttle forgets those that owe least, so that
/// a flood of fresh keys cannot wash out the key that is being guessed.
const ENTRIES: usize = 10_000;

/// The part of the keys that a full throttle forgets at once.
const FORGOTTEN: usize = ENTRIES / 8;

/// Exponential backoff by key: some failures are free, and each further one doubles the wait.
#[derive(Debug)]
pub struct Backoff<K> {
    free: u32,
    entries: Mutex<HashMap<K, Entry>>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    failures: u32,
    last: Timestamp,
}

impl<K: Eq + Hash + Clone> Backoff<K> {
    /// `free` failures cost nothing.
    pub fn new(free: u32) -> Self {
        Self { free, entries: Mutex::default() }
    }

    /// Begins an attempt. It counts as a failure from now until it has [succeeded](Self::succeeded): many
    /// at the same time get no further than one after the other.
    ///
    /// # Errors
    /// The seconds to wait, if the attempt may not be made yet.
    pub fn attempt(&self, key: &K, now: Timestamp) -> Result<(), u32> {
        let mut entries = lock(&self.entries);
        if !entries.contains_key(key) && entries.len() >= ENTRIES {
            make_room(
                &mut entries,
                |entry| now.since_ms(entry.last) > FORGET_MS,
                |entry| (entry.failures, entry.last),
            );
        }
        let entry = entries.entry(key.clone()).or_insert(Entry { failures: 0, last: now });
        if now.since_ms(entry.last) > FORGET_MS {
            entry.failures = 0;
        }
        match self.wait_ms(entry.failures).saturating_sub(now.since_ms(entry.last)) {
            0 => *entry = Entry { failures: entry.failures.saturating_add(1), last: now },
            left_ms => return Err(seconds(left_ms)),
        }
        Ok(())
    }

    /// Takes back an attempt that was not made, because something else refused it.
    pub fn take_back(&self, key: &K) {
        let mut entries = lock(&self.entries);
        let Some(entry) = entries.get_mut(key) else { return };
        entry.failures = entry.failures.saturating_sub(1);
        if entry.failures == 0 {
            entries.remove(key);
        }
    }

    /// Forgets the failures of a key, because an attempt succeeded.
    pub fn succeeded(&self, key: &K) {
        lock(&self.entries).remove(key);
    }

    fn wait_ms(&self, failures: u32) -> u64 {
        let over = failures.saturating_sub(self.free);
        if over == 0 { 0 } else { 1_000_u64.saturating_mul(1 << over.min(20)).min(WAIT_MAX_MS) }
    }
}

/// A token bucket by key, kept as the time at which the bucket is full again (the generic cell rate algorithm).
#[derive(Debug)]
pub struct Budget<K> {
    burst: u32,
    every_ms: u64,
    full_at: Mutex<HashMap<K, Timestamp>>,
}

impl<K: Eq + Hash + Clone> Budget<K> {
    /// `burst` failures at once, and one more every `every_ms` milliseconds.
    pub fn new(burst: u32, every_ms: u64) -> Self {
        Self { burst, every_ms, full_at: Mutex::default() }
    }

    /// Takes one from the budget.
    ///
    /// # Errors
    /// The seconds to wait, if nothing is left.
    pub fn take(&self, key: &K, now: Timestamp) -> Result<(), u32> {
        let mut all = lock(&self.full_at);
        if !all.contains_key(key) && all.len() >= ENTRIES {
            make_room(&mut all, |full_at| *full_at <= now, |full_at| *full_at);
        }
        let full_at = all.get(key).copied().unwrap_or(now).max(now);
        let room_ms = self.every_ms.saturating_mul(u64::from(self.burst.saturating_sub(1)));
        match full_at.since_ms(now).saturating_sub(room_ms) {
            0 => all.insert(key.clone(), full_at.plus_ms(self.every_ms)),
            left_ms => return Err(seconds(left_ms)),
        };
        Ok(())
    }

    /// Gives one back, because the attempt was no failure.
    pub fn give_back(&self, key: &K) {
        let mut all = lock(&self.full_at);
        if let Some(full_at) = all.get_mut(key) {
            *full_at = Timestamp(full_at.0.saturating_sub(self.every_ms));
        }
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Forgets what has expired, and if that is not enough, an eighth of the entries: those that owe least.
fn make_room<K, E, O>(entries: &mut HashMap<K, E>, is_over: impl Fn(&E) -> bool, owes: impl Fn(&E) -> O)
where
    K: Eq + Hash + Clone,
    O: Ord + Copy,
{
    entries.retain(|_, entry| !is_over(entry));
    if entries.len() < ENTRIES {
        return;
    }
    let mut by_debt: Vec<(O, K)> = entries.iter().map(|(key, entry)| (owes(entry), key.clone())).collect();
    by_debt.select_nth_unstable_by_key(FORGOTTEN, |(debt, _)| *debt);
    for (_, key) in by_debt.drain(..FORGOTTEN) {
        entries.remove(&key);
    }
}

fn seconds(ms: u64) -> u32 {
    u32::try_from(ms.div_ceil(1_000)).unwrap_or(u32::MAX)
}

/// Origin of an attempt: an IPv4 address, or the /64 that an IPv6 customer owns.
pub fn network(address: IpAddr) -> IpAddr {
    prefix(address, 64)
}

/// The IPv6 network of 48 bits that one site or one attacker owns; an IPv4 address stays as it is.
pub fn site(address: IpAddr) -> IpAddr {
    prefix(address, 48)
}

fn prefix(address: IpAddr, bits: u32) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << (128 - bits)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const T: Timestamp = Timestamp(1_000_000);

    #[test]
    fn guessing_becomes_slow_and_is_forgiven() {
        let backoff = Backoff::new(3);
        for _ in 0..4 {
            assert_eq!(backoff.attempt(&"a", T), Ok(()));
        }
        assert_eq!(backoff.attempt(&"a", T), Err(2));
        assert_eq!(backoff.attempt(&"b", T), Ok(()), "nobody else is locked out");
        assert_eq!(backoff.attempt(&"a", T.plus_ms(2_000)), Ok(()));
        assert_eq!(backoff.attempt(&"a", T.plus_ms(2_000)), Err(4));
        backoff.succeeded(&"a");
        assert_eq!(backoff.attempt(&"a", T.plus_ms(2_000)), Ok(()));
    }

    #[test]
    fn the_longest_wait_ends() {
        let backoff = Backoff::new(0);
        let mut now = T;
        for _ in 0..40 {
            let wait_s = backoff.attempt(&"a", now).err().unwrap_or_default();
            assert!(u64::from(wait_s) * 1_000 <= WAIT_MAX_MS);
            now = now.plus_ms(u64::from(wait_s) * 1_000);
        }
        assert_eq!(backoff.attempt(&"a", now.plus_ms(FORGET_MS + 1)), Ok(()));
    }

    proptest! {
        /// A budget lets no more through than its burst and its rate, whatever the times, and tells the right wait.
        #[test]
        fn a_budget_keeps_its_rate(gaps_ms in prop::collection::vec(0_u64..30_000, 1..200)) {
            let budget = Budget::new(5, 10_000);
            let (mut now, mut passed) = (T, 0);
            for gap_ms in gaps_ms {
                now = now.plus_ms(gap_ms);
                match budget.take(&"a", now) {
                    Ok(()) => passed += 1,
                    Err(wait_s) => {
                        prop_assert!(u64::from(wait_s) <= 10, "{wait_s}");
                        let again = budget.take(&"a", now.plus_ms(u64::from(wait_s) * 1_000));
                        prop_assert_eq!(again, Ok(()), "refused after the wait that was told");
                        budget.give_back(&"a");
                    }
                }
                prop_assert!(passed <= 5 + now.since_ms(T) / 10_000, "{passed} passed");
            }
        }
    }

    #[test]
    fn memory_is_bounded_and_a_flood_washes_nothing_out() {
        let (backoff, budget) = (Backoff::new(0), Budget::new(10, 10_000));
        let attacked = u64::MAX;
        for _ in 0..10 {
            budget.take(&attacked, T).unwrap();
        }
        backoff.attempt(&attacked, T).unwrap();
        backoff.attempt(&attacked, T.plus_ms(2_000)).unwrap();
        let now = T.plus_ms(2_000);
        for fresh in 0..3 * ENTRIES as u64 {
            let _ = backoff.attempt(&fresh, now);
            let _ = budget.take(&fresh, now);
        }
        assert!(lock(&backoff.entries).len() <= ENTRIES);
        assert!(lock(&budget.full_at).len() <= ENTRIES);
        assert!(backoff.attempt(&attacked, now).is_err(), "the backoff was washed out");
        assert!(budget.take(&attacked, now).is_err(), "the budget was washed out");
    }

    #[test]
    fn an_ipv6_customer_is_one_network() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_eq!(site("2001:db8:1:2::1".parse().unwrap()), "2001:db8:1::".parse::<IpAddr>().unwrap());
    }
}
